"""What a model is given: instructions that are always the same, then the evidence, fenced, and the question.

The instructions come first and never change, so that a server keeps what it computed for them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from assistant.answer import Answer, Citation, Wording
from assistant.phrases import Language, write_date
from assistant.writing.defusing import defuse
from assistant.writing.interfaces import Message, Role
from assistant.writing.orders import gives_orders
from vectorstore import Sentence, guess_language, split_sentences

Prompt = Literal["answer", "shorten", "rewrite"]

FENCE_BYTES = 4
"""Random bytes of a fence: an article that guesses it needs four billion tries."""
NEIGHBOURS = 1
"""Sentences on each side of a quote that are given beside it, so that a pronoun or a date is understood."""
LONGEST_EXCERPT = 900
"""Characters of an excerpt; a quote that is longer is given without neighbours, cut at this length."""
MOST_EXCERPTS = 6
"""Excerpts at most; each costs a small model on two cores a second."""
SEPARATOR = "\n---\n"
"""Between the turns of a prompt file: the instructions, then examples by turns, at last what changes."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with its neighbours, as a stretch of its article; ``citation.quote`` is the quote alone.

    ``evidence`` is what a statement may stand on: the sentences of it that give no orders.
    """

    citation: Citation
    widened: Citation
    evidence: tuple[str, ...]

    @property
    def key(self) -> int:
        """The number by which the model cites it."""
        return self.citation.number

    @property
    def quoted(self) -> tuple[str, ...]:
        """The evidence that the quote alone holds."""
        return tuple(text for text in self.evidence if text in self.citation.quote)


def make_excerpts(answer: Answer, *, wording: Wording = "free") -> tuple[Excerpt, ...]:
    """Return what a model may write from: the quotes of an answer, each with its neighbour sentences.

    Where it only shortens, the quotes that answer must do: a small model takes what stands beside them for the answer.
    """
    if wording == "close":
        cited = {number for statement in answer.statements for number in statement.citations}
        return tuple(excerpt(item, neighbours=0) for item in answer.citations if item.number in cited)[:MOST_EXCERPTS]
    return tuple(excerpt(citation, neighbours=NEIGHBOURS) for citation in answer.citations[:MOST_EXCERPTS])


def excerpt(citation: Citation, *, neighbours: int) -> Excerpt:
    """Return a citation's quote with the sentences around it in its passage."""
    passage, quote = citation.passage, citation.quote
    first = passage.find(quote)
    sentences = split_sentences(passage)
    if first < 0 or passage.find(quote, first + 1) >= 0:
        return Excerpt(citation, citation, harmless([quote]))
    start, end = first, first + len(quote)
    inside = [number for number, item in enumerate(sentences) if item.start < end and item.end > start]
    reach = range(inside[0] - neighbours, inside[-1] + neighbours + 1) if inside else range(0)
    around = [sentences[number] for number in reach if 0 <= number < len(sentences)]
    kept = connected(around, start, end)
    low, high = min([start, *(item.start for item in kept)]), max([end, *(item.end for item in kept)])
    if high - low > LONGEST_EXCERPT:
        low, high, kept = start, end, [item for item in kept if start <= item.start and item.end <= end]
    moved = citation.start - first
    widened = replace(citation, quote=passage[low:high], start=moved + low, end=moved + high)
    texts = [passage[item.start : item.end] for item in kept] or [quote]
    return Excerpt(citation, widened, harmless(texts))


def connected(around: Sequence[Sentence], start: int, end: int) -> list[Sentence]:
    """Return the sentences that a quote holds and those beside them, up to the first heading on either side."""
    before = [item for item in around if item.end <= start]
    after = [item for item in around if item.start >= end]
    inside = [item for item in around if item.end > start and item.start < end]
    while before and not all(item.quotable for item in before):
        before.pop(0)
    while after and not all(item.quotable for item in after):
        after.pop()
    return [*before, *inside, *after]


def harmless(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences that speak to a reader; one that gives a model orders is no evidence."""
    return tuple(text for text in texts if not gives_orders(text))


def make_messages(
    question: str,
    excerpts: Sequence[Excerpt],
    *,
    language: Language,
    fence: str | None = None,
    wording: Wording = "free",
) -> list[Message]:
    """Return what a model is given to answer a question.

    Args:
        question: to be answered.
        excerpts: what it may write from.
        language: of the question, and so of the answer.
        fence: the word around the evidence; by default a random one.
        wording: what it is told to do.
    """
    word = fence or secrets.token_hex(FENCE_BYTES)
    given = [item for item in excerpts if item.evidence]
    sources = "\n".join(f"[{item.key}] {describe_excerpt(item, language, fence=word)}" for item in given)
    keys = " ".join(f"[{item.key}]" for item in given)
    asked = defuse(question, fence=word)
    prompt: Prompt = "shorten" if wording == "close" else "answer"
    return fill(prompt, language, {"fence": word, "sources": sources, "keys": keys, "question": asked})


def describe_excerpt(item: Excerpt, language: Language, *, fence: str) -> str:
    """Return an excerpt as a source reads in a prompt: who wrote when, and what; harmless and on one line.

    Its title is left out: what a model took from there, no quote would support.
    """
    citation = item.citation
    day = write_date(citation.published, language) if citation.published else ""
    head = ", ".join(part for part in (defuse(citation.publisher or "", fence=fence), day) if part)
    body = defuse(" ".join(item.evidence), fence=fence)[:LONGEST_EXCERPT]
    return f"{head}: {body}" if head else body


def fill(prompt: Prompt, language: Language, values: Mapping[str, str]) -> list[Message]:
    """Return the turns of a prompt, the placeholders of the last one filled."""
    *fixed, last = read_prompt(prompt, language)
    return [*fixed, replace(last, text=Template(last.text).substitute(values))]


@cache
def read_prompt(prompt: Prompt, language: Language) -> tuple[Message, ...]:
    """Return the turns of a prompt file; its first line is a version and not given to the model."""
    text = files("assistant.writing").joinpath(f"prompts/{prompt}.{language}.txt").read_text(encoding="utf-8")
    turns = text.split("\n", 1)[1].strip().split(SEPARATOR)
    roles: list[Role] = ["system", *(("user", "assistant")[number % 2] for number in range(len(turns) - 1))]
    return tuple(Message(role, turn.strip()) for role, turn in zip(roles, turns, strict=True))


def language_of(question: str) -> Language:
    """Return the language in which a question is answered."""
    return guess_language(question)
