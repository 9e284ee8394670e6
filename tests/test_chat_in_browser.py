"""The page in a real browser: what a visitor sees, what leaves the machine, and that no article's words can run."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from assistant import BelegtError
from assistant.answer import Answer, Citation, Statement
from ui.chat import build_app
from ui.serving import serve

pytestmark = pytest.mark.real

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
PATIENCE = 8_000  # milliseconds: a busy machine draws slowly
PAUSE = 0.05  # seconds between two growing answers, so that the growth is real
SLOW = 1.0  # seconds of a slow answer: long enough to stop it

QUESTION = "Wie viel will Alibaba in KI-Infrastruktur investieren?"
HOSTILE = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>${window.ran = 1}{{ran}}[x](javascript:1)"


@dataclass(frozen=True)
class Line:
    title: str
    published: date | None
    publisher: str | None


def citation(number: int, quote: str, **changes: Any) -> Citation:
    filler = "Der Konzern baut damit sein Geschäft mit Rechenzentren weiter aus. " * 6
    plain = Citation(
        number=number,
        article_id=f"alibaba-{number}.md",
        title=f"Alibaba steckt Milliarden in Künstliche Intelligenz, Teil {number}",
        published=date(2025, 2, 24),
        author=None,
        publisher="Wirtschaftsblatt",
        url="https://example.org/alibaba",
        passage=f"# Ein Abschnitt\n\n{filler}{quote} {filler}",
        quote=quote,
        start=0,
        end=len(quote),
    )
    return replace(plain, **changes)


def answer(question: str, *statements: Statement, citations: Sequence[Citation], **changes: Any) -> Answer:
    text = " ".join(f"{said.text} {''.join(f'[{number}]' for number in said.citations)}" for said in statements)
    plain = Answer(question, question, text, statements, tuple(citations), None, abstained=False, confidence=0.9)
    return replace(plain, **changes)


def alibaba(question: str) -> Answer:
    first = "Alibaba will in den nächsten drei Jahren 380 Milliarden Yuan in KI-Infrastruktur investieren."
    second = "Das ist mehr als in den zehn Jahren davor zusammen."
    said = Statement(first, (1,)), Statement(second, (2, 3))
    paged = citation(2, second, page=4, also_in=("Tagblatt", "Abendpost"))
    citations = [citation(1, first), paged, citation(3, second, published=None, url=None)]
    notes = ("Ein neuerer Artikel vom 3. März 2025 nennt eine andere Zahl.",)
    return answer(question, *said, citations=citations, highlight="380 Milliarden Yuan", notes=notes)


def silent(question: str) -> Answer:
    text = "Dazu steht in den Artikeln nichts."
    return answer(question, citations=[citation(1, "Nah daran.")], text=text, abstained=True, confidence=0.8)


def hostile(question: str) -> Answer:
    long = "Donaudampfschifffahrt" * 500
    evil = citation(1, HOSTILE, title=HOSTILE + long, publisher=HOSTILE, url="javascript:window.ran=1")
    return answer(question, Statement(HOSTILE + long, (1,)), citations=[evil], highlight=HOSTILE, notes=(HOSTILE,))


class FakeDesk:
    """Answers from hand-made answers, and remembers with which history it was asked."""

    upload_limits: Mapping[str, int] = MappingProxyType({})

    def __init__(self) -> None:
        self.histories: list[tuple[tuple[str, str], ...]] = []

    def stream(self, question: str, *, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        if "zu lang" in question:
            raise BelegtError("Die Frage ist zu lang.")
        make = hostile if "böse" in question or "<" in question else silent if "Wetter" in question else alibaba
        whole = make(question)
        yield replace(whole, statements=(), text="", abstained=False, notes=())
        for count in range(1, len(whole.statements)):
            time.sleep(PAUSE)
            yield replace(whole, statements=whole.statements[:count], notes=())
        if "langsam" in question:
            time.sleep(SLOW)
        yield whole

    def articles(self) -> tuple[Line, ...]:
        return tuple(Line(f"Artikel {number}", date(2025, 1, number), "Wirtschaftsblatt") for number in range(1, 11))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture(scope="module")
def address(desk: FakeDesk) -> Iterator[str]:
    app = build_app(desk, examples=(QUESTION, "Wie wird das Wetter?"))
    yield serve(app, port=free_port())
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@contextmanager
def start_browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing = f"none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


class Visitor:
    """A visitor with a browser of their own language and size, who notes every request the page makes."""

    def __init__(self, browser: Any, address: str, *, locale: str = "de-DE", width: int = 1280) -> None:
        self.context = browser.new_context(locale=locale, viewport={"width": width, "height": 800})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.field.wait_for()
        self.page.locator(".belegt-articles").wait_for()

    @property
    def field(self) -> Any:
        return self.page.locator("textarea")

    @property
    def answers(self) -> Any:
        return self.page.locator(".belegt-answer")

    def ask(self, question: str) -> None:
        """Ask, and wait until the answer is complete: then the button that sends is back."""
        self.field.fill(question)
        self.field.press("Enter")
        self.page.locator(".belegt-question").last.filter(has_text=question[:20]).wait_for()
        self.page.locator(".belegt-ask button.stop").wait_for(state="hidden")

    def has_sideways_scroll(self) -> bool:
        width = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(width))


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    visitors: list[Visitor] = []

    def come(**changes: Any) -> Visitor:
        visitors.append(Visitor(browser, address, **changes))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()


def test_an_answer_appears_with_its_evidence_and_a_marker_brings_its_card(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    assert page.locator(".belegt-answer strong").inner_text() == "380 Milliarden Yuan"
    assert page.locator(".belegt-notes").inner_text().startswith("Ein neuerer Artikel")
    assert page.locator("mark").count() == 3
    assert page.locator(".belegt-source").all_inner_texts()[:3] == [
        "Wirtschaftsblatt · 24. Februar 2025",
        "Wirtschaftsblatt · 24. Februar 2025 · Seite 4",
        "Auch in: Tagblatt, Abendpost",
    ]

    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".belegt-copy").click()
    page.get_by_text("Kopiert").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Alibaba will")
    assert "[1] Alibaba steckt Milliarden" in copied

    page.locator(".belegt-marker", has_text="[3]").click()
    card = page.locator("#belegt-card-1-3.belegt-chosen")
    card.wait_for()
    page.wait_for_function("() => document.activeElement.id === 'belegt-card-1-3'")
    page.wait_for_function(
        "() => { const box = document.querySelector('#belegt-card-1-3 mark').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    assert page.locator(".belegt-chosen").count() == 1


def test_a_marker_works_with_the_keyboard_and_shows_that_it_has_the_focus(visit: Any) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    marker = visitor.page.locator(".belegt-marker", has_text="[2]")
    visitor.page.locator(".belegt-marker", has_text="[1]").focus()
    visitor.page.keyboard.press("Tab")
    assert marker.evaluate("marker => marker === document.activeElement")
    assert marker.evaluate("marker => getComputedStyle(marker).outlineStyle") == "solid"
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("#belegt-card-1-2.belegt-chosen").wait_for()


def test_a_follow_up_keeps_the_earlier_evidence_within_reach(visit: Any, desk: FakeDesk) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    visitor.ask("Und Microsoft?")
    assert len(desk.histories[-1]) == 1
    assert desk.histories[-1][0][0] == QUESTION
    page = visitor.page
    assert not page.locator("#belegt-turn-1").is_visible()
    page.locator(".belegt-marker").first.click()
    page.locator("#belegt-card-1-1.belegt-chosen").wait_for()
    assert not page.locator("#belegt-turn-2").is_visible()


def test_two_visitors_do_not_share_a_conversation(visit: Any, desk: FakeDesk) -> None:
    one, other = visit(), visit()
    one.ask(QUESTION)
    assert other.page.locator(".belegt-question").count() == 0
    other.ask("Was macht der andere?")
    assert desk.histories[-1] == ()
    assert one.page.locator(".belegt-question").all_inner_texts() == [QUESTION]


@pytest.mark.parametrize(
    ("locale", "send", "placeholder", "listed"),
    [
        ("de-DE", "Fragen", "Was möchten Sie wissen?", "In diesen Artikeln wird gesucht"),
        ("en-GB", "Ask", "What would you like to know?", "The articles searched here"),
    ],
)
def test_the_page_speaks_the_browser_s_language(
    visit: Any, locale: str, send: str, placeholder: str, listed: str
) -> None:
    page = visit(locale=locale).page
    assert page.locator(".belegt-ask button.primary").inner_text() == send
    assert page.locator("textarea").get_attribute("placeholder") == placeholder
    assert page.locator(".belegt-articles h2").inner_text() == listed
    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert page.title() == "belegt"


def test_an_example_is_asked_with_one_click_and_then_gone(visit: Any) -> None:
    page = visit().page
    page.locator(".belegt-examples button", has_text="Wetter").click()
    page.get_by_text("Dazu steht in den Artikeln nichts.").wait_for()
    assert page.locator(".belegt-turn h2").inner_text() == "Nächstliegende Stellen"
    page.locator(".belegt-examples").wait_for(state="hidden")


def test_a_mistake_is_one_line_and_leaves_the_question_in_its_field(visit: Any) -> None:
    visitor = visit()
    visitor.field.press("Enter")
    visitor.page.locator(".belegt-ask button.primary").click()
    visitor.ask("Das ist zu lang")
    visitor.page.get_by_text("Die Frage ist zu lang.").wait_for()
    assert visitor.field.input_value() == "Das ist zu lang"
    assert visitor.page.locator(".belegt-question").count() == 1, "the empty questions before it did nothing"


def test_an_answer_can_be_stopped_and_the_conversation_goes_on(visit: Any, desk: FakeDesk) -> None:
    visitor = visit()
    visitor.field.fill("Bitte langsam")
    visitor.field.press("Enter")
    visitor.page.locator(".belegt-marker").first.wait_for()
    visitor.page.locator(".belegt-ask button.stop").click()
    visitor.page.get_by_text("Angehalten.").wait_for()
    visitor.ask("Und jetzt?")
    time.sleep(SLOW)  # until the stopped answer has really ended: nothing of it may come back
    visitor.ask("Und dann?")
    assert visitor.answers.count() == 3
    assert len(desk.histories[-1]) == 2
    assert "zehn Jahren" in visitor.answers.last.inner_text()
    assert "zehn Jahren" not in visitor.answers.first.inner_text()


def test_a_cleared_conversation_starts_anew(visit: Any, desk: FakeDesk) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    visitor.page.locator(".belegt-chat .icon-button-wrapper button").first.click()
    visitor.page.locator(".belegt-articles").wait_for()
    visitor.page.locator(".belegt-examples button").first.wait_for()
    visitor.ask(QUESTION)
    assert desk.histories[-1] == ()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_an_article_says_runs_or_leaves_or_breaks_the_layout(visit: Any, address: str, width: int) -> None:
    visitor = visit(width=width)
    visitor.ask(f"böse {HOSTILE}")
    visitor.answers.last.wait_for()
    assert HOSTILE[:40] in visitor.answers.last.inner_text()
    assert HOSTILE in visitor.page.locator("mark").last.inner_text()
    assert visitor.page.evaluate("window.ran") is None
    assert visitor.page.locator(".belegt-chat script, .belegt-evidence script, img[src='x']").count() == 0
    assert visitor.page.locator(".belegt-card a").count() == 0
    assert not visitor.has_sideways_scroll()
    visitor.page.locator(".belegt-marker").last.click()
    visitor.page.locator(".belegt-chosen").wait_for()
    assert visitor.requests
    assert [url for url in visitor.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_a_phone_stacks_the_evidence_below_the_conversation(visit: Any) -> None:
    visitor = visit(width=390)
    visitor.ask(QUESTION)
    assert not visitor.has_sideways_scroll()
    chat, cards = (visitor.page.locator(name).bounding_box() for name in (".belegt-conversation", ".belegt-evidence"))
    assert cards["y"] >= chat["y"] + chat["height"]
    visitor.page.locator(".belegt-marker").first.click()
    visitor.page.wait_for_function("() => scrollY > 0")
