"""The reader: question and passage read together by the e5 encoder, with a small adapter and two heads.

One pass over a few passages gives each sentence a score against "not here" (0: as likely to answer as not), and each
token a score to begin and to end the answer. The adapter is low-rank (Hu et al. 2021) and merged into the weights on
loading, so that reading costs what embedding costs. ``tests/benchmarks/fit_reader.py`` trains it.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore import Announce, Passage, fastest_precision, prepare_bundled_model

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
class Encoded:
    """Pairs of question and passage as tokens, shape (pairs, tokens).

    ``sentences`` holds for each token the number of its sentence, counted over all pairs, -1 outside; ``firsts`` the
    number of each pair's first sentence; ``offsets`` where a token starts and ends in its passage's text.
    """

    ids: Any
    mask: Any
    sentences: Any
    offsets: NDArray[np.int64]
    firsts: tuple[int, ...]
    count: int


def encode_pairs(tokenizer: Any, questions: Sequence[str], passages: Sequence[Passage]) -> Encoded:
    """Return pairs of a question and a passage as tokens."""
    import torch

    batch = tokenizer(
        [f"{PROMPT}{question}" for question in questions],
        [passage.text for passage in passages],
        truncation="only_second",
        max_length=LONGEST,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = batch["offset_mapping"].numpy()
    numbers = np.full(offsets.shape[:2], -1)
    firsts, count = [], 0
    for row, passage in enumerate(passages):
        second = np.array([kind == 1 for kind in batch.sequence_ids(row)])
        numbers[row] = number_tokens(offsets[row], second, passage.spans, count)
        firsts.append(count)
        count += len(passage.spans)
    return Encoded(
        batch["input_ids"], batch["attention_mask"], torch.from_numpy(numbers), offsets, tuple(firsts), count
    )


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


def pool_sentences(states: Any, numbers: Any, count: int) -> tuple[Any, Any]:
    """Return the mean state of each sentence's tokens, shape (sentences, d), and how many tokens each has."""
    import torch

    flat, places = states.reshape(-1, states.shape[-1]), numbers.reshape(-1)
    inside = places >= 0
    sums = torch.zeros(count, flat.shape[-1]).index_add_(0, places[inside], flat[inside])
    sizes = torch.zeros(count).index_add_(0, places[inside], torch.ones(int(inside.sum())))
    return sums / sizes.clamp(min=1)[:, None], sizes


class Reader:
    """Reads passages for a question; loaded on first use, safe for many threads.

    Args:
        cache_dir: where the bundled encoder is, or will be, prepared.
        weights: the adapter and the heads.
        load_encoder: returns the bundled encoder where it is in memory anyway; its word vectors, four fifths of its
            weights, are then shared. By default it is loaded from ``cache_dir``.
        announce: receives a line before long work.
    """

    def __init__(
        self,
        *,
        cache_dir: Path,
        weights: Path = WEIGHTS,
        load_encoder: Callable[[], Any] | None = None,
        announce: Announce = lambda line: None,
    ) -> None:
        self._cache_dir = cache_dir
        self._weights = weights
        self._load_encoder = load_encoder
        self._announce = announce
        self._lock = threading.RLock()
        # torch keeps workers and scratch memory for every thread that calls it, and a page has 160 of them
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._read_once = lru_cache(maxsize=REMEMBERED)(self._read)
        self._loaded: tuple[Any, Any, dict[str, Any]] | None = None

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """Return what is read in each passage; the latest readings are remembered."""
        return self._read_once(question, tuple(passages)) if passages else ()

    def _read(self, question: str, passages: tuple[Passage, ...]) -> tuple[Reading, ...]:
        return self._worker.submit(self._read_here, question, passages).result()

    def _read_here(self, question: str, passages: tuple[Passage, ...]) -> tuple[Reading, ...]:
        import torch

        with self._lock, torch.inference_mode():
            tokenizer, encoder, heads = self._load()
            encoded = encode_pairs(tokenizer, [question] * len(passages), passages)
            states = encoder(input_ids=encoded.ids, attention_mask=encoded.mask).last_hidden_state.float()
            pooled, sizes = pool_sentences(states, encoded.sentences, encoded.count)
            scores = (pooled @ heads["sentence.weight"].T)[:, 0] + heads["sentence.bias"]
            scores = scores.masked_fill(sizes == 0, UNREAD).numpy()
            edges = (states @ heads["span.weight"].T + heads["span.bias"]).numpy()
        return tuple(make_reading(passage, row, encoded, scores, edges[row]) for row, passage in enumerate(passages))

    def _load(self) -> tuple[Any, Any, dict[str, Any]]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load_parts()
            return self._loaded

    def _load_parts(self) -> tuple[Any, Any, dict[str, Any]]:
        """Return tokenizer, encoder with the adapter merged into it, and heads."""
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer

        folder = prepare_bundled_model(self._cache_dir, announce=self._announce)
        tensors = load_file(self._weights)
        heads = {name: tensors.pop(name).float() for name in list(tensors) if name.startswith(("sentence.", "span."))}
        if self._load_encoder:
            encoder = copy_layers(self._load_encoder())
        else:
            encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, dtype=fastest_precision())
        merge_adapter(encoder, tensors)
        return AutoTokenizer.from_pretrained(folder), encoder.eval(), heads


def copy_layers(encoder: Any) -> Any:
    """Return an encoder with layers of its own and the word vectors of another, which no adapter changes."""
    shared = {id(weight): weight for weight in encoder.embeddings.parameters()}
    return copy.deepcopy(encoder, shared)


def merge_adapter(encoder: Any, tensors: dict[str, Any]) -> None:
    """Add the product of each pair of low-rank matrices to the weight that it belongs to."""
    import torch

    with torch.no_grad():
        for name in [name.removesuffix(".up") for name in tensors if name.endswith(".up")]:
            weight = encoder.get_submodule(name).weight
            change = tensors[f"{name}.up"].float() @ tensors[f"{name}.down"].float()
            weight.copy_((weight.float() + change).to(weight.dtype))


def make_reading(passage: Passage, row: int, encoded: Encoded, scores: Vector, edges: Vector) -> Reading:
    """Return the scores of a passage's sentences, and the best span inside each."""
    first = encoded.firsts[row]
    numbers = encoded.sentences[row].numpy()
    starts, ends = (log_softmax(edges[:, side], numbers >= 0) for side in (0, 1))
    spans = [
        best_span(passage, np.flatnonzero(numbers == first + place), encoded.offsets[row], starts, ends)
        for place in range(len(passage.sentences))
    ]
    return Reading(tuple(float(score) for score in scores[first : first + len(spans)]), tuple(spans))


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
