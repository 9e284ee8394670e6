"""The local language model as the rest sees it: started when first needed, at an address that a client can speak to."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from assistant.local_model.errors import LocalModelError
from assistant.local_model.joining import WatchShare
from assistant.local_model.memory import check_memory
from assistant.local_model.model_file import prepare_model_file
from assistant.local_model.parts import EXTRA
from assistant.local_model.server_process import Launch, ServerProcess
from assistant.settings import Settings
from vectorstore import Announce

ENGINE = "xllamacpp"
RESTART_SPAN = 600.0
"""Seconds: a server that ends twice within them would end a third time."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served in the form of OpenAI's interface.

    ``url`` is the base address, ``http://127.0.0.1:<port>/v1``; no proxy must be asked for it. ``model`` is the name
    that requests give; ``key`` is sent as a bearer token.
    """

    url: str
    model: str
    key: SecretStr


class LocalModel:
    """The language model on this computer, joined, checked and started when ``start`` is first called.

    Safe to use from several threads, which then wait for one another. ``stop`` ends its process; so do the end of a
    ``with`` block and of the program, whichever way it ends. Call ``start`` before each use: it costs nothing while the
    server runs, and a server that died is started anew.

    Args:
        settings: ``llm_file`` and ``llm_sha256`` name a GGUF file of the user's own; the file from the packages, and
            what is remembered of checks, lie in the folder ``models`` below ``cache_dir``.
        announce: receives a line before long work: joining, checking, starting.
        watch: receives the share of a file that is joined or checked, 0 to 1.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        announce: Announce = lambda line: None,
        watch: WatchShare = lambda share: None,
    ) -> None:
        self._settings = settings
        self._announce = announce
        self._watch = watch
        self._lock = threading.Lock()
        self._server: ServerProcess | None = None
        self._endpoint: Endpoint | None = None
        self._died: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Endpoint:
        """Return where the model is served, started if it isn't; a server that died is started anew, once.

        Raises:
            LocalModelError: the model or what runs it is missing, not what it should be, doesn't fit into memory, or
                its server doesn't start or ended twice within ten minutes.
        """
        with self._lock:
            if self._server is not None and self._endpoint is not None:
                if self._server.is_running():
                    return self._endpoint
                self._note_death(self._server)
                self._server = self._endpoint = None
            self._endpoint = self._launch()
            return self._endpoint

    def stop(self) -> None:
        """End the model's process; a later ``start`` starts it again."""
        with self._lock:
            if self._server is not None:
                self._server.stop()
            self._server = self._endpoint = self._died = None

    def _launch(self) -> Endpoint:
        if find_spec(ENGINE) is None:
            raise LocalModelError(
                f"the package {ENGINE}, which runs the language model, is missing; install it with: {EXTRA}"
            )
        path = prepare_model_file(self._settings, announce=self._announce, watch=self._watch)
        said = check_memory(path.stat().st_size)
        self._announce(f"Starting the language model {path.stem}: {said} ...")
        self._server = ServerProcess(Launch(model=path, alias=path.stem, threads=count_cores()))
        return Endpoint(url=f"{self._server.address}/v1", model=path.stem, key=self._server.key)

    def _note_death(self, server: ServerProcess) -> None:
        now = time.monotonic()
        if self._died is not None and now - self._died < RESTART_SPAN:
            why = server.last_words()
            raise LocalModelError(
                f"the language model's process ended twice within {RESTART_SPAN / 60:g} minutes"
                f"{f' ({why})' if why else ''}; end other programs, or name a smaller one in BELEGT_LLM_FILE"
            )
        self._died = now
        self._announce("The language model's process ended; starting it anew ...")


def count_cores() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
