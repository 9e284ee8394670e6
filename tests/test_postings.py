"""Counts and BM25: the formula's scores, bm25s's to the last bit, and no trace of how a collection came about."""

import logging
import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.postings import K1, B, Counts, Postings, count_tokens, most_common, split_tokens

TOKENS = ("bad", "bau", "fluss", "stadt", "wal")
tokens = st.sampled_from(TOKENS)
document = st.lists(tokens, max_size=8)
documents = st.lists(document, min_size=1, max_size=6)
questions = st.lists(st.one_of(tokens, st.just("unbekannt")), max_size=5)


def changes(items):
    """Return collections, each made from the one before by taking items out and putting new ones in between."""
    return st.lists(st.lists(items, max_size=5), min_size=2, max_size=5)


def follow(old, new):
    """Return where each of the new items stood among the old, -1 for one that didn't, and those that are new."""
    places = [old.index(item) if item in old else -1 for item in new]
    return np.array(places, dtype=np.int64), [item for item, place in zip(new, places, strict=True) if place < 0]


def plain_bm25(documents, tokens):
    """Score documents one by one, in Lucene's form of BM25."""
    size = len(documents)
    average = sum(map(len, documents)) / size
    scores = []
    for document in documents:
        score = 0.0
        for token in tokens:
            found = document.count(token)
            containing = sum(token in other for other in documents)
            weight = math.log(1 + (size - containing + 0.5) / (containing + 0.5))
            if found:
                score += weight * found / (found + K1 * (1 - B + B * len(document) / average))
        scores.append(score)
    return scores


def bm25s_scores(documents, tokens):
    """Score documents with the library."""
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets it to DEBUG when imported
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index(documents, show_progress=False)
    known = [token for token in tokens if token in index.vocab_dict]
    return index.get_scores(known).tolist() if known else [0.0] * len(documents)


def table(counts):
    """Return what is counted: for each document its tokens with their numbers, in order of first occurrence."""
    names = list(counts.columns)
    rows = counts.matrix
    return [
        [(names[rows.indices[at]], int(rows.data[at])) for at in range(rows.indptr[row], rows.indptr[row + 1])]
        for row in range(rows.shape[0])
    ]


# laws


@settings(max_examples=80, deadline=None)
@given(documents, questions)
def test_scores_are_those_of_the_formula(documents, asked):
    scores = Postings(count_tokens(documents)).score(asked)
    assert scores.shape == (len(documents),)
    expected = plain_bm25(documents, asked) if any(documents) else [0.0] * len(documents)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(documents.filter(any), questions)
def test_scores_are_those_of_bm25s_to_the_last_bit(documents, asked):
    assert Postings(count_tokens(documents)).score(asked).tolist() == bm25s_scores(documents, asked)


@settings(max_examples=80, deadline=None)
@given(changes(document), questions)
def test_renewed_again_and_again_scores_and_counts_are_those_of_a_fresh_start(states, asked):
    counts, postings = (make(count_tokens(states[0])) for make in (lambda same: same, Postings))
    for old, new in pairwise(states):
        before, added = follow(old, new)
        counts, postings = (item.renewed(before, count_tokens(added)) for item in (counts, postings))
        anew = count_tokens(new)
        assert table(counts) == table(anew)
        assert most_common(counts) == most_common(anew)
        assert len(postings) == len(new)
        assert postings.score(asked).tolist() == Postings(anew).score(asked).tolist()
        assert [postings.frequency(token) for token in TOKENS] == [sum(token in one for one in new) for token in TOKENS]


@settings(max_examples=60, deadline=None)
@given(changes(document))
def test_what_was_renewed_stays_as_it_was(states):
    counts = count_tokens(states[0])
    postings = Postings(counts)
    kept, scored = table(counts), postings.score(TOKENS).tolist()
    before, added = follow(states[0], states[1])
    counts.renewed(before, count_tokens(added))
    postings.renewed(before, count_tokens(added))
    assert table(counts) == kept
    assert postings.score(TOKENS).tolist() == scored


@settings(max_examples=60, deadline=None)
@given(documents)
def test_the_most_common_are_those_of_a_counter(documents):
    expected = Counter(token for document in documents for token in document)
    assert most_common(count_tokens(documents)) == expected.most_common()


@settings(max_examples=60, deadline=None)
@given(documents)
def test_parts_are_counted_as_if_each_document_were_written_in_them(documents):
    parts = {"bad": ("ba", "ad"), "bau": ("ba", "au"), "fluss": ("s", "s"), "stadt": (), "wal": ("wal",)}
    split = split_tokens(count_tokens(documents), parts)
    written = count_tokens([part for token in document for part in parts[token]] for document in documents)
    assert [sorted(row) for row in table(split)] == [sorted(row) for row in table(written)]


# samples


def test_a_score_worked_out_by_hand():
    postings = Postings(count_tokens([["wal", "wal", "bad"], ["bad"]]))
    weight = math.log(1 + 1.5 / 1.5)
    expected = weight * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2))
    assert postings.score(["wal"]).tolist() == pytest.approx([expected, 0.0])


def test_tokens_that_no_document_holds_any_more_are_forgotten():
    counts = count_tokens([[str(number)] for number in range(9)])
    counts = counts.renewed(np.array([4]), count_tokens([]))
    assert list(counts.columns) == ["4"]
    assert isinstance(counts, Counts)


def test_of_nothing_there_is_nothing():
    postings = Postings(count_tokens([]))
    assert postings.score(["wal"]).tolist() == []
    assert most_common(count_tokens([])) == []
    assert postings.renewed(np.array([-1]), count_tokens([["wal"]])).score(["wal"]).tolist() == pytest.approx(
        plain_bm25([["wal"]], ["wal"])
    )
