"""A logistic regression over features that have names: learnt by a benchmark, kept as code, weighed here."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Features = TypeVar("Features", bound=DataclassInstance)
else:
    Features = TypeVar("Features")


@dataclass(frozen=True, slots=True)
class Logistic(Generic[Features]):
    """``1 / (1 + exp(-(intercept + weights . features)))``; the weights are a value of the features' own class."""

    intercept: float
    weights: Features

    def probability(self, features: Features) -> float:
        """Return the probability, 0 to 1."""
        pairs = zip(astuple(self.weights), astuple(features), strict=True)
        score = self.intercept + sum(weight * value for weight, value in pairs)
        return 1 / (1 + math.exp(-score)) if score > 0 else math.exp(score) / (1 + math.exp(score))
