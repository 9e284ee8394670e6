"""Who asks: the language of a browser, and what its scripts send, which may be anything."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import BelegtError
from tests.markup import Markup, json_values
from tests.page_desk import browser_of, sending
from ui.visitor import language_from, opened, sent_by, warn


@pytest.mark.parametrize(
    ("header", "chosen", "language"),
    [
        ("de", None, "de"),
        ("en", None, "en"),
        ("de", "en", "en"),
        ("en", "de", "de"),
        ("en", "<script>", "en"),
        ("de", "", "de"),
    ],
)
def test_what_was_chosen_in_the_page_wins_over_the_browser(header: str, chosen: str | None, language: str) -> None:
    assert language_from(browser_of(header, chosen=chosen)) == language


def test_a_browser_that_says_nothing_reads_german() -> None:
    silent = browser_of()
    silent.headers = {}
    assert language_from(silent) == "de"


@given(json_values.filter(lambda value: value is not None))
def test_whatever_is_sent_it_is_read_by_name(sent: Any) -> None:
    event = sending()
    event._data = sent
    assert sent_by(event) == (sent if isinstance(sent, dict) else {})


def test_nothing_sent_is_read_as_nothing() -> None:
    event = sending()
    event._data = None
    assert sent_by(event) == {}


def test_an_article_opened_twice_is_drawn_twice() -> None:
    once, twice = opened("<p>Text</p>"), opened("<p>Text</p>")
    assert once != twice
    assert Markup(once).text == "Text"


@given(st.sampled_from(["<img src=//example.org/x>", "a & b", "Der Ordner fehlt."]))
def test_a_warning_holds_no_markup(line: str) -> None:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gr, "Warning", shown.append)
        warn(BelegtError(line))
    (one,) = shown
    assert not Markup(one).tags
    assert Markup(one).text == line
