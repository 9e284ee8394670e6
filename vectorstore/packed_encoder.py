"""The bundled encoder run over many texts at once without padding.

All tokens of a batch stand in one long row, so that each layer's products are few and large; only attention looks at
the texts one by one, those of equal length together and so without a mask. The vectors are those of the model itself
(cosine .99998 and more); see tests/benchmarks/README.md for the gain. Of the libraries only torch is needed, whose
import takes one second; with those that know every model it is four.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.checkpoint import Checkpoint

if TYPE_CHECKING:
    from torch import Tensor

TOKENS = 4096
"""Tokens in a batch: enough for large products, 60 MB of memory in the widest layer."""
TILE = 16
"""Rows that the processor's matrix unit (AMX) takes at once."""
SPARE = 8
"""At most one row in so many is spare, of less than eight tiles one tile, so that batches have few different numbers of
rows. For each number torch prepares its products anew and keeps them: 80 pairs of texts of random lengths took 509 MB
and 194 ms each, with spare rows 197 MB and 133 ms."""

Array = NDArray[Any]
FloatMatrix = NDArray[np.float32]
Weights = tuple["Tensor", "Tensor"]
"""Weight and bias of a linear layer or of a layer norm."""


class PackedEncoder:
    """Runs a BERT encoder over texts of any length; safe for several threads.

    Args:
        checkpoint: its weights, with absolute positions.
        precision: the torch type that is computed in; by default the fastest.
    """

    def __init__(self, checkpoint: Checkpoint, *, precision: Any = None) -> None:
        self._precision = precision or fastest_precision()
        self._words, self._heads, self._epsilon = checkpoint.words, checkpoint.heads, checkpoint.epsilon
        tensors = checkpoint.tensors  # not kept: what is computed with is a copy
        self._first = self._take(tensors, "embeddings.LayerNorm")
        self._places = self._take_one(tensors, "embeddings.position_embeddings.weight")
        self._kind = self._take_one(tensors, "embeddings.token_type_embeddings.weight")[0]
        self._layers = [self._take_layer(tensors, name) for name in checkpoint.layers]

    def mean_vectors(self, texts: Sequence[Sequence[int]]) -> FloatMatrix:
        """Return the mean of each text's token vectors.

        Args:
            texts: the token ids of each text, at least one each, special ones included.

        Returns:
            Shape (texts, d), in the order of ``texts``; not scaled to unit length.
        """
        import torch

        means: dict[int, FloatMatrix] = {}
        with torch.inference_mode():
            for batch in _batches(texts):
                chosen = [texts[number] for number in batch]
                means.update(zip(batch, self._average(chosen, self._encode(chosen)).numpy(), strict=True))
        width = self._words.shape[1]
        return np.stack([means[number] for number in range(len(texts))]) if means else np.zeros((0, width), np.float32)

    def token_vectors(self, texts: Sequence[Sequence[int]]) -> list[FloatMatrix]:
        """Return the vectors of each text's tokens, shape (tokens, d); arguments as ``mean_vectors``."""
        import torch

        vectors: dict[int, FloatMatrix] = {}
        with torch.inference_mode():
            for batch in _batches(texts):
                chosen = [texts[number] for number in batch]
                parts = torch.split(self._encode(chosen).float(), [len(text) for text in chosen])
                vectors.update((number, part.numpy()) for number, part in zip(batch, parts, strict=True))
        return [vectors[number] for number in range(len(texts))]

    def _take_one(self, tensors: Mapping[str, Array], name: str) -> Tensor:
        import torch

        taken: Tensor = torch.from_numpy(tensors[name]).to(self._precision)
        return taken

    def _take(self, tensors: Mapping[str, Array], name: str) -> Weights:
        return self._take_one(tensors, f"{name}.weight"), self._take_one(tensors, f"{name}.bias")

    def _take_layer(self, tensors: Mapping[str, Array], layer: str) -> tuple[Weights, ...]:
        """Return what a layer multiplies by: queries, keys and values side by side, then the rest in its order."""
        import torch

        parts = [self._take(tensors, f"{layer}attention.self.{name}") for name in ("query", "key", "value")]
        rest = ("attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense")
        projection = torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts])
        return projection, *(self._take(tensors, layer + name) for name in (*rest, "output.LayerNorm"))

    def _average(self, texts: Sequence[Sequence[int]], tokens: Tensor) -> Tensor:
        """Return the means of the texts' tokens, shape (texts, d)."""
        import torch

        lengths = torch.tensor([len(text) for text in texts])
        owners = torch.repeat_interleave(torch.arange(len(texts)), lengths)
        sums = torch.zeros(len(texts), tokens.shape[1]).index_add_(0, owners, tokens.float())
        return sums / lengths[:, None]

    def _encode(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the vectors of all tokens of texts that are sorted by length, shape (tokens, d)."""
        from torch.nn import functional

        groups = [(length, len(list(group))) for length, group in groupby(map(len, texts))]
        count = sum(map(len, texts))
        tokens = functional.pad(self._embed(texts), (0, 0, 0, round_up(count) - count))
        for projection, attended, first, wide, narrow, second in self._layers:
            mixed = functional.linear(self._attend(functional.linear(tokens, *projection), groups), *attended)
            tokens = self._normalise(mixed + tokens, first)
            changed = functional.linear(functional.gelu(functional.linear(tokens, *wide)), *narrow)
            tokens = self._normalise(changed + tokens, second)
        return tokens[:count]

    def _normalise(self, tokens: Tensor, weights: Weights) -> Tensor:
        from torch.nn import functional

        return functional.layer_norm(tokens, tokens.shape[-1:], *weights, eps=self._epsilon)

    def _embed(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the vectors with which the first layer begins, shape (tokens, d)."""
        import torch

        rows = self._words[np.array([token for text in texts for token in text])]
        words = torch.from_numpy(rows).to(self._precision)
        places = torch.cat([self._places[: len(text)] for text in texts])
        return self._normalise(words + places + self._kind, self._first)

    def _attend(self, projected: Tensor, groups: Sequence[tuple[int, int]]) -> Tensor:
        """Mix the tokens of each text; what is spare is nothing.

        Args:
            projected: queries, keys and values side by side, shape (tokens, 3 d), with the spare rows behind.
            groups: the texts' lengths, and how many have it, in their order.
        """
        import torch
        from torch.nn import functional

        mixed = []
        start = 0
        for length, count in groups:
            end = start + length * count
            parts = projected[start:end].view(count, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            group = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
            mixed.append(group.transpose(1, 2).reshape(length * count, -1))
            start = end
        return functional.pad(torch.cat(mixed), (0, 0, 0, len(projected) - start))


def _batches(texts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield the numbers of the texts in batches of at most ``TOKENS`` tokens, the shortest first."""
    batch: list[int] = []
    tokens = 0
    for number in sorted(range(len(texts)), key=lambda number: len(texts[number])):
        if batch and tokens + len(texts[number]) > TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(number)
        tokens += len(texts[number])
    if batch:
        yield batch


def round_up(count: int) -> int:
    """Return how many rows a batch of so many tokens gets: whole tiles, of a size that fits ``SPARE``."""
    largest = 1 << (count.bit_length() - 1)  # the power of two below
    size = max(TILE, largest // SPARE)
    return -(-count // size) * size


def fastest_precision() -> Any:
    """Return bfloat16 where the processor multiplies it natively (AVX-512 BF16 or AMX), else float32.

    The vectors differ by a cosine of .0001, the speed by a factor of 2.5 (AMX, 2 cores).
    """
    import torch

    with suppress(AttributeError, RuntimeError):  # absent on some builds
        capabilities = torch.cpu.get_capabilities()
        if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
            return torch.bfloat16
    return torch.float32
