"""The starter articles and their test set: whole, consistent, and answered by the real parts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.evaluation import evaluate, read_testset
from assistant.settings import STARTER_ARTICLES
from vectorstore.reading import find_files, read_article

TESTSET = STARTER_ARTICLES / "testset.jsonl"
CASES = [json.loads(line) for line in TESTSET.read_text(encoding="utf-8").splitlines()]
TEXTS = {path.name: read_article(path, path.name).text for path in find_files(STARTER_ARTICLES)}
FEWEST_RIGHT_FIRST = 0.73
FEWEST_RIGHT = 0.85
FEWEST_REFUSED = 0.54
"""Floors for the whole chain, some five points below what ``tests/benchmarks/README.md`` reports."""


def test_five_articles_with_their_front_matter() -> None:
    sources = [read_article(path, path.name).source for path in find_files(STARTER_ARTICLES)]
    assert len(sources) == 5
    assert all(source.title and source.publisher for source in sources)
    assert [source.published.isoformat() for source in sources if source.published] == ["2025-02-24"]


def test_set_is_large_and_mixed_enough() -> None:
    assert len(CASES) >= 60
    assert len({case["question"] for case in CASES}) == len(CASES)
    assert sum(not case["answers"] for case in CASES) >= 15
    assert {case["kind"] for case in CASES} >= {"figure", "name", "date", "reason", "across", "english", "misspelt"}


@pytest.mark.parametrize("case", [case for case in CASES if case["answers"]], ids=lambda case: case["question"][:60])
def test_every_answer_stands_in_its_article(case: dict) -> None:
    texts = [TEXTS[case["article_id"]]] if "article_id" in case else list(TEXTS.values())
    for answer in case["answers"]:
        assert any(answer in text for text in texts)


@pytest.mark.real
def test_questions_are_answered_and_cited(starter_desk: Assistant) -> None:
    testset = read_testset(TESTSET)
    report = evaluate(starter_desk, replace(testset, cases=testset.cases[::2]))  # all of them take half a minute
    assert report.value("markers_valid") == report.value("quotes_verbatim") == 1
    assert report.value("answer_in_first") >= FEWEST_RIGHT_FIRST
    assert report.value("answer_in_any") >= FEWEST_RIGHT
    assert report.value("refusal_recall") >= FEWEST_REFUSED
    assert report.notes == ()


@pytest.mark.real
def test_the_figure_of_the_first_question_is_highlighted(starter_desk: Assistant) -> None:
    answer = starter_desk.answer("Wie viel will Alibaba in den nächsten drei Jahren in KI-Infrastruktur investieren?")
    assert answer.highlight in {"mehr als 380 Milliarden Yuan", "380 Milliarden Yuan", "53 Milliarden US-Dollar"}
    assert Path(answer.citations[0].article_id).stem == "alibaba-ki-infrastruktur"
