"""What a question takes as the collection grows: seconds to the quoted answer, memory, disk.

    python -m tests.benchmarks.scale [--passages 1000,10000,100000] --out FOLDER

Each collection holds the starter articles, really embedded, and as many made-up passages as are wanted: words of the
starter articles and made-up names, a fixed share of them rare, with made-up vectors as far from each other as those of
real sentences. All else is real: Chroma, the keywords, the embedding of the question, the reader. Each size has a
process of its own. Writes ``scale.json`` and ``scale.svg`` into the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from vectorstore import Article, PassageIndex, PassageSearch, find_articles, read_article, split_article
from vectorstore.embedding import FloatMatrix, PassageVectors, unit_rows
from vectorstore.index import make_entries
from vectorstore.keywords import WORD
from vectorstore.passage import Passage, Sentence, Source

STARTER = Path(__file__).parent.parent.parent / "seeds"
PER_ARTICLE = 5
SENTENCES = 5
"""Of a passage, as XQuAD-de's paragraphs have."""
WORDS = (8, 18)
"""Of a sentence, at least and at most."""
RARE = 0.1
"""Share of the words that are made up, so that the vocabulary grows with the collection as it does in newspapers."""
SYLLABLES = (
    "ber",
    "gen",
    "hau",
    "kor",
    "lin",
    "mar",
    "nau",
    "rad",
    "sel",
    "tor",
    "wend",
    "zim",
    "feld",
    "stein",
    "ung",
)
UNRELATED = 0.75
"""The cosine that the bundled model gives to texts which have nothing to do with each other."""
WARM_UP = 10
ROOM = 1.3
"""Height of the plot over its highest point, for the legend."""
TOGETHER = 1000
"""Passages written at a time."""
UNITS = {"memory": "MB", "disk": "MB", "building": "s", "opening": "s"}
"""Of figures that are no milliseconds; so they stand in the file, all others in seconds."""


def main() -> None:
    """Measure each size in a process of its own, print a table, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", default="1000,10000,100000", help="sizes, separated by commas")
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one is not None:
        print(json.dumps(measure(given.one, given.questions)))
        return
    given.out.mkdir(parents=True, exist_ok=True)
    measured = []
    for size in map(int, given.passages.split(",")):
        command = [sys.executable, "-m", "tests.benchmarks.scale", "--out", str(given.out), "--one", str(size)]
        done = subprocess.run([*command, "--questions", str(given.questions)], stdout=subprocess.PIPE, check=True)
        measured.append(json.loads(done.stdout.splitlines()[-1]))
        (given.out / "scale.json").write_text(json.dumps(measured, indent=2), encoding="utf-8")
    show(measured)
    draw(measured, given.out / "scale.svg")


def measure(size: int, questions: int) -> dict[str, Any]:
    """Return what a collection of this size takes, in seconds and megabytes."""
    with tempfile.TemporaryDirectory(prefix="belegt-scale-") as folder:
        desk = Assistant(Settings(articles=(STARTER,), data_dir=Path(folder) / "data"))
        desk.answer("Wer leitet BMW in China?")  # loads the models
        place = Path(folder) / "index"
        index = PassageIndex(place, identity="scale")
        building = clock(lambda: fill(index, desk, size))
        index.close()
        index = PassageIndex(place, identity="scale")
        searches: list[PassageSearch] = []
        opening = clock(lambda: searches.append(PassageSearch(index, desk._embeddings)))
        desk.library._index, desk.library._search = index, searches[0]
        asked = read_questions()[: questions + WARM_UP]
        for question in asked[:WARM_UP]:
            desk.answer(question)
        seconds = [clock(lambda question=question: desk.answer(question)) for question in asked[WARM_UP:]]  # type: ignore[misc]
        steps = [parts(desk, question) for question in asked[WARM_UP:]]
        bytes_there = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        return {
            "passages": len(index),
            "building": building,
            "opening": opening,
            "median": statistics.median(seconds),
            "p95": statistics.quantiles(seconds, n=20)[-1],
            **{name: statistics.median(step[name] for step in steps) for name in steps[0]},
            "memory": memory(),
            "disk": bytes_there / 1e6,
        }


def parts(desk: Assistant, question: str) -> dict[str, float]:
    """Return the seconds of a search and of its parts."""
    search = desk.library.search()
    vector = desk._embeddings.embed_question(f"{question} ")
    return {
        "search": clock(lambda: desk.search(question)),
        "embedding": clock(lambda: desk._embeddings.embed_question(f"{question}  ")),
        "keywords": clock(lambda: search.contents.keywords.score(question)),
        "chroma": clock(lambda: search._index.nearest(vector, 50)),
    }


def clock(work: Any) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fill(index: PassageIndex, desk: Assistant, size: int) -> None:
    """Write the starter articles and made-up ones until there are so many passages."""
    real = [read_article(path, name) for name, path in find_articles([STARTER]).items()]
    words: list[str] = []
    for article in real:
        passages = split_article(article)
        spans = [passage.spans for passage in passages]
        index.add(make_entries(article, passages, desk._embeddings.embed_passages([p.text for p in passages], spans)))
        words += WORD.findall(article.text)
    batch: list[Any] = []
    for article, passages, vectors in make_articles(words, (size - len(index)) // PER_ARTICLE, middle_of(desk, words)):
        batch += make_entries(article, passages, vectors)
        if len(batch) >= TOGETHER:
            index.add(batch)
            batch = []
    index.add(batch)


def middle_of(desk: Assistant, words: list[str]) -> FloatMatrix:
    """Return the direction that all texts share, shape (d,)."""
    texts = [" ".join(words[start : start + 20]) for start in range(0, 400, 20)]
    vectors = np.stack([pair.passage for pair in desk._embeddings.embed_passages(texts, [()] * len(texts))])
    return unit_rows(vectors.mean(axis=0, keepdims=True))[0]


def make_articles(
    words: list[str], count: int, middle: FloatMatrix
) -> Iterator[tuple[Article, list[Passage], list[PassageVectors]]]:
    """Yield made-up articles, cut into passages, with made-up vectors; always the same."""
    chance, noise = random.Random(1), np.random.default_rng(1)
    for number in range(count):
        source = Source(f"made-up-{number:06d}.md", " ".join(chance.choices(words, k=6)), language="de")
        passages, start = [], 0
        for place in range(PER_ARTICLE):
            text, spans = make_text(words, chance)
            sentences = tuple(Sentence(start + begin, start + end, quotable=True) for begin, end in spans)
            passages.append(Passage(source, place, start, start + len(text), text, sentences))
            start += len(text) + 2
        away = noise.standard_normal((PER_ARTICLE * SENTENCES, len(middle)), dtype=np.float32)
        away = unit_rows(away - (away @ middle)[:, None] * middle)
        vectors = unit_rows(UNRELATED**0.5 * middle + (1 - UNRELATED) ** 0.5 * away)
        groups = vectors.reshape(PER_ARTICLE, SENTENCES, -1)
        pairs = [PassageVectors(unit_rows(group.mean(axis=0, keepdims=True))[0], group) for group in groups]
        article = Article(source, "\n\n".join(passage.text for passage in passages))
        yield replace(article, digest=hashlib.sha256(article.text.encode()).hexdigest()), passages, pairs


def make_text(words: list[str], chance: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """Return a made-up passage and where its sentences begin and end."""
    text, spans = "", []
    for _ in range(SENTENCES):
        said = [
            "".join(chance.choices(SYLLABLES, k=3)).capitalize() if chance.random() < RARE else chance.choice(words)
            for _ in range(chance.randint(*WORDS))
        ]
        start = len(text) + bool(text)
        text = f"{text} {' '.join(said)}.".strip()
        spans.append((start, len(text)))
    return text, spans


def read_questions() -> list[str]:
    """Return the questions of the starter test set that stand alone."""
    lines = (STARTER / "testset.jsonl").read_text(encoding="utf-8").splitlines()
    return [item["question"] for item in map(json.loads, filter(None, lines)) if not item.get("history")]


def memory() -> float:
    """Return this process's proportional share of memory in megabytes."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def show(measured: list[dict[str, Any]]) -> None:
    """Print the figures."""
    table = Table("figure", *(f"{one['passages']:,}" for one in measured))
    for name in [name for name in measured[0] if name != "passages"]:
        unit = UNITS.get(name, "ms")
        factor = 1000 if unit == "ms" else 1
        table.add_row(f"{name}, {unit}", *(f"{factor * one[name]:.1f}" for one in measured))
    Console(width=120).print(table)


def draw(measured: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds, memory and disk over the number of passages."""
    from matplotlib.figure import Figure

    sizes = [one["passages"] for one in measured]
    figure = Figure(figsize=(10, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, label in (("median", "answer, median"), ("p95", "answer, 95 %"), ("search", "search, median")):
        left.plot(sizes, [1000 * one[name] for one in measured], marker="o", label=label)
    for name, label in (("memory", "memory (PSS)"), ("disk", "disk")):
        right.plot(sizes, [one[name] for one in measured], marker="o", label=label)
    for axes, unit in ((left, "ms"), (right, "MB")):
        axes.set(xscale="log", xlabel="passages", ylabel=unit, ylim=(0, ROOM * axes.get_ylim()[1]))
        axes.legend(loc="upper left")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
