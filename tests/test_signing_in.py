"""Signing in: the file of names, the checking, and the page that lets nobody else in."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from ui.account_file import SignInError, read_accounts, write_account
from ui.password_hash import COST, Hash, _scrypt
from ui.signing_in import LONGEST, Accounts, Slowing

CHEAP = (2, 1, 1)
SALT = b"s" * 16
PASSWORD = "ein:gutes Passwort ü"


def cheap_hash(password: str) -> Hash:
    """Return a hash that costs nothing."""
    return Hash(CHEAP, SALT, _scrypt(password, CHEAP, SALT))


def allows(accounts: Accounts, name: str, password: str) -> bool:
    return asyncio.run(accounts.check(name, password))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, mode: int = 0o600) -> Path:
        path = tmp_path / "accounts.txt"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def test_names_passwords_comments_and_hashes_are_read(write: Callable[..., Path]) -> None:
    complaints: list[str] = []
    text = f"# wer darf\n\n anna :{PASSWORD}\r\nbert:{cheap_hash('geheim 123')}\n"
    accounts = read_accounts(write(text), complain=complaints.append)
    assert allows(accounts, "anna", PASSWORD)
    assert allows(accounts, " anna ", PASSWORD.replace("ü", "u\u0308"))
    assert allows(accounts, "bert", "geheim 123")
    assert allows(accounts, "bert", "geheim 123")  # the second time by what was kept of the first
    for name, password in (("anna", "geheim 123"), ("bert", PASSWORD), ("carl", PASSWORD), ("", ""), ("bert", "")):
        assert not allows(accounts, name, password)
    assert not allows(accounts, "anna", "x" * (LONGEST + 1))
    assert complaints == []


def test_a_file_that_others_can_read_is_warned_of(write: Callable[..., Path]) -> None:
    complaints: list[str] = []
    read_accounts(write("anna:x\n", 0o644), complain=complaints.append)
    assert [line.split("; ")[1] for line in complaints] == [f"run: chmod 600 {write('anna:x')}"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("anna\n", 1),
        ("\n:geheim\n", 2),
        ("# ja\nanna:\n", 2),
        ("anna:a\nanna:geheim\n", 2),
        ("anna:scrypt$geheim\n", 1),
        ("anna:scrypt$16384$8$5$geheim$geheim\n", 1),
        (f"anna:{str(Hash(CHEAP, SALT, b'd' * 32)).replace('scrypt$2$', 'scrypt$3$')}\n", 1),
        (f"anna:{str(Hash(CHEAP, SALT, b'd' * 32)).replace('scrypt$2$', 'scrypt$1073741824$')}\n", 1),
        (f"anna:{Hash(CHEAP, SALT, b'd' * 31)}\n", 1),
        (f"{'n' * (LONGEST + 1)}:geheim", 1),
    ],
)
def test_a_broken_line_is_named_by_its_number_alone(write: Callable[..., Path], text: str, number: int) -> None:
    with pytest.raises(SignInError) as caught:
        read_accounts(write(text))
    assert f"line {number}:" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "# niemand\n"])
def test_a_file_without_names_lets_nobody_in_and_says_so(write: Callable[..., Path], text: str) -> None:
    with pytest.raises(SignInError, match="names nobody"):
        read_accounts(write(text))


def test_a_file_that_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"anna:\xff\n")
    for name in ("missing", "odd", "."):
        with pytest.raises(SignInError):
            read_accounts(tmp_path / name)


def test_a_hash_is_read_again_and_costs_what_is_advised() -> None:
    line = write_account("anna", PASSWORD)
    name, _, text = line.partition(":")
    known = Hash.read(text)
    assert (name, known.cost) == ("anna", COST)
    assert known.matches(PASSWORD)
    assert not known.matches("another")


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("a:b", PASSWORD), ("#a", PASSWORD), ("anna", "kurz")])
def test_a_line_that_could_not_be_read_is_not_written(name: str, password: str) -> None:
    with pytest.raises(SignInError):
        write_account(name, password)


def test_belegt_password_prints_a_line_for_the_file(write: Callable[..., Path]) -> None:
    from ui.command_line import main

    done = CliRunner().invoke(main, ["password", "anna"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output
    assert allows(read_accounts(write(done.stdout)), "anna", PASSWORD)
    short = CliRunner().invoke(main, ["password", "anna"], input="kurz\nkurz\n")
    assert short.exit_code == 1
    assert "8 to 1,000" in short.stderr


def test_a_file_that_names_nobody_ends_the_chat_before_it_begins(run: Run, write: Callable[..., Path]) -> None:
    done = run("chat", "--no-browser", "--auth", write("# niemand\n"))
    assert done.exit_code == 1
    assert "names nobody" in done.stderr


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)]
)
def test_a_page_that_others_reach_without_a_password_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, host: str, own: bool
) -> None:
    from ui import serving

    app = SimpleNamespace(block_thread=lambda: None)
    monkeypatch.setattr(serving, "build_app", lambda desk, **options: app)
    monkeypatch.setattr(serving, "serve", lambda app, **options: f"http://{host}:1/")
    desk = SimpleNamespace(upload_limits={})
    serving.launch(desk, host=host, mcp=True)
    told = capsys.readouterr()
    assert told.out == f"belegt: http://{host}:1/\nMCP: http://{host}:1/gradio_api/mcp/\n"
    assert ("--auth FILE" in told.err) is not own
    serving.launch(desk, host=host, auth=Accounts({"anna": PASSWORD}, {}))
    assert capsys.readouterr().err == ""


def test_guessing_waits_longer_and_longer_and_is_forgiven() -> None:
    now = [0.0]
    slowing = Slowing(lambda: now[0])
    assert [slowing.delay("anna") for _ in range(9)] == [0, 0, 0, 0, 0, 0.5, 1.5, 3.5, 7.5]
    assert slowing.delay("bert") == 0
    slowing.forgive("anna")
    assert slowing.delay("anna") == 0


def test_a_row_of_guesses_ends_somewhere_and_nobody_is_locked_out() -> None:
    now = [0.0]
    slowing = Slowing(lambda: now[0])
    waits = [slowing.delay("anna") for _ in range(50)]
    assert None in waits
    assert max(wait for wait in waits if wait is not None) <= Slowing.LONGEST_ROW
    now[0] += Slowing.LONGEST_ROW
    assert slowing.delay("anna") == Slowing.LONGEST_WAIT
    now[0] += Slowing.FORGOTTEN + 1
    assert slowing.delay("anna") == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 5)), max_size=60))
def test_guesses_for_a_name_never_come_quicker_than_allowed(tries: list[tuple[str, float]]) -> None:
    now, heard = [0.0], {}
    slowing = Slowing(lambda: now[0])
    for name, pause in tries:
        now[0] += pause
        wait = slowing.delay(name)
        if wait is not None:
            heard.setdefault(name, []).append(now[0] + wait)
    for times in heard.values():
        later = [round(after - before, 6) for before, after in pairwise(times[Slowing.FREE - 1 :])]
        assert all(gap >= Slowing.FIRST_WAIT for gap in later)


def test_memory_is_bounded_however_many_names_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slowing, "PLACES", 8)
    slowing = Slowing()
    for number in range(1_000):
        slowing.delay(str(number))
    assert len(slowing._tries) <= 8


def test_a_wait_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slowing, "FIRST_WAIT", 0.3)
    accounts = Accounts({"anna": PASSWORD, "bert": PASSWORD}, {})

    async def ask() -> tuple[float, bool]:
        await asyncio.gather(*(accounts.check("anna", "wrong") for _ in range(5)))
        guess = asyncio.create_task(accounts.check("anna", PASSWORD))
        await asyncio.sleep(0)
        began = time.monotonic()
        assert await accounts.check("bert", PASSWORD)
        return time.monotonic() - began, await guess

    seconds, right = asyncio.run(ask())
    assert seconds < 0.2
    assert right


def test_more_than_can_be_checked_are_refused() -> None:
    accounts = Accounts({}, {"anna": Hash.of(PASSWORD)})

    async def flood() -> list[bool]:
        return await asyncio.gather(*(accounts.check(f"{number}", "wrong") for number in range(3)))

    accounts._checking = 20
    began = time.monotonic()
    assert asyncio.run(flood()) == [False] * 3
    assert time.monotonic() - began < 0.1


OPEN = {
    "/",
    "/theme.css",
    "/robots.txt",
    "/openapi.json",
    "/gradio_api/app_id",
    "/gradio_api/token",
    "/gradio_api/startup-events",
    "/gradio_api/user",
}
"""What Gradio shows everybody: nothing of the articles, nothing of a visitor."""
BASIC = f"Basic {base64.b64encode(f'anna:{PASSWORD}'.encode()).decode()}"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
SPEAKS = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """Yield the address of a page that only anna may use, with its tools, and Gradio's app."""
    from tests.test_programs import serve_small_page

    with serve_small_page(tmp_path_factory, auth=Accounts({"anna": PASSWORD}, {})) as (app, address):
        yield address.rstrip("/"), app


@pytest.mark.real
def test_without_signing_in_nothing_of_the_articles_is_reached(guarded: tuple[str, Any]) -> None:
    address, _ = guarded
    refused = [
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/monitoring"),
        ("GET", "/gradio_api/mcp/schema"),
        ("GET", "/gradio_api/mcp/sse"),
        ("POST", "/gradio_api/mcp/"),
        ("POST", "/gradio_api/mcp"),
        ("POST", "/gradio_api/mcp/messages/"),
    ]
    refused += [
        ("POST", f"/gradio_api/{way}/{name}")
        for way in ("run", "api", "call", "call/v2")
        for name in ("ask", "search", "articles", "article")
    ]
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        for method, path in refused:
            answered = client.request(method, path, json={"data": ["Wal?", None, None, None, None]})
            assert answered.status_code == 401, path
        for path in OPEN:
            answered = client.get(path)
            assert "Buckelwal" not in answered.text
            assert "wal.txt" not in answered.text
        assert "Please sign in" in client.get("/").text
        assert client.post("/gradio_api/vibe-code", json={"code": "x"}).status_code == 403


HARMLESS = (
    *("/", "/robots.txt", "/favicon.ico", "/pwa_icon", "/manifest.json", "/theme.css", "/openapi.json"),  # the shell
    *("/static", "/assets", "/svelte", "/custom_component"),  # Gradio's own files
    *("/login", "/logout", "/login_check", "/user", "/token", "/app_id", "/startup-events"),
    *("/stream", "/cancel", "/reset", "/heartbeat"),  # of a session, by its secret hash
    *("/monitoring", "/runs", "/vibe-edit", "/undo-vibe-edit", "/vibe-code", "/vibe-starter-queries"),  # turned off
    "/mcp",  # guarded by us
)
"""What Gradio leaves open, and why that may be."""


def walk(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from walk(inner.routes) if inner else [route]


@pytest.mark.real
def test_no_route_is_open_that_we_do_not_know(guarded: tuple[str, Any]) -> None:
    _, app = guarded
    found = {
        (route.path.removeprefix("/gradio_api"), bool(getattr(route, "dependencies", ())))
        for route in walk(app.app.routes)
    }
    assert ("/upload", True) in found
    unguarded = {path for path, asks in found if not asks}
    known = {path for path in unguarded if path == "/" or path.startswith(HARMLESS[1:])}
    assert unguarded == known


@pytest.mark.real
def test_after_signing_in_programs_are_answered(guarded: tuple[str, Any]) -> None:
    from gradio_client import Client

    address, _ = guarded
    client = Client(address, auth=("anna", PASSWORD), verbose=False)
    assert len(client.predict(api_name="/articles")) == 3
    with pytest.raises(Exception, match=r"[Cc]redentials|login|auth"):
        Client(address, auth=("anna", "wrong"), verbose=False)


@pytest.mark.real
def test_the_tools_take_a_name_and_a_password(guarded: tuple[str, Any]) -> None:
    address, _ = guarded
    place = f"{address}/gradio_api/mcp/"
    for told in ({}, {"authorization": BASIC.replace("Basic", "Bearer")}, {"authorization": "Basic !"}):
        refused = httpx.post(place, json=HELLO, headers={**SPEAKS, **told})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
    wrong = base64.b64encode(b"anna:wrong").decode()
    assert httpx.post(place, json=HELLO, headers={**SPEAKS, "authorization": f"Basic {wrong}"}).status_code == 401
    answered = httpx.post(place, json=HELLO, headers={**SPEAKS, "authorization": BASIC})
    assert answered.status_code == 200
    assert "belegt" in answered.text


@pytest.mark.real
def test_signing_out_ends_it(guarded: tuple[str, Any]) -> None:
    address, _ = guarded
    with httpx.Client(base_url=address) as client:
        assert client.post("/login", data={"username": "anna", "password": PASSWORD}).json() == {"success": True}
        assert client.get("/config").status_code == 200
        client.get("/logout")
        assert client.get("/config").status_code == 401
