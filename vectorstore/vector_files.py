"""Chroma's files of vectors, held against each other: what the header tells is what the others have to be as long as.

They are those of hnswlib, one file for each of its parts. Chroma writes one after the other, and reads them without a
look at their lengths: of a header that was cut off it takes what happens to stand in memory.
"""

from __future__ import annotations

import struct
from pathlib import Path

HEADER = struct.Struct("<i6Qii3QdQ")
"""Version, six sizes and places (of which the second, third and fourth are used here), and how the graph is made."""
NUMBER = struct.Struct("<I")
PERSISTED = "index_metadata.pickle"
"""What a folder of Chroma's vectors holds once they were written; before, its other files mean nothing."""


def check_vector_files(place: Path) -> str:
    """Return what is wrong with the files of vectors of an index, nothing where their lengths are right.

    Args:
        place: the folder that Chroma has its files in.
    """
    for names in sorted(place.glob(f"*/{PERSISTED}")):
        try:
            if fault := check_lengths(names.parent):
                return fault
        except OSError as error:
            return f"{Path(str(error.filename)).name} can't be read ({error.strerror})"
    return ""


def check_lengths(folder: Path) -> str:
    """Return which file of a folder of vectors has a wrong length.

    Raises:
        OSError: one can't be read.
    """
    header = (folder / "header.bin").read_bytes()
    if len(header) != HEADER.size:
        return f"header.bin has {len(header)} bytes instead of {HEADER.size}"
    _, _, room, count, row_size, *_ = HEADER.unpack(header)
    if count > room:
        return f"header.bin tells of {count} vectors in {room} places"
    wanted = {"data_level0.bin": count * row_size, "length.bin": count * NUMBER.size}
    for name, size in wanted.items():
        if (found := (folder / name).stat().st_size) != size:
            return f"{name} has {found} bytes instead of {size}"
    return check_links((folder / "link_lists.bin").read_bytes(), count)


def check_links(content: bytes, count: int) -> str:
    """Return whether the links of a graph are cut off: for each vector a length in bytes, and as many bytes."""
    place = 0
    for _ in range(count):
        if place + NUMBER.size > len(content):
            return f"link_lists.bin is cut off after {len(content)} bytes"
        place += NUMBER.size + NUMBER.unpack_from(content, place)[0]
    return "" if place == len(content) else f"link_lists.bin has {len(content)} bytes instead of {place}"
