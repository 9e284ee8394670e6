"""What can go wrong with a language model, as one exception with a kind."""

from __future__ import annotations

from typing import Literal, get_args

from vectorstore import BelegtError

FailureKind = Literal[
    "not there",
    "refused",
    "slow",
    "rate-limited",
    "server error",
    "nonsense",
    "empty",
    "cut off",
    "too large",
    "wrong language",
    "unnamed",
    "unchecked",
]
"""No server answers; it refuses the key; it takes too long; too many requests; it reports a fault; what it sends is no
stream of text; it says nothing; the text breaks off; it says too much; it speaks another language than the question;
it serves several models and none was named; the check of what it wrote failed."""
FAILURES: tuple[FailureKind, ...] = get_args(FailureKind)


class LanguageModelError(BelegtError):
    """A language model that can't be used; ``kind`` says why, the message in one line what to do.

    Neither ever holds a key or what the server sent.
    """

    def __init__(self, kind: FailureKind, line: str = "") -> None:
        super().__init__(line or f"the language model can't be used: {kind}")
        self.kind: FailureKind = kind
