"""What a passage scores: laws of standardising, comparing and ranking."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectorstore.fusion import compare, rank, standardise, take_first
from vectorstore.rows import to_levels


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.integers(1, 8), elements=st.floats(-50, 50)))
def test_standard_scores_have_mean_zero_and_spread_one_unless_all_agree(values):
    scores = standardise(values)
    if np.ptp(values) > 1e-3:
        assert scores.mean() == pytest.approx(0, abs=1e-6)
        assert scores.std() == pytest.approx(1, abs=1e-6)
        assert np.diff(scores[np.argsort(values)]).min() >= 0, "in the same order"


@given(st.floats(-50, 50), st.integers(1, 9))
def test_standard_scores_are_zero_where_all_agree(value, count):
    assert standardise(np.full(count, value)).tolist() == [0.0] * count


@given(st.lists(st.integers(0, 4), max_size=12))
def test_ranks_fall_and_ties_keep_their_order(scores):
    places = rank(np.array(scores, dtype=np.float64))
    assert places == sorted(range(len(scores)), key=lambda place: (-scores[place], place))


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=40), st.integers(1, 9))
def test_the_first_by_rank_are_taken_until_enough_of_them_repeat_no_other(passages, count):
    scores = np.array([score for score, _ in passages], dtype=np.float64)
    repeats = np.array([repeating for _, repeating in passages], dtype=np.bool_)
    expected, alone = [], 0
    for place in rank(scores):
        if alone < count:
            expected.append(place)
        alone += not repeats[place]
    assert take_first(scores, repeats, count) == expected


@given(arrays(np.int16, (3, 8), elements=st.integers(-1000, 1000)).map(np.float32), st.integers(0, 7))
def test_stored_sentences_are_as_near_as_the_vectors_they_were_stored_from(vectors, axis):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    question = np.eye(8, dtype=np.float32)[axis]
    assert compare(to_levels(vectors), question) == pytest.approx((unit @ question).tolist(), abs=5e-3)


def test_a_passage_without_sentences_has_no_cosines():
    assert compare(to_levels(np.zeros((0, 0), dtype=np.float32)), np.ones(8, dtype=np.float32)) == ()
