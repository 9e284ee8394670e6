"""Whether a question is understood by whoever has not read the article that it was made from.

It must name something, must not say "he" or "last week", and "the museum" must say which.
"""

from __future__ import annotations

import re

from assistant.leaning import GENERIC
from assistant.phrases import Language
from assistant.question_type import MONTH
from assistant.questions.clause import is_finite
from assistant.questions.draft import Draft
from assistant.request import Request, recognise
from vectorstore import guess_language, is_german_noun

QUESTION_WORDS = range(3, 19)
LONGEST = 125
"""Characters of a question: it is to be read at a glance."""
TWO_PARTICIPLES = re.compile(r"\b(?:ge\w{3,}(?:t|en)|genommen|\w+iert|\w+elöst) und [a-zäöüß]")
SECOND_VERB = re.compile(r"\b(?:und|oder|sowie|aber|sondern|doch) ([a-zäöüß]+)(?= (\S+)|$)")
CONTEXTUAL = {
    "de": re.compile(
        r"\b(?:er|sie|es|ihn|ihm|ihnen|wir|uns|unser\w*|ich|mein\w*|man|dies\w*|jene\w*|solch\w*|derselben?|dieselben?|"
        r"desselben|demselben|denselben|beiden?|letztere\w*|erstere\w*|ander(?:e[rmns]?|en)|weiter(?:e[rmns]?)|"
        r"folgend\w*|genannt\w*|obig\w*|deren|dessen|denen|hier\w*|dort\w*|da(?:mit|von|für|zu|bei|ran|rin|durch|nach|"
        r"rauf|raus|gegen|runter|rüber|hinter|neben|zwischen|vor|her|rum|raufhin|mals)|gestern|heute|heutig\w*|morgen|"
        r"kürzlich|jetzt|jetzig\w*|nun|derzeit\w*|momentan\w*|aktuell\w*|bald|bislang|bisher\w*|später\w*|zuvor|danach|"
        r"vorher\w*|früher\w*|seither|seitdem|inzwischen|mittlerweile|so|ebenso|erneut|wieder|gleich\w*|oben|unten|genau|"
        r"nur|sogar|selbst|[Jj]eder|etwa|knapp|nämlich|stattdessen|demnach|noch|jeweil\w*|entsprechend\w*|lediglich|"
        r"vergangen\w*|kommend\w*|nächst\w*|vorig\w*|letzte[nrms]?|diesmal|ihrerseits|seinerseits|sonst\w*|"
        r"zudem|deshalb|deswegen|zuletzt|zunächst|dann|unterdessen|indessen|jüngst\w*|kurzem|sogenannt\w*|obengenannt\w*|\d+-Jährige\w*|"
        r"(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\w*|"
        r"(?:ihrer|seiner)(?! (?:[a-zäöüß]+ )*[A-ZÄÖÜ]))\b"
    ),
    "en": re.compile(
        r"\b(?:he|she|it|they|him|them|his|her|hers|its|their|theirs|we|us|our|I|my|you|your|this|these|that|those|such|"
        r"former|latter|here|there (?!in\b)|then|now|today|yesterday|tomorrow|recently|currently|later|earlier|again|"
        r"previously|so|thus|hence|therefore|both|other|others|another|same|following|above|below|meanwhile|instead|"
        r"one|ones|next|last|ago)\b",
        re.IGNORECASE,
    ),
}
"""Words that mean something or someone outside of the question, or the day on which an article appeared."""
DEFINITE = re.compile(
    r"\b(?P<article>der|die|das|den|dem|des|im|am|zum|zur|beim|vom|ins)(?P<adjectives>(?: [a-zäöüß]+)*) "
    r"(?P<noun>[A-ZÄÖÜ][\w-]*)(?= (?P<next>.+)|$)"
)
SPECIFIC_NEXT = re.compile(
    r"(?:(?:de[rs]|eine[rs]|für|über|zwischen|gegen|[A-ZÄÖÜ„]\S*|[12]\d{3})(?: |$)|(?:von|aus) [A-ZÄÖÜ]|"
    r"(?:in|bei) [A-ZÄÖÜ]\S+$|"
    r"(?!unter|über|hinter)[a-zäöüß]+er [A-ZÄÖÜ])"
)
CONTRACTED = ("im", "am", "zum", "zur", "beim", "vom", "ins")
"""Prepositions with their article; what stands behind them is often a figure of speech, and never the subject."""
LONG_COMPOUND = 14
"""Letters from which a noun behind a name says which thing is meant."""
UNIQUE = re.compile(
    rf"(?:{MONTH}|Jänner|Welt|Erde|Sonne|Mond|Jahre?s?|Jahrhunderts?|Universum|Regel|Ende|Anfang|Norden|Süden|Osten|Westen|"
    r"Menschen?|Meer|Lage|Natur|Medizin|Mathematik|Physik|Chemie|Wirtschaft|Bibel|Antike|Mittelalter|Alltag|Handel|Tode?|"
    r"Leben|Titel|Namen?|Internet|Atmosphäre|Erdoberfläche|Bevölkerung|Millionen?|Prozent|Euro|Dollar|Kirche|Thron|Adel|"
    r"Literatur|Kunst|Vergleich|Durchschnitt|Zeit|Rolle|Lehre|Folge|Verfügung|Vordergrund|Mittelpunkt|Kosten)$"
)
"""Nouns of which there is one, or that stand with the article in set phrases."""
BARE_ENGLISH = re.compile(
    r"\bthe (?!(?:world|earth|sun|moon|end|beginning|public|country|internet|north|south|east|west|same|first|most)\b)"
    r"(?:[a-z-]+ )??[a-z-]+(?= (?:was|were|is|are|in|on|at|by|to|and|has|have)\b(?! [A-Z])|\?|$)"
)
NOUN_ENDING = re.compile(
    r"(?:ung|heit|keit|schaft|tion|ment|tät|nis|ismus|dichte|größe|zahl|wert|ungen|stunde|teil|mehrheit|mann|leute|gruppe|"
    r"werk|bau|raum|haus|platz|land|zeit|polizei|jury|militär|opfer)s?n?$",
    re.IGNORECASE,
)
"""What nouns end in that the dictionary lacks in another form."""
SHORTEST_PART = 4
"""Letters of a part of a compound."""
PLACE_ENDING = re.compile(r"(?:burg|berg|stadt|dorf|bach|feld|hausen|heim|furt|tal|wald|kirchen|hof|see)$")
"""What German names of places end in, though it is a noun."""
OF_A_KIND = re.compile(
    r"(?:Land(?:e?s)?|Staat(?:e?s)?|Region|Insel|Provinz|Maßnahmen?|Version|Fall(?:e?s)?|Angriffs?)$"
)
"""Nouns that need more than an adjective to say which thing is meant, beside those of ``leaning``."""
VAGUE_ADJECTIVE = re.compile(
    r"(?:gesamte|ganze|offizielle|große|größte|neue|alte|gemeinsame|jüngste|eigene|erste|zweite|dritte|besagte)[nrms]?$"
)
COUNTED_THING = re.compile(r"^wie viele? (?:[a-zäöüß]+ )?[A-ZÄÖÜ]\S+")
ACCORDING_TO = re.compile(r" laut [A-ZÄÖÜ]\S+| nach Angaben .*?(?= [a-zäöüß])| [A-ZÄÖÜ]\S+ zufolge")
"""Who says so is no part of the matter asked about."""


def stands_alone(draft: Draft, language: Language) -> bool:
    """Tell whether a question is of fair length, plainly asks for one thing, and is understood without its article."""
    question = draft.question
    if len(question.split()) not in QUESTION_WORDS or len(question) > LONGEST or "," in re.sub(r"\d,\d", "", question):
        return False
    if CONTEXTUAL[language].search(question) or draft.answer.lower() in question.lower():
        return False
    if TWO_PARTICIPLES.search(question) or any(has_second_verb(found) for found in SECOND_VERB.finditer(question)):
        return False
    if guess_language(question) != language or recognise(question) not in (Request.ONE, Request.ALL):
        return False
    return is_anchored_german(question) if language == "de" else is_anchored_english(question)


def is_anchored_german(question: str) -> bool:
    """Tell whether a German question says which things it means: it names something, and "das Museum" says of what."""
    asked = question[0].lower() + question[1:].rstrip("?")
    matter = ACCORDING_TO.sub("", COUNTED_THING.sub("", asked))
    name = next((word for word in re.findall(r"[A-ZÄÖÜ][\w-]+", matter) if is_name(word)), None)
    if name is None:
        return False
    return not any(is_bare(found, behind_name=asked.index(name) < found.start()) for found in DEFINITE.finditer(asked))


def is_anchored_english(question: str) -> bool:
    """Tell whether an English question says which things it means: it has a name, and "the museum" says of what."""
    if not re.search(r" [A-Z]", question):
        return False
    return not BARE_ENGLISH.search(question)


def is_name(word: str) -> bool:
    """Tell whether a capitalised German word is more likely a name than a noun."""
    if "-" in word:
        return any(part[:1].isupper() and is_name(part) for part in word.split("-"))
    forms = [word.removesuffix(ending) for ending in ("", "s", "es", "n", "e", "en", "er", "ern")]
    if NOUN_ENDING.search(word) or any(is_german_noun(form) for form in forms if len(form) >= SHORTEST_PART - 1):
        return False
    parts = (word[start:].capitalize() for start in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1))
    return bool(PLACE_ENDING.search(word)) or not any(is_german_noun(part) for part in parts)


def has_second_verb(found: re.Match[str]) -> bool:
    """Tell whether a second verb follows "und", so that the question would ask two things."""
    word, following = found[1], found[2] or ""
    if not is_finite(word):
        return False
    return not following[:1].isupper() or not word.endswith("en") or word.endswith("ten")


def is_bare(found: re.Match[str], *, behind_name: bool) -> bool:
    """Tell whether a definite phrase leaves open which thing of its kind it means.

    Args:
        found: the phrase.
        behind_name: whether a name stands before it, by which it is mostly understood.
    """
    if found["next"] and SPECIFIC_NEXT.match(found["next"]):
        return False
    noun = found["noun"]
    if GENERIC.match(f"Das {noun}") or OF_A_KIND.match(noun):
        return True
    understood = behind_name and (found["article"] in CONTRACTED or len(noun) >= LONG_COMPOUND)
    described = any(not VAGUE_ADJECTIVE.match(word) for word in found["adjectives"].split())
    return not (understood or described or UNIQUE.match(noun) or noun.isupper() or "-" in noun)
