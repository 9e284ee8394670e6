"""The weights of the judge, as ``tests/benchmarks/fit_grounding.py`` prints them."""

from __future__ import annotations

from assistant.logistic import Logistic
from assistant.support.features import Features

SUPPORTED = Logistic(
    -0.41,
    Features(
        similarity=2.06,
        clause_similarity=0.54,
        coverage=0.00,
        foreign_similarity=2.78,
        foreign=0.18,
        number=-1.88,
        unit=-7.26,
        bound=-2.77,
        year=-3.27,
        date=0.00,
        name=-3.51,
        term=-0.86,
        negation=-2.19,
        direction=-2.61,
        certainty=-1.88,
        quantifier=-3.88,
        comparison=-1.36,
        quote=-4.21,
        reason=-1.36,
        figure_roles=-2.53,
        clause_roles=-1.95,
        name_roles=-2.78,
        owner=-2.06,
        subject=-1.24,
        swapped=-7.48,
    ),
)
"""Whether a statement is supported, where a finding by rule doesn't forbid it."""
PARTLY = Logistic(
    0.36,
    Features(
        similarity=5.72,
        clause_similarity=-3.65,
        coverage=-2.53,
        foreign_similarity=-6.08,
        foreign=3.91,
        number=0.43,
        unit=-5.66,
        bound=-1.30,
        year=-0.67,
        date=-2.46,
        name=-3.24,
        term=-5.97,
        negation=-0.64,
        direction=-3.40,
        certainty=3.83,
        quantifier=5.16,
        comparison=-1.29,
        quote=-4.62,
        reason=2.11,
        figure_roles=-11.76,
        clause_roles=-1.58,
        name_roles=2.23,
        owner=-3.82,
        subject=-0.08,
        swapped=-4.10,
    ),
)
"""Whether one that is not supported is so at least in part."""
