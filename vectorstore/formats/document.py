"""The value that every format is read into: a document's text before it is cleaned, and what the file tells of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any


class UnreadableError(ValueError):
    """A file's bytes can't be read as its format; the text is a reason fit to follow "FILE can't be read: "."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is told of an article's origin; ``None`` where nothing is."""

    title: str | None = None
    published: date | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None

    def or_else(self, other: Metadata) -> Metadata:
        """Return this metadata, filled from another where it knows nothing."""
        values: dict[str, Any] = {
            field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(self)
        }
        return Metadata(**values)


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a file, before cleaning.

    ``text`` has its paragraphs apart by blank lines, headings as ``# ...``, list items as ``- ...``, and each row of a
    table as an item that names its columns (``- Jahr: 2023; Umsatz: 5 Millionen Euro``), so that it can be quoted
    alone. ``page_starts`` are the offsets in ``text`` at which the pages begin, the first page's first; empty where
    the format knows no pages. ``removed`` are parts that the format itself marks as no article, such as a page's
    navigation.
    """

    text: str
    metadata: Metadata = Metadata()
    page_starts: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()
