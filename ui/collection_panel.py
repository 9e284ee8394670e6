"""The articles beside the conversation: looked through, read, uploaded, deleted.

Layout and events alone; what is shown is written in ``collection_view`` and ``article_view``, and uploads run in
``uploading``. Gradio is imported inside the functions, as in ``chat``.
"""
# No `from __future__ import annotations` here: Gradio recognises the parameters that take request and event by type.

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant import Article, BelegtError, Holding, Report
from assistant.phrases import Language
from ui.article_view import show_article
from ui.collection_view import show_filter, show_list
from ui.escaping import render_line
from ui.upload_rendering import describe_kinds
from ui.uploading import name_files, tell_upload
from ui.visitor import QUIET, language_from, opened, sent_by
from ui.wording import say

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

# Each waits for the one before it, but says so instead of standing in Gradio's silent line.
UPLOADS_AT_A_TIME = 4
DROP_HEIGHT = 64  # pixels: two lines on a phone


class Collection(Protocol):
    """What the panel needs of the assistant."""

    @property
    def upload_limits(self) -> Mapping[str, int]:
        """The kinds of files that may be uploaded, by suffix, with the most bytes of each; none where none may."""

    def articles(self) -> Sequence[Any]:
        """Return the articles that are searched."""

    def holdings(self) -> Sequence[Holding]:
        """Return all articles, each with the others that print the same story."""

    def article(self, article_id: str) -> Article:
        """Return an article with its text and what was removed from it."""

    def is_upload(self, article_id: str) -> bool:
        """Return whether this article was uploaded."""

    def upload(self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Any = None) -> Report:
        """Keep files under these names and search them from now on."""

    def remove_upload(self, article_id: str) -> Report:
        """Remove an uploaded article."""


@dataclass(frozen=True)
class Panel:
    """The parts of the panel that its events read and write."""

    files: "gr.File"
    news: "gr.HTML"
    halt: "gr.Button"
    filter: "gr.HTML"
    rows: "gr.HTML"


def lay_out_panel(desk: Collection, translated: "gr.I18n") -> Panel:
    """Place the panel: where to drop files, if any are taken; the articles with the fields that filter them.

    What an upload does stands above it, where it is seen whichever tab is open.
    """
    import gradio as gr

    takes = bool(desk.upload_limits)
    with gr.Row(elem_classes="belegt-news"):
        news = gr.HTML(apply_default_css=False)
        halt = gr.Button(translated("stop_upload"), size="sm", variant="stop", scale=0, min_width=150, visible=False)
    classes = ["belegt-collection", *(["belegt-takes"] if takes else [])]
    with gr.Column(elem_classes=classes):
        # No kinds are named to Gradio: it would refuse a whole drop for one file, where the desk names that file.
        files = gr.File(
            label=translated("upload"),
            file_count="multiple",
            height=DROP_HEIGHT,
            elem_classes="belegt-drop",
            visible=takes,
        )
        gr.HTML(describe_kinds(desk.upload_limits), visible=takes, apply_default_css=False)
        fields = gr.HTML(apply_default_css=False)
        rows = gr.HTML(elem_classes="belegt-rows", apply_default_css=False)
    return Panel(files, news, halt, fields, rows)


def wire_panel(panel: Panel, bridge: "gr.HTML", reader: "gr.HTML", desk: Collection) -> list[Any]:
    """Tie the panel to the desk, and return the events after which the collection has changed."""
    _wire_articles(panel, bridge, reader, desk)
    if not desk.upload_limits:
        return []
    return [_wire_uploads(panel, desk), _wire_removal(panel, bridge, reader, desk)]


def show_panel(desk: Collection, language: Language) -> "list[gr.HTML]":
    """Return what to write into the filter and the rows: all articles, nothing filtered."""
    import gradio as gr

    return [gr.HTML(show_filter(desk, language)), gr.HTML(show_list(desk, {}, language))]


def _wire_articles(panel: Panel, bridge: "gr.HTML", reader: "gr.HTML", desk: Collection) -> None:
    """List the articles that pass the filter, and open one."""
    import gradio as gr

    def on_filter(event: gr.EventData, request: gr.Request) -> Any:
        return gr.HTML(show_list(desk, sent_by(event), language_from(request)))

    def on_open(event: gr.EventData, request: gr.Request) -> Any:
        article = show_article(desk, str(sent_by(event).get("article_id")), language_from(request))
        return gr.HTML(opened(article))

    bridge.filter(on_filter, outputs=panel.rows, **QUIET)
    bridge.open(on_open, outputs=reader, **QUIET)


def _wire_uploads(panel: Panel, desk: Collection) -> Any:
    """Take files in as they are dropped, tell how far it is, and let the visitor who dropped them stop it."""
    import gradio as gr

    running: dict[str | None, threading.Event] = {}  # by session; what stops a thread can't lie in a session's state

    def on_upload(received: list[dict[str, Any]] | None, request: gr.Request) -> Iterator[list[Any]]:
        files = name_files(received or [], Path(panel.files.GRADIO_CACHE))
        stop = running[request.session_hash] = threading.Event()
        started = [gr.File(value=None, visible=False), gr.Button(visible=True, interactive=True)]
        try:
            for told in tell_upload(desk, files, stop=stop, language=language_from(request)):
                yield [gr.HTML(told), *started]
                started = [gr.skip(), gr.skip()]
        finally:
            running.pop(request.session_hash, None)
        yield [gr.skip(), gr.File(visible=True), gr.Button(visible=False)]

    def on_halt(request: gr.Request) -> Any:
        if request.session_hash in running:
            running[request.session_hash].set()
        return gr.Button(interactive=False)

    def on_done(request: gr.Request) -> list[Any]:
        return show_panel(desk, language_from(request))

    outputs = [panel.news, panel.files, panel.halt]
    taken = panel.files.upload(
        on_upload, panel.files, outputs, preprocess=False, concurrency_limit=UPLOADS_AT_A_TIME, **QUIET
    )
    panel.halt.click(on_halt, outputs=panel.halt, **QUIET)
    return taken.then(on_done, outputs=[panel.filter, panel.rows], **QUIET)


def _wire_removal(panel: Panel, bridge: "gr.HTML", reader: "gr.HTML", desk: Collection) -> Any:
    """Delete an uploaded article; the page has asked once by then."""
    import gradio as gr

    def on_remove(event: gr.EventData, request: gr.Request) -> list[Any]:
        language = language_from(request)
        line = remove_article(desk, str(sent_by(event).get("article_id")), language)
        return [gr.HTML(render_line(line)), gr.HTML(""), *show_panel(desk, language)]

    return bridge.remove(on_remove, outputs=[panel.news, reader, panel.filter, panel.rows], **QUIET)


def remove_article(desk: Collection, article_id: str, language: Language) -> str:
    """Delete an uploaded article, and return what to say of it."""
    try:
        done = say("removed_article", language, title=desk.article(article_id).source.title)
        desk.remove_upload(article_id)
    except BelegtError as error:
        return str(error)
    except Exception:
        logger.exception("An upload could not be removed.")
        return say("remove_broken", language)
    return done
