"""What the reader learns from: questions with the passage that answers them, and pairs that don't answer.

Four kinds of such pairs, near misses above all: a passage that the search found, the answering passage without its
answering sentence, the answering passage with a question that names something else, and, where a set has them,
questions that people wrote to be unanswerable from that passage.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.question_sets import (
    Question,
    RememberingEmbeddings,
    build_search,
    read_squad,
    without_sentences,
)
from vectorstore import Passage, PassageSearch, split_article

OTHERS = 4
"""Passages found from which the one that doesn't answer is drawn."""
SPARE_OTHERS = 3
"""Found beyond those, because some hold the answer."""
KINDS = {"unanswerable": 0.5, "swapped": 0.3, "cut": 0.25}
"""The chance of each kind, tried in this order, where it can be had; a found passage otherwise."""
NEAR, FAR = 3, 50
"""How often the article's own terms, and how many of all others, may be swapped in."""
STEM = 5
"""Letters by which words of a question and a passage are compared: enough to see past most German endings."""

TERM = re.compile(r"(\w+) ((?:[A-ZÄÖÜ][\w-]{2,}|\d[\d.,]*\d)(?: [A-ZÄÖÜ][\w-]+)*)")
"""The word before, and what a question may be about: a noun, a name, a number."""
CLASS_WORD = re.compile(r"\b(?:[Ww]elche\w*|[Ww]hich|[Ww]hat|[Qq]uel\w*|[Ww]ie viele?|[Hh]ow many) [\w-]+")
"""A question word with the class of things that it asks for; naming another class need not change the answer."""

Term = tuple[str, str]
"""A word, and the noun, name or number that follows it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage that does not answer it."""

    question: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the passage that answers it, with the place of the answer in it, and pairs that don't answer."""

    question: str
    group: str
    passage: Passage
    sentence: int
    start: int
    end: int
    found: tuple[Passage, ...]
    swapped: tuple[str, ...]
    unanswerable: tuple[str, ...]

    def draw_pair(self, chance: random.Random) -> Pair:
        """Return a pair that doesn't answer."""
        for kind, share in KINDS.items():
            if chance.random() < share and (pair := self._make_pair(kind, chance)):
                return pair
        return Pair(self.question, chance.choice(self.found))

    def _make_pair(self, kind: str, chance: random.Random) -> Pair | None:
        if kind == "cut":
            cut = cut_answer(self)
            return Pair(self.question, cut) if cut else None
        questions = self.unanswerable if kind == "unanswerable" else self.swapped
        return Pair(chance.choice(questions), self.passage) if questions else None


def make_examples(path: Path, embeddings: RememberingEmbeddings, chance: random.Random) -> Iterator[Example]:
    """Yield the questions of a SQuAD-format file whose answer stands in a sentence of a passage."""
    questions = read_squad(path)
    search = build_search(questions.articles, embeddings)
    passages = {article.source.article_id: split_article(article) for article in questions.articles}
    impossible: dict[str, list[str]] = {}
    for question in questions.unanswerable:
        impossible.setdefault(question.article_id, []).append(question.text)
    terms = collect_terms(questions.questions)
    everywhere = [term for group in terms.values() for term in group]
    for question in questions.questions:
        swaps = (*terms[question.group] * NEAR, *chance.sample(everywhere, min(FAR, len(everywhere))))
        example = make_example(question, passages[question.article_id], search, swaps, chance)
        if example:
            yield replace(example, unanswerable=tuple(impossible.get(question.article_id, ())))


def make_example(
    question: Question, passages: Sequence[Passage], search: PassageSearch, terms: Sequence[Term], chance: random.Random
) -> Example | None:
    """Return the example of one question, ``None`` where its answer was cut apart or nothing else was found."""
    answer, start = question.answers[0], question.start
    passage = next((item for item in passages if item.start <= start and start + len(answer) <= item.end), None)
    if passage is None:
        return None
    place = next((n for n, item in enumerate(passage.sentences) if item.start <= start < item.end), None)
    hits = search.search(question.text, count=OTHERS + SPARE_OTHERS).hits
    found = [hit.passage for hit in hits if answer.lower() not in hit.passage.text.lower()]
    if place is None or not found:
        return None
    begin = start - passage.start
    swapped = tuple(swap_terms(question.text, passage.text, terms, chance))
    return Example(
        question.text, question.group, passage, place, begin, begin + len(answer), tuple(found[:OTHERS]), swapped, ()
    )


def collect_terms(questions: Sequence[Question]) -> dict[str, list[Term]]:
    """Return by group the terms that its questions name."""
    terms: dict[str, list[Term]] = {question.group: [] for question in questions}
    for question in questions:
        terms[question.group] += find_terms(question.text)
    return terms


def find_terms(question: str) -> list[Term]:
    """Return the nouns, names and numbers of a question that can be swapped for others, each after the word before it.

    That word makes a swap look right: what follows another "in" or "der" is of the same case, and often a like thing.
    """
    classes = [match.span() for match in CLASS_WORD.finditer(question)]
    return [
        (match[1].lower(), match[2])
        for match in TERM.finditer(question)
        if not any(start <= match.start(2) < end for start, end in classes)
    ]


def swap_terms(question: str, passage: str, terms: Sequence[Term], chance: random.Random) -> Iterator[str]:
    """Yield the question with one term that the passage holds swapped for one of its kind that it doesn't hold."""
    known = f"{passage} {question}".lower()
    for before, term in dict.fromkeys(find_terms(question)):
        if term[:STEM].lower() not in passage.lower():
            continue
        if term[0].isdigit():
            others = [shift_number(term, chance)]
        else:
            others = [other for place, other in terms if place == before and other.count(" ") == term.count(" ")]
        others = [other for other in others if other[:STEM].lower() not in known]
        if others:
            yield question.replace(term, chance.choice(others), 1)


def shift_number(number: str, chance: random.Random) -> str:
    """Return another number of as many digits."""
    place = chance.randrange(max(1, len(number) - 2), len(number))
    place = place if number[place].isdigit() else place - 1
    digit = chance.choice([item for item in "123456789" if item != number[place]])
    return number[:place] + digit + number[place + 1 :]


def cut_answer(example: Example) -> Passage | None:
    """Return the answering passage without its answering sentence, ``None`` where nothing else is in it."""
    sentences = example.passage.sentences
    if len(sentences) == 1:
        return None
    return without_sentences(example.passage, [sentences[example.sentence]])
