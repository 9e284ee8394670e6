"""Units of measure under one name, whatever the language and however short, and how they convert."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

_FORMS: Mapping[str, str] = {
    "prozentpunkt": r"prozentpunkte?n?|pp|percentage[ -]points?",
    "prozent": r"%|prozent\w*|percent\w*|per cent|pct",
    "promille": r"‰|promille",
    "euro": r"€|euros?|eur",
    "cent": r"cents?",
    "dollar": r"\$|dollars?|usd",
    "pfund": r"£|gbp|pfund sterling|pounds? sterling",
    "franken": r"franken|chf|francs?",
    "yen": r"¥|yen|jpy",
    "rubel": r"rubels?|rub(?:el)?l?n?|roubles?|rubles?",
    "yuan": r"yuan|renminbi",
    "millimeter": r"millimet(?:er|re)[ns]?|mm",
    "zentimeter": r"(?:z|c)entimet(?:er|re)[ns]?|cm",
    "meter": r"met(?:er|re)[ns]?|m",
    "kilometer": r"kilomet(?:er|re)[ns]?|km",
    "meile": r"meilen?|miles?",
    "quadratmeter": r"quadratmetern?|m²|qm|square met(?:er|re)s?|sqm",
    "quadratkilometer": r"quadratkilometern?|km²|square kilomet(?:er|re)s?",
    "hektar": r"hektar\w*|ha|hectares?",
    "gramm": r"gramm|grams?|g",
    "kilogramm": r"kilogramm\w*|kilograms?|kilos?|kg",
    "tonne": r"tonnen?|tonnes?|tons?|t",
    "liter": r"litern?|lit(?:er|re)s?|l",
    "grad": r"grad|°c?|degrees?",
    "jahr": r"jahr(?:e[ns]?|s)?|years?|jährige?[rnms]?|jährlich\w*",
    "monat": r"monat(?:e[ns]?|s)?|months?|monatige?[rnms]?",
    "woche": r"wochen?|weeks?|wöchige?[rnms]?",
    "tag": r"tag(?:e[ns]?|s)?|days?|tägige?[rnms]?",
    "stunde": r"stunden?|hours?|stündige?[rnms]?",
    "minute": r"minuten?|minutes?|minütige?[rnms]?",
    "sekunde": r"sekunden?|seconds?",
    "watt": r"watts?|w",
    "kilowatt": r"kilowatt|kw|kilowatts",
    "megawatt": r"megawatts?|mw",
    "gigawatt": r"gigawatts?|gw",
    "kilowattstunde": r"kilowattstunden?|kwh|kilowatt[ -]hours?",
    "megawattstunde": r"megawattstunden?|mwh|megawatt[ -]hours?",
    "gigawattstunde": r"gigawattstunden?|gwh|gigawatt[ -]hours?",
    "terawattstunde": r"terawattstunden?|twh|terawatt[ -]hours?",
    "gigabyte": r"gigabytes?|gb",
    "terabyte": r"terabytes?|tb",
}
UNITS = tuple((name, re.compile(rf"(?:{forms})(?![\w²])", re.IGNORECASE)) for name, forms in _FORMS.items())
"""In an order in which the longer comes first: "Prozentpunkte" before "Prozent"."""
UNIT_WORD = re.compile("|".join(rf"(?:{forms})" for forms in _FORMS.values()), re.IGNORECASE)
CONVERSIONS: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        "millimeter": ("meter", Decimal("0.001")),
        "zentimeter": ("meter", Decimal("0.01")),
        "kilometer": ("meter", Decimal(1000)),
        "gramm": ("kilogramm", Decimal("0.001")),
        "tonne": ("kilogramm", Decimal(1000)),
        "quadratkilometer": ("quadratmeter", Decimal(10**6)),
        "hektar": ("quadratmeter", Decimal(10**4)),
        "jahr": ("monat", Decimal(12)),
        "woche": ("tag", Decimal(7)),
        "stunde": ("minute", Decimal(60)),
        "kilowatt": ("watt", Decimal(1000)),
        "megawatt": ("watt", Decimal(10**6)),
        "gigawatt": ("watt", Decimal(10**9)),
        "megawattstunde": ("kilowattstunde", Decimal(1000)),
        "gigawattstunde": ("kilowattstunde", Decimal(10**6)),
        "terawattstunde": ("kilowattstunde", Decimal(10**9)),
        "terabyte": ("gigabyte", Decimal(1000)),
        "cent": ("euro", Decimal("0.01")),
    }
)
"""The unit that stands for its kind, and by what to multiply; years and months count as lengths of time."""
MONEY = frozenset(["euro", "dollar", "pfund", "franken", "yen", "rubel", "yuan"])


def find_unit(text: str, start: int) -> tuple[str, int]:
    """Return the unit that begins at a place of a text and where it ends, ``("", start)`` where there is none."""
    for name, pattern in UNITS:
        match = pattern.match(text, start)
        if match:
            return name, match.end()
    return "", start


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of measure and nothing else."""
    return UNIT_WORD.fullmatch(word) is not None


def convert(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a value in the unit that stands for its kind: ("2", "kilometer") becomes ("2000", "meter")."""
    base, factor = CONVERSIONS.get(unit, (unit, Decimal(1)))
    return value * factor, base
