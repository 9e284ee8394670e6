"""What a page puts around and between any article: buttons, menus, notices, words about itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vectorstore.cleaning.cutting import Page, Stretch, ends_sentence, without_quotes
from vectorstore.cleaning.wording import count_phrases, mentions, says, share_of_phrases

BUTTON_LENGTH = 160  # characters of a row of buttons
CALL_LENGTH = 80  # of a button that asks for something
MACHINERY_LENGTH = 300  # of what a page says about itself
NOTICE_LENGTH = 500  # a longer paragraph about cookies or advice is the article's own matter
MENU_LINE_LENGTH = 300  # of a menu in one line
ENTRY_WORDS = 5  # of an entry in a menu
ENTRIES = 4  # that make a line a menu
KNOWN = 0.6  # share of a menu's words that are known from menus and footers

_FIGURE = re.compile(r"\d{1,3}(?:[.,]?\d{3})*")
_PARTED = re.compile(r"\s*[|·•›»\t]\s*")
_GLUED_ENTRIES = re.compile(rf"(?:[A-ZÄÖÜ][a-zäöüß-]+){{{ENTRIES},40}}")
_SHOUTED = re.compile(rf"[A-ZÄÖÜß-]{{4,}}(?: [A-ZÄÖÜß-]{{4,}}){{{ENTRIES - 1},20}}")


def find_buttons(page: Page) -> Sequence[Stretch]:
    """Find lines that are nothing but buttons: "Teilen", "Drucken | Merken", "Zur Startseite", "Impressum".

    Before: "... im Herbst öffnen.", "Artikel teilen", "Das Amt ..." After: the first and the last.
    """
    buttons = [is_button(words) and not _heads_something(page, number) for number, words in enumerate(page.words)]
    beside = [before or after for before, after in zip([False, *buttons], [*buttons[1:], False], strict=False)]
    return [
        page.stretch(number, number + 1)
        for number, words in enumerate(page.words)
        if buttons[number] or (beside[number] and _is_weak(words) and not _heads_something(page, number))
    ]


def find_machinery(page: Page) -> Sequence[Stretch]:
    """Find what a page says about itself: "Video wird geladen", "Sie sind hier: Start > Politik".

    Before: "... im Herbst öffnen.", "Weiter nach der Werbung" After: the first.
    """
    return _lines(page, is_machinery)


def find_notices(page: Page) -> Sequence[Stretch]:
    """Find notices for lawyers: disclaimers, copyright, cookies; only short paragraphs that speak of themselves.

    Before: "... im Herbst öffnen.", "Dieser Beitrag stellt keine Anlageberatung dar." After: the first.
    """
    return _lines(page, is_notice)


def _is_weak(words: str) -> bool:
    """Tell whether a line is litter beside a button: a word that may be one, or how often it was used."""
    return is_footer_link(words) or (len(words) <= CALL_LENGTH and _FIGURE.fullmatch(words) is not None)


def is_furniture(words: str) -> bool:
    """Tell whether a line is a button, a notice, or what the page says about itself."""
    return is_button(words) or is_machinery(words) or is_notice(words)


def is_button(words: str) -> bool:
    """Tell whether a line is buttons and nothing else. They end with no full stop: "Nein." is somebody's answer."""
    if len(words) > BUTTON_LENGTH or words.endswith((".", ":", ",")):
        return False
    return count_phrases(words, "buttons") > 0 or count_phrases(words, "buttons", "footer_links") > 1 or is_call(words)


def is_footer_link(words: str) -> bool:
    """Tell whether a line is made of words of menus and footers, which may also be the heading of a chapter."""
    if len(words) > BUTTON_LENGTH or ends_sentence(words):
        return False
    return count_phrases(words, "buttons", "footer_links") > 0


def is_call(words: str) -> bool:
    """Tell whether a line is a button that asks for money, an address or a click."""
    return says("calls", words.rstrip("!› »>→"), CALL_LENGTH)


def is_machinery(words: str) -> bool:
    """Tell whether a line is what a page says about itself."""
    return says("machinery", words, MACHINERY_LENGTH)


def is_notice(words: str) -> bool:
    """Tell whether a paragraph is a notice for lawyers."""
    if len(words) > NOTICE_LENGTH:
        return False
    own = without_quotes(words)  # a notice that the article tells of is none
    return mentions("notices", own) or mentions("consent", own)


def is_menu_line(words: str) -> bool:
    """Tell whether a line is a whole menu: "Kino | Bühne | Musik | Kunst", "PolitikSportKulturReise".

    Figures between the marks are a table's, or prices; the article may want them.
    """
    if len(words) > MENU_LINE_LENGTH or ends_sentence(words):
        return False
    entries = [entry for entry in _PARTED.split(words) if entry]
    short = all(len(entry.split()) <= ENTRY_WORDS for entry in entries)
    parted = len(entries) >= ENTRIES and short
    if parted or any(pattern.fullmatch(words) for pattern in (_GLUED_ENTRIES, _SHOUTED)):
        return True
    return share_of_phrases(words, "buttons", "footer_links") >= KNOWN and len(words.split()) >= ENTRIES


def _lines(page: Page, is_litter: Callable[[str], bool]) -> list[Stretch]:
    """Find each line that is litter."""
    return [
        page.stretch(number, number + 1)
        for number, words in enumerate(page.words)
        if is_litter(words) and not _heads_something(page, number)
    ]


def _heads_something(page: Page, number: int) -> bool:
    """Tell whether a block is a heading with something to read under it."""
    after = number + 1
    return (
        page.blocks[number].kind == "heading"
        and after < len(page.blocks)
        and (page.prose[after] or page.blocks[after].kind == "item")
    )
