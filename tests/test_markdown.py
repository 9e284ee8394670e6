"""Markdown: the words as they stand, without the marks that only change how they look."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.formats.document import Metadata, UnreadableError
from vectorstore.formats.markdown import read_markdown

sentences = st.lists(
    st.sampled_from(["Bad", "Fluss", "Stadt", "baut", "am", "im", "neu", "24.", "öffnet"]), min_size=2, max_size=12
).map(lambda found: "Das " + " ".join(found) + " heute.")


@settings(max_examples=100, deadline=None)
@given(st.lists(sentences, min_size=1, max_size=5))
def test_paragraphs_stay_as_they_are(paragraphs):
    assert read_markdown("\n\n".join(paragraphs)).text.strip() == "\n\n".join(paragraphs)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab1.-*_#>|`[]()!<&;:\\ \n"), max_size=80))
def test_any_text_is_read(text):
    assert isinstance(read_markdown(f"Anfang\n\n{text}").text, str)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        pytest.param("Ein **neues** _Bad_ ~~nicht~~ heute", "Ein neues Bad nicht heute", id="emphasis"),
        pytest.param("Das [Amt](https://example.org) sagt", "Das Amt sagt", id="link"),
        pytest.param("![Ein Bad](bad.jpg)\n\nText", "Text", id="picture"),
        pytest.param("Der Befehl `rm -r` löscht", "Der Befehl rm -r löscht", id="code"),
        pytest.param("```\na = 1\n```", "a = 1", id="fenced code"),
        pytest.param("Ein <script>alert(1)</script> Wort", "Ein <script>alert(1)</script> Wort", id="tags are words"),
        pytest.param("AT&amp;T &ndash; ein Name", "AT&T – ein Name", id="entities"),
        pytest.param("3 \\* 4 = 12", "3 * 4 = 12", id="escapes"),
        pytest.param("# Titel\n\nText", "# Titel\n\nText", id="heading"),
        pytest.param("Titel\n=====\n\nText", "# Titel\n\nText", id="underlined heading"),
        pytest.param(
            "Das Bad öffnet im Herbst.\n---\nText", "Das Bad öffnet im Herbst.\n\nText", id="a sentence over a rule"
        ),
        pytest.param("24. Februar 2025 war ein Montag.", "24. Februar 2025 war ein Montag.", id="a date is no list"),
        pytest.param("Zeile eins\nZeile zwei", "Zeile eins\nZeile zwei", id="hard-wrapped"),
        pytest.param("- eins\n- zwei\n  - drei\n\nText", "- eins\n- zwei\n- drei\n\nText", id="nested list"),
        pytest.param("1. eins\n2. zwei\n\nText", "1. eins\n2. zwei\n\nText", id="numbered list"),
        pytest.param("- eins\n\n  mehr davon\n- zwei", "- eins\n  mehr davon\n- zwei", id="item of two paragraphs"),
        pytest.param("> Ein Zitat\n> geht weiter\n\nText", "> Ein Zitat\n> geht weiter\n\nText", id="quote"),
        pytest.param("    Eingerückt", "Eingerückt", id="indented paragraph"),
        pytest.param(
            "| Jahr | Gäste |\n|---|---|\n| 2023 | **500** |\n| 2024 | 700 |\n\nText",
            "- Jahr: 2023; Gäste: 500\n- Jahr: 2024; Gäste: 700\n\nText",
            id="table",
        ),
    ],
)
def test_marks(markdown, text):
    assert read_markdown(markdown).text.strip() == text


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("title: Ein Bad", Metadata(title="Ein Bad"), id="title"),
        pytest.param(
            "Titel: Ein Bad\nDatum: 24.02.2025", Metadata(title="Ein Bad", published=date(2025, 2, 24)), id="German"
        ),
        pytest.param("author:\n  name: Anna", Metadata(author="Anna"), id="mapping"),
        pytest.param("authors:\n- name: Anna\n- Karl", Metadata(author="Anna, Karl"), id="list"),
        pytest.param("source: Flussbote\nlang: de", Metadata(publisher="Flussbote", language="de"), id="other names"),
        pytest.param("title: null\nauthor: ''", Metadata(), id="nothing"),
        pytest.param(
            "title: 'Ein: Bad'\nurl: https://a.de", Metadata(title="Ein: Bad", url="https://a.de"), id="colon"
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_front_matter(header, expected, end):
    document = read_markdown(f"---\n{header}\n---\nText".replace("\n", end))
    assert document.metadata == expected
    assert document.text.strip() == "Text"


@pytest.mark.parametrize("header", ["title: [a", "title: &a Bad\nauthor: *a", f"title: {'[' * 5000}"])
def test_broken_front_matter_is_said(header):
    with pytest.raises(UnreadableError, match="front matter"):
        read_markdown(f"---\n{header}\n---\nText")


@pytest.mark.parametrize(
    "text",
    ["> " * 20_000, "- " * 20_000, "[" * 50_000, "*a " * 50_000, "`" * 50_000, "Absatz\n\n" * 20_000, "|a" * 20_000],
    ids=["quotes", "lists", "brackets", "stars", "ticks", "paragraphs", "cells"],
)
def test_hostile_text_takes_no_time(text):
    start = time.perf_counter()
    read_markdown(text)
    assert time.perf_counter() - start < 8  # well below a second on an idle machine
