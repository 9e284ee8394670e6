"""Lines of a PDF to paragraphs, headings and list items: a PDF knows none of them, only where each letter stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vectorstore.formats.pdf_lines import Line

Kind = Literal["paragraph", "heading", "item", "table"]

PARAGRAPH_GAP = 1.2  # times the usual distance of lines
LEADING_SHARE = 0.2  # of the distances of lines are at most the usual one; the others hold gaps between paragraphs
INDENT = 0.6  # times the type size, by which a first line is set in
OTHER_SIZE = 0.08  # share by which type differs that is not just rounded
SHORT_LINE = 0.6  # of a column's width: no line breaks there but at a paragraph's end
FIT_SLACK = 0.04  # of a column's width that a line may miss although the next word would have fitted
TELLING_LINES = 3  # of a column that tell where full lines end
LARGER = 1.12  # times the usual type size: a heading's
HEADING_LENGTH = 200  # characters in larger type; a lead is longer
BOLD_LENGTH = 120  # characters of a bold heading in the usual size
BOLD_LINES = 2

_BULLET = re.compile(r"(?:[•●◦○▪■□▫‣⁃·∙►▶➢➤✓✔❖*]|o(?=\s+[A-ZÄÖÜ]))\s*(?=\S)")
_DASH = re.compile(r"[-–—]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s")
_FINAL = re.compile(r"[.!?:…][\"'“”‘’»«)\]]*(?:\[\d+\])?$")
_BYLINE = re.compile(r"(?:von|by|text:|fotos?:|autor(?:in)?:)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """The lines of one region of a page, as they are read."""

    page: int
    lines: tuple[Line, ...]

    @property
    def left(self) -> float:
        """Where most lines begin."""
        return Counter(round(line.x0) for line in self.lines).most_common(1)[0][0]

    @property
    def right(self) -> float:
        """Where full lines end."""
        return max(line.x1 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table: its lines, and for each the page on which it stands."""

    kind: Kind
    lines: tuple[Line, ...]
    pages: tuple[int, ...]

    @property
    def size(self) -> float:
        """The type size."""
        return self.lines[0].main.size


@dataclass(frozen=True, slots=True)
class Type:
    """The usual type of a document: its size, its distance of lines, and whether it is bold."""

    size: float
    leading: float
    bold: bool


def find_paragraphs(columns: Sequence[Column]) -> list[Block]:
    """Gather lines into paragraphs, over the ends of columns and pages."""
    columns = [column for column in columns if column.lines]
    usual = _usual_type(columns)
    blocks: list[Block] = []
    above: Column | None = None
    for column in columns:
        for number, lines in enumerate(_cut(column, usual)):
            block = Block(_kind(lines, usual), tuple(lines), (column.page,) * len(lines))
            place = _continued(blocks, block, above) if number == 0 and above else None
            if place is None:
                blocks.append(block)
                continue
            first = place
            while first and blocks[first - 1].kind == "heading":
                first -= 1
            blocks[first:] = [*blocks[place + 1 :], *blocks[first:place], _joined(blocks[place], block)]
        above = column
    return blocks


def _joined(begun: Block, block: Block) -> Block:
    return Block(begun.kind, begun.lines + block.lines, begun.pages + block.pages)


def bullet_end(text: str) -> int:
    """Return how many characters at a line's beginning are its bullet; 0 where it has none."""
    match = _BULLET.match(text) or _DASH.match(text)
    return match.end() if match else 0


def _usual_type(columns: Sequence[Column]) -> Type:
    sizes: Counter[float] = Counter()
    bold = 0
    distances = []
    for column in columns:
        for line in column.lines:
            sizes[round(line.main.size, 1)] += 0 if line.is_table else len(line.text)
            bold += len(line.text) * (1 if line.bold else -1)
        for above, line in zip(column.lines, column.lines[1:], strict=False):
            if not _differs(above, line) and line.main.foot > above.main.foot:
                distances.append((line.main.foot - above.main.foot) / line.main.size)
    distances.sort()
    leading = distances[int(LEADING_SHARE * len(distances))] if distances else 1.2
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    return Type(size, leading, bold > 0)


def _differs(above: Line, line: Line) -> bool:
    return abs(line.main.size / above.main.size - 1) > OTHER_SIZE or above.is_table or line.is_table


def _cut(column: Column, usual: Type) -> Iterator[list[Line]]:
    """Cut a column's lines where paragraphs begin."""
    begun: list[Line] = []
    for number, line in enumerate(column.lines):
        following = column.lines[number + 1] if number + 1 < len(column.lines) else None
        if begun and _begins(begun, line, following, column, usual):
            yield begun
            begun = []
        begun.append(line)
    yield begun


def _begins(begun: Sequence[Line], line: Line, following: Line | None, column: Column, usual: Type) -> bool:
    """Tell whether a line begins a paragraph: by what is above, by its mark, by where it begins or the last ended."""
    above = begun[-1]
    distance = (line.main.foot - above.main.foot) / line.main.size
    if _differs(above, line) or distance > PARAGRAPH_GAP * usual.leading or distance < 0:
        return True
    if _is_item(line.text, begun) or _is_set_in(begun, line, following):
        return True
    room = column.right - above.x1 - line.words[0].x1 + line.words[0].x0 - FIT_SLACK * (column.right - column.left)
    if room < 0 or above.text.endswith(("-", "\u00ad")):
        return False
    if _FINAL.search(above.text) or above.bold != line.bold:
        return True
    short = above.x1 < column.left + SHORT_LINE * (column.right - column.left)
    return short and not line.text[:1].islower() and not _is_centred(above, line)


def _is_item(text: str, begun: Sequence[Line]) -> bool:
    """Tell whether a line begins a list item; a dash may also be one that a line happens to begin with."""
    if _BULLET.match(text):
        return True
    first, above = begun[0].text, begun[-1].text
    if _DASH.match(text):
        return bool(_DASH.match(first) or _FINAL.search(above))
    number, before = _NUMBER.match(text), _NUMBER.match(first)
    return bool(number and before and int(number[1]) == int(before[1]) + 1)


def _is_set_in(begun: Sequence[Line], line: Line, following: Line | None) -> bool:
    """Tell whether a line is set in as first lines are, or stands out again where all but first lines are set in."""
    above, step = begun[-1], INDENT * line.main.size
    if bullet_end(begun[0].text):
        return _leaves_item(begun, line)
    hanging = len(begun) > 1 and begun[1].x0 > begun[0].x0 + step and abs(line.x0 - begun[0].x0) < step / 2
    if hanging:
        return True
    if line.x0 < above.x0 + step or _is_centred(above, line):
        return False
    returns = following is not None and abs(following.x0 - above.x0) < step / 2
    return returns or (following is None and _FINAL.search(above.text) is not None)


def _leaves_item(begun: Sequence[Line], line: Line) -> bool:
    """Tell whether a line stands left of an item's text, where its further lines, if there are any, stand below it."""
    words = begun[0].words
    edge = words[min(1, len(words) - 1)].x0 - INDENT * line.main.size / 2
    hangs = begun[1].x0 > edge if len(begun) > 1 else line.text[:1].isupper()
    return line.x0 < edge and hangs and not begun[-1].text.endswith(("-", "\u00ad"))


def _is_centred(above: Line, line: Line) -> bool:
    return abs(above.x0 + above.x1 - line.x0 - line.x1) < line.main.size / 2 and abs(above.x0 - line.x0) > 1


def _kind(lines: Sequence[Line], usual: Type) -> Kind:
    text = " ".join(line.text for line in lines)
    if lines[0].is_table:
        return "table"
    if bullet_end(text):
        return "item"
    if not any(map(str.isalpha, text)) or text.endswith((".", ",", ";")) or _BYLINE.match(text):
        return "paragraph"
    if all(line.main.size > LARGER * usual.size for line in lines):
        return "heading" if len(text) <= HEADING_LENGTH else "paragraph"
    bold = all(line.bold for line in lines) and not usual.bold and lines[0].main.size > (1 - OTHER_SIZE) * usual.size
    return "heading" if bold and len(lines) <= BOLD_LINES and len(text) <= BOLD_LENGTH else "paragraph"


def _continued(blocks: Sequence[Block], block: Block, above: Column) -> int | None:
    """Return the place of the paragraph that a column's first one goes on with; footnotes may stand between them.

    Such footnotes then stand before the paragraph and its heading: its sentence is whole, each page's text on it.
    """
    place = len(blocks) - 1
    while place > 0 and blocks[place].kind == "paragraph" and blocks[place].size < (1 - OTHER_SIZE) * block.size:
        place -= 1
    begun, last = blocks[place], blocks[place].lines[-1]
    alike = abs(begun.size / block.size - 1) <= OTHER_SIZE and last.bold == block.lines[0].bold
    if block.kind != "paragraph" or begun.kind not in ("paragraph", "item") or not alike or _BYLINE.match(last.text):
        return None
    if place < len(blocks) - 1 and begun.pages[0] != blocks[-1].pages[0]:  # the notes would land a page too early
        return None
    width = above.right - above.left
    if _FINAL.search(last.text):
        full = last.x1 > above.right - FIT_SLACK * width and len(above.lines) >= TELLING_LINES
        return place if full and place == len(blocks) - 1 and not _is_first(block) else None
    short = last.x1 < above.left + SHORT_LINE * width and not last.text.endswith(("-", "\u00ad"))
    return None if short and block.lines[0].text[:1].isupper() else place


def _is_first(block: Block) -> bool:
    """Tell whether a block's first line is set in as that of a new paragraph."""
    lines = block.lines
    return len(lines) > 1 and lines[0].x0 > lines[1].x0 + INDENT * block.size
