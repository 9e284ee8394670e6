"""The order in which a page is read: columns one after the other, what spans them before or after."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf
from statistics import median

from vectorstore.formats.pdf_lines import Line, Word, lines_of
from vectorstore.formats.pdf_tables import is_aligned_table

GUTTER = 0.6  # of the type size: the least white between columns; a third of what is usual
ALIGNED = 2.0  # points by which the beginnings of a column's lines differ
MOST_STARTS = 12  # places at which columns may begin that are looked at, those that the fewest words reach over
FEWEST_LINES = 4  # of a column that is not known from elsewhere in the file nor beside a long one; fewer may be chance
SURE_LINES = 10  # beside one another are columns, however wide the gaps between words are
WIDER = 1.5  # times the gaps between words is the white between two columns of few lines
COLUMN_WIDTH = 7.0  # times the type size: about fifteen letters; narrower are figures, dates, bullets
FILLED = 0.7  # of a column's width that half of its lines reach; cells of a table are emptier
LINE_WORDS = 1.8  # on average in a line of prose, however narrow
HEADLINE = 1.25  # times the usual type size
HEADLINE_ROOM = 4.5  # times its size: two lines of a headline and the white around them
BALANCE = 3.0  # times the type size by which balanced columns differ in length
BAND = 0.3  # times the type size: more white than between lines of one paragraph
OTHER_SIZE = 0.08  # share by which type differs that is not just rounded
MOST_DEPTH = 40  # cuts inside of cuts; no page has as many


@dataclass(frozen=True, slots=True)
class Gutter:
    """White between two columns: from where it begins to where the right column does, and between which heights."""

    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(slots=True)
class ColumnReader:
    """Reads pages of one file; a gutter once found is recognised on later pages by a single line."""

    known: list[float] = field(default_factory=list)

    def regions(self, words: Sequence[Word], depth: int = 0) -> list[list[Word]]:
        """Cut a page into regions of one column each, in the order in which they are read."""
        gutter = self._widest(words) if depth < MOST_DEPTH else None
        if gutter is None:
            return [list(words)] if words else []
        self.known.append(gutter.x1)
        above = [word for word in words if word.middle <= gutter.top]
        below = [word for word in words if word.middle >= gutter.bottom]
        beside = [word for word in words if gutter.top < word.middle < gutter.bottom]
        left = [word for word in beside if word.x0 < gutter.x0]
        right = [word for word in beside if word.x0 >= gutter.x0]
        if min(len(lines_of(left)), len(lines_of(right))) >= SURE_LINES:
            self.known.append(gutter.x1)
        return [region for part in (above, left, right, below) for region in self.regions(part, depth + 1)]

    def _widest(self, words: Sequence[Word]) -> Gutter | None:
        """Find the gutter along which the most text stands side by side."""
        if not words:
            return None
        size = median(word.size for word in words)
        best, most = None, 0.0
        for start in self._starts(words, size):
            for gutter in _free(words, start, size):
                inside = [word for word in words if word.top >= gutter.top and word.bottom <= gutter.bottom]
                left = [word for word in inside if word.x0 < gutter.x0]
                right = [word for word in inside if word.x0 >= gutter.x0]
                height = _side_by_side(left, right)
                if height > most and self._are_columns(left, right, gutter, size):
                    best, most = _trimmed(gutter, left, right), height
        return best

    def _starts(self, words: Sequence[Word], size: float) -> list[float]:
        """Return where columns may begin: where several lines do, or one where a column did before; the likeliest."""
        begins: Counter[int] = Counter()
        firsts: dict[int, float] = {}
        for line in lines_of(words):
            for before, word in zip((None, *line.words), line.words, strict=False):
                if before is None or word.x0 - before.x1 >= GUTTER * size:
                    place = round(word.x0 / ALIGNED)
                    begins[place] += 1
                    firsts[place] = min(word.x0, firsts.get(place, word.x0))
        begun, ended = sorted(word.x0 for word in words), sorted(word.x1 for word in words)
        width = COLUMN_WIDTH * size
        likely = []
        for place, start in firsts.items():
            count = begins[place] + begins[place + 1]
            known = self._is_known(start)
            if begun[0] + width < start < ended[-1] - width and (count > 1 or known):
                across = bisect_left(begun, start - 0.1) - bisect_right(ended, start - GUTTER * size)
                likely.append((not known, across, -count, start))
        return [start for *_, start in sorted(likely)[:MOST_STARTS]]

    def _is_known(self, start: float) -> bool:
        return any(abs(start - other) < ALIGNED for other in self.known)

    def _are_columns(self, left: Sequence[Word], right: Sequence[Word], gutter: Gutter, size: float) -> bool:
        sides = [lines_of(left), lines_of(right)]
        lines = lines_of([*left, *right])
        if not all(sides) or is_aligned_table(lines):
            return False
        fewest = min(map(len, sides))
        if self._is_known(gutter.x1) and len(lines) > 1:
            return any(_is_prose(side, size) for side in sides)
        enough = fewest >= FEWEST_LINES or max(map(len, sides)) >= SURE_LINES
        if not enough or (fewest < SURE_LINES and _is_river(lines, gutter)):
            return False
        return all(_is_prose(side, size) for side in sides)


def _free(words: Sequence[Word], start: float, size: float) -> Iterator[Gutter]:
    """Yield the stretches of height in which nothing reaches into the white before a column's beginning."""
    x0, x1 = start - GUTTER * size, start - 0.1
    across = [(word.top, word.bottom) for word in words if word.x0 < x1 and word.x1 > x0]
    across += _headlines(words, x0, size)
    top = min(word.top for word in words)
    for upper, lower in sorted([*across, (max(word.bottom for word in words), inf)]):
        if upper - top > size:
            yield Gutter(x0, start, top, upper)
        top = max(top, lower)


def _trimmed(gutter: Gutter, left: Sequence[Word], right: Sequence[Word]) -> Gutter:
    """Cut a gutter to where columns are: from where both have begun, to a heading or table below the end of both.

    Without such a sign, what goes on at the left alone is the left column's, for columns of a last page differ.
    """
    top = max(min(word.top for word in side) for side in (left, right))
    usual = median(word.size for word in left)
    end = max(word.bottom for word in right)
    rows = lines_of(left)
    for above, row in pairwise(rows):
        near = -BAND < (row.main.top - end) / usual < BALANCE
        apart = min(word.top for word in row.words) - max(word.bottom for word in above.words) > BAND * usual
        other = row.is_table or row.bold != above.bold or abs(row.main.size / usual - 1) > OTHER_SIZE
        if near and apart and other:
            return replace(gutter, top=top, bottom=min(word.top for word in row.words))
    return replace(gutter, top=top)


def _headlines(words: Sequence[Word], x: float, size: float) -> Iterator[tuple[float, float]]:
    """Yield the heights of headlines that span a gutter, however short: what is across breaks off just for them.

    Where it breaks off for longer, there is a picture, and the large letters are a quotation within their column.
    """
    for word in words:
        if word.size > HEADLINE * size and not word.is_table:
            across = [other for other in words if (other.x0 < x) != (word.x0 < x)]
            above = max((other.bottom for other in across if other.middle < word.middle), default=-inf)
            below = min((other.top for other in across if other.middle > word.middle), default=inf)
            if above <= word.top and below >= word.bottom and below - above < HEADLINE_ROOM * word.size:
                yield word.top, word.bottom


def _side_by_side(left: Sequence[Word], right: Sequence[Word]) -> float:
    if not left or not right:
        return 0.0
    top = max(min(word.top for word in side) for side in (left, right))
    return min(max(word.bottom for word in side) for side in (left, right)) - top


def _is_prose(lines: Sequence[Line], size: float) -> bool:
    """Tell running text, in one column or several, from a column of a table: wide enough, mostly full, of words."""
    lines = [line for line in lines if not line.is_table]
    widths: dict[int, float] = {}  # of the columns, by where they begin
    for line in lines:
        begin = round(line.x0 / ALIGNED)
        widths[begin] = max(line.width, widths.get(begin, 0.0))
    if not lines:
        return True
    filled = median(line.width / widths[round(line.x0 / ALIGNED)] for line in lines)
    words = sum(len(line.words) for line in lines)
    return max(widths.values()) >= COLUMN_WIDTH * size and filled >= FILLED and words >= LINE_WORDS * len(lines)


def _is_river(lines: Sequence[Line], gutter: Gutter) -> bool:
    """Tell whether white that runs down a few lines is no wider than that between their words: chance, no gutter."""
    here: list[float] = []
    elsewhere: list[float] = []
    for line in lines:
        for before, word in pairwise(line.words):
            (here if before.x1 <= gutter.x1 <= word.x0 + ALIGNED else elsewhere).append(word.x0 - before.x1)
    return bool(here and elsewhere) and median(here) < WIDER * median(elsewhere)
