"""Pictures of the page in its main states, to be looked at: ``python -m tests.screenshots``.

The real model answers, over the starter articles and a few made-up ones. ``--readme`` makes the one picture that comes
along with the page. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings
from assistant.answer import Answer, Statement
from tests.browser import DRAG, Visitor, free_port, start_browser
from ui.chat import build_app
from ui.serving import serve

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "screenshots"
README_PICTURE = ROOT / "ui" / "page" / "screenshot.png"
README_COLOURS = 128
LARGEST = 100_000_000  # bytes of an upload
QUESTION = "Wie viel will Alibaba in KI-Infrastruktur investieren?"
HOSTILE = "<script>window.ran=1</script><img src=x onerror='window.ran=1'>[mehr](javascript:window.ran=1)"
STAGED = "Was weiß man über die Insel Hohersand?"
"""A question whose answer is given a sentence that nothing backs."""

ARTICLES: Mapping[str, tuple[str, str, str, str]] = {
    "hafenbahn-februar.md": (
        "Hafenbahn soll 48 Millionen Euro kosten",
        "Küstenblatt",
        "2025-02-03",
        (
            "Die neue Hafenbahn nach Hohersand soll 48 Millionen Euro kosten. Der Stadtrat hat dem Bau am Montag "
            "zugestimmt. Die Strecke ist neun Kilometer lang und führt über den alten Damm."
        ),
    ),
    "hafenbahn-juni.md": (
        "Hafenbahn wird teurer als geplant",
        "Hafenkurier",
        "2025-06-12",
        (
            "Die neue Hafenbahn nach Hohersand soll 61 Millionen Euro kosten. Grund sind höhere Preise für Stahl und "
            "die Sanierung des Damms, die im ersten Entwurf fehlte."
        ),
    ),
    "freibad.md": (
        "Freibad Hohersand bleibt im Winter geöffnet",
        "Küstenblatt",
        "2025-09-30",
        (
            "Das Freibad Hohersand bleibt in diesem Winter geöffnet. Das Wasser wird mit der Abwärme der Molkerei auf "
            "26 Grad erwärmt. Der Eintritt kostet wie im Sommer fünf Euro."
        ),
    ),
    "insel.md": (
        "Hohersand zählt mehr Vögel als Menschen",
        "Küstenblatt",
        "2025-05-18",
        (
            "Anzeige\n\nDie Insel Hohersand hat 412 Einwohner und liegt sieben Kilometer vor der Küste. Im Frühjahr "
            "rasten dort rund 30.000 Zugvögel.\n\nLesen Sie auch: Zehn Tipps für die Küste"
        ),
    ),
    "angriff.md": (
        f"Leuchtturm {HOSTILE}",
        f"Blatt {HOSTILE}",
        "2025-01-01",
        f"Der Leuchtturm von Tiefensiel ist 37 Meter hoch {HOSTILE}. {'Donaudampfschifffahrt' * 400} und mehr.",
    ),
}
"""The title, outlet, date and text of each file."""


class StagedDesk(Assistant):
    """The assistant itself, but for one question it adds a sentence that no passage backs."""

    def stream(self, question: str, **options: Any) -> Iterator[Answer]:
        for answer in super().stream(question, **options):
            if question == STAGED and answer.statements:
                said = "Der Leuchtturm der Insel wurde 1871 gebaut."
                added = Statement(said, answer.statements[0].citations, "unsupported")
                statements = (*answer.statements, added)
                yield replace(answer, statements=statements, text=f"{answer.text} {said}", confidence=0.4)
            else:
                yield answer


class EmptyDesk(Assistant):
    """Has lost the articles that it had."""

    def articles(self) -> tuple[Any, ...]:
        return ()

    def holdings(self) -> tuple[Any, ...]:
        return ()

    def suggest(self, answer: Answer | None = None, *, count: int | None = None) -> tuple[str, ...]:
        return ()


class Photographer:
    """A visitor who takes pictures."""

    def __init__(self, browser: Any, address: str, folder: Path) -> None:
        self._browser, self._address, self._folder = browser, address, folder
        self._visitor: Visitor | None = None
        self._taken = 0

    def come(self, **changes: Any) -> Visitor:
        """Visit the page anew, as somebody else."""
        if self._visitor:
            self._visitor.context.close()
        self._visitor = Visitor(self._browser, self._address, **changes)
        return self._visitor

    def at(self, address: str) -> Photographer:
        """Return a visitor of another page, whose pictures are counted on."""
        other = Photographer(self._browser, address, self._folder)
        other._taken = self._taken
        return other

    def take(self, name: str, *, full_page: bool = False) -> None:
        assert self._visitor is not None
        page = self._visitor.page
        page.wait_for_timeout(350)  # what fades and scrolls has come to rest
        self._taken += 1
        page.screenshot(path=self._folder / f"{self._taken:02d}-{name}.png", full_page=full_page)


def write_article(folder: Path, name: str) -> Path:
    title, publisher, published, text = ARTICLES[name]
    path = folder / name
    quoted = title.replace('"', "'")
    head = f'title: "{quoted}"\npublisher: "{publisher}"\npublished: {published}\nurl: https://example.org/{path.stem}'
    path.write_text(f"---\n{head}\n---\n\n{text}\n", encoding="utf-8")
    return path


def show_answers(camera: Photographer) -> None:
    visitor = camera.come()
    visitor.page.locator(".belegt-suggestion").first.wait_for()
    camera.take("first-visit")
    visitor.ask(QUESTION)
    camera.take("answer")
    marker = visitor.page.locator(".belegt-marker").first
    marker.hover()
    camera.take("answer-quote-shown")
    marker.click()
    visitor.sees(".belegt-reader mark")
    camera.take("article")
    visitor.page.keyboard.press("Escape")
    visitor.ask("Und wofür?")
    camera.take("follow-up")
    visitor = camera.come()
    visitor.ask("Wie viele Menschen arbeiten bei Moonshot?")
    camera.take("refusal")
    visitor.page.locator("[data-judgement=wrong]").last.click()
    camera.take("correction")


def show_verdicts(camera: Photographer) -> None:
    visitor = camera.come()
    visitor.ask("Was soll die neue Hafenbahn nach Hohersand kosten?")
    camera.take("sources-disagree")
    visitor.ask(STAGED)
    camera.take("unsupported")
    visitor.ask("Bleibt das Freibad Hohersand im Winter geöffnet?")
    camera.take("yes-or-no")
    visitor.page.locator(".belegt-drawer-button").click()
    visitor.page.locator(".belegt-conversations summary").first.click()
    camera.take("conversations")


def show_collection(camera: Photographer) -> None:
    visitor = camera.come()
    page = visitor.page
    camera.take("list")
    page.locator(".belegt-filter [name=words]").fill("hohersand")
    page.locator(".belegt-select").nth(3).wait_for(state="detached")
    page.locator(".belegt-select").nth(0).check()
    page.locator(".belegt-select").nth(1).check()
    camera.take("list-filtered")
    page.locator(".belegt-restrict-button").click()
    page.locator(".belegt-scope").wait_for()
    visitor.ask("Was kostet der Eintritt?")
    camera.take("restricted")
    page.locator(".belegt-tab[data-view=articles]").click()
    page.get_by_role("button", name="Hohersand zählt mehr Vögel als Menschen").click()
    page.locator(".belegt-article").wait_for()
    camera.take("article-from-list", full_page=True)
    paragraphs = (
        f"Der Kutter Nummer {number} brachte {number + 3} Kisten Fisch an Land. " * 20 for number in range(40)
    )
    files = [["kutter.md", "\n\n".join(paragraphs)], ["leer.pdf", "%PDF-1.4"]]
    page.locator(".belegt-back").click()
    page.locator(".belegt-drop button.upload-container").evaluate(DRAG, ["drop", files])
    page.locator(".belegt-upload progress[value]").wait_for()
    camera.take("upload")
    page.locator(".belegt-upload[role=status]").wait_for(timeout=120_000)
    camera.take("uploaded")


def show_hostile(camera: Photographer) -> None:
    for width, name in ((1280, "hostile"), (390, "hostile-phone")):
        visitor = camera.come(width=width)
        visitor.ask("Wie hoch ist der Leuchtturm von Tiefensiel?")
        camera.take(name)
        visitor.page.locator(".belegt-marker").first.click()
        visitor.page.locator(".belegt-article").wait_for()
        camera.take(f"{name}-article")


def show_shades(camera: Photographer) -> None:
    visitor = camera.come(locale="en-GB")
    visitor.page.locator(".belegt-suggestion").first.wait_for()
    camera.take("english-first-visit")
    visitor.ask("How much will Alibaba invest in AI infrastructure?")
    camera.take("english")
    visitor = camera.come(shade="dark")
    camera.take("dark-first-visit")
    visitor.ask("Was soll die neue Hafenbahn nach Hohersand kosten?")
    camera.take("dark-answer")
    visitor.page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")
    camera.take("dark-article")


def show_phone(camera: Photographer) -> None:
    visitor = camera.come(width=390)
    visitor.page.locator(".belegt-suggestion").first.wait_for()
    camera.take("phone-first-visit")
    visitor.ask(QUESTION)
    camera.take("phone-answer")
    camera.take("phone-answer-whole", full_page=True)
    visitor.page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")
    camera.take("phone-article")
    visitor.page.locator(".belegt-back").click()
    visitor.page.locator(".belegt-drawer-button").click()
    camera.take("phone-conversations")


def take_readme_picture(browser: Any, address: str) -> None:
    """Take the picture of the page that comes along with it, with few colours: small enough to load in a moment."""
    from PIL import Image

    visitor = Visitor(browser, address)
    visitor.ask(QUESTION)
    visitor.page.locator(".belegt-marker").first.click()
    visitor.sees(".belegt-reader mark")
    visitor.page.wait_for_timeout(500)
    visitor.page.mouse.move(0, 0)
    visitor.page.screenshot(path=README_PICTURE)
    with Image.open(README_PICTURE) as picture:
        small = picture.convert("RGB").quantize(README_COLOURS, dither=Image.Dither.NONE)
    small.save(README_PICTURE, optimize=True)
    visitor.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of the page in its main states.")
    parser.add_argument("--readme", action="store_true", help="only the one that comes along with the page")
    only_readme = parser.parse_args().readme
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made, start_browser() as browser:
        folder = Path(made)
        os.environ["GRADIO_TEMP_DIR"] = str(folder / "received")
        desk = StagedDesk(Settings(data_dir=folder / "data"))
        desk.refresh()
        if not only_readme:
            desk.upload({name: write_article(folder, name) for name in ARTICLES})
        app = build_app(desk)
        address = serve(app, port=free_port(), largest_upload=LARGEST)
        if only_readme:
            take_readme_picture(browser, address)
        else:
            take_all(browser, address, folder)
        app.close(verbose=False)


def take_all(browser: Any, address: str, folder: Path) -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    camera = Photographer(browser, address, FOLDER)
    for show in (show_answers, show_verdicts, show_shades, show_phone, show_hostile):
        show(camera)
    show_collection(camera)
    show_empty(camera, folder)


def show_empty(camera: Photographer, folder: Path) -> None:
    """Take the page over a folder that holds nothing yet, which is another page."""
    nothing = folder / "nothing"
    nothing.mkdir()
    app = build_app(EmptyDesk(Settings(articles=(nothing,), data_dir=folder / "nothing-data")))
    other = camera.at(serve(app, port=free_port()))
    other.come()
    other.take("empty")
    app.close(verbose=False)


if __name__ == "__main__":
    main()
