"""Yes or no: does a sentence say what the question asks, or the contrary? By rule.

A sentence that answers says yes, unless one of the two is negated, or the sentence names another number, another name,
or the opposite.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.answer import Verdict
from assistant.grounding import find_names
from assistant.numerals import find_numbers, to_decimal, tokenize
from vectorstore import gram_text, guess_language, is_german_noun

NEGATION = re.compile(
    r"\b(?:nicht(?! nur)|kein(?:e[rmns]?)?|nie(?:mals|mand\w*)?|nirgends|nichts|weder|ohne|keineswegs|keinesfalls|kaum|"
    r"lehnt\w*\b[^.;]*\bab\b|ablehn\w+|abgelehnt|verweigert\w*|verzichtet\w*|gescheitert|scheiterte\w*|fehlt\w*|"
    r"abgesagt|"
    r"verhinder\w*|vermied\w*|vermeid\w*|prevent\w*|avoid\w*|"
    r"un(?:bekannt|klar|möglich|wahrscheinlich|richtig|fähig)\w*|falsch\w*|"
    r"not(?! only)|never|no|none|nobody|nothing|neither|nor|without|cannot|hardly|rejected|refused|failed|denied|"
    r"\w+n[’']t)\b",
    re.IGNORECASE,
)
LEFT_OPEN = re.compile(
    r"\b(?:(?:un|noch nicht )klar (?:ist|war|bleibt|blieb)?,? ?ob|(?:offen|fraglich|ungewiss|unbekannt|"
    r"unklar)\b[^.]*\bob|"
    r"(?:unclear|unknown|uncertain|remains to be seen|open question)\b[^.]*\b(?:whether|if))\b",
    re.IGNORECASE,
)
"""Says outright that nobody knows."""
WORD_PAIRS = (
    (
        (
            r"\w*gestiegen|steig\w*|stieg\w*|\w*zugenommen|zunahm\w*|wuchs\w*|gewachsen\w*|wächst|erhöh\w*|Anstieg|Zunahme|"
            r"Wachstum|rose|risen|rises?|rising|increas\w*|grew|grow\w*"
        ),
        (
            r"\w*gesunken|sink\w*|sank\w*|\w*abgenommen|abnahm\w*|schrumpf\w*|gefallen|fiel\w*|fällt|verringer\w*|reduzier\w*|"
            r"senk\w*|gesenkt|Rückgang|Abnahme|zurückgegangen|zurückging|verloren|verlor|eingebüßt|im Minus|fell|"
            r"(?<!the )(?-i:fall)|fallen|falling|lost|shed|declin\w*|decreas\w*|drop\w*|shr[aiu]nk\w*|cuts?|lower\w*"
        ),
    ),
    (
        r"mehr|größer\w*|höher\w*|more|larger|bigger|higher|greater",
        r"weniger|kleiner\w*|niedriger\w*|geringer\w*|less|fewer|smaller|lower",
    ),
    (r"älter\w*|ältest\w*|older|oldest", r"jünger\w*|jüngst\w*|younger|youngest"),
    (
        r"größte\w*|höchste\w*|meiste\w*|beste\w*|largest|biggest|highest|most|best",
        r"kleinste\w*|niedrigste\w*|wenigsten|geringste\w*|schlechteste\w*|smallest|lowest|least|fewest|worst",
    ),
    (r"erste\w*|zuerst|first", r"letzte\w*|zuletzt|last"),
    (
        r"vor|before|früher\w*|earlier",
        r"nach(?! (?:Angaben|Ansicht|Aussagen?|Auskunft|Meinung|Einschätzung|Informationen))|after|später\w*|later",
    ),
    (
        r"gewann\w*|gewonnen|gewinn\w*|sieg\w*|won|wins?|profits?",
        r"verlor\w*|verloren|verlier\w*|Verluste?n?|unterl\w+|lost|loses?|loss(?:es)?",
    ),
    (r"kauf\w*|gekauft|erw[oi]rb\w*|erwarb\w*|bought|buys?", r"verkauf\w*|verkauft|veräußer\w*|sold|sells?"),
    (r"eröffne\w*|öffne\w*|geöffnet|offen|open\w*", r"schließ\w*|schloss\w*|geschlossen\w*|clos\w*|shut"),
    (r"stark\w*|strong\w*", r"schwach\w*|schwäch\w*|weak\w*"),
    (r"Norden|nördlich\w*|north\w*", r"Süden|südlich\w*|south\w*"),
    (r"Osten|östlich\w*|east\w*", r"Westen|westlich\w*|west\w*"),
    (r"erlaub\w*|zulässig|gestattet\w*|allow\w*|permitted", r"verbot\w*|verbiete\w*|untersag\w*|forb[ia]d\w*|ban\w*"),
    (r"leicht\w*|einfach\w*|easy|easily", r"schwer\w*|schwierig\w*|hard|difficult"),
    (r"billig\w*|günstig\w*|cheap\w*", r"teuer\w*|teure\w*|expensive|costly"),
    (r"für|unterstützt\w*|for|support\w*", r"gegen|bekämpf\w*|against|oppos\w*"),
    (r"freiwillig\w*|voluntar\w*", r"gezwungen\w*|verpflichte\w*|Pflicht|forced|mandatory|compulsory"),
    (r"schnell\w*|rasch\w*|quick\w*", r"langsam\w*|slow\w*"),
    (r"alle|sämtliche\w*|all|every", r"nur|einige|lediglich|only|some"),
    (r"öffentlich\w*|public\w*", r"privat\w*|heimlich\w*|geheim\w*|private\w*|secret\w*"),
)
OPPOSITES = tuple(
    (re.compile(rf"\b(?:{left})\b", re.IGNORECASE), re.compile(rf"\b(?:{right})\b", re.IGNORECASE))
    for left, right in WORD_PAIRS
)
SAME_LETTERS = 4
"""Letters that two forms of a unit have in common ("Brücke", "Brücken")."""
SHARED_GRAMS = 0.5
"""A word is in a text if this share of its 4-grams is."""
BOUND = re.compile(
    r"\b(?:(?P<above>mehr als|über|mindestens|wenigstens|more than|over|at least)|"
    r"(?:weniger als|unter|höchstens|less than|fewer than|under|at most)) "
    r"(?P<number>[€$£]?\w+(?:[.,]\d+)*(?: (?:Mio|Mrd|[Mm]illion(?:en)?|Milliarden?)\b)?)",
    re.IGNORECASE,
)
"""A number that another one is held against: "mehr als 30 Menschen"."""
LEADS = re.compile(
    r"^\W*(?:stimmt es|ist es (?:wahr|richtig)|trifft es zu|is it (?:true|right|correct)),? "
    r"(?:that|dass)\b",
    re.IGNORECASE,
)


def decide(question: str, sentence: str, context: str) -> Verdict | None:
    """Return whether a sentence affirms or denies what a yes/no question asks; ``None`` where it leaves that open.

    Args:
        question: as searched.
        sentence: the one that answers it.
        context: the sentence with its neighbours and the title, which may name what the sentence takes for granted.
    """
    asked = LEADS.sub("", question)
    if LEFT_OPEN.search(sentence):
        return None
    limit = find_limit(asked)
    if limit and limit[1] not in find_numbers(sentence):
        return None if is_negated(asked) or is_negated(sentence) else weigh_limit(*limit, asked, sentence)
    if contradicts_numbers(asked, sentence, context) or contradicts_names(asked, sentence, context):
        return "no"
    denials = is_negated(asked) != is_negated(sentence)
    return "no" if denials != says_opposite(asked, sentence) else "yes"


def find_limit(question: str) -> tuple[bool, str] | None:
    """Return the number that a question holds another one against, and whether it asks for more; ``None`` for none."""
    bound = BOUND.search(question)
    numbers = find_numbers(bound["number"]) if bound else frozenset()
    return (bool(bound["above"]), next(iter(numbers))) if bound and len(numbers) == 1 else None


def weigh_limit(above: bool, limit: str, question: str, sentence: str) -> Verdict | None:  # noqa: FBT001
    """Return whether a sentence's one number is above, or below, a limit; ``None`` for several, none, another unit."""
    given = find_numbers(sentence) - find_numbers(question)
    unit = tokenize(BOUND.split(question)[-1])[:1]
    same_unit = not unit or any(word.startswith(unit[0][:SAME_LETTERS]) for word in tokenize(sentence))
    if len(given) != 1 or not same_unit or BOUND.search(sentence):
        return None
    value, bound = to_decimal(next(iter(given))), to_decimal(limit)
    if value is None or bound is None:
        return None
    return "yes" if (value > bound) == above else "no"


def is_negated(text: str) -> bool:
    """Tell whether a text denies something; twice denied is affirmed."""
    return len(NEGATION.findall(text)) % 2 == 1


def contradicts_numbers(question: str, sentence: str, context: str) -> bool:
    """Tell whether the question names a number that is nowhere there, or not where the sentence has another one."""
    missing = find_numbers(question) - find_numbers(sentence)
    if missing and find_numbers(sentence) - find_numbers(question):
        return True
    return bool(missing - find_numbers(context))


def contradicts_names(question: str, sentence: str, context: str) -> bool:
    """Tell whether the question names someone who is not there, and the sentence someone else instead."""
    if guess_language(question) != guess_language(sentence):
        return False
    words, grams = set(tokenize(context)), set(gram_text(context))
    missing = [name for name in find_names(question) if not words & set(tokenize(name)) and not is_spread(name, grams)]
    return any(stands_as_name(name, question) for name in missing) and bool(others(question, sentence))


def is_spread(name: str, grams: set[str]) -> bool:
    """Tell whether a name stands in a text in another form, or as part of a compound."""
    own = gram_text(name)
    return bool(own) and sum(gram in grams for gram in own) >= SHARED_GRAMS * len(own)


def others(question: str, sentence: str) -> list[str]:
    """Return the names of a sentence that the question lacks."""
    asked = set(tokenize(question))
    return [name for name in find_names(sentence) if not asked & set(tokenize(name))]


def stands_as_name(word: str, question: str) -> bool:
    """Tell whether a capitalised word is a name: no noun of the dictionary, without an article before it in German."""
    if guess_language(question) == "en":
        return True
    bare = re.search(rf"(?:^\W*\w+|\b(?:von|in|aus|nach|bei|für|gegen|mit|durch|als)) {re.escape(word)}\b", question)
    return bare is not None and not is_german_noun(unicodedata.normalize("NFC", word))


def says_opposite(question: str, sentence: str) -> bool:
    """Tell whether the sentence has the opposite of a word of the question, and not that word."""
    return any(
        is_opposed(question, sentence, left, right) or is_opposed(question, sentence, right, left)
        for left, right in OPPOSITES
    )


def is_opposed(question: str, sentence: str, word: re.Pattern[str], opposite: re.Pattern[str]) -> bool:
    """Tell whether the question has one of two opposites, and the sentence only the other."""
    return (
        word.search(question) is not None
        and opposite.search(question) is None
        and opposite.search(sentence) is not None
        and word.search(sentence) is None
    )
