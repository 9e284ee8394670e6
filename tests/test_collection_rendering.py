"""The laws of the list of articles: what a filter leaves over, and that nothing in the list becomes markup."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Holding, Scope, Source
from tests.markup import Markup, assert_only_ours, json_values, words
from ui.collection_rendering import (
    OUTLETS_OFFERED,
    ROWS_SHOWN,
    Filter,
    choose_holdings,
    read_filter,
    render_filter,
    render_list,
    render_scope,
)
from ui.escaping import visible

days = st.dates(date(2025, 1, 1), date(2025, 1, 6))
sources = st.builds(
    Source,
    st.sampled_from(["a.md", "b.md", "articles/c.md"]),
    st.sampled_from(["Der Turm", "Die Bahn", ""]),
    st.none() | days,
    st.sampled_from([None, "A. Autor"]),
    st.sampled_from([None, "Blatt", " Abend  post\n", "Tag\u202eblatt", "<b>"]),
)
holdings = st.lists(st.builds(Holding, sources, st.integers(0, 3)), max_size=6)
filters = st.builds(
    Filter,
    st.sampled_from(["", " ", "TURM", "bahn a.md", "autor", "nichts davon"]),
    st.sampled_from(["", "Blatt"]),
    st.none() | days,
    st.none() | days,
)


def held(article_id: str, **known: Any) -> Holding:
    return Holding(Source(article_id, **{"title": "Titel", **known}), 1)


@given(words, words)
def test_no_article_becomes_markup(title: str, name: str) -> None:
    listed = [Holding(Source(name, title, None, title, name), 1)]
    assert_only_ours(render_filter(listed) + render_list(listed, of=1, uploaded=lambda article_id: True))
    assert_only_ours(render_scope(Scope((name,)), {name: title}) if name else "")


@given(holdings, filters)
def test_a_filter_leaves_over_what_fits_the_newest_first(all_held: list[Holding], chosen: Filter) -> None:
    kept = choose_holdings(all_held, chosen)
    fitting = [
        one
        for one in all_held
        if all(
            word in f"{one.source.title} {one.source.publisher} {one.source.author} {one.source.article_id}".lower()
            for word in chosen.words.lower().split()
        )
        and (not chosen.outlet or one.source.publisher == chosen.outlet)
        and (not chosen.since or (one.source.published and one.source.published >= chosen.since))
        and (not chosen.until or (one.source.published and one.source.published <= chosen.until))
    ]
    assert sorted(map(repr, kept)) == sorted(map(repr, fitting))
    dated = [one.source.published or date.min for one in kept]
    assert dated == sorted(dated, reverse=True)


@given(holdings)
def test_each_outlet_that_is_offered_finds_its_articles_and_only_those(all_held: list[Holding]) -> None:
    """A browser strips what stands in an option, and leaves one space of several."""
    offered = [" ".join(option.split()) for option in Markup(render_filter(all_held)).within("option")][1:]
    found = [one for outlet in offered for one in choose_holdings(all_held, Filter(outlet=outlet))]
    assert sorted(map(repr, found)) == sorted(repr(one) for one in all_held if one.source.publisher)


@given(json_values, json_values, json_values)
def test_whatever_a_browser_sends_is_a_filter(first: Any, second: Any, third: Any) -> None:
    sent = {"words": first, "outlet": second, "since": third, "until": first, "more": second}
    chosen = read_filter(sent)
    assert isinstance(chosen.words, str)
    assert isinstance(chosen.outlet, str)
    assert choose_holdings([], chosen) == []
    assert choose_holdings([held("a.md")], read_filter({})) == [held("a.md")]


@pytest.mark.parametrize(
    ("sent", "everything", "only_dates"),
    [
        ({}, True, False),
        ({"words": "  ", "outlet": "", "since": "", "until": "gestern"}, True, False),
        ({"since": "2025-02-24"}, False, True),
        ({"until": "2025-02-24", "words": "turm"}, False, False),
        ({"outlet": "Blatt"}, False, False),
        ({"since": 20250224}, True, False),
    ],
)
def test_a_filter_knows_what_it_leaves_out(sent: dict[str, Any], *, everything: bool, only_dates: bool) -> None:
    chosen = read_filter(sent)
    assert (chosen.everything, chosen.only_dates) == (everything, only_dates)


def test_only_so_many_outlets_are_offered() -> None:
    many = [held(f"{n}.md", publisher=f"Blatt {n}") for n in range(OUTLETS_OFFERED + 3)]
    assert render_filter(many).count("<option>") == OUTLETS_OFFERED


def test_a_row_tells_what_is_known_of_an_article() -> None:
    bahn = Holding(Source("bahn.md", "Die <Bahn>", date(2025, 2, 24), None, "Blatt"), 1310)
    turm = Holding(Source("articles/turm.md", " "), 1)
    rendered = render_list([bahn, turm], of=1203, uploaded=lambda article_id: article_id.startswith("articles/"))
    assert "2 von 1.203 Artikeln" in rendered
    assert '<p class="belegt-source">Blatt · 24. Februar 2025 · 1.310 Stellen</p>' in rendered
    assert '<p class="belegt-source">ohne Datum · 1 Stelle · hochgeladen</p>' in rendered
    assert Markup(rendered).within("button") == ["Die <Bahn>", "Ohne Titel"]
    assert Markup(rendered).attributes("data-article") == ["bahn.md"] * 2 + ["articles/turm.md"] * 2


def test_of_many_articles_some_are_listed() -> None:
    many = [held(f"{n}.md") for n in range(ROWS_SHOWN + 1234)]
    rendered = render_list(many, of=len(many), language="en")
    assert rendered.count("<li>") == ROWS_SHOWN
    assert "and 1,234 more; the filter finds them" in rendered


def test_an_empty_collection_says_so_and_a_filter_without_finds_counts_none() -> None:
    assert "No articles yet." in render_list([], of=0, language="en")
    assert "0 of 7 articles" in render_list([], of=7, language="en")


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        (Scope(("a.md",)), "Gefragt wird nur in: „Der <Turm>“"),
        (Scope(("weg.md",)), "Gefragt wird nur in: 1 Artikel"),
        (Scope(("a.md", "b.md")), "Gefragt wird nur in: 2 Artikeln"),
        (
            Scope(since=date(2025, 2, 24), until=date(2025, 3, 1)),
            "Gefragt wird nur in: ab 24. Februar 2025 · bis 1. März 2025",
        ),
    ],
)
def test_a_restriction_is_said_in_a_line(scope: Scope, line: str) -> None:
    rendered = render_scope(scope, {"a.md": "Der <Turm>"})
    assert Markup(rendered).within("span") == [line]
    assert "belegt-unrestrict" in rendered


def test_where_all_articles_are_asked_nothing_is_said() -> None:
    assert render_scope(Scope(), {}) == ""


@given(words)
def test_a_title_with_braces_is_shown_as_it_is(title: str) -> None:
    line = Markup(render_scope(Scope(("a.md",)), {"a.md": f"{{text}} {title}"[:60]})).text
    assert visible(" ".join(f"{{text}} {title}"[:60].split())) in line
