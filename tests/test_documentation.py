"""The README is true: its generated parts are current, its Python runs, its commands are those that CI runs."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import Assistant
from assistant.evaluation import read_testset
from tests.browser import free_port
from tests.documentation import README, generate
from ui.chat import build_app
from ui.command_line import main
from ui.serving import serve

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
CODE = "\n".join(block for block in BLOCKS if "gradio_client" not in block)
(FOR_PROGRAMS,) = (block for block in BLOCKS if "gradio_client" in block)
CONSOLE = re.findall(r"^\$ (.*)$", TEXT, re.MULTILINE)


def write_some_questions(folder: Path) -> None:
    """Write every fourth question of the starter test set where the README looks for it; all would take a minute."""
    (folder / "seeds").mkdir()
    lines = (ROOT / "seeds" / "testset.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "seeds" / "testset.jsonl").write_text("".join(lines[::4]), encoding="utf-8")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a data folder in which the starter articles are indexed once for all tests of the README."""
    return str(tmp_path_factory.mktemp("documentation"))


@pytest.mark.real
@pytest.mark.usefixtures("one_model")
def test_generated_parts_are_current(data_dir: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELEGT_DATA_DIR", data_dir)
    assert generate(TEXT) == TEXT, "run: python -m tests.documentation"


@pytest.mark.real
@pytest.mark.usefixtures("one_model")
def test_python_runs(
    data_dir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BELEGT_DATA_DIR", data_dir)
    monkeypatch.chdir(tmp_path)
    write_some_questions(tmp_path)
    exec(compile(CODE, "README.md", "exec"), {})
    assert "Jochen Goller" in capsys.readouterr().out


@pytest.mark.real
def test_programs_reach_the_page(starter_desk: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    app = build_app(starter_desk)
    address = serve(app, port=free_port())
    try:
        exec(compile(FOR_PROGRAMS.replace("http://127.0.0.1:7860", address), "README.md", "exec"), {})
    finally:
        app.close(verbose=False)
    assert "Jochen Goller" in capsys.readouterr().out


@pytest.mark.real
@pytest.mark.usefixtures("one_model")
def test_commands_run(data_dir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELEGT_DATA_DIR", data_dir)
    monkeypatch.chdir(tmp_path)
    write_some_questions(tmp_path)
    asked, articles, evaluations = (
        [line for line in CONSOLE if re.search(named, line) and "--help" not in line]
        for named in ("belegt ask .* --", "belegt articles", "belegt evaluate")
    )
    assert (len(asked), len(articles), len(evaluations)) == (2, 4, 2)
    for command in asked + articles + evaluations:
        settings, _, arguments = command.partition("belegt ")
        done = CliRunner().invoke(main, shlex.split(arguments), env=dict(item.split("=") for item in settings.split()))
        assert done.exit_code == 0, done.output
    assert "most_statements: 5 -> 1" in done.output
    assert "Became wrong" not in done.output
    assert (tmp_path / "before.html").exists()
    assert len((tmp_path / "all-articles.jsonl").read_text(encoding="utf-8").splitlines()) == 5  # the starter articles


def test_test_set_of_the_readme_is_read(tmp_path: Path) -> None:
    (lines,) = (block for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL) if '"question"' in block)
    path = tmp_path / "testset.jsonl"
    path.write_text(lines, encoding="utf-8")
    assert [case.answerable for case in read_testset(path).cases] == [True, False]


def test_ci_runs_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (install,) = [line for line in CONSOLE if line.startswith("python3 -m venv")]
    (test,) = [line for line in CONSOLE if "pytest" in line]
    assert test in script
    assert install.split(" && ")[0] in script
    assert install.endswith(".venv/bin/belegt chat")


def test_files_and_rooms_named_are_there() -> None:
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (ROOT / path).exists(), path
    for row in re.findall(r"^\| (`(?:vectorstore|assistant|ui|seeds)/.*?) \|", TEXT, re.MULTILINE):
        names = re.findall(r"`([^`]+)`", row)
        folder = names[0].rsplit("/", 1)[0]
        for name in names:
            assert (ROOT / (name if "/" in name else f"{folder}/{name}")).exists(), name


def test_every_room_is_on_the_map() -> None:
    for layer in ("vectorstore", "assistant", "ui"):
        for path in (ROOT / layer).rglob("*.py"):
            if path.stem not in {"__init__", "errors", "passage"}:
                assert path.name in TEXT, path
