"""A Word file's parts, unpacked within limits: a .docx is a zip, and a zip of a megabyte can hold gigabytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from vectorstore.formats.document import UnreadableError

UNPACKED_LIMIT = 200_000_000  # bytes of all parts that are read; the longest novels take five million
RATIO_LIMIT = 200  # times the packed size; Word's XML packs to a tenth, long tables to a fiftieth
RATIO_FROM = 10_000_000  # bytes from which on the ratio counts; little is no bomb
ENTRY_LIMIT = 5_000  # parts; a book with a thousand pictures has fewer
CHUNK = 1_000_000  # bytes unpacked at once, so that a part that lies about its size is caught in time

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files, and of encrypted new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_READ = re.compile(r"(?:\[Content_Types\]\.xml|.*\.rels|.*\.xml)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROTECTED = 0x1  # the flag of an entry that is encrypted
DAMAGED = "the file is damaged or was cut off; get it again or save it anew"
TOO_LARGE = f"it unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB; split the file or leave out what is no text"


def safe_package(content: bytes) -> BytesIO:
    """Return a copy of a .docx that holds only what is read of it, checked: pictures and other media are empty.

    Raises:
        UnreadableError: the bytes are no .docx, damaged, protected, unpack to too much, or declare entities.
    """
    if content.startswith(_OLE):
        raise UnreadableError(_ole_reason(content))
    if not content.startswith(b"PK"):
        raise UnreadableError("it is no Word document; give the file the ending of what it is")
    copy = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(copy, "w") as safe:
            entries = package.infolist()
            _check_declared(entries)
            left = UNPACKED_LIMIT
            for entry in entries:
                part = _unpacked(package, entry, left) if _READ.fullmatch(entry.filename) else b""
                left -= len(part)
                safe.writestr(entry.filename, part)
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:  # zipfile raises its own errors and those of the packers, struct and text decoding
        raise UnreadableError(DAMAGED) from error
    copy.seek(0)
    return copy


def _ole_reason(content: bytes) -> str:
    if _ENCRYPTED in content:
        return "it is protected by a password; save it without one"
    return "it is an old Word file (.doc); save it as .docx"


def _check_declared(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise UnreadableError(f"it has more than {ENTRY_LIMIT:,} parts; save it anew without its media")
    if any(entry.flag_bits & _PROTECTED for entry in entries):
        raise UnreadableError("it is protected by a password; save it without one")
    read = [entry for entry in entries if _READ.fullmatch(entry.filename)]
    unpacked, packed = (sum(getattr(entry, name) for entry in read) for name in ("file_size", "compress_size"))
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * packed):
        raise UnreadableError(TOO_LARGE)


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack a part piece by piece, and refuse it when it is too large or declares entities, which Word never does."""
    part = bytearray()
    for chunk in _chunks(package, entry):
        part += chunk
        ratio = len(part) > RATIO_FROM and len(part) > RATIO_LIMIT * max(entry.compress_size, 1)
        if len(part) > limit or ratio:
            raise UnreadableError(TOO_LARGE)
    if _DOCTYPE.search(part) or _DOCTYPE.search(part.replace(b"\0", b"")):
        raise UnreadableError("it declares XML entities, which no Word document does; save it anew")
    return bytes(part)


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(entry) as file:
        while chunk := file.read(CHUNK):
            yield chunk
