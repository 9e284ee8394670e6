"""Which lines of a web page are its article: where it begins and ends, and what stands in boxes between."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from vectorstore.cleaning.advertisements import is_label
from vectorstore.cleaning.cutting import LONG_PARAGRAPH, ends_sentence
from vectorstore.cleaning.furniture import is_call, is_notice
from vectorstore.cleaning.promotions import promotes
from vectorstore.cleaning.recommendations import recommends
from vectorstore.formats.page_lines import PageLine

PROSE_WORDS = 8  # of a line that reads like a sentence of an article
LOOSE_WORDS = 20  # of one that does without a full stop
FOUND = 3  # times that a sentence weighs which trafilatura takes for the article's
MOST = 0.7  # share of all sentences that the article's element holds
MISLEADING = 0.5  # share of what trafilatura found in an element, from which it is the article's whatever its name
BELOW_TITLE = 0.5  # share of them below the page's one headline, from which the article begins there
TITLE_SHARE = 0.5  # of the title that a line holds which is the headline, and of the line that the title is
TITLE_REACH = 40  # lines from the headline to the first sentence; between them stand lead, byline and buttons
HEAD_LINES = 6  # above the first sentence of a page without a headline that is marked as one
BOX_LENGTH = 400  # characters of a box that is no part of the article
LINKED = 0.5  # share of a line's characters that are links, from which it is a list of links

_WORD = re.compile(r"\w+")


def choose_lines(lines: Sequence[PageLine], main: str, title: str | None) -> list[bool]:
    """Tell for each line of a page whether it belongs to the article.

    The article is in the smallest element that holds most of the page's sentences, those that trafilatura found
    counted more. It goes from its headline to its last sentence.

    Args:
        lines: all that the page shows.
        main: what trafilatura takes for the main text.
        title: the headline, where the page names it.
    """
    weights = _weigh(lines, letters_of(main))
    if not weights:
        return [is_text(line) for line in lines]
    around = find_container(lines, weights)
    inside = [around is None or around in line.path for line in lines]
    sentences = [place for place in weights if inside[place]]
    first, last = min(sentences), max(sentences)
    head = find_headline(lines, first, title)
    last = _extend(lines, inside, last)
    if first - head > TITLE_REACH:
        head = first
    boxes = find_boxes(lines, around, first)
    inside = [within or head <= place < first for place, within in enumerate(inside)]  # a lead may stand beside it
    return [
        (head <= place <= last and inside[place] and is_text(line) and place not in boxes) or place == head
        for place, line in enumerate(lines)
    ]


def trust_marks(lines: Sequence[PageLine], main: str) -> list[PageLine]:
    """Return a page's lines, those in an element that holds most of the article no longer as beside it.

    Names mislead: a page's whole content may stand in "content-sidebar-wrap" or "print-area".
    """
    found = letters_of(main)
    sums: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.marked and is_prose(line) and letters_of(line.text) in found:
            for number in line.marked:
                sums[number] += len(line.text)
    misleading = {number for number, length in sums.items() if length > MISLEADING * len(found)}
    if not misleading:
        return list(lines)
    return [replace(line, aside=not misleading.issuperset(line.marked)) for line in lines]


def _weigh(lines: Sequence[PageLine], found: str) -> dict[int, int]:
    """Return how much each sentence of a page counts, by its place; those above the page's one headline don't."""
    weights = {
        place: len(line.text) * (FOUND if letters_of(line.text) in found else 1)
        for place, line in enumerate(lines)
        if is_prose(line) and not line.aside
    }
    headlines = [place for place, line in enumerate(lines) if line.level == 1 and not line.aside]
    if len(headlines) == 1:
        below = {place: weight for place, weight in weights.items() if place > headlines[0]}
        if sum(below.values()) >= BELOW_TITLE * sum(weights.values()):
            return below
    return weights


def find_container(lines: Sequence[PageLine], weights: Mapping[int, int]) -> int | None:
    """Return the number of the innermost element that holds most of what the lines weigh."""
    sums: dict[int, int] = defaultdict(int)
    for place, weight in weights.items():
        for number in lines[place].path:
            sums[number] += weight
    all_of_it = sum(weights.values())
    enough = [number for number, weight in sums.items() if weight >= MOST * all_of_it]
    return max(enough, default=None)  # elements are numbered as they begin, so an inner one has a higher number


def find_headline(lines: Sequence[PageLine], first: int, title: str | None) -> int:
    """Return the place of the headline above the first sentence: the line that is the title, or the nearest h1, h2."""
    wanted = letters_of(title or "")
    above = range(first, -1, -1)
    alike = [place for place in above if wanted and _is_title(letters_of(lines[place].text), wanted)]
    alike.sort(key=lambda place: lines[place].level not in (1, 2))  # before a paragraph that says it, too
    named = [place for level in (1, 2) for place in above if lines[place].level == level and not lines[place].aside]
    named += [place for place in above if lines[place].level == 1]
    if alike or named:
        return [*alike, *named][0]
    plain = itertools.takewhile(lambda place: is_text(lines[place]), range(first - 1, max(-1, first - HEAD_LINES), -1))
    return min(plain, default=first)


def find_boxes(lines: Sequence[PageLine], around: int | None, first: int) -> Collection[int]:
    """Return the places of lines in boxes between the paragraphs.

    These are short ones of which a line is furniture, or that hold no sentence at all: a product's name and price.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if place > first and around in line.path[:-1]:
            groups[line.path[line.path.index(around or 0) + 1]].append(place)
    return {place for group in groups.values() if _is_box([lines[place] for place in group]) for place in group}


def is_prose(line: PageLine) -> bool:
    """Tell whether a line reads like a sentence of an article, and neither sells nor asks for consent."""
    words = len(_WORD.findall(line.text))
    reads = words >= LOOSE_WORDS or (words >= PROSE_WORDS and ends_sentence(line.text))
    return reads and not is_linked(line) and not is_notice(line.text) and not promotes(line.text)


def is_text(line: PageLine) -> bool:
    """Tell whether a line may be the article's: neither beside it nor a link elsewhere."""
    return not line.aside and not is_linked(line)


def is_linked(line: PageLine) -> bool:
    """Tell whether a line is mostly links."""
    return line.link_share >= LINKED


def letters_of(text: str) -> str:
    """Return only the letters and digits of a text, by which it is compared however it is set."""
    return "".join(_WORD.findall(text))


def _is_box(group: Sequence[PageLine]) -> bool:
    if len(group) < 2 or sum(len(line.text) for line in group) > BOX_LENGTH:
        return False
    if any(is_prose(line) and len(line.text) >= LONG_PARAGRAPH for line in group):
        return False
    texts = [line.text for line in group]
    litter = any(map(_is_furniture, texts))
    return litter or all(line.kind == "paragraph" and not ends_sentence(line.text) for line in group)


def _is_title(line: str, title: str) -> bool:
    """Tell whether a line is the title, or most of it, or has a few words more."""
    return TITLE_SHARE * len(title) <= len(line) <= len(title) / TITLE_SHARE and (line in title or title in line)


def _extend(lines: Sequence[PageLine], inside: Sequence[bool], last: int) -> int:
    """Return the last line of the article: short sentences, and the rest of a list or table, may follow its last prose.

    Beyond the element that holds its paragraphs, nothing that is no article may come before them.
    """
    path = lines[last].path
    near = path[-2:-1] or path
    if last + 1 < len(lines) and lines[last + 1].path == path:
        near = path[-1:]  # line breaks part the paragraphs, not elements
    beyond = False
    for place in range(last + 1, len(lines)):
        line = lines[place]
        beyond = beyond or not set(near) <= set(line.path)
        if not inside[place] or _is_furniture(line.text) or (beyond and not is_text(line)):
            break
        is_sentence = ends_sentence(line.text) and not line.level and not line.text.endswith(":")
        if is_text(line) and (line.kind == "item" or is_sentence):
            last = place
    return last


def _is_furniture(text: str) -> bool:
    """Tell whether a line ends the article, or a box begins with it."""
    return recommends(text) or is_label(text) or is_call(text) or is_notice(text) or promotes(text)
