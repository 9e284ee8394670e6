"""Figures against plain, slow reference implementations; intervals and p-values by their laws."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.evaluation.statistics import (
    BINS,
    Statistic,
    Vector,
    bootstrap_interval,
    calibration_error_of,
    column,
    mean_of,
    randomisation_test,
    reliability,
    risk_coverage_of,
    risk_coverage_points,
)

CONFIDENCE = st.none() | st.integers(0, 10).map(lambda tenths: tenths / 10) | st.floats(0, 1)
QUESTIONS = st.lists(st.tuples(CONFIDENCE, st.booleans()), min_size=1, max_size=25)
"""Confidence, ``None`` where the question doesn't count, and whether it was right; many are equally confident."""
Questions = list[tuple[float | None, bool]]


def vectors(questions: Questions) -> tuple[Vector, Vector]:
    confidence = np.array([np.nan if value is None else value for value, _ in questions], dtype=np.float64)
    return confidence, np.array([float(right) for _, right in questions])


def all_of(statistic: Statistic, size: int) -> float:
    return float(statistic(np.arange(size)))


def slow_mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else math.nan


def slow_calibration_error(questions: Questions) -> float:
    known = [(value, right) for value, right in questions if value is not None]
    error = 0.0
    for number in range(BINS):
        members = [(value, right) for value, right in known if min(int(value * BINS), BINS - 1) == number]
        if members:
            confidence = sum(value for value, _ in members) / len(members)
            share = sum(right for _, right in members) / len(members)
            error += len(members) / len(known) * abs(confidence - share)
    return error if known else math.nan


def slow_risks(questions: Questions) -> list[float]:
    known = [(value, right) for value, right in questions if value is not None]
    risks = []
    for threshold in sorted((value for value, _ in known), reverse=True):
        covered = [right for value, right in known if value >= threshold]
        risks.append(covered.count(False) / len(covered))
    return risks


def same(value: float, expected: float) -> bool:
    return value == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


@given(values=st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=30))
@example(values=[None])
@settings(deadline=None)
def test_mean_is_that_of_the_values_that_apply(values: list[float | None]) -> None:
    scores = [{} if value is None else {"x": value} for value in values]
    assert same(all_of(mean_of(column(scores, "x")), len(values)), slow_mean(values))


@given(questions=QUESTIONS)
@example(questions=[(None, True)])
@example(questions=[(1.0, True), (0.0, False), (0.9, True), (0.95, False)])
@settings(deadline=None)
def test_calibration_error_is_that_of_the_slow_way(questions: Questions) -> None:
    assert same(all_of(calibration_error_of(*vectors(questions)), len(questions)), slow_calibration_error(questions))


@given(questions=QUESTIONS)
@example(questions=[(None, False)])
@example(questions=[(0.5, True), (0.5, False), (0.5, False), (0.9, True)])
@settings(deadline=None)
def test_risk_coverage_is_that_of_the_slow_way(questions: Questions) -> None:
    risks = slow_risks(questions)
    expected = sum(risks) / len(risks) if risks else math.nan
    assert same(all_of(risk_coverage_of(*vectors(questions)), len(questions)), expected)


@given(questions=QUESTIONS)
@settings(deadline=None)
def test_risk_coverage_curve_has_a_point_for_every_answer(questions: Questions) -> None:
    points = risk_coverage_points(*vectors(questions))
    risks = slow_risks(questions)
    assert [share for share, _ in points] == pytest.approx([n / len(questions) for n in range(1, len(risks) + 1)])
    assert [risk for _, risk in points] == pytest.approx(risks)


def test_no_questions_have_no_curve_and_no_bins() -> None:
    assert risk_coverage_points(np.array([]), np.array([])) == []
    assert reliability(np.array([]), np.array([])) == []
    assert math.isnan(all_of(mean_of(np.array([])), 0))


@given(data=st.data(), questions=QUESTIONS)
@settings(deadline=None)
def test_order_of_questions_changes_nothing(data: st.DataObject, questions: Questions) -> None:
    size = len(questions)
    shuffled = data.draw(st.permutations(questions))
    for make in (calibration_error_of, risk_coverage_of):
        assert same(all_of(make(*vectors(shuffled)), size), all_of(make(*vectors(questions)), size))
    places = np.array(data.draw(st.permutations(range(size))))
    for statistic in every_statistic(questions):
        assert same(float(statistic(places)), all_of(statistic, size))


@given(questions=QUESTIONS)
@settings(deadline=None)
def test_equally_confident_answers_make_one_step(questions: Questions) -> None:
    same_confidence = [(None if value is None else 0.4, right) for value, right in questions]
    known = [right for value, right in same_confidence if value is not None]
    expected = known.count(False) / len(known) if known else math.nan
    assert same(all_of(risk_coverage_of(*vectors(same_confidence)), len(questions)), expected)


def every_statistic(questions: Questions) -> list[Statistic]:
    confidence, right = vectors(questions)
    return [mean_of(confidence), calibration_error_of(confidence, right), risk_coverage_of(confidence, right)]


@given(data=st.data(), questions=QUESTIONS, rows=st.integers(1, 4), width=st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_many_samples_at_once_are_the_samples_one_by_one(
    data: st.DataObject, questions: Questions, rows: int, width: int
) -> None:
    place = st.integers(0, len(questions) - 1)
    places = np.array([[data.draw(place) for _ in range(width)] for _ in range(rows)])
    for statistic in every_statistic(questions):
        together = statistic(places)
        assert together.shape == (rows,)
        assert all(same(float(value), float(statistic(row))) for value, row in zip(together, places, strict=True))


@given(data=st.data(), questions=QUESTIONS)
@settings(deadline=None)
def test_a_sample_is_the_figure_of_its_questions(data: st.DataObject, questions: Questions) -> None:
    places = data.draw(st.lists(st.integers(0, len(questions) - 1), min_size=1, max_size=20))
    chosen = [questions[place] for place in places]
    for sampled, alone in zip(every_statistic(questions), every_statistic(chosen), strict=True):
        assert same(float(sampled(np.array(places))), all_of(alone, len(chosen)))


@given(questions=QUESTIONS)
@settings(deadline=None)
def test_calibration_error_and_risk_lie_between_0_and_1(questions: Questions) -> None:
    for statistic in every_statistic(questions):
        value = all_of(statistic, len(questions))
        assert math.isnan(value) or -1e-12 <= value <= 1 + 1e-12


def test_confidence_that_is_always_the_truth_has_no_error() -> None:
    questions: Questions = [(1.0, True), (0.0, False)] * 5
    assert all_of(calibration_error_of(*vectors(questions)), 10) == 0
    assert all_of(calibration_error_of(*vectors([(1.0, False), (0.0, True)])), 2) == 1


def test_good_order_of_confidence_lowers_the_risk() -> None:
    sure_when_right: Questions = [(0.9, True), (0.8, True), (0.2, False), (0.1, False)]
    sure_when_wrong: Questions = [(1 - value, right) for value, right in sure_when_right if value is not None]
    assert all_of(risk_coverage_of(*vectors(sure_when_right)), 4) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert all_of(risk_coverage_of(*vectors(sure_when_wrong)), 4) == pytest.approx((1 + 1 + 2 / 3 + 2 / 4) / 4)


@given(questions=QUESTIONS)
@example(questions=[(0.0, True), (0.1, True), (1.0, False), (0.99, True)])
@settings(deadline=None)
def test_reliability_bins_hold_every_answer_once(questions: Questions) -> None:
    confidence, right = vectors(questions)
    bins = reliability(confidence, right)
    known = [(value, truth) for value, truth in questions if value is not None]
    assert sum(item.questions for item in bins) == len(known)
    assert len(bins) <= BINS
    assert all(item.questions > 0 for item in bins)
    assert same(sum(item.confidence * item.questions for item in bins), sum(value for value, _ in known))
    assert same(sum(item.right * item.questions for item in bins), sum(truth for _, truth in known))
    assert [item.confidence for item in bins] == sorted(item.confidence for item in bins)


def test_a_score_that_does_not_apply_is_no_number() -> None:
    assert np.array_equal(column([{"x": 1.0}, {"y": 1.0}, {"x": 0.0}], "x"), [1, np.nan, 0], equal_nan=True)


SCORES = st.lists(st.none() | st.sampled_from([0.0, 0.5, 1.0]), min_size=2, max_size=20)


def values_of(scores: list[float | None]) -> Vector:
    return np.array([np.nan if score is None else score for score in scores], dtype=np.float64)


@given(scores=SCORES, seed=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_interval_is_ordered_within_the_scores_and_the_same_for_the_same_seed(
    scores: list[float | None], seed: int
) -> None:
    values = values_of(scores)
    interval = bootstrap_interval(mean_of(values), len(values), seed=seed)
    assert interval == bootstrap_interval(mean_of(values), len(values), seed=seed)
    if np.isnan(values).all():
        assert interval is None
    else:
        assert interval is not None
        low, high = interval
        assert np.nanmin(values) <= low <= high <= np.nanmax(values)


@pytest.mark.parametrize("size", [0, 1])
def test_fewer_than_two_questions_have_no_interval_and_no_p_value(size: int) -> None:
    values = np.ones(2 * size)
    assert bootstrap_interval(mean_of(values), size, seed=0) is None
    assert randomisation_test(mean_of(values), size, seed=0) is None


def test_interval_of_scores_that_are_all_the_same_is_that_score() -> None:
    assert bootstrap_interval(mean_of(np.full(9, 0.25)), 9, seed=0) == (0.25, 0.25)


def test_interval_holds_the_figure_and_narrows_with_more_questions() -> None:
    few, many = np.tile([0.0, 1.0], 10), np.tile([0.0, 1.0], 1000)
    widths = []
    for values in (few, many):
        low, high = bootstrap_interval(mean_of(values), len(values), seed=0) or (1.0, 0.0)
        assert low < 0.5 < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 5
    assert widths[1] == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(len(many)), rel=0.1)


def test_another_seed_gives_another_sample() -> None:
    values = np.linspace(0, 1, 40) ** 3
    assert bootstrap_interval(mean_of(values), 40, seed=0) != bootstrap_interval(mean_of(values), 40, seed=1)


@pytest.mark.filterwarnings("error")
def test_interval_of_a_figure_that_seldom_applies_warns_nobody() -> None:
    values = values_of([1.0, None, None, None])
    assert bootstrap_interval(mean_of(values), 4, seed=0) == (1, 1)


@given(scores=SCORES)
@settings(max_examples=20, deadline=None)
def test_identical_runs_are_no_evidence_of_a_difference(scores: list[float | None]) -> None:
    values = np.tile(values_of(scores), 2)
    p = randomisation_test(mean_of(values), len(scores), seed=0)
    assert p == (None if np.isnan(values).all() else 1)


@given(data=st.data(), before=SCORES, seed=st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_p_value_is_the_same_for_swapped_runs(data: st.DataObject, before: list[float | None], seed: int) -> None:
    size = len(before)
    after = data.draw(st.lists(st.none() | st.sampled_from([0.0, 0.5, 1.0]), min_size=size, max_size=size))
    forth, back = values_of([*before, *after]), values_of([*after, *before])
    p = randomisation_test(mean_of(forth), size, seed=seed)
    assert p == randomisation_test(mean_of(forth), size, seed=seed)
    assert p == pytest.approx(randomisation_test(mean_of(back), size, seed=seed))
    assert p is None or 0 < p <= 1


@pytest.mark.parametrize("size", [12, 40])
def test_strongly_different_runs_are_told_apart(size: int) -> None:
    values = np.concatenate([np.zeros(size), np.ones(size)])
    p = randomisation_test(mean_of(values), size, seed=0)
    assert p is not None
    assert p < 0.01


def test_p_value_of_few_questions_is_the_exact_one() -> None:
    values = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.float64)
    assert randomisation_test(mean_of(values), 4, seed=0) == pytest.approx(2 / 2**4)


def test_figure_that_applies_to_one_run_only_has_no_p_value() -> None:
    values = np.array([np.nan, np.nan, np.nan, 1, 0, 1])
    assert randomisation_test(mean_of(values), 3, seed=0) is None


def test_curves_can_be_tested_like_means() -> None:
    good: Questions = [(0.9, True), (0.1, False)] * 30
    bad: Questions = [(0.9, False), (0.1, True)] * 30
    statistic = risk_coverage_of(*vectors([*good, *bad]))
    p = randomisation_test(statistic, 60, seed=0)
    assert p is not None
    assert p < 0.01
