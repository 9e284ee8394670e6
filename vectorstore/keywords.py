"""Keyword ranking for German and English: BM25 over word stems, and over character 4-grams of words.

Stems find inflected forms; 4-grams find the parts of German compounds and forgive slips of the pen. A word is stemmed
in the language of its passage; a question's word in both, so that either language finds either.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.postings import (
    Counts,
    Places,
    Postings,
    Scores,
    count_tokens,
    inverse_document_frequency,
    place_all,
    split_tokens,
)
from vectorstore.sentences import guess_language

GRAM = 4
"""Four characters: of 3, 4 and 5 the usual choice for German (McNamee and Mayfield 2004)."""

WORD = re.compile(r"\w+")
UMLAUT_SPELLINGS = re.compile(r"ae|oe|ue|ä|ö|ü|ß")
FOLDED = {"ae": "a", "ä": "a", "oe": "o", "ö": "o", "ue": "u", "ü": "u", "ß": "ss"}
TYPED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
QUESTION_WORDS = frozenset(
    [
        "wer",
        "wen",
        "wem",
        "wessen",
        "wann",
        "warum",
        "wieso",
        "weshalb",
        "wozu",
        "wie",
        "wieviel",
        "wieviele",
        "viel",
        "viele",
        "welch",
        "welche",
        "welcher",
        "welches",
        "welchem",
        "welchen",
        "woher",
        "wohin",
        "wovon",
        "womit",
        "wofür",
        "woran",
        "wurde",
        "wurden",
        "worden",
        "wird",
        "gibt",
        "gab",
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "why",
        "which",
        "how",
        "many",
        "much",
        "did",
        "does",
        "do",
        "has",
        "have",
        "had",
        "were",
        "been",
        "is",
        "are",
        "could",
        "would",
        "should",
    ]
)
"""Words that ask rather than name; added to the stop words of the library."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question, with its weight (inverse document frequency) and those of its 4-grams.

    ``stems`` holds its stem in both languages. ``portable`` tells whether it may stand in a text of the other language
    as it is: a name, an abbreviation or a number.
    """

    word: str
    stems: frozenset[str]
    weight: float
    grams: tuple[tuple[str, float], ...] = ()
    portable: bool = True


@dataclass(frozen=True, slots=True)
class KeywordScores:
    """BM25 scores for every passage, in the order in which they were indexed: shape (passages,) each.

    ``foreign`` tells which passages are in another language than the question.
    """

    stems: Scores
    grams: Scores
    foreign: NDArray[np.bool_]


@functools.cache
def stop_words() -> frozenset[str]:
    """Return the German and English words that carry no content, also as they are typed where umlauts are missing."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_GERMAN

    words = frozenset(STOPWORDS_GERMAN) | frozenset(STOPWORDS_EN_PLUS) | QUESTION_WORDS
    return words | {word.translate(TYPED) for word in words}


@functools.lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a lower-case word in ``de`` or ``en``."""
    return str(stemmer(language).stemWord(word))


@functools.cache
def stemmer(language: str) -> Any:
    """Return the Snowball stemmer of a language; its German maps ``ae`` and ``ä`` alike."""
    import Stemmer

    return Stemmer.Stemmer({"de": "german", "en": "english"}[language])


def content_words(text: str) -> list[str]:
    """Return the lower-case words of a text, stop words left out, in order."""
    words = (word.lower() for word in WORD.findall(unicodedata.normalize("NFC", text)))
    return [word for word in words if word not in stop_words()]


def stem_text(text: str, *, language: str | None = None) -> list[str]:
    """Return the stems of a text's content words, by its language (guessed where not given)."""
    spoken = language or guess_language(text)
    return [stem(word, spoken) for word in content_words(text)]


def gram_text(text: str) -> list[str]:
    """Return the character 4-grams of a text's content words, umlauts folded so that ``fuer`` and ``für`` agree."""
    return [gram for word in content_words(text) for gram in word_grams(word)]


@functools.lru_cache(maxsize=200_000)
def word_grams(word: str) -> tuple[str, ...]:
    """Return the 4-grams of one lower-case word, its ends marked; a shorter word is one gram."""
    marked = f"_{UMLAUT_SPELLINGS.sub(lambda match: FOLDED[match[0]], word)}_"
    if len(marked) <= GRAM:
        return (marked,)
    return tuple(marked[start : start + GRAM] for start in range(len(marked) - GRAM + 1))


def is_portable(word: str) -> bool:
    """Tell whether a word may be the same in the other language: it has a digit or a capital, as names have.

    So have German nouns; many of them are the same in English ("Museum"), and those that are not find nothing.
    """
    return any(character.isdigit() or character.isupper() for character in word)


@dataclass(frozen=True, slots=True)
class PassageCounts:
    """What is counted of passages: which are English, shape (passages,), and how often they have which token."""

    english: NDArray[np.bool_]
    stems: Counts
    grams: Counts


def count_passages(texts: Sequence[str]) -> PassageCounts:
    """Count the stems and the 4-grams of passages by way of their words, each of which is cut up once."""
    english = np.array([guess_language(text) == "en" for text in texts], dtype=np.bool_)
    words = [content_words(text) for text in texts]
    stems = count_tokens(
        [stem(word, "en" if foreign else "de") for word in found] for found, foreign in zip(words, english, strict=True)
    )
    counts = count_tokens(words)
    return PassageCounts(english, stems, split_tokens(counts, {word: word_grams(word) for word in counts.columns}))


class KeywordIndex:
    """BM25 over the passages of a collection, held in memory.

    Args:
        texts: the passages, in the order in which scores are wanted; title and text of each.
        kept: takes over what another index counted: that index, and for each passage its place in it, or -1 for one
            that is new; ``texts`` are then the new ones alone.
    """

    def __init__(self, texts: Sequence[str], *, kept: tuple[KeywordIndex, Places] | None = None) -> None:
        counted = count_passages(texts)
        if kept is None:
            self.english, self.stems, self.grams = counted.english, Postings(counted.stems), Postings(counted.grams)
        else:
            old, before = kept
            self.english = np.concatenate([old.english, counted.english])[place_all(before, len(old))]
            self.stems = old.stems.renewed(before, counted.stems)
            self.grams = old.grams.renewed(before, counted.grams)

    def renewed(self, before: Places, texts: Sequence[str]) -> KeywordIndex:
        """Return the index of a collection that has changed, in which only the new texts are counted.

        It scores as an index of all texts made anew would; this one stays as it is.

        Args:
            before: for each passage of the changed collection its place in this one, or -1 for one that is new.
            texts: those that are new, in order.
        """
        return KeywordIndex(texts, kept=(self, before))

    def __len__(self) -> int:
        return len(self.grams)

    def score(self, question: str) -> KeywordScores:
        """Score every passage against a question; one in the other language by the portable words alone."""
        terms = self.terms(question)
        foreign = self.english != (guess_language(question) == "en")
        stems, grams = self._score(terms)
        if not foreign.any():
            return KeywordScores(stems, grams, foreign)
        portable = self._score([term for term in terms if term.portable])
        return KeywordScores(np.where(foreign, portable[0], stems), np.where(foreign, portable[1], grams), foreign)

    def _score(self, terms: Sequence[Term]) -> tuple[Scores, Scores]:
        stems = sorted({form for term in terms for form in term.stems})
        grams = [gram for term in terms for gram, _ in term.grams]
        return self.stems.score(stems), self.grams.score(grams)

    def terms(self, question: str) -> tuple[Term, ...]:
        """Return the question's content words, each once; the weight is that of the more frequent of its stems."""
        terms = {}
        for written in WORD.findall(unicodedata.normalize("NFC", question)):
            word = written.lower()
            if word in stop_words() or word in terms:
                continue
            stems = frozenset((stem(word, "de"), stem(word, "en")))
            count = max(map(self.stems.frequency, stems))
            grams = tuple((gram, self._weight(self.grams.frequency(gram))) for gram in word_grams(word))
            terms[word] = Term(word, stems, self._weight(count), grams, is_portable(written))
        return tuple(terms.values())

    def _weight(self, count: int) -> float:
        return inverse_document_frequency(count, len(self))
