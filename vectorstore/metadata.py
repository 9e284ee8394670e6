"""What the text of an article tells of its origin, where its file doesn't: title, date, author, outlet, address.

Only lines that say nothing else count, near the top or at the very end. What is not told stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import takewhile

from vectorstore.cleaning.cutting import is_prose, share_words, stems_of
from vectorstore.cleaning.recommendations import recommends
from vectorstore.cleaning.wording import says
from vectorstore.formats.bylines import find_authors, read_byline
from vectorstore.formats.dates import read_date_line, read_dateline
from vectorstore.formats.document import Metadata
from vectorstore.outlets import find_outlet
from vectorstore.sentences import Block, find_blocks, guess_language

TITLE_LENGTH = 160  # characters of a line that may be a title
TITLE_WORDS = 3
TITLE_STEMS = 4  # content words of a title that is more than a kicker
ALIKE = 0.6  # of the most that a line has in common with the text, from which it may be the title
TITLE_BLOCKS = 10  # blocks at the top among which a title may stand alone
TITLE_REACH = 2_000  # characters at the top in which any headline-like line will do
BODY_LENGTH = 20_000  # characters of an article that a title is compared with
TOP_LINES = 12  # lines at the top, blank ones not counted, that may tell date and author
TOP_SENTENCES = 3  # paragraphs among them: a lead and the first of the article may stand above its date
BELOW_TITLE = 8  # lines below the headline that may tell date and author
ABOVE_TITLE = 4  # lines above it
END_LINES = 3  # lines at the end that may tell them

_LABELLED = re.compile(
    r"(?:stand|veröffentlicht|erschienen|datum|published|posted|quelle|von|by|url|link)\b", re.IGNORECASE
)
_MARK = re.compile(r"\([a-zäöü]{2,4}\)")
_NO_TITLE = re.compile(r"[-*+•|>]\s|\S{0,20}(?:https?://|www\.)|(?:von|by)\s\S++(?:\s\S++){0,3}\s?$", re.IGNORECASE)
_CREDIT = re.compile(r"\((?:foto|bild|symbolbild|archivbild|photo|image)\b|\bfoto:|\bphoto:|©", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:(?:quelle|original|artikel|originalartikel|link|url|source|article|permalink|kurzlink)\s*:\s*)?"
    r"<?(?P<url>https?://[^\s<>]+)>?",
    re.IGNORECASE,
)


def find_metadata(text: str, *, whole: str = "", removed: Sequence[str] = ()) -> Metadata:
    """Return what an article tells of its origin.

    Args:
        text: its cleaned text.
        whole: the text before cleaning, whose lines around the headline may tell more.
        removed: the parts that cleaning took out; an outlet names itself at the top and at the bottom of its page.
    """
    title = find_title(text)
    lines, page = _lines(text), _lines(whole)
    place = next((number for number, line in enumerate(page) if title and line.endswith(title)), None)
    ends = [line for line in lines[max(TOP_LINES, len(lines) - END_LINES) :] if _LABELLED.match(line)]
    ends += [line for line in lines[-END_LINES:] if _MARK.fullmatch(line)]
    near = [*_around(page, place), *_top(lines), *ends]
    around = [line for part in removed for line in _lines(part)]
    top = page[:place] or around
    return find_in_lines(near).or_else(
        Metadata(title=title, publisher=find_outlet(top, around, text), language=guess_language(text))
    )


def find_in_lines(lines: Sequence[str]) -> Metadata:
    """Return date, author and address, where lines around a headline tell nothing else."""
    return Metadata(
        published=_find_date(lines),
        author=next(find_authors(lines), None),
        url=next((match["url"] for line in lines if (match := _ADDRESS.fullmatch(line))), None),
    )


def find_title(text: str) -> str | None:
    """Find the headline at the top of a text: of several that may be, the one that has most in common with the text."""
    top, body = text[: TITLE_BLOCKS * TITLE_REACH], text[:BODY_LENGTH]
    candidates = []
    for block in find_blocks(top)[:TITLE_BLOCKS]:
        line = top[block.start : block.end].strip("# ")
        if block.kind in ("paragraph", "heading") and _is_headline(line) and not _beside_date(top, block):
            candidates.append(line)
        elif candidates and is_prose(line):
            break
    return _best_title(candidates, body) if candidates else _first_headline(text)


def _best_title(candidates: Sequence[str], body: str) -> str:
    """Return the first of the lines that have much in common with the text; a lead below it may have more."""
    likeness = {line: _likeness(line, body) for line in candidates}
    enough = ALIKE * max(likeness.values())
    full = [line for line in candidates if len(stems_of(line)) >= TITLE_STEMS and likeness[line] >= enough]
    return full[0] if full else max(candidates, key=lambda line: likeness[line])


def _first_headline(text: str) -> str | None:
    """Return the first line of a text that may be a headline, wherever it stands among the first lines."""
    lines = text[:TITLE_REACH].split("\n")
    whole = lines if len(text) <= TITLE_REACH else lines[:-1]  # the last may be cut
    return next((line.strip("# ") for line in whole if _is_headline(line.strip("# "))), None)


def _likeness(line: str, body: str) -> float:
    """Return how much a line has in common with the text below it: four words of six are more than two of two."""
    share = share_words(line, body.replace(line, ""))
    return share * share * len(stems_of(line))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _top(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines at the top; below the first few sentences no byline stands."""
    sentences = 0
    for line in lines[:TOP_LINES]:
        sentences += is_prose(line)
        if sentences > TOP_SENTENCES:
            return
        yield line


def _around(lines: Sequence[str], place: int | None) -> Sequence[str]:
    """Return the lines around a headline, those below it first."""
    if place is None:
        return ()
    below = takewhile(lambda line: not _leads_away(line), _top(lines[place + 1 : place + 1 + BELOW_TITLE]))
    return [*below, *lines[max(0, place - ABOVE_TITLE) : place]]


def _leads_away(line: str) -> bool:
    """Tell whether other stories or comments follow, whose dates are not the article's."""
    return recommends(line) or says("comment_sections", line, TITLE_LENGTH)


def _is_headline(line: str) -> bool:
    if len(line) > TITLE_LENGTH or "\n" in line or len(line.split()) < TITLE_WORDS:
        return False
    if line.rstrip("\"'“”‘’»«)").endswith((".", ":", ",", ";", "…")) or _NO_TITLE.match(line) or _CREDIT.search(line):
        return False
    labelled = says("field_labels", line, TITLE_LENGTH)
    return read_date_line(line) is None and read_byline(line) is None and not labelled


def _beside_date(text: str, block: Block) -> bool:
    """Tell whether a line stands in one block with a bare date, as bylines do, and below it."""
    start = text.rfind("\n\n", 0, block.start) + 1
    return any(read_date_line(line) for line in text[start : block.start].split("\n"))


def _find_date(lines: Sequence[str]) -> date | None:
    """Return the first date that a line of its own or a dateline tells, one of a later change only if there is none."""
    found = [told for line in lines if (told := read_date_line(line) or read_dateline(line))]
    return next((day for day, is_update in found if not is_update), found[0][0] if found else None)
