"""What kind of thing a question asks for, and where a sentence offers one: a figure, a date, a name, a reason.

The kind helps to choose the answering sentence, and finds the span in it that answers. Rules for German and English;
a question that fits none of them is ``OTHER`` and asks for nothing in particular.
"""

from __future__ import annotations

import re
from enum import Enum, auto


class QuestionType(Enum):
    """The kind of thing a question asks for."""

    FIGURE = auto()
    DATE = auto()
    NAME = auto()
    REASON = auto()
    OTHER = auto()


MONTH = (
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    r"January|February|March|May|June|July|October|December)"
)
WEEKDAY = r"(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
YEAR = r"(?:1\d{3}|20\d{2})"
NUMBER_WORD = (
    r"(?:null|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|"
    r"siebzehn|achtzehn|neunzehn|zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend|"
    r"Hälfte|Drittel|Viertel|Dutzend|keine?r?|nie|einmal|doppelt|half|third|quarter|dozen|none|never|once|twice|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand)"
)
NUMBER = rf"(?:\d+(?:[.,]\d+)*½?|{NUMBER_WORD})"
QUALIFIER = (
    r"(?:mehr als|weniger als|über|unter|rund|knapp|fast|etwa|ungefähr|circa|ca\.|gut|mindestens|höchstens|wenigstens|"
    r"bis zu|nahezu|lediglich|nur|more than|less than|over|under|about|around|almost|nearly|at least|at most|up to)"
)
MAGNITUDE = r"(?:Tausend|Mio\.|Mrd\.|Million(?:en)?|Milliarden?|Billion(?:en)?|million|billion|trillion)"
UNIT = r"(?:%|[€$£¥]|°C?|[A-ZÄÖÜ][\w-]*(?:/\w+)?|percent|years|months|days|people|miles|feet|km²?|kg|m²?|cm|mm)"
FIGURE_SPAN = re.compile(
    rf"(?:\b{QUALIFIER} )?(?<![\w.,-])[€$£]?{NUMBER}(?!\w|[.,]\d)(?:(?: bis | to |[-–—]| oder | or ){NUMBER}\b)?"
    rf"(?:[ -]{MAGNITUDE})?(?: ?{UNIT})?"
)
DATE_SPAN = re.compile(
    rf"(?:(?:Anfang|Mitte|Ende|Frühjahr|Frühling|Sommer|Herbst|Winter|early|mid|late) (?:{MONTH}|{YEAR})(?: {YEAR})?)"
    rf"|(?:\d{{1,2}}\.(?: (?:oder|bis|und) \d{{1,2}}\.)? ?)?\b{MONTH}\b(?: \d{{1,2}},)?(?: {YEAR}\b)?"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
    rf"|\b{YEAR}(?:[-–]\d{{2,4}}| bis {YEAR})?\b|\b{YEAR}er[ -]?Jahren?\b|\b{YEAR}s\b|\b\d{{3,4}} (?:[nv]\. ?Chr|AD|BC)"
    rf"|\b(?:\d{{1,2}}\.|\w+ten|\w+th) (?:Jahrhunderts?|century)\b|\b{WEEKDAY}\b"
)
NAME_SPAN = re.compile(r"[A-ZÄÖÜ][\w’'.&-]*(?:(?: (?:von|van|de|der|of|the|und|and|&))? [A-ZÄÖÜ][\w’'.&-]*)*")
CAUSE = re.compile(
    r"\b(?:weil|da|denn|wegen|aufgrund|infolge|um|damit|dadurch|durch|sodass|nämlich|gr[uü]nd(?:e|en)?|"
    r"because|since|due|so that|in order|reasons?)\b",
    re.IGNORECASE,
)
"""Words that introduce a cause or a purpose. "Deshalb" and its kin are left out: they introduce the consequence."""
COMPOUND_FIGURE = re.compile(r"\w(?:jährig|monatig|tägig|stündig|stöckig|fach)(?:e[mnrs]?)?\b")
"""Figures that stand inside a word: "dreißigjährig", "zweifach"."""
TIME_SPAN = re.compile(r"\bwie lange\b|\bhow long\b", re.IGNORECASE)
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")

ASKS = (
    (
        QuestionType.FIGURE,
        re.compile(
            r"\bwie ?viele?[nr]?\b|\bwie (?:hoch|groß|gross|lange?|weit|alt|oft|schnell|schwer|tief|breit|stark|"
            r"teuer)\b|"
            r"\bwas kosten?t?\b|\bwas\b.*\b(?:gekostet|kostete)\b|\bwie viel prozent|\b(?:welche|wie "
            r"große?) anzahl\b|\bwelche[rn]? (?:prozent|anteil)|"
            r"\bhow (?:many|much|high|long|far|old|often|big|large|tall)\b|"
            r"\bwhat percentage\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionType.DATE,
        re.compile(
            r"\bwann\b|\bwelche[mnrs]? (?:jahr|jahrzehnt|jahrhundert|tag|monat|datum)\b|\bwhen\b|"
            r"\b(?:which|what) (?:year|month|day|date|decade|century)\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionType.NAME,
        re.compile(
            r"\bwer\b|\bwen\b|\bwem\b|\bwessen\b|\bwho(?:m|se)?\b|\bwie (?:heißt|hieß|heißen|hießen)", re.IGNORECASE
        ),
    ),
    (QuestionType.REASON, re.compile(r"\bwarum\b|\bwieso\b|\bweshalb\b|\bwozu\b|\bwhy\b", re.IGNORECASE)),
)
"""Tried in this order: "In welchem Jahr ..., und wie viele ...?" asks first for the figure."""


def classify(question: str) -> QuestionType:
    """Return what kind of thing a question asks for."""
    return next((kind for kind, pattern in ASKS if pattern.search(question)), QuestionType.OTHER)


def offers_figure(sentence: str, question: str) -> bool:
    """Tell whether a sentence holds a figure that the question does not; a date is one only for a span of time."""
    if find_figures(sentence, question) or COMPOUND_FIGURE.search(sentence):
        return True
    return TIME_SPAN.search(question) is not None and offers_date(sentence, question)


def find_figures(sentence: str, question: str) -> list[re.Match[str]]:
    """Return the figures of a sentence that the question lacks; those within dates are left out."""
    dates = [match.span() for match in DATE_SPAN.finditer(sentence)]
    return [
        match
        for match in FIGURE_SPAN.finditer(sentence)
        if match[0] not in question and not any(start <= match.start() < end for start, end in dates)
    ]


def offers_date(sentence: str, question: str) -> bool:
    """Tell whether a sentence holds a date that the question does not."""
    return any(match[0] not in question for match in DATE_SPAN.finditer(sentence))


def offers_reason(sentence: str) -> bool:
    """Tell whether a sentence has a word that introduces a cause or a purpose."""
    return CAUSE.search(sentence) is not None


def new_names(sentence: str, question: str) -> list[str]:
    """Return the capitalised expressions of a sentence that bring a word the question lacks, its first word left out.

    In German every noun is capitalised; the more of them are new, the likelier one of them is the name asked for.
    """
    asked = {word.lower() for word in re.findall(r"\w+", question)}
    spans = (match[0].rstrip(".'’-") for match in NAME_SPAN.finditer(sentence) if match.start() > 0)
    return [span for span in spans if any(word.lower() not in asked for word in re.findall(r"\w+", span))]


def missing_digits(sentence: str, question: str) -> bool:
    """Tell whether the question names a number that the sentence lacks."""
    return bool(set(DIGITS.findall(question)) - set(DIGITS.findall(sentence)))
