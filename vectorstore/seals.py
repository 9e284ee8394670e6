"""What the last writer left behind in a folder, so that damage is noticed by a look at its files.

A writer breaks the seal before it begins and sets it when it is done. A folder whose seal is broken was left by one who
did not finish; one whose files are not those of the seal was changed by something else. Either is only doubted: what is
true is told by a closer look. Opening an index changes Chroma's database (a counter in it), so that of it only size and
structure can be held against the seal; its other files change with a write alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from vectorstore.vector_files import PERSISTED

SEAL = "belegt.seal"
SIZE_ONLY = frozenset({"chroma.sqlite3"})
"""Files that change without being written to."""
UNSETTLED = ("-journal", "-wal", "-shm", SEAL)
"""Ends of names that come and go."""


class Trace(NamedTuple):
    """What a file looked like: bytes, time of modification in nanoseconds, digest; of some the bytes alone."""

    size: int
    modified: int = 0
    digest: str = ""


Traces = Mapping[str, Trace]


def set_seal(folder: Path, known: Traces | None = None) -> None:
    """Note what the files of a folder look like; where that can't be written, the folder stays without a seal.

    Args:
        folder: whose files are whole.
        known: traces from which digests are taken over where size and time have not changed.
    """
    with suppress(OSError):
        write_seal(folder, {name: trace(path, (known or {}).get(name)) for name, path in sealed_files(folder)})


def break_seal(folder: Path) -> Traces:
    """Take the seal off, before something is written, and return what it told.

    Raises:
        OSError: it can't be removed.
    """
    known = read_seal(folder)
    (folder / SEAL).unlink(missing_ok=True)
    return known or {}


class Doubt(NamedTuple):
    """Why the files of a folder are to be looked at more closely; ``certain`` where they can't be right."""

    reason: str
    certain: bool = False


def doubt(folder: Path, *, deep: bool = False) -> Doubt | None:
    """Return why the files of a folder are to be doubted, nothing where they are as the last writer left them.

    Args:
        folder: an index, or a prepared model.
        deep: compare digests even where size and time are those of the seal.
    """
    if not folder.is_dir():
        return None
    known = read_seal(folder)
    found = dict(sealed_files(folder))
    if known is None:
        return Doubt("its last writer did not finish") if found else None
    try:
        changes = (compare(found.get(name), before, deep=deep) for name, before in known.items())
        different = next((f"{name} {change}" for name, change in zip(known, changes, strict=True) if change), "")
    except OSError as error:
        return Doubt(f"{error.filename} can't be read ({error.strerror})")
    if different:
        return Doubt(different, certain=different.endswith("gone") or not different.startswith(tuple(SIZE_ONLY)))
    new = sorted(found.keys() - known.keys())
    return Doubt(f"{new[0]} was not there before") if new else None


def compare(path: Path | None, before: Trace, *, deep: bool) -> str:
    """Return how a file differs from what it looked like, nothing where it doesn't.

    Raises:
        OSError: it can't be read.
    """
    if path is None:
        return "is gone"
    status = path.stat()
    if status.st_size != before.size:
        return f"has {status.st_size} bytes instead of {before.size}"
    if before.digest and (deep or status.st_mtime_ns != before.modified) and digest_of(path) != before.digest:
        return "holds other bytes than were written"
    return ""


def trace(path: Path, known: Trace | None = None) -> Trace:
    """Return what a file looks like.

    Raises:
        OSError: it can't be read.
    """
    status = path.stat()
    if path.name in SIZE_ONLY:
        return Trace(status.st_size)
    if known and (known.size, known.modified) == (status.st_size, status.st_mtime_ns):
        return known
    return Trace(status.st_size, status.st_mtime_ns, digest_of(path))


def digest_of(path: Path) -> str:
    """Return the BLAKE2b of a file's bytes.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def sealed_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder that a seal speaks of, with their names from it."""
    for parent, _, names in os.walk(folder):
        if "header.bin" in names and PERSISTED not in names:
            continue
        for name in names:
            if not name.endswith(UNSETTLED) and not name.startswith("belegt."):
                path = Path(parent, name)
                yield path.relative_to(folder).as_posix(), path


def read_seal(folder: Path) -> dict[str, Trace] | None:
    """Return what the seal tells; ``None`` where there is none, or it is damaged itself."""
    try:
        checksum, _, content = (folder / SEAL).read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != checksum:
            return None
        return {name: Trace(*parts) for name, parts in json.loads(content).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_seal(folder: Path, traces: Traces) -> None:
    """Write a seal in one go.

    Raises:
        OSError: it can't be written.
    """
    content = json.dumps(traces).encode("ascii")
    handle, name = tempfile.mkstemp(prefix="belegt.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # made for its owner alone, but a cache may be shared
        Path(name).replace(folder / SEAL)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
