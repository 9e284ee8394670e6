"""Texts -> vectors, through sentence-transformers: the bundled model, or any other by name or folder.

A passage and its sentences are embedded in one pass (late chunking: a sentence's vector is the mean of its tokens'
vectors as they stand in the passage). That costs nothing beyond the passage itself, and the sentence is read in its
context. See Günther et al., "Late Chunking", arXiv:2409.04701.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from vectorstore.bundled_model import Announce, prepare_bundled_model
from vectorstore.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
"""The name in the settings that stands for the model that needs no download."""
BATCH = 8
"""Passages a batch, sorted by length; 8 wastes less on padding than 32: 47 against 37 passages/s in bfloat16, 19
against 12 in fp32 (XQuAD-de paragraphs, 2 cores)."""

FloatMatrix = NDArray[np.float32]
Span = tuple[int, int]

UNRELATED = (
    ("Wie lange muss ein Hefeteig gehen?", "Der Hefeteig geht an einem warmen Ort etwa eine Stunde."),
    ("Wer hat den Torwart gefoult?", "In der Nachspielzeit foulte ein Stürmer den Torwart."),
    ("When was the bridge painted?", "Workers painted the old bridge green last summer."),
    ("Which planet has the most moons?", "Saturn has more known moons than any other planet."),
)
"""Questions and answers on four matters; each question is unrelated to the answers of the others."""


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Unit vectors of one passage, shape (d,), and of its sentences, shape (sentences, d)."""

    passage: FloatMatrix
    sentences: FloatMatrix


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Which model turns text into vectors.

    ``name`` is ``bundled``, a folder, or a name on a model hub. ``query_prompt`` and ``passage_prompt`` stand before
    what is embedded; ``None`` takes the model's own.
    """

    name: str = BUNDLED
    query_prompt: str | None = None
    passage_prompt: str | None = None


class PassageEmbedder(Protocol):
    """What the index and the search need of a model; anything that offers these three can take its place."""

    @property
    def identity(self) -> str:
        """What vectors depend on: they must not be mixed with those of another identity."""

    def embed_question(self, text: str) -> FloatMatrix:
        """Return the question's unit vector, shape (d,)."""

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """Return the unit vectors of passages and of their sentences, whose places ``spans`` gives."""


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model as LangChain ``Embeddings``; loaded on first use, safe for several threads.

    Args:
        model: which one.
        cache_dir: where the bundled model is unpacked.
        announce: receives a line before the model is prepared.
    """

    def __init__(self, model: EmbeddingModel, *, cache_dir: Path, announce: Announce = lambda line: None) -> None:
        self.model = model
        self._cache_dir = cache_dir
        self._announce = announce
        self._lock = threading.RLock()  # a fast tokenizer refuses two threads at once
        self._loaded: SentenceTransformer | None = None

    @property
    def identity(self) -> str:
        """What vectors depend on: they must not be mixed with those of another identity."""
        return "|".join((self.model.name, self.model.query_prompt or "", self.model.passage_prompt or ""))

    def load(self) -> SentenceTransformer:
        """Return the model, loading it on the first call.

        Raises:
            ModelError: it is not there, or can't be loaded.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = load_model(self.model.name, self._cache_dir, self._announce)
            return self._loaded

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a unit vector for each text, as LangChain's interface asks."""
        vectors = self.embed_passages(texts, [()] * len(texts))
        return [pair.passage.tolist() for pair in vectors]

    def embed_query(self, text: str) -> list[float]:
        """Return the question's unit vector."""
        vector: list[float] = self.embed_question(text).tolist()
        return vector

    def embed_question(self, text: str) -> FloatMatrix:
        """Return the question's unit vector, shape (d,)."""
        model = self.load()
        with self._lock:
            prompt = self._prompt(model, "query", self.model.query_prompt)
            vector: FloatMatrix = encode(model, [prompt + text])[0]
            return vector

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """Embed passages together with their sentences.

        Args:
            texts: the passages.
            spans: for each passage the (start, end) of its sentences, in characters of the passage.

        Returns:
            One pair for each text, in the order of ``texts``.
        """
        model = self.load()
        prompt = self._prompt(model, "document", self.model.passage_prompt)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors: list[PassageVectors | None] = [None] * len(texts)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch = [(prompt, texts[index], spans[index]) for index in chosen]
            with self._lock:
                embedded = list(embed_batch(model, batch))
            for index, pair in zip(chosen, embedded, strict=True):
                vectors[index] = pair
        return [pair for pair in vectors if pair is not None]

    def _prompt(self, model: SentenceTransformer, kind: str, chosen: str | None) -> str:
        return chosen if chosen is not None else str(model.prompts.get(kind) or "")


def unrelated_cosine(embedder: PassageEmbedder) -> float:
    """Return the mean cosine of a question and a passage that have nothing to do with each other.

    Models differ widely in it (multilingual-e5-small .78, others near 0); with it their cosines can be compared.
    """
    questions = np.stack([embedder.embed_question(question) for question, _ in UNRELATED])
    answers = [answer for _, answer in UNRELATED]
    passages = np.stack([pair.passage for pair in embedder.embed_passages(answers, [()] * len(answers))])
    cosines = questions @ passages.T
    return float(cosines[~np.eye(len(UNRELATED), dtype=bool)].mean())


def load_model(name: str, cache_dir: Path, announce: Announce) -> SentenceTransformer:
    """Load a sentence-transformers model onto the processor, in half precision where that is faster.

    Raises:
        ModelError: it is not there, or can't be loaded.
    """
    import transformers.utils.logging as transformers_logging
    from sentence_transformers import SentenceTransformer

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if is_path(name) and not Path(name).exists():  # a hub would be asked for it
        raise ModelError(f"there is no embedding model at {name}; name a folder or a model that is there")
    bundled = name == BUNDLED
    place = str(prepare_bundled_model(cache_dir, announce=announce)) if bundled else name
    options: dict[str, Any] = {"dtype": fastest_precision()}
    if bundled:
        options["add_pooling_layer"] = False  # the package carries no weights for it, and mean pooling needs none
    try:
        return SentenceTransformer(place, device="cpu", model_kwargs=options, local_files_only=bundled)
    except Exception as error:  # a damaged folder raises whatever its reader raises, such as safetensors' own error
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        advice = "remove that folder to have it made anew" if bundled else "name a folder or a model that is there"
        raise ModelError(f"the embedding model {place} can't be loaded ({reason}); {advice}") from error


def is_path(name: str) -> bool:
    """Tell whether a name can only be a folder: on a hub it is ``model`` or ``owner/model``."""
    return Path(name).is_absolute() or name.startswith((".", "~")) or "\\" in name or len(Path(name).parts) > 2


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


def encode(model: SentenceTransformer, texts: list[str]) -> FloatMatrix:
    """Return unit vectors, shape (texts, d), for texts that already bear their prompt."""
    vectors = model.encode(texts, prompt="", batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False)
    return unit_rows(np.asarray(vectors, dtype=np.float32))


def embed_batch(model: SentenceTransformer, batch: list[tuple[str, str, Sequence[Span]]]) -> Iterator[PassageVectors]:
    """Yield the vectors of (prompt, passage, sentence spans), in one pass where the model's tokens can be pooled."""
    texts = [prompt + text for prompt, text, _ in batch]
    if not pools_tokens(model):
        yield from embed_separately(model, batch, texts)
        return
    passages, tokens, offsets = forward(model, texts)
    for row, (prompt, _, spans) in enumerate(batch):
        shifted = [(start + len(prompt), end + len(prompt)) for start, end in spans]
        yield PassageVectors(passages[row], pool_spans(tokens[row], offsets[row], shifted, passages[row]))


def pools_tokens(model: SentenceTransformer) -> bool:
    """Tell whether a mean over token vectors is what the model was trained for, and the tokens' places are known.

    A module after the pooling other than a normalisation, such as a dense layer, makes another space of the passage's.
    """
    _, *poolings = model
    kinds = [type(module).__name__ for module in poolings]
    by_mean = kinds in (["Pooling"], ["Pooling", "Normalize"]) and getattr(poolings[0], "pooling_mode", None) == "mean"
    return by_mean and bool(getattr(model.tokenizer, "is_fast", False))


def embed_separately(
    model: SentenceTransformer, batch: list[tuple[str, str, Sequence[Span]]], texts: list[str]
) -> Iterator[PassageVectors]:
    """Yield the vectors of passages whose sentences are embedded each by itself (slower, for other poolings)."""
    for (prompt, text, spans), passage in zip(batch, encode(model, texts), strict=True):
        sentences = [prompt + text[start:end] for start, end in spans]
        yield PassageVectors(passage, encode(model, sentences) if sentences else empty_rows(passage))


def forward(model: SentenceTransformer, texts: list[str]) -> tuple[FloatMatrix, FloatMatrix, NDArray[np.int64]]:
    """Run the model once.

    Returns:
        Unit passage vectors (texts, d), token vectors (texts, tokens, d), and each token's (start, end) in its text
        (texts, tokens, 2); special and padding tokens have an empty span.
    """
    import torch

    encoded = model.tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=model.max_seq_length,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = encoded.pop("offset_mapping").numpy()
    with torch.inference_mode():
        output = model(dict(encoded))
    passages = unit_rows(output["sentence_embedding"].float().numpy())
    return passages, output["token_embeddings"].float().numpy(), offsets


def pool_spans(
    tokens: FloatMatrix, offsets: NDArray[np.int64], spans: Sequence[Span], fallback: FloatMatrix
) -> FloatMatrix:
    """Return the unit mean of the token vectors in each span, shape (spans, d).

    ``fallback``, the passage's own vector, stands for a span beyond the model's window.
    """
    if not spans:
        return empty_rows(fallback)
    starts, ends = offsets[:, 0], offsets[:, 1]
    rows = []
    for start, end in spans:
        inside = (starts < end) & (ends > start) & (ends > starts)
        rows.append(tokens[inside].mean(axis=0) if inside.any() else fallback)
    return unit_rows(np.stack(rows))


def empty_rows(like: FloatMatrix) -> FloatMatrix:
    """Return a matrix without rows, as wide as the given vector."""
    return np.zeros((0, like.shape[-1]), dtype=np.float32)


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Scale each row to length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    scaled: FloatMatrix = (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
