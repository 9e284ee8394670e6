"""The form of a row: what its id says, and how a passage, its vectors and its article's other parts are packed into it.

One row is one passage and carries everything needed to quote from it: text, source, and its sentences with their
vectors, so that a row is either wholly there or not at all. An article's first row also carries what belongs to the
article as a whole; ordinary reads leave that packed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding import FloatMatrix, PassageVectors
from vectorstore.errors import CollectionError
from vectorstore.passage import Article, Passage, Sentence, Source

DIGEST_LENGTH = 16
"""Hexadecimal digits of the file's digest that an id bears; 64 bits."""
LEVELS = 127
"""Sentence vectors are stored as signed bytes; the cosine to the float vector is .9999."""
REMAINDER = "remainder"
"""The key of an article's other parts in the metadata of its first row."""
SUM_BYTES = 16
"""Of the hash of a set of rows: that two sets share one by chance needs some 2^64 of them."""

Levels = NDArray[np.int8]


class RowId(NamedTuple):
    """What the id of a row says: ``digest-number-total-article_id``."""

    digest: str
    number: int
    total: int
    article_id: str

    def __str__(self) -> str:
        return f"{self.digest}-{self.number}-{self.total}-{self.article_id}"

    @classmethod
    def parse(cls, text: str) -> RowId:
        """Read an id.

        Raises:
            CollectionError: it isn't one of ours.
        """
        try:
            digest, number, total, article_id = text.split("-", 3)
            return cls(digest, int(number), int(total), article_id)
        except ValueError as error:
            raise CollectionError(
                f"the index holds a foreign row ({text[:40]!r}); rebuild it: belegt index --rebuild"
            ) from error


def name_rows(digest: str, passages: Sequence[Passage], *, total: int) -> list[RowId]:
    """Return the ids of some passages of an article that has ``total``, read from a file with that digest."""
    return [RowId(digest[:DIGEST_LENGTH], item.number, total, item.source.article_id) for item in passages]


def sum_rows(rows: Iterable[RowId]) -> int:
    """Return a hash of a set of rows that the order doesn't change; of disjoint sets they add up, modulo 2^128."""
    hashes = (hashlib.blake2b(str(row).encode("utf-8", "surrogatepass"), digest_size=SUM_BYTES) for row in rows)
    return sum(int.from_bytes(item.digest(), "big") for item in hashes) % (1 << 8 * SUM_BYTES)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as stored, with the vectors of its sentences as they are stored: ``to_levels``."""

    passage: Passage
    levels: Levels

    @property
    def sentence_vectors(self) -> FloatMatrix:
        """The unit vectors of its sentences, shape (sentences, d)."""
        return from_levels(self.levels)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What an article has besides its passages: its file's digest, the parts cleaned out, where its pages begin."""

    digest: str
    removed: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a row holds. ``remainder`` is that of the whole article and stands in its first row only."""

    row: RowId
    passage: Passage
    vectors: PassageVectors
    remainder: Remainder | None = None


def make_entries(article: Article, passages: Sequence[Passage], vectors: Sequence[PassageVectors]) -> list[Entry]:
    """Return the rows of a whole article, named by its digest.

    Args:
        article: the article, its ``digest`` filled.
        passages: all that it was cut into, in order.
        vectors: one pair for each passage.
    """
    remainder = Remainder(article.digest, article.removed, article.page_starts)
    rows = name_rows(article.digest, passages, total=len(passages))
    triples = zip(rows, passages, vectors, strict=True)
    return [Entry(row, item, pair, None if row.number else remainder) for row, item, pair in triples]


def pack_metadata(entry: Entry) -> dict[str, str | int]:
    """Return a row but for its id, text and vector, as values that Chroma stores; what is unknown is left out."""
    passage, source = entry.passage, entry.passage.source
    known: dict[str, str | int | None] = {
        "title": source.title,
        "published": source.published.isoformat() if source.published else None,
        "author": source.author,
        "publisher": source.publisher,
        "url": source.url,
        "language": source.language,
        "start": passage.start,
        "sentences": " ".join(map(pack_sentence, passage.sentences)),
        "sentence_vectors": pack_vectors(entry.vectors.sentences),
        REMAINDER: pack_remainder(entry.remainder) if entry.remainder else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def unpack(row: RowId, text: str, metadata: dict[str, Any]) -> StoredPassage:
    """Return the passage that a row holds."""
    published = metadata.get("published")
    source = Source(
        article_id=row.article_id,
        title=metadata["title"],
        published=date.fromisoformat(published) if published else None,
        author=metadata.get("author"),
        publisher=metadata.get("publisher"),
        url=metadata.get("url"),
        language=metadata.get("language"),
    )
    sentences = tuple(map(unpack_sentence, metadata["sentences"].split()))
    start = metadata["start"]
    passage = Passage(source, row.number, start, start + len(text), text, sentences)
    return StoredPassage(passage, unpack_levels(metadata["sentence_vectors"], len(sentences)))


def unpack_entry(row: RowId, text: str, metadata: dict[str, Any], vector: FloatMatrix) -> Entry:
    """Return all that a row holds; packed again it is the very same row."""
    stored = unpack(row, text, metadata)
    remainder = unpack_remainder(metadata[REMAINDER]) if REMAINDER in metadata else None
    return Entry(row, stored.passage, PassageVectors(vector, stored.sentence_vectors), remainder)


def pack_sentence(sentence: Sentence) -> str:
    """Return a sentence's place as ``start-end-quotable``, and ``-page`` where it has one."""
    place = f"{sentence.start}-{sentence.end}-{int(sentence.quotable)}"
    return place if sentence.page is None else f"{place}-{sentence.page}"


def unpack_sentence(packed: str) -> Sentence:
    """Return what ``pack_sentence`` packed."""
    start, end, quotable, *page = map(int, packed.split("-"))
    return Sentence(start, end, bool(quotable), *page)


def pack_remainder(remainder: Remainder) -> str:
    """Return an article's other parts as base64 of compressed JSON."""
    plain = json.dumps([remainder.digest, remainder.removed, remainder.page_starts], separators=(",", ":"))
    return base64.b64encode(zlib.compress(plain.encode("ascii"))).decode("ascii")


def unpack_remainder(packed: str) -> Remainder:
    """Return what ``pack_remainder`` packed."""
    digest, removed, page_starts = json.loads(zlib.decompress(base64.b64decode(packed)))
    return Remainder(digest, tuple(removed), tuple(page_starts))


def pack_vectors(vectors: FloatMatrix) -> str:
    """Return unit vectors as base64 of their levels."""
    return base64.b64encode(to_levels(vectors).tobytes()).decode("ascii") if vectors.size else ""


def unpack_levels(packed: str, count: int) -> Levels:
    """Return the levels that ``pack_vectors`` packed, shape (count, d)."""
    levels = np.frombuffer(base64.b64decode(packed), dtype=np.int8)
    return levels.reshape(count, -1) if count else levels.reshape(0, 0)


def to_levels(vectors: FloatMatrix) -> Levels:
    """Return vectors as signed bytes, each scaled by its largest component.

    What comes back from levels has the very same levels: the largest component is always at the highest, and a level's
    share of it survives the division by the vector's length to some parts in ten million, where half a level is four
    in a thousand.
    """
    if vectors.size == 0:
        return np.zeros((len(vectors), 0), dtype=np.int8)
    scale = np.abs(vectors).max(axis=1, keepdims=True)
    return np.rint(vectors / np.where(scale > 0, scale, 1) * LEVELS).astype(np.int8)


def from_levels(levels: Levels) -> FloatMatrix:
    """Return the vectors with these levels, unit length again (which is why the scale needn't be stored)."""
    vectors = levels.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatMatrix = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit
