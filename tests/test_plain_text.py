"""Plain text: as it stands, but for copied tables and words parted at line ends."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats.plain_text import read_plain_text, rejoin_hyphenated

lines = st.lists(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60), max_size=10)


@given(lines)
def test_nothing_but_hyphens_and_line_ends_changes(text):
    before, after = "\n".join(text), "\n".join(rejoin_hyphenated(text))
    assert "".join(before.split()).replace("-", "") == "".join(after.split()).replace("-", "")


@given(lines)
def test_rejoining_twice_is_rejoining_once(text):
    once = rejoin_hyphenated(text)
    assert len(rejoin_hyphenated(once)) <= len(once) <= len(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Der Ver-\nkehr steht still.", "Der Verkehr\nsteht still.", id="word"),
        pytest.param("Der Ver-\n   kehr steht still.", "Der Verkehr\nsteht still.", id="indented"),
        pytest.param("Der Ver-\nkehrs-\nminister", "Der Verkehrsminister", id="word over three lines"),
        pytest.param("Der Ver-\nkehr.", "Der Verkehr.", id="nothing left"),
        pytest.param("Ein-\nund Ausgang", "Ein-\nund Ausgang", id="and"),
        pytest.param("Hin- oder Rück-\noder Umweg", "Hin- oder Rück-\noder Umweg", id="or"),
        pytest.param("Die Nord-\nSüd-Linie", "Die Nord-\nSüd-Linie", id="capital"),
        pytest.param("Die Saison 2024-\nfür alle", "Die Saison 2024-\nfür alle", id="number"),
        pytest.param("Ein E-\nmail", "Ein E-\nmail", id="letter"),
        pytest.param("Ein Satz -\nweiter so", "Ein Satz -\nweiter so", id="dash"),
        pytest.param("a well-\nknown and well-known man", "a well-known\nand well-known man", id="compound"),
        pytest.param("a" * 200 + " Ver-\nkehr", "a" * 200 + " Ver-\nkehr", id="a line that nobody wrapped"),
        pytest.param("Ver-\n\nkehr", "Ver-\n\nkehr", id="blank line between"),
    ],
)
def test_hyphenation(before, after):
    assert read_plain_text(before).text == after


def test_cells_with_tabs_between_become_rows():
    text = read_plain_text("Die Ziele:\nBank\tZiel\nMitte\t11 Euro\nNord\t9 Euro\nBis dahin.").text
    assert text == "Die Ziele:\n- Bank: Mitte; Ziel: 11 Euro\n- Bank: Nord; Ziel: 9 Euro\nBis dahin."


def test_a_menu_with_tabs_is_no_table():
    assert read_plain_text("Abo\tAnmelden").text == "Abo\tAnmelden"


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "a-" * 100_000, "Ver-\nkehr " * 20_000, "\t" * 100_000, "a\tb\n" * 20_000]
)
def test_hostile_text_takes_no_time(text):
    start = time.perf_counter()
    read_plain_text(text)
    assert time.perf_counter() - start < 8  # well below a second on an idle machine
