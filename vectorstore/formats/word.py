"""Word files to a document: what is seen on its pages, in order, with headings, lists and tables as such.

python-docx opens the file and knows its styles. The text is walked here, element by element, because its paragraphs
leave out what stands in content controls, text boxes and tracked changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vectorstore.formats.document import Document, Metadata, UnreadableError
from vectorstore.formats.tables import is_data, render_rows
from vectorstore.formats.word_metadata import read_word_metadata
from vectorstore.formats.word_package import DAMAGED, safe_package
from vectorstore.formats.word_styles import TITLE, WORD, Kind, Styles

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement

CHARACTER_LIMIT = 5_000_000  # of text: ten times the Bible's longest book; more is a data dump
HEADING_LENGTH = 200  # characters; a longer one is a paragraph that only looks like a heading
MOST_COLUMNS = 100  # that a cell may claim to span; Word allows 63

Block = tuple[Kind, str]

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again for old programs
_UNSEEN = ("del", "moveFrom", "delText", "instrText", "rt")
_PROPERTIES = ("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr")
_LEFT_OUT = {_FALLBACK, *(WORD + name for name in (*_UNSEEN, *_PROPERTIES))}
_CHARACTERS = {WORD + "tab": " ", WORD + "ptab": " ", WORD + "cr": "\n", WORD + "noBreakHyphen": "-"}
_BULLET = re.compile(r"[•●◦○▪■·\uf0b7\uf0a7–-]\s+(?=\S)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_IN_SENTENCE = re.compile(r"(?<=[^\s.!?:…])\n(?=[a-zäöüß])")


def read_word(content: bytes) -> Document:
    """Read a .docx as paragraphs, headings, list items and rows of tables; footnotes stand at its end.

    Tracked changes are taken as accepted, and hidden text is left out. Headers, footers and tables of contents are in
    ``removed``. ``page_starts`` is empty: pages arise where Word prints.

    Raises:
        UnreadableError: the bytes are no .docx, damaged, protected, or hold no text or too much.
    """
    package = safe_package(content)
    try:
        import docx

        word = docx.Document(package)
        reader = _Reader(word)
        text = reader.text()
        metadata = read_word_metadata(word)
    except (UnreadableError, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadableError("its parts are nested too deeply; save it anew in a simpler form") from error
    except Exception as error:
        raise UnreadableError(_reason(error)) from error
    if not text:
        raise UnreadableError("it holds no text; if its pages are pictures, run text recognition (OCR) over them")
    return Document(text, metadata.or_else(reader.title()), removed=tuple(dict.fromkeys(reader.removed)))


def _reason(error: Exception) -> str:
    message = str(error)
    if "is not a Word file" in message:
        return "it is no Word document but another kind of Office file; save it as Word document (.docx)"
    if isinstance(error, KeyError) and "officeDocument" in message:
        return "it is no Word document, or a strict one; save it as Word document (.docx)"
    return DAMAGED


class _Reader:
    """Walks a Word file; keeps what it leaves out, and which styles it has looked up."""

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._styles = Styles(word)
        self._characters = 0
        self._body: list[Block] = []
        self.removed: list[str] = []

    def text(self) -> str:
        """Return the document's text."""
        from docx.oxml.parser import parse_xml

        self._body = list(self._blocks(self._word.element.body))
        blocks = list(self._body)
        for part in self._parts("footnotes", "endnotes"):
            notes = [note for note in parse_xml(part.blob) if not note.get(WORD + "type")]  # the others are rules
            blocks += [block for note in notes for block in self._blocks(note)]
        for part in self._parts("header", "footer"):
            lines = " ".join(" ".join(text.split()) for _, text in self._blocks(parse_xml(part.blob)))
            self.removed += [lines] if lines else []
        return _compose(blocks)

    def title(self) -> Metadata:
        """Return the title that stands in the text: what is styled as one, else the first heading of level one."""
        title = next((text for kind, text in self._body if kind == TITLE), None)
        return Metadata(title=title or next((text for kind, text in self._body if kind == 1), None))

    def _parts(self, *names: str) -> Iterator[Part]:
        """Yield the parts of these kinds that belong to the document."""
        for relation in self._word.part.rels.values():
            if not relation.is_external and relation.reltype.rpartition("/")[2] in names:
                yield relation.target_part

    def _blocks(self, element: BaseOxmlElement) -> Iterator[Block]:
        """Yield the paragraphs and table rows below an element, in order, whatever they are wrapped in."""
        for child in element:
            if child.tag == WORD + "p":
                yield from self._paragraph(child)
            elif child.tag == WORD + "tbl":
                yield from self._table(child)
            elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
                yield from self._blocks(child)

    def _paragraph(self, paragraph: BaseOxmlElement) -> Iterator[Block]:
        boxes: list[BaseOxmlElement] = []
        text = _tidy("".join(_inline(paragraph, boxes)))
        self._characters += len(text)
        if self._characters > CHARACTER_LIMIT:
            raise UnreadableError(
                f"it holds more than {CHARACTER_LIMIT // 1_000_000} million characters; split the file"
            )
        kind = self._styles.kind(paragraph)
        if kind == "contents":
            self.removed += [text] if text else []
        elif text:
            yield _block(kind, text)
        for box in boxes:
            yield from self._blocks(box)

    def _table(self, table: BaseOxmlElement) -> Iterator[Block]:
        """Yield the rows of a table of data, or the paragraphs of one that only places them."""
        rows: list[list[str]] = []
        content: list[Block] = []
        header = None
        for row in _descend(table, "tr"):
            marks = row.find(WORD + "trPr")
            if marks is None or marks.find(WORD + "del") is None:
                blocks, cells = self._row(row, rows[-1] if rows else [])
                content += blocks
                is_header = not rows and marks is not None and marks.find(WORD + "tblHeader") is not None
                header = cells if is_header else header
                rows.append(cells)
        if is_data(rows):
            content = [("row", line) for line in render_rows(rows[1:] if header else rows, header=header)]
        yield from content

    def _row(self, row: BaseOxmlElement, above: Sequence[str]) -> tuple[list[Block], list[str]]:
        """Return what stands in a row, and the text of its cells; one merged with that above it says the same."""
        content: list[Block] = []
        cells: list[str] = []
        for cell in _descend(row, "tc"):
            blocks = list(self._blocks(cell))
            content += blocks
            text = " ".join(text.removeprefix("- ") for _, text in blocks)
            width, goes_on = _span(cell)
            if goes_on and not text and len(cells) < len(above):
                text = above[len(cells)]
            cells += [text] + [""] * (width - 1)
        return content, cells


def _block(kind: Kind, text: str) -> Block:
    if kind == "paragraph" and (match := _BULLET.match(text)):
        kind, text = "item", text[match.end() :]
    if kind == "paragraph" or (isinstance(kind, int) and len(text) > HEADING_LENGTH):
        return "paragraph", text
    return kind, " ".join(text.split())


def _inline(element: BaseOxmlElement, boxes: list[BaseOxmlElement]) -> Iterator[str]:
    """Yield the pieces of text below an element; text boxes are put aside, for they stand beside the paragraph."""
    for child in element:
        tag = child.tag
        if tag in (WORD + "t", _MATH_TEXT):
            yield child.text or ""
        elif tag == WORD + "txbxContent":
            boxes.append(child)
        elif tag == WORD + "br":
            yield "\n"
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif isinstance(tag, str) and tag not in _LEFT_OUT and not _is_hidden(child):
            yield from _inline(child, boxes)


def _is_hidden(run: BaseOxmlElement) -> bool:
    properties = run.find(WORD + "rPr")
    vanish = properties.find(WORD + "vanish") if properties is not None else None
    return vanish is not None and vanish.get(WORD + "val") not in ("0", "false", "off")


def _tidy(text: str) -> str:
    """Collapse white space; a line break inside of a sentence, put there for the looks, becomes a space."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _IN_SENTENCE.sub(" ", "\n".join(filter(None, lines)))


def _descend(element: BaseOxmlElement, name: str) -> Iterator[BaseOxmlElement]:
    """Yield the rows of a table, or the cells of a row, also those wrapped in content controls or insertions."""
    for child in element:
        if child.tag == WORD + name:
            yield child
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _descend(child, name)


def _span(cell: BaseOxmlElement) -> tuple[int, bool]:
    """Return how many columns a cell takes, and whether it goes on the one above it."""
    properties = cell.find(WORD + "tcPr")
    if properties is None:
        return 1, False
    span, merge = properties.find(WORD + "gridSpan"), properties.find(WORD + "vMerge")
    value = str(span.get(WORD + "val")) if span is not None else "1"
    width = min(max(int(value), 1), MOST_COLUMNS) if value.isdigit() else 1
    return width, merge is not None and merge.get(WORD + "val") in (None, "continue")


def _compose(blocks: list[Block]) -> str:
    pieces: list[str] = []
    above: Kind = "paragraph"
    for kind, text in blocks:
        if pieces:
            pieces.append("\n" if kind == above and kind in ("item", "row") else "\n\n")
        mark = "#" * (kind or 1) + " " if isinstance(kind, int) else "- " if kind == "item" else ""
        pieces.append(mark + text)
        above = kind
    return "".join(pieces)
