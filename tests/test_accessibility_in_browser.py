"""The page read by axe-core in a real browser: nothing on it keeps anybody out, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import Visitor, free_port, start_browser
from tests.told import QUESTION, ToldDesk
from ui.chat import build_app
from ui.serving import serve

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = build_app(ToldDesk())
    yield serve(app, port=free_port())
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


def violations(visitor: Visitor, *rules: str) -> list[str]:
    """Return what axe-core finds by these rules, by default by all, a line for each element."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": rules} if rules else {}
    response = Axe().run(visitor.page, options=options | {"resultTypes": ["violations"]}).response
    assert response["passes"], "axe-core looked at something"
    return [
        f"{one['impact']} {one['id']} {node['target']}: {node['html'][:150]} {node['failureSummary']}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


def look(visitor: Visitor, state: str) -> dict[str, list[str]]:
    """Return what axe-core finds wide and narrow, in light and dark; the shade changes nothing but colours."""
    found = {}
    for width in (1280, 390):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        found[f"{state}, {width}"] = violations(visitor)
        switch(visitor)
        found[f"{state}, {width}, dark"] = violations(visitor, "color-contrast")
        switch(visitor)
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    return {where: lines for where, lines in found.items() if lines}


def switch(visitor: Visitor) -> None:
    """Switch between light and dark, also where an article covers the button."""
    visitor.page.locator(".belegt-shade").evaluate("button => button.click()")


def answer(visitor: Visitor) -> None:
    visitor.ask(QUESTION)


def article(visitor: Visitor) -> None:
    visitor.page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")


def articles(visitor: Visitor) -> None:
    visitor.page.keyboard.press("Escape")
    visitor.page.locator(".belegt-tab[data-view=articles]").click()
    visitor.page.locator(".belegt-select").first.check()


def doubts(visitor: Visitor) -> None:
    visitor.ask("Zweifel?")


def refusal(visitor: Visitor) -> None:
    visitor.ask("Wie wird das Wetter?")
    visitor.page.locator("[data-judgement=wrong]").last.click()
    visitor.page.locator(".belegt-correction:visible").wait_for()


def conversations(visitor: Visitor) -> None:
    visitor.page.locator(".belegt-drawer-button").click()
    visitor.page.locator(".belegt-conversations summary").first.click()


STATES: tuple[Callable[[Visitor], None], ...] = (answer, article, articles, doubts, refusal, conversations)


def test_axe_finds_nothing(browser: Any, address: str) -> None:
    visitor = Visitor(browser, address)
    visitor.page.add_style_tag(content="* { transition: none !important; }")  # else colours are read half-way
    visitor.page.locator(".belegt-suggestion").first.wait_for()
    found = look(visitor, "first visit")
    for reach in STATES:
        reach(visitor)
        found |= look(visitor, reach.__name__)
    visitor.context.close()
    assert not found, "\n".join(line for lines in found.values() for line in lines)
