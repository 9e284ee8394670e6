"""What the page says, in German and English, so that no other room holds a text in two languages.

The labels of the page are translated in the browser; the answer and its evidence are written here, on the server,
which knows the browser's language from the request. :func:`language_of` follows the browser's own rule, so that both
halves of the page speak the same language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from assistant.phrases import Language, write_date

# The labels in the page's frame. The browser translates these, so they hold no placeholders.
LABELS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "claim": "Antworten aus Ihren Artikeln – jeder Satz mit der Stelle, an der er steht.",
            "conversation": "Gespräch",
            "greeting": "Fragen Sie, was in den Artikeln steht. Was dort nicht steht, wird nicht beantwortet.",
            "question": "Ihre Frage",
            "placeholder": "Was möchten Sie wissen?",
            "send": "Fragen",
            "stop": "Stopp",
        },
        "en": {
            "claim": "Answers from your articles – every sentence with the passage it stands in.",
            "conversation": "Conversation",
            "greeting": "Ask what the articles say. What they don't say is not answered.",
            "question": "Your question",
            "placeholder": "What would you like to know?",
            "send": "Ask",
            "stop": "Stop",
        },
    }
)

_TEXTS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "articles": "In diesen Artikeln wird gesucht",
            "broken": "Da ist etwas schiefgegangen. Bitte stellen Sie die Frage noch einmal.",
            "card": "Beleg {number}",
            "copied": "Kopiert",
            "copy": "Mit Quellen kopieren",
            "evidence": "Belege",
            "heading": "Stelle",
            "marker": "Beleg {number} zeigen",
            "more": "und {count} weitere",
            "nearest": "Nächstliegende Stellen",
            "no_articles": "Noch keine Artikel.",
            "no_evidence": "Keine Stelle gefunden.",
            "open": "Artikel öffnen",
            "partly": "nur teilweise belegt",
            "searching": "Suche in den Artikeln …",
            "searched": "Gesucht nach: {question}",
            "stopped": "Angehalten.",
            "undated": "ohne Datum",
            "unsupported": "nicht belegt",
            "untitled": "Ohne Titel",
            "writing": "Lese die Belege …",
        },
        "en": {
            "articles": "The articles searched here",
            "broken": "Something went wrong. Please ask the question again.",
            "card": "Source {number}",
            "copied": "Copied",
            "copy": "Copy with sources",
            "evidence": "Evidence",
            "heading": "Passage",
            "marker": "Show source {number}",
            "more": "and {count} more",
            "nearest": "Nearest passages",
            "no_articles": "No articles yet.",
            "no_evidence": "No passage found.",
            "open": "Open article",
            "partly": "only partly backed",
            "searching": "Searching the articles …",
            "searched": "Searched for: {question}",
            "stopped": "Stopped.",
            "undated": "undated",
            "unsupported": "not backed",
            "untitled": "Untitled",
            "writing": "Reading the evidence …",
        },
    }
)


def say(key: str, language: Language, **values: object) -> str:
    """Return the text of this key in this language, its placeholders filled; the values are not escaped."""
    return _TEXTS[language][key].format(**values)


def written_date(day: date | None, language: Language) -> str:
    """Return a date as the language writes it: 24. Februar 2025, 24 February 2025; a word where it is unknown."""
    if day is None:
        return say("undated", language)
    return write_date(day, language)


def language_of(accept_language: str | None) -> Language:
    """Return the page's language for a browser with this ``Accept-Language`` header.

    German where the browser's first language is German or it names none. Otherwise English, which is also what the
    labels fall back to: they only look at the browser's first language.
    """
    ranked = sorted((accept_language or "").split(","), key=_weight, reverse=True)
    first = ranked[0].partition(";")[0].strip().lower()
    return "de" if first in ("", "*") or first.partition("-")[0] == "de" else "en"


def _weight(choice: str) -> float:
    """Return the weight of one choice of an ``Accept-Language`` header: 1 where it names none, 0 where it is broken."""
    weight = choice.partition(";")[2].strip().removeprefix("q=")
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
