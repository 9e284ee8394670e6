"""Vectors of sentences and words, each computed once: an answer's evidence is held against all of its statements."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]
Embed = Callable[[Sequence[str]], FloatMatrix]

REMEMBERED = 8_000
"""Texts whose vectors are kept, 12 MB of them: the words of some hundred answers."""


class RememberingEmbedder:
    """Embeds texts through another embedder, and remembers the latest; safe for several threads.

    Args:
        embed: returns the unit vectors of texts, shape (texts, d).
        most: texts remembered.
    """

    def __init__(self, embed: Embed, *, most: int = REMEMBERED) -> None:
        self._embed = embed
        self._most = most
        self._known: OrderedDict[str, FloatMatrix] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the unit vectors of texts, shape (texts, d)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._embed(missing), strict=True))
        self._remember(found)
        return np.stack([found[text] for text in texts])

    def _remember(self, found: dict[str, FloatMatrix]) -> None:
        with self._lock:
            for text, vector in found.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
