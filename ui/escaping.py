"""Strangers' text as HTML: articles, file names, addresses and questions pass here before they reach the page.

Pure: nothing here knows the page that shows it.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

HEADING_END = " #\t\r\n"
# A line that Markdown would set as a heading; articles are kept as Markdown.
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+(?=[^ \t#])")
# Control characters mean nothing in a page, and direction marks can turn a neighbour's text around.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def escape(text: str) -> str:
    """Return a stranger's text so that a browser shows it, in an element or an attribute, and does nothing else."""
    return html.escape(visible(text), quote=True)


def visible(text: str) -> str:
    """Return a text without invisible control characters; half characters, which no page can carry, as question marks.

    Enough where a part of the page takes plain text and escapes by itself.
    """
    return _INVISIBLE.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def render_line(text: str) -> str:
    """Return one quiet line: an error that the user can mend, or what is being done."""
    return f'<p class="belegt-quiet">{escape(text)}</p>'


def render_text(text: str, *, start: bool = False, end: bool = False) -> str:
    """Return a part of an article to read: headings as such, never more than one empty line.

    ``start`` keeps the space at the end (a quote follows), ``end`` the space at the start (a quote went before).
    """
    text = text if end else text.lstrip()
    text = text if start else text.rstrip()
    pieces: list[str] = []
    for line in text.splitlines(keepends=True):
        heading = _HEADING.match(line)
        if heading:
            pieces.append(
                f'<strong class="belegt-heading">{escape(line[heading.end() :].rstrip(HEADING_END))}</strong>'
            )
        elif line.strip():
            pieces.append(escape(line))
        elif not "".join(pieces[-2:]).endswith(("\n\n", "</strong>")):
            pieces.append("\n" if line.endswith("\n") else " ")
    return "".join(pieces)


def render_address(url: str | None, text: str | None = None) -> str:
    """Return a link to the web that gives nothing away; nothing for an address that is not plain http or https."""
    if not url or not is_web_address(url):
        return ""
    shown = escape(url.strip())
    return (
        f'<a class="belegt-address" href="{shown}" target="_blank" rel="noopener noreferrer">'
        f"{escape(text) if text else shown}</a>"
    )


def is_web_address(url: str) -> bool:
    """Return whether this is an address of the web; anything else could run or open something."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def plain(text: str) -> str:
    """Return a stranger's text without what a terminal would obey; spaces of other widths become plain ones."""
    return "".join(letter if letter in "\n\t" or letter.isprintable() else " " * letter.isspace() for letter in text)


def plain_line(text: str) -> str:
    """Return a stranger's text as one line for the terminal."""
    return " ".join(plain(text).split())
