"""Two runs side by side: no difference from itself, the same story told backwards, and only what both runs have."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.evaluation import (
    Change,
    Comparison,
    Difference,
    Report,
    RunError,
    compare,
    evaluate,
    judge_difference,
    read_testset,
)
from tests.conftest import ARTICLES, WordEmbedder

LINES: tuple[dict[str, object], ...] = (
    {"question": "Wie lang ist die neue Strecke in Kilometern?", "answers": ["84 Kilometer"]},
    {"question": "Was kostet ein Kilogramm Roggenbrot?", "answers": ["4,10 Euro"]},
    {"question": "Um wie viel Prozent stieg der Preis?", "answers": ["8 Prozent"]},
    {"question": "Wie lang ist das Tier?", "answers": ["12 Meter"]},
    {"question": "Wie lang ist der Buckelwal?", "answers": ["12 Meter"]},
    {"question": "Wie lange dauert die Fahrt jetzt?", "answers": ["41 Minuten"]},
    {"question": "Was nennen die Bäcker als Grund?", "answers": ["Energiekosten"]},
    {"question": "Wo wurde ein Buckelwal gesichtet?", "answers": ["vor der Küste"]},
    {"question": "Was raten Fachleute?", "answers": ["Abstand zu halten"]},
    {"question": "Welche Farbe trug Napoleons Zebra in Quito?", "answers": []},
)
EvaluateLines = Callable[..., Report]


@pytest.fixture(scope="module")
def evaluate_lines(tmp_path_factory: pytest.TempPathFactory) -> EvaluateLines:
    """Return a function that evaluates lines of a test set with some settings, over the three articles."""
    folder = tmp_path_factory.mktemp("comparison")
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")

    def run(*lines: dict[str, object], seed: int = 0, name: str = "fragen.jsonl", **chosen: object) -> Report:
        path: Path = folder / name
        path.write_text("".join(json.dumps(line) + "\n" for line in lines or LINES), encoding="utf-8")
        settings = Settings(articles=(articles,), data_dir=folder / "data", **chosen)  # type: ignore[arg-type]
        return evaluate(Assistant(settings, embeddings=WordEmbedder()), read_testset(path), seed=seed)

    return run


@pytest.fixture(scope="module")
def usual(evaluate_lines: EvaluateLines) -> Report:
    """Return the run with the usual settings."""
    return evaluate_lines()


@pytest.fixture(scope="module")
def timid(evaluate_lines: EvaluateLines) -> Report:
    """Return the run of an assistant that refuses everything."""
    return evaluate_lines(refuse_below=1.0)


def find(comparison: Comparison, name: str) -> Difference:
    return next(item for item in comparison.differences if item.name == name)


def test_a_run_does_not_differ_from_itself(usual: Report) -> None:
    comparison = compare(usual, usual)
    assert {item.name for item in comparison.differences} == {figure.name for figure in usual.figures}
    for item in comparison.differences:
        assert item.before == item.after == usual.value(item.name)
        assert (item.low, item.high, item.p) == (0, 0, 1)
        assert judge_difference(item) == ""
    assert comparison.gained == comparison.lost == comparison.reworded == comparison.causes == ()
    assert comparison.only_before == comparison.only_after == 0


def test_another_run_with_the_same_settings_is_no_other_run(evaluate_lines: EvaluateLines, usual: Report) -> None:
    comparison = compare(usual, evaluate_lines())
    assert all(item.p == 1 for item in comparison.differences)
    assert comparison.causes == ()


def test_a_run_that_refuses_everything_loses_what_was_right(usual: Report, timid: Report) -> None:
    comparison = compare(usual, timid)
    right_before = [record for record in usual.records if record.is_right and not record.abstained]
    assert len(right_before) >= 8
    assert [pair.before for pair in comparison.lost] == right_before
    assert all(pair.after.abstained for pair in comparison.lost)
    assert comparison.gained == ()
    refused = find(comparison, "false_refusals")
    assert (refused.before, refused.after) == (0, 1)
    assert refused.p is not None
    assert refused.p < 0.01
    assert (refused.low, refused.high) == (1, 1)
    assert judge_difference(refused) == judge_difference(find(comparison, "right")) == "worse"
    assert judge_difference(find(compare(timid, usual), "false_refusals")) == "better"


def test_figures_that_apply_to_one_run_only_are_left_out(usual: Report, timid: Report) -> None:
    names = {item.name for item in compare(usual, timid).differences}
    assert names < {figure.name for figure in usual.figures}
    assert "statements" not in names
    assert "right" in names


def test_swapped_runs_tell_the_same_story_backwards(usual: Report, timid: Report) -> None:
    forth, back = compare(usual, timid), compare(timid, usual)

    def swapped(pairs: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(Change(pair.after, pair.before) for pair in pairs)

    assert forth.lost == swapped(back.gained)
    assert forth.gained == swapped(back.lost)
    assert forth.reworded == swapped(back.reworded)
    assert (forth.only_before, forth.only_after) == (back.only_after, back.only_before)
    assert len(forth.causes) == len(back.causes)
    for one, other in zip(forth.differences, back.differences, strict=True):
        assert (one.name, one.before, one.after) == (other.name, other.after, other.before)
        assert (one.low is None) == (other.low is None)
        if one.low is not None and one.high is not None:
            assert (one.low, one.high) == pytest.approx((-(other.high or 0), -(other.low or 0)))
        assert one.p == pytest.approx(other.p)


def test_a_changed_setting_is_the_cause(evaluate_lines: EvaluateLines, usual: Report, timid: Report) -> None:
    (cause,) = compare(usual, timid).causes
    assert cause.startswith("refuse_below: ")
    assert cause.endswith(" -> 1.0")
    causes = compare(timid, evaluate_lines(most_statements=1, seed=7)).causes
    assert [cause.partition(":")[0] for cause in causes] == ["seed", "most_statements", "refuse_below"]
    assert causes[0] == "seed: 0 -> 7"


def test_what_a_run_was_asked_of_is_a_cause_too(usual: Report) -> None:
    changed = {"version": "9.9", "program": "a" * 16, "testset": "neu.jsonl", "testset_digest": "b" * 64}
    other = replace(usual, run=replace(usual.run, **changed, collection="c" * 16))  # type: ignore[arg-type]
    causes = compare(usual, other).causes
    assert [cause.partition(":")[0] for cause in causes] == [
        "version",
        "program",
        "testset",
        "testset digest",
        "collection",
    ]
    assert all("\n" not in cause and len(cause) < 80 for cause in causes)


def test_a_setting_that_only_one_run_has_is_a_cause(usual: Report) -> None:
    settings = {name: value for name, value in usual.run.settings.items() if name != "most_statements"}
    other = replace(usual, run=replace(usual.run, settings={**settings, "neu": 5}))
    assert set(compare(usual, other).causes) == {"most_statements: 5 -> None", "neu: None -> 5"}


def test_answers_that_only_read_otherwise_are_reworded(usual: Report) -> None:
    first, *rest = usual.records
    other = replace(usual, records=(replace(first, said=f"Nun: {first.said}"), *rest))
    comparison = compare(usual, other)
    assert comparison.reworded == (Change(first, other.records[0]),)
    assert comparison.gained == comparison.lost == ()


def test_gained_and_lost_questions_are_not_reworded(usual: Report) -> None:
    first, second, *rest = usual.records
    wrong = replace(first, said="Anders.", scores={**first.scores, "right": 0.0})
    comparison = compare(replace(usual, records=(wrong, second, *rest)), usual)
    assert comparison.gained == (Change(wrong, first),)
    assert comparison.lost == comparison.reworded == ()


def test_only_common_questions_are_compared(evaluate_lines: EvaluateLines, usual: Report) -> None:
    extra = {"question": "Was kostete der Bau?", "answers": ["1,2 Milliarden Euro"]}
    more = evaluate_lines(*LINES[:2], extra, *LINES[2:], name="mehr.jsonl")
    comparison = compare(usual, more)
    assert (comparison.only_before, comparison.only_after) == (0, 1)
    assert all(item.before == item.after and item.p == 1 for item in comparison.differences)
    fewer = evaluate_lines(*LINES[:4], name="weniger.jsonl")
    comparison = compare(usual, fewer)
    assert (comparison.only_before, comparison.only_after) == (len(LINES) - 4, 0)
    assert all(item.before == item.after == fewer.value(item.name) for item in comparison.differences)


def test_order_of_questions_does_not_count(evaluate_lines: EvaluateLines, usual: Report) -> None:
    comparison = compare(usual, evaluate_lines(*LINES[::-1], name="rueckwaerts.jsonl"))
    assert all(item.p == 1 and item.before == pytest.approx(item.after) for item in comparison.differences)
    assert comparison.gained == comparison.lost == comparison.reworded == ()


def test_a_question_of_the_same_key_but_other_words_is_another(usual: Report) -> None:
    other = replace(usual, records=tuple(replace(record, question="Anders gefragt?") for record in usual.records))
    with pytest.raises(RunError):
        compare(usual, other)


def test_runs_without_a_common_question_are_refused_in_one_line(evaluate_lines: EvaluateLines) -> None:
    first, second = evaluate_lines(*LINES[:2], name="a.jsonl"), evaluate_lines(*LINES[2:4], name="b.jsonl")
    with pytest.raises(RunError, match="no question in common") as caught:
        compare(first, second)
    assert "\n" not in str(caught.value)


def test_a_difference_on_one_question_alone_has_no_interval(evaluate_lines: EvaluateLines, usual: Report) -> None:
    right = find(compare(usual, evaluate_lines(LINES[0], name="eine.jsonl", refuse_below=1.0)), "right")
    assert (right.before, right.after) == (1, 0)
    assert (right.low, right.high, right.p) == (None, None, None)
    assert judge_difference(right) == ""


@pytest.mark.parametrize("name", ["calibration_error", "risk_coverage"])
def test_figures_that_differ_are_never_said_to_be_alike(usual: Report, name: str) -> None:
    wrong = {**usual.records[0].scores, "right": 0.0}
    unknown = {key: value for key, value in wrong.items() if key != "right"}
    before, after = (
        replace(usual, records=(replace(usual.records[0], scores=scores), *usual.records[1:]))
        for scores in (unknown, wrong)
    )
    found = find(compare(before, after), name)
    assert found.before != found.after
    assert (found.low, found.high, found.p) != (0, 0, 1)


def test_loaded_runs_are_compared_like_those_at_hand(usual: Report, timid: Report, tmp_path: Path) -> None:
    usual.save(tmp_path / "vorher.json")
    timid.save(tmp_path / "nachher.json")
    loaded = compare(Report.load(tmp_path / "vorher.json"), Report.load(tmp_path / "nachher.json"))
    at_hand = compare(usual, timid)
    assert loaded.differences == at_hand.differences
    assert (loaded.gained, loaded.lost, loaded.reworded) == (at_hand.gained, at_hand.lost, at_hand.reworded)
    assert loaded.causes == at_hand.causes


@pytest.mark.parametrize(
    ("name", "before", "after", "p", "verdict"),
    [
        ("right", 0.5, 0.9, 0.01, "better"),
        ("right", 0.9, 0.5, 0.01, "worse"),
        ("brier", 0.5, 0.9, 0.01, "worse"),
        ("brier", 0.9, 0.5, 0.01, "better"),
        ("statements", 1.0, 2.0, 0.01, "changed"),
        ("right", 0.5, 0.9, 0.05, ""),
        ("right", 0.5, 0.9, None, ""),
        ("right", 0.5, 0.5, 0.01, ""),
    ],
)
def test_a_difference_is_judged_by_its_direction_and_chance(
    name: str, before: float, after: float, p: float | None, verdict: str
) -> None:
    assert judge_difference(Difference(name, before, after, None, None, p)) == verdict
