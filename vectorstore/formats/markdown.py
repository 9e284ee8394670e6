"""Markdown to a document: its front matter, and its text without the marks that only change how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import yaml
from frontmatter.default_handlers import YAMLHandler

from vectorstore.cleaning.cutting import ends_sentence
from vectorstore.formats.dates import read_date
from vectorstore.formats.document import Document, Metadata, UnreadableError
from vectorstore.formats.tables import render_rows

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER_LIMIT = 10_000  # characters: a few lines are usual
FRONT_MATTER_LISTS = 50  # lists and mappings, which the YAML parser takes recursively where they are nested
NESTING = 20  # of lists and quotes; deeper ones are read as text
HEADING_LENGTH = 200  # characters; a longer line over "---" is a paragraph over a rule

_KEYS = {  # what front matter calls what we keep; the first that is there counts
    "title": ("title", "headline", "titel"),
    "published": ("published", "date", "datum", "published_at", "pubdate"),
    "author": ("author", "authors", "autor", "autoren", "byline"),
    "publisher": ("publisher", "outlet", "source", "site", "quelle", "medium"),
    "url": ("url", "link", "canonical", "canonical_url"),
    "language": ("language", "lang", "sprache"),
}
_NOTHING = ("", "~", "null")


def read_markdown(text: str) -> Document:
    """Read Markdown: front matter as metadata, tables row by row, and no marks of emphasis, links or pictures.

    Raises:
        UnreadableError: the front matter is broken.
    """
    values, body = split_front_matter(text)
    return Document("\n".join(_render(body)), _metadata(values))


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split Markdown into its front matter, each value as one line, and the text below.

    Raises:
        UnreadableError: the front matter is broken.
    """
    handler = YAMLHandler()
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip()
    if not handler.detect(text):
        return {}, text
    try:
        header, body = handler.split(text)
    except ValueError:  # a rule at the top, no front matter
        return {}, text
    try:
        _refuse_bombs(header)
        values = handler.load(header, Loader=yaml.BaseLoader)  # builds strings, lists and dicts, nothing else
    except (yaml.YAMLError, ValueError) as error:
        reason = str(getattr(error, "problem", None) or error).partition("\n")[0]
        raise UnreadableError(
            f"its front matter is broken, {reason}; mend it or take out the --- at the top"
        ) from error
    if not isinstance(values, dict):  # text between two rules
        return {}, body if values is None else text
    lines = {str(key).strip().lower(): _one_line(value) for key, value in values.items()}
    return {key: line for key, line in lines.items() if line.lower() not in _NOTHING}, body


def _metadata(values: dict[str, str]) -> Metadata:
    known = {field: next((values[name] for name in names if name in values), None) for field, names in _KEYS.items()}
    return Metadata(
        title=known["title"],
        published=read_date(known["published"] or ""),
        author=known["author"],
        publisher=known["publisher"],
        url=known["url"],
        language=known["language"],
    )


def _refuse_bombs(header: str) -> None:
    """Raise ValueError for what makes YAML explode: too much of it, references, lists in lists in lists."""
    if len(header) > FRONT_MATTER_LIMIT:
        raise ValueError(f"longer than {FRONT_MATTER_LIMIT} characters")
    lists = 0
    for token in yaml.scan(header, Loader=yaml.BaseLoader):
        lists += type(token).__name__.endswith(("MappingStartToken", "SequenceStartToken"))
        if lists > FRONT_MATTER_LISTS or isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise ValueError("too many lists, or a value that begins with & or * without quotation marks")


def _one_line(value: object) -> str:
    """Turn a value of the front matter into one line: a list's entries with commas between, a mapping's name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or ""
    text = ", ".join(filter(None, map(_one_line, value))) if isinstance(value, list) else str(value)
    return " ".join(text.split())


def _render(body: str) -> list[str]:
    """Return the text line by line, blank ones between blocks."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": NESTING}).enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "code"])  # indented paragraphs are none; tags stay words
    writer = _Writer()
    tokens = parser.parse(body)
    for opening, token in pairwise([*tokens[:1], *tokens]):  # the first one has none before it
        writer.take(opening, token)
    return writer.lines


@dataclass(slots=True)
class _Writer:
    """Collects lines while the tokens of a text go by; ``marks`` are those of the lists and quotes that we are in."""

    lines: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    rows: list[list[str]] | None = None

    def take(self, opening: Token, token: Token) -> None:
        """Take the next token, and the one before it, which tells what a paragraph is."""
        if token.type == "inline" and self.rows is not None:
            self.rows[-1].append(" ".join(_plain(token.children or []).split()))
        elif token.type == "inline":
            self._write(opening, _plain(token.children or []))
        elif token.type in ("fence", "code_block"):
            self.lines += [*token.content.rstrip("\n").split("\n"), ""]
        elif token.type in _TABLE:
            self._take_table(token.type)
        else:
            self._take_mark(token)

    def _take_table(self, kind: str) -> None:
        if kind == "table_close":
            self.lines += [*render_rows(self.rows or []), ""]
            self.rows = None
        elif self.rows is None:
            self.rows = []
        else:
            self.rows.append([])

    def _take_mark(self, token: Token) -> None:
        """Begin or end a list item or a quote; what follows in the same item is indented under it."""
        if token.type == "list_item_open":
            self.marks.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "blockquote_open":
            self.marks.append("> ")
        elif token.type in ("list_item_close", "blockquote_close"):
            del self.marks[-1:]
        elif token.type in ("bullet_list_close", "ordered_list_close") and token.level == 0:
            self.lines.append("")

    def _write(self, opening: Token, text: str) -> None:
        """Write a paragraph or heading after the mark of the list or quote that it stands in."""
        if not text.strip():
            return
        mark = self.marks[-1] if self.marks else ""
        indent = "> " if mark == "> " else " " * len(mark)
        if self.marks:
            self.marks[-1] = indent
        if opening.type == "heading_open" and _is_heading(opening, text):
            mark = "#" * int(opening.tag[1]) + " "
        first, *rest = text.split("\n")
        self.lines += [mark + first, *(indent + line for line in rest)]
        if not self.marks or indent == "> ":
            self.lines.append("")


_TABLE = ("table_open", "tr_open", "table_close")


def _is_heading(opening: Token, text: str) -> bool:
    """Tell a heading from a paragraph over a rule, which Markdown takes for one where no blank line parts them."""
    if len(text) > HEADING_LENGTH:
        return False
    return opening.markup.startswith("#") or not ("\n" in text or ends_sentence(text))


def _plain(children: Sequence[Token]) -> str:
    """Return a paragraph's words without the marks of emphasis, links and pictures; its line breaks stay."""
    pieces = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
    return "".join(pieces)
