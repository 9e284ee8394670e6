"""A written answer as it grows: what was checked so far, what stands for what wasn't supported, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from assistant.answer import Answer, Statement, Wording
from assistant.citing import join
from assistant.phrases import phrase
from assistant.writing.failures import FailureKind
from assistant.writing.prompting import Excerpt, language_of
from assistant.writing.recognising import misses
from assistant.writing.settling import Checked, WhenUnsupported


class Draft:
    """A written answer as it grows. Its citations are those of the quoted one, under their numbers.

    Sentences are held back until they say what answers, where the reader has found it: two that agree are seldom wrong.

    ``heard`` says whether the model said anything but that it found nothing; ``checked`` holds what became of each of
    its sentences.

    Args:
        quoted: the answer that is written anew.
        excerpts: what it may stand on.
        when_unsupported: what becomes of a sentence without support.
        wording: who only shortens must keep every word that answers, others most of them.
    """

    def __init__(
        self,
        quoted: Answer,
        excerpts: Sequence[Excerpt],
        *,
        when_unsupported: WhenUnsupported,
        wording: Wording = "free",
    ) -> None:
        self.quoted = quoted
        self.excerpts = excerpts
        self.heard = False
        self.checked: list[Checked] = []
        self._when_unsupported = when_unsupported
        self._least = 1.0 if wording == "close" else 0.5
        self._statements: list[Statement] = []
        self._held: list[Checked] = []
        self._written = False
        self._citations = {citation.number: citation for citation in quoted.citations}
        self._quotes = {number: item for item in quoted.statements for number in item.citations[:1]}
        self._started = time.perf_counter()
        self._first: float | None = None

    def evidence(self) -> Answer:
        """Return the answer before anything is written: its evidence, without text."""
        return replace(self.quoted, mode="written", text="", statements=(), highlight=None, timings=self._timings())

    def answer(self) -> Answer:
        """Return the answer as far as it is written."""
        statements = tuple(self._statements)
        text = " ".join(join(statements, lead=self.quoted.lead).split()) if statements else ""
        return replace(
            self.quoted,
            mode="written",
            text=text,
            statements=statements,
            citations=tuple(self._citations.values()),
            timings=self._timings(),
        )

    def add(self, checked: Checked) -> Iterator[Statement]:
        """Add a checked sentence, or what stands for it, and yield it; what was said before is not said again."""
        self.checked.append(checked)
        if checked.text in {*(item.text for item in self._statements), *(item.text for item in self._held)}:
            return
        if checked.support != "unsupported":
            self._held.append(checked)
            if not self._misses_answer():
                yield from self._release()
        elif self._when_unsupported == "mark":
            yield self._say(Statement(checked.text, checked.keys, "unsupported"))
        elif self._when_unsupported == "replace":
            yield from self._quote(next(iter(checked.keys), self.quoted.citations[0].number))

    def finish(self, problem: str = "") -> Answer:
        """Return the answer as it ends: whole, or the quoted one where nothing written survived the check.

        Args:
            problem: the kind of what went wrong, empty where nothing did.
        """
        self._complete()
        kind = problem or ("" if self._written else self._blame())
        notes = (phrase(f"model {kind}", language_of(self.quoted.question)),) if kind else ()
        if not self._written:
            return replace(self.quoted, notes=(*self.quoted.notes, *notes), timings=self._timings())
        return replace(self.answer(), notes=(*self.quoted.notes, *notes))

    def _blame(self) -> FailureKind | Literal["unsupported", "silent", "evasive"]:
        """Return why nothing written is shown."""
        if any(item.support != "unsupported" for item in self.checked):
            return "evasive"
        return "unsupported" if self.checked else "evasive" if self.heard else "silent"

    def _complete(self) -> None:
        """Quote what must not be missing: the place of the span that answers, and all sources where they differ.

        A sentence that stands on that very place and doesn't say what answers is let go: one of the two is mistaken,
        and the quote isn't the one that invents.
        """
        if self._held:
            first = self.quoted.citations[0].number
            self._held = [item for item in self._held if first not in item.keys]
            quote = self._quotes.get(first)
            if self._held and quote and quote not in self._statements:
                self._statements.insert(0, quote)
            list(self._release())
        if self.quoted.lead and not self.quoted.verdict:
            for number in self._quotes:
                list(self._quote(number))

    def _misses_answer(self) -> bool:
        """Tell whether what was said and is held back lacks the span that answers."""
        said = [item.text for item in self._statements if item.support != "unsupported"]
        return misses(self.quoted.highlight, " ".join([*said, *(item.text for item in self._held)]), least=self._least)

    def _release(self) -> Iterator[Statement]:
        """Add and yield the sentences that were held back."""
        held, self._held = self._held, []
        self._written = self._written or bool(held)
        for checked in held:
            if checked.wide:
                self._widen(checked.keys)
            yield self._say(Statement(checked.text, checked.keys, checked.support))

    def _say(self, statement: Statement) -> Statement:
        self._statements.append(statement)
        self._first = self._first or time.perf_counter()
        return statement

    def _quote(self, number: int) -> Iterator[Statement]:
        """Add the quote of a citation where nothing that is shown stands on it yet."""
        shown = {key for item in self._statements if item.support != "unsupported" for key in item.citations}
        if number in self._quotes and number not in shown:
            yield self._say(self._quotes[number])

    def _widen(self, keys: Sequence[int]) -> None:
        """Let citations quote their neighbours too, on which what is said stands."""
        for item in self.excerpts:
            if item.key in keys:
                self._citations[item.key] = item.widened

    def _timings(self) -> dict[str, float]:
        before = self.quoted.timings.get("total", 0.0)
        spent = time.perf_counter() - self._started
        first = {"first_sentence": before + self._first - self._started} if self._first else {}
        return {**self.quoted.timings, "write": spent, "first_evidence": before, **first, "total": before + spent}
