"""Signing in: who may use a page that others can reach.

Guessing is slowed down by name, and no answer tells whether a name is known: the work and the waiting are the same.
All runs in the event loop of the page, where nothing of it blocks.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ui.password_hash import COST, DIGEST_BYTES, SALT_BYTES, Hash, fold

LONGEST = 1_000  # characters of a name or password; longer ones are not looked at
MOST_CHECKED = 20  # passwords that wait to be checked; one takes up to 0.2 s, one at a time, lest answers go hungry


class Accounts:
    """The names that may sign in, with their passwords.

    Args:
        plain: passwords by name, as they are.
        hashed: passwords by name, hashed.
        slowing: how long a name waits.
    """

    def __init__(self, plain: dict[str, str], hashed: dict[str, Hash], *, slowing: Slowing | None = None) -> None:
        self._key = secrets.token_bytes(DIGEST_BYTES)
        # Keyed digests are equally long, and so compared in the same time. Of a hashed password one is kept once it
        # was right: tools for language models send it with every request.
        self._digests = {name: self._digest(password) for name, password in plain.items()}
        self._hashed = hashed
        self._slowing = slowing or Slowing()
        self._nobody = secrets.token_bytes(DIGEST_BYTES)
        dearest = max((known.cost for known in hashed.values()), default=COST)
        self._nobodys_hash = Hash(dearest, secrets.token_bytes(SALT_BYTES), self._nobody)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="signing-in")
        self._checking = 0

    async def check(self, name: str, password: str) -> bool:
        """Return whether this name has this password; after some wrong ones that takes seconds, and never blocks."""
        name, password = fold(name.strip()), fold(password)
        if max(len(name), len(password)) > LONGEST:
            return False
        seconds = self._slowing.delay(name)
        if seconds is None or self._checking >= MOST_CHECKED:
            return False
        await asyncio.sleep(seconds)
        self._checking += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(self._worker, self._matches, name, password)
        finally:
            self._checking -= 1
        if right:
            self._slowing.forgive(name)
        return right

    def _matches(self, name: str, password: str) -> bool:
        """Return whether this name has this password; a wrong one takes as long for every name, known or not."""
        told = self._digest(password)
        if hmac.compare_digest(told, self._digests.get(name, self._nobody)):
            return True
        if not self._hashed or not self._hashed.get(name, self._nobodys_hash).matches(password):
            return False
        self._digests[name] = told
        return True

    def _digest(self, password: str) -> bytes:
        return hmac.digest(self._key, password.encode("utf-8", "surrogatepass"), "sha256")


@dataclass
class _Tries:
    count: int = 0
    last: float = float("-inf")
    free: float = float("-inf")


class Slowing:
    """Makes guessing slow: after a few tries each further one for the same name waits, longer and longer.

    Waiting tries stand in a row, so that many at once are no quicker. Names share a fixed number of places by a secret
    digest: memory is bounded, and nobody can push another's tries out.

    Args:
        clock: tells the seconds.
    """

    FREE = 5  # tries before the first wait; people mistype
    FIRST_WAIT = 0.5  # seconds; doubled with each try
    LONGEST_WAIT = 4.0  # seconds; 900 guesses an hour find no decent password
    LONGEST_ROW = 20.0  # seconds; who comes to a longer row is refused unheard, and may try again
    FORGOTTEN = 600.0  # seconds after the last try
    PLACES = 4_096

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(DIGEST_BYTES)
        self._tries: dict[int, _Tries] = {}

    def delay(self, name: str) -> float | None:
        """Return how many seconds a try for this name is to wait, and count it; ``None`` where too many wait."""
        now, tries = self._clock(), self._tries.setdefault(self._place(name), _Tries())
        if now - tries.last > self.FORGOTTEN:
            tries.count = 0
        over = tries.count - self.FREE
        wait = 0.0 if over < 0 else min(self.FIRST_WAIT * 2 ** min(over, 10), self.LONGEST_WAIT)
        begins = max(now, tries.free) + wait
        if begins - now > self.LONGEST_ROW:
            return None
        tries.count, tries.last, tries.free = tries.count + 1, now, begins
        return begins - now

    def forgive(self, name: str) -> None:
        """Forget the tries for this name: the password was right."""
        self._tries.pop(self._place(name), None)

    def _place(self, name: str) -> int:
        digest = hmac.digest(self._key, name.encode("utf-8", "surrogatepass"), "sha256")
        return int.from_bytes(digest[:4]) % self.PLACES
