"""A page as the rules see it, and stretches of its text taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vectorstore.cleaning.normalising import normalise
from vectorstore.sentences import Block, find_blocks

PROSE_WORDS = 9  # of a block that reads like a sentence; a shorter one may be a headline or a label
WRAP_WIDTHS = (45, 100)  # characters of a line that a program wrapped
WRAPPED = 0.5  # share of a text in such lines; paragraphs of a page are longer, its menus shorter
SHORT_LINE = 25  # characters of a line that was not wrapped, whatever follows it
SHORT_WORDS = 3  # of it
LONG_PARAGRAPH = 120  # characters of a paragraph that is more than a teaser or a call to subscribe
STEM = 4  # letters by which words are compared: "bell" and "bells", "Bäder" and "Bädern"
CONTENT_LENGTH = 4  # letters of a word that says something
MARKS = "#-*+•>–· \t"  # of headings, list items and quotes

_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r"[ \t]*")
_TURN = re.compile(r"(?:Frage|Antwort|Interviewer(?:in)?|Redaktion|Question|Answer|[QA]|[A-ZÄÖÜ]{2,12})\s?:\s")
_QUOTED = re.compile(r"[„“»\"][^„“”«»\"\n]{0,2000}[“”«\"]")
_CLOSING = "\"'“”‘’»«)]*"

Stretch = tuple[int, int]
"""Where a part of a text begins and ends."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text with its blocks: paragraphs, headings, list items.

    ``words`` are theirs without the marks of headings or lists; ``prose`` tells which read like a sentence or more.
    """

    text: str
    blocks: tuple[Block, ...]
    words: tuple[str, ...]
    prose: tuple[bool, ...]

    @staticmethod
    def of(text: str) -> Page:
        """Read a normalised text."""
        wrapped = is_wrapped(text)
        blocks = tuple(part for block in find_blocks(text) for part in _parted(text, block, wrapped=wrapped))
        words = tuple(text[block.start : block.end].lstrip(MARKS).strip() for block in blocks)
        return Page(text, blocks, words, tuple(map(is_prose, words)))

    def stretch(self, first: int, end: int) -> Stretch:
        """Return where the blocks from one to another stand, that one not included."""
        return self.blocks[first].start, self.blocks[end - 1].end

    def is_apart(self, number: int) -> bool:
        """Tell whether a blank line parts a block from the one before."""
        return number == 0 or "\n\n" in self.text[self.blocks[number - 1].end : self.blocks[number].start]

    def first_prose(self) -> int:
        """Return the number of the first block that reads like a sentence; that of all blocks if there is none."""
        return next((number for number, prose in enumerate(self.prose) if prose), len(self.blocks))

    def last_prose(self) -> int:
        """Return the number of the last block that reads like a sentence; -1 if there is none."""
        return max((number for number, prose in enumerate(self.prose) if prose), default=-1)


Rule = Callable[[Page], Sequence[Stretch]]
"""Finds what is not the article, in order."""


def is_wrapped(text: str) -> bool:
    """Tell whether the paragraphs of a text are wrapped to lines of some width: most of it stands in such lines."""
    lines = text.split("\n")
    wrapped = sum(len(line) for line in lines if WRAP_WIDTHS[0] <= len(line) <= WRAP_WIDTHS[1])
    return wrapped > WRAPPED * len(text)


def _parted(text: str, block: Block, *, wrapped: bool) -> Iterator[Block]:
    """Yield the lines of a paragraph apart, unless they are wrapped; a very short one is not, whatever follows it."""
    start = block.start
    while block.kind == "paragraph" and (end := text.find("\n", start, block.end)) >= 0:
        if not wrapped or (end - start <= SHORT_LINE and len(text[start:end].split()) <= SHORT_WORDS):
            yield Block(block.start, end, block.kind)
            block = Block(end + 1 + _indent(text, end + 1), block.end, block.kind)
            start = block.start
        else:
            start = end + 1
    yield block


def _indent(text: str, start: int) -> int:
    match = _SPACES.match(text, start)
    return match.end() - start if match else 0


def cut(text: str, gone: Sequence[Stretch]) -> tuple[str, list[str]]:
    """Take stretches out of a text, each as far as none before has taken it; return the rest, normalised, and those."""
    kept, parts = [], []
    reached = 0
    for start, end in gone:
        kept.append(text[reached:start])
        if end > reached:
            parts.append(text[max(start, reached) : end])
        reached = max(reached, end)
    return normalise("".join([*kept, text[reached:]])), parts


def is_prose(words: str) -> bool:
    """Tell whether a line reads like a sentence or more."""
    return len(words.split(None, PROSE_WORDS)) >= PROSE_WORDS and ends_sentence(words)


def ends_sentence(words: str) -> bool:
    """Tell whether a line ends as sentences do, perhaps within quotation marks."""
    return words.rstrip(_CLOSING).endswith((".", "!", "?", ":", "…"))


def is_turn(words: str) -> bool:
    """Tell whether a line is a speaker's turn in an interview: "Frage: Wie ...", "MEIER: Das ..."."""
    return _TURN.match(words) is not None


def without_quotes(words: str) -> str:
    """Return a line without what stands in quotation marks: that is said by others, or described."""
    return _QUOTED.sub("", words)


def share_words(line: str, text: str) -> float:
    """Return the share of a line's content words that a text uses, too, compared by their first letters; 0 to 1."""
    stems = stems_of(line)
    body = set(stems_of(text))
    return sum(stem in body for stem in stems) / len(stems) if stems else 0.0


def stems_of(text: str) -> list[str]:
    """Return the first letters of each content word of a text."""
    return [word[:STEM].lower() for word in _WORD.findall(text) if len(word) >= CONTENT_LENGTH]
