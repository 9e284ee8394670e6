"""What a statement says that its evidence doesn't, by rule: each finding with its kind and what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.support.alignment import SURE_MATCH, Alignment, best_of
from assistant.support.dates import joined_dates, missing_dates
from assistant.support.figures import Figure, equals, is_limit, same_bound, same_unit
from assistant.support.marks import CAUSE, COMPARISON, Marks, find_quantifiers, is_overstated, is_surer, mark_clauses
from assistant.support.names import missing_names
from assistant.support.opposites import find_opposites
from assistant.support.reading import ReadSentence
from assistant.support.substitution import substituted
from assistant.support.vectors import FloatMatrix
from vectorstore.spelling import dictionary

Kind = Literal[
    "number", "unit", "bound", "year", "date", "name", "term", "negation", "direction", "certainty",
    "quantifier", "comparison", "roles", "quote", "reason", "coverage",
]  # fmt: skip
SHORTEST_CLAUSE = 2
"""Content words of a clause that says something of its own."""
SHORT_CLAUSE = 4
"""Content words of a clause that is about each of them: what it denies, it denies of all."""
SAID_THERE = 0.5
"""Match from which a word of a clause is taken to be said by the clause of the evidence that has it."""
QUOTED = re.compile(r"[„“\"»«]([^„“”\"»«]{3,})[“”\"«»]")
QUOTE_WORDS = 2
"""Words that make a quotation; a single one may only be set off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a statement says and its evidence doesn't; ``about`` is the number, the name, the words."""

    kind: Kind
    about: str

    def __str__(self) -> str:
        """Return it as one string, "number: 5000"."""
        return f"{self.kind}: {self.about}" if self.about else self.kind


def find_facts(alignment: Alignment) -> Iterator[Finding]:
    """Yield the figures, dates and names of a statement that none of the sentences has, or has in that place.

    More evidence never brings more missing figures.
    """
    statement, sentences = alignment.statement, alignment.sentences
    figures = [figure for sentence in sentences for figure in sentence.figures]
    for figure in statement.figures:
        kind = weigh_figure(figure, figures)
        same = [other for other in figures if equals(figure, other)]
        if same and not figure.bound and all(is_limit(other) for other in same):
            yield Finding("certainty", statement.text[figure.start : figure.end])
        if kind:
            yield Finding(kind, statement.text[figure.start : figure.end])
    dates = [date for sentence in sentences for date in sentence.dates]
    for date in (*missing_dates(statement.dates, dates), *joined_dates(statement.dates, dates)):
        yield Finding("date", statement.text[date.start : date.end])
    if statement.weekdays - frozenset().union(*(sentence.weekdays for sentence in sentences)):
        yield Finding("date", "weekday")
    for text in dict.fromkeys(substituted(alignment)):
        yield Finding("roles", text)
    for name in missing_names(statement, sentences, best_of(alignment.matches)):
        yield Finding("term" if name.form in dictionary() else "name", name.text)


def weigh_figure(stated: Figure, given: Sequence[Figure]) -> Kind | None:
    """Return what is wrong with a figure of the statement, ``None`` where some figure of the evidence tells it."""
    same = [figure for figure in given if equals(stated, figure)]
    if not same:
        return "year" if stated.is_year else "number"
    same = [figure for figure in same if same_unit(stated, figure)]
    if not same:
        return "unit"
    return None if any(same_bound(stated, figure) for figure in same) else "bound"


def find_quotes(alignment: Alignment) -> Iterator[Finding]:
    """Yield the words in quotation marks that stand nowhere in the evidence, where it is in the same language."""
    statement, sentences = alignment.statement, alignment.sentences
    if all(sentence.language != statement.language for sentence in sentences):
        return
    given = " ".join(bare(sentence.text) for sentence in sentences)
    for match in QUOTED.finditer(statement.text):
        if len(match[1].split()) >= QUOTE_WORDS and bare(match[1]) not in given:
            yield Finding("quote", match[1])


def bare(text: str) -> str:
    """Return the words of a text in lower case, without punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def find_marks(alignment: Alignment) -> Iterator[Finding]:
    """Yield where a clause denies, hedges, counts, reasons or turns round what the evidence says."""
    marks = mark_clauses(alignment.statement)
    for place, clause in enumerate(alignment.statement.clauses):
        other = alignment.sentences[alignment.nearest[place]]
        clauses = clauses_that_say(alignment, place)
        if clauses:
            given = [mark_clauses(other)[number] for number in clauses]
            yield from compare_marks(marks[place], given, clause, " ".join(other.clauses[number] for number in clauses))
            if is_overstated(marks[place].quantifiers, find_quantifiers(other.text)):
                yield Finding("quantifier", clause.strip())
    yield from find_stray_denials(alignment, marks)
    yield from find_reasons(alignment)
    yield from find_comparisons(alignment)


def find_stray_denials(alignment: Alignment, marks: Sequence[Marks]) -> Iterator[Finding]:
    """Yield words that only a short clause elsewhere has, which denies them: "Verletzt wurde niemand"."""
    for row, word in enumerate(alignment.statement.words):
        nearest = alignment.nearest[word.clause]
        if alignment.within(nearest)[row].max(initial=0.0) >= SAID_THERE:
            continue
        said = [
            marks_there.negated
            for number, sentence in enumerate(alignment.sentences)
            for marks_there in clauses_with(alignment.within(number)[row], sentence)
        ]
        if said and all(negated != marks[word.clause].negated for negated in said):
            yield Finding("negation", word.text)


def clauses_with(matches: FloatMatrix, sentence: ReadSentence) -> Iterator[Marks]:
    """Yield the marks of the short clauses of a sentence that have a word, given how well each of its words matches."""
    marks = mark_clauses(sentence)
    for column, word in enumerate(sentence.words):
        size = sum(other.clause == word.clause for other in sentence.words)
        if matches[column] >= SURE_MATCH and size <= SHORT_CLAUSE:
            yield marks[word.clause]


def find_comparisons(alignment: Alignment) -> Iterator[Finding]:
    """Yield that a statement compares where the sentences that say the same compare nothing."""
    found = COMPARISON.search(alignment.statement.text)
    if found and not any(COMPARISON.search(alignment.sentences[number].text) for number in set(alignment.nearest)):
        yield Finding("comparison", found[0])


def find_reasons(alignment: Alignment) -> Iterator[Finding]:
    """Yield that a statement gives a reason where the sentences that say the same give none."""
    reason = CAUSE.search(alignment.statement.text)
    if reason and not any(CAUSE.search(alignment.sentences[number].text) for number in set(alignment.nearest)):
        yield Finding("reason", reason[0])


def clauses_that_say(alignment: Alignment, place: int) -> list[int]:
    """Return the clauses of the nearest sentence that hold the words of a clause of the statement."""
    nearest = alignment.nearest[place]
    matches = alignment.within(nearest)
    rows = [row for row, word in enumerate(alignment.statement.words) if word.clause == place]
    if len(rows) < SHORTEST_CLAUSE or not matches.shape[1]:
        return []
    words = alignment.sentences[nearest].words
    columns = {int(matches[row].argmax()) for row in rows if matches[row].max() >= SAID_THERE}
    return sorted({words[column].clause for column in columns})


def compare_marks(stated: Marks, given: Sequence[Marks], clause: str, other: str) -> Iterator[Finding]:
    """Yield in which marks a clause differs from those of the evidence that say the same."""
    opposites = find_opposites(clause, other)
    negated = not any(stated.negated == marks.negated for marks in given)
    if opposites and not negated:
        yield Finding("direction", clause.strip())
    elif negated and not opposites:
        yield Finding("negation", clause.strip())
    if is_surer(stated, given):
        yield Finding("certainty", clause.strip())
