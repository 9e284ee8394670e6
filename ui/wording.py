"""What the page says, in German and English; the texts themselves lie in ``texts/``, one file a language.

The labels of the page are translated in the browser; the answer and its evidence are written here, on the server.
:func:`language_of` follows the rule by which the browser picks, so that both halves of the page speak alike.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from assistant.phrases import Language, write_date

TEXTS = Path(__file__).parent / "texts"
LANGUAGES: tuple[Language, ...] = ("de", "en")
LANGUAGE_COOKIE = "belegt-language"
"""Holds the language that a visitor chose in the page."""


@cache
def read_texts(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return all that the page says in this language: ``labels``, ``texts`` and ``scripts``, each by key."""
    return tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


def labels(language: Language) -> Mapping[str, str]:
    """Return the labels in the page's frame; they hold no placeholders."""
    return read_texts(language)["labels"]


def script_texts(language: Language) -> Mapping[str, str]:
    """Return what the page's scripts say by themselves; they fill the placeholders."""
    return read_texts(language)["scripts"]


def say(key: str, language: Language, **values: object) -> str:
    """Return the text of this key in this language, its placeholders filled; the values are not escaped."""
    return read_texts(language)["texts"][key].format(**values)


def say_count(key: str, count: int, language: Language) -> str:
    """Return how many there are of something, in the form that fits one or many."""
    return say(f"{key}_one" if count == 1 else f"{key}_many", language, count=written_number(count, language))


def written_number(number: float, language: Language, *, decimals: int = 0) -> str:
    """Return a number as the language writes it: 1.234,5 or 1,234.5."""
    written = f"{number:,.{decimals}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "de" else written


def language_name(code: str, language: Language) -> str:
    """Return what a language is called; one that we have no word for is called by its code."""
    return read_texts(language)["texts"].get(f"language_{code}", code)


def written_date(day: date | None, language: Language) -> str:
    """Return a date as the language writes it: 24. Februar 2025, 24 February 2025; a word where it is unknown."""
    if day is None:
        return say("undated", language)
    return write_date(day, language)


def language_of(accept_language: str | None, chosen: str | None = None) -> Language:
    """Return the page's language: what the visitor chose, else that of a browser with this ``Accept-Language`` header.

    German where the browser's first language is German or it names none. Otherwise English, which is also what the
    labels fall back to: they only look at the browser's first language.
    """
    if chosen in LANGUAGES:
        return chosen
    ranked = sorted((accept_language or "").split(","), key=_weight, reverse=True)
    first = ranked[0].partition(";")[0].strip().lower()
    return "de" if first in ("", "*") or first.partition("-")[0] == "de" else "en"


def _weight(choice: str) -> float:
    """Return the weight of one choice of an ``Accept-Language`` header: 1 where it names none, 0 where it is broken."""
    weight = choice.partition(";")[2].strip().removeprefix("q=")
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
