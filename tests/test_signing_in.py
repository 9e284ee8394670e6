"""Signing in: the file of names, the checking, and the page that lets nobody else in."""

from __future__ import annotations

import asyncio
import base64
import re
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
from ui.sign_in_gate import LASTING, Tokens, address_of
from ui.signing_in import CALLER, LONGEST, Accounts
from ui.slowing import Attempts, Slowing

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
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("", False)],
)
def test_a_page_that_others_reach_without_a_password_is_refused_unless_insisted_on(
    run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, *, host: str, own: bool
) -> None:
    from ui import serving

    served: list[Any] = []
    app = SimpleNamespace(block_thread=lambda: None)
    monkeypatch.setattr(serving, "build_app", lambda desk, **options: app)
    monkeypatch.setattr(serving, "serve", lambda app, **options: served.append(options) or f"http://{host}:1/")
    bare = run("chat", "--no-browser", "--no-watch", "--host", host)
    assert (bare.exit_code, len(served)) == ((0, 1) if own else (1, 0))
    assert ("--auth FILE" in bare.stderr) is not own
    assert bare.stderr.count("\n") <= 1 or own
    insisted = run("chat", "--no-browser", "--no-watch", "--host", host, "--without-sign-in", "--mcp")
    named = run("chat", "--no-browser", "--no-watch", "--host", host, "--auth", write(f"anna:{PASSWORD}\n"))
    assert insisted.exit_code == named.exit_code == 0
    assert f"belegt: http://{host}:1/\nMCP: http://{host}:1/gradio_api/mcp/\n" in insisted.stdout
    assert isinstance(served[-1]["auth"], Accounts)


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
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/mcp/schema"),
        ("GET", "/gradio_api/mcp/sse"),
        ("POST", "/gradio_api/mcp/"),
        ("POST", "/gradio_api/mcp"),
        ("POST", "/gradio_api/mcp/messages/"),
    ]
    refused += [
        ("POST", f"/gradio_api/{way}/{name}")
        for way in ("run", "api", "call")
        for name in ("ask", "search", "articles", "article")
    ]
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        for method, path in refused:
            answered = client.request(method, path, json={"data": ["Wal?", None, None, None, None]})
            assert answered.status_code == 401, path
        assert "Please sign in" in client.get("/").text


SHELL = {"/", "/theme.css", "/gradio_api/theme.css", "/robots.txt", "/favicon.ico", "/gradio_api/startup-events"}
"""What everybody may see: how to sign in, how that looks, and that the page is alive."""


def walk(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from walk(inner.routes) if inner else [route]


@pytest.mark.real
def test_no_route_answers_strangers_but_those_that_show_how_to_sign_in(guarded: tuple[str, Any]) -> None:
    address, app = guarded
    paths = sorted({re.sub(r"\{[^}]*\}", "ask", route.path) for route in walk(app.app.routes)})
    assert len(paths) > 50
    assert {"/config", "/gradio_api/cancel", "/gradio_api/upload", "/gradio_api/mcp"} <= set(paths)
    answered: dict[str, str] = {}
    with httpx.Client(base_url=address) as client:
        for path in paths:
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                said = client.request(method, path, **({"json": {"data": []}} if method == "POST" else {}))
                if said.status_code < 400:
                    answered[path] = said.text
    assert set(answered) <= SHELL | {"/logout"}
    assert SHELL - {"/favicon.ico"} <= set(answered)
    for text in answered.values():
        assert not re.search(r"Buckelwal|wal\.txt|anna|/tmp/|/home/|/root/", text)


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
        kept = dict(client.cookies)
        client.get("/logout")
        assert client.get("/config").status_code == 401
    assert httpx.get(f"{address}/config", cookies=kept).status_code == 401


def sign_in(client: httpx.Client) -> httpx.Response:
    return client.post("/login", data={"username": "anna", "password": PASSWORD})


@pytest.mark.real
def test_a_sign_in_ends_after_a_working_day_in_browser_and_server(guarded: tuple[str, Any]) -> None:
    address, app = guarded
    now = [0.0]
    app.app.tokens = Tokens(lambda: now[0])
    with httpx.Client(base_url=address) as client:
        cookies = sign_in(client).headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert {"HttpOnly", f"Max-Age={LASTING}", "SameSite=Lax"} <= set(cookie.split("; "))
        now[0] = LASTING
        assert client.get("/config").status_code == 200
        now[0] = LASTING + 1
        for path in ("/config", "/gradio_api/user", "/gradio_api/heartbeat/x"):
            assert client.get(path).status_code == 401


@pytest.mark.real
def test_what_is_sent_to_sign_in_is_limited(guarded: tuple[str, Any]) -> None:
    address, _ = guarded

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"username=" + b"x" * 1_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(f"{address}/login", content=b"x" * 30_000, headers=form).status_code == 413
    assert httpx.post(f"{address}/login", content=pieces(), headers=form).status_code in (400, 413)
    assert httpx.post(f"{address}/login", content=b"{", headers=form).status_code == 422


def test_tokens_end_and_are_not_piled_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.sign_in_gate.MOST_SIGNED_IN", 3)
    now = [0.0]
    tokens = Tokens(lambda: now[0])
    for number in range(5):
        tokens[str(number)] = "anna"
    assert list(tokens) == ["2", "3", "4"]
    assert tokens.get("4") == "anna"
    assert tokens.get("1") is tokens.get(None) is None
    now[0] = LASTING + 1
    assert tokens.get("4") is None
    tokens["5"] = "bert"
    assert list(tokens) == ["5"]
    del tokens["5"]
    assert tokens.get("5") is None


@pytest.mark.parametrize(
    ("place", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_of_the_new_kind_counts_as_its_network(place: str, counted: str) -> None:
    assert address_of({"type": "http", "client": (place, 1)}) == counted


def test_guessing_at_a_name_keeps_nobody_out_who_signed_in_before() -> None:
    attempts = Attempts(lambda: 0.0)
    assert attempts.delay("anna", "home") == 0
    attempts.forgive("anna", "home")
    waits = [attempts.delay("anna", f"elsewhere {number // 3}") for number in range(200)]
    waits += [attempts.delay(f"name {number}", "home") for number in range(200)]
    assert None in waits[:200]
    assert None in waits[200:]
    assert attempts.delay("anna", "home") == 0
    assert attempts.delay("bert", "office") == 0


def test_guesses_are_counted_by_where_they_come_from() -> None:
    accounts = Accounts({"anna": PASSWORD}, {})

    async def guess(address: str) -> None:
        CALLER.set(address)
        await accounts.check("anna", "wrong")

    for address in ("one", "one", "two"):
        asyncio.run(guess(address))
    assert sorted(tries.count for tries in accounts._attempts._pairs._tries.values()) == [1, 2]


def test_who_is_known_is_forgotten_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.slowing.MOST_KNOWN", 2)
    attempts = Attempts(lambda: 0.0)
    for name in ("anna", "bert", "anna", "carl"):
        attempts.forgive(name, "home")
    assert len(attempts._known) == 2
    for number in range(200):
        attempts.delay(f"name {number}", "home")
    assert attempts.delay("anna", "home") == 0
    assert attempts.delay("bert", "home") is None
