"""Bytes changed as damage, bad luck and ill will change them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.benchmarks.fuzzing.documents import SCRAPS, store

Mutation = Callable[[random.Random, bytes, bytes], bytes]
"""Changes bytes; the second ones are another document of the same kind."""
LONGEST = 3_000_000
"""Bytes of a document; larger ones only take longer."""


def place(rng: random.Random, content: bytes) -> tuple[int, int]:
    """Return a stretch of bytes, mostly a short one."""
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + int(rng.expovariate(1 / rng.choice((3, 30, 300)))) + 1)


def flip(rng: random.Random, content: bytes, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 20))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def delete(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start, end = place(rng, content)
    return content[:start] + content[end:]


def duplicate(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start, end = place(rng, content)
    return content[:end] + content[start:end] * rng.choice((1, 2, 50)) + content[end:]


def insert(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start, _ = place(rng, content)
    scrap = rng.choice(SCRAPS).encode("utf-8", "surrogatepass") * rng.choice((1, 1, 2, 100))
    return content[:start] + scrap + content[start:]


def splice(rng: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: place(rng, content)[0]] + other[place(rng, other)[0] :]


def truncate(rng: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: place(rng, content)[0]]


def swell(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start, end = place(rng, content)
    part = content[start : min(end, start + 60)] or b"a"
    return content[:start] + part * (rng.choice((1_000, 10_000, 100_000)) // len(part)) + content[end:]


def swap_numbers(rng: random.Random, content: bytes, other: bytes) -> bytes:
    numbers = list(re.finditer(rb"\d+", content))
    if not numbers:
        return content
    found = rng.choice(numbers)
    number = rng.choice((b"0", b"-1", b"99999999999", b"2147483648", b"1e309", b"00", b"4294967297"))
    return content[: found.start()] + number + content[found.end() :]


def reencode(rng: random.Random, content: bytes, other: bytes) -> bytes:
    text = content.decode("latin-1")
    return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-8", "utf-32")))


def open_package(rng: random.Random, content: bytes, other: bytes) -> bytes:
    """Change one part of a Word file inside of its package, so that the package itself stays whole."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        chosen = rng.choice([*names, *["word/document.xml"] * 8])
        one = rng.choice(BYTES)
        return store(content, lambda name, part: one(rng, part, part) if name == chosen and part else part)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, KeyError, OSError, EOFError, RuntimeError):
        return flip(rng, content, other)


BYTES: tuple[Mutation, ...] = (
    flip,
    delete,
    duplicate,
    insert,
    splice,
    truncate,
    swell,
    swap_numbers,
    insert,
    duplicate,
)


def mutate(rng: random.Random, content: bytes, other: bytes, suffix: str) -> bytes:
    """Return a document changed up to four times, or as it is."""
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        if not content:
            return content
        if suffix == ".docx" and rng.random() < 0.8:
            content = open_package(rng, content, other)
        else:
            content = (reencode if rng.random() < 0.02 else rng.choice(BYTES))(rng, content, other)
    return content[:LONGEST]
