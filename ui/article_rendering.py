"""A whole article as HTML: what is known of it, its text with the cited passage marked, what cleaning took out.

Pure, as ``rendering``: every word of an article is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Citation
from assistant.phrases import Language
from ui.escaping import escape, render_address, render_line, render_text, visible
from ui.evidence_rendering import mark_quote
from ui.wording import language_name, say, written_date, written_number

if TYPE_CHECKING:
    from assistant import Article, Holding, Source

NAME_LENGTH = 120
"""Characters of an article's name in a list; a longer one pushes its outlet and date out of sight."""
TEXT_SHOWN = 200_000
"""Characters shown of one text, a hundred printed pages; with megabytes more a browser stands still."""
PARTS_SHOWN = 500
"""Parts shown of what cleaning removed; an export of a forum may have tens of thousands."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an article's text a quote and the passage around it stand, as character offsets."""

    passage_start: int
    start: int
    end: int
    passage_end: int


def find_place(text: str, citation: Citation) -> Place | None:
    """Return where a citation stands in this text; ``None`` where the article has changed and no longer says it."""
    quote, start = citation.quote, citation.start
    if not quote or start < 0 or text[start : citation.end] != quote:
        start = text.find(quote) if quote else -1
    if start < 0:
        return None
    end, length = start + len(quote), len(citation.passage)
    around = text.find(citation.passage, max(0, end - length), start + length)  # only where it holds the quote
    if around < 0:
        return Place(start, start, end, end)
    return Place(around, start, end, around + length)


def render_article(
    article: Article,
    holding: Holding | None,
    *,
    citation: Citation | None = None,
    removable: bool = False,
    language: Language = "de",
) -> str:
    """Return an article to read; where it is cited, the passage is set off and its quote marked.

    ``holding`` is ``None`` where it is no longer in the collection, ``removable`` whether it may be deleted.
    """
    place = find_place(article.text, citation) if citation else None
    changed = "" if place or not citation else render_line(say("changed", language)) + _cited_alone(citation)
    label = escape(say("text", language))
    text = _text_around(article.text, place, language) if place else _long_text(article.text, language)
    return _frame(
        article.source.title,
        f"{_origin(article.source, citation, language)}{_known_of(article, holding, citation, language)}{changed}"
        f'<div class="belegt-passage belegt-text" role="group" aria-label="{label}">{text}</div>'
        f"{_removed(article.removed, language)}{_deletion(article.source, language) if removable else ''}",
        language,
    )


def render_lost_article(citation: Citation, *, language: Language = "de") -> str:
    """Return a citation whose article is no longer there: the passage as it was cited, and what is known of it."""
    body = f"{_origin(citation, citation, language)}{render_line(say('gone', language))}{_cited_alone(citation)}"
    return _frame(citation.title, body, language)


def name_article(source: Source, language: Language) -> str:
    """Return what an article is called in a line: title, outlet, date."""
    day = written_date(source.published, language) if source.published else None
    return " · ".join(
        part for part in (short_title(source.title, language), visible(source.publisher or ""), day) if part
    )


def short_title(title: str, language: Language) -> str:
    """Return a title on one line, cut where it is long; a word in place of none."""
    title = visible(" ".join(title.split())) or say("untitled", language)
    return title if len(title) <= NAME_LENGTH else f"{title[: NAME_LENGTH - 1]}…"


def _frame(title: str, body: str, language: Language) -> str:
    """Return an article under its title, with the button that leads back to where the reader came from."""
    title = escape(title.strip() or say("untitled", language))
    back = escape(say("back", language))
    return (
        f'<article class="belegt-article" aria-label="{title}">'
        f'<p class="belegt-reader-bar"><button type="button" class="belegt-back">{back}</button></p>'
        f'<h2 tabindex="-1">{title}</h2>{body}</article>'
    )


def _cited_alone(citation: Citation) -> str:
    return f'<div class="belegt-passage belegt-text">{mark_quote(citation)}</div>'


def _text_around(text: str, place: Place, language: Language) -> str:
    """Return a text with the passage set off and its quote marked; of a very long one only what stands around it."""
    first = max(0, min(place.start - TEXT_SHOWN // 2, len(text) - TEXT_SHOWN))
    last = first + TEXT_SHOWN
    passage_start, passage_end = max(first, place.passage_start), min(last, place.passage_end)
    while passage_start < place.start and text[passage_start].isspace():
        passage_start += 1  # an empty line before the passage is not to be set off
    return (
        f"{_cut(first, language)}{render_text(text[first:passage_start], start=True)}"
        f'<span class="belegt-cited">'
        f"{render_text(text[passage_start : place.start], start=True, end=passage_start > 0)}"
        f'<mark tabindex="-1">{escape(text[place.start : place.end])}</mark>'
        f"{render_text(text[place.end : passage_end], start=True, end=True)}</span>"
        f"{render_text(text[passage_end:last], end=True)}{_cut(len(text) - last, language)}"
    )


def _origin(source: Source | Citation, citation: Citation | None, language: Language) -> str:
    """Return in a line where a passage comes from: outlet, author, date, page, and the address to go there."""
    page = say("page", language, page=citation.page) if citation and citation.page else None
    told = [source.publisher, source.author, written_date(source.published, language), page]
    parts = [escape(part) for part in told if part and part.strip()]
    link = render_address(source.url, say("open", language))
    return f'<p class="belegt-origin">{" · ".join([*parts, link] if link else parts)}</p>'


def _known_of(article: Article, holding: Holding | None, citation: Citation | None, language: Language) -> str:
    """Return all that is known of an article; folded away where a passage of it is looked for."""
    summary, facts = escape(say("known", language)), _facts(article, holding, language)
    return f'<details class="belegt-known"{"" if citation else " open"}><summary>{summary}</summary>{facts}</details>'


def _facts(article: Article, holding: Holding | None, language: Language) -> str:
    """Return what is known of an article as a list of terms; what is not known is said to be unknown."""
    source = article.source
    facts = {
        "outlet": _known(source.publisher, language),
        "author": _known(source.author, language),
        "published": _known(written_date(source.published, language) if source.published else None, language),
        "language": _known(source.language and language_name(source.language, language), language),
        "url": render_address(source.url) or _known(source.url, language),
    }
    if article.page_starts:
        facts["pages"] = str(len(article.page_starts))
    facts["passages"] = _known(str(holding.passages) if holding else None, language)
    facts["file"] = escape(source.article_id)
    if holding and holding.copies:
        copies = "".join(f"<li>{escape(name_article(one, language))}</li>" for one in holding.copies)
        facts["same_story"] = f"<ul>{copies}</ul>"
    rows = "".join(f"<div><dt>{escape(say(key, language))}</dt><dd>{fact}</dd></div>" for key, fact in facts.items())
    return f"<dl>{rows}</dl>"


def _known(value: str | None, language: Language) -> str:
    """Return a fact, or that it is unknown."""
    if value and value.strip():
        return escape(value.strip())
    return f'<span class="belegt-quiet">{escape(say("unknown", language))}</span>'


def _removed(parts: Sequence[str], language: Language) -> str:
    """Return what cleaning took out, folded away; a wrong cut is found here."""
    if not parts:
        return render_line(say("removed_nothing", language))
    shown = "".join(f"<li>{_long_text(part, language)}</li>" for part in parts[:PARTS_SHOWN])
    rest = len(parts) - PARTS_SHOWN
    shown += f"<li>{escape(say('more', language, count=rest))}</li>" if rest > 0 else ""
    summary = escape(say("removed", language, count=len(parts)))
    return f'<details class="belegt-removed"><summary>{summary}</summary><ul>{shown}</ul></details>'


def _deletion(source: Source, language: Language) -> str:
    """Return the button that deletes an article, which asks once more."""
    question = say("remove_question", language, title=short_title(source.title, language))
    return (
        f'<div class="belegt-deletion"><button type="button" class="belegt-button belegt-delete">'
        f"{escape(say('remove', language))}</button>"
        f'<div class="belegt-sure" hidden><p>{escape(question)}</p>'
        f'<button type="button" class="belegt-button belegt-danger belegt-delete-sure" '
        f'data-article="{escape(source.article_id)}">{escape(say("remove_sure", language))}</button>'
        f'<button type="button" class="belegt-button belegt-delete-not">{escape(say("remove_not", language))}</button>'
        f"</div></div>"
    )


def _long_text(text: str, language: Language) -> str:
    """Return a text to read; of a very long one the beginning, and how much is not shown."""
    return f"{render_text(text[:TEXT_SHOWN])}{_cut(len(text) - TEXT_SHOWN, language)}"


def _cut(hidden: int, language: Language) -> str:
    """Return a line that says how many characters are not shown; nothing where all are."""
    return render_line(say("cut", language, count=written_number(hidden, language))) if hidden > 0 else ""
