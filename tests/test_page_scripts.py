"""The page's scripts: all are used, all parse, they agree with the server, and the early one stands in the head."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.page_scripts import FOLDER, HEAD, SCRIPTS, STYLE, EarlyScript, page_script, read_script
from ui.wording import LANGUAGE_COOKIE, LANGUAGES

HOUSE = FOLDER.parent
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in HOUSE.glob("*.py"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.js"))
ALL_SCRIPTS = "\n".join(read_script(name) for name in NAMES)
EARLY = f"<script>{read_script('early')}</script>".encode()

GET = {"type": "http", "method": "GET"}
Messages = list[dict[str, Any]]


def start(kind: bytes = b"text/html; charset=utf-8", *more: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [(b"Content-Type", kind), *more]}


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


def through(messages: Messages, scope: dict[str, Any] = GET) -> Messages:
    """Return what leaves the middleware where these messages come in, one by one."""
    left: Messages = []
    after_each: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
            after_each.append(len(left))

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        left.append(message)

    asyncio.run(EarlyScript(app)(scope, receive, send))
    held = [came - out for came, out in enumerate(after_each, start=1)]
    assert set(held) <= {0, 1}
    assert not any(held[1:]), "only the start of a page waits, for its first part"
    return left


@given(st.binary(max_size=20), st.binary(max_size=20), st.lists(st.binary(max_size=5), max_size=3))
def test_the_script_stands_at_the_head_of_a_page(before: bytes, after: bytes, parts: list[bytes]) -> None:
    before = before.replace(HEAD, b"")
    whole = before + HEAD + after
    length = str(len(whole) + sum(map(len, parts))).encode()
    messages = [start(b"text/html; charset=utf-8", (b"Content-Length", length)), part(whole, more=bool(parts))]
    messages += [part(one, more=place < len(parts)) for place, one in enumerate(parts, start=1)]
    begun, *sent = through(messages)
    body = b"".join(message["body"] for message in sent)
    assert body == before + HEAD + EARLY + after + b"".join(parts)
    assert dict(begun["headers"])[b"Content-Length"] == str(len(body)).encode()
    assert [message["more_body"] for message in sent] == [message["more_body"] for message in messages[1:]]


@pytest.mark.parametrize(
    ("begun", "scope"),
    [
        (start(b"application/json", (b"content-length", b"20")), GET),
        (start(b"text/event-stream"), GET),
        (start(b"text/javascript"), GET),
        (start(b"text/html", (b"Content-Encoding", b"gzip"), (b"content-length", b"20")), GET),
        ({"type": "http.response.start", "status": 204, "headers": []}, GET),
        (start(), {"type": "http", "method": "POST"}),
        (start(b"text/html", (b"content-length", b"20")), {"type": "http", "method": "HEAD"}),
    ],
)
def test_everything_else_passes_untouched_and_at_once(begun: dict[str, Any], scope: dict[str, Any]) -> None:
    messages = [begun, *(part(b"<html><head></head>", more=True) for _ in range(3)), part(b"")]
    assert through(messages, scope) == messages


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_for_a_page_passes(kind: str) -> None:
    messages = [{"type": f"{kind}.accept"}, {"type": f"{kind}.send", "text": "<head>"}]
    assert through(messages, {"type": kind}) == messages


@pytest.mark.parametrize("body", [b"", b"<p>nichts</p>"])
def test_a_page_without_a_head_stays_as_it_is(body: bytes) -> None:
    messages = [start(b"text/html", (b"content-length", str(len(body)).encode())), part(body)]
    assert through(messages) == messages


def test_an_empty_end_needs_no_body() -> None:
    begun, ended = through([start(status=304), {"type": "http.response.body"}])
    assert begun["status"] == 304
    assert not ended["body"]


def test_the_page_of_gradio_has_the_head_that_is_looked_for() -> None:
    found = importlib.util.find_spec("gradio")
    assert found is not None
    assert found.origin is not None
    page = Path(found.origin).parent / "templates" / "frontend" / "index.html"
    assert page.read_bytes().count(HEAD) == 1


def test_every_script_is_used_and_every_used_one_is_there() -> None:
    components = re.findall(r"(?:_component|read_script)\(\s*[\"'](\w+)", SOURCE)
    assert sorted({*SCRIPTS, *components}) == NAMES
    assert len(set(SCRIPTS)) == len(SCRIPTS)
    assert STYLE.is_file()


def test_the_page_script_is_one_function_that_begins_with_what_the_others_use() -> None:
    script = page_script()
    assert script.startswith("() => {\n")
    assert script.endswith("\n}")
    places = [script.index(read_script(name)) for name in SCRIPTS]
    assert places == sorted(places)
    assert SCRIPTS[0] == "tell"


def test_every_script_parses(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no parser of JavaScript is at hand")
    script = tmp_path / "scripts.js"
    parts = [f"(() => {{\n{read_script(name)}\n}});" for name in NAMES]
    script.write_text("\n".join([f"({page_script()});", *parts]), encoding="utf-8")
    done = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_the_scripts_ask_for_the_bridge_carries_and_the_server_answers() -> None:
    asked = set(re.findall(r'\btell\("(\w+)"', ALL_SCRIPTS))
    (listed,) = re.findall(r"const names = \[(.*)\]", read_script("bridge"))
    assert asked == set(re.findall(r'"(\w+)"', listed))
    assert asked == set(re.findall(r"\bbridge\.(\w+)\(", SOURCE))


def test_what_the_server_tells_the_scripts_they_listen_to() -> None:
    told = set(re.findall(r'"do": "(\w+)"', SOURCE))
    assert told == {"begin", "keep", "download"}
    assert all(f'"belegt-{word}"' in ALL_SCRIPTS for word in told)


def test_scripts_and_server_mean_the_same_cookie() -> None:
    assert f"{LANGUAGE_COOKIE}=({'|'.join(LANGUAGES)})" in read_script("early")
    assert f"`{LANGUAGE_COOKIE}=$" in read_script("appearance")


def test_no_script_reaches_for_another_host() -> None:
    assert not re.search(r"https?://|\bfetch\(|\beval\(|XMLHttpRequest|WebSocket", ALL_SCRIPTS)
