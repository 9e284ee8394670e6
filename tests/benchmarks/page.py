"""How long a visitor waits: from Enter to the first passage, to the first sentence, to the whole answer; and a click on
a citation until its quote is in view. In a real browser, on the starter articles or on those of a folder.

    python -m tests.benchmarks.page [--articles FOLDER] [--testset FILE.jsonl] [--questions 40]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from tests.browser import QUIET, find_browser, free_port
from ui.chat import build_app
from ui.serving import serve

STARTER = Path(__file__).parent.parent.parent / "seeds" / "testset.jsonl"
WARM_UP = 3
"""Questions before the count: the first loads the model."""

# Notes in the page itself when the first passage, the first sentence and the whole answer have been drawn.
WATCH = """() => {
  const field = document.querySelector(".belegt-ask textarea");
  const turns = () => document.querySelectorAll(".belegt-exchange").length;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const number = turns() + 1;
    window.seen = { start: performance.now() };
    const look = () => {
      const turn = document.querySelectorAll(".belegt-exchange")[number - 1];
      const now = performance.now() - window.seen.start;
      const drawn = {
        passage: document.querySelector(`#belegt-turn-${number} .belegt-card, #belegt-turn-${number} .belegt-quiet`),
        sentence: turn?.querySelector(".belegt-statement, .belegt-refusal"),
        whole: turn?.querySelector(".belegt-footer"),
      };
      for (const [name, element] of Object.entries(drawn)) if (element && !window.seen[name]) window.seen[name] = now;
      if (!window.seen.whole) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""
IN_VIEW = """() => {
  const mark = document.querySelector(".belegt-reader mark");
  if (!mark) return false;
  const box = mark.getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.top < innerHeight;
}"""


def main() -> None:
    """Measure and print a table, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, action="append", default=[], help="default: the starter articles")
    parser.add_argument("--testset", type=Path, default=STARTER, help="whose questions are asked")
    parser.add_argument("--questions", type=int, default=40)
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.testset.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [line["question"] for line in lines if line.get("answers") and not line.get("history")]
    with tempfile.TemporaryDirectory() as folder:
        desk = Assistant(Settings(articles=tuple(given.articles), data_dir=folder))
        desk.refresh()  # as `belegt chat` does before it opens the page
        app = build_app(desk)
        address = serve(app, port=free_port())
        measured = measure(address, questions[: given.questions + WARM_UP])
        app.close(verbose=False)
    show(measured)


def measure(address: str, questions: list[str]) -> dict[str, list[float]]:
    """Ask each question in a conversation of its own, follow its first citation, and return the milliseconds taken."""
    taken: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
        page = browser.new_page(locale="de-DE")
        started = time.perf_counter()
        page.goto(address)
        page.locator(".belegt-list").wait_for()
        taken["page drawn"] = [1000 * (time.perf_counter() - started)]
        page.evaluate(WATCH)
        for place, question in enumerate(questions):
            seen = ask(page, question)
            if place >= WARM_UP:
                for name, milliseconds in seen.items():
                    taken.setdefault(name, []).append(milliseconds)
            page.locator(".belegt-fresh").click()
            page.locator(".belegt-exchange").wait_for(state="detached")
        browser.close()
    return taken


def ask(page: Page, question: str) -> dict[str, float]:
    """Ask a question and follow its first citation; return the milliseconds until each was drawn."""
    page.locator(".belegt-ask textarea").fill(question)
    page.locator(".belegt-ask textarea").press("Enter")
    page.wait_for_function("() => window.seen?.whole")
    seen: dict[str, Any] = page.evaluate("() => window.seen")
    del seen["start"]
    marker = page.locator(".belegt-statement .belegt-marker")
    if marker.count():
        started = time.perf_counter()
        marker.first.click()
        page.wait_for_function(IN_VIEW)
        seen["citation in view"] = 1000 * (time.perf_counter() - started)
    return {name: float(milliseconds) for name, milliseconds in seen.items()}


def show(measured: dict[str, list[float]]) -> None:
    """Print what was measured."""
    table = Table("until", "median, ms", "95th percentile", "longest", "count")
    for name, taken in measured.items():
        last = sorted(taken)[max(0, round(0.95 * len(taken)) - 1)]
        table.add_row(name, f"{statistics.median(taken):.0f}", f"{last:.0f}", f"{max(taken):.0f}", str(len(taken)))
    Console().print(table)


if __name__ == "__main__":
    main()
