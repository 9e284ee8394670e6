"""Questions that the articles do answer, to begin with or beside a refusal: made from their sentences, then asked.

A question is offered only if its answer quotes the very sentence from which it was made, the round trip by which
Alberti et al. (2019, "Synthetic QA corpora generation with roundtrip consistency") keep the questions they generate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from assistant.answer import Answer
from assistant.questions import Draft, ask_about_title, make_questions
from vectorstore import Passage, Source, gram_text, guess_language

TO_BEGIN = 3
NEAR = 2
"""Questions offered on a first visit, and beside a refusal."""
SURE = 0.8
"""Confidence from which a question is offered; 235 of 239 that quoted their sentence had .85 (news, Wikipedia)."""
LOOKED_AT = 40
"""Articles looked at for a first visit at most, whatever the size of the collection."""
SENTENCES = 120
"""Sentences of an article that are made into questions, from its beginning: what is new stands there."""
MOST_ASKED = 16
"""Questions asked for a first visit at most, some two seconds; nineteen of twenty come back, so that few are."""
MOST_ASKED_NEAR = 6
"""Questions asked beside a refusal: less than a second."""
GOOD_WORDS = range(6, 14)
"""Words of a question that is read at a glance and says enough."""
KINDS = {"how many": 0.5, "how much": 0.5, "who": 0.5, "why": 0.5, "when": 0.4, "where": 0.3, "what": 0.2, "title": 0.0}
"""What a kind of question is worth: what can be looked up in a sentence before what needs explaining."""
SAME_ARTICLE = 1.0
SAME_KIND = 0.6
"""What a question loses if one like it has been chosen."""
NEARNESS = 3.0
"""What sharing all with the question asked is worth beside the kind of a question."""
CITED = 0.3
"""What nearness a question gains if the refusal cites its passage."""
OTHER_LANGUAGE = 0.5
"""What nearness a question loses that is not in the language of the question asked."""


class Asked(Protocol):
    """What suggesting needs of a collection: to ask it, and to read its articles."""

    def answer(self, question: str, *, mode: Literal["quoted"]) -> Answer:
        """Answer a question in the articles' own sentences, also where a language model is set: it takes its time."""

    def speakers(self) -> Sequence[Source]:
        """Return the sources of all articles, of those that print the same story one."""

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article in order; nothing where there is none of that id."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that an article answers."""

    question: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question to be asked, with the place of the sentence that ought to answer it, and what it is worth.

    ``start`` and ``end`` count in the article; both are 0 for a question about the article as a whole.
    """

    draft: Draft
    source: Source
    start: int
    end: int
    worth: float

    @property
    def question(self) -> str:
        """The question as it is asked."""
        return self.draft.question


Weigh = Callable[[Draft, Passage], float]
"""Tells what a question made from a passage is worth, whatever its kind."""


def suggest(collection: Asked, answer: Answer | None = None, *, count: int | None = None) -> tuple[str, ...]:
    """Return questions that a collection answers: to begin with, or near one that got an answer.

    Args:
        collection: is read and asked.
        answer: usually a refusal; without one the questions are drawn from the newest articles.
        count: questions at most; by default three to begin with, two near an answer.

    Raises:
        BelegtError: the collection can't be read or asked.
    """
    if answer is None:
        found = suggest_for_collection(collection, count=TO_BEGIN if count is None else count)
    else:
        found = suggest_near(collection, answer, count=NEAR if count is None else count)
    return tuple(suggestion.question for suggestion in found)


def suggest_for_collection(
    collection: Asked, *, count: int = TO_BEGIN, most_asked: int = MOST_ASKED
) -> tuple[Suggestion, ...]:
    """Return questions to begin with, of different articles and kinds, of the newest articles.

    Args:
        collection: is read and asked.
        count: questions at most; fewer where fewer are found.
        most_asked: questions tried at most; each costs as much as an answer.
    """
    candidates: list[Candidate] = []
    for place, source in enumerate(look_at(collection.speakers())):
        if sum(candidate.draft.kind != "title" for candidate in candidates) >= most_asked:
            break
        passages = collection.article_passages(source.article_id)
        candidates.extend(draft_article(passages, weigh_article(place, source)))
    return choose(candidates, collection, count=count, most_asked=most_asked)


def suggest_near(
    collection: Asked, answer: Answer, *, count: int = NEAR, most_asked: int = MOST_ASKED_NEAR
) -> tuple[Suggestion, ...]:
    """Return questions near one that the articles don't answer, from the articles that its answer cites.

    Args:
        collection: is read and asked.
        answer: to the question asked, usually a refusal; nothing is suggested where it cites nothing.
        count: questions at most; fewer where fewer are found.
        most_asked: questions tried at most; each costs as much as an answer.
    """
    weigh = weigh_nearness(answer)
    candidates = [
        candidate
        for article_id in dict.fromkeys(citation.article_id for citation in answer.citations)
        for candidate in draft_article(collection.article_passages(article_id), weigh)
    ]
    asked = {bare(answer.question), bare(answer.standalone_question)}
    others = [candidate for candidate in candidates if bare(candidate.question) not in asked]
    return choose(others, collection, count=count, most_asked=most_asked)


def look_at(sources: Sequence[Source]) -> list[Source]:
    """Return the newest articles; where there are too few with a date, some from all over the others."""
    dated = [source for source in sources if source.published]
    dated.sort(key=lambda source: (str(source.published), source.article_id), reverse=True)
    undated = [source for source in sources if not source.published]
    step = max(1, len(undated) // LOOKED_AT)
    return [*dated, *undated[::step]][:LOOKED_AT]


def draft_article(passages: Sequence[Passage], weigh: Weigh) -> Iterator[Candidate]:
    """Yield the questions that an article's first sentences answer, and the one for what it is about."""
    places = ((passage, sentence) for passage in passages for sentence in passage.sentences if sentence.quotable)
    for passage, sentence in islice(places, SENTENCES):
        for draft in make_questions(passage.quote(sentence)):
            worth = weigh(draft, passage) + KINDS[draft.kind]
            yield Candidate(draft, passage.source, sentence.start, sentence.end, worth)
    title = ask_about(passages[0]) if passages else None
    if title:
        yield Candidate(title, passages[0].source, 0, 0, weigh(title, passages[0]) + KINDS[title.kind])


def ask_about(first: Passage) -> Draft | None:
    """Return the question for what an article is about; ``None`` where its title is but the beginning of its text.

    Args:
        first: its first passage.
    """
    title = first.source.title
    behind = first.text.partition(title)[2]
    return None if behind[:1] not in ("", "\n") else ask_about_title(title, guess_language(first.text))


def weigh_article(place: int, source: Source) -> Weigh:
    """Return what a question to begin with is worth: the newer its article and the more it has of the title, the more.

    Args:
        place: of the article among those looked at, from 0.
        source: the article.
    """
    title = set(gram_text(source.title))

    def weigh(draft: Draft, passage: Passage) -> float:
        length = len(draft.question.split()) in GOOD_WORDS
        early = 1 / (1 + passage.number)
        return 0.5 * share(set(gram_text(draft.question)), title) + 0.3 * length + 0.2 * early - 0.01 * place

    return weigh


def weigh_nearness(answer: Answer) -> Weigh:
    """Return what a question beside an answer is worth: the more it shares with the question asked, the more."""
    asked, language = set(gram_text(answer.standalone_question)), guess_language(answer.question)
    cited = {(citation.article_id, citation.passage) for citation in answer.citations}

    def weigh(draft: Draft, passage: Passage) -> float:
        here = (passage.source.article_id, passage.text) in cited
        foreign = guess_language(draft.question) != language
        return NEARNESS * share(set(gram_text(draft.question)), asked) + CITED * here - OTHER_LANGUAGE * foreign

    return weigh


def share(ours: set[str], theirs: set[str]) -> float:
    """Return how much two sets of 4-grams share: the cosine, 0 to 1."""
    return len(ours & theirs) / math.sqrt(len(ours) * len(theirs)) if ours and theirs else 0.0


def choose(
    candidates: Sequence[Candidate], collection: Asked, *, count: int, most_asked: int
) -> tuple[Suggestion, ...]:
    """Return the best of the questions that are answered as they ought to be, unlike each other."""
    waiting, chosen = list(candidates), list[Candidate]()
    for left in range(most_asked, 0, -1):
        if not waiting or len(chosen) >= count:
            break
        eligible = hold_back_titles(waiting, spare=left > count - len(chosen))
        best = max(eligible, key=lambda candidate: candidate.worth - repetition(candidate, chosen))
        if comes_back(best, collection.answer(best.question, mode="quoted")):
            chosen.append(best)
        waiting = [item for item in waiting if item is not best and not any(is_twin(item, other) for other in chosen)]
    return tuple(Suggestion(candidate.question, candidate.source.article_id) for candidate in chosen)


def hold_back_titles(waiting: Sequence[Candidate], *, spare: bool) -> Sequence[Candidate]:
    """Return the questions that are made from sentences; where there is none or nothing to spare, those about titles.

    Args:
        waiting: the questions not asked yet.
        spare: whether more may be asked than are still wanted.
    """
    proper = [candidate for candidate in waiting if candidate.draft.kind != "title"]
    titles = [candidate for candidate in waiting if candidate.draft.kind == "title"]
    return proper if proper and (spare or not titles) else titles


def repetition(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """Return what a question loses because others like it have been chosen."""
    articles = sum(candidate.source.article_id == other.source.article_id for other in chosen)
    kinds = sum(candidate.draft.kind == other.draft.kind for other in chosen)
    return SAME_ARTICLE * articles + SAME_KIND * kinds


def is_twin(candidate: Candidate, other: Candidate) -> bool:
    """Tell whether two questions are made from the same sentence, or read the same."""
    same_place = (candidate.source.article_id, candidate.start, candidate.end) == (
        other.source.article_id,
        other.start,
        other.end,
    )
    return same_place or bare(candidate.question) == bare(other.question)


def comes_back(candidate: Candidate, answer: Answer) -> bool:
    """Tell whether an answer quotes the sentence that a question was made from, and is sure of it.

    Where it marks the words that answer, they must be among those that were asked for.
    """
    if answer.abstained or answer.confidence < SURE or answer.standalone_question != candidate.question:
        return False
    cited = set(answer.statements[0].citations) if answer.statements else set[int]()
    first = next((citation for citation in answer.citations if citation.number in cited), None)
    if first is None or first.article_id != candidate.source.article_id:
        return False
    if candidate.draft.kind == "title":
        return True
    whole = first.start <= candidate.start and candidate.end <= first.end
    return whole and (answer.highlight is None or bool(words(answer.highlight) & words(candidate.draft.answer)))


def words(text: str) -> set[str]:
    """Return the words of a text in small letters."""
    return set(re.findall(r"\w+", text.lower()))


def bare(question: str) -> str:
    """Return a question by which two that only differ in capitals and marks are the same."""
    return " ".join(re.findall(r"\w+", question.lower()))
