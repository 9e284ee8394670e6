"""A page of a PDF to words with their places; what is printed twice is one, what is set sideways stands apart.

The letters come from pdfplumber's layout, three times as fast as its ``chars``; only pages with ruled lines pay for
its search for tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from vectorstore.formats.pdf_lines import Word
from vectorstore.formats.pdf_tables import with_ruled_tables

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent
    from pdfplumber.page import Page

WORD_GAP = 0.17  # of the type size: a space is a quarter, kerning rarely more than a tenth
BACKWARDS = 0.3  # of the type size that the next letter may reach back over the last, as italics and kerning do
SAME_FOOT = 0.1  # of the type size
SAME_PLACE = 0.25  # of the type size: a word printed twice this near is one word in imitated bold
INITIAL = 1.8  # times the usual type size
INITIAL_GAP = 1.5  # times the usual type size between an initial and the lines beside it
FEWEST_RULES = 4  # lines or frames that can rule a table of data
MOST_RULES = 3_000  # more are a map or a drawing, on which the search for tables takes minutes

_LETTERS = {ord(ligature): unicodedata.normalize("NFKC", ligature) for ligature in "ﬀﬁﬂﬃﬄﬅﬆ"}
_DROPPED = re.compile(r"\(cid:\d+\)|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\ufffd\ue000-\uf8ff]")
_SOFT_HYPHEN = re.compile("\u00ad(?=(\\w))")
_SYMBOL_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "•", "\uf0fc": "•", "(cid:127)": "•", "\x7f": "•"}
_INITIAL = re.compile(r"[„“»«\"']?[^\W\d_]")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|(?:^|[-,+])bd\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page holds: its words and tables, and the text that is set sideways."""

    width: float
    height: float
    words: list[Word]
    sideways: str
    has_pictures: bool


class _Letter(NamedTuple):
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    foot: float
    size: float
    font: str
    is_artifact: bool


def read_page(page: Page) -> PageWords:
    """Gather a page's letters into words; the words of a ruled table become one, its rows rendered."""
    from pdfminer.layout import LTChar, LTCurve, LTImage

    chars, rules, pictures = [], 0, False
    for item in _leaves(page.layout):
        if isinstance(item, LTChar):
            chars.append(item)
        rules += isinstance(item, LTCurve)
        pictures = pictures or isinstance(item, LTImage)
    turned = [char for char in chars if not char.upright]
    if 2 * len(turned) > len(chars):  # the whole page lies on its side
        words = _words(_turned(char, page) for char in turned if char.matrix[1])
        return PageWords(float(page.height), float(page.width), words, "", pictures)
    left, upper, right, lower = page.cropbox
    letters = (_letter(char, page) for char in chars if char.upright)
    words = _words(letter for letter in letters if left <= letter.x1 and letter.x0 <= right and upper <= letter.bottom)
    words = [word for word in words if word.top <= lower]
    if FEWEST_RULES <= rules <= MOST_RULES:
        words = with_ruled_tables(words, page)
    sideways = _clean("".join(char.get_text() for char in turned))
    return PageWords(float(page.width), float(page.height), words, " ".join(sideways.split()), pictures)


def _leaves(layout: LTComponent) -> Iterator[LTComponent]:
    """Yield what is drawn, in order, also inside of forms."""
    from pdfminer.layout import LTContainer

    waiting: list[LTComponent] = [layout]
    while waiting:
        item = waiting.pop()
        if isinstance(item, LTContainer):
            waiting.extend(reversed(list(item)))
        else:
            yield item


def _letter(char: LTChar, page: Page) -> _Letter:
    left, upper = float(page.mediabox[0]), float(page.mediabox[1])
    height = upper + float(page.height)
    return _Letter(
        text=char.get_text(),
        x0=left + char.x0,
        x1=left + char.x1,
        top=height - char.y1,
        bottom=height - char.y0,
        foot=height - char.matrix[5],
        size=char.size,
        font=str(char.fontname),
        is_artifact=getattr(char, "tag", None) == "Artifact",
    )


def _turned(char: LTChar, page: Page) -> _Letter:
    """Return a letter of a page that lies on its side as it stands when the page is turned upright."""
    upwards = char.matrix[1] > 0
    height, width = float(page.height), float(page.width)
    return _Letter(
        text=char.get_text(),
        x0=char.y0 if upwards else height - char.y1,
        x1=char.y1 if upwards else height - char.y0,
        top=char.x0 if upwards else width - char.x1,
        bottom=char.x1 if upwards else width - char.x0,
        foot=char.matrix[4] if upwards else width - char.matrix[4],
        size=char.width,
        font=str(char.fontname),
        is_artifact=False,
    )


def _words(letters: Iterator[_Letter]) -> list[Word]:
    """Gather letters, in the order in which they are drawn, into words."""
    words: list[Word] = []
    places: dict[str, list[Word]] = {}
    for group in _groups(letters):
        word = _word(group)
        twins = places.setdefault(word.text, [])
        reach = SAME_PLACE * word.size
        if word.text and not any(abs(a.x0 - word.x0) < reach and abs(a.foot - word.foot) < reach for a in twins):
            words.append(word)
            twins.append(word)
    return _with_initials(words)


def _groups(letters: Iterator[_Letter]) -> Iterator[list[_Letter]]:
    group: list[_Letter] = []
    for letter in letters:
        if letter.text.isspace() or (group and not _goes_on(group[-1], letter)):
            if group:
                yield group
            group = []
        if not letter.text.isspace():
            group.append(letter)
    if group:
        yield group


def _goes_on(last: _Letter, letter: _Letter) -> bool:
    size = last.size
    gap = letter.x0 - last.x1
    return -BACKWARDS * size < gap < WORD_GAP * size and abs(letter.foot - last.foot) < SAME_FOOT * size


def _word(group: list[_Letter]) -> Word:
    raw = "".join(letter.text for letter in group)
    first = group[0]
    size = max(letter.size for letter in group)
    return Word(
        text=_SYMBOL_BULLETS.get(raw) or _clean(raw),
        x0=first.x0,
        x1=group[-1].x1,
        top=min(letter.top for letter in group),
        bottom=max(letter.bottom for letter in group),
        foot=first.foot,
        size=size,
        bold=2 * sum(_is_bold(letter.font) for letter in group) > len(group),
        is_artifact=first.is_artifact,
    )


@lru_cache(1000)
def _is_bold(font: str) -> bool:
    return _BOLD.search(font) is not None


def _clean(text: str) -> str:
    """Return text as letters: ligatures taken apart, accents put on, what no font could name left out.

    A soft hyphen inside a word shows only where some programs write it for a hyphen: before a capital or a digit.
    """
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text).translate(_LETTERS))
    return _SOFT_HYPHEN.sub(lambda match: "" if match[1].islower() else "-", text)


def _with_initials(words: list[Word]) -> list[Word]:
    """Put large initials, which reach over several lines, before the words that they begin."""
    usual = median(word.size for word in words) if words else 0.0
    for initial in [word for word in words if word.size > INITIAL * usual and _INITIAL.fullmatch(word.text)]:
        beside = [
            (word.foot, word.x0, number)
            for number, word in enumerate(words)
            if initial.top < word.middle < initial.bottom
            and -BACKWARDS < (word.x0 - initial.x1) / usual < INITIAL_GAP
            and word.size < initial.size / INITIAL
        ]
        if len({round(foot) for foot, _, _ in beside}) > 1:
            _, _, number = min(beside)
            words[number] = words[number]._replace(text=initial.text + words[number].text)
            words.remove(initial)
    return words
