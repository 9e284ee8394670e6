"""Learns the weights of sentence choice and confidence, and prints what they reach on articles not trained on.

    python -m tests.benchmarks.fit_quoting SQUAD.json [SQUAD.json ...]

The numbers it prints are pasted into ``assistant/sentence_ranking.py`` and ``assistant/confidence.py``. Everything is
deterministic. Folds are by article, so that no question is judged by weights that saw its article.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from platformdirs import user_cache_path
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.confidence import Evidence, weigh
from assistant.desk import READ
from assistant.evaluation.statistics import bootstrap_interval, mean_of
from assistant.reader import Reader, Reading
from assistant.sentence_ranking import Candidate, SentenceFeatures, rank_sentences
from tests.benchmarks.question_sets import (
    Question,
    QuestionSet,
    RememberingEmbeddings,
    RememberingReader,
    build_search,
    half_of,
    read_squad,
    without_sentences,
)
from tests.benchmarks.reader_examples import collect_terms, swap_terms
from vectorstore import EmbeddingModel, Hit, PassageSearch, Search
from vectorstore.retrieval import HITS

FOLDS = 5
PENALTY = 1e-3
"""L2 on the ranking's weights; from 1e-4 to 1e-2 the result is the same."""
FALSE_REFUSALS = 0.04
NEGATIVE_MASS = 0.1
"""Share of unanswerable questions among those on which the probability to be right is learnt."""
SHARES = {"answerable": 0.5, "not stated": 0.15, "near miss": 0.1, "swapped": 0.15, "other matters": 0.1}
"""Of the mass on which it is learnt whether a question is answerable: the passage without the answering sentence, the
collection without the answering passage, a question that names something else, a collection on other matters."""
SMALL_GROUPS = 5
SMALL_COLLECTIONS = 8
TYPES = {"figure", "date", "reason", "names", "missing_digits"}
WORDS = {"stems", "grams"}
NEIGHBOURS = {"stems_before", "stems_after", "similarity_before"}
MEANING = {"similarity", "similarity_before"}
PARTS: dict[str, set[str]] = {
    "all": set(),
    "without the reader": {"reader"},
    "the reader alone": {item.name for item in fields(SentenceFeatures)} - {"reader"},
    "without answer types": TYPES,
    "without words": WORDS,
    "without neighbours": NEIGHBOURS,
    "without similarity": MEANING,
    "without the passage's rank": {"passage"},
}
"""What is left out, to see what it brings."""
SPARE_HITS = 4
"""Hits asked for beyond the usual, so that taking out the answering article leaves enough."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question's candidates as a matrix, and which of them hold an answer."""

    group: str
    features: np.ndarray
    holds: np.ndarray


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for one answer, whether the collection holds one, and whether the first sentence does."""

    group: str
    kind: str
    evidence: np.ndarray
    answerable: bool
    right: bool


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--readers", type=Path, help="the folder that fit_reader wrote; without it nothing is read")
    parser.add_argument("--most", type=int, help="ask as many questions of each file, chosen by chance")
    given = parser.parse_args()
    sets = [keep_some(read_squad(path), given.most) for path in given.files]
    cache = user_cache_path("belegt") / "models"
    readers = open_readers(given.readers, cache) if given.readers else ()
    embeddings = RememberingEmbeddings(EmbeddingModel(), cache_dir=cache)
    searches = [build_search(item.articles, embeddings) for item in sets]
    ranked = [
        rank_case(question, search, readers)
        for item, search in zip(sets, searches, strict=True)
        for question in item.questions
    ]
    weights = report_ranking(ranked)
    cases = [
        case
        for item, search in zip(sets, searches, strict=True)
        for case in collect(item, search, embeddings, Ranking(weights, readers))
    ]
    report_confidence(cases)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How sentences are ranked: the weights, and the reader, if there is one."""

    weights: SentenceFeatures
    readers: Sequence[Reader]

    def rank(self, question: Question, search: Search) -> tuple[Candidate, ...]:
        """Rank the sentences of what was found."""
        return rank_sentences(question.text, search, read(self.readers, question, search), weights=self.weights)


def keep_some(item: QuestionSet, most: int | None) -> QuestionSet:
    """Return a set with at most as many questions; the articles stay."""
    if most is None or len(item.questions) <= most:
        return item
    places = sorted(random.Random(0).sample(range(len(item.questions)), most))
    return replace(item, questions=tuple(item.questions[place] for place in places))


def open_readers(folder: Path, cache: Path) -> tuple[Reader, ...]:
    """Return for each half of the articles the reader that was trained without it."""
    weights = (folder / f"without-{half}.safetensors" for half in (0, 1))
    return tuple(RememberingReader(cache_dir=cache, weights=path) for path in weights)


def read(readers: Sequence[Reader], question: Question, search: Search) -> tuple[Reading, ...]:
    """Read the best passages as the assistant does, with the reader that has not seen the question's article."""
    if not readers:
        return ()
    return readers[half_of(question.group)].read(question.text, [hit.passage for hit in search.hits[:READ]])


def rank_case(question: Question, search: PassageSearch, readers: Sequence[Reader]) -> Ranked:
    """Return a question's candidates; those of the right article count first, any that holds the words otherwise."""
    found = search.search(question.text)
    candidates = rank_sentences(question.text, found, read(readers, question, found))
    holds = np.array([holds_answer(item.text, question) for item in candidates], dtype=bool)
    right = np.array([item.hit.passage.source.article_id == question.article_id for item in candidates], dtype=bool)
    features = np.array([astuple(item.features) for item in candidates])
    return Ranked(question.group, features, holds & right if (holds & right).any() else holds)


def holds_answer(text: str, question: Question) -> bool:
    """Tell whether a text holds one of the right answers, verbatim but for case."""
    return any(answer.lower() in text.lower() for answer in question.answers)


def report_ranking(cases: list[Ranked]) -> SentenceFeatures:
    """Fit the ranking, print its weights and cross-validated figures, and return it."""
    weights = fit_ranking(cases)
    print("WEIGHTS = SentenceFeatures(")
    for item, value in zip(fields(SentenceFeatures), weights, strict=True):
        print(f"    {item.name}={value:.2f},")
    print(")")
    for part, left_out in PARTS.items():
        kept = np.array([item.name not in left_out for item in fields(SentenceFeatures)])
        report_part(part, [replace(case, features=case.features[:, kept]) for case in cases if len(case.features)])
    return SentenceFeatures(*[float(round(value, 2)) for value in weights])


def report_part(part: str, cases: list[Ranked]) -> None:
    """Print how often the first and the first two sentences hold an answer, by article in folds, with intervals."""
    results = held_out(cases)
    for name in sorted({group.split("/")[0] for group, *_ in results}):
        columns = np.array([row[1:] for row in results if row[0].startswith(f"{name}/")], dtype=float).T
        texts = []
        for values in columns:
            low, high = bootstrap_interval(mean_of(values), len(values), seed=0) or (np.nan, np.nan)
            texts.append(f"{values.mean():.4f} ({low:.3f} to {high:.3f})")
        print(
            f"{part}, {name}: first sentence {texts[0]}, first two {texts[1]} (by article, {FOLDS} folds)", flush=True
        )


def held_out(cases: list[Ranked]) -> list[tuple[str, bool, bool]]:
    """Return for each question its group, and whether the first one and two sentences hold an answer, by folds."""
    results = []
    for number in range(FOLDS):
        weights = fit_ranking([case for case in cases if fold(case.group) != number])
        for case in cases:
            if fold(case.group) == number:
                order = np.argsort(-(case.features @ weights), kind="stable")
                results.append((case.group, bool(case.holds[order[:1]].any()), bool(case.holds[order[:2]].any())))
    return results


def fold(group: str) -> int:
    """Return the fold of a group of articles."""
    return int(group.rsplit("/", 1)[1]) % FOLDS


def fit_ranking(cases: list[Ranked]) -> np.ndarray:
    """Fit the listwise softmax: maximise the probability that falls on sentences which hold an answer."""
    usable = [case for case in cases if case.holds.any()]
    longest, width = max(len(case.features) for case in usable), usable[0].features.shape[1]
    features = torch.zeros(len(usable), longest, width, dtype=torch.float64)
    absent = torch.full((len(usable), longest), -1e9, dtype=torch.float64)
    holds = torch.zeros(len(usable), longest, dtype=torch.float64)
    for row, case in enumerate(usable):
        features[row, : len(case.features)] = torch.from_numpy(case.features)
        absent[row, : len(case.features)] = 0
        holds[row, : len(case.features)] = torch.from_numpy(case.holds.astype(float))
    weights = torch.zeros(width, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logs = torch.log_softmax(features @ weights + absent, dim=1)
        value = -torch.logsumexp(logs + torch.log(holds + 1e-12), dim=1).mean() + PENALTY * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return weights.detach().numpy()


def collect(
    item: QuestionSet, search: PassageSearch, embeddings: RememberingEmbeddings, ranking: Ranking
) -> list[Case]:
    """Return cases of every kind: the whole collection, halves of it, small ones, each with near misses."""
    cases = [*ask(item.questions, search, ranking), *ask_swapped(item, search, ranking)]
    groups = {question.article_id: question.group for question in item.questions}
    names = sorted(set(groups.values()))
    halves = [build_part(item, groups, set(names[parity::2]), embeddings) for parity in (0, 1)]
    for question in item.questions:
        other = halves[1 - names.index(question.group) % 2]
        cases += far(question, other, ranking)
    chance = random.Random(1)
    for _ in range(SMALL_COLLECTIONS):
        chosen = set(chance.sample(names, min(SMALL_GROUPS, len(names) // 2)))
        small = build_part(item, groups, chosen, embeddings)
        inside = [question for question in item.questions if question.group in chosen]
        others = [question for question in item.questions if question.group not in chosen]
        outside = chance.sample(others, min(len(inside), len(others)))
        cases += ask(inside, small, ranking)
        cases += [case for question in outside for case in far(question, small, ranking)]
    return cases


def build_part(
    item: QuestionSet, groups: dict[str, str], chosen: set[str], embeddings: RememberingEmbeddings
) -> PassageSearch:
    """Index the articles of the chosen groups alone."""
    return build_search([one for one in item.articles if groups.get(one.source.article_id) in chosen], embeddings)


def ask(questions: Sequence[Question], search: PassageSearch, ranking: Ranking) -> list[Case]:
    """Ask questions that the collection answers, and again with the answering article taken out of what is found."""
    cases = []
    for question in questions:
        found = search.search(question.text, count=HITS + SPARE_HITS)
        if any(hit.passage.source.article_id == question.article_id for hit in found.hits[:HITS]):
            cases += judge(question, keep(found, found.hits), ranking, kind="answerable")
        cases += judge(question, without_answer(found, question), ranking, kind="not stated")
        others = [hit for hit in found.hits if hit.passage.source.article_id != question.article_id]
        if not any(holds_answer(hit.passage.text, question) for hit in others):
            cases += judge(question, keep(found, others), ranking, kind="near miss")
    return cases


def ask_swapped(item: QuestionSet, search: PassageSearch, ranking: Ranking) -> list[Case]:
    """Ask questions in which a noun, name or number is swapped for another of the article."""
    chance = random.Random(2)
    texts = {article.source.article_id: article.text for article in item.articles}
    terms = collect_terms(item.questions)
    cases = []
    for question in item.questions:
        swapped = list(swap_terms(question.text, texts[question.article_id], terms[question.group], chance))
        if swapped:
            other = replace(question, text=chance.choice(swapped))
            cases += judge(other, search.search(other.text), ranking, kind="swapped")
    return cases


def without_answer(found: Search, question: Question) -> Search:
    """Return a search in whose passages the sentences that hold the answer are left out: all else is as before."""
    hits = []
    for hit in found.hits[:HITS]:
        pairs = zip(hit.passage.sentences, hit.sentence_similarities, strict=True)
        kept = [pair for pair in pairs if not holds_answer(hit.passage.quote(pair[0]), question)]
        if kept:
            sentences, cosines = zip(*kept, strict=True)
            gone = [sentence for sentence in hit.passage.sentences if sentence not in sentences]
            passage = without_sentences(hit.passage, gone)
            hits.append(replace(hit, passage=passage, similarity=max(cosines), sentence_similarities=cosines))
    return replace(found, hits=tuple(hits))


def far(question: Question, search: PassageSearch, ranking: Ranking) -> list[Case]:
    """Ask a question of a collection on other matters."""
    return judge(question, search.search(question.text), ranking, kind="other matters")


def keep(found: Search, hits: Sequence[Hit]) -> Search:
    """Return a search with the first of the given hits, as many as usual."""
    return replace(found, hits=tuple(hits[:HITS]))


def judge(question: Question, search: Search, ranking: Ranking, *, kind: str) -> list[Case]:
    """Return the case of one question, none where nothing was found."""
    candidates = ranking.rank(question, search)
    if not candidates:
        return []
    evidence = np.array(astuple(weigh(question.text, search, candidates)))
    answerable = kind == "answerable"
    right = answerable and holds_answer(candidates[0].text, question)
    return [Case(question.group, kind, evidence, answerable, right)]


def report_confidence(cases: list[Case]) -> None:
    """Fit both regressions, print their weights, the threshold, and cross-validated figures."""
    features = np.array([case.evidence for case in cases])
    answerable = np.array([case.answerable for case in cases])
    right = np.array([case.right for case in cases])
    kinds = np.array([case.kind for case in cases])
    folds = np.array([fold(case.group) for case in cases])
    estimates = out_of_fold(features, answerable, folds, balance(kinds))
    threshold = float(np.quantile(estimates[answerable], FALSE_REFUSALS))
    print_logistic("ANSWERABLE", features, answerable, balance(kinds))
    print(f"THRESHOLD = {threshold:.3f}")
    medians = np.median(features[answerable], axis=0)
    print(
        "medians:", {item.name: round(float(value), 2) for item, value in zip(fields(Evidence), medians, strict=True)}
    )
    report_refusals(cases, estimates, threshold)
    kept = estimates >= threshold
    weight = np.where(answerable, 1.0, NEGATIVE_MASS * answerable[kept].sum() / max(1, (~answerable[kept]).sum()))
    print_logistic("RIGHT", features[kept], right[kept], weight[kept])
    shown = kept & answerable
    confidences = out_of_fold(features, right, folds, weight * kept + 1e-9)
    error = calibration_error(confidences[shown], right[shown])
    print(f"expected calibration error on answerable questions: {error:.4f} (by article, {FOLDS} folds)")


def report_refusals(cases: list[Case], estimates: np.ndarray, threshold: float) -> None:
    """Print for each file and kind of question how many are refused."""
    answerable = np.array([case.answerable for case in cases])
    kinds = np.array([case.kind for case in cases])
    files = np.array([case.group.split("/")[0] for case in cases])
    for name in sorted(set(files)):
        mine = answerable & (files == name)
        print(f"{name}: answerable refused {(estimates[mine] < threshold).mean():.4f}")
        for kind in list(SHARES)[1:]:
            chosen = (kinds == kind) & (files == name)
            area = roc_auc_score(answerable[chosen | mine], estimates[chosen | mine])
            print(f"  {kind}: refused {(estimates[chosen] < threshold).mean():.4f}, AUC {area:.4f}, n {chosen.sum()}")


def balance(kinds: np.ndarray) -> np.ndarray:
    """Return weights that give each kind its share of the mass."""
    weights = np.zeros(len(kinds))
    for kind, share in SHARES.items():
        chosen = kinds == kind
        weights[chosen] = share / max(chosen.mean(), 1e-9)
    return weights


def out_of_fold(features: np.ndarray, target: np.ndarray, folds: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return each case's probability by a regression that did not see its article."""
    estimates = np.zeros(len(target))
    for number in range(FOLDS):
        train, test = folds != number, folds == number
        estimates[test] = fit_logistic(features[train], target[train], weight[train]).predict_proba(features[test])[
            :, 1
        ]
    return estimates


def fit_logistic(features: np.ndarray, target: np.ndarray, weight: np.ndarray) -> LogisticRegression:
    """Fit a logistic regression."""
    return LogisticRegression(C=10.0, max_iter=1000).fit(features, target, sample_weight=weight)


def print_logistic(name: str, features: np.ndarray, target: np.ndarray, weight: np.ndarray) -> None:
    """Print a fitted regression as the line of code that holds it."""
    model = fit_logistic(features, target, weight)
    print(f"{name} = Logistic(\n    {model.intercept_[0]:.2f},\n    Evidence(")
    for item, value in zip(fields(Evidence), model.coef_[0], strict=True):
        print(f"        {item.name}={value:.2f},")
    print("    ),\n)")


def calibration_error(confidences: np.ndarray, right: np.ndarray, *, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al. 2015)."""
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(confidences[places == place].mean() - right[places == place].mean()) * (places == place).mean()
        for place in range(bins)
        if (places == place).any()
    ]
    return float(sum(gaps))


if __name__ == "__main__":
    main()
