"""One written sentence, held against the evidence: on which excerpts it stands, and how well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer import SUPPORT_RANKS, Support
from assistant.writing.citing_keys import Written
from assistant.writing.interfaces import Judge
from assistant.writing.orders import gives_orders
from assistant.writing.prompting import Excerpt

WhenUnsupported = Literal["replace", "drop", "mark"]
"""A sentence without support: the quote that it cites stands in its place, it is left out, or it is shown as such."""

FEWEST_WORDS = 4
"""Words of a sentence: "Im Herbst 2018." is in the evidence and still says nothing that could be checked."""
_WORD = re.compile(r"\w[\w.,'’-]*")


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with the excerpts that it stands on; ``wide`` says that it needs more of them than their quotes."""

    text: str
    keys: tuple[int, ...]
    support: Support
    score: float = 0.0
    wide: bool = False


def check_sentence(written: Written, excerpts: Sequence[Excerpt], judge: Judge) -> Checked:
    """Return what a sentence stands on, the best that is found: what it cites, or what it should have cited.

    A fragment, one with mark-up, and one that gives orders stand on nothing; the judge isn't asked.
    """
    best = Checked(written.text, written.keys, "unsupported")
    if written.suspicious or len(_WORD.findall(written.text)) < FEWEST_WORDS or gives_orders(written.text):
        return best
    for keys, wide in attempts(written, excerpts, judge):
        evidence = gather(keys, excerpts, wide=wide)
        if not evidence:
            continue
        said = judge.judge(written.text, evidence)
        if (SUPPORT_RANKS[said.support], said.score) > (SUPPORT_RANKS[best.support], best.score):
            best = Checked(written.text, keys, said.support, said.score, wide)
        if best.support == "supported":
            break
    return best


def attempts(written: Written, excerpts: Sequence[Excerpt], judge: Judge) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Yield the keys that a sentence may stand on, and whether their quotes' neighbours count: quotes alone first.

    Of several keys it is tried whether one alone is enough, for small models cite all they were given.
    """
    keys = written.keys
    for wide in (False, True):
        if len(keys) == 1:
            yield keys, wide
        found = find_key(written.text, excerpts, judge, wide=wide)
        if found is not None and (found,) != keys:
            yield (found,), wide
        if len(keys) > 1:
            yield keys, wide


def find_key(text: str, excerpts: Sequence[Excerpt], judge: Judge, *, wide: bool) -> int | None:
    """Return the key of the excerpt that supports a sentence, ``None`` where none does."""
    found = judge.find_support(text, [" ".join(gather([item.key], [item], wide=wide)) for item in excerpts])
    return excerpts[found].key if found is not None else None


def gather(keys: Sequence[int], excerpts: Sequence[Excerpt], *, wide: bool) -> list[str]:
    """Return the evidence behind keys, sentence by sentence."""
    return [text for item in excerpts if item.key in keys for text in (item.evidence if wide else item.quoted)]
