"""The Chroma collection: passages with our vectors, in a folder or on a server.

The id of a row names its article, the digest of the file it was read from, its number, and how many passages the
article has. What the index holds, and whether an article is complete, can thus be read off the ids alone; there is no
second list that could disagree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.checking import Checked, check_rows
from vectorstore.collection import StoredCollection, Terms
from vectorstore.embedding import FloatMatrix
from vectorstore.errors import CollectionError
from vectorstore.rows import (
    DIGEST_LENGTH,
    Entry,
    Remainder,
    RowId,
    StoredPassage,
    make_entries,
    name_rows,
    pack_metadata,
    pack_vectors,
    unpack,
    unpack_entry,
)
from vectorstore.server import Server

__all__ = [
    "DIGEST_LENGTH",
    "FORMAT",
    "Entry",
    "PassageIndex",
    "Remainder",
    "RowId",
    "Server",
    "StoredPassage",
    "make_entries",
    "name_rows",
    "pack_vectors",
]

FORMAT = 5
"""Raised when reading, cleaning, chunking or the row's form change what is stored: older collections are rebuilt."""
WRITE_BATCH = 500
"""Rows in one call; Chroma's own limit is 5,461, a server's 40 MB, and a row of ours takes some 10 kB."""
ID_PAGE = 200_000
"""Ids in one call, 15 MB of JSON. Each page skips those before it anew: of 250,000, one page took 0.8 s, five 1.4 s."""


class PassageIndex:
    """A persistent collection of passages, in a folder or on a Chroma server.

    A collection with another identity or format is never emptied unasked: one in a folder is built anew beside the old
    one (``Upkeep``), and one on a server may be others' work. In a folder there is one writer at a time (the caller's
    lock). On a server several may write at once: rows are named by content, so that writing one twice changes nothing,
    and writers that see the same folders end with the same rows. Where one sees a file that the other doesn't see yet,
    the rows of the one that ends last may lack it; the next run mends that.

    Every method raises CollectionError, one line, where the collection can't be read or written.

    Args:
        place: the folder, created when needed, or the server.
        identity: what the vectors depend on.
        mirrors: a label for what is mirrored into the collection; who mirrors something else into it is refused.
        read_only: nothing is made, emptied or written; what is missing or doesn't fit is an error.
        rebuild: a collection of ours that doesn't fit is emptied: one on a server, or one that is only being built.

    Raises:
        MisfitError: it was made for another model, or by another version.
        CollectionError: it can't be opened.
    """

    def __init__(
        self, place: Path | Server, *, identity: str, mirrors: str = "", read_only: bool = False, rebuild: bool = False
    ) -> None:
        self._stored = StoredCollection(place, Terms(FORMAT, identity, mirrors, read_only, rebuild))

    def __str__(self) -> str:
        return str(self._stored)

    def __len__(self) -> int:
        return int(self._stored.ask("count"))

    def check(self, *, deep: bool = False) -> Checked:
        """Look whether all rows can be read and are found by their own vectors: of a sample, or of all (``deep``)."""
        return check_rows(self._stored.ask, deep=deep)

    def clear(self) -> None:
        """Remove every passage, whoever mirrored it."""
        self._stored.clear()

    def close(self) -> None:
        """Let go of the collection; afterwards it can't be used."""
        self._stored.close()

    def revision(self) -> str:
        """Return a stamp that differs after every run that changed the rows; one small request, no rows."""
        return self._stored.revision()

    def stamp(self, revision: str) -> None:
        """Set that stamp."""
        self._stored.stamp(revision)

    def check_claim(self) -> None:
        """Make sure that nobody mirrors anything else into the collection; CollectionError otherwise."""
        self._stored.check_claim()

    def claim(self) -> None:
        """Note what is mirrored into the collection, before it is written; CollectionError if something else is."""
        self._stored.claim()

    def ids(self) -> tuple[RowId, ...]:
        """Return the id of every row, by article and number, so that the order depends on nothing else."""
        names: dict[str, str] = {}  # one string for all rows of an article: a third of the memory
        rows = {
            RowId(names.setdefault(digest, digest), number, total, names.setdefault(article_id, article_id))
            for digest, number, total, article_id in map(RowId.parse, self._iterate_ids())
        }
        return tuple(sorted(rows, key=lambda row: (row.article_id, row.digest, row.number)))

    def _iterate_ids(self) -> Iterator[str]:
        for offset in itertools.count(0, ID_PAGE):
            page = self._stored.ask("get", include=[], limit=ID_PAGE, offset=offset)["ids"]
            yield from page
            if len(page) < ID_PAGE:
                return

    def add(self, entries: Iterable[Entry]) -> None:
        """Store passages of one article or several, in as few writes as may be; the same row again changes nothing."""
        for batch in batched(entries, WRITE_BATCH):
            self._stored.ask(
                "upsert",
                ids=[str(entry.row) for entry in batch],
                embeddings=[entry.vectors.passage for entry in batch],
                documents=[entry.passage.text for entry in batch],
                metadatas=[pack_metadata(entry) for entry in batch],
            )

    def remove(self, rows: Iterable[RowId]) -> None:
        """Remove rows by id; one that isn't there is no error."""
        for batch in batched([str(row) for row in rows], WRITE_BATCH):
            self._stored.ask("delete", ids=list(batch))

    def read(self, rows: Sequence[RowId]) -> dict[RowId, StoredPassage]:
        """Return stored passages in the order of ``rows``; one that has been removed since is left out."""
        found = self._get(rows, "documents", "metadatas")
        return {row: unpack(row, item["documents"], item["metadatas"]) for row, item in found.items()}

    def entries(self, rows: Sequence[RowId]) -> dict[RowId, Entry]:
        """Return all that rows hold, in their order; added again they are the very same rows."""
        found = self._get(rows, "documents", "metadatas", "embeddings")
        return {
            row: unpack_entry(row, item["documents"], item["metadatas"], np.asarray(item["embeddings"], np.float32))
            for row, item in found.items()
        }

    def _get(self, rows: Sequence[RowId], *parts: str) -> dict[RowId, dict[str, Any]]:
        """Return parts of rows, in the order of ``rows``, without those that aren't there."""
        found: dict[str, dict[str, Any]] = {}
        for batch in batched(dict.fromkeys(map(str, rows)), WRITE_BATCH):
            answer = self._stored.ask("get", ids=list(batch), include=list(parts))
            for place, text_id in enumerate(answer["ids"]):
                found[text_id] = {part: answer[part][place] for part in parts}
        return {row: found[str(row)] for row in rows if str(row) in found}

    def nearest(self, question: FloatMatrix, count: int, *, among: Sequence[RowId] | None = None) -> dict[RowId, float]:
        """Return the cosine of the passages nearest to a question's vector, at most ``count``, nearest first.

        Args:
            question: a unit vector, shape (d,).
            count: passages at most.
            among: rows to which the passages are held, as long as all of them are there; where one has been removed
                since, the nearest of all are returned.
        """
        if count == 0 or (among is not None and not among):
            return {}
        query: dict[str, Any] = {"query_embeddings": [question], "n_results": count, "include": ["distances"]}
        answer = self._query_among(query, among) if among else self._stored.ask("query", **query)
        pairs = zip(answer["ids"][0], answer["distances"][0], strict=True)
        return {RowId.parse(text): 1.0 - float(distance) for text, distance in pairs}

    def _query_among(self, query: dict[str, Any], among: Sequence[RowId]) -> Any:
        """Ask for the nearest of some rows; of all where Chroma refuses, as it does if one of them is not there."""
        try:
            return self._stored.ask("query", ids=[str(row) for row in among], **query)
        except CollectionError:
            return self._stored.ask("query", **query)


def batched(items: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """Yield the items in tuples of at most ``size`` (``itertools.batched`` of Python 3.12)."""
    iterator = iter(items)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
