"""Advertising between the paragraphs that a label announces: "Anzeige", "Advertisement"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.cleaning.cutting import Page, Stretch, is_prose, is_turn
from vectorstore.cleaning.wording import mentions, says

LABEL_LENGTH = 60  # characters of a label
SHORT_LENGTH = 120  # characters of advertising that one mark gives away; a longer paragraph needs two
ADVERTISING_LENGTH = 600  # characters: advertisements between paragraphs are short
PROSE_LENGTH = 300  # characters: a longer paragraph without a mark of advertising is the article going on

_LABEL = re.compile(
    r"[\W_]{0,20}(?:anzeigen?|werbung|advertisements?|advertorial|ads?|(?:sponsored|gesponsert)(?: \w+)?"
    r"|weiter nach der werbung|advertisement\W{1,5}scroll to continue(?: reading)?)[\W_]{0,20}",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?:Anzeige|ANZEIGE|Werbung|WERBUNG|Advertisement|ADVERTISEMENT|Sponsored)(?=[A-ZÄÖÜ„\"])")
_ADDRESSED = re.compile(
    r"\b[^\W\d_]+en Sie\b|(?<=[a-zäöüß,] )(?:Ihre?[mnrs]?|Ihnen)\b"
)  # first, "Ihre" may be "theirs"
_BUYING = re.compile(
    r"\b(?:(?:ver)?kaufen|einstieg|einsteigen|lohnt|sparen|anleger|investieren|buy|sell|save)\b[^.!?]*\?", re.IGNORECASE
)


def find_advertisements(page: Page) -> Sequence[Stretch]:
    """Find each line that only says "Anzeige" or the like, with the advertising that hangs on it.

    Before: "... im Herbst öffnen.", "Anzeige", "Jetzt Rabatt sichern!", "Das Amt ..." After: the first and the last.
    """
    gone = []
    number = 0
    while number < len(page.blocks):
        first = number
        number += 1
        if not _labels(page, first):
            continue
        while number < len(page.blocks) and _hangs_on(page, first, number):
            number += 1
        gone.append(page.stretch(first, number))
    return gone


def find_glued_labels(page: Page) -> Sequence[Stretch]:
    """Find the label that copying has glued to a sentence.

    Before: "AnzeigeDie Stadt baut ein Bad, das im Herbst öffnen soll." After: "Die Stadt baut ein Bad, ...".
    """
    glued = (_glued_label(page, number) for number, prose in enumerate(page.prose) if prose)
    return [match.span() for match in glued if match]


def is_label(words: str) -> bool:
    """Tell whether a line says nothing but that something is advertising, or names a box: a newsletter, a poll."""
    return len(words) <= LABEL_LENGTH and (
        _LABEL.fullmatch(words) is not None or says("box_labels", words, LABEL_LENGTH)
    )


def _labels(page: Page, number: int) -> bool:
    """Tell whether a block is a label, or advertising with the label glued to it."""
    if page.blocks[number].kind == "heading":
        return False
    if _glued_label(page, number):
        return not page.prose[number]
    words = page.words[number]
    return len(words) <= LABEL_LENGTH and _LABEL.fullmatch(words) is not None


def _glued_label(page: Page, number: int) -> re.Match[str] | None:
    block = page.blocks[number]
    return _GLUED.match(page.text, block.start, block.end)


def _hangs_on(page: Page, label: int, number: int) -> bool:
    """Tell whether a block belongs to the advertisement that a label opened."""
    words = page.words[number]
    if (
        page.blocks[number].kind == "heading"
        or _labels(page, number)
        or is_turn(words)
        or _announces_list(page, number)
    ):
        return False
    if len(words) <= ADVERTISING_LENGTH and _advertises(words):
        return True
    near = number == label + 1 or not page.is_apart(number)
    return near and len(words) <= PROSE_LENGTH and not is_prose(words)


def _announces_list(page: Page, number: int) -> bool:
    after = number + 1
    return page.words[number].endswith(":") and after < len(page.blocks) and page.blocks[after].kind == "item"


def _advertises(words: str) -> bool:
    """Tell whether a paragraph after a label reads like advertising: one mark does for a short one, two for a long."""
    marks = mentions("advertising", words) + sum(pattern.search(words) is not None for pattern in (_ADDRESSED, _BUYING))
    marks += words.endswith((":", "...", "…"))
    return marks > (len(words) > SHORT_LENGTH)
