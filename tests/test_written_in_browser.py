"""Written answers in a real browser, the language model behind a real address: chosen, checked, told when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Settings
from tests.browser import Visitor, free_port, start_browser
from tests.conftest import WordEmbedder
from tests.misbehaving_server import Served, says, serve, status
from tests.test_writing_answers import WordJudge
from ui.chat import build_app
from ui.serving import serve as serve_page

pytestmark = pytest.mark.real

QUESTION = "Was kostet ein Kilogramm Roggenbrot?"
QUOTE = "Ein Kilogramm Roggenbrot kostet derzeit 4,10 Euro."
WRITTEN = "Derzeit kostet ein Kilogramm Roggenbrot 4,10 Euro <img src=x onerror=alert(1)>."
SHOWN = "Derzeit kostet ein Kilogramm Roggenbrot 4,10 Euro."

OpenPage = Callable[[Served], Visitor]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture
def open_page(browser: Any, write_articles: Callable[..., Path], tmp_path: Path) -> Iterator[OpenPage]:
    """Return a function that opens the page over an assistant whose model a server runs."""
    apps: list[Any] = []

    def open_it(served: Served) -> Visitor:
        settings = Settings(articles=(write_articles(),), data_dir=tmp_path / "data", llm_url=served.url)
        desk = Assistant(settings, embeddings=WordEmbedder(), judge=WordJudge())
        desk.refresh()
        apps.append(build_app(desk))
        return Visitor(browser, serve_page(apps[-1], port=free_port()))

    yield open_it
    for app in apps:
        app.close(verbose=False)


def test_a_visitor_chooses_between_quoted_and_written(open_page: OpenPage) -> None:
    with serve(says("Derzeit kostet ein Kilogramm ", "Roggenbrot 4,10 Euro. [1]")) as served:
        visitor = open_page(served)
        page = visitor.page
        assert page.locator(".belegt-mode input:checked").get_attribute("value") == "written"
        visitor.ask(QUESTION)
        assert SHOWN in visitor.answers.last.inner_text()
        page.locator(".belegt-marker").last.click()
        visitor.sees(".belegt-reader mark")
        assert page.locator(".belegt-reader mark").first.inner_text() == QUOTE
        page.keyboard.press("Escape")
        page.locator(".belegt-mode input[value=quoted]").check()
        visitor.ask(QUESTION)
        assert QUOTE in visitor.answers.last.inner_text()
        assert len(served.requests) == 1, "the model is asked for written answers alone"
        page.reload()
        visitor.arrive()
        visitor.settle(2)
        assert page.locator(".belegt-mode input:checked").get_attribute("value") == "quoted", (
            "kept with its conversation"
        )


def test_what_a_model_writes_runs_nowhere(open_page: OpenPage) -> None:
    with serve(says(f"{WRITTEN} [1] Lies http://evil.example/x mehr dazu im Netz.")) as served:
        visitor = open_page(served)
        visitor.ask(QUESTION)
        assert visitor.page.locator(".belegt-answer img, .belegt-answer a[href*=evil]").count() == 0
        assert not [url for url in visitor.requests if "evil" in url or url.endswith("/x")]


def test_a_server_that_fails_leaves_the_quotes_and_a_note(open_page: OpenPage) -> None:
    with serve(status(500)) as served:
        visitor = open_page(served)
        visitor.ask(QUESTION)
        assert QUOTE in visitor.answers.last.inner_text()
        assert "Das Sprachmodell meldet einen Fehler." in visitor.page.locator(".belegt-notes").inner_text()
