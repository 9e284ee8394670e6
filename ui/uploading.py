"""Uploads: files taken in by a thread of its own, and how far it is told a few times a second. No Gradio here.

The thread goes on where nobody looks any more, as when a visitor closes the page, and deletes what the page had
received.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from assistant import BelegtError, Progress, Report
from assistant.phrases import Language
from ui.escaping import render_line
from ui.upload_rendering import render_progress, render_summary
from ui.wording import say

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""How often a visitor is told how far it is: often enough to look alive, seldom enough to cost nothing."""


class Taker(Protocol):
    """What takes files in."""

    def upload(self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Any = None) -> Report:
        """Keep files under these names and search them from now on."""


def name_files(received: Iterable[Mapping[str, Any]], folder: Path) -> dict[str, Path]:
    """Return received files by the names that their owner gave them; a name that comes twice gets a counter.

    Args:
        received: each with its ``path`` and its ``orig_name``, both as a browser sent them.
        folder: where received files lie. What claims to lie elsewhere is left out: files that are done are deleted.
    """
    named: dict[str, Path] = {}
    for file in received:
        path = received_path(file, folder)
        if path is None or path in named.values():
            continue
        name = Path(str(file.get("orig_name") or path.name))
        counter, free = 2, str(name)
        while free in named:
            counter, free = counter + 1, f"{name.with_suffix('')} {counter}{name.suffix}"
        named[free] = path
    return named


def received_path(file: Any, folder: Path) -> Path | None:
    """Return where a received file lies; ``None`` where what a browser sent names no file in the folder for them."""
    place = file.get("path") if isinstance(file, Mapping) else None
    if not isinstance(place, str) or "\0" in place:
        return None
    path = Path(place)
    try:
        return path if path.resolve().is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):  # half a character, a name too long, links in a circle
        return None


def tell_upload(desk: Taker, files: Mapping[str, Path], *, stop: threading.Event, language: Language) -> Iterator[str]:
    """Take files in, and yield how far it is as HTML; the last one says what was done, or why nothing was."""
    yield render_progress(None, language=language)
    try:
        for news in follow_upload(desk, files, stop=stop):
            if isinstance(news, Progress):
                yield render_progress(news, language=language)
            else:
                yield render_summary(news, files=len(files), language=language)
    except BelegtError as error:
        yield render_line(str(error))
    except Exception:
        logger.exception("An upload broke off.")
        yield render_line(say("upload_broken", language))


def follow_upload(desk: Taker, files: Mapping[str, Path], *, stop: threading.Event) -> Iterator[Progress | Report]:
    """Take files in, and yield the newest progress a few times a second, at last the report. Errors: as ``upload``."""
    told: SimpleQueue[Progress | Report | Exception] = SimpleQueue()

    def take_in() -> None:
        try:
            done: Report | Exception = desk.upload(files, stop=stop, watch=told.put)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            done = error
        forget(files.values())
        told.put(done)

    threading.Thread(target=take_in, name="belegt-upload", daemon=True).start()
    while True:
        news = told.get()
        while not told.empty():
            news = told.get()
        if isinstance(news, Exception):
            raise news
        yield news
        if isinstance(news, Report):
            return
        time.sleep(LOOK_SECONDS)


def forget(paths: Iterable[Path]) -> None:
    """Delete received files, which were kept elsewhere or refused, with the folder that each had to itself."""
    for path in paths:
        with suppress(OSError):
            path.unlink()
            path.parent.rmdir()
