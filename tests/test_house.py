"""The house rules that a machine can check: layers, sizes, names, and that importing does no work."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("vectorstore", "assistant", "ui")
"""From the ground up; a layer imports only itself and those before it."""
SOURCES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
LONGEST_ROOM = 300
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "misc"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_layers(path: Path) -> set[str]:
    """Return the layers that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names} & set(LAYERS)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    allowed = set(LAYERS[max(0, layer - 1) : layer + 1])
    assert imported_layers(path) <= allowed


def test_import_contract_holds() -> None:
    executable = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([executable], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_rooms_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_ROOM
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"
    assert path.stem not in FORBIDDEN_NAMES


def test_importing_the_assistant_loads_no_model_and_opens_no_index() -> None:
    code = (
        "import sys, assistant\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'chromadb', 'gradio', 'bm25s'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_top_level_holds_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    agreed = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "SECURITY.md",
        "requirements.lock",
        "assistant",
        "vectorstore",
        "ui",
        "tests",
        "seeds",
    }
    assert {name for name in top if not name.startswith(".")} <= agreed
