"""What stands above the headline and below the last sentence of a page copied as text."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.cleaning.advertisements import is_label
from vectorstore.cleaning.cutting import LONG_PARAGRAPH, Page, Stretch, ends_sentence, stems_of
from vectorstore.cleaning.furniture import is_furniture, is_menu_line
from vectorstore.cleaning.link_lists import is_address
from vectorstore.cleaning.promotions import calls_out, promotes
from vectorstore.cleaning.recommendations import recommends, recommends_one
from vectorstore.cleaning.wording import says
from vectorstore.formats.bylines import read_byline
from vectorstore.formats.dates import read_date_line

TITLE_WORDS = 3  # of a headline at least
TITLE_LENGTH = 200  # characters of one at most
ALIKE = 0.6  # of the most that a line has in common with the article, from which it may be the headline
LEAD_LINES = 3  # lines from a headline to its lead, which may have more in common with the article
SHARED = 0.34  # share of its words that a headline has in common with the article
HEAD_LINES = 3  # lines above a headline that make a page's head; one or two may be a kicker and a byline
SPOKEN = 0.34  # share of the lines of a page's head that are sentences, at most: teasers have some
ABOVE = 60  # blocks above the first sentence; more are no page's head
ARTICLE_LENGTH = 250  # characters of prose above the end of an article


def find_top(page: Page) -> Sequence[Stretch]:
    """Find what stands above the headline: the line of those above the first sentence that shares its words.

    Before: "Talkurier", "Abo", "Brücke gesperrt", "Neues Bad am Fluss", "Die Stadt baut am Fluss ..." After: the last
    two.
    """
    title = find_title(page)
    if not title or any(block.kind != "paragraph" for block in page.blocks[: title + 1]):
        return []
    above = [words for words in page.words[:title] if not read_date_line(words) and not read_byline(words)]
    spoken = sum(ends_sentence(words) for words in above)  # an article may begin with short sentences
    return [page.stretch(0, title)] if len(above) >= HEAD_LINES and spoken <= SPOKEN * len(above) else []


def find_bottom(page: Page) -> Sequence[Stretch]:
    """Find everything below the article, from a line on that ends it.

    Above a heading over other stories, any sentence shows that the article goes on; below it only a long paragraph,
    for teasers have sentences.

    Before: "... im Herbst öffnen.", "War das hilfreich?", "Ja Nein", "Flohmarkt am Fluss" After: the first.
    """
    leads = [_leads_away(words) for words in page.words]
    goes_on = _last_of_article(page, leads)
    length = 0
    for number, words in enumerate(page.words):
        if length >= ARTICLE_LENGTH and number > goes_on and (leads[number] or is_litter(words)):
            first = number - 1 if calls_out(page.words[number - 1]) else number
            return [page.stretch(first, len(page.blocks))]
        length += page.prose[number] * len(words)
    return []


def find_title(page: Page) -> int | None:
    """Return the number of the headline of a page, where it stands above the first sentence and one can be told."""
    first = next((number for number, prose in enumerate(page.prose) if prose and not is_litter(page.words[number])), 0)
    return _find_title(page, first) if 0 < first <= ABOVE else None


def _leads_away(words: str) -> bool:
    return recommends(words) or says("comment_sections", words, TITLE_LENGTH)


def _find_title(page: Page, first: int) -> int | None:
    """Return the block above the first sentence that has most in common with the article, or stands over its date."""
    below = zip(page.words[first:], page.prose[first:], strict=True)
    body = set(stems_of("\n".join(words for words, prose in below if prose and not is_litter(words))))
    candidates = [number for number in range(first) if _may_be_title(page.words[number])]
    scores = {number: _score(page.words[number], body) for number in candidates}
    best = max(scores, key=lambda number: scores[number], default=None)
    if best is not None and scores[best]:
        near = (number for number in scores if best - LEAD_LINES <= number)
        return next(number for number in near if scores[number] >= ALIKE * scores[best])
    return next((number for number in candidates if read_date_line(page.words[number + 1])), None)


def is_litter(words: str) -> bool:
    """Tell whether a line is litter by its own words."""
    return is_furniture(words) or promotes(words) or recommends_one(words) or is_label(words)


def _last_of_article(page: Page, leads: Sequence[bool]) -> int:
    """Return the last block that shows that the article goes on.

    That is a long paragraph, a list, a heading over prose, or any sentence that nothing below it leads away from.
    """
    last = -1
    below_lead = False
    for number, words in enumerate(page.words):
        below_lead = below_lead or (leads[number] and number > last)
        if not page.prose[number] or is_litter(words):
            continue
        headed = number > 0 and page.blocks[number - 1].kind == "heading"
        if not below_lead or len(words) >= LONG_PARAGRAPH or page.blocks[number].kind == "item" or headed:
            last = number
            below_lead = False
    return last


def _score(words: str, body: set[str]) -> float:
    """Return how much a headline has in common with the article.

    Two words of two are less than four of six: a kicker has few words and all of them in the article.
    """
    stems = stems_of(words)
    shared = sum(stem in body for stem in stems)
    return shared * shared / len(stems) if stems and shared >= SHARED * len(stems) else 0.0


def _may_be_title(words: str) -> bool:
    """Tell whether a line may be a headline: some words, no full stop, nothing that tells something else."""
    if len(words) > TITLE_LENGTH or len(words.split()) < TITLE_WORDS or words.endswith((".", ":", ",")):
        return False
    if read_date_line(words) or is_address(words):
        return False
    return not (is_menu_line(words) or is_litter(words) or says("field_labels", words, TITLE_LENGTH))
