"""Which articles are printed copies of one another: one text that several outlets took over, edited lightly.

Copies share their sentences, verbatim or nearly. MinHash signatures (Broder 1997) in bands name the
pairs worth a look among thousands of articles; each of them is then compared sentence by sentence. A changed figure is
news: two texts that differ in one are never copies. Whether two texts are copies depends on these two alone, and the
groups on nothing but the texts, so that nothing is stored that could go stale.
"""

from __future__ import annotations

import functools
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHARE = 0.7
"""Of the shorter text, by characters, that must stand in the longer: of the labelled copies .87 and more does, of a
follow-up that repeats two paragraphs .63 (tests/benchmarks/near_copies); two outlets may each add a paragraph."""
LEAST_OF_LONGER = 0.5
"""Of the longer text that must stand in the shorter: a digest that prints a short report among others is no copy. Of
the labelled copies .72 and more does, of follow-ups .43 and less, of digests .36."""
ALIKE = 90.0
"""Per cent of the letters that two sentences must share to be nearly the same: "gestern" for "am Montag" in a sentence
of usual length, but no other statement."""
CHANGED = 80.0
"""Per cent from which a sentence with another figure is the same sentence with that figure changed."""
SHINGLE = 3
"""Words; longer ones lose lightly edited sentences, shorter ones are shared by texts that have nothing in common."""
BANDS, ROWS = 48, 4
"""Two texts that share a part s of their shingles meet in a band with probability 1 - (1 - s^4)^48: .95 at one half,
.99 at .55, .07 at one fifth."""
SEED = 1
"""Of the hash functions; any."""
EMPTY = np.uint64(1 << 32)
"""Stands for the least hash of no shingles."""

QUOTATION_MARKS = {ord(mark): None for mark in "\"'„“”‚‘’»«›‹`´\u00ad"}
DASHES = {ord(mark): "-" for mark in "–—−‐‑"}
MARKS = QUOTATION_MARKS | DASHES
MARKED = frozenset(map(chr, MARKS))
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
WORDED = {
    **dict.fromkeys(("zwei", "two"), "2"),
    **dict.fromkeys(("drei", "three"), "3"),
    **dict.fromkeys(("vier", "four"), "4"),
    **dict.fromkeys(("fünf", "five"), "5"),
    **dict.fromkeys(("sechs", "six"), "6"),
    **dict.fromkeys(("sieben", "seven"), "7"),
    **dict.fromkeys(("acht", "eight"), "8"),
    **dict.fromkeys(("neun", "nine"), "9"),
    **dict.fromkeys(("zehn", "ten"), "10"),
    **dict.fromkeys(("elf", "eleven"), "11"),
    **dict.fromkeys(("zwölf", "twelve"), "12"),
    **dict.fromkeys(("hundert", "hundred"), "100"),
    **dict.fromkeys(("tausend", "thousand"), "1000"),
    **dict.fromkeys(("million", "millionen", "millions", "mio"), "10^6"),
    **dict.fromkeys(("milliarde", "milliarden", "billion", "billions", "mrd", "bn"), "10^9"),
}
"""Numbers in words; "ein" is left out, for it is an article as well."""
NUMBER = re.compile(rf"{FIGURE.pattern}|\b(?:{'|'.join(sorted(WORDED, key=len, reverse=True))})\b")
WEEKDAY = re.compile(
    r"\b((?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
DAY = re.compile(
    rf"\b(?:(?:am|on|seit|vom|bis) )?(?:{WEEKDAY.pattern[2:]}|gestern|heute|yesterday|today)"
    r"(?:s| ?(?:vor|nach)?mittag| ?abend| ?morgen| ?nacht)? ?\b"
)
DATELINE = re.compile(
    r"[^\W\d_][\w./]*+(?: [^\W\d_][\w./]*+){0,3} ?"  # the place; possessive, or a word of 200 letters takes seconds
    r"(?:, (?:den |am )?\d{1,2}\. ?[\w.]+(?: \d{4})?|, [a-z]+\.? \d{1,2}(?:, \d{4})?)?"
    r"(?: ?\([^()\d]{2,40}\) ?[-:.]?| ?[-:]) "
)
"""A place, perhaps a day, perhaps an agency, in normalised text: "kiel, 3. mai (nda) - "."""
LEAST_AFTER_DATELINE = 30
"""Characters that must follow; what is shorter is a sentence with a dash in it."""

Text = tuple[str, ...]
"""The sentences of an article, normalised."""
Bands = NDArray[np.uint64]


def normalise(sentence: str) -> str:
    """Return a sentence without what printing changes: case, white space, quotation marks, kinds of dashes."""
    plain = sentence if MARKED.isdisjoint(sentence) else sentence.translate(MARKS)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def without_dateline(sentence: str) -> str:
    """Return an article's first sentence, normalised, without the place, day and agency that outlets put before it."""
    found = DATELINE.match(sentence)
    return sentence[found.end() :] if found and len(sentence) - found.end() >= LEAST_AFTER_DATELINE else sentence


@dataclass(frozen=True, slots=True)
class Gist:
    """What of a normalised sentence is compared: its words without days, its figures and its days of the week.

    Figures are numbered, so that the second "3" of a sentence is told from the first.
    """

    words: str
    figures: frozenset[tuple[str, int]]
    days: frozenset[str]


@functools.lru_cache(maxsize=8_000)
def gist(sentence: str) -> Gist:
    """Return what of a normalised sentence is compared."""
    counted = Counter(map(write_figure, NUMBER.findall(sentence)))
    figures = frozenset((figure, number) for figure, count in counted.items() for number in range(count))
    return Gist(DAY.sub("", sentence), figures, frozenset(WEEKDAY.findall(sentence)))


def write_figure(number: str) -> str:
    """Return a number as it is compared: in figures, without separators of thousands, with a decimal point."""
    if THOUSANDS.fullmatch(number):
        return re.sub(r"[.,]", "", number)
    return WORDED.get(number, number.replace(",", "."))


def find_near(sentence: str, others: Iterable[str]) -> dict[str, float]:
    """Return the sentences that share so many of their letters that one may be the other, with the per cent.

    The nearest come first. Days that printing on another day changes ("gestern", "am Montag") are left out.
    """
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extract

    words = {other: gist(other).words for other in others}
    found = extract(gist(sentence).words, words, scorer=ratio, score_cutoff=CHANGED, limit=None)
    return {other: score for _, score, other in found}


def find_alike(sentence: str, near: Mapping[str, float]) -> str | None:
    """Return which of the near sentences is nearly the same.

    It has the same figures, and where it names a day of the week, the other names the same or none ("gestern").
    """
    own = gist(sentence)
    for other, score in near.items():
        theirs = gist(other)
        if score >= ALIKE and theirs.figures == own.figures and not differ(own.days, theirs.days):
            return other
    return None


def is_changed(sentence: str, near: Iterable[str]) -> bool:
    """Tell whether a near sentence is this one with a figure or a day changed; one more or one less is no change."""
    own = gist(sentence)
    others = map(gist, near)
    return any(differ(own.figures, theirs.figures) or differ(own.days, theirs.days) for theirs in others)


def differ(own: frozenset[Any], theirs: frozenset[Any]) -> bool:
    """Tell whether each of two sentences has something that the other lacks."""
    return not own <= theirs and not theirs <= own


def are_copies(one: Text, other: Text) -> bool:
    """Tell whether two texts are printed copies of one another."""
    shorter, longer = sorted((one, other), key=lambda text: (size(text), text))
    common = set(shorter) & set(longer)
    theirs = [sentence for sentence in longer if sentence not in common]
    left = (1 - SHARE) * size(shorter)
    for sentence in shorter:
        if sentence in common:
            continue
        near = find_near(sentence, theirs)
        alike = find_alike(sentence, near)
        if alike:
            common |= {sentence, alike}
        elif is_changed(sentence, near):
            return False
        else:
            left -= len(sentence)
        if left < 0:
            return False
    return sum(len(sentence) for sentence in longer if sentence in common) >= LEAST_OF_LONGER * size(longer)


def size(text: Text) -> int:
    """Return how many characters the sentences of a text have."""
    return sum(map(len, text))


def sign(texts: Iterable[Text]) -> list[Bands]:
    """Return the signature of each text, shape (BANDS,): texts that share much are alike in a band or several.

    Each number of it is the least of the hashes of all shingles, each by a hash function of its own (multiply-shift,
    Dietzfelbinger 1997), four of them mixed into one. A library for it (datasketch) imports scipy's integration, which
    takes longer than an answer.
    """
    chance = np.random.default_rng(SEED)
    factors, offsets = chance.integers(1, 1 << 63, size=(2, BANDS * ROWS, 1), dtype=np.uint64)
    odd = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)
    signatures = []
    for text in texts:
        hashes = np.array([zlib.crc32(shingle) for shingle in shingles(text)], dtype=np.uint64)
        least = ((factors * hashes + offsets) >> np.uint64(32)).min(axis=1, initial=EMPTY)
        signatures.append((least.reshape(BANDS, ROWS) * odd).sum(axis=1, dtype=np.uint64))
    return signatures


def shingles(text: Text) -> list[bytes]:
    """Return the runs of three words of each sentence, with its figures: a changed one changes them all."""
    found: list[bytes] = []
    for sentence in text:
        words = sentence.encode("utf-8", "surrogatepass").split()
        own = repr(sorted(gist(sentence).figures)).encode()
        starts = range(max(1, len(words) - SHINGLE + 1))
        found += [b" ".join(words[start : start + SHINGLE]) + own for start in starts]
    return found


def meet(bands: NDArray[np.uint64], is_new: NDArray[np.bool_]) -> set[tuple[int, int]]:
    """Return the pairs of rows, at least one of them new, that are alike in a band."""
    pairs: set[tuple[int, int]] = set()
    for column in bands.T:
        order = np.argsort(column, kind="stable")
        ends = np.flatnonzero(np.diff(column[order])) + 1
        starts = np.concatenate([[0], ends])
        lengths = np.diff(np.concatenate([starts, [len(order)]]))
        for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
            run = order[start : start + length]
            if is_new[run].any():
                pairs.update(
                    (one, other) for one, other in combinations(run.tolist(), 2) if is_new[one] or is_new[other]
                )
    return pairs


@dataclass(frozen=True, slots=True)
class CopyPairs:
    """Which of some texts are copies of one another, each text named by a key of its own.

    What was found out about two texts stays true as long as both are there, and is taken over when the texts change.
    """

    texts: Mapping[str, Text] = field(default_factory=dict)
    bands: Mapping[str, Bands] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()

    def renewed(self, texts: Mapping[str, Text]) -> CopyPairs:
        """Return the pairs among other texts; these stay as they are. The same key must stand for the same text."""
        new = {key: text for key, text in texts.items() if key not in self.texts}
        known = {**self.bands, **dict(zip(new, sign(new.values()), strict=True))}
        bands = {key: known[key] for key in sorted(texts)}
        kept = {pair for pair in self.pairs if pair[0] in texts and pair[1] in texts}
        if not new:
            return CopyPairs(texts, bands, frozenset(kept))
        keys = list(bands)
        is_new = np.array([key in new for key in keys])
        candidates = ((keys[one], keys[other]) for one, other in meet(np.stack(list(bands.values())), is_new))
        found = {(min(pair), max(pair)) for pair in candidates if are_copies(texts[pair[0]], texts[pair[1]])}
        return CopyPairs(texts, bands, frozenset(kept | found))

    def groups(self) -> list[frozenset[str]]:
        """Return the keys of texts that are copies of one another, or of copies of one another, two or more each."""
        return connect(self.pairs)


def connect(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Return what hangs together by pairs, directly or by others between."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    groups = []
    while near:
        group, reached = set(), {next(iter(near))}
        while reached:
            group |= reached
            reached = set().union(*(near.pop(key) for key in reached)) - group
        groups.append(frozenset(group))
    return groups
