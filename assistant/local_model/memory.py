"""Whether a language model fits into the memory that is free; said before it is loaded, for what doesn't fit stalls the
whole computer.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from assistant.local_model.errors import LocalModelError

PER_BYTE = 1.1
"""Bytes of memory for each byte of the file: its weights, and the context that grows with the model. Measured with
llama.cpp and 4,096 tokens: 1.34 GB after loading and 1.42 GB in use for a file of 1.12 GB."""
BESIDE = 250_000_000
"""Bytes for Python, the tokenizer and what is calculated with, whatever the model."""
PROMPT_MEMORY_MIB = 256
"""Mebibytes for the beginnings of prompts that are kept evaluated: nine thousand tokens of the bundled model."""

MEMORY_INFO = Path("/proc/meminfo")
GROUP = Path("/sys/fs/cgroup")
"""Where Linux tells a container what it may use."""


def check_memory(size: int) -> str:
    """Return what a model file of so many bytes needs and what is free, as the end of a sentence.

    Raises:
        LocalModelError: less is free than it needs.
    """
    needed, free = memory_needed(size), memory_free()
    said = f"it needs about {needed / 1e9:.1f} GB of memory"
    if free is None:
        return said
    if free < needed:
        raise LocalModelError(
            f"the language model can't be run here: {said}, {free / 1e9:.1f} GB are free; end other programs, or "
            "name a smaller one in BELEGT_LLM_FILE"
        )
    return f"{said}; {free / 1e9:.1f} GB are free"


def memory_needed(size: int) -> int:
    """Return how many bytes of memory a model file of so many bytes takes at most."""
    return int(size * PER_BYTE) + BESIDE + (PROMPT_MEMORY_MIB << 20)


def memory_free() -> int | None:
    """Return how many bytes can be used, in a container those that it may; ``None`` where the system doesn't tell."""
    known = [free for free in (system_free(), group_free()) if free is not None]
    return min(known, default=None)


def system_free() -> int | None:
    """Return the bytes that Linux says can be used without swapping."""
    with suppress(OSError, ValueError, StopIteration):
        lines = MEMORY_INFO.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    return None


def group_free() -> int | None:
    """Return the bytes that the container has left; what it only keeps of files can be given up."""
    with suppress(OSError, ValueError, StopIteration):
        limit = int((GROUP / "memory.max").read_text(encoding="ascii"))  # "max" where there is none
        used = int((GROUP / "memory.current").read_text(encoding="ascii"))
        lines = (GROUP / "memory.stat").read_text(encoding="ascii").splitlines()
        files = next(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
        return max(0, limit - used + files)
    return None
