"""Dates as articles write them, in German and English. Never the file's: that is when it was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

EARLIEST = 1600  # newspapers began then; a smaller number is no year
LINE_LENGTH = 160  # characters of a line that tells date, place and author and nothing else
DATELINE_LENGTH = 100  # characters at the beginning of a dispatch that tell place and date
INITIALS = 4  # letters of an author's
LABEL_REACH = 30  # characters before a date that may tell it to be that of a change

_MONTHS = (
    ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"),
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    ("jän", "feb", "mrz", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"),  # Austria; an abbreviation
)
_MONTH = r"(?:[^\W\d_]{3,9})"
_ISO_TIME = r"(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?\s?(?:Z|[+-]\d\d:?\d\d)?)?"
_DATES = (  # each with the groups that hold year, month and day
    (re.compile(rf"(?<!\d)(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?!\d){_ISO_TIME}"), (1, 2, 3)),
    (re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)(?![\d.]*\d)"), (3, 2, 1)),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th)?\s?({_MONTH})\.?,?\s(\d{{4}})(?!\d)"), (3, 2, 1)),
    (re.compile(rf"(?<![^\W\d_])({_MONTH})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}})(?!\d)"), (3, 1, 2)),
)
_TIME = re.compile(
    r"(?:um\s|at\s)?\b\d{1,2}(?:[:.]\d\d){1,2}(?:\s?(?:Uhr|h|[AaPp]\.?[Mm]\.?))?"
    r"(?:\s?(?:MEZ|MESZ|CES?T|GMT|BST|UTC|[ECMP][SD]?T))?|\b\d{1,2}\sUhr"
)
_UPDATED = re.compile(r"aktualisiert|geändert|update|modified", re.IGNORECASE)
_WEEKDAY = r"(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_LABEL = (
    r"(?:stand|datum|date|veröffentlicht|erschienen|erstellt|publiziert|aktualisiert|geändert"
    r"|published|posted|updated|modified)"
)
_LABELS = re.compile(
    rf"""\b(?:(?:zuletzt\ |last\ |first\ )?{_LABEL}|erstveröffentlichung|update|on|am|vom|den|um|at|first
    |{_WEEKDAY}|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\b[.:,]?""",
    re.IGNORECASE | re.VERBOSE,
)
_LABELLED = re.compile(
    rf"(?:(?:zuletzt|last|first)\s)?{_LABEL}\b\s?(?:am|on|at)?\s?:?\s*(?:{_WEEKDAY},?\s)?(?:den\s|(?:the\s))?$",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"\s*(?:[|·•–—/,;:]|\s-\s)\s*")
_IN_BRACKETS = re.compile(r"\([^()]{2,30}\)")
_BY = re.compile(r"(?<=\0)\s+(?:by|von)\s[\w .'’-]{2,60}(?=$|\s*[|·•–—,;])", re.IGNORECASE)
_NAMED = re.compile(  # what may stand beside a date: a place, a byline, an agency
    r"(?:(?:von|by|text) )?[^\W\d_][\w.'’-]*"
    r"(?: (?:(?:und|and|von|de|am|an|der|im|/) )?[^\W\d_][\w.'’-]*){0,3}",
    re.IGNORECASE,
)
_COUNTED = re.compile(  # and how often it was read, and how long that takes
    r"(?:(?:lesezeit|lesedauer):? )?(?:ca\.? )?\d+ min(?:uten|utes|\.)?(?: (?:lesezeit|lesedauer|read))?|[\d.,]{0,12}",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"[A-ZÄÖÜ][\w.-]+(?:[ /](?:(?:am|an|an der|im|in|bei|upon|on)\s)?[A-ZÄÖÜ][\w.-]+){0,2}"
    r"(?:\s\([\w/]{2,8}\))?,\s?(?:den\s)?"
)
_DISPATCH = re.compile(r"\s*(?:[-–—:.+]|\([\w/]{2,8}\))\s*(?:[-–—:.+]\s*)?\S")


def read_date(line: str) -> date | None:
    """Read a whole line as a date: "2025-02-24", "24.02.2025", "24. Februar 2025" or "February 24, 2025"."""
    bare = line[:LINE_LENGTH].strip().rstrip(".")
    return next((day for day, start, end in _dates(bare) if (start, end) == (0, len(bare))), None)


def read_date_line(line: str) -> tuple[date, bool] | None:
    """Read a line that tells a date and beside it at most a place, a time or an author: "Berlin, 3. März 2024".

    Where a label such as "Stand:" leads to the date, anything may follow it.

    Returns:
        The date, and whether it is told to be that of a later change; ``None`` for any other line, such as a headline
        or a sentence that names a day.
    """
    if len(line) > LINE_LENGTH or line.rstrip().endswith(("!", "?")):
        return None
    found = list(_dates(line))
    if not found:
        return None
    told = [(day, _UPDATED.search(line[:start][-LABEL_REACH:]) is not None) for day, start, _ in found]
    if not _LABELLED.match(line[: found[0][1]]) and not _is_date_alone(line, [(start, end) for _, start, end in found]):
        return None
    return next((item for item in told if not item[1]), told[0])


def read_dateline(line: str) -> tuple[date, bool] | None:
    """Read the date with which a dispatch begins: "Berlin, 3. März 2024 – Die Stadt ..."."""
    for day, start, end in _dates(line[:DATELINE_LENGTH]):
        if _PLACE.fullmatch(line, 0, start) and _DISPATCH.match(line, end):
            return day, False
    return None


def _is_date_alone(line: str, places: list[tuple[int, int]]) -> bool:
    """Tell whether a line says no more than its dates, and what usually stands beside them."""
    rest = line
    for start, end in reversed(places):
        rest = f"{rest[:start]}\0{rest[end:]}"
    rest = _IN_BRACKETS.sub("", _BY.sub("", _TIME.sub("", rest)))
    parts = [" ".join(_LABELS.sub("", part).split()).strip(" .") for part in _SEGMENTS.split(rest)]
    return all(part.strip("\0 ") == "" or ("\0" not in part and _is_beside(part)) for part in parts)


def _is_beside(part: str) -> bool:
    """Tell whether a part of a line is a name, an author's initials, or a figure."""
    if _COUNTED.fullmatch(part):
        return True
    return _NAMED.fullmatch(part) is not None and (part[0].isupper() or len(part) <= INITIALS)


def _dates(text: str) -> Iterator[tuple[date, int, int]]:
    """Yield the dates of a line with their places, in order."""
    found: list[tuple[date, int, int]] = []
    for pattern, order in _DATES:
        for match in pattern.finditer(text):
            day = _as_date(*(match[number] for number in order))
            if day and not any(start < match.end() and match.start() < end for _, start, end in found):
                found.append((day, match.start(), match.end()))
    yield from sorted(found, key=lambda item: item[1])


def _as_date(year: str, month: str, day: str) -> date | None:
    named = [names.index(month[:3].lower()) + 1 for names in _MONTHS if month[:3].lower() in names]
    number = int(year) + (2000 if len(year) == 2 else 0)
    if number < EARLIEST or not (named or month.isdigit()):
        return None
    try:
        return date(number, named[0] if named else int(month), int(day))
    except ValueError:
        return None
