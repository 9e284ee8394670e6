"""Are questions refused that the articles can't answer? Half of a SQuAD-format file is asked of the other half.

    python -m tests.benchmarks.halves SQUAD.json

Every second article makes one half. Each half is evaluated with the other half's questions as unanswerable ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.evaluation import evaluate, read_testset

METRICS = ("refusal_recall", "refusal_precision", "false_refusals", "answer_in_first", "calibration_error")


def main() -> None:
    """Measure both halves and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path, help="a SQuAD-format file; its paragraphs become the articles")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        desk = Assistant(Settings(data_dir=Path(folder) / "data"))
        halves = [read_testset(path) for path in write_halves(given.squad, Path(folder))]
        reports = [evaluate(desk, half.with_unanswerable(halves[1 - place])) for place, half in enumerate(halves)]
    table = Table("figure", *(f"{half.name} ({len(half.cases)} questions)" for half in halves), "mean over questions")
    for name in METRICS:
        figures = [next(figure for figure in report.figures if figure.name == name) for report in reports]
        questions = sum(figure.questions for figure in figures)
        mean = sum(figure.value * figure.questions for figure in figures) / questions
        table.add_row(name, *(f"{figure.value:.4f}" for figure in figures), f"{mean:.4f}")
    Console(width=120).print(table)


def write_halves(squad: Path, folder: Path) -> list[Path]:
    """Write every second article, and those in between, into files of their own."""
    data = json.loads(squad.read_text(encoding="utf-8"))["data"]
    paths = [folder / f"{squad.stem}-{number}.json" for number in (1, 2)]
    for place, path in enumerate(paths):
        path.write_text(json.dumps({"data": data[place::2]}), encoding="utf-8")
    return paths


if __name__ == "__main__":
    main()
