"""An HTTP client that trusts no server: it reads so much and no more, and another thread can end it at any time.

What a request tells of this computer is what it needs to: no telemetry headers, no key that wasn't meant for it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.writing.failures import LanguageModelError

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 2_000_000
"""Bytes of a response at most: 400 tokens come in some 150,000, a server's list of models in less than 100,000."""
CONNECT_SECONDS = 5.0
"""Seconds to reach a server; one that is there answers within one, also across an ocean."""
KEPT_HEADERS = frozenset({"host", "accept", "content-type", "content-length", "connection"})
READABLE = ("text/event-stream", "application/json")


@dataclass(slots=True)
class Request:
    """One request under way: what it may read, and how it is ended from outside."""

    key: str | None
    most_bytes: int = MOST_BYTES
    _ended: threading.Event = field(default_factory=threading.Event)
    _stream: Any = None

    def end(self) -> None:
        """End it: whoever waits for the server is woken, and no further attempt is made."""
        self._ended.set()
        if self._stream is not None:
            with contextlib.suppress(OSError, AttributeError, ValueError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def check(self) -> None:
        """Raise where it was ended."""
        if self._ended.is_set():
            raise LanguageModelError("slow")

    def follow(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the connection once it is made; httpcore tells."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = info["return_value"]


CURRENT: ContextVar[Request] = ContextVar("request")
"""The request that this thread makes; a hook is not told otherwise."""


def open_client(url: str, *, read_seconds: float) -> httpx.Client:
    """Return a client for a server; it keeps no connection, follows no redirect, and bypasses proxies on loopback."""
    import httpx

    return httpx.Client(
        timeout=httpx.Timeout(read_seconds, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=not is_loopback(url),
        follow_redirects=False,
        event_hooks={"request": [clean_request], "response": [bound_response]},
    )


def is_loopback(url: str) -> bool:
    """Tell whether an address is this computer itself."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def clean_request(request: httpx.Request) -> None:
    """Leave the headers that a server needs, and the key that was meant for it."""
    current = CURRENT.get()
    current.check()
    for name in set(request.headers) - KEPT_HEADERS:
        del request.headers[name]
    request.headers["user-agent"] = "belegt"
    request.headers["accept-encoding"] = "identity"
    if current.key:
        request.headers["authorization"] = f"Bearer {current.key}"
    request.extensions["trace"] = current.follow


def bound_response(response: httpx.Response) -> None:
    """Let a response's body be read so far and no further."""
    response.stream = bounded_stream(response, CURRENT.get())


def bounded_stream(response: httpx.Response, current: Request) -> Any:
    """Return the body of a response as a stream that raises where it is too large or nothing that can be read."""
    import httpx

    inner: Any = response.stream
    headers = response.headers

    class Bounded(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if headers.get("content-encoding", "identity") != "identity":
                raise LanguageModelError("nonsense")
            if response.is_success and kind not in READABLE:
                raise LanguageModelError("nonsense")
            left = current.most_bytes
            for piece in inner:
                current.check()
                left -= len(piece)
                if left < 0:
                    raise LanguageModelError("too large")
                yield piece

        def close(self) -> None:
            inner.close()

    return Bounded()
