"""Questions of every kind, each with what a careful colleague would say: lists, yes or no, dates, sources that differ.

    python -m tests.benchmarks.answer_cases newsroom [--list-wrong]
    python -m tests.benchmarks.answer_cases starter
    python -m tests.benchmarks.answer_cases xquad-de-dev --squad SQUAD.json --readers FOLDER

The cases stand beside this file, in ``answer_cases/NAME*.jsonl``; the newsroom's articles are invented. FOLDER is what
fit_reader wrote: each question is then read with the reader that was trained without its half. Printed are the figures
by kind of question, and of the refusals how many name what the articles know, and what was looked for.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.evaluation import evaluate, read_testset
from assistant.evaluation.report import Record
from assistant.evaluation.testset import TestSet
from tests.benchmarks.held_out import open_desk
from tests.benchmarks.question_sets import half_of, read_squad
from ui.evaluation_table import show_wrong

HERE = Path(__file__).parent
METRICS = (
    "answer_in_first",
    "answer_in_any",
    "false_refusals",
    "refusal_recall",
    "statements",
    "sentences",
    "parts_said",
    "all_parts_said",
    "verdict_right",
    "notes_found",
    "notes_needless",
)


def main() -> None:
    """Measure and print a table for each file of cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=("newsroom", "starter", "xquad-de-dev"))
    parser.add_argument("--squad", type=Path, help="the paragraphs that xquad-de-dev is about")
    parser.add_argument("--readers", type=Path, help="the folder that fit_reader wrote, for xquad-de-dev")
    parser.add_argument("--list-wrong", action="store_true", help="print every wrong answer")
    given = parser.parse_args()
    console = Console(width=200)
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        for path in sorted((HERE / "answer_cases").glob("*.jsonl")):
            if path.stem.removeprefix("refusals-").startswith(given.name):
                records = ask(path, given, Path(folder))
                if given.list_wrong:
                    show_wrong((record for record in records if record.scores.get("right") == 0), console)
                console.print(make_table(path.name, records, read_words(path)))


def ask(path: Path, given: argparse.Namespace, folder: Path) -> list[Record]:
    """Return what came of the questions of a file."""
    testset = read_testset(path)
    if given.name == "xquad-de-dev":
        return ask_halves(testset, given.squad, given.readers, folder)
    articles = (HERE / "newsroom",) if given.name == "newsroom" else ()
    return list(evaluate(Assistant(Settings(articles=articles, data_dir=folder)), testset).records)


def ask_halves(testset: TestSet, squad: Path, readers: Path, folder: Path) -> list[Record]:
    """Return what came of the questions, each asked with a reader that has not seen its article."""
    paragraphs = read_testset(squad).paragraphs
    groups = {item.article_id.zfill(9): item.group for item in read_squad(squad).questions}
    records: list[Record] = []
    for half in (0, 1):
        kept = tuple(
            case for case in testset.cases if half_of(groups.get(case.article_id or "", f"{squad.stem}/0")) == half
        )
        if kept:
            part = replace(testset, cases=kept, paragraphs=paragraphs, digest=f"{testset.digest}-{half}")
            records += evaluate(open_desk(folder, readers / f"without-{half}.safetensors"), part).records
    return records


def read_words(path: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return by question the words that a refusal should name: what is known of the matter, and what was looked for."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {line["question"]: (line["known"], line["missing"]) for line in lines if "known" in line}


def make_table(title: str, records: Sequence[Record], words: dict[str, tuple[list[str], list[str]]]) -> Table:
    """Return the figures by kind of question."""
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        kinds[record.kind].append(record)
    kinds["all"] = list(records)
    used = [name for name in METRICS if any(name in record.scores for record in records)]
    table = Table(title, "questions", *used, *(("names known", "names missing") if words else ()))
    for kind, members in kinds.items():
        cells = [mean(record.scores[name] for record in members if name in record.scores) for name in used]
        refused = [(record.said.lower(), words[record.question]) for record in members if record.abstained and words]
        if words:
            cells += [
                mean(names_any(said, known) for said, (known, _) in refused if known),
                mean(names_any(said, missing) for said, (_, missing) in refused),
            ]
        table.add_row(kind, str(len(members)), *cells)
    return table


def names_any(said: str, words: Iterable[str]) -> bool:
    """Tell whether a text names one of some words."""
    return any(word.lower() in said for word in words)


def mean(values: Iterable[float]) -> str:
    """Return a mean as it is shown; nothing where there is no value."""
    kept = [float(value) for value in values]
    return f"{np.mean(kept):.3f}" if kept else ""


if __name__ == "__main__":
    main()
