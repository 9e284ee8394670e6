"""The words around the quotes, in German and English: short, friendly, in the language of the question.

No other room of this layer says anything of its own; what an answer states is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal

from vectorstore import Source

Language = Literal["de", "en"]

MONTHS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        "de": tuple(
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
        ),
        "en": tuple(
            "January February March April May June July August September October November December".split()  # noqa: SIM905
        ),
    }
)

PHRASES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "yes": "Ja.",
            "no": "Nein.",
            "undecided": "Ausdrücklich steht das nicht in den Artikeln; dies kommt dem am nächsten:",
            "comparison": "Hier sind beide Angaben:",
            "half a comparison": "Zu „{missing}“ habe ich nichts gefunden, nur dies:",
            "disagreement": "Die Quellen nennen Unterschiedliches:",
            "summary": "Darum geht es in „{title}“:",
            "topic": "Dazu steht in den Artikeln vor allem:",
            "nothing": "Dazu steht in den Artikeln leider nichts.",
            "nothing known": "Zu „{missing}“ steht in den Artikeln leider nichts.",
            "no answer": "In den Artikeln steht einiges zu „{known}“, aber nicht, {sought}.",
            "no answer to": "In den Artikeln steht einiges zu „{known}“, aber keine Antwort auf die Frage „{sought}“.",
            "nearest": "Am nächsten kommen diese Stellen:",
            "none chosen": "Zu dieser Auswahl gehört kein Artikel.",
            "chosen undecided": "Ausdrücklich steht das nicht in den gewählten Artikeln; dies kommt dem am nächsten:",
            "chosen half a comparison": "In den gewählten Artikeln habe ich zu „{missing}“ nichts gefunden, nur dies:",
            "chosen topic": "Dazu steht in den gewählten Artikeln vor allem:",
            "chosen nothing": "Dazu steht in den gewählten Artikeln leider nichts.",
            "chosen nothing known": "Zu „{missing}“ steht in den gewählten Artikeln leider nichts.",
            "chosen no answer": "In den gewählten Artikeln steht einiges zu „{known}“, aber nicht, {sought}.",
            "chosen no answer to": (
                "In den gewählten Artikeln steht einiges zu „{known}“, aber keine Antwort auf die Frage „{sought}“."
            ),
            "chosen one article": "Unter den gewählten Artikeln gibt es dazu einen:",
            "chosen articles": "Unter den gewählten Artikeln gibt es dazu {count}:",
            "chosen one article in all": "Gewählt ist 1 Artikel.",
            "chosen number of articles": "Gewählt sind {count} Artikel.",
            "differ": "Die Quellen unterscheiden sich: {values}.",
            "newer": "Ein neuerer Artikel berührt dasselbe: {article}.",
            "dated": "„{word}“ in [{number}] meint den {day}, als der Artikel erschien.",
            "undated": "ohne Datum",
            "wrote": "„{title}“ stammt von {author}.",
            "appeared": "„{title}“ ist am {day} erschienen.",
            "outlet": "„{title}“ ist bei {publisher} erschienen.",
            "title": "Der Artikel heißt „{title}“.",
            "unknown author": "Wer „{title}“ geschrieben hat, steht in dem Artikel nicht.",
            "unknown date": "Wann „{title}“ erschienen ist, steht in dem Artikel nicht.",
            "unknown outlet": "Wo „{title}“ erschienen ist, steht in dem Artikel nicht.",
            "one article": "Dazu gibt es einen Artikel:",
            "articles": "Dazu gibt es {count} Artikel:",
            "one article in all": "Die Sammlung hat 1 Artikel.",
            "number of articles": "Die Sammlung hat {count} Artikel.",
            "more articles": "Dazu kommen {count} weitere Artikel.",
            "article": "„{title}“ ({details}).",
            "bare article": "„{title}“.",
            "model not there": "Das Sprachmodell ist nicht erreichbar.",
            "model refused": "Das Sprachmodell verweigert den Zugang.",
            "model slow": "Das Sprachmodell braucht zu lange.",
            "model rate-limited": "Das Sprachmodell hat gerade zu viele Anfragen.",
            "model server error": "Das Sprachmodell meldet einen Fehler.",
            "model nonsense": "Was das Sprachmodell sendet, ist keine Antwort.",
            "model empty": "Das Sprachmodell hat nichts geschrieben.",
            "model cut off": "Das Sprachmodell hat mittendrin aufgehört.",
            "model too large": "Das Sprachmodell hat kein Ende gefunden.",
            "model wrong language": "Das Sprachmodell schreibt in einer anderen Sprache.",
            "model unnamed": "Welches Sprachmodell schreiben soll, ist nicht eingestellt.",
            "model unchecked": "Was das Sprachmodell schreibt, konnte nicht geprüft werden.",
            "model silent": "Das Sprachmodell hat in diesen Stellen keine Antwort gefunden.",
            "model unsupported": "Was das Sprachmodell geschrieben hat, ist nicht belegt.",
            "model spared": "Kürzer gesagt wird nur, wo feststeht, welche Wörter antworten; hier stehen die Zitate.",
            "model evasive": "Das Sprachmodell sagt nicht, was nach den Artikeln die Antwort ist.",
        },
        "en": {
            "yes": "Yes.",
            "no": "No.",
            "undecided": "The articles don't say so outright; this comes nearest:",
            "comparison": "Here are both:",
            "half a comparison": "I found nothing on “{missing}”, only this:",
            "disagreement": "The sources differ:",
            "summary": "This is what “{title}” is about:",
            "topic": "This is mainly what the articles say about it:",
            "nothing": "I'm sorry, the articles don't say anything about that.",
            "nothing known": "I'm sorry, the articles say nothing about “{missing}”.",
            "no answer": "The articles say something about “{known}”, but not {sought}.",
            "no answer to": "The articles say something about “{known}”, but nothing that answers “{sought}”.",
            "nearest": "The nearest passages are these:",
            "none chosen": "None of the articles lies within what was chosen.",
            "chosen undecided": "The chosen articles don't say so outright; this comes nearest:",
            "chosen half a comparison": "In the chosen articles I found nothing on “{missing}”, only this:",
            "chosen topic": "This is mainly what the chosen articles say about it:",
            "chosen nothing": "I'm sorry, the chosen articles don't say anything about that.",
            "chosen nothing known": "I'm sorry, the chosen articles say nothing about “{missing}”.",
            "chosen no answer": "The chosen articles say something about “{known}”, but not {sought}.",
            "chosen no answer to": (
                "The chosen articles say something about “{known}”, but nothing that answers “{sought}”."
            ),
            "chosen one article": "Among the chosen articles there is one on that:",
            "chosen articles": "Among the chosen articles there are {count} on that:",
            "chosen one article in all": "1 article was chosen.",
            "chosen number of articles": "{count} articles were chosen.",
            "differ": "The sources differ: {values}.",
            "newer": "A newer article touches the same matter: {article}.",
            "dated": "“{word}” in [{number}] means {day}, when the article appeared.",
            "undated": "undated",
            "wrote": "“{title}” was written by {author}.",
            "appeared": "“{title}” appeared on {day}.",
            "outlet": "“{title}” was published by {publisher}.",
            "title": "The article is called “{title}”.",
            "unknown author": "The article “{title}” doesn't say who wrote it.",
            "unknown date": "The article “{title}” doesn't say when it appeared.",
            "unknown outlet": "The article “{title}” doesn't say where it was published.",
            "one article": "There is one article on that:",
            "articles": "There are {count} articles on that:",
            "one article in all": "The collection has 1 article.",
            "number of articles": "The collection has {count} articles.",
            "more articles": "There are {count} more.",
            "article": "“{title}” ({details}).",
            "bare article": "“{title}”.",
            "model not there": "The language model can't be reached.",
            "model refused": "The language model refuses access.",
            "model slow": "The language model takes too long.",
            "model rate-limited": "The language model has too many requests just now.",
            "model server error": "The language model reports a fault.",
            "model nonsense": "What the language model sends is no answer.",
            "model empty": "The language model wrote nothing.",
            "model cut off": "The language model stopped halfway.",
            "model too large": "The language model came to no end.",
            "model wrong language": "The language model writes in another language.",
            "model unnamed": "It isn't set which language model is to write.",
            "model unchecked": "What the language model writes couldn't be checked.",
            "model silent": "The language model found no answer in these passages.",
            "model unsupported": "What the language model wrote is not supported.",
            "model spared": "Only where it is certain which words answer is it said more shortly; here are the quotes.",
            "model evasive": "The language model doesn't say what answers according to the articles.",
        },
    }
)


def phrase(key: str, language: Language, **values: object) -> str:
    """Return our words for this occasion, their placeholders filled."""
    return PHRASES[language][key].format(**values)


def occasion(key: str, *, chosen: bool) -> str:
    """Return the key of our words for an occasion; where only chosen articles were asked, of those that say so."""
    narrowed = f"chosen {key}"
    return narrowed if chosen and narrowed in PHRASES["de"] else key


def is_phrase(text: str, key: str) -> bool:
    """Tell whether a text is one of our phrases, in either language, whatever its placeholders hold."""
    patterns = (re.sub(r"\\{\w+\\}", "(?s:.*)", re.escape(phrases[key])) for phrases in PHRASES.values())
    return any(re.fullmatch(pattern, text) for pattern in patterns)


def write_date(day: date, language: Language) -> str:
    """Return a date as the language writes it: 24. Februar 2025, 24 February 2025."""
    point = "." if language == "de" else ""
    return f"{day.day}{point} {MONTHS[language][day.month - 1]} {day.year}"


def name(source: Source, language: Language) -> str:
    """Return an article's title with where and when it appeared, as a sentence."""
    day = source.published and write_date(source.published, language)
    details = ", ".join(part for part in (source.publisher, day) if part)
    key = "article" if details else "bare article"
    return phrase(key, language, title=source.title, details=details)


def describe(source: Source, language: Language) -> str:
    """Return an article's title with where and when it appeared, as far as it tells."""
    return name(source, language).removesuffix(".")


def enumerate_words(words: Sequence[str], language: Language) -> str:
    """Return words as a list in running text: A, B und C."""
    last = " und " if language == "de" else " and "
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
