"""A model file is loaded only if its SHA-256 is the expected one; that it was is remembered until the file changes.

Loading a GGUF file runs a parser in C++ over it, and what it says is shown to people: it should be the one that is
meant.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.local_model.errors import LocalModelError
from vectorstore import Announce

CHUNK = 8 << 20
"""Bytes that are hashed between two looks at the progress."""
PATH_DIGITS = 12
"""Hexadecimal digits that tell two files of one name in different folders apart."""


def verify(
    path: Path,
    sha256: str,
    records: Path,
    *,
    otherwise: str,
    announce: Announce = lambda line: None,
    watch: Callable[[float], None] = lambda share: None,
) -> None:
    """Make sure that a file has this digest; hashed only if it hasn't been, or has changed since.

    Args:
        path: the file.
        sha256: 64 hexadecimal digits in lower case.
        records: the folder in which it is remembered; where it can't be written, nothing is.
        otherwise: what to do if the digest is another one, the end of the error's line.
        announce: receives a line before a file is hashed.
        watch: receives the share that is hashed, 0 to 1.

    Raises:
        LocalModelError: the file can't be read, has another digest, or changed while it was read.
    """
    try:
        before = state_of(path)
        if recall(path, records) == {**before, "sha256": sha256}:
            return
        announce(f"Checking the language model, {before['size'] / 1e9:.1f} GB in {path} ...")
        found = hash_file(path, size=before["size"], watch=watch)
        changed = state_of(path) != before
    except OSError as error:
        raise LocalModelError(f"the language model {path} can't be read: {error.strerror or error}") from error
    if changed:
        raise LocalModelError(f"the language model {path} changed while it was checked; try again once it is complete")
    if found != sha256:
        raise LocalModelError(
            f"the language model {path} is not the one it should be (its SHA-256 differs); {otherwise}"
        )
    remember(path, sha256, records)


def state_of(path: Path) -> dict[str, int]:
    """Return what changes whenever a file's content does: its size and the times of its last changes."""
    state = path.stat()
    return {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "ctime_ns": state.st_ctime_ns}


def hash_file(path: Path, *, size: int, watch: Callable[[float], None]) -> str:
    """Return a file's SHA-256 in hexadecimal; one that grows meanwhile is not followed to its end."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while done <= size and (chunk := file.read(CHUNK)):
            digest.update(chunk)
            done += len(chunk)
            watch(min(1.0, done / size) if size else 1.0)
    return digest.hexdigest()


def remember(path: Path, sha256: str, records: Path) -> None:
    """Write down that the file, as it is now, has this digest; where that can't be written, it is hashed again."""
    record = record_path(path, records)
    scratch = record.with_name(f".{record.name}-{os.getpid()}")
    with suppress(OSError):
        try:
            records.mkdir(parents=True, exist_ok=True)
            scratch.write_text(json.dumps({**state_of(path), "sha256": sha256}), encoding="utf-8")
            scratch.replace(record)
        finally:
            scratch.unlink(missing_ok=True)


def recall(path: Path, records: Path) -> Any:
    """Return what was written down of a file; ``None`` where nothing legible was."""
    try:
        return json.loads(record_path(path, records).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def record_path(path: Path, records: Path) -> Path:
    """Return where it is remembered that a file was checked."""
    place = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:PATH_DIGITS]
    return records / f"{path.stem}-{place}.verified.json"
