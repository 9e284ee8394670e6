"""Questions that the collection at hand answers, for a first visit: found once for each state of the collection."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

logger = logging.getLogger(__name__)

OFFERED = 3
"""Examples offered; what fits on a phone above the field for the question."""


class Adviser(Protocol):
    """What knows the articles and what may be asked of them."""

    def articles(self) -> Sequence[Any]:
        """Return the articles that are searched."""

    def suggest(self, answer: None = None, *, count: int | None = None) -> Sequence[str]:
        """Return questions that the articles answer."""


class Examples:
    """Finds examples when they are first wanted; who comes meanwhile waits for the same search."""

    def __init__(self, desk: Adviser) -> None:
        self._desk = desk
        self._searching = threading.Lock()
        self._found: tuple[int, tuple[str, ...]] | None = None

    def follow(self) -> Iterator[tuple[str, ...]]:
        """Yield what is known at once, then, where that was nothing yet, what was found."""
        state = self._state()
        if self._found and self._found[0] == state:
            yield self._found[1]
            return
        yield ()
        with self._searching:
            if not self._found or self._found[0] != state:
                self._found = (state, self._search())
            found = self._found[1]
        yield found

    def _state(self) -> int:
        """Return what changes with the collection; nothing is found where it can't be read."""
        try:
            return hash(tuple(self._desk.articles()))
        except Exception:
            logger.debug("The articles can't be read.", exc_info=True)
            return 0

    def _search(self) -> tuple[str, ...]:
        try:
            return tuple(self._desk.suggest(count=OFFERED))
        except Exception:
            logger.exception("No examples could be found.")
            return ()
