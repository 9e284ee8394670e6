"""The values that travel upwards from this layer: what an article is, what is searched, and what was found.

All offsets count characters in the cleaned text of an article, from 0, the end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of where an article comes from; ``None`` where the article itself doesn't tell."""

    article_id: str
    title: str
    published: date | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its source, its cleaned text, and the paragraphs that cleaning took out."""

    source: Source
    text: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's place in its article. ``quotable`` is False for headings, bylines and other lines that are none."""

    start: int
    end: int
    quotable: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: ``article.text[start:end] == text``.

    The passages of an article rejoin to its text. ``number`` counts them from 0.
    """

    source: Source
    number: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) of the sentences, counted in the passage's own text."""
        return tuple((item.start - self.start, item.end - self.start) for item in self.sentences)

    def quote(self, sentence: Sentence) -> str:
        """Return the words of one of the passage's sentences, verbatim."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found.

    ``score`` is the fused score that ranks it (standard deviations above the collection's mean, no fixed range),
    ``sentence_similarities`` the cosine of the question and each sentence, ``similarity`` the largest of them.
    """

    passage: Passage
    score: float
    similarity: float
    sentence_similarities: tuple[float, ...]
