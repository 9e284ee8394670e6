"""The laws of a whole article as HTML: nothing of it becomes markup, what is cited is found and marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Holding, Source
from tests.markup import Markup, assert_only_ours, citation, urls, words
from ui.article_rendering import (
    NAME_LENGTH,
    PARTS_SHOWN,
    TEXT_SHOWN,
    find_place,
    name_article,
    render_article,
    render_lost_article,
    short_title,
)
from ui.escaping import visible

SOURCE = Source(
    "articles/turm.pdf", "Der Turm", date(2025, 2, 24), "A. Autor", "Blatt", "https://example.org/turm", "de"
)
ARTICLE = Article(SOURCE, "Der Turm ist hoch.", ("Anzeige", "Lesen Sie auch: Mehr"), (0, 9))
COPY = Source("abend.md", "Der Turm", None, None, "Abendpost")

plain = st.text(alphabet="ab \n.<&", max_size=30)


def facts(rendered: str) -> dict[str, str]:
    """Return the terms of an article with what stands beside each, as a reader sees them."""
    rows = rendered.partition("<dl><div>")[2].partition("</div></dl>")[0].split("</div><div>")
    cut = [row.removeprefix("<dt>").partition("</dt>") for row in rows]
    return {Markup(term).text: Markup(fact).text for term, _, fact in cut}


@given(words, words, words, urls | words)
def test_no_article_becomes_markup(title: str, name: str, text: str, url: str) -> None:
    source = Source(name, title, None, name, name, url, name)
    cited = citation(title=title, passage=text, quote=name, url=url, author=name, page=3)
    article, holding = Article(source, text, (text, name)), Holding(source, 1, (source,))
    assert_only_ours(render_article(article, holding, removable=True))
    assert_only_ours(render_article(article, None, citation=cited, removable=True, language="en"))
    assert_only_ours(render_lost_article(cited))


@given(plain, plain, plain, plain, plain, st.integers(-40, 40))
def test_a_citation_is_found_wherever_the_article_still_says_it(
    first: str, before: str, quote: str, after: str, last: str, moved: int
) -> None:
    passage, text = before + quote + after, first + before + quote + after + last
    start = len(first + before) + moved
    cited = citation(passage=passage, quote=quote, start=start, end=start + len(quote))
    place = find_place(text, cited)
    assert (place is not None) == bool(quote)
    if place:
        assert text[place.start : place.end] == quote
        assert 0 <= place.passage_start <= place.start <= place.end <= place.passage_end <= len(text)
        assert moved or text[place.passage_start : place.passage_end] == passage


@given(plain, plain, st.integers(), st.integers())
def test_whatever_a_citation_claims_its_place_holds_the_quote(text: str, quote: str, start: int, end: int) -> None:
    place = find_place(text, citation(passage=quote, quote=quote, start=start, end=end))
    assert (place is not None) == (bool(quote) and quote in text)
    if place:
        assert text[place.start : place.end] == quote
        assert 0 <= place.passage_start <= place.start <= place.end <= place.passage_end <= len(text)


@given(plain, plain, plain.filter(str.strip), plain, plain)
def test_the_quote_is_marked_once_and_no_word_of_the_article_is_lost(
    first: str, before: str, quote: str, after: str, last: str
) -> None:
    text = first + before + quote + after + last
    start = len(first + before)
    cited = citation(passage=before + quote + after, quote=quote, start=start, end=start + len(quote))
    rendered = render_article(Article(SOURCE, text), None, citation=cited)
    assert Markup(rendered).marked == [quote]
    shown = Markup(rendered[rendered.index('<div class="belegt-passage') :].partition("</div>")[0] + "</div>")
    assert shown.text.split() == text.split()


def test_a_quote_that_stands_twice_is_marked_where_it_was_cited() -> None:
    cited = citation(passage="Zwei. Der Satz.", quote="Der Satz.", start=22, end=31)
    rendered = render_article(Article(SOURCE, "Eins. Der Satz. Zwei. Der Satz."), None, citation=cited)
    assert '<span class="belegt-cited">Zwei. <mark tabindex="-1">Der Satz.</mark></span>' in rendered


def test_a_citation_that_the_article_no_longer_says_is_shown_as_it_was() -> None:
    rendered = render_article(ARTICLE, None, citation=citation(), language="en")
    assert "The article has changed since this answer." in rendered
    assert Markup(rendered).marked == ["Der Satz."]
    assert "Der Turm ist hoch." in rendered


def test_a_citation_whose_article_is_gone_is_shown_as_it_was() -> None:
    rendered = render_lost_article(citation(title=" ", page=2))
    assert "nicht mehr in der Sammlung" in rendered
    assert Markup(rendered).marked == ["Der Satz."]
    assert Markup(rendered).within("h2") == ["Ohne Titel"]
    assert '<p class="belegt-origin">Blatt · 24. Februar 2025 · Seite 2</p>' in rendered


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


def test_what_is_known_is_folded_away_where_a_passage_is_looked_for() -> None:
    assert '<details class="belegt-known" open>' in render_article(ARTICLE, None)
    assert '<details class="belegt-known">' in render_article(ARTICLE, None, citation=citation(quote="Turm"))


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    bad = replace(ARTICLE, source=replace(SOURCE, url="javascript:alert(1)"))
    rendered = render_article(bad, None)
    assert "href" not in rendered
    assert facts(rendered)["Adresse"] == "javascript:alert(1)"


def test_what_cleaning_removed_is_folded_away_with_its_count() -> None:
    rendered = render_article(ARTICLE, None)
    folded = '<details class="belegt-removed"><summary>Von der Bereinigung entfernt (2)</summary><ul><li>Anzeige</li>'
    assert folded in rendered
    assert "Removed by cleaning (2)" in render_article(ARTICLE, None, language="en")
    assert "nichts entfernt" in render_article(replace(ARTICLE, removed=()), None)


def test_only_an_article_that_may_go_has_a_button_that_deletes_it() -> None:
    assert "belegt-delete" not in render_article(ARTICLE, None)
    rendered = render_article(ARTICLE, None, removable=True)
    assert "„Der Turm“ wirklich löschen?" in rendered
    assert '<div class="belegt-sure" hidden>' in rendered
    assert Markup(rendered).attributes("data-article") == ["articles/turm.pdf"]


def test_a_very_long_text_is_cut_and_says_so() -> None:
    rendered = render_article(Article(SOURCE, "x" * (TEXT_SHOWN + 1234), ("y",) * (PARTS_SHOWN + 7)), None)
    assert "Hier sind 1.234 Zeichen nicht gezeigt" in rendered
    assert "und 7 weitere" in rendered
    assert len(rendered) < 2 * TEXT_SHOWN


def test_of_a_very_long_text_the_surroundings_of_the_quote_are_shown() -> None:
    text = "x" * TEXT_SHOWN + " Der Satz. " + "y" * TEXT_SHOWN
    cited = citation(passage="Der Satz.", start=TEXT_SHOWN + 1, end=TEXT_SHOWN + 10)
    rendered = render_article(Article(SOURCE, text), None, citation=cited, language="en")
    assert Markup(rendered).marked == ["Der Satz."]
    assert rendered.count("characters are not shown here") == 2
    assert len(rendered) < 2 * TEXT_SHOWN


@given(words)
def test_a_title_in_a_line_is_one_short_line(title: str) -> None:
    short = short_title(title, "de")
    assert 0 < len(short) <= NAME_LENGTH
    assert "\n" not in short
    assert short == visible(short)
    assert short == (visible(" ".join(title.split())) or "Ohne Titel") or short.endswith("…")


def test_an_article_is_named_by_title_outlet_and_date() -> None:
    assert name_article(SOURCE, "de") == "Der Turm · Blatt · 24. Februar 2025"
    assert name_article(COPY, "en") == "Der Turm · Abendpost"
    assert name_article(Source("a.md", ""), "en") == "Untitled"
