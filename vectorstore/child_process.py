"""How our child processes are started and ended: this Python, isolated, without what the environment may hold of keys.

Some run a room of this package set up bare: what its ``__init__`` offers costs a second and ten times the memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

KEPT_VARIABLES = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What Python itself needs of the environment on some systems; the rest may hold keys and is no child's business."""
GRACE = 2.0
"""Seconds for a child to end by itself."""
BARE_PACKAGE = """
import sys, types
root, count, *rest = sys.argv[1:]
arguments, sys.path[:] = rest[: int(count)], rest[int(count) :]
package = types.ModuleType("vectorstore")
package.__path__ = [root]
sys.modules["vectorstore"] = package
"""
"""What comes before the code of ``command_bare``."""


def command_python(*arguments: str) -> list[str]:
    """Return the command line of a child: our own interpreter, which takes nothing from the environment or the user."""
    return [sys.executable, "-I", "-X", "utf8", *arguments]


def command_bare(code: str, arguments: Sequence[str]) -> list[str]:
    """Return the command line of a child that runs code with this package set up bare.

    Args:
        code: follows ``BARE_PACKAGE``, so that it finds ``arguments``, a list of strings.
        arguments: for the code.
    """
    package = str(Path(__file__).resolve().parent)
    return command_python("-c", code, package, str(len(arguments)), *arguments, *search_paths())


def search_paths() -> list[str]:
    """Return where a child finds what is installed: not in the folder that it happens to be started in."""
    here = ""
    with suppress(FileNotFoundError):  # a folder that was removed meanwhile
        here = os.getcwd()  # noqa: PTH109 - compared as text with what stands in sys.path
    return [path for path in sys.path if os.path.isabs(path) and path != here]  # noqa: PTH117 - the same


def keep_environment(*also: str) -> dict[str, str]:
    """Return what a child sees of the environment; ``also`` names variables that it needs beside ``KEPT_VARIABLES``."""
    return {name: os.environ[name] for name in (*KEPT_VARIABLES, *also) if name in os.environ}


def finish_child(child: subprocess.Popen[bytes]) -> None:
    """End a child: by the end of its input, or by force; then there is nothing left of it."""
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):  # what it didn't read any more can't be written
            if pipe:
                pipe.close()
    try:
        child.wait(GRACE if child.poll() is None else 0)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
