"""Web pages, PDF and Word files are parsed in a process of its own, for a file may hang or crash its parser.

Not multiprocessing: its children import the user's main script again, or are forked from a program that has threads.
The child is the same Python, reads frames from its standard input and writes frames to its standard output. It ends
with its parent, when its input does; not by Linux's death signal, which comes when the *thread* that started it ends.
"""

from __future__ import annotations

import subprocess
import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from vectorstore.child_process import BARE_PACKAGE, command_bare, finish_child, keep_environment
from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.parsing_frames import (
    CRASHED,
    REPLY_LIMIT,
    Kind,
    from_fields,
    from_json,
    receive,
    send,
    to_json,
)

SECONDS = 60.0  # about a thousand dense pages of a PDF on one core; whoever uploads waits no longer
MEMORY = 2_000_000_000  # bytes: four times what a PDF of five million characters takes, the most that is read

_BOOTSTRAP = f"""{BARE_PACKAGE}
from vectorstore.formats.parsing_child import serve
memory, seconds = arguments
serve(int(memory), float(seconds))
"""


class ParsingProcess:
    """A child process that parses files one after the other; started when first needed, and anew after it ended.

    Safe to use from several threads, which then wait for one another. ``close`` ends the child; so do the end of a
    ``with`` block, of this object, and of the program.

    Args:
        seconds: how long a file may take.
        memory: bytes that the child may use beyond what it needs to start.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = bool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; a later ``parse`` starts a new one."""
        with self._lock:
            self._stop()

    def parse(self, content: bytes, kind: Kind) -> Document:
        """Parse a file's bytes.

        Raises:
            UnreadableError: they can't be read as such a file, or that takes too long, too much memory, or crashes.
        """
        with self._lock:
            try:
                reply = self._ask(content, kind)
            except BaseException:  # also Ctrl-C: half a reply would be taken for the next file's
                self._stop()
                raise
            if reply.get("ends"):
                self._stop()
        return from_fields(reply)

    def _ask(self, content: bytes, kind: Kind) -> dict[str, Any]:
        child = self._running()
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            child.kill()

        timer = threading.Timer(self._seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            return _exchange(child, content, kind)
        except (OSError, EOFError, ValueError) as error:
            if not expired.is_set():
                raise UnreadableError(CRASHED) from error
            raise UnreadableError(f"parsing took longer than {self._seconds:g} seconds; split the file") from error
        finally:
            timer.cancel()
            timer.join()
            if expired.is_set():
                self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = _start(self._memory, self._seconds)
            self._end = weakref.finalize(self, finish_child, self._child)
        return self._child

    def _stop(self) -> None:
        self._child = None
        self._end()


def _start(memory: int, seconds: float) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            command_bare(_BOOTSTRAP, [str(memory), str(seconds)]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=keep_environment(),
        )
    except OSError as error:
        raise UnreadableError(f"its parser can't be started ({error.strerror}); check the installation") from error


def _exchange(child: subprocess.Popen[bytes], content: bytes, kind: Kind) -> dict[str, Any]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    send(child.stdin, to_json({"kind": kind}))
    send(child.stdin, content)
    return from_json(receive(child.stdout, REPLY_LIMIT))
