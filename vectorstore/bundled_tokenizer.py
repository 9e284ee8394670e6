"""The bundled model's tokenizer, of which a few texts need no more than the pieces that stand in them.

The whole one takes .6 s to load and 280 MB, for it builds a tree of 250,000 pieces. A Unigram tokenizer only ever
weighs pieces that are part of the text, so one of those alone cuts the text alike; it is made anew for each call, in
some milliseconds. For many texts the whole one is loaded.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundled_model import SPECIAL_PIECES, make_tokenizer, weights_path
from vectorstore.packed_weights import read_vocabulary

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MANY = 40_000
"""Characters in one call from which the whole tokenizer is loaded, which takes .6 s: cutting to size costs some 10
microseconds each."""
REMEMBERED_WORDS = 20_000
"""Words whose pieces are remembered; ordinary text repeats its words."""
SPECIAL = re.compile("|".join(map(re.escape, SPECIAL_PIECES)))


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of texts as tokens: ids, and for each token where it starts and ends in the second text.

    ``offsets`` has shape (tokens, 2); ``second`` tells which tokens belong to the second text.
    """

    ids: list[int]
    offsets: NDArray[np.int64]
    second: NDArray[np.bool_]


class BundledTokenizer:
    """Cuts texts into the bundled model's tokens; safe for several threads.

    Args:
        folder: where the model is prepared.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()
        self._whole: Tokenizer | None = None
        with weights_path().open("rb") as file:
            self._pieces, self._scores = read_vocabulary(file)
        self._ids = dict(zip(self._pieces, range(len(self._pieces)), strict=True))
        unlikely = int(self._scores.argmin())  # its score is what the price of <unk> is counted from
        self._always = (*range(len(SPECIAL_PIECES)), unlikely)
        self._longest = max(map(len, self._ids))
        self._empty = self._make(self._always)
        self._pieces_of = lru_cache(maxsize=REMEMBERED_WORDS)(self._find_pieces)

    def encode(self, texts: Sequence[str], *, most: int) -> list[list[int]]:
        """Return the ids of each text's tokens, special ones included, at most so many."""
        found, ids = self._encode(list(texts), texts)
        return [shorten([ids[token] for token in item.ids], most) for item in found]

    def encode_pairs(self, first: str, seconds: Sequence[str], *, most: int) -> list[Tokens]:
        """Return one text paired with each of others, as tokens, at most ``most``."""
        found, ids = self._encode([(first, second) for second in seconds], [first, *seconds])
        return [
            Tokens(
                shorten([ids[token] for token in item.ids], most),
                np.array(shorten(item.offsets, most), dtype=np.int64),
                np.array(shorten([kind == 1 for kind in item.sequence_ids], most)),
            )
            for item in found
        ]

    def _encode(self, inputs: Sequence[Any], texts: Sequence[str]) -> tuple[list[Encoding], Sequence[int]]:
        """Return what the library says of some texts or pairs, and the id of each token that it speaks of."""
        if self._whole or sum(map(len, texts)) > MANY:
            return self._load().encode_batch(inputs), range(len(self._ids))
        chosen = self._choose_pieces(texts)
        return self._make(chosen).encode_batch(inputs), chosen

    def _make(self, chosen: Sequence[int]) -> Tokenizer:
        """Return a tokenizer of these pieces alone, which speaks of them by their place among them."""
        return make_tokenizer([(self._pieces[number], float(self._scores[number])) for number in chosen])

    def _load(self) -> Tokenizer:
        """Return the whole tokenizer, loading it on the first call."""
        from tokenizers import Tokenizer

        with self._loading:
            if self._whole is None:
                self._whole = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            return self._whole

    def _choose_pieces(self, texts: Iterable[str]) -> list[int]:
        """Return the ids of all pieces that stand in some texts, and of those that are needed always."""
        words = {word for text in texts for part in SPECIAL.split(text) for word in self._split(part)}
        found = {number for word in words for number in self._pieces_of(word)}
        return [*self._always, *sorted(found.difference(self._always))]

    def _split(self, text: str) -> Iterator[str]:
        """Yield the words of a text as the tokenizer sees them."""
        normal = self._empty.normalizer.normalize_str(text)
        yield from (word for word, _ in self._empty.pre_tokenizer.pre_tokenize_str(normal))

    def _find_pieces(self, word: str) -> frozenset[int]:
        """Return the ids of all pieces that stand in a word."""
        ends = range(1, len(word) + 1)
        parts = {word[start:end] for end in ends for start in range(max(0, end - self._longest), end)}
        return frozenset(number for part in parts if (number := self._ids.get(part)) is not None)


def shorten(items: Sequence[Any], most: int) -> list[Any]:
    """Return the first items and the very last one, which ends the text: at most so many."""
    return [*items] if len(items) <= most else [*items[: most - 1], items[-1]]
