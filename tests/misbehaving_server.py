"""A server that speaks as OpenAI's does, and misbehaves in every way asked of it: on a loopback port, for real."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STALL = 3.0
"""Seconds for which a stalled answer is held back at most; tests wait a tenth of it."""
KEY = "sk-very-secret-4711"


def chunk(text: str, *, reason: str | None = None) -> bytes:
    """Return one event of a stream."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    value = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(value).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


@dataclass
class Served:
    """A server under way: its address, and what it was asked."""

    url: str
    ending: threading.Event
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0
    gone: threading.Event = field(default_factory=threading.Event)


Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the behaviour says."""

    served: Served
    behaviour: Behaviour
    models: tuple[str, ...]

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        self.begin(content_type="application/json")
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.served.requests.append(json.loads(body))
        self.served.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            type(self).behaviour(self)
        except OSError:
            self.served.gone.set()

    def begin(self, status: int = 200, *, content_type: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()
        self.served.sent += len(data)

    def stall(self) -> None:
        self.served.ending.wait(STALL)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def says(*pieces: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        for piece in pieces:
            handler.send(chunk(piece))
        handler.send(chunk("", reason="stop") + DONE)

    return behave


def status(code: int, **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin(code, content_type="application/json", **headers)
        handler.send(json.dumps({"error": {"message": f"key {KEY} is wrong", "code": code}}).encode())

    return behave


def after(text: str, do: Callable[[Handler], None]) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        handler.send(chunk(text))
        do(handler)

    return behave


def never(handler: Handler) -> None:
    handler.stall()


def drip_headers(handler: Handler) -> None:
    for byte in b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n":
        handler.send(bytes([byte]))
        if handler.served.ending.wait(0.05):
            return


def keep_alive_only(handler: Handler) -> None:
    handler.begin()
    while not handler.served.ending.wait(0.02):
        handler.send(b": still thinking\n\n")


def endless(handler: Handler) -> None:
    handler.begin()
    while not handler.served.ending.is_set():
        handler.send(chunk("und " * 50))


def endless_line(handler: Handler) -> None:
    handler.begin()
    handler.send(b'data: {"choices": [{"delta": {"content": "')
    while not handler.served.ending.is_set():
        handler.send(b"x" * 65536)


def endless_error(handler: Handler) -> None:
    handler.begin(500, content_type="text/plain")
    while not handler.served.ending.is_set():
        handler.send(b"x" * 65536)


def broken_json(handler: Handler) -> None:
    handler.begin()
    handler.send(b'data: {"choices": [{"delta": {"cont\n\n')


def other_json(handler: Handler) -> None:
    handler.begin()
    handler.send(b'data: {"choices": [{"delta": 5}]}\n\ndata: [1, 2]\n\n')


def web_page(handler: Handler) -> None:
    handler.begin(content_type="text/html")
    handler.send(b"<html><body>Sign in</body></html>")


def zipped(handler: Handler) -> None:
    handler.begin(content_encoding="gzip")
    handler.send(b"\x1f\x8b" + b"\0" * 100)


def error_event(handler: Handler) -> None:
    handler.send(b'data: {"error": {"message": "out of memory", "type": "server_error"}}\n\n')


def drop(handler: Handler) -> None:
    handler.connection.close()


def cut_short(handler: Handler) -> None:
    handler.send(chunk("", reason="length") + DONE)


def elsewhere(handler: Handler) -> None:
    handler.begin(302, location="http://127.0.0.1:9/v1/chat/completions")


@contextmanager
def serve(behaviour: Behaviour, *, models: tuple[str, ...] = ("little",)) -> Iterator[Served]:
    """Serve on a free loopback port as long as this lasts."""
    served = Served("", threading.Event())
    kind = type("Chosen", (Handler,), {"served": served, "behaviour": staticmethod(behaviour), "models": models})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.ending.set()
        server.shutdown()
        server.server_close()


def wait_until(condition: Callable[[], bool], *, seconds: float = 2.0) -> bool:
    """Tell whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
