"""Guessing made slow: after a few tries each further one waits, by account and by where it comes from."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

KEY_BYTES = 32
# A team behind one address mistypes now and then; so does a person from many addresses, as a phone does. Guessing at a
# name from many places, or at many names from one, comes to this number in minutes.
FREE_OF_ONE_KIND = 50
MOST_KNOWN = 4_096  # pairs of name and address that were right; beyond them the oldest is forgotten


@dataclass
class _Tries:
    count: int = 0
    last: float = float("-inf")
    free: float = float("-inf")


class Slowing:
    """Makes guessing slow: after a few tries each further one for the same key waits, longer and longer.

    Waiting tries stand in a row, so that many at once are no quicker. Keys share a fixed number of places by a secret
    digest: memory is bounded, and nobody can push another's tries out.

    Args:
        clock: tells the seconds.
        free: tries before the first wait.
    """

    FREE = 5  # tries before the first wait; people mistype
    FIRST_WAIT = 0.5  # seconds; doubled with each try
    LONGEST_WAIT = 4.0  # seconds; 900 guesses an hour find no decent password
    LONGEST_ROW = 20.0  # seconds; who comes to a longer row is refused unheard, and may try again
    FORGOTTEN = 600.0  # seconds after the last try
    PLACES = 4_096

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, free: int = FREE) -> None:
        self._clock = clock
        self._free = free
        self._key = secrets.token_bytes(KEY_BYTES)
        self._tries: dict[int, _Tries] = {}

    def delay(self, key: str) -> float | None:
        """Return how many seconds a try for this key is to wait, and count it; ``None`` where too many wait."""
        now, tries = self._clock(), self._tries.setdefault(self._place(key), _Tries())
        if now - tries.last > self.FORGOTTEN:
            tries.count = 0
        over = tries.count - self._free
        wait = 0.0 if over < 0 else min(self.FIRST_WAIT * 2 ** min(over, 10), self.LONGEST_WAIT)
        begins = max(now, tries.free) + wait
        if begins - now > self.LONGEST_ROW:
            return None
        tries.count, tries.last, tries.free = tries.count + 1, now, begins
        return begins - now

    def forgive(self, key: str) -> None:
        """Forget all tries for this key."""
        self._tries.pop(self._place(key), None)

    def take_back(self, key: str) -> None:
        """Forget one try for this key: it was right, which says nothing of the others."""
        tries = self._tries.get(self._place(key))
        if tries is not None:
            tries.count = max(0, tries.count - 1)

    def _place(self, key: str) -> int:
        return int.from_bytes(digest(self._key, key)[:4]) % self.PLACES


class Attempts:
    """Slows guessing down by name and address together, and more leniently by each alone.

    Who signed in from an address before waits there only for mistakes made there: guessing from elsewhere, at the same
    name or from a colleague's address, keeps nobody out who is known.

    Args:
        clock: tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pairs = Slowing(clock)
        self._names = Slowing(clock, free=FREE_OF_ONE_KIND)
        self._addresses = Slowing(clock, free=FREE_OF_ONE_KIND)
        self._key = secrets.token_bytes(KEY_BYTES)
        self._known: dict[bytes, None] = {}

    def delay(self, name: str, address: str) -> float | None:
        """Return how many seconds a try waits, and count it; ``None`` where it is to be refused unheard."""
        pair = f"{address} {name}"
        waits = [self._pairs.delay(pair)]
        if digest(self._key, pair) not in self._known:
            waits += [self._names.delay(name), self._addresses.delay(address)]
        told = [wait for wait in waits if wait is not None]
        return max(told) if len(told) == len(waits) else None

    def forgive(self, name: str, address: str) -> None:
        """Note that the password was right."""
        pair = f"{address} {name}"
        self._pairs.forgive(pair)
        known = digest(self._key, pair)
        if known not in self._known:
            self._names.take_back(name)
            self._addresses.take_back(address)
        self._known.pop(known, None)
        self._known[known] = None
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]


def digest(key: bytes, text: str) -> bytes:
    """Return the secret digest of a text: equally long for every text, and told by nobody without the key."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
