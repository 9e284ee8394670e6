"""What happens when something is asked, stopped, judged, read or taken up again: the page tied to the conversation."""
# No `from __future__ import annotations` here: Gradio recognises the parameters that take request and event by type.

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant import BelegtError
from assistant.observing import Tell
from assistant.phrases import Language
from ui.article_view import show_citation
from ui.chat import Page, PageDesk
from ui.collection_panel import show_panel, wire_panel
from ui.collection_view import choose_scope, describe_scope
from ui.conversation import Conversation, begin, continue_answer, render_evidences, render_turns, stop
from ui.conversation_record import export_json, export_markdown, read_record, write_record
from ui.escaping import visible
from ui.examples import Examples
from ui.judging import judge_turn
from ui.page_frame import render_head, render_tabs, welcome
from ui.rendering import render_mode
from ui.sessions import forget_later
from ui.visitor import QUIET, language_from, opened, sent_by, warn
from ui.waiting_line import WaitingLine
from ui.wording import say, script_texts

if TYPE_CHECKING:
    import gradio as gr

# Waiting takes a thread each; serving has 160 of them, so that opening a citation finds one free.
QUESTIONS_AT_A_TIME = 120


def wire(app: "gr.Blocks", page: Page, desk: PageDesk, line: WaitingLine, tell: Tell) -> None:
    """Tie the page to the conversation and to the collection."""
    examples = Examples(desk)
    answers = _wire_questions(page, desk, line, tell)
    _wire_start(app, page, desk, examples, answers)
    _wire_judgements(page, desk)
    _wire_reading(page, desk)
    _wire_records(page, desk, answers)
    _wire_scope(page, desk)
    _wire_mode(page, desk)
    _wire_leaving(app)


def _wire_questions(page: Page, desk: PageDesk, line: WaitingLine, tell: Tell) -> list[Any]:
    """Ask what is typed, clicked, or edited; stop an answer. Returns the events that a stop cancels."""
    import gradio as gr

    def ask(
        question: str, conversation: Conversation, request: gr.Request, *, standalone: bool = False
    ) -> Iterator[list[Any]]:
        language = language_from(request)
        begun = begin(conversation, question, language=language, standalone=standalone)
        if begun is conversation:
            # Writing the unchanged conversation back could undo a question that was asked meanwhile.
            yield [gr.skip()] * len(outputs)
            return
        yield [*show(desk, begun, request), "", keep(begun)]
        for grown in continue_answer(desk, begun, line=line, language=language, tell=tell):
            last = grown.turns[-1]
            # A question without an answer goes back into its field, to be mended rather than typed again.
            failed = last.finished and last.answer is None
            yield [
                *show(desk, grown, request),
                last.question if failed else gr.skip(),
                keep(grown) if last.finished else gr.skip(),
            ]

    def on_ask(question: str, conversation: Conversation, request: gr.Request) -> Iterator[list[Any]]:
        yield from ask(question, conversation, request)

    def on_clicked(conversation: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
        sent = sent_by(event)
        question = sent.get("question")
        question = question if isinstance(question, str) else ""
        yield from ask(question, conversation, request, standalone=sent.get("standalone") is True)

    def on_stop(conversation: Conversation, request: gr.Request) -> list[Any]:
        stopped = stop(conversation, language=language_from(request))
        return [*show(desk, stopped, request), gr.skip(), keep(stopped)]

    # A question may come while the last one's answer still runs, even being cancelled; `begin` decides.
    outputs = [*page.shown, page.question, page.bridge]
    options = {"concurrency_limit": QUESTIONS_AT_A_TIME, **QUIET}
    sends = [page.question.submit, page.send.click]
    answers = [
        gr.on(sends, on_ask, [page.question, page.conversation], outputs, **options),
        page.bridge.ask(on_clicked, page.conversation, outputs, **options),
    ]
    page.stop.click(on_stop, page.conversation, outputs, cancels=answers, **QUIET)
    return answers


def _wire_start(app: "gr.Blocks", page: Page, desk: PageDesk, examples: Examples, answers: list[Any]) -> None:
    """Show what is searched and what may be asked before the first question: on load, after clearing, after changes."""
    import gradio as gr

    def on_load(request: gr.Request) -> list[Any]:
        language = language_from(request)
        told = {"do": "begin", "labels": dict(script_texts(language)), "visitor": request.username or ""}
        return [
            *show(desk, Conversation(), request),
            gr.HTML(told),
            gr.HTML(render_head(language, signed_in=bool(request.username))),
            gr.HTML(render_tabs(language)),
            *show_panel(desk, language),
        ]

    def on_fresh(request: gr.Request) -> list[Any]:
        return show(desk, Conversation(), request)

    def on_welcome(request: gr.Request) -> Iterator[Any]:
        for known in examples.follow():
            yield gr.HTML(welcome(desk, known, language_from(request)))

    panel = page.panel
    started_outputs = [*page.shown, page.bridge, page.head, page.tabs, panel.filter, panel.rows]
    started = app.load(on_load, outputs=started_outputs, **QUIET)
    page.bridge.fresh(on_fresh, outputs=page.shown, cancels=answers, **QUIET)
    for change in (started, *wire_panel(panel, page.bridge, page.reader, desk)):
        change.then(on_welcome, outputs=page.welcome, concurrency_limit=None, **QUIET)


def _wire_judgements(page: Page, desk: PageDesk) -> None:
    """Keep what a visitor says of an answer."""
    import gradio as gr

    def on_judge(conversation: Conversation, event: gr.EventData) -> list[Any]:
        try:
            judged = judge_turn(desk, conversation, sent_by(event))
        except BelegtError as error:
            warn(error)
            return [gr.skip(), gr.skip()]
        # While an answer grows, the conversation belongs to it; the judgement itself is kept in any case.
        return [gr.skip(), gr.skip()] if judged.waiting else [judged, keep(judged)]

    page.bridge.judge(on_judge, page.conversation, [page.conversation, page.bridge], **QUIET)


def _wire_reading(page: Page, desk: PageDesk) -> None:
    """Open the article behind a citation, scrolled to its quote by the page's script."""
    import gradio as gr

    def on_cite(conversation: Conversation, event: gr.EventData, request: gr.Request) -> Any:
        sent = sent_by(event)
        shown = show_citation(desk, conversation, sent.get("turn"), sent.get("number"), language_from(request))
        return gr.HTML(opened(shown)) if shown else gr.skip()

    page.bridge.cite(on_cite, page.conversation, page.reader, **QUIET)


def _wire_records(page: Page, desk: PageDesk, answers: list[Any]) -> None:
    """Take a conversation up again that the browser kept, and write one out."""
    import gradio as gr

    def on_restore(event: gr.EventData, request: gr.Request) -> list[Any]:
        try:
            conversation = read_record(sent_by(event).get("record"), language=language_from(request))
        except BelegtError as error:
            warn(error)
            return [gr.skip()] * len(page.shown)
        return show(desk, conversation, request)

    def on_export(event: gr.EventData, request: gr.Request) -> Any:
        sent, language = sent_by(event), language_from(request)
        try:
            conversation = read_record(sent.get("record"), language=language)
        except BelegtError as error:
            warn(error)
            return gr.skip()
        title = visible(str(sent.get("title") or ""))
        if sent.get("format") == "json":
            return gr.HTML({"do": "download", "text": export_json(conversation, title), "type": "application/json"})
        text = export_markdown(conversation, title, language=language)
        return gr.HTML({"do": "download", "text": text, "type": "text/markdown"})

    page.bridge.restore(on_restore, outputs=page.shown, cancels=answers, **QUIET)
    page.bridge.export(on_export, outputs=page.bridge, **QUIET)


def _wire_scope(page: Page, desk: PageDesk) -> None:
    """Restrict the conversation to some articles or a span of dates, or lift that."""
    import gradio as gr

    def on_restrict(conversation: Conversation, event: gr.EventData, request: gr.Request) -> list[Any]:
        if conversation.waiting:
            return [gr.skip()] * 3
        try:
            restricted = conversation.restricted(choose_scope(desk, sent_by(event), language_from(request)))
        except BelegtError as error:
            warn(error)
            return [gr.skip()] * 3
        line = describe_asking(desk, restricted, language_from(request))
        return [restricted, gr.HTML(line), keep(restricted) if restricted.turns else gr.skip()]

    page.bridge.restrict(on_restrict, page.conversation, [page.conversation, page.scope, page.bridge], **QUIET)


def _wire_mode(page: Page, desk: PageDesk) -> None:
    """Have answers quoted or written from now on."""
    import gradio as gr

    def on_mode(conversation: Conversation, event: gr.EventData, request: gr.Request) -> list[Any]:
        mode = sent_by(event).get("mode")
        if conversation.waiting or mode not in ("quoted", "written"):
            return [gr.skip()] * 3
        chosen = conversation.answered(mode)
        line = describe_asking(desk, chosen, language_from(request))
        return [chosen, gr.HTML(line), keep(chosen) if chosen.turns else gr.skip()]

    page.bridge.mode(on_mode, page.conversation, [page.conversation, page.scope, page.bridge], **QUIET)


def _wire_leaving(app: "gr.Blocks") -> None:
    """Forget who closed the page."""
    import gradio as gr

    async def on_leave(request: gr.Request) -> None:
        if request.session_hash:
            forget_later(app.state_holder, request.session_hash)

    app.unload(on_leave)


def describe_asking(desk: PageDesk, conversation: Conversation, language: Language) -> str:
    """Return which articles are asked, and where a language model is set, how answers come."""
    choice = render_mode(conversation.mode or "written", language=language) if desk.writes else ""
    return f"{describe_scope(desk, conversation.scope, language)}{choice}"


def show(desk: PageDesk, conversation: Conversation, request: "gr.Request") -> list[Any]:
    """Return what the page shows of a conversation, in the order of ``Page.shown``."""
    import gradio as gr

    language = language_from(request)
    log = {"turns": render_turns(conversation, language=language), "label": say("conversation", language)}
    return [
        conversation,
        gr.HTML(log | {"waiting": conversation.waiting}),
        gr.HTML({"turns": render_evidences(conversation, language=language)}),
        gr.HTML(describe_asking(desk, conversation, language)),
        gr.Button(visible=not conversation.waiting),
        gr.Button(visible=conversation.waiting),
    ]


def keep(conversation: Conversation) -> "gr.HTML":
    """Return what tells the visitor's browser to keep the conversation."""
    import gradio as gr

    return gr.HTML({"do": "keep", "record": write_record(conversation)})
