"""The part of the page that shows the collection: its articles, what cleaning took out of them, uploads, deletion.

Layout and events alone; what is shown is written in ``article_rendering``, and uploads run in ``uploading``. Gradio is
imported inside the functions, as in ``chat``.
"""
# No `from __future__ import annotations` here: Gradio recognises the parameter that takes the request by its type.

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant import Article, BelegtError, Holding, Report
from assistant.phrases import Language
from ui.article_rendering import article_choices, describe_kinds, render_article
from ui.rendering import render_line
from ui.uploading import name_files, tell_upload
from ui.wording import language_of, say

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

# Each waits for the one before it, but says so instead of standing in Gradio's silent line.
UPLOADS_AT_A_TIME = 4
DROP_HEIGHT = 64  # pixels: two lines on a phone

# Gradio drops an event while its last one runs, and would list each for other programs.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}


class Collection(Protocol):
    """What the panel needs of the assistant."""

    @property
    def upload_limits(self) -> Mapping[str, int]:
        """The kinds of files that may be uploaded, by suffix, with the most bytes of each; none where none may."""

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

    box: "gr.Accordion"
    files: "gr.File"
    news: "gr.HTML"
    halt: "gr.Button"
    chooser: "gr.Dropdown"
    shown: "gr.HTML"
    remove: "gr.Button"
    sure_box: "gr.Column"
    question: "gr.HTML"
    sure: "gr.Button"
    keep: "gr.Button"

    @property
    def article(self) -> list[Any]:
        """What shows one article, and asks before it is deleted."""
        return [self.chooser, self.shown, self.remove, self.sure_box]


def lay_out_panel(desk: Collection, translated: "gr.I18n") -> Panel:
    """Place the panel, closed: where to drop files, if any are taken; the articles, of which one is shown.

    What an upload does stands above it, where it is seen whether the panel is open or not.
    """
    import gradio as gr

    takes = bool(desk.upload_limits)
    title = translated("collection_and_upload" if takes else "collection")
    with gr.Row(elem_classes="belegt-news"):
        news = gr.HTML()
        halt = gr.Button(translated("stop_upload"), size="sm", variant="stop", scale=0, min_width=150, visible=False)
    classes = ["belegt-collection", *(["belegt-takes"] if takes else [])]
    with gr.Accordion(title, open=False, elem_classes=classes) as box:
        # No kinds are named to Gradio: it would refuse a whole drop for one file, where the desk names that file.
        files = gr.File(
            label=translated("upload"),
            file_count="multiple",
            height=DROP_HEIGHT,
            elem_classes="belegt-drop",
            visible=takes,
        )
        gr.HTML(describe_kinds(desk.upload_limits), visible=takes)
        chooser = gr.Dropdown(
            [], value=None, label=translated("choose"), interactive=True, elem_classes="belegt-chooser"
        )
        shown = gr.HTML()
        remove = gr.Button(translated("remove"), size="sm", elem_classes="belegt-remove", visible=False)
        with gr.Column(visible=False, elem_classes="belegt-sure") as sure_box:
            question = gr.HTML()
            with gr.Row():
                sure = gr.Button(translated("remove_sure"), size="sm", variant="stop")
                keep = gr.Button(translated("remove_not"), size="sm")
    return Panel(box, files, news, halt, chooser, shown, remove, sure_box, question, sure, keep)


def wire_panel(panel: Panel, desk: Collection) -> list[Any]:
    """Tie the panel to the desk, and return the events after which the collection has changed."""
    _wire_articles(panel, desk)
    return [_wire_uploads(panel, desk), _wire_removal(panel, desk)] if desk.upload_limits else []


def _wire_articles(panel: Panel, desk: Collection) -> None:
    """Show the articles when the panel is opened, and one when it is chosen."""
    import gradio as gr

    def on_open(chosen: str | None, request: gr.Request) -> list[Any]:
        return show_choices(desk, chosen, language_from(request))

    def on_choose(chosen: str | None, request: gr.Request) -> list[Any]:
        return [gr.skip(), *show_article(desk, chosen, language_from(request))]

    # An id is checked by the desk, which knows more articles than this visitor's list when files have changed.
    panel.box.expand(on_open, panel.chooser, panel.article, preprocess=False, **QUIET)
    panel.chooser.input(on_choose, panel.chooser, panel.article, preprocess=False, **QUIET)


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

    def on_done(chosen: str | None, request: gr.Request) -> list[Any]:
        return show_choices(desk, chosen, language_from(request))

    outputs = [panel.news, panel.files, panel.halt]
    taken = panel.files.upload(
        on_upload, panel.files, outputs, preprocess=False, concurrency_limit=UPLOADS_AT_A_TIME, **QUIET
    )
    panel.halt.click(on_halt, outputs=panel.halt, **QUIET)
    return taken.then(on_done, panel.chooser, panel.article, preprocess=False, **QUIET)


def _wire_removal(panel: Panel, desk: Collection) -> Any:
    """Delete an uploaded article, after asking once."""
    import gradio as gr

    def on_remove(chosen: str, request: gr.Request) -> list[Any]:
        question = _about(desk, chosen, "remove_question", language_from(request))
        return [gr.Column(visible=True), gr.HTML(render_line(question))]

    def on_sure(chosen: str, request: gr.Request) -> list[Any]:
        language = language_from(request)
        line = remove_article(desk, chosen, language)
        return [gr.HTML(render_line(line)), *show_choices(desk, chosen, language)]

    panel.remove.click(on_remove, panel.chooser, [panel.sure_box, panel.question], preprocess=False, **QUIET)
    panel.keep.click(lambda: gr.Column(visible=False), outputs=panel.sure_box, **QUIET)
    return panel.sure.click(on_sure, panel.chooser, [panel.news, *panel.article], preprocess=False, **QUIET)


def show_choices(desk: Collection, chosen: str | None, language: Language) -> list[Any]:
    """Return what to write into ``Panel.article``: the articles as they are now, and the chosen one if still there."""
    import gradio as gr

    try:
        choices = article_choices(desk.holdings(), language=language)
    except BelegtError as error:
        return [gr.Dropdown(choices=[], value=None), gr.HTML(render_line(str(error))), *_hidden()]
    chosen = chosen if chosen in {article_id for _, article_id in choices} else None
    return [gr.Dropdown(choices=choices, value=chosen), *show_article(desk, chosen, language)]


def show_article(desk: Collection, article_id: str | None, language: Language) -> list[Any]:
    """Return what to write into ``Panel.article`` but the choices: the article, or why it can't be shown."""
    import gradio as gr

    if not article_id:
        return [gr.HTML(""), *_hidden()]
    try:
        article = desk.article(article_id)
        holding = next((item for item in desk.holdings() if item.source.article_id == article_id), None)
    except BelegtError as error:
        return [gr.HTML(render_line(str(error))), *_hidden()]
    shown = render_article(article, holding, language=language)
    return [gr.HTML(shown), gr.Button(visible=desk.is_upload(article_id)), gr.Column(visible=False)]


def remove_article(desk: Collection, article_id: str, language: Language) -> str:
    """Delete an uploaded article, and return what to say of it."""
    done = _about(desk, article_id, "removed_article", language)
    try:
        desk.remove_upload(article_id)
    except BelegtError as error:
        return str(error)
    except Exception:
        logger.exception("An upload could not be removed.")
        return say("remove_broken", language)
    return done


def language_from(request: "gr.Request") -> Language:
    """Return the language of the browser that asks."""
    return language_of(request.headers.get("accept-language"))


def _about(desk: Collection, article_id: str, key: str, language: Language) -> str:
    """Return this text about an article, which is named by its title; by its id where it is gone."""
    try:
        title = desk.article(article_id).source.title
    except BelegtError:
        title = article_id
    return say(key, language, title=title)


def _hidden() -> "list[gr.Button | gr.Column]":
    """Hide what deletes an article."""
    import gradio as gr

    return [gr.Button(visible=False), gr.Column(visible=False)]
