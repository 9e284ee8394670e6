"""A saved web page to a document: its article, what it tells of its origin, and everything else as removed.

trafilatura finds the main text and the metadata: of the libraries for this it is the one that is kept up and reads
German pages. But it drops paragraphs between boxes, captions of sections, and rows of tables, and says nothing of what
it dropped. So it only points out where the article is; which lines belong to it is decided in ``page_choice``, line by
line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vectorstore.formats.dates import LINE_LENGTH
from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document, Metadata, UnreadableError
from vectorstore.formats.page_choice import choose_lines, is_linked, letters_of, trust_marks
from vectorstore.formats.page_lines import PageLine, plain_text, read_lines
from vectorstore.formats.page_metadata import read_page_metadata
from vectorstore.metadata import find_in_lines
from vectorstore.outlets import is_portal

HEAD = 4_000  # bytes in which a page names its encoding; the standard asks for 1,024
BELOW, ABOVE = 12, 4  # lines around the headline that may tell date and author
TITLE_LENGTH = 200  # characters of a headline
MAIN_TEXT_LIMIT = 2_000_000  # characters of a page that trafilatura is asked about; it takes a second for each
DEPTH = 200  # elements in elements that trafilatura is asked about: it is recursive
ELEMENTS = 10_000  # of a page that trafilatura is asked about; it takes a second for so many

TOO_LARGE = "ERR_RESOURCE_LIMIT"
"""What lxml calls a page with more than 2,048 elements in each other."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{2,40})""", re.IGNORECASE)


def read_web_page(content: bytes) -> Document:
    """Read an HTML page.

    Raises:
        UnreadableError: the bytes are no text, or hold no page.
    """
    declared = _CHARSET.search(content[:HEAD])
    text = decode(content, declared=declared[1].decode("ascii") if declared else None)
    if text is None:
        raise UnreadableError("it is no text; save the page anew as HTML")
    tree = _parse(text)
    main = _main_text(text, tree)
    lines = trust_marks([line for line in read_lines(tree) if not line.unseen], main)
    told = read_page_metadata(tree)
    kept = choose_lines(lines, main, told.title)
    metadata = _metadata(lines, kept, told)
    chosen = [line for line, keep in zip(lines, kept, strict=True) if keep]
    return Document(plain_text(chosen), metadata, removed=tuple(_runs(lines, kept)))


def _metadata(lines: Sequence[PageLine], kept: Sequence[bool], told: Metadata) -> Metadata:
    """Return what a page tells of its article: in its head, and in the lines around the headline."""
    if True not in kept:
        return told
    head = kept.index(True)
    around = (*lines[head : head + BELOW], *lines[max(0, head - ABOVE) : head])
    beside = find_in_lines([line.text for line in around if _is_beside(line)])
    shown = lines[head].text
    if lines[head].level in (1, 2):
        told = replace(told, title=shown)
    elif told.title and letters_of(told.title) in letters_of(shown) and len(shown) <= TITLE_LENGTH:
        told = replace(told, title=shown)  # the title in the page's head is often shortened
    elif told.title and not any(letters_of(told.title) in letters_of(line.text) for line in lines):
        told = replace(told, title=None)  # that of the whole site; the text may tell the article's
    if any(is_portal(line.text) for line in lines):
        told = replace(told, publisher=None)
    return told.or_else(beside)


def _is_beside(line: PageLine) -> bool:
    """Tell whether a line may tell date and author: short, and no headline of another story."""
    if line.aside or len(line.text) > LINE_LENGTH:
        return False
    return not is_linked(line) or line.text.lower().startswith(("von ", "by "))


def _parse(text: str) -> Any:
    from lxml import etree, html

    # lxml refuses text that declares an encoding, so it gets bytes and is told which
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableError("it holds no page; save it anew as HTML") from error
    if any(entry.type_name == TOO_LARGE for entry in parser.error_log):  # the rest would be missing in silence
        raise UnreadableError("its parts are nested too deeply; save it anew in a simpler form")
    return tree


def _main_text(text: str, tree: Any) -> str:
    """Return what trafilatura takes for the article; nothing where it finds none, or would take too long."""
    if len(text) > MAIN_TEXT_LIMIT or _is_larger(tree, depth=DEPTH, elements=ELEMENTS):
        return ""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.extract(text, output_format="txt", include_comments=False, favor_recall=True)
    return found or ""


def _is_larger(tree: Any, *, depth: int, elements: int) -> bool:
    """Tell whether a page has more elements than so many, or has them nested deeper."""
    from lxml import etree

    level = 0
    for count, (event, _) in enumerate(etree.iterwalk(tree, events=("start", "end"))):
        level += 1 if event == "start" else -1
        if level > depth or count > 2 * elements:
            return True
    return False


def _runs(lines: Sequence[PageLine], kept: Sequence[bool]) -> list[str]:
    """Return the lines that are not kept, those next to each other as one part."""
    runs: list[list[str]] = []
    open_run = False
    for line, keep in zip(lines, kept, strict=True):
        if not keep and not open_run:
            runs.append([])
        if not keep:
            runs[-1].append(line.text)
        open_run = not keep
    return ["\n".join(run) for run in runs]
