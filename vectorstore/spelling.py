"""Questions as people type them, put right by the words of the articles: "micosoft umsaz" becomes "Microsoft Umsatz".

Only words are touched that neither the articles nor a dictionary of German and English know. The articles' own words
come first, for a name is rather misspelt than new; then those of the dictionary. The dictionaries are those of
pyspellchecker, the distances those of rapidfuzz.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from vectorstore.keywords import FOLDED, UMLAUT_SPELLINGS, stem, stop_words
from vectorstore.postings import Counts, Places, count_tokens, most_common

WORD = re.compile(r"[^\W\d_]+")
SPELT_OUT = re.compile(r"ae|oe|ue|ss")
DOTTED = re.compile(r"ae|oe|ue")
UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
SHORTEST = 4
"""Letters; a shorter word resembles too many others."""
LONG = 8
"""Letters from which two slips are forgiven instead of one."""
LONG_NAME = 6
"""Letters of a name in which one slip more is forgiven: "Caineo" for "Cainiao"."""
OURS_NEARER = 1
"""Slips by which a word of the articles may be further away than one of the dictionary."""
OFTENER = 2
"""By what factor a word with umlauts must be the more frequent of two that both exist ("lösen", "losen")."""
SHORTEST_PART = 4
"""Letters of a part of a compound."""
LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What links the parts of a German compound."""
LANGUAGES = ("de", "en")


class Spelling:
    """The words of a collection, by which questions are put right; loads its dictionaries when a word is unknown.

    Args:
        texts: the passages.
        kept: takes over what another one counted: its counts, and for each passage its place in them, or -1 for one
            that is new; ``texts`` are then the new ones alone.
    """

    def __init__(self, texts: Iterable[str], *, kept: tuple[Counts, Places] | None = None) -> None:
        counts = count_tokens(WORD.findall(text) for text in texts)
        self.counts = kept[0].renewed(kept[1], counts) if kept else counts
        self._frequencies: Counter[str] = Counter()
        self._spellings: dict[str, str] = {}
        for form, count in most_common(self.counts):  # the most frequent way to write a word comes first
            self._frequencies[form.lower()] += count
            self._spellings.setdefault(form.lower(), form)
        self._stems = frozenset(stem(word, language) for word in self._frequencies for language in LANGUAGES)
        self._folded = fold_words(self._frequencies)
        self._by_length = group_by_length(self._folded)

    def renewed(self, before: Places, texts: Iterable[str]) -> Spelling:
        """Return the words of a collection that has changed, in which only the new texts are counted.

        It corrects as one made of all texts anew would; this one stays as it is.

        Args:
            before: for each passage of the changed collection its place in this one, or -1 for one that is new.
            texts: those that are new, in order.
        """
        return Spelling(texts, kept=(self.counts, before))

    def correct(self, question: str) -> str:
        """Return a question with its misspelt words put right; names get their capitals where it has none at all."""
        normal = unicodedata.normalize("NFC", question)
        corrected = WORD.sub(lambda match: self._correct_word(match[0]), normal)
        return corrected if any(letter.isupper() for letter in normal) else self._capitalise(corrected)

    def _correct_word(self, word: str) -> str:
        """Return a word as the articles or the dictionary spell it; an unknown one that resembles none stays."""
        lowered = word.lower()
        if len(word) < SHORTEST or lowered in self._frequencies or lowered in stop_words():
            return word
        found = self._with_umlauts(lowered) or self._with_dots(lowered)
        if found is None and not self._is_inflected(lowered) and not self._is_known(lowered):
            found = self._nearest(lowered)
            if found not in self._frequencies and may_be_name(word):
                return word
        return self._write_like(word, found) if found else word

    def _with_umlauts(self, word: str) -> str | None:
        """Return a word typed with ae, oe, ue or ss as the articles or the dictionary do; ``None`` for another."""
        if not SPELT_OUT.search(word) or word in dictionary():
            return None
        dotted = DOTTED.sub(lambda match: UMLAUTS[match[0]], word)
        spellings = (dotted, dotted.replace("ss", "ß"), word.replace("ss", "ß"))
        known = [spelling for spelling in spellings if spelling != word and self._is_word(spelling)]
        return next(iter(known), None)

    def _with_dots(self, word: str) -> str | None:
        """Return the articles' word for one typed without its umlauts; ``None`` where that is a word of its own."""
        found = self._folded.get(fold(word))
        if found and dictionary().get(found, 0) < OFTENER * dictionary().get(word, 0):
            return None
        return found

    def _is_inflected(self, word: str) -> bool:
        """Tell whether another form of a lower-case word is in the articles."""
        return any(stem(word, language) in self._stems for language in LANGUAGES)

    def _is_known(self, word: str) -> bool:
        """Tell whether a lower-case word, or both its parts, are in the articles or the dictionary."""
        return word in dictionary() or self._is_compound(word)

    def _is_compound(self, word: str) -> bool:
        """Tell whether a word is made of two that are known."""
        cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        return any(self._is_word(word[cut:]) and self._is_first_part(word[:cut]) for cut in cuts)

    def _is_first_part(self, part: str) -> bool:
        return any(part.endswith(link) and self._is_word(part[: len(part) - len(link)]) for link in LINKS)

    def _is_word(self, word: str) -> bool:
        return len(word) >= SHORTEST_PART and (word in self._frequencies or word in dictionary())

    def _nearest(self, word: str) -> str | None:
        """Return the word that a misspelt one is nearest to: of the articles before one of the dictionary."""
        folded, words = fold(word), folded_dictionary()
        near = find_near(folded, self._by_length, most=slips(folded) + 1)
        ours = (
            (distance - OURS_NEARER, not self._is_name(other), -self._frequencies[other], other)
            for other, distance in ((self._folded[form], distance) for form, distance in near)
            if distance <= slips(folded) or self._is_name(other)
        )
        theirs = (
            (distance, True, -dictionary()[words[form]], words[form])
            for form, distance in find_near(folded, dictionary_by_length(), most=slips(folded))
        )
        return min((*ours, *theirs), default=(0, True, 0, None))[3]

    def _is_name(self, word: str) -> bool:
        """Tell whether a word of the articles is a name: written with a capital, and in no dictionary."""
        return len(word) >= LONG_NAME and self._spellings[word][0].isupper() and word not in dictionary()

    def _write_like(self, typed: str, found: str) -> str:
        """Return a word with the capitals of the articles, or those that it was typed with."""
        spelling = self._spellings.get(found, found)
        if typed[0].isupper() and spelling[0].islower():
            return spelling.capitalize()
        return spelling

    def _capitalise(self, question: str) -> str:
        """Return a question written without capitals with those that its words have in the articles."""
        return WORD.sub(
            lambda match: match[0] if match[0] in stop_words() else self._spellings.get(match[0], match[0]), question
        )


def may_be_name(typed: str) -> bool:
    """Tell whether an unknown word may be a name that no article knows: short with a capital, or with one inside."""
    inside = any(letter.isupper() for letter in typed[1:]) and not typed.isupper()
    return inside or (typed[0].isupper() and len(typed) < LONG_NAME)


@functools.lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a lower-case word without umlauts, however they are written: ``ä``, ``ae`` and ``a`` alike."""
    return UMLAUT_SPELLINGS.sub(lambda match: FOLDED[match[0]], word)


def fold_words(frequencies: Mapping[str, int]) -> dict[str, str]:
    """Return words by their folded form; of several the most frequent."""
    folded: dict[str, str] = {}
    for word in sorted(frequencies, key=lambda word: (-frequencies[word], word)):
        if len(word) >= SHORTEST:
            folded.setdefault(fold(word), word)
    return folded


def group_by_length(words: Iterable[str]) -> dict[int, list[str]]:
    """Return words by their number of letters, in order."""
    groups: dict[int, list[str]] = {}
    for word in sorted(words):
        groups.setdefault(len(word), []).append(word)
    return groups


def slips(word: str) -> int:
    """Return how many slips are forgiven in a word of its length."""
    return 1 if len(word) < LONG else 2


def find_near(word: str, groups: Mapping[int, list[str]], *, most: int) -> list[tuple[str, int]]:
    """Return the words with the same first letter that are at most so many slips away, with the distance.

    A slip is a letter too many, too few, a wrong one, or two swapped (Damerau 1964).
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    choices = [other for length in range(len(word) - most, len(word) + most + 1) for other in groups.get(length, ())]
    found = extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(other, int(distance)) for other, distance, _ in found if other[0] == word[0]]


_LOADING = threading.Lock()


def dictionary() -> Mapping[str, int]:
    """Return the words of German and English with their frequencies; read once, which takes half a second."""
    with _LOADING:
        return _read_dictionary()


@functools.cache
def _read_dictionary() -> Mapping[str, int]:
    from spellchecker import SpellChecker

    words: Counter[str] = Counter()
    for language in LANGUAGES:
        words.update(SpellChecker(language=language).word_frequency.dictionary)
    return words


@functools.cache
def folded_dictionary() -> dict[str, str]:
    """Return the words of the dictionary by their folded form."""
    return fold_words(dictionary())


@functools.cache
def dictionary_by_length() -> dict[int, list[str]]:
    """Return the folded words of the dictionary by their number of letters."""
    return group_by_length(folded_dictionary())


PLURALS = ("n", "en", "e", "es", "nen")
"""Endings of German nouns that names don't take; both take -s."""
UMLAUT_PLURALS = ("", "e", "er", "n")
LAST_VOWEL = re.compile(r"[aou](?=[^aeiou]*(?:e[lnr])?$)")


def is_german_noun(word: str) -> bool:
    """Tell whether a capitalised word is a German noun rather than a name: the dictionary has an inflection of it.

    Of a compound that the dictionary lacks the last part counts.
    """
    lowered = word.lower()
    words = dictionary()
    if lowered in words:
        return is_inflected(lowered)
    cuts = range(SHORTEST_PART, len(lowered) - SHORTEST_PART + 1)
    return any(is_inflected(lowered[cut:]) and is_linked(lowered[:cut]) for cut in cuts)


def is_linked(part: str) -> bool:
    """Tell whether the first part of a compound is a word, but for what links it to the next."""
    return any(part.endswith(link) and part[: len(part) - len(link)] in dictionary() for link in LINKS)


def is_inflected(noun: str) -> bool:
    """Tell whether the dictionary has a lower-case noun together with its plural or its singular, "Wiener" left out."""
    words = dictionary()
    changed = LAST_VOWEL.sub(lambda match: "äöü"["aou".index(match[0])], noun, count=1)
    return noun in words and (
        any(f"{noun}{ending}" in words for ending in PLURALS)
        or any(noun.endswith(ending) and noun[: -len(ending)] in words for ending in ("n", "en"))
        or (changed != noun and any(f"{changed}{ending}" in words for ending in UMLAUT_PLURALS))
        or (f"{noun}er" in words and f"{noun}erin" not in words)
    )
