"""Is what was said a right answer? The rules of SQuAD (Rajpurkar et al. 2016), adapted to German.

Case, punctuation and articles don't count; umlauts do; a number counts by its value, not by how it is written. Figures
are compared as written ("380" is in "380 Milliarden") and multiplied out ("2,5 Millionen" is "2.500.000"); the better
of the two counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from assistant.numerals import multiply_scales, tokenize

ARTICLES = frozenset(
    "der die das den dem des ein eine einen einem einer eines the a an".split()  # noqa: SIM905 - read as a list
)
Tokens = tuple[str, ...]


@lru_cache(maxsize=50_000)
def normalise(text: str) -> tuple[Tokens, Tokens]:
    """Return the tokens that count, with figures as written and multiplied out.

    A text of articles only ("die") keeps them, so that it doesn't equal the empty text.
    """
    tokens = tokenize(text)
    kept = tuple(token for token in tokens if token not in ARTICLES) or tokens
    return kept, multiply_scales(kept)


def exact_match(said: str, answers: Sequence[str]) -> float:
    """Return 1 where a text equals one of the right answers after normalisation, otherwise 0."""
    return best(said, answers, lambda ours, theirs: float(ours == theirs))


def f1(said: str, answers: Sequence[str]) -> float:
    """Return the harmonic mean of the shares of tokens in common, 0 to 1, with the right answer where it is highest."""
    return best(said, answers, overlap)


def contains(text: str, answers: Sequence[str]) -> bool:
    """Tell whether a right answer's tokens stand in a text, side by side and in order."""
    return best(text, answers, lambda ours, theirs: float(has_run(ours, theirs))) > 0


def agrees(span: str, answers: Sequence[str]) -> bool:
    """Tell whether a span lies in a right answer or a right answer in it."""
    return contains(span, answers) or any(contains(answer, [span]) for answer in answers)


def best(text: str, answers: Sequence[str], compare: Callable[[Tokens, Tokens], float]) -> float:
    """Return the highest value that a comparison gives for any of the answers, in either form of its figures."""
    forms = normalise(text)
    values = (
        compare(ours, theirs)
        for answer in answers
        for ours, theirs in zip(forms, normalise(answer), strict=True)
        if theirs
    )
    return max(values, default=0.0)


def overlap(ours: Tokens, theirs: Tokens) -> float:
    """Return F1 over the two bags of tokens."""
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs)) if shared else 0.0


def has_run(text: Tokens, wanted: Tokens) -> bool:
    """Tell whether tokens stand in a text as one run; the last word may be in the genitive ("Mannings Pass")."""
    run, joined = " ".join(wanted), f" {' '.join(text)} "
    return f" {run} " in joined or f" {run}s " in joined
