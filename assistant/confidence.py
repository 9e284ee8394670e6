"""Do the articles answer at all, and is the chosen sentence right? Two logistic regressions over the same evidence.

The weights come from ``tests/benchmarks/fit_quoting.py``, which asks questions of collections that hold their answer,
of collections on other matters, and of collections from which just the answering passage was taken out (near misses).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from assistant.question_type import QuestionType, classify, new_names, offers_date, offers_figure, offers_reason
from assistant.sentence_ranking import Candidate, Coverage
from vectorstore import Search, Term, guess_language, stem_text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer. Shares are of the question's weight, 0 to 1."""

    similarity: float
    """Of the chosen sentence: 0 for unrelated texts, 1 for the same text, whatever the model's cosines are."""
    passage_similarity: float
    """Of the passage nearest to the question."""
    passage_grams: float
    """Share of the question's 4-grams in the chosen sentence's passage or title."""
    nearby_stems: float
    """Share of the question's words in the chosen sentence and its neighbours."""
    rarest_missing: float
    """Weight of the heaviest word that is not there, not even in another form or compound, as a share."""
    offers_type: float
    """1 where the sentence offers what the question asks for, or it asks for nothing in particular."""
    missing_digits: float
    """1 where the question names a number that the sentence lacks."""
    probability: float
    """Of the chosen sentence to be the best of all."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: ``1 / (1 + exp(-(intercept + weights . evidence)))``."""

    intercept: float
    weights: Evidence

    def probability(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1."""
        pairs = zip(astuple(self.weights), astuple(evidence), strict=True)
        score = self.intercept + sum(weight * value for weight, value in pairs)
        return 1 / (1 + math.exp(-score)) if score > 0 else math.exp(score) / (1 + math.exp(score))


ANSWERABLE = Logistic(
    -9.99,
    Evidence(
        similarity=6.28,
        passage_similarity=6.32,
        passage_grams=3.86,
        nearby_stems=2.21,
        rarest_missing=-0.27,
        offers_type=0.70,
        missing_digits=-0.78,
        probability=2.65,
    ),
)
RIGHT = Logistic(
    -3.81,
    Evidence(
        similarity=4.87,
        passage_similarity=-2.95,
        passage_grams=-0.22,
        nearby_stems=0.44,
        rarest_missing=-0.88,
        offers_type=1.02,
        missing_digits=-0.34,
        probability=4.28,
    ),
)
THRESHOLD = 0.25
"""Below it the articles are taken not to answer: some 4 % of the answerable questions of XQuAD-de are then refused."""


def weigh(question: str, search: Search, candidates: Sequence[Candidate]) -> Evidence:
    """Return the evidence for the first candidate.

    Args:
        question: as searched.
        search: what was found.
        candidates: ranked, at least one.
    """
    chosen = candidates[0]
    passage = chosen.hit.passage
    context = f"{passage.source.title}\n{passage.text}"
    measure = Coverage(search)
    stems = set(stem_text(context, language=guess_language(passage.text)))
    features = chosen.features
    return Evidence(
        similarity=scale(chosen.similarity, search.unrelated),
        passage_similarity=scale(max(hit.similarity for hit in search.hits), search.unrelated),
        passage_grams=measure.gram_share(context),
        nearby_stems=min(1.0, features.stems + features.stems_before + features.stems_after),
        rarest_missing=rarest_missing(search.terms, stems, context),
        offers_type=float(offers_type(chosen.text, question)),
        missing_digits=features.missing_digits,
        probability=chosen.probability,
    )


def scale(similarity: float, unrelated: float) -> float:
    """Return how far a cosine is on the way from unrelated texts (0) to the same text (1)."""
    return (similarity - unrelated) / (1 - unrelated)


def rarest_missing(terms: Sequence[Term], stems: set[str], context: str) -> float:
    """Return the weight of the heaviest word that a passage lacks, as a share of the question's weight.

    A word that is part of a longer one counts as there: "Chip" in "Zhenwu-Chip", "Cloud" in "Cloudmarkt".
    """
    total = sum(term.weight for term in terms)
    lowered = context.lower()
    missing = [
        term.weight
        for term in terms
        if term.stems.isdisjoint(stems) and not any(form in lowered for form in term.stems)
    ]
    return max(missing, default=0.0) / total if total else 0.0


def offers_type(sentence: str, question: str) -> bool:
    """Tell whether a sentence offers the kind of thing that the question asks for."""
    kind = classify(question)
    if kind is QuestionType.FIGURE:
        return offers_figure(sentence, question)
    if kind is QuestionType.DATE:
        return offers_date(sentence, question)
    if kind is QuestionType.NAME:
        return bool(new_names(sentence, question))
    return kind is QuestionType.OTHER or offers_reason(sentence)
