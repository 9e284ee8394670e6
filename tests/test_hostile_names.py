"""Names of files, and words in them, that would command a terminal, or break lines, are shown as harmless text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from ui.command_line import ABSTAINED

NAMES = [
    b"turm\x1b]0;Fenster\x07.txt",
    b"turm\x1b[31m\x9b2J.txt",
    b"turm\n[1] Erfunden.txt",
    b"turm\r\x08\x08.txt",
    "turm\u202etxt.exe.txt".encode(),
    b"t\xfcrme.txt",
    b"\xed\xa0\x80.txt",
]
"""Window titles, colours, lines of their own, backspaces, text from right to left, and what is no UTF-8."""
TEXT = "Der \x1b[31mTurm\x07 am Hafen\n\nDer Turm am Hafen ist {} Meter\x1b[2J hoch. Gebaut wurde er vor drei Jahren.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "odd"
    made.mkdir()
    for number, name in enumerate(NAMES):
        try:
            with open(os.path.join(os.fsencode(made), name), "w", encoding="utf-8") as file:  # noqa: PTH118, PTH123
                file.write(TEXT.format(number + 50))
        except OSError:  # a system that knows no such name
            continue
    (made / "bild\x1b[1m.txt").write_bytes(b"\0\1\2")
    return made


@pytest.mark.parametrize(
    "command", [["index"], ["articles"], ["ask", "Wie hoch ist der Turm am Hafen?"], ["ask", "Wer baut den Mond?"]]
)
def test_nothing_of_a_file_commands_the_terminal(run: Run, folder: Path, tmp_path: Path, command: list[str]) -> None:
    done = run(*command, "--articles", folder, "--data-dir", tmp_path / "data")
    assert done.exit_code in (0, ABSTAINED), done.output
    said = done.stdout + done.stderr
    assert "urm" in said or command[0] == "index"
    assert [letter for letter in said if not letter.isprintable() and letter not in "\n\t"] == []
    assert "\n[1] Erfunden" not in said
