"""The values of a test set: questions with the answers that are right."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from assistant.followup import Turn
from vectorstore import BelegtError

KEY_LENGTH = 12
"""Hexadecimal digits that name a question; 48 bits."""


class TestSetError(BelegtError):
    """A test set can't be read; the message names the file and the line or question."""

    __test__ = False  # pytest would otherwise take it for a test


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is right.

    ``parts`` are what a complete answer says, each in any of several wordings; ``verdict`` is what a yes/no question
    is answered with, "unknown" where the articles leave it open; ``notes`` are the kinds of note that belong beside
    the answer (``assistant.notes.KINDS``), ``None`` where that doesn't matter.

    ``key`` names the question in every run, ``place`` is where it stands in the file, for messages. ``answers`` is
    empty where the articles don't answer, and ``None`` where nobody has said what is right.
    """

    key: str
    place: str
    question: str
    answers: tuple[str, ...] | None
    article_id: str | None = None
    history: tuple[Turn, ...] = ()
    standalone_question: str | None = None
    kind: str | None = None
    judged: Literal["right", "wrong"] | None = None
    when: datetime | None = None
    parts: tuple[tuple[str, ...], ...] = ()
    verdict: Literal["yes", "no", "unknown"] | None = None
    notes: tuple[str, ...] | None = None

    @property
    def answerable(self) -> bool:
        """True where the articles hold an answer."""
        return bool(self.answers)

    @property
    def unanswerable(self) -> bool:
        """True where it is known that the articles don't answer."""
        return self.answers == ()


@dataclass(frozen=True, slots=True)
class TestSet:
    """Questions in the order of their file, and the articles that the file brings along, by article id, if any.

    ``digest`` is that of all its content.
    """

    __test__ = False

    name: str
    digest: str
    cases: tuple[Case, ...]
    paragraphs: dict[str, str] | None = None

    def with_unanswerable(self, other: TestSet) -> TestSet:
        """Return this set with the questions of another that this collection can't answer."""
        asked = {case.question for case in self.cases}
        foreign_kind = f"from {other.name}"
        foreign = tuple(
            Case(f"{other.name}:{case.key}", f"{other.name}, {case.place}", case.question, (), kind=foreign_kind)
            for case in other.cases
            if case.question not in asked and not case.history
        )
        digest = hashlib.sha256(f"{self.digest} {other.digest}".encode()).hexdigest()
        return replace(self, digest=digest, cases=self.cases + foreign)


def make_key(question: str, history: tuple[Turn, ...]) -> str:
    """Return a name for a question that depends on nothing but it and the turns before it."""
    return hashlib.sha256(json.dumps([question, history]).encode()).hexdigest()[:KEY_LENGTH]


def number_repeated(cases: Iterable[Case]) -> Iterator[Case]:
    """Yield the cases, each with a key of its own: a question that is there twice is numbered."""
    seen: set[str] = set()
    for case in cases:
        numbered = (f"{case.key}~{number}" for number in itertools.count(2))
        key = next(key for key in itertools.chain([case.key], numbered) if key not in seen)
        seen.add(key)
        yield replace(case, key=key)
