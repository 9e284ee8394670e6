"""How long it takes from nothing: --help, an answer on the command line, the page; and what the page keeps in memory.

    python -m tests.benchmarks.cold_start [--articles FOLDER ...] [--passages 240] [--runs 5]

The articles, by default those of this repository, are indexed first; where they have fewer passages, the rest are mixed
from their sentences. Each run is a process of its own, as a user starts it. Beside the wall clock stand the seconds
that the processor worked, all its cores added up: on a machine that others use they are what can be compared.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.browser import free_port

HERE = Path(__file__).parent
ARTICLES = (HERE.parent.parent / "seeds", HERE / "newsroom", HERE / "saved_pages", HERE / "saved_pages_held_out")
COMMAND = (sys.executable, "-m", "ui.command_line")
QUESTION = "Wer leitet BMW in China?"
ASKED = 10
"""Questions after which the page's memory is measured again."""
SENTENCES = 6
"""Of a mixed text: one passage."""
SETTLED = 20.0
"""Seconds after which the page has found its examples and rests."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, nargs="+", default=ARTICLES)
    parser.add_argument("--passages", type=int, default=240)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    table = Table("figure", "least", "median", "processor, least")
    with tempfile.TemporaryDirectory() as place:
        options = prepare(given.articles, given.passages, Path(place))
        measure(table, "belegt --help", [*COMMAND, "--help"], given.runs)
        measure(table, "belegt ask", [*COMMAND, "ask", *options, QUESTION], given.runs)
        measure_page(table, options, given.runs)
    Console(width=120).print(table)
    print(f"load before and after, mean of a minute: {LOAD:.1f}, {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores")


LOAD = os.getloadavg()[0]


def prepare(folders: Sequence[Path], passages: int, place: Path) -> list[str]:
    """Index at least so many passages, and return the options that name them."""
    articles = place / "articles"
    for folder in folders:
        shutil.copytree(folder, articles / folder.name)
    options = ["--articles", str(articles), "--data-dir", str(place / "data")]
    count = index(options)
    sentences = [
        sentence
        for path in sorted(articles.rglob("*.md"))
        for sentence in re.split(r"(?<=[.!?])\s+", path.read_text(encoding="utf-8"))
        if 40 < len(sentence) < 300
    ]
    chance = random.Random(1)
    for number in range(max(0, passages - count)):
        text = " ".join(chance.sample(sentences, SENTENCES))
        (articles / f"mixed-{number:04d}.txt").write_text(text, encoding="utf-8")
    print(f"{index(options)} passages")
    return options


def index(options: Sequence[str]) -> int:
    """Index the folders, and return how many passages there are."""
    subprocess.run([*COMMAND, "index", *options], check=True, capture_output=True)
    listed = subprocess.run([*COMMAND, "articles", *options, "--json"], check=True, capture_output=True, text=True)
    return sum(int(count) for count in re.findall(r'"passages": (\d+)', listed.stdout))


def measure(table: Table, name: str, command: Sequence[str], runs: int) -> None:
    """Add the time that a command takes; one run before the count brings the files into memory."""
    walls, works = [], []
    for _ in range(runs + 1):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        walls.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    table.add_row(name, *(f"{value:.2f} s" for value in (min(walls[1:]), statistics.median(walls[1:]), min(works[1:]))))


def measure_page(table: Table, options: Sequence[str], runs: int) -> None:
    """Add the time until the page is served, and its memory at rest and after some questions."""
    from gradio_client import Client

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    walls = []
    for run in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, "chat", *options, "--port", str(port), "--no-browser"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(address)
            walls.append(time.perf_counter() - started)
            if run == runs - 1:
                table.add_row("the page is ready", f"{min(walls):.2f} s", f"{statistics.median(walls):.2f} s", "")
                time.sleep(SETTLED)
                add_memory(table, "the page at rest", process.pid)
                client = Client(address, verbose=False)
                for number in range(ASKED):
                    client.predict(question=f"{QUESTION} {number}", api_name="/ask")
                add_memory(table, f"after {ASKED} questions", process.pid)
        finally:
            process.terminate()
            process.wait()


def wait_for(address: str) -> None:
    """Wait until a page is delivered."""
    while True:
        try:
            urllib.request.urlopen(address).read()
        except OSError:
            time.sleep(0.02)
        else:
            return


def add_memory(table: Table, name: str, pid: int) -> None:
    """Add the memory of a process and its children: resident, and their share of it where pages are shared (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    rollups = [Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii") for each in (str(pid), *children)]
    parts = (
        sum(int(re.search(rf"^{kind}:\s+(\d+)", text, re.MULTILINE)[1]) for text in rollups) for kind in ("Rss", "Pss")
    )
    resident, shared = (kilobytes // 1024 for kilobytes in parts)
    table.add_row(f"memory, {name}", f"{resident} MB", f"{shared} MB (PSS)", "")


if __name__ == "__main__":
    main()
