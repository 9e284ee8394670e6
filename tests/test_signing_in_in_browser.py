"""Signing in, in a real browser: in by the form, asked, out again; and the policy stands in the way of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import PATIENCE, QUIET, find_browser, free_port, start_browser
from ui.signing_in import Accounts

pytestmark = pytest.mark.real
PASSWORD = "ein gutes Passwort"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    from tests.page_desk import FakeDesk
    from ui.chat import build_app
    from ui.serving import serve

    find_browser()
    app = build_app(FakeDesk())
    yield serve(app, port=free_port(), auth=Accounts({"anna": PASSWORD}, {}))
    app.close(verbose=False)


def test_in_by_the_form_asked_and_out_again(address: str) -> None:
    with start_browser() as browser:
        page = browser.new_page(locale="de-DE")
        page.set_default_timeout(PATIENCE)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.locator("input[type=password]").wait_for()
        assert page.locator(".belegt-top").count() == 0
        with page.expect_response("**/login") as refused:
            fill_in(page, "falsch")
        assert refused.value.status == 400
        fill_in(page, PASSWORD)
        page.locator(".belegt-greeting").wait_for(state="attached")
        page.locator(".belegt-ask textarea").fill("die Bahn?")
        page.locator(".belegt-ask textarea").press("Enter")
        page.locator(".belegt-answer").first.wait_for()
        kept = page.context.cookies()
        assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in kept if "token" in cookie["name"])
        page.locator("a[href=logout]").click()
        page.locator("input[type=password]").wait_for()
        assert not [line for line in said if "Content Security Policy" in line or "Refused to" in line]


def fill_in(page: Any, password: str) -> None:
    page.locator("input:not([type=password]), textarea").first.fill("anna")
    page.locator("input[type=password]").fill(password)
    page.locator("button").last.click()


def test_a_strange_name_gets_nothing_in_a_real_browser(address: str) -> None:
    """As it is with DNS rebinding: the browser asks this computer in the name of another."""
    program = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, rules])
        page = browser.new_page()
        port = address.rstrip("/").rpartition(":")[2]
        answered = page.goto(f"http://evil.example:{port}/")
        assert answered is not None
        assert answered.status == 421
        assert "doesn't answer for that name" in page.content()
        browser.close()
