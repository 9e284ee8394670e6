"""Judgements -> a report: means with their intervals, kinds of questions, curves, the steps that failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from assistant.evaluation.metrics import METRICS
from assistant.evaluation.report import DIGITS, Figure, Group, Quote, Record, Report, Run, Speed
from assistant.evaluation.scoring import Judgement
from assistant.evaluation.statistics import (
    Statistic,
    Vector,
    bootstrap_interval,
    calibration_error_of,
    column,
    mean_of,
    reliability,
    risk_coverage_of,
    risk_coverage_points,
)
from assistant.question_type import classify

CURVES = {"calibration_error": calibration_error_of, "risk_coverage": risk_coverage_of}
"""Metrics that are no means, but computed from all confidences at once."""
GROUP_METRICS = (
    "right",
    "answer_in_first",
    "answer_in_any",
    "parts_said",
    "verdict_right",
    "notes_found",
    "mrr@10",
    "false_refusals",
    "refusal_recall",
)
"""What is broken down by kind of question."""


def make_report(
    run: Run, judgements: Sequence[Judgement], *, notes: Iterable[str] = (), speed: Speed | None = None
) -> Report:
    """Sum judgements up."""
    records = tuple(map(make_record, judgements))
    confidence, right = confidence_and_right(records, answered_only=True)
    everything, _ = confidence_and_right(records, answered_only=False)
    known = ~np.isnan(everything)
    return Report(
        run=run,
        figures=tuple(make_figures(records, seed=run.seed)),
        groups=tuple(make_groups(records)),
        steps=count_steps(records),
        risk_coverage=tuple(risk_coverage_points(confidence[known], right[known])),
        reliability=tuple(reliability(confidence, right)),
        notes=tuple(notes),
        records=records,
        speed=speed,
    )


def make_record(judgement: Judgement) -> Record:
    """Return what the report keeps of a judgement."""
    case, answer = judgement.outcome.case, judgement.outcome.reply.answer
    quotes = (Quote(item.article_id, item.title, item.start, item.end, item.quote) for item in answer.citations)
    return Record(
        key=case.key,
        place=case.place,
        kind=case.kind or classify(case.question).name.lower(),
        question=case.question,
        history=case.history,
        standalone_question=answer.standalone_question,
        gold=case.answers,
        article_id=case.article_id,
        said=answer.text,
        quotes=tuple(quotes),
        highlight=answer.highlight,
        abstained=answer.abstained,
        confidence=round(answer.confidence, DIGITS),
        rank=judgement.rank,
        ranking=judgement.outcome.reply.ranking,
        scores={name: round(value, DIGITS) for name, value in judgement.scores.items()},
        step=judgement.step,
        reason=judgement.reason,
    )


def make_figures(records: Sequence[Record], *, seed: int) -> Iterable[Figure]:
    """Yield the figures that apply, each with its interval."""
    for metric in METRICS:
        statistic, count = make_statistic(records, metric.name)
        if count:
            low, high = bootstrap_interval(statistic, len(records), seed=seed) or (None, None)
            yield Figure(metric.name, float(statistic(np.arange(len(records)))), low, high, count)


def make_statistic(records: Sequence[Record], name: str) -> tuple[Statistic, int]:
    """Return what computes a metric from the places of records, and to how many records it applies."""
    if name in CURVES:
        confidence, right = confidence_and_right(records, answered_only=True)
        return CURVES[name](confidence, right), int((~np.isnan(confidence)).sum())
    values = column([record.scores for record in records], name)
    return mean_of(values), int((~np.isnan(values)).sum())


def confidence_and_right(records: Sequence[Record], *, answered_only: bool) -> tuple[Vector, Vector]:
    """Return confidence, NaN where the question doesn't count, and whether it was right, as 0 or 1."""
    counts = [record.is_known and not (answered_only and record.abstained) for record in records]
    pairs = list(zip(records, counts, strict=True))
    confidence = np.array([record.confidence if counted else np.nan for record, counted in pairs], dtype=np.float64)
    return confidence, np.array([float(record.is_right) for record in records], dtype=np.float64)


def make_groups(records: Sequence[Record]) -> Iterable[Group]:
    """Yield the main figures by kind of question, in the order in which the kinds come."""
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        kinds[record.kind].append(record)
    for kind, members in kinds.items():
        values = {}
        for name in GROUP_METRICS:
            statistic, count = make_statistic(members, name)
            if count:
                values[name] = float(statistic(np.arange(len(members))))
        yield Group(kind, len(members), values)


def count_steps(records: Sequence[Record]) -> dict[str, int]:
    """Return how often each step probably failed, the most frequent first."""
    counts = Counter(record.step for record in records if record.step)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
