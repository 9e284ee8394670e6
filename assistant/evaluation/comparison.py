"""Two runs of the same questions side by side: is the difference more than chance, and which questions changed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.figures import CURVES, make_statistic
from assistant.evaluation.metrics import BY_NAME, METRICS
from assistant.evaluation.report import Record, Report, Run, RunError
from assistant.evaluation.statistics import Statistic, Vector, bootstrap_interval, randomisation_test

SIGNIFICANT = 0.05
"""A p-value below it is taken for more than chance."""
Verdict = Literal["better", "worse", "changed", ""]
TELLING = ("version", "program", "testset", "testset_digest", "collection", "seed")
"""What may differ between two runs besides the settings, and explains that figures do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric in both runs over the questions that both have.

    ``low`` and ``high`` are the 95 % interval of the difference (paired bootstrap), ``p`` the probability of one as
    large if the runs were alike (randomisation test); ``None`` where it can't be told.
    """

    name: str
    before: float
    after: float
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A question that both runs have, as it was before and is after."""

    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    ``gained`` and ``lost`` are the questions that became right and wrong; ``reworded`` those whose text changed but
    not whether it is right. ``only_before`` and ``only_after`` count questions that just one of the runs has, and
    ``causes`` are what differs between the runs, a line each.
    """

    before: Report
    after: Report
    differences: tuple[Difference, ...]
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    reworded: tuple[Change, ...]
    only_before: int
    only_after: int
    causes: tuple[str, ...]


def compare(before: Report, after: Report) -> Comparison:
    """Compare two runs over the questions that both have.

    Raises:
        RunError: they have none in common.
    """
    pairs = pair_records(before, after)
    if not pairs:
        raise RunError("the two runs have no question in common; compare runs of the same test set")
    known = [pair for pair in pairs if pair.before.is_known and pair.after.is_known]
    changed = [pair for pair in pairs if pair.before.said != pair.after.said]
    return Comparison(
        before=before,
        after=after,
        differences=tuple(find_differences(pairs, seed=after.run.seed)),
        gained=tuple(pair for pair in known if pair.after.is_right and not pair.before.is_right),
        lost=tuple(pair for pair in known if pair.before.is_right and not pair.after.is_right),
        reworded=tuple(pair for pair in changed if pair.before.is_right == pair.after.is_right),
        only_before=len(before.records) - len(pairs),
        only_after=len(after.records) - len(pairs),
        causes=tuple(find_causes(before.run, after.run)),
    )


def pair_records(before: Report, after: Report) -> list[Change]:
    """Return the questions that both runs have, in the order of the second: of the same key and the same words."""
    known = {(record.key, record.question): record for record in before.records}
    return [
        Change(known[record.key, record.question], record)
        for record in after.records
        if (record.key, record.question) in known
    ]


def find_differences(pairs: Sequence[Change], *, seed: int) -> list[Difference]:
    """Return every metric that applies to both runs, with interval and p-value."""
    records = [pair.before for pair in pairs] + [pair.after for pair in pairs]
    size = len(pairs)
    first, second = np.arange(size), np.arange(size, 2 * size)
    differences = []
    for metric in METRICS:
        statistic, _ = make_statistic(records, metric.name)
        values = float(statistic(first)), float(statistic(second))
        if np.isnan(values).any():
            continue
        if all(scores_alike(pair, metric.name) for pair in pairs):  # resampling would find the same, but slowly
            differences.append(Difference(metric.name, *values, 0.0, 0.0, 1.0))
        else:
            low, high = bootstrap_interval(paired(statistic, size), size, seed=seed) or (None, None)
            p = randomisation_test(statistic, size, seed=seed)
            differences.append(Difference(metric.name, *values, low, high, p))
    return differences


def scores_alike(pair: Change, name: str) -> bool:
    """Tell whether a metric sees no difference between a question's two answers."""
    if name in CURVES:
        return confidence_of(pair.before) == confidence_of(pair.after)
    return pair.before.scores.get(name) == pair.after.scores.get(name)


def confidence_of(record: Record) -> tuple[float, bool, bool, bool]:
    """Return what the metrics over the whole curve see of a question."""
    return record.confidence, record.abstained, record.is_known, record.is_right


def paired(statistic: Statistic, size: int) -> Statistic:
    """Return the difference of a metric, second run less first, over the same resampled questions in both."""

    def difference(places: NDArray[np.int64]) -> Vector:
        return statistic(places + size) - statistic(places)

    return difference


def judge_difference(item: Difference) -> Verdict:
    """Tell whether a metric became better or worse by more than chance; nothing where it didn't."""
    if item.p is None or item.p >= SIGNIFICANT or item.before == item.after:
        return ""
    better = BY_NAME[item.name].better
    if better == "neither":
        return "changed"
    return "better" if (item.after > item.before) == (better == "higher") else "worse"


def find_causes(before: Run, after: Run) -> list[str]:
    """Return what differs between two runs, a line each."""
    lines = []
    for item in fields(Run):
        old, new = getattr(before, item.name), getattr(after, item.name)
        if item.name in TELLING and old != new:
            lines.append(f"{item.name.replace('_', ' ')}: {old[:12] if isinstance(old, str) else old} -> "
                         f"{new[:12] if isinstance(new, str) else new}")  # fmt: skip
    for name in dict.fromkeys([*before.settings, *after.settings]):
        old, new = before.settings.get(name), after.settings.get(name)
        if old != new:
            lines.append(f"{name}: {old} -> {new}")
    return lines
