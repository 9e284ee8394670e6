"""Random and damaged documents and questions through reading, cleaning, chunking, asking, quoting and rendering.

    python -m tests.benchmarks.fuzzing [--documents 20000] [--seed 0] [--minutes M] [--keep FOLDER] [--grow]

Each has a number; the same seed and number give the same document, so that a failure can be run again with --only. The
laws stand in ``laws``. Whatever breaks one, crashes or takes more than five seconds is kept, made smaller, in FOLDER.
``--grow`` measures instead how the time of everything that reads a text grows with it.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.fuzzing.growth import grow
from tests.benchmarks.fuzzing.running import Failure, Figures, Fuzzer

HANGS = 300
"""Seconds of the clock after which a document that not even a signal stops ends the run, with a traceback of where it
stands; many, for a busy machine takes its share."""


def main() -> int:
    """Run, print the figures, and return 1 if a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000, help="documents and questions together")
    parser.add_argument("--first", type=int, default=0, help="the number to begin with, to go on with a run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60, help="after which no new one is begun")
    parser.add_argument("--keep", type=Path, help="a folder for what failed")
    parser.add_argument("--only", type=int, help="the number of one to run again, with its traceback")
    parser.add_argument("--grow", action="store_true", help="measure how time grows with the text")
    given = parser.parse_args()
    if given.grow:
        return grow(Console(width=120))
    with tempfile.TemporaryDirectory() as folder, Fuzzer(Path(folder), seed=given.seed) as fuzzer:
        if given.only is not None:
            fuzzer.run_one(given.only)
            return 0
        figures = Figures()
        for failure in fuzzer.run(
            range(given.first, given.documents), figures, seconds=60 * given.minutes, watch=watch
        ):
            print(f"{failure.number} {failure.kind}: {failure.reason}", flush=True)
            if given.keep:
                keep(failure, given.keep)
    show(figures)
    return 1 if figures.failures else 0


def watch() -> None:
    """Start the watchdog anew: it ends the process where a parser in C hangs."""
    faulthandler.dump_traceback_later(HANGS, exit=True, file=sys.stderr)


def keep(failure: Failure, folder: Path) -> None:
    """Write a failure into a folder: what failed as a file, why beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{failure.number}{failure.suffix}"
    (folder / name).write_bytes(failure.content)
    told = {"number": failure.number, "kind": failure.kind, "reason": failure.reason}
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def show(figures: Figures) -> None:
    """Print a table."""
    table = Table("figure", "value")
    for name, value in figures.rows():
        table.add_row(name, value)
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
