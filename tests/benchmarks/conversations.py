"""Follow-ups over the paragraphs of a SQuAD-format file: as typed, as rewritten, as a person would write them out.

    python -m tests.benchmarks.conversations SQUAD.json tests/benchmarks/conversations/xquad-de-dev.jsonl

Printed are all figures of the evaluation, and by kind of follow-up how near the rewritten question comes to the one
that a person would write.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.evaluation import evaluate, read_testset
from assistant.evaluation.report import Record
from ui.evaluation_table import show_report

WAYS = ("raw", "rewritten", "person")
METRICS = ("mrr@10", "answer_in_first")


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path, help="its paragraphs are the articles")
    parser.add_argument("conversations", type=Path, help="JSONL with history and standalone_question")
    given = parser.parse_args()
    articles, asked = read_testset(given.squad), read_testset(given.conversations)
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        report = evaluate(Assistant(Settings(data_dir=Path(folder))), replace(asked, paragraphs=articles.paragraphs))
    console = Console(width=140)
    show_report(report, console)
    console.print(make_table(report.records))


def make_table(records: Sequence[Record]) -> Table:
    """Return the figures of the three ways by kind of follow-up."""
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        kinds[record.kind].append(record)
        if record.kind != "alone":
            kinds["all that don't stand alone"].append(record)
    table = Table("kind", "questions", *(f"{way} {name}" for name in METRICS for way in WAYS))
    for kind, members in kinds.items():
        means = (np.mean([item.scores[f"{way}.{name}"] for item in members]) for name in METRICS for way in WAYS)
        table.add_row(kind, str(len(members)), *(f"{mean:.3f}" for mean in means))
    return table


if __name__ == "__main__":
    main()
