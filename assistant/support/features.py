"""What speaks for and against a statement, as numbers, and the regressions that weigh them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.support.alignment import Alignment, best_of
from assistant.support.findings import Finding
from assistant.support.roles import (
    another_owner,
    clause_mismatch,
    figure_mismatch,
    mixed_subject,
    name_mismatch,
    swapped_roles,
)

COUNTED = ("number", "unit", "bound", "year", "date", "name", "term", "negation", "direction", "certainty",
           "quantifier", "comparison", "quote", "reason")  # fmt: skip
"""Kinds of findings that are counted."""
MOST = 2
"""Findings of a kind that count: a sentence of many clauses is not ten times as wrong."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a statement, then what speaks against it.

    Similarities are cosines scaled to 0 (unrelated) and 1 (the same text): ``similarity`` of the statement and the
    nearest sentence, ``clause_similarity`` the lowest of its clauses, 1 where it has but one. ``coverage`` is the mean
    match of its content words, 0 to 1. From ``number`` on findings of each kind are counted. ``figure_roles``,
    ``clause_roles`` and ``name_roles`` tell by how much another figure or name fits better (0 to 1); ``owner``,
    ``subject`` and ``swapped`` are 0 or 1. ``foreign`` is 1 where statement and evidence are in two languages.
    """

    similarity: float
    clause_similarity: float
    coverage: float
    foreign_similarity: float
    foreign: float
    number: float
    unit: float
    bound: float
    year: float
    date: float
    name: float
    term: float
    negation: float
    direction: float
    certainty: float
    quantifier: float
    comparison: float
    quote: float
    reason: float
    figure_roles: float
    clause_roles: float
    name_roles: float
    owner: float
    subject: float
    swapped: float


def weigh(alignment: Alignment, findings: Sequence[Finding]) -> Features:
    """Return the features of a statement beside its evidence."""
    counts = {kind: float(min(MOST, sum(item.kind == kind for item in findings))) for kind in COUNTED}
    similarity = float(alignment.similarities.max(initial=0.0))
    foreign = float(all(other.language != alignment.statement.language for other in alignment.sentences))
    return Features(
        similarity=similarity,
        clause_similarity=float(alignment.clause_similarities.min(initial=1.0)),
        coverage=float(best_of(alignment.matches).mean()) if alignment.statement.words else 1.0,
        foreign_similarity=foreign * similarity,
        foreign=foreign,
        **counts,
        figure_roles=figure_mismatch(alignment),
        clause_roles=clause_mismatch(alignment),
        name_roles=name_mismatch(alignment),
        owner=float(another_owner(alignment)),
        subject=float(mixed_subject(alignment)),
        swapped=float(swapped_roles(alignment)),
    )
