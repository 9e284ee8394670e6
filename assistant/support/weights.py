"""The weights of the judge, as ``tests/benchmarks/fit_grounding.py`` prints them."""

from __future__ import annotations

from assistant.support.features import Features, Logistic

SUPPORTED = Logistic(
    -0.63,
    Features(
        similarity=2.41,
        clause_similarity=0.44,
        coverage=0.00,
        foreign_similarity=2.00,
        foreign=0.48,
        number=-1.69,
        unit=-7.20,
        bound=-3.11,
        year=-3.13,
        date=0.00,
        name=-1.18,
        term=-1.0,
        negation=-1.87,
        direction=-1.84,
        certainty=-1.76,
        quantifier=-3.80,
        quote=-4.13,
        reason=-1.31,
        figure_roles=-2.84,
        clause_roles=-1.89,
        name_roles=-3.13,
        owner=-1.13,
        subject=-1.06,
        swapped=-3.14,
    ),
)
"""Whether a statement is supported, where a finding by rule doesn't forbid it."""
PARTLY = Logistic(
    0.13,
    Features(
        similarity=5.72,
        clause_similarity=-3.72,
        coverage=-2.28,
        foreign_similarity=-6.09,
        foreign=4.12,
        number=0.47,
        unit=-5.63,
        bound=-1.23,
        year=-0.63,
        date=-2.43,
        name=-5.93,
        term=-1.0,
        negation=-0.32,
        direction=-3.44,
        certainty=3.95,
        quantifier=5.29,
        quote=-4.28,
        reason=2.26,
        figure_roles=-11.89,
        clause_roles=-1.15,
        name_roles=-0.25,
        owner=-2.88,
        subject=0.61,
        swapped=-4.04,
    ),
)
"""Whether one that is not supported is so at least in part."""
