"""A sentence of the evidence with one figure or name put in the place of another: found word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from assistant.support.alignment import Alignment
from assistant.support.figures import equals, same_unit
from assistant.support.names import find_entities, is_form
from assistant.support.reading import ReadSentence

LIKENESS = 0.6
"""Share of words in the same order from which a statement is taken for a sentence of the evidence, changed."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%€$£]")


def substituted(alignment: Alignment) -> Iterator[str]:
    """Yield the figures and names of a statement that stand where a sentence like it has others."""
    for number in sorted(set(alignment.nearest)):
        yield from compare_words(alignment.statement, alignment.sentences[number])


def compare_words(statement: ReadSentence, other: ReadSentence) -> Iterator[str]:
    """Yield what one sentence has in the place of a figure or name of the other, if they are alike otherwise."""
    own = [(match[0].casefold(), match.start()) for match in TOKEN.finditer(statement.text)]
    given = [(match[0].casefold(), match.start()) for match in TOKEN.finditer(other.text)]
    matcher = SequenceMatcher(None, [word for word, _ in own], [word for word, _ in given], autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    if not own or matched < LIKENESS * len(own):
        return
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "replace":
            places = {place for _, place in own[start:end]}
            others = {place for _, place in given[first:last]}
            yield from changed_figures(statement, places, other, others)
            yield from changed_names(statement, places, other, others)


def changed_figures(statement: ReadSentence, places: set[int], other: ReadSentence, others: set[int]) -> Iterator[str]:
    """Yield the figures that begin at some places of a statement, where the other sentence has a different one."""
    rivals = [figure for figure in other.figures if figure.start in others]
    for figure in statement.figures:
        comparable = [rival for rival in rivals if rival.is_year == figure.is_year and same_unit(figure, rival)]
        if figure.start in places and comparable and not any(equals(figure, rival) for rival in comparable):
            yield statement.text[figure.start : figure.end]


def changed_names(statement: ReadSentence, places: set[int], other: ReadSentence, others: set[int]) -> Iterator[str]:
    """Yield the names at some places of a statement, where the other sentence has only different ones."""
    if statement.language != other.language:
        return
    rivals = [word for word in find_entities(other) if word.start in others]
    for word in find_entities(statement):
        if (
            word.start in places
            and rivals
            and not any(is_form(word.form, rival.form, foreign=True) for rival in rivals)
        ):
            yield word.text
