"""What the chain needs of a collection of articles, whoever holds it; and a part of one, which is one itself."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from assistant.reader import Reading
from assistant.scope import Scope
from vectorstore import HITS, Passage, Search, Source


@dataclass(frozen=True, slots=True)
class Holding:
    """An article that the library holds: its source, its passages, and the others that print the same story."""

    source: Source
    passages: int
    copies: tuple[Source, ...] = ()


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


class WholeCollection(Collection, Protocol):
    """A collection of which some articles can be asked alone; ``within`` holds their ids, ``None`` stands for all."""

    def search(self, question: str, *, count: int = HITS, within: Set[str] | None = None) -> Search:
        """Return the passages of these articles that fit a question best, at most ``count``."""

    def speakers(self, *, within: Set[str] | None = None) -> Sequence[Source]:
        """Return the sources of these articles, of those that print the same story one."""


class Within:
    """The articles of a collection that lie inside of a scope, as a collection that knows no others.

    Only the spelling of questions goes by the words of all articles: what is misspelt doesn't depend on who is asked.

    Args:
        collection: holds the articles; which of them lie inside is found out once, when this is made.
        scope: which articles are asked.
    """

    def __init__(self, collection: WholeCollection, scope: Scope) -> None:
        self._collection = collection
        self._articles = scope.choose(collection.articles())
        self._ids = frozenset(source.article_id for source in self._articles)

    def search(self, question: str, *, count: int = HITS) -> Search:
        """Return the passages inside that fit a question best, at most ``count``."""
        return self._collection.search(question, count=count, within=self._ids)

    def read(self, question: str, found: Search) -> tuple[Reading, ...]:
        """Return what a reader finds in the best passages; nothing where there is no reader."""
        return self._collection.read(question, found)

    def articles(self) -> tuple[Source, ...]:
        """Return the sources of the articles inside."""
        return self._articles

    def speakers(self) -> Sequence[Source]:
        """Return the sources of the articles inside, of those that print the same story one."""
        return self._collection.speakers(within=self._ids)

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article inside in order; nothing where there is none of that id."""
        return self._collection.article_passages(article_id) if article_id in self._ids else ()

    def correct(self, question: str) -> str:
        """Return a question with its misspelt words put right, by the words of all articles."""
        return self._collection.correct(question)
