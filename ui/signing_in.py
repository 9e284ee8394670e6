"""Signing in: who may use a page that others can reach. Names and passwords stand in a file, a line each.

A password may stand there as it is, or hashed by ``belegt password``. Guessing is slowed down by name, and no answer
tells whether a name is known: the work and the waiting are the same. Everything but reading the file runs in the event
loop of the page, where nothing of it blocks.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant import BelegtError
from assistant.watching import Complain

LARGEST_FILE = 1_000_000  # bytes; some ten thousand accounts
LONGEST = 1_000  # characters of a name or password; longer ones are not looked at
MOST_CHECKED = 20  # passwords that wait to be checked; one takes up to 0.2 s, one at a time, lest answers go hungry

HASHED = "scrypt$"  # how a hashed password begins
# The least that OWASP advises: 2^14 blocks of 8 five times over, 16 MB and 0.2 s for each guess.
COST = (2**14, 8, 5)
MOST_MEMORY = 2**28  # bytes that checking a password may take; a cost beyond is a mistake
SALT_BYTES = 16
DIGEST_BYTES = 32


class SignInError(BelegtError):
    """The names and passwords can't be read."""


@dataclass(frozen=True)
class Hash:
    """A password as scrypt leaves it: what it cost (blocks, block size, rounds), its salt, and the digest."""

    cost: tuple[int, int, int]
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Hash:
        """Return the hash of a password, with a salt of its own."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(COST, salt, _scrypt(password, COST, salt))

    @classmethod
    def read(cls, text: str) -> Hash:
        """Return the hash that a line of the file tells. Raises ``ValueError`` where it tells none."""
        blocks, size, rounds, salt, digest = text.removeprefix(HASHED).split("$")
        cost = (int(blocks), int(size), int(rounds))
        if min(cost) < 1 or 128 * cost[0] * cost[1] * cost[2] > MOST_MEMORY:
            raise ValueError(cost)
        read = cls(cost, base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
        if len(read.digest) != DIGEST_BYTES:
            raise ValueError(digest)
        read.matches("")  # scrypt itself knows which costs there are
        return read

    def matches(self, password: str) -> bool:
        """Return whether this is the password."""
        return hmac.compare_digest(_scrypt(password, self.cost, self.salt), self.digest)

    def __str__(self) -> str:
        """Return the hash as it stands in the file."""
        parts = (*self.cost, base64.b64encode(self.salt).decode(), base64.b64encode(self.digest).decode())
        return HASHED + "$".join(map(str, parts))


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
        name, password = _fold(name.strip()), _fold(password)
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


def read_accounts(path: Path, *, complain: Complain = lambda line: None) -> Accounts:
    """Return the accounts of a file that holds one ``name:password`` a line; empty lines and ``#`` lines are skipped.

    Args:
        path: the file.
        complain: receives a line where others can read it, too.

    Raises:
        SignInError: it can't be read, or a line isn't as it should be; the message names its number, never its content.
    """
    text = _read_text(path)
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        complain(f"{path} can be read by other users of this computer; run: chmod 600 {path}")
    plain: dict[str, str] = {}
    hashed: dict[str, Hash] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, password = line.partition(":")
        name, password = _fold(name.strip()), _fold(password)
        if not name or not password or max(len(name), len(password)) > LONGEST:
            raise SignInError(f"{path}, line {number}: write name:password, each with 1 to {LONGEST:,} characters")
        if name in plain or name in hashed:
            raise SignInError(f"{path}, line {number}: this name stands there twice")
        if password.startswith(HASHED):
            hashed[name] = _read_hash(password, f"{path}, line {number}")
        else:
            plain[name] = password
    if not plain and not hashed:
        raise SignInError(f"{path} names nobody who may sign in; write a line name:password, or use: belegt password")
    return Accounts(plain, hashed)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SignInError(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; name fewer people")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SignInError(f"{path} can't be read ({error.strerror or error})") from error
    except UnicodeDecodeError:
        raise SignInError(f"{path} is not UTF-8; save it as UTF-8") from None


def _read_hash(password: str, place: str) -> Hash:
    try:
        return Hash.read(password)
    except (ValueError, binascii.Error):
        raise SignInError(f"{place}: this is no hash that belegt password printed") from None


def _scrypt(password: str, cost: tuple[int, int, int], salt: bytes) -> bytes:
    blocks, size, rounds = cost
    told = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(told, salt=salt, n=blocks, r=size, p=rounds, maxmem=2 * MOST_MEMORY, dklen=DIGEST_BYTES)


def _fold(text: str) -> str:
    """Return a text as it is compared: Macs write ü as two signs, others as one."""
    return unicodedata.normalize("NFC", text)
