"""A report: its figures are means over the questions to which they apply, and its file gives it back."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.evaluation import METRICS, Record, Report, RunError, Speed, evaluate, read_testset
from assistant.evaluation.report import DIGITS, Step
from tests.conftest import ARTICLES, WordEmbedder

LINES: tuple[dict[str, object], ...] = (
    {"question": "Wie lang ist die neue Strecke in Kilometern?", "answers": ["84 Kilometer"], "article_id": "bahn.md"},
    {"question": "Was kostet ein Kilogramm Roggenbrot?", "answers": ["4,10 Euro"], "article_id": "brot.md"},
    {"question": "Um wie viel Prozent stieg der Preis?", "answers": ["9 Prozent"], "article_id": "brot.md"},
    {"question": "Wie lang ist das Tier?", "answers": ["12 Meter"], "article_id": "wal.txt", "kind": "Tiere"},
    {"question": "Was raten Fachleute?", "answers": [], "kind": "Tiere"},
    {"question": "Welche Farbe trug Napoleons Zebra in Quito?", "answers": []},
    {"question": "Wie lange dauert die Fahrt jetzt?", "judged": "wrong"},
    {
        "question": "Und was kostete ihr Bau?",
        "answers": ["1,2 Milliarden Euro"],
        "article_id": "bahn.md",
        "history": [["Wie lang ist die neue Strecke in Kilometern?", "84 Kilometer."]],
        "standalone_question": "Was kostete der Bau der neuen Strecke?",
    },
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report of eight questions: right and wrong, answered and refused, a follow-up, one not judged."""
    folder = tmp_path_factory.mktemp("report")
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")
    path = folder / "fragen.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    desk = Assistant(Settings(articles=(articles,), data_dir=folder / "data"), embeddings=WordEmbedder())
    return evaluate(desk, read_testset(path))


# Figures


def mean(records: Sequence[Record], name: str) -> float:
    values = [record.scores[name] for record in records if name in record.scores]
    return sum(values) / len(values)


def test_figures_are_means_over_the_questions_to_which_they_apply(report: Report) -> None:
    plain = [figure for figure in report.figures if figure.name not in ("calibration_error", "risk_coverage")]
    assert {figure.name for figure in plain} == {name for record in report.records for name in record.scores}
    for figure in plain:
        assert figure.value == pytest.approx(mean(report.records, figure.name)), figure.name
        assert figure.questions == sum(figure.name in record.scores for record in report.records), figure.name


def test_figures_stand_in_the_order_of_the_metrics_and_in_their_intervals(report: Report) -> None:
    names = [metric.name for metric in METRICS]
    assert [figure.name for figure in report.figures] == sorted(
        (figure.name for figure in report.figures), key=names.index
    )
    for figure in report.figures:
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.high
        if figure.name != "calibration_error":  # on few questions it is larger in samples
            assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9


def test_curves_are_over_the_answered_questions_that_were_judged(report: Report) -> None:
    answered = [record for record in report.records if record.is_known and not record.abstained]
    known = [record for record in report.records if record.is_known]
    assert 2 <= len(answered) < len(known) < len(report.records)
    assert sum(item.questions for item in report.reliability) == len(answered)
    assert [share for share, _ in report.risk_coverage] == pytest.approx(
        [count / len(known) for count in range(1, len(answered) + 1)]
    )
    assert report.risk_coverage[-1][1] == pytest.approx(1 - mean(answered, "right"))
    for name in ("calibration_error", "risk_coverage"):
        (figure,) = (figure for figure in report.figures if figure.name == name)
        assert figure.questions == len(answered)
    assert report.value("risk_coverage") == pytest.approx(
        sum(risk for _, risk in report.risk_coverage) / len(report.risk_coverage)
    )


def test_groups_hold_every_question_once(report: Report) -> None:
    assert {group.kind: group.questions for group in report.groups} == Counter(record.kind for record in report.records)
    assert "Tiere" in {group.kind for group in report.groups}
    for group in report.groups:
        members = [record for record in report.records if record.kind == group.kind]
        for name, value in group.values.items():
            assert value == pytest.approx(mean(members, name))
        assert ("right" in group.values) == any(record.is_known for record in members)


def test_steps_are_counted_the_most_frequent_first(report: Report) -> None:
    assert report.steps == Counter(record.step for record in report.records if record.step)
    assert list(report.steps.values()) == sorted(report.steps.values(), reverse=True)
    assert sum(report.steps.values()) == len(report.wrong()) > 0
    assert all(record.step for record in report.wrong())


def test_value_of_a_figure_by_its_name(report: Report) -> None:
    assert report.value("right") == pytest.approx(mean(report.records, "right"))
    assert report.value("gibt es nicht") is None


def test_records_hold_what_was_asked_and_said(report: Report) -> None:
    assert [record.question for record in report.records] == [line["question"] for line in LINES]
    assert [record.place for record in report.records] == [f"line {number}" for number in range(1, len(LINES) + 1)]
    assert [record.gold for record in report.records][4:7] == [(), (), None]
    unjudged = report.records[6]
    assert (unjudged.is_known, unjudged.is_right, unjudged.step) == (False, False, None)
    for record in report.records:
        assert record.abstained or record.quotes
        assert all(f"[{number}]" in record.said for number in range(1, len(record.quotes) + 1))
        assert all(quote.end - quote.start == len(quote.text) for quote in record.quotes)
        assert round(record.confidence, DIGITS) == record.confidence


# Files


def test_a_report_that_was_saved_is_loaded_as_it_was(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "lauf.json")
    loaded = Report.load(tmp_path / "lauf.json")
    assert loaded.to_dict() == report.to_dict()
    assert loaded.records == report.records
    assert (loaded.run, loaded.steps, loaded.notes) == (report.run, report.steps, report.notes)
    loaded.save(tmp_path / "zweiter.json")
    assert Report.load(tmp_path / "zweiter.json") == loaded


def test_rounding_changes_no_figure_by_more_than_a_millionth(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "lauf.json")
    for before, after in zip(report.figures, Report.load(tmp_path / "lauf.json").figures, strict=True):
        assert asdict(after) == pytest.approx(asdict(before), abs=10**-DIGITS)


def test_the_same_report_is_saved_in_the_same_bytes(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "eins.json")
    replace(report, speed=None).save(str(tmp_path / "zwei.json"))
    content = (tmp_path / "eins.json").read_bytes()
    assert content == (tmp_path / "zwei.json").read_bytes()
    assert "Züge" in content.decode("utf-8")
    assert content.endswith(b"}\n")


def test_what_the_clock_measured_lies_beside_the_run(report: Report, tmp_path: Path) -> None:
    assert report.speed is not None
    report.save(tmp_path / "lauf.json")
    assert {path.name for path in tmp_path.iterdir()} == {"lauf.json", "lauf.speed.json"}
    assert "timings" not in (tmp_path / "lauf.json").read_text(encoding="utf-8")
    speed = Report.load(tmp_path / "lauf.json").speed
    assert speed is not None
    assert [step.name for step in speed.steps] == [step.name for step in report.speed.steps]
    for loaded, step in zip(speed.steps, report.speed.steps, strict=True):
        assert (loaded.median, loaded.percentile_95) == pytest.approx((step.median, step.percentile_95), abs=1e-6)
    (tmp_path / "lauf.speed.json").unlink()
    assert Report.load(tmp_path / "lauf.json") == replace(Report.load(tmp_path / "lauf.json"), speed=None)


def test_speed_of_a_run_is_read_from_its_own_file(report: Report, tmp_path: Path) -> None:
    slow = Speed((Step("quote", 2.0, 3.0),), 8, 2, None)
    replace(report, speed=slow).save(tmp_path / "a.json")
    report.save(tmp_path / "b.json")
    assert Report.load(tmp_path / "a.json").speed == slow
    assert Report.load(tmp_path / "b.json").speed != slow


def test_speed_of_another_run_is_not_taken_for_this_one_s(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "lauf.json")
    replace(report, speed=None).save(tmp_path / "lauf.json")
    assert Report.load(tmp_path / "lauf.json").speed is None


def refusal(path: Path) -> str:
    """Return the message with which a file is refused, after making sure that it is one line and names the file."""
    with pytest.raises(RunError) as caught:
        Report.load(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Unsinn",
        b"\xff\xfe",
        b"\x00",
        b'{"format": 1',
        b"[1, 2]",
        b'"Lauf"',
        b"null",
        b"{}",
        b'{"format": 1}',
        b'{"format": "1"}',
        b'{"question": "Wie?", "answers": []}',
        b'{"format": 1, "run": {}, "figures": [], "records": []}',
        b"[" * 100_000,
        b'{"format": ' + b"1" * 5000 + b"}",
    ],
)
def test_other_content_is_no_run(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lauf.json"
    path.write_bytes(content)
    assert "no run" in refusal(path)


def test_a_run_of_another_format_is_refused(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "lauf.json"
    path.write_text(json.dumps({**report.to_dict(), "format": 99}), encoding="utf-8")
    assert "no run of this version" in refusal(path)


@pytest.mark.parametrize("missing", ["run", "figures", "groups", "steps", "risk_coverage", "reliability", "records"])
def test_a_run_that_lacks_something_is_refused(report: Report, tmp_path: Path, missing: str) -> None:
    fields = report.to_dict()
    del fields[missing]
    (tmp_path / "lauf.json").write_text(json.dumps(fields), encoding="utf-8")
    assert "no run" in refusal(tmp_path / "lauf.json")


def test_a_missing_file_or_a_folder_is_no_run(tmp_path: Path) -> None:
    assert "can't be read" in refusal(tmp_path / "fehlt.json")
    assert "can't be read" in refusal(tmp_path)


def test_garbage_beside_a_run_is_refused(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "lauf.json")
    (tmp_path / "lauf.speed.json").write_text("Unsinn", encoding="utf-8")
    refusal(tmp_path / "lauf.json")


@pytest.mark.parametrize("place", [".", "fehlt/lauf.json"], ids=["a folder", "in no folder"])
def test_a_place_where_nothing_can_be_written_is_named(report: Report, tmp_path: Path, place: str) -> None:
    with pytest.raises(RunError, match="can't be written") as caught:
        report.save(tmp_path / place)
    assert "\n" not in str(caught.value)


def test_a_report_holds_numbers_that_every_reader_of_json_knows(report: Report) -> None:
    text = json.dumps(report.to_dict(), allow_nan=False)
    assert json.loads(text) == report.to_dict()
    assert not any(math.isnan(figure.value) for figure in report.figures)
