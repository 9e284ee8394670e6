"""What is told of a question once it is over, however it ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from assistant import BelegtError
from assistant.observing import Event, observe
from tests.page_desk import refusal, whole_answer


def told_of(work: Callable[[Any], None], question: str = "Was kostet Brot?") -> Event:
    """Return what is told of a question that was worked on like this."""
    events: list[Event] = []
    expected = (BelegtError, RuntimeError, GeneratorExit, KeyboardInterrupt)
    with suppress(*expected), observe(question, events.append, turns=2) as observed:
        work(observed)
    (event,) = events
    return event


def raising(error: BaseException) -> Callable[[Any], None]:
    def work(observed: Any) -> None:
        observed.begin()
        raise error

    return work


@pytest.mark.parametrize(
    ("work", "outcome", "error"),
    [
        (lambda observed: observed.see(whole_answer("?")), "answered", None),
        (lambda observed: observed.see(refusal("?")), "refused", None),
        (raising(BelegtError("zu lang")), "failed", "BelegtError"),
        (raising(RuntimeError("geheim")), "failed", "RuntimeError"),
        (raising(GeneratorExit()), "stopped", None),
        (raising(KeyboardInterrupt()), "stopped", None),
    ],
)
def test_each_question_is_told_once_with_its_outcome(work: Any, outcome: str, error: str | None) -> None:
    event = told_of(work)
    assert (event.outcome, event.error, event.turns, event.language) == (outcome, error, 2, "de")


def test_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="kaputt"), observe("Was?", lambda event: None):
        raise RuntimeError("kaputt")


def test_waiting_ends_where_the_work_begins() -> None:
    def work(observed: Any) -> None:
        observed.begin()
        observed.see(whole_answer("?"))

    event = told_of(work)
    assert event.waited >= 0 <= event.seconds
    assert told_of(lambda observed: None).waited == 0
    assert (event.citations, event.articles) == (1, 1)


def test_ids_differ() -> None:
    assert told_of(lambda observed: None).id != told_of(lambda observed: None).id
