"""The log of questions: a line each, without texts unless they are wanted, in files that stay small."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import Settings
from assistant.observing import Event, observe
from assistant.question_log import LogError, open_question_log
from tests.conftest import Run
from tests.page_desk import whole_answer

QUESTION = "Was kostet ein Kilogramm Roggenbrot?"


def write_some(settings: Settings, count: int = 1, **options: Any) -> None:
    with open_question_log(settings, **options) as tell:
        for number in range(count):
            with observe(f"Frage {number}?", tell) as observed:
                observed.begin()
                observed.see(whole_answer("Brot"))


def test_a_line_is_one_json_object_without_texts(tmp_path: Path) -> None:
    path = tmp_path / "questions.log"
    write_some(Settings(log=str(path)), 3)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["outcome"], line["language"], line["mode"], line["citations"]) for line in lines] == [
        ("answered", "de", "quoted", 1)
    ] * 3
    assert not {"question", "answer", "error"} & lines[0].keys()
    assert "Frage" not in path.read_text(encoding="utf-8")
    assert "steht dies da" not in path.read_text(encoding="utf-8")


def test_texts_are_kept_where_they_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "questions.log"
    write_some(Settings(log=str(path), log_text=True))
    line = json.loads(path.read_text(encoding="utf-8"))
    assert line["question"] == "Frage 0?"
    assert "steht dies da" in line["answer"]


def test_files_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.question_log.LARGEST_FILE", 1_000)
    monkeypatch.setattr("assistant.question_log.KEPT_FILES", 2)
    path = tmp_path / "questions.log"
    write_some(Settings(log=str(path)), 40)
    kept = sorted(tmp_path.iterdir())
    assert [one.name for one in kept] == ["questions.log", "questions.log.1", "questions.log.2"]
    assert all(one.stat().st_size <= 1_000 for one in kept)
    assert all(json.loads(line) for one in kept for line in one.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("log", "default", "lines"), [(None, "off", 0), (None, "stderr", 1), ("off", "stderr", 0), ("stderr", "off", 1)]
)
def test_the_setting_goes_before_the_command(
    log: str | None, default: str, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    write_some(Settings(log=log), default=default)
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", lines)


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"BELEGT_LOG$"), open_question_log(Settings(log=str(tmp_path))):
        pass


def test_ask_is_quiet_unless_told_otherwise(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("ask", QUESTION).stderr == ""
    path = tmp_path / "asked.log"
    monkeypatch.setenv("BELEGT_LOG", str(path))
    assert run("ask", QUESTION).exit_code == 0
    assert "Roggenbrot" not in path.read_text(encoding="utf-8")
    line = json.loads(path.read_text(encoding="utf-8"))
    assert list(line["steps"]) == ["rewrite", "retrieve", "read", "quote"]
    assert line["seconds"] >= sum(line["steps"].values()) - 0.001


def test_chat_logs_to_stderr(
    run: Run, monkeypatch: pytest.MonkeyPatch, write_articles: Callable[..., Path], tmp_path: Path
) -> None:
    def launch(desk: Any, *, tell: Callable[[Event], None], **options: Any) -> None:
        with observe(QUESTION, tell) as observed:
            observed.see(desk.answer(QUESTION))

    monkeypatch.setattr("ui.serving.launch", launch)
    done = run("chat", "--no-browser", "--no-watch")
    assert done.exit_code == 0, done.output
    line = json.loads(done.stderr.splitlines()[-1])
    assert line["outcome"] == "answered"
