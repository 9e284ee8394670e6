"""Plain text to a document: it stays as it is, but for tables that were copied, and words parted at line ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from vectorstore.formats.document import Document
from vectorstore.formats.tables import is_data, render_rows

WIDTH = 110  # characters of a line that was wrapped, at most

_PARTED = re.compile(r"(?<![\w-])[^\W\d_]{2,}-$")
_GOES_ON = re.compile(r"[a-zäöüß]{2,}")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}-[a-zäöüß]{2,}")
_SHARED = frozenset(("und", "oder", "bzw", "sowie", "bis", "als", "noch", "statt", "and", "or", "to"))
"""After these the hyphen stands for a word that comes: "Ein- und Ausgang"."""


def read_plain_text(text: str) -> Document:
    """Read plain text; lines of cells with tabs between them become rows that name their columns."""
    lines: list[str] = []
    for cells, group in groupby(text.splitlines(), key=lambda line: line.strip("\r\n ").count("\t")):
        block = list(group)
        rows = [line.split("\t") for line in block]
        lines += render_rows(rows) if cells and is_data(rows) else block
    return Document("\n".join(rejoin_hyphenated(lines)))


def rejoin_hyphenated(lines: Sequence[str]) -> list[str]:
    """Rejoin the words that hard wrapping parted: "Ver-", "kehr steht" become "Verkehr", "steht".

    "Ein-", "und Ausgang" stay, and "Nord-", "Süd-Linie", whose hyphen is the word's own, as a capital shows; it also
    stays in "well-", "known" where the text has "well-known" elsewhere.
    """
    compounds = {word.lower() for line in lines for word in _COMPOUND.findall(line)}
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        parted = _PARTED.search(before) if len(before) <= WIDTH else None
        goes_on = _GOES_ON.match(line.lstrip()) if parted else None
        if parted is None or goes_on is None or goes_on[0] in _SHARED:
            joined.append(line)
            continue
        word, _, rest = line.lstrip().partition(" ")
        is_compound = (parted[0] + goes_on[0]).lower() in compounds
        joined[-1] = (before if is_compound else before[:-1]) + word
        if rest:
            joined.append(rest)
    return joined
