"""What writing needs of a language model, of the one who serves it, and of a judge."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import SecretStr

from assistant.answer import Support

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what a model is given."""

    role: Role
    text: str


class WritingModel(Protocol):
    """A language model that writes."""

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        """Yield the text as it comes, piece by piece; closing the iterator stops the model.

        Args:
            messages: what it is given, the instructions first.
            seconds: the time for all of it; ``None`` takes the model's own limit.

        Raises:
            LanguageModelError: the text didn't come, or not whole; what was yielded before stands.
        """


class Endpoint(Protocol):
    """Where a model is served in the form that OpenAI's programs speak."""

    @property
    def url(self) -> str:
        """The address, such as ``http://127.0.0.1:8080/v1``."""

    @property
    def model(self) -> str | None:
        """The model's name there; ``None`` where there is only one."""

    @property
    def key(self) -> SecretStr | str | None:
        """What opens it, if anything does."""


class Judgement(Protocol):
    """How well a statement stands on its evidence."""

    @property
    def support(self) -> Support:
        """The verdict."""

    @property
    def score(self) -> float:
        """The same as a number, 0 to 1; it ranks judgements of one statement."""


class Judge(Protocol):
    """Holds statements against evidence."""

    def judge(self, statement: str, evidence: Sequence[str]) -> Judgement:
        """Return how well a statement stands on all of the evidence together."""

    def find_support(self, statement: str, passages: Sequence[str]) -> int | None:
        """Return which passage supports a statement, counted from 0; ``None`` where none does."""


def close(pieces: Iterator[str]) -> None:
    """Tell whoever yields a text that no more of it is wanted, where there is something to tell."""
    if isinstance(pieces, Generator):
        pieces.close()
