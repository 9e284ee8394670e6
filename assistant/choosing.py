"""Which sentences are quoted: as many as the question needs, the newest first, none twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.numerals import find_numbers
from assistant.question_type import QuestionType, classify, offers_reason
from assistant.request import Request
from assistant.sentence_ranking import Candidate
from vectorstore import content_words

MOST_STATEMENTS = 5
"""Sentences quoted at most, reached only where all of several things are asked for."""
MOST_FOR_ONE = 3
SURE_OF_ONE = 0.3
"""Of several things asked for, more than three sentences are quoted only if the best is at least this likely."""
ENOUGH_PROBABILITY = 0.08
ENOUGH_FOR_ALL = 0.04
ENOUGH_OF_A_KIND = {QuestionType.FIGURE: 0.15, QuestionType.DATE: 0.15, QuestionType.NAME: 0.12}
"""A further sentence is quoted if it is at least this likely the best; less likely where all of several things are
asked for, likelier where one thing is, or a yes. On XQuAD-de 93 % of the answers then hold the right one, with 1.5
statements of 1.8 sentences; with .08 for all 94 %, with 1.6 of 1.9."""
COUNTS = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "two": 2, "three": 3, "four": 4, "five": 5}
UNCOUNTED = 3
"""Sentences taken where it isn't said how many things follow."""
ANNOUNCES = re.compile(
    r"\b(zwei|drei|vier|fünf|mehrere|folgende|verschiedene|two|three|four|five|several|the following)\b (?:\w+ )?"
    r"(?:Gründe|Ursachen|Maßnahmen|Orte|Punkte|Ziele|Folgen|Schritte|Bedingungen|Forderungen|Möglichkeiten|"
    r"Vorteile|Nachteile|"
    r"Dinge|Bereiche|Teile|Aufgaben|Varianten|reasons|causes|measures|places|points|goals|steps|conditions|"
    r"demands|options|"
    r"advantages|things|areas|parts|tasks)\b(?=[^,;]*[.:]$)|:$",
    re.IGNORECASE,
)
SAME_WORDS = 0.8
"""A sentence that shares this much of its words with one already quoted says the same."""
POINTS_BACK = re.compile(r"(?:Deshalb|Daher|Darum|Deswegen|Dadurch|Damit|Therefore|Thus|That is why|This is why)\b")


def choose(
    question: str,
    candidates: Sequence[Candidate],
    *,
    request: Request = Request.ONE,
    most: int = MOST_STATEMENTS,
) -> list[Candidate]:
    """Return the best sentence, for a reason also the one beside it that gives it, and those nearly as likely.

    What says the same as a sentence already chosen is left out.

    Args:
        question: as searched.
        candidates: ranked, at least one.
        request: what the question wants.
        most: sentences at most.
    """
    enough = find_enough(question, request)
    sure = request is Request.ALL and candidates[0].probability >= SURE_OF_ONE
    most = most if sure else min(most, MOST_FOR_ONE)
    likely = [candidate for candidate in candidates[1:] if candidate.probability >= enough]
    reasons = reasons_beside(question, candidates)
    leads = POINTS_BACK.match(candidates[0].text) is not None
    announced = announced_after(candidates, most=most) if request is Request.ALL else []
    first = [*reasons, candidates[0]] if leads else [candidates[0], *announced, *reasons]
    chosen: list[Candidate] = []
    for candidate in [*first, *likely]:
        if len(chosen) == most:
            break
        if not any(repeats(candidate.text, other.text) for other in chosen):
            chosen.append(candidate)
    return chosen


def find_enough(question: str, request: Request) -> float:
    """Return how likely a further sentence must be to be quoted."""
    if request is Request.ALL:
        return ENOUGH_FOR_ALL
    if request is Request.YES_NO:
        return ENOUGH_OF_A_KIND[QuestionType.FIGURE]
    return ENOUGH_OF_A_KIND.get(classify(question), ENOUGH_PROBABILITY)


def reasons_beside(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentence that gives the reason for the best one, where a reason is asked for and it gives none.

    It is the one before, where the best one points back ("Deshalb ..."); it then leads, as it does in the article.
    Otherwise it is the first of the one after and the one before that has a word of reason, or the one after.
    """
    best = candidates[0]
    points_back = POINTS_BACK.match(best.text) is not None
    if classify(question) is not QuestionType.REASON or (offers_reason(best.text) and not points_back):
        return []
    after, before = neighbour(best, candidates, 1), neighbour(best, candidates, -1)
    if points_back:
        return [before] if before else []
    beside = [candidate for candidate in (after, before) if candidate]
    return [candidate for candidate in beside if offers_reason(candidate.text)][:1] or beside[:1]


def announced_after(candidates: Sequence[Candidate], *, most: int) -> list[Candidate]:
    """Return the sentences after the best one, where it only announces them, as in "Es gibt drei Gründe."."""
    found = ANNOUNCES.search(candidates[0].text)
    if not found:
        return []
    count = COUNTS.get((found[1] or "").lower(), UNCOUNTED)
    after = (neighbour(candidates[0], candidates, step) for step in range(1, min(count, most - 1) + 1))
    return [candidate for candidate in after if candidate]


def neighbour(candidate: Candidate, candidates: Sequence[Candidate], step: int) -> Candidate | None:
    """Return the candidate that stands ``step`` sentences after another in its passage, if it can be quoted."""
    sentences = candidate.hit.passage.sentences
    place = sentences.index(candidate.sentence) + step
    if not 0 <= place < len(sentences):
        return None
    return next(
        (other for other in candidates if other.hit is candidate.hit and other.sentence == sentences[place]), None
    )


def repeats(text: str, other: str) -> bool:
    """Tell whether two sentences have nearly the same content words (Jaccard index), and the same numbers."""
    words, others = set(content_words(text)), set(content_words(other))
    return len(words & others) >= SAME_WORDS * len(words | others) and find_numbers(text) == find_numbers(other)
