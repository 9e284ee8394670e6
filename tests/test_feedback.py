"""What visitors say of answers, kept as a test set."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, BelegtError, Citation, Statement
from assistant import feedback as room
from assistant.evaluation import read_testset
from assistant.feedback import FeedbackError, forget_judgement, judge, keep_judgement
from tests.conftest import Run

NOW = datetime(2025, 2, 24, 12, 30, tzinfo=UTC)
CITED = Citation(
    1, "wal.txt", "Wal", date(2025, 2, 24), None, None, None, "Passage", "Das Tier ist 12 Meter lang.", 0, 27
)
ANSWER = Answer(
    "Wie lang ist der Wal?",
    "Wie lang ist der Wal?",
    "Das Tier ist 12 Meter lang. [1]",
    (Statement("Das Tier ist 12 Meter lang.", (1,)),),
    (CITED,),
    "12 Meter",
    abstained=False,
    confidence=0.9,
)
REFUSAL = replace(ANSWER, text="Das steht nicht da.", statements=(), highlight=None, abstained=True)


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_right_answer_tells_the_shortest_that_is_right() -> None:
    assert judge(ANSWER, right=True, when=NOW).to_dict() == {
        "id": room.name_judgement(ANSWER),
        "question": "Wie lang ist der Wal?",
        "answers": ["12 Meter"],
        "article_id": "wal.txt",
        "judged": "right",
        "when": "2025-02-24T12:30:00+00:00",
        "searched": "Wie lang ist der Wal?",
        "said": "Das Tier ist 12 Meter lang. [1]",
    }
    assert judge(replace(ANSWER, highlight=None), right=True, when=NOW).answers == ("Das Tier ist 12 Meter lang.",)
    only_led = replace(ANSWER, highlight=None, statements=(), text="Am 24. Februar 2025. [1]", verdict="yes")
    assert judge(only_led, right=True, when=NOW).answers == ("Am 24. Februar 2025.",)
    assert judge(only_led, right=True, when=NOW).verdict == "yes"


def test_a_right_refusal_tells_that_the_articles_do_not_say() -> None:
    judged = judge(REFUSAL, right=True, when=NOW)
    assert judged.answers == ()
    assert judged.article_id is None


def test_a_wrong_answer_tells_what_is_right_only_where_somebody_wrote_it() -> None:
    assert judge(ANSWER, right=False, when=NOW).answers is None
    assert "answers" not in judge(ANSWER, right=False, when=NOW).to_dict()
    assert judge(ANSWER, right=False, correction=" 13 Meter\n", when=NOW).answers == ("13 Meter",)
    assert judge(ANSWER, right=False, unanswerable=True, when=NOW).answers == ()
    assert judge(ANSWER, right=False, correction="13 Meter", when=NOW).article_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"right": True, "correction": "13"},
        {"right": True, "unanswerable": True},
        {"right": False, "correction": "13", "unanswerable": True},
        {"right": False, "correction": "x" * 2_001},
    ],
)
def test_a_judgement_that_contradicts_itself_is_refused(wrong: dict) -> None:
    with pytest.raises(FeedbackError) as caught:
        judge(ANSWER, when=NOW, **wrong)
    assert "\n" not in str(caught.value)


def test_what_says_nothing_or_asks_nothing_cannot_be_judged() -> None:
    with pytest.raises(BelegtError):
        judge(replace(ANSWER, highlight=None, statements=(), text=" [1]"), right=True, when=NOW)
    with pytest.raises(BelegtError):
        judge(replace(ANSWER, question=" ? "), right=False, when=NOW)


def test_judging_again_replaces_and_taking_back_removes(desk: Assistant) -> None:
    path = desk.settings.feedback
    other = replace(ANSWER, question="Wo ist der Wal?")
    desk.keep_judgement(judge(ANSWER, right=True, when=NOW))
    desk.keep_judgement(judge(other, right=True, when=NOW))
    with path.open("a") as file:
        file.write("# by hand\n")
    desk.keep_judgement(judge(ANSWER, right=False, when=NOW))
    assert [line[:1] for line in path.read_text().splitlines()] == ["{", "#", "{"]
    desk.forget_judgement(room.name_judgement(other))
    desk.forget_judgement("nobody's")
    kept, last = path.read_text().splitlines()
    assert kept == "# by hand"
    assert json.loads(last)["judged"] == "wrong"


def test_forgetting_what_was_never_kept_writes_nothing(tmp_path: Path) -> None:
    forget_judgement(tmp_path / "none.jsonl", "0")
    assert not list(tmp_path.iterdir())


@settings(max_examples=60, deadline=None)
@given(
    question=st.text(st.characters(), max_size=40),
    said=st.text(st.characters(), max_size=40),
    correction=st.text(st.characters(), max_size=40),
    turns=st.lists(st.tuples(st.text(st.characters()), st.text(st.characters())), max_size=3),
    right=st.booleans(),
    abstained=st.booleans(),
)
def test_whatever_was_written_is_read_again(
    *,
    tmp_path_factory: pytest.TempPathFactory,
    question: str,
    said: str,
    correction: str,
    turns: list[tuple[str, str]],
    right: bool,
    abstained: bool,
) -> None:
    path = tmp_path_factory.mktemp("kept") / "feedback.jsonl"
    odd = replace(ANSWER, question=f"{question} Wal?", text=said, highlight=said or None, abstained=abstained)
    judged = judge(odd, right=right, correction="" if right else correction, history=turns, when=NOW)
    keep_judgement(path, judged)
    keep_judgement(path, judged)
    (case,) = read_testset(path).cases
    assert case.question == judged.question
    assert case.answers == judged.answers or [one.strip() for one in case.answers or ()] == list(judged.answers or ())
    assert case.judged == ("right" if right else "wrong")
    assert case.when == NOW
    assert len(case.history) == len(turns)


def test_belegt_evaluate_reads_what_was_kept(desk: Assistant, run: Run) -> None:
    desk.keep_judgement(judge(desk.answer("Wie lang ist der Buckelwal?"), right=True, when=NOW))
    desk.keep_judgement(judge(desk.answer("Wie teuer ist Roggenbrot?"), right=False, when=NOW))
    done = run("evaluate", desk.settings.feedback)
    assert done.exit_code == 0, done.output
    assert "nobody has said what would have been right" in done.output


def test_a_lone_surrogate_is_replaced_and_a_pair_joined() -> None:
    judged = judge(ANSWER, right=False, correction="\ud83d\udc0b \ud800", when=NOW)
    assert judged.answers == ("🐋 \ufffd",)


def test_history_and_what_was_said_are_cut() -> None:
    turns = [(f"Frage {number}?", "x" * 30_000) for number in range(30)]
    judged = judge(replace(ANSWER, text="y" * 30_000), right=False, history=turns, when=NOW)
    assert [question for question, _ in judged.history] == [f"Frage {number}?" for number in range(10, 30)]
    assert {len(said) for _, said in judged.history} == {len(judged.said)} == {20_000}


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    judged = [judge(replace(ANSWER, question=f"Frage {number}?"), right=True, when=NOW) for number in range(20)]
    threads = [threading.Thread(target=keep_judgement, args=(path, one)) for one in judged]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line["question"] for line in lines_of(path)) == sorted(one.question for one in judged)
    assert [item.name for item in tmp_path.iterdir() if not item.name.endswith(".lock")] == ["feedback.jsonl"]


def test_a_file_that_is_full_or_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feedback.jsonl"
    judged = judge(ANSWER, right=True, when=NOW)
    keep_judgement(path, judged)
    before = path.read_bytes()
    monkeypatch.setattr(room, "MOST_BYTES", len(before))
    with pytest.raises(FeedbackError, match="full"):
        keep_judgement(path, replace(judged, id="another"))
    keep_judgement(path, judged)
    (tmp_path / "folder").mkdir()
    with pytest.raises(FeedbackError, match="can't be written"):
        keep_judgement(tmp_path / "folder", judged)
    path.write_bytes(b"\xff")
    with pytest.raises(FeedbackError, match="UTF-8"):
        keep_judgement(path, judged)
    assert not [item.name for item in tmp_path.iterdir() if item.name.startswith(".")]
