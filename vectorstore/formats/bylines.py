"""Bylines: who wrote an article, as it says itself, in German and English. In doubt, nobody: a wrong name is worse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vectorstore.formats.dates import read_date_line

NAME_LENGTH = 80  # characters of an author's name
LINE_LENGTH = 160  # characters of a line that is a byline
MARK_REACH = 60  # characters at the beginning of a dispatch that tell place and desk

_KINDS = r"(?:gastbeitrag|gastkommentar|kommentar|analyse|interview|bericht|kolumne|essay|reportage|report|analysis)"
_LEAD = re.compile(
    rf"(?:(?:ein(?:e)?\s)?{_KINDS}\s)?(?:(?:aufgezeichnet|eingestellt|erstellt|geschrieben|recherchiert|verfasst)\s)?"
    r"von\s+|(?:(?:written|reported|posted|story|words)\s)?by:?\s+"
    r"|(?:text(?:e|\sund\sfotos?)?|autor(?:in|inn?en|en)?|authors?|words|redakteur(?:in)?|reporter(?:in)?)\s?:\s+",
    re.IGNORECASE,
)
_KIND_LEAD = re.compile(rf"{_KINDS}\s?:\s+", re.IGNORECASE)
_WITHIN = re.compile(r"(?:^|[\s·|•])(?:von|by)\s+(?P<name>\S.*)", re.IGNORECASE)
_WEEKDAY = r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_NAME_END = re.compile(rf"\s*(?:[|·•–—,;(]|\s-\s|\s/\s|\b(?:am|on|vom|in|für|for|um|at)\s+\S|\b{_WEEKDAY}\b|\d).*")
_WORD = r"[A-ZÄÖÜÀ-Ý][\w.'’-]*"
_PARTICLE = r"(?:und|and|&|von|van|de|der|den|zu|du|la)"
_NAME = re.compile(rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{0,5}}|[a-zäöü]{{2,4}}")
_DESK = re.compile(
    r"(?:[\w.&'’-]+\s){0,3}[\w-]*(?:redaktion|redakteur(?:in)?|ressort|reporter(?:in)?|korrespondent(?:in)?|desk|staff|team"
    r"|newsroom|correspondent|editors?|writers?)\b(?:\s[A-ZÄÖÜ][\w-]+){0,2}",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:(?:freie[rn]?|leitende[rn]?|senior|staff)\s)?(?:autor|redakteur|korrespondent|reporter|author|editor|writer"
    r"|correspondent)(?:in)?\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"[A-ZÄÖÜ][\w.'’-]+(?:\s(?:von|van|de)\b)?(?:\s[A-ZÄÖÜ][\w.'’-]+){1,2}")
_PERSON_AND_ROLE = re.compile(
    rf"(?P<name>{_WORD}\s{_WORD}),?\s(?:[\w-]+\s){{0,2}}"
    r"(?:correspondent|editor|reporter|writer|korrespondent(?:in)?|redakteur(?:in)?|reporterin)"
)
_MARK = re.compile(r"[A-ZÄÖÜ][\w/ -]{1,40}\s\((?P<mark>[a-zäöü]{2,4})\)\s?[.:–—-]")
_END_MARK = re.compile(r"\((?P<mark>[a-zäöü]{2,4})\)")
_INITIALS = re.compile(r"[a-zäöü]{2,4}")
_NO_INITIALS = frozenset((
    "afp", "ap", "apa", "ddp", "dpa", "epd", "idw", "kna", "ots", "pol", "rtr", "sda", "sid",  # agencies, the police
    "am", "an", "bild", "foto", "im", "in", "kurz", "live", "mehr", "min", "neu", "plus", "text", "uhr", "um", "und",
    "von", "by", "more", "news", "new", "on", "read", "save", "top", "vor", "zum", "zur",
))  # fmt: skip
_SEGMENTS = re.compile(r"\s*(?:[|·•–—,;]|\s-\s)\s*")


def find_authors(lines: Sequence[str]) -> Iterator[str]:
    """Yield whom the lines around a headline name as the author, the likeliest first."""
    short = [line for line in lines if len(line) <= LINE_LENGTH]
    for number, line in enumerate(short):
        if name := read_byline(line):
            yield name
        elif both := _PERSON_AND_ROLE.fullmatch(line):
            yield both["name"]
        elif _is_name_by_place(short, number):
            yield line
    for line in lines:
        mark = _MARK.match(line[:MARK_REACH]) or _END_MARK.fullmatch(line)
        if mark and mark["mark"] not in _NO_INITIALS:
            yield mark["mark"]


def _is_name_by_place(lines: Sequence[str], number: int) -> bool:
    """Tell whether a line is a name by what stands beside it: a desk's beside a date, a person's over a role."""
    if _is_signed(lines[number]):
        return any(map(read_date_line, lines[max(0, number - 1) : number + 2]))
    is_above_role = number + 1 < len(lines) and _ROLE.match(lines[number + 1]) is not None
    return is_above_role and _PERSON.fullmatch(lines[number]) is not None


def read_byline(line: str) -> str | None:
    """Read the author's name in a byline: "Von Anna Muster", "3. Mai 2024 by The Allotment Desk", "Text: fra"."""
    if len(line) > LINE_LENGTH or (line.endswith((".", "!", "?")) and not line.endswith(("Min.", "min."))):
        return None
    if lead := _LEAD.match(line):
        return _name(line[lead.end() :])
    if kind := _KIND_LEAD.match(line):  # what follows may be who was asked
        name = _NAME_END.sub("", line[kind.end() :]).strip()
        return name if _DESK.fullmatch(name) else None
    if read_date_line(line) is None:
        return None
    if within := _WITHIN.search(line):
        return _name(within["name"])
    return next((part for part in _SEGMENTS.split(line) if _is_signed(part)), None)


def _is_signed(words: str) -> bool:
    """Tell whether some words beside a date are a desk's name, or initials."""
    if _INITIALS.fullmatch(words):
        return words not in _NO_INITIALS
    return len(words) <= NAME_LENGTH and _DESK.fullmatch(words) is not None


def _name(words: str) -> str | None:
    """Return the name with which some words begin; None where they are no name, as after "Von Januar an gilt"."""
    name = _NAME_END.sub("", words).strip()
    is_name = _NAME.fullmatch(name) or _DESK.fullmatch(name)
    return name if is_name and len(name) <= NAME_LENGTH else None
