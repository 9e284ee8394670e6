"""Sentences that lean on the one before: "Er", "dieser Schritt", "dort". Quoted alone, nobody knows who is meant.

Rules for German and English; what they find and miss is measured by ``tests/benchmarks/leaning.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore import Passage, Sentence

MOST_BEFORE = 2
"""Sentences brought along at most: the one before may lean itself."""
LONGEST_LEAD_IN = 400
"""Characters brought along at most for a sentence that only the one before leans on; beyond it the quote is buried."""

OPENING = r"[\s\"'„“”‚‘»«›‹(\[*_–-]*"
CONJUNCTION = r"(?:Und|Aber|Doch|Denn|Auch|And|But|Yet|However,|Also)"
EXPLETIVE = (
    r"(?: (?:gibt|gab|gebe|gäbe|geht|ging|handelt|heißt|hieß|regnet|bleibt|blieb|scheint|schien|fehlt|fehlte|"
    r"(?:ist|war|wird|wurde|wäre|sei|kam|kommt)(?: \w+){0,3}?,? (?:dass|ob|zu)\b|kam zu|kommt zu|"
    r"(?!sind|waren)[a-zäöüß]+en\b|"
    r"(?:is|was|has been|seems?|appears?|may be|would be)(?: \w+){0,4}? (?:that|to)\b|takes|took))"
)
PERSONAL = (
    rf"(?:Er|Sie|Es(?!{EXPLETIVE})|Ihm|Ihn|Ihnen|He|She|They|It(?!{EXPLETIVE}))\b"
    r"|(?:Sein|Ihr)(?:e[rmns]?)?\b(?! \w+ nach)|(?:His|Her|Its|Their)\b"
)
DEMONSTRATIVE = (
    r"(?:Dies(?:e[rmns]?)?|Jene[rmns]?|Solche[rmns]?|Beide[rmns]?|Letztere[rmns]?|Ersteres?|Deren|Dessen|Derselbe"
    r"|Das (?:ist|sind|war|waren|wird|wurde|wäre|würde|hat|hatte|kann|könnte|soll|sollte|gilt|galt|heißt|hieß|"
    r"bedeutete?|entspricht|entsprach|liegt|lag|geht|ging|reichte?|zeigte?|sagte|teilte|berichtete?|ergab)\b"
    r"|This|These|Those|That(?! (?:is|the|an?)\b)|Both(?! \w+ and)|Such|The (?:latter|former|two|same)|"
    r"De(?:r|m|n)(?:gleiche|selbe)n?)\b"
)
ADVERB = (
    r"(?:(?!Damit (?:d(?:er|ie|as|en|em)|eine?[rnms]?|man|sich|[A-ZÄÖÜ]\w*)\b)"
    r"Da(?:mit|von|für|gegen|zu|bei|ran|rauf|raus|rin|rüber|runter|durch|nach|hinter|neben|zwischen|raufhin|her|rum"
    r"|vor|bei|heim|mals)|Dort(?:hin)?|Hier(?:mit|bei|durch|zu|für|von)|Deshalb|Deswegen|Demnach|Stattdessen|"
    r"There(?:by|fore|after|upon)|There(?! (?:is|are|was|were|has|have|had|will|would|may|might|can|could)\b)|Thus|"
    r"Instead|Hence)\b"
)
PARTICIPLE = r"[A-ZÄÖÜ]\w+(?:t|en) (?:wurden?|wird|werden|war|ist) (?:er|sie)\b|[A-ZÄÖÜ]\w+t wurde es\b"
"""What stands before the verb in "Eröffnet wurde sie"."""
LEANING = rf"{PERSONAL}|{DEMONSTRATIVE}|{ADVERB}"
AT_THE_START = re.compile(rf"^{OPENING}(?:{LEANING}|{PARTICIPLE}|{CONJUNCTION} (?i:{LEANING}))")
POINTER = re.compile(r"\b(?:dies(?:e[rmns]?)|jene[rmn]|this|these|those)\b (?:\w+ )??([A-ZÄÖÜ]?\w+)")
ADVERB_INSIDE = re.compile(
    r"\b(?:da(?:mit|von|für|zu|bei|ran|rin|durch|nach|raufhin|rauf)\b"
    r"(?!(?: \w+){0,2}, (?:dass|ob|wie|wer|was|wo|warum)\b)|(?:dort|seither|seitdem|stattdessen)\b)(?![,;:]|$)"
)
GENERIC = re.compile(
    r"^[\s\"'„“»«]*(?:De[rmns]|D(?:ie|as)|The|Im|Am|Zum|Zur|Beim|In de[rmn]|An de[rmn]) "
    r"(?:Unternehmens?|Firma|Konzerns?|Herstellers?|Behörde|Stadt|Gemeinde|Ort|Vereins?|Club|Partei|Regierung|"
    r"Ministeriums?|Netzwerks?|Senders?|Kanals?|Serie|Projekts?|Programms?|Vorhabens?|Plan|Pläne|Summe|Betrag|Gesetz|"
    r"Vertrag|Abkommen|Studie|Umfrage|Gericht|Mann|Frau|Autor(?:in)?|Sprecher(?:in)?|Bau|Anlage|Werks?|Gebiets?|"
    r"Systems?|"
    r"Video|Text|Buch|Film|Gruppe|Team|Mannschaft|Schule|Universität|Organisation|Institut|Verfahren|Maßnahme|Methode|"
    r"company|firm|group|city|town|government|network|channel|series|project|programme?|plan|sum|amount|law|contract|"
    r"study|survey|court|man|woman|author|system|book|film|team|school|university|organi[sz]ation|method|measure)\b"
    r"(?! (?:de[rs]|von|of|aus|mit|über|für|for|in|zur|zum|from|[A-ZÄÖÜ])\b| [A-ZÄÖÜ])"
)
"""A thing of a common kind with nothing that says which: "Das Unternehmen", not "Das Unternehmen Konux"."""
PRONOUN = re.compile(
    r"\b(?:er|ihn|ihm|sein(?:e[rmns]?)?|ihr(?:e[rmns]?)|dessen|"
    r"he|she|him|his|they|them|their|its)\b"
)
SHE_OR_THEY = re.compile(
    r"\b(?:ist|war|hat|hatte|wird|wurde|kann|konnte|soll|will|(?!damit|nicht)[a-zäöüß]+te?|"
    r"zog|ging|kam|gab|nahm|blieb|lag|stand|sind|waren|haben|hatten|wurden|\w+ten) sie\b|"
    r"\b(?:für|von|gegen|ohne|durch|um|an|auf|über) (?:sie|ihn|ihm|ihnen)\b"
)
PREPOSITIONAL = re.compile(
    r"\b(?:Im|In|Am|An|Auf|Nach|Seit|Während|Mit|Bei|Beim|Von|Vom|Zu|Zum|Zur|Unter|Über|Vor|Für|Durch|Gegen|Um|Aus|"
    r"Bis|Laut|Trotz|Wegen|On|At|After|Before|During|By|With|From|Since|Until|For|Under|"
    r"im|in|am|an|auf|nach|seit|mit|bei|beim|von|vom|zu|zum|zur|des|of|the|for|with)\b"
    r"(?: (?:de[rmns]|die|das|eine[rmns]?|\d+\.?|[a-zäöüß]+(?:en|er|em|es|e)|the|a|an|his|her))*"
    r"(?: (?:[A-ZÄÖÜ][\w-]*|\d[\d.,]*))+"
)
JOINED = re.compile(r"\b(?:und|and|oder|or)\b")
CLAUSE = re.compile(r"[,;:–]")


def leans(text: str) -> bool:
    """Tell whether a sentence needs the one before it to be understood."""
    if AT_THE_START.match(text):
        return True
    clause = CLAUSE.split(text, maxsplit=1)[0]
    inside = ADVERB_INSIDE.search(text)
    if (inside and inside.start() < len(JOINED.split(clause, maxsplit=1)[0])) or GENERIC.match(clause):
        return True
    return points_back(text) or has_loose_pronoun(clause)


def points_back(clause: str) -> bool:
    """Tell whether a clause says "diese Summe" of something that it has not named yet."""
    return any(match[1].lower() not in clause[: match.start()].lower() for match in POINTER.finditer(clause))


def has_loose_pronoun(clause: str) -> bool:
    """Tell whether a clause says "er" or "their" before it has named anyone; what a preposition governs is no one."""
    pronoun = PRONOUN.search(clause) or SHE_OR_THEY.search(clause)
    if not pronoun:
        return False
    before = PREPOSITIONAL.sub(" ", clause[: pronoun.start()])
    first, _, rest = before.strip(" \"'„“»«(").partition(" ")
    return not (re.search(r"\b[A-ZÄÖÜ]", rest) or is_name(first))


def is_name(word: str) -> bool:
    """Tell whether the first word of a sentence may name someone: it is capitalised there in any case."""
    return len(word) > 1 and word[0].isupper() and word.lower() not in FIRST_WORDS


FIRST_WORDS = frozenset(
    [
        "als",
        "wenn",
        "weil",
        "obwohl",
        "nachdem",
        "bevor",
        "da",
        "dann",
        "später",
        "zuvor",
        "danach",
        "heute",
        "gestern",
        "bereits",
        "schon",
        "erst",
        "zunächst",
        "schließlich",
        "zudem",
        "außerdem",
        "allerdings",
        "jedoch",
        "dennoch",
        "trotzdem",
        "zugleich",
        "gleichzeitig",
        "nun",
        "hier",
        "so",
        "auch",
        "noch",
        "nur",
        "einmal",
        "anfangs",
        "jetzt",
        "dabei",
        "seitdem",
        "inzwischen",
        "mittlerweile",
        "daneben",
        "einst",
        "früher",
        "zuletzt",
        "wie",
        "was",
        "wer",
        "ob",
        "dass",
        "während",
        "bis",
        "nach",
        "in",
        "im",
        "am",
        "zu",
        "mit",
        "bei",
        "von",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einer",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "viele",
        "einige",
        "mehrere",
        "alle",
        "beide",
        "laut",
        "trotz",
        "wegen",
        "unter",
        "vor",
        "für",
        "durch",
        "gegen",
        "um",
        "aus",
        "an",
        "auf",
        "über",
        "insgesamt",
        "the",
        "a",
        "an",
        "two",
        "three",
        "many",
        "some",
        "several",
        "when",
        "after",
        "although",
        "because",
        "while",
        "since",
        "then",
        "later",
        "today",
        "however",
        "although",
        "if",
        "as",
        "although",
        "before",
        "once",
        "initially",
        "finally",
        "eventually",
        "meanwhile",
        "moreover",
        "furthermore",
        "also",
        "in",
        "on",
        "at",
        "during",
    ]
)


def lead_in(passage: Passage, sentence: Sentence, *, most: int = MOST_BEFORE) -> tuple[Sentence, ...]:
    """Return the sentences just before one that leans on them, in order; none for one that stands alone.

    A heading ends the search: what stands before it is another matter.

    Args:
        passage: in which the sentence stands.
        sentence: one of its sentences.
        most: sentences brought along at most.
    """
    place = passage.sentences.index(sentence)
    return tuple(reversed(list(_back(passage, passage.sentences[:place], sentence, most))))


def _back(passage: Passage, before: Sequence[Sentence], sentence: Sentence, most: int) -> list[Sentence]:
    """Return the sentences that are leaned on, nearest first."""
    if most == 0 or not before or not before[-1].quotable or not leans(passage.quote(sentence)):
        return []
    further = _back(passage, before[:-1], before[-1], most - 1)
    is_long = bool(further) and before[-1].end - further[-1].start > LONGEST_LEAD_IN
    return [before[-1]] if is_long else [before[-1], *further]
