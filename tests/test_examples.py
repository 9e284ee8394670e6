"""Examples for a first visit: one search for all who come, a new one when the collection has changed."""

from __future__ import annotations

import logging
import threading

import pytest

from assistant import BelegtError
from ui.examples import OFFERED, Examples

DEADLINE = 5.0
VISITORS = 12


class Adviser:
    """Holds some articles, and suggests a question for each; ``hold`` keeps it from answering at once."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.names = ["bahn.md"]
        self.searches: list[int | None] = []
        self.hold = threading.Event()
        self.hold.set()

    def articles(self) -> tuple[str, ...]:
        if isinstance(self.failure, BelegtError):
            raise self.failure
        return tuple(self.names)

    def suggest(self, answer: None = None, *, count: int | None = None) -> list[str]:
        self.searches.append(count)
        names = list(self.names)
        assert self.hold.wait(DEADLINE)
        if self.failure:
            raise self.failure
        return [f"Was steht in {name}?" for name in names]


def test_what_is_found_comes_after_nothing_and_is_kept() -> None:
    adviser = Adviser()
    examples = Examples(adviser)
    assert list(examples.follow()) == [(), ("Was steht in bahn.md?",)]
    assert list(examples.follow()) == [("Was steht in bahn.md?",)]
    assert adviser.searches == [OFFERED]


def test_many_visitors_wait_for_one_search() -> None:
    adviser = Adviser()
    adviser.hold.clear()
    examples = Examples(adviser)
    told: list[list[tuple[str, ...]]] = []
    first = threading.Barrier(VISITORS + 1)

    def visit() -> None:
        following = examples.follow()
        known = [next(following)]
        first.wait(DEADLINE)
        told.append([*known, *following])

    visitors = [threading.Thread(target=visit, daemon=True) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    first.wait(DEADLINE)
    adviser.hold.set()
    for visitor in visitors:
        visitor.join(DEADLINE)
    assert told == [[(), ("Was steht in bahn.md?",)]] * VISITORS
    assert len(adviser.searches) == 1


def test_a_changed_collection_is_searched_anew() -> None:
    adviser = Adviser()
    examples = Examples(adviser)
    list(examples.follow())
    adviser.names.append("wal.md")
    assert list(examples.follow()) == [(), ("Was steht in bahn.md?", "Was steht in wal.md?")]
    assert len(adviser.searches) == 2


def test_what_changes_during_the_search_is_found_by_the_next() -> None:
    adviser = Adviser()
    examples = Examples(adviser)
    following = examples.follow()
    next(following)
    adviser.names[:] = ["wal.md"]
    list(following)
    assert list(examples.follow())[-1] == ("Was steht in wal.md?",)


def test_a_desk_that_fails_gives_none_and_says_why_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    adviser = Adviser(RuntimeError("geheim"))
    examples = Examples(adviser)
    with caplog.at_level(logging.ERROR):
        assert list(examples.follow()) == [(), ()]
        assert list(examples.follow()) == [()]
    assert caplog.text.count("geheim") == 1
    assert len(adviser.searches) == 1


def test_articles_that_cannot_be_read_give_none() -> None:
    assert list(Examples(Adviser(BelegtError("Der Ordner fehlt."))).follow()) == [(), ()]
