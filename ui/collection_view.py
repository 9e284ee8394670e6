"""The list of articles as it is looked through, and what a conversation is restricted to by it. No Gradio here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from assistant import BelegtError, Holding, Scope, ScopeError
from assistant.phrases import Language
from ui.collection_rendering import Filter, choose_holdings, read_filter, render_filter, render_list, render_scope
from ui.escaping import render_line
from ui.wording import say


class Shelf(Protocol):
    """What holds the articles."""

    def holdings(self) -> Sequence[Holding]:
        """Return all articles, each with the others that print the same story."""

    def is_upload(self, article_id: str) -> bool:
        """Return whether this article was uploaded."""


def show_filter(shelf: Shelf, language: Language) -> str:
    """Return the fields by which the list is filtered; nothing where the collection can't be read."""
    try:
        return render_filter(shelf.holdings(), language=language)
    except BelegtError:
        return ""


def show_list(shelf: Shelf, fields: Mapping[str, Any], language: Language) -> str:
    """Return the articles that pass a browser's filter, or in a line why the collection can't be read."""
    try:
        holdings = shelf.holdings()
    except BelegtError as error:
        return render_line(str(error))
    chosen = choose_holdings(holdings, read_filter(fields))
    return render_list(chosen, of=len(holdings), uploaded=shelf.is_upload, language=language)


def choose_scope(shelf: Shelf, sent: Mapping[str, Any], language: Language) -> Scope:
    """Return what a browser restricts its conversation to: ticked articles, else what the filter leaves over.

    A span of dates alone stays a span, so that articles which come in later belong to it.

    Raises:
        ScopeError: what was sent is no scope, or too much, or no article is left over.
    """
    fields = sent.get("filter")
    chosen = read_filter(fields) if isinstance(fields, dict) else Filter()
    ticked = sent.get("ticked")
    if ticked:
        return Scope.from_dict({"articles": ticked})
    if chosen.everything or chosen.only_dates:
        return Scope(since=chosen.since, until=chosen.until)
    kept = choose_holdings(shelf.holdings(), chosen)
    if not kept:
        raise ScopeError(say("scope_nothing", language))
    return Scope.from_dict({"articles": [holding.source.article_id for holding in kept]})


def describe_scope(shelf: Shelf, scope: Scope, language: Language) -> str:
    """Return what a conversation is restricted to, as HTML; nothing where it is not."""
    if scope.everything:
        return ""
    titles = {}
    if len(scope.articles) == 1:
        with suppress(BelegtError):
            titles = {holding.source.article_id: holding.source.title for holding in shelf.holdings()}
    return render_scope(scope, titles, language=language)
