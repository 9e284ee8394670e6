"""Passwords as they may lie in a file: hashed by scrypt, which makes each guess at them dear."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

HASHED = "scrypt$"  # how a hashed password begins
# The least that OWASP advises: 2^14 blocks of 8 five times over, 16 MB and 0.2 s for each guess.
COST = (2**14, 8, 5)
MOST_WORK = 2**28  # blocks by size by rounds by 128 bytes: three times what is advised; a cost beyond is a mistake
SALT_BYTES = 16
DIGEST_BYTES = 32


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
        power_of_two = cost[0] > 1 and cost[0] & (cost[0] - 1) == 0
        if not power_of_two or min(cost) < 1 or 128 * cost[0] * cost[1] * cost[2] > MOST_WORK:
            raise ValueError(cost)
        read = cls(cost, base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
        if (len(read.salt), len(read.digest)) != (SALT_BYTES, DIGEST_BYTES):
            raise ValueError(text)
        return read

    def matches(self, password: str) -> bool:
        """Return whether this is the password."""
        return hmac.compare_digest(_scrypt(password, self.cost, self.salt), self.digest)

    def __str__(self) -> str:
        """Return the hash as it stands in the file."""
        parts = (*self.cost, base64.b64encode(self.salt).decode(), base64.b64encode(self.digest).decode())
        return HASHED + "$".join(map(str, parts))


def _scrypt(password: str, cost: tuple[int, int, int], salt: bytes) -> bytes:
    blocks, size, rounds = cost
    told = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(told, salt=salt, n=blocks, r=size, p=rounds, maxmem=2 * MOST_WORK, dklen=DIGEST_BYTES)


def fold(text: str) -> str:
    """Return a text as it is compared: Macs write ü as two signs, others as one."""
    return unicodedata.normalize("NFC", text)
