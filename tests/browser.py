"""What tests in a real browser share: Chromium, a free port, and a visitor of the page."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
PATIENCE = 15_000  # milliseconds: a busy machine draws slowly
# Files dragged over or dropped onto an element; returns whether the browser would do its own with them.
DRAG = """(target, [type, files]) => {
  const carried = new DataTransfer();
  files.forEach(([name, text]) => carried.items.add(new File([text], name)));
  return target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
IN_VIEW = """(element) => {
  const [box] = element.getClientRects(); // of its first line
  if (!box) return false;
  const at = document.elementFromPoint(box.left + 3, box.top + 3);
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight && element.contains(at);
}"""


def find_browser() -> str:
    """Return the program of a Chromium; skips the test where there is none, but in CI, where there must be one."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing = f"none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start_browser() -> Iterator[Any]:
    program = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


class Visitor:
    """A visitor with a browser of their own language and size, who notes every request the page makes."""

    def __init__(
        self, browser: Any, address: str, *, locale: str = "de-DE", width: int = 1280, shade: str = "light"
    ) -> None:
        size = {"width": width, "height": 800}
        self.context = browser.new_context(locale=locale, viewport=size, color_scheme=shade, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.arrive()

    def arrive(self) -> None:
        """Wait until the page is drawn, with the greeting and what the server wrote."""
        self.page.locator(".belegt-greeting").wait_for(state="attached")
        self.page.locator(".belegt-top").wait_for()
        self.page.locator(".belegt-rows p").first.wait_for(state="attached")

    @property
    def field(self) -> Any:
        return self.page.locator(".belegt-ask textarea")

    @property
    def answers(self) -> Any:
        return self.page.locator(".belegt-answer")

    @property
    def questions(self) -> list[str]:
        return [str(text) for text in self.page.locator(".belegt-question").all_inner_texts()]

    def ask(self, question: str) -> None:
        """Ask, and wait until the answer is complete: then the button that sends is back."""
        before = self.page.locator(".belegt-exchange").count()
        self.field.fill(question)
        self.field.press("Enter")
        self.settle(before + 1)

    def settle(self, count: int) -> None:
        """Wait until there are so many exchanges, the last one answered."""
        self.page.locator(".belegt-exchange").nth(count - 1).wait_for()
        self.page.locator(".belegt-ask button.stop").wait_for(state="hidden")

    def sees(self, selector: str) -> None:
        """Wait until the first of these is drawn, inside the window, and covered by nothing."""
        element = self.page.locator(selector).first
        element.wait_for()
        self.page.wait_for_function(IN_VIEW, arg=element.element_handle())

    def has_sideways_scroll(self) -> bool:
        width = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(width))
