"""Metadata of texts: what the lines around a headline tell; never a teaser's or a comment's; in doubt, nothing."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.cleaning import clean
from vectorstore.metadata import find_metadata, find_title

FIRST = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag mitgeteilt hat. Es soll im Herbst öffnen."
SECOND = "Das alte Bad war vor vier Jahren geschlossen worden, weil das Dach nicht mehr sicher war."
ARTICLE = f"{FIRST}\n\n{SECOND}"


def read(page):
    """Clean a page and return what is told of it."""
    text, removed = clean(page)
    return find_metadata(text, whole=page, removed=removed)


def test_all_that_a_copied_page_tells():
    page = (
        f"Flussbote\nAbo\nMenü\nAnmelden\nNeues Bad am Fluss für die Stadt\nVon Jane Austen | 21. August 2023\n"
        f"Teilen\nhttps://flussbote.example/bad\n{ARTICLE}\n\nMehr zum Thema\nBrücke gesperrt\n22.08.2023\n"
        "Impressum Datenschutz\n© Flussbote Verlag 2024"
    )
    told = read(page)
    assert told.title == "Neues Bad am Fluss für die Stadt"
    assert told.published == date(2023, 8, 21)
    assert told.author == "Jane Austen"
    assert told.publisher == "Flussbote"
    assert told.url == "https://flussbote.example/bad"
    assert told.language == "de"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"Neues Bad am Fluss\n{ARTICLE}\n\nLesen Sie auch\nBrücke gesperrt\n22.08.2023", id="teaser"),
        pytest.param(f"Neues Bad am Fluss\n{ARTICLE * 3}\n\nKommentare\nGast\n22.08.2023\nNa endlich.", id="comment"),
        pytest.param(f"Neues Bad am Fluss\n{ARTICLE}\n\nDas Dach wurde am 22.08.2023 gesperrt.", id="sentence"),
        pytest.param("\n\n".join([ARTICLE] * 6) + "\n\n22.08.2023", id="far down"),
    ],
)
def test_the_date_of_something_else_is_not_the_articles(page):
    assert read(page).published is None


@pytest.mark.parametrize(
    ("page", "published"),
    [
        pytest.param(f"Neues Bad\n24.02.2025\n\n{ARTICLE}", date(2025, 2, 24), id="below the title"),
        pytest.param(f"24.02.2025\nNeues Bad\n\n{ARTICLE}", date(2025, 2, 24), id="above it"),
        pytest.param(f"Berlin, 3. März 2024 – {ARTICLE}", date(2024, 3, 3), id="dateline"),
        pytest.param(
            "\n\n".join([ARTICLE] * 8) + "\n\nStand: 24.02.2025", date(2025, 2, 24), id="labelled, at the end"
        ),
        pytest.param(f"Aktualisiert: 25.02.2025\nVom 24.02.2025\n\n{ARTICLE}", date(2025, 2, 24), id="not the update"),
        pytest.param(f"Zuletzt aktualisiert: 25.02.2025\n\n{ARTICLE}", date(2025, 2, 25), id="nothing but the update"),
    ],
)
def test_dates(page, published):
    assert read(page).published == published


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(f"Neues Bad am Fluss\n\n{ARTICLE}", "Neues Bad am Fluss", id="first line"),
        pytest.param(
            f"DFV, 1. Runde\nStadt baut neues Bad am Fluss\n\n{ARTICLE}", "Stadt baut neues Bad am Fluss", id="kicker"
        ),
        pytest.param(f"Kategorie: Stadt und Bad\n\nNeues Bad am Fluss\n\n{ARTICLE}", "Neues Bad am Fluss", id="form"),
        pytest.param(f"Neues Bad am Fluss\nEin Bad (Symbolbild). dpa\n{ARTICLE}", "Neues Bad am Fluss", id="caption"),
        pytest.param(ARTICLE, None, id="none"),
    ],
)
def test_titles(text, title):
    assert find_title(text) == title


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_tells_something_or_nothing(text):
    told = read(text)
    assert told.title is None or told.title in text
