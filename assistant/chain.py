"""The chain: a question and its history -> an ``Answer``; a LangChain ``Runnable`` of four steps.

Rewrite (a follow-up is made to stand alone), search, read, quote. ``stream`` yields growing answers: first the
evidence, then the text, the last one whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypedDict

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from assistant.answer import Answer
from assistant.confidence import THRESHOLD
from assistant.followup import Turn, make_standalone
from assistant.quoting import MOST_STATEMENTS, estimate_answerable, grow, quote_answer
from assistant.reader import Reading
from vectorstore import BelegtError, Search

LONGEST_QUESTION = 2000
"""Characters; the model reads some 1,700, and whoever types more has pasted an article."""

SearchFunction = Callable[[str], Search]
ReadFunction = Callable[[str, Search], Sequence[Reading]]


class QuestionError(BelegtError):
    """The question is empty or too long."""


class QuestionInput(TypedDict, total=False):
    """What the chain takes: ``question``, and ``history``, the (question, answer) turns before it, oldest first."""

    question: str
    history: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class Step:
    """What travels through the chain: the question as asked and as searched, what was found, seconds for each step."""

    question: str
    standalone_question: str
    timings: dict[str, float]
    search: Search | None = None
    readings: Sequence[Reading] = ()


class AnswerChain(Runnable[Any, Answer]):
    """The chain over a search, as a LangChain ``Runnable``: invoke, batch, stream, and their asynchronous kin.

    It takes a string, or a dict with ``question`` and ``history``. ``stream`` yields whole answers that grow, not
    pieces to be joined: the last one is what ``invoke`` returns.

    Args:
        search: finds passages for a question.
        read: reads the best of them; by default none is read.
        most_statements: sentences quoted at most.
        refuse_below: the probability that the articles answer, 0 to 1, below which they are taken not to.

    Raises (when run):
        QuestionError: the question is empty or too long.
    """

    def __init__(
        self,
        search: SearchFunction,
        read: ReadFunction = lambda question, found: (),
        *,
        most_statements: int = MOST_STATEMENTS,
        refuse_below: float = THRESHOLD,
    ) -> None:
        self._steps = (
            RunnableLambda(partial(rewrite, search=search))
            | RunnableLambda(partial(retrieve, search=search))
            | RunnableLambda(partial(read_passages, read=read))
            | RunnableLambda(partial(quote, most_statements=most_statements, refuse_below=refuse_below))
        )

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:  # noqa: A002
        """Answer one question."""
        return self._steps.invoke(input, config, **kwargs)

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:  # noqa: A002
        """Yield the answer as it grows: first its evidence without text, then statement by statement, then whole."""
        yield from grow(self.invoke(input, config, **kwargs))


def rewrite(given: str | QuestionInput, search: SearchFunction) -> Step:
    """Check the question and make it stand alone.

    Raises:
        QuestionError: it is empty or too long.
    """
    started = time.perf_counter()
    question, history = (given, ()) if isinstance(given, str) else (given.get("question", ""), given.get("history", ()))
    question = check_question(question)
    standalone = make_standalone(
        question, history, lambda text: estimate_answerable(text, search(text[:LONGEST_QUESTION]))
    )[:LONGEST_QUESTION]
    return Step(question, standalone, {"rewrite": time.perf_counter() - started})


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


def retrieve(step: Step, search: SearchFunction) -> Step:
    """Search for the question."""
    started = time.perf_counter()
    found = search(step.standalone_question)
    return replace(step, search=found, timings=step.timings | {"retrieve": time.perf_counter() - started})


def read_passages(step: Step, read: ReadFunction) -> Step:
    """Read the best passages for the question."""
    started = time.perf_counter()
    if step.search is None:
        raise ValueError("nothing was searched yet")
    readings = tuple(read(step.standalone_question, step.search))
    return replace(step, readings=readings, timings=step.timings | {"read": time.perf_counter() - started})


def quote(step: Step, *, most_statements: int, refuse_below: float) -> Answer:
    """Answer from what was found."""
    started = time.perf_counter()
    if step.search is None:
        raise ValueError("nothing was searched yet")
    answer = quote_answer(
        step.question,
        step.standalone_question,
        step.search,
        step.readings,
        most_statements=most_statements,
        refuse_below=refuse_below,
    )
    timings = step.timings | {"quote": time.perf_counter() - started}
    return replace(answer, timings=timings | {"total": sum(timings.values())})
