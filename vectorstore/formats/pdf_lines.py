"""Words on a page to lines, and lines to running text: what was hyphenated for the line's sake becomes whole again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

GLUE = 0.14  # of the type size: a smaller gap is kerning or a footnote's mark, no space between words
RAISED = 0.2  # of the type size above the line's foot, in smaller type: a superscript
SMALLER = 0.85  # of the line's type size; superscripts are set at two thirds or less
LONGEST_WORD = 100  # characters at a line's end that are looked at
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_HYPHENS = ("-", "\u00ad", "\u2010")
_LAST_WORD = re.compile(r"\w+$")
_MEASURE = re.compile(r"(?:(?:^|[\W\d])[kdcmµ]?m|\d)$")
_SLASH_END = re.compile(r"\w/$")
_SUSPENDED = re.compile(r"(?:und|oder|sowie|u\.|bzw\.|beziehungsweise|and|or)(?!\w)")
_COUNTED = re.compile(r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zig|hundert|tausend)$|\d$")


class Word(NamedTuple):
    """A word where it stands on its page, in points from the page's upper left corner; a tuple, for there are millions.

    A table stands among the words as one of them: its rows are rendered, one a line.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    foot: float  # the line on which the letters stand
    size: float
    bold: bool
    is_artifact: bool = False  # the file itself says that it is no content, such as a page's header
    is_table: bool = False

    @property
    def middle(self) -> float:
        """The height of the word's middle."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Line:
    """Words on one line, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def main(self) -> Word:
        """The word that stands for the line's type: the longest."""
        return max(self.words, key=lambda word: len(word.text) * word.size)

    @cached_property
    def text(self) -> str:
        """The words with single spaces, footnote marks at the words that they stand at."""
        text = _marked(self.words[0], self.main, "")
        for last, word in pairwise(self.words):
            text += " " if word.x0 - last.x1 > GLUE * last.size else ""
            text += _marked(word, self.main, text)
        return text

    @property
    def x0(self) -> float:
        """Where the line begins."""
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        """Where the line ends."""
        return max(word.x1 for word in self.words)

    @property
    def width(self) -> float:
        """How wide the line is."""
        return self.x1 - self.x0

    @property
    def is_table(self) -> bool:
        """Whether the line is a whole table."""
        return self.words[0].is_table

    @cached_property
    def bold(self) -> bool:
        """Whether most letters are bold."""
        return 2 * sum(len(word.text) for word in self.words if word.bold) > sum(len(word.text) for word in self.words)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Gather words that stand side by side into lines, from top to bottom."""
    rows: list[list[Word]] = []
    main: Word | None = None
    for word in sorted(words, key=lambda word: word.middle):
        if main is None or not _beside(main, word):
            rows.append([])
            main = word
        rows[-1].append(word)
        main = max(main, word, key=lambda one: one.size)
    return [Line(tuple(sorted(row, key=lambda word: word.x0))) for row in rows]


def before(text: str, following: str) -> str:
    """Return a line's text as it stands before the next line's: with a space, or with its last word gone on.

    A hyphen goes that only marks the break ("Ver-" before "kehr"), and stays before a capital ("Nord-", "Süd"), after
    one ("US-", "amerikanisch"), and where it stands for a part that follows later ("Ein-", "und Ausfahrt").
    """
    left = _LAST_WORD.search(text[-LONGEST_WORD:-1]) if text.endswith(_HYPHENS) else None
    if left is None:
        return text if _SLASH_END.search(text[-2:]) else text + " "
    if _is_suspended(left[0], following):
        return text + " "
    capitals = left[0].isupper() and not text.endswith("\u00ad")
    keeps = capitals or left[0][-1].isdigit() or not following[:1].islower()
    return text[:-1] + "-" if keeps else text[:-1]


def join_lines(texts: Sequence[str]) -> str:
    """Join the lines of a paragraph into one."""
    return "".join([*map(before, texts, texts[1:]), *texts[-1:]])


def _is_suspended(left: str, following: str) -> bool:
    """Tell whether a hyphen stands for a part that follows later, as in "Ein- und Ausfahrt", "zwei- bis dreimal"."""
    counted = following.startswith("bis ") and _COUNTED.search(left.lower())  # but "Kür-bis"
    return bool(_SUSPENDED.match(following) or counted)


def _beside(main: Word, word: Word) -> bool:
    if main.is_table or word.is_table:
        return False
    return main.top < word.middle < main.bottom


def _marked(word: Word, main: Word, before: str) -> str:
    """Return a word's text; a raised figure is a power behind a measure and else a footnote's mark, no part of a word.

    Sentences end before marks such as "[1]", as in web pages.
    """
    raised = word.size < SMALLER * main.size and main.foot - word.foot > RAISED * main.size
    if not raised or not word.text.isdecimal():
        return word.text
    return word.text.translate(SUPERSCRIPTS) if _MEASURE.search(before[-LONGEST_WORD:]) else f"[{word.text}]"
