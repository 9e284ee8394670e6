"""Rows of a table as lines that can be quoted alone, because a figure without its column's name says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

CELL_LENGTH = 80  # characters: figures, names and short remarks; longer cells are columns of a layout
SHORT_SHARE = 0.7  # of the filled cells that are short in a table of data; one column of remarks may be long
FEWEST = 2  # rows, and columns, of what is a table and no frame around a text

_FIGURE = re.compile(r"[-+−–±]?\s?[\d.,:\s]*\d[\d.,:\s]*\s?[%€$£]?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


def render_rows(rows: Sequence[Sequence[str]], *, header: Sequence[str] | None = None) -> list[str]:
    """Render each row as a list item that names its columns: "- Jahr: 2023; Umsatz: 5 Millionen Euro".

    Args:
        rows: the cells of the table, row by row; rows may differ in length.
        header: the columns' names. Where there is none, the first row is taken for it if it looks like one.

    Returns:
        One line a row. Empty cells and rows are left out, and a column without a name gives its values alone.
    """
    cells = [[_one_line(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    names = [_one_line(name) for name in header or ()]
    if header is None and _has_header(cells):
        names, *cells = cells
    return [_render(row, names) for row in cells]


def is_data(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table of data from a grid that only places text: two rows and two columns or more, mostly short cells."""
    filled = [[cell for cell in map(_one_line, row) if cell] for row in rows]
    cells = [cell for row in filled for cell in row]
    short = sum(len(cell) <= CELL_LENGTH for cell in cells)
    return sum(len(row) >= FEWEST for row in filled) >= FEWEST and short >= SHORT_SHARE * len(cells)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _render(row: Sequence[str], names: Sequence[str]) -> str:
    line = "-"
    for number, cell in enumerate(row):
        name = names[number].rstrip(": ") if number < len(names) else ""
        if cell:
            separator = "" if line == "-" or line.endswith(":") else ";"  # "Ort: Berlin" where the cell is "Ort:"
            line += f"{separator} {name}: {cell}" if name else f"{separator} {cell}"
    return line


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns: all filled but perhaps the first, and no figures but years."""
    if len(rows) < FEWEST or max(map(len, rows)) < FEWEST:
        return False
    first = rows[0]
    if len(first) < max(map(len, rows)) or not all(first[1:]) or first[0].endswith(":"):
        return False
    return _are_years(rows) or not any(map(_FIGURE.fullmatch, first))


def _are_years(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the columns after the first are years in order, over rows that hold something else."""
    years = rows[0][1:]
    if _FIGURE.fullmatch(rows[0][0]) or not all(map(_YEAR.fullmatch, years)):
        return False
    in_order = all(a < b for a, b in pairwise(years)) or all(a > b for a, b in pairwise(years))
    return in_order and any(cell and not _YEAR.fullmatch(cell) for row in rows[1:] for cell in row[1:])
