"""The collection as HTML: what is known of an article, what was removed from it, and how far an upload is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Holding, Progress, Report, Source
from tests.test_rendering import OWN_ATTRIBUTES, OWN_TAGS, Markup, urls, words
from ui.article_rendering import (
    CHOICES_OFFERED,
    FAILURES_NAMED,
    NAME_LENGTH,
    PARTS_SHOWN,
    TEXT_SHOWN,
    article_choices,
    describe_kinds,
    describe_progress,
    render_article,
    render_progress,
    render_summary,
    summarise,
)

TAGS = OWN_TAGS | {"dl", "dt", "dd", "details", "summary", "progress"}
ATTRIBUTES = OWN_ATTRIBUTES | {"role", "max", "value"}

SOURCE = Source(
    "articles/turm.pdf", "Der Turm", date(2025, 2, 24), "A. Autor", "Blatt", "https://example.org/turm", "de"
)
ARTICLE = Article(SOURCE, "Der Turm ist hoch.", ("Anzeige", "Lesen Sie auch: Mehr"), (0, 9))
COPY = Source("abend.md", "Der Turm", None, None, "Abendpost")


def facts(rendered: str) -> dict[str, str]:
    """Return the terms of an article with what stands beside each, as a reader sees them."""
    rows = rendered.partition("<dl><div>")[2].partition("</div></dl>")[0].split("</div><div>")
    return {Markup(term).text: Markup(fact).text for term, _, fact in (row.partition("</dt>") for row in rows)}


def assert_only_ours(rendered: str) -> None:
    for tag, attributes in Markup(rendered).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))


def test_everything_that_is_known_of_an_article_is_shown() -> None:
    shown = facts(render_article(ARTICLE, Holding(SOURCE, 3, (COPY,))))
    assert shown == {
        "Medium": "Blatt",
        "Autor": "A. Autor",
        "Datum": "24. Februar 2025",
        "Sprache": "Deutsch",
        "Adresse": "https://example.org/turm",
        "Stellen": "3",
        "Seiten": "2",
        "Datei": "articles/turm.pdf",
        "Dieselbe Meldung": "Der Turm · Abendpost",
    }


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    shown = facts(render_article(Article(Source("a.md", "Titel"), "Text."), None, language="en"))
    names = ("Outlet", "Author", "Date", "Language", "Address", "Passages")
    assert shown == {**dict.fromkeys(names, "unknown"), "File": "a.md"}


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    bad = replace(ARTICLE, source=replace(SOURCE, url="javascript:alert(1)"))
    rendered = render_article(bad, None)
    assert "href" not in rendered
    assert facts(rendered)["Adresse"] == "javascript:alert(1)"


def test_what_cleaning_removed_is_folded_away_with_its_count() -> None:
    rendered = render_article(ARTICLE, None)
    assert "<summary>Von der Bereinigung entfernt (2)</summary><ul><li>Anzeige</li>" in rendered
    assert "<details" in rendered
    assert "<details open" not in rendered
    assert "Removed by cleaning (2)" in render_article(ARTICLE, None, language="en")
    assert "nichts entfernt" in render_article(replace(ARTICLE, removed=()), None)


@given(words, words, words, urls | words)
def test_no_article_becomes_markup(title: str, name: str, text: str, url: str) -> None:
    source = Source(name, title, None, name, name, url, name)
    holding = Holding(source, 1, (source,))
    assert_only_ours(render_article(Article(source, text, (text, name)), holding))
    assert_only_ours(render_summary(Report(0, 0, 0, 0, failed=(text, name)), files=2))


def test_a_very_long_text_is_cut_and_says_so() -> None:
    rendered = render_article(Article(SOURCE, "x" * (TEXT_SHOWN + 1234), ("y",) * (PARTS_SHOWN + 7)), None)
    assert "Hier sind 1.234 Zeichen nicht gezeigt" in rendered
    assert "und 7 weitere" in rendered
    assert len(rendered) < 2 * TEXT_SHOWN


def test_the_newest_articles_are_offered_by_title_outlet_and_date() -> None:
    choices = article_choices([Holding(Source("b.md", ""), 1), Holding(COPY, 1), Holding(SOURCE, 1)])
    assert choices == [
        ("Der Turm · Blatt · 24. Februar 2025", "articles/turm.pdf"),
        ("Der Turm · Abendpost", "abend.md"),
        ("Ohne Titel", "b.md"),
    ]


def test_articles_of_the_same_name_are_told_apart_by_their_files() -> None:
    alike = [Holding(Source(name, "Titel"), 1) for name in ("a.md", "b.md")]
    assert [name for name, _ in article_choices(alike)] == ["Titel · a.md", "Titel · b.md"]


def test_only_so_many_articles_are_offered() -> None:
    many = [Holding(Source(f"{n}.md", f"T{n}", date.fromordinal(700_000 + n)), 1) for n in range(CHOICES_OFFERED + 5)]
    choices = article_choices(many)
    assert len(choices) == CHOICES_OFFERED
    assert choices[0][1] == f"{CHOICES_OFFERED + 4}.md"


def test_a_name_in_the_list_is_one_short_line() -> None:
    ((name, _),) = article_choices([Holding(Source("a.md", "T\n\u202e" + "x" * 300), 1)])
    assert name.startswith("T x")
    assert len(name) == NAME_LENGTH
    assert name.endswith("…")


@pytest.mark.parametrize(
    ("progress", "german", "english"),
    [
        (
            Progress(2, 12, 1310, 1, share=0.5, seconds=52.0),
            "3 von 12 Dateien · 1.310 Stellen · 1 nicht lesbar · 25,2 Stellen/s · noch etwa 0:52",
            "3 of 12 files · 1,310 passages · 1 unreadable · 25.2 passages/s · about 0:52 left",
        ),
        (Progress(0, 1, 0), "0 von 1 Dateien · 0 Stellen", "0 of 1 files · 0 passages"),
        (
            Progress(1, 1, 1, share=1.0, seconds=1.0),
            "1 von 1 Dateien · 1 Stelle · 1,0 Stellen/s · noch etwa 0:00",
            "1 of 1 files · 1 passage · 1.0 passages/s · about 0:00 left",
        ),
    ],
)
def test_progress_in_words(progress: Progress, german: str, english: str) -> None:
    assert describe_progress(progress, "de") == german
    assert describe_progress(progress, "en") == english


def test_progress_has_a_bar_that_says_what_it_is_of() -> None:
    assert '<progress max="1" value="0.250" aria-label="Artikel werden' in render_progress(
        Progress(1, 4, 9, share=0.25)
    )
    assert '<progress max="1" aria-label="Adding articles"' in render_progress(None, language="en")


@pytest.mark.parametrize(
    ("report", "files", "german", "english"),
    [
        (
            Report(2, 14, 0, 5, failed=("x",)),
            3,
            "2 Artikel aufgenommen (14 Stellen), 1 nicht lesbar.",
            "2 articles added (14 passages), 1 unreadable.",
        ),
        (Report(1, 1, 0, 0), 1, "1 Artikel aufgenommen (1 Stelle).", "1 article added (1 passage)."),
        (
            Report(0, 0, 0, 0, failed=("x", "y")),
            2,
            "Kein Artikel aufgenommen, 2 nicht lesbar.",
            "No article added, 2 unreadable.",
        ),
        (
            Report(1, 3, 0, 0, stopped=True),
            4,
            "Angehalten: 1 Artikel aufgenommen (3 Stellen), 3 Dateien nicht mehr aufgenommen.",
            "Stopped: 1 article added (3 passages), 3 files left out.",
        ),
    ],
)
def test_a_summary_in_words(report: Report, files: int, german: str, english: str) -> None:
    assert summarise(report, files, "de") == german
    assert summarise(report, files, "en") == english


def test_a_summary_names_unreadable_files_but_not_without_end() -> None:
    failed = tuple(f"datei-{n}.pdf can't be read" for n in range(FAILURES_NAMED + 3))
    rendered = render_summary(Report(0, 0, 0, 0, failed=failed), files=len(failed))
    assert 'role="status"' in rendered
    assert rendered.count("can&#x27;t be read") == FAILURES_NAMED
    assert "und 3 weitere" in rendered


@given(st.dictionaries(st.sampled_from([".md", ".pdf"]), st.integers(1, 10**9)))
def test_kinds_are_named_where_there_are_any(limits: dict[str, int]) -> None:
    assert all(suffix in describe_kinds(limits) for suffix in limits)
    assert bool(describe_kinds(limits)) == bool(limits)
