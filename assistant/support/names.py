"""Names of persons, companies and places: does a statement name someone whom its evidence doesn't?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.support.reading import ReadSentence, Word
from assistant.support.vectors import FloatMatrix
from vectorstore import is_german_noun
from vectorstore.spelling import dictionary

EXONYMS = (
    "deutsch german bundesrepublik brd",
    "frankreich franzos französ france french",
    "italien italy",
    "spanien spanisch spanier spain spanish spaniard",
    "österreich austria",
    "schweiz switzerland swiss",
    "polen polnisch pole poland polish",
    "ungarn ungarisch hungar",
    "tschech czech",
    "griech greece greek",
    "türk turk",
    "russ",
    "großbritannien britisch brite britain british uk england engl vereinigtes",
    "niederl netherlands dutch holland holländ",
    "belgi",
    "dänemark dänisch däne denmark danish dane",
    "schwed swed",
    "norweg norway",
    "finn finland",
    "europ eu",
    "usa us amerika america amerikan vereinigte united staaten states",
    "chin",
    "japan",
    "indien indisch inder india",
    "korea",
    "brasil brazil",
    "ägypt egypt",
    "israel",
    "ukrain",
    "iran",
    "syri",
    "saudi",
    "münchen munich münchner",
    "köln cologne",
    "nürnberg nuremberg",
    "hannover hanover",
    "wien vienna",
    "zürich zurich",
    "genf geneva",
    "brüssel brussel",
    "mailand milan",
    "rom rome römisch roman",
    "venedig venice",
    "florenz florence",
    "neapel naples",
    "prag prague",
    "warschau warsaw",
    "moskau moscow",
    "kopenhagen copenhagen",
    "lissabon lisbon",
    "athen",
    "peking beijing",
    "bayern bavaria bayerisch",
    "sachsen saxony sächsisch",
    "hessen hess",
    "thüring thuring",
    "preuß preuss pruss",
    "rhein rhine",
    "donau danube",
    "nordsee north",
    "ostsee baltic",
    "ezb ecb",
    "uno un vereinte",
    "nato",
    "papst pope",
)
"""Names that differ between German and English; each entry is the beginnings of its words."""
ENDING = re.compile(r"(?:['’]?s|es|er[nsm]?|ens|ische?[nmrs]?|sche?[nmrs]?|isch|in|innen|n|an|ian|ans|ians)$")
"""What may follow a name: a genitive, who comes from there, what belongs to it."""
NOUN_LEAD = re.compile(
    r"(?<!\S)(?:(?i:d(?:er|ie|as|en|em|es)|(?:k|m|s|d)?eine?[nmrs]?|ihre?[nmrs]?|unsere?[nmrs]?|diese?[nmrs]?|jede?[nmrs]?|"
    r"im|ins|am|ans|vom|zu[mr]|beim|fürs)|\d[\d.,]*|[a-zäöüß]{3,}(?<!t)e|[a-zäöüß]{3,}e[nmrs]|als)\s$",
)
"""What stands before a German noun rather than a name: an article, an adjective, a number."""
SAID = 0.6
"""Match from which a word of the dictionary is taken to be said in other words."""
SHORTEST = 4
"""Letters that a name has in common with a longer word which is derived from it."""


def missing_names(statement: ReadSentence, sentences: Sequence[ReadSentence], best: FloatMatrix) -> Iterator[Word]:
    """Yield the names of a statement that its evidence lacks, in whatever form.

    A word that the dictionary has may be no name at all; it is missing only where nothing else says the same.

    Args:
        statement: as read.
        sentences: of the evidence.
        best: for each word of the statement its best match in the evidence, 0 to 1.
    """
    known = frozenset(form for sentence in sentences for form in forms_of(sentence.text))
    foreign = all(sentence.language != statement.language for sentence in sentences)
    names = {word.start for word in find_names(statement)}
    for word, match in zip(statement.words, best, strict=True):
        if word.start not in names or (match >= SAID and (word.form in dictionary() or foreign)):
            continue
        if not is_known(word.form, known, foreign=foreign) and not is_initials(word.text, sentences):
            yield word


def find_names(sentence: ReadSentence) -> Iterator[Word]:
    """Yield the words of a sentence that are names, as far as their form and the word before them tell."""
    for word in sentence.words:
        if not word.capital or not is_name(word.text, sentence.language, first=word.first):
            continue
        if sentence.language == "en" or is_sure(word.text) or not NOUN_LEAD.search(sentence.text[: word.start]):
            yield word


def find_entities(sentence: ReadSentence) -> Iterator[Word]:
    """Yield the names of a sentence, and the capitalised words that may be names: no dictionary has them."""
    names = {word.start for word in find_names(sentence)}
    for word in sentence.words:
        unknown = word.form.removesuffix("s") not in dictionary() and not NOUN_LEAD.search(sentence.text[: word.start])
        if word.capital and (word.start in names or unknown or entries_of(word.form)):
            yield word


def is_sure(word: str) -> bool:
    """Tell whether a word is written as no common noun is: in capitals, or with one inside."""
    return len(word) > 1 and any(letter.isupper() for letter in word[1:])


@lru_cache(maxsize=20_000)
def is_name(word: str, language: str, *, first: bool) -> bool:
    """Tell whether a capitalised word may be a name; the first one of a sentence only if no dictionary has it."""
    if is_sure(word):
        return True
    if language == "de" and (is_german_noun(word) or is_german_noun(word.removesuffix("s"))):
        return False
    return not first or word.casefold() not in dictionary()


def forms_of(text: str) -> Iterator[str]:
    """Yield the words of a text in lower case, hyphenated ones also in parts."""
    return (match[0].casefold() for match in re.finditer(r"[^\W_]+", text))


def is_known(name: str, known: Iterable[str], *, foreign: bool) -> bool:
    """Tell whether a name is among some words, shortened, declined, in a compound, or in the other language."""
    words = known if isinstance(known, frozenset) else frozenset(known)
    if name in words:
        return True
    entries = entries_of(name)
    return any(is_form(name, word, foreign=foreign) or (entries and entries & entries_of(word)) for word in words)


@lru_cache(maxsize=100_000)
def is_form(name: str, word: str, *, foreign: bool) -> bool:
    """Tell whether two words are forms of one name."""
    if name[:1] != word[:1]:
        return False
    bare, other = ENDING.sub("", name), ENDING.sub("", word)
    short, long = sorted((bare, other), key=len)
    if len(short) >= SHORTEST - 1 and short == long:
        return True
    if name in (word + "s", word + "n") or word in (name + "s", name + "n"):
        return True
    if len(name) >= SHORTEST and (word.startswith(name) or (len(word) > SHORTEST and name.startswith(word))):
        return True
    if foreign and min(len(name), len(word)) > SHORTEST:
        return name[:SHORTEST] == word[:SHORTEST] and OSA.distance(bare, other) <= len(short) // 3
    return False


@lru_cache(maxsize=100_000)
def entries_of(word: str) -> frozenset[int]:
    """Return the entries of the table of names in two languages that a word belongs to."""
    return frozenset(
        number
        for number, entry in enumerate(EXONYMS)
        if any(word == part or (len(part) >= SHORTEST and word.startswith(part)) for part in entry.split())
    )


def is_initials(name: str, sentences: Sequence[ReadSentence]) -> bool:
    """Tell whether a name in capitals is made of the initials of capitalised words that stand side by side."""
    if not (name.isupper() and 2 <= len(name) <= 5):
        return False
    return any(
        name in "".join(part[0] for part in re.findall(r"\b[A-ZÄÖÜ]\w*", sentence.text)) for sentence in sentences
    )
