"""A test set is asked of an assistant; what was answered is kept, so that a run that is stopped goes on.

A follow-up is asked three times: with its history, as a user would; without it; and, where the test set says how,
written out by a person. The difference is what rewriting is worth.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Mode
from assistant.desk import Assistant
from assistant.evaluation.testset import Case
from vectorstore import passage_key

DEPTH = 10
"""Passages ranked; the cut-off of mean reciprocal rank and nDCG as they are published for these test sets."""

Watch = Callable[[int, int], None]
"""Receives how many questions are answered, of how many."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question: the answer, and the keys of the best passages, best first."""

    answer: Answer
    ranking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: as a user would ask it, and for a follow-up also without its history and written out."""

    case: Case
    reply: Reply
    raw: Reply | None = None
    person: Reply | None = None


class Journal:
    """The replies of a run so far, a line each in a file; a line that was cut off by a stop is asked again.

    Args:
        path: where it is kept, until the run is complete.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._known = dict(self._read())

    def __len__(self) -> int:
        return len(self._known)

    def find(self, case: Case) -> Outcome | None:
        """Return what came of a case, ``None`` where it has not been asked yet."""
        replies = self._known.get(case.key)
        return Outcome(case, *replies) if replies else None

    def add(self, outcome: Outcome) -> None:
        """Keep what came of a case."""
        replies = [reply_to_dict(reply) for reply in (outcome.reply, outcome.raw, outcome.person)]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([outcome.case.key, *replies]) + "\n")
        self._known[outcome.case.key] = (outcome.reply, outcome.raw, outcome.person)

    def remove(self) -> None:
        """Forget the run."""
        self._path.unlink(missing_ok=True)
        self._known.clear()

    def _read(self) -> Iterator[tuple[str, tuple[Reply, Reply | None, Reply | None]]]:
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")
        if lines.pop():  # the last line was cut off; what is added must not be glued to it
            self._path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for line in lines:
            try:
                key, reply, raw, person = json.loads(line)
                if isinstance(key, str):
                    yield key, (reply_from_dict(reply), reply_or_none(raw), reply_or_none(person))
            except (ValueError, TypeError, KeyError, RecursionError):
                continue


def ask_all(
    desk: Assistant,
    cases: Sequence[Case],
    journal: Journal,
    *,
    mode: Mode | None = None,
    at_once: int = 1,
    watch: Watch = lambda done, of: None,
) -> tuple[Outcome, ...]:
    """Ask the cases that the journal lacks, and return what came of all of them, in their order.

    Args:
        desk: answers.
        cases: each with a key of its own.
        journal: receives every outcome as soon as it is there.
        mode: quoted or written answers; ``None`` takes what a user gets.
        at_once: questions asked at the same time.
        watch: receives the progress.
    """
    missing = [case for case in cases if journal.find(case) is None]
    watch(len(cases) - len(missing), len(cases))
    running: dict[Future[Outcome], Case] = {}
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="evaluation")
    try:
        running = {pool.submit(ask, desk, case, mode=mode): case for case in missing}
        for done, future in enumerate(as_completed(running), start=len(cases) - len(missing) + 1):
            journal.add(future.result())
            watch(done, len(cases))
    finally:
        pool.shutdown(cancel_futures=True)
        keep_finished(running, journal)
    return tuple(outcome for case in cases if (outcome := journal.find(case)))


def keep_finished(running: Mapping[Future[Outcome], Case], journal: Journal) -> None:
    """Keep what was answered beside a question that failed, or while the run was being stopped."""
    for future, case in running.items():
        answered = future.done() and not future.cancelled() and future.exception() is None
        if answered and journal.find(case) is None:
            journal.add(future.result())


def ask(desk: Assistant, case: Case, *, mode: Mode | None = None) -> Outcome:
    """Ask one case."""
    reply = reply_to(desk, case, case.question, with_history=True, mode=mode)
    if not case.history:
        return Outcome(case, reply)
    written_out = case.standalone_question
    return Outcome(
        case,
        reply,
        raw=reply_to(desk, case, case.question, with_history=False, mode=mode),
        person=reply_to(desk, case, written_out, with_history=False, mode=mode) if written_out else None,
    )


def reply_to(desk: Assistant, case: Case, question: str, *, with_history: bool, mode: Mode | None) -> Reply:
    """Ask a question and return the answer with the ranking behind it."""
    answer = desk.answer(question, history=case.history if with_history else (), mode=mode)
    found = desk.search(answer.standalone_question, count=DEPTH)
    return Reply(answer, tuple(passage_key(hit.passage) for hit in found.hits))


def reply_to_dict(reply: Reply | None) -> dict[str, Any] | None:
    """Return a reply as plain values."""
    return {"answer": reply.answer.to_dict(), "ranking": reply.ranking} if reply else None


def reply_from_dict(fields: dict[str, Any]) -> Reply:
    """Return the reply that ``reply_to_dict`` took apart.

    Raises:
        ValueError: the fields are not those of a reply.
    """
    return Reply(Answer.from_dict(fields["answer"]), tuple(fields["ranking"]))


def reply_or_none(fields: dict[str, Any] | None) -> Reply | None:
    """Return the reply, if there is one."""
    return reply_from_dict(fields) if fields else None
