"""The page's scripts: one function that Gradio calls on load, and the few lines that must run before Gradio does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent / "page"
STYLE = FOLDER / "page.css"

# In their order: the first holds what the others use.
SCRIPTS = ("tell", "side", "answers", "articles", "conversations", "appearance")

HEAD = b"<head>"


def page_script() -> str:
    """Return the scripts of the page as one function."""
    return "() => {\n" + "\n".join(read_script(name) for name in SCRIPTS) + "\n}"


def read_script(name: str) -> str:
    """Return one script of the page."""
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")


class EarlyScript:
    """Puts a script at the head of the page itself, since Gradio adds those of ``launch`` only once it has begun.

    Everything but an HTML page passes through untouched, and streams stay streams.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._script = f"<script>{read_script('early')}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif held and message["type"] == "http.response.body":
                await self._send_page(held.pop(), message, send)
            else:
                await send(message)

        await self._app(scope, receive, send_on)

    async def _send_page(self, start: Message, body: Message, send: Send) -> None:
        """Send a page on with the script in its head; the head comes with the first part of the body."""
        plain = body.get("body", b"")
        written = plain.replace(HEAD, HEAD + self._script, 1)
        longer = len(written) - len(plain)
        headers = [
            (name, str(int(value) + longer).encode()) if name.lower() == b"content-length" else (name, value)
            for name, value in start["headers"]
        ]
        await send({**start, "headers": headers})
        await send({**body, "body": written})


def _is_page(start: Message) -> bool:
    """Return whether this begins an answer that holds an uncompressed HTML page."""
    headers = {name.lower(): value for name, value in start["headers"]}
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers
