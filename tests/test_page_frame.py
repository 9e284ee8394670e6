"""The frame of the page: its head, its tabs, and what stands there before the first question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import BelegtError
from tests.markup import Markup, assert_only_ours, words
from ui.escaping import visible
from ui.page_frame import render_head, render_tabs, welcome
from ui.wording import LANGUAGES, say


class Shelf:
    """Holds some articles; ``failure`` is raised instead."""

    def __init__(
        self, *articles: str, limits: Mapping[str, int] | None = None, failure: Exception | None = None
    ) -> None:
        self.held, self.upload_limits, self.failure = articles, limits or {}, failure

    def articles(self) -> tuple[str, ...]:
        if self.failure:
            raise self.failure
        return self.held


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_is_all_ours_and_names_what_can_be_done(language: Any) -> None:
    head, tabs = render_head(language, signed_in=True), render_tabs(language)
    assert_only_ours(head + tabs)
    assert Markup(head).within("h1") == ["belegt"]
    assert Markup(head).within("p") == [say("claim", language)]
    assert Markup(tabs).attributes("data-view") == ["evidence", "articles"]
    assert Markup(tabs).within("button") == [say("tab_evidence", language), say("tab_articles", language)]


@pytest.mark.parametrize(("language", "other", "name"), [("de", "en", "English"), ("en", "de", "Deutsch")])
def test_the_other_language_is_offered_by_its_own_name(language: Any, other: str, name: str) -> None:
    (button,) = (found for _, found in Markup(render_head(language)).tags if "data-language" in found)
    assert (button["data-language"], button["lang"]) == (other, other)
    assert name in Markup(render_head(language)).within("button")


def test_only_who_signed_in_can_sign_out() -> None:
    assert Markup(render_head("de", signed_in=True)).attributes("href") == ["logout"]
    assert Markup(render_head("de")).attributes("href") == []


@given(st.lists(words.filter(visible), max_size=3))
def test_a_first_visit_offers_the_examples_as_text(examples: list[str]) -> None:
    rendered = welcome(Shelf("bahn.md"), examples, "de")
    assert_only_ours(rendered)
    assert say("greeting", "de") in Markup(rendered).text
    assert Markup(rendered).within("button") == [visible(example) for example in examples]


@pytest.mark.parametrize(("limits", "key"), [({}, "empty_folder"), ({".md": 20}, "empty_upload")])
def test_an_empty_collection_says_how_articles_come_into_it(limits: Mapping[str, int], key: str) -> None:
    rendered = welcome(Shelf(limits=limits), ["Was?"], "en")
    assert Markup(rendered).text == say(key, "en")


def test_a_collection_that_cannot_be_read_says_why() -> None:
    rendered = welcome(Shelf(failure=BelegtError("Der Ordner <fehlt>.")), ["Was?"], "de")
    assert rendered == '<p class="belegt-quiet">Der Ordner &lt;fehlt&gt;.</p>'
