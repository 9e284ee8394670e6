"""A conversation: what was asked and answered in one session, and what the page shows of it. No Gradio here.

Every change makes a new value, so that nothing of one session can be seen in another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from assistant import Answer, BelegtError
from assistant.phrases import Language
from ui.rendering import ArticleLine, render_answer, render_evidence, render_line, render_question
from ui.wording import say

logger = logging.getLogger(__name__)


class Desk(Protocol):
    """What the page needs of the assistant."""

    def stream(self, question: str, *, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]:
        """Yield growing answers: first the evidence, then the statements; the last one is complete."""

    def articles(self) -> Sequence[ArticleLine]:
        """Return the articles that are searched."""


@dataclass(frozen=True)
class Turn:
    """One question of a conversation with what is shown for it.

    ``answer`` is as far as it came; ``line`` stands in for it while there is none, or where none could be given.
    """

    question: str
    answer: Answer | None = None
    line: str = ""
    finished: bool = False


@dataclass(frozen=True)
class Conversation:
    """What was said in one session; every change makes a new value."""

    turns: tuple[Turn, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether the last question has no complete answer yet."""
        return bool(self.turns) and not self.turns[-1].finished

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """The earlier questions with their answers as text, for a follow-up; unanswered ones are left out."""
        return tuple((turn.question, turn.answer.text) for turn in self.turns if turn.answer and turn.answer.text)

    def with_last(self, **changes: Any) -> Conversation:
        """Return the conversation with these fields of its last turn changed."""
        return Conversation((*self.turns[:-1], replace(self.turns[-1], **changes)))


def begin(conversation: Conversation, question: str, *, language: Language) -> Conversation:
    """Return the conversation with this question waiting for its answer.

    Unchanged for an empty question, and while the last question still waits: one session asks one thing at a time.
    """
    if conversation.waiting or not question.strip():
        return conversation
    return Conversation((*conversation.turns, Turn(question.strip(), line=say("searching", language))))


def continue_answer(desk: Desk, conversation: Conversation, *, language: Language) -> Iterator[Conversation]:
    """Yield the conversation while the answer to its last question grows; nothing where no question waits.

    A mistake that the user can mend becomes one line in place of the answer. Any other error is written to the log,
    and the line only says that something went wrong: its details are no help to the user.
    """
    if not conversation.waiting:
        return
    question, history = conversation.turns[-1].question, conversation.history
    try:
        for answer in desk.stream(question, history=history):
            conversation = conversation.with_last(answer=answer, line="")
            yield conversation
        yield conversation.with_last(line="", finished=True)
    except BelegtError as error:
        yield conversation.with_last(answer=None, line=str(error), finished=True)
    except Exception:
        logger.exception("The answer to a question broke off.")
        yield conversation.with_last(answer=None, line=say("broken", language), finished=True)


def stop(conversation: Conversation, *, language: Language) -> Conversation:
    """Return the conversation with its last answer left as far as it came."""
    return (
        conversation.with_last(line=say("stopped", language), finished=True) if conversation.waiting else conversation
    )


def messages(conversation: Conversation, *, language: Language) -> list[dict[str, str]]:
    """Return the bubbles of the conversation, as Gradio's ``Chatbot`` takes them."""
    bubbles = []
    for number, turn in enumerate(conversation.turns, start=1):
        answer = render_answer(turn.answer, language=language, turn=number) if turn.answer else ""
        line = render_line(turn.line) if turn.line else ""
        bubbles.append({"role": "user", "content": render_question(turn.question)})
        waiting = "" if turn.finished else ' class="belegt-waiting"'
        bubbles.append({"role": "assistant", "content": f"<div{waiting}>{answer}{line}</div>"})
    return bubbles


def evidence(conversation: Conversation, *, language: Language) -> str:
    """Return the evidence of every answer of the conversation, the latest one's shown; empty while there is none."""
    answered = [(number, turn.answer) for number, turn in enumerate(conversation.turns, start=1) if turn.answer]
    return "".join(
        render_evidence(answer, language=language, turn=number, shown=number == answered[-1][0])
        for number, answer in answered
    )
