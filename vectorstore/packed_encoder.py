"""The bundled encoder run over many texts at once without padding.

All tokens of a batch stand in one long row, so that each layer's products are few and large; only attention looks at
the texts one by one, those of equal length together and so without a mask. The vectors are those of the model itself
(cosine .99998 and more); see tests/benchmarks/README.md for the gain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

TOKENS = 4096
"""Tokens in a batch: enough for large products, 60 MB of memory in the widest layer."""


class PackedEncoder:
    """Runs a BERT encoder's own weights over texts of any length.

    Args:
        bert: a ``transformers.BertModel`` with absolute positions; it is read, never changed.
    """

    def __init__(self, bert: Any) -> None:
        import torch

        self._embeddings = bert.embeddings
        self._heads = int(bert.config.num_attention_heads)
        self._layers = [
            (
                layer,
                torch.cat([getattr(layer.attention.self, name).weight for name in ("query", "key", "value")]),
                torch.cat([getattr(layer.attention.self, name).bias for name in ("query", "key", "value")]),
            )
            for layer in bert.encoder.layer
        ]

    def mean_vectors(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return the mean of each text's token vectors.

        Args:
            texts: the token ids of each text, at least one each, special ones included.

        Returns:
            Shape (texts, d), in the order of ``texts``; not scaled to unit length.
        """
        import torch

        means: dict[int, NDArray[np.float32]] = {}
        with torch.inference_mode():
            for batch in _batches(texts):
                vectors = self._encode([texts[number] for number in batch]).numpy()
                means.update(zip(batch, vectors, strict=True))
        width = self._embeddings.word_embeddings.weight.shape[1]
        return np.stack([means[number] for number in range(len(texts))]) if means else np.zeros((0, width), np.float32)

    def _encode(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the mean vectors of texts that are sorted by length."""
        import torch
        from torch.nn import functional

        lengths = torch.tensor([len(text) for text in texts])
        groups = [(length, len(list(group))) for length, group in groupby(map(len, texts))]
        tokens = self._embed(texts)
        for layer, weight, bias in self._layers:
            mixed = self._attend(functional.linear(tokens, weight, bias), groups)
            attended = layer.attention.output
            tokens = attended.LayerNorm(attended.dense(mixed) + tokens)
            tokens = layer.output.LayerNorm(layer.output.dense(layer.intermediate(tokens)) + tokens)
        owners = torch.repeat_interleave(torch.arange(len(texts)), lengths)
        sums = torch.zeros(len(texts), tokens.shape[1]).index_add_(0, owners, tokens.float())
        return sums / lengths[:, None]

    def _embed(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the vectors with which the first layer begins, shape (tokens, d)."""
        import torch

        parts = self._embeddings
        words = parts.word_embeddings(torch.tensor([token for text in texts for token in text]))
        places = parts.position_embeddings(torch.cat([torch.arange(len(text)) for text in texts]))
        embedded: Tensor = parts.LayerNorm(words + places + parts.token_type_embeddings.weight[0])
        return embedded

    def _attend(self, projected: Tensor, groups: Sequence[tuple[int, int]]) -> Tensor:
        """Mix the tokens of each text.

        Args:
            projected: queries, keys and values side by side, shape (tokens, 3 d).
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
        return torch.cat(mixed)


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
