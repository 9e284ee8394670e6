"""A conversation: what was asked and answered, and what the page shows of it. No Gradio here.

Every change makes a new value, so that nothing of one session can be seen in another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from assistant import Answer, BelegtError, Scope
from assistant.answer import Mode
from assistant.observing import Observation, Tell, observe, tell_nobody
from assistant.phrases import Language
from ui.escaping import render_line, visible
from ui.evidence_rendering import render_evidence
from ui.rendering import Judgement, render_answer, render_footer, render_question, render_suggestions
from ui.waiting_line import Place, WaitingLine
from ui.wording import say, say_count, written_number

logger = logging.getLogger(__name__)

SUGGESTED = 2
"""Questions that the articles do answer, offered beside a refusal."""


class Desk(Protocol):
    """What a conversation needs of the assistant."""

    @property
    def writes(self) -> bool:
        """Whether a language model is set, so that answers are written unless quotes are wanted."""

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        scope: Scope | None = None,
        mode: Mode | None = None,
    ) -> Iterator[Answer]:
        """Yield growing answers: first the evidence, then the statements; the last one is complete."""

    def suggest(self, answer: Answer | None = None, *, count: int | None = None) -> Sequence[str]:
        """Return questions that the articles answer, near what was refused."""


@dataclass(frozen=True)
class Turn:
    """One question of a conversation with what is shown for it.

    ``answer`` is as far as it came; ``line`` stands in for it while there is none, or where none could be given.
    ``standalone`` is a question that was asked again as it was understood: what went before is not read into it.
    ``suggestions`` are offered beside a refusal, ``judged`` is what the visitor said of the answer.
    """

    question: str
    answer: Answer | None = None
    line: str = ""
    finished: bool = False
    standalone: bool = False
    suggestions: tuple[str, ...] = ()
    judged: Judgement | None = None


@dataclass(frozen=True)
class Conversation:
    """What was said in one session, restricted to some articles where the visitor wants; each change makes a new value.

    ``key`` names it in the visitor's browser, ``begun`` is when it began. ``mode`` is how answers are wanted, ``None``
    where the visitor has not chosen.
    """

    turns: tuple[Turn, ...] = ()
    scope: Scope = field(default_factory=Scope)
    key: str = field(default_factory=lambda: uuid4().hex)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    mode: Mode | None = None

    @property
    def waiting(self) -> bool:
        """Whether the last question has no complete answer yet."""
        return bool(self.turns) and not self.turns[-1].finished

    def history(self, before: int) -> tuple[tuple[str, str], ...]:
        """Return the questions before a turn with their answers as text; unanswered ones are left out."""
        return tuple(
            (turn.question, turn.answer.text) for turn in self.turns[:before] if turn.answer and turn.answer.text
        )

    def restricted(self, scope: Scope) -> Conversation:
        """Return the conversation restricted to these articles from now on."""
        return replace(self, scope=scope)

    def answered(self, mode: Mode) -> Conversation:
        """Return the conversation with its answers quoted, or written, from now on."""
        return replace(self, mode=mode)

    def with_last(self, **changes: Any) -> Conversation:
        """Return the conversation with these fields of its last turn changed."""
        return self.with_turn(len(self.turns), **changes)

    def with_turn(self, number: int, **changes: Any) -> Conversation:
        """Return the conversation with these fields of one turn changed; the first is number 1."""
        turns = list(self.turns)
        turns[number - 1] = replace(turns[number - 1], **changes)
        return replace(self, turns=tuple(turns))


def begin(conversation: Conversation, question: str, *, language: Language, standalone: bool = False) -> Conversation:
    """Return the conversation with this question waiting for its answer.

    Unchanged for an empty question, and while the last question still waits: one session asks one thing at a time.
    """
    question = visible(question).strip()
    if conversation.waiting or not question:
        return conversation
    turn = Turn(question, line=say("searching", language), standalone=standalone)
    return replace(conversation, turns=(*conversation.turns, turn))


def continue_answer(
    desk: Desk, conversation: Conversation, *, line: WaitingLine, language: Language, tell: Tell = tell_nobody
) -> Iterator[Conversation]:
    """Yield the conversation while the answer to its last question grows; nothing where no question waits.

    Answers are made one after the other; as long as others come first, that is said. A mistake that the user can mend
    becomes one line in place of the answer. Any other error is written to the log, and the line only says that
    something went wrong: its details are no help to the user. ``tell`` receives what became of the question.
    """
    if not conversation.waiting:
        return
    asked = conversation.turns[-1].question
    try:
        with observe(asked, tell, turns=len(conversation.turns) - 1) as observed, line.join() as ticket:
            # Told of its turn, too: a visitor who has left is noticed there, and not answered for nobody.
            for place in ticket.wait():
                told = describe_place(place, language) if place.ahead else say("searching", language)
                yield conversation.with_last(line=told)
            observed.begin()
            for grown in _answer(desk, conversation, observed):
                conversation = grown
                yield conversation
            answer = conversation.turns[-1].answer
            if answer and answer.abstained:
                yield conversation.with_last(line=say("suggesting", language))
                conversation = _suggest(desk, conversation)
        yield conversation.with_last(line="", finished=True)
    except BelegtError as error:
        yield conversation.with_last(answer=None, line=str(error), finished=True)
    except Exception:
        logger.exception("The answer to a question broke off.")
        yield conversation.with_last(answer=None, line=say("broken", language), finished=True)


def _answer(desk: Desk, conversation: Conversation, observed: Observation) -> Iterator[Conversation]:
    """Yield the conversation with its last answer growing."""
    turn = conversation.turns[-1]
    history = () if turn.standalone else conversation.history(len(conversation.turns) - 1)
    mode = conversation.mode if desk.writes else None  # it may have been kept from a time when there was a model
    for answer in desk.stream(turn.question, history=history, scope=conversation.scope, mode=mode):
        conversation = conversation.with_last(answer=observed.see(answer), line="")
        yield conversation


def _suggest(desk: Desk, conversation: Conversation) -> Conversation:
    """Return the conversation with questions that the articles do answer; without any where none could be found."""
    try:
        found = tuple(desk.suggest(conversation.turns[-1].answer, count=SUGGESTED))
    except Exception:
        logger.exception("No questions could be suggested.")
        found = ()
    return conversation.with_last(suggestions=found)


def describe_place(place: Place, language: Language) -> str:
    """Return how many questions come first, and about how long they take."""
    ahead = say_count("ahead", place.ahead, language)
    if place.seconds is None:
        return f"{ahead}."
    return f"{ahead}, {say('wait', language, seconds=written_number(max(1, round(place.seconds)), language))}."


def stop(conversation: Conversation, *, language: Language) -> Conversation:
    """Return the conversation with its last answer left as far as it came."""
    return (
        conversation.with_last(line=say("stopped", language), finished=True) if conversation.waiting else conversation
    )


def render_turns(conversation: Conversation, *, language: Language) -> list[str]:
    """Return each turn of the conversation as HTML: the question, then the answer as far as it came."""
    return [_render_turn(turn, number, language) for number, turn in enumerate(conversation.turns, start=1)]


def _render_turn(turn: Turn, number: int, language: Language) -> str:
    """Return one turn; an answer is followed by what can be done with it once it is whole."""
    answer = render_answer(turn.answer, language=language, turn=number) if turn.answer else ""
    line = render_line(turn.line) if turn.line else ""
    suggestions = render_suggestions(turn.suggestions, language=language)
    footer = ""
    if turn.finished and turn.answer and turn.answer.text:
        footer = render_footer(turn.answer, language=language, turn=number, judged=turn.judged)
    waiting = "" if turn.finished else " belegt-waiting"
    return (
        f'{render_question(turn.question)}<div class="belegt-reply{waiting}">{answer}{line}{suggestions}{footer}</div>'
    )


def render_evidences(conversation: Conversation, *, language: Language) -> list[str]:
    """Return the evidence of every turn, the latest one's shown; empty for a turn that has none."""
    answered = [number for number, turn in enumerate(conversation.turns, start=1) if turn.answer]
    return [
        render_evidence(turn.answer, language=language, turn=number, shown=number == answered[-1])
        if turn.answer
        else ""
        for number, turn in enumerate(conversation.turns, start=1)
    ]
