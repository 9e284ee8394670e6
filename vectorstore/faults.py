"""What Chroma raises -> one line that says what to do. Its errors have no common root and speak of its insides."""

from __future__ import annotations

import shutil
from pathlib import Path

from vectorstore.errors import CollectionError
from vectorstore.server import Server, reason_of

ROOM = 64_000_000
"""Bytes that must be free before a write. A window and its journal take some 10 MB, and a disk that fills up while
Chroma rewrites the file of its vectors' names leaves a collection that can't be read (seen with 1.5.9)."""
FULL = ("disk is full", "No space left", "os error 28", "quota exceeded", "os error 122", "File too large")
"""How SQLite and the system say that there is no room; the numbers are ENOSPC and EDQUOT."""

Place = Path | Server


def check_room(place: Place) -> None:
    """Make sure that there is room to write into a folder; a server sees to its own.

    Raises:
        CollectionError: there is not.
    """
    if isinstance(place, Path) and shutil.disk_usage(place).free < ROOM:
        raise CollectionError(full_line(place))


def full_line(place: Place) -> str:
    """Return the line that says that a disk is full."""
    whose = f"that of {place}" if isinstance(place, Path) else f"that of the Chroma server at {place.url}"
    return (
        f"the disk is full ({whose}, {ROOM // 1_000_000} MB are needed); make room and run belegt index again, "
        "what was done is kept"
    )


def is_gone(error: Exception) -> bool:
    """Tell whether an error says that the collection is no longer there."""
    from chromadb.errors import NotFoundError

    return isinstance(error, NotFoundError)


def is_full(error: Exception, place: Place) -> bool:
    """Tell whether an error came for want of room on the disk, of which Chroma doesn't always speak."""
    if any(sign.lower() in str(error).lower() for sign in FULL):
        return True
    try:
        check_room(place)
    except CollectionError:
        return True
    except OSError:  # there is no such folder
        return False
    return False


def explain(error: Exception, place: Place, *, writing: bool = False) -> CollectionError:
    """Return an error of Chroma's, met while reading or writing, as ours."""
    if isinstance(error, CollectionError):
        return error
    reason = reason_of(error)
    if is_full(error, place):
        return CollectionError(full_line(place))
    if isinstance(place, Server):
        return CollectionError(f"{place} can't be used ({reason}); check the server and its log, then try again")
    if writing:
        return CollectionError(
            f"the index in {place} can't be written ({reason}); check the disk and its permissions, "
            "then run belegt index again, what was done is kept"
        )
    return CollectionError(f"the index in {place} can't be read ({reason}); rebuild it: belegt index --rebuild")
