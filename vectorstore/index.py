"""The Chroma collection: passages with our vectors, kept on disk.

One row is one passage and carries everything needed to quote from it: text, source, and its sentences with their
vectors, so that a row is either wholly there or not at all. The id of a row names its article, the digest of the file
it was read from, its number, and how many passages the article has. What the index holds, and whether an article is
complete, can thus be read off the ids alone; there is no second list that could disagree.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding import FloatMatrix, PassageVectors
from vectorstore.errors import CollectionError
from vectorstore.passage import Passage, Sentence, Source

COLLECTION = "passages"
FORMAT = 4
"""Raised when reading, cleaning, chunking or the row's form change what is stored: older collections are rebuilt."""
DIGEST_LENGTH = 16
"""Hexadecimal digits of the file's digest that an id bears; 64 bits."""
SEARCH_WIDTH = 200
"""HNSW's ef: candidates kept during a search; twice what is asked for keeps recall near 1."""
WRITE_BATCH = 500
"""Rows in one call; Chroma's own limit is in the thousands."""
MOMENT_SAMPLE = 2000
"""Vectors from which mean and covariance are estimated; with 2,000 a standard deviation is off by 2 %."""
LEVELS = 127
"""Sentence vectors are stored as signed bytes; the cosine to the float vector is .9999."""


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


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as stored, with the unit vectors of its sentences, shape (sentences, d)."""

    passage: Passage
    sentence_vectors: FloatMatrix


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean (d,) and covariance (d, d) of the collection's vectors.

    With them the mean and spread of a question's cosines over the whole collection are known without computing them.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def standardise(self, question: FloatMatrix, cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn cosines into standard deviations above the collection's mean for this question; zeros if all agree."""
        expected = float(question @ self.mean)
        variance = float(question @ self.covariance @ question)
        return (
            (cosines - expected) / variance**0.5 if variance > np.finfo(np.float32).eps ** 2 else np.zeros_like(cosines)
        )


class PassageIndex:
    """A persistent collection of passages in a folder.

    Args:
        folder: where it lies; created when needed.
        identity: what its vectors depend on. A collection with another identity or format is emptied on opening:
            the files are the truth, and the mirror fills it again.

    Raises:
        CollectionError: the folder can't be opened as a collection.
    """

    def __init__(self, folder: Path, *, identity: str) -> None:
        self._metadata = {"format": FORMAT, "identity": identity}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._client = open_client(folder)
            self._collection = self._open_collection()
        except Exception as error:  # Chroma's errors have no common root
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise CollectionError(
                f"the index in {folder} can't be opened ({reason}); remove that folder to build it anew"
            ) from error

    def _open_collection(self) -> Any:
        configuration = {"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH}}
        options = {"metadata": self._metadata, "configuration": configuration, "embedding_function": None}
        collection = self._client.get_or_create_collection(COLLECTION, **options)
        if (collection.metadata or {}) != self._metadata:
            self._client.delete_collection(COLLECTION)
            collection = self._client.create_collection(COLLECTION, **options)
        return collection

    def clear(self) -> None:
        """Remove every passage."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open_collection()

    def __len__(self) -> int:
        return int(self._collection.count())

    def ids(self) -> tuple[RowId, ...]:
        """Return the id of every row, by article and number, so that the order depends on nothing else."""
        rows = (RowId.parse(text) for text in self._collection.get(include=[])["ids"])
        return tuple(sorted(rows, key=lambda row: (row.article_id, row.digest, row.number)))

    def add(self, rows: Sequence[RowId], passages: Sequence[Passage], vectors: Sequence[PassageVectors]) -> None:
        """Store passages with their vectors, in as few writes as may be; the same row again changes nothing.

        Args:
            rows: the id of each passage.
            passages: of one article or of several.
            vectors: one pair for each passage.
        """
        for batch in batched(zip(map(str, rows), passages, vectors, strict=True), WRITE_BATCH):
            self._collection.upsert(
                ids=[row for row, _, _ in batch],
                embeddings=[pair.passage for _, _, pair in batch],
                documents=[passage.text for _, passage, _ in batch],
                metadatas=[pack_metadata(passage, pair.sentences) for _, passage, pair in batch],
            )

    def remove(self, rows: Iterable[RowId]) -> None:
        """Remove rows by id; one that isn't there is no error."""
        for batch in batched([str(row) for row in rows], WRITE_BATCH):
            self._collection.delete(ids=list(batch))

    def read(self, rows: Sequence[RowId]) -> dict[RowId, StoredPassage]:
        """Return stored passages in the order of ``rows``; one that has been removed since is left out."""
        found: dict[str, StoredPassage] = {}
        for batch in batched([str(row) for row in rows], WRITE_BATCH):
            answer = self._collection.get(ids=list(batch), include=["documents", "metadatas"])
            for text_id, text, metadata in zip(answer["ids"], answer["documents"], answer["metadatas"], strict=True):
                found[text_id] = unpack(RowId.parse(text_id), text, metadata)
        return {row: found[str(row)] for row in rows if str(row) in found}

    def nearest(self, question: FloatMatrix, count: int) -> dict[RowId, float]:
        """Return the cosine of the passages nearest to a question's vector, at most ``count``, nearest first."""
        wanted = min(count, len(self))
        if wanted == 0:
            return {}
        answer = self._collection.query(query_embeddings=[question], n_results=wanted, include=["distances"])
        pairs = zip(answer["ids"][0], answer["distances"][0], strict=True)
        return {RowId.parse(text): 1.0 - float(distance) for text, distance in pairs}

    def moments(self) -> Moments:
        """Return mean and covariance of the vectors, from a sample where there are many."""
        answer = self._collection.get(include=["embeddings"], limit=MOMENT_SAMPLE)
        vectors = np.asarray(answer["embeddings"], dtype=np.float64)
        if len(vectors) == 0:
            return Moments(np.zeros(1), np.zeros((1, 1)))
        return Moments(vectors.mean(axis=0), np.cov(vectors, rowvar=False, bias=True))


def open_client(folder: Path) -> Any:
    """Open Chroma in a folder, its telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def pack_metadata(passage: Passage, sentence_vectors: FloatMatrix) -> dict[str, str | int]:
    """Return a passage's row but for its text and vector, as values that Chroma stores; what is unknown is left out."""
    source = passage.source
    known: dict[str, str | int | None] = {
        "title": source.title,
        "published": source.published.isoformat() if source.published else None,
        "author": source.author,
        "publisher": source.publisher,
        "url": source.url,
        "language": source.language,
        "start": passage.start,
        "sentences": " ".join(map(pack_sentence, passage.sentences)),
        "sentence_vectors": pack_vectors(sentence_vectors),
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
    return StoredPassage(passage, unpack_vectors(metadata["sentence_vectors"], len(sentences)))


def pack_sentence(sentence: Sentence) -> str:
    """Return a sentence's place as ``start-end-quotable``, and ``-page`` where it has one."""
    place = f"{sentence.start}-{sentence.end}-{int(sentence.quotable)}"
    return place if sentence.page is None else f"{place}-{sentence.page}"


def unpack_sentence(packed: str) -> Sentence:
    """Return what ``pack_sentence`` packed."""
    start, end, quotable, *page = map(int, packed.split("-"))
    return Sentence(start, end, bool(quotable), *page)


def pack_vectors(vectors: FloatMatrix) -> str:
    """Return unit vectors as base64 of signed bytes, each scaled by its largest component."""
    if vectors.size == 0:
        return ""
    scale = np.abs(vectors).max(axis=1, keepdims=True)
    levels = np.rint(vectors / np.where(scale > 0, scale, 1) * LEVELS).astype(np.int8)
    return base64.b64encode(levels.tobytes()).decode("ascii")


def unpack_vectors(packed: str, count: int) -> FloatMatrix:
    """Return what ``pack_vectors`` packed, unit length again (which is why the scale needn't be stored)."""
    levels = np.frombuffer(base64.b64decode(packed), dtype=np.int8).astype(np.float32)
    vectors = levels.reshape(count, -1) if count else levels.reshape(0, 0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatMatrix = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def batched(items: Iterable[Any], size: int) -> Iterable[tuple[Any, ...]]:
    """Yield the items in tuples of at most ``size`` (``itertools.batched`` of Python 3.12)."""
    iterator = iter(items)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
