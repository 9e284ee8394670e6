"""Folders watched while somebody asks: what changes in them is searched a moment later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from assistant.library import Library
from vectorstore import SUFFIXES, BelegtError, Report

REST = 1600
"""Milliseconds within which further changes join the first: copying a folder is one run, not hundreds."""
LOOK_AGAIN = 2000
"""Milliseconds between two looks where the system can't tell of changes, as on a network drive."""

PATIENCE = 10.0
"""Seconds that the end of a program waits for a run at hand; it is safe to be cut off."""

Tell = Callable[[Report], None]
Complain = Callable[[str], None]


class FolderWatch:
    """Brings a library in step whenever a file in its folders changes, in a thread of its own.

    Args:
        library: to be kept in step.
        tell: receives what each run did.
        complain: receives one line where a run could not be done; the watch goes on.
    """

    def __init__(
        self, library: Library, folders: Sequence[Path], *, tell: Tell = lambda report: None, complain: Complain
    ) -> None:
        self._library = library
        self._folders = tuple(folders)
        self._tell = tell
        self._complain = complain
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="belegt-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch; a run at hand ends after its window."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=PATIENCE)

    def _run(self) -> None:
        for _ in self._changes():
            try:
                report = self._library.refresh(stop=self._stop)
            except BelegtError as error:
                self._complain(str(error))
            else:
                if report.indexed or report.removed or report.renamed or report.failed:
                    self._tell(report)

    def _changes(self) -> Iterator[object]:
        """Yield whenever article files have changed; look again and again where the system refuses to tell."""
        from watchfiles import watch

        look = partial(watch, *self._folders, watch_filter=is_article, debounce=REST, stop_event=self._stop)
        try:
            yield from look(raise_interrupt=False)
        except (OSError, RuntimeError) as error:  # too many watched folders, or a file system that can't
            self._complain(f"changes can't be watched ({error}); looking for them every {LOOK_AGAIN // 1000} seconds")
            yield from look(raise_interrupt=False, force_polling=True, poll_delay_ms=LOOK_AGAIN)


@contextmanager
def keep_in_step(
    library: Library, folders: Sequence[Path], *, tell: Tell = lambda report: None, complain: Complain
) -> Iterator[None]:
    """Watch folders as long as this lasts; nothing where there are none. Arguments as ``FolderWatch``."""
    watch = FolderWatch(library, folders, tell=tell, complain=complain)
    if folders:
        watch.start()
    try:
        yield
    finally:
        watch.stop()


def is_article(change: object, path: str) -> bool:  # noqa: ARG001 - what has happened to it doesn't matter
    """Tell whether a path that changed may be an article, or a folder of articles that went or came."""
    name = Path(path)
    hidden = any(part.startswith(".") for part in name.parts[1:])
    return not hidden and (name.suffix.lower() in SUFFIXES or name.suffix == "")


def existing(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders that are there; one that isn't can't be watched."""
    return tuple(folder for folder in folders if folder.is_dir())
