"""The watch: a change in a folder is searched a moment later; a mistake is told, and the watch goes on."""

import shutil
import time
from collections.abc import Callable

import pytest

from assistant import Assistant, Report, watching
from assistant.watching import is_article

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "REST", 100)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true, and fail where it never becomes so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def ids_of(desk: Assistant) -> set[str]:
    return {source.article_id for source in desk.articles()}


@pytest.mark.real
def test_what_changes_in_a_folder_is_searched_a_moment_later(desk: Assistant) -> None:
    folder = desk.settings.folders[0]
    desk.refresh()
    told: list[Report] = []
    with desk.watching(tell=told.append):
        time.sleep(0.3)  # the system's watch begins in a thread
        (folder / "turm.txt").write_text("Der Turm ist 90 Meter hoch.\n", encoding="utf-8")
        wait_for(lambda: "turm.txt" in ids_of(desk))
        assert "90 Meter" in desk.answer("Wie hoch ist der Turm?").text
        (folder / "turm.txt").rename(folder / "leuchtturm.txt")
        wait_for(lambda: {"leuchtturm.txt", "turm.txt"} & ids_of(desk) == {"leuchtturm.txt"})
        (folder / "leuchtturm.txt").unlink()
        wait_for(lambda: "leuchtturm.txt" not in ids_of(desk))
    assert told
    assert told[0].indexed == 1


@pytest.mark.real
def test_a_run_that_fails_is_told_and_the_next_one_done(desk: Assistant) -> None:
    folder = desk.settings.folders[0]
    desk.refresh()
    before = ids_of(desk)
    complaints: list[str] = []
    with desk.watching(complain=complaints.append):
        time.sleep(0.3)
        shutil.move(folder / "wal.txt", folder.parent / "wal.txt")
        for name in ("bahn.md", "brot.md"):
            (folder / name).unlink()
        wait_for(lambda: bool(complaints))
        assert "holds no article" in complaints[-1]
        shutil.move(folder.parent / "wal.txt", folder / "wal.txt")
        wait_for(lambda: ids_of(desk) == {"wal.txt"})
    assert before > {"wal.txt"}


def test_nothing_is_watched_where_others_fill_the_collection(desk: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.library), "only_reads", True)
    monkeypatch.setattr(watching.FolderWatch, "start", lambda self: pytest.fail("it watches"))
    with desk.watching():
        pass


@pytest.mark.parametrize("path", ["/a/b.md", "/a/b.PDF", "/a/folder"])
def test_what_may_be_an_article(path: str) -> None:
    assert is_article(None, path)


@pytest.mark.parametrize("path", ["/a/.b.md.swp", "/a/.git/b.md", "/a/b.jpg", "/a/b.md~"])
def test_what_is_no_article(path: str) -> None:
    assert not is_article(None, path)
