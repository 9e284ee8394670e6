"""Answers given before Gradio is asked: a status and one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Scope, Send

Header = tuple[bytes, bytes]


async def refuse(scope: Scope, send: Send, status: int, said: Any, headers: Sequence[Header] = ()) -> None:
    """Answer a request with a status and a line as JSON, ``{"error": line}``; close a socket.

    ``said`` that is no text is sent as it is.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"error": said} if isinstance(said, str) else said, ensure_ascii=False).encode()
    kind = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*kind, *headers]})
    await send({"type": "http.response.body", "body": body})
