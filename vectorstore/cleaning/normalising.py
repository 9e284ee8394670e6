"""Text brought to one form: newlines, characters, white space."""

from __future__ import annotations

import re
import unicodedata

STACKED_MARKS = 30  # combining marks on one letter beyond Unicode's stream-safe limit are no text, and slow to sort

_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u00ad\u200b\u2060\ud800-\udfff]")
_NO_LETTERS = re.compile(rf"[^\w\s\x00-\x7f]{{{STACKED_MARKS + 1},}}")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    r"""Bring newlines to ``\n`` and characters to NFC; drop control characters, trailing and surplus white space."""
    lines = "\n".join(line.rstrip() for line in normalise_characters(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def normalise_characters(text: str) -> str:
    r"""Bring newlines to ``\n`` and characters to NFC, and drop control characters; white space stays."""
    text = _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", _NO_LETTERS.sub(_unstacked, text))


def _unstacked(run: re.Match[str]) -> str:
    """Drop the combining marks beyond the thirtieth on one character."""
    kept = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= STACKED_MARKS:
            kept.append(character)
    return "".join(kept)
