"""Who asks: the language of a browser, by its header or by what its visitor chose. Gradio's requests end here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from assistant import BelegtError
from assistant.phrases import Language
from ui.escaping import escape
from ui.wording import LANGUAGE_COOKIE, language_of

if TYPE_CHECKING:
    import gradio as gr

# Gradio drops an event while its last one runs, and would list each for other programs.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}


def language_from(request: gr.Request) -> Language:
    """Return the language of the browser that asks."""
    return language_of(request.headers.get("accept-language"), request.cookies.get(LANGUAGE_COOKIE))


def sent_by(event: gr.EventData) -> dict[str, Any]:
    """Return what a script of the page sent along: plain values from a browser, as untrusted as any."""
    sent = event._data  # noqa: SLF001 - Gradio's own accessors raise on what is missing
    return sent if isinstance(sent, dict) else {}


def warn(error: BelegtError) -> None:
    """Show a visitor one line of an error; Gradio would read it as HTML."""
    import gradio as gr

    gr.Warning(escape(str(error)))


def opened(html: str) -> str:
    """Return an article with a mark of when it was opened: opened twice, it is drawn twice, and comes into view."""
    return f'<div data-opened="{time.time_ns()}">{html}</div>'
