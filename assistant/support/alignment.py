"""Which word of the evidence says what a word of the statement says: by stem, by 4-grams, by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.support.names import entries_of
from assistant.support.reading import ReadSentence, Word
from assistant.support.vectors import Embed, FloatMatrix

LEAST_SHARE = 0.5
"""Share of the shorter word's 4-grams in the longer one from which one is taken for a form or a part of the other."""
LEAST_LONG_SHARE = 0.25
"""The same share of the longer word."""
FOREIGN_MEANING = 0.86
SAME_MEANING = 0.96
"""Cosines of two words, each embedded alone, that have nothing in common and that mean the same (e5: "Brücke" and
"tunnel" .86, "kaufen" and "erwerben" .96)."""
MEANING_WEIGHT = 0.9
"""What the same meaning counts in other letters."""
SURE_MATCH = 0.9
"""Match from which two words are taken for the same."""
NEARNESS = 0.3
"""What the similarity of a sentence counts beside the share of a clause's words in it."""
READ_CLOSELY = 6
"""Sentences of the evidence, the most similar ones, whose words are compared by meaning."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A statement beside its evidence.

    ``matches`` holds for each content word of the statement how well each of the evidence's words matches it, 0 to 1,
    shape (words, evidence words); ``owners`` for each of the evidence's words the number of its sentence;
    ``nearest`` for each clause of the statement the number of the sentence that says it.
    """

    statement: ReadSentence
    sentences: tuple[ReadSentence, ...]
    similarities: FloatMatrix
    clause_similarities: FloatMatrix
    matches: FloatMatrix
    owners: NDArray[np.int64]
    nearest: tuple[int, ...]

    def within(self, sentence: int) -> FloatMatrix:
        """Return the matches in one sentence of the evidence, shape (words, words of the sentence)."""
        part: FloatMatrix = self.matches[:, self.owners == sentence]
        return part

    def best_within(self, sentence: int) -> FloatMatrix:
        """Return for each word of the statement its best match in one sentence, shape (words,)."""
        return best_of(self.within(sentence))


def best_of(matches: FloatMatrix) -> FloatMatrix:
    """Return the largest match of each row, 0 where there is no column."""
    best: FloatMatrix = matches.max(axis=1, initial=0.0)
    return best


def align(
    statement: ReadSentence,
    sentences: Sequence[ReadSentence],
    similarities: FloatMatrix,
    clause_similarities: FloatMatrix,
    embed_words: Embed,
) -> Alignment:
    """Align a statement with the sentences of its evidence.

    Args:
        statement: as read.
        sentences: of the evidence, at least one.
        similarities: cosines of the statement and each sentence, scaled to 0 to 1, shape (sentences,).
        clause_similarities: the best of each long clause of the statement, scaled alike, shape (clauses,).
        embed_words: returns the unit vectors of words, shape (words, d).
    """
    words = [word for sentence in sentences for word in sentence.words]
    owners = np.repeat(np.arange(len(sentences)), [len(sentence.words) for sentence in sentences])
    matches = match_letters(statement.words, words)
    close = np.isin(owners, np.argsort(-similarities, kind="stable")[:READ_CLOSELY])
    add_meaning(matches, statement.words, words, close, embed_words)
    nearest = tuple(
        nearest_sentence(matches[[word.clause == place for word in statement.words]], owners, similarities)
        for place in range(len(statement.clauses))
    )
    return Alignment(statement, tuple(sentences), similarities, clause_similarities, matches, owners, nearest)


def match_letters(stated: Sequence[Word], given: Sequence[Word]) -> FloatMatrix:
    """Return how well words match by their letters, shape (stated, given)."""
    matches = np.zeros((len(stated), len(given)), dtype=np.float32)
    for row, word in enumerate(stated):
        for column, other in enumerate(given):
            matches[row, column] = match_word(word, other)
    return matches


def match_word(word: Word, other: Word) -> float:
    """Return how well two words match: 1 for the same stem or the same name, less for parts of a compound."""
    if word.stem == other.stem or word.form == other.form:
        return 1.0
    shared = len(word.grams & other.grams)
    if shared:
        short, long = sorted((len(word.grams), len(other.grams)))
        if shared >= LEAST_SHARE * short and shared >= LEAST_LONG_SHARE * long:
            return shared / short
    if word.capital and other.capital and entries_of(word.form) & entries_of(other.form):
        return 1.0
    return 0.0


def add_meaning(
    matches: FloatMatrix, stated: Sequence[Word], given: Sequence[Word], close: NDArray[np.bool_], embed_words: Embed
) -> None:
    """Raise the matches of words that no letters match to what their meaning is worth."""
    rows = [row for row, best in enumerate(best_of(matches)) if best < 1]
    columns = [int(column) for column in np.flatnonzero(close)]
    if not rows or not columns:
        return
    vectors = embed_words([stated[row].text for row in rows] + [given[column].text for column in columns])
    cosines = vectors[: len(rows)] @ vectors[len(rows) :].T
    meaning = np.clip((cosines - FOREIGN_MEANING) / (SAME_MEANING - FOREIGN_MEANING), 0, 1) * MEANING_WEIGHT
    places = np.ix_(np.array(rows), np.array(columns))
    matches[places] = np.maximum(matches[places], meaning)


def nearest_sentence(matches: FloatMatrix, owners: NDArray[np.int64], similarities: FloatMatrix) -> int:
    """Return the number of the sentence that holds most of some words, the more similar one of ties."""
    shares = [
        float(best_of(matches[:, owners == number]).mean()) if len(matches) else 0.0
        for number in range(len(similarities))
    ]
    return int(np.argmax(np.array(shares) + NEARNESS * similarities))
