"""Tables on a page of a PDF: ruled ones, and rows of short cells that stand below one another without lines.

A table becomes one word among the words, and one line among the lines, that holds its rendered rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from vectorstore.formats.pdf_lines import Line, Word, join_lines, lines_of
from vectorstore.formats.tables import is_data, render_rows

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table

CELL_GAP = 1.0  # times the type size: white between the cells of a table without lines
TABLE_ROWS = 3  # fewer rows side by side may be an address or a signature
CELL_WORDS = 2.5  # in half of a table's cells at most; a line of a column has more
CELL_LENGTH = 45  # characters; a line of prose beside another is longer
FULL_ROWS = 0.7  # of a table's rows that fill two cells at least
ALIGNED = 2.0  # points by which cells that stand below one another begin or end apart


def with_ruled_tables(words: list[Word], page: Page) -> list[Word]:
    """Replace the words of each ruled table of data by one that holds its rendered rows."""
    for table in page.find_tables():
        left, top, right, bottom = map(float, table.bbox)
        inside = [word for word in words if _within(word, (left, top, right, bottom)) and not word.is_table]
        rows = _ruled_rows(table, inside)
        if inside and is_data(rows):
            taken = set(inside)
            text = "\n".join(render_rows(rows))
            size = min(word.size for word in inside)
            words = [word for word in words if word not in taken]
            words.append(Word(text, left, right, top, bottom, bottom, size, bold=False, is_table=True))
    return words


def _ruled_rows(table: Table, words: list[Word]) -> list[list[str]]:
    """Return the text of a table's cells, row by row."""
    cells = [[tuple(map(float, cell)) if cell else None for cell in row.cells] for row in table.rows]
    tops = [float(row.bbox[1]) for row in table.rows]
    held: dict[tuple[float, ...], list[Word]] = {}
    for word in words:
        row = cells[max(0, bisect_right(tops, word.middle) - 1)]
        everywhere = (cell for other in cells for cell in other)  # a cell may reach over several rows
        found = next((cell for cell in (*row, *everywhere) if cell and _within(word, cell)), None)
        if found:
            held.setdefault(found, []).append(word)
    return [[join_lines([line.text for line in lines_of(held.get(cell or (), ()))]) for cell in row] for row in cells]


def _within(word: Word, box: tuple[float, ...]) -> bool:
    left, top, right, bottom = box
    return left <= (word.x0 + word.x1) / 2 <= right and top <= word.middle <= bottom


def with_aligned_tables(lines: Sequence[Line]) -> list[Line]:
    """Replace rows of short cells that stand below one another, without ruled lines, by one line that is a table."""
    found: list[Line] = []
    run: list[Line] = []
    for line in (*lines, None):
        if line is not None and not line.is_table and len(_cells(line)) > 1:
            run.append(line)
            continue
        found += _as_table(run)
        run = []
        if line is not None:
            found.append(line)
    return found


def _as_table(run: Sequence[Line]) -> Sequence[Line]:
    """Return one line that is a table in place of rows that make one; else the rows as they are."""
    if not is_aligned_table(run):
        return run
    rows, _ = _aligned_rows(run)
    words = [word for line in run for word in line.words]
    table = run[0].main._replace(
        text="\n".join(render_rows(rows)),
        x0=min(word.x0 for word in words),
        x1=max(word.x1 for word in words),
        top=min(word.top for word in words),
        bottom=max(word.bottom for word in words),
        foot=run[-1].main.foot,
        is_table=True,
    )
    return [Line((table,))]


def _aligned_rows(run: Sequence[Line]) -> tuple[list[list[str]], bool]:
    """Return the cells' text, row by row, and whether the cells stand below one another."""
    cut = [_cells(line) for line in run]
    columns = _spans(cell for row in cut for cell in row)
    rows = [[" ".join(c.text for c in row if left <= c.x0 <= right) for left, right in columns] for row in cut]
    return rows, _stand_in_line(cut, columns)


def is_aligned_table(run: Sequence[Line]) -> bool:
    """Tell rows of a table from prose in columns, from spaced out prose, and from a list."""
    if len(run) < TABLE_ROWS or any(line.is_table for line in run):
        return False
    rows, in_line = _aligned_rows(run)
    filled = [[cell for cell in row if cell] for row in rows]
    cells = [cell for row in filled for cell in row]
    full = sum(len(row) > 1 for row in filled) >= FULL_ROWS * len(rows)
    marks = all(not any(map(str.isalnum, row[0])) or row[0].endswith((".", ")")) for row in rows if row[0])
    short = max(map(len, cells)) <= CELL_LENGTH and median(len(cell.split()) for cell in cells) <= CELL_WORDS
    return full and short and in_line and not marks and _has_figures(rows) and is_data(rows)


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a column holds figures: words alone, one below the other, may be narrow columns of prose."""
    columns = [[cell for cell in column if cell] for column in zip(*rows[1:], strict=False)]
    figures = [[any(map(str.isdigit, cell)) for cell in column] for column in columns]
    return any(column and sum(column) >= FULL_ROWS * len(column) for column in figures)


def _stand_in_line(cut: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]]) -> bool:
    """Tell whether each column's cells begin below one another, or are figures that end so; words of prose do not."""
    for left, right in columns:
        cells = [cell for row in cut for cell in row if left <= cell.x0 <= right]
        figures = sum(any(map(str.isdigit, cell.text)) for cell in cells) >= FULL_ROWS * len(cells)
        if not (_are_alike([cell.x0 for cell in cells]) or (figures and _are_alike([cell.x1 for cell in cells]))):
            return False
    return True


def _are_alike(places: Sequence[float]) -> bool:
    usual = median(places)
    return sum(abs(place - usual) < ALIGNED for place in places) >= FULL_ROWS * len(places)


def _spans(cells: Iterable[Line]) -> list[tuple[float, float]]:
    """Return from where to where columns reach: cells that overlap stand in one."""
    spans: list[tuple[float, float]] = []
    for cell in sorted(cells, key=lambda cell: cell.x0):
        if spans and cell.x0 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], cell.x1))
        else:
            spans.append((cell.x0, cell.x1))
    return spans


def _cells(line: Line) -> list[Line]:
    """Cut a line at wide gaps."""
    cells = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.x0 - before.x1 >= CELL_GAP * before.size:
            cells.append([])
        cells[-1].append(word)
    return [Line(tuple(cell)) for cell in cells]
