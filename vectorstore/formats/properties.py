"""Which of a file's properties a person wrote: programs fill in titles, names and languages of their own accord."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

VALUE_LENGTH = 300  # characters of a title or name; more is an abstract

_NO_TITLE = re.compile(
    r"microsoft\s(?:word|powerpoint|excel)\b.*|(?:untitled|unbenannt|ohne\stitel|unknown|document|dokument|word\sdocument"
    r"|powerpoint.presentation|pdf|print|layout|layout\s1|(?:neues|new)\s.*document|none|null)[\s\d()_-]*"
    r"|\S.*\.(?:docx?|pdf|odt|rtf|txt|html?|indd|qxp|qxd|tex|dvi|ps|eps|pptx?|xlsx?|pages|md)|\W*|https?://\S+|about:blank",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"python-docx|microsoft\soffice(?:\suser)?|(?:windows[\s-])?(?:user|benutzer|admin(?:istrator)?|owner|author|autor|root)"
    r"|unknown|unbekannt|\(?anonymous\)?|\(?unspecified\)?|none|null|\W*",
    re.IGNORECASE,
)


def plausible_title(value: object) -> str | None:
    """Return a title in one line, or ``None`` for what a program put there: "untitled", a file's name."""
    title = _one_line(value)
    return title if title and not _NO_TITLE.fullmatch(title) else None


def plausible_name(value: object) -> str | None:
    """Return the name of an author or outlet in one line, or ``None`` for what a program put there."""
    name = _one_line(value)
    return name if name and not _NO_NAME.fullmatch(name) else None


def web_address(value: object) -> str | None:
    """Return a value if it is the address of a web page."""
    address = str(value or "").strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc and not re.search(r"\s", address) else None


def language_code(value: object) -> str | None:
    """Return a language's code: "de" of "de-DE"."""
    if isinstance(value, bytes):
        value = value.decode("utf-16" if value[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1", "replace")
    match = re.match(r"[a-z]{2,3}(?![a-z])", str(value or "").strip().lower())
    return match[0] if match else None


def _one_line(value: object) -> str:
    text = " ".join(value) if isinstance(value, list) else str(value or "")
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:VALUE_LENGTH].rstrip()
