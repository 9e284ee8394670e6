"""The names under which a page answers: a stranger's page that points its own name at this computer is refused.

Browsers hold pages apart by name and port. A name can be pointed anywhere at any time (DNS rebinding); a number can't.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant import BelegtError

LOCAL = ("localhost", "127.0.0.1", "::1")
USUAL_PORTS = {"http": 80, "https": 443}
_PLACE = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::([0-9]{1,5}))?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True)
class ServedNames:
    """The names under which a page answers.

    ``names`` are in lower case, ``given`` are those of them that were named by whoever runs it; ``numbers`` tells
    whether every address written in numbers is meant, too.
    """

    names: frozenset[str]
    given: frozenset[str] = frozenset()
    numbers: bool = False

    @classmethod
    def of(cls, host: str, more: Iterable[str] = ()) -> ServedNames:
        """Return the names of a page that listens on this address.

        Raises:
            BelegtError: one of ``more`` is no name.
        """
        given = frozenset(_read_name(name) for name in more)
        own = {*LOCAL, host.lower(), *given}
        if is_own(host):
            return cls(frozenset(own), given)
        return cls(frozenset({*own, socket.gethostname().lower()}), given, numbers=True)

    def answers(self, place: str) -> bool:
        """Tell whether the page answers for what a browser calls its place: a name, or a name and a port."""
        name, _ = split_place(place)
        return name in self.names or (self.numbers and is_number(name))

    def is_same(self, origin: str, place: str) -> bool:
        """Tell whether a request comes from this page itself.

        Args:
            origin: where it comes from, as the browser says: scheme, name and port, or ``null``.
            place: the place that it asks, which the page answers for.
        """
        try:
            parts = urlsplit(origin)
            port = parts.port or USUAL_PORTS.get(parts.scheme)
        except ValueError:
            return False
        name, asked = split_place(place)
        if parts.scheme not in USUAL_PORTS or not parts.hostname or parts.hostname != name:
            # A proxy may ask under another name than the browser does.
            return parts.hostname in self.given and port == USUAL_PORTS.get(parts.scheme)
        return port == asked or (asked is None and port in USUAL_PORTS.values())


def split_place(place: str) -> tuple[str, int | None]:
    """Return the name, in lower case and without brackets, and the port of a place; an empty name where it is none."""
    match = _PLACE.fullmatch(place)
    if match is None:
        return "", None
    return match[1].lower().strip("[]"), int(match[2]) if match[2] else None


def is_number(name: str) -> bool:
    """Tell whether this is an address written in numbers."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_own(host: str) -> bool:
    """Tell whether only this computer reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_reach(host: str, *, auth: Path | None, insisted: bool) -> None:
    """Make sure that nobody opens a page to others by mistake.

    Raises:
        BelegtError: others reach this address, no file names who may sign in, and nobody insisted.
    """
    if auth is None and not insisted and not is_own(host):
        raise BelegtError(
            f"Anyone who reaches {host} could read your articles: name who may with --auth FILE "
            "(belegt password makes its lines), or insist with --without-sign-in."
        )


def _read_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BelegtError(f"{name[:100]!r} is no name of a computer; write it as in belegt.example.org, without a port")
    return name.lower()
