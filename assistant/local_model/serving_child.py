"""The child's side of a served language model: a script of its own, that imports nothing of this package.

It reads one line of JSON from standard input, loads the model, answers with one line, and serves until its input ends,
which it does with its parent, however that ends. What llama.cpp prints goes to standard error.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

ADDRESS = "127.0.0.1"
ERRORS_ONLY = 1
"""llama.cpp's level of what is printed: no word of a prompt among it."""
OPENMP = "libgomp.so.1"
LOOK = 0.5
"""Seconds between two looks whether the parent is still there."""

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Load a model, tell the address, and serve it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not get before the reply
    parent = os.getppid()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    launch = json.loads(line)
    faulthandler.dump_traceback_later(launch["seconds"], exit=True)
    end_with(parent)
    try:
        server = load(launch)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it
        reply = {"reason": " ".join(f"{error}".split())}
    else:
        reply = {"address": server.listening_address}
    faulthandler.cancel_dump_traceback_later()
    end_with(None)
    with replies:
        replies.write(json.dumps(reply) + "\n")
    if "address" in reply:
        wait_for_end(parent)


def load(launch: dict[str, Any]) -> Any:
    """Return the running server. The interpreter stands still meanwhile, for xllamacpp doesn't let go of its lock."""
    sys.path[:] = launch["paths"]
    load_openmp()
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = launch["model"]
    parameters.model_alias = {launch["alias"]}
    parameters.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE  # mapped, it would stand in memory twice
    parameters.n_ctx = launch["context"]
    parameters.n_parallel = 1  # two at once would each get half the context and half the speed
    parameters.cache_prompt = True
    parameters.cache_ram_mib = launch["prompt_memory_mib"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = launch["threads"]
    parameters.verbosity = ERRORS_ONLY
    parameters.offline = True
    close_doors(parameters, launch["key"])
    return xllamacpp.Server(parameters)


def close_doors(parameters: Any, key: str) -> None:
    """Let in only who has the key, from this computer, and no web page; offer nothing beside the model."""
    parameters.hostnames = [ADDRESS]
    parameters.port = 0  # a free one
    parameters.api_keys = [key]
    parameters.cors_origins = ""
    parameters.cors_credentials = False
    parameters.ui = False
    parameters.endpoint_slots = parameters.endpoint_props = parameters.endpoint_metrics = False


def load_openmp() -> None:
    """Load torch's OpenMP where the system has none; xllamacpp needs one and brings none."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        ctypes.CDLL(OPENMP)
        return
    spec = find_spec("torch")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        with suppress(OSError):
            ctypes.CDLL(str(Path(folder) / "lib" / OPENMP), mode=ctypes.RTLD_GLOBAL)


def end_with(parent: int | None) -> None:
    """Let Linux end this process with the thread that started it, while nothing else could; ``None`` lets it be.

    That thread waits for the reply; afterwards it may end, and the server should not.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL if parent else 0)
    if parent and os.getppid() != parent:  # it ended before
        os._exit(0)


def wait_for_end(parent: int) -> NoReturn:
    """Wait for the end of the input; or of the parent, where another process holds the other end as well."""

    def wait_for_input() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os._exit(0)

    threading.Thread(target=wait_for_input, daemon=True).start()
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(0)


if __name__ == "__main__":
    main()
