"""An answer as HTML, for its place in the conversation.

Articles, file names and questions are written by strangers: every word of theirs passes ``escaping``. Pure: nothing
here knows the page that shows it; its elements tell the page's scripts by ``data-`` attributes what they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.answer import Answer, Citation, Mode, Statement
from assistant.phrases import Language
from ui.escaping import escape, is_web_address, render_line
from ui.wording import say, written_date

# A story of an agency may stand in fifty outlets; as many are named as fit on two lines.
COPIES_NAMED = 6

Judgement = Literal["right", "wrong"]

_MARKER = re.compile(r"(\[[0-9]+\])")


def render_question(question: str) -> str:
    """Return the user's question: escaped, its line breaks kept."""
    return f'<p class="belegt-question">{escape(question.strip())}</p>'


def render_answer(answer: Answer, *, language: Language = "de", turn: int = 1) -> str:
    """Return an answer: how the question was understood, the statements with verdicts and markers, then the notes.

    A marker stands for its citation among the evidence of this turn of the conversation. The answering span is bold in
    the first statement. An answer without statements that did not abstain is still being written.
    """
    parts = [_searched(answer, language)]
    if answer.abstained:
        parts += [f'<p class="belegt-refusal">{_linked(answer, language, turn)}</p>'] if answer.text else []
    elif answer.statements:
        kind = "belegt-verdict" if answer.verdict else "belegt-lead"
        lead = f'<span class="{kind}">{escape(answer.lead)}</span> ' if answer.lead else ""
        parts.append(f"<p>{lead}{' '.join(_statements(answer, language, turn))}</p>")
    else:
        parts.append(render_line(say("writing", language)))
    if answer.notes:
        notes = "".join(f"<li>{escape(note)}</li>" for note in answer.notes)
        parts.append(f'<ul class="belegt-notes" aria-label="{escape(say("notes", language))}">{notes}</ul>')
    return f'<div class="belegt-answer">{"".join(parts)}</div>'


def render_mode(mode: Mode, *, language: Language = "de") -> str:
    """Return the choice between the articles' own sentences and those that a language model writes."""
    choices = "".join(
        f'<label><input type="radio" name="belegt-mode" value="{name}"{" checked" if name == mode else ""}>'
        f"{escape(say(f'mode_{name}', language))}</label>"
        for name in ("quoted", "written")
    )
    return f'<fieldset class="belegt-mode"><legend>{escape(say("mode", language))}</legend>{choices}</fieldset>'


def render_suggestions(questions: Sequence[str], *, language: Language = "de", heading: str = "suggestions") -> str:
    """Return questions to be asked with one click, under a heading; nothing where there are none."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="belegt-suggestion">{escape(question)}</button></li>'
        for question in questions
    )
    return f'<div class="belegt-suggestions"><p>{escape(say(heading, language))}</p><ul>{items}</ul></div>'


def render_footer(answer: Answer, *, language: Language = "de", turn: int = 1, judged: Judgement | None = None) -> str:
    """Return what can be done with a whole answer: copy it, say whether it is right; and how sure it is."""
    sure = say("confidence_refusal" if answer.abstained else "confidence", language, percent=_percent(answer))
    buttons = "".join(_thumb(judgement, judged, turn, language) for judgement in ("right", "wrong"))
    return (
        f'<footer class="belegt-footer">{_copy_button(answer, language)}{buttons}'
        f'<span class="belegt-sure-of" title="{escape(say("confidence_meaning", language))}">{escape(sure)}</span>'
        f"</footer>{_correction(turn, language)}"
    )


def _percent(answer: Answer) -> int:
    """Return the confidence in per cent, in steps of five: it is not known more exactly than that."""
    return min(95, max(5, 5 * round(20 * answer.confidence)))


def _thumb(judgement: str, judged: Judgement | None, turn: int, language: Language) -> str:
    """Return a button that says that the answer is right, or wrong; pressed where that was said before."""
    pressed = "true" if judged == judgement else "false"
    return (
        f'<button type="button" class="belegt-judge" data-judgement="{judgement}" data-turn="{turn}" '
        f'aria-pressed="{pressed}">{escape(say(f"judge_{judgement}", language))}</button>'
    )


def _correction(turn: int, language: Language) -> str:
    """Return the form that asks what would have been right; hidden until the answer is said to be wrong."""
    return (
        f'<form class="belegt-correction" data-turn="{turn}" hidden>'
        f"<label>{escape(say('correction', language))}"
        f'<textarea name="correction" rows="2" maxlength="2000"></textarea></label>'
        f'<label class="belegt-tick"><input type="checkbox" name="unanswerable">'
        f"{escape(say('correction_none', language))}</label>"
        f'<p class="belegt-quiet">{escape(say("correction_kept", language))}</p>'
        f'<button type="submit" class="belegt-button">{escape(say("correction_send", language))}</button></form>'
    )


def _searched(answer: Answer, language: Language) -> str:
    """Return the question as searched, to be mended and asked again, where a follow-up was made to stand alone."""
    searched = answer.standalone_question.strip()
    if searched in ("", answer.question.strip()):
        return ""
    shown = escape(searched)
    return (
        f'<div class="belegt-searched"><span>{escape(say("searched", language))}</span> '
        f'<button type="button" class="belegt-edit" title="{escape(say("edit", language))}">{shown}</button>'
        f'<form hidden><input type="text" name="question" maxlength="2000" value="{shown}" '
        f'aria-label="{escape(say("searched", language))}">'
        f'<button type="submit" class="belegt-button">{escape(say("again", language))}</button></form></div>'
    )


def _statements(answer: Answer, language: Language, turn: int) -> list[str]:
    """Return each statement with its markers and its verdict; in the first the answering span is bold."""
    known = {citation.number for citation in answer.citations}
    rendered = []
    for place, statement in enumerate(answer.statements):
        text = _bold(statement.text, answer.highlight) if place == 0 else escape(statement.text)
        markers = [
            _marker(number, language, turn) if number in known else f"[{number}]" for number in _numbers(statement)
        ]
        space = "&nbsp;" if markers else ""
        rendered.append(
            f'<span class="belegt-statement belegt-{statement.support}">{text}{space}{"".join(markers)}'
            f"{_support(statement, language)}</span>"
        )
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
    """Return the verdict on a statement: a quiet tick where its citations carry it, words of warning where not."""
    verdict = escape(say(statement.support, language))
    if statement.support == "supported":
        return f'<span class="belegt-tick-mark" role="img" aria-label="{verdict}" title="{verdict}">✓</span>'
    return f' <span class="belegt-warning">{verdict}</span>'


def _marker(number: int, language: Language, turn: int) -> str:
    """Return the marker of a citation: a link to its card, reached by the keyboard like any link."""
    label = escape(say("marker", language, number=number))
    return (
        f'<a class="belegt-marker" href="#{card_id(turn, number)}" data-turn="{turn}" data-number="{number}" '
        f'aria-label="{label}">[{number}]</a>'
    )


def card_id(turn: int, number: int) -> str:
    """Return the id of a card: the turn of the conversation and the number of its citation."""
    return f"belegt-card-{turn}-{number}"


def _copy_button(answer: Answer, language: Language) -> str:
    """Return a button that carries the answer with its sources as plain text, for the page to copy."""
    sources = [source_line(citation, language) for citation in answer.citations]
    text = escape("\n".join([answer.text, *answer.notes, "", *sources]))
    copied = escape(say("copied", language))
    return (
        f'<button type="button" class="belegt-copy" data-text="{text}" data-copied="{copied}">'
        f"{escape(say('copy', language))}</button>"
    )


def source_line(citation: Citation, language: Language) -> str:
    """Return a citation as one line of plain text: number, title, publisher, date, page, address, who else has it."""
    day = written_date(citation.published, language)
    page = say("page", language, page=citation.page) if citation.page else None
    url = citation.url if citation.url and is_web_address(citation.url) else None
    copies = name_copies(citation, "also_in_short", language)
    parts = ", ".join(part for part in (citation.title, citation.publisher, day, page, url) if part)
    return f"[{citation.number}] {parts}{f' ({copies})' if copies else ''}"


def name_copies(citation: Citation, key: str, language: Language) -> str:
    """Return a line that names the others which carry the same story; nothing where there are none."""
    names = [name.strip() for name in citation.also_in if name.strip()]
    more = [say("more", language, count=len(names) - COPIES_NAMED)] if len(names) > COPIES_NAMED else []
    return say(key, language, names=", ".join(names[:COPIES_NAMED] + more)) if names else ""
