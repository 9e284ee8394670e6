"""The values that travel upwards from this layer: what an article is, what is searched, and what was found.

All offsets count characters in the cleaned text of an article, from 0, the end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of where an article comes from; ``None`` where the article itself doesn't tell.

    ``language`` is a code such as ``de`` or ``en``.
    """

    article_id: str
    title: str
    published: date | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its source, its cleaned text, and the parts that cleaning took out.

    ``page_starts`` are the offsets at which its pages begin, the first page's first; empty where it has none.
    ``digest`` is the SHA-256 of the file that it was read from, in hexadecimal digits.
    """

    source: Source
    text: str
    removed: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's place in its article. ``quotable`` is False for headings, bylines and other lines that are none.

    ``page`` is the page on which it begins, counted from 1; ``None`` where the article has no pages.
    """

    start: int
    end: int
    quotable: bool = True
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: ``article.text[start:end] == text``.

    The passages of an article rejoin to its text. ``number`` counts them from 0. ``copies`` are the other articles that
    carry the same text, as far as a search has found them.
    """

    source: Source
    number: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    copies: tuple[Source, ...] = ()

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
