"""The chain: a question and its history -> an ``Answer``, in four steps.

Rewrite (a follow-up is made to stand alone, misspelt words are put right), search, read, quote. ``stream`` yields
growing answers: first the evidence, then the text, the last one whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict

from assistant.answer import Answer
from assistant.bibliography import find_subject
from assistant.choosing import MOST_STATEMENTS
from assistant.collection import Collection, WholeCollection, Within
from assistant.comparing import Side, split_comparison
from assistant.composing import compare, summarise, tell_catalogue, tell_metadata
from assistant.confidence import THRESHOLD
from assistant.followup import Turn, make_standalone
from assistant.quoting import estimate_answerable, grow, quote_answer
from assistant.reader import Reading
from assistant.refusing import refuse
from assistant.request import Request, names_an_article, recognise, recognise_plain
from assistant.scope import Scope
from assistant.summarising import by_title, find_matter
from assistant.timeframe import DEPTH, current_day, find_timeframe, prefer_hits, settle_time
from vectorstore import HITS, BelegtError, Search, guess_language

if TYPE_CHECKING:
    from assistant.runnable import AnswerChain

LONGEST_QUESTION = 2000
"""Characters; the model reads some 1,700, and whoever types more has pasted an article."""
CATALOGUE_DEPTH = 50
"""Hits among which articles on a matter are looked for."""


Rewriter = Callable[[str, Sequence[Turn]], str | None]
"""Makes a question stand alone, given the turns before it; ``None`` where it can't."""


class QuestionError(BelegtError):
    """The question is empty or too long."""


class QuestionInput(TypedDict, total=False):
    """What the chain takes: ``question``; ``history``, the (question, answer) turns before it, oldest first; ``scope``,
    the articles asked, all by default.
    """

    question: str
    history: Sequence[Turn]
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Step:
    """What travels through the chain: which articles are asked, the question as asked and as searched, what was found,
    seconds for each step.
    """

    collection: Collection
    question: str
    standalone_question: str
    timings: dict[str, float]
    request: Request = Request.ONE
    search: Search | None = None
    readings: Sequence[Reading] = ()
    sides: tuple[Side, ...] = ()


class AnswerSteps:
    """The steps over a collection, one after the other; ``AnswerChain`` is the same for LangChain.

    They take a string, or a dict with ``question``, ``history`` and ``scope``.

    Args:
        collection: searches, reads, and knows its articles.
        most_statements: sentences quoted at most.
        refuse_below: the probability that the articles answer, 0 to 1, below which they are taken not to.
        clock: tells the day, by which "letztes Jahr" is understood.
        rewriter: makes a follow-up stand alone in better words than the rule, ``None`` where it can't.

    Raises (when run):
        QuestionError: the question is empty or too long.
    """

    def __init__(
        self,
        collection: WholeCollection,
        *,
        most_statements: int = MOST_STATEMENTS,
        refuse_below: float = THRESHOLD,
        clock: Callable[[], date] = current_day,
        rewriter: Rewriter | None = None,
    ) -> None:
        self.steps: tuple[Callable[[Any], Any], ...] = (
            partial(rewrite, collection=collection, clock=clock, rewriter=rewriter),
            retrieve,
            read_passages,
            partial(quote, most_statements=most_statements, refuse_below=refuse_below, clock=clock),
        )

    def invoke(self, asked: str | QuestionInput) -> Answer:
        """Answer one question."""
        done: Any = asked
        for step in self.steps:
            done = step(done)
        answer: Answer = done
        return answer

    def stream(self, asked: str | QuestionInput) -> Iterator[Answer]:
        """Yield the answer as it grows: first its evidence without text, then statement by statement, then whole."""
        yield from grow(self.invoke(asked))

    def as_runnable(self) -> AnswerChain:
        """Return the same as a LangChain ``Runnable``, whose import takes half as long as an answer."""
        from assistant.runnable import AnswerChain

        return AnswerChain(self)


def rewrite(
    given: str | QuestionInput,
    *,
    collection: WholeCollection,
    clock: Callable[[], date],
    rewriter: Rewriter | None = None,
) -> Step:
    """Check the question, settle which articles are asked, put its spelling right, and make it stand alone.

    Raises:
        QuestionError: it is empty or too long.
    """
    started = time.perf_counter()
    asked: QuestionInput = {"question": given} if isinstance(given, str) else given
    question, scope = check_question(asked.get("question", "")), asked.get("scope")
    held: Collection = Within(collection, scope) if scope and not scope.everything else collection
    corrected = held.correct(question)
    history = [(held.correct(before), said) for before, said in asked.get("history", ())]
    standalone = make_standalone(
        corrected, history, lambda text: estimate_answerable(text, held.search(text[:LONGEST_QUESTION]))
    )
    if rewriter and standalone != corrected:
        standalone = rewriter(corrected, history) or standalone
    standalone = settle_time(standalone, clock())[:LONGEST_QUESTION]
    request = settle_request(standalone, held)
    return Step(held, question, standalone, {"rewrite": time.perf_counter() - started}, request)


def check_question(question: str) -> str:
    """Return the question without surrounding white space.

    Raises:
        QuestionError: it is empty or too long.
    """
    stripped = question.strip()
    if not any(character.isalnum() for character in stripped):
        raise QuestionError("the question is empty; type what you want to know")
    if len(stripped) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(stripped):,} characters; ask in at most {LONGEST_QUESTION:,}")
    return stripped


def settle_request(question: str, collection: Collection) -> Request:
    """Return what a question wants, once it is known whether it compares two things and what articles are called."""
    request = recognise(question)
    if request is Request.COMPARISON and not split_comparison(question, language=guess_language(question)):
        return recognise_plain(question)
    if request is Request.METADATA and not names_an_article(question):
        return request if by_title(find_subject(question), collection.articles()) else recognise_plain(question)
    return request


def retrieve(step: Step) -> Step:
    """Search for the question, or for the matter or the things that it names."""
    started = time.perf_counter()
    question, sides = step.standalone_question, step.sides
    if step.request is Request.COMPARISON:
        sides = tuple(
            replace(side, search=step.collection.search(side.question))
            for side in split_comparison(question, language=guess_language(question))
        )
    found = search_for(step.request, question, step.collection)
    timings = step.timings | {"retrieve": time.perf_counter() - started}
    return replace(step, search=found, sides=sides, timings=timings)


def search_for(request: Request, question: str, collection: Collection) -> Search:
    """Return what is found for a question, by what it wants."""
    if request is Request.SUMMARY:
        return collection.search(find_matter(question))
    if request in (Request.METADATA, Request.CATALOGUE):
        subject = find_subject(question)
        spoken = subject and guess_language(subject) == guess_language(question)
        return collection.search(subject if spoken else question, count=CATALOGUE_DEPTH)
    frame = find_timeframe(question)
    if frame:
        return prefer_hits(collection.search(question, count=DEPTH), frame, count=HITS)
    return collection.search(question)


def read_passages(step: Step) -> Step:
    """Read the best passages for the question, where one is answered by sentences found."""
    started = time.perf_counter()
    if step.search is None:
        raise ValueError("nothing was searched yet")
    readings: tuple[Reading, ...] = ()
    if step.request in (Request.ONE, Request.ALL, Request.YES_NO):
        readings = tuple(step.collection.read(step.standalone_question, step.search))
    sides = tuple(
        replace(side, readings=step.collection.read(side.question, side.search)) for side in step.sides if side.search
    )
    timings = step.timings | {"read": time.perf_counter() - started}
    return replace(step, readings=readings, sides=sides, timings=timings)


def quote(step: Step, *, most_statements: int, refuse_below: float, clock: Callable[[], date]) -> Answer:
    """Answer from what was found."""
    started = time.perf_counter()
    answer = answer_request(step, most_statements=most_statements, refuse_below=refuse_below, today=clock())
    timings = step.timings | {"quote": time.perf_counter() - started}
    return replace(answer, timings=timings | {"total": sum(timings.values())})


def answer_request(step: Step, *, most_statements: int, refuse_below: float, today: date) -> Answer:
    """Answer by what the question wants; where no article lies inside of the scope, that is said."""
    if step.search is None:
        raise ValueError("nothing was searched yet")
    asked = step.question, step.standalone_question, step.search
    if step.search.restricted and not step.search.hits:
        return refuse(*asked, (), confidence=1.0)
    if step.request is Request.COMPARISON:
        return compare(*asked, step.sides, refuse_below=refuse_below, today=today)
    if step.request is Request.SUMMARY:
        return summarise(*asked, step.collection, refuse_below=refuse_below)
    if step.request is Request.METADATA:
        return tell_metadata(*asked, step.collection)
    if step.request is Request.CATALOGUE:
        return tell_catalogue(*asked, step.collection)
    return quote_answer(
        *asked,
        step.readings,
        request=step.request,
        most_statements=most_statements,
        refuse_below=refuse_below,
        today=today,
    )
