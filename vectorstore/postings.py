"""How often each token stands in each document, counted once, and BM25 from it when a question is asked.

A document's counts never change, so a collection that has changed takes them over and counts what is new alone. What
depends on the whole collection (how rare a token is, how long a document is on average) is worked out from the counts
whenever a question is scored. The order in which documents came and went leaves no trace in any score.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.5, 0.75
"""The usual BM25 parameters (Robertson and Zaragoza 2009)."""
MOST_UNUSED = 0.5
"""Share of the columns whose tokens no document holds any more at which they are dropped; rarely, since that costs as
much as adding an article."""

Scores = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each token stands in each document.

    ``matrix`` is a sparse array of float32 (``scipy.sparse.csr_array``), shape (documents, tokens); within a row the
    tokens keep the order in which they first stand in the document. ``columns`` are the places of the tokens in it.
    """

    columns: Mapping[str, int]
    matrix: Any

    def renewed(self, before: Places, added: Counts) -> Counts:
        """Return the counts of a collection that has changed; these stay as they are.

        Args:
            before: for each document of the changed collection its place in this one, or -1 for one that is new.
            added: the counts of those that are new, in order.
        """
        if not self.columns and (before < 0).all():
            return added
        from scipy import sparse

        columns = dict(self.columns)
        theirs = np.array([columns.setdefault(token, len(columns)) for token in added.columns], dtype=np.int32)
        old, width = self.matrix, len(columns)
        parts = [
            sparse.csr_array((old.data, old.indices, old.indptr), shape=(old.shape[0], width)),
            sparse.csr_array(
                (added.matrix.data, theirs[added.matrix.indices], added.matrix.indptr),
                shape=(added.matrix.shape[0], width),
            ),
        ]
        places = place_all(before, old.shape[0])
        return Counts(columns, sparse.vstack(parts, format="csr")[places]).without_unused()

    def without_unused(self) -> Counts:
        """Return the same counts without the columns of tokens that no document holds, if there are many."""
        used = np.bincount(self.matrix.indices, minlength=len(self.columns)) > 0
        if used.sum() >= (1 - MOST_UNUSED) * len(used):
            return self
        from scipy import sparse

        places = np.cumsum(used, dtype=np.int32) - 1
        columns = {token: int(places[column]) for token, column in self.columns.items() if used[column]}
        old = self.matrix
        shape = (old.shape[0], len(columns))
        return Counts(columns, sparse.csr_array((old.data, places[old.indices], old.indptr), shape=shape))


def count_tokens(documents: Iterable[Iterable[str]]) -> Counts:
    """Count the tokens of each document."""
    from scipy import sparse

    columns: dict[str, int] = {}
    places, counts, starts = array("i"), array("f"), array("i", [0])
    for tokens in documents:
        counted = Counter(tokens)
        places.extend([columns.setdefault(token, len(columns)) for token in counted])
        counts.extend(counted.values())
        starts.append(len(places))
    parts = (np.array(counts, dtype=np.float32), np.array(places, np.int32), np.array(starts, np.int32))
    return Counts(columns, sparse.csr_array(parts, shape=(len(starts) - 1, len(columns))))


def most_common(counts: Counts) -> list[tuple[str, int]]:
    """Return the tokens with their numbers over all documents, the most frequent first, of equals the first to stand.

    The order is that of ``Counter.most_common`` over all documents, token by token.
    """
    places, size = counts.matrix.indices, len(counts.columns)
    totals = np.bincount(places, weights=counts.matrix.data, minlength=size).astype(np.int64)
    first = np.zeros(size, dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]  # of several values for a place numpy keeps the last
    tokens = list(counts.columns)
    return [(tokens[column], int(totals[column])) for column in np.lexsort((first, -totals)) if totals[column]]


def split_tokens(counts: Counts, parts: Mapping[str, Sequence[str]]) -> Counts:
    """Return the counts of what tokens are made of: each stands for its parts, which may repeat."""
    from scipy import sparse

    pieces = count_tokens(parts[token] for token in counts.columns)
    product = counts.matrix @ pieces.matrix
    return Counts(pieces.columns, sparse.csr_array(product, dtype=np.float32))


def place_all(before: Places, size: int) -> Places:
    """Return where each document stands once those that are new (-1) are put, in order, behind ``size`` old ones."""
    is_new = before < 0
    return np.where(is_new, size + np.cumsum(is_new) - 1, before)


class Postings:
    """Counts by token, so that a question touches only the documents that hold one of its own.

    Args:
        counts: of the tokens in each document.
    """

    def __init__(self, counts: Counts) -> None:
        lengths = np.asarray(counts.matrix.sum(axis=1, dtype=np.float64), dtype=np.float64).reshape(-1)
        self._columns = counts.columns
        self._matrix = counts.matrix.tocsc()
        self._norms = length_norms(lengths)

    def __len__(self) -> int:
        return len(self._norms)

    def renewed(self, before: Places, added: Counts) -> Postings:
        """Return the postings of a collection that has changed; see ``Counts.renewed``."""
        return Postings(Counts(self._columns, self._matrix.tocsr()).renewed(before, added))

    def frequency(self, token: str) -> int:
        """Return in how many documents a token stands."""
        column = self._columns.get(token)
        return 0 if column is None else int(self._matrix.indptr[column + 1] - self._matrix.indptr[column])

    def score(self, tokens: Iterable[str]) -> Scores:
        """Return the BM25 score of every document, shape (documents,): the sum over the tokens of

            idf * count / (count + k1 * (1 - b + b * length / average length))

        which is Lucene's form (Kamphuis et al. 2020). A token asked twice counts twice. Rounded and added up as the
        library bm25s does, token by token in single precision, so that the scores are its very own.
        """
        scores = np.zeros(len(self), dtype=np.float32)
        starts = self._matrix.indptr
        columns = [column for token in tokens if (column := self._columns.get(token)) is not None]
        if not columns:
            return scores
        spans = [(int(starts[column]), int(starts[column + 1])) for column in columns]
        sizes = [end - start for start, end in spans]
        weights = np.array([inverse_document_frequency(size, len(self)) for size in sizes], dtype=np.float32)
        documents = np.concatenate([self._matrix.indices[start:end] for start, end in spans])
        counts = np.concatenate([self._matrix.data[start:end] for start, end in spans])
        shares = np.repeat(weights, sizes) * (counts / (self._norms[documents] + counts))
        np.add.at(scores, documents, shares.astype(np.float32))
        return scores


def length_norms(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``k1 * (1 - b + b * length / average length)`` for each document."""
    average = lengths.sum() / max(1, len(lengths))
    return K1 * ((1 - B) + B * lengths / (average or 1.0))


def inverse_document_frequency(count: int, size: int) -> float:
    """Return ``ln(1 + (N - n + 0.5) / (n + 0.5))``, Lucene's form of Robertson and Spärck Jones; never negative."""
    return math.log(1 + (size - count + 0.5) / (count + 0.5))
