"""Learns the weights of the judge of written sentences, and prints what they reach on passages not learnt from.

    python -m tests.benchmarks.fit_grounding [FOLDER] --squad SQUAD.json

The numbers it prints are pasted into ``assistant/support/weights.py``. Everything is deterministic. Folds are by
passage. Beside the labelled pairs it learns from sentences of a SQuAD-format file held against their own passage and
against another one, so that a statement about something else is not supported however little a rule finds in it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from assistant.support import SupportJudge, embed_with
from assistant.support.features import Features, weigh
from assistant.support.judge import HARD, HARD_SCORE, find_all
from assistant.support.reading import read_evidence
from tests.benchmarks.fit_quoting import calibration_error
from tests.benchmarks.grounding import HERE, LEAST_WORDS, Pair, balanced_accuracy, open_embeddings, read_pairs
from tests.benchmarks.question_sets import read_squad

FOLDS = 5
STRENGTH = 3.0
"""Of the data against the L2 penalty on standardised weights; from 1 to 30 the balanced accuracy is the same."""
MECHANICAL = 0.2
"""Share of each class's mass that the sentences of the SQuAD-format file have."""
MECHANICAL_PAIRS = 300
FOR = {"similarity", "clause_similarity", "coverage", "foreign_similarity"}
"""Features that may only speak for a statement; all others but ``FREE`` only against it. Otherwise the pairs, in which
a false statement repeats the words of its evidence more often than a true paraphrase, would teach that likeness is a
bad sign."""
FREE = {"foreign"}
LIMITS = [
    (0, None) if item.name in FOR else (None, None) if item.name in FREE else (None, 0) for item in fields(Features)
]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic regression, its weights for features as they are."""

    intercept: float
    weights: np.ndarray

    def probability(self, features: np.ndarray) -> np.ndarray:
        """Return the probability of each row."""
        result: np.ndarray = 1 / (1 + np.exp(-(features @ self.weights + self.intercept)))
        return result


def main() -> None:
    """Learn, print the weights and the cross-validated figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=HERE / "grounding")
    parser.add_argument("--squad", type=Path, required=True)
    given = parser.parse_args()
    judge = SupportJudge(embed_with(open_embeddings()))
    pairs = read_pairs(given.folder / "calibration.jsonl")
    labelled = len(pairs)
    pairs += make_mechanical(given.squad)
    features, hard = weigh_all(judge, pairs)
    supported = np.array([pair.label == "supported" for pair in pairs])
    mass = np.where(np.arange(len(pairs)) < labelled, 1 - MECHANICAL, MECHANICAL)
    mass = mass / np.array(
        [
            sum(mass[(supported == own) & ((np.arange(len(pairs)) < labelled) == (place < labelled))])
            / (1 - MECHANICAL if place < labelled else MECHANICAL)
            for place, own in enumerate(supported)
        ]
    )
    folds = np.array([hash_group(pair.group) for pair in pairs])
    report(pairs, features, hard, supported, mass, folds, labelled)
    print_weights("SUPPORTED", fit(features, supported, mass))
    rest = (~supported) & (np.arange(len(pairs)) < labelled)
    partly = np.array([pair.label == "partly" for pair in pairs])
    print_weights("PARTLY", fit_partly(features[rest], partly[rest]))


def make_mechanical(squad: Path) -> list[Pair]:
    """Return sentences with their own passage, and with another passage of the same article."""
    chance = random.Random(0)
    found = read_squad(squad)
    groups = {question.article_id: question.group for question in found.questions}
    by_group: dict[str, list[str]] = {}
    for article in found.articles:
        by_group.setdefault(groups.get(article.source.article_id, ""), []).append(article.text)
    pairs = []
    for group, texts in by_group.items():
        for text in texts:
            others = [other for other in texts if other != text]
            for sentence in read_evidence(text):
                if others and len(sentence.text.split()) >= LEAST_WORDS:
                    pairs.append(Pair(sentence.text, text, "supported", "mechanical", "de", group))
                    pairs.append(Pair(sentence.text, chance.choice(others), "unsupported", "mechanical", "de", group))
    return chance.sample(pairs, MECHANICAL_PAIRS)


def weigh_all(judge: SupportJudge, pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of all pairs, and which of them have a finding that forbids support."""
    rows, hard = [], []
    for pair in pairs:
        alignment = judge.compare(pair.statement, [pair.evidence])
        assert alignment is not None
        findings = find_all(alignment)
        rows.append(astuple(weigh(alignment, findings)))
        hard.append(any(item.kind in HARD for item in findings))
    return np.array(rows), np.array(hard)


def hash_group(group: str) -> int:
    """Return the fold of a group of pairs."""
    return sum(group.encode()) % FOLDS


def report(
    pairs: Sequence[Pair],
    features: np.ndarray,
    hard: np.ndarray,
    supported: np.ndarray,
    mass: np.ndarray,
    folds: np.ndarray,
    labelled: int,
) -> None:
    """Print the figures by passage in folds, on the labelled pairs."""
    scores, partly = np.zeros(len(pairs)), np.zeros(len(pairs))
    is_partly = np.array([pair.label == "partly" for pair in pairs])
    for number in range(FOLDS):
        train, test = folds != number, folds == number
        scores[test] = fit(features[train], supported[train], mass[train]).probability(features[test])
        rest = train & ~supported & (np.arange(len(pairs)) < labelled)
        partly[test] = fit_partly(features[rest], is_partly[rest]).probability(features[test])
    scores = np.where(hard, np.minimum(scores, HARD_SCORE), scores)
    labels = [pair.label for pair in pairs[:labelled]]
    given = [
        "supported" if scores[place] >= 0.5 else "partly" if partly[place] >= 0.5 else "unsupported"
        for place in range(labelled)
    ]
    own, said = supported[:labelled], np.array([item == "supported" for item in given])
    print(
        f"by passage, {FOLDS} folds, {labelled} pairs: "
        f"balanced accuracy {balanced_accuracy(list(own), list(said)):.3f} "
        f"(supported right {said[own].mean():.3f}, others {(~said[~own]).mean():.3f}), "
        f"three ways {balanced_accuracy(labels, given):.3f}, AUC {roc_auc_score(own, scores[:labelled]):.3f}, "
        f"calibration error {calibration_error(scores[:labelled], own):.3f}"
    )
    for kind in sorted({pair.kind for pair in pairs}):
        chosen = np.array([pair.kind == kind for pair in pairs])
        print(f"  {kind}: {((scores >= 0.5) == supported)[chosen].mean():.2f} of {chosen.sum()}")


def fit(features: np.ndarray, target: np.ndarray, mass: np.ndarray) -> Fitted:
    """Fit a logistic regression whose weights keep their sign."""
    return fit_within(features, target, mass / mass.sum() * len(target), LIMITS)


def fit_partly(features: np.ndarray, target: np.ndarray) -> Fitted:
    """Fit a logistic regression that tells what is partly supported from what isn't at all."""
    mass = np.where(target, 0.5 / target.mean(), 0.5 / (1 - target.mean()))
    return fit_within(features, target, mass, [(None, None)] * features.shape[1])


def fit_within(features: np.ndarray, target: np.ndarray, mass: np.ndarray, limits: list) -> Fitted:
    """Fit a logistic regression with an L2 penalty on the standardised weights, which stay within limits."""
    spread = features.std(axis=0) + 1e-9
    scaled = features / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = scaled @ weights[1:] + weights[0]
        value = (
            STRENGTH * (mass * np.logaddexp(0, np.where(target, -logits, logits))).sum()
            + 0.5 * (weights[1:] ** 2).sum()
        )
        slope = STRENGTH * mass * (1 / (1 + np.exp(-logits)) - target)
        return value, np.concatenate([[slope.sum()], scaled.T @ slope + weights[1:]])

    start = np.zeros(features.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *limits]).x
    return Fitted(float(found[0]), found[1:] / spread)


def print_weights(name: str, model: Fitted) -> None:
    """Print a fitted regression as the line of code that holds it."""
    print(f"{name} = Logistic(\n    {model.intercept:.2f},\n    Features(")
    for item, value in zip(fields(Features), model.weights, strict=True):
        print(f"        {item.name}={value + 0.0:.2f},")
    print("    ),\n)")


if __name__ == "__main__":
    main()
