"""Who did what to whom, and which figure belongs to what: the same words and numbers, but put together otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.support.alignment import SURE_MATCH, Alignment
from assistant.support.figures import Figure, equals, same_unit
from assistant.support.names import find_entities, is_form
from assistant.support.reading import ReadSentence, Word
from assistant.support.vectors import FloatMatrix

REACH = 6
"""Content words on either side that a figure or a name is known by."""
FADING = 0.75
"""What a neighbour counts, compared with the one before it."""
PREPOSITIONS = {
    "von": "from", "vom": "from", "from": "from", "by": "by", "durch": "by", "an": "to", "to": "to", "zu": "to",
    "zum": "to", "zur": "to", "nach": "to", "gegen": "object", "against": "object", "für": "for", "for": "for",
    "mit": "with", "with": "with", "als": "object", "than": "object", "in": "in", "im": "in", "aus": "from",
    "bei": "at", "beim": "at", "at": "at", "auf": "on", "on": "on", "über": "over", "over": "over", "unter": "under",
    "under": "under", "vor": "object", "before": "object", "ohne": "without", "without": "without", "of": "of",
    "after": "after", "into": "to", "am": "at", "um": "about", "laut": "says", "wie": "as", "as": "as",
}  # fmt: skip
ARTICLES = {"den": "object", "einen": "object", "dem": "receiver", "einem": "receiver", "des": "of", "eines": "of"}
PASSIVE = re.compile(
    r"\b(?:w[iu]rde?n?|worden|geworden)\b|\b(?:was|were|been|being|is|are)\s(?:\w+ly\s)?(?:\w+ed|bought|sold|won|beaten|"
    r"taken|given|made|sued|paid|hit|held|told|built|led|lent|found|known|seen|shown|sent|overtaken)\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
CAPITALS = re.compile(r"(?:\b[A-ZÄÖÜ][\w&-]*\s|&\s)+$")
POSSESSIVE = re.compile(r"(?:sein|ihr|unser)en")
REFERS_BACK = re.compile(
    r"^\W*(?:\w+\s){0,4}?(?:er|sie|es|ihn|ihm|ihre?[nrms]?|seine?[nrms]?|diese[rnms]?|dies|dort|damit|dazu|"
    r"d(?:er|ie|as|em|en) (?:unternehmen|konzern|firma|gesellschaft|gruppe|verband|verein|partei|politiker(?:in)?|"
    r"forscher(?:in)?|autor(?:in)?|stadt|gemeinde|land|kette|hersteller|anbieter|betreiber)s?|"
    r"it|its|he|his|she|her|they|their|this|these|there|"
    r"the (?:company|firm|group|party|city|town|country|author|researchers?|organi[sz]ation|maker|provider))\b",
    re.IGNORECASE,
)
"""A sentence whose first words stand for something named before."""
ABSENT = 0.4
"""Match below which a word is not in a sentence."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A figure or a name in a sentence and the content words around it, as (number of the word, weight)."""

    value: Figure | Word
    context: tuple[tuple[int, float], ...]


AnchorFinder = Callable[[ReadSentence], Iterator[Anchor]]


def figure_mismatch(alignment: Alignment) -> float:
    """Return by how much another figure of the evidence fits better what surrounds one of the statement, 0 to 1."""
    return worst_contrast(alignment, figure_anchors)


def name_mismatch(alignment: Alignment) -> float:
    """Return by how much another name of the evidence fits better what surrounds one of the statement, 0 to 1."""
    return worst_contrast(alignment, name_anchors)


def figure_anchors(sentence: ReadSentence) -> Iterator[Anchor]:
    """Yield the figures of a sentence with their surroundings."""
    return (Anchor(figure, surroundings(sentence, figure.start)) for figure in sentence.figures)


def name_anchors(sentence: ReadSentence) -> Iterator[Anchor]:
    """Yield the names of a sentence with their surroundings."""
    return (Anchor(word, surroundings(sentence, word.start)) for word in find_entities(sentence))


def surroundings(sentence: ReadSentence, start: int) -> tuple[tuple[int, float], ...]:
    """Return the content words nearest to a place of a sentence, each with its weight."""
    before = [number for number, word in enumerate(sentence.words) if word.start < start][-REACH:]
    after = [number for number, word in enumerate(sentence.words) if word.start > start][:REACH]
    return tuple(
        (number, FADING**distance) for side in (reversed(before), after) for distance, number in enumerate(side)
    )


def worst_contrast(alignment: Alignment, find: AnchorFinder) -> float:
    """Return the largest lead of a rival over the evidence's own mention of what the statement names."""
    given = [(number, anchor) for number, sentence in enumerate(alignment.sentences) for anchor in find(sentence)]
    parts = [alignment.within(number) for number in range(len(alignment.sentences))]
    worst = 0.0
    for anchor in find(alignment.statement):
        fits = [
            (is_same(anchor, other), fit(anchor, other, parts[number]))
            for number, other in given
            if is_comparable(anchor, other)
        ]
        own = [value for same, value in fits if same]
        rivals = [value for same, value in fits if not same]
        if own and rivals:
            worst = max(worst, max(rivals) - max(own))
    return worst


def fit(anchor: Anchor, other: Anchor, matches: FloatMatrix) -> float:
    """Return the share of one anchor's surroundings that is found in another's, 0 to 1."""
    total = sum(weight for _, weight in anchor.context)
    if not total or not other.context:
        return 0.0
    columns = [number for number, _ in other.context]
    weights = np.array([weight for _, weight in other.context], dtype=np.float32)
    found = sum(min(weight, float((matches[number, columns] * weights).max())) for number, weight in anchor.context)
    return found / total


def is_comparable(anchor: Anchor, other: Anchor) -> bool:
    """Tell whether two anchors could stand for each other: both names, both years, or figures in one unit."""
    one, two = anchor.value, other.value
    if isinstance(one, Figure) and isinstance(two, Figure):
        return one.is_year == two.is_year and same_unit(one, two)
    return isinstance(one, Word) and isinstance(two, Word)


def is_same(anchor: Anchor, other: Anchor) -> bool:
    """Tell whether two anchors name the same."""
    one, two = anchor.value, other.value
    if isinstance(one, Figure) and isinstance(two, Figure):
        return equals(one, two)
    return isinstance(one, Word) and isinstance(two, Word) and is_form(one.form, two.form, foreign=True)


def clause_mismatch(alignment: Alignment) -> float:
    """Return by how much the clause of another figure says more of what the clause of one in the statement says."""
    return worst_contrast(alignment, clause_anchors)


def clause_anchors(sentence: ReadSentence) -> Iterator[Anchor]:
    """Yield the figures of a sentence with the words of their clause."""
    for figure in sentence.figures:
        clause = clause_of(figure, sentence)
        inside = tuple((number, 1.0) for number, word in enumerate(sentence.words) if word.clause == clause)
        yield Anchor(figure, inside or tuple((number, 1.0) for number in range(len(sentence.words))))


def another_owner(alignment: Alignment) -> bool:
    """Tell whether a figure of the statement stands beside a name or a year to which the evidence gives another."""
    statement = alignment.statement
    return any(
        belongs_elsewhere(figure, statement, alignment.sentences) for figure in statement.figures if not figure.is_year
    )


def belongs_elsewhere(figure: Figure, statement: ReadSentence, sentences: Sequence[ReadSentence]) -> bool:
    """Tell whether a figure stands nowhere beside the names, or years, of the statement, but another one does."""
    given = [
        (other, sentence)
        for sentence in sentences
        for other in sentence.figures
        if same_unit(figure, other) and not other.is_year
    ]
    mentions = [pair for pair in given if equals(figure, pair[0])]
    rivals = [pair for pair in given if not equals(figure, pair[0])]
    for kind in (names_beside, years_beside):
        own = kind(figure, statement)
        if own and mentions and rivals:
            beside = [kind(*pair) for pair in mentions]
            if all(theirs and not alike(own, theirs) for theirs in beside):
                return any(alike(own, kind(*pair)) for pair in rivals)
    return False


def names_beside(figure: Figure, sentence: ReadSentence) -> frozenset[str]:
    """Return the names in the clause of a figure, or where there are none in its sentence."""
    names = list(find_entities(sentence))
    clause = clause_of(figure, sentence)
    beside = [word.form for word in names if word.clause == clause]
    return frozenset(beside or [word.form for word in names])


def years_beside(figure: Figure, sentence: ReadSentence) -> frozenset[str]:
    """Return the years in the clause of a figure, or where there are none in its sentence."""
    clause = clause_of(figure, sentence)
    years = [other for other in sentence.figures if other.is_year]
    beside = [other.text for other in years if clause_of(other, sentence) == clause]
    return frozenset(beside or [other.text for other in years])


def clause_of(figure: Figure, sentence: ReadSentence) -> int:
    """Return the number of the clause that a figure stands in."""
    reached = 0
    for number, clause in enumerate(sentence.clauses):
        reached = sentence.text.index(clause, reached) + len(clause)
        if figure.start < reached:
            return number
    return len(sentence.clauses) - 1


def alike(own: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether two sets of names share one."""
    return any(is_form(one, other, foreign=True) for one in own for other in theirs)


def swapped_roles(alignment: Alignment) -> bool:
    """Tell whether two things of the statement have changed places in the sentence that says the same."""
    statement = alignment.statement
    for number in set(alignment.nearest):
        other = alignment.sentences[number]
        if is_swapped(statement, other, alignment.within(number)):
            return True
    return False


def is_swapped(statement: ReadSentence, other: ReadSentence, matches: FloatMatrix) -> bool:
    """Tell whether two capitalised words each have in one sentence the part of the other one in the other."""
    pairs = []
    entities = {word.start for word in find_entities(statement)}
    for row, word in enumerate(statement.words):
        column = int(matches[row].argmax()) if matches.shape[1] else -1
        if word.start in entities and column >= 0 and matches[row, column] >= SURE_MATCH:
            pairs.append((role_of(statement, word), role_of(other, other.words[column])))
    return any(
        one[0] != one[1] and one[0] == two[1] and one[1] == two[0]
        for place, one in enumerate(pairs)
        for two in pairs[place + 1 :]
    )


def role_of(sentence: ReadSentence, word: Word) -> str:
    """Return the part that a capitalised word plays: by its preposition or article, or by what stands first."""
    start = phrase_start(sentence.text, word.start)
    label = label_before(sentence.text[:start])
    passive = PASSIVE.search(sentence.clauses[word.clause]) is not None
    if label in ("from", "by") and passive:
        return "subject"
    if label:
        return label
    starts = (
        phrase_start(sentence.text, other.start)
        for other in sentence.words
        if other.capital and other.clause == word.clause
    )
    bare = [place for place in starts if not label_before(sentence.text[:place])]
    first = not bare or bare[0] >= start
    return "subject" if first != passive else "object"


def phrase_start(text: str, start: int) -> int:
    """Return where the run of capitalised words begins that ends with the word at a place ("Amtsinhaber Rolf")."""
    match = CAPITALS.search(text[:start])
    return match.start() if match else start


def label_before(text: str) -> str:
    """Return the role that the words before a noun give it, empty where they give none."""
    tokens = TOKEN.findall(text.lower())[-5:]
    for place, token in reversed(list(enumerate(TOKEN.findall(text)[-5:]))):
        lowered = token.lower()
        if lowered in PREPOSITIONS:
            return PREPOSITIONS[lowered]
        if lowered in ARTICLES or POSSESSIVE.fullmatch(lowered):
            return PREPOSITIONS.get(tokens[place - 1] if place else "") or ARTICLES.get(lowered, "object")
        if not (token[0].islower() and (lowered.endswith(("e", "en", "er", "es", "em")) or lowered in ("the", "a"))):
            return ""
    return ""


def mixed_subject(alignment: Alignment) -> bool:
    """Tell whether what a statement begins with is named in its evidence, but not where the rest is said.

    A sentence that refers to an earlier one ("Das Unternehmen ...", "It ...") may speak of what that one names.
    """
    for row, word in enumerate(alignment.statement.words):
        if word.capital and word.clause == alignment.statement.words[0].clause:
            nearest = alignment.nearest[word.clause]
            here = float(alignment.within(nearest)[row].max(initial=0))
            if here >= ABSENT or REFERS_BACK.search(alignment.sentences[nearest].text):
                return False
            return float(alignment.matches[row].max(initial=0)) >= SURE_MATCH
    return False
