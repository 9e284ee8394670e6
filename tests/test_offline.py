"""Offline means offline: from a cold process to the answer and the page, no name is looked up, no host is reached.

The process runs in a network namespace of its own, which has a loopback device and no route, so that nothing could be
reached by any library, in C or not; a guard in Python tells what was tried. Where the kernel forbids namespaces, the
guard stands alone.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

GUARD = """
import socket
tried = []
real = socket.socket.connect
def connect(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
        tried.append(address)
        raise OSError("no route")
    return real(self, address)
socket.socket.connect = connect
look_up = socket.getaddrinfo
def getaddrinfo(host, *rest, **options):
    if host not in ("localhost", "127.0.0.1", "::1", None, ""):
        tried.append(host)
        raise socket.gaierror("no name service")
    return look_up(host, *rest, **options)
socket.getaddrinfo = getaddrinfo
"""

LOOPBACK = """
import fcntl, struct
if isolated:
    UP, SET_FLAGS = 0x1 | 0x40, 0x8914  # IFF_UP | IFF_RUNNING, SIOCSIFFLAGS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, SET_FLAGS, struct.pack("16sh", b"lo", UP))
    assert open("/proc/net/route").read().count("\\n") <= 1, "there is a route"
    assert [name for _, name in socket.if_nameindex()] == ["lo"]
"""
"""A new namespace has a loopback device that is down; an ioctl needs no program that may be missing."""

ONE_MODEL = """
import functools
import assistant.desk, assistant.library
once = functools.cache(lambda: make(Settings(), lambda line: None))
Settings, make = assistant.library.Settings, assistant.library.make_embeddings
assistant.desk.make_embeddings = assistant.library.make_embeddings = lambda *given, **options: once()
"""
"""Loads the model once and not for every command: what is looked for is done at the first time."""

COMMANDS = """
import json
from click.testing import CliRunner
from ui.command_line import main
def belegt(*words):
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output
belegt("index")
assert "alibaba-bmw.md" in belegt("articles")
told = json.loads(belegt("ask", "--json", "Wer leitet BMW in China?"))
assert told["citations"][0]["article_id"] == "alibaba-bmw.md"
belegt("evaluate", "tiny.jsonl", "--report", "report.html")
"""

PAGE = """
import httpx
from assistant import Assistant
from ui.chat import build_app
from ui.serving import serve
app = build_app(Assistant())
address = serve(app)
assert "belegt" in httpx.get(address).text
given = {"data": ["Wer leitet BMW in China?", None, None, None, None]}
said = httpx.post(f"{address}gradio_api/run/ask", json=given, timeout=60).json()["data"][0]
assert "Jochen Goller" in said["text"], said
app.close()
"""
END = "import time; time.sleep(1)\nassert not tried, tried"
"""What reports home in a thread of its own has a second to do so."""
ROOT = Path(__file__).parent.parent
QUESTION = {"question": "Wer leitet BMW in China?", "article_id": "alibaba-bmw.md", "answers": "Jochen Goller"}
UNSHARE = ("unshare", "--net", "--map-root-user")


@cache
def forbids_namespaces() -> str:
    """Return why a process can't have a network of its own here; nothing where it can."""
    if not shutil.which(UNSHARE[0]):
        return "there is no unshare on this machine"
    done = subprocess.run([*UNSHARE, "true"], capture_output=True, text=True, check=False)
    return f"the kernel gives no network namespace: {done.stderr.strip()}" if done.returncode else ""


def run_cold(folder: Path, *steps: str, isolated: bool) -> None:
    """Run some steps in a process that has done nothing before, without a network, and fail if it fails."""
    (folder / "tiny.jsonl").write_text(json.dumps({**QUESTION, "answers": [QUESTION["answers"]]}), encoding="utf-8")
    (folder / "articles").mkdir()
    shutil.copy(ROOT / "seeds" / QUESTION["article_id"], folder / "articles")
    code = "\n".join([f"isolated = {isolated}", GUARD, LOOPBACK, *steps, END])
    own = {"BELEGT_DATA_DIR": folder / "data", "BELEGT_ARTICLES": folder / "articles", "PYTHONPATH": ROOT}
    environment = {**os.environ, **{name: str(path) for name, path in own.items()}}
    command = [*(UNSHARE if isolated else ()), sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]


OUTSIDE = """
for host in ("192.0.2.1", "198.51.100.1"):
    with socket.socket() as one:
        try:
            real(one, (host, 80))
        except OSError as error:
            assert error.errno == 101, error  # ENETUNREACH: refused by the kernel, not by the guard
        else:
            raise AssertionError("the namespace has a way out")
"""


@pytest.mark.real
def test_nothing_is_asked_of_the_network(tmp_path: Path) -> None:
    run_cold(tmp_path, ONE_MODEL, COMMANDS, PAGE, isolated=not forbids_namespaces())


@pytest.mark.real
def test_a_namespace_reaches_nothing(tmp_path: Path) -> None:
    if reason := forbids_namespaces():
        pytest.skip(reason)
    run_cold(tmp_path, OUTSIDE, isolated=True)
