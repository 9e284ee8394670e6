"""Passages that stand in the index already keep their vectors: embedding is nine tenths of the work.

A vector depends on a passage's text and on where its sentences stand in it, on nothing else. A file that was renamed
or copied, one that was edited in one place, and one whose indexing was stopped are therefore read again, but only
what is new in them is embedded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectorstore.embedding import PassageEmbedder, Span
from vectorstore.index import Entry, PassageIndex, Remainder, RowId
from vectorstore.passage import Passage
from vectorstore.rows import DIGEST_LENGTH

READ_BATCH = 100
"""Stored passages looked at in one go, some 10 kB each: a book of thousands is not held in memory."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A row without its vectors: what it will hold, and the stored row that may give them."""

    row: RowId
    passage: Passage
    remainder: Remainder | None
    donor: RowId | None


class Donors:
    """The rows of an index, to be asked which of them may share passages with a file.

    Args:
        rows: all of them.
    """

    def __init__(self, rows: Iterable[RowId]) -> None:
        self._by_article: dict[str, list[RowId]] = defaultdict(list)
        self._by_digest: dict[str, list[RowId]] = defaultdict(list)
        for row in rows:
            self._by_article[row.article_id].append(row)
            self._by_digest[row.digest].append(row)

    def of(self, article_id: str, digest: str) -> tuple[RowId, ...]:
        """Return the rows read from the same bytes, under whatever name, and those of the article's other editions."""
        bytes_alike = self._by_digest.get(digest[:DIGEST_LENGTH], ())
        one_of_each = {row.number: row for row in bytes_alike}.values()  # of however many copies
        others = (row for row in self._by_article.get(article_id, ()) if row.digest != digest[:DIGEST_LENGTH])
        return (*one_of_each, *others)


def find_donors(index: PassageIndex, rows: Sequence[RowId], passages: Sequence[Passage]) -> dict[int, RowId]:
    """Return for the number of each passage the stored row with the same text and sentences, where there is one."""
    wanted = defaultdict(list)
    for item in passages:
        wanted[key_of(item)].append(item.number)
    found: dict[int, RowId] = {}
    for start in range(0, len(rows), READ_BATCH):
        for row, stored in index.read(rows[start : start + READ_BATCH]).items():
            found |= dict.fromkeys(wanted.pop(key_of(stored.passage), ()), row)
        if not wanted:
            break
    return found


def key_of(passage: Passage) -> tuple[str, tuple[Span, ...]]:
    """Return all that a passage's vectors depend on."""
    return passage.text, passage.spans


def embed(drafts: Sequence[Draft], index: PassageIndex, embeddings: PassageEmbedder) -> tuple[list[Entry], int]:
    """Return whole rows, and how many of them had to be embedded; the others have the vectors of their donors."""
    donors = index.entries([draft.donor for draft in drafts if draft.donor])
    known = {
        draft.row: donors[draft.donor].vectors
        for draft in drafts
        if draft.donor in donors and key_of(donors[draft.donor].passage) == key_of(draft.passage)
    }
    new = [draft for draft in drafts if draft.row not in known]
    if new:
        texts, spans = [draft.passage.text for draft in new], [draft.passage.spans for draft in new]
        vectors = embeddings.embed_passages(texts, spans)
        known |= {draft.row: pair for draft, pair in zip(new, vectors, strict=True)}
    return [Entry(draft.row, draft.passage, known[draft.row], draft.remainder) for draft in drafts], len(new)
