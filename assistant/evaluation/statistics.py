"""From scores to figures with their uncertainty: means, curves, bootstrap intervals and randomisation tests.

Resampling is scipy's, over questions, with a fixed seed: the same scores give the same figures to the last digit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Statistic = Callable[[NDArray[np.int64]], Vector]
"""From the places of resampled questions, shape (..., n), to a figure for each sample, shape (...)."""

RESAMPLES = 2000
"""Bootstrap samples; the ends of a 95 % interval then vary by some 3 % of its width from seed to seed."""
PERMUTATIONS = 10_000
"""Random exchanges of the two runs' scores; a p-value of .05 is then known to .004."""
BATCH = 200
"""Samples held in memory at once; with 10,000 questions 16 MB a metric."""
BINS = 10
"""Of the reliability diagram, of equal width."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram: mean confidence, share right, and how many questions."""

    confidence: float
    right: float
    questions: int


def column(scores: Sequence[Mapping[str, float]], name: str) -> Vector:
    """Return one score of every question, NaN where it doesn't apply."""
    return np.array([item.get(name, np.nan) for item in scores], dtype=np.float64)


def mean_of(values: Vector) -> Statistic:
    """Return the mean of the values that apply."""

    def statistic(places: NDArray[np.int64]) -> Vector:
        chosen = values[places]
        applies = ~np.isnan(chosen)
        return divide(np.where(applies, chosen, 0.0).sum(axis=-1), applies.sum(axis=-1))

    return statistic


def calibration_error_of(confidence: Vector, right: Vector) -> Statistic:
    """Return the expected calibration error over the questions whose confidence is a number (Naeini et al. 2015)."""
    gap = np.where(np.isnan(confidence), 0.0, np.nan_to_num(confidence) - np.nan_to_num(right))
    applies = ~np.isnan(confidence)
    bins = bins_of(confidence)

    def statistic(places: NDArray[np.int64]) -> Vector:
        chosen = bins[places]
        gaps = [np.abs(np.where(chosen == number, gap[places], 0.0).sum(axis=-1)) for number in range(BINS)]
        return divide(np.sum(gaps, axis=0), applies[places].sum(axis=-1))

    return statistic


def risk_coverage_of(confidence: Vector, right: Vector) -> Statistic:
    """Return the area under the risk-coverage curve (Geifman et al. 2019); NaN is not covered."""

    def statistic(places: NDArray[np.int64]) -> Vector:
        risks = risks_of(confidence[places], right[places])
        covered = ~np.isnan(risks)
        return divide(np.where(covered, risks, 0.0).sum(axis=-1), covered.sum(axis=-1))

    return statistic


def risks_of(confidence: Vector, right: Vector) -> Vector:
    """Return the share wrong among the k most confident, for k from 1 on, along the last axis; NaN where none is left.

    Equally confident ones count as one step, at the share of all of them, so that their order doesn't matter.
    """
    order = np.argsort(-confidence, axis=-1, kind="stable")  # NaN last
    ranked = np.take_along_axis(confidence, order, axis=-1)
    wrong = 1.0 - np.take_along_axis(right, order, axis=-1)
    covered = ~np.isnan(ranked)
    counts = np.arange(1, confidence.shape[-1] + 1)
    risks = np.where(covered, np.cumsum(np.where(covered, wrong, 0.0), axis=-1) / counts, np.nan)
    return level_ties(ranked, risks)


def level_ties(ranked: Vector, risks: Vector) -> Vector:
    """Give all places of equal confidence the risk at the last of them."""
    size = ranked.shape[-1]
    ends = np.ones(ranked.shape, dtype=bool)
    ends[..., :-1] = ranked[..., 1:] != ranked[..., :-1]
    places = np.where(ends, np.arange(size), size)
    last = np.flip(np.minimum.accumulate(np.flip(places, axis=-1), axis=-1), axis=-1)
    return np.take_along_axis(risks, last, axis=-1)


def risk_coverage_points(confidence: Vector, right: Vector) -> list[tuple[float, float]]:
    """Return the curve: the share of questions answered, and the share of those that is wrong."""
    if len(confidence) == 0:
        return []
    risks = risks_of(confidence, right)
    return [
        ((place + 1) / len(confidence), float(risk)) for place, risk in enumerate(risks.tolist()) if not np.isnan(risk)
    ]


def reliability(confidence: Vector, right: Vector) -> list[Bin]:
    """Return the filled bins of the reliability diagram."""
    bins = bins_of(confidence)
    filled = [np.flatnonzero(bins == number) for number in range(BINS)]
    return [
        Bin(float(confidence[chosen].mean()), float(right[chosen].mean()), len(chosen))
        for chosen in filled
        if len(chosen)
    ]


def bins_of(confidence: Vector) -> NDArray[np.int64]:
    """Return the bin of each confidence, -1 for NaN."""
    numbers = np.minimum(np.nan_to_num(confidence) * BINS, BINS - 1).astype(np.int64)
    return np.where(np.isnan(confidence), -1, numbers)


def divide(total: Any, count: Any) -> Vector:
    """Return total over count, NaN where the count is 0."""
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def bootstrap_interval(statistic: Statistic, size: int, *, seed: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a figure, by resampling its questions (percentile bootstrap, Efron 1979).

    Args:
        statistic: computes the figure.
        size: how many questions there are.
        seed: of the resampling.

    Returns:
        ``None`` for fewer than two questions, or where the figure hardly ever applies.
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    if size < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # all values alike: the interval is that value
        sampled = bootstrap(
            (np.arange(size),),
            lambda places, axis: statistic(places),
            n_resamples=RESAMPLES,
            batch=BATCH,
            vectorized=True,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).bootstrap_distribution
    kept = sampled[~np.isnan(sampled)]
    if len(kept) < RESAMPLES / 2:
        return None
    low, high = np.quantile(kept, (0.025, 0.975))
    return float(low), float(high)


def randomisation_test(statistic: Statistic, size: int, *, seed: int) -> float | None:
    """Return the two-sided p-value of a difference between two runs (Fisher's randomisation test; Smucker et al. 2007).

    Args:
        statistic: computes the figure; the first run's questions have the places 0 to ``size - 1``, the second run's
            ``size`` to ``2 * size - 1``, in the same order.
        size: how many questions both runs have.
        seed: of the exchanges.

    Returns:
        ``None`` where the figure doesn't apply to both runs.
    """
    from scipy.stats import permutation_test

    if size < 2:
        return None
    first, second = np.arange(size), np.arange(size, 2 * size)
    if np.isnan(statistic(first)) or np.isnan(statistic(second)):
        return None
    tested = permutation_test(
        (first, second),
        lambda one, other, axis: np.nan_to_num(statistic(other) - statistic(one)),
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=BATCH,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(tested.pvalue)
