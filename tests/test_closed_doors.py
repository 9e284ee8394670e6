"""No way around the doors: odd methods and spellings of paths, sockets, long headers, guesses under forged addresses.

Requests are written by hand, for a client mends what is odd in them before it sends them.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.test_signing_in import SHELL, walk
from ui.signing_in import Accounts
from ui.slowing import FREE_OF_ONE_KIND, Slowing

pytestmark = pytest.mark.real
PASSWORD = "ein gutes Passwort"
FIGURES = "belegt_geheim 4711"
TEXT = "Geheim ist die Zahl 4711."
SOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: d2FsIGJyb3QgYmFobiBiYQ==",
)


def serve_page(auth: Accounts | None) -> tuple[str, Any]:
    from tests.page_desk import Shelf
    from ui.chat import build_app
    from ui.serving import serve

    app = build_app(Shelf())
    return serve(app, auth=auth, mcp=True, metrics=lambda: FIGURES).rstrip("/"), app


@pytest.fixture(scope="module")
def open_page() -> Iterator[tuple[str, Any]]:
    """Yield the address of a page without sign-in, its tools and figures served, and Gradio's app."""
    page = serve_page(None)
    yield page
    page[1].close(verbose=False)


@pytest.fixture(scope="module")
def closed_page() -> Iterator[tuple[str, Any]]:
    """Yield the same of a page that only anna may use."""
    page = serve_page(Accounts({"anna": PASSWORD}, {}))
    yield page
    page[1].close(verbose=False)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "geheim.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def ask(address: str, line: str, *headers: str) -> tuple[int, str]:
    """Send a request as it is written, and return the status (0 where the connection was ended) and all that came."""
    place = urlsplit(address)
    lines = [f"{line} HTTP/1.1", f"Host: {place.netloc}", *(headers or ("Connection: close",)), "", ""]
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=2) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        came = b""
        try:
            while len(came) < 100_000 and (part := connection.recv(65_536)):
                came += part
        except (TimeoutError, ConnectionError):
            pass
    found = re.match(rb"HTTP/1.1 (\d{3})", came)
    return int(found[1]) if found else 0, came.decode("latin-1")


def spell(path: str) -> list[str]:
    """Return a path in all the ways in which something on the way may take it for another."""
    coded = "".join(f"%{ord(letter):02x}" if letter.isalpha() else letter for letter in path)
    return [
        *(f"/{path}", f"{path}/", path.replace("/", "//"), path.upper(), coded, coded.replace("%", "%25")),
        *(f"{path}%00", f"{path};a", f"{path}%20", f"{path}%0a", f"{path}?", path.replace("/", "\\"), f"/.{path}"),
        *(f"/login{path}", f"/login/..{path}", f"/login/%2e%2e{path}", f"/theme.css/..{path}", f"/static/..{path}"),
        *(f"/static/..%2f{path[1:]}", f"/assets/%2e%2e{path}", f"/static/%252e%252e{path}", f"http://localhost{path}"),
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "get"])
def test_no_spelling_of_a_path_leads_past_the_sign_in(closed_page: tuple[str, Any], method: str) -> None:
    address, _ = closed_page
    for path in ("/config", "/gradio_api/info", "/gradio_api/mcp/schema", "/metrics", "/gradio_api/queue/data"):
        for spelt in (path, *spell(path)):
            status, said = ask(address, f"{method} {spelt}")
            assert status >= 400, spelt
            assert not re.search(r"4711|bahn\.md|\"components\"|inputSchema", said), spelt


@pytest.mark.parametrize(
    "way", ["/gradio_api/file=", "/gradio_api/file", "/file=", "/static/", "/assets/", "/gradio_api/stream/"]
)
def test_no_spelling_of_a_path_leads_to_a_file(open_page: tuple[str, Any], secret: Path, way: str) -> None:
    address, _ = open_page
    up = "../" * 12
    places = [f"{way}{secret}", f"{way}/{secret}", f"{way}{up}{secret}", f"{way}{up}{secret}".replace("..", "%2e%2e")]
    places += [f"{way}{up}{secret}".replace("../", "..%2f"), f"{way}{up}{secret}".replace("../", "..\\")]
    for place in places:
        for spelt in (place, *spell(place)):
            status, said = ask(address, f"GET {spelt}")
            assert status >= 400, spelt
            assert TEXT not in said


def test_no_route_opens_a_socket(open_page: tuple[str, Any], closed_page: tuple[str, Any]) -> None:
    for (address, app), shown in ((open_page, None), (closed_page, SHELL | {"/logout"})):
        paths = {re.sub(r"\{[^}]*\}", "ask", route.path) for route in walk(app.app.routes)}
        streams = {path for path in paths if "heartbeat" in path}  # begin at once and never end
        for path in sorted(paths - streams):
            status, _ = ask(address, f"GET {path}", *SOCKET)
            assert status != 101, path
            assert shown is None or status >= 400 or path in shown, path


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Cookie: " + "a=b; " * 20_000,
            "Cookie: access-token-x=\xff\xfe",
            'Cookie: ;=;;="',
            "X-Long: " + "a" * 50_000,
        ),
        *("Authorization: Basic " + "A" * 50_000, "Authorization: Basic \xff", "Authorization: Basic Og=="),
        *("Authorization: Bearer anna", "X-Original-URL: /login", "X-Rewrite-URL: /", "X-Forwarded-Prefix: /login"),
        *("X-Forwarded-User: anna", "Remote-User: anna", "X-HTTP-Method-Override: GET"),
    ],
)
def test_no_header_leads_past_the_sign_in(
    closed_page: tuple[str, Any], capfd: pytest.CaptureFixture[str], header: str
) -> None:
    for path in ("/config", "/gradio_api/mcp/schema", "/metrics"):
        assert ask(closed_page[0], f"GET {path}", header, "Connection: close")[0] in (400, 401, 431)
    assert "Traceback" not in capfd.readouterr().err


def test_forged_addresses_make_guessing_no_quicker(
    closed_page: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program on this computer may name another address with every try, as a proxy does for its visitors."""
    monkeypatch.setattr(Slowing, "LONGEST_ROW", 0.0)  # what would wait is refused at once
    address, _ = closed_page

    def guess(number: int, password: str = "falsch") -> int:
        told = {"x-forwarded-for": f"10.{number // 250}.0.{number % 250}"}
        return httpx.post(f"{address}/login", data={"username": "anna", "password": password}, headers=told).status_code

    assert guess(1_000, PASSWORD) == 200  # who is known already
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(guess, range(FREE_OF_ONE_KIND + 10))) == {400}
    assert guess(999, PASSWORD) == 400  # right, but not even looked at
    assert guess(1_000, PASSWORD) == 200


def test_only_a_proxy_on_this_computer_is_believed(closed_page: tuple[str, Any]) -> None:
    assert closed_page[1].server.config.forwarded_allow_ips in ("127.0.0.1", "127.0.0.1,::1")
