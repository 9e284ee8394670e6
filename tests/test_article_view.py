"""An article opened from a citation or from the list; what asks for it comes from a browser."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, ArticleError, BelegtError, Holding, Source
from tests.markup import Markup, answer, citation, json_values
from ui.article_view import find_citation, show_article, show_citation
from ui.conversation import Conversation, Turn

SOURCE = Source("a.md", "Der Turm")
UPLOAD = Source("articles/b.md", "Die Bahn")
TEXT = "Anfang. Davor. Der Satz. Danach. Ende."

CONVERSATION = Conversation(
    (
        Turn("Was?", answer(citation(), citation(number=2, article_id="weg.md", quote="Danach.")), finished=True),
        Turn("Wer?", line="Angehalten.", finished=True),
        Turn("Wann?", answer(citation(number=3)), finished=True),
    )
)
CITED = [(1, 1), (1, 2), (3, 3)]


class Shelf:
    """Holds two articles, one of them uploaded."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    def holdings(self) -> tuple[Holding, ...]:
        if self.failure:
            raise self.failure
        return (Holding(SOURCE, 7), Holding(UPLOAD, 1))

    def article(self, article_id: str) -> Article:
        for source in (SOURCE, UPLOAD):
            if source.article_id == article_id:
                return Article(source, TEXT)
        raise ArticleError(f"there is no article {article_id!r}")

    def is_upload(self, article_id: str) -> bool:
        return article_id.startswith("articles/")


def test_an_article_is_opened_with_what_is_known_of_it() -> None:
    rendered = show_article(Shelf(), "a.md", "de")
    assert TEXT in rendered
    assert "<dd>7</dd>" in rendered
    assert "belegt-delete" not in rendered
    assert not Markup(rendered).marked


def test_an_uploaded_article_can_be_deleted() -> None:
    assert "belegt-delete" in show_article(Shelf(), "articles/b.md", "de")


@pytest.mark.parametrize("article_id", ["", "../<x>", "None", "a.md\x00"])
def test_an_id_that_a_browser_made_up_is_answered_in_one_line(article_id: str) -> None:
    rendered = show_article(Shelf(), article_id, "de")
    assert rendered.startswith('<p class="belegt-quiet">there is no article')
    assert [tag for tag, _ in Markup(rendered).tags] == ["p"]


def test_a_collection_that_cannot_be_read_says_why() -> None:
    shelf = Shelf(BelegtError("Der Index <fehlt>."))
    assert show_article(shelf, "a.md", "de") == '<p class="belegt-quiet">Der Index &lt;fehlt&gt;.</p>'


def test_a_citation_opens_its_article_at_the_quote() -> None:
    rendered = show_citation(Shelf(), CONVERSATION, 1, 1, "de")
    assert Markup(rendered).marked == ["Der Satz."]
    assert "Anfang." in rendered


def test_a_citation_whose_article_is_gone_is_shown_as_it_was_cited() -> None:
    rendered = show_citation(Shelf(), CONVERSATION, 1, 2, "en")
    assert Markup(rendered).marked == ["Danach."]
    assert "This article is no longer in the collection." in rendered


@given(json_values | st.integers(-1, 4), json_values | st.integers(-1, 4))
def test_whatever_a_browser_asks_for_is_a_citation_or_nothing(turn: Any, number: Any) -> None:
    found = find_citation(CONVERSATION, turn, number)
    assert (found is not None) == (isinstance(turn, int) and (turn, number) in CITED)
    assert found is None or found.number == number
    assert bool(show_citation(Shelf(), CONVERSATION, turn, number, "de")) == (found is not None)


def test_no_citation_of_another_turn_is_found() -> None:
    assert [find_citation(CONVERSATION, turn, 3) for turn in (0, 1, 2, 4, -1)] == [None] * 5
    assert find_citation(Conversation(), 1, 1) is None
