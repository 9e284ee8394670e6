"""The evidence of an answer as HTML: a card for each citation, its quote marked. Pure, as ``rendering``."""

from __future__ import annotations

from assistant.answer import Answer, Citation
from assistant.phrases import Language
from ui.escaping import escape, render_address, render_line, render_text
from ui.rendering import card_id, name_copies
from ui.wording import say, written_date


def render_evidence(answer: Answer, *, language: Language = "de", turn: int = 1, shown: bool = True) -> str:
    """Return the evidence of an answer: a card for each citation, its quote marked in the passage.

    The cards of an abstention are headed as the nearest passages, and nothing in them is marked, for nothing in them
    answers. ``shown`` is False for an earlier turn, whose cards wait until one of its markers is clicked.
    """
    heading = say("nearest" if answer.abstained else "evidence", language)
    cards = "".join(_card(citation, answer, language, turn) for citation in answer.citations)
    return (
        f'<section class="belegt-turn" id="belegt-turn-{turn}"{"" if shown else " hidden"}>'
        f"<h2>{escape(heading)}</h2>"
        f'<p class="belegt-quiet belegt-asked">{escape(answer.question.strip())}</p>'
        f"{cards or render_line(say('no_evidence', language))}</section>"
    )


def _card(citation: Citation, answer: Answer, language: Language, turn: int) -> str:
    """Return the card of a citation: its number, its article, and the quote in its passage."""
    page = say("page", language, page=citation.page) if citation.page else None
    source = [citation.publisher, citation.author, written_date(citation.published, language), page]
    others = escape(name_copies(citation, "also_in", language))
    copies = f'<p class="belegt-source">{others}</p>' if others else ""
    label = escape(say("heading" if answer.abstained else "card", language, number=citation.number))
    passage = render_text(citation.passage) if answer.abstained else mark_quote(citation)
    link = render_address(citation.url, say("open", language))
    return (
        f'<article class="belegt-card" id="{card_id(turn, citation.number)}" tabindex="-1" aria-label="{label}">'
        f'<header><span class="belegt-number">{citation.number}</span>'
        f"<div><h3>{escape(citation.title.strip() or say('untitled', language))}</h3>"
        f'<p class="belegt-source">{" · ".join(escape(part) for part in source if part)}</p>{copies}</div></header>'
        f'<div class="belegt-passage">{passage}</div>'
        f'<p class="belegt-card-links"><button type="button" class="belegt-read" data-turn="{turn}" '
        f'data-number="{citation.number}">{escape(say("read", language))}</button>{link}</p></article>'
    )


def mark_quote(citation: Citation) -> str:
    """Return the passage with its quote marked once; a quote that is not found in it stands above it."""
    if not citation.quote.strip():
        return render_text(citation.passage)
    before, quote, after = citation.passage.partition(citation.quote)
    if not quote:
        return f"<mark>{escape(citation.quote)}</mark>\n\n{render_text(citation.passage)}"
    return f"{render_text(before, start=True)}<mark>{escape(quote)}</mark>{render_text(after, end=True)}"
