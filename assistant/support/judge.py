"""The judge of what is written: every statement is held against what it cites, by rule and by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import SUPPORT_RANKS, Support
from assistant.support.alignment import Alignment, align
from assistant.support.features import Features, weigh
from assistant.support.findings import Finding, find_facts, find_marks, find_quotes
from assistant.support.reading import ReadSentence, read_evidence, read_sentence
from assistant.support.vectors import Embed, FloatMatrix, RememberingEmbedder
from assistant.support.weights import PARTLY, SUPPORTED
from vectorstore import PassageEmbedder, SentenceTransformerEmbeddings, guess_language

THRESHOLD = 0.5
"""Probability from which a statement counts as supported; both classes weighed alike when it was learnt."""
HARD = frozenset(["number", "unit", "year", "date", "name", "quote", "roles"])
"""Findings with which no statement is supported, whatever else speaks for it."""
HARD_SCORE = 0.45
"""The highest score of a statement with such a finding, just below the threshold."""
LEAST_COVERAGE = 0.3
"""Mean match of a statement's words below which nothing in its own language supports it: of true paraphrases one in
twenty has .27 or less, of sentences about something else half have .29 or less (the pairs of ``fit_grounding``)."""
LEAST_SIMILARITY = 0.1
"""Scaled similarity below which nothing does; no supported statement of those pairs has less than .126."""
WELL_COVERED = 0.7
"""Mean match from which the words are there, however unlike the sentences are: a short one out of a long one."""
UNRELATED = 0.80
"""Cosine of two sentences that have little to do with each other (e5, median over sentences of different articles)."""
SHORTEST_CLAUSE = 4
"""Words of a clause that is embedded by itself."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far a statement stands on its evidence.

    ``score`` is the probability that it does, 0 to 1, learnt with as many supported statements as others. ``reasons``
    tell what speaks against it, each as "kind: what", the kind one of ``findings.Kind``.
    """

    support: Support
    score: float
    reasons: tuple[str, ...]


class SupportJudge:
    """Judges statements by their evidence; safe for several threads.

    Args:
        embed: returns the unit vectors of sentences and of words, shape (texts, d); ``embed_with`` makes one of an
            embedding model.
    """

    def __init__(self, embed: Embed) -> None:
        self._embed = RememberingEmbedder(embed)

    def judge(self, statement: str, evidence: Sequence[str]) -> Judgement:
        """Return how far a statement stands on all of the evidence together.

        What stands there word for word, as one or several whole sentences, is supported.

        Args:
            statement: one sentence.
            evidence: quotes or passages, in any order.
        """
        if any(is_verbatim(statement, text) for text in evidence):
            return Judgement("supported", 1.0, ())
        alignment = self.compare(statement, evidence)
        if alignment is None:
            return Judgement("unsupported", 0.0, ("coverage",))
        findings = find_all(alignment)
        return decide(weigh(alignment, findings), findings)

    def find_support(self, statement: str, passages: Sequence[str]) -> int | None:
        """Return which passage supports a statement best, counted from 0; ``None`` where none does so even partly."""
        judgements = [self.judge(statement, [passage]) for passage in passages]
        ranks = [(SUPPORT_RANKS[item.support], item.score) for item in judgements]
        best = max(range(len(ranks)), key=ranks.__getitem__, default=None)
        return best if best is not None and ranks[best][0] > 0 else None

    def compare(self, statement: str, evidence: Sequence[str]) -> Alignment | None:
        """Return a statement aligned with its evidence, ``None`` where either says nothing."""
        read = read_sentence(statement, guess_language(statement))
        sentences = sorted({item for text in evidence for item in read_evidence(text)}, key=lambda item: item.text)
        if not sentences or not (read.words or read.figures):
            return None
        texts = [sentence.text for sentence in sentences]
        whole, parts = self._embed([read.text]), self._embed(long_clauses(read))
        given = self._embed(texts)
        pieces = self._embed([*texts, *(clause for sentence in sentences for clause in long_clauses(sentence))])
        near = scale(given @ whole[0])
        clauses = scale(parts @ pieces.T).max(axis=1, initial=0.0) if len(parts) else np.zeros(0, dtype=np.float32)
        return align(read, sentences, near, clauses, self._embed)


def embed_with(embedder: PassageEmbedder) -> Embed:
    """Return what a judge needs of an embedding model: both sides embedded alike, as questions are."""
    if isinstance(embedder, SentenceTransformerEmbeddings):
        return embedder.embed_questions
    return lambda texts: np.stack([embedder.embed_question(text) for text in texts])


def find_all(alignment: Alignment) -> tuple[Finding, ...]:
    """Return all that is found by rule, each once."""
    found = (*find_facts(alignment), *find_quotes(alignment), *find_marks(alignment))
    return tuple(dict.fromkeys(found))


def decide(features: Features, findings: Sequence[Finding]) -> Judgement:
    """Return the judgement on a statement with some features and findings."""
    score = SUPPORTED.probability(features)
    if is_elsewhere(features):
        return Judgement("unsupported", min(score, HARD_SCORE), ("coverage",))
    if any(item.kind in HARD for item in findings):
        score = min(score, HARD_SCORE)
    if score >= THRESHOLD:
        return Judgement("supported", score, tuple(map(str, findings)))
    support: Support = "partly" if PARTLY.probability(features) >= THRESHOLD else "unsupported"
    reasons = tuple(map(str, findings)) or ("roles" if roles_differ(features) else "coverage",)
    return Judgement(support, score, reasons)


def is_elsewhere(features: Features) -> bool:
    """Tell whether a statement speaks of something else than its evidence does."""
    if features.foreign:
        return features.similarity < LEAST_SIMILARITY
    return features.coverage < (WELL_COVERED if features.similarity < LEAST_SIMILARITY else LEAST_COVERAGE)


def roles_differ(features: Features) -> bool:
    """Tell whether what is said of whom speaks against a statement rather than its words."""
    return any((features.figure_roles, features.clause_roles, features.name_roles, features.owner, features.swapped))


def is_verbatim(statement: str, evidence: str) -> bool:
    """Tell whether a statement is a run of whole sentences of a text; white space and the final mark don't count."""
    bare = trim(statement)
    if not bare or bare not in trim(evidence):
        return False
    sentences = [trim(item.text) for item in read_evidence(evidence)]
    for first in range(len(sentences)):
        said = ""
        for sentence in sentences[first:]:
            said = f"{said} {sentence}".strip()
            if same_words(said, bare):
                return True
            if len(said) > len(bare) + len(sentences):
                break
    return bare == trim(evidence)


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for their final marks."""
    return one.rstrip(".!?… ") == other.rstrip(".!?… ")


def trim(text: str) -> str:
    """Return a text with its white space made even, without a final mark."""
    return " ".join(text.split()).rstrip(".!?… ")


def long_clauses(sentence: ReadSentence) -> list[str]:
    """Return the clauses of a sentence that say something by themselves; none where there is only one."""
    if len(sentence.clauses) < 2:
        return []
    return [clause.strip() for clause in sentence.clauses if len(clause.split()) >= SHORTEST_CLAUSE]


def scale(cosines: FloatMatrix) -> FloatMatrix:
    """Return cosines as a share of the way from unrelated sentences to the same one, 0 to 1."""
    scaled: FloatMatrix = np.clip((cosines - UNRELATED) / (1 - UNRELATED), 0, 1)
    return scaled
