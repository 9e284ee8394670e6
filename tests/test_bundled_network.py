"""The bundled model as it is run says what sentence-transformers says of it, in tokens and in vectors."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore import BundledNetwork, ModelError
from vectorstore.bundled_model import MAX_POSITIONS, prepare_bundled_model
from vectorstore.bundled_tokenizer import BundledTokenizer, shorten
from vectorstore.checkpoint import WORDS, open_checkpoint, read_tensors
from vectorstore.light_encoder import LightEncoder
from vectorstore.packed_encoder import SPARE, TILE, TOKENS, PackedEncoder, round_up

GERMAN = (Path(__file__).parent.parent / "seeds" / "alibaba-bmw.md").read_text(encoding="utf-8") * 3
ENGLISH = "The council voted on Tuesday to keep the old ferry running, at a cost of £1.2m a year. " * 40
LENGTHS = (1, 9, 60, 400, 2600)
TEXTS = [text[:length] for text in (GERMAN, ENGLISH) for length in LENGTHS]
ODD = [
    "",
    " ",
    "<s>",
    "ab<s>cd</s> x<unk>y",
    "▁ ▁▁",
    "ﬁ ½ ① ｆｕｌｌ",
    "a\u0000b\u200bc\u00ad",
    "東京で 😀",
    "\n\n a  \t b",
    "Zürcher-Straße",
]
CLOSE = 1e-5
"""The difference of a cosine from 1 that float noise may make."""

odd_texts = st.lists(st.one_of(st.text(max_size=40), st.sampled_from(ODD)), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def folder() -> Path:
    return prepare_bundled_model(platformdirs.user_cache_path("belegt") / "models")


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> BundledTokenizer:
    return BundledTokenizer(folder)


@pytest.fixture(scope="module")
def whole(folder: Path):
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def same(ours, theirs) -> float:
    """Return how far the cosine of two vectors, in pairs, is from 1 at most."""
    lengths = np.linalg.norm(ours, axis=-1) * np.linalg.norm(theirs, axis=-1)
    return float(np.abs(1 - (ours * theirs).sum(axis=-1) / lengths).max())


@pytest.mark.real
def test_texts_are_cut_as_the_whole_tokenizer_cuts_them(tokenizer, whole):
    texts = [*TEXTS, *ODD]
    expected = [whole.encode(text).ids for text in texts]
    assert tokenizer.encode(texts, most=10_000) == expected
    assert [tokenizer.encode([text], most=10_000)[0] for text in texts] == expected, "alone as beside others"


@pytest.mark.real
@settings(max_examples=60, deadline=None)
@given(texts=odd_texts)
def test_any_text_is_cut_as_the_whole_tokenizer_cuts_it(tokenizer, whole, texts):
    assert tokenizer.encode(texts, most=10_000) == [whole.encode(text).ids for text in texts]


@pytest.mark.real
def test_pairs_are_cut_and_shortened_as_transformers_does(tokenizer, folder):
    from transformers import AutoTokenizer

    question, most = "query: Wer leitet BMW in China?", 64
    theirs = AutoTokenizer.from_pretrained(folder)(
        [question] * len(TEXTS), TEXTS, truncation="only_second", max_length=most, return_offsets_mapping=True
    )
    for number, pair in enumerate(tokenizer.encode_pairs(question, TEXTS, most=most)):
        assert pair.ids == theirs["input_ids"][number]
        assert [tuple(place) for place in pair.offsets.tolist()] == theirs["offset_mapping"][number]
        assert pair.second.tolist() == [kind == 1 for kind in theirs.sequence_ids(number)]


@pytest.mark.real
def test_many_texts_are_cut_as_few(tokenizer, folder, monkeypatch):
    monkeypatch.setattr("vectorstore.bundled_tokenizer.MANY", 100)
    other = BundledTokenizer(folder)
    assert other.encode(TEXTS, most=MAX_POSITIONS) == tokenizer.encode(TEXTS, most=MAX_POSITIONS)


@given(st.lists(st.integers(), min_size=2, max_size=12), st.integers(2, 12))
def test_what_is_too_long_keeps_its_begin_and_its_end(items, most):
    short = shorten(items, most)
    assert len(short) == min(most, len(items))
    assert short[:-1] == items[: len(short) - 1]
    assert short[-1] == items[-1]


@pytest.fixture(scope="module")
def expected(folder: Path):
    """Return what sentence-transformers says of the texts."""
    import torch
    from sentence_transformers import SentenceTransformer

    options = {"dtype": torch.float32, "add_pooling_layer": False}
    model = SentenceTransformer(str(folder), device="cpu", model_kwargs=options, local_files_only=True)
    return np.stack([model.encode(text) for text in TEXTS])  # one by one: padding costs more


@pytest.mark.real
@pytest.mark.parametrize("kind", ["light", "packed"])
def test_vectors_are_those_of_sentence_transformers(kind, folder, tokenizer, expected):
    import torch

    checkpoint = open_checkpoint(folder)
    encoder = LightEncoder(checkpoint) if kind == "light" else PackedEncoder(checkpoint, precision=torch.float32)
    assert same(encoder.mean_vectors(tokenizer.encode(TEXTS, most=MAX_POSITIONS)), expected) < CLOSE


def test_the_numbers_of_rows_are_few_and_few_of_them_are_spare():
    sizes = [round_up(count) for count in range(1, TOKENS + 1)]
    assert all(count <= size for count, size in enumerate(sizes, start=1))
    assert all(size % TILE == 0 and sizes[size - 1] == size for size in sizes if size <= TOKENS)
    assert max(size / count for count, size in enumerate(sizes, start=1) if count > SPARE * TILE) <= 1 + 1 / SPARE
    assert len(set(sizes)) <= TOKENS // 80


@pytest.mark.real
def test_a_light_network_may_be_asked_by_several_at_once(folder):
    network = BundledNetwork(folder.parent, light=True)
    short = TEXTS[:3]
    alone = [network.mean_vectors([text])[0] for text in short]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: network.mean_vectors([text])[0], short * 4))
    assert same(np.stack(together), np.stack(alone * 4)) < CLOSE


@pytest.mark.real
def test_a_question_is_answered_without_the_libraries_that_take_long_to_import(tmp_path):
    code = (
        "import sys; from assistant import Assistant, Settings; from pathlib import Path\n"
        "articles, data = map(Path, sys.argv[1:])\n"
        "desk = Assistant(Settings(articles=(articles,), data_dir=data), light=True)\n"
        "said = desk.answer('Wie lang ist der Deich am Hafen?')\n"
        "assert '900 Meter' in said.text, said.text\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'langchain_core', 'gradio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "deich.txt").write_text(
        "Der Deich\n\nDer Deich am Hafen ist 900 Meter lang.\n", encoding="utf-8"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "articles"), str(tmp_path / "data")]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_file_of_tensors_is_read_as_it_was_written(tmp_path):
    from safetensors.numpy import save_file

    chance = np.random.default_rng(1)
    written = {
        WORDS: chance.normal(size=(7, 4)).astype(np.float16),
        "a.weight": chance.normal(size=(4, 3)).astype(np.float32),
        "b.bias": chance.normal(size=5).astype(np.float16),
    }
    save_file(written, tmp_path / "model.safetensors", metadata={"format": "pt"})
    for mapped in (set(), {WORDS}):
        read = read_tensors(tmp_path / "model.safetensors", mapped=mapped)
        assert read.keys() == written.keys()
        for name, values in written.items():
            assert read[name].dtype == values.dtype
            np.testing.assert_array_equal(read[name], values)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}"])
def test_a_damaged_file_is_told_in_one_line(content, tmp_path):
    (tmp_path / "config.json").write_text('{"num_attention_heads": 2, "layer_norm_eps": 1e-12}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="made anew") as caught:
        open_checkpoint(tmp_path)
    assert "\n" not in str(caught.value)
