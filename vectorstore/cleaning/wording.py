"""What pages say in their buttons, notices and headings: patterns kept as text, one a line, for anybody to add to.

The lists stand in ``phrases``. They are read and compiled when first needed, and once.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

PHRASE_WORDS = 7  # of the longest button: "Mehr Artikel zu diesem Thema anzeigen"
REMEMBERED = 10_000  # short phrases whose kind is remembered: a page's lines are looked at in every round

_BETWEEN = re.compile(r"\s*(?:[|·•,/>»›\[\]\t–—]|\s-\s)\s*")
_TRIM = re.compile(r"^[\W_]+|[\W\d_]+$")  # "Kommentare (12)" is a button, too
_GLUED = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")


def read_patterns(package: str, name: str) -> tuple[str, ...]:
    """Return the patterns of a text file inside a package: one a line; blank lines and ``#`` comments say nothing."""
    lines = files(package).joinpath(name).read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def wording(name: str) -> re.Pattern[str]:
    """Compile a list of ``phrases``: a pattern that matches where any of its lines does, whatever the case."""
    patterns = read_patterns("vectorstore.cleaning", f"phrases/{name}.txt")
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def says(name: str, words: str, longest: int) -> bool:
    """Tell whether a whole line is one of the phrases of a list; one that is longer than they get is not looked at."""
    return len(words) <= longest and wording(name).fullmatch(words) is not None


def mentions(name: str, words: str) -> bool:
    """Tell whether one of the phrases of a list occurs in a line."""
    return wording(name).search(words) is not None


def count_phrases(line: str, *names: str) -> int:
    """Count the phrases that a line is made of and nothing else; 0 if anything else stands in it.

    "Teilen | Drucken" and "ImpressumDatenschutz" are two. Words are tried from left to right, each stretch of them
    once, so that a line takes time by its length however it can be read.
    """
    count = 0
    for part in _BETWEEN.split(line):
        bare = _TRIM.sub("", part)
        if not bare:
            continue
        found = _count_in_row(bare, names) or _count_in_row(_GLUED.sub(" ", bare), names)
        if not found:
            return 0
        count += found
    return count


def share_of_phrases(line: str, *names: str) -> float:
    """Return the share of a line's words that are in phrases of the lists, from left to right, the longest first."""
    words = [_TRIM.sub("", word) for word in line.split()]
    known = start = 0
    while start < len(words):
        ends = range(min(len(words), start + PHRASE_WORDS), start, -1)
        end = next((end for end in ends if _is_phrase(" ".join(words[start:end]), names)), start)
        known += end - start
        start = max(end, start + 1)
    return known / max(1, len(words))


def _count_in_row(part: str, names: tuple[str, ...]) -> int:
    """Count the phrases in a row of words, as few as can be."""
    words = part.split()
    fewest = {0: 0}  # words read so far: phrases that they are made of
    for start in range(len(words)):
        if start not in fewest:
            continue
        for end in range(start + 1, min(len(words), start + PHRASE_WORDS) + 1):
            phrase = " ".join(words[start:end])
            if _is_phrase(phrase, names):
                fewest[end] = min(fewest.get(end, len(words)), fewest[start] + 1)
    return fewest.get(len(words), 0)


@lru_cache(maxsize=REMEMBERED)
def _is_phrase(phrase: str, names: tuple[str, ...]) -> bool:
    return any(wording(name).fullmatch(phrase) for name in names)
