"""The rules in their order, applied until nothing more goes."""

from __future__ import annotations

from vectorstore.cleaning.advertisements import find_advertisements, find_glued_labels
from vectorstore.cleaning.comments import find_comment_section, find_comments
from vectorstore.cleaning.cutting import Page, Rule, cut
from vectorstore.cleaning.furniture import find_buttons, find_machinery, find_notices
from vectorstore.cleaning.link_lists import find_link_list, find_link_runs
from vectorstore.cleaning.normalising import normalise
from vectorstore.cleaning.page_ends import find_bottom, find_top
from vectorstore.cleaning.page_frame import find_doubled_title, find_glued_sections, find_menus, find_repeated_lines
from vectorstore.cleaning.promotions import find_boxes, find_promotions
from vectorstore.cleaning.recommendations import find_glued_teasers, find_recommendations

ROUNDS = 30  # one rule may bare what another takes; real pages need three rounds
BLOCKS = 20_000  # paragraphs and lines of a page; what has more is a book or a dump and has no frame to take off
RULES: tuple[Rule, ...] = (
    find_glued_teasers,
    find_repeated_lines,
    find_glued_sections,
    find_doubled_title,
    find_comment_section,
    find_top,
    find_boxes,
    find_bottom,
    find_comments,
    find_glued_labels,
    find_advertisements,
    find_recommendations,
    find_promotions,
    find_buttons,
    find_machinery,
    find_notices,
    find_menus,
    find_link_list,
    find_link_runs,
)
"""What opens a section to the end comes before what takes single lines, so that a section is found by its heading."""


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Take out of a page's text what is not the article; return the rest and the parts taken out, in rule order.

    The rest is made of lines of the normalised text, or their ends, in order; cleaning it again changes nothing.
    """
    page = Page.of(normalise(text))
    removed: list[str] = []
    if len(page.blocks) > BLOCKS:
        return page.text, ()
    for _ in range(ROUNDS):
        count = len(removed)
        for rule in RULES:
            if gone := rule(page):
                rest, parts = cut(page.text, gone)
                removed.extend(parts)
                page = Page.of(rest)
        if len(removed) == count:
            break
    return page.text, tuple(removed)
