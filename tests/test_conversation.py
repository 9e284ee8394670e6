"""The conversation behind the page: how it grows, what is shown of it, and that no two of them mix."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import UTC, date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import BelegtError, Scope
from tests.markup import assert_only_ours, words
from tests.page_desk import REFUSED, FakeDesk, refusal, whole_answer
from ui.conversation import (
    SUGGESTED,
    Conversation,
    Turn,
    begin,
    continue_answer,
    describe_place,
    render_evidences,
    render_turns,
    stop,
)
from ui.waiting_line import Place, WaitingLine


def grow(desk: Any, begun: Conversation, line: WaitingLine | None = None) -> list[Conversation]:
    return list(continue_answer(desk, begun, line=line or WaitingLine(), language="de"))


def ask(desk: Any, conversation: Conversation, question: str, *, standalone: bool = False) -> Conversation:
    """Ask and return the conversation with the complete answer."""
    return grow(desk, begin(conversation, question, language="de", standalone=standalone))[-1]


def shown(conversation: Conversation, language: Any = "de") -> str:
    """Return the last turn as it is shown."""
    return render_turns(conversation, language=language)[-1]


def test_an_answer_grows_from_its_evidence_to_the_whole() -> None:
    begun = begin(Conversation(), "  BMW? ", language="de")
    assert begun.waiting
    assert "Suche in den Artikeln" in shown(begun)
    grown = grow(FakeDesk(), begun)
    assert [one.waiting for one in grown] == [True, True, False]
    assert "Lese die Belege" in shown(grown[0])
    assert "steht dies da" in render_evidences(grown[0], language="de")[0]
    assert grown[-1].turns == (Turn("BMW?", whole_answer("BMW?"), finished=True),)


def test_what_can_be_done_with_an_answer_comes_once_it_is_whole() -> None:
    grown = grow(FakeDesk(), begin(Conversation(), "BMW?", language="de"))
    assert ["belegt-footer" in shown(one) for one in grown] == [False, False, True]
    assert ["belegt-waiting" in shown(one) for one in grown] == [True, True, False]


@given(words)
def test_a_question_is_kept_as_a_page_can_carry_it(question: str) -> None:
    conversation = Conversation()
    begun = begin(conversation, question, language="de")
    if begun is conversation:
        return
    begun.turns[0].question.encode("utf-8")
    assert begun.turns[0].question.strip()
    assert_only_ours(shown(begun))


def test_a_second_question_carries_the_first_with_its_answer() -> None:
    desk = FakeDesk()
    ask(desk, ask(desk, Conversation(), "BMW?"), "Und wer noch?")
    assert desk.histories == [(), (("BMW?", "Zu BMW? steht dies da. [1]"),)]


def test_a_question_that_stands_alone_carries_nothing() -> None:
    desk = FakeDesk()
    again = ask(desk, ask(desk, Conversation(), "BMW?"), "Wer leitet BMW?", standalone=True)
    assert desk.histories == [(), ()]
    assert again.turns[-1].standalone


def test_what_a_conversation_is_restricted_to_is_all_that_is_asked() -> None:
    desk, scope = FakeDesk(), Scope(since=date(2025, 2, 24))
    asked = ask(desk, Conversation().restricted(scope), "BMW?")
    assert desk.scopes == [scope]
    assert asked.scope == scope


def test_only_the_latest_evidence_is_shown() -> None:
    desk = FakeDesk()
    twice = ask(desk, ask(desk, Conversation(), "Eins?"), "Zwei?")
    first, second, third = render_evidences(begin(twice, "Drei?", language="de"), language="de")
    assert '<section class="belegt-turn" id="belegt-turn-1" hidden>' in first
    assert '<section class="belegt-turn" id="belegt-turn-2">' in second
    assert third == ""


def test_the_turns_of_a_conversation_are_counted_from_one() -> None:
    desk = FakeDesk()
    turns = render_turns(ask(desk, ask(desk, Conversation(), "Eins?"), "Zwei?"), language="de")
    for number, turn in enumerate(turns, start=1):
        assert f'href="#belegt-card-{number}-1" data-turn="{number}"' in turn
        assert f'data-judgement="wrong" data-turn="{number}"' in turn


def test_two_conversations_do_not_mix() -> None:
    desk = FakeDesk()
    one = begin(Conversation(), "Eins?", language="de")
    other = begin(Conversation(), "Zwei?", language="de")
    growing, growing_too = (continue_answer(desk, begun, line=WaitingLine(), language="de") for begun in (one, other))
    for _ in range(2):
        one, other = next(growing), next(growing_too)
    one, other = list(growing)[-1], list(growing_too)[-1]
    assert [turn.question for turn in one.turns] == ["Eins?"]
    assert [turn.question for turn in other.turns] == ["Zwei?"]
    assert desk.histories == [(), ()]
    ask(desk, one, "Und dann?")
    assert desk.histories[-1] == (("Eins?", "Zu Eins? steht dies da. [1]"),)


def test_each_conversation_has_a_key_and_a_beginning_of_its_own() -> None:
    one, other = Conversation(), Conversation()
    assert one.key != other.key
    assert one.begun.tzinfo == UTC
    assert ask(FakeDesk(), one, "BMW?").key == one.key


@given(st.integers(1, 4), st.integers(1, 4))
def test_a_change_of_one_turn_leaves_the_others_and_the_past_alone(count: int, number: int) -> None:
    turns = tuple(Turn(f"Frage {n}?", whole_answer("x"), finished=True) for n in range(count))
    conversation = Conversation(turns)
    if number <= count:
        changed = conversation.with_turn(number, judged="right")
        assert [turn.judged for turn in changed.turns] == [
            "right" if n == number else None for n in range(1, count + 1)
        ]
        assert 'data-judgement="right"' in render_turns(changed, language="de")[number - 1]
        assert 'aria-pressed="true"' in render_turns(changed, language="de")[number - 1]
    assert conversation.turns == turns


@pytest.mark.parametrize("question", ["", "   ", "\n", "\x00"])
def test_an_empty_question_changes_nothing(question: str) -> None:
    conversation = Conversation()
    assert begin(conversation, question, language="de") is conversation
    assert not grow(FakeDesk(), conversation)


def test_a_second_question_waits_for_the_first() -> None:
    begun = begin(Conversation(), "Eins?", language="de")
    assert begin(begun, "Zwei?", language="de") is begun


def test_a_finished_answer_is_not_asked_for_again() -> None:
    desk = FakeDesk()
    assert not grow(desk, ask(desk, Conversation(), "Eins?"))
    assert len(desk.histories) == 1


def test_whoever_waits_is_told_so_and_then_answered() -> None:
    line = WaitingLine()
    begun = begin(Conversation(), "Eins?", language="de")
    growing = continue_answer(FakeDesk(), begun, line=line, language="de")
    with line.join():
        assert "Vor Ihrer Frage ist noch eine andere." in shown(next(growing))
    assert "andere" not in shown(next(growing))
    assert not list(growing)[-1].waiting
    assert len(line) == 0


def test_whoever_leaves_no_longer_stands_in_the_line() -> None:
    line = WaitingLine()
    growing = continue_answer(FakeDesk(), begin(Conversation(), "Eins?", language="de"), line=line, language="de")
    next(growing)
    assert len(line) == 1
    growing.close()
    assert len(line) == 0


def test_a_full_line_is_one_line_and_keeps_the_question() -> None:
    line = WaitingLine(most_waiting=1)
    with ExitStack() as held:
        held.enter_context(line.join())
        refused = grow(FakeDesk(), begin(Conversation(), "Eins?", language="de"), line)
    assert [one.waiting for one in refused] == [False]
    assert "too many questions are waiting" in shown(refused[-1])


@pytest.mark.parametrize(
    ("place", "german", "english"),
    [
        (Place(1, None), "Vor Ihrer Frage ist noch eine andere.", "One other question comes before yours."),
        (
            Place(1234, 1234.4),
            "Vor Ihrer Frage sind noch 1.234 andere, etwa 1.234 s.",
            "1,234 other questions come before yours, about 1,234 s.",
        ),
        (
            Place(1, 0.2),
            "Vor Ihrer Frage ist noch eine andere, etwa 1 s.",
            "One other question comes before yours, about 1 s.",
        ),
    ],
)
def test_a_place_in_the_line_in_words(place: Place, german: str, english: str) -> None:
    assert describe_place(place, "de") == german
    assert describe_place(place, "en") == english


def test_beside_a_refusal_stands_what_the_articles_do_answer() -> None:
    grown = grow(FakeDesk(), begin(Conversation(), REFUSED, language="de"))
    assert [one.waiting for one in grown] == [True, True, True, False]
    assert "Suche Fragen, die die Artikel beantworten" in shown(grown[2])
    assert len(grown[-1].turns[-1].suggestions) == SUGGESTED
    assert ">Was kostet die &lt;Bahn&gt;?</button>" in shown(grown[-1])
    assert grown[-1].turns[-1].answer == refusal(REFUSED)


def test_an_answer_needs_no_suggestions() -> None:
    assert ask(FakeDesk(), Conversation(), "BMW?").turns[-1].suggestions == ()


def test_suggestions_that_cannot_be_found_take_nothing_away(caplog: pytest.LogCaptureFixture) -> None:
    desk = FakeDesk()
    desk.suggest = FakeDesk(RuntimeError("geheim")).suggest  # type: ignore[method-assign]
    asked = ask(desk, Conversation(), REFUSED)
    assert asked.turns == (Turn(REFUSED, refusal(REFUSED), finished=True),)
    assert "No questions could be suggested" in caplog.text


def test_a_mistake_becomes_one_line_and_keeps_the_question() -> None:
    failed = ask(FakeDesk(BelegtError("Die Frage ist <zu> lang.")), Conversation(), "Warum?")
    assert "Warum?" in shown(failed)
    assert "Die Frage ist &lt;zu&gt; lang." in shown(failed)
    assert not failed.waiting
    assert failed.turns[-1].answer is None
    assert failed.history(1) == ()


def test_any_other_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        failed = ask(FakeDesk(RuntimeError("geheim")), Conversation(), "Warum?")
    assert "geheim" in caplog.text
    assert "geheim" not in shown(failed, "en") + shown(failed)
    assert "schiefgegangen" in shown(failed)


def test_a_stopped_answer_stays_as_far_as_it_came() -> None:
    begun = begin(Conversation(), "Eins?", language="en")
    growing = continue_answer(FakeDesk(), begun, line=WaitingLine(), language="en")
    stopped = stop(next(growing), language="en")
    growing.close()
    assert not stopped.waiting
    assert "Stopped." in shown(stopped, "en")
    assert "belegt-footer" not in shown(stopped, "en")
    assert stopped.history(1) == ()
    assert stop(stopped, language="en") is stopped
