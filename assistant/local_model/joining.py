"""The parts of the language model are joined into one file, once: checked as it is written, complete or not there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.local_model.errors import LocalModelError
from assistant.local_model.parts import PartedModel, find_parts, not_the_parts
from assistant.local_model.verifying import remember
from vectorstore import Announce

LOCK_SECONDS = 600.0
"""Joining takes seconds, on a slow disk minutes; whoever waits ten minutes waits for a process that hangs."""
CHUNK = 8 << 20
"""Bytes between two looks at the progress: 130 of them in all."""
RESERVE = 100_000_000
"""Bytes that are left free on the disk, for whatever else is written meanwhile."""

WatchShare = Callable[[float], None]
"""Receives the share of the bytes that is done, 0 to 1."""


def join_model(
    model: PartedModel,
    folder: Path,
    *,
    announce: Announce = lambda line: None,
    watch: WatchShare = lambda share: None,
) -> Path:
    """Join the model's parts in ``folder``, unless that has been done, and return the file.

    Safe when several processes start at once: one joins, the others wait. A run that was killed leaves a file of
    another name, which the next one overwrites. What lies there from before is not looked at; ``verify`` does that.

    Raises:
        LocalModelError: a part is missing or another one, the disk is full, or the folder can't be written.
    """
    target = folder / f"{model.name}.gguf"
    if target.is_file():
        return target
    parts = find_parts(model)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{target.name}.lock", timeout=LOCK_SECONDS):
            if not target.is_file():
                join_atomically(parts, target, model, announce=announce, watch=watch)
    except Timeout as error:
        raise LocalModelError(
            f"another process has been joining the language model in {folder} for minutes; stop it"
        ) from error
    except OSError as error:
        raise LocalModelError(f"the language model can't be joined in {folder}: {error.strerror or error}") from error
    return target


def join_atomically(
    parts: Iterable[Path], target: Path, model: PartedModel, *, announce: Announce, watch: WatchShare
) -> None:
    """Write the parts beside ``target`` and rename the file there once its digest is right; the lock must be held."""
    scratch = target.with_name(f".{target.name}.part")
    scratch.unlink(missing_ok=True)
    try:
        check_space(target.parent, model.size)
        announce(f"Joining the language model once, {model.size / 1e9:.1f} GB in {target} ...")
        if write_parts(parts, scratch, size=model.size, watch=watch) != model.sha256:
            raise not_the_parts()
        scratch.replace(target)
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    remember(target, model.sha256, target.parent)


def write_parts(parts: Iterable[Path], target: Path, *, size: int, watch: WatchShare) -> str:
    """Write the parts one after the other, down to the disk, and return the SHA-256 of all, in hexadecimal."""
    digest = hashlib.sha256()
    written = 0
    with target.open("wb") as file:
        for chunk in iterate_chunks(parts):
            file.write(chunk)
            digest.update(chunk)
            written += len(chunk)
            watch(min(1.0, written / size))
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def iterate_chunks(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield the files' bytes in order, a chunk at a time."""
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def check_space(folder: Path, size: int) -> None:
    """Make sure that so many bytes can be written.

    Raises:
        LocalModelError: the disk has less free.
    """
    free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        raise LocalModelError(
            f"the language model needs {(size + RESERVE) / 1e9:.1f} GB in {folder}, {free / 1e9:.1f} GB are free; "
            "make room, or name another folder in BELEGT_CACHE_DIR"
        )
