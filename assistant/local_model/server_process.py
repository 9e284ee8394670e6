"""A language model is served by a process of its own: its memory goes when it goes, and its crash is not ours.

The child is the same Python, isolated. What it is told, the key among it, goes through its standard input, where no
list of processes shows it. It ends with its parent, when its input does. See ``serving_child``.
"""

from __future__ import annotations

import atexit
import http.client
import json
import re
import secrets
import subprocess
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.local_model.errors import LocalModelError
from assistant.local_model.memory import PROMPT_MEMORY_MIB
from assistant.local_model.parts import EXTRA
from vectorstore.child_process import command_python, finish_child, keep_environment, search_paths

CHILD = Path(__file__).with_name("serving_child.py")
CONTEXT = 4096
"""Tokens of prompt and answer together: five passages, their question and an answer are about half of it."""
START_SECONDS = 180.0
"""A gigabyte takes seconds to load, from a slow disk on a busy computer two minutes."""
DOOR_SECONDS = 10.0
"""Seconds that a server which is ready may take to say who may come in."""
KEY_BYTES = 32
REPLY_LIMIT = 10_000
"""Characters of the line with which a child says that it is ready."""
LOG_LIMIT = 20_000
"""Bytes of what it printed that are looked at; its reason stands at the beginning."""
CHOSEN_CARD = "CUDA_VISIBLE_DEVICES"
"""The graphics card that a user chose is the child's business; llama.cpp's own settings are not."""
WAITING = {"OMP_WAIT_POLICY": "passive"}
"""Threads that wait for one another sleep. Otherwise they spin, and where other programs want a core as well the answer
takes four times as long (measured on two cores with four other programs: 0.9 tokens a second instead of 4)."""
KILLED = -9
"""What is left of a process that the system ended at once; Windows has another word for it."""

_FIRST_ERROR = re.compile(r"^\S+ E (?:\w+ +)?\w+: (.+)$", re.MULTILINE)
"""How llama.cpp prints an error; the first one is the cause, the others follow from it."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What a server is started with: the ``model``'s file, the name that requests give it, and the limits of both."""

    model: Path
    alias: str
    threads: int
    context: int = CONTEXT
    seconds: float = START_SECONDS


class ServerProcess:
    """A child process that loads a model and serves it; made, it is ready.

    ``stop`` ends the child; so does the end of the program, whichever way it ends. That nobody holds this object any
    more does not, for its address may be in use.

    Args:
        launch: what is loaded.

    Raises:
        LocalModelError: it can't be started, isn't ready in time, or lets in who has no key.
    """

    def __init__(self, launch: Launch) -> None:
        self.key = SecretStr(secrets.token_urlsafe(KEY_BYTES))
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
        self._child = spawn(self._log)
        atexit.register(self.stop)
        try:
            self.address = self._wait_until_ready(launch)
            check_door(self.address, self.key)
        except BaseException:  # also Ctrl-C
            self.stop()
            raise

    def is_running(self) -> bool:
        """Tell whether the child lives."""
        return self._child.poll() is None

    def stop(self) -> None:
        """End the child, and wait until it has."""
        atexit.unregister(self.stop)
        finish_child(self._child)

    def last_words(self) -> str:
        """Return why the child ended, as far as that can be told; empty where it can't."""
        if self._child.returncode == KILLED:
            return "something killed it, perhaps the system for want of memory"
        self._log.seek(0)
        first = _FIRST_ERROR.search(self._log.read(LOG_LIMIT).decode("utf-8", "replace"))
        return first[1].strip() if first else ""

    def _wait_until_ready(self, launch: Launch) -> str:
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self._child.kill()

        timer = threading.Timer(launch.seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            reply = ask(self._child, to_request(launch, self.key))
        except (OSError, ValueError) as error:
            if expired.is_set():
                raise LocalModelError(
                    f"the language model wasn't ready within {launch.seconds:g} seconds; end other programs, or name a "
                    "smaller one in BELEGT_LLM_FILE"
                ) from error
            self.stop()
            raise LocalModelError(f"the language model can't be loaded: {self.last_words() or 'it crashed'}") from error
        finally:
            timer.cancel()
            timer.join()
        if "address" not in reply:
            raise LocalModelError(f"the language model can't be loaded: {self.last_words() or reply.get('reason')}")
        return str(reply["address"])


def spawn(log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the child; it waits for what it is to load."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own script
            command_python(str(CHILD)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=keep_environment(CHOSEN_CARD) | WAITING,
        )
    except OSError as error:
        raise LocalModelError(
            f"the language model's process can't be started ({error.strerror}); check the installation"
        ) from error


def to_request(launch: Launch, key: SecretStr) -> dict[str, Any]:
    """Return what the child is told."""
    return {
        "model": str(launch.model),
        "alias": launch.alias,
        "threads": launch.threads,
        "context": launch.context,
        "seconds": launch.seconds,
        "prompt_memory_mib": PROMPT_MEMORY_MIB,
        "key": key.get_secret_value(),
        "paths": search_paths(),
    }


def ask(child: subprocess.Popen[bytes], request: dict[str, Any]) -> dict[str, Any]:
    """Tell the child what to load and return its reply; ValueError or OSError where it ends instead."""
    if child.stdin is None or child.stdout is None:
        raise ValueError
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.flush()
    reply = json.loads(child.stdout.readline(REPLY_LIMIT))
    if not isinstance(reply, dict):
        raise ValueError(reply)  # noqa: TRY004 - as broken as what is no JSON
    return reply


def check_door(address: str, key: SecretStr) -> None:
    """Make sure that the server listens on the loopback address, answers with the key, and refuses without it.

    Raises:
        LocalModelError: it doesn't.
    """
    statuses = []
    if urlsplit(address).hostname == "127.0.0.1":
        for headers in ({}, {"Authorization": f"Bearer {key.get_secret_value()}"}):
            with suppress(OSError, http.client.HTTPException):
                statuses.append(get_status(address, headers))
    if statuses != [http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.OK]:
        raise LocalModelError(
            f"the language model's server doesn't ask for its key as it should; install xllamacpp anew with: {EXTRA}"
        )


def get_status(address: str, headers: dict[str, str]) -> int:
    """Return the status with which the server answers what needs a key; no proxy is asked."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=DOOR_SECONDS)
    try:
        connection.request("GET", "/v1/models", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
