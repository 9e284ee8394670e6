"""An answer as HTML: the bubble in the conversation, and the cards of its evidence beside it.

Articles, file names and questions are written by strangers: wherever their words become HTML, here and in
``article_rendering``, every one of them passes :func:`escape`. Pure: nothing here knows the page that shows it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit

from assistant.answer import Answer, Citation, Statement
from assistant.phrases import Language
from ui.wording import say, written_date

# A first visit should show what is searched without becoming a catalogue.
ARTICLES_SHOWN = 8
# A story of an agency may stand in fifty outlets; a card names as many as fit on two lines.
COPIES_NAMED = 6

_MARKER = re.compile(r"(\[[0-9]+\])")
# A line that Markdown would set as a heading; articles are kept as Markdown.
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+(?=[^ \t#])")
HEADING_END = " #\t\r\n"
# Control characters mean nothing in a page, and direction marks can turn a neighbour's text around.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class ArticleLine(Protocol):
    """What is shown of an article in the list of what is searched."""

    @property
    def title(self) -> str: ...  # noqa: D102 - the names say it

    @property
    def published(self) -> date | None: ...  # noqa: D102

    @property
    def publisher(self) -> str | None: ...  # noqa: D102


def escape(text: str) -> str:
    """Return a stranger's text so that a browser shows it, in an element or an attribute, and does nothing else."""
    return html.escape(visible(text), quote=True)


def visible(text: str) -> str:
    """Return a text without invisible control characters; half characters, which no page can carry, as question marks.

    Enough where a part of the page takes plain text and escapes by itself.
    """
    return _INVISIBLE.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def render_question(question: str) -> str:
    """Return the user's question for its bubble: escaped, its line breaks kept."""
    return f'<div class="belegt-question">{escape(question.strip())}</div>'


def render_line(text: str) -> str:
    """Return one quiet line for a bubble: an error that the user can mend, or what is being done."""
    return f'<p class="belegt-quiet">{escape(text)}</p>'


def render_answer(answer: Answer, *, language: Language = "de", turn: int = 1) -> str:
    """Return an answer for its bubble: the statements with their markers, then the notes.

    A marker is a link to its card among the evidence of this turn of the conversation. The answering span is bold in
    the first statement. An answer without statements that did not abstain is still being written.
    """
    parts = [_searched(answer, language)]
    if answer.abstained:
        parts += [f"<p>{_linked(answer, language, turn)}</p>"] if answer.text else []
    elif answer.statements:
        kind = "belegt-verdict" if answer.verdict else "belegt-lead"
        lead = f'<span class="{kind}">{escape(answer.lead)}</span> ' if answer.lead else ""
        parts.append(f"<p>{lead}{' '.join(_statements(answer, language, turn))}</p>")
    else:
        parts.append(render_line(say("writing", language)))
    if answer.notes:
        parts.append(f'<ul class="belegt-notes">{"".join(f"<li>{escape(note)}</li>" for note in answer.notes)}</ul>')
    return f'<div class="belegt-answer">{"".join(parts)}</div>'


def _searched(answer: Answer, language: Language) -> str:
    """Return a line with the question as searched, where a follow-up was made to stand alone."""
    if answer.standalone_question.strip() in ("", answer.question.strip()):
        return ""
    return render_line(say("searched", language, question=answer.standalone_question.strip()))


def _statements(answer: Answer, language: Language, turn: int) -> list[str]:
    """Return each statement with its markers; in the first the answering span is bold."""
    known = {citation.number for citation in answer.citations}
    rendered = []
    for place, statement in enumerate(answer.statements):
        text = _bold(statement.text, answer.highlight) if place == 0 else escape(statement.text)
        markers = [
            _marker(number, language, turn) if number in known else f"[{number}]" for number in _numbers(statement)
        ]
        rendered.append(f"{text}{_support(statement, language)}{'&nbsp;' if markers else ''}{''.join(markers)}")
    return rendered


def _linked(answer: Answer, language: Language, turn: int) -> str:
    """Return the text of an answer with its markers as links; an abstention has a text but no statements."""
    known = {f"[{citation.number}]": _marker(citation.number, language, turn) for citation in answer.citations}
    return "".join(known.get(part) or escape(part) for part in _MARKER.split(answer.text))


def _numbers(statement: Statement) -> list[int]:
    """Return the numbers that a statement cites, each once, in their order."""
    return list(dict.fromkeys(statement.citations))


def _bold(text: str, span: str | None) -> str:
    """Return the text escaped, the first place of the span in it bold; nothing is bold where it does not occur."""
    before, found, after = text.partition(span) if span and span.strip() else (text, "", "")
    return f"{escape(before)}<strong>{escape(found)}</strong>{escape(after)}" if found else escape(text)


def _support(statement: Statement, language: Language) -> str:
    """Return a word of warning behind a statement that its citations don't carry in full."""
    if statement.support == "supported":
        return ""
    return f' <span class="belegt-warning">({escape(say(statement.support, language))})</span>'


def _marker(number: int, language: Language, turn: int) -> str:
    """Return the marker of a citation: a link to its card, reached by the keyboard like any link."""
    title = escape(say("marker", language, number=number))
    return f'<a class="belegt-marker" href="#{card_id(turn, number)}" title="{title}">[{number}]</a>'


def card_id(turn: int, number: int) -> str:
    """Return the id of a card: the turn of the conversation and the number of its citation."""
    return f"belegt-card-{turn}-{number}"


def render_evidence(answer: Answer, *, language: Language = "de", turn: int = 1, shown: bool = True) -> str:
    """Return the evidence of an answer: a card for each citation, its quote marked in the passage.

    The cards of an abstention are headed as the nearest passages, and nothing in them is marked, for nothing in them
    answers. ``shown`` is False for an earlier turn, whose cards wait until one of its markers is clicked.
    """
    heading = say("nearest" if answer.abstained else "evidence", language)
    cards = "".join(_card(citation, answer, language, turn) for citation in answer.citations)
    copy = _copy_button(answer, language) if answer.statements else ""
    return (
        f'<section class="belegt-turn" id="belegt-turn-{turn}"{"" if shown else " hidden"}>'
        f'<header class="belegt-turn-head"><h2>{escape(heading)}</h2>{copy}</header>'
        f'<p class="belegt-quiet belegt-asked">{escape(answer.question.strip())}</p>'
        f"{cards or render_line(say('no_evidence', language))}</section>"
    )


def _card(citation: Citation, answer: Answer, language: Language, turn: int) -> str:
    """Return the card of a citation: its number, its article, and the quote in its passage."""
    page = say("page", language, page=citation.page) if citation.page else None
    source = [citation.publisher, citation.author, written_date(citation.published, language), page]
    others = escape(_copies(citation, "also_in", language))
    copies = f'<p class="belegt-source">{others}</p>' if others else ""
    label = escape(say("heading" if answer.abstained else "card", language, number=citation.number))
    passage = render_text(citation.passage) if answer.abstained else _marked(citation)
    return (
        f'<article class="belegt-card" id="{card_id(turn, citation.number)}" tabindex="-1" aria-label="{label}">'
        f'<header><span class="belegt-number">{citation.number}</span>'
        f"<div><h3>{escape(citation.title.strip() or say('untitled', language))}</h3>"
        f'<p class="belegt-source">{" · ".join(escape(part) for part in source if part)}</p>{copies}</div></header>'
        f'<div class="belegt-passage">{passage}</div>{_link(citation.url, language)}</article>'
    )


def _copies(citation: Citation, key: str, language: Language) -> str:
    """Return a line that names the others which carry the same story; nothing where there are none."""
    names = [name.strip() for name in citation.also_in if name.strip()]
    more = [say("more", language, count=len(names) - COPIES_NAMED)] if len(names) > COPIES_NAMED else []
    return say(key, language, names=", ".join(names[:COPIES_NAMED] + more)) if names else ""


def _marked(citation: Citation) -> str:
    """Return the passage with its quote marked once; a quote that is not found in it stands above it."""
    if not citation.quote.strip():
        return render_text(citation.passage)
    before, quote, after = citation.passage.partition(citation.quote)
    if not quote:
        return f"<mark>{escape(citation.quote)}</mark>\n\n{render_text(citation.passage)}"
    return f"{render_text(before, start=True)}<mark>{escape(quote)}</mark>{render_text(after, end=True)}"


def render_text(text: str, *, start: bool = False, end: bool = False) -> str:
    """Return a part of a passage to read: headings as such, never more than one empty line.

    ``start`` keeps the space at the end (the quote follows), ``end`` the space at the start (the quote went before).
    """
    text = text if end else text.lstrip()
    text = text if start else text.rstrip()
    pieces: list[str] = []
    for line in text.splitlines(keepends=True):
        heading = _HEADING.match(line)
        if heading:
            pieces.append(
                f'<strong class="belegt-heading">{escape(line[heading.end() :].rstrip(HEADING_END))}</strong>'
            )
        elif line.strip():
            pieces.append(escape(line))
        elif not "".join(pieces[-2:]).endswith(("\n\n", "</strong>")):
            pieces.append("\n" if line.endswith("\n") else " ")
    return "".join(pieces)


def _link(url: str | None, language: Language) -> str:
    """Return a link to the article on the web; nothing for an address that is not plain http or https."""
    if not url or not is_web_address(url):
        return ""
    return (
        f'<a class="belegt-open" href="{escape(url.strip())}" target="_blank" rel="noopener noreferrer">'
        f"{escape(say('open', language))} ↗</a>"
    )


def is_web_address(url: str) -> bool:
    """Return whether this is an address of the web; anything else could run or open something."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _copy_button(answer: Answer, language: Language) -> str:
    """Return a button that carries the answer with its sources as plain text, for the page to copy."""
    sources = [_source_line(citation, language) for citation in answer.citations]
    text = escape("\n".join([answer.text, *answer.notes, "", *sources]))
    copied = escape(say("copied", language))
    return (
        f'<button type="button" class="belegt-copy" data-text="{text}" data-copied="{copied}">'
        f"{escape(say('copy', language))}</button>"
    )


def _source_line(citation: Citation, language: Language) -> str:
    """Return a citation as one line of plain text: number, title, publisher, date, page, address, who else has it."""
    day = written_date(citation.published, language)
    page = say("page", language, page=citation.page) if citation.page else None
    url = citation.url if citation.url and is_web_address(citation.url) else None
    copies = _copies(citation, "also_in_short", language)
    parts = ", ".join(part for part in (citation.title, citation.publisher, day, page, url) if part)
    return f"[{citation.number}] {parts}{f' ({copies})' if copies else ''}"


def render_articles(articles: Sequence[ArticleLine], *, language: Language = "de") -> str:
    """Return what is searched, newest first, for the time before the first question."""
    if not articles:
        return render_line(say("no_articles", language))
    newest = sorted(articles, key=lambda article: article.published or date.min, reverse=True)
    lines = "".join(_article_line(article, language) for article in newest[:ARTICLES_SHOWN])
    rest = len(newest) - ARTICLES_SHOWN
    more = render_line(say("more", language, count=rest)) if rest > 0 else ""
    heading = escape(say("articles", language))
    return f'<section class="belegt-articles"><h2>{heading}</h2><ul>{lines}</ul>{more}</section>'


def _article_line(article: ArticleLine, language: Language) -> str:
    """Return one article of the list: its title, then publisher and date."""
    source = [article.publisher, written_date(article.published, language)]
    title = escape(article.title.strip() or say("untitled", language))
    return f'<li>{title}<p class="belegt-source">{" · ".join(escape(part) for part in source if part)}</p></li>'
