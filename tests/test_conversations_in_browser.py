"""Conversations in a real browser: kept there, taken up again, renamed, written out, restricted; shared with nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Scope
from tests.browser import Visitor, free_port, start_browser
from tests.told import QUESTION, ToldDesk
from ui.chat import build_app
from ui.serving import serve

pytestmark = pytest.mark.real


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
def visitor(browser: Any, address: str) -> Iterator[Visitor]:
    made = Visitor(browser, address)
    yield made
    made.context.close()


def titles(visitor: Visitor) -> list[str]:
    return [str(text) for text in visitor.page.locator(".belegt-conversation-title").all_inner_texts()]


def choose(visitor: Visitor, action: str, *, of: str) -> None:
    """Open the menu of a conversation and choose an action."""
    row = visitor.page.locator(".belegt-conversations li", has_text=of)
    if not row.locator("details[open]").count():
        row.locator("summary").click()
    row.get_by_role("button", name=action).click()


def test_conversations_are_kept_taken_up_renamed_written_out_and_deleted(visitor: Visitor, desk: ToldDesk) -> None:
    page = visitor.page
    visitor.ask(QUESTION)
    page.reload()
    visitor.arrive()
    visitor.settle(1)
    assert visitor.questions == [QUESTION]
    visitor.ask("Und Microsoft?")
    assert desk.histories[-1][0][0] == QUESTION, "a conversation that was taken up again goes on"
    page.locator(".belegt-fresh").click()
    page.locator(".belegt-exchange").first.wait_for(state="detached")
    visitor.ask("Zweifel?")
    assert desk.histories[-1] == ()

    page.locator(".belegt-drawer-button").click()
    page.locator(".belegt-conversation-title").nth(1).wait_for()
    assert titles(visitor) == ["Zweifel?", QUESTION]
    page.locator(".belegt-conversation-title", has_text=QUESTION).click()
    visitor.settle(2)
    assert visitor.questions == [QUESTION, "Und Microsoft?"]

    choose(visitor, "Umbenennen", of=QUESTION)
    page.locator(".belegt-conversations input").fill("Die <b>Milliarden</b>")
    page.keyboard.press("Enter")
    page.locator(".belegt-conversation-title", has_text="Milliarden</b>").wait_for()

    for action, suffix in (("Als Markdown", ".md"), ("Als JSON", ".json")):
        with page.expect_download() as download:
            choose(visitor, action, of="Milliarden")
        assert download.value.suggested_filename == f"Die bMilliardenb{suffix}"
        written = Path(download.value.path()).read_text(encoding="utf-8")
        assert "380 Milliarden Yuan" in written
        if suffix == ".json":
            assert json.loads(written)["turns"][0]["answer"]["citations"][0]["article_id"] == "alibaba-1.md"
        else:
            assert "> Alibaba will in den nächsten drei Jahren" in written

    choose(visitor, "Löschen", of="Zweifel?")
    choose(visitor, "Wirklich löschen?", of="Zweifel?")
    page.locator(".belegt-conversation-title", has_text="Zweifel?").wait_for(state="detached")
    assert titles(visitor) == ["Die <b>Milliarden</b>"]
    page.reload()
    visitor.arrive()
    page.locator(".belegt-drawer-button").click()
    page.locator(".belegt-conversation-title").first.wait_for()
    assert titles(visitor) == ["Die <b>Milliarden</b>"]


COPY = """async (count) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("belegt", 1));
  const stores = database.transaction(["titles", "records"], "readwrite");
  const [record] = await done(stores.objectStore("records").getAll());
  const [title] = await done(stores.objectStore("titles").getAll());
  for (let number = 1; number <= count; number++) {
    const key = `${number}`.padStart(32, "0");
    stores.objectStore("records").put({ ...record, key });
    stores.objectStore("titles").put({ key, title: `Gespräch ${number}`, changed: number });
  }
  await new Promise((resolve) => { stores.oncomplete = resolve; });
  database.close();
}"""
"""Keeps so many copies of the one conversation that there is."""


def test_a_thousand_conversations_are_kept(visitor: Visitor, desk: ToldDesk) -> None:
    page = visitor.page
    visitor.ask(QUESTION)
    page.locator(".belegt-drawer-button").click()
    page.locator(".belegt-conversation-title").wait_for()
    page.evaluate(COPY, 999)
    page.reload()
    visitor.arrive()
    page.locator(".belegt-drawer-button").click()
    page.locator(".belegt-conversation-title").nth(999).wait_for()
    assert titles(visitor) == [QUESTION, *(f"Gespräch {number}" for number in range(999, 0, -1))]
    page.locator(".belegt-conversation-title", has_text="Gespräch 500").click()
    page.locator(".belegt-conversation-title[aria-current]", has_text="Gespräch 500").wait_for()
    visitor.settle(1)
    visitor.ask("Und Microsoft?")
    assert desk.histories[-1][0][0] == QUESTION
    assert titles(visitor)[0] == "Gespräch 500", "what was said last stands first"


def test_two_visitors_share_nothing(visitor: Visitor, browser: Any, address: str, desk: ToldDesk) -> None:
    other = Visitor(browser, address)
    visitor.ask(QUESTION)
    assert other.questions == []
    other.ask("Was macht der andere?")
    assert desk.histories[-1] == ()
    assert visitor.questions == [QUESTION]
    other.page.locator(".belegt-drawer-button").click()
    other.page.locator(".belegt-conversation-title").first.wait_for()
    assert titles(other) == ["Was macht der andere?"]
    other.context.close()


def test_a_conversation_asks_only_the_chosen_articles_until_that_is_lifted(visitor: Visitor, desk: ToldDesk) -> None:
    page = visitor.page
    assert page.locator(".belegt-restrict-button").is_disabled()
    page.get_by_label("Suchen in Titel, Medium, Autor").fill("teil 2")
    page.locator(".belegt-rows [role=status]", has_text="1 von 4 Artikeln").wait_for()
    page.get_by_label("Suchen in Titel, Medium, Autor").fill("")
    page.locator("[name=outlet]").select_option("Wirtschaftsblatt")
    page.locator(".belegt-rows [role=status]", has_text="2 von 4 Artikeln").wait_for()
    page.locator(".belegt-select").first.check()
    page.locator(".belegt-restrict-button").click()
    page.locator(".belegt-scope", has_text="Teil 2").wait_for()
    visitor.ask(QUESTION)
    assert desk.scopes[-1] == Scope(("alibaba-2.md",))
    page.reload()
    visitor.arrive()
    visitor.settle(1)
    visitor.ask("Und weiter?")
    assert desk.scopes[-1] == Scope(("alibaba-2.md",)), "kept with the conversation"
    page.locator(".belegt-unrestrict").click()
    page.locator(".belegt-scope").wait_for(state="detached")
    visitor.ask("Und sonst?")
    assert desk.scopes[-1] == Scope()

    page.locator(".belegt-tab", has_text="Artikel").click()
    page.get_by_label("Erschienen ab").fill("2025-02-01")
    page.get_by_label("Erschienen bis").fill("2025-03-31")
    page.locator(".belegt-rows [role=status]", has_text="2 von 4 Artikeln").wait_for()
    page.locator(".belegt-restrict-button").click()
    page.locator(".belegt-scope", has_text="ab 1. Februar 2025").wait_for()
    visitor.ask("Und dann?")
    scope = desk.scopes[-1]
    assert scope is not None
    assert (str(scope.since), str(scope.until), scope.articles) == ("2025-02-01", "2025-03-31", ())
