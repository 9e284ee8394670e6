"""Figures with their unit and bound, by value: "1,2 Milliarden Euro" is "1200 Mio. €", "rund 500" may be 497."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from assistant.numerals import COMMA_GROUPS, SCALES, TOKEN, normalise_token, to_decimal
from assistant.support.dates import NamedDate
from assistant.support.units import convert, find_unit

Bound = Literal["", "about", "above", "most", "below"]
Language = Literal["de", "en"]

BOUNDS: tuple[tuple[Any, re.Pattern[str]], ...] = tuple(
    (bound, re.compile(rf"(?:^|\W)(?:{words})(?:\s(?:die|der|den|das|the|a))?\W{{0,3}}$", re.IGNORECASE))
    for bound, words in (
        (
            "about",
            (
                r"rund|etwa|ca\.?|circa|zirka|ungefähr|knapp|gut|fast|nahezu|beinahe|annähernd|schätzungsweise|about|around|"
                r"roughly|approximately|approx\.?|nearly|almost|some|close to|an estimated"
            ),
        ),
        (
            "above",
            r"mehr als|über|mindestens|wenigstens|more than|over|at least|above|exceed(?:s|ed|ing)?|ab|mehr wie",
        ),
        ("most", r"bis zu|up to|höchstens|maximal|at most|no more than"),
        ("below", r"weniger als|unter|less than|fewer than|under|below"),
    )
)
LEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        lead,
        re.compile(
            rf"(?:^|\W)(?:{words})(?:\s(?:rund|etwa|knapp|fast|gut|about|around|nearly|over|über))?\W{{0,3}}$",
            re.IGNORECASE,
        ),
    )
    for lead, words in (("by", r"um|by"), ("to", r"auf|to"), ("from", r"von|from"))
)
"""What a change is told with: "um 5 Prozent" is another figure than "auf 5 Prozent"."""
CHANGE = re.compile(r"\s?(?:auf|to)\b")
RATIO = re.compile(r"\b(\w+) (?:von|out of|of|in) (\w+)\b(?! ?%)", re.IGNORECASE)
SMALL_WHOLES = (Decimal(10), Decimal(4), Decimal(5))
"""Wholes of which a share is told in words: "neun von zehn", "vier von fünf"."""
VAGUE = re.compile(r"\b(?:mehrere|einige|viele|several|many|some|Tausende|Hunderte)\s$", re.IGNORECASE)
BEFORE = 40
"""Characters before a figure that its bound is looked for in."""
LARGE = {
    "de": {"billion": 10**12, "billionen": 10**12, "trillion": 10**18, "trillionen": 10**18},
    "en": {"billion": 10**9, "billions": 10**9, "bn": 10**9, "trillion": 10**12, "trillions": 10**12, "tn": 10**12},
}
"""Scales whose size depends on the language."""
SHORT_SCALES = {"mn": 10**6, "tsd": 1000}
WORDS = {
    "hälfte": (Decimal(50), "prozent"),
    "half": (Decimal(50), "prozent"),
    "dutzend": (Decimal(12), ""),
    "dozen": (Decimal(12), ""),
    "anderthalb": (Decimal("1.5"), ""),
    "eineinhalb": (Decimal("1.5"), ""),
}
"""Words for a figure that are no numerals."""
ONE = re.compile(r"ein(?:e[nmrs]?)?|an?|one", re.IGNORECASE)
"""An article is the number one before a scale or a unit: "eine Million", "ein Jahr"."""
GAP = re.compile(r"[\s\u00a0\u202f.\-–]{0,2}")
SIGN_BEFORE = re.compile(r"(?:([€$£¥])|\b(EUR|USD|CHF|GBP))[\s\u00a0]?$")
JOINT = re.compile(r"\s?(?:bis(?: zu)?|und|oder|to|and|or|[-–—/]|auf|beziehungsweise|bzw\.)\s?")
COMPOUND = re.compile(r"(\w{3,}?)(jährig|monatig|wöchig|tägig|stündig|minütig|köpfig|stöckig|fach)\w*", re.IGNORECASE)
"""A figure inside a word: "dreijährig"."""
YEAR_SPAN = (1400, 2100)
"""A bare number of four digits between these is taken for a year."""
ROUGHEST = Decimal("0.15")
"""Part by which a figure rounded to its own digits may miss the exact one: "rund eine Million" for 1.4 is wrong."""
BOUND_SLACK = Decimal("1.25")
"""Factor by which "mehr als 500" may lie below the exact figure, or "unter 500" above it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what makes it a figure.

    ``values`` holds one value, or two where the writing is ambiguous ("1,234"). ``unit`` is empty where it has none, or
    one that is no unit of measure. ``lead`` is "by", "to", "from" or empty. ``start`` and ``end`` are its place.
    """

    values: frozenset[Decimal]
    unit: str
    bound: Bound
    lead: str
    start: int
    end: int
    text: str

    @property
    def is_year(self) -> bool:
        """Tell whether it is written as a year is."""
        return not self.unit and self.text.isdigit() and len(self.text) == 4 and in_years(self.values)


def in_years(values: Iterable[Decimal]) -> bool:
    """Tell whether a value lies among the years that news speak of."""
    return any(YEAR_SPAN[0] <= value <= YEAR_SPAN[1] for value in values)


def find_figures(text: str, language: Language, dates: Sequence[NamedDate] = ()) -> tuple[Figure, ...]:
    """Return the figures of a sentence, in order.

    Args:
        text: a sentence, NFC.
        language: decides what "billion" and "1,234" mean.
        dates: the dates in it; their days are left out, their years are not.
    """
    tokens = [(match.group(), *match.span()) for match in TOKEN.finditer(text)]
    found: list[Figure] = []
    reached = 0
    for token, start, end in tokens:
        if start < reached or (is_day(token, start, dates)):
            continue
        figure = read_ratio(text, start) or read_figure(text, token, start, end, language)
        if figure:
            found.append(figure)
            reached = figure.end
    return tuple(share_units(text, found))


def read_ratio(text: str, start: int) -> Figure | None:
    """Return what "neun von zehn" says in per cent, ``None`` where no such ratio begins."""
    match = RATIO.match(text, start)
    parts = [normalise_token(word.lower()) for word in match.groups()] if match else []
    values = [to_decimal(forms[0]) for forms in parts if len(forms) == 1]
    if match is None or len(values) != 2 or values[0] is None or values[1] not in SMALL_WHOLES:
        return None
    share = values[0] * 100 / values[1]
    return Figure(frozenset([share]), "prozent", "", "", start, match.end(), match[0])


def is_day(token: str, start: int, dates: Sequence[NamedDate]) -> bool:
    """Tell whether a token is the day or the month of a date."""
    return any(date.start <= start < date.end for date in dates) and not (token.isdigit() and len(token) == 4)


def read_figure(text: str, token: str, start: int, end: int, language: Language) -> Figure | None:
    """Return the figure that begins with a token, ``None`` where it begins none."""
    lowered = token.lower()
    values, unit = read_values(lowered, language)
    article = ONE.fullmatch(token) is not None
    if article:
        values = frozenset([Decimal(1)])
    if not values:
        return read_compound(token, start, end)
    factor, reached = read_scale(text, end, language)
    values = frozenset(value * factor for value in values)
    named, last = find_unit(text, GAP.match(text, reached).end()) if not unit else (unit, reached)  # type: ignore[union-attr]
    if article and factor == 1 and not named:
        return None
    if named:
        reached = last
    else:
        sign = SIGN_BEFORE.search(text[:start])
        named = find_unit(sign[1] or sign[2], 0)[0] if sign else ""
    before = text[max(0, start - BEFORE) : start]
    lead = find_lead(before)
    if lead == "from" and not CHANGE.match(text[reached:]):
        lead = ""
    if VAGUE.search(before):
        return None
    return Figure(values, named, find_bound(before), lead, start, reached, text[start:end])


def read_values(token: str, language: Language) -> tuple[frozenset[Decimal], str]:
    """Return what a token is worth, and the unit that is in it: two values where its writing is ambiguous."""
    if token in WORDS:
        value, unit = WORDS[token]
        return frozenset([value]), unit
    forms = normalise_token(token)
    worth = to_decimal(forms[0]) if len(forms) == 1 else None
    if worth is not None:
        return frozenset([worth]), ""
    if forms[0] in SCALES and len(forms) == 1 and SCALES[forms[0]] <= 1000:
        return frozenset([Decimal(SCALES[forms[0]])]), ""
    if not token[0].isdigit():
        return frozenset(), ""
    if language == "en" and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", token):
        return frozenset([Decimal(token.replace(",", ""))]), ""
    if re.fullmatch(r"\d+,\d+", token) and not COMMA_GROUPS.fullmatch(token):
        return frozenset([Decimal(token.replace(",", "."))]), ""
    digits = re.sub(r"\D", "", token)
    return frozenset([Decimal(digits)]) if digits and len(digits) < 25 else frozenset(), ""


def read_scale(text: str, end: int, language: Language) -> tuple[int, int]:
    """Return the scale behind a number, 1 where there is none, and where it ends."""
    factor, reached = 1, end
    while True:
        place = GAP.match(text, reached).end()  # type: ignore[union-attr]
        word = re.compile(r"[^\W\d_]+").match(text, place)
        name = word[0].casefold() if word else ""
        scale = SCALES.get(name) or LARGE[language].get(name) or LARGE["de"].get(name) or SHORT_SCALES.get(name)
        if not scale or not word:
            return factor, reached
        factor, reached = factor * scale, word.end()
        if text[reached : reached + 1] == ".":
            reached += 1


def read_compound(token: str, start: int, end: int) -> Figure | None:
    """Return the figure inside a word such as "dreijährig"."""
    match = COMPOUND.fullmatch(token)
    forms = normalise_token(match[1].lower()) if match else ()
    value = to_decimal(forms[0]) if len(forms) == 1 else None
    if match is None or value is None:
        return None
    return Figure(frozenset([value]), find_unit(match[2].lower() + "e", 0)[0], "", "", start, end, token)


def find_bound(before: str) -> Bound:
    """Return what the words before a figure make of it: about, above, below, or exactly that."""
    trimmed = SIGN_BEFORE.sub("", before)
    return next((bound for bound, pattern in reversed(BOUNDS) if pattern.search(trimmed)), "")


def find_lead(before: str) -> str:
    """Return whether a figure tells by how much, to how much or from how much."""
    trimmed = SIGN_BEFORE.sub("", before)
    return next((lead for lead, pattern in LEADS if pattern.search(trimmed)), "")


def share_units(text: str, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Yield figures, each without a unit given that of the next if only "bis" or "und" stands between them.

    Its scale is shared as well, as a second value: "5 bis 10 Millionen Euro".
    """
    for place, figure in enumerate(figures):
        after = figures[place + 1] if place + 1 < len(figures) else None
        if after is None or figure.unit or figure.is_year or not JOINT.fullmatch(text[figure.end : after.start]):
            yield figure
            continue
        bare = [value for value in read_values(after.text.lower(), "de")[0] if value > 0]
        scale = max(after.values) / max([Decimal(1), *bare]) if max(after.values) > 0 else Decimal(1)
        scaled = frozenset(value * scale for value in figure.values) if scale >= 1000 else frozenset()
        yield replace(figure, unit=after.unit, values=figure.values | scaled)


def equals(stated: Figure, given: Figure) -> bool:
    """Tell whether two figures have the same value, or the first is a fair rounding or bound of the second."""
    return any(
        values_match(in_one_unit(value, stated, given), in_one_unit(known, given, stated), stated.bound)
        for value in stated.values
        for known in given.values
    )


def in_one_unit(value: Decimal, figure: Figure, other: Figure) -> Decimal:
    """Return a value in the unit of its kind, if the other figure is of that kind too."""
    converted, base = convert(value, figure.unit)
    return converted if base == convert(value, other.unit)[1] else value


def values_match(value: Decimal, known: Decimal, bound: Bound) -> bool:
    """Tell whether a value is another, or, with a bound, near enough on the right side of it."""
    if value == known:
        return True
    if not bound or known <= 0 or value <= 0:
        return False
    if bound == "above":
        return value < known <= value * BOUND_SLACK
    if bound in ("below", "most"):
        return value > known >= value / BOUND_SLACK
    miss = abs(value - known) / known
    return miss <= ROUGHEST and round_like(known, value) == value


def round_like(value: Decimal, pattern: Decimal) -> Decimal:
    """Return a value rounded to as many digits as another has before its zeros."""
    step = Decimal(1).scaleb(int(pattern.normalize().as_tuple().exponent))
    return (value / step).quantize(Decimal(1), rounding="ROUND_HALF_UP") * step


def same_unit(stated: Figure, given: Figure) -> bool:
    """Tell whether two figures are in the same unit, or one doesn't say."""
    kinds = {convert(Decimal(1), figure.unit)[1] for figure in (stated, given)}
    return not stated.unit or not given.unit or len(kinds) == 1


def same_bound(stated: Figure, given: Figure) -> bool:
    """Tell whether two figures of one value don't bound it from different sides, nor tell a change as a result."""
    sides = {stated.bound, given.bound}
    leads = {stated.lead, given.lead}
    return not ("above" in sides and sides & {"below", "most"}) and ("" in leads or len(leads) == 1)


def is_limit(figure: Figure) -> bool:
    """Tell whether a figure is only the most that something may be."""
    return figure.bound == "most"
