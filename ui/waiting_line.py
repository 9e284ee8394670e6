"""The waiting line: answers use every core, so they are made one after the other, first come, first served.

Whoever waits is told how many come first, and about how long they take. Threads only; nothing of Gradio.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant import BelegtError

MOST_WAITING = 200  # a wait of minutes; whoever comes then does better to come again later
LOOK_SECONDS = (0.25, 3.0)  # how late a change of place may be noticed; the own turn is noticed at once
LOOKS = 3  # who waits long is told again when a third of it is over: fifty told of each step made every answer slower
REMEMBERED = 20  # answers that the estimate goes by: enough to even out, few enough to follow the load


class LineFullError(BelegtError):
    """Too many are waiting."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line: how many come first, the one being served among them, and about how long that takes.

    ``seconds`` is ``None`` where nobody has been served yet.
    """

    ahead: int
    seconds: float | None


class Ticket:
    """A place in the line, held until it is left."""

    def __init__(self, line: WaitingLine) -> None:
        self._line = line
        self.called = threading.Event()
        self.began: float | None = None

    def wait(self) -> Iterator[Place]:
        """Yield the place whenever it changes, at last one with nobody ahead, and end when it is this one's turn.

        Yields nothing where the turn has come already.
        """
        before: Place | None = None
        pause = 0.0
        while not self.called.wait(pause):
            place = self._line.place_of(self)
            if place.ahead and (before is None or place.ahead != before.ahead):
                yield place
                before = place
            pause = look_again(place)
        if before is not None:
            yield Place(0, 0.0)
        self.began = time.monotonic()

    def wait_all(self) -> None:
        """Return when it is this one's turn."""
        for _ in self.wait():
            pass


def look_again(place: Place) -> float:
    """Return after how many seconds to look at a place again."""
    least, most = LOOK_SECONDS
    return min(most, max(least, (place.seconds or 0.0) / LOOKS))


class WaitingLine:
    """A line in which one is served at a time, in the order in which they came.

    Safe for several threads.

    Args:
        most_waiting: how many may stand in it.
    """

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._tickets: list[Ticket] = []
        self._durations: deque[float] = deque(maxlen=REMEMBERED)

    @contextmanager
    def join(self) -> Iterator[Ticket]:
        """Stand in the line as long as this lasts; the next is called when it ends, however it ends.

        Raises:
            LineFullError: too many are waiting.
        """
        ticket = self._enter()
        try:
            yield ticket
            self._remember(ticket)
        finally:
            self._leave(ticket)

    def place_of(self, ticket: Ticket) -> Place:
        """Return where in the line a ticket is."""
        with self._lock:
            ahead = self._tickets.index(ticket)
            mean = sum(self._durations) / len(self._durations) if self._durations else None
        return Place(ahead, None if mean is None else ahead * mean)

    def __len__(self) -> int:
        """Return how many stand in the line, the one being served among them."""
        return len(self._tickets)

    @property
    def waiting(self) -> int:
        """How many of these wait for their turn."""
        with self._lock:
            return sum(not ticket.called.is_set() for ticket in self._tickets)

    def _enter(self) -> Ticket:
        with self._lock:
            if len(self._tickets) >= self._most_waiting:
                raise LineFullError("too many questions are waiting; try again in a moment")
            ticket = Ticket(self)
            self._tickets.append(ticket)
            self._call_first()
        return ticket

    def _remember(self, ticket: Ticket) -> None:
        """Let the estimate go by what was served to the end; what was broken off would make it too short."""
        if ticket.began is not None:
            with self._lock:
                self._durations.append(time.monotonic() - ticket.began)

    def _leave(self, ticket: Ticket) -> None:
        with self._lock:
            self._tickets.remove(ticket)
            self._call_first()

    def _call_first(self) -> None:
        if self._tickets:
            self._tickets[0].called.set()
