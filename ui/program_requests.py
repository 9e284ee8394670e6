"""What programs send to Gradio, looked at before Gradio does: a mistake there would be a traceback in the log."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ui.page_paths import API
from ui.plain_answers import refuse
from ui.uploading import received_path

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEEPEST = 3  # lists in one another: a history is a list of turns, each of two texts
DEEPEST_EVENT = 50  # lists and objects in one another, of what a script of the page tells: a record has eight
_FOLLOWED = re.compile(rf"{API}/call/\w+/(?P<event>\w+)")
_STREAM = f"{API}/queue/data"
_CALLED = re.compile(rf"{API}/(?:(?P<way>run|api|call)/(?P<name>\w+)/?|queue/join)")
SHAPE = 'send a JSON object with a list of values, such as {"data": ["alibaba-bmw.md"]}'

NO_FILE = "a page sends only texts, numbers, and files that it uploaded before"
GONE = "there is no such event, or its answer was fetched already"


class ProgramRequests:
    """Answers a request that no endpoint could understand with one line; the others pass.

    Args:
        app: what is asked.
        page: knows its endpoints.
    """

    def __init__(self, app: ASGIApp, *, page: gr.Blocks) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == _STREAM and not self._is_in_session(scope):
            await _tell_unknown_session(scope, receive, send)
            return
        followed = _FOLLOWED.fullmatch(scope["path"])
        if followed and not self._is_under_way(followed["event"]):
            await refuse(scope, send, 404, GONE)
            return
        called = _CALLED.fullmatch(scope["path"])
        if called is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:  # whoever asked is gone
            return
        status, line = self._objection(body, called["name"])
        if status:
            await refuse(scope, send, status, line)
            return
        await self._app(scope, _again(body, receive), send)

    def _objection(self, body: bytes, name: str | None) -> tuple[int, str]:
        """Return why a request can't be understood, as a status and a line; 0 where it can."""
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            return 400, SHAPE
        if not isinstance(given, dict) or not isinstance(given.get("data"), list):
            return 400, SHAPE
        function = self._find(given.get("fn_index"), name)
        if function is None:
            return 404, f"there is no such endpoint; there are {', '.join(self._public())}"
        if _is_public(function) and not all(map(_is_plain, given["data"])):
            return 400, f"{function.api_name} takes texts, numbers, and lists of them"
        needed = [block for block in function.inputs if not (name and block.skip_api)]
        if len(given["data"]) < len(needed) and not function.cancels:
            return 400, f"{_name_of(function)} takes {_describe(function, len(needed))}, and {len(given['data'])} came"
        return (0, "") if _sends_no_foreign_file(function, given) else (400, NO_FILE)

    def _find(self, index: Any, name: str | None) -> Any:
        """Return the function that is asked for by its number, its name, or both; nothing where there is none."""
        if index is None:
            return next((one for one in self._page.fns.values() if _is_public(one) and one.api_name == name), None)
        if not isinstance(index, int) or isinstance(index, bool):
            return None
        found = self._page.fns.get(index)
        if found is None or found.fn is None:  # what only the browser does
            return None
        return found if name is None or (_is_public(found) and found.api_name == name) else None

    def _is_under_way(self, event: str) -> bool:
        """Tell whether there is such an event, or its answer still waits to be fetched."""
        queue = self._page._queue  # noqa: SLF001 - Gradio has no other way to ask
        known = queue.pending_event_ids_session.values()
        return event in queue.event_ids_to_events or any(event in events for events in known)

    def _is_in_session(self, scope: Scope) -> bool:
        """Tell whether a session has sent an event; where none is named, Gradio says so itself."""
        named = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True).get("session_hash")
        queue = self._page._queue  # noqa: SLF001 - Gradio has no other way to ask
        return not named or named[-1] in queue.pending_messages_per_session

    def _public(self) -> list[str]:
        return [str(one.api_name) for one in self._page.fns.values() if _is_public(one)]


async def _tell_unknown_session(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that there is no such session in Gradio's own words, for its clients read them; it would raise besides."""
    from gradio.server_messages import UnexpectedErrorMessage
    from starlette.responses import Response

    told = UnexpectedErrorMessage(message="404: Not Found", session_not_found=True).model_dump_json()
    await Response(f"data: {told}\n\n", media_type="text/event-stream")(scope, receive, send)


def _is_plain(value: Any, deep: int = DEEPEST) -> bool:
    """Tell whether a value holds nothing but texts, numbers and lists: Gradio takes other things for files."""
    if isinstance(value, list):
        return deep > 0 and all(_is_plain(one, deep - 1) for one in value)
    return not isinstance(value, dict)


def _sends_no_foreign_file(function: Any, given: Mapping[str, Any]) -> bool:
    """Tell whether an event names only files that this page received.

    Gradio would raise for another path, in the log, and fetch what an address names: a visitor could have it ask
    elsewhere.
    """
    from gradio.components import File
    from gradio.utils import get_upload_folder

    folder = Path(get_upload_folder())
    for place, value in enumerate(given["data"]):
        block = function.inputs[place] if place < len(function.inputs) else None
        if isinstance(block, File):
            files = value if isinstance(value, list) else [] if value is None else [value]
            if not all(_is_received(file, folder) for file in files):
                return False
        elif not _is_plain(value):
            return False
    objects = list(_objects(given.get("event_data")))
    return None not in objects and all(_is_received(one, folder) for one in objects if one and "path" in one)


def _is_received(file: Any, folder: Path) -> bool:
    """Tell whether this is a file as Gradio tells of one, and lies where it puts those that it received."""
    from gradio.data_classes import FileData

    if received_path(file, folder) is None:
        return False
    try:
        return not FileData(**file).is_stream
    except (TypeError, ValueError):
        return False


def _objects(value: Any, deep: int = DEEPEST_EVENT) -> Iterator[Mapping[str, Any] | None]:
    """Yield all objects within a value; ``None`` where they go too deep to look."""
    if not isinstance(value, dict | list):
        return
    if deep == 0:
        yield None
        return
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value:
        yield from _objects(one, deep - 1)


def _is_public(function: Any) -> bool:
    return bool(function.api_visibility == "public" and function.fn)


def _name_of(function: Any) -> str:
    return str(function.api_name) if _is_public(function) else "this event"


def _describe(function: Any, count: int) -> str:
    """Return how many values a function takes, and of a public one which."""
    values = f"{count} value{'s' * (count != 1)}"
    names = list(inspect.signature(function.fn).parameters) if _is_public(function) else []
    return f"{values} ({', '.join(names)})" if len(names) == count else values


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, whose size is limited further out; ``None`` where the sender broke off."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what receives this body, and then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_on() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_on
