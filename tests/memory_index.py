"""An index in memory, exact and fast, that tells which rows were read."""

import hashlib

import numpy as np

from tests.conftest import WordEmbedder
from vectorstore import Article, Source, split_article
from vectorstore.index import StoredPassage, make_entries
from vectorstore.rows import to_levels


def make_article(article_id, text, title="Titel", **known):
    return Article(
        Source(article_id, title, **known), text, digest=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    )


class MemoryIndex:
    """Holds the rows of articles as the real index does."""

    def __init__(self, articles=()):
        self.stored = {}
        self.read_rows = []
        for article in articles:
            self.put(article)

    def put(self, article, *, target=300):
        passages = split_article(article, target=target, limit=2 * target)
        vectors = WordEmbedder().embed_passages([item.text for item in passages], [item.spans for item in passages])
        self.stored.update((entry.row, entry) for entry in make_entries(article, passages, vectors))

    def drop(self, article_id):
        self.stored = {row: entry for row, entry in self.stored.items() if row.article_id != article_id}

    def __len__(self):
        return len(self.stored)

    def ids(self):
        return tuple(sorted(self.stored, key=lambda row: (row.article_id, row.digest, row.number)))

    def entries(self, rows):
        return {row: self.stored[row] for row in rows if row in self.stored}

    def read(self, rows):
        self.read_rows += rows
        found = self.entries(rows)
        return {row: StoredPassage(entry.passage, to_levels(entry.vectors.sentences)) for row, entry in found.items()}

    def nearest(self, question, count, *, among=None):
        rows = self.ids() if among is None else [row for row in self.ids() if row in frozenset(among)]
        cosines = {row: float(np.dot(self.stored[row].vectors.passage, question)) for row in rows}
        return dict(sorted(cosines.items(), key=lambda pair: -pair[1])[:count])
