"""A sentence read once: its language, clauses, content words, figures and dates, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.numerals import SCALES, number_word
from assistant.support.dates import NUMBERS, WEEKDAY, NamedDate, find_dates, find_weekdays
from assistant.support.figures import Figure, find_figures
from assistant.support.units import is_unit
from vectorstore import content_words, gram_text, guess_language, split_sentences, stem_text

Language = Literal["de", "en"]

WORD = re.compile(r"[^\W_]*[^\W\d_][^\W_]*")
"""Letters, with digits among them; hyphenated words come apart."""
CLAUSE_END = re.compile(
    r"[;:–—()]|,(?!\d)|\s-\s|(?<=\s)(?:sondern|während|obwohl|weil|nachdem|while|whereas|although|because|after|since|"
    r"which|who|und|and|but)(?=\s)",
    re.IGNORECASE,
)
READ_SENTENCES = 4_000
"""Sentences remembered: those of an answer's evidence are held against each of its statements."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as written, its stem, its 4-grams, the number of its clause, and its place in the sentence.

    ``capital`` tells whether it is capitalised, ``first`` whether nothing stands before it.
    """

    text: str
    stem: str
    grams: frozenset[str]
    clause: int
    start: int
    capital: bool
    first: bool

    @property
    def form(self) -> str:
        """The word in lower case."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with all that it is compared by."""

    text: str
    language: Language
    clauses: tuple[str, ...]
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    dates: tuple[NamedDate, ...]
    weekdays: frozenset[int]


def read_evidence(evidence: str) -> Iterator[ReadSentence]:
    """Yield the sentences of a text, headings too, in order."""
    language = guess_language(evidence)
    for sentence in split_sentences(evidence):
        yield read_sentence(evidence[sentence.start : sentence.end], language)


@lru_cache(maxsize=READ_SENTENCES)
def read_sentence(text: str, language: Language) -> ReadSentence:
    """Read one sentence, white space in it made even."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    dates = find_dates(plain)
    spans = list(find_clauses(plain))
    return ReadSentence(
        text=plain,
        language=language,
        clauses=tuple(plain[start:end] for start, end in spans),
        words=tuple(find_words(plain, spans, language, dates)),
        figures=find_figures(plain, language, dates),
        dates=dates,
        weekdays=find_weekdays(plain),
    )


def find_clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of a sentence begin and end."""
    start = 0
    for match in CLAUSE_END.finditer(text):
        if match.start() > start:
            yield start, match.start()
            start = match.start() if match[0].isalpha() else match.end()
    yield start, len(text)


def find_words(
    text: str, clauses: list[tuple[int, int]], language: Language, dates: Sequence[NamedDate]
) -> Iterator[Word]:
    """Yield the content words of a sentence that are neither figures nor units, dates nor days of the week."""
    first = True
    for match in WORD.finditer(text):
        word = match[0]
        dated = any(date.start <= match.start() < date.end for date in dates)
        if not dated and is_content(word):
            clause = next((number for number, (_, end) in enumerate(clauses) if match.start() < end), len(clauses) - 1)
            stems = stem_text(word, language=language)
            grams = frozenset(gram_text(word))
            yield Word(word, stems[0], grams, clause, match.start(), word[0].isupper(), first)
        first = False


@lru_cache(maxsize=20_000)
def is_content(word: str) -> bool:
    """Tell whether a word says something that is not told by a figure or a date."""
    lowered = word.casefold()
    if not content_words(word) or word.isdigit() or lowered in SCALES or lowered in NUMBERS:
        return False
    if is_unit(lowered) or number_word(lowered) is not None:
        return False
    return not any(day.fullmatch(lowered) for day in WEEKDAY)
