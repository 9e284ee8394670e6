"""The laws of escaping: nothing a stranger says can become markup, and nothing of it is lost."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markup import Markup, assert_only_ours, words
from ui.escaping import escape, is_web_address, render_address, render_line, render_text, visible


@given(words)
def test_an_escaped_text_holds_no_markup_and_says_the_same(text: str) -> None:
    assert not re.search("[<>\"']", escape(text))
    assert not Markup(escape(text)).tags
    assert html.unescape(escape(text)) == visible(text)
    escape(text).encode("utf-8")


@given(words)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    visible(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Größe – „groß“ 😀\n\tZeile", "Größe – „groß“ 😀\n\tZeile"),
        ("a\x00b\x1b[31mc\x7f\ufeff", "ab[31mc"),
        ("Blatt\u202egro.elpmaxe\u202c \u2066x\u2069", "Blattgro.elpmaxe x"),
        ("halb \ud83d", "halb ?"),
    ],
)
def test_controls_and_direction_marks_are_dropped(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(words, words)
def test_lines_and_addresses_hold_only_our_markup(text: str, url: str) -> None:
    assert_only_ours(render_line(text) + render_address(url, text) + render_address(f"https://example.org/{url}", text))


@given(text=st.text(alphabet="ab# \t\n<&"), start=st.booleans(), end=st.booleans())
def test_a_text_to_read_keeps_its_words_in_order(*, text: str, start: bool, end: bool) -> None:
    rendered = render_text(text, start=start, end=end)
    read = Markup(rendered)
    assert {tag for tag, _ in read.tags} <= {"strong"}
    assert re.sub(r"[#\s]", "", read.text) == re.sub(r"[#\s]", "", text)
    assert not re.search(r"\n[ \t]*\n[ \t]*\n", read.text)


@given(words)
def test_no_text_to_read_becomes_markup(text: str) -> None:
    assert {tag for tag, _ in Markup(render_text(text)).tags} <= {"strong"}


def test_headings_are_set_as_such() -> None:
    rendered = render_text("## Kapitel <1> ##\n\nDavor. #5\n\n\n \nDanach.\n#kein\n")
    assert rendered == ('<strong class="belegt-heading">Kapitel &lt;1&gt;</strong>Davor. #5\n\nDanach.\n#kein')


@pytest.mark.parametrize(
    ("start", "end", "rendered"),
    [(False, False, "a"), (True, False, "a "), (False, True, " a"), (True, True, " a ")],
)
def test_the_space_beside_a_quote_is_kept(*, start: bool, end: bool, rendered: str) -> None:
    assert render_text(" a ", start=start, end=end) == rendered


def test_a_long_line_of_signs_costs_no_time() -> None:
    assert_only_ours(render_text("# " * 100_000 + "\n" * 100_000))


@pytest.mark.parametrize("url", ["https://example.org/a?b=1&c=2", "http://example.org", " https://example.org/ "])
def test_a_web_address_is_a_link_that_gives_nothing_away(url: str) -> None:
    ((tag, link),) = Markup(render_address(url)).tags
    assert (tag, link["href"], link["rel"]) == ("a", url.strip(), "noopener noreferrer")
    assert Markup(render_address(url)).text == url.strip()
    assert Markup(render_address(url, "<Quelle>")).text == "<Quelle>"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "https:alert(1)",
        "https://",
        "//example.org",
        "http://[",
        "datei.md",
        "file:///etc/passwd",
        "data:text/html,x",
    ],
)
def test_anything_else_is_no_link(url: str | None) -> None:
    assert render_address(url, "Quelle") == ""
    assert not is_web_address(url or "")
