"""Nothing that is read runs: no pickles, no code of a model's own."""

from __future__ import annotations

import ast
import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.test_house import SOURCES, name_of
from vectorstore.embedding import load_model
from vectorstore.errors import BelegtError

FORBIDDEN = {
    ("pickle", None),
    ("cPickle", None),
    ("dill", None),
    ("cloudpickle", None),
    ("joblib", None),
    ("shelve", None),
    ("marshal", None),
    ("torch", "load"),
    ("np", "load"),
    ("numpy", "load"),
    ("pandas", "read_pickle"),
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
}
BUILT_IN = {"eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_source_loads_what_could_run(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not {(alias.name.split(".")[0], None) for alias in node.names} & FORBIDDEN
        elif isinstance(node, ast.ImportFrom):
            assert ((node.module or "").split(".")[0], None) not in FORBIDDEN
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in FORBIDDEN
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in BUILT_IN
        elif isinstance(node, ast.keyword) and node.arg in {"trust_remote_code", "allow_pickle", "shell"}:
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


class Runs:
    """What a pickle can do: call anything when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny model of random weights."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("small")
    words = {"[PAD]": 0, "[UNK]": 1, "wal": 2}
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    BertModel(BertConfig(vocab_size=3, max_position_embeddings=8, **sizes)).save_pretrained(folder / "bert")
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    given = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]")
    given.save_pretrained(folder / "bert")
    bert = Transformer(str(folder / "bert"), max_seq_length=8)
    SentenceTransformer(modules=[bert, Pooling(8, pooling_mode="mean")], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.pt", "pytorch_model-00001-of-00001.bin"])
def test_weights_that_are_a_program_are_refused(small_model: Path, tmp_path: Path, weights: str) -> None:
    folder, mark = tmp_path / "model", tmp_path / "mark"
    shutil.copytree(small_model, folder)
    (folder / "model.safetensors").unlink()
    (folder / weights).write_bytes(pickle.dumps(Runs(mark)))
    with pytest.raises(BelegtError, match="can't be loaded") as caught:
        load_model(str(folder), tmp_path, lambda line: None)
    assert "\n" not in str(caught.value)
    assert not mark.exists()


@pytest.mark.parametrize("way", ["module", "config"])
def test_code_that_a_model_brings_along_is_not_run(small_model: Path, tmp_path: Path, way: str) -> None:
    folder, mark = tmp_path / "model", tmp_path / "mark"
    shutil.copytree(small_model, folder)
    (folder / "evil.py").write_text(f"open({str(mark)!r}, 'w')\nclass Model: pass\nclass Config: pass\n")
    if way == "module":
        modules = json.loads((folder / "modules.json").read_text())
        modules[0]["type"] = "evil.Model"
        (folder / "modules.json").write_text(json.dumps(modules))
    else:
        config = json.loads((folder / "config.json").read_text())
        config.update(model_type="evil", auto_map={"AutoConfig": "evil.Config", "AutoModel": "evil.Model"})
        (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(BelegtError, match="can't be loaded"):
        load_model(str(folder), tmp_path, lambda line: None)
    assert not mark.exists()


def test_a_pickle_beside_the_weights_is_not_looked_at(small_model: Path, tmp_path: Path) -> None:
    folder, mark = tmp_path / "model", tmp_path / "mark"
    shutil.copytree(small_model, folder)
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Runs(mark)))
    load_model(str(folder), tmp_path, lambda line: None)
    assert not mark.exists()
