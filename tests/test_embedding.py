"""Embedding: unit vectors that depend on the text alone, a passage made of its sentences, one line for a fault."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from langchain_core.embeddings import Embeddings

from vectorstore.bundled_model import prepare_bundled_model
from vectorstore.embedding import (
    EmbeddingModel,
    SentenceTransformerEmbeddings,
    is_path,
    measure_unrelated_cosine,
    unit_rows,
    unrelated_cosine,
)
from vectorstore.errors import ModelError

CACHE = platformdirs.user_cache_path("belegt") / "models"
TEXTS = (
    "Die neue Strecke ist 84 Kilometer lang. Ihr Bau kostete 1,2 Milliarden Euro.",
    "Ein Kilogramm Roggenbrot kostet derzeit 4,10 Euro.",
    "A humpback whale was seen off the coast. The animal is about twelve metres long. Experts advise keeping away.",
    "Das Museum öffnet dienstags um zehn Uhr.",
    "The chip maker will invest 52 billion dollars in data centres over three years.",
)


@pytest.fixture(scope="module")
def passages(embeddings):
    """Return the vectors of the texts, embedded once."""
    return passage_vectors(embeddings, TEXTS)


@pytest.fixture(scope="module")
def embeddings():
    return SentenceTransformerEmbeddings(EmbeddingModel(), cache_dir=CACHE)


def embedder(name, **prompts):
    return SentenceTransformerEmbeddings(EmbeddingModel(str(name), **prompts), cache_dir=CACHE)


def passage_vectors(embeddings, texts):
    return np.stack([pair.passage for pair in embeddings.embed_passages(texts, [()] * len(texts))])


def assert_unit(matrix):
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=-1), 1, atol=1e-4)


# what needs no model

finite = st.floats(-100, 100, width=32)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (3, 4), elements=finite))
def test_unit_rows_have_length_one_and_keep_their_direction(matrix):
    lengths = np.linalg.norm(matrix, axis=1)
    scaled = unit_rows(matrix)
    for row, length, unit in zip(matrix, lengths, scaled, strict=True):
        if length > 1e-6:
            assert np.linalg.norm(unit) == pytest.approx(1, abs=1e-4)
            np.testing.assert_allclose(unit * length, row, atol=1e-3)
    assert not unit_rows(np.zeros((1, 4), dtype=np.float32)).any()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("bundled", False),
        ("intfloat/multilingual-e5-small", False),
        ("all-MiniLM-L6-v2", False),
        ("./model", True),
        ("../model", True),
        ("/srv/model", True),
        ("~/model", True),
        ("models/mine/e5", True),
        ("models\\e5", True),
    ],
)
def test_a_name_that_no_hub_can_have_is_a_path(name, path):
    assert is_path(name) is path


# the bundled model


@pytest.mark.real
def test_vectors_have_unit_length_and_the_places_of_their_texts(embeddings):
    spans = [[(0, 10), (10, len(text))] for text in TEXTS]
    pairs = embeddings.embed_passages(TEXTS, spans)
    assert_unit(embeddings.embed_question(TEXTS[0]))
    for pair, text in zip(pairs, TEXTS, strict=True):
        assert_unit(pair.passage)
        assert_unit(pair.sentences)
        assert pair.sentences.shape == (2, len(pair.passage))
        (alone,) = embeddings.embed_passages([text], [[(0, 10), (10, len(text))]])
        assert pair.passage @ alone.passage > 0.999
        assert (pair.sentences * alone.sentences).sum(axis=1).min() > 0.999
        others = [other.passage for other in pairs if other is not pair]
        assert pair.passage @ alone.passage > max(alone.passage @ other for other in others) + 0.01


@pytest.mark.real
def test_order_and_batches_change_nothing(embeddings):
    texts = [f"{text} {number} {'Das steht fest. ' * (number % 3)}" for number, text in enumerate(TEXTS * 2)]
    forth = passage_vectors(embeddings, texts)
    back = passage_vectors(embeddings, texts[::-1])[::-1]
    assert (forth * back).sum(axis=1).min() > 0.999


@pytest.mark.real
def test_a_passage_has_the_mean_of_its_sentences_and_each_sentence_its_own_vector(embeddings, passages):
    text = " ".join(TEXTS)
    starts = [text.index(part) for part in TEXTS]
    spans = [(start, start + len(part)) for start, part in zip(starts, TEXTS, strict=True)]
    (pair,) = embeddings.embed_passages([text], [spans])
    assert (pair.sentences * passages).sum(axis=1).min() > 0.999
    mean = pair.sentences.mean(axis=0)
    np.testing.assert_allclose(pair.passage, mean / np.linalg.norm(mean), atol=1e-5)


@pytest.mark.real
def test_a_span_over_the_whole_passage_is_the_passage(embeddings, passages):
    for pair, passage in zip(
        embeddings.embed_passages(TEXTS, [[(0, len(text))] for text in TEXTS]), passages, strict=True
    ):
        assert pair.sentences[0] @ passage > 0.999
        assert pair.passage @ passage > 0.999


@pytest.mark.real
def test_a_sentence_has_the_vector_of_its_own_words(embeddings):
    text = "Das Museum öffnet um zehn Uhr. Ein Kilogramm Roggenbrot kostet 4,10 Euro. Der Wal ist zwölf Meter lang."
    ends = [text.index(word) + len(word) for word in ("Uhr.", "Euro.", "lang.")]
    spans = list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))
    ((_, sentences),) = [(pair.passage, pair.sentences) for pair in embeddings.embed_passages([text], [spans])]
    questions = ["Wann öffnet das Museum?", "Was kostet Roggenbrot?", "Wie lang ist der Wal?"]
    for place, question in enumerate(questions):
        assert (sentences @ embeddings.embed_question(question)).argmax() == place


@pytest.mark.real
@pytest.mark.parametrize(
    ("question", "place"),
    [
        pytest.param("Wie lang ist die neue Strecke?", 0, id="German to German"),
        pytest.param("How much will the chip maker invest?", 4, id="English to English"),
        pytest.param("How expensive is rye bread?", 1, id="English to German"),
        pytest.param("Wie viel investiert der Chiphersteller in Rechenzentren?", 4, id="German to English"),
        pytest.param("When does the museum open?", 3, id="English to German, opening"),
    ],
)
def test_a_question_is_nearest_to_the_passage_that_answers(question, place, embeddings, passages):
    assert (passages @ embeddings.embed_question(question)).argmax() == place


@pytest.mark.real
def test_the_interface_of_langchain_gives_the_same_vectors(embeddings, passages):
    chained = embeddings.as_langchain()
    assert isinstance(chained, Embeddings)
    documents = np.array(chained.embed_documents(list(TEXTS)))
    assert (documents * passages).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(chained.embed_query("Was?"), embeddings.embed_question("Was?"), atol=1e-6)


@pytest.mark.real
@pytest.mark.parametrize("text", ["", " ", "\n", "😀", "a\x00b", "\u2028", "ü" * 30])
def test_any_text_has_a_vector(text, embeddings):
    (pair,) = embeddings.embed_passages([text], [[(0, len(text))]])
    assert_unit(pair.passage)
    assert_unit(pair.sentences)
    assert_unit(embeddings.embed_question(text))


@pytest.mark.real
def test_no_text_gives_no_vector(embeddings):
    assert embeddings.embed_passages([], []) == []
    assert embeddings.embed_documents([]) == []
    (pair,) = embeddings.embed_passages(["Ohne Satz"], [[]])
    assert pair.sentences.shape == (0, len(pair.passage))


@pytest.mark.real
def test_a_text_longer_than_the_window_has_the_vector_of_what_fits(embeddings):
    text = "Der Wal ist lang. " + "Roggenbrot kostet Geld. " * 300
    (pair,) = embeddings.embed_passages([text], [[(0, 17), (17, len(text)), (len(text) - 24, len(text) - 1)]])
    assert_unit(pair.sentences)
    whale, bread, last = pair.sentences
    assert last @ bread > last @ whale, "what lies beyond the window of the passage is embedded all the same"


@pytest.mark.real
def test_unrelated_texts_are_about_as_near_as_the_models_authors_say(embeddings, passages):
    cosine = measure_unrelated_cosine(embeddings)
    assert unrelated_cosine(embeddings) == pytest.approx(cosine, abs=0.001), "what is known of the bundled model"
    assert 0.65 < cosine < 0.85
    question = embeddings.embed_question("Wie lang ist die neue Strecke?")
    assert passages[0] @ question > cosine + 0.03


@pytest.mark.real
def test_threads_may_embed_at_once(embeddings, passages):
    questions = np.stack([embeddings.embed_question(text) for text in TEXTS])

    def embed(number):
        return passage_vectors(embeddings, TEXTS[number:]), embeddings.embed_question(TEXTS[number])

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(embed, range(len(TEXTS))))
    for number, (found, question) in enumerate(results):
        assert (found * passages[number:]).sum(axis=1).min() > 0.999
        assert question @ questions[number] > 0.999


# other models


@pytest.mark.real
def test_a_folder_of_the_same_model_works_like_the_bundled_one(embeddings, passages):
    by_folder = embedder(prepare_bundled_model(CACHE))
    assert by_folder.embed_question(TEXTS[0]) @ embeddings.embed_question(TEXTS[0]) > 0.9998
    assert (passage_vectors(by_folder, TEXTS) * passages).sum(axis=1).min() > 0.9998
    assert by_folder.identity != embeddings.identity


@pytest.mark.real
def test_a_prompt_of_ones_own_takes_the_place_of_the_models(embeddings, passages):
    own = embedder("bundled", query_prompt="passage: ", passage_prompt="query: ")
    own._loaded = embeddings.load()  # the same weights need not be read twice
    assert own.embed_question(TEXTS[0]) @ passages[0] > 0.999
    assert passage_vectors(own, TEXTS[:1])[0] @ embeddings.embed_question(TEXTS[0]) > 0.999
    assert embeddings.embed_question(TEXTS[0]) @ passages[0] < 0.999
    others = [embedder("bundled", query_prompt=prompt).identity for prompt in ("passage: ", "")]
    assert len({own.identity, embeddings.identity, *others}) == 4


@pytest.fixture(scope="module")
def tiny_models(tmp_path_factory):
    """Return the folders of four tiny models with random weights, each pooling in another way."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Normalize, Pooling, StaticEmbedding, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models")
    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "wal", "brot", "lang"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=6)], device="cpu").save(
        str(folder / "static")
    )

    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=32, **sizes)).save_pretrained(folder / "bert")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder / "bert")

    bert = Transformer(str(folder / "bert"), max_seq_length=32)
    mean = Pooling(8, pooling_mode="mean")
    for name, modules in {
        "mean": [mean],
        "mean and unit": [mean, Normalize()],
        "first token": [Pooling(8, pooling_mode="cls")],
        "mean and dense": [mean, Dense(8, 4)],
    }.items():
        SentenceTransformer(modules=[bert, *modules], device="cpu").save(str(folder / name))
    return folder


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [("static", 6), ("mean", 8), ("mean and unit", 8), ("first token", 8), ("mean and dense", 4)],
)
def test_models_of_other_make_give_passages_and_sentences_in_one_space(name, dimensions, tiny_models):
    other = embedder(tiny_models / name)
    first, second = other.embed_passages(["wal lang brot", "brot"], [[(0, 8), (9, 13)], []])
    assert first.passage.shape == other.embed_question("wal").shape == (dimensions,)
    assert first.sentences.shape == (2, dimensions)
    assert second.sentences.shape == (0, dimensions)
    assert_unit(np.stack([first.passage, second.passage, *first.sentences]))
    (alone,) = other.embed_passages(["brot"], [()])
    np.testing.assert_allclose(first.sentences[1], alone.passage, atol=0.02)


# errors


@pytest.mark.parametrize("name", ["./no-such-model", "/no/such/model", "~/no-such-model", "no/such/model"])
def test_a_folder_that_is_not_there_is_said_at_once_without_asking_a_hub(name, refuse_network):
    started = time.monotonic()
    with pytest.raises(ModelError, match="no embedding model at") as caught:
        embedder(name).embed_question("Was?")
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
    assert refuse_network == []
    assert time.monotonic() - started < 30, "the first use of the library is slow, a hub's retries are slower"


def broken(folder, tiny_models, **contents):
    """Return a copy of a tiny model with some files replaced, or left out."""
    folder.mkdir()
    for path in (tiny_models / "mean").rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(tiny_models / "mean")
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    for name, content in contents.items():
        path = folder / name.replace("__", ".")
        path.unlink()
        if content is not None:
            path.write_text(content)
    return folder


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param({"model__safetensors": "no weights"}, id="weights that are none"),
        pytest.param({"model__safetensors": ""}, id="weights empty"),
        pytest.param({"model__safetensors": None}, id="weights missing"),
        pytest.param({"config__json": "{"}, id="configuration cut"),
        pytest.param({"modules__json": "[]"}, id="no modules"),
        pytest.param({"modules__json": json.dumps([{"idx": 0}])}, id="modules without type"),
    ],
)
def test_a_damaged_folder_is_named_in_one_line(contents, tiny_models, tmp_path):
    folder = broken(tmp_path / "model", tiny_models, **contents)
    with pytest.raises(ModelError, match="can't be loaded") as caught:
        embedder(folder).load()
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def test_a_folder_without_a_model_or_a_file_is_named_in_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("no model")
    for path in (tmp_path / "empty", tmp_path / "file"):
        with pytest.raises(ModelError, match="can't be loaded") as caught:
            embedder(path).load()
        assert "\n" not in str(caught.value)


@pytest.mark.real
def test_a_damaged_cache_says_how_to_mend_it(tmp_path):
    name = prepare_bundled_model(CACHE).name
    (tmp_path / name).mkdir()
    with pytest.raises(ModelError, match="remove that folder to have it made anew") as caught:
        SentenceTransformerEmbeddings(EmbeddingModel(), cache_dir=tmp_path).load()
    assert "\n" not in str(caught.value)
