"""How far a mirror run is, and what it did in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    ``articles`` have been read of ``of_articles``, ``failed`` of them in vain; ``passages`` are stored. ``share`` of
    the bytes of all files is done, 0 to 1.
    """

    articles: int
    of_articles: int
    passages: int
    failed: int = 0
    share: float = field(default=0.0, compare=False)
    seconds: float = field(default=0.0, compare=False)

    @property
    def rate(self) -> float:
        """Passages stored in a second so far; 0 before the first."""
        return self.passages / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes if a byte takes as long as before; ``None`` where nothing is known yet.

        Not smoothed: passages are embedded at an even pace, and the mean over the run is the steadiest estimate.
        """
        return self.seconds * (1 - self.share) / self.share if self.share > 0 else None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    ``indexed`` articles are new or were read anew, ``renamed`` ones stand under another name without having been
    embedded, ``removed`` ones went, ``unchanged`` ones were not touched; no article counts twice. ``passages`` were
    stored in all, ``embedded`` of them had no vectors yet. ``failed`` holds one clear line for each file that could not
    be read. ``stopped`` says that the run was told to end before its time; the next one does the rest.
    """

    indexed: int
    passages: int
    removed: int
    unchanged: int
    failed: tuple[str, ...] = ()
    renamed: int = 0
    embedded: int = field(default=0, compare=False)
    stopped: bool = False
    seconds: float = field(default=0.0, compare=False)


Watch = Callable[[Progress], None]


class Meter:
    """Counts what a run has done.

    Args:
        of_articles: files to read.
        of_bytes: their bytes.
        watch: is told after each window and each file that could not be read.
    """

    def __init__(self, of_articles: int, of_bytes: int, watch: Watch) -> None:
        self._of_articles = of_articles
        self._of_bytes = of_bytes
        self._watch = watch
        self._started = time.monotonic()
        self._bytes = 0.0
        self.articles = 0
        self.passages = 0
        self.embedded = 0
        self.failed = 0

    def add(self, passages: int, embedded: int, size: float) -> None:
        """Count passages stored, those embedded among them, and the bytes that they stand for; tell of it."""
        self.passages += passages
        self.embedded += embedded
        self._bytes += size
        self.tell()

    def fail(self, size: float) -> None:
        """Count a file of so many bytes that is no article; tell of it."""
        self.failed += 1
        self._bytes += size
        self.tell()

    def tell(self) -> None:
        """Tell how far the run is."""
        share = min(1.0, round(self._bytes / self._of_bytes, 6)) if self._of_bytes else 1.0
        self._watch(Progress(self.articles, self._of_articles, self.passages, self.failed, share, self.seconds))

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._started
