"""Are written sentences judged rightly by what they cite? Labelled pairs by kind, mechanical swaps, time.

    python -m tests.benchmarks.grounding [FOLDER] [--held-out] [--squad SQUAD.json] [--errors]

The folder holds ``calibration.jsonl``, on which ``fit_grounding`` learns the weights, and ``held_out.jsonl``, which
only the final figure is measured on: a statement, its evidence, a label (supported, partly, unsupported) and a kind.
From the paragraphs of a SQuAD-format file true sentences are taken, and a figure, a year or a name in each is swapped.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from assistant.support import Judgement, SupportJudge, embed_with
from assistant.support.figures import Figure
from assistant.support.names import find_names
from assistant.support.reading import ReadSentence, Word, read_evidence
from tests.benchmarks.question_sets import read_squad
from vectorstore import EmbeddingModel, SentenceTransformerEmbeddings

HERE = Path(__file__).parent
LABELS = ("supported", "partly", "unsupported")
SWAPS_EACH = 300
"""Swapped sentences of each kind, half of them with something from the same passage."""
LEAST_WORDS = 6
"""Words of a sentence that is worth a swap."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement and its evidence, how far it is supported, and what kind of change it holds.

    ``group`` names the evidence that several pairs share: no fold has some of them and another fold the rest.
    """

    statement: str
    evidence: str
    label: str
    kind: str
    language: str
    group: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=HERE / "grounding")
    parser.add_argument("--held-out", action="store_true", help="the pairs that nothing was learnt on")
    parser.add_argument("--squad", type=Path, help="a SQuAD-format file for mechanical swaps")
    parser.add_argument("--errors", action="store_true", help="print what was judged wrongly")
    given = parser.parse_args()
    embeddings = open_embeddings()
    pairs = read_pairs(given.folder / ("held_out.jsonl" if given.held_out else "calibration.jsonl"))
    judgements, seconds = judge_all(pairs, embeddings)
    report_pairs(pairs, judgements)
    report_time(seconds)
    if given.errors:
        print_errors(pairs, judgements)
    if given.squad:
        swaps = list(make_swaps(given.squad))
        report_swaps(swaps, judge_all(swaps, embeddings)[0])


def open_embeddings() -> SentenceTransformerEmbeddings:
    """Return the bundled model, loaded."""
    embeddings = SentenceTransformerEmbeddings(EmbeddingModel(), cache_dir=user_cache_path("belegt"))
    embeddings.embed_questions(["Ist das Modell geladen?"])
    return embeddings


def read_pairs(path: Path) -> list[Pair]:
    """Read labelled pairs; pairs of one passage share the first parts of their ids."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Pair(
            row["statement"],
            row["evidence"],
            row["label"],
            row["kind"],
            row["language"],
            row["id"].rpartition("-")[0],
        )
        for row in rows
    ]


def judge_all(pairs: Sequence[Pair], embeddings: SentenceTransformerEmbeddings) -> tuple[list[Judgement], list[float]]:
    """Return the judgement on each pair and the seconds it took, each by a judge that remembers nothing."""
    judgements, seconds = [], []
    for pair in pairs:
        judge = SupportJudge(embed_with(embeddings))
        start = time.perf_counter()
        judgements.append(judge.judge(pair.statement, [pair.evidence]))
        seconds.append(time.perf_counter() - start)
    return judgements, seconds


def report_pairs(pairs: Sequence[Pair], judgements: Sequence[Judgement]) -> None:
    """Print the table by kind, the confusion, and the figures."""
    given = [item.support for item in judgements]
    table = Table("kind", "label", "pairs", *LABELS, "right (supported or not)", "right (three ways)")
    for kind, label in sorted({(pair.kind, pair.label) for pair in pairs}, key=lambda item: (item[1], item[0])):
        mine = [said for pair, said in zip(pairs, given, strict=True) if (pair.kind, pair.label) == (kind, label)]
        counts = Counter(mine)
        right = sum((said == "supported") == (label == "supported") for said in mine) / len(mine)
        shares = (f"{right:.2f}", f"{counts[label] / len(mine):.2f}")
        table.add_row(kind, label, str(len(mine)), *(str(counts[name]) for name in LABELS), *shares)
    Console(width=140).print(table)
    labels = [pair.label for pair in pairs]
    print(
        "confusion (rows: label):",
        {row: dict(Counter(said for label, said in zip(labels, given, strict=True) if label == row)) for row in LABELS},
    )
    for name in ("all", *sorted({pair.language for pair in pairs})):
        chosen = [place for place, pair in enumerate(pairs) if name in ("all", pair.language)]
        two = balanced_accuracy(
            [labels[place] == "supported" for place in chosen], [given[place] == "supported" for place in chosen]
        )
        three = balanced_accuracy([labels[place] for place in chosen], [given[place] for place in chosen])
        print(f"{name}: balanced accuracy {two:.3f} (supported or not), {three:.3f} (three ways), {len(chosen)} pairs")


def balanced_accuracy(labels: Sequence[object], given: Sequence[object]) -> float:
    """Return the mean over the labels of the share that is judged rightly."""
    pairs = list(zip(labels, given, strict=True))
    return float(np.mean([np.mean([said == label for own, said in pairs if own == label]) for label in set(labels)]))


def report_time(seconds: Sequence[float]) -> None:
    """Print the milliseconds a statement takes with its evidence embedded anew."""
    median, late = np.percentile(np.array(seconds) * 1000, [50, 95])
    print(f"a statement takes {median:.0f} ms (median), {late:.0f} ms (95th percentile)")


def print_errors(pairs: Sequence[Pair], judgements: Sequence[Judgement]) -> None:
    """Print the pairs whose label the judge missed."""
    for pair, said in zip(pairs, judgements, strict=True):
        if said.support != pair.label:
            print(f"[{pair.kind}] {pair.label}, judged {said.support} ({said.score:.2f}): {pair.statement}")
            print(f"    {'; '.join(said.reasons)}\n    {pair.evidence}")


def make_swaps(squad: Path) -> Iterator[Pair]:
    """Yield sentences of a SQuAD-format file in which a figure, a year or a name is swapped for another."""
    chance = random.Random(0)
    texts = [article.text for article in read_squad(squad).articles]
    passages = [list(read_evidence(text)) for text in texts]
    for kind, find in KINDS.items():
        everywhere = [item for sentences in passages for sentence in sentences for item in find(sentence)]
        swaps: dict[str, list[Pair]] = {"same passage": [], "another passage": []}
        for text, sentences in zip(texts, passages, strict=True):
            for sentence in sentences:
                nearby = [item for other in sentences for item in find(other)]
                for place, pool in (("same passage", nearby), ("another passage", everywhere)):
                    swapped = swap(sentence, text, find, pool, chance, present=place == "same passage")
                    if swapped:
                        swaps[place].append(Pair(swapped, text, "unsupported", f"{kind}, {place}", "de", text[:20]))
        for made in swaps.values():
            yield from chance.sample(made, min(len(made), SWAPS_EACH // 2))


def swap(
    sentence: ReadSentence,
    passage: str,
    find: Callable[[ReadSentence], Sequence[str]],
    pool: Sequence[str],
    chance: random.Random,
    *,
    present: bool,
) -> str | None:
    """Return a sentence with one of its items in the place of which stands another, ``None`` where there is none."""
    own = find(sentence)
    others = [item for item in pool if item not in own and (item in passage) == present]
    if not own or not others or len(sentence.text.split()) < LEAST_WORDS:
        return None
    return sentence.text.replace(chance.choice(own), chance.choice(others), 1)


def find_plain_figures(sentence: ReadSentence) -> list[str]:
    """Return the figures of a sentence in digits that are no years."""
    return [item.text for item in sentence.figures if is_plain(item) and not item.is_year]


def find_years(sentence: ReadSentence) -> list[str]:
    """Return the years of a sentence."""
    return [item.text for item in sentence.figures if item.is_year]


def find_plain_names(sentence: ReadSentence) -> list[str]:
    """Return the names inside a sentence."""
    return [item.text for item in find_names(sentence) if not is_opening(item)]


def is_plain(figure: Figure) -> bool:
    """Tell whether a figure is written in digits."""
    return figure.text[0].isdigit()


def is_opening(word: Word) -> bool:
    """Tell whether a word begins its sentence."""
    return word.first


KINDS: dict[str, Callable[[ReadSentence], list[str]]] = {
    "figures": find_plain_figures,
    "years": find_years,
    "names": find_plain_names,
}


def report_swaps(pairs: Sequence[Pair], judgements: Sequence[Judgement]) -> None:
    """Print how many swapped figures, years and names are caught: not judged to be supported."""
    for kind in sorted({pair.kind for pair in pairs}):
        caught = [
            said.support != "supported" for pair, said in zip(pairs, judgements, strict=True) if pair.kind == kind
        ]
        print(f"swapped {kind}: {np.mean(caught):.3f} caught of {len(caught)}")


if __name__ == "__main__":
    main()
