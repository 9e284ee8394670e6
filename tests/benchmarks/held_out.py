"""What the reader brings to articles that it was not trained on: each half is asked with the reader trained without it.

    python -m tests.benchmarks.held_out --readers FOLDER [--near-misses FILE.jsonl] [--save PREFIX] SQUAD.json

FOLDER is what fit_reader wrote. All paragraphs are searched. Printed are the figures of both halves together, the
difference to answering without a reader, how good spans would be if fewer or more of them were shown, and how many near
misses would be refused if as many answerable questions were.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.confidence import READ, weigh
from assistant.evaluation import Report, TestSet, compare, evaluate, read_testset
from assistant.evaluation.evaluate import open_collection
from assistant.evaluation.figures import make_figures
from assistant.evaluation.matching import exact_match, f1
from assistant.evaluation.testset import Case
from assistant.sentence_ranking import rank_sentences
from tests.benchmarks.question_sets import RememberingReader, half_of, read_squad
from ui.evaluation_table import show_comparison, show_report

FALSE_REFUSALS = (0.02, 0.04, 0.08, 0.12)
SURE = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7)
"""Probabilities from which a span might be shown."""


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path, help="a SQuAD-format file that the readers were trained on, by halves")
    parser.add_argument("--readers", type=Path, required=True, help="the folder that fit_reader wrote")
    parser.add_argument("--near-misses", type=Path, help="questions that its articles don't answer")
    parser.add_argument("--save", help="where both runs are written: PREFIX-read.json and PREFIX-unread.json")
    given = parser.parse_args()
    console = Console(width=140)
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        desks = [open_desk(Path(folder), given.readers / f"without-{half}.safetensors") for half in (0, 1)]
        unread = Assistant(Settings(data_dir=Path(folder), reader=False))
        halves = [keep_half(given.squad, half, given.near_misses) for half in (0, 1)]
        before = join_reports([evaluate(unread, half) for half in halves])
        after = join_reports([evaluate(desk, half) for desk, half in zip(desks, halves, strict=True)])
        if given.save:
            before.save(f"{given.save}-unread.json")
            after.save(f"{given.save}-read.json")
        show_report(after, console)
        show_comparison(compare(before, after), console)
        looked = [item for pair in zip(desks, halves, strict=True) for item in look_at_all(*pair)]
        console.print(spans_table([item for item in looked if item.answerable]))
        if given.near_misses:
            console.print(refusals_table(looked))


def open_desk(folder: Path, weights: Path) -> Assistant:
    """Return an assistant that reads with the given weights."""
    settings = Settings(data_dir=folder, reader=True)
    return Assistant(settings, reader=RememberingReader(cache_dir=settings.cache_dir / "models", weights=weights))


def keep_half(squad: Path, half: int, near_misses: Path | None) -> TestSet:
    """Return a test set with the questions of every second article, and those that none answers."""
    whole = read_testset(squad)
    groups = {item.text.strip(): item.group for item in read_squad(squad).questions}
    kept = tuple(case for case in whole.cases if case.answerable and half_of(groups[case.question]) == half)
    testset = replace(whole, cases=kept, digest=f"{whole.digest}-{half}")
    return testset.with_unanswerable(read_testset(near_misses)) if near_misses else testset


def join_reports(reports: Sequence[Report]) -> Report:
    """Return both halves as one run; a question that is in both has a key of its own in each."""
    records = [
        replace(record, key=f"{half}:{record.key}") for half, report in enumerate(reports) for record in report.records
    ]
    steps = {name: sum(item.steps.get(name, 0) for item in reports) for item in reports for name in item.steps}
    figures = tuple(make_figures(records, seed=0))
    return replace(reports[0], records=tuple(records), figures=figures, steps=steps, groups=())


@dataclass(frozen=True, slots=True)
class Look:
    """What is thought of a question: is it answerable, how likely, and the best sentence's span with its scores."""

    answerable: bool
    probability: float
    span: float
    exact_match: float
    f1: float


def look_at_all(desk: Assistant, testset: TestSet) -> list[Look]:
    """Return what is thought of each question; spans are as the reader gives them, not widened."""
    beside, _ = open_collection(desk, testset)
    return [look_at(beside, case) for case in testset.cases]


def look_at(desk: Assistant, case: Case) -> Look:
    """Return what is thought of one question."""
    found = desk.search(case.question)
    candidates = rank_sentences(case.question, found, desk.read(case.question, found))
    probability = READ.answerable.probability(weigh(case.question, found, candidates))
    best = candidates[0]
    if not best.span or not case.answers:
        return Look(case.answerable, probability, -1.0, 0.0, 0.0)
    words = best.text[best.span.start - best.sentence.start : best.span.end - best.sentence.start]
    scores = exact_match(words, case.answers), f1(words, case.answers)
    return Look(case.answerable, probability, best.span.probability, *scores)


def spans_table(looks: Sequence[Look]) -> Table:
    """Return what spans would be worth, were they shown from some probability on."""
    spans, exact, overlap = (
        np.array([getattr(item, name) for item in looks]) for name in ("span", "exact_match", "f1")
    )
    table = Table("spans shown from", "given", "F1 given", "EM given", "F1 over all", "EM over all")
    for sure in SURE:
        shown = spans >= sure
        figures = (
            shown.mean(),
            overlap[shown].mean(),
            exact[shown].mean(),
            *((item * shown).mean() for item in (overlap, exact)),
        )
        table.add_row(f"{sure:.2f}", *(f"{figure:.3f}" for figure in figures))
    return table


def refusals_table(looks: Sequence[Look]) -> Table:
    """Return how many near misses would be refused, were the threshold set by the share of answerable ones refused."""
    inside, outside = (
        np.array([item.probability for item in looks if item.answerable is kind]) for kind in (True, False)
    )
    table = Table("answerable questions refused", "threshold", "near misses refused")
    for share in FALSE_REFUSALS:
        threshold = np.quantile(inside, share)
        table.add_row(f"{share:.2f}", f"{threshold:.3f}", f"{(outside < threshold).mean():.3f}")
    return table


if __name__ == "__main__":
    main()
