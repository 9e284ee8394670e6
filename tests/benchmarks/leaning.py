"""How well leaning sentences are found: precision and recall over sentences that were read and labelled one by one.

    python -m tests.benchmarks.leaning SQUAD.json

The labels stand in ``answer_cases/leaning.jsonl``: an article, where the sentence begins, whether it leans. The texts
are those of the SQuAD-format file, by paragraph, and of the starter articles.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.evaluation import read_testset
from assistant.leaning import leans
from vectorstore import split_sentences
from vectorstore.reading import read_article

HERE = Path(__file__).parent
SEEDS = HERE.parent.parent / "seeds"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    texts = dict(read_testset(parser.parse_args().squad).paragraphs or {})
    texts |= {path.name: read_article(path, path.name).text for path in SEEDS.glob("*.md")}
    counts = {"found": 0, "false alarm": 0, "missed": 0, "rightly left alone": 0}
    for line in (HERE / "answer_cases" / "leaning.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        text = texts[label["article_id"]]
        sentence = next(item for item in split_sentences(text) if item.start == label["start"])
        found = leans(text[sentence.start : sentence.end])
        names = ("found", "missed") if label["leans"] else ("false alarm", "rightly left alone")
        counts[names[0] if found else names[1]] += 1
    precision = counts["found"] / (counts["found"] + counts["false alarm"])
    recall = counts["found"] / (counts["found"] + counts["missed"])
    print(f"precision {precision:.3f}, recall {recall:.3f} ({counts})")


if __name__ == "__main__":
    main()
