"""The panel of the collection: what its events show, with a desk in memory; no browser, no model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant import Article, ArticleError, BelegtError, Holding, Report, Source
from tests.test_chat import FakeDesk, browser_of, event
from ui.chat import build_app
from ui.conversation import Conversation, begin

OWN = Source("articles/<b>turm</b>.md", "Der <b>Turm</b>")
STARTER = Source("bahn.md", "Die Bahn", publisher="Blatt")


class Shelf(FakeDesk):
    """Holds two articles, one of them uploaded; an upload tells nothing until it is stopped."""

    upload_limits: Mapping[str, int] = {".md": 20, ".pdf": 100}

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__()
        self.refusal = failure
        self.sources = [STARTER, OWN]
        self.removed: list[str] = []

    def holdings(self) -> tuple[Holding, ...]:
        if self.refusal:
            raise self.refusal
        return tuple(Holding(source, 1) for source in self.sources)

    def article(self, article_id: str) -> Article:
        for source in self.sources:
            if source.article_id == article_id:
                return Article(source, "Der Text.", ("Anzeige <i>",))
        raise ArticleError(f"there is no article {article_id!r}")

    def is_upload(self, article_id: str) -> bool:
        return article_id.startswith("articles/")

    def upload(self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Any = None) -> Report:
        assert stop is not None
        assert stop.wait(5)
        return Report(0, 0, 0, 2, stopped=True)

    def remove_upload(self, article_id: str) -> Report:
        if self.refusal:
            raise self.refusal
        self.removed.append(article_id)
        self.sources = [source for source in self.sources if source.article_id != article_id]
        return Report(0, 0, 1, 1)


def visitor(session: str = "one") -> Any:
    return SimpleNamespace(headers={"accept-language": "de"}, session_hash=session)


def call(shelf: Shelf, name: str) -> Callable[..., Any]:
    return event(build_app(shelf), name)


def test_opening_the_panel_lists_the_articles_as_they_are_now() -> None:
    shelf = Shelf()
    on_open = call(shelf, "on_open")
    assert len(on_open(None, visitor())[0].choices) == 2
    shelf.sources.append(Source("neu.md", "Neu"))
    chooser, shown, remove, sure = on_open("bahn.md", visitor())
    assert ("Neu", "neu.md") in chooser.choices
    assert chooser.value == "bahn.md"
    assert "Die Bahn" in shown.value
    assert not remove.visible
    assert not sure.visible


def test_a_chosen_article_that_is_gone_is_no_longer_shown() -> None:
    chooser, shown, remove, _ = call(Shelf(), "on_open")("weg.md", visitor())
    assert (chooser.value, shown.value, remove.visible) == (None, "", False)


def test_a_collection_that_cannot_be_read_says_why() -> None:
    chooser, shown, *_ = call(Shelf(BelegtError("Der Index <fehlt>.")), "on_open")(None, visitor())
    assert chooser.choices == []
    assert "Der Index &lt;fehlt&gt;." in shown.value


def test_an_uploaded_article_is_shown_with_a_button_that_deletes_it() -> None:
    _, shown, remove, sure = call(Shelf(), "on_choose")(OWN.article_id, visitor())
    assert "Der &lt;b&gt;Turm&lt;/b&gt;" in shown.value
    assert "Anzeige &lt;i&gt;" in shown.value
    assert "Von der Bereinigung entfernt (1)" in shown.value
    assert remove.visible
    assert not sure.visible


def test_an_id_that_a_browser_made_up_is_answered_in_one_line() -> None:
    _, shown, remove, _ = call(Shelf(), "on_choose")("../<x>", visitor())
    assert "there is no article" in shown.value
    assert "<x>" not in shown.value
    assert not remove.visible


def test_deleting_asks_once_and_then_says_what_is_gone() -> None:
    shelf = Shelf()
    app = build_app(shelf)
    sure, question = event(app, "on_remove")(OWN.article_id, visitor())
    assert sure.visible
    assert "„Der &lt;b&gt;Turm&lt;/b&gt;“ wirklich löschen?" in question.value
    assert shelf.removed == []
    news, chooser, shown, remove, sure = event(app, "on_sure")(OWN.article_id, visitor())
    assert shelf.removed == [OWN.article_id]
    assert "ist gelöscht" in news.value
    assert chooser.choices == [("Die Bahn · Blatt", "bahn.md")]
    assert (chooser.value, shown.value, remove.visible, sure.visible) == (None, "", False, False)


@pytest.mark.parametrize(
    ("failure", "said"), [(BelegtError("Nicht <hier>."), "Nicht &lt;hier&gt;."), (OSError("geheim"), "schiefgegangen")]
)
def test_what_could_not_be_deleted_is_said(failure: Exception, said: str) -> None:
    shelf = Shelf()
    on_sure = call(shelf, "on_sure")
    shelf.remove_upload = Shelf(failure).remove_upload  # type: ignore[method-assign]
    news, chooser, *_ = on_sure(OWN.article_id, visitor())
    assert said in news.value
    assert "geheim" not in news.value
    assert chooser.value == OWN.article_id


def test_an_upload_is_stopped_by_the_visitor_who_began_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "digest").mkdir()
    received = tmp_path / "digest" / "a.md"
    received.write_text("x", encoding="utf-8")
    app = build_app(Shelf())
    running = event(app, "on_upload")([{"path": str(received), "orig_name": "a.md"}], visitor())
    news, files, halt = next(running)
    assert "<progress" in news.value
    assert (files.visible, files.value, halt.visible, halt.interactive) == (False, None, True, True)
    event(app, "on_halt")(visitor("another"))
    assert received.exists()
    assert not event(app, "on_halt")(visitor()).interactive
    *_, (summary, *_), (_, files, halt) = running
    assert "Angehalten: Kein Artikel aufgenommen, 1 Datei nicht mehr aufgenommen." in summary.value
    assert (files.visible, halt.visible) == (True, False)
    assert not received.exists()


def test_what_is_searched_is_shown_anew_unless_a_conversation_has_begun() -> None:
    on_changed = call(Shelf(), "on_changed")
    assert "Ein Artikel" in on_changed(Conversation(), browser_of("de")).value
    assert on_changed(begin(Conversation(), "BMW?", language="de"), browser_of("de")) == gr.skip()


def test_where_no_uploads_are_taken_none_are_offered() -> None:
    app = build_app(FakeDesk())
    (files,) = (part for part in app.config["components"] if part["type"] == "file")
    assert not files["props"]["visible"]
    assert not {"on_upload", "on_sure"} & {getattr(found.fn, "__name__", "") for found in app.fns.values()}
