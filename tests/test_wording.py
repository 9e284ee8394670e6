"""What the page says: the same in both languages, all of it used, and all that is used is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.wording import (
    LANGUAGES,
    TEXTS,
    labels,
    language_name,
    language_of,
    read_texts,
    say,
    say_count,
    script_texts,
    written_date,
    written_number,
)

HOUSE = TEXTS.parent
SECTIONS = ("labels", "texts", "scripts")
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.glob("*.py"))]
SCRIPT = "\n".join(path.read_text(encoding="utf-8") for path in (HOUSE / "page").glob("*.js"))
FROM_OUTSIDE = {"supported", "partly", "unsupported"}
"""Keys that an answer brings along."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def pattern(node: ast.expr) -> str | None:
    """Return what a text in the source may be, as a pattern; nothing for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part) or r"\w+" for part in node.values)
    return None


def keys_of(names: set[str]) -> Iterator[str]:
    """Yield, as patterns, the keys that are handed to functions of these names."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
                found = [pattern(given) for given in node.args[:1]]
                yield from (one for one in found if one)


def said() -> set[str]:
    """Return every key that the source may mean, as a pattern: its short texts, and those that begin like a key."""
    found = {pattern(node) for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.expr)}
    counted = {f"{key}_(?:one|many)" for key in keys_of({"say_count"})}
    return {one for one in found if one and re.fullmatch(r"[a-z_]{3,40}(?:\\w\+)?", one)} | counted


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_say_the_same_with_the_same_placeholders(section: str) -> None:
    german, english = (read_texts(language)[section] for language in LANGUAGES)
    assert set(german) == set(english)
    for key in german:
        assert placeholders(german[key]) == placeholders(english[key]), key
        assert german[key].strip(), key
        assert english[key].strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_hold_nothing_else(language: Any) -> None:
    assert set(read_texts(language)) == set(SECTIONS)
    assert not any(placeholders(text) for text in labels(language).values())


def test_every_key_that_is_said_is_there() -> None:
    texts = set(read_texts("de")["texts"])
    for key in keys_of({"say"}):
        assert any(re.fullmatch(key, known) for known in texts), key
    for key in keys_of({"say_count"}):
        assert {f"{key}_one", f"{key}_many"} <= texts, key


def test_every_label_that_is_shown_is_there() -> None:
    shown = set(keys_of({"translated"}))
    assert shown == set(labels("de"))


def test_every_text_of_the_scripts_is_there_and_every_one_is_said() -> None:
    said_by_scripts = set(re.findall(r"\blabels\??\.(\w+)", SCRIPT))
    assert said_by_scripts == set(script_texts("de"))


def test_no_text_is_kept_that_nobody_says() -> None:
    patterns = re.compile("|".join(said()))
    unsaid = {key for key in read_texts("de")["texts"] if not patterns.fullmatch(key)}
    assert unsaid - FROM_OUTSIDE == set()


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.text())
def test_what_fills_a_text_is_taken_as_it_is(language: Any, value: str) -> None:
    assert value in say("quoted", language, text=value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_and_many_are_told_apart(language: Any) -> None:
    assert say_count("passages", 1, language) == say("passages_one", language)
    assert say_count("passages", 0, language) == say("passages_many", language, count="0")


@pytest.mark.parametrize(
    ("number", "decimals", "german", "english"),
    [(1234.56, 1, "1.234,6", "1,234.6"), (1_000_000, 0, "1.000.000", "1,000,000"), (7, 0, "7", "7")],
)
def test_numbers_are_written_as_the_language_writes_them(
    number: float, decimals: int, german: str, english: str
) -> None:
    assert written_number(number, "de", decimals=decimals) == german
    assert written_number(number, "en", decimals=decimals) == english


@pytest.mark.parametrize(
    ("day", "german", "english"),
    [
        (date(2025, 2, 24), "24. Februar 2025", "24 February 2025"),
        (date(2024, 3, 1), "1. März 2024", "1 March 2024"),
        (None, "ohne Datum", "undated"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(day: date | None, german: str, english: str) -> None:
    assert written_date(day, "de") == german
    assert written_date(day, "en") == english


def test_a_language_without_a_word_is_called_by_its_code() -> None:
    assert [language_name(code, "de") for code in ("de", "en", "xx", "{x}")] == ["Deutsch", "Englisch", "xx", "{x}"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("*", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, DE;q=0.9", "de"),
        ("fr-FR,fr;q=0.9,de;q=0.5", "en"),
        ("den", "en"),
        ("en;q=x,de", "de"),
    ],
)
def test_the_language_is_the_browser_s_first(header: str | None, language: str) -> None:
    assert language_of(header) == language


@given(st.none() | st.text() | st.from_regex(r"[a-z-]{0,5}(;q=[0-9.naif]{0,4})?(,[a-z]{0,3}(;q=[0-9.]{0,3})?){0,3}"))
def test_whatever_a_browser_names_there_is_a_language(header: str | None) -> None:
    assert language_of(header) in LANGUAGES
    assert language_of(header, "klingonisch") == language_of(header)


@given(st.none() | st.text(), st.sampled_from(LANGUAGES))
def test_what_the_visitor_chose_wins(header: str | None, chosen: Any) -> None:
    assert language_of(header, chosen) == chosen


def test_the_texts_lie_where_they_are_packed() -> None:
    assert sorted(path.name for path in Path(TEXTS).iterdir()) == [f"{language}.toml" for language in LANGUAGES]
