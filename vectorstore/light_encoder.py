"""The bundled encoder in numpy, for a process that is asked one question.

Importing torch takes a second, and running a question and three passages through the twelve layers in numpy a third of
one: who asks once is served sooner without torch. The vectors are those of the model in single precision (1 minus the
cosine below .00001, as a test tells). Who asks more is served faster by ``packed_encoder``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.checkpoint import Checkpoint

FloatMatrix = NDArray[np.float32]

ERF_SCALE = 0.3275911
ERF_TERMS = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
"""The error function as a polynomial, off by .00000015 at most (Abramowitz and Stegun 1964, 7.1.26)."""
QKV = ("query", "key", "value")


class LightEncoder:
    """Runs a BERT encoder in single precision; safe for several threads.

    Args:
        checkpoint: its weights.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._words, self._layers = checkpoint.words, checkpoint.layers
        self._heads, self._epsilon = checkpoint.heads, checkpoint.epsilon
        self._tensors = {name: values.astype(np.float32, copy=False) for name, values in checkpoint.tensors.items()}

    def mean_vectors(self, texts: Sequence[Sequence[int]]) -> FloatMatrix:
        """Return the mean of each text's token vectors, shape (texts, d), not scaled to unit length.

        Args:
            texts: the token ids of each text, at least one each, special ones included.
        """
        means = [states.mean(axis=0) for states in self.token_vectors(texts)]
        return np.stack(means) if means else np.zeros((0, self._words.shape[1]), np.float32)

    def token_vectors(self, texts: Sequence[Sequence[int]]) -> list[FloatMatrix]:
        """Return the vectors of each text's tokens, shape (tokens, d)."""
        if len(texts) < 2:
            return [self._encode(text) for text in texts]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # numpy lets go of the interpreter while it computes
            return list(pool.map(self._encode, texts))

    def _encode(self, text: Sequence[int]) -> FloatMatrix:
        words = self._words[np.asarray(text)].astype(np.float32)
        places = self._tensors["embeddings.position_embeddings.weight"][: len(text)]
        kind = self._tensors["embeddings.token_type_embeddings.weight"][0]
        tokens = self._normalise(words + places + kind, "embeddings.LayerNorm")
        for layer in self._layers:
            mixed = self._project(self._attend(tokens, layer), f"{layer}attention.output.dense")
            tokens = self._normalise(mixed + tokens, f"{layer}attention.output.LayerNorm")
            wide = gelu(self._project(tokens, f"{layer}intermediate.dense"))
            tokens = self._normalise(self._project(wide, f"{layer}output.dense") + tokens, f"{layer}output.LayerNorm")
        return tokens

    def _project(self, tokens: FloatMatrix, name: str) -> FloatMatrix:
        projected: FloatMatrix = tokens @ self._tensors[f"{name}.weight"].T
        projected += self._tensors[f"{name}.bias"]
        return projected

    def _attend(self, tokens: FloatMatrix, layer: str) -> FloatMatrix:
        """Mix the tokens, each head for itself."""
        count, heads = len(tokens), self._heads
        query, key, value = (
            self._project(tokens, f"{layer}attention.self.{part}").reshape(count, heads, -1).transpose(1, 0, 2)
            for part in QKV
        )
        near: FloatMatrix = query @ key.transpose(0, 2, 1)
        near *= np.float32(query.shape[-1] ** -0.5)
        near -= near.max(axis=-1, keepdims=True)
        np.exp(near, out=near)
        near /= near.sum(axis=-1, keepdims=True)
        mixed: FloatMatrix = (near @ value).transpose(1, 0, 2).reshape(count, -1)
        return mixed

    def _normalise(self, tokens: FloatMatrix, name: str) -> FloatMatrix:
        """Return the tokens' vectors with mean 0 and variance 1, scaled and moved as was learnt (layer norm)."""
        centred: FloatMatrix = tokens - tokens.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        centred /= np.sqrt(variance + np.float32(self._epsilon))
        centred *= self._tensors[f"{name}.weight"]
        centred += self._tensors[f"{name}.bias"]
        return centred


def gelu(values: FloatMatrix) -> FloatMatrix:
    """Return x times the probability that a normal variable is below x (Hendrycks and Gimpel 2016)."""
    result: FloatMatrix = values * (np.float32(0.5) + np.float32(0.5) * error_function(values * np.float32(2**-0.5)))
    return result


def error_function(values: FloatMatrix) -> FloatMatrix:
    """Return erf, in single precision."""
    size = np.abs(values)
    part = np.float32(1) / (np.float32(1) + np.float32(ERF_SCALE) * size)
    total: Any = np.float32(0)
    for term in ERF_TERMS:
        total = (total + np.float32(term)) * part
    result: FloatMatrix = np.copysign(np.float32(1) - total * np.exp(-size * size), values)
    return result
