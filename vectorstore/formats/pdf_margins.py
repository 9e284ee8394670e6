"""What is printed on page after page around the text - headers, footers, page numbers - is no part of the article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vectorstore.formats.pdf_lines import Line, Word, lines_of
from vectorstore.formats.pdf_page import PageWords

ZONE = 0.15  # of the page's height at its top and foot in which headers and footers stand
MOST_ROWS = 4  # at either end; no header is higher
DRIFT = 6.0  # points by which a header's place differs between left and right pages
SAME_SIZE = 0.5  # points of type size

WIDE_GAP = 2.0  # times the type size: white between the parts of a header

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:Seite|Page|S\.|p\.)\s?\d{1,4}(?:\s?(?:/|von|of)\s?\d{1,4})?\W{0,3}|[-–—]\s?\d{1,4}\s?[-–—]|\d{1,3}\s?/\s?\d{1,3}",
    re.IGNORECASE,
)


def strip_margins(pages: Sequence[PageWords]) -> tuple[list[list[Word]], tuple[str, ...]]:
    """Take out what repeats, save its figures, at the same height on two pages or more, and what counts the pages.

    Returns:
        The words of each page that are left, and the lines taken out, those that differ in figures alone once.
    """
    rows = [list(_outer_rows(page)) for page in pages]
    seen: dict[tuple[str, ...], list[tuple[int, float, float]]] = defaultdict(list)
    for number, page_rows in enumerate(rows):
        for line, place in page_rows:
            seen[_signature(line)].append((number, place, line.main.size))
    kept: list[list[Word]] = []
    removed: dict[tuple[str, ...], str] = {}
    for number, (page, page_rows) in enumerate(zip(pages, rows, strict=True)):
        taken: set[Word] = set()
        for line, place in page_rows:
            others = seen[_signature(line)]
            if _is_marked(line) or _counts_pages(line) or _repeats(number, place, line, others):
                removed.setdefault(_signature(line), line.text)
                taken.update(line.words)
        kept.append([word for word in page.words if word not in taken])
    if not any(kept):  # the same few lines on every page are the document
        return [page.words for page in pages], ()
    sideways = {page.sideways: None for page in pages if page.sideways}
    return kept, (*removed.values(), *sideways)


def _outer_rows(page: PageWords) -> Iterator[tuple[Line, float]]:
    """Yield the rows at the top and the foot of a page, with their place: from the foot as a negative number."""
    depth = ZONE * page.height
    words = [word for word in page.words if not word.is_table]
    upper = lines_of(word for word in words if word.bottom < depth)
    lower = lines_of(word for word in words if word.top > page.height - depth)
    yield from ((line, line.main.foot) for line in upper[:MOST_ROWS])
    yield from ((line, line.main.foot - page.height) for line in lower[-MOST_ROWS:])


def _signature(line: Line) -> tuple[str, ...]:
    """Return what is alike in headers: their words in any order, for left pages mirror right ones; figures as one."""
    return tuple(sorted(_DIGITS.sub("0", line.text).lower().split()))


def _is_marked(line: Line) -> bool:
    return 2 * sum(word.is_artifact for word in line.words) >= len(line.words)


def _counts_pages(line: Line) -> bool:
    """Tell whether one of the parts of a line, wide apart, is a page's number as such."""
    parts = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.x0 - before.x1 > WIDE_GAP * before.size:
            parts.append([])
        parts[-1].append(word)
    return any(_PAGE_NUMBER.fullmatch(Line(tuple(part)).text) for part in parts)


def _repeats(number: int, place: float, line: Line, others: Sequence[tuple[int, float, float]]) -> bool:
    return any(
        other != number and abs(height - place) < DRIFT and abs(size - line.main.size) < SAME_SIZE
        for other, height, size in others
    )
