"""The command line as a user types it: what is printed where, and the exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import ui.command_line as command_line
from assistant import Answer
from tests.conftest import Run


def test_ask_prints_answer_source_and_quote(run: Run) -> None:
    result = run("ask", "Was kostet ein Kilogramm Roggenbrot?")
    assert result.exit_code == 0
    assert result.stdout.startswith("Ein Kilogramm Roggenbrot kostet derzeit 4,10 Euro. [1]")
    assert "[1] Roggenbrot wird teurer" in result.stdout
    assert "Marktbericht, brot.md, 0-50" in result.stdout


def test_json_is_one_object_with_the_fields_of_an_answer(run: Run) -> None:
    result = run("ask", "Was kostet ein Kilogramm Roggenbrot?", "--json")
    assert list(json.loads(result.stdout)) == list(Answer.__slots__)
    assert result.stderr == ""


def test_abstention_has_a_status_of_its_own(run: Run) -> None:
    result = run("ask", "Welche Farbe trug Napoleons Zebra in Quito?", "--json")
    assert result.exit_code == command_line.ABSTAINED
    assert json.loads(result.stdout)["abstained"] is True


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--article", "brot.md"), 0, "4,10 Euro. [1]"),
        (("--article", "bahn.md", "--article", "brot.md"), 0, "4,10 Euro. [1]"),
        (("--article", "bahn.md"), command_line.ABSTAINED, "gewählten Artikel"),
        (("--since", "2024-03-05", "--until", "2024-03-05"), command_line.ABSTAINED, "gewählten Artikel"),
        (("--until", "2024-03-04"), command_line.ABSTAINED, "Zu dieser Auswahl gehört kein Artikel."),
    ],
)
def test_some_articles_are_asked_alone(run: Run, options: tuple[str, ...], status: int, said: str) -> None:
    result = run("ask", "Was kostet ein Kilogramm Roggenbrot?", *options)
    assert result.exit_code == status
    assert said in " ".join(result.stdout.split())
    assert ("brot.md" in result.stdout) == (status == 0)


def test_an_unknown_article_is_one_line_that_says_where_the_known_are(run: Run) -> None:
    result = run("ask", "Was kostet Brot?", "--article", "brot.md", "--article", "brott.md")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "there is no article 'brott.md'; belegt articles lists those that are there"
    )


def test_index_says_what_it_did_and_then_that_there_is_nothing_to_do(run: Run) -> None:
    assert "3 articles indexed" in run("index").stderr
    assert "Nothing to do: 3 articles unchanged." in run("index").stderr
    assert "3 articles indexed" in run("index", "--rebuild").stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("ask", ""), 1),
        (("ask", "wort " * 4000), 1),
        (("ask", "Was?", "--articles", "gibt-es-nicht"), 1),
        (("index", "--articles", "gibt-es-nicht"), 1),
        (("index", "--articles", "{empty}"), 1),
        (("index", "--articles", "{file}"), 1),
        (("ask", "Was?", "--since", "2024-03-05", "--until", "2024-03-04"), 1),
        (("ask", "Was?", "--since", "gestern"), 2),
        (("ask",), 2),
        (("frage", "Was?"), 2),
        (("chat", "--port", "100000"), 2),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else str(value),
)
def test_mistakes_are_told_without_a_traceback(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    (tmp_path / "leer").mkdir()
    (tmp_path / "datei.md").write_text("Ein Satz.", encoding="utf-8")
    places = {"{empty}": str(tmp_path / "leer"), "{file}": str(tmp_path / "datei.md")}
    result = run(*(places.get(argument, argument) for argument in arguments))
    assert result.exit_code == status
    assert result.stdout == ""
    assert "Traceback" not in result.output
    if status == 1:
        assert len(result.stderr.strip().splitlines()) == 1


def test_unreadable_file_is_named_and_the_rest_is_answered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles" / "bild.txt").write_bytes(b"\x89PNG\x00\x01")
    result = run("ask", "Was kostet ein Kilogramm Roggenbrot?")
    assert result.exit_code == 0
    assert "bild.txt" in result.stderr
    assert "4,10 Euro" in result.stdout


def test_wrong_environment_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELEGT_EMBEDDING_MODEL", "./no-such-model")
    result = CliRunner().invoke(command_line.main, ["ask", "Was kostet Brot?"])
    assert result.exit_code == 1
    assert "no-such-model" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_help_needs_none_of_the_heavy_parts() -> None:
    code = (
        "import sys, ui.command_line\n"
        "heavy = {'torch', 'transformers', 'chromadb', 'gradio', 'langchain_core', 'numpy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.real
def test_cold_process_answers_from_the_starter_articles(tmp_path: Path) -> None:
    question = "Wie viel will Alibaba in den nächsten drei Jahren in KI-Infrastruktur investieren?"
    command = [sys.executable, "-m", "ui.command_line", "ask", question, "--json", "--data-dir", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    answer = json.loads(done.stdout)
    assert "380 Milliarden Yuan" in answer["statements"][0]["text"]
    assert answer["citations"][0]["article_id"] == "alibaba-ki-infrastruktur.md"
