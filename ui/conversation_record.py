"""A conversation as its owner's browser keeps it, and as it is exported: JSON and Markdown. No Gradio here.

What a browser sends back is checked like any other input: it may be old, broken, or made by hand.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from assistant import Answer, BelegtError, Scope
from assistant.phrases import Language
from ui.conversation import Conversation, Turn
from ui.escaping import visible
from ui.rendering import source_line
from ui.wording import say, written_date

VERSION = 1
"""Of the record; raised when older ones can't be read any more."""
MOST_TURNS = 500
"""Turns of a conversation that are taken back from a browser; nobody reads more in one sitting."""
LONGEST = 20_000
"""Characters of a question or a line that are taken back from a browser."""


_MARKUP = frozenset("\\`*_{}<>#|~[]()!&$")
"""Signs that Markdown could read as markup."""
# A list, a rule, or the underline of a heading, at the start of a line.
_LINE_START = re.compile(r"^([0-9]*)([-+=.)])")

Text = Annotated[str, Field(max_length=LONGEST)]


class RecordError(BelegtError):
    """What a browser kept can't be read."""


class KeptTurn(BaseModel):
    """A turn as it should come back; its answer is checked by its own type."""

    question: Text
    answer: dict[str, Any] | None
    line: Text = ""
    standalone: bool = False
    finished: bool = False
    suggestions: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    judged: Literal["right", "wrong"] | None = None


class Record(BaseModel):
    """A conversation as it should come back."""

    version: Literal[1]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    begun: datetime
    scope: dict[str, Any]
    turns: Annotated[tuple[KeptTurn, ...], Field(max_length=MOST_TURNS)]
    mode: Literal["quoted", "written"] | None = None


def write_record(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation as plain values that JSON can hold."""
    return {
        "version": VERSION,
        "key": conversation.key,
        "begun": conversation.begun.isoformat(),
        "scope": conversation.scope.to_dict(),
        "mode": conversation.mode,
        "turns": [_write_turn(turn) for turn in conversation.turns],
    }


def read_record(record: Any, *, language: Language = "de") -> Conversation:
    """Return the conversation that ``write_record`` took apart; a question that still waited counts as stopped.

    Raises:
        RecordError: it is no such record.
    """
    try:
        kept = Record.model_validate(record)
        turns = tuple(_read_turn(turn, language) for turn in kept.turns)
        scope = Scope.from_dict(kept.scope)
    except (ValidationError, BelegtError) as error:
        raise RecordError(say("record_broken", language)) from error
    begun = kept.begun if kept.begun.tzinfo else kept.begun.replace(tzinfo=UTC)
    return Conversation(turns, scope, kept.key, begun, kept.mode)


def export_json(conversation: Conversation, title: str) -> str:
    """Return a conversation for programs: its answers hold the fields of ``Answer``."""
    return json.dumps({"title": title} | write_record(conversation), ensure_ascii=False, indent=2) + "\n"


def export_markdown(conversation: Conversation, title: str, *, language: Language = "de") -> str:
    """Return a conversation to be read: each question a heading, each answer with its quotes and their sources."""
    day = written_date(conversation.begun.date(), language)
    parts = [f"# {_escape(title)}", _escape(say("exported", language, day=day))]
    for turn in conversation.turns:
        parts.append(f"## {_escape(turn.question)}")
        parts += _answer_parts(turn.answer, language) if turn.answer else [_escape(turn.line)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _answer_parts(answer: Answer, language: Language) -> list[str]:
    """Return the paragraphs of an answer in Markdown: its text, notes, then every quote with its source."""
    parts = []
    searched = answer.standalone_question.strip()
    if searched not in ("", answer.question.strip()):
        parts.append(_emphasise(f"{say('searched', language)} {searched}"))
    parts.append(_escape(answer.text))
    parts += [_emphasise(note) for note in answer.notes]
    for citation in answer.citations:
        quote = "\n".join(f"> {_escape(line)}" for line in citation.quote.splitlines())
        parts.append(f"{_escape(source_line(citation, language))}\n\n{quote}")
    return parts


def _escape(text: str) -> str:
    """Return a stranger's text for Markdown: on one line, with nothing in it that Markdown would read as markup."""
    line = " ".join(visible(text).split())
    line = "".join(f"\\{sign}" if sign in _MARKUP else sign for sign in line)
    return _LINE_START.sub(r"\1\\\2", line)


def _emphasise(text: str) -> str:
    shown = _escape(text)
    return f"*{shown}*" if shown else ""


def _write_turn(turn: Turn) -> dict[str, Any]:
    return {
        "question": turn.question,
        "answer": turn.answer.to_dict() if turn.answer else None,
        "line": turn.line,
        "standalone": turn.standalone,
        "finished": turn.finished,
        "suggestions": list(turn.suggestions),
        "judged": turn.judged,
    }


def _read_turn(kept: KeptTurn, language: Language) -> Turn:
    return Turn(
        question=kept.question,
        answer=_read_answer(kept.answer) if kept.answer is not None else None,
        line=kept.line if kept.finished else say("stopped", language),
        finished=True,
        standalone=kept.standalone,
        suggestions=kept.suggestions,
        judged=kept.judged,
    )


def _read_answer(fields: dict[str, Any]) -> Answer:
    answer = Answer.from_dict(fields)
    if not 0 <= answer.confidence <= 1:  # JSON as browsers send it may even hold NaN
        raise RecordError("the confidence of an answer lies between 0 and 1")
    return answer
