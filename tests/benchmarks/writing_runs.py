"""What the benchmarks of written answers share: a model that remembers what it said, and each answer in both forms."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from assistant import Answer, Assistant, Settings
from assistant.answer import Wording
from assistant.writing import Judge, Message, WhenUnsupported, WritingModel, write_answer
from assistant.writing.citing_keys import read_sentences
from assistant.writing.defusing import defuse
from assistant.writing.failures import LanguageModelError
from assistant.writing.prompting import make_excerpts
from assistant.writing.settling import Checked, check_sentence
from assistant.writing.writer import open_judge, open_model
from assistant.writing.writing import MOST_SENTENCES


@dataclass
class RememberingModel:
    """Writes as another model does, and keeps what it was given and wrote last."""

    model: WritingModel
    given: int = 0
    raw: str = ""

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        self.given, self.raw = len(messages[-1].text), ""
        for piece in self.model.write(messages, seconds=seconds):
            self.raw += piece
            yield piece


@dataclass
class RecordedModel:
    """Writes what a model wrote in an earlier run: checks can be measured again without one."""

    raw_by_question: Mapping[str, str]

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        asked = messages[-1].text
        question = max((known for known in self.raw_by_question if defuse(known) in asked), key=len, default="")
        yield self.raw_by_question.get(question, "")


@dataclass(frozen=True)
class Both:
    """A question's quoted and written answer, the model's raw words, and what became of each of its sentences.

    ``given`` counts the characters of the changing part of the prompt; the seconds count from the question.
    """

    quoted: Answer
    written: Answer
    raw: str = ""
    given: int = 0
    checked: tuple[Checked, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what every benchmark of written answers can be told; the rest comes from BELEGT_*."""
    parser.add_argument(
        "--llm-url", help="an OpenAI-compatible address; by default as BELEGT_LLM_URL or BELEGT_LLM says"
    )
    parser.add_argument("--llm-model", help="the model's name there")
    parser.add_argument("--llm-key", help="what opens it")
    parser.add_argument("--llm-seconds", type=float, default=60, help="for a whole answer")
    parser.add_argument("--llm-wording", choices=["close", "free"], help="by default as the model's kind says")
    parser.add_argument("--unsupported", choices=["replace", "drop", "mark"], default="replace")
    parser.add_argument("--replay", type=Path, help="an earlier run, whose raw texts are checked again")


def read_settings(given: argparse.Namespace, **others: object) -> Settings:
    """Return the settings with what the command line says of the model."""
    chosen = {
        name: getattr(given, name)
        for name in ("llm_url", "llm_model", "llm_key", "llm_seconds", "llm_wording", "unsupported")
    }
    return Settings(**{name: value for name, value in chosen.items() if value is not None}, **others)


def open_both(
    settings: Settings, desk: Assistant, *, raw_by_question: Mapping[str, str] | None = None
) -> tuple[RememberingModel, Judge]:
    """Return the model that the settings name, or what one wrote before, and the judge, ready for use."""
    model = open_model(settings, announce=print) if raw_by_question is None else RecordedModel(raw_by_question)
    if model is None:
        raise SystemExit("name a language model: --llm-url, BELEGT_LLM_URL or BELEGT_LLM=local")
    return RememberingModel(model), open_judge(settings, desk._embeddings)


def read_replay(path: Path | None) -> dict[str, str] | None:
    """Return the raw texts of an earlier run of ``written`` by question, ``None`` without a run."""
    if path is None:
        return None
    return {item["question"]: item["raw"] for item in json.loads(path.read_text(encoding="utf-8"))["answers"]}


def write_both(
    quoted: Answer, model: RememberingModel, judge: Judge, *, when_unsupported: WhenUnsupported, wording: Wording
) -> Both:
    """Return an answer in both forms."""
    model.raw, model.given = "", 0
    started, first = time.perf_counter(), None
    whole = quoted
    for whole in write_answer(quoted, model=model, judge=judge, when_unsupported=when_unsupported, wording=wording):
        if whole.statements and first is None:
            first = time.perf_counter() - started
    end, before = time.perf_counter() - started, quoted.timings.get("total", 0.0)
    seconds = {"first evidence": before, "first sentence": before + (first or end), "end": before + end}
    return Both(quoted, whole, model.raw, model.given, look_again(model.raw, quoted, judge, wording), seconds)


def look_again(raw: str, quoted: Answer, judge: Judge, wording: Wording) -> tuple[Checked, ...]:
    """Return what becomes of each sentence of a raw text."""
    excerpts = make_excerpts(quoted, wording=wording)
    known = [text for item in excerpts for text in item.evidence]
    checked: list[Checked] = []
    with suppress(LanguageModelError):
        sentences = read_sentences([raw], valid=[item.key for item in excerpts], known=known)
        checked.extend(check_sentence(written, excerpts, judge) for written in sentences)
    return tuple(checked[:MOST_SENTENCES])


def own_words(answer: Answer, quoted: Answer) -> list[str]:
    """Return the statements that a model wrote, without the quotes that stand for others."""
    quotes = {item.text for item in quoted.statements}
    return [item.text for item in answer.statements if item.text not in quotes] if answer.mode == "written" else []
