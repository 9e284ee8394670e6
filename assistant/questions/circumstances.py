"""Questions for when, where and why: a German phrase that tells it gives way to its question word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question_type import MONTH, YEAR
from assistant.questions.clause import NUMBER, Clause, find_phrase_end
from assistant.questions.draft import Draft
from vectorstore import is_german_noun

SEASON = r"(?:Frühjahr|Frühling|Frühsommer|Sommer|Spätsommer|Herbst|Winter)"
YEARS = rf"(?:{YEAR}(?:[-/]\d{{2,4}})?)"
TIME = (
    rf"(?:im Jahre? {YEARS}|im (?:{MONTH}|{SEASON})(?: des Jahres)? {YEARS}|(?:Anfang|Mitte|Ende) (?:des Jahres )?"
    rf"(?:(?:{MONTH}) )?{YEARS}|(?:am|ab|seit dem|bis zum) \d{{1,2}}\. {MONTH}(?: {YEARS})?|"
    rf"im \d{{1,2}}\. Jahrhundert|in den {YEAR}er[ -]Jahren|"
    rf"(?:seit|bis|ab)(?: (?:Anfang|Mitte|Ende))?(?: dem Jahre?)?(?: {MONTH})? {YEARS}|{YEARS})"
)
AT_A_TIME = re.compile(rf"^{TIME}$", re.IGNORECASE)
TIME_INSIDE = re.compile(rf"(?:^|(?<= )){TIME}(?= |$)")
ANY_TIME = re.compile(rf"\b{YEARS}\b|\b{MONTH}\b|Jahrhundert")
OPEN_TIME = {"seit": "Seit wann", "bis": "Bis wann", "ab": "Ab wann"}
STATE = re.compile(
    r"(?:ist|sind|war|waren|hat|hatten?|gab|gibt|leb\w+|lag|lagen|liegt|betrug\w*|beträgt|zählt\w*|gehörte\w*|bestand\w*|"
    r"besteht|befand\w*|umfass\w+|blieb\w*|galt\w*|hieß\w*|wohnt\w*|mach\w+|kam|kamen|entfiel\w*|besaß\w*|verfügte\w*|"
    r"existiert\w*|stand|standen|kostet\w*|dauert\w*|erreicht\w*|hielt\w*|schien\w*|nutzt\w*|spielt\w*|w[aä]chst|fand\w*)$"
)
"""Verbs of states, which last: nobody asks when a city had its inhabitants."""
PARTICIPLE = re.compile(r"(?:^| )(?:\w*ge\w+(?:t|en)|(?:be|er|ver|ent|zer|über|unter|wider|miss)\w+(?:t|en)|\w+iert)$")
BECOMING = re.compile(
    r"(?:worden|geworden|(?:ge|er|ent|ver|zurück)\w*(?:stiegen|sunken|storben|schienen|standen|wachsen|gangen|kommen|treten|"
    r"fallen|schwunden|laufen|zogen))$"
)
"""Participles of verbs that say "ist" of what happened."""
EVENT_AUXILIARY = re.compile(r"(?:wurden?|hatten?|hat|haben|war|waren|ist|sind|wird|werden|soll|sollen|will|wollen)$")
PLACE_NOUN = (
    r"(?:Stadt|Hauptstadt|Region|Provinz|Norden|Süden|Osten|Westen|Hafen|Museum|Räumen|Innenstadt|"
    r"Altstadt|Kirche|Dom|Universität|Schloss|Fabrik|Stadtteil|Bezirk|Insel|Küste|Ufer|Gebäude|Gelände)"
)
AT_A_PLACE = re.compile(rf"^(?:In|Auf|An|Im|Am) (?:de[rmn] )?(?:[a-zäöüß]+e[nr]? )?{PLACE_NOUN}\b.+$")
IN_NAMED_PLACE = re.compile(r"^In ([A-ZÄÖÜ][\w-]+)(?: ([A-ZÄÖÜ][\w-]+))?$")
REASON = re.compile(r"^(?:Wegen|Aufgrund|Infolge|Angesichts) ")
MEANS = re.compile(r"^(?:Durch|Dank) (?:de[nr]|die|das|eine?n?|seinen?|ihren?) ?.*$")
MOTION = re.compile(
    r"(?:fließt|führt|verläuft|geht|zieht|fährt|strömt|fließen|führen|verlaufen|gehen|ziehen|fahren)\w*$"
)
ASIDE = re.compile(r", (?:so|sagte?|wie|erklärte?|heißt|was)\b")
BECAUSE = re.compile(r"^(?P<main>[^,]+), (?P<reason>(?:weil|da) .+)$")
LIVED = re.compile(
    rf"(?:studierte?|lebte?|wohnte?|arbeitete?|starb|wurde|wuchs|fand|findet) (?P<time>{TIME} )?"
    r"(?P<place>(?:in|an|auf|im|am) .+?)"
    r"(?P<done> (?:geboren|begraben|beigesetzt|gegründet|eröffnet|hergestellt|auf|statt))?$"
)
WHERE_VERB = re.compile(r"(?:liegt|lag|liegen|lagen|befindet sich|befand sich|befinden sich)$")
PREPOSITIONAL_VERBS = (
    (re.compile(r"besteh(?:t|en)|bestand(?:en)?"), re.compile(r"^(?:\w+ )?aus "), "Woraus"),
    (re.compile(r"beruh(?:t|en|ten?)|basier(?:t|en|ten?)"), re.compile(r"^auf "), "Worauf"),
    (re.compile(r"dien(?:t|en|ten?)"), re.compile(r"^(?:zur|zum|als|de[rm]) "), "Wozu"),
    (re.compile(r"führ(?:t|en|ten?)"), re.compile(r"^zu[rm]? "), "Wozu"),
)


def ask_front(clause: Clause) -> Iterator[Draft]:
    """Yield the question for what stands before the verb, where its form tells what it is."""
    front, said = clause.front, f"{clause.verb} {clause.rest}"
    if AT_A_TIME.match(front) and is_event(clause) and not ANY_TIME.search(clause.rest):
        word = OPEN_TIME.get(front.split()[0].lower(), "Wann")
        yield Draft(f"{word} {said}", front, "when")
    elif REASON.match(front):
        yield Draft(f"Warum {said}", front, "why")
    elif MEANS.match(front) and not MOTION.match(clause.verb):
        yield Draft(f"Wodurch {said}", front, "why")
    elif (AT_A_PLACE.match(front) or names_a_place(front)) and not re.search(r"\b(?:kein|nicht|nie)", clause.rest):
        yield Draft(f"Wo {said}", front, "where")


def is_event(clause: Clause) -> bool:
    """Tell whether a clause says that something happened, once, not how things were."""
    if clause.verb in ("ist", "sind"):
        return bool(BECOMING.search(clause.rest))
    if clause.verb in ("wurde", "wurden"):
        return not clause.rest.endswith("bezeichnet")
    if EVENT_AUXILIARY.match(clause.verb):
        return bool(PARTICIPLE.search(clause.rest) or re.search(r"(?:^| )[a-zäöüß]+en$", clause.rest))
    return not STATE.match(clause.verb) and not re.search(rf"\b{NUMBER} [A-ZÄÖÜ]|%", clause.rest)


def names_a_place(front: str) -> bool:
    """Tell whether a front is "In" with a name alone: what is no noun behind "In" is mostly a place."""
    named = IN_NAMED_PLACE.match(front)
    return named is not None and not any(is_german_noun(word) for word in named.groups() if word)


def ask_when_inside(clause: Clause) -> Iterator[Draft]:
    """Yield the question for a date that stands behind the verb of a clause which begins with its subject."""
    found = list(TIME_INSIDE.finditer(clause.rest))
    if len(found) != 1 or not clause.subject_first or ANY_TIME.search(clause.front) or not is_event(clause):
        return
    time = found[0]
    before, after = clause.rest[: time.start()].strip(), clause.rest[time.end() :].strip()
    if ANY_TIME.search(f"{before} {after}") or re.search(r"\b(?:nach|vor|seit|bis|während|bei|zu[rm]?|auf)\b", before):
        return
    word = OPEN_TIME.get(time[0].split()[0], "Wann")
    if time[0][0].isdigit() and not re.search(r"(?:^|(?:^| )(?!als)[a-zäöüß]+)$", before):
        return
    yield Draft(f"{word} {clause.verb} {clause.plain_front} {before} {after}", time[0], "when")


def ask_why(clause: Clause, reason: str) -> Iterator[Draft]:
    """Yield the question for a clause of reason behind the main clause."""
    said = clause.with_front_inside()
    if said:
        yield Draft(f"Warum {clause.verb} {said}", reason, "why")


def ask_where_it_lies(clause: Clause) -> Iterator[Draft]:
    """Yield the question for where something lies, and what it consists of, rests on or serves."""
    if not clause.subject_first or clause.front.startswith("Ein"):
        return
    reflexive = clause.rest.startswith("sich ")
    verb, rest = (f"{clause.verb} sich", clause.rest[5:]) if reflexive else (clause.verb, clause.rest)
    if WHERE_VERB.match(verb) and lies_in(rest) and not re.search(r"(?:Norden|Süden|Osten|Westen)\b", clause.front):
        subject = f"sich {clause.plain_front}" if reflexive else clause.plain_front
        yield Draft(f"Wo {clause.verb} {subject}", rest, "where")
    for verbs, preposition, word in PREPOSITIONAL_VERBS:
        if verbs.fullmatch(clause.verb) and preposition.match(clause.rest):
            yield Draft(f"{word} {clause.verb} {clause.plain_front}", clause.rest, "what")


def lies_in(rest: str) -> bool:
    """Tell whether a text is a place and nothing else."""
    words = rest.split(" ")
    return words[0] in ("in", "im", "am", "an", "auf") and find_phrase_end(words, 0) == len(words)


def ask_where_inside(clause: Clause) -> Iterator[Draft]:
    """Yield the question for where someone was born, studied or lived."""
    found = LIVED.match(f"{clause.verb} {clause.rest}")
    if not found or not clause.subject_first or ANY_TIME.search(found["place"]):
        return
    words = found["place"].split(" ")
    if find_phrase_end(words, 0) == len(words) and not re.match(r"\w+ (?:eine|die|das) ", found["place"]):
        said = f"{clause.plain_front} {found['time'] or ''} {found['done'] or ''}"
        yield Draft(f"Wo {clause.verb} {said}", found["place"], "where")
