"""Keyword ranking for German and English: BM25 over word stems, and over character 4-grams of words.

Stems find inflected forms; 4-grams find the parts of German compounds and forgive slips of the pen. A word is stemmed
in the language of its passage; a question's word in both, so that either language finds either.
"""

from __future__ import annotations

import functools
import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.sentences import guess_language

GRAM = 4
"""Four characters: of 3, 4 and 5 the usual choice for German (McNamee and Mayfield 2004)."""
STEM_WEIGHTS = {"k1": 1.5, "b": 0.75}
"""The usual BM25 parameters (Robertson and Zaragoza 2009)."""

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

Scores = NDArray[np.float32]


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


class KeywordIndex:
    """BM25 over the passages of a collection, held in memory; built anew when the collection changes.

    Args:
        texts: the passages, in the order in which scores are wanted; title and text of each.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._languages = np.array([guess_language(text) for text in texts])
        stems = [stem_text(text, language=language) for text, language in zip(texts, self._languages, strict=True)]
        grams = [gram_text(text) for text in texts]
        self._size = len(texts)
        self._stems = fit_bm25(stems)
        self._grams = fit_bm25(grams)
        self._stem_counts = document_frequencies(stems)
        self._gram_counts = document_frequencies(grams)

    def __len__(self) -> int:
        return self._size

    def score(self, question: str) -> KeywordScores:
        """Score every passage against a question; one in the other language by the portable words alone."""
        terms = self.terms(question)
        foreign = self._languages != guess_language(question)
        stems, grams = self._score(terms)
        if not foreign.any():
            return KeywordScores(stems, grams, foreign)
        portable = self._score([term for term in terms if term.portable])
        return KeywordScores(np.where(foreign, portable[0], stems), np.where(foreign, portable[1], grams), foreign)

    def _score(self, terms: Sequence[Term]) -> tuple[Scores, Scores]:
        stems = sorted({form for term in terms for form in term.stems})
        grams = [gram for term in terms for gram, _ in term.grams]
        return score_bm25(self._stems, stems, self._size), score_bm25(self._grams, grams, self._size)

    def terms(self, question: str) -> tuple[Term, ...]:
        """Return the question's content words, each once; the weight is that of the more frequent of its stems."""
        terms = {}
        for written in WORD.findall(unicodedata.normalize("NFC", question)):
            word = written.lower()
            if word in stop_words() or word in terms:
                continue
            stems = frozenset((stem(word, "de"), stem(word, "en")))
            count = max(self._stem_counts.get(form, 0) for form in stems)
            grams = tuple((gram, self._weight(self._gram_counts.get(gram, 0))) for gram in word_grams(word))
            terms[word] = Term(word, stems, self._weight(count), grams, is_portable(written))
        return tuple(terms.values())

    def _weight(self, count: int) -> float:
        return inverse_document_frequency(count, self._size)


def document_frequencies(documents: Iterable[list[str]]) -> Counter[str]:
    """Count in how many documents each token stands."""
    return Counter(token for tokens in documents for token in set(tokens))


def inverse_document_frequency(count: int, size: int) -> float:
    """Return ``ln(1 + (N - n + 0.5) / (n + 0.5))``, Lucene's form of Robertson and Spärck Jones; never negative."""
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def fit_bm25(documents: list[list[str]]) -> Any | None:
    """Index tokenised documents; ``None`` where there is no token at all."""
    import bm25s

    if not any(documents):
        return None
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets it to DEBUG when imported
    index = bm25s.BM25(method="lucene", **STEM_WEIGHTS)
    index.index(documents, show_progress=False)
    return index


def score_bm25(index: Any | None, tokens: list[str], size: int) -> Scores:
    """Score every document against the tokens; zeros where none of them is known."""
    known = [token for token in tokens if index is not None and token in index.vocab_dict]
    if index is None or not known:
        return np.zeros(size, dtype=np.float32)
    return np.asarray(index.get_scores(known), dtype=np.float32)
