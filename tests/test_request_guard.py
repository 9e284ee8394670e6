"""What stands before the page: names, origins, paths, sizes and headers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import BelegtError
from ui.page_paths import LARGE, SMALL, is_answered, is_shell, is_tool, largest_body
from ui.request_guard import HEADERS, NOT_KEPT, RequestGuard
from ui.served_names import ServedNames, split_place

HERE = ServedNames.of("127.0.0.1")
OFFICE = ServedNames.of("0.0.0.0", ["Belegt.Example.org"])


def ask(
    names: ServedNames = HERE,
    *,
    path: str = "/",
    method: str = "GET",
    body: bytes = b"",
    app: Any = None,
    host: str | None = "localhost:7860",
    **told: str,
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return what the guard answers: status, headers and body; it is answered 200 further in unless told otherwise."""
    sent: list[Any] = []

    async def fine(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"fine"})

    parts = [body[start : start + 1_000] for start in range(0, len(body), 1_000)] or [b""]

    async def receive() -> Any:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in told.items()]
    headers += [(b"host", host.encode("latin-1"))] if host is not None else []
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(RequestGuard(app or fine, names=names, largest_upload=100)(scope, receive, send))
    begun, *rest = sent
    return begun["status"], dict(begun["headers"]), b"".join(message["body"] for message in rest)


def status(names: ServedNames = HERE, **told: Any) -> int:
    return ask(names, **told)[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:1", "localhost."])
def test_a_page_of_this_computer_answers_for_its_own_names(host: str) -> None:
    assert status(host=host) == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "evil.example:7860", "127.0.0.1.evil.example", "127.0.0.1@evil"),
        *("", "localhost:7860:1", "localhost:", "[::1", "10.0.0.7", "localhost/", "localhost evil", "\xe4", "0.0.0.0"),
        None,
    ],
)
def test_a_page_of_this_computer_answers_for_no_other(host: str | None) -> None:
    answered = ask(host=host)
    assert answered[0] == 421
    assert json.loads(answered[2])["error"].startswith("this page doesn't answer for that name")


def test_a_second_name_is_refused() -> None:
    async def nobody(*given: Any) -> None:
        raise AssertionError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"host", b"evil.example")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(RequestGuard(nobody, names=HERE, largest_upload=1)(scope, nobody, send))
    assert sent[0]["status"] == 421


def test_a_page_that_others_reach_answers_for_numbers_and_the_names_it_was_given() -> None:
    for host in ("10.0.0.7:7860", "belegt.example.org", "BELEGT.example.org:443", "localhost", "[2001:db8::1]"):
        assert status(OFFICE, host=host) == 200
    for host in ("evil.example", "belegt.example.org.evil.example", "10.0.0.7.evil.example"):
        assert status(OFFICE, host=host) == 421
    assert status(OFFICE, x_forwarded_host="evil.example") == 421
    assert status(OFFICE, x_forwarded_host="belegt.example.org") == 200


@pytest.mark.parametrize("name", ["", "a b", "http://belegt.example", "belegt:80", "-a", "*", "[::1]"])
def test_what_is_no_name_is_said(name: str) -> None:
    with pytest.raises(BelegtError, match="no name of a computer"):
        ServedNames.of("127.0.0.1", [name])


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_none(text: str) -> None:
    name, port = split_place(text)
    assert name == name.lower()
    assert port is None or text.rstrip().endswith(str(port)) or str(port) in text
    assert not HERE.answers(text) or name in {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("names", "host", "origin", "same"),
    [
        (HERE, "localhost:7860", "http://localhost:7860", True),
        (HERE, "[::1]:7860", "http://[::1]:7860", True),
        (HERE, "localhost:7860", "http://localhost:8000", False),  # another program of this computer
        (HERE, "localhost:7860", "http://127.0.0.1:7860", False),
        (HERE, "localhost:7860", "http://localhost", False),
        (HERE, "localhost:7860", "http://evil.example:7860", False),
        (HERE, "localhost:7860", "null", False),
        (HERE, "localhost:7860", "", False),
        (HERE, "localhost:7860", "http://localhost:99999", False),
        (HERE, "localhost:7860", "file://localhost:7860", False),
        (OFFICE, "10.0.0.7", "http://10.0.0.7", True),
        (OFFICE, "belegt.example.org", "https://belegt.example.org", True),  # a proxy speaks TLS
        (OFFICE, "127.0.0.1:7860", "https://belegt.example.org", True),  # and asks under a name of its own
        (OFFICE, "127.0.0.1:7860", "https://belegt.example.org:8443", False),
        (OFFICE, "10.0.0.7:7860", "https://evil.example", False),
    ],
)
def test_only_the_page_itself_may_ask(names: ServedNames, host: str, origin: str, *, same: bool) -> None:
    for method, path in (("POST", "/gradio_api/queue/join"), ("POST", "/login"), ("GET", "/config")):
        assert status(names, host=host, origin=origin, method=method, path=path) == (200 if same else 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_browsers_say_of_the_asking_page_is_heard(site: str) -> None:
    assert status(path="/config", sec_fetch_site=site, sec_fetch_mode="no-cors") == 403
    assert status(path="/", sec_fetch_site=site, sec_fetch_mode="navigate") == 200
    assert status(path="/logout", sec_fetch_site=site, sec_fetch_mode="navigate") == 403
    assert status(path="/login", method="POST", sec_fetch_site=site, sec_fetch_mode="navigate") == 403
    assert status(path="/config", sec_fetch_site="same-origin") == 200


CLOSED = [
    *("/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://evil.example/"),
    *("/file=/etc/passwd", "/proxy=x", "/monitoring", "/monitoring/summary", "/monitoring/key", "/openapi.json"),
    *("/docs", "/redoc", "/gradio_api/token", "/gradio_api/queue/status", "/gradio_api/dev/reload", "/svelte/a.js"),
    *("/gradio_api/stream/a/b/c/playlist.m3u8", "/gradio_api/stream/a", "/gradio_api/deep_link", "/gradio_api/runs"),
    *(
        "/gradio_api/component_server",
        "/gradio_api/process_recording",
        "/gradio_api/vibe-edit",
        "/gradio_api/vibe-code",
    ),
    *("/gradio_api/custom_component/a/client/b/c.js", "/gradio_api/call/v2/ask", "/gradio_api/profiling/traces"),
    *("/pwa_icon", "/manifest.json", "/config/../gradio_api/file=x", "//config", "/gradio_api/run/a/b", "/\n", ""),
]


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_does_not_need_is_not_there(path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET\n"):
        assert status(path=path, method=method) == 404


@given(st.text(max_size=40))
def test_a_path_that_shows_how_to_sign_in_leads_nowhere_else(path: str) -> None:
    for given_path in (path, f"/static/{path}", f"/gradio_api/{path}", f"/login{path}"):
        assert not (is_shell(given_path) and is_tool(given_path))
        if is_shell(given_path):
            assert "=" not in given_path
            assert not given_path.startswith("/gradio_api/") or given_path.endswith(("theme.css", "startup-events"))
            assert is_answered("GET", given_path)


def test_no_more_is_taken_than_is_needed() -> None:
    for path, limit in (("/login", SMALL), ("/gradio_api/queue/join", LARGE), ("/gradio_api/upload", 100 * 100)):
        assert largest_body(path, 100) == limit
        assert status(path=path, method="POST", content_length=str(limit)) == 200
        assert status(path=path, method="POST", content_length=str(limit + 1)) == 413
    assert status(path="/login", method="POST", body=b"x" * SMALL) == 200
    assert status(path="/login", method="POST", body=b"x" * (SMALL + 1)) == 413
    for odd in ("-1", "1e3", "\xb2", "9" * 5_000):
        assert status(path="/login", method="POST", content_length=odd) == 413


def test_what_breaks_further_in_leaves_as_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(*given: Any) -> None:
        raise RuntimeError("geheimer Pfad")

    with caplog.at_level(logging.ERROR):
        broken, _, said = ask(app=breaks)
    assert broken == 500
    assert json.loads(said)["error"].startswith("something went wrong")
    assert "geheim" in caplog.text


def test_every_answer_tells_browsers_to_be_careful() -> None:
    for told in ({}, {"host": "evil.example"}, {"path": "/monitoring"}, {"path": "/static/a.js"}):
        _, headers, _ = ask(**told)
        assert set(HEADERS) <= set(headers.items())
        assert (NOT_KEPT in headers.items()) is (told.get("path") != "/static/a.js")
    policy = dict(HEADERS)[b"content-security-policy"].decode()
    assert "http" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_header_that_is_there_stays() -> None:
    async def kept(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Cache-Control", b"max-age=1")]})
        await send({"type": "http.response.body", "body": b""})

    _, headers, _ = ask(app=kept)
    assert headers[b"Cache-Control"] == b"max-age=1"
    assert b"cache-control" not in headers


def test_sockets_are_guarded_and_the_rest_passes() -> None:
    seen: list[str] = []
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def send(message: Any) -> None:
        sent.append(message)

    guard = RequestGuard(app, names=HERE, largest_upload=1)
    asyncio.run(guard({"type": "lifespan"}, send, send))
    asyncio.run(guard({"type": "websocket", "path": "/x", "headers": [(b"host", b"evil.example")]}, send, send))
    assert seen == ["lifespan"]
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """Yield the address of the whole page over a desk in memory, and Gradio's app."""
    from tests.page_desk import FakeDesk
    from ui.chat import build_app
    from ui.serving import serve

    app = build_app(FakeDesk())
    address = serve(app)
    yield address.rstrip("/"), app
    app.close(verbose=False)


@pytest.mark.real
def test_the_served_page_is_guarded(page: tuple[str, Any]) -> None:
    address, _ = page
    served = httpx.get(address)
    assert served.status_code == 200
    assert {name.decode() for name, _ in HEADERS} <= set(served.headers)
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}):
        assert httpx.get(address, headers=headers).status_code == 421
    assert httpx.get(f"{address}/config", headers={"origin": "http://evil.example"}).status_code == 403
    for path in CLOSED[:-2]:
        assert httpx.get(f"{address}{path}").status_code == 404, path


@pytest.mark.real
def test_the_served_page_names_no_place_of_this_computer(page: tuple[str, Any]) -> None:
    from pathlib import Path

    address, _ = page
    for path in ("/", "/config", "/gradio_api/info", "/gradio_api/openapi.json"):
        text = httpx.get(f"{address}{path}").text
        for place in (Path.cwd(), Path.home(), "/tmp/", "site-packages"):
            assert str(place) not in text


BODIES: list[tuple[Any, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[" * 100_000, 400),
    (b"\xff", 400),
    (b"3", 400),
    ({}, 400),
    ({"data": None}, 400),
    ({"data": "Wal?"}, 400),
    ({"data": {}}, 400),
    ({"data": []}, 400),
    ({"data": ["Wal?"]}, 400),
    ({"data": [None] * 5, "fn_index": 0}, 404),
    ({"data": [None] * 5, "fn_index": True}, 404),
    ({"data": [None] * 5, "fn_index": 9_999}, 404),
    ({"data": [None] * 5, "session_hash": {}}, 422),
    ({"data": [None] * 5, "trigger_id": "x"}, 422),
    ({"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}] * 5}, 400),
    ({"data": [json.loads("[" * 500 + "]" * 500)] * 5}, 400),
    ({"data": [None] * 5, "trigger_id": 9_999, "event_data": [1], "session_hash": "x", "batched": True}, 500),
]


@pytest.mark.real
@pytest.mark.parametrize(("body", "status"), BODIES)
def test_whatever_programs_send_one_line_comes_back_and_the_log_stays_quiet(
    page: tuple[str, Any], capfd: pytest.CaptureFixture[str], body: Any, status: int
) -> None:
    address, _ = page
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    for way in ("run", "api"):
        answered = httpx.post(
            f"{address}/gradio_api/{way}/ask", content=content, headers={"content-type": "application/json"}
        )
        assert answered.status_code == status
        said = answered.json()
        assert "error" in said or "detail" in said
        assert "Traceback" not in answered.text
        assert "/" not in str(said.get("error", "")).replace('"alibaba-bmw.md"', "")
    written = capfd.readouterr()
    assert "Traceback" not in written.err + written.out
    assert "passwd" not in written.err


@pytest.mark.real
def test_events_that_no_page_sends_are_refused_without_a_traceback(
    page: tuple[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    address, app = page
    for function in app.fns.values():
        given = {"data": [], "fn_index": function._id, "session_hash": "s"}
        answered = httpx.post(f"{address}/gradio_api/queue/join", json=given)
        # An event that takes nothing may be sent.
        assert answered.status_code == (404 if function.fn is None else 400 if function.inputs else 200)
    gone = httpx.get(f"{address}/gradio_api/call/ask/unknown")
    assert (gone.status_code, list(gone.json())) == (404, ["error"])
    missing = httpx.post(f"{address}/gradio_api/run/on_judge", json={"data": [None]})
    assert missing.status_code == 404
    assert missing.json() == {"error": "there is no such endpoint; there are ask, search, articles, article"}
    assert "Traceback" not in capfd.readouterr().err
