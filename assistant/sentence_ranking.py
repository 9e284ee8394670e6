"""Which sentence of the found passages answers? A linear ranking over a few features, learnt once.

The weights come from ``tests/benchmarks/fit_quoting.py``: a listwise softmax over the sentences of the five best
passages, on German questions (XQuAD, MLQA, GermanQuAD). What each feature brings stands in
``tests/benchmarks/README.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.question_type import (
    QuestionType,
    classify,
    missing_digits,
    new_names,
    offers_date,
    offers_figure,
    offers_reason,
)
from assistant.reader import Reading, Span
from vectorstore import Hit, Passage, Search, Sentence, gram_text, guess_language, standardise, stem_text

LARGEST_SCORE = 10.0
"""Reader's scores beyond it say no more."""
MANY_NAMES = 4
"""New names beyond the fourth count no more."""


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """What speaks for a sentence. Shares are of the question's weight (inverse document frequency), 0 to 1."""

    similarity: float
    """Cosine to the question, in standard deviations above the candidates' mean."""
    passage: float
    """The passage's fused score less that of the best passage; at most 0."""
    stems: float
    """Share of the question's words in the sentence."""
    grams: float
    """Share of the question's 4-grams in the sentence."""
    stems_before: float
    """What the sentence before, or the title for the first, adds to the share of words."""
    stems_after: float
    """What the sentence after adds."""
    figure: float
    date: float
    reason: float
    """1 where the question asks for such a thing and the sentence offers one."""
    names: float
    """Where a name is asked for: how many new ones the sentence brings, as a share of four."""
    similarity_before: float
    """Cosine of the sentence before, standardised like ``similarity``; its own for a passage's first."""
    missing_digits: float
    """1 where the question names a number that the sentence lacks."""
    reader: float = 0.0
    """The reader's score, cut off at 10 on either side; 0 where nothing was read."""


WEIGHTS_UNREAD = SentenceFeatures(
    similarity=0.96,
    passage=1.09,
    stems=1.68,
    grams=1.13,
    stems_before=2.41,
    stems_after=0.81,
    figure=1.52,
    date=1.86,
    reason=1.46,
    names=0.37,
    similarity_before=0.09,
    missing_digits=-0.70,
)
"""Where nothing was read."""
WEIGHTS = SentenceFeatures(
    similarity=0.51,
    passage=1.08,
    stems=0.08,
    grams=0.16,
    stems_before=0.66,
    stems_after=-0.08,
    figure=0.65,
    date=1.16,
    reason=0.62,
    names=0.56,
    similarity_before=0.05,
    missing_digits=0.04,
    reader=0.61,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer: its hit, its features, and its probability to be the best of all candidates."""

    hit: Hit
    sentence: Sentence
    text: str
    similarity: float
    features: SentenceFeatures
    probability: float
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A quotable sentence with what surrounds it, before it is compared with the question."""

    hit: Hit
    sentence: Sentence
    text: str
    similarity: float
    similarity_before: float
    before: str
    after: str
    score: float
    span: Span | None


def rank_sentences(
    question: str,
    search: Search,
    readings: Sequence[Reading] = (),
    *,
    weights: SentenceFeatures | None = None,
) -> tuple[Candidate, ...]:
    """Return the quotable sentences of the hits, likeliest answer first; ties by the order in which they stand.

    Args:
        question: as searched.
        search: what was found.
        readings: what the reader found in the first hits; only those are then looked at.
        weights: of the features; by default those learnt with or without a reader.
    """
    read: list[Reading | None] = [*readings] or [None] * len(search.hits)
    places = [place for hit, reading in zip(search.hits, read, strict=False) for place in quotable_places(hit, reading)]
    if not places:
        return ()
    features = compare(question, search, places)
    matrix = np.array([astuple(item) for item in features])
    probabilities = softmax(matrix @ np.array(astuple(weights or (WEIGHTS if readings else WEIGHTS_UNREAD))))
    order = np.argsort(-probabilities, kind="stable")
    return tuple(
        Candidate(
            places[index].hit,
            places[index].sentence,
            places[index].text,
            places[index].similarity,
            features[index],
            float(probabilities[index]),
            places[index].span,
        )
        for index in order
    )


def quotable_places(hit: Hit, reading: Reading | None = None) -> list[Place]:
    """Return the quotable sentences of a passage; the title stands before the first."""
    texts = [hit.passage.quote(sentence) for sentence in hit.passage.sentences]
    before = [hit.passage.source.title, *texts[:-1]]
    after = [*texts[1:], ""]
    cosines = hit.sentence_similarities
    scores, spans = (reading.scores, reading.spans) if reading else ((0.0,) * len(texts), (None,) * len(texts))
    rows = zip(
        hit.passage.sentences, texts, cosines, (*cosines[:1], *cosines[:-1]), before, after, scores, spans, strict=True
    )
    return [Place(hit, *row) for row in rows if row[0].quotable]


def compare(question: str, search: Search, places: Sequence[Place]) -> list[SentenceFeatures]:
    """Return the features of every place."""
    kind = classify(question)
    similarities = standardise(np.array([place.similarity for place in places])).tolist()
    similarities_before = standardise(np.array([place.similarity_before for place in places])).tolist()
    best_passage = max(hit.score for hit in search.hits)
    measures = {hit.passage: Coverage(question, search, hit.passage) for hit in search.hits}
    return [
        SentenceFeatures(
            similarity=similarity,
            passage=place.hit.score - best_passage,
            **measures[place.hit.passage].shares(place),
            figure=float(kind is QuestionType.FIGURE and offers_figure(place.text, question)),
            date=float(kind is QuestionType.DATE and offers_date(place.text, question)),
            reason=float(kind is QuestionType.REASON and offers_reason(place.text)),
            names=name_share(place.text, question) if kind is QuestionType.NAME else 0.0,
            similarity_before=before,
            missing_digits=float(missing_digits(place.text, question)),
            reader=float(np.clip(place.score, -LARGEST_SCORE, LARGEST_SCORE)),
        )
        for place, similarity, before in zip(places, similarities, similarities_before, strict=True)
    ]


def name_share(sentence: str, question: str) -> float:
    """Return how many new names a sentence brings, as a share of what counts."""
    return min(len(new_names(sentence, question)), MANY_NAMES) / MANY_NAMES


class Coverage:
    """How much of a question's words and 4-grams a passage's texts hold, weighted by how rare they are.

    In a passage of the other language only the words count that are the same in both.

    Args:
        question: decides, with the passage, whether the languages differ.
        search: the question's terms with their weights.
        passage: whose texts are measured.
    """

    def __init__(self, question: str, search: Search, passage: Passage) -> None:
        self._language = guess_language(passage.text)
        self.foreign = self._language != guess_language(question)
        self.terms = tuple(term for term in search.terms if term.portable or not self.foreign)
        self._term_mass = sum(term.weight for term in self.terms) or 1.0
        self._grams = {gram: weight for term in self.terms for gram, weight in term.grams}
        self._gram_mass = sum(self._grams.values()) or 1.0
        self._stems: dict[str, frozenset[str]] = {}  # each sentence is asked for thrice: itself, before, after

    def shares(self, place: Place) -> dict[str, float]:
        """Return the shares of a sentence by itself, and what its neighbours add."""
        own, before, after = (self.stems(text) for text in (place.text, place.before, place.after))
        share = self.stem_share(own)
        return {
            "stems": share,
            "grams": self.gram_share(place.text),
            "stems_before": self.stem_share(own | before) - share,
            "stems_after": self.stem_share(own | after) - share,
        }

    def stems(self, text: str) -> frozenset[str]:
        """Return the stems of a text of the passage."""
        if text not in self._stems:
            self._stems[text] = frozenset(stem_text(text, language=self._language))
        return self._stems[text]

    def stem_share(self, stems: frozenset[str]) -> float:
        """Return the weight of the question's words among ``stems``, as a share of all its words' weight."""
        return sum(term.weight for term in self.terms if not term.stems.isdisjoint(stems)) / self._term_mass

    def gram_share(self, text: str) -> float:
        """Return the weight of the question's 4-grams in a text, as a share of all its 4-grams' weight."""
        held = set(gram_text(text))
        return sum(weight for gram, weight in self._grams.items() if gram in held) / self._gram_mass


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities that sum to 1."""
    powers = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = powers / powers.sum()
    return shares
