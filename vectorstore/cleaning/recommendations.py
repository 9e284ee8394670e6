"""What leads elsewhere: teasers of other stories, with or without a heading over them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from vectorstore.cleaning.advertisements import is_label
from vectorstore.cleaning.cutting import Page, Stretch, ends_sentence, is_turn
from vectorstore.cleaning.wording import says, wording
from vectorstore.formats.dates import read_date_line

TEASERS = 6  # under one heading; more are an index of their own
HEADING_WORDS = 6  # of a heading between teasers and the paragraph that it belongs to
FEW_WORDS = 3  # of a line that is rather a heading of the article than the one teaser of another
HEADING_LENGTH = 100  # characters of a heading over other stories
TEASER_LENGTH = 200  # characters of another story's headline with what is glued to it
NAMED_LENGTH = 260  # characters of a line that announces another story and names it

_DATE_GLUED = re.compile(
    r"(?:\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\. [^\W\d_]{3,9} \d{4})(?=[^\W\d_]|[\"„“»])"
)
_DATE_FIRST = re.compile(  # a teaser's date glued to its headline
    r"(?:\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)(?=[^\W\d_]|[\"„“»])[^\n]{5,200}"
)
_ARROW = re.compile(r"(?:→|»(?!.*«)|>>|►|▶|➔)\s*\S.{5,200}")
_JOINED = re.compile(r"\s*[:|–—-]\s*\S.{5,200}|(?-i:(?=[A-ZÄÖÜ„\"])).{5,200}")
_ENDS_WITH_DATE = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9})\s?\d{2,4}\.?$|\(\d[\d. :/]+\)$")
_PAID = re.compile(r"^[A-Z]?\+\s*")
_DAY = re.compile(r"\d{1,2}\.?(?: [^\W\d_]{3,9}\.?)?")  # or a teaser's rank


def find_glued_teasers(page: Page) -> Sequence[Stretch]:
    """Find other stories' headlines at the top, each followed by a date that is glued to the next text.

    Before: "Brücke gesperrt", below it "18/09/2025Die Stadt baut ein Bad." After: "Die Stadt baut ein Bad."
    """
    found = []
    start = 0
    for headline, below in zip(page.blocks, page.blocks[1:], strict=False):
        date = _DATE_GLUED.match(page.text, below.start)
        words = page.text[start : headline.end]
        if date is None or len(words) > TEASER_LENGTH or "\n" in words or words.endswith((".", ":")):
            break
        found.append((start, date.end()))
        start = date.end()
    return found


def find_recommendations(page: Page) -> Sequence[Stretch]:
    """Find a line such as "Lesen Sie auch", with the headlines of other stories that hang on it.

    Before: "... im Herbst öffnen.", "Lesen Sie auch", "Brücke gesperrt", "Das Amt ..." After: first and last.
    """
    gone = []
    number = 0
    while number < len(page.blocks):
        first = number
        number += 1
        if recommends_one(page.words[first]) or _has_arrow(page, first):
            gone.append(page.stretch(first, number))
        elif recommends(page.words[first]):
            number += _count_teasers(page, number)
            if number > first + 1 or says("recommendations", _bare(page.words[first]), HEADING_LENGTH):
                gone.append(page.stretch(first, number))
    return gone


def recommends(words: str) -> bool:
    """Tell whether a line announces other stories."""
    bare = _bare(words)
    return says("recommendations", bare, HEADING_LENGTH) or says("recommendations_short", bare, HEADING_LENGTH)


def recommends_one(words: str) -> bool:
    """Tell whether a line announces another story and names it."""
    if len(words) > NAMED_LENGTH:
        return False
    if _DATE_FIRST.fullmatch(words):
        return not ends_sentence(words) or words.endswith(("?", "!"))
    named = wording("recommendations_named").match(words)
    return named is not None and _JOINED.fullmatch(words, named.end()) is not None


def _bare(words: str) -> str:
    """Return a heading without the arrows and colons behind it, and the mark of paid articles before it."""
    words = _PAID.sub("", words)
    return words.rstrip(" :…+→»>!.") if words.endswith(("…", "...", ":", "→", "»", ">", "+", "!")) else words


def _has_arrow(page: Page, number: int) -> bool:
    """Tell whether an arrow leads from a line elsewhere; list items and quotes have marks that look like arrows."""
    block = page.blocks[number]
    line = page.text[block.start : block.end] if block.end - block.start <= NAMED_LENGTH else ""
    return _ARROW.fullmatch(line) is not None and not ends_sentence(line)


def _count_teasers(page: Page, first: int) -> int:
    """Count the teasers from a block on; where they follow line upon line, a blank line ends them."""
    tight = first < len(page.blocks) and not page.is_apart(first)
    places = range(first, min(len(page.blocks), first + TEASERS))
    run = list(takewhile(lambda number: _is_teaser(page, number) and not (tight and page.is_apart(number)), places))
    return len(run) - _ends_with_heading(page, run)


def _ends_with_heading(page: Page, run: Sequence[int]) -> bool:
    """Tell whether the last of some teasers is the heading of the paragraph below them rather than one of them."""
    if not run or run[-1] + 1 >= len(page.blocks) or not page.prose[run[-1] + 1]:
        return False
    last, after = page.words[run[-1]], run[-1] + 1
    parted = page.is_apart(after) and not page.is_apart(run[-1])  # a blank line below them, and none between them
    if parted or is_turn(page.words[after]) or read_date_line(last) or _DAY.fullmatch(last):
        return False
    return len(last.split()) <= (HEADING_WORDS if len(run) > 1 else FEW_WORDS)


def _is_teaser(page: Page, number: int) -> bool:
    """Tell whether a block is another story's headline, date or number rather than the article going on."""
    words, kind = page.words[number], page.blocks[number].kind
    is_row = kind == "item" and "; " in words  # of a table
    if kind == "heading" or is_row or len(words) > TEASER_LENGTH or is_turn(words) or is_label(words):
        return False
    return not words.rstrip("\"'“”‘’»«)").endswith((".", ":", ";")) or _ENDS_WITH_DATE.search(words) is not None
