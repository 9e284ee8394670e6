"""What the chain needs of a collection of articles, whoever holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.reader import Reading
from vectorstore import HITS, Passage, Search, Source


class Collection(Protocol):
    """A collection that can be searched and read."""

    def search(self, question: str, *, count: int = HITS) -> Search:
        """Return the passages that fit a question best, at most ``count``."""

    def read(self, question: str, found: Search) -> tuple[Reading, ...]:
        """Return what a reader finds in the best passages; nothing where there is no reader."""

    def articles(self) -> Sequence[Source]:
        """Return the sources of all articles."""

    def speakers(self) -> Sequence[Source]:
        """Return the sources of all articles, of those that print the same story one."""

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article in order; nothing where there is none of that id."""

    def correct(self, question: str) -> str:
        """Return a question with its misspelt words put right."""
