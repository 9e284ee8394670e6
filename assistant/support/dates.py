"""Dates as they are named: a day, a month, a year, or part of them, in German and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.phrases import MONTHS

ABBREVIATED = {
    "jän": 1,
    "jänner": 1,
    "jan": 1,
    "feb": 2,
    "mär": 3,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "okt": 10,
    "oct": 10,
    "nov": 11,
    "dez": 12,
    "dec": 12,
}
NUMBERS = {name.lower(): number for names in MONTHS.values() for number, name in enumerate(names, start=1)}
_FULL = "|".join(sorted({name for names in MONTHS.values() for name in names} | {"Jänner"}, key=len, reverse=True))
_SHORT = r"(?:Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez|Mar|Oct|Dec)\b\.?"
_MONTH = rf"(?P<month>(?:{_FULL})(?=s?\b)|{_SHORT}(?=\s\d))"
_DAY = r"(?P<day>(?:[12]\d|3[01]|0?[1-9]))"
_YEAR = r"(?P<year>1\d{3}|2[01]\d{2})"
DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,]){_DAY}\.\s?(?P<number>0?[1-9]|1[0-2])\.\s?{_YEAR}(?!\d)",
        rf"(?<![\d.,]){_DAY}\.\s?(?P<number>0?[1-9]|1[0-2])\.(?!\s?\d)",
        rf"(?<![\d.,]){_YEAR}-(?P<number>0[1-9]|1[0-2])-{_DAY}(?!\d)",
        rf"(?<![\d.,]){_DAY}(?:\.|st|nd|rd|th)?\s(?:of\s)?{_MONTH}s?(?:,?\s(?:des Jahres\s)?{_YEAR})?(?!\d)",
        rf"\b{_MONTH}s?\s{_DAY}(?:st|nd|rd|th)?(?!\d|[.,]\d|\s?(?:%|Uhr|Prozent|Mill|Mrd|Mio|Euro|Dollar))(?:,?\s{_YEAR})?(?!\d)",
        rf"\b{_MONTH}s?(?:,?\s(?:of\s|des Jahres\s|im Jahr\s)?{_YEAR})?(?!\d)",
    )
)
"""Tried in this order: a longer date before the shorter one inside it."""
JOINED_DAY = re.compile(r"(?<![\d.,])([12]\d|3[01]|0?[1-9])\.?\s?(?:und|bis|oder|and|to|or|[-–/])\s?(?:zum\s|am\s)?$")
"""A day whose month only the next one has: "am 6. und 7. August"."""
WEEKDAYS = (
    "montag|monday",
    "dienstag|tuesday",
    "mittwoch|wednesday",
    "donnerstag|thursday",
    "freitag|friday",
    "samstag|sonnabend|saturday",
    "sonntag|sunday",
)
WEEKDAY = tuple(re.compile(rf"\b(?:{names})(?=s?\b|abend|morgen|nach|vor|nacht)", re.IGNORECASE) for names in WEEKDAYS)


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A date as far as it is named; ``month`` counts from 1. ``start`` and ``end`` are its place in the text."""

    year: int | None
    month: int
    day: int | None
    start: int
    end: int

    def is_told_by(self, other: NamedDate) -> bool:
        """Tell whether another date holds every part of this one."""
        parts = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(own is None or own == given for own, given in parts)


def find_dates(text: str) -> tuple[NamedDate, ...]:
    """Return the dates of a text that name a month, in order; a year alone is found with the figures."""
    return tuple(sorted(_find(text), key=lambda item: item.start))


def _find(text: str) -> Iterator[NamedDate]:
    taken: list[tuple[int, int]] = []
    for pattern in DATES:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            parts = match.groupdict()
            year = int(parts["year"]) if parts.get("year") else None
            month = int(parts["number"]) if parts.get("number") else number_month(parts["month"])
            day = int(parts["day"]) if parts.get("day") else None
            earlier = JOINED_DAY.search(text[: match.start()]) if day else None
            if earlier:
                yield NamedDate(year, month, int(earlier[1]), *earlier.span())
            start = earlier.start() if earlier else match.start()
            taken.append((start, match.end()))
            yield NamedDate(year, month, day, match.start(), match.end())


def number_month(name: str) -> int:
    """Return the number of a month, 1 to 12, also of a shortened one."""
    lowered = name.lower().rstrip(".")
    return NUMBERS.get(lowered) or ABBREVIATED[lowered]


def find_weekdays(text: str) -> frozenset[int]:
    """Return the days of the week that a text names, Monday as 0."""
    return frozenset(number for number, pattern in enumerate(WEEKDAY) if pattern.search(text))


def missing_dates(stated: Iterable[NamedDate], given: Iterable[NamedDate]) -> Iterator[NamedDate]:
    """Yield the dates whose month, or day of that month, no other date has."""
    known = tuple(given)
    for date in stated:
        pieces = NamedDate(None, date.month, date.day, date.start, date.end)
        if not any(pieces.is_told_by(other) for other in known):
            yield date


def joined_dates(stated: Iterable[NamedDate], given: Iterable[NamedDate]) -> Iterator[NamedDate]:
    """Yield the dates whose parts are all given, but not by one date: March and 2024, yet not "March 2024"."""
    known = tuple(given)
    for date in stated:
        rivals = [other for other in known if other.month == date.month and (date.day is None or other.day == date.day)]
        if date.year and rivals and all(other.year not in (None, date.year) for other in rivals):
            yield date
