"""What a model wrote, as plain text: no mark-up, no links, no turns, no brackets but those that we set ourselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

KEYS = re.compile(
    r"(?:\[{1,2}|【)\s*(?:(?:Quelle|Source|Nr\.?)\s*)?(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)[^\]】\[\n]{0,12}(?:\]{1,2}|】)"
)
"""A citation as models write it: [1], [1, 2], [Quelle 1], [[1]], 【1†source】."""
_NUMBER = re.compile(r"\d+")
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)?)?")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)?")
_TAG = re.compile(r"</?[A-Za-z!|][^<>\n]{0,200}>?|<\|[^|\n]{0,40}\|?>?|\[/?(?:INST|SYS)\]|<<SYS>>", re.IGNORECASE)
_ROLE = re.compile(r"(?:^|(?<=\s))(?:#+\s*)?(?:system|assistant|user|human)\s*:", re.IGNORECASE)
_CODE = re.compile(r"`{3,}\w*|~{3,}\w*|\"(?:tool|function|arguments|name)\"\s*:|\b\w+\(\w+\s*=")
_ADDRESS = re.compile(
    r"(?:[a-z0-9+.-]{0,15}://|www\.|mailto:|data:|javascript:)\S*|\b[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE
)
_LEAD = re.compile(
    r"^\s*(?:#{1,6}\s+|[-*•]\s+|\d{1,2}[.)]\s+(?=[A-ZÄÖÜ„“\"])|>\s*)*(?:(?:Antwort|Answer)\s*:\s*)?", re.IGNORECASE
)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|~~|`")
_STRAY = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "【": "(", "】": ")"})
_HIDDEN = ("Cf", "Cc", "Co", "Cs", "Cn")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without mark-up, the numbers in its keys, and whether it held what no plain answer holds."""

    text: str
    keys: tuple[int, ...]
    suspicious: bool


def make_plain(written: str, *, known: Sequence[str] = ()) -> Plain:
    """Return what a model wrote as plain text.

    Emphasis, list marks and a heading's mark only go; pictures, links, tags, turns, code and addresses that are in no
    source make it suspicious as well.

    Args:
        written: a sentence with its keys.
        known: the sources; an address that stands in one of them may be named.
    """
    text = "".join(char if visible(char) else " " for char in written)
    suspicious = any(pattern.search(text) for pattern in (_IMAGE, _LINK, _TAG, _ROLE, _CODE))
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    keys = tuple(dict.fromkeys(int(number) for match in KEYS.finditer(text) for number in _NUMBER.findall(match[1])))
    text = KEYS.sub(" ", text)
    for pattern in (_TAG, _CODE, _ROLE):
        text = pattern.sub(" ", text)
    text = _EMPHASIS.sub("", _LEAD.sub("", text))
    foreign = [match[0] for match in _ADDRESS.finditer(text) if not in_sources(match[0], known)]
    for address in foreign:
        text = text.replace(address, " ")
    text = text.translate(_STRAY)
    return Plain(tidy(text), keys, suspicious or bool(foreign))


def visible(character: str) -> bool:
    """Tell whether a character can be seen, or is a space."""
    return unicodedata.category(character) not in _HIDDEN


def in_sources(address: str, known: Sequence[str]) -> bool:
    """Tell whether an address, without the point behind it, stands in one of the sources."""
    bare = address.rstrip(".,;:!?)”“\"'")
    return any(bare in text for text in known)


def tidy(text: str) -> str:
    """Return a text with single spaces and none before a point, which a key taken out leaves there."""
    return re.sub(r"\s+([.,;:!?…](?=\s|$))", r"\1", " ".join(text.split())).strip(" \t")
