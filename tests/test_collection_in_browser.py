"""The collection in a real browser, with a real index: files dropped in, asked about, looked at, deleted again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from assistant import Assistant, Settings
from tests.browser import DRAG, Visitor, free_port, start_browser
from tests.conftest import WordEmbedder
from tests.told import ToldDesk
from ui.chat import build_app
from ui.serving import serve

pytestmark = pytest.mark.real

EVIL = "<img src=x onerror='window.ran=1'>"
FERRY = f"""---
title: Die Fähre {EVIL}
publisher: Küstenblatt
published: 2025-03-04
---

Anzeige

Die neue Fähre nach Inselstadt fasst 640 Fahrgäste. Sie fährt ab Mai viermal am Tag.

Lesen Sie auch: Zehn Tipps für die Küste
"""


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("received")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Settings(data_dir=tmp_path_factory.mktemp("data")), embeddings=WordEmbedder())
    made.refresh()
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def visitor(browser: Any, desk: Assistant, received: Path) -> Iterator[Visitor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(received))
        app = build_app(desk)
        address = serve(app, port=free_port(), largest_upload=max(desk.upload_limits.values()))
        visitor = Visitor(browser, address, width=390)
        yield visitor
        visitor.context.close()
        app.close(verbose=False)


def test_files_are_dropped_in_asked_about_looked_at_and_deleted(
    visitor: Visitor, desk: Assistant, received: Path
) -> None:
    page = visitor.page
    page.locator(".belegt-open-article").first.click()
    page.locator(".belegt-article").wait_for()
    files = [[f"{EVIL}fähre.md", FERRY], ["kaputt.pdf", "%PDF-1.4\n1 0 obj <<"], [f"{EVIL}.exe", "MZ"]]
    page.locator("body").evaluate(DRAG, ["dragover", files])
    zone = page.locator(".belegt-drop button.upload-container")
    zone.wait_for()
    goes_on = page.locator("body").evaluate(DRAG, ["drop", files])
    assert not goes_on, "a file dropped beside the zone would take the place of the page"
    page.locator("[name=words]").fill("küstenblatt")
    page.locator(".belegt-rows [role=status]", has_text="0 von 5 Artikeln").wait_for()
    zone.evaluate(DRAG, ["drop", files])
    summary = page.locator(".belegt-upload[role=status]")
    summary.wait_for()
    assert summary.locator("strong").inner_text() == "1 Artikel aufgenommen (1 Stelle), 2 nicht lesbar."
    named = summary.locator("li").all_inner_texts()
    assert any(line.startswith("kaputt.pdf can't be read") for line in named)
    assert any(f"{EVIL}.exe" in line for line in named)
    row = page.locator(".belegt-list li", has_text="Küstenblatt")
    row.wait_for()
    assert "hochgeladen" in row.inner_text()
    page.locator(".belegt-rows [role=status]", has_text="1 von 6 Artikeln").wait_for()  # the filter still holds
    assert [path.name for path in received.rglob("*") if path.is_file()] == []

    visitor.ask("Wie viele Fahrgäste fasst die neue Fähre nach Inselstadt?")
    page.locator(".belegt-card", has_text="640 Fahrgäste").first.wait_for()
    assert "Küstenblatt · 4. März 2025" in page.locator(".belegt-evidence .belegt-source").first.inner_text()

    page.locator(".belegt-tab", has_text="Artikel").click()
    row.locator(".belegt-open-article").click()
    article = page.locator(".belegt-article")
    article.wait_for()
    assert article.locator("h2").inner_text() == f"Die Fähre {EVIL}"
    assert "Anzeige" not in article.locator(".belegt-text").inner_text()
    removed = article.locator(".belegt-removed")
    assert not removed.locator("li").first.is_visible()
    removed.locator("summary").press("Enter")
    assert removed.locator("li").all_inner_texts() == ["Anzeige", "Lesen Sie auch: Zehn Tipps für die Küste"]
    assert not visitor.has_sideways_scroll()

    page.get_by_role("button", name="Diesen Artikel löschen").press("Enter")
    page.get_by_text("wirklich löschen?").wait_for()
    page.get_by_role("button", name="Behalten").press("Enter")
    page.get_by_role("button", name="Diesen Artikel löschen").press("Enter")
    page.get_by_role("button", name="Ja, löschen").press("Enter")
    page.get_by_text("ist gelöscht.").wait_for()
    row.wait_for(state="detached")
    assert not any(desk.is_upload(source.article_id) for source in desk.articles())
    page.locator(".belegt-tab", has_text="Belege").click()
    page.locator(".belegt-marker").first.click()
    page.get_by_text("nicht mehr in der Sammlung").wait_for()
    assert "640 Fahrgäste" in page.locator(".belegt-reader mark").inner_text()
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src='x']").count() == 0


def test_a_starter_article_can_be_looked_at_and_not_deleted(visitor: Visitor) -> None:
    visitor.page.reload()
    visitor.arrive()
    visitor.page.locator(".belegt-tab", has_text="Artikel").click()
    visitor.page.locator(".belegt-open-article", has_text="Konux").click()
    facts = visitor.page.locator(".belegt-article dl")
    facts.wait_for()
    assert "unbekannt" in facts.inner_text()
    assert visitor.page.locator(".belegt-delete").count() == 0


class EmptyDesk(ToldDesk):
    """Holds no article, and takes files."""

    upload_limits = MappingProxyType({".md": 1_000_000})

    def articles(self) -> tuple[Any, ...]:
        return ()


def test_an_empty_collection_says_how_to_fill_it(browser: Any) -> None:
    app = build_app(EmptyDesk())
    visitor = Visitor(browser, serve(app, port=free_port()))
    assert "Ziehen Sie Dateien auf diese Seite" in visitor.page.locator(".belegt-greeting").inner_text()
    assert visitor.page.locator(".belegt-rows").first.inner_text() == "Noch keine Artikel."
    visitor.context.close()
    app.close(verbose=False)
