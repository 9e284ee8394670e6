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
            "collection": "Artikel ansehen",
            "collection_and_upload": "Artikel ansehen und hinzufügen",
            "choose": "Artikel",
            "remove": "Diesen Artikel löschen",
            "remove_sure": "Ja, löschen",
            "remove_not": "Behalten",
            "stop_upload": "Aufnahme anhalten",
            "upload": "Artikel hinzufügen",
        },
        "en": {
            "claim": "Answers from your articles – every sentence with the passage it stands in.",
            "conversation": "Conversation",
            "greeting": "Ask what the articles say. What they don't say is not answered.",
            "question": "Your question",
            "placeholder": "What would you like to know?",
            "send": "Ask",
            "stop": "Stop",
            "collection": "View the articles",
            "collection_and_upload": "View and add articles",
            "choose": "Article",
            "remove": "Delete this article",
            "remove_sure": "Yes, delete",
            "remove_not": "Keep",
            "stop_upload": "Stop adding",
            "upload": "Add articles",
        },
    }
)

_TEXTS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "added_many": "{count} Artikel aufgenommen",
            "added_none": "Kein Artikel aufgenommen",
            "added_one": "1 Artikel aufgenommen",
            "adding": "Artikel werden aufgenommen",
            "also_in": "Auch in: {names}",
            "also_in_short": "auch in: {names}",
            "articles": "In diesen Artikeln wird gesucht",
            "author": "Autor",
            "broken": "Da ist etwas schiefgegangen. Bitte stellen Sie die Frage noch einmal.",
            "card": "Beleg {number}",
            "copied": "Kopiert",
            "copy": "Mit Quellen kopieren",
            "cut": "Hier sind {count} Zeichen nicht gezeigt; „belegt articles show“ zeigt alles.",
            "evidence": "Belege",
            "file": "Datei",
            "files_done": "{done} von {total} Dateien",
            "heading": "Stelle",
            "language": "Sprache",
            "language_de": "Deutsch",
            "language_en": "Englisch",
            "marker": "Beleg {number} zeigen",
            "more": "und {count} weitere",
            "nearest": "Nächstliegende Stellen",
            "no_articles": "Noch keine Artikel.",
            "no_evidence": "Keine Stelle gefunden.",
            "not_added_many": "{count} Dateien nicht mehr aufgenommen",
            "not_added_one": "1 Datei nicht mehr aufgenommen",
            "open": "Artikel öffnen",
            "outlet": "Medium",
            "page": "Seite {page}",
            "pages": "Seiten",
            "partly": "nur teilweise belegt",
            "passages": "Stellen",
            "passages_many": "{count} Stellen",
            "passages_one": "1 Stelle",
            "published": "Datum",
            "rate": "{rate} Stellen/s",
            "remove_broken": "Da ist etwas schiefgegangen. Der Artikel ist vielleicht noch da.",
            "remove_question": "„{title}“ wirklich löschen? Die Datei wird entfernt.",
            "removed": "Von der Bereinigung entfernt ({count})",
            "removed_article": "„{title}“ ist gelöscht.",
            "removed_nothing": "Die Bereinigung hat nichts entfernt.",
            "same_story": "Dieselbe Meldung",
            "searched": "Gesucht nach: {question}",
            "searching": "Suche in den Artikeln …",
            "stopped": "Angehalten.",
            "stopped_upload": "Angehalten",
            "text": "Text",
            "time_left": "noch etwa {time}",
            "undated": "ohne Datum",
            "unknown": "unbekannt",
            "unreadable_many": "{count} nicht lesbar",
            "unreadable_one": "1 nicht lesbar",
            "unsupported": "nicht belegt",
            "untitled": "Ohne Titel",
            "upload_broken": "Da ist etwas schiefgegangen. Bitte fügen Sie die Artikel noch einmal hinzu.",
            "url": "Adresse",
            "writing": "Lese die Belege …",
        },
        "en": {
            "added_many": "{count} articles added",
            "added_none": "No article added",
            "added_one": "1 article added",
            "adding": "Adding articles",
            "also_in": "Also in: {names}",
            "also_in_short": "also in: {names}",
            "articles": "The articles searched here",
            "author": "Author",
            "broken": "Something went wrong. Please ask the question again.",
            "card": "Source {number}",
            "copied": "Copied",
            "copy": "Copy with sources",
            "cut": "{count} characters are not shown here; “belegt articles show” shows all.",
            "evidence": "Evidence",
            "file": "File",
            "files_done": "{done} of {total} files",
            "heading": "Passage",
            "language": "Language",
            "language_de": "German",
            "language_en": "English",
            "marker": "Show source {number}",
            "more": "and {count} more",
            "nearest": "Nearest passages",
            "no_articles": "No articles yet.",
            "no_evidence": "No passage found.",
            "not_added_many": "{count} files left out",
            "not_added_one": "1 file left out",
            "open": "Open article",
            "outlet": "Outlet",
            "page": "page {page}",
            "pages": "Pages",
            "partly": "only partly backed",
            "passages": "Passages",
            "passages_many": "{count} passages",
            "passages_one": "1 passage",
            "published": "Date",
            "rate": "{rate} passages/s",
            "remove_broken": "Something went wrong. The article may still be there.",
            "remove_question": "Really delete “{title}”? Its file will be removed.",
            "removed": "Removed by cleaning ({count})",
            "removed_article": "“{title}” is deleted.",
            "removed_nothing": "Cleaning removed nothing.",
            "same_story": "The same story",
            "searched": "Searched for: {question}",
            "searching": "Searching the articles …",
            "stopped": "Stopped.",
            "stopped_upload": "Stopped",
            "text": "Text",
            "time_left": "about {time} left",
            "undated": "undated",
            "unknown": "unknown",
            "unreadable_many": "{count} unreadable",
            "unreadable_one": "1 unreadable",
            "unsupported": "not backed",
            "untitled": "Untitled",
            "upload_broken": "Something went wrong. Please add the articles once more.",
            "url": "Address",
            "writing": "Reading the evidence …",
        },
    }
)


def say(key: str, language: Language, **values: object) -> str:
    """Return the text of this key in this language, its placeholders filled; the values are not escaped."""
    return _TEXTS[language][key].format(**values)


def say_count(key: str, count: int, language: Language) -> str:
    """Return how many there are of something, in the form that fits one or many."""
    return say(f"{key}_one" if count == 1 else f"{key}_many", language, count=written_number(count, language))


def written_number(number: float, language: Language, *, decimals: int = 0) -> str:
    """Return a number as the language writes it: 1.234,5 or 1,234.5."""
    written = f"{number:,.{decimals}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "de" else written


def language_name(code: str, language: Language) -> str:
    """Return what a language is called; one that we have no word for is called by its code."""
    return _TEXTS[language].get(f"language_{code}", code)


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
