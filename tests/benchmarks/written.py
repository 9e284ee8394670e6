"""Written answers beside the quoted ones, on the same questions.

    python -m tests.benchmarks.written --squad SQUAD.json --questions 200 --out RUN.json [--llm-url URL]

Printed are how often a right answer is in the text, how often all that is shown cites the right article, what became of
the model's sentences, and the seconds; then the same by the length of the context. RUN.json holds every answer, and a
hundred sentences shown as supported beside their evidence, drawn at random, for a person to check.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Answer, Assistant
from assistant.evaluation import read_testset
from assistant.evaluation.evaluate import open_collection
from assistant.evaluation.matching import contains
from assistant.evaluation.testset import Case
from tests.benchmarks.writing_runs import (
    Both,
    add_options,
    open_both,
    own_words,
    read_replay,
    read_settings,
    write_both,
)

LENGTHS = (0, 500, 1000, 1500)
"""Characters of the changing part of the prompt from which a row of the table begins."""
FOR_A_PERSON = 100


def main() -> None:
    """Measure, print tables, and write the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, required=True, help="a test set that the evaluation reads")
    parser.add_argument("--questions", type=int, default=200, help="asked, drawn at random")
    parser.add_argument("--out", type=Path, required=True, help="where the run is written")
    parser.add_argument("--seed", type=int, default=0)
    add_options(parser)
    given = parser.parse_args()
    testset, draw = read_testset(given.squad), random.Random(given.seed)
    answerable = [case for case in testset.cases if case.answers]
    cases = draw.sample(answerable, min(given.questions, len(answerable)))
    with tempfile.TemporaryDirectory(prefix="belegt-benchmark-") as folder:
        settings = read_settings(given, data_dir=Path(folder))
        desk, _ = open_collection(Assistant(settings), testset)
        model, judge = open_both(settings, desk, raw_by_question=read_replay(given.replay))
        asked = []
        for number, case in enumerate(cases, 1):
            quoted = desk.answer(case.question, history=case.history, mode="quoted")
            both = write_both(quoted, model, judge, when_unsupported=given.unsupported, wording=settings.wording)
            asked.append((case, both))
            given.out.write_text(json.dumps(describe(asked, draw_seed=given.seed), ensure_ascii=False, indent=1))
            print(f"{number}/{len(cases)} {both.seconds['end']:.1f} s {case.question} -> {both.raw!r}", flush=True)
    console = Console(width=150)
    console.print(make_table(asked))
    console.print(lengths_table(asked))


Asked = Sequence[tuple[Case, Both]]


def is_right(case: Case, answer: Answer) -> bool:
    return not answer.abstained and contains(answer.text, case.answers or ())


def cites_right(case: Case, answer: Answer) -> float:
    """Return the share of the citations in the text that lead to the article with the answer."""
    by_number = {item.number: item for item in answer.citations}
    cited = [by_number[number] for item in answer.statements for number in item.citations]
    return float(np.mean([item.article_id == case.article_id for item in cited])) if cited else 0.0


def figures(asked: Asked) -> dict[str, float]:
    """Return all figures of some questions; those of the model's sentences are shares of them."""
    written = [(case, both) for case, both in asked if both.raw or both.written.notes]
    sentences = Counter(item.support for _, both in asked for item in both.checked)
    total = sum(sentences.values()) or 1
    values = {
        "questions": float(len(asked)),
        "asked of the model": float(len(written)),
        "right quoted": share(is_right(case, both.quoted) for case, both in asked),
        "right written": share(is_right(case, both.written) for case, both in asked),
        "right in the model's words": share(
            contains(" ".join(own_words(both.written, both.quoted)), case.answers or ()) for case, both in written
        ),
        "article cited quoted": share(cites_right(case, both.quoted) for case, both in asked),
        "article cited written": share(cites_right(case, both.written) for case, both in asked),
        "shown in the model's words": share(both.written.mode == "written" for _, both in written),
        "a quote beside them": share(has_quote(both) for _, both in written if both.written.mode == "written"),
        "sentences": float(sum(sentences.values())),
        **{name: sentences[name] / total for name in ("supported", "partly", "unsupported")},
        "characters quoted": share(len(both.quoted.text) for _, both in asked),
        "characters written": share(len(both.written.text) for _, both in asked),
    }
    for name in ("first evidence", "first sentence", "end"):
        values[f"{name}, median s"] = float(np.median([both.seconds[name] for _, both in written] or [0]))
        values[f"{name}, p95 s"] = float(np.percentile([both.seconds[name] for _, both in written] or [0], 95))
    return values


def has_quote(both: Both) -> bool:
    return len(own_words(both.written, both.quoted)) < len(both.written.statements)


def share(values: Any) -> float:
    return float(np.mean(list(values) or [0.0]))


def make_table(asked: Asked) -> Table:
    table = Table("figure", "value")
    for name, value in figures(asked).items():
        table.add_row(name, f"{value:.3f}")
    for note, count in Counter(note for _, both in asked for note in both.written.notes).most_common(12):
        table.add_row(note[:90], str(count))
    return table


def lengths_table(asked: Asked) -> Table:
    """Return the figures by the length of the context."""
    columns = (
        "questions",
        "right quoted",
        "right written",
        "supported",
        "unsupported",
        "first sentence, median s",
        "end, median s",
    )
    table = Table("characters of context", *columns)
    for least, most in zip(LENGTHS, [*LENGTHS[1:], 10**9], strict=True):
        members = [(case, both) for case, both in asked if both.given and least <= both.given < most]
        values = figures(members)
        table.add_row(f"from {least}", *(f"{values[name]:.3f}" for name in columns))
    return table


def describe(asked: Asked, *, draw_seed: int) -> dict[str, Any]:
    """Return a run as plain values: figures, sentences for a person to check, and all answers."""
    shown = [
        {
            "question": case.question,
            "sentence": statement.text,
            "evidence": [item.quote for item in both.written.citations if item.number in statement.citations],
            "right": None,
        }
        for case, both in asked
        for statement in both.written.statements
        if statement.support == "supported" and statement.text in own_words(both.written, both.quoted)
    ]
    drawn = random.Random(draw_seed).sample(shown, min(FOR_A_PERSON, len(shown)))
    answers = [
        {
            "question": case.question,
            "answers": case.answers,
            "quoted": both.quoted.text,
            "raw": both.raw,
            "written": both.written.text,
            "mode": both.written.mode,
            "notes": both.written.notes,
            "sentences": [[item.text, item.support, item.keys] for item in both.checked],
            "seconds": both.seconds,
            "given": both.given,
        }
        for case, both in asked
    ]
    return {"figures": figures(asked), "for a person": drawn, "answers": answers}


if __name__ == "__main__":
    main()
