"""Is the right passage found, the right sentence quoted, and refused where the articles don't answer?

    python -m tests.benchmarks.quality --squad SQUAD.json --testset seeds/testset.jsonl

Everything goes the way of a user: files in a folder, mirrored, asked through ``Assistant``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant import Answer, Assistant, Settings
from tests.benchmarks.question_sets import Question, QuestionSet, read_squad

DEPTH = 10


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, help="a SQuAD-format file; its paragraphs become the articles")
    parser.add_argument("--testset", type=Path, help="a JSONL test set over the starter articles")
    parser.add_argument("--articles", type=Path, help="articles for the test set; the starter articles by default")
    parser.add_argument("--list-wrong", action="store_true", help="print every wrong answer")
    given = parser.parse_args()
    rows: list[tuple[str, str, float]] = []
    if given.squad:
        rows += measure_squad(read_squad(given.squad), given.squad.stem)
    if given.testset:
        rows += measure_testset(given.testset, given.articles, list_wrong=given.list_wrong)
    table = Table("on", "figure", "value")
    for on, figure, value in rows:
        table.add_row(on, figure, f"{value:.4f}")
    Console(width=120).print(table)


def open_folder(texts: dict[str, str]) -> Assistant:
    """Return an assistant over texts, written as files into a folder."""
    place = Path(tempfile.mkdtemp(prefix="belegt-benchmark-"))
    folder = place / "articles"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    desk = Assistant(Settings(articles=(folder,), data_dir=place / "data"))
    for line in desk.refresh().failed:
        Console(stderr=True).print(line)
    return desk


def measure_squad(item: QuestionSet, name: str) -> list[tuple[str, str, float]]:
    """Measure retrieval, quoting and refusal on the paragraphs of a SQuAD-format file."""
    texts = {article.source.article_id: article.text for article in item.articles}
    desk = open_folder(texts)
    ranks = [rank_of(question, desk) for question in item.questions]
    answers = [desk.answer(question.text) for question in item.questions]
    pairs = list(zip(answers, item.questions, strict=True))
    shown = [[citation.quote for citation in answer.citations] for answer in answers]
    return [
        (name, "Success@1", mean(rank == 1 for rank in ranks)),
        (name, "MRR@10", mean(1 / rank if rank else 0.0 for rank in ranks)),
        (
            name,
            "first quoted sentence holds a gold answer",
            mean(holds(quotes[:1], q) for quotes, q in zip(shown, item.questions, strict=True)),
        ),
        (
            name,
            "any quoted sentence holds a gold answer",
            mean(holds(quotes, q) for quotes, q in zip(shown, item.questions, strict=True)),
        ),
        (
            name,
            "highlight contained in or containing a gold answer",
            mean(highlights(answer, q) for answer, q in pairs if answer.highlight),
        ),
        (name, "answers with a highlight", mean(answer.highlight is not None for answer in answers)),
        (name, "statements an answer", mean(len(answer.statements) for answer in answers if not answer.abstained)),
        (name, "answerable but refused", mean(answer.abstained for answer in answers)),
        *measure_halves(item, texts, name),
    ]


def measure_halves(item: QuestionSet, texts: dict[str, str], name: str) -> list[tuple[str, str, float]]:
    """Ask the questions of every second article of the articles in between, and the other way round."""
    groups = {question.article_id: question.group for question in item.questions}
    order = {group: place for place, group in enumerate(dict.fromkeys(groups.values()))}
    halves = [
        {key: text for key, text in texts.items() if key in groups and order[groups[key]] % 2 == half}
        for half in (0, 1)
    ]
    desks = [open_folder(half) for half in halves]
    outside = [desks[1 - order[q.group] % 2].answer(q.text).abstained for q in item.questions]
    inside = [desks[order[q.group] % 2].answer(q.text).abstained for q in item.questions]
    return [
        (f"{name}, halves", "questions of the other half refused", mean(outside)),
        (f"{name}, halves", "questions of the same half refused", mean(inside)),
    ]


def rank_of(question: Question, desk: Assistant) -> int:
    """Return the rank of the right article among the first ten, 0 where it isn't there."""
    hits = desk.retriever().passage_search.search(question.text, count=DEPTH).hits
    ids = list(dict.fromkeys(hit.passage.source.article_id for hit in hits))
    return ids.index(question.article_id) + 1 if question.article_id in ids else 0


def holds(quotes: Sequence[str], question: Question) -> bool:
    """Tell whether one of the quotes holds a right answer, verbatim but for case."""
    return any(answer.lower() in quote.lower() for answer in question.answers for quote in quotes)


def highlights(answer: Answer, question: Question) -> bool:
    """Tell whether the highlight and a right answer lie one in the other."""
    span = (answer.highlight or "").lower()
    return any(span in gold.lower() or gold.lower() in span for gold in question.answers)


def mean(values: Iterable[float | bool]) -> float:
    """Return the mean, 0 of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def measure_testset(path: Path, articles: Path | None, *, list_wrong: bool) -> list[tuple[str, str, float]]:
    """Measure right answers and refusals on a JSONL test set."""
    place = Path(tempfile.mkdtemp(prefix="belegt-benchmark-"))
    desk = Assistant(Settings(articles=(articles,) if articles else (), data_dir=place))
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    said = [
        (case, desk.answer(case["question"], history=[tuple(turn) for turn in case.get("history", [])]))
        for case in cases
    ]
    right = [(case, answer, is_right(case, answer)) for case, answer in said]
    if list_wrong:
        for case, answer, good in right:
            if not good:
                print_wrong(case, answer)
    kinds = Counter(case.get("kind", "") for case in cases)
    answerable = [(case, answer, good) for case, answer, good in right if case["answers"]]
    return [
        (
            path.name,
            f"right answer in the first sentence, right article cited first (n {len(answerable)})",
            mean(good for *_, good in answerable),
        ),
        (
            path.name,
            "right answer in one of its sentences, right article cited first",
            mean(holds_answer(case, answer) for case, answer, _ in answerable),
        ),
        (path.name, "answerable but refused", mean(answer.abstained for _, answer, _ in answerable)),
        (path.name, "unanswerable refused", mean(good for case, _, good in right if not case["answers"])),
        *(
            (path.name, f"  {kind} (n {count})", mean(good for case, _, good in right if case.get("kind") == kind))
            for kind, count in kinds.items()
        ),
    ]


def print_wrong(case: dict[str, Any], answer: Answer) -> None:
    """Print a wrong answer: what was asked and searched, what was said, and what would have been right."""
    verdict = "refused" if answer.abstained else f"answered, confidence {answer.confidence:.2f}"
    first = f"{answer.citations[0].article_id}: {answer.citations[0].quote}" if answer.citations else "nothing"
    gold = " | ".join(case["answers"]) or "not in the articles"
    console = Console(width=160)
    console.print(f"{case.get('kind', '')}: {answer.standalone_question} ({verdict})", markup=False)
    console.print(f"    said: {first}\n    gold: {gold}", markup=False)


def is_right(case: dict[str, Any], answer: Answer) -> bool:
    """Tell whether the first sentence holds an answer and cites the right article, or a refusal was right."""
    if not case["answers"] or answer.abstained:
        return answer.abstained and not case["answers"]
    return cites_right(case, answer) and mentions(case, answer.citations[0].quote)


def holds_answer(case: dict[str, Any], answer: Answer) -> bool:
    """Tell whether any sentence of the answer holds a right one, and the first cites the right article."""
    said = not answer.abstained and any(mentions(case, citation.quote) for citation in answer.citations)
    return said and cites_right(case, answer)


def cites_right(case: dict[str, Any], answer: Answer) -> bool:
    """Tell whether the article cited first is the right one, where the case names one."""
    return case.get("article_id") in (None, answer.citations[0].article_id)


def mentions(case: dict[str, Any], quote: str) -> bool:
    """Tell whether a quote holds a right answer, verbatim but for case."""
    return any(gold.lower() in quote.lower() for gold in case["answers"])


if __name__ == "__main__":
    main()
