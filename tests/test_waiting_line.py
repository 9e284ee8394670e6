"""The waiting line, with real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import BelegtError
from ui.waiting_line import LOOK_SECONDS, Place, WaitingLine, look_again

DEADLINE = 5.0


def run_all(works: list[Callable[[], None]]) -> None:
    """Run all at once, and fail where one is still at it after the deadline."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert not any(thread.is_alive() for thread in threads)


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_the_first_is_served_at_once() -> None:
    with WaitingLine().join() as ticket:
        assert list(ticket.wait()) == []


SERVED = ("is served", "breaks off")
GONE = ("leaves before its turn", "is closed while it waits")


class Counter:
    """Serves who stands in the line, and sees to it that no two are served at once."""

    def __init__(self) -> None:
        self.line = WaitingLine()
        self.served: list[int] = []
        self.at_work: list[int] = []

    def serve(self, number: int, end: str) -> None:
        self.at_work.append(number)
        assert self.at_work == [number]
        self.served.append(number)
        time.sleep(0.001)
        self.at_work.remove(number)
        if end == "breaks off":
            raise RuntimeError("broken off")

    def answer(self, number: int, end: str) -> Iterator[Place]:
        with self.line.join() as ticket:
            if end == "leaves before its turn":
                raise RuntimeError("never mind")
            yield from ticket.wait()
            self.serve(number, end)

    def visit(self, number: int, end: str) -> None:
        growing = self.answer(number, end)
        with suppress(RuntimeError):
            next(growing, None)
            if end == "is closed while it waits":
                growing.close()
            list(growing)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(SERVED + GONE), min_size=1, max_size=12))
def test_one_at_a_time_in_order_and_nobody_is_forgotten(ends: list[str]) -> None:
    counter = Counter()
    threads = []
    with counter.line.join() as held:
        held.wait_all()
        for number, end in enumerate(ends):  # each stands in the line, or has left it, before the next comes
            before = len(counter.line)
            threads.append(threading.Thread(target=counter.visit, args=(number, end), daemon=True))
            threads[-1].start()
            if end in SERVED:
                until(lambda before=before: len(counter.line) == before + 1)
            else:
                threads[-1].join(DEADLINE)
    for thread in threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()
    assert counter.served == [number for number, end in enumerate(ends) if end in SERVED]
    assert len(counter.line) == 0


def test_a_crowd_is_served_one_by_one() -> None:
    line = WaitingLine()
    at_work, most, served = [0], [0], [0]

    def work() -> None:
        with line.join() as ticket:
            ticket.wait_all()
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
            time.sleep(0.0005)
            at_work[0] -= 1
            served[0] += 1

    run_all([work] * 100)
    assert (most, served) == ([1], [100])


def test_the_place_is_told_whenever_it_changes_and_how_long_it_takes() -> None:
    line = WaitingLine()
    with line.join() as served:
        served.wait_all()
        time.sleep(0.1)
    holds = [threading.Event(), threading.Event()]

    def work(hold: threading.Event) -> None:
        with line.join() as ticket:
            ticket.wait_all()
            hold.wait(DEADLINE)

    for number, hold in enumerate(holds, start=1):
        threading.Thread(target=work, args=(hold,), daemon=True).start()
        until(lambda number=number: len(line) == number)
    with line.join() as ticket:
        places = ticket.wait()
        first = next(places)
        assert first.ahead == 2
        assert first.seconds == pytest.approx(0.2, abs=0.1)
        holds[0].set()
        assert next(places).ahead == 1
        holds[1].set()
        assert list(places) == [Place(0, 0.0)]


def test_without_experience_no_time_is_promised() -> None:
    line = WaitingLine()
    with line.join(), line.join() as second:
        assert next(second.wait()) == Place(1, None)


def test_what_was_broken_off_tells_nothing_about_the_wait() -> None:
    line = WaitingLine()
    with suppress(RuntimeError), line.join() as ticket:
        ticket.wait_all()
        raise RuntimeError
    with line.join(), line.join() as second:
        assert next(second.wait()) == Place(1, None)


def test_a_full_line_says_so_and_takes_the_next_once_there_is_room() -> None:
    line = WaitingLine(most_waiting=2)
    with line.join():
        with line.join(), pytest.raises(BelegtError, match="too many questions are waiting"), line.join():
            pass
        with line.join():
            assert len(line) == 2
    assert len(line) == 0


def test_whoever_waits_looks_only_now_and_then() -> None:
    line = WaitingLine()
    looks: list[float] = []
    place_of = line.place_of
    line.place_of = lambda ticket: (looks.append(time.monotonic()), place_of(ticket))[1]  # type: ignore[method-assign]
    with line.join() as first:
        first.wait_all()

        def work() -> None:
            with line.join() as ticket:
                ticket.wait_all()

        waiting = threading.Thread(target=work, daemon=True)
        waiting.start()
        time.sleep(2.5 * LOOK_SECONDS[0])
    waiting.join(DEADLINE)
    assert 2 <= len(looks) <= 4


@given(st.integers(1, 200), st.floats(0, 20))
def test_whoever_waits_long_looks_rarely_and_nobody_hears_nothing(ahead: int, mean: float) -> None:
    pause = look_again(Place(ahead, ahead * mean))
    assert LOOK_SECONDS[0] <= pause <= LOOK_SECONDS[1]
    assert pause <= max(LOOK_SECONDS[0], ahead * mean / 2), "more than once on the way"
    assert look_again(Place(ahead + 1, (ahead + 1) * mean)) >= pause


def test_fifty_who_wait_are_told_fifty_times_a_second_at_most() -> None:
    looks = [1 / look_again(Place(ahead, 0.2 * ahead)) for ahead in range(1, 51)]
    assert sum(looks) < 55
    assert look_again(Place(3, None)) == LOOK_SECONDS[0], "nobody knows how long it takes"
