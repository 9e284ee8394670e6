"""How well printed copies are told from other articles, and how fast.

    python -m tests.benchmarks.near_copies [--articles 10000]

The pairs (near_copies/pairs.jsonl) are invented: copies with another headline or dateline, sentences cut, paragraphs
added or dropped, light edits; and articles that are none: the same matter in other words, a follow-up that repeats
background, boilerplate with other figures, one figure changed, a digest. The thresholds were chosen on them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vectorstore import Article, Source, split_article
from vectorstore.near_copies import CopyPairs, Text
from vectorstore.stories import learn

PAIRS = Path(__file__).parent / "near_copies" / "pairs.jsonl"
COPIED = 0.1
"""Share of the timed articles that are copies of others."""
CHANGES = 5


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000, help="how many are timed")
    given = parser.parse_args()
    pairs = read_pairs()
    table = Table("figure", "value")
    for name, value in [*judge(pairs).items(), *measure(pairs, given.articles).items()]:
        table.add_row(name, value)
    Console(width=120).print(table)


def read_pairs() -> list[dict[str, Any]]:
    """Return the labelled pairs."""
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def prepare(text: str) -> Text:
    """Return the sentences of an article as they are compared."""
    passages = split_article(Article(Source("article", "Titel"), text))
    return tuple(sentence for passage in passages for sentence in learn(passage).sentences if sentence)


def is_found(pair: Mapping[str, Any]) -> bool:
    """Tell whether two articles are found to be copies."""
    return bool(CopyPairs().renewed({name: prepare(pair[name]) for name in ("one", "other")}).pairs)


def judge(pairs: list[dict[str, Any]]) -> dict[str, str]:
    """Return precision and recall, and what was missed or found wrongly, by kind."""
    found = [is_found(pair) for pair in pairs]
    right = sum(copy and pair["copy"] for copy, pair in zip(found, pairs, strict=True))
    wrong = Counter(pair["kind"] for copy, pair in zip(found, pairs, strict=True) if copy != pair["copy"])
    return {
        "pairs, copies among them": f"{len(pairs)}, {sum(pair['copy'] for pair in pairs)}",
        "precision": f"{right / max(1, sum(found)):.3f}",
        "recall": f"{right / sum(pair['copy'] for pair in pairs):.3f}",
        "judged wrongly": ", ".join(f"{kind} {count}" for kind, count in wrong.items()) or "none",
    }


def measure(pairs: list[dict[str, Any]], count: int) -> dict[str, str]:
    """Return the time to group articles mixed from the sentences of the pairs, from nothing and after a change."""
    chance = random.Random(1)
    sentences = [f"{sentence} {number}" for number, sentence in enumerate(all_sentences(pairs))]
    texts: list[Text] = []
    for number in range(count):
        if texts and chance.random() < COPIED:
            copied = list(chance.choice(texts))
            del copied[chance.randrange(len(copied))]
            texts.append(tuple(copied))
        else:
            texts.append(tuple(f"{one} ({number})" for one in chance.sample(sentences, 8)))
    named = {str(number): text for number, text in enumerate(texts)}
    started = time.perf_counter()
    grouped = CopyPairs().renewed(named)
    whole = time.perf_counter() - started
    changes = []
    for name in list(named)[:CHANGES]:
        fewer = grouped.renewed({other: text for other, text in named.items() if other != name})
        started = time.perf_counter()
        fewer.renewed(named)
        changes.append(time.perf_counter() - started)
    return {
        f"{count} articles from nothing": f"{whole:.2f} s, {len(grouped.groups())} groups",
        "one of them changed, median": f"{statistics.median(changes):.3f} s",
    }


def all_sentences(pairs: list[dict[str, Any]]) -> list[str]:
    """Return every sentence of the pairs once."""
    return sorted({sentence for pair in pairs for name in ("one", "other") for sentence in prepare(pair[name])})


if __name__ == "__main__":
    main()
