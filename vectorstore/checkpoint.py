"""The bundled model's prepared weights, read with numpy alone, and what an adapter changes of them.

Of the file four fifths are word vectors, of which a text needs a few rows: they stay on the disk and are mapped into
memory, so that any number of networks share them. Nothing here needs torch, whose import takes longer than an answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import ModelError

WORDS = "embeddings.word_embeddings.weight"
TYPES: dict[str, np.dtype[Any]] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
UP, DOWN = ".up", ".down"
"""How the two matrices of a low-rank change are named, behind the name of what they change."""

Tensor = NDArray[Any]
FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The weights of a BERT encoder.

    ``words`` holds the word vectors, shape (words, d); ``tensors`` all others by their names in ``BertModel``.
    ``heads`` is the number of attention heads, ``epsilon`` what layer norm adds to the variance.
    """

    words: Tensor
    tensors: Mapping[str, Tensor]
    heads: int
    epsilon: float

    @property
    def layers(self) -> tuple[str, ...]:
        """What the names of each layer's tensors begin with, in order."""
        count = sum(name.endswith(".output.dense.weight") and ".attention." not in name for name in self.tensors)
        return tuple(f"encoder.layer.{number}." for number in range(count))

    def adapted(self, changes: Mapping[str, Tensor]) -> Checkpoint:
        """Return the weights with the product of each pair of low-rank matrices added to the one it belongs to."""
        names = [name.removesuffix(UP) for name in changes if name.endswith(UP)]
        changed = {f"{name}.weight": self._change(name, changes) for name in names}
        return replace(self, tensors={**self.tensors, **changed})

    def _change(self, name: str, changes: Mapping[str, Tensor]) -> FloatMatrix:
        up, down = (changes[f"{name}{side}"].astype(np.float32) for side in (UP, DOWN))
        changed: FloatMatrix = self.tensors[f"{name}.weight"].astype(np.float32) + up @ down
        return changed


def open_checkpoint(folder: Path) -> Checkpoint:
    """Open the weights in a prepared folder.

    Raises:
        ModelError: they are damaged or not there.
    """
    try:
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        path = folder / "model.safetensors"
        tensors = read_tensors(path, mapped={WORDS})
        return Checkpoint(
            tensors.pop(WORDS), tensors, int(shape["num_attention_heads"]), float(shape["layer_norm_eps"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the embedding model {folder} can't be loaded ({error}); remove that folder to have it made anew"
        ) from error


def read_tensors(path: Path, *, mapped: frozenset[str] | set[str] = frozenset()) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file by name.

    The form is eight bytes that tell the length of a JSON directory, the directory, and the values
    (https://huggingface.co/docs/safetensors); the library would read the word vectors whole.

    Args:
        path: the file.
        mapped: names of tensors that stay on the disk; they are read-only.

    Raises:
        OSError: it can't be read.
        ValueError: it is cut off, or holds no such tensors.
        KeyError: likewise.
    """
    tensors: dict[str, Tensor] = {}
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length < path.stat().st_size:
            raise ValueError(f"{path.name} is damaged")
        directory = json.loads(file.read(length))
        for name, entry in directory.items():
            if name == "__metadata__":
                continue
            kind, shape = TYPES[entry["dtype"]], tuple(entry["shape"])
            start = 8 + length + entry["data_offsets"][0]
            if name in mapped:
                tensors[name] = np.memmap(path, dtype=kind, mode="r", offset=start, shape=shape)
            else:
                tensors[name] = np.fromfile(path, dtype=kind, count=math.prod(shape), offset=start).reshape(shape)
    return tensors
