"""A visitor of the page without a browser: speaks to the server as the page's own script does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

PATIENCE = 300.0
"""Seconds for an answer before it counts as an error; with fifty asking without pause one takes some ten."""


class VisitError(Exception):
    """The page didn't do what it was asked."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the page's script sends what: the numbers of the events, and the component that sets each off."""

    ask: tuple[int, int]
    fresh: tuple[int, int]
    load: tuple[int, int]

    @classmethod
    def find(cls, address: str) -> Doors:
        """Read them off the page's configuration."""
        config = httpx.get(f"{address}/config", timeout=PATIENCE).json()
        types = {one["id"]: one["type"] for one in config["components"]}
        found: dict[str, tuple[int, int]] = {}
        for event in config["dependencies"]:
            for component, name in event["targets"]:
                if name == "submit" and [types[one] for one in event["inputs"]] != ["textbox", "state"]:
                    continue
                found.setdefault(name, (event["id"], component))
        return cls(found["submit"], found["fresh"], found["load"])


class Visitor:
    """A visitor with a session of their own; ``leave`` lets go of it, as closing the page does."""

    def __init__(self, address: str, doors: Doors) -> None:
        self._doors = doors
        self._client = httpx.Client(
            base_url=address, timeout=PATIENCE, verify=False
        )  # plain HTTP; saves reading certificates
        self._session = uuid4().hex[:12]
        parts = urlsplit(address)
        self._heart = HTTPConnection(str(parts.hostname), parts.port)
        self._heart.request("GET", f"/gradio_api/heartbeat/{self._session}")
        self._beat = self._heart.getresponse()  # open until the visitor leaves
        self._send(doors.load, [])

    def ask(self, question: str) -> list[tuple[str, str]]:
        """Ask, and return what the browser is told to keep: all questions of the conversation with their answers.

        Raises:
            VisitError: no answer came.
        """
        for part in self._send(self._doors.ask, [question, None]).get("data", []):
            value = part.get("value") if isinstance(part, dict) else None
            if isinstance(value, dict) and value.get("do") == "keep":
                turns = value["record"]["turns"]
                return [(turn["question"], (turn["answer"] or {}).get("text", "")) for turn in turns]
        raise VisitError("the answer was not kept")

    def begin_anew(self) -> None:
        """Begin a new conversation."""
        self._send(self._doors.fresh, [])

    def leave(self) -> None:
        """Close the page."""
        self._beat.close()
        self._heart.close()
        self._client.close()

    def _send(self, door: tuple[int, int], data: Sequence[Any]) -> dict[str, Any]:
        """Set an event off, and return its last message."""
        event, trigger = door
        body = {"data": data, "fn_index": event, "trigger_id": trigger, "session_hash": self._session}
        joined = self._client.post("/gradio_api/queue/join", json=body)
        if joined.status_code != httpx.codes.OK:
            raise VisitError(f"joining the queue: {joined.status_code} {joined.text[:200]}")
        number = joined.json()["event_id"]
        for message in self._listen():
            if message.get("event_id") == number and message["msg"] == "process_completed":
                if not message["success"]:
                    raise VisitError(f"the event broke off: {message['output']}")
                return dict(message["output"])
        raise VisitError("the server hung up")

    def _listen(self) -> Iterator[dict[str, Any]]:
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))
