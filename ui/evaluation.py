"""``belegt evaluate``: read, ask with a progress bar, show, write, compare, and hold the figures against the gates."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant import Assistant, BelegtError
from assistant.answer import Mode
from assistant.evaluation import Report, TestSet, compare, evaluate, read_testset, write_page
from assistant.evaluation.reading import Format
from ui.evaluation_table import show_comparison, show_report, show_wrong

PIPE_WIDTH = 140
"""Columns where the output is no terminal; wide enough for every table."""


class Gate(NamedTuple):
    """A figure that must not be lower, or not higher, than a limit."""

    metric: str
    limit: float


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for on the command line; ``None`` where an option was not given."""

    testset: Path
    testset_format: Format | None
    foreign: Path | None
    before: Path | None
    page: Path | None
    run_file: Path | None
    list_wrong: bool
    least: tuple[Gate, ...]
    most: tuple[Gate, ...]
    mode: Mode | None
    at_once: int
    seed: int
    fresh: bool


def run(job: Job, desk: Assistant) -> list[str]:
    """Do what was asked for and return a line for each gate that a figure did not pass.

    Raises:
        BelegtError: the test set, the articles or the run to compare with can't be read, or a file can't be written.
    """
    testset = read_job(job)
    before = Report.load(job.before) if job.before else None
    for path in (job.page, job.run_file):
        check_writable(path)
    with progress_bar() as watch:
        report = evaluate(
            desk, testset, mode=job.mode, seed=job.seed, at_once=job.at_once, fresh=job.fresh, watch=watch
        )
    if job.run_file:
        report.save(job.run_file)
    comparison = compare(before, report) if before else None
    if job.page:
        write_page(job.page, report, comparison)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    show_report(report, console)
    if job.list_wrong:
        show_wrong(report.wrong(), console)
    if comparison:
        show_comparison(comparison, console)
    return [*fail_gates(report, job.least, higher=True), *fail_gates(report, job.most, higher=False)]


def read_job(job: Job) -> TestSet:
    """Read the test set, and the one whose questions are to be refused."""
    testset = read_testset(job.testset, format=job.testset_format)
    return testset.with_unanswerable(read_testset(job.foreign)) if job.foreign else testset


def check_writable(path: Path | None) -> None:
    """Make sure that a file can be written before anything is asked.

    Raises:
        BelegtError: it can't.
    """
    if path is None:
        return
    if not path.parent.is_dir():
        raise BelegtError(f"{path} can't be written: there is no folder {path.parent}")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BelegtError(f"{path} can't be written; name another file")


def fail_gates(report: Report, gates: Sequence[Gate], *, higher: bool) -> Iterator[str]:
    """Yield a line for each gate that a figure did not pass; a figure that applies to no question passes none."""
    for gate in gates:
        value = report.value(gate.metric)
        if value is None:
            yield f"{gate.metric} applies to no question of this test set"
        elif value < gate.limit if higher else value > gate.limit:
            yield f"{gate.metric} is {value:.4f}, {'under' if higher else 'over'} {gate.limit:g}"


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr, on a terminal only, and hand out what moves it."""
    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Asking", visible=False)

        def watch(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of, visible=True)

        yield watch
