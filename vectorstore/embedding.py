"""Texts -> vectors, through sentence-transformers: the bundled model, or any other by name or folder.

What is embedded is the sentence. A passage is as near to a question as its nearest sentence, and its own vector, with
which Chroma finds candidates, is the mean of its sentences'. On XQuAD-de this ranks better than a vector of the whole
passage (MRR@10 .961 against .943, GermanQuAD .965 against .922), and no text is embedded twice.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundled_model import PROMPTS, Announce, prepare_bundled_model
from vectorstore.bundled_network import BundledNetwork
from vectorstore.errors import ModelError
from vectorstore.packed_encoder import fastest_precision

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
"""The name in the settings that stands for the model that needs no download."""
BATCH = 32
"""Sentences a batch; the model sorts them by length, so that little is lost on padding."""
RECENT = 64
"""Questions whose vectors are remembered: a page that searches again, or an evaluation that also ranks, asks twice."""

FloatMatrix = NDArray[np.float32]
Span = tuple[int, int]

UNRELATED = (
    ("Wie lange muss ein Hefeteig gehen?", "Der Hefeteig geht an einem warmen Ort etwa eine Stunde."),
    ("Wer hat den Torwart gefoult?", "In der Nachspielzeit foulte ein Stürmer den Torwart."),
    ("When was the bridge painted?", "Workers painted the old bridge green last summer."),
    ("Which planet has the most moons?", "Saturn has more known moons than any other planet."),
)
"""Questions and answers on four matters; each question is unrelated to the answers of the others."""
KNOWN_UNRELATED = {f"{BUNDLED}||": 0.7364}
"""What ``measure_unrelated_cosine`` gives, by the model's identity: a fifth of a second of a first answer."""


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


class SentenceTransformerEmbeddings:
    """A sentence-transformers model, loaded on first use, safe for several threads; for LangChain: ``as_langchain``.

    Args:
        model: which one.
        cache_dir: where the bundled model is unpacked.
        announce: receives a line before the model is prepared.
        light: whether the bundled model embeds a few texts without torch: for a process that is asked one question.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        *,
        cache_dir: Path,
        announce: Announce = lambda line: None,
        light: bool = False,
    ) -> None:
        self.model = model
        self._cache_dir = cache_dir
        self._announce = announce
        self._lock = threading.RLock()  # a fast tokenizer refuses two threads at once
        # torch keeps workers and scratch memory for every thread that calls it, and a page has 160 of them
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
        self._loaded: SentenceTransformer | None = None
        self.bundled = BundledNetwork(cache_dir, light=light, announce=announce)
        self._embed_once = lru_cache(maxsize=RECENT)(self._embed_question)

    @property
    def identity(self) -> str:
        """What vectors depend on: they must not be mixed with those of another identity."""
        prompts = (self.model.query_prompt, self.model.passage_prompt)  # none at all differs from the model's own
        return "|".join((self.model.name, *("" if prompt is None else prompt or '""' for prompt in prompts)))

    def load(self) -> SentenceTransformer:
        """Return the model, loading it on the first call.

        Raises:
            ModelError: it is not there, or can't be loaded.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = load_model(self.model.name, self._cache_dir, self._announce)
            return self._loaded

    def as_langchain(self) -> Embeddings:
        """Return the model as LangChain's ``Embeddings``, whose import takes longer than to embed a question."""
        from vectorstore.langchain_embeddings import LangChainEmbeddings

        return LangChainEmbeddings(self)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a unit vector for each text as a whole, as LangChain's interface asks."""
        vectors: list[list[float]] = self._encode(texts, "document", self.model.passage_prompt).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the question's unit vector."""
        vector: list[float] = self.embed_question(text).tolist()
        return vector

    def embed_question(self, text: str) -> FloatMatrix:
        """Return the question's unit vector, shape (d,), read-only; the latest questions are remembered."""
        return self._embed_once(text)

    def embed_questions(self, texts: Sequence[str]) -> FloatMatrix:
        """Return unit vectors of texts as questions have them, shape (texts, d): to compare them with each other.

        E5 wants the same prompt on both sides of such a comparison (Wang et al. 2022).
        """
        return self._encode(list(texts), "query", self.model.query_prompt)

    def _embed_question(self, text: str) -> FloatMatrix:
        vector: FloatMatrix = self._encode([text], "query", self.model.query_prompt)[0]
        vector.setflags(write=False)
        return vector

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """Embed passages by their sentences.

        Args:
            texts: the passages.
            spans: for each passage the (start, end) of its sentences, in characters of the passage; where there are
                none, the whole passage counts as one.

        Returns:
            One pair for each text, in the order of ``texts``; its passage vector is the mean of its sentences'.
        """
        pairs = list(zip(texts, spans, strict=True))
        groups = [[text[start:end] for start, end in places] or [text] for text, places in pairs]
        vectors = self._encode([item for group in groups for item in group], "document", self.model.passage_prompt)
        ends = np.cumsum([len(group) for group in groups])
        parts = np.split(vectors, ends[:-1]) if groups else []
        return [
            PassageVectors(unit_rows(part.mean(axis=0)), part if places else part[:0])
            for part, (_, places) in zip(parts, pairs, strict=True)
        ]

    def _encode(self, texts: list[str], kind: str, chosen_prompt: str | None) -> FloatMatrix:
        """Return unit vectors, shape (texts, d)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return self._worker.submit(self._encode_here, texts, kind, chosen_prompt).result()

    def _encode_here(self, texts: list[str], kind: str, chosen_prompt: str | None) -> FloatMatrix:
        """Do so in this thread."""
        if self.model.name == BUNDLED:
            prompt = chosen_prompt if chosen_prompt is not None else PROMPTS[kind]
            return unit_rows(self.bundled.mean_vectors([prompt + text for text in texts]))
        model = self.load()
        prompt = chosen_prompt if chosen_prompt is not None else str(model.prompts.get(kind) or "")
        with self._lock:
            vectors = model.encode(texts, prompt=prompt, batch_size=BATCH, show_progress_bar=False)
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def unrelated_cosine(embedder: PassageEmbedder) -> float:
    """Return the mean cosine of a question and a passage that have nothing to do with each other.

    Models differ widely in it (multilingual-e5-small .74, others near 0); with it their cosines can be compared.
    """
    known = KNOWN_UNRELATED.get(embedder.identity)
    return measure_unrelated_cosine(embedder) if known is None else known


def measure_unrelated_cosine(embedder: PassageEmbedder) -> float:
    """Return the same, embedded anew."""
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
        return SentenceTransformer(
            place,
            device="cpu",
            trust_remote_code=False,
            model_kwargs={**options, "use_safetensors": True},  # weights of the older kind are pickles: programs
            local_files_only=bundled,
        )
    except Exception as error:  # a damaged folder raises whatever its reader raises, such as safetensors' own error
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        advice = "remove that folder to have it made anew" if bundled else "name a folder or a model that is there"
        raise ModelError(f"the embedding model {place} can't be loaded ({reason}); {advice}") from error


def is_path(name: str) -> bool:
    """Tell whether a name can only be a folder: on a hub it is ``model`` or ``owner/model``."""
    return Path(name).is_absolute() or name.startswith((".", "~")) or "\\" in name or len(Path(name).parts) > 2


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Scale each row to length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    scaled: FloatMatrix = (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
