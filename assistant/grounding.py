"""Does a statement say only what its evidence says? Its numbers, dates and names, one by one, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.numerals import find_numbers, tokenize

NAME_WORD = re.compile(r"(?<=[\w,;:%)»“”\"'–-] )[A-ZÄÖÜ][\w’-]+")
"""A capitalised word inside a sentence: names and months, and in German every noun."""


def missing_facts(statement: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers, dates and names of a statement that none of the texts it cites holds, in order.

    Numbers count by value, so that "5.000" stands in "fünftausend Euro"; names and months word by word.
    """
    text = "\n".join(evidence)
    words, numbers = frozenset(tokenize(text)), find_numbers(text)
    missing = [number for number in sorted(find_numbers(statement)) if number not in numbers]
    names = (match[0] for match in NAME_WORD.finditer(statement))
    return (*missing, *(name for name in dict.fromkeys(names) if not words.issuperset(tokenize(name))))
