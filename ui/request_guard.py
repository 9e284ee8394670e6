"""What stands before the page: who may ask at all, what may be asked, how much may be sent, and what browsers are told.

It is the outermost of our own parts. Whatever goes wrong further in leaves it as one line.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from ui.page_paths import is_answered, largest_body
from ui.plain_answers import Header, refuse
from ui.served_names import ServedNames

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

# Gradio writes its page with scripts in it and makes functions of text, so those two have to be allowed; but nothing
# is loaded from, sent to, or shown inside of another place.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # without any, browsers would hide the page's own origin, too
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
NOT_KEPT: Header = (b"cache-control", b"no-store")  # what a page says of articles is no business of the next visitor

_LENGTH = re.compile("[0-9]{1,15}")

WRONG_NAME = "this page doesn't answer for that name; whoever runs it allows one with: belegt chat --name NAME"
FOREIGN = "another page asked this in your name, and is refused"
MISSING = "there is nothing here"
TOO_LARGE = "that is more than is taken here"
BROKEN = "something went wrong; what it was stands in the log of belegt"


class _TooLargeError(Exception):
    """More came than may come."""


class RequestGuard:
    """Lets only requests through that name this page, come from it or from no page, and ask what there is.

    Args:
        app: what is guarded.
        names: under which the page answers.
        largest_upload: in bytes.
    """

    def __init__(self, app: ASGIApp, *, names: ServedNames, largest_upload: int) -> None:
        self._app = app
        self._names = names
        self._largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, lasting=scope["path"].startswith(("/static/", "/assets/")))
        status, line = self._objection(scope)
        if status:
            await refuse(scope, answer.send, status, line)
            return
        limit = largest_body(scope["path"], self._largest_upload)
        try:
            await self._app(scope, _limited(receive, limit), answer.send)
        except _TooLargeError:
            await answer.fail(scope, 413, TOO_LARGE)
        except Exception:
            logger.exception("A request broke off.")
            await answer.fail(scope, 500, BROKEN)

    def _objection(self, scope: Scope) -> tuple[int, str]:
        """Return why a request is refused, as a status and a line; 0 where it isn't."""
        told = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        places = [value for name, value in told if name == b"host"]
        if len(places) != 1 or not all(map(self._names.answers, [*places, *_forwarded(told)])):
            return 421, WRONG_NAME
        headers = dict(told)
        if _is_foreign(scope, headers) or not self._is_own(headers.get(b"origin"), [*places, *_forwarded(told)]):
            return 403, FOREIGN
        if not is_answered(scope.get("method", "GET"), scope["path"]):
            return 404, MISSING
        length = headers.get(b"content-length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > largest_body(scope["path"], self._largest_upload):
            return 413, TOO_LARGE
        return 0, ""

    def _is_own(self, origin: str | None, places: list[str]) -> bool:
        return origin is None or any(self._names.is_same(origin, place) for place in places)


class _Answer:
    """An answer on its way: it gets the headers of every answer, and whether it has begun is known."""

    def __init__(self, send: Send, *, lasting: bool) -> None:
        self._send = send
        self._lasting = lasting
        self._begun = False

    async def send(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            self._begun = True
            there = {name.lower() for name, _ in message["headers"]}
            ours = HEADERS if self._lasting else (*HEADERS, NOT_KEPT)
            more = [(name, value) for name, value in ours if name not in there]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)

    async def fail(self, scope: Scope, status: int, line: str) -> None:
        """End with one line, where nothing was sent yet."""
        if not self._begun:
            await refuse(scope, self.send, status, line)


def _limited(receive: Receive, limit: int) -> Receive:
    """Return what receives no more than so many bytes."""
    left = limit

    async def receive_on() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _TooLargeError
        return message

    return receive_on


def _forwarded(told: list[tuple[bytes, str]]) -> list[str]:
    """Return the places that a proxy says it was asked for: Gradio writes its addresses with them."""
    return [place.strip() for name, value in told if name == b"x-forwarded-host" for place in value.split(",") if place]


def _is_foreign(scope: Scope, headers: dict[bytes, str]) -> bool:
    """Tell whether a browser says that another page asks; following a link is no asking, but to sign out is."""
    if headers.get(b"sec-fetch-site", "none") not in ("cross-site", "same-site"):
        return False
    follows = headers.get(b"sec-fetch-mode") == "navigate" and scope.get("method") in ("GET", "HEAD")
    return not follows or scope["path"].startswith("/logout")
