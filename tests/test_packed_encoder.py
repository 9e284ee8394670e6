"""Both ways to run the encoder give the model's own vectors, whatever the texts beside each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore import packed_encoder
from vectorstore.checkpoint import WORDS, Checkpoint
from vectorstore.light_encoder import LightEncoder, error_function
from vectorstore.packed_encoder import PackedEncoder

VOCABULARY = 90
texts = st.lists(st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=20), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def bert():
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    for parameter in model.parameters():  # layer norms and biases too: by default they change nothing
        torch.nn.init.normal_(parameter, std=0.5)
    return model


@pytest.fixture(scope="module")
def checkpoint(bert):
    tensors = {name: value.numpy() for name, value in bert.state_dict().items()}
    return Checkpoint(tensors.pop(WORDS), tensors, bert.config.num_attention_heads, bert.config.layer_norm_eps)


@pytest.fixture(scope="module", params=["packed", "light"])
def encoder(request, checkpoint):
    import torch

    return PackedEncoder(checkpoint, precision=torch.float32) if request.param == "packed" else LightEncoder(checkpoint)


def vectors_alone(bert, text):
    """Return the model's token vectors for one text, in a call of its own."""
    import torch

    with torch.inference_mode():
        return bert(torch.tensor([text])).last_hidden_state[0].numpy()


@settings(max_examples=40, deadline=None)
@given(given_texts=texts, tokens=st.sampled_from([1, 7, 4096]))
def test_vectors_are_those_of_each_text_alone(bert, encoder, given_texts, tokens):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_encoder, "TOKENS", tokens)
        means, states = encoder.mean_vectors(given_texts), encoder.token_vectors(given_texts)
    expected = [vectors_alone(bert, text) for text in given_texts]
    np.testing.assert_allclose(means, np.stack([vectors.mean(axis=0) for vectors in expected]), atol=1e-4)
    for found, vectors in zip(states, expected, strict=True):
        np.testing.assert_allclose(found, vectors, atol=1e-4)


def test_no_texts_have_no_vectors(encoder):
    assert encoder.mean_vectors([]).shape == (0, 16)
    assert encoder.token_vectors([]) == []


def test_an_adapter_changes_what_it_names_and_leaves_the_weights_as_they_were(checkpoint):
    name, chance = "encoder.layer.1.output.dense", np.random.default_rng(1)
    up, down = chance.normal(size=(16, 3)), chance.normal(size=(3, 32))
    before = {key: value.copy() for key, value in checkpoint.tensors.items()}
    adapted = checkpoint.adapted({f"{name}.up": up, f"{name}.down": down, "span.weight": up})
    assert adapted.tensors.keys() == before.keys()
    for key, value in before.items():
        np.testing.assert_array_equal(checkpoint.tensors[key], value)
        change = up @ down if key == f"{name}.weight" else 0
        np.testing.assert_allclose(adapted.tensors[key], value + change, rtol=1e-4, atol=1e-5)


@given(st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=20))
def test_the_error_function_is_the_exact_one(values):
    from scipy.special import erf

    found = error_function(np.array(values, dtype=np.float32))
    np.testing.assert_allclose(found, erf(np.array(values)), atol=1e-6)
