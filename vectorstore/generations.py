"""An index built anew lies beside the old one, and takes its place in one step once it is whole.

The folders are ``NAME``, ``NAME.2``, ``NAME.3`` ...; that with the highest number of those that bear a mark counts.
Setting the mark is the step: whoever is killed before it leaves the old index, and after it the new one. No path ever
leads to two indexes one after the other, for Chroma opens its database again whenever it likes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

MARK = "belegt.whole"
"""An empty file in a folder whose index was built beside another and is whole."""


def current(folder: Path) -> Path:
    """Return where the index of that name lies now; the folder itself where it was never built anew."""
    whole = [number for number, place in generations(folder).items() if (place / MARK).is_file()]
    return folder.with_name(f"{folder.name}.{max(whole)}") if whole else folder


def following(folder: Path) -> Path:
    """Return where the next index of that name is built; there may be one that was begun."""
    now = current(folder)
    number = 1 if now == folder else int(now.suffix[1:])
    return folder.with_name(f"{folder.name}.{number + 1}")


def switch(place: Path) -> None:
    """Let an index that was built count from now on.

    Raises:
        OSError: the mark can't be written.
    """
    (place / MARK).touch()


def sweep(folder: Path) -> None:
    """Remove the indexes of that name that count no more; what can't be removed yet goes with the next sweep.

    One that was begun stays. Only the holder of the lock may do this.
    """
    now = current(folder)
    if now == folder:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for number, place in generations(folder).items():
        if number < int(now.suffix[1:]):
            shutil.rmtree(place, ignore_errors=True)


def generations(folder: Path) -> dict[int, Path]:
    """Return the numbered folders of that name."""
    places = folder.parent.glob(f"{folder.name}.*") if folder.parent.is_dir() else ()
    return {int(place.suffix[1:]): place for place in places if place.suffix[1:].isdecimal()}
