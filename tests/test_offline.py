"""Offline means offline: from a cold process to the answer and the page, no name is looked up, no host is reached."""

import os
import subprocess
import sys
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

ASK = """
from assistant import answer
said = answer("Wer leitet BMW in China?")
assert "Jochen Goller" in said.text, said.text
"""

PAGE = """
import urllib.request
from assistant import Assistant
from ui.chat import build_app
from ui.serving import serve
app = build_app(Assistant())
address = serve(app)
page = urllib.request.urlopen(address).read().decode()
assert "belegt" in page
app.close()
"""


@pytest.mark.real
@pytest.mark.parametrize("steps", [ASK, PAGE], ids=["answer", "page"])
def test_nothing_is_asked_of_the_network(steps: str, tmp_path: Path) -> None:
    code = f"{GUARD}\n{steps}\nimport time; time.sleep(2)\nassert not tried, tried"
    environment = {**os.environ, "BELEGT_DATA_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr[-2000:]
