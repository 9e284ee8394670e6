"""What a Word file's properties tell of its article's origin; not when the file was made or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from vectorstore.formats.dates import read_date
from vectorstore.formats.document import Metadata
from vectorstore.formats.properties import language_code, plausible_name, plausible_title, web_address

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_NAMES = {  # of custom properties, as people write them, in the order in which they count
    "publisher": ("publisher", "verlag", "herausgeber", "medium", "zeitung", "publikation"),
    "url": ("url", "source", "quelle", "link", "adresse", "web"),
    "published": ("published", "publication date", "publicationdate", "veröffentlicht", "erschienen"),
}


def read_word_metadata(word: WordDocument) -> Metadata:
    """Read a Word file's core, extended and custom properties."""
    core = word.core_properties
    extended, custom = _values(word, "extended-properties"), _values(word, "custom-properties")

    def named(name: str) -> list[str]:
        return [custom[key] for key in _NAMES[name] if key in custom]

    return Metadata(
        title=plausible_title(core.title),
        published=next(filter(None, map(read_date, named("published"))), None),
        author=plausible_name(core.author),
        publisher=next(filter(None, map(plausible_name, (*named("publisher"), extended.get("company")))), None),
        url=next(filter(None, map(web_address, (*named("url"), core.identifier))), None),
        language=language_code(core.language),
    )


def _values(word: WordDocument, kind: str) -> Mapping[str, str]:
    """Return the properties of one kind: custom ones by their given names, others by those of their elements."""
    package = word.part.package
    relations = package.rels.values() if package else ()
    parts = [one.target_part for one in relations if not one.is_external and one.reltype.endswith(kind)]
    if not parts:
        return {}
    try:
        root = ET.fromstring(parts[0].blob)  # noqa: S314 - the package has been searched for entities
    except ET.ParseError:  # the text can be read all the same
        return {}
    values: dict[str, str] = {}
    for element in root:
        name = element.get("name") or element.tag.rpartition("}")[2]
        values.setdefault(name.strip().lower(), " ".join("".join(element.itertext()).split())[:2000])
    return values
