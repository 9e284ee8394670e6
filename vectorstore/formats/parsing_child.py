"""The child's side of the parsing process: takes files from standard input, replies on what was standard output."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, NoReturn

from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.parsing_frames import REPLY_LIMIT, Kind, from_json, receive, send, to_fields, to_json

BASE_MEMORY = 250_000_000  # bytes of addresses that Python and the parsers take before they read anything: 160 MB, and
"""a reserve for other systems."""
SHORT = 0.5  # of the memory allowed: once so much was in use, a failure is for want of more, as buffers grow twofold

_PEAK = "VmPeak:"


def serve(memory: int, seconds: float) -> NoReturn:
    """Parse what comes on standard input until it ends; what a child process runs, and nothing else should.

    Args:
        memory: bytes that it may use beyond what it needs to start.
        seconds: how long the parent waits for a reply.
    """
    import logging
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    logging.disable()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the replies
    _limit_memory(memory + BASE_MEMORY)
    waiting: SimpleQueue[tuple[Kind, bytes]] = SimpleQueue()
    threading.Thread(target=_take, args=(sys.stdin.buffer, waiting), daemon=True).start()
    while True:
        kind, content = waiting.get()
        _limit_time(seconds)
        reply = to_json(_reply(kind, content, memory))
        if len(reply) > REPLY_LIMIT:
            reply = to_json({"reason": "it holds too much text; split the file", "ends": True})
        send(replies, reply)
        del content, reply


def _take(requests: IO[bytes], waiting: SimpleQueue[tuple[Kind, bytes]]) -> None:
    """Take requests in while the parser works, so that the end of the parent is noticed."""
    try:
        while True:
            header = from_json(receive(requests, REPLY_LIMIT))
            waiting.put((header["kind"], receive(requests, sys.maxsize)))
    finally:
        os._exit(0)


def _reply(kind: Kind, content: bytes, memory: int) -> dict[str, Any]:
    """Return the document's fields, or a reason; ``ends`` where the child had better make room for a new one.

    So it had after a document that took much: Python keeps what it has had, and the peak, by which want of memory is
    told, would be counted against the next.
    """
    try:
        fields = to_fields(_parse(kind, content))
        return {**fields, "ends": True} if _is_short_of_memory(memory) else fields
    except MemoryError:
        short = True
        reason = ""
    except UnreadableError as error:
        short = error.__cause__ is not None and _is_short_of_memory(memory)
        reason = str(error)
    except RecursionError:
        short = False
        reason = "its parts are nested too deeply; save it anew in a simpler form"
    except Exception:  # noqa: BLE001 - whatever the parser makes of a broken file, the child goes on
        short = _is_short_of_memory(memory)
        reason = "its parser failed; the file may be damaged, so save it anew"
    if short:
        return {"reason": f"parsing needed more than {memory / 1e9:.2g} GB of memory; split the file", "ends": True}
    return {"reason": reason}


def _parse(kind: Kind, content: bytes) -> Document:
    if kind == "pdf":
        from vectorstore.formats.pdf import read_pdf

        return read_pdf(content)
    if kind == "docx":
        from vectorstore.formats.word import read_word

        return read_word(content)
    from vectorstore.formats.web_page import read_web_page

    return read_web_page(content)


def _is_short_of_memory(memory: int) -> bool:
    """Tell whether most of the memory was in use, for parsers in C tell its lack as any other error; on Linux only."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith(_PEAK))
        return peak > SHORT * (memory + BASE_MEMORY)
    return False


def _limit_memory(limit: int) -> None:
    """Limit what the child may take; Windows and some other systems know no such limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_time(seconds: float) -> None:
    """Let the system end a child that is stuck where it can't notice its parent's end."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + 2 * seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
