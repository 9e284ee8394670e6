"""The collection in a real browser, with a real index: files dropped in, asked about, looked at, deleted again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Settings
from tests.conftest import WordEmbedder
from tests.test_chat_in_browser import Visitor, free_port, start_browser
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

DRAG = """(target, [type, files]) => {
  const carried = new DataTransfer();
  files.forEach(([name, text]) => carried.items.add(new File([text], name)));
  return target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("received")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Settings(data_dir=tmp_path_factory.mktemp("data")), embeddings=WordEmbedder())
    made.refresh()
    return made


@pytest.fixture(scope="module")
def page(desk: Assistant, received: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, start_browser() as browser:
        patch.setenv("GRADIO_TEMP_DIR", str(received))
        app = build_app(desk)
        address = serve(app, port=free_port(), largest_upload=max(desk.upload_limits.values()))
        visitor = Visitor(browser, address, width=390)
        yield visitor.page
        visitor.context.close()
        app.close(verbose=False)


def choose(page: Any, name: str) -> None:
    page.locator(".belegt-chooser input").click()
    page.keyboard.type(name)
    page.locator(".belegt-chooser [role=option]", has_text=name).first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".belegt-article").wait_for()


def test_files_are_dropped_in_asked_about_looked_at_and_deleted(page: Any, desk: Assistant, received: Path) -> None:
    header = page.locator(".belegt-collection > button")
    assert header.get_attribute("aria-expanded") == "false"
    files = [[f"{EVIL}fähre.md", FERRY], ["kaputt.pdf", "%PDF-1.4\n1 0 obj <<"], [f"{EVIL}.exe", "MZ"]]
    page.locator("body").evaluate(DRAG, ["dragover", files])
    zone = page.locator(".belegt-drop button.upload-container")
    zone.wait_for()
    goes_on = page.locator("body").evaluate(DRAG, ["drop", files])
    assert not goes_on, "a file dropped beside the zone would take the place of the page"
    zone.evaluate(DRAG, ["drop", files])
    summary = page.locator(".belegt-upload[role=status]")
    summary.wait_for()
    assert header.get_attribute("aria-expanded") == "true", "dragging files over the page opens the panel"
    assert summary.locator("strong").inner_text() == "1 Artikel aufgenommen (1 Stelle), 2 nicht lesbar."
    named = summary.locator("li").all_inner_texts()
    assert any(line.startswith("kaputt.pdf can't be read") for line in named)
    assert any(f"{EVIL}.exe" in line for line in named)
    page.locator(".belegt-articles li", has_text="Küstenblatt").wait_for()
    assert [path.name for path in received.rglob("*") if path.is_file()] == []

    choose(page, "Die Fähre")
    article = page.locator(".belegt-article")
    assert article.locator("h3").inner_text() == f"Die Fähre {EVIL}"
    assert "4. März 2025" in article.inner_text()
    assert "Anzeige" not in article.locator(".belegt-text").inner_text()
    removed = article.locator("details")
    assert not removed.locator("li").first.is_visible()
    removed.locator("summary").press("Enter")
    assert removed.locator("li").all_inner_texts() == ["Anzeige", "Lesen Sie auch: Zehn Tipps für die Küste"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.locator(".belegt-ask textarea").fill("Wie viele Fahrgäste fasst die neue Fähre nach Inselstadt?")
    page.locator(".belegt-ask textarea").press("Enter")
    page.locator(".belegt-card", has_text="640 Fahrgäste").first.wait_for()
    page.locator(".belegt-ask button.primary").wait_for()
    assert "Küstenblatt · 4. März 2025" in page.locator(".belegt-source").first.inner_text()

    page.locator(".belegt-remove").press("Enter")
    page.locator(".belegt-sure").get_by_text("wirklich löschen?").wait_for()
    page.get_by_role("button", name="Ja, löschen").press("Enter")
    page.get_by_text("ist gelöscht.").wait_for()
    article.wait_for(state="detached")
    assert not any(desk.is_upload(source.article_id) for source in desk.articles())
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src='x']").count() == 0


def test_a_starter_article_can_be_looked_at_and_not_deleted(page: Any) -> None:
    page.reload()
    page.locator(".belegt-collection > button").click()
    choose(page, "Konux")
    facts = page.locator(".belegt-article dl").inner_text()
    assert "unbekannt" in facts
    assert not page.locator(".belegt-remove").is_visible()
