"""The frame of the page as HTML: its head, the tabs beside the conversation, the welcome before the first question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from assistant import BelegtError
from assistant.phrases import Language
from ui.escaping import escape, render_line
from ui.rendering import render_suggestions
from ui.wording import LANGUAGES, language_name, say

TITLE = "belegt"
"""The name of the page in all languages."""


class Shelf(Protocol):
    """What holds the articles."""

    @property
    def upload_limits(self) -> Mapping[str, int]:
        """The kinds of files that may be uploaded; none where none may."""

    def articles(self) -> Sequence[Any]:
        """Return the articles that are searched."""


def render_head(language: Language, *, signed_in: bool = False) -> str:
    """Return the head of the page: its name, what it is in a sentence, and what holds for the whole page."""
    other = next(code for code in LANGUAGES if code != language)
    leave = f'<a class="belegt-tool" href="logout">{escape(say("sign_out", language))}</a>' if signed_in else ""
    return (
        f'<div class="belegt-top">'
        f'<div class="belegt-title"><h1>{TITLE}</h1><p>{escape(say("claim", language))}</p></div>'
        f'<div class="belegt-tools">'
        f'<button type="button" class="belegt-tool belegt-fresh">{escape(say("fresh", language))}</button>'
        f'<button type="button" class="belegt-tool belegt-drawer-button" aria-expanded="false">'
        f"{escape(say('conversations', language))}</button>"
        f'<button type="button" class="belegt-tool belegt-language" lang="{other}" data-language="{other}">'
        f"{escape(language_name(other, other))}</button>"
        f'<button type="button" class="belegt-tool belegt-shade" data-light="{escape(say("light", language))}" '
        f'data-dark="{escape(say("dark", language))}">{escape(say("dark", language))}</button>{leave}</div></div>'
    )


def render_tabs(language: Language) -> str:
    """Return the tabs that choose what stands beside the conversation."""
    names = ("evidence", "articles")
    tabs = "".join(
        f'<button type="button" class="belegt-tab" data-view="{name}">{escape(say(f"tab_{name}", language))}</button>'
        for name in names
    )
    return f'<div class="belegt-tabs" role="group" aria-label="{escape(say("beside", language))}">{tabs}</div>'


def welcome(shelf: Shelf, examples: Sequence[str], language: Language) -> str:
    """Return what stands where the conversation will be: what can be done here, and questions to begin with."""
    try:
        empty = not shelf.articles()
    except BelegtError as error:
        return render_line(str(error))
    if empty:
        key = "empty_upload" if shelf.upload_limits else "empty_folder"
        return f'<div class="belegt-greeting"><p>{escape(say(key, language))}</p></div>'
    offered = render_suggestions(examples, language=language, heading="examples")
    return f'<div class="belegt-greeting"><p>{escape(say("greeting", language))}</p>{offered}</div>'
