"""The chat page: the conversation in the middle, beside it the evidence of its answers and the articles.

What happens in a conversation is plain Python (``ui/conversation.py``); here Gradio lays it out, and ``chat_events``
ties it together. Each session carries its own conversation, and nothing of one is ever kept where another could see
it. The conversation and its evidence are HTML components of our own: Gradio's Chatbot strips from a message what its
buttons and screen readers need. Gradio is imported inside the functions: it takes seconds, and the command line should
not wait for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from assistant.observing import Tell, tell_nobody
from ui.collection_panel import Collection, Panel, lay_out_panel
from ui.conversation import Conversation, Desk
from ui.judging import Judge
from ui.page_frame import TITLE
from ui.page_scripts import read_script
from ui.programs import ProgramDesk, add_endpoints
from ui.waiting_line import WaitingLine
from ui.wording import LANGUAGES, labels

if TYPE_CHECKING:
    import gradio as gr

# Seconds. Files that were received and then left behind, as by a closed page, are looked for once an hour.
DELETE_RECEIVED = (3_600, 3_600)

LONGEST_QUESTION = 2_000  # characters: what the assistant takes


class PageDesk(Desk, Collection, Judge, ProgramDesk, Protocol):
    """What the page needs of the assistant: answers, the articles, and a place for what visitors say of them."""


@dataclass(frozen=True)
class Page:
    """The parts of the page that its events read and write.

    ``bridge`` carries what the page's scripts ask for, and what they are told to do.
    """

    conversation: gr.State
    bridge: gr.HTML
    head: gr.HTML
    log: gr.HTML
    welcome: gr.HTML
    scope: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    tabs: gr.HTML
    evidence: gr.HTML
    reader: gr.HTML
    panel: Panel

    @property
    def shown(self) -> list[Any]:
        """What every event of a conversation writes."""
        return [self.conversation, self.log, self.evidence, self.scope, self.send, self.stop]


def build_app(desk: PageDesk, *, line: WaitingLine | None = None, tell: Tell = tell_nobody) -> gr.Blocks:
    """Return the page for this desk, not yet served.

    Args:
        desk: answers.
        line: where questions wait for their turn; a new one by default.
        tell: receives what became of each question.
    """
    _keep_to_ourselves()
    import gradio as gr

    from ui.chat_events import wire

    line = line or WaitingLine()
    app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=DELETE_RECEIVED)
    with app:
        wire(app, _lay_out(desk), desk, line, tell)
        add_endpoints(desk, line, tell)
    return app


def translations() -> gr.I18n:
    """Return the labels of the page for the browser, which picks the language."""
    import gradio as gr

    return gr.I18n(**{language: dict(labels(language)) for language in LANGUAGES})


def _keep_to_ourselves() -> None:
    """Turn off what Gradio reports about its use, and what it counts of it; it looks for this on its way up.

    For a page of figures that is never served it would go through its last 10,000 events after each one.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)


def _lay_out(desk: Collection) -> Page:
    """Place the conversations, the conversation, and beside it the evidence, an article, or the list of articles."""
    import gradio as gr

    bridge = _component("bridge", visible="hidden")
    head = gr.HTML(f"<h1>{TITLE}</h1>", elem_classes="belegt-head", apply_default_css=False)
    with gr.Row(elem_classes="belegt-page"):
        gr.HTML(
            '<nav class="belegt-conversations" hidden></nav>', elem_classes="belegt-drawer", apply_default_css=False
        )
        with gr.Column(scale=6, elem_classes="belegt-conversation"):
            log = _component("log", elem_classes="belegt-log-frame")
            welcome = gr.HTML(elem_classes="belegt-welcome", apply_default_css=False)
            scope = gr.HTML(elem_classes="belegt-scope-frame", apply_default_css=False)
            question, send, halt = _question_row()
        with gr.Column(scale=5, elem_classes="belegt-side"):
            tabs = gr.HTML(elem_classes="belegt-tabs-frame", apply_default_css=False)
            cards = _component("evidence", elem_classes="belegt-evidence")
            reader = gr.HTML(elem_classes="belegt-reader", apply_default_css=False)
            panel = lay_out_panel(desk, translations())
    conversation = gr.State(Conversation())
    return Page(conversation, bridge, head, log, welcome, scope, question, send, halt, tabs, cards, reader, panel)


def _component(name: str, **options: Any) -> gr.HTML:
    """Return a component that the script of this name draws from the value it is given."""
    import gradio as gr

    template = f'<div id="belegt-{name}"></div>'
    return gr.HTML({}, html_template=template, js_on_load=read_script(name), apply_default_css=False, **options)


def _question_row() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    """Place the field for the question with the buttons that send it and stop its answer."""
    import gradio as gr

    translated = translations()
    with gr.Row(elem_classes="belegt-ask"):
        question = gr.Textbox(
            label=translated("question"),
            placeholder=translated("placeholder"),
            show_label=False,
            container=False,
            scale=1,
            autofocus=True,
            max_lines=6,
            max_length=LONGEST_QUESTION,
        )
        send = gr.Button(translated("send"), variant="primary", scale=0, min_width=110)
        halt = gr.Button(translated("stop"), variant="stop", scale=0, min_width=110, visible=False)
    return question, send, halt
