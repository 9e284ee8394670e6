"""Questions for who and what: German sentences about persons, companies and things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.questions.circumstances import PARTICIPLE, TIME
from assistant.questions.clause import Clause, find_phrase_end, is_singular
from assistant.questions.draft import Draft
from assistant.refusing import PREFIXES
from vectorstore import is_german_noun

PERSON = (
    r"(?:\w*(?:politiker|sänger|schauspieler|musiker|physiker|chemiker|mathematiker|historiker|künstler|maler|dichter|"
    r"schriftsteller|komponist|ökonom|philosoph|theologe|jurist|unternehmer|manager|präsident|minister|kanzler|könig|"
    r"kaiser|papst|bischof|erzbischof|general|autor|professor|forscher|wissenschaftler|spieler|trainer|sportler|fahrer|"
    r"journalist|ingenieur|erfinder|architekt|arzt|offizier|prinz|herzog|fürst|graf|chef|gründer|leiter|vorsitzende[rn]?|"
    r"sprecher|experte|bürgermeister|richter|anwalt|lehrer|regisseur|produzent|biologe|geologe|astronom|entdecker|"
    r"sohn|tochter|bruder|schwester|geschäftsmann|geschäftsfrau|stratege|pilot|astronaut|pädagoge|feldherr|tänzer|"
    r"nachfolger|vorgänger|kapitän|torwart|stürmer|weltmeister|meister|direktor|intendant|inhaber|eigentümer)(?:in)?|CEO)"
)
PERSON_NOUN = re.compile(rf"{PERSON}$", re.IGNORECASE)
TITLED = re.compile(rf"^(?:(?:D|d)(?:er|ie) )?(?:[a-zäöüß]+ )?(?i:{PERSON})(?: [A-ZÄÖÜ][\w.-]+){{1,4}}$")
NAMES = re.compile(r"^[A-ZÄÖÜ][\w.-]+(?: (?:von|van|de|di))?(?: [A-ZÄÖÜ][\w.-]+){1,3}$")
DEED = re.compile(
    r"(?:(?:be)?gründet\w*|leitet\w*|eröffnet\w*|kauft\w*|übernahm\w*|erfand\w*|entdeckt\w*|schrieb\w*|gewann\w*|"
    r"entwickelt\w*|produziert\w*|veröffentlicht\w*|unterzeichnet\w*|verkauft\w*|baut\w*|komponiert\w*|regiert\w*|"
    r"führt\w*|plant\w*|investiert\w*|formuliert\w*|entwarf|erhielt|empfahl|kritisiert\w*|sagt\w*|erklärt\w*|bewies|"
    r"heiratet\w*|nannte|bezeichnet\w*|stellt\w*|schlug|prägt\w*|besiegt\w*|verfasst\w*|beauftragt\w*|zeigt\w*|"
    r"unterstützt\w*|kündigt\w*|stieg|steigt|trat|tritt|spielt\w*|moderiert\w*|sang|malt\w*|studiert\w*|wies|forderte?|"
    r"erwarb|erwirbt|präsentiert\w*|stellte|beschrieb|beobachtet\w*|verwendet\w*|erzielt\w*|befahl|ließ)$"
)
"""What persons and companies do; before any other verb a name may be that of a thing."""
SPEECH = re.compile(
    r"(?:sagt|erklärt|betont|meint|teilt|äußert|kritisiert|warnt|fügt|ergänzt|versichert|sprach|spricht|heißt)\w*$"
)
ROLE_FIRST = re.compile(rf"^(?:(?:D(?:er|ie)|Ein[e]?) )?(?:[a-zäöüß]+ )?{PERSON}\b", re.IGNORECASE)
BY_SOMEONE = re.compile(r"(?:^|(?<= ))von ((?:de[mnr] )?[A-ZÄÖÜ][\w.-]+(?: [A-ZÄÖÜ][\w.-]+){1,3})(?= [a-zäöüß])")
DEFINED = re.compile(r"eine? (?:(?:[a-zäöüß-]+|[\w-]+-[a-zäöüß]+e[rs]?) ){0,3}([A-ZÄÖÜ][\w-]+)")
THING = re.compile(
    r"\w*(?i:stadt|dorf|gemeinde|provinz|region|insel|fluss|berg|see|atoll|land|staat|unternehmen|konzern|firma|verein|"
    r"partei|organisation|behörde|institut|universität|museum|stadion|film|serie|roman|buch|album|lied|spiel|zeitung|"
    r"zeitschrift|verbindung|stoff|metall|element|krankheit|verfahren|methode|programm|software|system|sprache|schrift|"
    r"gattung|flugzeug|schiff|fahrzeug|gebäude|bauwerk|brücke|strecke|flughafen|marke|plattform|datei|modell|projekt)$"
)
AGENT_ENDING = re.compile(r"(?:er|or|ist|ent|ant|mann|frau|ge|in|e)$")
NO_CLASS = re.compile(
    r"(?:\w*ort|Produkt|Beispiel|\w*teil|Teile?s?|Grund|Beitrag|Symbol|Zeichen|Ergebnis|Folge|Problem|Faktor|Form|Art|Erfolg|"
    r"Fehler|Ausnahme|Mischung|Reihe|Vielzahl|Mitglied|Ziel|Hinweis|Beleg|Thema|Zeit|Tag|Jahr|\w*punkt|Fall|Quelle)$"
)
"""Nouns that place a thing without saying of what class it is."""
OBJECT = re.compile(rf"(?P<before>(?:{TIME} |(?:in|im) [A-ZÄÖÜ][\w-]+ )?)(?P<object>eine?n? .+)")
ACHIEVED = re.compile(
    r"(?:^|(?<= ))(?:gegründet|entwickelt|entworfen|eröffnet|gebaut|gewonnen|gekauft|übernommen|entdeckt|erfunden|"
    r"veröffentlicht|vorgestellt|angekündigt|erhalten|geschrieben|beantragt|eingerichtet|gestartet|aufgelegt)$"
)
SUPERLATIVE = re.compile(
    r"(?:der|die|das) (?:bislang |weltweit )?(?:[a-zäöüß]*(?:größte|höchste|längste|älteste|kleinste|tiefste|"
    r"meiste|wichtigste|bedeutendste|bekannteste|erste|einzige|beliebteste|reichste|jüngste|schnellste))"
    r"(?: [a-zäöüß-]+e)* [A-ZÄÖÜ]"
)
LONGEST_NAME = 3
"""Words of a name that is defined; a longer one is a phrase."""
CALLED = {"ist": "heißt", "war": "hieß"}
PREFIX = re.compile(rf"(?!dar$)(?:{'|'.join(PREFIXES)})$")


def ask_who(clause: Clause) -> Iterator[Draft]:
    """Yield the question for a person or a company that does something."""
    if not is_singular(clause.verb) or not clause.subject_first or SPEECH.match(clause.verb):
        return
    titled = TITLED.match(clause.front)
    named = NAMES.match(clause.front) and not has_noun(clause.front)
    role = re.match(rf"(?:d(?:er|ie) (?:\w+ )?)?{PERSON}\b", clause.rest, re.IGNORECASE)
    does = bool(role) if clause.verb in ("ist", "war") else titled or DEED.match(clause.verb)
    if (titled or named) and does:
        yield Draft(f"Wer {clause.verb} {clause.rest}", clause.front, "who")


def ask_who_holds(clause: Clause) -> Iterator[Draft]:
    """Yield the question for the name in "Vorsitzender von X ist Y"."""
    role = ROLE_FIRST.match(clause.front)
    named = NAMES.match(clause.rest) and not has_noun(clause.rest)
    if role and named and clause.verb in ("ist", "war", "wurde"):
        yield Draft(f"Wer {clause.verb} {clause.plain_front}", clause.rest, "who")


def ask_by_whom(clause: Clause) -> Iterator[Draft]:
    """Yield the question for the person by whom something was done."""
    agents = list(BY_SOMEONE.finditer(clause.rest))
    if len(agents) != 1 or clause.verb not in ("wurde", "wurden", "wird") or not PARTICIPLE.search(clause.rest):
        return
    name = agents[0][1].strip()
    bare = re.sub(r"^de[mnr] ", "", name)
    if not TITLED.match(bare) and has_noun(bare):
        return
    said = clause.with_front_inside(cut(clause.rest, agents[0].span()))
    if said:
        yield Draft(f"Von wem {clause.verb} {said}", name, "who")


def ask_what_it_is(clause: Clause) -> Iterator[Draft]:
    """Yield the question for a definition: "X ist ein Verfahren"."""
    defined = DEFINED.match(clause.rest)
    if not defined or clause.verb not in ("ist", "war") or not clause.subject_first:
        return
    if clause.front.split()[0] in ("Ein", "Eine") or " und " in clause.front:
        return
    named = not has_noun(clause.front)
    if not named or len(clause.front.split()) > LONGEST_NAME:
        return
    word = "Wer" if PERSON_NOUN.match(defined[1]) else "Was" if is_thing(clause, defined[1]) else None
    if word:
        yield Draft(f"{word} {clause.verb} {clause.plain_front}", clause.rest, "what")


def is_thing(clause: Clause, noun: str) -> bool:
    """Tell whether what is called by a noun is no person: a name of several words may be anyone's."""
    if NO_CLASS.match(noun):
        return False
    certain = THING.match(noun) is not None
    return certain or (clause.verb == "ist" and " " not in clause.front and not AGENT_ENDING.search(noun))


def ask_name(clause: Clause) -> Iterator[Draft]:
    """Yield the question for the name of a thing: "Die Hauptstadt von X ist Y"."""
    described = re.match(r"D(?:er|ie|as) \S+ ", clause.front) and not ROLE_FIRST.match(clause.front)
    named = re.fullmatch(r"[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+){0,2}", clause.rest)
    if described and named and clause.verb in CALLED and not has_noun(clause.rest):
        yield Draft(f"Wie {CALLED[clause.verb]} {clause.plain_front}", clause.rest, "what")


def ask_which(clause: Clause) -> Iterator[Draft]:
    """Yield the question for what is the largest, first or only one of its kind."""
    if clause.cut_short or not clause.subject_first or has_noun(clause.front) or clause.verb not in CALLED:
        return
    if SUPERLATIVE.match(clause.rest) and not re.search(rf"\b{PERSON}\b", clause.rest, re.IGNORECASE):
        yield Draft(f"Wie {CALLED[clause.verb]} {clause.rest}", clause.front, "what")


def ask_what(clause: Clause) -> Iterator[Draft]:
    """Yield the question for what someone founded, won or plans: an object that begins with "ein"."""
    achieved = clause.verb in ("hat", "hatte") and ACHIEVED.search(clause.rest)
    if not clause.subject_first or not (DEED.match(clause.verb) or achieved):
        return
    found = OBJECT.match(clause.rest)
    if not found:
        return
    words = clause.rest[found.start("object") :].split(" ")
    end = find_phrase_end(words, 0)
    if end is None or (words[end:] and not (PREFIX if not achieved else ACHIEVED).match(" ".join(words[end:]))):
        return
    answer = " ".join(words[:end])
    said = " ".join(part for part in (clause.plain_front, found["before"].strip(), *words[end:]) if part)
    yield Draft(f"Was {clause.verb} {said}", answer, "what")


def has_noun(text: str) -> bool:
    """Tell whether a text has a German noun, and so is more than a name."""
    return any(is_german_noun(word) for word in re.findall(r"[A-ZÄÖÜ][\w-]+", text))


def cut(text: str, span: tuple[int, int]) -> str:
    """Return a text without a stretch of it."""
    return " ".join(f"{text[: span[0]]} {text[span[1] :]}".split())
