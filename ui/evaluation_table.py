"""A report and a comparison as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from assistant.evaluation import Change, Comparison, Record, Report, judge_difference
from assistant.evaluation.comparison import SIGNIFICANT
from assistant.evaluation.metrics import BY_NAME

COLOURS = {"better": "green", "worse": "red", "changed": "yellow", "": ""}
MILLISECONDS = 1000
SHOWN = 10
"""Questions shown whose answer is only worded otherwise; there can be hundreds, and none is better or worse."""


def show_report(report: Report, console: Console) -> None:
    """Print the figures, the kinds of questions, the steps that failed, the speed, and what is odd in the test set."""
    run = report.run
    console.print(
        plain(
            f"{run.testset}: {len(report.records)} questions over {run.articles} articles ({run.passages} passages), "
            f"seed {run.seed}"
        )
    )
    console.print(figures_table(report))
    if len(report.groups) > 1:
        console.print(groups_table(report))
    console.print(plain(steps_line(report)))
    if report.speed:
        console.print(plain(speed_line(report)))
    for note in report.notes:
        console.print(plain(f"Note: {note}"))


def figures_table(report: Report) -> Table:
    """Return the figures by section, each with its 95 % interval and the number of questions it applies to."""
    table = Table("metric", "name", *right_aligned("value", "95 % interval", "questions"))
    for _, members in report.sections():
        for place, figure in enumerate(members):
            interval = format_interval(figure.low, figure.high)
            cells = [BY_NAME[figure.name].title, figure.name, number(figure.value), interval, str(figure.questions)]
            table.add_row(*map(plain, cells), end_section=place == len(members) - 1)
    return table


def groups_table(report: Report) -> Table:
    """Return the main figures by kind of question."""
    names = list(dict.fromkeys(name for group in report.groups for name in group.values))
    table = Table("kind of question", *right_aligned("questions", *names))
    for group in report.groups:
        values = (number(group.values[name]) if name in group.values else "" for name in names)
        table.add_row(*map(plain, (group.kind, str(group.questions), *values)))
    return table


def steps_line(report: Report) -> str:
    """Return how often each step probably failed."""
    if not report.steps:
        return "Nothing went wrong."
    counted = ", ".join(f"{step} {count}" for step, count in report.steps.items())
    return f"Steps that probably failed: {counted}. --list-wrong or --report shows each."


def speed_line(report: Report) -> str:
    """Return the speed of each step and the most memory held."""
    if report.speed is None:
        return ""
    steps = ", ".join(
        f"{step.name} {step.median * MILLISECONDS:.1f} / {step.percentile_95 * MILLISECONDS:.1f}"
        for step in report.speed.steps
    )
    memory = f"; peak memory {report.speed.peak_memory:.0f} MB" if report.speed.peak_memory else ""
    load = f", {report.speed.at_once} at once" if report.speed.at_once > 1 else ""
    return f"Milliseconds a question{load}, median / 95th percentile: {steps}{memory}."


def show_wrong(records: Iterable[Record], console: Console) -> None:
    """Print every wrong answer so that it can be read: what was asked, what is right, what was said, and on what."""
    for record in records:
        console.print(plain(f"\n{record.step}: {record.question}", "bold"))
        for line in describe_record(record):
            console.print(plain(f"    {line}"))


def describe_record(record: Record) -> Iterable[str]:
    """Yield what there is to say of a question, a line each."""
    yield f"where: {record.place}, {record.kind}"
    if record.standalone_question != record.question:
        yield f"searched: {record.standalone_question}"
    yield f"right:  {record.gold_text}{f' ({record.article_id})' if record.article_id else ''}"
    yield f"said:   {record.said}"
    for place, quote in enumerate(record.quotes, start=1):
        yield f"[{place}] {quote.article_id} {quote.start}-{quote.end}: {quote.text}"
    highlight = f", highlight “{record.highlight}”" if record.highlight else ""
    yield f"why:    {record.reason}; confidence {record.confidence:.2f}{highlight}"


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print both runs side by side, and the questions that changed, both ways."""
    common = len(comparison.after.records) - comparison.only_after
    console.print(plain(f"\nCompared with the run before, over {common} questions that both have", "bold"))
    for cause in comparison.causes or ("Nothing differs in test set, articles, settings or program.",):
        console.print(plain(f"    {cause}"))
    if comparison.only_before or comparison.only_after:
        line = f"    only before: {comparison.only_before} questions; only now: {comparison.only_after}"
        console.print(plain(line))
    console.print(differences_table(comparison))
    console.print(plain(chance_line(comparison), "dim"))
    show_changes("Became right", comparison.gained, console)
    show_changes("Became wrong", comparison.lost, console)
    show_changes("Worded otherwise, no better and no worse", comparison.reworded, console, most=SHOWN)


def differences_table(comparison: Comparison) -> Table:
    """Return the figures of both runs; what is more than chance is marked."""
    headings = ("before", "now", "difference", "95 % interval", "p")
    table = Table("metric", *right_aligned(*headings), "")
    for item in comparison.differences:
        table.add_row(
            plain(item.name),
            number(item.before),
            number(item.after),
            f"{item.after - item.before:+.3f}",
            format_interval(item.low, item.high, sign="+"),
            "" if item.p is None else f"{item.p:.3f}",
            plain(verdict := judge_difference(item), COLOURS[verdict]),
        )
    for name, before, after in speed_rows(comparison):
        table.add_row(plain(name), before, after, "", "", "", "")
    return table


def chance_line(comparison: Comparison) -> str:
    """Return what the verdicts mean."""
    return (
        f"p: randomisation test; below {SIGNIFICANT:g} a difference is marked. "
        f"Of {len(comparison.differences)} figures one may fall below it by chance."
    )


def speed_rows(comparison: Comparison) -> Iterable[tuple[str, str, str]]:
    """Yield the median milliseconds of each step and the peak memory of both runs, where both are known."""
    before, after = comparison.before.speed, comparison.after.speed
    if before is None or after is None:
        return
    known = {step.name: step for step in before.steps}
    for step in after.steps:
        if step.name in known:
            old, new = (f"{item.median * MILLISECONDS:.1f}" for item in (known[step.name], step))
            yield f"{step.name}, median ms", old, new
    if before.peak_memory and after.peak_memory:
        yield "peak memory, MB", f"{before.peak_memory:.0f}", f"{after.peak_memory:.0f}"


def show_changes(title: str, changes: Sequence[Change], console: Console, *, most: int | None = None) -> None:
    """Print the questions that changed in one way, all of them or the first ``most``."""
    if not changes:
        return
    console.print(plain(f"\n{title}: {len(changes)}", "bold"))
    for change in changes[:most]:
        console.print(plain(f"    {change.after.question} ({change.after.place})"))
        console.print(plain(f"        right:  {change.after.gold_text}"))
        console.print(plain(f"        before: {change.before.said}"))
        console.print(plain(f"        now:    {change.after.said}"))
    if most is not None and len(changes) > most:
        console.print(plain(f"    and {len(changes) - most} more; --report shows them all"))


def right_aligned(*headings: str) -> tuple[Column, ...]:
    """Return columns of numbers."""
    return tuple(Column(heading, justify="right") for heading in headings)


def number(value: float) -> str:
    """Return a figure with three decimals."""
    return f"{value:.3f}"


def format_interval(low: float | None, high: float | None, *, sign: str = "") -> str:
    """Return an interval, nothing where there is none."""
    return "" if low is None or high is None else f"{low:{sign}.3f} to {high:{sign}.3f}"


def plain(text: str, style: str = "") -> Text:
    """Return text of articles and test sets as it may be shown: no markup, and no codes that would steer a terminal."""
    return Text("".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text), style=style)
