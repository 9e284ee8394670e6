"""The chain is a LangChain Runnable: invoke, batch and stream agree; bad questions are one clear line."""

import asyncio

import pytest
from langchain_core.runnables import Runnable, RunnableLambda

from assistant import Assistant, BelegtError, QuestionError, Scope
from assistant.chain import LONGEST_QUESTION

QUESTION = "Wie lang ist die neue Strecke in Kilometern?"


def timeless(answer):
    """Return an answer's fields but for the seconds it took."""
    return {name: value for name, value in answer.to_dict().items() if name != "timings"}


def test_invoke_batch_and_stream_agree(desk: Assistant) -> None:
    assert isinstance(desk.chain, Runnable)
    invoked = desk.chain.invoke(QUESTION)
    assert not invoked.abstained
    batched = desk.chain.batch([{"question": QUESTION}, "Was kostet ein Kilogramm Roggenbrot?"])
    streamed = list(desk.chain.stream({"question": QUESTION, "history": []}))
    assert timeless(batched[0]) == timeless(streamed[-1]) == timeless(invoked)
    assert "4,10 Euro" in batched[1].text


def test_composes_with_other_runnables_and_runs_asynchronously(desk: Assistant) -> None:
    shouting = desk.chain | RunnableLambda(lambda answer: answer.text.upper())
    assert "84 KILOMETER" in shouting.invoke(QUESTION)
    assert "84 KILOMETER" in list(shouting.stream(QUESTION))[-1]
    assert "84 Kilometer" in asyncio.run(desk.chain.ainvoke(QUESTION)).text


def test_history_reaches_the_search(desk: Assistant) -> None:
    answer = desk.answer("Und wie lange dauert die Fahrt?", history=[(QUESTION, "84 Kilometer")])
    assert answer.question == "Und wie lange dauert die Fahrt?"
    assert QUESTION in answer.standalone_question


def test_a_scope_reaches_the_search(desk: Assistant) -> None:
    given = {"question": QUESTION, "scope": Scope(("brot.md",))}
    answer = desk.chain.invoke(given)
    assert {citation.article_id for citation in answer.citations} == {"brot.md"}
    assert answer.abstained
    assert timeless(desk.chain.invoke({**given, "scope": None})) == timeless(desk.chain.invoke(QUESTION))


def test_timings_name_the_steps(desk: Assistant) -> None:
    timings = desk.answer(QUESTION).timings
    assert list(timings) == ["rewrite", "retrieve", "read", "quote", "total"]
    assert timings["total"] == pytest.approx(sum(list(timings.values())[:-1]))


@pytest.mark.parametrize("question", ["", "  \n", "???", "a" * (LONGEST_QUESTION + 1), "wort " * 4000], ids=repr)
def test_bad_questions_are_one_line(desk: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        desk.answer(question)
    assert isinstance(caught.value, BelegtError)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
