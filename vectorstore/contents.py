"""What is known of the passages of an index, read once: words, stories, the spread of the vectors.

Rows are named by content, so what is known of one stays true as long as it is there. When the index has changed, only
rows that are new are read, and the rest is taken over; it makes no difference in which order changes came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding import FloatMatrix
from vectorstore.index import PassageIndex, RowId
from vectorstore.keywords import KeywordIndex
from vectorstore.passage import Passage, Source
from vectorstore.rows import Levels
from vectorstore.spelling import Spelling
from vectorstore.stories import Known, Stories, learn

READ_BATCH = 500
"""Rows read at a time: with the vectors of their sentences some 5 MB."""

MOMENT_SAMPLE = 2000
"""Vectors from which mean and covariance are estimated; with 2,000 a standard deviation is off by 2 %."""

Keep = Callable[[RowId, Passage], None]


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


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of the passages of an index.

    ``known`` holds every row, by article, edition and number. ``rows`` are those that count, in the same order: of
    passages that copies share to the letter one; words and scores are counted over them. ``levels`` are the vectors of
    each row's sentences, by which every candidate is scored. ``vectors`` are those that the moments were taken from, by
    the hash of their text.
    """

    known: Mapping[RowId, Known] = field(default_factory=dict)
    levels: Mapping[RowId, Levels] = field(default_factory=dict)
    stories: Stories = field(default_factory=Stories)
    rows: tuple[RowId, ...] = ()
    keywords: KeywordIndex = field(default_factory=lambda: KeywordIndex([]))
    spelling: Spelling = field(default_factory=lambda: Spelling([]))
    vectors: Mapping[str, FloatMatrix] = field(default_factory=dict)
    moments: Moments = field(default_factory=lambda: find_moments([]))

    def renewed(self, index: PassageIndex, *, keep: Keep = lambda row, passage: None) -> Contents:
        """Return what is known of an index as it stands now; this stays as it is.

        Args:
            index: read where it holds rows that are not known yet.
            keep: receives each row that was read.
        """
        ids = index.ids()
        if ids == tuple(self.known):
            return self
        fresh = read_rows(index, [row for row in ids if row not in self.known], keep)
        known = {row: found for row in ids if (found := self.known.get(row) or fresh.known.get(row))}
        stories = self.stories.renewed(known)
        duplicates = {row for story in stories.told.values() for row in story.duplicates}
        rows = tuple(row for row in known if row not in duplicates)
        places = {self.known[row].content: place for place, row in enumerate(self.rows)}
        before = np.array([places.get(known[row].content, -1) for row in rows], dtype=np.int64)
        new = [fresh.texts[known[row].content] for row, place in zip(rows, before, strict=True) if place < 0]
        vectors = self._sample(index, {known[row].content: row for row in reversed(rows)})
        return Contents(
            known,
            {row: self.levels[row] if row in self.levels else fresh.levels[row] for row in known},
            stories,
            rows,
            self.keywords.renewed(before, new),
            self.spelling.renewed(before, new),
            vectors,
            self.moments if vectors.keys() == self.vectors.keys() else find_moments(list(vectors.values())),
        )

    def _sample(self, index: PassageIndex, rows: Mapping[str, RowId]) -> dict[str, FloatMatrix]:
        """Return the vectors of some passages, of all where there are few; the hashes of their texts say which."""
        chosen = sorted(rows)[:MOMENT_SAMPLE]
        read = index.entries([rows[content] for content in chosen if content not in self.vectors])
        found = {content: entry.vectors.passage for content in chosen if (entry := read.get(rows[content]))}
        known = {**self.vectors, **found}
        return {content: known[content] for content in chosen if content in known}


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is kept of rows that were read: the vectors of their sentences, and title and text of each by their hash."""

    known: dict[RowId, Known] = field(default_factory=dict)
    levels: dict[RowId, Levels] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read_rows(index: PassageIndex, rows: Sequence[RowId], keep: Keep) -> Fresh:
    """Return what is kept of rows; what has been removed is left out."""
    fresh = Fresh()
    sources: dict[Source, Source] = {}  # one for all passages of an article
    for start in range(0, len(rows), READ_BATCH):
        for row, stored in index.read(rows[start : start + READ_BATCH]).items():
            found = learn(stored.passage)
            fresh.known[row] = Known(sources.setdefault(found.source, found.source), found.content, found.sentences)
            fresh.levels[row] = stored.levels
            fresh.texts[found.content] = f"{found.source.title}\n{stored.passage.text}"
            keep(row, stored.passage)
    return fresh


def find_moments(vectors: Sequence[FloatMatrix]) -> Moments:
    """Return mean and covariance of vectors."""
    if not vectors:
        return Moments(np.zeros(1), np.zeros((1, 1)))
    matrix = np.stack(vectors).astype(np.float64)
    return Moments(matrix.mean(axis=0), np.cov(matrix, rowvar=False, bias=True))
