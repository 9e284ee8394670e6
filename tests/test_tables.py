"""Tables: each row a line that names its columns, every cell in it once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats.tables import is_data, render_rows

CELLS = st.text("abcäß \n\t123", max_size=8)
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=6)


def one_line(cell):
    return " ".join(cell.split())


@given(TABLES, st.lists(st.text("ABC ", max_size=4), max_size=6))
def test_each_cell_stands_once_in_the_line_of_its_row(rows, header):
    lines = render_rows(rows, header=header)
    filled = [cells for row in rows if (cells := [one_line(cell) for cell in row if cell.strip()])]
    assert len(lines) == len(filled)
    for line, cells in zip(lines, filled, strict=True):
        values = [part.rpartition(": ")[2] for part in line.removeprefix("- ").split("; ")]
        assert values == cells


@given(TABLES)
def test_every_line_is_one_item_whatever_the_first_row_is(rows):
    for line in render_rows(rows):
        assert line.startswith("- ")
        assert one_line(line) == line


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param(
            [["Jahr", "Umsatz"], ["2023", "5 Millionen Euro"]],
            ["- Jahr: 2023; Umsatz: 5 Millionen Euro"],
            id="header",
        ),
        pytest.param([["", "Preis"], ["Brot", "4 €"]], ["- Brot; Preis: 4 €"], id="labels without a name"),
        pytest.param([["A", "B"], ["", "2"]], ["- B: 2"], id="empty cell"),
        pytest.param([["Brot", "4"], ["Salz", "1"]], ["- Brot; 4", "- Salz; 1"], id="figures are no header"),
        pytest.param([["Ort:", "Hafen"], ["Beginn:", "9 Uhr"]], ["- Ort: Hafen", "- Beginn: 9 Uhr"], id="labels"),
        pytest.param(
            [["Posten", "2023", "2024"], ["Personal", "5,1", "5,4"]],
            ["- Posten: Personal; 2023: 5,1; 2024: 5,4"],
            id="years as names",
        ),
        pytest.param(
            [["Bau", "2023", "2024"], ["Probe", "2025", "2026"]],
            ["- Bau; 2023; 2024", "- Probe; 2025; 2026"],
            id="years as values",
        ),
        pytest.param([["eins"], ["zwei"], [""]], ["- eins", "- zwei"], id="one column"),
        pytest.param([["allein"]], ["- allein"], id="one cell"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_rows_read_as_sentences(rows, lines):
    assert render_rows(rows) == lines


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([["Jahr", "Umsatz"], ["2023", "5"]], True, id="data"),
        pytest.param([["Jahr", "Umsatz"]], False, id="one row"),
        pytest.param([["a"], ["b"]], False, id="one column"),
        pytest.param([["a", ""], ["b", " "]], False, id="one column filled"),
        pytest.param([["x " * 100, "y " * 100], ["x " * 100, "y " * 100]], False, id="a layout"),
        pytest.param([["Ort", "Bemerkung"], ["Hafen", "x " * 100]], True, id="long remarks"),
    ],
)
def test_data_is_told_from_layout(rows, expected):
    assert is_data(rows) is expected
