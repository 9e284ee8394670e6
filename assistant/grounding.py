"""Does a statement say only what its evidence says? Its numbers, dates and names, one by one, by rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from assistant.numerals import SCALES, find_numbers, tokenize

INNER_WORD = re.compile(r"(?<=[\w,;:%)»“”\"'–-] )[^\W\d_]+(?:-[^\W\d_]+)*")
"""A word that doesn't begin a sentence; cut as ``numerals.TOKEN`` cuts."""


def missing_facts(statement: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers, dates and names of a statement that none of the texts it cites holds.

    Numbers come first. They count by value, so that "5.000" stands in "fünftausend Euro", and with their scale, so that
    "5" does not stand in "5 Millionen". Names and months count word by word.
    """
    words = frozenset(word for text in evidence for word in tokenize(text))
    numbers = frozenset(number for text in evidence for number in find_numbers(text))
    missing = [number for number in sorted(find_numbers(statement)) if number not in numbers]
    return (*missing, *(name for name in dict.fromkeys(find_names(statement)) if not words.issuperset(tokenize(name))))


def find_names(statement: str) -> Iterator[str]:
    """Yield the capitalised words inside a sentence: names and months, and in German every noun but "Millionen"."""
    for match in INNER_WORD.finditer(unicodedata.normalize("NFC", statement)):
        if match[0][0].isupper() and match[0].casefold() not in SCALES:
            yield match[0]
