"""What stands around an article by its place: menus, page headers that recur, titles said twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from vectorstore.cleaning.cutting import Page, Stretch, ends_sentence
from vectorstore.cleaning.furniture import is_footer_link, is_menu_line
from vectorstore.cleaning.link_lists import is_address
from vectorstore.cleaning.page_ends import find_title
from vectorstore.formats.dates import read_date
from vectorstore.sentences import Block

MENU_LINES = 4  # short lines in a row that make a menu
MENU_WORDS = 4  # of a line in a menu
APART = 4  # blocks between two page headers at least
REPEATED = 3  # times that a page header occurs at least
HEADER_LENGTH = 100  # characters of a page header
TOP_BLOCKS = 12  # blocks at the top among which a title may be doubled
TITLE_WORDS = 3  # of what is left of a headline

_LETTERS = re.compile(r"[^\W\d_]{3,}")
_GLUED_SECTION = re.compile(r"([A-ZÄÖÜ][a-zäöüß]{2,20})(?=[A-ZÄÖÜ„»\"]\w)")


def find_glued_sections(page: Page) -> Sequence[Stretch]:
    """Find the department glued to a headline, where the page names it in its menu, too.

    Before: "Panorama", "PanoramaZug hält im Wald" After: "Panorama", "Zug hält im Wald".
    """
    lines = {words for words in page.words if len(words) <= HEADER_LENGTH}
    found = []
    for block, words in zip(page.blocks[: page.first_prose()], page.words, strict=False):
        glued = _GLUED_SECTION.match(words)
        if glued and glued[1] in lines and len(words.split()) >= TITLE_WORDS:
            start = page.text.index(words, block.start)
            found.append((start, start + len(glued[1])))
    return found


def find_repeated_lines(page: Page) -> Sequence[Stretch]:
    """Find short lines that recur three times and more, far from each other, but for digits: headers of a copied PDF.

    Before: "Stadtbote Seite 1" and "Stadtbote Seite 2" and so on among the paragraphs. After: the paragraphs.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(page.words):
        if key := _header_key(words):
            places[key].append(number)
    gone = [
        number
        for found in places.values()
        if len(found) >= REPEATED and all(after - before >= APART for before, after in pairwise(found))
        for number in found
    ]
    return [page.stretch(number, number + 1) for number in sorted(gone)]


def _header_key(words: str) -> str:
    """Return a line with its digits alike, if it may be a page's header; figures and sentences are none."""
    if len(words) > HEADER_LENGTH or ends_sentence(words):
        return ""
    named = [word for word in _LETTERS.findall(words) if word != "Uhr"]
    return re.sub(r"\d+", "0", words) if named else ""


def find_doubled_title(page: Page) -> Sequence[Stretch]:
    """Find a title or a date at the top that stands above already, and a title that begins a line below it once more.

    Before: "Bad am Fluss wird neu gebaut", "Bad am Fluss wird neu gebaut Die Stadt baut ..." After: the title, "Die
    Stadt baut ...".
    """
    titles: list[str] = []
    gone = []
    top = TOP_BLOCKS  # those that stay
    for block, words in zip(page.blocks, page.words, strict=True):
        if top == 0:
            break
        if words in titles:
            gone.append((block.start, block.end))
            continue
        top -= 1
        if repeated := _length_of_repeated(words, titles):
            start = page.text.index(words, block.start)
            gone.append((start, start + repeated))
        if _may_be_doubled(words) or read_date(words):
            titles.append(words)
    return gone


def _length_of_repeated(words: str, titles: Sequence[str]) -> int:
    """Return how far a line only says titles again before it goes on; dates may begin a line."""
    reached = 0
    while title := next((title for title in titles if words.startswith(f"{title} ", reached)), ""):
        if read_date(title):
            break
        reached += len(title) + 1
    return reached


def _may_be_doubled(title: str) -> bool:
    return len(title.split()) > MENU_WORDS and len(title) <= HEADER_LENGTH * 2 and not ends_sentence(title)


def find_menus(page: Page) -> Sequence[Stretch]:
    """Find menus above the first or below the last sentence: four and more short lines in a row, or all in one line.

    The page's own address goes with them.

    Before: "Kino | Bühne | Musik | Kunst", "Die Stadt baut am Fluss ..." After: the second.
    """
    first, last = page.first_prose(), page.last_prose()
    if last < 0:
        return []
    title = find_title(page)
    above = range(first) if title is None else range(title)
    ends = (above, range(above.stop + 1, first), range(last + 1, len(page.blocks)))
    gone = {place for end in ends for place in _menu_places(page, end)}
    return [page.stretch(number, number + 1) for number in sorted(gone)]


def _menu_places(page: Page, places: range) -> set[int]:
    """Return the places of menus among those of blocks that follow each other."""
    found = {number for number in places if _is_menu(page.words[number], page.blocks[number])}
    run: list[int] = []
    for number in [*places, -1]:
        if number >= 0 and page.blocks[number].kind == "paragraph" and _is_entry(page.words[number]):
            run.append(number)
            continue
        if len(run) >= MENU_LINES:
            found.update(run)
        run = []
    return found


def _is_menu(words: str, block: Block) -> bool:
    return block.kind == "paragraph" and (is_menu_line(words) or is_footer_link(words) or is_address(words))


def _is_entry(words: str) -> bool:
    """Tell whether a line is as short as a menu's entry, and no sentence or date."""
    return (
        len(words.split(None, MENU_WORDS)) <= MENU_WORDS
        and not ends_sentence(words)
        and not any(map(str.isdigit, words))
    )
