"""The page as it is built and served, and what its events do; no browser, no model."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import BelegtError, Scope
from tests.markup import answer, json_values
from tests.page_desk import REFUSED, FakeDesk, Shelf, browser_of, event, page_of, refusal, sending, whole_answer
from ui.chat import build_app
from ui.conversation import Conversation, Turn, begin, stop
from ui.conversation_record import read_record, write_record
from ui.serving import serve
from ui.wording import say

SKIP = gr.skip()
PROGRAMS = {"ask", "search", "articles", "article"}
ANSWERED = Conversation((Turn("BMW?", whole_answer("BMW?"), finished=True),))
WAITING = begin(ANSWERED, "Und dann?", language="de")
RECORD = write_record(ANSWERED)


@pytest.fixture(scope="module")
def app() -> gr.Blocks:
    """Return a page that no test changes."""
    return build_app(Shelf())


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what visitors are warned of."""
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", shown.append)
    return shown


def told(component: Any) -> dict[str, Any]:
    """Return what a component of ours is given, as it reaches the browser."""
    return orjson.loads(orjson.dumps(component.value))


def test_a_question_is_asked_kept_and_answered(app: gr.Blocks) -> None:
    asked = list(event(app, "on_ask")("BMW?", Conversation(), browser_of()))
    *begun, question, bridge = asked[0]
    assert (begun[0].turns[0].question, begun[0].waiting, question) == ("BMW?", True, "")
    assert "Suche in den Artikeln" in told(begun[1])["turns"][0]
    assert told(begun[1])["waiting"] is True
    assert (begun[4].visible, begun[5].visible) == (False, True)
    assert told(bridge) == {"do": "keep", "record": write_record(begun[0])}
    *grown, question, bridge = asked[-1]
    assert grown[0].turns[0].answer == whole_answer("BMW?")
    assert "steht dies da" in told(grown[2])["turns"][0]
    assert (grown[4].visible, grown[5].visible, question) == (True, False, SKIP)
    assert read_record(told(bridge)["record"]) == grown[0]


def test_the_page_speaks_the_language_of_the_browser_or_the_chosen_one(app: gr.Blocks) -> None:
    english = list(event(app, "on_ask")("BMW?", Conversation(), browser_of("en-GB")))
    assert "Searching the articles" in told(english[0][1])["turns"][-1]
    german = list(event(app, "on_ask")("BMW?", Conversation(), browser_of("en-GB", chosen="de")))
    assert "24. Februar 2025" in told(german[-1][2])["turns"][-1]


@pytest.mark.parametrize("conversation", [ANSWERED, WAITING])
def test_what_is_no_question_writes_nothing_back(app: gr.Blocks, conversation: Conversation) -> None:
    question = "Wer?" if conversation.waiting else " "
    assert list(event(app, "on_ask")(question, conversation, browser_of())) == [[SKIP] * 8]
    assert list(event(app, "on_clicked")(conversation, sending(question=question), browser_of())) == [[SKIP] * 8]


def test_a_question_is_clicked_or_asked_again_as_it_was_understood(app: gr.Blocks) -> None:
    clicked = next(event(app, "on_clicked")(ANSWERED, sending(question=" Was kostet das? "), browser_of()))[0]
    assert (clicked.turns[-1].question, clicked.turns[-1].standalone) == ("Was kostet das?", False)
    edited = next(event(app, "on_clicked")(ANSWERED, sending(question="Wer?", standalone=True), browser_of()))[0]
    assert edited.turns[-1].standalone


@pytest.mark.parametrize("question", [None, 7, True, ["Wer?"], {"Wer?": 1}])
def test_only_a_text_is_asked(app: gr.Blocks, question: Any) -> None:
    assert list(event(app, "on_clicked")(ANSWERED, sending(question=question), browser_of())) == [[SKIP] * 8]


def test_a_question_without_an_answer_goes_back_into_its_field() -> None:
    app = page_of(FakeDesk(BelegtError("Zu lang.")))
    *_, question, bridge = list(event(app, "on_ask")("Warum?", Conversation(), browser_of()))[-1]
    assert question == "Warum?"
    assert told(bridge)["record"]["turns"][0]["line"] == "Zu lang."


def test_a_stopped_answer_is_kept_as_far_as_it_came(app: gr.Blocks) -> None:
    *stopped, question, bridge = event(app, "on_stop")(WAITING, browser_of())
    assert stopped[0] == stop(WAITING, language="de")
    assert question == SKIP
    assert told(bridge)["record"]["turns"][-1]["line"] == "Angehalten."


def test_a_refusal_offers_what_the_articles_answer(app: gr.Blocks) -> None:
    shown = told(list(event(app, "on_ask")(REFUSED, Conversation(), browser_of()))[-1][1])["turns"][-1]
    assert say("suggestions", "de") in shown
    assert "Was kostet die &lt;Bahn&gt;?" in shown


def test_a_visit_begins_with_an_empty_conversation_and_the_whole_collection(app: gr.Blocks) -> None:
    conversation, log, evidence, scope, send, halt, bridge, head, tabs, fields, rows = event(app, "on_load")(
        browser_of("en")
    )
    assert conversation.turns == ()
    assert (told(log)["turns"], told(evidence)["turns"], scope.value) == ([], [], "")
    assert (send.visible, halt.visible) == (True, False)
    assert told(bridge)["do"] == "begin"
    assert told(bridge)["labels"]["delete"] == "Delete"
    assert told(bridge)["visitor"] == ""
    assert "New conversation" in head.value
    assert "logout" not in head.value
    assert "Articles" in tabs.value
    assert "Search title, outlet, author" in fields.value
    assert "2 of 2 articles" in rows.value


def test_no_two_visits_share_a_conversation(app: gr.Blocks) -> None:
    started = [event(app, name)(browser_of())[0].key for name in ("on_load", "on_load", "on_fresh", "on_fresh")]
    assert len(set(started)) == 4


def test_whoever_signed_in_is_told_apart_and_can_leave(app: gr.Blocks) -> None:
    started = event(app, "on_load")(browser_of(user="anna"))
    assert told(started[6])["visitor"] == "anna"
    assert 'href="logout"' in started[7].value


def test_a_first_visit_shows_what_may_be_asked_or_why_nothing_can_be() -> None:
    *_, last = event(page_of(FakeDesk()), "on_welcome")(browser_of())
    assert ">Was kostet die &lt;Bahn&gt;?</button>" in last.value
    for line in event(page_of(FakeDesk(BelegtError("Der Ordner <fehlt>."))), "on_welcome")(browser_of()):
        assert "Der Ordner &lt;fehlt&gt;." in line.value


def test_a_judgement_is_noted_kept_and_taken_back() -> None:
    desk = FakeDesk()
    judge = event(page_of(desk), "on_judge")
    noted, bridge = judge(ANSWERED, sending(turn=1, judgement="wrong", correction="Anders.", unanswerable=False))
    assert noted.turns[0].judged == "wrong"
    assert told(bridge)["record"]["turns"][0]["judged"] == "wrong"
    assert len(desk.judged) == 1
    back, _ = judge(noted, sending(turn=1, judgement=None))
    assert back.turns[0].judged is None
    assert desk.judged == {}


def test_while_an_answer_grows_a_judgement_is_kept_but_not_written_into_it() -> None:
    desk = FakeDesk()
    assert event(page_of(desk), "on_judge")(WAITING, sending(turn=1, judgement="right")) == [SKIP, SKIP]
    assert len(desk.judged) == 1


def test_a_judgement_that_cannot_be_kept_is_said_without_markup(warnings: list[str]) -> None:
    desk = FakeDesk()

    def full(judgement: Any) -> None:
        raise BelegtError("<b>voll</b>")

    desk.keep_judgement = full  # type: ignore[method-assign]
    assert event(page_of(desk), "on_judge")(ANSWERED, sending(turn=1, judgement="right")) == [SKIP, SKIP]
    assert warnings == ["&lt;b&gt;voll&lt;/b&gt;"]


def test_a_citation_opens_its_article(app: gr.Blocks) -> None:
    opened = event(app, "on_cite")(ANSWERED, sending(turn=1, number=1), browser_of())
    assert "Die Bahn" in opened.value
    assert opened.value != event(app, "on_cite")(ANSWERED, sending(turn=1, number=1), browser_of()).value
    assert event(app, "on_cite")(ANSWERED, sending(turn=1, number=2), browser_of()) == SKIP


def test_a_kept_conversation_is_taken_up_again(app: gr.Blocks) -> None:
    sent = json.loads(json.dumps(RECORD))
    conversation, log, evidence, *_ = event(app, "on_restore")(sending(record=sent), browser_of("en"))
    assert conversation == ANSWERED
    assert len(told(log)["turns"]) == len(told(evidence)["turns"]) == 1
    assert "About 90 % sure" in told(log)["turns"][0]


def test_what_is_no_conversation_changes_nothing_and_is_said(app: gr.Blocks, warnings: list[str]) -> None:
    assert event(app, "on_restore")(sending(record={"version": 0}), browser_of("en")) == [SKIP] * 6
    assert event(app, "on_export")(sending(), browser_of()) == SKIP
    assert warnings == ["This conversation can&#x27;t be read any more.", say("record_broken", "de")]


def test_a_conversation_is_written_out_as_markdown_and_json(app: gr.Blocks) -> None:
    export = event(app, "on_export")
    written = told(export(sending(record=RECORD, title="Mein Titel", format="markdown"), browser_of("en")))
    assert (written["do"], written["type"]) == ("download", "text/markdown")
    assert written["text"].startswith("# Mein Titel\n\nConversation of")
    written = told(export(sending(record=RECORD, title="halb \ud83d", format="json"), browser_of()))
    assert written["type"] == "application/json"
    assert read_record(json.loads(written["text"])) == ANSWERED


def test_a_conversation_is_restricted_and_asks_only_that() -> None:
    desk = Shelf()
    app = page_of(desk)
    conversation, line, bridge = event(app, "on_restrict")(ANSWERED, sending(ticked=["bahn.md"]), browser_of())
    assert conversation.scope == Scope(("bahn.md",))
    assert "Gefragt wird nur in: „Die Bahn“" in line.value
    assert told(bridge)["record"]["scope"]["articles"] == ["bahn.md"]
    begun, *_ = list(event(app, "on_ask")("Wer?", conversation, browser_of()))
    assert begun[3].value == line.value
    assert desk.scopes == [Scope(("bahn.md",))]
    lifted, line, _ = event(app, "on_restrict")(conversation, sending(), browser_of())
    assert (lifted.scope, line.value) == (Scope(), "")


def test_a_conversation_that_has_not_begun_is_not_kept(app: gr.Blocks) -> None:
    sent = sending(filter={"since": "2025-02-24"})
    restricted, _, bridge = event(app, "on_restrict")(Conversation(), sent, browser_of())
    assert restricted.scope == Scope(since=date(2025, 2, 24))
    assert bridge == SKIP


def test_what_cannot_be_a_restriction_changes_nothing(app: gr.Blocks, warnings: list[str]) -> None:
    restrict = event(app, "on_restrict")
    assert restrict(ANSWERED, sending(ticked="bahn.md"), browser_of()) == [SKIP] * 3
    assert restrict(ANSWERED, sending(filter={"words": "nichts davon"}), browser_of()) == [SKIP] * 3
    assert len(warnings) == 2
    assert restrict(WAITING, sending(ticked=["bahn.md"]), browser_of()) == [SKIP] * 3
    assert len(warnings) == 2


ASKING = {"on_ask", "on_clicked"}
NAMED = ("turn", "number", "judgement", "correction", "unanswerable", "question", "standalone", "record", "title")
NAMED += ("format", "ticked", "filter", "words", "outlet", "since", "until", "article_id")
sent_by_scripts = json_values | st.dictionaries(
    st.sampled_from(NAMED), json_values | st.sampled_from([1, "right", "wrong", RECORD, ["bahn.md"], "json"])
)


@pytest.mark.parametrize("name", ["on_clicked", "on_judge", "on_cite", "on_restrict", "on_restore", "on_export"])
@settings(max_examples=30, deadline=None)
@given(sent=sent_by_scripts)
def test_whatever_a_browser_sends_an_event_comes_to_its_end(app: gr.Blocks, name: str, sent: Any) -> None:
    conversation = () if name in ("on_restore", "on_export") else (ANSWERED,)
    request = () if name == "on_judge" else (browser_of(),)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gr, "Warning", lambda line: None)
        done = event(app, name)(*conversation, sending(sent), *request)
        written = list(chain.from_iterable(done)) if name == "on_clicked" else done
    for shown in written if isinstance(written, list) else [written]:
        if isinstance(shown, gr.HTML):
            orjson.dumps(shown.value)


def test_only_the_endpoints_for_programs_are_shown_to_programs(app: gr.Blocks) -> None:
    visible = {found.fn.__name__ for found in app.fns.values() if found.fn and found.api_visibility != "private"}
    assert visible == PROGRAMS
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert not app.analytics_enabled


def test_a_stop_ends_every_way_to_ask(app: gr.Blocks) -> None:
    answering = {number for number, found in app.fns.items() if getattr(found.fn, "__name__", "") in ASKING}
    cancelling = [set(found.cancels) for found in app.fns.values() if found.cancels]
    assert len(answering) == 2
    assert cancelling == [answering] * 3


def test_the_page_names_no_other_host() -> None:
    app = build_app(FakeDesk())
    address = serve(app)
    try:
        assert address.startswith("http://127.0.0.1:")
        assert app.stylesheets == []
        assert not re.search(r"""url\(["']?\w*:?//|@import""", app.theme_css + app.css)
        page = httpx.get(address, trust_env=False).text
        assert page.index("<head>") < page.index("belegt-language=(de|en)") < page.index("<meta")
        port = int(address.rstrip("/").rpartition(":")[2])
        with pytest.raises(BelegtError, match=f"port {port}"):
            serve(build_app(FakeDesk()), port=port)
    finally:
        app.close(verbose=False)


def test_the_page_is_served_behind_a_proxy_that_knows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "example.org")
    app = build_app(FakeDesk())
    try:
        assert serve(app)
        assert os.environ["no_proxy"].startswith("example.org,")
    finally:
        app.close(verbose=False)


def test_importing_the_page_does_not_wait_for_gradio() -> None:
    program = "import sys, ui.chat, ui.serving; sys.exit('gradio' in sys.modules)"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


def test_a_restored_answer_is_judged_like_any_other() -> None:
    desk = FakeDesk()
    app = page_of(desk)
    kept = Conversation((Turn("Was?", answer(), finished=True), Turn(REFUSED, refusal(REFUSED), finished=True)))
    restored = event(app, "on_restore")(sending(record=write_record(kept)), browser_of())[0]
    noted, _ = event(app, "on_judge")(restored, sending(turn=2, judgement="right"))
    assert [turn.judged for turn in noted.turns] == [None, "right"]


class WritingDesk(Shelf):
    """Has a language model."""

    writes = True


def test_a_visitor_chooses_between_quoted_and_written_answers() -> None:
    desk = WritingDesk()
    app = page_of(desk)
    assert "belegt-mode" in event(app, "on_load")(browser_of())[3].value
    chosen, line, bridge = event(app, "on_mode")(ANSWERED, sending(mode="quoted"), browser_of())
    assert 'value="quoted" checked' in line.value
    assert told(bridge)["record"]["mode"] == "quoted"
    list(event(app, "on_ask")("Wer?", chosen, browser_of()))
    assert desk.modes == ["quoted"]
    for mode in (None, "böse", 1, ["quoted"]):
        assert event(app, "on_mode")(ANSWERED, sending(mode=mode), browser_of()) == [SKIP] * 3


def test_without_a_language_model_there_is_nothing_to_choose(app: gr.Blocks) -> None:
    assert "belegt-mode" not in event(app, "on_load")(browser_of())[3].value
