"""Keeps the tools for language models, and what is measured, behind the sign-in: Gradio serves them to anybody."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from ui.metrics_door import METRICS_PATH
from ui.signing_in import Accounts

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# Wherever it stands in the path: behind a proxy the page may be served below another one.
GUARDED = ("/gradio_api/mcp", METRICS_PATH)
CHALLENGE = [
    (b"www-authenticate", b'Basic realm="belegt", charset="UTF-8"'),
    (b"content-type", b"text/plain; charset=utf-8"),
]


class ToolGuard:
    """Lets nobody at the tools or the figures who sends no name and password (HTTP Basic); the rest passes through.

    Args:
        app: what is guarded.
        accounts: who may pass.
    """

    def __init__(self, app: ASGIApp, *, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if not is_guarded(scope) or await self._knows(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send({"type": "http.response.start", "status": 401, "headers": CHALLENGE})
            await send({"type": "http.response.body", "body": b"Please send a name and a password (HTTP Basic)."})

    async def _knows(self, scope: Scope) -> bool:
        carried = _credentials(scope)
        return carried is not None and await self._accounts.check(*carried)


def is_guarded(scope: Scope) -> bool:
    """Tell whether a request is for what stands behind the guard."""
    return any(path in scope.get("path", "") for path in GUARDED)


def _credentials(scope: Scope) -> tuple[str, str] | None:
    """Return the name and the password that a request carries, if it does."""
    told = dict(scope["headers"]).get(b"authorization", b"")
    scheme, _, encoded = told.partition(b" ")
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if name and scheme.lower() == b"basic" else None
