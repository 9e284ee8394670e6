"""Asking and reading in a real browser: what a visitor sees, what leaves the machine, and that no words can run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import Visitor, free_port, start_browser
from tests.told import HOSTILE, QUESTION, SLOW, SUGGESTED, ToldDesk
from ui.chat import build_app
from ui.serving import serve

pytestmark = pytest.mark.real

Visit = Callable[..., Visitor]

QUOTES_SHOWN = """(cards) => cards.map((card) => {
  const [passage, quote] = [".belegt-passage", "mark"].map((part) => card.querySelector(part).getBoundingClientRect());
  return quote.top >= passage.top && quote.bottom <= passage.bottom;
})"""


@pytest.fixture(scope="module")
def desk() -> ToldDesk:
    return ToldDesk()


@pytest.fixture(scope="module")
def address(desk: ToldDesk) -> Iterator[str]:
    app = build_app(desk)
    yield serve(app, port=free_port())
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    visitors: list[Visitor] = []

    def come(**changes: Any) -> Visitor:
        visitors.append(Visitor(browser, address, **changes))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()


def focused(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def test_from_a_claim_to_its_passage_in_one_click_and_back(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    assert page.locator(".belegt-answer strong").inner_text() == "380 Milliarden Yuan"
    assert page.locator(".belegt-notes").inner_text().startswith("Ein neuerer Artikel")
    assert page.locator(".belegt-evidence mark").count() == 3
    assert page.locator(".belegt-tick-mark").count() == 2
    assert page.locator(".belegt-card").evaluate_all(QUOTES_SHOWN) == [True] * 3, "a cut passage shows its quote"
    assert page.locator(".belegt-evidence .belegt-source").all_inner_texts()[:3] == [
        "Wirtschaftsblatt · Redaktion · 24. Januar 2025",
        "Wirtschaftsblatt · Redaktion · 24. Februar 2025 · Seite 4",
        "Auch in: Tagblatt, Abendpost",
    ]

    marker = page.locator(".belegt-marker", has_text="[2]")
    marker.hover()
    assert "mehr als in den zehn Jahren davor" in page.locator("#belegt-tip").inner_text()
    marker.click()
    visitor.sees(".belegt-reader mark")
    assert page.locator(".belegt-reader mark").inner_text() == "Das ist mehr als in den zehn Jahren davor zusammen."
    assert page.locator(".belegt-reader h2").inner_text().endswith("Teil 2")
    origin = page.locator(".belegt-origin")
    assert origin.inner_text().startswith("Wirtschaftsblatt · Redaktion · 24. Februar 2025 · Seite 4")
    assert origin.locator("a").get_attribute("href") == "https://example.org/alibaba-2"
    assert len(page.locator(".belegt-text").inner_text()) > 5_000, "the whole article can be read"

    page.locator(".belegt-back").click()
    assert page.locator(".belegt-card").first.is_visible()
    assert 'data-number="2"' in focused(visitor)


def test_everything_is_reached_by_the_keyboard(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.field.focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    visitor.settle(1)
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if 'data-number="1"' in focused(visitor):
            break
    assert page.locator(".belegt-marker").first.evaluate("marker => getComputedStyle(marker).outlineStyle") == "solid"
    assert "380 Milliarden" in page.locator("#belegt-tip").inner_text()
    page.keyboard.press("Enter")
    visitor.sees(".belegt-reader mark")
    assert focused(visitor).startswith("<mark")
    page.keyboard.press("Escape")
    assert 'data-number="1"' in focused(visitor)
    page.keyboard.press("Tab")
    assert 'data-number="2"' in focused(visitor)


def test_a_follow_up_is_shown_as_searched_and_can_be_mended(visit: Visit, desk: ToldDesk) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    visitor.ask("Und Microsoft?")
    assert desk.histories[-1][0][0] == QUESTION
    assert not page.locator("#belegt-turn-1").is_visible()
    page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")
    page.keyboard.press("Escape")
    assert page.locator("#belegt-turn-1").is_visible(), "the earlier evidence stays within reach"
    page.locator(".belegt-edit").click()
    field = page.locator(".belegt-searched input")
    assert field.input_value() == "Und Microsoft? (Alibaba)"
    field.fill("Und Google?")
    field.press("Enter")
    visitor.settle(3)
    assert visitor.questions[-1] == "Und Google?"
    assert desk.histories[-1] == (), "what was made to stand alone is asked as it stands"


def test_verdicts_are_seen(visit: Visit) -> None:
    visitor = visit()
    visitor.ask("Zweifel?")
    assert visitor.page.locator(".belegt-warning").all_inner_texts() == ["nur teilweise belegt", "nicht belegt"]
    assert visitor.page.locator(".belegt-tick-mark").count() == 0


def test_a_refusal_leads_on(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask("Wie wird das Wetter?")
    assert page.locator(".belegt-turn h2").inner_text() == "Nächstliegende Stellen"
    assert page.locator(".belegt-evidence mark").count() == 0
    offered = page.locator(".belegt-reply .belegt-suggestion")
    assert offered.all_inner_texts() == list(SUGGESTED[:2])
    offered.last.click()
    visitor.settle(2)
    assert visitor.questions[-1] == SUGGESTED[1]


def test_what_a_visitor_says_of_an_answer_is_kept(visit: Visit, desk: ToldDesk) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    desk.judgements.clear()
    page.get_by_role("button", name="Stimmt", exact=True).click()
    page.wait_for_timeout(300)
    (kept,) = desk.judgements.values()
    assert (kept.right, kept.answers) == (True, ("380 Milliarden Yuan",))
    page.get_by_role("button", name="Stimmt nicht").click()
    page.get_by_label("Was wäre richtig gewesen?").fill("400 Milliarden Yuan")
    page.get_by_role("button", name="Absenden").click()
    page.get_by_text("Danke.").wait_for()
    page.wait_for_timeout(300)
    (kept,) = desk.judgements.values()
    assert (kept.right, kept.answers) == (False, ("400 Milliarden Yuan",))
    page.get_by_role("button", name="Stimmt nicht").click()
    page.wait_for_timeout(300)
    assert desk.judgements == {}


def test_a_mistake_is_one_line_and_leaves_the_question_in_its_field(visit: Visit) -> None:
    visitor = visit()
    visitor.field.press("Enter")
    visitor.page.locator(".belegt-ask button.primary").click()
    visitor.ask("Das ist zu lang")
    visitor.page.get_by_text("Die Frage ist zu lang.").wait_for()
    assert visitor.field.input_value() == "Das ist zu lang"
    assert visitor.questions == ["Das ist zu lang"], "the empty questions before it did nothing"


def test_an_answer_can_be_stopped_and_the_conversation_goes_on(visit: Visit, desk: ToldDesk) -> None:
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


def test_a_first_visit_offers_questions_in_the_browser_s_language_or_the_chosen_one(visit: Visit) -> None:
    visitor = visit(locale="en-GB")
    page = visitor.page
    assert page.locator(".belegt-ask button.primary").inner_text() == "Ask"
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Ask what the articles say." in page.locator(".belegt-greeting").inner_text()
    page.locator(".belegt-suggestion", has_text=SUGGESTED[0]).click()
    visitor.settle(1)
    assert not page.locator(".belegt-greeting").is_visible()
    assert "24 January 2025" in page.locator(".belegt-source").first.inner_text()
    page.get_by_role("button", name="Deutsch").click()
    page.locator("html[lang=de]").wait_for(state="attached")
    visitor.settle(1)
    assert visitor.questions == [SUGGESTED[0]], "the conversation is taken up in the other language"
    assert page.locator(".belegt-ask button.primary").inner_text() == "Fragen"
    assert "24. Januar 2025" in page.locator(".belegt-source").first.inner_text()
    page.get_by_role("button", name="Dunkel").click()
    assert page.locator("body.dark").count() == 1
    page.reload()
    page.locator("body.dark").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_an_article_says_runs_or_leaves_or_breaks_the_layout(visit: Visit, address: str, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    visitor.ask(f"böse {HOSTILE}")
    assert HOSTILE[:40] in visitor.answers.last.inner_text()
    assert HOSTILE in page.locator(".belegt-evidence mark").last.inner_text()
    page.locator(".belegt-marker").last.hover()
    page.locator(".belegt-marker").last.click()
    page.locator(".belegt-reader mark").wait_for()
    page.keyboard.press("Escape")
    page.locator(".belegt-tab", has_text="Artikel").click()
    page.locator(".belegt-open-article").first.click()
    page.locator(".belegt-reader h2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".belegt-drawer-button").click()
    page.locator(".belegt-conversation-title").first.wait_for()
    assert page.evaluate("window.ran") is None
    assert page.locator(".gradio-container script, img[src='x'], a[href^='javascript']").count() == 0
    assert not visitor.has_sideways_scroll()
    assert visitor.requests
    assert [url for url in visitor.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_a_phone_stacks_the_evidence_and_an_article_covers_the_page(visit: Visit) -> None:
    visitor = visit(width=390)
    page = visitor.page
    visitor.ask(QUESTION)
    assert not visitor.has_sideways_scroll()
    assert page.locator(".belegt-ask button.primary").evaluate("button => button.scrollWidth <= button.clientWidth")
    chat, cards = (
        page.locator(f"{name}:visible").first.bounding_box() for name in (".belegt-conversation", ".belegt-card")
    )
    assert cards["y"] >= chat["y"] + chat["height"]
    page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")
    assert not visitor.has_sideways_scroll()
    page.locator(".belegt-back").click()
    visitor.sees(".belegt-marker")
