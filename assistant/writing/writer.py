"""The one who writes: a language model and a judge, opened when the first answer is written, behind the chain."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.followup import Turn
from assistant.settings import Settings
from assistant.writing.failures import LanguageModelError
from assistant.writing.interfaces import Endpoint, Judge, Judgement, Message, WritingModel
from assistant.writing.rewriting import rewrite_question
from assistant.writing.writing import write_answer
from vectorstore import Announce, BelegtError, PassageEmbedder

if TYPE_CHECKING:
    from assistant.chain import AnswerSteps, QuestionInput, Rewriter


class ServedHere:
    """A model on this computer, started when it first writes; a server that died is started anew.

    Args:
        start: returns where it is served, which costs nothing while it runs and may take long otherwise.
        open_at: opens what is served there.
    """

    def __init__(self, start: Callable[[], Endpoint], open_at: Callable[[Endpoint], WritingModel]) -> None:
        self._start = start
        self._open_at = open_at
        self._opened: tuple[Endpoint, WritingModel] | None = None

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        """Yield what the model writes.

        Raises:
            LanguageModelError: it can't be started, or failed.
        """
        try:
            endpoint = self._start()
        except BelegtError as error:
            raise LanguageModelError("not there", str(error)) from None
        opened = self._opened
        if opened is None or opened[0] != endpoint:
            opened = self._opened = (endpoint, self._open_at(endpoint))
        yield from opened[1].write(messages, seconds=seconds)


class JudgeOpenedLater:
    """A judge that is made when it first judges; a failure isn't remembered.

    Args:
        opening: makes it; may load a model.
    """

    def __init__(self, opening: Callable[[], Judge]) -> None:
        self._opening = opening
        self._judge: Judge | None = None
        self._lock = threading.Lock()

    def judge(self, statement: str, evidence: Sequence[str]) -> Judgement:
        """Return how well a statement stands on its evidence."""
        return self._open().judge(statement, evidence)

    def find_support(self, statement: str, passages: Sequence[str]) -> int | None:
        """Return which passage supports a statement, ``None`` where none does."""
        return self._open().find_support(statement, passages)

    def _open(self) -> Judge:
        with self._lock:
            self._judge = self._judge or self._opening()
            return self._judge


class Writer:
    """Answers in a model's words, by way of a chain that quotes.

    Args:
        settings: the limit on time, and what becomes of sentences without support.
        model: writes.
        judge: holds every sentence against the evidence.
        make_chain: returns the chain that quotes, given what makes a follow-up stand alone.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        model: WritingModel,
        judge: Judge,
        make_chain: Callable[[Rewriter], AnswerSteps],
    ) -> None:
        self.model = model
        self.judge = judge
        self._settings = settings
        self._chain = make_chain(self.rewrite)

    def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return a question made to stand alone, ``None`` where the model can't."""
        return rewrite_question(question, history, model=self.model)

    def stream(self, asked: QuestionInput) -> Iterator[Answer]:
        """Yield the written answer as it grows.

        Raises:
            BelegtError: as the chain; nothing is raised for the model's sake.
        """
        quoted = self._chain.invoke(asked)
        yield from write_answer(
            quoted,
            model=self.model,
            judge=self.judge,
            when_unsupported=self._settings.unsupported,
            wording=self._settings.wording,
        )


def open_model(settings: Settings, *, announce: Announce) -> WritingModel | None:
    """Return the model that the settings name, ``None`` where they name none; nothing is opened yet."""
    from assistant.writing.language_model import FIRST_SECONDS, LanguageModel, Limits

    limits = Limits(first_seconds=min(FIRST_SECONDS, settings.llm_seconds), seconds=settings.llm_seconds)
    if settings.llm_url:
        return LanguageModel(settings.llm_url, model=settings.llm_model, key=settings.llm_key, limits=limits)
    if settings.llm != "local":
        return None

    from assistant.local_model import LocalModel

    return ServedHere(LocalModel(settings, announce=announce).start, partial(LanguageModel.at, limits=limits))


def open_judge(settings: Settings, embeddings: PassageEmbedder) -> Judge:
    """Return the judge that goes by rules and by the meaning that the embedding model sees; nothing is loaded yet."""

    def make() -> Judge:
        from assistant.support import CloseJudge, SupportJudge, embed_with

        judge = SupportJudge(embed_with(embeddings))
        return CloseJudge(judge) if settings.wording == "close" else judge

    return JudgeOpenedLater(make)


def open_writer(
    settings: Settings,
    *,
    embeddings: PassageEmbedder,
    make_chain: Callable[[Rewriter], AnswerSteps],
    announce: Announce,
    model: WritingModel | None = None,
    judge: Judge | None = None,
) -> Writer | None:
    """Return who writes answers, ``None`` where no model is set; arguments as ``Writer``, or in the settings' place."""
    chosen = model or open_model(settings, announce=announce)
    if chosen is None:
        return None
    return Writer(settings, model=chosen, judge=judge or open_judge(settings, embeddings), make_chain=make_chain)
