"""The conversation behind the page, and the page as it is built; no browser, no model."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from assistant import BelegtError
from assistant.answer import Answer, Citation, Statement
from ui.chat import STARTER_EXAMPLES, build_app
from ui.conversation import Conversation, Turn, begin, continue_answer, evidence, messages, stop
from ui.serving import serve


def whole_answer(question: str) -> Answer:
    quote = f"Zu {question} steht dies da."
    cited = Citation(1, "a.md", "Titel", date(2025, 2, 24), None, None, None, quote, quote, 0, len(quote))
    said = (Statement(quote, (1,)),)
    return Answer(question, question, f"{quote} [1]", said, (cited,), None, abstained=False, confidence=0.9)


class FakeDesk:
    """Answers every question with a sentence about it; ``failure`` is raised instead, once the evidence is there."""

    upload_limits: Mapping[str, int] = MappingProxyType({})

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.histories: list[tuple[tuple[str, str], ...]] = []

    def stream(self, question: str, *, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        yield replace(whole_answer(question), statements=(), text="")
        if self.failure:
            raise self.failure
        yield whole_answer(question)

    def articles(self) -> tuple[Any, ...]:
        if self.failure:
            raise self.failure
        return (SimpleNamespace(title="Ein Artikel", published=None, publisher=None),)


def ask(desk: FakeDesk, conversation: Conversation, question: str) -> Conversation:
    """Ask and return the conversation with the complete answer."""
    return list(continue_answer(desk, begin(conversation, question, language="de"), language="de"))[-1]


def test_an_answer_grows_from_its_evidence_to_the_whole() -> None:
    begun = begin(Conversation(), "  BMW? ", language="de")
    assert begun.waiting
    assert "Suche in den Artikeln" in messages(begun, language="de")[-1]["content"]
    grown = list(continue_answer(FakeDesk(), begun, language="de"))
    assert [one.waiting for one in grown] == [True, True, False]
    assert "Lese die Belege" in messages(grown[0], language="de")[-1]["content"]
    assert "steht dies da" in evidence(grown[0], language="de")
    assert grown[-1].turns == (Turn("BMW?", whole_answer("BMW?"), finished=True),)


def test_a_second_question_carries_the_first_with_its_answer() -> None:
    desk = FakeDesk()
    twice = ask(desk, ask(desk, Conversation(), "BMW?"), "Und wer noch?")
    assert desk.histories == [(), (("BMW?", "Zu BMW? steht dies da. [1]"),)]
    assert [message["role"] for message in messages(twice, language="de")] == ["user", "assistant"] * 2


def test_only_the_latest_evidence_is_shown() -> None:
    desk = FakeDesk()
    cards = evidence(ask(desk, ask(desk, Conversation(), "Eins?"), "Zwei?"), language="de")
    assert '<section class="belegt-turn" id="belegt-turn-1" hidden>' in cards
    assert '<section class="belegt-turn" id="belegt-turn-2">' in cards


def test_two_conversations_do_not_mix() -> None:
    desk = FakeDesk()
    one = begin(Conversation(), "Eins?", language="de")
    other = begin(Conversation(), "Zwei?", language="de")
    growing, growing_too = (continue_answer(desk, begun, language="de") for begun in (one, other))
    for _ in range(2):
        one, other = next(growing), next(growing_too)
    one, other = list(growing)[-1], list(growing_too)[-1]
    assert [turn.question for turn in one.turns] == ["Eins?"]
    assert [turn.question for turn in other.turns] == ["Zwei?"]
    assert desk.histories == [(), ()]
    ask(desk, one, "Und dann?")
    assert desk.histories[-1] == (("Eins?", "Zu Eins? steht dies da. [1]"),)


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_changes_nothing(question: str) -> None:
    conversation = Conversation()
    assert begin(conversation, question, language="de") is conversation
    assert not list(continue_answer(FakeDesk(), conversation, language="de"))


def test_a_second_question_waits_for_the_first() -> None:
    begun = begin(Conversation(), "Eins?", language="de")
    assert begin(begun, "Zwei?", language="de") is begun


def test_a_mistake_becomes_one_line_and_keeps_the_question() -> None:
    failed = ask(FakeDesk(BelegtError("Die Frage ist <zu> lang.")), Conversation(), "Warum?")
    user, bubble = messages(failed, language="de")
    assert "Warum?" in user["content"]
    assert "Die Frage ist &lt;zu&gt; lang." in bubble["content"]
    assert not failed.waiting
    assert failed.history == ()


def test_any_other_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        failed = ask(FakeDesk(RuntimeError("geheim")), Conversation(), "Warum?")
    assert "geheim" in caplog.text
    assert "geheim" not in str(messages(failed, language="en"))
    assert "schiefgegangen" in messages(failed, language="de")[-1]["content"]


def test_a_stopped_answer_stays_as_far_as_it_came() -> None:
    growing = continue_answer(FakeDesk(), begin(Conversation(), "Eins?", language="en"), language="en")
    stopped = stop(next(growing), language="en")
    assert not stopped.waiting
    assert "Stopped." in messages(stopped, language="en")[-1]["content"]
    assert stopped.history == ()
    assert stop(stopped, language="en") is stopped


def event(app: Any, name: str) -> Callable[..., Any]:
    return next(found.fn for found in app.fns.values() if getattr(found.fn, "__name__", "") == name)


def browser_of(language: str) -> Any:
    return SimpleNamespace(headers={"accept-language": language})


def test_the_page_speaks_the_language_of_the_browser() -> None:
    app = build_app(FakeDesk())
    begun = event(app, "on_ask")("BMW?", Conversation(), browser_of("en-GB"))
    assert "Searching the articles" in begun[1][-1]["content"]
    grown = list(event(app, "on_waiting")(begun[0], browser_of("de")))
    assert "24. Februar 2025" in grown[-1][2].value


def test_a_question_without_an_answer_goes_back_into_its_field() -> None:
    app = build_app(FakeDesk(BelegtError("Zu lang.")))
    begun = event(app, "on_ask")("Warum?", Conversation(), browser_of("de"))
    assert begun[-1] == ""
    assert list(event(app, "on_waiting")(begun[0], browser_of("de")))[-1][-1] == "Warum?"


def test_the_first_visit_shows_what_is_searched_or_why_it_cannot_be() -> None:
    started = event(build_app(FakeDesk()), "on_start")(browser_of("de"))
    assert "Ein Artikel" in started[2].value
    failed = event(build_app(FakeDesk(BelegtError("Der Ordner fehlt."))), "on_start")(browser_of("de"))
    assert "Der Ordner fehlt." in failed[2].value


def test_the_page_offers_its_examples_and_nothing_to_other_programs() -> None:
    app = build_app(FakeDesk())
    buttons = [part["props"].get("value") for part in app.config["components"] if part["type"] == "button"]
    assert set(STARTER_EXAMPLES) <= set(buttons)
    assert all(found.api_visibility == "private" for found in app.fns.values())
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_the_page_names_no_other_host() -> None:
    app = build_app(FakeDesk())
    address = serve(app)
    try:
        assert address.startswith("http://127.0.0.1:")
        assert app.stylesheets == []
        assert not re.search(r"""url\(["']?\w*:?//|@import""", app.theme_css + app.css)
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
    program = "import sys, ui.chat; sys.exit('gradio' in sys.modules)"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
