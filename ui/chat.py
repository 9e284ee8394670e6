"""The chat page: the conversation on the left, the evidence of its answers and the collection on the right.

What happens in a conversation is plain Python (``ui/conversation.py``); here Gradio shows it. Each session carries its
own conversation, and nothing of one is ever kept where another could see it. Gradio is imported inside the functions:
it takes seconds, and the command line should not wait for it.
"""
# No `from __future__ import annotations` here: Gradio recognises the parameter that takes the request by its type.

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from assistant import BelegtError
from assistant.phrases import Language
from ui.collection_panel import QUIET, Collection, Panel, language_from, lay_out_panel, wire_panel
from ui.conversation import Conversation, Desk, begin, continue_answer, evidence, messages, stop
from ui.rendering import render_articles, render_line
from ui.wording import LABELS

if TYPE_CHECKING:
    import gradio as gr

# Gradio translates labels but not the title of the window, so this one holds in both languages.
TITLE = "belegt"

# Questions that the starter articles answer; whoever brings articles of their own brings examples too.
STARTER_EXAMPLES = (
    "Wie viel will Alibaba in den nächsten drei Jahren in KI-Infrastruktur investieren?",
    "Wer leitet BMW in China?",
    "Warum hat Alibaba seine Cloud-Preise gesenkt?",
)

# Answers use every core, so a second one at the same time would only make both slow; questions wait in line.
ANSWERS_AT_A_TIME = 1

# Seconds. Files that were received and then left behind, as by a closed page, are looked for once an hour.
DELETE_RECEIVED = (3_600, 3_600)


class PageDesk(Desk, Collection, Protocol):
    """What the page needs of the assistant: answers, and the articles."""


@dataclass(frozen=True)
class _Page:
    """The parts of the page that its events read and write."""

    conversation: "gr.State"
    chat: "gr.Chatbot"
    question: "gr.Textbox"
    send: "gr.Button"
    stop: "gr.Button"
    examples: "tuple[gr.Button, ...]"
    examples_box: "gr.Column"
    evidence: "gr.HTML"
    panel: Panel

    @property
    def shown(self) -> list[Any]:
        """What every event of a conversation writes."""
        return [self.conversation, self.chat, self.evidence, self.send, self.stop, self.examples_box]


def build_app(desk: PageDesk, *, examples: Sequence[str] = STARTER_EXAMPLES) -> "gr.Blocks":
    """Return the page for this desk, not yet served; ``examples`` are offered before the first question."""
    _keep_to_ourselves()
    import gradio as gr

    translated = translations()
    app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=DELETE_RECEIVED)
    with app:
        with gr.Column(elem_classes="belegt-head", min_width=0):
            gr.HTML("<h1>belegt</h1>")
            gr.Markdown(translated("claim"))
        page = _lay_out(desk, examples)
        _wire(app, page, desk)
    return app


def _keep_to_ourselves() -> None:
    """Turn Gradio's reports about its use off; it looks for this while it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


def translations() -> "gr.I18n":
    """Return the labels of the page for the browser, which picks the language."""
    import gradio as gr

    return gr.I18n(**{language: dict(labels) for language, labels in LABELS.items()})


def _lay_out(desk: Collection, examples: Sequence[str]) -> _Page:
    """Place the conversation and the evidence beside each other."""
    import gradio as gr

    translated = translations()
    with gr.Row(elem_classes="belegt-page"):
        with gr.Column(scale=6, elem_classes="belegt-conversation"):
            # The bubbles are HTML of our own, sanitised once more in the browser: no Markdown, no formulas.
            chat = gr.Chatbot(
                label=translated("conversation"),
                show_label=False,
                elem_classes="belegt-chat",
                height=None,
                placeholder=translated("greeting"),  # type: ignore[arg-type]  # translated all the same
                render_markdown=False,
                latex_delimiters=[],
                allow_tags=False,
                buttons=[],
                feedback_options=None,
            )
            with gr.Column(elem_classes="belegt-examples", visible=bool(examples)) as examples_box:
                buttons = tuple(gr.Button(example, size="sm") for example in examples)
            question, send, halt = _question_row()
        with gr.Column(scale=5, elem_classes="belegt-evidence"):
            panel = lay_out_panel(desk, translated)
            cards = gr.HTML(elem_id="belegt-evidence")
    return _Page(gr.State(Conversation()), chat, question, send, halt, buttons, examples_box, cards, panel)


def _question_row() -> "tuple[gr.Textbox, gr.Button, gr.Button]":
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
        )
        send = gr.Button(translated("send"), variant="primary", scale=0, min_width=110)
        halt = gr.Button(translated("stop"), variant="stop", scale=0, min_width=110, visible=False)
    return question, send, halt


def _wire(app: "gr.Blocks", page: _Page, desk: PageDesk) -> None:
    """Tie the page to the conversation: asking, stopping, starting anew; and to the collection."""
    import gradio as gr

    def on_ask(question: str, conversation: Conversation, request: gr.Request) -> list[Any]:
        begun = begin(conversation, question, language=language_from(request))
        if begun is conversation:
            # Writing the unchanged conversation back could undo a question that was asked meanwhile.
            return [gr.skip()] * len(asked_and_shown)
        return [*_show(page, begun, request), ""]

    def on_waiting(conversation: Conversation, request: gr.Request) -> Iterator[list[Any]]:
        for grown in continue_answer(desk, conversation, language=language_from(request)):
            last = grown.turns[-1]
            # A question without an answer goes back into its field, to be mended rather than typed again.
            failed = last.finished and last.answer is None
            yield [*_show(page, grown, request), last.question if failed else gr.skip()]

    def on_stop(conversation: Conversation, request: gr.Request) -> list[Any]:
        return _show(page, stop(conversation, language=language_from(request)), request)

    # A question may come while the last one's answer still runs, even being cancelled; `begin` decides.
    asked_and_shown = [*page.shown, page.question]

    def wire_question(triggers: list[Any], source: "gr.Textbox | gr.Button") -> Any:
        asked = gr.on(triggers, on_ask, inputs=[source, page.conversation], outputs=asked_and_shown, **QUIET)
        return asked.then(
            on_waiting,
            inputs=page.conversation,
            outputs=asked_and_shown,
            concurrency_limit=ANSWERS_AT_A_TIME,
            concurrency_id="answers",
            **QUIET,
        )

    answers = [wire_question([page.question.submit, page.send.click], page.question)]
    answers += [wire_question([example.click], example) for example in page.examples]
    page.stop.click(on_stop, inputs=page.conversation, outputs=page.shown, cancels=answers, **QUIET)
    _wire_start(app, page, desk, answers)


def _wire_start(app: "gr.Blocks", page: _Page, desk: PageDesk, answers: list[Any]) -> None:
    """Show what is searched before the first question, on load and after clearing, and again when it has changed."""
    import gradio as gr

    def on_start(request: gr.Request) -> list[Any]:
        updates = _show(page, Conversation(), request)
        updates[page.shown.index(page.evidence)] = gr.HTML(_articles(desk, language_from(request)))
        return updates

    def on_changed(conversation: Conversation, request: gr.Request) -> Any:
        return gr.skip() if conversation.turns else gr.HTML(_articles(desk, language_from(request)))

    page.chat.clear(on_start, outputs=page.shown, cancels=answers, **QUIET)
    app.load(on_start, outputs=page.shown, **QUIET)
    for change in wire_panel(page.panel, desk):
        change.then(on_changed, inputs=page.conversation, outputs=page.evidence, **QUIET)


def _show(page: _Page, conversation: Conversation, request: "gr.Request") -> list[Any]:
    """Return what the page shows of a conversation, in the order of ``_Page.shown``."""
    import gradio as gr

    language = language_from(request)
    cards = evidence(conversation, language=language)
    return [
        conversation,
        messages(conversation, language=language),
        gr.HTML(cards) if cards else gr.skip(),
        gr.Button(visible=not conversation.waiting),
        gr.Button(visible=conversation.waiting),
        gr.Column(visible=bool(page.examples) and not conversation.turns),
    ]


def _articles(desk: Desk, language: Language) -> str:
    """Return the list of what is searched; a mistake in the collection that the user can mend is said in its place."""
    try:
        return render_articles(desk.articles(), language=language)
    except BelegtError as error:
        return render_line(str(error))
