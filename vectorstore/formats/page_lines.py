"""A web page to its visible lines, in order: what each is, and what the page's own structure says of it.

Nothing is decided here; ``web_page`` tells the article from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from vectorstore.cleaning.wording import read_patterns
from vectorstore.formats.tables import is_data, render_rows

Kind = Literal["heading", "paragraph", "item"]

PATH = 60  # elements in elements that a line remembers; pages of today have 30
LINES = 50_000  # lines of a page; an encyclopedia's longest have a fifth of them
NAMES_LENGTH = 300  # characters of an element's class and id that are looked at
CELLS = 5_000  # elements in a table of data; more of them are a whole page set in tables

_UNSEEN = frozenset((
    "script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "textarea", "math", "title",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "meter", "output", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "nobr", "img", "input",
))  # fmt: skip
_ASIDE_TAGS = frozenset((
    "nav", "aside", "footer", "dialog", "form", "menu", "figcaption", "button", "audio", "video",
))  # fmt: skip
_ASIDE_ROLES = frozenset((
    "navigation", "complementary", "contentinfo", "banner", "dialog", "alertdialog", "search", "menu", "alert",
))  # fmt: skip
_HOLDS_ALL = frozenset(("html", "body", "main", "article", "h1"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line that a page shows.

    ``level`` is that of a heading, 0 for others; ``link_share`` the share of its characters that are links; ``aside``
    tells that it stands in an element whose tag, role or name is not used for articles; ``soft`` that only a line
    break parts it from the line before; ``unseen`` that the page hides it. ``path`` numbers the elements that it stands
    in, the outermost first, ``marked`` those of them for which it is ``aside``.
    """

    text: str
    kind: Kind
    level: int = 0
    link_share: float = 0.0
    aside: bool = False
    soft: bool = False
    unseen: bool = False
    path: tuple[int, ...] = ()
    marked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """An element that starts a line, with what it hands down to those in it."""

    tag: str = ""
    number: int = 0
    marked: tuple[int, ...] = ()
    unseen: bool = False
    level: int = 0


@dataclass(slots=True)
class _Writer:
    """Collects words into lines while the page is walked through."""

    lines: list[PageLine] = field(default_factory=list)
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    count: int = 0
    links: int = 0

    @property
    def block(self) -> _Block:
        """The innermost element that starts a line."""
        return self.blocks[-1] if self.blocks else _Block()

    def enter(self, tag: str, *, aside: bool, unseen: bool) -> None:
        """Begin an element that starts a line."""
        self.end_line()
        above = self.block
        level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else above.level
        self.count += 1
        marked = (*above.marked, self.count) if aside and len(above.marked) < PATH else above.marked
        self.blocks.append(_Block(tag, self.count, marked, unseen or above.unseen, level))

    def leave(self) -> None:
        """End it."""
        self.end_line()
        self.blocks.pop()

    def write(self, text: str | None) -> None:
        """Add words to the line."""
        if text:
            self.pieces.append((_SPACE.sub(" ", text.replace("\n", " ")), self.links > 0))

    def break_line(self) -> None:
        """Add a line break; a heading of several lines is one."""
        self.pieces.append((" " if self.block.level else "\n", False))

    def end_line(self) -> None:
        """Make lines of the pieces so far, one for each line break among them."""
        soft = False
        group: list[tuple[str, bool]] = []
        for piece in [*self.pieces, ("\n", False)]:
            if piece[0] != "\n":
                group.append(piece)
                continue
            text = _SPACE.sub(" ", "".join(text for text, _ in group)).strip()
            if text:
                linked = sum(len(text) for text, is_link in group if is_link)
                self.add(text, link_share=min(1.0, linked / len(text)), soft=soft)
            soft = bool(text)
            group = []
        self.pieces.clear()

    def add(self, text: str, *, kind: Kind | None = None, link_share: float = 0.0, soft: bool = False) -> None:
        """Add a line as it stands in the innermost element; none beyond the most that a page may have."""
        if len(self.lines) >= LINES:
            return
        block = self.block
        in_item = any(outer.tag in ("li", "dd") for outer in self.blocks[-3:])
        path = tuple(outer.number for outer in self.blocks[:PATH])
        usual: Kind = "heading" if block.level else "item" if in_item else "paragraph"
        level = 0 if kind == "item" else block.level
        aside = bool(block.marked)
        self.lines.append(
            PageLine(text, kind or usual, level, link_share, aside, soft, block.unseen, path, block.marked)
        )


def read_lines(tree: Any) -> list[PageLine]:
    """Return the lines of a page, given as an lxml tree."""
    writer = _Writer()
    _walk(tree, writer)
    writer.end_line()
    return writer.lines


def plain_text(lines: Sequence[PageLine]) -> str:
    """Return lines as text in Markdown's line marks."""
    pieces: list[str] = []
    before: PageLine | None = None
    for line in lines:
        mark = "#" * line.level + " " if line.level else "- " if line.kind == "item" else ""
        tight = before is not None and (line.soft or (line.kind == "item" and before.kind == "item"))
        pieces.append(("" if before is None else "\n" if tight else "\n\n") + mark + line.text)
        before = line
    return "".join(pieces)


def is_aside(element: Any) -> bool:
    """Tell whether an element's tag, role or name says that it holds something other than the article."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:NAMES_LENGTH]
    if element.tag in _ASIDE_TAGS or element.get("role") in _ASIDE_ROLES:
        return element.tag != "aside" or not _names("box_names").search(names)
    return element.tag not in _HOLDS_ALL and _names("element_names").search(names) is not None


@cache
def _names(name: str) -> re.Pattern[str]:
    """Compile a list of names; they are whole words in "share-bar", "share_bar", "shareBar" and "share2"."""
    patterns = "|".join(read_patterns("vectorstore.formats", f"{name}.txt"))
    return re.compile(rf"(?:^|[-_\s]|(?<=[a-z])(?=[A-Z]))(?:{patterns})(?:$|[-_\s\d]|(?=[A-Z][a-z]{{2,}}))")


def _walk(root: Any, writer: _Writer) -> None:
    """Write what an element shows, without recursion: pages may nest as deep as their authors like."""
    stack: list[tuple[Any, bool, bool]] = [(root, False, False)]  # element; is it being left; does it start a line
    while stack:
        element, leaving, is_block = stack.pop()
        if leaving:
            _leave(element, writer, is_block=is_block)
        elif isinstance(element.tag, str) and element.tag not in _UNSEEN and not _write_alone(element, writer):
            is_block = _enter(element, writer)
            stack.append((element, True, is_block))
            stack.extend((child, False, False) for child in reversed(element))
            continue
        writer.write(element.tail)


def _write_alone(element: Any, writer: _Writer) -> bool:
    """Write a line break or a table of data; return False for all other elements."""
    if element.tag == "br":
        writer.break_line()
        return True
    return element.tag == "table" and _write_table(element, writer)


def _enter(element: Any, writer: _Writer) -> bool:
    """Begin an element; return whether it starts a line."""
    if element.tag == "a":
        writer.links += 1
    aside = is_aside(element)
    is_block = aside or element.tag not in _INLINE
    if is_block:
        writer.enter(element.tag, aside=aside, unseen=_is_hidden(element))
    writer.write(element.text)
    return is_block


def _leave(element: Any, writer: _Writer, *, is_block: bool) -> None:
    if is_block:
        writer.leave()
    elif element.tag in ("time", "label"):
        writer.write(" ")
    if element.tag == "a":
        writer.links -= 1


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search((element.get("style") or "")[:NAMES_LENGTH]) is not None


def _write_table(table: Any, writer: _Writer) -> bool:
    """Write a table of figures row by row; return False where a table only lays the page out."""
    if table.find(".//table") is not None or sum(1 for _ in zip(table.iter(), range(CELLS), strict=False)) >= CELLS:
        return False
    rows = list(_cells(table))
    if not is_data([cells for cells, _ in rows]):
        return False
    header = rows[0][0] if rows[0][1] else None
    writer.enter("table", aside=is_aside(table), unseen=_is_hidden(table))
    for line in render_rows([cells for cells, _ in (rows[1:] if header else rows)], header=header):
        writer.add(line.removeprefix("- "), kind="item")
    writer.leave()
    return True


def _cells(table: Any) -> Iterator[tuple[list[str], bool]]:
    """Yield the cells of each row, and whether all of them are header cells."""
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        texts = [" ".join("".join(cell.itertext()).split()) for cell in cells]
        if any(texts):
            yield texts, all(cell.tag == "th" for cell in cells)
