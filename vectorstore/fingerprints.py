"""What each file looked like when it was last read, so that what has not changed is neither hashed nor parsed again.

This is only a memory: lost, damaged or of another version, everything is hashed again, and what was not readable is
tried again. What decides is always the digest of a file's bytes; a fingerprint only spares computing it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from vectorstore.errors import ArticleError
from vectorstore.index import FORMAT
from vectorstore.reading import digest

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have rested before its fingerprint is believed. A file that is written twice within one
tick of its file system's clock looks the same both times (git calls it "racily clean"); FAT, the slowest, ticks every
2 seconds."""


class Fingerprint(NamedTuple):
    """What a file system tells of a file without reading it.

    The time of the last change of its entry, which nobody can set back, tells of a write whose time of modification
    was set back.
    """

    size: int
    modified: int
    changed: int
    inode: int


class Look(NamedTuple):
    """A fingerprint just taken, and whether it can be believed: whether the file had rested long enough."""

    fingerprint: Fingerprint
    settled: bool

    @property
    def believed(self) -> Fingerprint | None:
        """The fingerprint if it can be believed."""
        return self.fingerprint if self.settled else None


class Seen(NamedTuple):
    """What is remembered of a file.

    Its fingerprint (none where it could not be believed), its digest, and why it could not be read as an article,
    where that was so.
    """

    fingerprint: Fingerprint | None
    digest: str
    reason: str


class Fingerprints:
    """The memory of one index's files.

    Args:
        place: the file that it is kept in; ``None`` remembers nothing beyond this object's life.
        readers: what reading depends on besides the program, such as a parser that was chosen. What was not readable
            before it changed is tried again.
    """

    def __init__(self, place: Path | None = None, *, readers: str = "") -> None:
        self._place = place
        self._version = f"{FORMAT}|{readers}"
        self._known = load(place, self._version) if place else {}
        self._kept = dict(self._known)  # as the file holds it
        self._asked: set[str] = set()

    def see(self, path: Path) -> Seen:
        """Return a file's digest, and why it is no article where that is known; hashed only where it has changed.

        Raises:
            ArticleError: it can't be read, or is too large.
        """
        key = key_of(path)
        self._asked.add(key)
        known = self._known.get(key)
        look = look_at(path)
        if known and look and look.settled and known.fingerprint == look.fingerprint:
            return known
        hashed = digest(path)
        seen = Seen(look.believed if look else None, hashed, known.reason if known and known.digest == hashed else "")
        self._known[key] = seen
        return seen

    def note(self, path: Path, before: Look | None, hashed: str) -> None:
        """Remember the digest of the bytes that were read of a file, and that they are an article.

        Args:
            path: the file.
            before: how it looked before they were read.
            hashed: their SHA-256.
        """
        self._known[key_of(path)] = Seen(before.believed if before else None, hashed, "")

    def blame(self, path: Path, before: Look | None, reason: str) -> None:
        """Remember why a file is no article, unless it has changed since it was read.

        Args:
            path: the file.
            before: how it looked before it was read.
            reason: what to say of it from now on.
        """
        try:
            hashed = digest(path)
        except ArticleError:
            return
        after = look_at(path)
        if before and after and before.fingerprint == after.fingerprint:
            self._known[key_of(path)] = Seen(before.believed, hashed, reason)

    def forget(self) -> None:
        """Forget everything, as for a rebuild."""
        self._known.clear()

    def save(self) -> None:
        """Write down what is remembered of the files asked for; one that can't be written is no error."""
        worth = {
            key: seen for key, seen in self._known.items() if key in self._asked and (seen.fingerprint or seen.reason)
        }
        if self._place and worth != self._kept:
            with suppress(OSError):
                store(self._place, self._version, worth)
                self._kept = worth


def key_of(path: Path) -> str:
    """Return the name under which a file is remembered."""
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute leaves ".." in, and resolve looks at every folder


def look_at(path: Path) -> Look | None:
    """Return a file's fingerprint as it is now; ``None`` where it can't be had."""
    moment = time.time_ns()
    try:
        status = path.stat()
    except OSError:
        return None
    settled = max(status.st_mtime_ns, status.st_ctime_ns) <= moment - SETTLED
    return Look(Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino), settled)


def load(place: Path, version: str) -> dict[str, Seen]:
    """Return what a file remembers; nothing where it is lost, damaged, or of another version."""
    try:
        checksum, _, content = place.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != checksum:
            return {}
        document: dict[str, Any] = json.loads(content)
        if document["version"] != version:
            return {}
        files: dict[str, Any] = document["files"]
        return {
            key: Seen(Fingerprint(*numbers) if numbers else None, hashed, reason)
            for key, (numbers, hashed, reason) in files.items()
        }
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def store(place: Path, version: str, files: dict[str, Seen]) -> None:
    """Write a memory in one go: whoever reads meanwhile finds the old or the new one.

    Raises:
        OSError: it can't be written.
    """
    content = json.dumps({"version": version, "files": files}, separators=(",", ":")).encode("ascii")
    checksum = hashlib.sha256(content).hexdigest().encode()
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{place.name}.", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(checksum + b"\n" + content)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
