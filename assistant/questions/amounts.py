"""Questions for how many and how much: German sentences with a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question_type import MONTH
from assistant.questions.circumstances import PARTICIPLE, TIME, YEARS
from assistant.questions.clause import NUMBER, Clause, find_core_end
from assistant.questions.draft import Draft
from vectorstore import is_german_noun

QUALIFIED = (
    r"(?:(?:insgesamt|bis zu|mehr als|weniger als|nicht ganz|rund|etwa|ungefähr|circa|knapp|fast|nahezu|gut|über|"
    r"mindestens|wenigstens|höchstens|lediglich|nur|genau|schätzungsweise|zwischen \d[\d.]* und) )*"
)
AMOUNT = rf"{QUALIFIED}{NUMBER}(?: (?:Tausend|Millionen|Milliarden|Mio\.|Mrd\.))?"
FIGURE = re.compile(rf"(?<![\w-]){NUMBER}(?![\w-]|\.\d)", re.IGNORECASE)
ANY_DATE = re.compile(rf"(?:\d{{1,2}}\. )?{MONTH}|\b{YEARS}\b|\d{{1,2}}\. Jahrhundert")
MONEY = r"(?:[\w-]*(?:[Dd]ollar|Euro|Yuan|Pfund|Yen|Mark|Franken|Rubel|Kronen|Rupien))"
PERIOD = r"(?:Sekunden|Minuten|Stunden|Tagen?|Wochen|Monaten?|Jahren?|Jahrzehnten?|Jahrhunderten?)"
LENGTH = r"(?:Millimeter|Zentimeter|Meter|Kilometer|Meilen|Zoll|km|cm|mm|m)"
COUNTED = re.compile(
    rf"(?P<before>^|.*? )(?P<figure>{AMOUNT}) (?P<thing>(?:[a-zäöüß-]+e )?(?!{PERIOD}|{MONTH}|{MONEY}|Grad|Uhr|Prozent|"
    rf"{LENGTH}\b|Mal\b|\w*tel\b|Millionen|Milliarden)[A-ZÄÖÜ][\w-]+)(?P<after> .*|$)"
)
PERCENT = re.compile(rf"(?P<before>^|.*? )(?P<figure>{AMOUNT} ?(?:%|Prozent))(?P<after> .*|$)")
SPENT = re.compile(rf"(?P<before>^|.*? )(?P<figure>{AMOUNT} {MONEY})(?P<after> .*|$)")
SPENDING = re.compile(
    r"\b(?:aus(?:zu)?geben|ausgegeben|invest\w+|zahlt\w*|zahlen|(?:be|aus|ein)?gezahlt|bezahl\w+|eingenommen|einnehmen|"
    r"aufwenden|verdien\w+|spendet\w*|gespendet|eingesammelt|erhielt|erhalten|bekommt|bekam|kassiert\w*|überw\w+)\b"
)
COSTS = re.compile(r"kosten|kostete[n]?|kostet$")
AMOUNTS_TO = re.compile(r"(?:beträgt|betrug|liegt|lag)$")
HIGH = re.compile(
    r".*(?:kosten|preis|umsatz|gewinn|verlust|anteil|quote|rate|temperatur|schaden|betrag|summe|höhe|wert|lohn|gehalt|"
    r"einkommen|budget|etat|steuer|ausgaben|einnahmen|erlös|druck|geschwindigkeit|einkommens|bevölkerungsdichte|dichte)$",
    re.IGNORECASE,
)
LARGE = re.compile(r".*(?:fläche|größe|anzahl|zahl|abstand|durchmesser|entfernung|bevölkerung)$", re.IGNORECASE)
LEVEL = re.compile(
    rf"(?:(?P<time>{TIME}) )?(?P<at>bei )?(?:[a-zäöüß]+ )??(?P<figure>{AMOUNT}(?: ?(?:[A-ZÄÖÜ%]\S*|km²?|m²?|°C))?"
    r"(?: (?:pro|je) \w+)?)"
)
MEASURED = re.compile(
    rf"^(?P<figure>{AMOUNT} (?:[A-ZÄÖÜ]\w+|km|m|cm|mm|kg|t)) (?P<how>lang|hoch|breit|tief|alt|groß|schwer|dick)$"
)
LASTS = re.compile(rf"^(?P<before>(?:[a-zäöüß]+ )??)(?P<figure>{AMOUNT} {PERIOD})$")
NOT_BEFORE_FIGURE = re.compile(
    r"(?:^|.* )(?:um|auf|in|von|mit|als|bis|zwischen|nach|vor|seit|zu|je|pro|aus|bei|an|für|gegen|unter|über|durch|ab|"
    r"im|am|zum|zur|vom|die|der|den|dem|des|das|alle|aller|allen|diese|ihre[nr]?|seine[nr]?|deren|dessen|und|oder|wie|plus|"
    r"minus|Nummer|Platz|Jahre?|Artikel|Kapitel|Liga|Super|Bowl|Windows|Version|Typ|Klasse|Paragraf|Band|jede|jeder|ersten|"
    rf"letzten|anderen|jeweils|\w+(?:nde|ste|te|sche|liche)[nrs]?|{MONTH}) ?$"
)
"""A figure behind one of these belongs to it and can't be taken out alone."""
ATTACHED = re.compile(
    r"(?:(?:(?:von|aus|für|pro)(?: d(?:er|en|em|ie|as))?|de[rs]|eine[rs])(?: [a-zäöüß]+e[rns]?){0,2}|[a-zäöüß]{3,}er) "
    r"[A-ZÄÖÜ][\w-]*(?: und [A-ZÄÖÜ][\w-]*)?(?: |$)"
)
NOT_ATTACHED = re.compile(r"^(?:und|oder|bis|sowie|bzw\.|beziehungsweise|als|wie|–)\b")
ANOTHER_NOUN = re.compile(r"[A-ZÄÖÜ0-9]|[a-zäöüß]+e[rsnm]? [A-ZÄÖÜ]")
"""The figure belongs to a further noun: "126 Hektar fruchtbares Land"."""
BEING = re.compile(r"(?:ist|war)$")


def ask_how_many(clause: Clause) -> Iterator[Draft]:
    """Yield the question for how many there are of something."""
    if AMOUNTS_TO.match(clause.verb) or COSTS.match(clause.verb):
        return
    figures = count_figures(f"{clause.front} {clause.rest}")
    whole = COUNTED.match(clause.front[0].lower() + clause.front[1:])
    if whole and not whole["before"] and figures == 1:
        yield Draft(
            f"Wie viele {whole['thing']}{whole['after']} {clause.verb} {clause.rest}", whole["figure"], "how many"
        )
        return
    if re.search(r"\d{5}|\d [A-ZÄÖÜ]", clause.front):
        return
    if figures > 1 and not (figures == 2 and re.search(rf"\bum {AMOUNT} ?(?:%|Prozent)", clause.rest)):
        return
    for pattern, word in ((COUNTED, "Wie viele"), (PERCENT, "Wie viel Prozent"), (SPENT, "Wie viel Geld")):
        found = pattern.match(clause.rest)
        if found and not (pattern is SPENT and not SPENDING.search(f"{clause.verb} {clause.rest}")):
            yield from ask_amount(clause, found, word)


def ask_amount(clause: Clause, found: re.Match[str], word: str) -> Iterator[Draft]:
    """Yield the question for a figure behind the verb, what belongs to the counted thing moved to the front with it."""
    before, after = found["before"].strip(), found["after"].strip()
    if word == "Wie viel Prozent" and re.search(r"(?:^| )um$", before):
        before, word = before[:-2].strip(), "Um wie viel Prozent"
    elif (
        NOT_BEFORE_FIGURE.match(f"{before} ")
        or NOT_ATTACHED.match(after)
        or re.fullmatch(r"[12]\d{3}", found["figure"])
    ):
        return
    if BEING.match(clause.verb) or (word == "Wie viele" and re.search(r",\d+$", found["figure"])):
        return
    thing = found.groupdict().get("thing") or ""
    attached, after = take_attached(after) if not word.startswith("Um") else ("", after)
    if ANOTHER_NOUN.match(after) or NOT_ATTACHED.match(after):
        return
    asked = " ".join(part for part in (word, thing, attached) if part)
    said = clause.with_front_inside(f"{before} {after}".strip())
    if not before and not clause.subject_first:  # the amount itself is the subject
        said = f"{clause.plain_front} {after}"
    if said:
        yield Draft(f"{asked} {clause.verb} {said}", found["figure"], "how many")


def count_figures(text: str) -> int:
    """Return how many figures a text holds, those of dates left out."""
    return len(FIGURE.findall(ANY_DATE.sub("", text)))


def take_attached(text: str) -> tuple[str, str]:
    """Return the phrase at the start of a text that belongs to the noun before it, and what is left."""
    attached, place = "", 0
    found = ATTACHED.match(text)
    while found and not PARTICIPLE.search(found[0].split()[0]):
        place += found.end()
        attached = text[:place].strip()
        if text[place:][:1].isupper() and not is_german_noun(text[place:].split(" ", maxsplit=1)[0]):
            name, _, _ = text[place:].partition(" ")
            place += len(name) + 1
            attached = text[:place].strip()
        found = ATTACHED.match(text[place:])
    return attached, text[place:].strip()


def ask_how_much(clause: Clause) -> Iterator[Draft]:
    """Yield the question for what something costs, how long it takes, how large or high it is."""
    if not clause.subject_first:
        return
    subject, verb = clause.plain_front, clause.verb
    measured, lasting = MEASURED.match(clause.rest), LASTS.match(clause.rest)
    price = re.fullmatch(rf"(?:[a-zäöüß]+ )??(?P<figure>{AMOUNT} {MONEY})", clause.rest)
    if measured and verb in ("ist", "sind", "war", "waren"):
        yield Draft(f"Wie {measured['how']} {verb} {subject}", measured["figure"], "how much")
    if lasting and re.match(r"dauer(?:t|te|n|ten)$", verb):
        yield Draft(f"Wie lange {verb} {subject}", lasting["figure"], "how much")
    if price and COSTS.match(verb):
        yield Draft(f"Wie viel {verb} {subject}", price["figure"], "how much")
    figure = LEVEL.fullmatch(clause.rest)
    if figure and AMOUNTS_TO.match(verb) and (figure["at"] or not verb.startswith("l")):
        head = head_noun(clause.front)
        how = "hoch" if HIGH.match(head) else "groß" if LARGE.match(head) else None
        if how:
            being = "ist" if verb in ("beträgt", "liegt") else "war"
            yield Draft(f"Wie {how} {being} {subject} {figure['time'] or ''}", figure["figure"], "how much")


def head_noun(phrase: str) -> str:
    """Return the noun that a phrase is about: its last before any genitive or preposition."""
    words = phrase.split(" ")
    end = find_core_end([words[0].lower() if len(words) > 1 else words[0], *words[1:]], 0)
    return words[end - 1] if end else words[-1]
