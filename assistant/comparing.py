"""Comparisons: "Wer investiert mehr in KI, Alibaba oder Microsoft?" is asked once for each, and both are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Verdict
from assistant.confidence import choose_models, weigh
from assistant.numerals import to_decimal
from assistant.reader import Reading
from assistant.request import VERB_FIRST
from assistant.sentence_ranking import Candidate, rank_sentences
from assistant.values import find_value, prefer_values
from vectorstore import Search, gram_text

TRAILING_CHOICE = re.compile(
    r"[,:–-]\s+(?P<first>[^,:?]+?)\s+(?:oder|or)\s+(?P<second>[^,?]+?)\s*\?*\s*$", re.IGNORECASE
)
NAME = r"\b[A-ZÄÖÜ][\w.'’-]*(?:\s[A-ZÄÖÜ][\w.'’-]*){0,5}"
INNER_CHOICE = re.compile(
    rf"(?P<first>{NAME})\s+(?:oder|or)\s+"
    rf"(?:(?:de[rmn]|die|das|the|that)\s)?(?:(?:von|of|in)\s)?(?P<second>{NAME})"
)
BETWEEN = re.compile(
    r"(?:unterschied\w*|differences?)\s+(?:\w+\s){0,3}?(?:zwischen|between)\s+(?P<first>.+?)\s+(?:und|"
    r"and)\s+(?P<second>[^?]+?)\s*\?*$|"
    r"(?:unterscheide[nt]|differ)\w*\s+(?:sich\s)?(?P<a>.+?)\s+(?:und|and|from|von|vom)\s+(?P<b>[^?]+?)\s*\?*$|"
    rf"(?P<c>(?-i:{NAME}))\s+(?:im vergleich (?:zu[mr]?|mit)|verglichen mit|compared (?:to|with)|"
    r"in comparison (?:to|with))\s+(?P<d>[^?]+?)\s*\?*$|"
    r"\bdo(?:es)?\s+(?P<g>.+?)\s+(?:differ\s+from|and)\s+(?P<h>[^?]+?)(?:\s+differ)?\s*\?*$|"
    r"(?:vergleiche?|compare)\s+(?P<e>.+?)\s+(?:und|mit|and|with)\s+(?P<f>[^?.]+?)\s*[?.]*$",
    re.IGNORECASE,
)
PLACED = rf"(?:(?:in|im|bei)\s)?(?:(?:de[rmn]|die|das|the|an?|eine?)\s)?{NAME}(?:\s(?:in|im|am|von|of)\s{NAME})?"
THAN = re.compile(rf"(?P<first>{PLACED})\s.*?\b(?:als|than)\s+(?P<second>{PLACED})")
LOCAL = re.compile(r"(?:in|im|bei)\s")
MEASURE = re.compile(
    r"(?i:\b(?:(?:vor)?(?:jahr|monat|woche|quartal)e?s?|stunden?|minuten?|tage?|meter|kilometer|euro|prozent|hälfte|"
    r"drittel|million(?:en)?|milliarden?|\w*durchschnitt|year|month|week|quarter|hour|minute|day|mile|half|third|"
    r"average)\b)"
)
"""No thing of its own: "mehr als im Vorjahr", "länger als eine Stunde"."""
OPENING_VERB = re.compile(
    r"\W*[A-ZÄÖÜ][a-zäöüß]+(?:te?\s(?=[A-ZÄÖÜ])|(?:te?|en)\s(?=(?:de[rmn]|die|das|eine?|in|im|bei|the)\s))"
)
LEADING = re.compile(
    r"^\W*(?:(?i:welche[rsmn]?|which|what) (?!(?:is|are|was|were|has|have|had|does|did|do|can|will|costs?|weighs?) )"
    r"(?:[a-zäöüß-]+ ){0,2}?[A-ZÄÖÜa-z][\w-]*(?: (?:in|am|im|von|der|des|of|"
    r"of the) [A-ZÄÖÜ]\w*)*|"
    r"(?i:bei wem|wer|was|who|what|which|wo|where))\s"
)
PLACE = "\ufffc"
"""Stands for the name where both stood inside the question."""
ASKED_BY = (
    (r"mehr|weniger|more|less|fewer|häufiger|öfter|most", {"de": "Wie viel", "en": "How much"}),
    (r"größer\w*|kleiner\w*|larger|bigger|smaller", {"de": "Wie groß", "en": "How large"}),
    (r"höher\w*|niedriger\w*|higher|lower|taller", {"de": "Wie hoch", "en": "How high"}),
    (r"älter\w*|jünger\w*|older|younger", {"de": "Wie alt", "en": "How old"}),
    (r"länger\w*|kürzer\w*|longer|shorter", {"de": "Wie lang", "en": "How long"}),
    (r"schneller\w*|langsamer\w*|faster|slower", {"de": "Wie schnell", "en": "How fast"}),
    (r"schwerer\w*|leichter\w*|heavier|lighter", {"de": "Wie schwer", "en": "How heavy"}),
    (r"tiefer\w*|deeper", {"de": "Wie tief", "en": "How deep"}),
    (r"breiter\w*|wider", {"de": "Wie breit", "en": "How wide"}),
    (r"teurer\w*|billiger\w*|günstiger\w*|cheaper", {"de": "Wie viel kostet", "en": "How much does it cost"}),
    (r"früher\w*|später\w*|eher|zuerst|earlier|later|first", {"de": "Wann", "en": "When"}),
)
"""What to ask of each for a comparative."""
COMPLETE = ("Wie viel kostet", "How much does it cost")
"""Openings with a verb of their own."""
COUNTING = {"Wie viel": "Wie viele", "How much": "How many"}
FRAME = re.compile(
    r"\b(?:was|ist|sind|der|die|das|unterschied\w*|unterscheide\w*|sich|worin|wie|zwischen|what|is|are|the|"
    r"differences?|between|"
    r"how|do|does|differ|vergleiche?|compare)\b",
    re.IGNORECASE,
)
ASKS_HOW = re.compile(r"(?:wie|how)\s\w", re.IGNORECASE)
LESS = re.compile(
    r"\b(?:weniger|kleiner|niedriger|jünger|kürzer|langsamer|leichter|billiger|günstiger|früher|eher|zuerst|"
    r"less|fewer|smaller|lower|younger|shorter|slower|lighter|cheaper|earlier|first)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things compared: its name, the question asked about it, and what was found and read for it."""

    name: str
    question: str
    search: Search | None = None
    readings: Sequence[Reading] = ()


def split_comparison(question: str, *, language: str) -> tuple[Side, ...]:
    """Return the two things that a question compares, each with a question of its own; nothing where none are found."""
    found = find_pair(question)
    if not found:
        return ()
    first, second, rest = found
    asked = ask_of_each(rest, language)
    return tuple(Side(name, " ".join(asked.format(name=name).split()).replace(" ?", "?")) for name in (first, second))


def ask_of_each(rest: str, language: str) -> str:
    """Return the question to ask of each thing, with a place for its name: "Wie viel will {name} in KI investieren?".

    Args:
        rest: the comparison without the two names.
        language: of the question, "de" or "en".
    """
    plain = " ".join(rest.replace("{", " ").replace("}", " ").split()).strip(" ,:–-?")
    bare = LEADING.sub("", plain)
    pattern, words = next(
        ((pattern, words) for pattern, words in ASKED_BY if re.search(rf"\b(?:{pattern})\b", bare, re.IGNORECASE)),
        ("", {"de": "", "en": ""}),
    )
    if not pattern:
        return f"{bare if ASKS_HOW.match(bare) else strip_frame(bare)} {{name}}?"
    opening = words[language]
    counted = re.search(rf"\b(?:{pattern}) (?!(?:als|than|in|an|für|for|of)\b)([\w-]+)", bare, re.IGNORECASE)
    if counted and opening in COUNTING:
        opening = f"{COUNTING[opening]} {counted[1]}"
        bare = bare.replace(counted[0], " ")
    verb, _, others = strip_comparatives(bare).partition(" ")
    said = "" if opening in COMPLETE else verb.lower()
    if PLACE in others:
        return f"{opening} {said} {others.replace(PLACE, '{name}')}?"
    return f"{opening} {said} {{name}} {others}?"


def strip_frame(text: str) -> str:
    """Return what is left of a question for a difference when the words that only ask for it are gone."""
    return " ".join(FRAME.sub(" ", text).split())


def find_pair(question: str) -> tuple[str, str, str] | None:
    """Return the names of the two things compared, and the question without them."""
    question = " ".join(question.split())  # patterns seek their way through a run of spaces again and again
    verb = VERB_FIRST.match(question) or OPENING_VERB.match(question)
    for pattern in (TRAILING_CHOICE, BETWEEN, INNER_CHOICE, THAN):
        match = pattern.search(question, verb.end() if verb else 0)
        if match:
            names = [name.strip(" ,?.") for name in match.groups() if name]
            if len(names) == 2 and all(gram_text(name) for name in names) and are_alike(*names):
                return names[0], names[1], leave_out(question, match, names, inside=pattern is INNER_CHOICE)
    return None


def are_alike(first: str, second: str) -> bool:
    """Tell whether two names may be of things compared: both in a place or neither, and none a measure."""
    local = LOCAL.match(first) is None, LOCAL.match(second) is None
    return local[0] == local[1] and not any(MEASURE.search(name) for name in (first, second))


def leave_out(question: str, match: re.Match[str], names: Sequence[str], *, inside: bool) -> str:
    """Return a comparison without its names, a place left where both stood inside the question."""
    if match.re is THAN:
        return question.replace(names[0], " ").replace(names[1], " ")
    return f"{question[: match.start()]} {PLACE if inside else ''} {question[match.end() :]}"


def strip_comparatives(text: str) -> str:
    """Return a text without the words that compare."""
    words = "|".join(pattern for pattern, _ in ASKED_BY)
    return " ".join(re.sub(rf"\b(?:{words}|als|than)\b", " ", text, flags=re.IGNORECASE).split())


def best_for(side: Side, *, refuse_below: float) -> Candidate | None:
    """Return the sentence that answers for one side: the best of those that name it; ``None`` where none is likely to.

    Args:
        side: searched, and read if there is a reader.
        refuse_below: the probability that the articles answer, 0 to 1, below which they are taken not to.
    """
    if side.search is None:
        return None
    candidates = [
        candidate
        for candidate in rank_sentences(side.question, side.search, side.readings)
        if names(candidate, side.name)
    ]
    if not candidates:
        return None
    models = choose_models(side.question, candidates, read=bool(side.readings))
    likely = models.answerable.probability(weigh(side.question, side.search, candidates))
    return prefer_values(side.question, candidates)[0] if likely >= refuse_below else None


def weigh_sides(question: str, found: Sequence[tuple[Side, Candidate | None]]) -> Verdict | None:
    """Return whether the first side has more, as the question asks, or less; ``None`` where the figures don't tell."""
    values = [read_value(side, candidate) for side, candidate in found]
    if len(values) != 2 or values[0] is None or values[1] is None or values[0] == values[1]:
        return None
    wants_more = LESS.search(question) is None
    return "yes" if (values[0] > values[1]) == wants_more else "no"


def read_value(side: Side, candidate: Candidate | None) -> Decimal | None:
    """Return the one figure by which a sentence answers for a side; ``None`` where there is none, or several."""
    value = find_value(candidate, side.question) if candidate else None
    if value is None or len(value.numbers) != 1:
        return None
    return to_decimal(next(iter(value.numbers)))


def names(candidate: Candidate, name: str) -> bool:
    """Tell whether a sentence, the one before it, or its title names something."""
    passage = candidate.hit.passage
    place = passage.sentences.index(candidate.sentence)
    near = " ".join(passage.quote(item) for item in passage.sentences[max(0, place - 1) : place + 1])
    own, held = set(gram_text(name)), set(gram_text(f"{passage.source.title}\n{near}"))
    return len(own & held) * 2 > len(own)
