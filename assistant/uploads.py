"""Articles that are handed over in the page: kept as files in a folder that is mirrored like any other."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

from vectorstore import SIZE_LIMITS, SUFFIXES, ArticleError

NAME_LENGTH = 120
"""Characters of a file's name that are kept; file systems take 255 bytes, and a counter may come on top."""

PARTIAL = ".belegt-upload-"
"""How the names of files begin that are being copied; nothing hidden is read as an article."""
ABANDONED_SECONDS = 3600.0
"""Age at which such a file is what a killed process left; copying even a large one takes seconds."""

_NOT_IN_NAMES = re.compile(r"[^\w .,()&+'„“-]")


def keep_upload(upload: Path, folder: Path, *, name: str) -> Path:
    """Copy an uploaded file into a folder, whole or not at all, and return its new place.

    Args:
        upload: where the page has put it.
        folder: created when needed.
        name: as the user's computer calls it; no path in it is followed, and a name that is taken gets a counter.

    Raises:
        ArticleError: it is of no kind that can be read, too large, or can't be written.
    """
    wanted = safe_name(name)
    limit = SIZE_LIMITS[wanted.suffix]
    try:
        if upload.stat().st_size > limit:
            raise ArticleError(f"{wanted} is larger than {limit // 1_000_000} MB; split it into articles")
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=PARTIAL, delete=False) as file, upload.open("rb") as source:
            shutil.copyfileobj(source, file)
        place = free_place(folder, wanted)
        Path(file.name).replace(place)
        place.chmod(0o644)
    except OSError as error:
        raise ArticleError(
            f"{wanted} can't be kept ({error.strerror or error}); make room or choose another"
        ) from error
    return place


def sweep(folder: Path) -> None:
    """Remove what processes that were killed while they copied have left."""
    for path in folder.glob(f"{PARTIAL}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()


def remove_upload(article_id: str, folder: Path) -> None:
    """Remove an uploaded file.

    Args:
        article_id: as the library calls it, which is the folder's name and the file's.
        folder: that the uploads are kept in.

    Raises:
        ArticleError: there is no such upload; nothing outside the folder is ever removed.
    """
    name = article_id.removeprefix(f"{folder.name}/")
    place = folder / name
    if place.parent != folder or not place.is_file():
        raise ArticleError(f"{article_id} was not uploaded here; take its file out of its folder instead")
    place.unlink()


def safe_name(name: str) -> Path:
    """Return a file's name without what could lead elsewhere or break a line.

    Raises:
        ArticleError: its kind can't be read.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    bare = _NOT_IN_NAMES.sub(" ", last.encode("utf-8", "replace").decode())
    stem, _, kind = bare.rpartition(".")
    suffix = f".{kind.lower()}"
    if suffix not in SUFFIXES:
        shown = " ".join(last.split())[:NAME_LENGTH]
        raise ArticleError(f"{shown!r} is of no kind that can be read; use {', '.join(SUFFIXES)}")
    stem = " ".join(stem.split())[:NAME_LENGTH].strip(". ")
    return Path(f"{stem or 'article'}{suffix}")


def free_place(folder: Path, name: Path) -> Path:
    """Return a place in a folder that no file takes yet."""
    for counter in range(1, 10_000):
        place = folder / (name if counter == 1 else f"{name.stem} {counter}{name.suffix}")
        if not os.path.lexists(place):
            return place
    raise ArticleError(f"there are too many files named {name}; give it another name")
