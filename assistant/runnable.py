"""The chain for LangChain. It stands apart because importing LangChain takes half as long as an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from assistant.answer import Answer
from assistant.chain import AnswerSteps
from assistant.quoting import grow


class AnswerChain(Runnable[Any, Answer]):
    """The chain over a collection, as a LangChain ``Runnable``: invoke, batch, stream, and their asynchronous kin.

    It takes a string, or a dict with ``question``, ``history`` and ``scope``. ``stream`` yields whole answers that
    grow, not pieces to be joined: the last one is what ``invoke`` returns.

    Args:
        steps: what it consists of.

    Raises (when run):
        QuestionError: the question is empty or too long.
    """

    def __init__(self, steps: AnswerSteps) -> None:
        first, second, *others = map(RunnableLambda, steps.steps)
        self._steps: Runnable[Any, Any] = first | second
        for step in others:
            self._steps = self._steps | step

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:  # noqa: A002
        """Answer one question."""
        answer: Answer = self._steps.invoke(input, config, **kwargs)
        return answer

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:  # noqa: A002
        """Yield the answer as it grows: first its evidence without text, then statement by statement, then whole."""
        yield from grow(self.invoke(input, config, **kwargs))
