"""Which step probably failed where an answer is wrong? A guess, from what was found, chosen and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from assistant.evaluation.asking import DEPTH, Outcome

Step = Literal[
    "wrongly answered", "wrongly refused", "rewriting", "retrieval", "sentence choice", "citation", "highlight"
]
"""The step that probably failed, in the order in which they are tried."""
Keys = frozenset[str]


def rank_of(ranking: Sequence[str], right: Keys) -> int | None:
    """Return the rank of the first right passage, from 1; ``None`` where it isn't ranked."""
    return next((place for place, key in enumerate(ranking, start=1) if key in right), None)


def find_failing_step(
    outcome: Outcome, scores: Mapping[str, float], rank: int | None, right: Keys, *, considered: int
) -> tuple[Step | None, str]:
    """Return the step that probably failed, and what speaks for it; ``None`` where all is right or nobody knows.

    Args:
        outcome: what came of a case.
        scores: of its answer.
        rank: of the first right passage, from 1.
        right: the passages that answer.
        considered: how many of the passages found an answer is made from.
    """
    case, answer = outcome.case, outcome.reply.answer
    if case.answers is None:
        return None, "judged wrong; nobody has said yet what would have been right"
    if case.unanswerable:
        return (None, "") if answer.abstained else ("wrongly answered", "the articles don't answer this")
    place = f"the right passage is ranked {rank}" if rank else f"the right passage is not among the first {DEPTH}"
    if answer.abstained:
        offered = "; the nearest quote holds the answer" if scores["best_quote"] else ""
        return "wrongly refused", place + offered
    if not scores["answer_in_first"]:
        return blame_choice(outcome, scores, rank, right, place, considered=considered)
    if not scores["right"]:
        return "citation", f"the words are there, but the first statement does not cite {case.article_id}"
    if scores.get("highlight_agrees", 1.0) == 0:
        return "highlight", "the statement is right, the span set in bold is not"
    return None, ""


def blame_choice(
    outcome: Outcome, scores: Mapping[str, float], rank: int | None, right: Keys, place: str, *, considered: int
) -> tuple[Step | None, str]:
    """Return what failed where the first statement lacks the answer: rewriting, retrieval, or the sentence's choice."""
    person_rank = rank_of(outcome.person.ranking, right) if outcome.person else None
    if (rank is None or rank > considered) and person_rank is not None and person_rank <= considered:
        return "rewriting", f"{place}; {person_rank} for the question as a person would write it"
    if rank is None or rank > considered:
        return "retrieval", f"{place}; {considered} are considered"
    later = "; a later statement holds the answer" if scores["answer_in_any"] else ""
    return "sentence choice", place + later
