"""The reader: question and passage read together by the e5 encoder, with a small adapter and two heads.

One pass over a few passages gives each sentence a score against "not here" (0: as likely to answer as not), and each
token a score to begin and to end the answer. The adapter is low-rank (Hu et al. 2021) and merged into the weights on
loading, so that reading costs what embedding costs. ``tests/benchmarks/fit_reader.py`` trains it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore import Announce, BundledNetwork, Passage, Tokens, read_tensors

WEIGHTS = Path(__file__).with_name("weights.safetensors")
PROMPT = "query: "
"""What e5 puts before a question; the passage follows as the second text."""
LONGEST = 448
"""Tokens of question and passage; the longest passages have some 400."""
UNREAD = -20.0
"""The score of a sentence beyond the last token that is read."""
LONGEST_SPAN = 30
"""Tokens of a highlight."""
REMEMBERED = 256
"""Questions whose readings are remembered, 10 kB each: every visitor is offered the same examples, and reading is nine
tenths of an answer. A passage that has changed is another one."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a passage that may be the answer: offsets in the article, and the probability that it is."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one passage: for each of its sentences a score, and the best span inside it."""

    scores: tuple[float, ...]
    spans: tuple[Span | None, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """What scores a sentence by the mean of its tokens, and a token as the begin and as the end of the answer.

    The weights have shape (1, d) and (2, d), the biases (1,) and (2,).
    """

    sentence_weight: Vector
    sentence_bias: Vector
    span_weight: Vector
    span_bias: Vector


def number_tokens(
    offsets: NDArray[np.int64], second: NDArray[np.bool_], spans: Sequence[tuple[int, int]], first: int
) -> NDArray[np.int64]:
    """Return the number of the sentence in which each token of the second text begins, -1 for none."""
    if not spans:
        return np.full(len(offsets), -1)
    starts, ends = (np.array(side) for side in zip(*spans, strict=True))
    middles = (offsets[:, 0] + np.maximum(offsets[:, 1] - 1, offsets[:, 0])) // 2
    places = np.searchsorted(starts, middles, side="right") - 1
    inside = second & (offsets[:, 1] > offsets[:, 0]) & (places >= 0)
    inside &= middles < ends[np.maximum(places, 0)]
    return np.where(inside, first + places, -1)


class Reader:
    """Reads passages for a question; loaded on first use, safe for many threads.

    Args:
        cache_dir: where the bundled encoder is, or will be, prepared.
        weights: the adapter and the heads.
        announce: receives a line before long work.
        network: the bundled model, where it is in memory anyway; what no adapter changes is then shared.
    """

    def __init__(
        self,
        *,
        cache_dir: Path,
        weights: Path = WEIGHTS,
        announce: Announce = lambda line: None,
        network: BundledNetwork | None = None,
    ) -> None:
        self._weights = weights
        self._network = (network or BundledNetwork(cache_dir, announce=announce)).adapted(weights)
        self._lock = threading.Lock()
        # torch keeps workers and scratch memory for every thread that calls it, and a page has 160 of them
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._read_once = lru_cache(maxsize=REMEMBERED)(self._read)
        self._loaded: Heads | None = None

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """Return what is read in each passage; the latest readings are remembered."""
        return self._read_once(question, tuple(passages)) if passages else ()

    def _read(self, question: str, passages: tuple[Passage, ...]) -> tuple[Reading, ...]:
        return self._worker.submit(self._read_here, question, passages).result()

    def _read_here(self, question: str, passages: tuple[Passage, ...]) -> tuple[Reading, ...]:
        heads = self._load_heads()
        pairs = self._network.read_pairs(f"{PROMPT}{question}", [item.text for item in passages], most=LONGEST)
        read = zip(passages, pairs, strict=True)
        return tuple(make_reading(passage, tokens, states, heads) for passage, (tokens, states) in read)

    def _load_heads(self) -> Heads:
        with self._lock:
            if self._loaded is None:
                self._loaded = Heads(
                    **{
                        name.replace(".", "_"): values.astype(np.float32)
                        for name, values in read_tensors(self._weights).items()
                        if name.startswith(("sentence.", "span."))
                    }
                )
            return self._loaded


def make_reading(passage: Passage, tokens: Tokens, states: Vector, heads: Heads) -> Reading:
    """Return the scores of a passage's sentences, and the best span inside each.

    Args:
        passage: what was read.
        tokens: the question and the passage.
        states: their vectors, shape (tokens, d).
        heads: what scores them.
    """
    numbers = number_tokens(tokens.offsets, tokens.second, passage.spans, 0)
    edges = states @ heads.span_weight.T + heads.span_bias
    starts, ends = (log_softmax(edges[:, side], numbers >= 0) for side in (0, 1))
    scores, spans = [], []
    for number in range(len(passage.sentences)):
        inside = np.flatnonzero(numbers == number)
        score = heads.sentence_weight @ states[inside].mean(axis=0) + heads.sentence_bias if len(inside) else [UNREAD]
        scores.append(float(score[0]))
        spans.append(best_span(passage, inside, tokens.offsets, starts, ends))
    return Reading(tuple(scores), tuple(spans))


def log_softmax(values: Vector, valid: NDArray[np.bool_]) -> Vector:
    """Return log probabilities over the valid places."""
    shifted = np.where(valid, values, -np.inf)
    top = shifted.max(initial=-1e9)
    logs: Vector = (shifted - top - np.log(np.exp(shifted - top).sum() + 1e-30)).astype(np.float32)
    return logs


def best_span(
    passage: Passage, tokens: NDArray[np.int64], offsets: NDArray[np.int64], starts: Vector, ends: Vector
) -> Span | None:
    """Return the likeliest span within some tokens, ``None`` where there are none."""
    if len(tokens) == 0:
        return None
    joint = starts[tokens][:, None] + ends[tokens][None, :]
    allowed = np.triu(np.ones_like(joint, dtype=bool)) & ~np.triu(np.ones_like(joint, dtype=bool), LONGEST_SPAN)
    joint = np.where(allowed, joint, -np.inf)
    begin, end = np.unravel_index(int(joint.argmax()), joint.shape)
    start, stop = int(offsets[tokens[begin]][0]), int(offsets[tokens[end]][1])
    text = passage.text[start:stop]
    start += len(text) - len(text.lstrip())
    return Span(passage.start + start, passage.start + stop, float(np.exp(joint[begin, end])))
