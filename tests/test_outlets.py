"""Outlets: a name that a page says twice around its article, or in its copyright line; in doubt, none."""

import pytest

from vectorstore.outlets import find_outlet, may_be_outlet, without_company

ARTICLE = "Die Stadt baut am Fluss ein neues Bad."


@pytest.mark.parametrize(
    ("top", "bottom", "name"),
    [
        (["Flussbote", "Abo"], ["© Flussbote Medienhaus 2025"], "Flussbote"),
        (["Zum Inhalt springen", "Flussbote"], ["Der Flussbote ist gemeinnützig."], "Flussbote"),
        (["FLUSSBOTE SÜD", "Kino"], ["Flussbote Süd – Impressum – Datenschutz"], "Flussbote Süd"),
        (["Flussbote – Fachdienst für Bäder"], ["Flussbote Verlag | Kontakt"], "Flussbote"),
        (["FlussboteFußballHandballTurnen"], ["Werben auf Flussbote"], "Flussbote"),
        (["Flussbote.example"], ["Flussbote als Startseite"], "Flussbote"),
        ([], ["Copyright © 2026 River & Bath on the Orchard Theme", "River & Bath"], "River & Bath"),
        (["DAX", "19.178,4"], ["MDAX"], None),
        (["Wirtschaft", "Sport"], ["Wirtschaft", "Sport"], None),
        (["Flussbote"], ["Impressum"], None),
        ([], ["© Agence France-Presse", "Agence France-Presse"], None),
        (["Pressefach"], ["Pressefach", "Original-Content von: Halden GmbH, übermittelt durch Pressefach"], None),
    ],
)
def test_outlets(top, bottom, name):
    assert find_outlet(top, [*top, *bottom], ARTICLE) == name


@pytest.mark.parametrize("name", ["Politik", "Impressum", "24.02.2025", "Ein Name mit viel zu vielen Wörtern", "bote"])
def test_what_is_no_outlet(name):
    assert not may_be_outlet(name)


def test_a_company_is_not_its_outlet():
    assert without_company("Brooker Bote Verlag GmbH") == "Brooker Bote"
    assert without_company("Flussbote") == "Flussbote"
