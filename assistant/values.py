"""The figure or date by which a sentence answers: its words, its numbers, its unit; and whether two are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.highlight import find_highlight, widen_figure
from assistant.numerals import find_numbers, to_decimal, tokenize
from assistant.question_type import QuestionType, classify
from assistant.sentence_ranking import Candidate
from assistant.timeframe import find_months
from vectorstore import gram_text

SURE_SPAN = 0.1
"""Least probability of the reader's span from which it is taken for the value."""
CLEAR_SPAN = 0.3
"""The same, from which a sentence is put before one that the ranking likes better but that has no value."""
READER_SLACK = 1.5
"""By how much the reader's score of such a sentence may be lower."""
UNIT_GRAMS = 0.5
"""Two units are the same if they share this much of the shorter one's 4-grams ("Stellen", "Stellenabbau")."""
LONGEST_VALUE = 60
"""Characters; a longer span is a statement, not a figure."""
SAME_ORDER = 4
"""Sources that speak of the same thing hardly differ by a larger factor."""
WITH_DIGIT = re.compile(r"\d")
IN_DIGITS = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
"""A date in digits; its month is found like one in letters, so that "07.09.2026" is "7. September 2026"."""


@dataclass(frozen=True, slots=True)
class Value:
    """The figure or date by which a sentence answers: its words, its numbers, and its unit as 4-grams."""

    words: str
    numbers: frozenset[str]
    unit: frozenset[str]


def find_value(candidate: Candidate, question: str) -> Value | None:
    """Return the figure or date by which a sentence answers, ``None`` where there is none."""
    kind = classify(question)
    words = find_words(candidate, question)
    if not words or len(words) > LONGEST_VALUE:
        return None
    if kind not in (QuestionType.FIGURE, QuestionType.DATE) and not WITH_DIGIT.search(words):
        return None
    months = {f"month {number}" for number in find_months(words)}
    numbers = find_numbers(IN_DIGITS.sub(r"\1 \3", words)) | months
    if not numbers:
        return None
    unit = frozenset(gram for word in tokenize(words) if not word[0].isdigit() for gram in gram_text(word))
    return Value(words, frozenset(numbers), frozenset() if months or kind is QuestionType.DATE else unit)


def find_words(candidate: Candidate, question: str) -> str | None:
    """Return the span by which a sentence answers: the reader's if it is sure of one, by rule if nothing was read."""
    span = candidate.span
    if span is None:
        return find_highlight(candidate.text, question) if candidate.features.reader == 0 else None
    if span.probability < SURE_SPAN:
        return None
    start, end = widen_figure(
        candidate.text, span.start - candidate.sentence.start, span.end - candidate.sentence.start
    )
    return candidate.text[start:end]


def is_comparable(value: Value, other: Value) -> bool:
    """Tell whether two values have the same unit, as far as they name one, and are of the same order."""
    if not is_of_one_order(value, other):
        return False
    if not value.unit or not other.unit:
        return True
    return len(value.unit & other.unit) >= UNIT_GRAMS * min(len(value.unit), len(other.unit))


def is_of_one_order(value: Value, other: Value) -> bool:
    """Tell whether two figures might be for the same thing; dates and what is no single figure always might."""
    sizes = [to_decimal(next(iter(item.numbers))) for item in (value, other) if len(item.numbers) == 1]
    if len(sizes) < 2 or sizes[0] is None or sizes[1] is None or min(sizes[0], sizes[1]) <= 0:
        return True
    return max(sizes[0], sizes[1]) / min(sizes[0], sizes[1]) <= SAME_ORDER


def agree(value: Value, other: Value) -> bool:
    """Tell whether two values are the same, or one holds the other ("16. Mai" and "16. Mai 2021")."""
    return value.numbers <= other.numbers or other.numbers <= value.numbers


def prefer_values(question: str, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates, one with a clear value first where a figure or date is asked for and the best has none.

    News names the matter in one sentence and gives the figure in the next; the ranking, learnt on an encyclopedia,
    likes the first too much.
    """
    best = candidates[0]
    if classify(question) not in (QuestionType.FIGURE, QuestionType.DATE) or best.span is None:
        return tuple(candidates)
    if best.span.probability >= SURE_SPAN:
        return tuple(candidates)
    for candidate in candidates[1:]:
        clear = candidate.span is not None and candidate.span.probability >= CLEAR_SPAN
        if clear and candidate.features.reader >= best.features.reader - READER_SLACK:
            return (candidate, *(item for item in candidates if item is not candidate))
    return tuple(candidates)
