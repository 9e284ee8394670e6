"""What visitors say of answers: kept as lines of a test set, by which answers can be measured. No Gradio here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from assistant.feedback import Judgement, judge, name_judgement
from ui.conversation import Conversation


class Judge(Protocol):
    """What keeps judgements."""

    def keep_judgement(self, judgement: Judgement) -> None:
        """Keep what a visitor said of an answer, in place of what was said of the same before."""

    def forget_judgement(self, judgement_id: str) -> None:
        """Forget what a visitor said of an answer."""


def judge_turn(desk: Judge, conversation: Conversation, sent: Mapping[str, Any]) -> Conversation:
    """Keep what a browser says of an answer, or take it back; return the conversation with it noted.

    Args:
        desk: keeps it.
        conversation: in which the answer was given.
        sent: ``turn``, counted from 1; ``judgement``, "right", "wrong", or nothing to take it back; of a wrong answer
            ``correction`` and ``unanswerable``, where the visitor said what would have been right.

    Raises:
        FeedbackError: it can't be kept; one line.
    """
    number, judgement = sent.get("turn"), sent.get("judgement")
    if not isinstance(number, int) or not 1 <= number <= len(conversation.turns):
        return conversation
    turn = conversation.turns[number - 1]
    if turn.answer is None or not turn.finished:
        return conversation
    if judgement not in ("right", "wrong"):
        desk.forget_judgement(name_judgement(turn.answer))
        return conversation.with_turn(number, judged=None)
    correction = sent.get("correction")
    judged = judge(
        turn.answer,
        right=judgement == "right",
        correction=correction if isinstance(correction, str) else "",
        unanswerable=sent.get("unanswerable") is True,
        history=() if turn.standalone else conversation.history(number - 1),
        when=datetime.now(UTC),
    )
    desk.keep_judgement(judged)
    return conversation.with_turn(number, judged=judgement)
