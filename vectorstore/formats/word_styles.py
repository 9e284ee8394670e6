"""What a Word paragraph is - a heading, a list item, running text - by its own marks, its style, and its bases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import BaseStyle

STYLE_DEPTH = 20  # styles based on styles; a circle of them would never end
DEEPEST_HEADING = 6  # Markdown has no more levels
BODY_LEVEL = 9  # the outline level that means none
TITLE = 0  # the level of what is styled as the title

Kind = int | Literal["paragraph", "item", "row", "contents"]
"""What a block is; a number is a heading's level."""

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TITLES = {"title": TITLE, "titel": TITLE, "subtitle": 2, "untertitel": 2}
_HEADING = re.compile(r"(?:heading|überschrift|berschrift)\s*(\d)")
_CONTENTS = re.compile(r"(?:toc|table of figures|inhaltsverzeichnis|abbildungsverzeichnis)\b")
_LIST = re.compile(r"(?:list|liste|listen|aufzählung\w*)\b(?!\s*(?:continue|fortsetzung|paragraph))")


class Styles:
    """The styles of a file; each is looked up once.

    Their names are English in Word of any language, for those that come with it; German ones are people's own.
    """

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._styles: dict[str, Kind] = {}

    def kind(self, paragraph: BaseOxmlElement) -> Kind:
        """Tell what a paragraph is: by its own marks, else by its style."""
        properties = paragraph.find(WORD + "pPr")
        if properties is None:
            return self._style_kind("")
        own = _own_kind(properties)
        style = properties.find(WORD + "pStyle")
        inherited = self._style_kind("" if style is None else str(style.get(WORD + "val")))
        if own is None or isinstance(inherited, int) or inherited == "contents":  # a numbered heading is no list item
            return inherited
        return own

    def _style_kind(self, style_id: str) -> Kind:
        if style_id not in self._styles:
            from docx.enum.style import WD_STYLE_TYPE

            style: BaseStyle | None = self._word.styles.get_by_id(style_id or None, WD_STYLE_TYPE.PARAGRAPH)
            kind: Kind | None = None
            for _ in range(STYLE_DEPTH):
                kind = _named_kind(style) if style is not None else "paragraph"
                if kind is not None:
                    break
                style = getattr(style, "base_style", None)
            self._styles[style_id] = "paragraph" if kind is None else kind
        return self._styles[style_id]


def _own_kind(properties: BaseOxmlElement) -> Kind | None:
    level = properties.find(WORD + "outlineLvl")
    value = str(level.get(WORD + "val")) if level is not None else ""
    if value.isdigit() and int(value) < BODY_LEVEL:
        return min(int(value) + 1, DEEPEST_HEADING)
    numbering = properties.find(WORD + "numPr")
    if numbering is None:
        return None
    number = numbering.find(WORD + "numId")
    return "paragraph" if number is not None and number.get(WORD + "val") == "0" else "item"


def _named_kind(style: BaseStyle) -> Kind | None:
    """Tell what a style's paragraphs are by its name, else by its own properties; ``None`` where neither says."""
    name = (style.name or "").strip().lower()
    if name in _TITLES:
        return _TITLES[name]
    if _CONTENTS.match(name):
        return "contents"
    if match := _HEADING.match(name):
        return min(int(match[1]) or 1, DEEPEST_HEADING)
    if _LIST.match(name):
        return "item"
    properties = style.element.find(WORD + "pPr")
    return None if properties is None else _own_kind(properties)
