"""What the house of a page offers its readers without a label: newsletters, subscriptions, apps, polls, raffles."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.cleaning.advertisements import is_label
from vectorstore.cleaning.cutting import LONG_PARAGRAPH, Page, Stretch, is_turn, without_quotes
from vectorstore.cleaning.furniture import is_call, is_furniture
from vectorstore.cleaning.wording import mentions, says
from vectorstore.sentences import Block

PROMOTION_LENGTH = 300  # characters: a longer paragraph on subscriptions is about them
ALONE_LENGTH = 200  # characters of a line that advertises by itself
HEADLINE_WORDS = 8  # of a headline over a promotion
BOX_LENGTH = 400  # characters of a box
BOX_LINES = 12  # lines of one
BETWEEN = 4  # lines in a row in a box that are no litter by themselves


def find_promotions(page: Page) -> Sequence[Stretch]:
    """Find short paragraphs that ask the reader to buy, subscribe, follow or take part, and the call above them.

    Before: "... im Herbst öffnen.", "Jetzt unseren Newsletter abonnieren und nichts verpassen!" After: the first.
    """
    found = []
    for number, words in enumerate(page.words):
        if page.blocks[number].kind != "heading" and promotes(words):
            first = number - 1 if number and calls_out(page.words[number - 1]) else number
            found.append(page.stretch(first, number + 1))
    return found


def find_boxes(page: Page) -> Sequence[Stretch]:
    """Find boxes below the first sentence: short lines of which the first and the last are litter, and one asks.

    Before: "Newsletter „Fluss am Morgen“", "Was die Stadt bewegt.", "E-Mail-Adresse" After: nothing.
    """
    litter = [_is_litter(words, block) for words, block in zip(page.words, page.blocks, strict=True)]
    found = []
    number = page.first_prose() + 1
    while number < len(page.blocks):
        end = _parted_box_end(page, litter, number)
        if litter[number]:
            end = max(end, _box_end(page, litter, number))
            end = max(
                end, _parted_box_end(page, litter, _group_start(page, end - 1))
            )  # it may have reached a part of it
        if end > number + 1:
            found.append(page.stretch(number, end))
        number = max(end, number + 1)
    return found


def promotes(words: str) -> bool:
    """Tell whether a paragraph names a product of the house, and asks for it."""
    if len(words) > PROMOTION_LENGTH:
        return False
    if says("promotions_alone", words, ALONE_LENGTH):
        return True
    own = without_quotes(words)  # what somebody in the article says, or a button that it describes, is no offer
    return mentions("promotions_asking", own) and mentions("promotions_products", own)


def calls_out(words: str) -> bool:
    """Tell whether a line is the headline of a promotion: short, and loud or a question."""
    return len(words.split(None, HEADLINE_WORDS)) <= HEADLINE_WORDS and words.endswith(("!", "?"))


def _box_end(page: Page, litter: Sequence[bool], first: int) -> int:
    """Return where a box ends that begins with a line of litter: behind the last litter with few lines between.

    A sentence between them may be the article going on.
    """
    end, asks = first + 1, _asks(page.words[first])
    for number in range(first + 1, min(len(page.blocks), first + BOX_LINES)):
        if litter[number]:
            end, asks = number + 1, asks or _asks(page.words[number])
        elif number - end >= BETWEEN or not _is_plain(page, number) or page.prose[number]:
            break
    return end if asks else first


def _parted_box_end(page: Page, litter: Sequence[bool], first: int) -> int:
    """Return where a box ends that stands between two blank lines and asks for something; its start if it is none."""
    most = min(len(page.blocks), first + BOX_LINES)
    end = next((other for other in range(first + 1, most) if page.is_apart(other)), most)
    is_parted = page.is_apart(first) and (end == len(page.blocks) or page.is_apart(end))
    if not is_parted or sum(map(len, page.words[first:end])) > BOX_LENGTH or (page.prose[first] and not litter[first]):
        return first
    if not all(litter[number] or _is_plain(page, number) for number in range(first, end)):
        return first
    return end if any(map(_asks, page.words[first:end])) else first


def _group_start(page: Page, number: int) -> int:
    """Return where the lines begin that stand with a block between two blank lines."""
    return next((other for other in range(number, max(0, number - BOX_LINES), -1) if page.is_apart(other)), number)


def _is_plain(page: Page, number: int) -> bool:
    """Tell whether a block may stand in a box: a short paragraph, and nobody's answer."""
    words = page.words[number]
    return page.blocks[number].kind == "paragraph" and len(words) < LONG_PARAGRAPH and not is_turn(words)


def _is_litter(words: str, block: Block) -> bool:
    if block.kind != "paragraph" or len(words) > BOX_LENGTH:
        return False
    return is_label(words) or is_furniture(words) or promotes(words)


def _asks(words: str) -> bool:
    """Tell whether a line asks for a subscription, an address or a click."""
    return is_call(words) or promotes(words)
