"""What a model says besides statements: that it found nothing, yes or no, an announcement, another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.answer import Verdict
from assistant.grounding import missing_facts
from assistant.numerals import find_numbers, tokenize
from assistant.phrases import Language
from vectorstore import content_words, guess_language

FEWEST_FOR_LANGUAGE = 5
"""Words below which a sentence's language can't be told."""
BENEFIT: dict[Language, str] = {"de": "und", "en": "and"}
"""Added before a sentence's language is guessed: it must speak another one clearly, not merely lack function words."""
ENDING = 2
"""Letters by which a name may differ at its end: "Microsofts", "Milliarden"."""
STEM = 4
"""Letters that a name has at least without its ending."""
_NOTHING = re.compile(r"^\W*(?:(?:NICHTS|NOTHING)\b|(?i:nichts|nothing)\W*$)")
_SOURCES = r"(?:Quellen?|Artikeln?|Texte?n?|Angaben|Informationen|sources?|articles?|texts?|information|passages?)"
_DENIAL = r"(?:kein\w*|nicht|nichts|not|no|nothing|doesn['’]t|don['’]t|cannot|can['’]t)"
_NO_ANSWER = re.compile(
    rf"\b{_SOURCES}\b(?:\W+\w+){{0,6}}?\W+{_DENIAL}\b|\b{_DENIAL}\b(?:\W+\w+){{0,6}}?\W+{_SOURCES}\b|"
    r"\b(?:ich|I)\b(?:\W+\w+){0,3}?\W+(?:kann|weiß|cannot|can['’]t|don['’]t)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(r"^\W*(ja|nein|yes|no)\b\s*[,.:;!–-]\s*", re.IGNORECASE)
_VERDICTS: dict[str, Verdict] = {"ja": "yes", "yes": "yes", "nein": "no", "no": "no"}


def says_nothing(text: str) -> bool:
    """Tell whether a sentence says that the sources don't answer: the agreed word, or in its own words."""
    return bool(_NOTHING.search(text) or _NO_ANSWER.search(text))


def is_announcement(text: str) -> bool:
    """Tell whether a sentence only announces what follows."""
    return text.rstrip(". ").endswith(":")


def take_verdict(text: str) -> tuple[Verdict | None, str]:
    """Return the yes or no with which a sentence begins, and the rest."""
    found = _VERDICT.match(text)
    if not found:
        return None, text
    rest = text[found.end() :]
    return _VERDICTS[found[1].lower()], rest[:1].upper() + rest[1:]


def speaks(text: str, language: Language, *, known: Sequence[str] = ()) -> bool:
    """Tell whether a sentence may be in a language; what is too short to tell may be.

    Args:
        text: a sentence.
        language: that it should be in.
        known: the sources; letters of another script that stand there may be written.
    """
    allowed = {character for source in known for character in source}
    if any(is_foreign(character) and character not in allowed for character in text):
        return False
    if len(text.split()) < FEWEST_FOR_LANGUAGE:
        return True
    return guess_language(f"{text} {BENEFIT[language]}") == language


def is_foreign(character: str) -> bool:
    """Tell whether a character is a letter of another script than ours."""
    return character.isalpha() and ord(character) > 127 and not unicodedata.name(character, "").startswith("LATIN")


def misses(span: str | None, said: str, *, least: float = 0.5) -> bool:
    """Tell whether what answers, a span of a quote, is missing in what was said: its numbers, or too many of its words.

    Args:
        span: of a quote.
        said: all that was.
        least: share of the words that must be there, 0 to 1.
    """
    if not span:
        return False
    numbers = find_numbers(span)
    if numbers:
        return bool(set(numbers) - set(find_numbers(said)))
    words = set(content_words(span)) or set(tokenize(span))
    heard = set(content_words(said)) | set(tokenize(said))
    return sum(any(akin(word, other) for other in heard) for word in words) < least * len(words)


def echoes(text: str, question: str) -> bool:
    """Tell whether a sentence says nothing that its question doesn't say, or asks itself."""
    known = {*content_words(question), *tokenize(question)}
    told = all(any(akin(word, other) for other in known) for word in content_words(text))
    return told or text.rstrip().endswith("?")


def invents(text: str, known: Sequence[str]) -> bool:
    """Tell whether a text holds a number or a name that none of the known texts does, whatever the name's ending."""
    words = {word for source in known for word in tokenize(source)}
    parts = {part for fact in missing_facts(text, known) for part in tokenize(fact)}
    return any(part[:1].isdigit() or not any(akin(part, word) for word in words) for part in parts)


def akin(one: str, other: str) -> bool:
    """Tell whether two words are the same up to an ending; numbers must be the same."""
    short, long = sorted((one, other), key=len)
    ending = len(long) - len(short) <= ENDING and len(short) >= STEM and not short.isdigit()
    return one == other or (ending and long.startswith(short))
