"""The bundled model as it is run: texts -> tokens -> vectors, without the libraries that know every model.

Loaded on first use, in a fraction of a second but for the import of torch; with sentence-transformers it takes six.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from vectorstore.bundled_model import MAX_POSITIONS, Announce, prepare_bundled_model
from vectorstore.bundled_tokenizer import BundledTokenizer, Tokens
from vectorstore.checkpoint import Checkpoint, FloatMatrix, open_checkpoint, read_tensors
from vectorstore.light_encoder import LightEncoder
from vectorstore.packed_encoder import PackedEncoder

FEW = 4096
"""Tokens in one call from which torch is imported for them (estimated: numpy takes seconds by then, its import one)."""


class BundledNetwork:
    """The bundled model; safe for several threads.

    Args:
        cache_dir: where it is, or will be, prepared.
        light: whether few tokens are run without torch: for a process that is asked one question.
        announce: receives a line before it is prepared.
    """

    def __init__(self, cache_dir: Path, *, light: bool = False, announce: Announce = lambda line: None) -> None:
        self._cache_dir = cache_dir
        self._light = light
        self._announce = announce
        self._lock = threading.RLock()
        self._tokenizer: BundledTokenizer | None = None
        self._changes: Path | None = None
        self._lender: BundledNetwork | None = None
        self._encoders: dict[bool, LightEncoder | PackedEncoder] = {}

    def adapted(self, changes: Path) -> BundledNetwork:
        """Return the network with low-rank changes to its weights, from a safetensors file; the tokenizer is shared."""
        network = BundledNetwork(self._cache_dir, light=self._light, announce=self._announce)
        network._changes, network._lender = changes, self
        return network

    def mean_vectors(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the mean of each text's token vectors, shape (texts, d); what is beyond 512 tokens isn't read.

        Raises:
            ModelError: the model is not there, or can't be loaded.
        """
        with self._lock:  # with all cores at work, one after the other is as fast
            tokens = self.load_tokenizer().encode(texts, most=MAX_POSITIONS)
            return self._choose_encoder(tokens).mean_vectors(tokens)

    def read_pairs(self, first: str, seconds: Sequence[str], *, most: int) -> list[tuple[Tokens, FloatMatrix]]:
        """Return one text paired with each of others: its tokens, at most ``most``, and their vectors (tokens, d).

        Raises:
            ModelError: the model is not there, or can't be loaded.
        """
        with self._lock:
            pairs = self.load_tokenizer().encode_pairs(first, seconds, most=most)
            texts = [pair.ids for pair in pairs]
            return list(zip(pairs, self._choose_encoder(texts).token_vectors(texts), strict=True))

    def load_tokenizer(self) -> BundledTokenizer:
        """Return the tokenizer, loading it on the first call.

        Raises:
            ModelError: the model is not there.
        """
        if self._lender:
            return self._lender.load_tokenizer()
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = BundledTokenizer(prepare_bundled_model(self._cache_dir, announce=self._announce))
            return self._tokenizer

    def load_checkpoint(self) -> Checkpoint:
        """Return the weights, read anew: encoders keep what they compute with, and the file takes 20 ms.

        Raises:
            ModelError: the model is not there, or can't be loaded.
        """
        checkpoint = open_checkpoint(prepare_bundled_model(self._cache_dir, announce=self._announce))
        return checkpoint.adapted(read_tensors(self._changes)) if self._changes else checkpoint

    def _choose_encoder(self, texts: Sequence[Sequence[int]]) -> LightEncoder | PackedEncoder:
        """Return the encoder for so many texts, loading it where it is the first time."""
        light = self._light and sum(map(len, texts)) <= FEW
        if light not in self._encoders:
            checkpoint = self.load_checkpoint()
            self._encoders[light] = LightEncoder(checkpoint) if light else PackedEncoder(checkpoint)
        return self._encoders[light]
