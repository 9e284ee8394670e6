"""Text to sentences, with exact offsets, because an answer may only quote whole sentences of an article.

The library sentencex finds the sentence ends inside a block of text. What a block is (a paragraph, hard-wrapped or
not, a heading, a list item), what German ordinals and footnote marks do, and what is no sentence at all, stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import sentencex

from vectorstore.passage import Sentence

Kind = Literal["paragraph", "heading", "item", "row", "quote"]

LANGUAGE_SAMPLE = 20_000  # characters that decide the language: enough for any article, cheap for a book
SEGMENT_WINDOW = 4_000  # characters sentencex sees at once: unpaired quotation marks cost it quadratic time
WRAP_WIDTHS = (50, 100)  # characters of a line that an editor wrapped by hand or by program
WRAP_SLACK = 10  # characters by which hand-wrapped lines miss the width
SHORT_LINE = (
    160  # a line up to this length that stands alone without a full stop is a headline, a doubled one, or a label
)
ITEM_WORDS = 4  # a list item of fewer words ("- Berlin") says nothing when quoted alone
LOOSE_WORDS = 8  # words that make a sentence of a block without its final full stop
FRAGMENT = 3  # a piece of fewer characters is a stray bracket or quotation mark
CONTEXT = 80  # characters left and right of a sentence end that the rules look at

_GERMAN = re.compile(
    r"\b(?:d(?:er|as|em|en|es)|k?eine?[nmrs]?|und|oder|aber|nicht|ist|sind|waren|hat|hatten?|haben|wird|werden|wurden?"
    r"|wie|we[rmn]|wessen|wann|wor?|warum|wieso|weshalb|woher|wohin|welche[nmrs]?|viele?|mit|vo[nm]|zu|zu[mr]|beim?"
    r"|nach|aus|auf|für|über|im|ins|am|er|sie|es|ich|wir|ihr|sich|dass|daß|weil|wenn|als|auch|noch|nur|schon|sehr"
    r"|durch|um|gegen|ohne|zwischen|seit|bis|unter|kann|können|soll|sollen|muss|müssen|gibt|seine?|ihre|diese?[rs]?"
    r"|dies|doch|da|dann|danach|damit|dort|hier|heute|nun)\b"
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|is|are|were|has|have|had|do|does|did|how|much|many|what|who|whom|whose|when|where|why|which"
    r"|with|for|from|by|on|at|its?|th(?:at|is|ese|ose|ey|eir|em|ere|an)|not|but|be|been|his|her|she|he|we|our|your?"
    r"|or|if|about|into|can|could|would|should|after|before|since|between|more|most)\b"
)
_GERMAN_HINT = re.compile(r"[äöüß]|(?:ung|keit|heit|lich|isch|ieren)\b")
_ENGLISH_HINT = re.compile(r"(?:ing|ed|ly|ght|ies|ness|ship)\b")
_WORD = re.compile(r"[^\W\d_]+")

_ORDINAL_NOUN = (
    r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jahrhundert|Jahrtausend|Jahrestag|Mal\b|Weltkrieg|Lebensjahr"
    r"|Geburtstag|Bundesliga|Spieltag|Platz\b|Auflage|Quartal|Halbjahr|Stock\b|Etage|Klasse|Minute|FC\b)"
)
_LEAD = r"im|am|zu[mr]|vom|beim|ins|d(?:er|ie|as|em|en|es)|jede[rnm]|diese[rnm]|(?:[ms]ein|ihr|unser)(?:e[rnm]?)?"
_ORDINAL_LEAD = re.compile(rf"\b(?:{_LEAD})\s+\d{{1,2}}\.\s*$", re.IGNORECASE)  # hardly ever before a plain number
_NUMBER = re.compile(r"(?<![\w.,:])\d{1,2}\.\s*$")
_ABBREVIATION = re.compile(
    r"\b(?:inkl|exkl|zzgl|abzgl|einschl|insb|bes|evtl|ggf|vgl|sog|lt|gem|geb|gegr|Hrsg|Jh|Mrd|Mio|Tsd)\.\s*$"
)
_SHORTENED = re.compile(r"\b(?:\d{1,2}|[A-Za-z]|Dr|Prof|Mrs?|Nr|St|Mio|Mrd|bzw|ca|vgl|inkl)\.$")  # at a line's end
_MARKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("heading", re.compile(r"#{1,6}(?:\s|$)")),
    ("row", re.compile(r"\||```|[-*_=~]{3,}$")),
    ("quote", re.compile(r">")),
    ("item", re.compile(rf"(?:[-*+•‣·–]|\d{{1,3}}\)|\d{{1,2}}\.(?!\s+{_ORDINAL_NOUN}))\s+(?=\S)")),
)
_DATE_LINE = re.compile(
    r"(?:(?:Stand|Datum|Veröffentlicht|Aktualisiert|Published|Updated|[A-Z][a-z]+(?:tag|day)|Mittwoch)[:,]?\s)?"
    r"(?:am\s|on\s)?(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.\s?[^\W\d_]+\s\d{4}|[A-Z][a-z]+\s\d{1,2},\s\d{4})"
    r"(?:[\s,|–-]{1,3}\d{1,2}[:.]\d\d(?:\sUhr)?)?\.?"
)
_CREDIT = re.compile(
    r"(?:Autor(?:in)?|Text|Fotos?|Bild|Grafik|Author|Photo|Image)\s?:\s\S++(?:\s\S++){0,5}", re.IGNORECASE
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+>?")
_MARKS = re.compile(r"(?:\s?\[[^\[\]]{1,40}(?<![.!?])\])+")
_FINAL = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")
_CLOSING = "\"'“”‘’»«›‹)]}*_ "
_OPENING = "\"'„“”‚‘»«›‹([{*_ "


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that no sentence crosses, without the white space around it."""

    start: int
    end: int
    kind: Kind


def guess_language(text: str) -> Literal["de", "en"]:
    """Tell German from English by counting function words and typical endings; German on a tie.

    Good from single questions up to articles, of which the first 20,000 characters count.
    """
    sample = text[:LANGUAGE_SAMPLE].lower()
    words = len(_ENGLISH.findall(sample)) - len(_GERMAN.findall(sample))
    hints = len(_ENGLISH_HINT.findall(sample)) - len(_GERMAN_HINT.findall(sample))
    return "en" if 2 * words + hints > 0 else "de"  # a function word is worth two endings


def find_blocks(text: str) -> tuple[Block, ...]:
    """Cut a text into paragraphs, headings, list items, table rows and quoted lines, in order.

    The lines of a hard-wrapped paragraph make one block; otherwise every line is its own.
    """
    runs: list[list[Block]] = [[]]  # lines that may belong together
    for line in _lines(text):
        if line is None or line.kind != "paragraph":
            runs.append([])
        if line is not None:
            runs[-1].append(line)
    return tuple(block for run in runs for block in _joined(text, run))


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences: disjoint, in order, together every character that is no white space.
    Headings, labels, dates, bylines and headline-like lines are in it as well, marked as not quotable.
    """
    return tuple(sentence for _, sentences in sentences_by_block(text) for sentence in sentences)


def sentences_by_block(text: str) -> Iterator[tuple[Block, tuple[Sentence, ...]]]:
    """Yield every block of a text with its sentences, at least one each."""
    language = guess_language(text)
    blocks = find_blocks(text)
    for number, block in enumerate(blocks):
        content = text[block.start : block.end]
        ends = [0, len(content)] if block.kind in ("heading", "row") else _sentence_ends(content, language)
        before_list = number + 1 < len(blocks) and blocks[number + 1].kind == "item"
        sentences = []
        for start, end in pairwise(ends):
            piece = content[start:end].lstrip()
            quotable = _is_quotable(piece.rstrip(), block, alone=len(ends) == 2, before_list=before_list)
            first = block.start + end - len(piece)
            sentences.append(Sentence(first, first + len(piece.rstrip()), quotable))
        yield block, tuple(sentences)


def _lines(text: str) -> Iterator[Block | None]:
    """Yield each line as a block of its own, None for a blank one."""
    start = 0
    for line in text.split("\n"):
        bare = line.strip()
        offset = start + len(line) - len(line.lstrip())
        kind: Kind = next((kind for kind, mark in _MARKED if mark.match(bare)), "paragraph")
        yield Block(offset, offset + len(bare), kind) if bare else None
        start += len(line) + 1


def _joined(text: str, lines: list[Block]) -> Iterator[Block]:
    """Join the lines of a hard-wrapped paragraph or list item."""
    width = max((line.end - line.start for line in lines), default=0)
    for number, line in enumerate(lines):
        if number == 0:
            block = line
        elif block.kind in ("paragraph", "item") and _is_soft(text, lines[number - 1], line, width):
            block = Block(block.start, line.end, block.kind)
        else:
            yield block
            block = line
    if lines:
        yield block


def _is_soft(text: str, before: Block, line: Block, width: int) -> bool:
    """Tell whether the newline between two lines only wraps a sentence."""
    upper, lower = text[before.start : before.end], text[line.start : line.end]
    if any(pattern.fullmatch(words) for pattern in (_DATE_LINE, _ADDRESS) for words in (upper, lower)):
        return False
    if _ends_finally(upper) and not _SHORTENED.search(upper[-CONTEXT:]):
        return False
    narrow = WRAP_WIDTHS[0] <= len(upper) and width <= WRAP_WIDTHS[1]
    if narrow and len(upper) + 1 + len(lower.split(None, 1)[0]) + WRAP_SLACK > width:
        return True  # the word had no room on the line before
    return lower[0].islower() or (before.kind == "item" and text[line.start - 1] in " \t")


def _sentence_ends(content: str, language: Literal["de", "en"]) -> list[int]:
    """Find where the sentences of a block end, after a 0 for the start of the first."""
    ends = [0]
    for candidate in _candidates(content, language):
        marks = _MARKS.match(content, candidate)
        if marks and not content[marks.end() : marks.end() + FRAGMENT].strip()[:1].islower():
            candidate = marks.end()  # noqa: PLW2901 - "[1]" belongs to the sentence before
        left = content[max(ends[-1], candidate - CONTEXT) : candidate]
        right = content[candidate : candidate + CONTEXT]
        if len(left.strip()) >= FRAGMENT and right.strip() and _is_end(left, right, language):
            ends.append(candidate)
    if len(ends) > 1 and len(content[ends[-1] :].strip()) < FRAGMENT:
        ends.pop()
    return [*ends, len(content)]


def _candidates(content: str, language: Literal["de", "en"]) -> Iterator[int]:
    """Yield the sentence ends that sentencex sees, window by window."""
    line = re.sub("[\n\ud800-\udfff]", " ", content)  # lone surrogates can't be handed to the library
    start = 0
    while start < len(line):
        window = line[start : start + SEGMENT_WINDOW]
        pieces = sentencex.segment(language, window)
        if start + len(window) < len(line):
            pieces = pieces[:-1]  # the last piece may go on beyond the window
        if not any(pieces) or not window.startswith("".join(pieces)):
            start += len(window)
            continue
        for piece in pieces:
            start += len(piece)
            yield start


def _is_end(left: str, right: str, language: Literal["de", "en"]) -> bool:
    """Tell whether a sentence really ends between two stretches of text."""
    opened = right.lstrip(_OPENING)
    if opened[:1].islower() and not opened[1:2].isupper() and left.rstrip(_CLOSING).endswith("."):
        return False
    if not (left[-1].isspace() or right[0].isspace()):
        return _is_glued_end(left, right)
    word = _WORD.match(opened)
    if language == "en" or not word:
        return True
    if _ABBREVIATION.search(left) or (_NUMBER.search(left) and re.match(_ORDINAL_NOUN, opened)):
        return False
    return not _ORDINAL_LEAD.search(left) or _GERMAN.fullmatch(word[0].lower()) is not None


def _is_glued_end(left: str, right: str) -> bool:
    """Tell a forgotten space ("Ende.Dann") from a web address, a file name or an abbreviation."""
    token = left.rsplit(None, 1)[-1] + right.split(None, 1)[0]
    if any(mark in token for mark in ("://", "www.", "@", "/", "\\")):
        return False
    word = _WORD.match(right.lstrip(_OPENING))
    return left[-1] != "." or (word is not None and len(word[0]) >= FRAGMENT and left[-2:-1].islower())


def _is_quotable(piece: str, block: Block, *, alone: bool, before_list: bool) -> bool:
    """Tell a sentence from a headline, a date, a byline, an address or mere mark-up."""
    if block.kind in ("heading", "row") or not _WORD.search(piece) or _ADDRESS.fullmatch(piece):
        return False
    words = len(piece[: SHORT_LINE * LOOSE_WORDS].split())
    if not alone:
        return True
    if block.kind == "item":
        return words > ITEM_WORDS  # the bullet counts as a word
    if _DATE_LINE.fullmatch(piece) or _CREDIT.fullmatch(piece):
        return False
    if before_list and piece.endswith(":"):
        return words >= ITEM_WORDS
    if len(piece) > SHORT_LINE:
        return words >= LOOSE_WORDS or _ends_finally(piece)
    return _ends_finally(piece) and not piece.rstrip(_CLOSING).endswith("?")  # a short lone question is a headline


def _ends_finally(line: str) -> bool:
    return re.sub(r"(?:\s?\[[^\[\]]{1,40}\])+$", "", line[-CONTEXT:]).rstrip(_CLOSING).endswith(_FINAL)
