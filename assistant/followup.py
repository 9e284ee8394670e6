"""A follow-up question made to stand alone, so that it can be searched: "Und Microsoft?" takes up the question before.

A question depends on the conversation where it begins like a continuation, or points back with a pronoun while naming
nothing itself. It is then searched together with the last question that stood alone. One that names something is left
alone. In between, as in "Wie heißt das Buch?", the articles decide: it is taken with the conversation if they answer it
better so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vectorstore import content_words

Turn = tuple[str, str]
"""A question and the answer it got."""

CONTINUES = re.compile(r"^\W*(?:und|oder|aber|auch|and|but|or|what about|how about)\b", re.IGNORECASE)
POINTS_BACK = re.compile(
    r"\b(?:er|sie|(?<!gibt )es|ihn|ihm|ihr|ihnen|ihre[rmns]?|sein(?:e[rmns]?)?|dies(?:e[rmns]?)?|jene[rmns]?|"
    r"da(?:mit|von|für|gegen|zu|bei|ran|rüber|durch|nach|vor)|dort|dessen|deren|denen|dabei|darauf|"
    r"he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"\b(?:der|die|das|den|dem|the)\s*(?:Firma|Unternehmen|Konzern|Summe|Betrag|Stadt|Land|Partei|Mannschaft|Verein|"
    r"Person|Gruppe|Familie|company|firm|group|amount|city|country|party|team|person|family)?\s*\?*$",
    re.IGNORECASE,
)
"""An article with nothing in particular behind it, at the end: "Wer leitet die Firma?", "Wo liegen die?"."""
FEWEST_WORDS = 2
"""Content words below which a question that names nothing is too bare to search: "Warum?", "Wie viele?"."""


def make_standalone(question: str, history: Sequence[Turn], answerable: Callable[[str], float]) -> str:
    """Return the question as it should be searched.

    Args:
        question: as asked.
        history: the turns before it, oldest first.
        answerable: estimates the probability that the articles answer a question; asked only where words don't tell.

    Returns:
        The question itself where it stands alone; otherwise it, followed by the question it leans on.
    """
    if not history:
        return question
    together = f"{question} ({last_standalone(history)})"
    if leans_on_history(question):
        return together
    if names_something(question):
        return question
    return together if answerable(together) > answerable(question) else question


def leans_on_history(question: str) -> bool:
    """Tell whether a question can't be understood without the one before."""
    question = " ".join(question.split())  # a run of spaces costs the patterns its square
    if CONTINUES.search(question):
        return True
    if names_something(question):
        return False
    if POINTS_BACK.search(question) or GENERIC.search(question):
        return True
    return len(content_words(question)) < FEWEST_WORDS and not has_noun(question)


def has_noun(question: str) -> bool:
    """Tell whether a word after the first is capitalised, as German nouns and English names are."""
    return any(word[:1].isupper() for word in question.split()[1:])


def names_something(question: str) -> bool:
    """Tell whether a question holds a proper name: a word with a capital that no German noun would have inside, a
    number, or two capitalised words side by side.
    """
    inner = (question.split(maxsplit=1) or [""])[-1]
    return re.search(r"\b\w*[a-zäöü][A-ZÄÖÜ]\w*|\b[A-ZÄÖÜ]{2,}\b|\b[A-ZÄÖÜ]\w+ [A-ZÄÖÜ]\w+", inner) is not None


def last_standalone(history: Sequence[Turn]) -> str:
    """Return the latest question that stands alone, with those that leaned on it in between."""
    kept: list[str] = []
    for asked, _ in reversed(history):
        kept.append(asked)
        if not leans_on_history(asked):
            break
    return " ".join(reversed(kept))
