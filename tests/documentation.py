"""The parts of the README that are generated, so that they can't drift: an example answer and the help texts.

    python -m tests.documentation     writes them anew

``tests/test_documentation.py`` compares them with what the commands print.
"""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from ui.command_line import main

README = Path(__file__).parent.parent / "README.md"
COMMANDS = (
    "",
    "articles",
    "articles export",
    "articles show",
    "ask",
    "chat",
    "doctor",
    "evaluate",
    "index",
    "password",
)
HELP = re.compile(r"(<!-- help: [^\n]*-->\n).*?(<!-- /help -->)", re.DOTALL)
EXAMPLE = re.compile(r'(```console\n\$ belegt ask "([^"\n]+)"\n).*?(```)', re.DOTALL)


def help_texts() -> str:
    """Return the help of every command as one block."""
    texts = []
    for command in COMMANDS:
        result = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="belegt", terminal_width=100)
        texts.append(f"$ belegt {f'{command} ' if command else ''}--help\n{result.stdout.strip()}\n")
    return "```console\n" + "\n".join(texts) + "```\n"


def example(question: str) -> str:
    """Return what ``belegt ask`` prints for a question over the starter articles."""
    return CliRunner().invoke(main, ["ask", question]).stdout


def generate(text: str) -> str:
    """Return the README's text with its generated parts made anew."""
    text = HELP.sub(lambda match: match[1] + help_texts() + match[2], text)
    return EXAMPLE.sub(lambda match: match[1] + example(match[2]) + match[3], text)


if __name__ == "__main__":
    README.write_text(generate(README.read_text(encoding="utf-8")), encoding="utf-8")
