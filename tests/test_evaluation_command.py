"""``belegt evaluate`` as a user types it: tables, files, comparison, gates, mistakes in one line, stop and resume."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.evaluation import Report, asking
from tests.conftest import Run
from ui import opening

LINES = (
    {"question": "Was kostet ein Kilogramm Roggenbrot?", "answers": ["4,10 Euro"], "article_id": "brot.md"},
    {"question": "Wie lang ist die neue Strecke?", "answers": ["84 Kilometer"], "article_id": "bahn.md"},
    {"question": "Wie lang ist der Buckelwal etwa?", "answers": ["13 Meter"], "article_id": "wal.txt"},
    {"question": "Welche Farbe trug Napoleons Zebra in Quito?", "answers": []},
)


@pytest.fixture
def testset(tmp_path: Path) -> Path:
    path = tmp_path / "fragen.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def test_tables_show_figures_with_interval_and_failing_steps(run: Run, testset: Path) -> None:
    result = run("evaluate", testset)
    assert result.exit_code == 0, result.output
    assert "fragen.jsonl: 4 questions over 3 articles" in result.stdout
    row = next(line for line in result.stdout.splitlines() if "answer_in_first" in line and "first statement" in line)
    assert "0.667" in row
    assert " to " in row
    assert "sentence choice 1" in result.stdout
    assert "none of the right answers stands verbatim" in result.stdout
    assert "median / 95th percentile" in result.stdout


def test_wrong_answers_are_listed_on_demand(run: Run, testset: Path) -> None:
    result = run("evaluate", testset, "--list-wrong")
    listed = result.stdout.split("sentence choice: Wie lang ist der Buckelwal etwa?")[1]
    assert "right:  13 Meter (wal.txt)" in listed
    assert "etwa 12 Meter lang. [1]" in listed
    assert "where: line 3" in listed


def test_run_is_written_for_programs_with_the_same_bytes(run: Run, testset: Path, tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        assert run("evaluate", testset, "--json", file).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    speed = json.loads((tmp_path / "one.speed.json").read_text(encoding="utf-8"))
    assert {step["name"] for step in speed["steps"]} >= {"retrieve", "quote", "total"}
    assert Report.load(files[0]).value("answer_in_first") == pytest.approx(2 / 3, abs=1e-6)


def test_comparison_names_the_setting_and_the_questions_that_changed(
    run: Run, testset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("evaluate", testset, "--json", tmp_path / "before.json").exit_code == 0
    monkeypatch.setenv("BELEGT_REFUSE_BELOW", "1")
    result = run("evaluate", testset, "--compare", tmp_path / "before.json", "--report", tmp_path / "page.html")
    assert result.exit_code == 0, result.output
    assert "refuse_below: 0.26 -> 1.0" in result.stdout
    assert "Became wrong: 2" in result.stdout
    assert "-0.667" in result.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Became wrong: 2" in page
    assert "refuse_below: 0.26 -&gt; 1.0" in page


def test_the_same_file_may_be_compared_with_and_written(run: Run, testset: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    assert run("evaluate", testset, "--json", file).exit_code == 0
    assert run("evaluate", testset, "--compare", file, "--json", file).exit_code == 0


@pytest.mark.parametrize(
    ("gate", "status", "line"),
    [
        (("--fail-under", "answer_in_first=0.6"), 0, ""),
        (("--fail-under", "answer_in_first=0.7"), 1, "answer_in_first is 0.6667, under 0.7"),
        (("--fail-over", "false_refusals=0"), 0, ""),
        (("--fail-over", "answer_in_first=0.6"), 1, "answer_in_first is 0.6667, over 0.6"),
        (("--fail-under", "raw.mrr@10=0.5"), 1, "raw.mrr@10 applies to no question of this test set"),
    ],
)
def test_gates(run: Run, testset: Path, gate: tuple[str, str], status: int, line: str) -> None:
    result = run("evaluate", testset, *gate)
    assert result.exit_code == status
    assert result.stderr.strip() == line


@pytest.mark.parametrize(("gate", "hint"), [("nonsense=1", "answer_in_first"), ("mrr@10=much", "mrr@10=0.9")])
def test_a_wrong_gate_is_wrong_usage_and_asks_nothing(run: Run, testset: Path, gate: str, hint: str) -> None:
    result = run("evaluate", testset, "--fail-under", gate)
    assert result.exit_code == 2
    assert hint in result.stderr
    assert result.stdout == ""


def test_questions_of_another_set_are_to_be_refused(run: Run, testset: Path, tmp_path: Path) -> None:
    other = {"data": [{"paragraphs": [{"context": "Kurz.", "qas": [{"question": "Wer malte Quitos Zebra?"}]}]}]}
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    result = run("evaluate", testset, "--unanswerable-from", tmp_path / "other.json")
    assert result.exit_code == 0, result.output
    assert "from other.json" in result.stdout
    assert "5 questions" in result.stdout


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"question": "Was?", "answers": ["x"]}\n{"question": oops}\n', "line 2: no valid JSON"),
        (
            '{"question": "Was?", "answers": ["x"], "article_id": "fehlt.md"}\n',
            "line 1: there is no article 'fehlt.md'",
        ),
        ("", "holds no question"),
    ],
)
def test_a_broken_test_set_is_one_line(run: Run, testset: Path, content: str, expected: str) -> None:
    testset.write_text(content, encoding="utf-8")
    result = run("evaluate", testset)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--json", "--report"])
def test_a_file_that_cannot_be_written_is_said_before_anything_is_asked(
    run: Run, testset: Path, tmp_path: Path, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ask", lambda *ignored: pytest.fail("asked"))
    result = run("evaluate", testset, option, tmp_path / "nowhere" / "file")
    assert result.exit_code == 1
    assert "there is no folder" in result.stderr


def test_codes_that_steer_a_terminal_are_not_printed(run: Run, testset: Path) -> None:
    line = {"question": "Was kostet \x1b[31mein Kilogramm Roggenbrot?", "answers": ["[bold]5 Euro[/bold]"]}
    testset.write_text(json.dumps(line), encoding="utf-8")
    result = run("evaluate", testset, "--list-wrong")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout
    assert "[bold]5 Euro[/bold]" in result.stdout


def test_a_run_that_was_stopped_says_how_to_go_on_and_asks_only_the_rest(
    run: Run, testset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    ask = asking.ask

    def stop_at_the_third(desk: object, case: object, **options: object) -> object:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(case)
        return ask(desk, case, **options)

    monkeypatch.setattr(asking, "ask", stop_at_the_third)
    result = run("evaluate", testset)
    assert result.exit_code == opening.INTERRUPTED
    assert result.stderr == "Stopped; give the same command again to go on where it stopped.\n"
    monkeypatch.setattr(asking, "ask", lambda desk, case, **options: asked.append(case) or ask(desk, case, **options))
    assert run("evaluate", testset).exit_code == 0
    assert [case.place for case in asked] == ["line 1", "line 2", "line 3", "line 4"]


@pytest.mark.real
def test_a_real_run_stopped_by_ctrl_c_goes_on(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    lines = (root / "seeds" / "testset.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[::5]
    (tmp_path / "testset.jsonl").write_text("".join(lines), encoding="utf-8")
    data, run_file = tmp_path / "data", tmp_path / "run.json"
    command = [sys.executable, "-m", "ui.command_line", "evaluate", str(tmp_path / "testset.jsonl")]
    command += ["--data-dir", str(data), "--json", str(run_file)]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=root)
    while not (journals := list(data.glob("evaluations/*.jsonl"))) and started.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=60)
    assert started.returncode == opening.INTERRUPTED, said
    assert "give the same command again" in said
    assert 0 < len(journals[0].read_text(encoding="utf-8").splitlines()) < len(lines)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    assert len(Report.load(run_file).records) == len(lines)
    assert not list(data.glob("evaluations/*.jsonl"))
