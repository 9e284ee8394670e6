"""The list of articles as a visitor looks through it, and what a conversation is restricted to by it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import BelegtError, Holding, Scope, ScopeError, Source
from assistant.scope import MOST_ARTICLES
from tests.markup import json_values
from ui.collection_view import choose_scope, describe_scope, show_filter, show_list

SOURCES = (
    Source("turm.md", "Der Turm", date(2025, 2, 24), None, "Blatt"),
    Source("bahn.md", "Die Bahn", date(2025, 3, 1), None, "Abendpost"),
    Source("articles/wal.md", "Der Wal"),
)


class Shelf:
    """Holds three articles; ``failure`` is raised instead."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.sources = SOURCES

    def holdings(self) -> tuple[Holding, ...]:
        if self.failure:
            raise self.failure
        return tuple(Holding(source, 1) for source in self.sources)

    def is_upload(self, article_id: str) -> bool:
        return article_id.startswith("articles/")


BROKEN = BelegtError("Der Index <fehlt>.")

filters = st.fixed_dictionaries(
    {},
    optional={
        "words": st.sampled_from(["", "turm", "der", "nichts"]) | json_values,
        "outlet": st.sampled_from(["", "Blatt"]) | json_values,
        "since": st.sampled_from(["", "2025-02-25"]) | json_values,
        "until": st.sampled_from(["", "2025-02-26"]) | json_values,
    },
)


def test_all_articles_are_listed_and_those_that_were_uploaded_marked() -> None:
    rendered = show_list(Shelf(), {}, "de")
    assert rendered.index("Die Bahn") < rendered.index("Der Turm") < rendered.index("Der Wal")
    assert rendered.count("hochgeladen") == 1


def test_what_a_browser_filters_by_is_listed() -> None:
    rendered = show_list(Shelf(), {"words": "der", "since": "2025-01-01"}, "de")
    assert "1 von 3 Artikeln" in rendered
    assert "Der Turm" in rendered


def test_the_outlets_of_the_collection_are_offered() -> None:
    assert "<option>Abendpost</option><option>Blatt</option>" in show_filter(Shelf(), "de")


def test_a_collection_that_cannot_be_read_says_why_once() -> None:
    assert show_list(Shelf(BROKEN), {}, "de") == '<p class="belegt-quiet">Der Index &lt;fehlt&gt;.</p>'
    assert show_filter(Shelf(BROKEN), "de") == ""


@given(st.fixed_dictionaries({}, optional={"ticked": json_values, "filter": filters | json_values}))
def test_whatever_a_browser_sends_is_a_restriction_or_one_line(sent: dict[str, Any]) -> None:
    with suppress(ScopeError):
        scope = choose_scope(Shelf(), sent, "de")
        assert isinstance(describe_scope(Shelf(), scope, "de"), str)
        assert Scope.from_dict(scope.to_dict()) == scope


@given(filters)
def test_a_filter_never_restricts_to_more_than_it_shows(fields: dict[str, Any]) -> None:
    shown = show_list(Shelf(), fields, "de")
    listed = {source.article_id for source in SOURCES if f'data-article="{source.article_id}"' in shown}
    try:
        scope = choose_scope(Shelf(), {"filter": fields}, "de")
    except ScopeError:
        assert not listed
    else:
        assert {source.article_id for source in scope.choose(SOURCES)} == listed


def test_ticked_articles_come_before_the_filter() -> None:
    sent = {"ticked": ["bahn.md", "bahn.md"], "filter": {"words": "turm"}}
    assert choose_scope(Shelf(), sent, "de") == Scope(("bahn.md",))


def test_a_span_of_dates_alone_stays_a_span() -> None:
    sent = {"ticked": [], "filter": {"since": "2025-02-24", "until": "2025-02-28", "words": " ", "outlet": ""}}
    assert choose_scope(Shelf(), sent, "de") == Scope(since=date(2025, 2, 24), until=date(2025, 2, 28))


def test_nothing_sent_lifts_the_restriction() -> None:
    assert choose_scope(Shelf(), {}, "de").everything


def test_a_filter_that_leaves_nothing_over_does_not_ask_everything() -> None:
    with pytest.raises(ScopeError):
        choose_scope(Shelf(), {"filter": {"words": "nichts davon"}}, "de")


def test_what_could_not_be_read_back_is_too_much() -> None:
    shelf = Shelf()
    shelf.sources = tuple(Source(f"{n}.md", "Titel") for n in range(MOST_ARTICLES + 1))
    with pytest.raises(ScopeError):
        choose_scope(shelf, {"filter": {"words": "titel"}}, "de")


def test_a_restriction_names_its_one_article() -> None:
    assert "„Die Bahn“" in describe_scope(Shelf(), Scope(("bahn.md",)), "de")
    assert "2 articles" in describe_scope(Shelf(), Scope(("bahn.md", "turm.md")), "en")
    assert describe_scope(Shelf(), Scope(), "de") == ""


def test_a_restriction_is_said_even_where_the_collection_cannot_be_read() -> None:
    assert "1 Artikel" in describe_scope(Shelf(BROKEN), Scope(("bahn.md",)), "de")
