"""Signing in: who may use a page that others can reach.

Guessing is slowed down by name and address, and no answer tells whether a name is known: the work and the waiting are
the same. All runs in the event loop of the page, where nothing of it blocks.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

from ui.password_hash import COST, DIGEST_BYTES, SALT_BYTES, Hash, fold
from ui.slowing import Attempts, digest

LONGEST = 1_000  # characters of a name or password; longer ones are not looked at
MOST_CHECKED = 20  # passwords that wait to be checked; one takes up to 0.2 s, one at a time, lest answers go hungry

CALLER: ContextVar[str] = ContextVar("CALLER", default="")
"""The address that a request comes from, while it is answered: Gradio tells a name and a password, and no more."""


class Accounts:
    """The names that may sign in, with their passwords.

    Args:
        plain: passwords by name, as they are.
        hashed: passwords by name, hashed.
        attempts: how long a try waits.
    """

    def __init__(self, plain: dict[str, str], hashed: dict[str, Hash], *, attempts: Attempts | None = None) -> None:
        self._key = secrets.token_bytes(DIGEST_BYTES)
        # Keyed digests are equally long, and so compared in the same time. Of a hashed password one is kept once it
        # was right: tools for language models send it with every request.
        self._digests = {name: self._digest(password) for name, password in plain.items()}
        self._hashed = hashed
        self._attempts = attempts or Attempts()
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
        address = CALLER.get()
        seconds = self._attempts.delay(name, address)
        if seconds is None or self._checking >= MOST_CHECKED:
            return False
        await asyncio.sleep(seconds)
        self._checking += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(self._worker, self._matches, name, password)
        finally:
            self._checking -= 1
        if right:
            self._attempts.forgive(name, address)
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
        return digest(self._key, password)
