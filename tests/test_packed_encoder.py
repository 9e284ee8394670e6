"""The packed encoder gives the model's own vectors, whatever the texts beside each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore import packed_encoder
from vectorstore.packed_encoder import PackedEncoder

WORDS = 90
texts = st.lists(st.lists(st.integers(0, WORDS - 1), min_size=1, max_size=20), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def bert():
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=WORDS,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    return BertModel(config, add_pooling_layer=False).eval()


def means_alone(bert, text):
    """Return the mean of the model's token vectors for one text, in a call of its own."""
    import torch

    with torch.inference_mode():
        return bert(torch.tensor([text])).last_hidden_state[0].mean(dim=0).numpy()


@settings(max_examples=40, deadline=None)
@given(texts, st.sampled_from([1, 7, 4096]))
def test_vectors_are_those_of_each_text_alone(bert, given_texts, tokens):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_encoder, "TOKENS", tokens)
        found = PackedEncoder(bert).mean_vectors(given_texts)
    expected = np.stack([means_alone(bert, text) for text in given_texts])
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_no_texts_have_no_vectors(bert):
    assert PackedEncoder(bert).mean_vectors([]).shape == (0, 16)


def test_the_model_is_left_as_it_was(bert):
    before = {name: value.clone() for name, value in bert.state_dict().items()}
    PackedEncoder(bert).mean_vectors([[1, 2, 3]])
    assert all((value == before[name]).all() for name, value in bert.state_dict().items())
