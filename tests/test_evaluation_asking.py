"""A run is kept as it goes: what was answered is found again, what was cut off is asked again, nothing else is."""

import json
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant
from assistant.answer import Citation, Mode, Statement
from assistant.evaluation import Case, asking
from assistant.evaluation.asking import DEPTH, Journal, Outcome, Reply, ask, ask_all
from assistant.followup import Turn
from vectorstore import BelegtError, Search

QUESTIONS = (
    "Wie lang ist die neue Strecke in Kilometern?",
    "Was kostet ein Kilogramm Roggenbrot?",
    "Wie lang ist das Tier?",
    "Welche Farbe trug Napoleons Zebra in Quito?",
    "Um wie viel Prozent stieg der Preis?",
    "Wie lange dauert die Fahrt jetzt?",
)
CASES = tuple(Case(f"q{place}", f"line {place}", text, ("84",)) for place, text in enumerate(QUESTIONS, start=1))
FOLLOW_UP = Case(
    "f1",
    "line 9",
    "Und was kostete ihr Bau?",
    ("1,2 Milliarden Euro",),
    history=(("Wie lang ist die neue Strecke in Kilometern?", "84 Kilometer."),),
    standalone_question="Was kostete der Bau der neuen Strecke?",
)


class FaultyDesk:
    """A real assistant that fails at the k-th question, once those before it are in the journal, if one is given."""

    def __init__(self, desk: Assistant, error: BaseException, *, at: int, journal: Journal | None = None) -> None:
        self._desk, self._error, self._at, self._journal = desk, error, at, journal
        self.asked: list[str] = []

    def answer(self, question: str, *, history: Sequence[Turn] = (), mode: Mode | None = None) -> Answer:
        self.asked.append(question)
        if len(self.asked) == self._at:
            patience = time.monotonic() + 20
            while self._journal is not None and len(self._journal) < self._at - 1 and time.monotonic() < patience:
                time.sleep(0.001)
            raise self._error
        return self._desk.answer(question, history=history, mode=mode)

    def search(self, question: str, *, count: int) -> Search:
        return self._desk.search(question, count=count)


class CountingDesk:
    """A real assistant that remembers what it was asked, and by how many at the same time."""

    def __init__(self, desk: Assistant, *, together: int = 1) -> None:
        self._desk = desk
        self._together = threading.Barrier(together)
        self.asked: list[tuple[str, Sequence[Turn]]] = []

    def answer(self, question: str, *, history: Sequence[Turn] = (), mode: Mode | None = None) -> Answer:
        self.asked.append((question, history))
        self._together.wait(timeout=20)
        return self._desk.answer(question, history=history, mode=mode)

    def search(self, question: str, *, count: int) -> Search:
        return self._desk.search(question, count=count)


def as_desk(fake: FaultyDesk | CountingDesk) -> Assistant:
    return cast("Assistant", fake)


def timeless(outcome: Outcome) -> Outcome:
    """Return an outcome without what the clock measured."""

    def strip(reply: Reply | None) -> Reply | None:
        return replace(reply, answer=replace(reply.answer, timings={})) if reply else None

    return replace(
        outcome, reply=strip(outcome.reply) or outcome.reply, raw=strip(outcome.raw), person=strip(outcome.person)
    )


# The journal

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.floats(0, 1)
CITATIONS = st.builds(
    Citation,
    number=st.integers(1, 9),
    article_id=TEXT,
    title=TEXT,
    published=st.none() | st.dates(),
    author=st.none() | TEXT,
    publisher=st.none() | TEXT,
    url=st.none() | TEXT,
    passage=TEXT,
    quote=TEXT,
    start=st.integers(0, 99),
    end=st.integers(0, 99),
)
STATEMENTS = st.builds(
    Statement,
    text=TEXT,
    citations=st.lists(st.integers(1, 9), max_size=3).map(tuple),
    support=st.sampled_from(["supported", "partly", "unsupported"]),
)
ANSWERS = st.builds(
    Answer,
    question=TEXT,
    standalone_question=TEXT,
    text=TEXT,
    statements=st.lists(STATEMENTS, max_size=2).map(tuple),
    citations=st.lists(CITATIONS, max_size=2).map(tuple),
    highlight=st.none() | TEXT,
    abstained=st.booleans(),
    confidence=NUMBER,
    mode=st.sampled_from(["quoted", "written"]),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    timings=st.dictionaries(TEXT, NUMBER, max_size=2),
)
REPLIES = st.builds(Reply, answer=ANSWERS, ranking=st.lists(TEXT, max_size=3).map(tuple))
OUTCOMES = st.builds(
    Outcome,
    case=st.builds(Case, key=TEXT, place=st.just("line 1"), question=st.just("Wie?"), answers=st.just(("x",))),
    reply=REPLIES,
    raw=st.none() | REPLIES,
    person=st.none() | REPLIES,
)


@given(outcomes=st.lists(OUTCOMES, max_size=4, unique_by=lambda outcome: outcome.case.key))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_equals_what_was_added(tmp_path: Path, outcomes: list[Outcome]) -> None:
    path = tmp_path / "run.jsonl"
    path.unlink(missing_ok=True)
    journal = Journal(path)
    for outcome in outcomes:
        assert journal.find(outcome.case) is None
        journal.add(outcome)
    for known in (journal, Journal(path)):
        assert len(known) == len(outcomes)
        assert [known.find(outcome.case) for outcome in outcomes] == outcomes


def test_real_outcomes_survive_the_journal(desk: Assistant, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.jsonl")
    outcomes = [ask(desk, case) for case in (*CASES[:2], FOLLOW_UP)]
    assert outcomes[0].reply.answer.citations[0].published == date(2024, 3, 5)
    for outcome in outcomes:
        journal.add(outcome)
    again = Journal(tmp_path / "run.jsonl")
    assert [again.find(outcome.case) for outcome in outcomes] == outcomes


@pytest.fixture
def filled(desk: Assistant, tmp_path: Path) -> Path:
    """Return the file of a journal with three outcomes."""
    path = tmp_path / "run.jsonl"
    journal = Journal(path)
    for case in CASES[:3]:
        journal.add(ask(desk, case))
    return path


@pytest.mark.parametrize("kept", [1, 20, -2, -1], ids=["one byte", "a few", "all but two", "all but the line's end"])
def test_a_torn_last_line_is_asked_again_and_spoils_nothing_after_it(desk: Assistant, filled: Path, kept: int) -> None:
    lines = filled.read_bytes().splitlines(keepends=True)
    filled.write_bytes(b"".join(lines[:2]) + lines[2][:kept])
    journal = Journal(filled)
    assert len(journal) == 2
    assert journal.find(CASES[2]) is None
    asked = CountingDesk(desk)
    outcomes = ask_all(as_desk(asked), CASES[:4], journal)
    assert [question for question, _ in asked.asked] == [CASES[2].question, CASES[3].question]
    assert len(Journal(filled)) == 4
    assert tuple(Journal(filled).find(case) for case in CASES[:4]) == outcomes


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "Unsinn",
        "null",
        "7",
        '"vier"',
        "[]",
        '["q1"]',
        '["q1", null, null, null]',
        '["q1", 1, 2, 3]',
        '{"a": 1, "b": 2, "c": 3, "d": 4}',
        '["q1", {"answer": {}, "ranking": []}, null, null]',
        '["q1", {"ranking": []}, null, null]',
        "\x00\x00\x00",
    ],
)
def test_a_line_of_garbage_is_ignored(filled: Path, garbage: str) -> None:
    lines = filled.read_text(encoding="utf-8").splitlines(keepends=True)
    filled.write_text(f"{garbage}\n{lines[1]}{garbage}\n{lines[2]}", encoding="utf-8")
    journal = Journal(filled)
    assert len(journal) == 2
    assert [journal.find(case) is not None for case in CASES[:3]] == [False, True, True]


def test_bytes_that_are_no_text_are_ignored(filled: Path) -> None:
    filled.write_bytes(b"\xff\xfe\x80\n" + filled.read_bytes() + b"\xff\xfe")
    assert len(Journal(filled)) == 3
    assert len(Journal(filled)) == 3


@pytest.mark.parametrize("garbage", ["[" * 100_000, "unhashable key"])
def test_odder_garbage_is_ignored_too(filled: Path, garbage: str) -> None:
    lines = filled.read_text(encoding="utf-8").splitlines(keepends=True)
    if garbage == "unhashable key":
        garbage = json.dumps([["q1"], *json.loads(lines[0])[1:]])
    filled.write_text(f"{garbage}\n{''.join(lines)}", encoding="utf-8")
    assert len(Journal(filled)) == 3


def test_a_journal_that_is_removed_has_forgotten(filled: Path) -> None:
    journal = Journal(filled)
    journal.remove()
    journal.remove()
    assert len(journal) == 0
    assert journal.find(CASES[0]) is None
    assert not filled.exists()


def test_a_journal_makes_its_folder(tmp_path: Path) -> None:
    assert len(Journal(tmp_path / "tief" / "unten" / "run.jsonl")) == 0
    assert (tmp_path / "tief" / "unten").is_dir()


# Asking


def test_outcomes_come_in_the_order_of_the_questions(desk: Assistant, tmp_path: Path) -> None:
    outcomes = ask_all(desk, CASES, Journal(tmp_path / "run.jsonl"), at_once=3)
    assert [outcome.case for outcome in outcomes] == list(CASES)
    assert [outcome.reply.answer.question for outcome in outcomes] == list(QUESTIONS)


def test_three_at_once_answer_as_one_after_the_other_does(desk: Assistant, tmp_path: Path) -> None:
    cases = (*CASES, FOLLOW_UP)
    alone = ask_all(desk, cases, Journal(tmp_path / "eins.jsonl"))
    together = ask_all(desk, cases, Journal(tmp_path / "drei.jsonl"), at_once=3)
    assert [timeless(outcome) for outcome in together] == [timeless(outcome) for outcome in alone]


def test_questions_are_really_asked_at_once(desk: Assistant, tmp_path: Path) -> None:
    asked = CountingDesk(desk, together=3)
    assert len(ask_all(as_desk(asked), CASES, Journal(tmp_path / "run.jsonl"), at_once=3)) == len(CASES)


def test_only_what_is_missing_is_asked(desk: Assistant, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.jsonl")
    known = {case.key: ask(desk, case) for case in (CASES[1], CASES[4])}
    for outcome in known.values():
        journal.add(outcome)
    asked, progress = CountingDesk(desk), []
    outcomes = ask_all(
        as_desk(asked), CASES, Journal(tmp_path / "run.jsonl"), watch=lambda done, of: progress.append((done, of))
    )
    assert [question for question, _ in asked.asked] == [QUESTIONS[place] for place in (0, 2, 3, 5)]
    assert progress == [(done, 6) for done in range(2, 7)]
    assert [outcome for outcome in outcomes if outcome.case.key in known] == list(known.values())


def test_nothing_is_asked_where_all_is_known(desk: Assistant, tmp_path: Path) -> None:
    journal, progress = Journal(tmp_path / "run.jsonl"), []
    outcomes = ask_all(desk, CASES, journal)
    asked = CountingDesk(desk)
    again = ask_all(as_desk(asked), CASES, journal, watch=lambda done, of: progress.append((done, of)))
    assert again == outcomes
    assert asked.asked == []
    assert progress == [(6, 6)]


@pytest.mark.parametrize("at_once", [1, 3])
def test_progress_counts_up_to_all(desk: Assistant, tmp_path: Path, at_once: int) -> None:
    progress: list[tuple[int, int]] = []
    ask_all(
        desk,
        CASES,
        Journal(tmp_path / "run.jsonl"),
        at_once=at_once,
        watch=lambda done, of: progress.append((done, of)),
    )
    assert progress == [(done, 6) for done in range(7)]


def test_no_questions_have_no_outcomes(desk: Assistant, tmp_path: Path) -> None:
    assert ask_all(desk, (), Journal(tmp_path / "run.jsonl")) == ()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BelegtError("das Modell fehlt")], ids=["Ctrl-C", "our error"])
@pytest.mark.parametrize("failing", [1, 3, 6])
def test_what_was_answered_before_a_failure_is_kept(
    desk: Assistant, tmp_path: Path, error: BaseException, failing: int
) -> None:
    journal = Journal(tmp_path / "run.jsonl")
    faulty = FaultyDesk(desk, error, at=failing, journal=journal)
    with pytest.raises(type(error)):
        ask_all(as_desk(faulty), CASES, journal)
    kept = Journal(tmp_path / "run.jsonl")
    assert [kept.find(case) is not None for case in CASES[: failing - 1]] == [True] * (failing - 1)
    assert kept.find(CASES[failing - 1]) is None
    asked = CountingDesk(desk)
    outcomes = ask_all(as_desk(asked), CASES, kept)
    assert len(asked.asked) <= len(CASES) - failing + 1
    assert [outcome.case for outcome in outcomes] == list(CASES)


def test_a_failure_stops_the_questions_that_were_not_begun(desk: Assistant, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.jsonl")
    many = tuple(replace(case, key=f"{case.key}-{turn}") for turn in range(50) for case in CASES)
    faulty = FaultyDesk(desk, BelegtError("das Modell fehlt"), at=2, journal=journal)
    with pytest.raises(BelegtError):
        ask_all(as_desk(faulty), many, journal)
    assert len(faulty.asked) < len(many)


def test_who_watches_may_stop_the_run(desk: Assistant, tmp_path: Path) -> None:
    def watch(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all(desk, CASES, Journal(tmp_path / "run.jsonl"), watch=watch)
    assert len(Journal(tmp_path / "run.jsonl")) >= 2  # what is being answered meanwhile is kept too


def test_what_is_answered_when_a_failure_is_seen_is_kept(
    desk: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_at_once(running: Iterable[Future[Outcome]]) -> list[Future[Outcome]]:
        """Hand out what was done while nobody looked, as ``as_completed`` does: in no particular order."""
        futures = list(running)
        wait(futures)
        return sorted(futures, key=lambda future: future.exception() is None)

    monkeypatch.setattr(asking, "as_completed", all_at_once, raising=False)
    journal = Journal(tmp_path / "run.jsonl")
    faulty = FaultyDesk(desk, BelegtError("das Modell fehlt"), at=4)
    with pytest.raises(BelegtError):
        ask_all(as_desk(faulty), CASES, journal)
    assert all(journal.find(case) for case in CASES[:3])


# Follow-ups


def test_a_question_without_history_is_asked_once(desk: Assistant) -> None:
    asked = CountingDesk(desk)
    outcome = ask(as_desk(asked), replace(CASES[0], standalone_question="Wie lang ist die Strecke?"))
    assert asked.asked == [(QUESTIONS[0], ())]
    assert outcome.raw is None
    assert outcome.person is None


def test_a_follow_up_is_asked_with_history_without_it_and_written_out(desk: Assistant) -> None:
    asked = CountingDesk(desk)
    outcome = ask(as_desk(asked), FOLLOW_UP)
    assert asked.asked == [
        (FOLLOW_UP.question, FOLLOW_UP.history),
        (FOLLOW_UP.question, ()),
        (FOLLOW_UP.standalone_question, ()),
    ]
    assert outcome.raw is not None
    assert outcome.person is not None
    assert FOLLOW_UP.history[0][0] in outcome.reply.answer.standalone_question
    assert outcome.raw.answer.standalone_question == FOLLOW_UP.question
    assert outcome.person.answer.standalone_question == FOLLOW_UP.standalone_question


def test_a_follow_up_that_nobody_wrote_out_has_no_person_s_reply(desk: Assistant) -> None:
    outcome = ask(desk, replace(FOLLOW_UP, standalone_question=None))
    assert outcome.raw is not None
    assert outcome.person is None


def test_the_ranking_is_that_of_the_question_as_searched(desk: Assistant) -> None:
    bare = replace(FOLLOW_UP, question="Und das Tier?", history=((QUESTIONS[1], "4,10 Euro."),))
    outcome = ask(desk, bare)
    assert outcome.raw is not None
    assert outcome.reply.ranking != outcome.raw.ranking
    for reply in (outcome.reply, outcome.raw):
        found = desk.search(reply.answer.standalone_question, count=DEPTH)
        assert list(reply.ranking) == [f"{hit.passage.source.article_id}#{hit.passage.number}" for hit in found.hits]
        assert len(set(reply.ranking)) == 3
