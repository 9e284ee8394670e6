"""Keeps a page to those who signed in: on every path, for some hours, and with the address that guesses come from."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from ui.page_paths import is_shell, is_tool
from ui.plain_answers import Header, refuse
from ui.signing_in import CALLER

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LASTING = 12 * 3_600  # seconds that a sign-in lasts: a working day
MOST_SIGNED_IN = 10_000  # beyond them the oldest ends
NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all that share these

SIGN_IN = "Bitte anmelden · Please sign in"
NOT_SIGNED_IN = {"detail": {"error": "Not authenticated", "auth_message": SIGN_IN}}
"""In Gradio's own words, for its clients read them."""


class Tokens(dict[str, str]):
    """Who is signed in, by the token of their cookie, as Gradio keeps it; but a token ends after some hours.

    Args:
        clock: tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._begun: dict[str, float] = {}

    def __setitem__(self, token: str, name: str) -> None:
        self._drop()
        super().__setitem__(token, name)
        self._begun[token] = self._clock()

    def __delitem__(self, token: str) -> None:
        super().__delitem__(token)
        self._begun.pop(token, None)

    def get(self, token: Any, default: Any = None) -> Any:
        """Return who signed in with this token; nobody once its time is over."""
        if self._clock() - self._begun.get(token, float("-inf")) > LASTING:
            return default
        return super().get(token, default)

    def _drop(self) -> None:
        """Drop those whose time is over, and the oldest of too many."""
        oldest = list(self._begun.items())
        spare = len(oldest) - MOST_SIGNED_IN + 1
        for place, (token, begun) in enumerate(oldest):
            if place >= spare and self._clock() - begun <= LASTING:
                return
            del self[token]


class SignInGate:
    """Answers nobody who isn't signed in, but for what shows how to, and the tools, which ask in their own way.

    Gradio guards most of its paths, and leaves some open. It also lets a sign-in last for ever, and its cookie go with
    requests from other pages; both are put right here.

    Args:
        app: what is guarded.
        page: knows who is signed in, once it is served.
    """

    def __init__(self, app: ASGIApp, *, page: gr.Blocks) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if not (is_shell(scope["path"]) or is_tool(scope["path"]) or self._knows(scope)):
            await refuse(scope, send, 401, NOT_SIGNED_IN)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [_limit_cookie(header) for header in message["headers"]]}
            await send(message)

        CALLER.set(address_of(scope))
        await self._app(scope, receive, send_on)

    def _knows(self, scope: Scope) -> bool:
        served = self._page.app
        cookies = _read_cookies(scope)
        names = (f"access-token-{served.cookie_id}", f"access-token-unsecure-{served.cookie_id}")
        return any(served.tokens.get(cookies.get(name)) is not None for name in names)


def address_of(scope: Scope) -> str:
    """Return where a request comes from, as far as guesses are counted: an IPv6 address stands for its network."""
    place = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(place)
    except ValueError:
        return str(place)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), NETWORK_BITS), strict=False).network_address)


def _read_cookies(scope: Scope) -> dict[str, str]:
    """Return the cookies of a request; one that can't be read hides those after it, never more."""
    read: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, _, text = part.strip().partition("=")
                read[key] = text.strip('"')
    return read


def _limit_cookie(header: Header) -> Header:
    """Return a header; if it sets a sign-in cookie, as one that ends and that other pages can't send along."""
    name, value = header
    if name.lower() != b"set-cookie" or not value.startswith(b"access-token-"):
        return header
    try:
        cookie = SimpleCookie(value.decode("latin-1"))
    except CookieError:
        return header
    for morsel in cookie.values():
        morsel["samesite"] = "Lax"
        morsel["httponly"] = True
        if not morsel["max-age"]:
            morsel["max-age"] = str(LASTING)
    return name, cookie.output(header="").strip().encode("latin-1")
