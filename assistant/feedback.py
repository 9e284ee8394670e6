"""What visitors say of answers, kept as a test set: ``belegt evaluate`` reads the file as it is.

A line that was judged right tells what is right from then on; one judged wrong tells it where somebody wrote it down,
and is otherwise left for a person to fill in. What was said stands beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.answer import Answer, Verdict
from assistant.chain import check_question
from assistant.followup import Turn
from vectorstore import BelegtError

LONGEST_CORRECTION = 2_000
"""Characters; an answer is a sentence or two, and what is longer is a text of its own."""
LONGEST_KEPT = 20_000
"""Characters of what was said, here and in each turn before, that are kept; no answer comes near."""
MOST_TURNS = 20
"""Turns before the question that are kept; a follow-up leans on the last few."""
MOST_BYTES = 50 * 2**20
"""Of the file: some 50,000 judgements; whoever has that many has read none of them."""
KEY_LENGTH = 16
"""Hexadecimal digits that name a judged answer; 64 bits."""
LOCK_SECONDS = 5.0
"""How long a second writer waits; writing takes milliseconds."""

_MARKERS = re.compile(r"\s*\[\d+\]")


class FeedbackError(BelegtError):
    """A judgement is none, or can't be kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of an answer.

    ``id`` names question and answer, so that a later judgement of the same takes the place of the earlier. ``answers``
    is what is right: empty where the articles don't say, ``None`` where nobody has said. ``searched`` is the question
    as searched, ``said`` the answer as it was given, ``verdict`` the right one of a yes/no question.
    """

    id: str
    question: str
    searched: str
    said: str
    right: bool
    answers: tuple[str, ...] | None
    when: datetime
    article_id: str | None = None
    verdict: Verdict | None = None
    history: tuple[Turn, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the judgement as a line of a test set, without what is not known."""
        fields: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "answers": None if self.answers is None else list(self.answers),
            "article_id": self.article_id,
            "history": [list(turn) for turn in self.history] or None,
            "verdict": self.verdict,
            "judged": "right" if self.right else "wrong",
            "when": self.when.isoformat(timespec="seconds"),
            "searched": self.searched,
            "said": self.said,
        }
        return {name: value for name, value in fields.items() if value is not None}


def judge(
    answer: Answer,
    *,
    right: bool,
    correction: str = "",
    unanswerable: bool = False,
    history: Sequence[Turn] = (),
    when: datetime,
) -> Judgement:
    """Return what is to be kept of a judged answer.

    Args:
        answer: the whole answer, as it was given.
        right: whether it was right; a refusal is right where the articles don't say.
        correction: what would have been right, at most 2,000 characters; only for a wrong answer.
        unanswerable: the articles don't say; only for a wrong answer, in place of a correction.
        history: the (question, answer) turns before it, oldest first.
        when: the time of the judgement.

    Raises:
        FeedbackError: the correction is too long, or doesn't go with the judgement; one line.
        QuestionError: the question is none that can be asked.
    """
    correction = _clean(correction).strip()
    if len(correction) > LONGEST_CORRECTION:
        raise FeedbackError(f"the correction has {len(correction):,} characters; keep it to {LONGEST_CORRECTION:,}")
    if (right and (correction or unanswerable)) or (correction and unanswerable):
        raise FeedbackError("an answer is right, or corrected, or the articles don't say; choose one")
    kept = right and not answer.abstained
    cited = answer.citations[0].article_id if answer.citations else None
    return Judgement(
        id=name_judgement(answer),
        question=check_question(_clean(answer.question)),
        searched=_clean(answer.standalone_question)[:LONGEST_KEPT],
        said=_clean(answer.text)[:LONGEST_KEPT],
        right=right,
        answers=_right_answers(answer, correction) if right or correction else () if unanswerable else None,
        when=when,
        article_id=_clean(cited) if kept and cited else None,
        verdict=answer.verdict if kept else None,
        history=tuple(
            (_clean(question)[:LONGEST_KEPT], _clean(said)[:LONGEST_KEPT]) for question, said in history[-MOST_TURNS:]
        ),
    )


def name_judgement(answer: Answer) -> str:
    """Return the id under which the judgement of an answer is kept: the same for the same question and answer."""
    told = json.dumps([answer.question, answer.standalone_question, answer.text])
    return hashlib.sha256(told.encode()).hexdigest()[:KEY_LENGTH]


def keep_judgement(path: Path, judgement: Judgement) -> None:
    """Write a judgement at the end of a file, in place of an earlier one of the same answer; whole or not at all.

    Raises:
        FeedbackError: the file can't be written, or is full.
    """
    written = json.dumps(judgement.to_dict(), ensure_ascii=False)
    _rewrite(path, lambda lines: [*_without(lines, judgement.id), written])


def forget_judgement(path: Path, judgement_id: str) -> None:
    """Remove the judgement of this id from a file; nothing happens where there is none.

    Raises:
        FeedbackError: the file can't be written.
    """
    if path.exists():
        _rewrite(path, lambda lines: _without(lines, judgement_id))


def _right_answers(answer: Answer, correction: str) -> tuple[str, ...]:
    """Return what is right: the correction, or of a right answer the shortest that was said; nothing for a refusal.

    Raises:
        FeedbackError: the answer says nothing.
    """
    if correction:
        return (correction,)
    if answer.abstained:
        return ()
    said = (answer.highlight, *(statement.text for statement in answer.statements), _MARKERS.sub("", answer.text))
    found = next((text for text in (_clean(text or "").strip() for text in said) if text), None)
    if found is None:
        raise FeedbackError("the answer says nothing that could be judged")
    return (found[:LONGEST_KEPT],)


def _without(lines: Sequence[str], judgement_id: str) -> list[str]:
    """Return the lines but those of this id; what somebody else wrote into the file stays."""
    return [line for line in lines if judgement_id not in line or _read_id(line) != judgement_id]


def _read_id(line: str) -> object:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fields.get("id") if isinstance(fields, dict) else None


def _rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Put changed lines in the place of a file's, with no other writer in between.

    Raises:
        FeedbackError: it can't be written, or would be too large.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            lines = change([line for line in text.split("\n") if line.strip()])
            data = "".join(f"{line}\n" for line in lines).encode()
            if len(data) > MOST_BYTES:
                raise FeedbackError(f"{path} is full ({MOST_BYTES // 2**20} MB); read it, and move it away")
            _replace(path, data)
    except Timeout as error:
        raise FeedbackError(f"another process is writing {path}; try again") from error
    except UnicodeDecodeError as error:
        raise FeedbackError(f"{path} is not UTF-8; save it as UTF-8, or move it away") from error
    except OSError as error:
        raise FeedbackError(f"{path} can't be written ({error.strerror or error})") from error


def _replace(path: Path, data: bytes) -> None:
    """Put a file into place that is wholly on the disk."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _clean(text: str) -> str:
    """Return a text that UTF-8 can hold: halves of a pair that stand alone are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
