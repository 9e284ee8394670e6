"""What pages tell of their article in their head: JSON-LD before Open Graph before elements; in doubt, nothing."""

import json
from datetime import date

import pytest

from vectorstore.formats.web_page import read_web_page

FIRST = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag mitgeteilt hat. Es soll im Herbst öffnen."
SECOND = "Das alte Bad war vor vier Jahren geschlossen worden, weil das Dach nicht mehr sicher war."
ARTICLE = f"<article><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p></article>"


def read(head="", body=ARTICLE, language=""):
    """Return the metadata of a page."""
    start = f"<html{language}><head><meta charset=utf-8>"
    return read_web_page(f"{start}{head}</head><body>{body}</body></html>".encode()).metadata


def json_ld(**values):
    """Return a JSON-LD block."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


FULL = {
    "headline": "Das neue Bad &amp; der Fluss",
    "datePublished": "2025-02-24T10:00:00+01:00",
    "dateModified": "2025-03-01",
    "author": [{"@type": "Person", "name": "Jane Austen"}, {"name": "Max Planck"}],
    "publisher": {"name": "Flussbote"},
    "mainEntityOfPage": {"@id": "https://flussbote.example/bad"},
    "inLanguage": "de-DE",
}


@pytest.mark.parametrize(
    "block",
    [
        json_ld(**FULL),
        json_ld(**FULL).replace("NewsArticle", "Unknown") + json_ld(**FULL),
        json_ld(**{"@type": "", "@graph": [{"@type": "WebSite"}, {"@type": "Article", **FULL}]}),
        f'<script type="application/ld+json">{{broken</script>{json_ld(**FULL)}',
        f"<script type='application/ld+json'>{'[' * 100_000}</script>{json_ld(**FULL)}",
    ],
    ids=["alone", "after another kind", "in a graph", "after a broken one", "after a nested one"],
)
def test_json_ld(block):
    told = read(block)
    assert told.title == "Das neue Bad & der Fluss" or told.title is None
    assert told.published == date(2025, 2, 24)
    assert told.author == "Jane Austen, Max Planck"
    assert told.publisher == "Flussbote"
    assert told.url == "https://flussbote.example/bad"
    assert told.language == "de"


def test_meta_elements():
    told = read(
        "<meta property=og:title content='Das neue Bad am Fluss - Flussbote'>"
        "<meta property=og:site_name content=Flussbote>"
        "<meta property=article:published_time content=2025-02-24T10:00><meta name=author content='Jane Austen'>"
        "<link rel=canonical href=https://flussbote.example/bad>",
        body=f"<h1>Das neue Bad am Fluss</h1>{ARTICLE}",
        language=" lang=de-AT",
    )
    assert (told.title, told.published, told.author) == ("Das neue Bad am Fluss", date(2025, 2, 24), "Jane Austen")
    assert (told.publisher, told.url, told.language) == ("Flussbote", "https://flussbote.example/bad", "de")


@pytest.mark.parametrize(
    ("title", "body", "publisher"),
    [
        ("Das neue Bad am Fluss | Flussbote", f"<h1>Das neue Bad am Fluss</h1>{ARTICLE}", "Flussbote"),
        ("Das neue Bad - Flussbote", f"<div>Das neue Bad am Fluss</div>{ARTICLE}", "Flussbote"),
        (
            "Flussbote online - Lokales",
            f"{ARTICLE}<font>&copy; 2009 Flussbote Verlag | <a>Impressum</a></font>",
            "Flussbote",
        ),
        ("Das neue Bad - Eine Reportage", f"<h1>Das neue Bad - Eine Reportage</h1>{ARTICLE}", None),
        ("Das neue Bad | Politik", f"<h1>Das neue Bad am Fluss</h1>{ARTICLE}", None),
        ("Das neue Bad am Fluss", f"<h1>Das neue Bad am Fluss</h1>{ARTICLE}", None),
        ("Bad | Pressefach", f"<h1>Das neue Bad</h1>{ARTICLE}<p>Original-Content von: Bad GmbH</p>", None),
    ],
)
def test_the_outlet_behind_the_title(title, body, publisher):
    assert read(f"<title>{title}</title>", body).publisher == publisher


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Bad am Fluss</title>",
            f"<div>Bad am Fluss kommt im Herbst</div>{ARTICLE}",
            "Bad am Fluss kommt im Herbst",
        ),
        ("<title>Flussbote online</title>", f"<div>Bad am Fluss kommt im Herbst</div>{ARTICLE}", None),
        (
            "<title>SEO: Bad, Fluss</title>",
            f"<h1>Bad am Fluss kommt im Herbst</h1>{ARTICLE}",
            "Bad am Fluss kommt im Herbst",
        ),
    ],
    ids=["shortened", "of the site", "for search engines"],
)
def test_the_headline_that_the_page_shows_counts(head, body, title):
    assert read(head, body).title == title


@pytest.mark.parametrize(
    ("body", "published", "author"),
    [
        ("<time itemprop=datePublished datetime=2025-02-24>gestern</time>", date(2025, 2, 24), None),
        ("<p class=byline>Von Jane Austen</p><p>24. Februar 2025</p>", date(2025, 2, 24), "Jane Austen"),
        ("<p>Von mwi <time>Montag, 24. Februar 2025</time></p>", date(2025, 2, 24), "mwi"),
        ("<div class=teaser><a href=x>Brücke gesperrt</a><i>23.02.2025</i></div>", None, None),
        ("<p>Stand: 24.02.2025, 12:30 Uhr</p>", date(2025, 2, 24), None),
    ],
    ids=["marked", "lines below the headline", "one line", "a teaser's", "labelled"],
)
def test_date_and_author_in_the_page(body, published, author):
    told = read(body=f"<h1>Das neue Bad am Fluss</h1>{body}{ARTICLE}")
    assert (told.published, told.author) == (published, author)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/bad.html", "ftp://a.de"])
def test_only_web_addresses_count(address):
    assert read(f"<link rel=canonical href='{address}'>").url is None
