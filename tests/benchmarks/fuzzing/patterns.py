"""Every regular expression of the product against texts made to wear it out: each of its repeats in turn, long."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

from re import _constants as kinds  # type: ignore[attr-defined]  # isort: skip
from re import _parser as parser  # type: ignore[attr-defined]  # isort: skip

LAYERS = ("vectorstore", "assistant", "ui")
MANY = 10
"""Repeats from which a part of a pattern may be long."""
REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
CATEGORIES = {
    kinds.CATEGORY_DIGIT: "7",
    kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_WORD: "a",
    kinds.CATEGORY_NOT_DIGIT: "a",
    kinds.CATEGORY_NOT_SPACE: "a",
    kinds.CATEGORY_NOT_WORD: "-",
}
ENDS = ("", "\x01", "  x x x x x x x x x x")
"""What comes behind, so that the pattern doesn't fit at the last: what few things are, and what is no single word."""
LIKELY = "aA1 .-,\n\t/(\"'äx9_:;[]<>"
"""Characters tried where a pattern wants any but some."""


def find_patterns(layers: Sequence[str] = LAYERS) -> dict[str, re.Pattern[str]]:
    """Return the compiled patterns that stand in the modules of these packages, by their full names."""
    found: dict[str, re.Pattern[str]] = {}
    for layer in layers:
        package = importlib.import_module(layer)
        for info in pkgutil.walk_packages(package.__path__, f"{layer}."):
            if "child" in info.name:
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for place, pattern in enumerate(patterns_in(value)):
                    if all(pattern is not other for other in found.values()):
                        found[f"{info.name}.{name}[{place}]"] = pattern
    return found


def patterns_in(value: Any) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that a constant holds."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from patterns_in(one)


def attack(pattern: re.Pattern[str], length: int, *, seed: int = 0) -> Iterator[str]:
    """Yield texts of about a length that nearly fit a pattern: each long repeat in turn is drawn out to it."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    repeats = count_repeats(tree)
    for pumped in range(repeats):
        for ended in ENDS:
            maker = Maker(random.Random(f"{seed}{pumped}"), pumped, length)
            yield maker.make(tree)[: 2 * length] + ended


def count_repeats(tree: Any) -> int:
    """Return how many parts of a pattern may be repeated often."""
    maker = Maker(random.Random(0), -1, 1, every=True)
    maker.make(tree)
    return maker.met


class Maker:
    """Makes a text that fits a parsed pattern, one of its repeats drawn out to a length.

    ``every`` takes each branch in turn, so that all repeats are met and counted.
    """

    def __init__(self, rng: random.Random, pumped: int, length: int, *, every: bool = False) -> None:
        self._rng, self._pumped, self._length = rng, pumped, length
        self._groups: dict[int, str] = {}
        self._every = every
        self.met = 0

    def make(self, tree: Any) -> str:
        """Return a text that fits."""
        return "".join(self._one(kind, value) for kind, value in tree)

    def _one(self, kind: Any, value: Any) -> str:
        if kind in REPEATS:
            return self._repeat(*value)
        if kind is kinds.SUBPATTERN:
            text = self.make(value[-1])
            self._groups[value[0]] = text
            return text
        if kind is kinds.BRANCH:
            return self._branch(value[1])
        if kind is kinds.ATOMIC_GROUP:
            return self.make(value)
        if kind is kinds.GROUPREF:
            return self._groups.get(value, "")
        return self._character(kind, value)

    def _branch(self, branches: Sequence[Any]) -> str:
        before = self.met
        made = [(self.make(branch), before, self.met) for branch in branches]
        pumped = [text for text, first, last in self._spans(branches, made) if first <= self._pumped < last]
        return pumped[0] if pumped else self._rng.choice(made)[0]

    def _spans(self, branches: Sequence[Any], made: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
        reached = made[0][1] if made else 0
        for text, _, last in made:
            yield text, reached, last
            reached = last

    def _repeat(self, least: int, most: int, inner: Any) -> str:
        if most < MANY:
            count = max(least, self._rng.randint(0, 1))
            text = self.make(inner)
            return text * count
        number, self.met = self.met, self.met + 1
        text = self.make(inner)
        if number == self._pumped and text:
            return text * min(most, self._length // len(text) + 1)
        return text * max(least, 1)

    def _character(self, kind: Any, value: Any) -> str:
        if kind is kinds.LITERAL:
            return chr(value)
        if kind is kinds.NOT_LITERAL:
            return next(one for one in LIKELY if one != chr(value))
        if kind is kinds.ANY:
            return "a"
        if kind is kinds.IN:
            return self._among(value)
        return ""  # anchors and what only looks around

    def _among(self, choices: Sequence[Any]) -> str:
        if choices[0][0] is kinds.NEGATE:
            source = [one for one in LIKELY if not any(fits(one, choice) for choice in choices[1:])]
            return source[0] if source else "\u4e00"
        kind, value = self._rng.choice(list(choices))
        if kind is kinds.RANGE:
            return chr(self._rng.choice((value[0], value[1])))
        return CATEGORIES.get(value, "a") if kind is kinds.CATEGORY else chr(value)


def fits(character: str, choice: tuple[Any, Any]) -> bool:
    """Tell whether a character is one of those that a part of a set means."""
    kind, value = choice
    if kind is kinds.LITERAL:
        return character == chr(value)
    if kind is kinds.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    classes = {kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_SPACE: r"\s", kinds.CATEGORY_WORD: r"\w"}
    return re.match(classes.get(value, r"(?!)"), character) is not None
