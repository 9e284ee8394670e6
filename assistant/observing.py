"""What becomes of a question, told once it is over: how long each step took, whether it was refused, what went wrong.

Nothing of the articles, and of the question only its language and length, unless whoever is told asks for the texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from assistant.answer import Answer, Mode
from vectorstore import guess_language

Outcome = Literal["answered", "refused", "failed", "stopped"]
ID_LENGTH = 12
"""Hexadecimal digits of a request's id; enough to tell those of a log apart, short enough to be read out."""


@dataclass(frozen=True, slots=True)
class Event:
    """A question that is over.

    ``outcome`` tells whether it was answered, refused because the articles don't say, broken off by an error, or
    stopped by whoever asked. ``waited`` is how many seconds it stood in line, ``seconds`` how long it took from then
    on, ``steps`` the seconds of each step as far as it came. ``citations`` counts quotes, ``articles`` those that they
    are from. ``error`` is the kind of error. ``texts`` returns question and answer, for those who were asked to keep
    them.
    """

    id: str
    outcome: Outcome
    language: str
    mode: Mode
    characters: int
    turns: int
    waited: float
    seconds: float
    steps: Mapping[str, float] = field(default_factory=dict)
    citations: int = 0
    articles: int = 0
    error: str | None = None
    texts: Callable[[], tuple[str, str]] = lambda: ("", "")


Tell = Callable[[Event], None]
"""Receives what became of a question."""


def tell_nobody(event: Event) -> None:
    """Receive what became of a question, and drop it."""


class Observation:
    """A question while it is worked on. ``begin`` is called when its turn has come, ``see`` with each growing answer.

    Args:
        question: as asked.
        turns: how many went before it in its conversation.
    """

    def __init__(self, question: str, *, turns: int = 0) -> None:
        self.id = uuid4().hex[:ID_LENGTH]
        self._question = question
        self._turns = turns
        self._came = time.perf_counter()
        self._began: float | None = None
        self._answer: Answer | None = None

    def begin(self) -> None:
        """Count the seconds until now as waiting, those to come as work."""
        self._began = time.perf_counter()

    def see(self, answer: Answer) -> Answer:
        """Remember the answer as far as it has come, and return it."""
        self._answer = answer
        return answer

    def end(self, error: BaseException | None = None) -> Event:
        """Return what became of the question, now that it is over."""
        now, answer = time.perf_counter(), self._answer
        began = self._came if self._began is None else self._began
        cited = answer.citations if answer else ()
        text = answer.text if answer else ""
        return Event(
            id=self.id,
            outcome=self._outcome(error),
            language=guess_language(self._question),
            mode=answer.mode if answer else "quoted",
            characters=len(self._question),
            turns=self._turns,
            waited=began - self._came,
            seconds=now - began,
            steps=dict(answer.timings) if answer else {},
            citations=len(cited),
            articles=len({citation.article_id for citation in cited}),
            error=type(error).__name__ if isinstance(error, Exception) else None,
            texts=lambda: (self._question, text),
        )

    def _outcome(self, error: BaseException | None) -> Outcome:
        if isinstance(error, Exception):
            return "failed"
        if error is not None or self._answer is None:  # closed by whoever asked, or by Ctrl-C
            return "stopped"
        return "refused" if self._answer.abstained else "answered"


@contextmanager
def observe(question: str, tell: Tell, *, turns: int = 0) -> Iterator[Observation]:
    """Observe a question as long as this lasts, and tell what became of it, however it ends; errors pass through.

    Args:
        question: as asked.
        tell: receives what became of it.
        turns: how many went before it in its conversation.
    """
    observation = Observation(question, turns=turns)
    try:
        yield observation
    except BaseException as error:
        tell(observation.end(error))
        raise
    tell(observation.end())
