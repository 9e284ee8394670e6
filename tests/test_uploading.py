"""Uploads: what a visitor is told while they run, what is left of the received files, and what is kept of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant import Article, ArticleError, Assistant, BelegtError, Progress, Report, Settings
from tests.conftest import WordEmbedder
from ui import uploading
from ui.uploading import follow_upload, forget, name_files, tell_upload

TOWER = "Der Turm am Hafen\n\nDer Turm am Hafen ist 90 Meter hoch. Gebaut wurde er vor drei Jahren.\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "LOOK_SECONDS", 0.01)


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """Return a received file in the folder of its own that Gradio makes for it."""
    path = tmp_path / "received" / "digest" / "turm.txt"
    path.parent.mkdir(parents=True)
    path.write_text(TOWER, encoding="utf-8")
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Assistant:
    return Assistant(Settings(data_dir=tmp_path / "data"), embeddings=WordEmbedder())


class Taker:
    """Tells some progress, then fails or reports; waits before it ends where it should be stopped."""

    def __init__(self, failure: Exception | None = None, *, waits: bool = False) -> None:
        self.failure = failure
        self.waits = waits

    def upload(self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Any = None) -> Report:
        assert stop is not None
        watch(Progress(1, 2, 5, share=0.5, seconds=1.0))
        if self.waits:
            assert stop.wait(5)
        if self.failure:
            raise self.failure
        return Report(1, 5, 0, 0, stopped=stop.is_set())


def told(desk: Any, files: Mapping[str, Path]) -> list[str]:
    return list(tell_upload(desk, files, stop=threading.Event(), language="de"))


def test_an_upload_is_told_from_its_beginning_to_its_summary() -> None:
    lines = told(Taker(), {"a.md": Path("a.md")})
    assert "<progress" in lines[0]
    assert "1 Artikel aufgenommen (5 Stellen)." in lines[-1]


def test_progress_comes_through_while_it_runs_and_a_stop_goes_the_other_way() -> None:
    stop = threading.Event()
    following = follow_upload(Taker(waits=True), {}, stop=stop)
    assert next(following) == Progress(1, 2, 5)
    stop.set()
    assert [news.stopped for news in following if isinstance(news, Report)] == [True]


def test_a_mistake_is_told_and_any_other_error_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert "ist &lt;voll&gt;" in told(Taker(BelegtError("Die Platte ist <voll>.")), {})[-1]
    with caplog.at_level(logging.ERROR):
        last = told(Taker(RuntimeError("geheim")), {})[-1]
    assert "geheim" in caplog.text
    assert "geheim" not in last
    assert "schiefgegangen" in last


@pytest.mark.parametrize("failure", [None, BelegtError("x"), RuntimeError("x")])
def test_received_files_are_deleted_however_it_ends(received: Path, failure: Exception | None) -> None:
    told(Taker(failure), {"turm.txt": received})
    assert not received.parent.exists()
    assert received.parent.parent.exists()


def test_a_file_that_is_gone_is_forgotten_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "here.md").write_text("x", encoding="utf-8")
    forget([tmp_path / "gone" / "a.md", tmp_path / "here.md"])
    assert not (tmp_path / "here.md").exists()


def test_files_are_named_as_their_owner_names_them(tmp_path: Path) -> None:
    names = ["<script>.md", "a.md", "a.md", "a.md", None]
    files = [{"path": str(tmp_path / str(n) / "stored.md"), "orig_name": name} for n, name in enumerate(names)]
    assert list(name_files([*files, files[0]], tmp_path)) == ["<script>.md", "a.md", "a 2.md", "a 3.md", "stored.md"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.md", "http://example.org/a.md"])
def test_a_file_that_was_not_received_is_neither_read_nor_deleted(tmp_path: Path, path: str) -> None:
    (tmp_path / "received").mkdir()
    assert name_files([{"path": path, "orig_name": "a.md"}], tmp_path / "received") == {}


def test_what_cannot_be_read_does_not_stay(desk: Assistant, received: Path, tmp_path: Path) -> None:
    broken = tmp_path / "b.md"
    broken.write_bytes(b"\x00\x01\x02" * 99)
    report = desk.upload({"turm.txt": received, "kaputt.md": broken, "bild.exe": broken})
    assert (report.indexed, report.passages) == (1, 1)
    exe, unread = report.failed
    assert "bild.exe" in exe
    assert unread.startswith("kaputt.md can't be read")
    assert [path.name for path in desk.settings.uploads.iterdir()] == ["turm.txt"]
    assert desk.refresh().failed == ()


def test_a_stop_keeps_what_was_done_and_leaves_out_the_rest(desk: Assistant, received: Path) -> None:
    desk.refresh()
    stop = threading.Event()
    stop.set()
    report = desk.upload({"turm.txt": received}, stop=stop)
    assert report.stopped
    assert report.indexed == 0
    assert list(desk.settings.uploads.iterdir()) == []
    assert desk.refresh().indexed == 0


def test_an_upload_counts_its_articles_though_a_watch_was_first(
    desk: Assistant, received: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = desk.library.mirror

    def mirror_twice(**options: Any) -> Report:
        mirror()
        return mirror(**options)

    monkeypatch.setattr(desk.library, "mirror", mirror_twice)
    assert desk.upload({"turm.txt": received}).indexed == 1


def test_only_uploads_may_be_removed_again(desk: Assistant, received: Path, tmp_path: Path) -> None:
    assert desk.upload_limits[".pdf"] == 100_000_000
    desk.upload({"turm.txt": received})
    uploads = [source.article_id for source in desk.articles() if desk.is_upload(source.article_id)]
    assert uploads == ["articles/turm.txt"]
    named = Assistant(Settings(articles=(tmp_path,), data_dir=tmp_path / "data"), embeddings=WordEmbedder())
    assert not named.upload_limits
    assert not named.is_upload("articles/turm.txt")
    assert isinstance(desk.article("articles/turm.txt"), Article)
    desk.remove_upload("articles/turm.txt")
    with pytest.raises(ArticleError):
        desk.article("articles/turm.txt")


@pytest.mark.parametrize("file", [{}, {"path": 1}, {"path": "a\0.md"}, {"path": None}, "a.md", None])
def test_what_is_no_file_at_all_is_left_out(tmp_path: Path, file: Any) -> None:
    assert name_files([file], tmp_path) == {}
