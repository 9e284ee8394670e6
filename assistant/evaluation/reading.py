"""Test sets: questions with the answers that are right, as JSONL over the articles at hand or as SQuAD-format JSON.

One object a line in JSONL::

    question              what is asked
    answers               any of them is right; [] where the articles don't answer
    article_id            the article that answers (optional)
    history               the turns before it, [[question, answer], ...] (optional)
    standalone_question   a follow-up as a person would write it out (optional)
    kind                  a name by which the figures are broken down (optional)
    parts                 what a complete answer says: [["a", "or a in other words"], ["b"]] (optional)
    verdict               "yes", "no" or "unknown", for a yes/no question (optional)
    notes                 the notes that belong beside the answer: "differ", "newer", "dated" (optional)
    judged, when          "right" or "wrong", and the time: an answer that somebody judged (optional)

A line judged wrong may leave ``answers`` out: nobody has said yet what would have been right. Other keys are allowed
and not read. SQuAD-format JSON (SQuAD 1 and 2, XQuAD, MLQA, GermanQuAD) is read as it is; its paragraphs become the
articles, and a question that is marked impossible, or has no answers, is one that they don't answer.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.chain import QuestionError, check_question
from assistant.evaluation.testset import Case, TestSet, TestSetError, make_key, number_repeated
from assistant.notes import NoteKind

Format = Literal["jsonl", "squad"]
MOST_BYTES = 256 * 2**20
"""Larger files are no test sets; the largest in use, SQuAD's training part, has 40 MB."""


class Line(BaseModel):
    """A line of JSONL as it should be."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    question: str
    answers: tuple[str, ...] | None = None
    article_id: str | None = None
    history: tuple[tuple[str, str], ...] = ()
    standalone_question: str | None = None
    kind: str | None = None
    id: str | None = None
    judged: Literal["right", "wrong"] | None = None
    when: datetime | None = None
    parts: tuple[tuple[str, ...], ...] = ()
    verdict: Literal["yes", "no", "unknown"] | None = None
    notes: tuple[NoteKind, ...] | None = None


class SquadAnswer(BaseModel):
    """An answer in SQuAD's format."""

    text: str


class SquadQuestion(BaseModel):
    """A question in SQuAD's format."""

    question: str
    answers: tuple[SquadAnswer, ...] = ()
    is_impossible: bool = False
    id: str | int | None = None


class SquadParagraph(BaseModel):
    """A paragraph in SQuAD's format."""

    context: str
    qas: tuple[SquadQuestion, ...] = ()


class SquadArticle(BaseModel):
    """An article in SQuAD's format."""

    paragraphs: tuple[SquadParagraph, ...]


class Squad(BaseModel):
    """A whole file in SQuAD's format."""

    data: tuple[SquadArticle, ...]


def read_testset(path: Path | str, *, format: Format | None = None) -> TestSet:  # noqa: A002 - the option's name
    """Read a test set.

    Args:
        path: the file.
        format: ``jsonl`` or ``squad``; by default told from the content.

    Raises:
        TestSetError: it can't be read, or a line or question in it isn't as it should be; the message names it.
    """
    path = Path(path)
    text = read_text(path)
    if (format or guess_format(text)) == "squad":
        cases, paragraphs = read_squad(text, path.name)
    else:
        cases, paragraphs = read_lines(text, path.name), None
    if not cases:
        raise TestSetError(f"{path.name} holds no question; a test set has one JSON object a line, or SQuAD's format")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return TestSet(path.name, digest, tuple(number_repeated(cases)), paragraphs)


def read_text(path: Path) -> str:
    """Return a file's text.

    Raises:
        TestSetError: it isn't there, is too large, or is no UTF-8.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TestSetError(f"{path.name} has more than {MOST_BYTES // 2**20} MB; split it")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TestSetError(f"the test set {path} can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TestSetError(f"{path.name} is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def guess_format(text: str) -> Format:
    """Tell SQuAD's format, one object with ``data``, from an object a line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return "jsonl"
    return "squad" if isinstance(whole, dict) and "data" in whole and "question" not in whole else "jsonl"


def read_lines(text: str, name: str) -> list[Case]:
    """Read one question a line; empty lines are skipped."""
    numbered = enumerate(text.split("\n"), start=1)
    return [read_line(line, f"line {number}", name) for number, line in numbered if line.strip()]


def read_line(text: str, place: str, name: str) -> Case:
    """Read one line.

    Raises:
        TestSetError: it is no JSON, or lacks what a question needs.
    """
    try:
        line = Line.model_validate(parse(text, place, name))
    except ValidationError as error:
        raise TestSetError(f"{name}, {place}: {describe(error)}") from error
    if line.answers is None and line.judged != "wrong":
        raise TestSetError(f'{name}, {place}: "answers" is missing; write [] where the articles don\'t answer')
    if not all(part and all(words.strip() for words in part) for part in line.parts):
        raise TestSetError(f'{name}, {place}: a part is empty; write "parts": [["what must be said"], ...]')
    if not all(answer.strip() for answer in line.answers or ()):
        raise TestSetError(f'{name}, {place}: an answer is empty; write "answers": [] where the articles don\'t answer')
    return Case(
        key=one_line(line.id or "") or make_key(line.question, line.history),
        place=place,
        question=check(line.question, place, name),
        answers=line.answers,
        article_id=line.article_id,
        history=line.history,
        standalone_question=line.standalone_question and check(line.standalone_question, place, name),
        kind=line.kind,
        judged=line.judged,
        when=line.when,
        parts=line.parts,
        verdict=line.verdict,
        notes=line.notes,
    )


def parse(text: str, place: str, name: str) -> Any:
    """Return the object that a text holds.

    Raises:
        TestSetError: it is no JSON, or not an object.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise TestSetError(f"{name}, {place}: no valid JSON ({error.msg} at character {error.pos + 1})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise TestSetError(f"{name}, {place}: no valid JSON (too large a number, or too deep)") from error
    if not isinstance(value, dict):
        raise TestSetError(f'{name}, {place}: expected an object like {{"question": ..., "answers": [...]}}')
    return value


def read_squad(text: str, name: str) -> tuple[list[Case], dict[str, str]]:
    """Read SQuAD's format: the questions, and the paragraphs by the article ids that they get."""
    try:
        squad = Squad.model_validate(parse(text, "the whole file", name))
    except ValidationError as error:
        raise TestSetError(f"{name} is not in SQuAD's format: {describe(error)}") from error
    cases: list[Case] = []
    paragraphs: dict[str, str] = {}
    for paragraph in (item for article in squad.data for item in article.paragraphs):
        article_id = f"{len(paragraphs):05d}.txt"
        paragraphs[article_id] = paragraph.context
        cases += [read_squad_question(item, article_id, name) for item in paragraph.qas]
    return cases, paragraphs


def read_squad_question(item: SquadQuestion, article_id: str, name: str) -> Case:
    """Return the case of one question in SQuAD's format."""
    given = one_line(str(item.id)) if item.id is not None else ""
    key = given or make_key(item.question, ((article_id, ""),))
    place = f"question {key}"
    texts = dict.fromkeys(answer.text.strip() for answer in item.answers if answer.text.strip())
    answers = () if item.is_impossible else tuple(texts)
    return Case(key, place, check(item.question, place, name), answers, article_id if answers else None)


def check(question: str, place: str, name: str) -> str:
    """Return a question that can be asked.

    Raises:
        TestSetError: it is empty or too long.
    """
    try:
        return check_question(question)
    except QuestionError as error:
        raise TestSetError(f"{name}, {place}: {error}") from error


def one_line(text: str) -> str:
    """Return a text without line breaks and doubled spaces, for use in messages."""
    return " ".join(text.split())


def describe(error: ValidationError) -> str:
    """Return what is wrong first, and where, on one line."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return f'"{where}": {first["msg"].lower()}' if where else str(first["msg"])
