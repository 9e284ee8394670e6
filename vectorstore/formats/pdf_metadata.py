"""What a PDF tells of its article's origin, in its information dictionary and in XMP; not when the file was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from vectorstore.formats.dates import read_date
from vectorstore.formats.document import Metadata
from vectorstore.formats.properties import language_code, plausible_name, plausible_title, web_address

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF

XMP_LIMIT = 1_000_000  # bytes; a few thousand are usual, more are previews and histories

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_PRISM = re.compile(r"\{http://prismstandard\.org/namespaces/[\w/.]+\}")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_pdf_metadata(pdf: PDF) -> Metadata:
    """Read a PDF's metadata: XMP first, which knows more, then the information dictionary."""
    info: Mapping[str, Any] = pdf.metadata
    told = Metadata(
        title=plausible_title(info.get("Title")),
        author=plausible_name(info.get("Author")),
        language=language_code(_catalogue_value(pdf, "Lang")),
    )
    return _from_xmp(pdf).or_else(told)


def _catalogue_value(pdf: PDF, name: str) -> object:
    from pdfminer.pdftypes import resolve1

    try:
        return resolve1(pdf.doc.catalog.get(name))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever is broken in it, the text can still be read
        return None


def _from_xmp(pdf: PDF) -> Metadata:
    from pdfminer.pdftypes import PDFStream

    stream = _catalogue_value(pdf, "Metadata")
    if not isinstance(stream, PDFStream):
        return Metadata()
    try:
        content = stream.get_data()
        if len(content) > XMP_LIMIT or _DOCTYPE.search(content.replace(b"\0", b"")):
            return Metadata()
        root = ET.fromstring(content)  # noqa: S314 - no document type, so no entities
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return Metadata()
    return _metadata(_values(root))


def _values(root: ET.Element) -> dict[str, list[str]]:
    """Return the properties of XMP, written as elements or as attributes, by their plain names."""
    values: dict[str, list[str]] = {}
    for element in root.iter():
        found = [(name, value) for name, value in element.attrib.items()]
        found += [(element.tag, text) for text in element.itertext() if text.strip()]
        for name, value in found:
            if name.startswith(_DUBLIN_CORE) or _PRISM.match(name):
                values.setdefault(name.partition("}")[2], []).append(value)
    return values


def _metadata(values: Mapping[str, list[str]]) -> Metadata:
    def first(*names: str) -> str:
        return next((value for name in names for value in values.get(name, ())), "")

    creators = dict.fromkeys(filter(None, map(plausible_name, values.get("creator", ()))))
    dates = (*values.get("publicationDate", ()), *values.get("coverDate", ()), *values.get("date", ()))
    addresses = (*values.get("url", ()), *values.get("identifier", ()), *values.get("source", ()))
    return Metadata(
        title=plausible_title(first("title")),
        published=next(filter(None, (read_date(value.strip()[:10]) for value in dates)), None),
        author=", ".join(creators) or None,
        publisher=plausible_name(first("publisher", "publicationName")),
        url=next(filter(None, map(web_address, addresses)), None),
        language=language_code(first("language")),
    )
