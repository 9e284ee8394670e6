"""Bylines: who wrote it, where a line says so; never a word of a sentence or a headline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats.bylines import find_authors, read_byline


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Von Jane Austen", "Jane Austen"),
        ("von Walther von der Vogelweide und Max Planck", "Walther von der Vogelweide und Max Planck"),
        ("Von Jane Austen, Berlin", "Jane Austen"),
        ("Von Redaktion Talkreis · 11.12.2024, 07:02 Uhr", "Redaktion Talkreis"),
        ("Von mwi Mittwoch, 14. August 2024", "mwi"),
        ("Von wub", "wub"),
        ("By our transport correspondent", "our transport correspondent"),
        ("By the commodities desk", "the commodities desk"),
        ("Written by Jane Austen for the Post", "Jane Austen"),
        ("Text: Reportage-Team Küste; Fotos: Bildredaktion", "Reportage-Team Küste"),
        ("Ein Gastbeitrag von Jane Austen", "Jane Austen"),
        ("Interview: Kulturredaktion · 10. Februar 2024 · Lesezeit 5 Minuten", "Kulturredaktion"),
        ("October 17, 2021 by The Allotment Desk", "The Allotment Desk"),
        ("August 4, 2022 by the quarter desk in Retail", "the quarter desk"),
        ("Montag, 04.11.2024 10:58 von Finanzblick-Redaktion | Aufrufe: 3.118", "Finanzblick-Redaktion"),
        ("16.06.2025 - Redaktion Medienecho", "Redaktion Medienecho"),
        ("12.06.2023, kol", "kol"),
        ("12. März 2024 | Lokalredaktion", "Lokalredaktion"),
        ("Erstellt von Jane Austen am 3. Mai 2024", "Jane Austen"),
        ("Story by Jane Austen", "Jane Austen"),
        ("12.06.2023, dpa", None),
        ("Von Januar an gilt ein neuer Tarif", None),
        ("Von der Leyen gewinnt die Wahl", None),
        ("By the river stands an old mill", None),
        ("Von Jane Austen stammt der Entwurf.", None),
        ("Interview: Jane Austen", None),
        ("Berlin, 3. März 2024", None),
        ("Ein Bad am Fluss", None),
    ],
)
def test_bylines(line, name):
    assert read_byline(line) == name


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Jane Austen", "Autorin und Redakteurin"], ["Jane Austen"]),
        (["Jane Austen", "Das Bad am Fluss"], []),
        (["Altenbrook (hg). Die Feuerwehr zieht um."], ["hg"]),
        (["kol", "12. Juni 2023"], ["kol"]),
        (["Sportredaktion", "12. Juni 2023"], ["Sportredaktion"]),
        (["mehr", "12. Juni 2023"], []),
        (["Das Bad öffnet im Herbst.", "(kol)"], ["kol"]),
        (["Das Bad öffnet im Herbst.", "(dpa)"], []),
        (["Mary Anning Environment correspondent"], ["Mary Anning"]),
        (["Das Wichtigste in Kürze"], []),
        (["Berlin (dpa) - Die Feuerwehr zieht um."], []),
        (["Altenbrook (hg). Die Feuerwehr zieht um.", "Von Jane Austen"], ["Jane Austen", "hg"]),
    ],
    ids=lambda value: "; ".join(value) or "nobody",
)
def test_authors_of_several_lines(lines, names):
    assert list(find_authors(lines)) == names


@given(st.lists(st.text(max_size=100), max_size=5))
def test_any_lines_are_read(lines):
    assert all(isinstance(name, str) and name for name in find_authors(lines))


def test_a_line_of_spaces_without_an_end_is_no_byline():
    assert read_byline("Von Clara Schumann") == "Clara Schumann"
    assert read_byline(f"Von Anna{' ' * 200_000}x") is None, "4,000 of them took 3 seconds"
