"""Lists of addresses: a page's sources at the end, and runs of links between the paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from vectorstore.cleaning.cutting import Page, Stretch
from vectorstore.cleaning.wording import says

LINKS = 3  # lines of nothing but addresses: fewer may be meant to be read
HEADING_LENGTH = 60  # characters of a heading over links
LINE_LENGTH = 2_500  # characters of a line with an address: browsers take addresses of two thousand

_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARK = r"(?:[-*+•–]|\[?\d{1,3}[.)\]])\s"
_BULLET = re.compile(rf"{_MARK}\s*\S")
_LINK = re.compile(rf"(?:{_MARK}\s*)?<?(?:https?://|www\.)\S+", re.IGNORECASE)


def find_link_list(page: Page) -> Sequence[Stretch]:
    """Find headings such as "Quellen" at the end with their lists of addresses.

    Before: "... im Herbst öffnen.", "Quellen", "- https://example.org/bad" After: the first.
    """
    links = 0
    start = len(page.blocks)
    for number in range(len(page.blocks) - 1, -1, -1):
        if links and _is_heading(page, number):
            start, links = number, 0
            continue
        line = _line(page, number)
        if not (_LINK.match(line) or _BULLET.match(line)):
            break
        links += _ADDRESS.search(line) is not None
    return [page.stretch(start, len(page.blocks))] if start < len(page.blocks) else []


def find_link_runs(page: Page) -> Sequence[Stretch]:
    """Find three and more lines in a row that hold nothing but an address, and the heading over them.

    Before: "... im Herbst öffnen.", three addresses, "Das Amt ..." After: the first and the last.
    """
    gone = []
    for is_link, group in groupby(range(len(page.blocks)), key=lambda number: is_address(_line(page, number))):
        run = list(group)
        if is_link and len(run) >= LINKS:
            first = run[0] - 1 if run[0] and _is_heading(page, run[0] - 1) else run[0]
            gone.append(page.stretch(first, run[-1] + 1))
    return gone


def is_address(line: str) -> bool:
    """Tell whether a line is an address and nothing else."""
    return len(line) <= LINE_LENGTH and _LINK.fullmatch(line) is not None


def _is_heading(page: Page, number: int) -> bool:
    return says("sources", page.words[number].rstrip("*: "), HEADING_LENGTH)


def _line(page: Page, number: int) -> str:
    """Return a block as it stands, unless it is too long for a line of a list."""
    block = page.blocks[number]
    return page.text[block.start : block.end] if block.end - block.start <= LINE_LENGTH else ""
