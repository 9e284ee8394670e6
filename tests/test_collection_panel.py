"""The panel of the collection: what its events show, with a desk in memory; no browser, no model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from hypothesis import given, settings

from assistant import BelegtError, Source
from tests.markup import Markup, assert_only_ours, json_values
from tests.page_desk import FakeDesk, Shelf, browser_of, event, page_of, sending
from ui.chat import build_app

OWN = Shelf.uploaded


@pytest.fixture(scope="module")
def app() -> gr.Blocks:
    """Return a page that no test changes."""
    return build_app(Shelf())


def call(shelf: Shelf, name: str) -> Callable[..., Any]:
    return event(page_of(shelf), name)


def test_the_list_shows_the_articles_as_they_are_now() -> None:
    shelf = Shelf()
    on_filter = call(shelf, "on_filter")
    assert "2 von 2 Artikeln" in on_filter(sending(), browser_of()).value
    shelf.sources.append(Source("neu.md", "Neu"))
    rendered = on_filter(sending(words="", outlet="", since="", until=""), browser_of("en")).value
    assert "3 of 3 articles" in rendered
    assert "Neu" in Markup(rendered).within("button")


def test_the_list_is_filtered_by_what_is_typed(app: gr.Blocks) -> None:
    rendered = event(app, "on_filter")(sending(words="bahn"), browser_of()).value
    assert "1 von 2 Artikeln" in rendered
    assert Markup(rendered).within("button") == ["Die Bahn"]


def test_a_collection_that_cannot_be_read_says_why() -> None:
    shelf = Shelf(BelegtError("Der Index <fehlt>."))
    assert "Der Index &lt;fehlt&gt;." in call(shelf, "on_filter")(sending(), browser_of()).value


def test_an_uploaded_article_is_opened_with_a_button_that_deletes_it(app: gr.Blocks) -> None:
    rendered = event(app, "on_open")(sending(article_id=OWN.article_id), browser_of()).value
    assert_only_ours(rendered)
    assert Markup(rendered).within("h2") == ["Der <b>Turm</b>"]
    assert "Von der Bereinigung entfernt (1)" in rendered
    assert OWN.article_id in Markup(rendered).attributes("data-article")
    assert "belegt-delete" not in event(app, "on_open")(sending(article_id="bahn.md"), browser_of()).value


@pytest.mark.parametrize("article_id", ["../<x>", None, 7, ["bahn.md"], {}])
def test_an_id_that_a_browser_made_up_is_answered_in_one_line(app: gr.Blocks, article_id: Any) -> None:
    rendered = event(app, "on_open")(sending(article_id=article_id), browser_of()).value
    assert Markup(rendered).text.startswith("there is no article")
    assert [tag for tag, _ in Markup(rendered).tags] == ["div", "p"]


@pytest.mark.parametrize("name", ["on_filter", "on_open", "on_remove"])
@settings(max_examples=30, deadline=None)
@given(sent=json_values)
def test_whatever_a_browser_sends_an_event_comes_to_its_end(app: gr.Blocks, name: str, sent: Any) -> None:
    done = event(app, name)(sending(sent), browser_of())
    for shown in done if isinstance(done, list) else [done]:
        assert_only_ours(shown.value)


def test_deleting_says_what_is_gone_and_lists_what_is_left() -> None:
    shelf = Shelf()
    news, reader, fields, rows = call(shelf, "on_remove")(sending(article_id=OWN.article_id), browser_of())
    assert shelf.removed == [OWN.article_id]
    assert "„Der &lt;b&gt;Turm&lt;/b&gt;“ ist gelöscht." in news.value
    assert reader.value == ""
    assert "Blatt" in fields.value
    assert Markup(rows.value).within("button") == ["Die Bahn"]


def test_an_article_that_is_not_there_is_not_deleted() -> None:
    shelf = Shelf()
    news, _, _, rows = call(shelf, "on_remove")(sending(article_id="articles/../bahn.md"), browser_of())
    assert shelf.removed == []
    assert "there is no article" in news.value
    assert "2 von 2 Artikeln" in rows.value


@pytest.mark.parametrize(
    ("failure", "said"), [(BelegtError("Nicht <hier>."), "Nicht &lt;hier&gt;."), (OSError("geheim"), "schiefgegangen")]
)
def test_what_could_not_be_deleted_is_said_and_stays_listed(failure: Exception, said: str) -> None:
    shelf = Shelf()
    shelf.refusal = failure
    news, _, _, rows = call(shelf, "on_remove")(sending(article_id=OWN.article_id), browser_of())
    assert said in news.value
    assert "geheim" not in news.value
    assert "2 von 2 Artikeln" in rows.value


def test_an_upload_is_stopped_by_the_visitor_who_began_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "digest").mkdir()
    received = tmp_path / "digest" / "a.md"
    received.write_text("x", encoding="utf-8")
    shelf = Shelf()
    app = build_app(shelf)
    running = event(app, "on_upload")([{"path": str(received), "orig_name": "a.md"}], browser_of())
    news, files, halt = next(running)
    assert "<progress" in news.value
    assert (files.visible, files.value, halt.visible, halt.interactive) == (False, None, True, True)
    event(app, "on_halt")(browser_of(session="another"))
    assert "0 von 1 Dateien" in next(running)[0].value
    assert shelf.halted == [False]
    assert received.exists()
    assert not event(app, "on_halt")(browser_of()).interactive
    *_, (summary, *_), (_, files, halt) = running
    assert "Angehalten: Kein Artikel aufgenommen, 1 Datei nicht mehr aufgenommen." in summary.value
    assert (files.visible, halt.visible) == (True, False)
    assert not received.exists()


def test_after_an_upload_the_list_is_shown_anew(app: gr.Blocks) -> None:
    fields, rows = event(app, "on_done")(browser_of("en"))
    assert "Search title, outlet, author" in fields.value
    assert "2 of 2 articles" in rows.value


def test_where_uploads_are_taken_their_kinds_are_named(app: gr.Blocks) -> None:
    (files,) = (part for part in app.config["components"] if part["type"] == "file")
    assert files["props"]["visible"]
    assert ".md .pdf" in str(app.config["components"])


def test_where_no_uploads_are_taken_none_are_offered() -> None:
    app = page_of(FakeDesk())
    (files,) = (part for part in app.config["components"] if part["type"] == "file")
    assert not files["props"]["visible"]
    assert "belegt-takes" not in str(app.config["components"])
    names = {getattr(found.fn, "__name__", "") for found in app.fns.values()}
    assert not {"on_upload", "on_halt", "on_remove"} & names
    assert {"on_filter", "on_open"} <= names
