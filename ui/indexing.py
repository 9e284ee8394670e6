"""Indexing on the terminal: how far it is, and what it did."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from assistant import Progress, Report

NAMED_FAILURES = 20
"""Unreadable files named after a run; a folder of a thousand scans should not scroll the summary away."""


def progress_bar() -> Callable[[Progress], None]:
    """Return a function that shows how far indexing is in a terminal: share, articles, passages, rate, time left.

    Elsewhere, as in a log, nothing is shown.
    """
    bars: list[Bar] = []

    def watch(progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if not bars:
            bars.append(start_bar())
        bars[0].update(bars[0].task_ids[0], completed=progress.share, counts=describe_progress(progress), refresh=True)
        if progress.share >= 1 or progress.articles == progress.of_articles:
            bars.pop().stop()

    return watch


def start_bar() -> Bar:
    """Return a bar on stderr, shown already."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    bar = Progress(
        TextColumn("Indexing"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[counts]}"),
        console=Console(stderr=True),
        auto_refresh=False,
    )
    bar.add_task("", total=1.0, counts="")
    bar.start()
    return bar


def describe_progress(progress: Progress) -> str:
    """Return how far a run is in words: "12/40 articles, 310 passages, 25.1/s, 0:42 left"."""
    parts = [f"{progress.articles}/{progress.of_articles} articles", f"{progress.passages} passages"]
    if progress.failed:
        parts.append(f"{progress.failed} unreadable")
    if progress.rate:
        parts.append(f"{progress.rate:.1f}/s")
    if progress.seconds_left is not None:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    return ", ".join(parts)


def tell_report(done: Report) -> None:
    """Say what a run did: a line for each file that could not be read, and one for all others."""
    for line in done.failed[:NAMED_FAILURES]:
        click.echo(line, err=True)
    if len(done.failed) > NAMED_FAILURES:
        click.echo(f"... and {len(done.failed) - NAMED_FAILURES} more files that can't be read", err=True)
    click.echo(describe_report(done), err=True)


def describe_report(done: Report) -> str:
    """Return what a run did in one line."""
    if not (done.indexed or done.removed or done.renamed or done.stopped):
        return f"Nothing to do: {done.unchanged} articles unchanged{unreadable(done)}."
    counts = (
        f"{done.indexed} articles indexed ({done.passages} passages), {done.renamed} renamed, {done.removed} removed"
    )
    rate = f" in {done.seconds:.0f} s, {done.passages / done.seconds:.1f} passages/s" if done.seconds >= 1 else ""
    stopped = " Stopped; the next run does the rest." if done.stopped else ""
    return f"{counts}, {done.unchanged} unchanged{unreadable(done)}{rate}.{stopped}"


def unreadable(done: Report) -> str:
    """Return how many files could not be read, where there are any."""
    return f", {len(done.failed)} unreadable" if done.failed else ""
