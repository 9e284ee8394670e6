"""An answer as plain text for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.escaping import plain, plain_line

if TYPE_CHECKING:
    from assistant import Answer, Citation

WIDTH = 100


def show(answer: Answer) -> str:
    """Return an answer as plain text: how the question was understood, statements, notes, citations with quotes."""
    lines = [textwrap.fill(answer.text, WIDTH), ""]
    if answer.standalone_question != answer.question:
        lines.insert(0, textwrap.fill(f"(searched for: {answer.standalone_question})", WIDTH))
    for note in answer.notes:
        lines += [textwrap.fill(note, WIDTH, initial_indent="! ", subsequent_indent="  "), ""]
    for citation in answer.citations:
        lines += show_citation(citation)
    return plain("\n".join(lines)).rstrip()


def show_suggestions(questions: Sequence[str]) -> str:
    """Return lines with questions that the articles do answer; nothing where there are none."""
    lines = [
        textwrap.fill(plain_line(question), WIDTH, initial_indent="- ", subsequent_indent="  ")
        for question in questions
    ]
    return "\n".join(["", "The articles do answer:", *lines, ""]) if lines else ""


def show_citation(citation: Citation) -> list[str]:
    """Return the lines on a citation: where its quote stands, who else prints it, and the quote."""
    known = (
        citation.publisher,
        citation.published.isoformat() if citation.published else None,
        citation.article_id,
        f"page {citation.page}" if citation.page else None,
    )
    lines = [f"[{citation.number}] {plain_line(citation.title)}"]
    lines.append(f"    {', '.join(plain_line(part) for part in known if part)}, {citation.start}-{citation.end}")
    if citation.also_in:
        lines.append(f"    also in: {', '.join(map(plain_line, citation.also_in))}")
    quote = f"“{' '.join(citation.quote.split())}”"
    lines.append(textwrap.fill(quote, WIDTH, initial_indent="    ", subsequent_indent="    "))
    return lines
