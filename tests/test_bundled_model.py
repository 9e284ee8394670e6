"""The bundled model: its packed file becomes a checkpoint, whole or not at all, once, whoever asks for it."""

import json
import os
import stat
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import platformdirs
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from vectorstore import bundled_model
from vectorstore.bundled_model import MODEL_NAME, prepare_bundled_model, weights_path
from vectorstore.embedding import EmbeddingModel, SentenceTransformerEmbeddings
from vectorstore.errors import ModelError
from vectorstore.packed_weights import (
    BLOCK,
    BLOCK_BYTES,
    EMBEDDING_TENSORS,
    LAYER_TENSORS,
    PACKAGE,
    WEIGHTS_FILE,
    dequantise,
    read_directory,
)
from vectorstore.seals import SEAL

HIDDEN, INTERMEDIATE, HEADS, POSITIONS = 32, 64, 2, 40
PIECES = (("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("▁Wal", -3.5), ("Förde", -4.25))
EPSILON = 1e-12
MODEL_FILES = {
    SEAL,
    "config.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
    "2_Normalize/config.json",
}
FOUR_BITS, FLOATS = 1, 0


@dataclass
class PackedFile:
    """A tiny packed model as its format has it, written here without a line of the reader's."""

    magic: bytes = b"E5S1"
    version: int = 1
    block: int = BLOCK
    layers: int = 2
    without: frozenset[str] = frozenset()
    tensors: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)
    plain: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self):
        self.random = np.random.default_rng(5)
        self.add("emb.word", len(PIECES), HIDDEN)
        self.add("emb.pos", POSITIONS, HIDDEN)
        self.add("emb.type", 1, HIDDEN)
        self.add("emb.ln.w", HIDDEN)
        self.add("emb.ln.b", HIDDEN)
        sizes = {"q": (HIDDEN, HIDDEN), "fi": (INTERMEDIATE, HIDDEN), "fo": (HIDDEN, INTERMEDIATE)}
        for layer in range(self.layers):
            for name in LAYER_TENSORS:
                is_norm = name.endswith("ln")
                rows, columns = sizes.get(name, (HIDDEN, HIDDEN))
                self.add(f"l{layer}.{name}.w", *((HIDDEN,) if is_norm else (rows, columns)))
                self.add(f"l{layer}.{name}.b", HIDDEN if is_norm else rows)

    def add(self, name, *shape):
        if name in self.without:
            return
        count = int(np.prod(shape))
        if len(shape) == 1:
            values = self.random.normal(size=count).astype("<f4")
            self.tensors[name] = (FLOATS, count, values.tobytes())
        else:
            blocks = -(-count // BLOCK)
            scales = self.random.uniform(0.01, 0.1, blocks).astype("<f2")
            nibbles = self.random.integers(0, 16, (blocks, BLOCK))
            low, high = nibbles[:, : BLOCK // 2], nibbles[:, BLOCK // 2 :]
            raw = b"".join(
                scale.tobytes() + bytes((low[row] + 16 * high[row]).tolist()) for row, scale in enumerate(scales)
            )
            self.tensors[name] = (FOUR_BITS, count, raw)
            values = ((nibbles - 8) * scales.astype(np.float32)[:, None]).reshape(-1)[:count]
        self.plain[name] = values.reshape(shape)

    def content(self):
        header = self.magic + struct.pack("<I", self.version)
        header += struct.pack("<7i", HIDDEN, self.layers, HEADS, INTERMEDIATE, len(PIECES), POSITIONS, 1)
        header += struct.pack("<fi", EPSILON, self.block)
        texts = [text.encode() for text, _ in PIECES]
        header += struct.pack("<5i", len(PIECES), 0, 2, 1, 3) + struct.pack("<Q", sum(map(len, texts)))
        header += b"".join(struct.pack("<I", sum(map(len, texts[:number]))) for number in range(len(texts) + 1))
        header += b"".join(struct.pack("<f", score) for _, score in PIECES) + b"".join(texts)
        header += struct.pack("<iI", 1, 7) + b"unread!"
        header += struct.pack("<i", len(self.tensors))
        names = [name.encode() for name in self.tensors]
        offset = len(header) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in names)
        data = b""
        for name, (kind, count, raw) in zip(names, self.tensors.values(), strict=True):
            header += struct.pack("<H", len(name)) + name
            header += struct.pack("<BIQQ", kind, count, offset + len(data), len(raw))
            data += raw
        return header + data


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that puts a package with the given weights before the real one, for this test."""

    def put(content, version="0.3.0"):
        site = tmp_path / "site"
        (site / PACKAGE).mkdir(parents=True, exist_ok=True)
        (site / PACKAGE / "__init__.py").write_text("raise RuntimeError('the package must not be imported')")
        if content is not None:
            (site / PACKAGE / WEIGHTS_FILE).write_bytes(content)
        information = site / f"{PACKAGE}-{version}.dist-info"
        information.mkdir(exist_ok=True)
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n")
        monkeypatch.syspath_prepend(str(site))

    return put


def files_under(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def assert_nothing_half_made(cache):
    assert [path.name for path in cache.iterdir() if not path.name.endswith(".lock")] == []


# dequantise


def loop_dequantise(raw):
    values = []
    for start in range(0, len(raw), BLOCK_BYTES):
        (scale,) = struct.unpack_from("<e", raw, start)
        packed = raw[start + 2 : start + BLOCK_BYTES]
        values += [((byte & 15) - 8) * scale for byte in packed]
        values += [((byte >> 4) - 8) * scale for byte in packed]
    return values


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(width=16, allow_nan=False, allow_infinity=False), st.binary(min_size=16, max_size=16)),
        max_size=4,
    )
)
def test_dequantise_agrees_with_a_plain_loop(blocks):
    raw = b"".join(struct.pack("<e", scale) + packed for scale, packed in blocks)
    values = dequantise(raw)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, np.array(loop_dequantise(raw), dtype=np.float32))


def test_dequantise_gives_the_values_worked_out_by_hand():
    packed = bytes([0x8F, 0x10, *[0x88] * 13, 0xF7])
    values = dequantise(struct.pack("<e", 0.5) + packed)
    expected = {0: 3.5, 1: -4.0, 15: -0.5, 17: -3.5, 31: 3.5}
    assert len(values) == BLOCK
    assert {place: float(value) for place, value in enumerate(values) if value} == expected


# a file in the documented form


def test_a_packed_file_becomes_a_checkpoint_with_the_same_weights(install, tmp_path):
    packed = PackedFile()
    install(packed.content())
    folder = prepare_bundled_model(tmp_path / "cache")
    assert set(files_under(folder)) == MODEL_FILES
    state = load_file(folder / "model.safetensors")
    for name, values in packed.plain.items():
        if name.startswith("l"):
            layer, kind, suffix = name[1:].split(".")
            target = f"encoder.layer.{layer}.{LAYER_TENSORS[kind]}.{'weight' if suffix == 'w' else 'bias'}"
        else:
            target = EMBEDDING_TENSORS[name]
        np.testing.assert_array_equal(state.pop(target), values.astype(np.float16), err_msg=name)
    assert not state
    configuration = json.loads((folder / "config.json").read_text())
    assert (configuration["hidden_size"], configuration["num_hidden_layers"]) == (HIDDEN, packed.layers)
    assert (configuration["intermediate_size"], configuration["num_attention_heads"]) == (INTERMEDIATE, HEADS)
    assert (configuration["vocab_size"], configuration["max_position_embeddings"]) == (len(PIECES), POSITIONS)
    assert configuration["layer_norm_eps"] == pytest.approx(EPSILON)
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    assert [tuple(piece) for piece in vocabulary] == list(PIECES)


def test_the_checkpoint_is_one_that_sentence_transformers_loads(install, tmp_path):
    install(PackedFile().content())
    embeddings = SentenceTransformerEmbeddings(EmbeddingModel(), cache_dir=tmp_path / "cache")
    vector = embeddings.embed_question("Wal Förde")
    assert vector.shape == (HIDDEN,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert embeddings.load().tokenizer("WalFörde")["input_ids"] == [0, 5, 6, 2]


def test_others_may_read_what_one_prepared(install, tmp_path):
    install(PackedFile().content())
    folder = prepare_bundled_model(tmp_path / "cache")
    for path in (folder, *files_under(folder).values()):
        assert path.stat().st_mode & stat.S_IROTH, path
    assert folder.stat().st_mode & stat.S_IXOTH


def test_preparing_again_does_nothing(install, tmp_path):
    install(PackedFile().content())
    lines = []
    folder = prepare_bundled_model(tmp_path / "cache", announce=lines.append)
    before = {name: path.stat().st_mtime_ns for name, path in files_under(folder).items()}
    install(b"no longer a model")
    assert prepare_bundled_model(tmp_path / "cache", announce=lines.append) == folder
    assert {name: path.stat().st_mtime_ns for name, path in files_under(folder).items()} == before
    assert len(lines) == 1


def test_another_version_of_the_package_gets_a_folder_of_its_own(install, tmp_path, monkeypatch):
    install(PackedFile().content())
    folder = prepare_bundled_model(tmp_path / "cache")
    monkeypatch.setattr(bundled_model, "CHECKPOINT_VERSION", 99)
    assert prepare_bundled_model(tmp_path / "cache") != folder


# errors


@pytest.mark.parametrize(
    ("packed", "says"),
    [
        pytest.param(PackedFile(magic=b"GGUF"), "unknown format", id="another magic"),
        pytest.param(PackedFile(version=2), "format 2", id="another version"),
        pytest.param(PackedFile(block=64), "blocks of 64", id="another block size"),
        pytest.param(PackedFile(without=frozenset({"l1.fo.b"})), "damaged", id="a tensor missing"),
    ],
)
def test_another_format_is_refused_in_one_line(packed, says, install, tmp_path):
    install(packed.content())
    with pytest.raises(ModelError, match=says) as caught:
        prepare_bundled_model(tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert_nothing_half_made(tmp_path / "cache")


WHOLE = PackedFile().content()
DIRECTORY_END = len(WHOLE) - sum(len(raw) for _, _, raw in PackedFile().tensors.values())


@pytest.mark.parametrize(
    "length",
    [0, 3, 4, 6, 30, 43, 60, 70, 100, 150, DIRECTORY_END - 1, DIRECTORY_END, len(WHOLE) - 18, len(WHOLE) - 1],
)
def test_a_truncated_file_is_refused_in_one_line_and_leaves_nothing(length, install, tmp_path):
    install(WHOLE[:length])
    with pytest.raises(ModelError, match=r"damaged|unknown format") as caught:
        prepare_bundled_model(tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert_nothing_half_made(tmp_path / "cache")


def test_after_a_failure_the_next_attempt_succeeds(install, tmp_path):
    install(WHOLE[:-1])
    with pytest.raises(ModelError):
        prepare_bundled_model(tmp_path / "cache")
    install(WHOLE)
    assert set(files_under(prepare_bundled_model(tmp_path / "cache"))) == MODEL_FILES


def test_a_package_without_weights_is_named(install, tmp_path):
    install(None)
    with pytest.raises(ModelError, match=f"lacks {WEIGHTS_FILE}; reinstall"):
        prepare_bundled_model(tmp_path / "cache")


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled_model, "PACKAGE", "a-package-that-is-not-there")
    with pytest.raises(ModelError, match="a-package-that-is-not-there is missing; install it"):
        prepare_bundled_model(tmp_path / "cache")


def test_a_cache_folder_that_is_a_file_is_an_error_of_one_line(install, tmp_path):
    install(WHOLE)
    (tmp_path / "file").write_text("not a folder")
    for cache in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ModelError, match="can't be prepared in") as caught:
            prepare_bundled_model(cache)
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_cache_folder_without_permission_is_an_error_of_one_line(install, tmp_path):
    install(WHOLE)
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    with pytest.raises(ModelError, match="can't be prepared in") as caught:
        prepare_bundled_model(cache)
    assert "\n" not in str(caught.value)


def test_whoever_waits_too_long_is_told_why(install, tmp_path, monkeypatch):
    install(WHOLE)
    monkeypatch.setattr(bundled_model, "LOCK_SECONDS", 0.05)
    cache = tmp_path / "cache"
    cache.mkdir()
    name = f"{MODEL_NAME}-0.3.0-{bundled_model.CHECKPOINT_VERSION}"
    with FileLock(cache / f"{name}.lock"), pytest.raises(ModelError, match="another process"):
        prepare_bundled_model(cache)


# the real package


@pytest.mark.real
def test_the_real_file_is_whole_and_of_the_known_shape():
    path = weights_path()
    with path.open("rb") as file:
        packed = read_directory(file)
    shape = packed.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.intermediate) == (384, 12, 12, 1536)
    assert len(packed.pieces) == 250_002, "as many as XLM-RoBERTa's; the rows beyond are padding"
    assert len(packed.pieces) <= shape.vocabulary
    assert [piece for piece, _ in packed.pieces[:4]] == list(bundled_model.SPECIAL_PIECES)
    assert max(tensor.offset + tensor.size for tensor in packed.tensors.values()) <= path.stat().st_size
    assert packed.tensors["emb.word"].elements == shape.vocabulary * shape.hidden


@pytest.mark.real
def test_two_processes_at_once_make_one_complete_model(tmp_path):
    code = (
        "import sys; from pathlib import Path; from vectorstore.bundled_model import prepare_bundled_model\n"
        "print(prepare_bundled_model(Path(sys.argv[1]), announce=lambda line: print('made')))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache")]
    root = Path(bundled_model.__file__).parents[1]
    processes = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate(timeout=120)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(map(len, printed)) == [1, 2], "one makes it, the other finds it made"
    assert printed[0][-1] == printed[1][-1]
    folder = Path(printed[0][-1])
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [folder]
    made = files_under(folder)
    assert set(made) == MODEL_FILES
    prepared = prepare_bundled_model(platformdirs.user_cache_path("belegt") / "models")
    for name in MODEL_FILES - {SEAL}:  # a seal tells times
        assert made[name].read_bytes() == files_under(prepared)[name].read_bytes(), name


@pytest.mark.parametrize(
    ("name", "seal"),
    [("model.safetensors", True), ("tokenizer.json", True), ("model.safetensors", False)],
    ids=["weights", "tokenizer", "weights of before there were seals"],
)
def test_a_model_that_was_cut_off_is_prepared_anew(name, seal, install, tmp_path):
    install(PackedFile().content())
    folder = prepare_bundled_model(tmp_path / "cache")
    whole = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    (folder / name).write_bytes(whole[name][:-100])
    if not seal:
        (folder / SEAL).unlink()
    said = []
    assert prepare_bundled_model(tmp_path / "cache", announce=said.append) == folder
    assert len(said) == 1
    assert name in said[0]
    assert (folder / name).read_bytes() == whole[name]
    prepare_bundled_model(tmp_path / "cache", announce=said.append, deep=True)
    assert len(said) == 1
    assert not list(folder.parent.glob(".*"))


def test_a_garbled_model_is_noticed_by_a_deep_look_whatever_its_times_say(install, tmp_path):
    install(PackedFile().content())
    folder = prepare_bundled_model(tmp_path / "cache")
    file = folder / "model.safetensors"
    before, content = file.stat(), bytearray(file.read_bytes())
    content[-1] ^= 255
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    said = []
    prepare_bundled_model(tmp_path / "cache", announce=said.append)
    assert not said
    prepare_bundled_model(tmp_path / "cache", announce=said.append, deep=True)
    assert "holds other bytes" in said[0]
