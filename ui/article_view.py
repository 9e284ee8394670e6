"""An article opened: from a citation, whose passage is marked, or from the list. No Gradio here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from assistant import Article, BelegtError, Holding
from assistant.answer import Citation
from assistant.phrases import Language
from ui.article_rendering import render_article, render_lost_article
from ui.conversation import Conversation
from ui.escaping import render_line


class Shelf(Protocol):
    """What holds the articles."""

    def holdings(self) -> Sequence[Holding]:
        """Return all articles, each with the others that print the same story."""

    def article(self, article_id: str) -> Article:
        """Return an article with its text and what was removed from it."""

    def is_upload(self, article_id: str) -> bool:
        """Return whether this article was uploaded."""


def show_article(shelf: Shelf, article_id: str, language: Language) -> str:
    """Return an article as HTML, or in a line why it can't be shown; an id comes from a browser."""
    try:
        return _render(shelf, article_id, None, language)
    except BelegtError as error:
        return render_line(str(error))


def show_citation(shelf: Shelf, conversation: Conversation, turn: Any, number: Any, language: Language) -> str:
    """Return the article behind a citation as HTML, the quote marked; nothing for a citation that is none.

    Where the article is gone, the passage is shown as it was cited.
    """
    citation = find_citation(conversation, turn, number)
    if citation is None:
        return ""
    try:
        return _render(shelf, citation.article_id, citation, language)
    except BelegtError:
        return render_lost_article(citation, language=language)


def find_citation(conversation: Conversation, turn: Any, number: Any) -> Citation | None:
    """Return the citation of this number in this turn, both counted from 1; ``None`` where there is none."""
    if not isinstance(turn, int) or not 1 <= turn <= len(conversation.turns):
        return None
    answer = conversation.turns[turn - 1].answer
    return next((one for one in answer.citations if one.number == number), None) if answer else None


def _render(shelf: Shelf, article_id: str, citation: Citation | None, language: Language) -> str:
    article = shelf.article(article_id)
    holding = next((item for item in shelf.holdings() if item.source.article_id == article_id), None)
    removable = shelf.is_upload(article_id)
    return render_article(article, holding, citation=citation, removable=removable, language=language)
