"""What a clause does with what it says: denies it, hedges it, says it of all or of some, or says the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.support.reading import ReadSentence

NEGATOR = re.compile(
    r"\b(?:nicht(?! nur)|kein(?:e[rmns]?|erlei)?|nie(?:mals|mand\w*)?|nirgends|nichts|weder|ohne(?! (?:ausnahme|"
    r"zweifel))|"
    r"keineswegs|keinesfalls|kaum|noch aus|ausstehend\w*|"
    r"not(?! only)|never|no(?! (?:less|fewer|doubt))|none|nobody|nothing|neither|without(?! (?:exception|"
    r"doubt))|cannot|"
    r"hardly|barely|pending|\w+n[’']t)\b",
    re.IGNORECASE,
)
"""Words that deny what their clause says."""
REFUSAL = re.compile(
    r"\b(?:lehn(?:t|te|ten|en)\b[^.;]*\bab|ablehn\w*|abgelehnt\w*|(?:ver)?weiger\w*|geweigert|verzicht\w*|bestritt\w*|"
    r"bestreite\w*|dementier\w*|verhinder\w*|scheiter\w*|gescheitert|untersag\w*|verb(?:ot|iete)\w*|verboten|versäum\w*|"
    r"verw(?:a|e|o)rf\w*|verworfen|abgesagt|dagegen(?= |$)|widerstand|(?:bislang|bisher|noch)\b[^.;]*\bfehl\w*|"
    r"fehl\w*\b[^.;]*\bnoch|"
    r"refus\w*|reject\w*|declined to|fail(?:s|ed)? to|den(?:y|ie[sd])|prevent\w*|forb[ia]d\w*|turn(?:s|"
    r"ed)? down|scrapped|"
    r"lack(?:s|ed|ing)?)(?!\w)",
    re.IGNORECASE,
)
"""Verbs and nouns that deny what their object, their infinitive or their "dass" clause says."""
DEPENDENT = re.compile(r"^\W*(?:dass|daß|ob|that|whether)\b|\bzu\s\w+en\b|\w+zu\w+en\b", re.IGNORECASE)
POSSIBLE = re.compile(
    r"\b(?:(?i:könnten?|dürften?|möglicherweise|vielleicht|wahrscheinlich\w*|vermutlich\w*|voraussichtlich\w*|angeblich\w*|"
    r"mutmaßlich\w*|womöglich|eventuell|offenbar|anscheinend|wohl|erwäg\w*|prüf(?:t|en|te|ten)|erwart\w*|hofft?e?n?|schätz\w*|"
    r"rechne(?:t|n|te|ten)|rechnung|schlägt|vorgeschlagen\w*|drohen|droht|denkbar\w*|möglich\w*|falls|sofern|verdacht|idee|"
    r"bedingung|prognose\w*|zufolge|laut|einschätzung|ansicht|sollte|fordert?e?n?|"
    r"perhaps|possibl[ey]|probabl[ey]|likely|allegedly|reportedly|apparently|consider(?:s|ed|ing)?|expect(?:s|ed)?|"
    r"hop(?:e|es|ed|ing)|propos(?:es?|ed|al)|suspect(?:s|ed)?|unless|if|condition|estimate[sd]?|forecast|"
    r"according to|count\w* on|"
    r"seek(?:s|ing)?|demand(?:s|ed)?)|could|might|may)\b"
)
"""Says that something may be so, or that somebody thinks so; "May" is a month."""
PLANNED = {
    "de": re.compile(
        r"\b(?:will|wollen|wollten?|wolle|soll(?:en|ten)?|(?:ein)?plan(?:t|en|te|ten)|geplant\w*|vorgesehen\w*|strebt|möchten?|"
        r"beabsichtig\w*|Plan|Pläne|Ziel|hat vor|haben vor|vorhat|bereit(?:schaft)?|wird|werden|würden?|"
        r"müss(?:en|te|ten)|braucht|"
        r"künftig|Vorhaben|Wunsch|nächste[nrms]? (?:Jahr|Monat|Woche)|demnächst|bald|zusag\w*|steht bevor)\b"
    ),
    "en": re.compile(
        r"\b(?:will|would|plan(?:s|ned|ning)?|intend(?:s|ed)?|want(?:s|ed)?|aim(?:s|ed)?|should|shall|target|"
        r"ready to|soon|must|"
        r"(?:is|are|was|were) (?:to|due|set|going|\w+ing)\b|next (?:year|month|week|spring|summer)|promis\w*|wish\w*)\b"
    ),
}
"""Says that something is wanted, planned or yet to come."""
DONE = re.compile(
    r"\b(?:(?i:hat|haben|hatten?|wurden?|war|waren|has|have|had|was|were|did|gibt es|bereits|schon|already|"
    r"jetzt|seit|since|"
    r"definitiv|definitely|certainly|steht fest|endgültig|volle?n?))\b",
)
"""Says that something is so, or has been done."""
QUANTIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for name, words in (
        (
            "all",
            (
                r"all(?:e[nrms]?)?(?! (?:als|dem))|sämtliche[nrms]?|jede[rnms]?|ausnahmslos|every(?:one|body)?|"
                r"each|always|immer|"
                r"stets|ganze?[nrms]?|gesamte?[nrms]?|entire|whole|vollständig\w*|completely|komplett\w*|"
                r"überall|everywhere|jederzeit|ohne ausnahme|without exception"
            ),
        ),
        (
            "most",
            (
                r"meisten?|mehrheit\w*|überwiegend\w*|großteil|größtenteils|majority|mostly|usually|vor allem|"
                r"hauptsächlich|"
                r"mainly|primarily|most(?= of\b| (?!often)\w+s\b)|vorwiegend"
            ),
        ),
        ("only", r"nur(?! noch)|lediglich|ausschließlich\w*|allein|only|solely|exclusively|sole"),
        (
            "part",
            (
                r"viele[nrms]?|zahlreiche[nrms]?|many|numerous|oft|häufig\w*|often|etliche\w*|einige[nrms]?|manche[nrms]?|"
                r"mehrere[nrms]?|teilweise|teils|some|several|partly|partially|teil der|einen? teil|part of|"
                r"gelegentlich|"
                r"manchmal|sometimes|einzelne[nrms]?|few|selten\w*|rarely|seldom|minderheit|minority|kaum"
            ),
        ),
    )
)
STRONG = frozenset({"all", "most", "only"})
"""Quantifiers that say more than there may be in the evidence."""
CAUSE = re.compile(
    r"\b(?:weil|denn|wegen|aufgrund|infolge|damit|dadurch|weshalb|deshalb|daher|nachdem|um\b[^,;]*\bzu|sodass|grund|gründe\w*|"
    r"begründe\w*|führt\w* auf|ursache\w*|trotz|"
    r"because|since|due to|after|so that|in order|reasons?|owing to|caused?|therefore|following|over concerns|blam\w+|"
    r"attribut\w*|despite)\b",
    re.IGNORECASE,
)
"""Gives a reason, a purpose or a consequence."""

COMPARISON = re.compile(
    r"\b(?:mehr|weniger|more|less|fewer)\s(?!als\b|than\b)[^.,;]{1,60}?\s(?:als|than)\b|"
    r"\b(?!aber|oder|unter|other|rather|ander|weiter)\w{2,}er(?:e[nrms]?)?\s(?:[\w-]+\s){0,3}?(?:als|than)\b(?!\s\d)",
    re.IGNORECASE,
)
"""Holds one thing against another: "mehr Strom als Kohle", "faster than"; "mehr als 100" is a figure with a bound."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a clause does with what it says."""

    negated: bool
    possible: bool
    planned: bool
    done: bool
    quantifiers: frozenset[str]


@lru_cache(maxsize=4_000)
def mark_clauses(sentence: ReadSentence) -> tuple[Marks, ...]:
    """Return the marks of each clause of a sentence.

    A refusal also denies the clause that hangs on it, before or behind, and what was begun before that one: "Der Rat
    hat den Antrag, die Straße zu sperren, abgelehnt".
    """
    clauses = sentence.clauses
    denials = [len(NEGATOR.findall(clause)) for clause in clauses]
    for place, clause in enumerate(clauses):
        if REFUSAL.search(clause):
            denials[place] += 1
            if place + 1 < len(clauses) and DEPENDENT.search(clauses[place + 1]):
                denials[place + 1] += 1
            elif place > 0 and DEPENDENT.search(clauses[place - 1]):
                for earlier in range(max(0, place - 2), place):
                    denials[earlier] += 1
    planned = PLANNED[sentence.language]
    return tuple(
        Marks(
            denied % 2 == 1,
            POSSIBLE.search(clause) is not None,
            planned.search(clause) is not None,
            DONE.search(clause) is not None,
            find_quantifiers(clause),
        )
        for clause, denied in zip(clauses, denials, strict=True)
    )


def find_quantifiers(text: str) -> frozenset[str]:
    """Return the kinds of quantifiers in a text."""
    return frozenset(name for name, pattern in QUANTIFIERS if pattern.search(text))


def is_overstated(stated: frozenset[str], given: frozenset[str]) -> bool:
    """Tell whether a statement speaks of all, of most or only of some where its evidence doesn't."""
    return bool(stated & STRONG) and not stated & STRONG & given


def is_surer(stated: Marks, given: Sequence[Marks]) -> bool:
    """Tell whether a clause takes for certain what is only possible, or for done what is yet to come."""
    if stated.possible or not given:
        return False
    if all(marks.possible for marks in given):
        return True
    return stated.done and not stated.planned and all(marks.possible or marks.planned for marks in given)
