"""What the parsing process and its parent say to each other, and in what form.

A frame is its length in eight bytes, then that many bytes. A request is two frames, a JSON object (``kind``) and the
file; a reply is one, a JSON object with the document's fields or with a ``reason``.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from datetime import date
from typing import IO, Any, Literal

from vectorstore.formats.document import Document, Metadata, UnreadableError

Kind = Literal["html", "pdf", "docx"]

REPLY_LIMIT = 64_000_000  # bytes: five million characters, the most that a document holds, of four bytes and escapes
CRASHED = "its parser crashed; save it anew or take it out of the folder"

_LENGTH = struct.Struct(">Q")


def send(pipe: IO[bytes], content: bytes) -> None:
    """Write a frame."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes], limit: int) -> bytes:
    """Read a frame; EOFError where the other side ended, or claims more than the limit."""
    header = pipe.read(_LENGTH.size)
    length = _LENGTH.unpack(header)[0] if len(header) == _LENGTH.size else limit + 1
    content = pipe.read(length) if length <= limit else b""
    if length != len(content):
        raise EOFError
    return content


def to_json(value: dict[str, Any]) -> bytes:
    """Write an object as JSON; half a character, which broken files hold, is passed on as it is."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_json(content: bytes) -> dict[str, Any]:
    """Read an object; ValueError for anything else."""
    value = json.loads(content.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - as broken as what is no JSON
    return value


def to_fields(document: Document) -> dict[str, Any]:
    """Return a document as what JSON can hold."""
    fields = asdict(document)
    published = document.metadata.published
    fields["metadata"]["published"] = published and published.isoformat()
    return fields


def from_fields(reply: dict[str, Any]) -> Document:
    """Build the document of a reply, trusting nothing in it: what parsed a hostile file may have been taken over.

    Raises:
        UnreadableError: the reply tells a reason, or is none.
    """
    if "reason" in reply:
        raise UnreadableError(" ".join(str(reply["reason"]).split()))
    try:
        told: dict[str, Any] = {name: value for name, value in reply["metadata"].items() if isinstance(value, str)}
        if "published" in told:
            told["published"] = date.fromisoformat(told["published"])
        starts, removed = tuple(map(int, reply["page_starts"])), tuple(map(str, reply["removed"]))
        return Document(str(reply["text"]), Metadata(**told), starts, removed)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(CRASHED) from error
