"""The index: what goes in comes out, near is near, and a damaged one says so in one line."""

import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore import index as index_module
from vectorstore.embedding import PassageVectors, unit_rows
from vectorstore.errors import CollectionError
from vectorstore.index import (
    DIGEST_LENGTH,
    Moments,
    PassageIndex,
    RowId,
    name_rows,
    pack_vectors,
    unpack_vectors,
)
from vectorstore.passage import Passage, Sentence, Source

DIGEST = "0123456789abcdef" * 4
DIMENSIONS = 24
HOSTILE = (
    "a-b-3-c.md",
    "-",
    "zeile\nzwei.txt",
    "ä/ß 😀\u2028.md",
    "x" * 3000,
    "'; DROP TABLE x; --",
    "a\x00b",
    " ",
    "1",
)


def unit_vectors(count, seed=0, dimensions=DIMENSIONS):
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32))


def passage(article_id="bahn.md", number=0, text="Die Strecke ist lang. Sie ist neu.", start=0, **source):
    middle = text.find(". ") + 1
    spans = [(0, middle), (middle + 1, len(text))] if middle else [(0, len(text))]
    sentences = tuple(Sentence(start + first, start + last, place == 0) for place, (first, last) in enumerate(spans))
    return Passage(
        Source(article_id, **{"title": "Titel", **source}), number, start, start + len(text), text, sentences
    )


def vectors_for(passages, seed=0):
    rows = unit_vectors(len(passages), seed)
    return [
        PassageVectors(row, unit_vectors(len(item.sentences), seed + place + 1))
        for place, (row, item) in enumerate(zip(rows, passages, strict=True))
    ]


def fill(index, count, seed=0):
    """Store passages of as many articles and return their vectors by row."""
    passages = [passage(f"artikel-{number:03}.md", text=f"Satz {number}. Noch einer.") for number in range(count)]
    pairs = vectors_for(passages, seed)
    index.add(name_rows(DIGEST, passages, total=1), passages, pairs)
    return {
        RowId(DIGEST[:DIGEST_LENGTH], 0, 1, item.source.article_id): pair.passage
        for item, pair in zip(passages, pairs, strict=True)
    }


@pytest.fixture
def index(tmp_path):
    return PassageIndex(tmp_path / "index", identity="words")


# row ids


@settings(max_examples=200, deadline=None)
@given(
    st.text("0123456789abcdef", min_size=1, max_size=16),
    st.integers(0, 10**6),
    st.integers(1, 10**6),
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text("-0123456789", max_size=12)),
)
def test_a_row_id_reads_back_whatever_the_article_is_called(digest, number, total, article_id):
    row = RowId(digest, number, total, article_id)
    assert RowId.parse(str(row)) == row


@pytest.mark.parametrize("text", ["", "foreign", "zwei\nzeilen", "a-b-c-d", "a-1-b.md", "a-1-x-b.md", "---"])
def test_a_foreign_id_is_refused_in_one_line(text):
    with pytest.raises(CollectionError, match="foreign row") as caught:
        RowId.parse(text)
    assert "\n" not in str(caught.value)


# what goes in comes out


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(passage(), id="nothing known"),
        pytest.param(
            passage(published=date(1999, 12, 31), author="A, B", publisher="Ü & Söhne", url="https://e.x/?a=1"),
            id="all",
        ),
        pytest.param(passage(published=date(1, 1, 1), author=""), id="first date and empty author"),
        pytest.param(passage(number=3, start=10_000), id="further down"),
        pytest.param(replace(passage(), sentences=()), id="no sentence"),
        pytest.param(passage(text="Eins\n\n\tzwei\u00a0😀\u2028. Drei \x00 vier.  "), id="odd characters"),
        pytest.param(passage(text=" \n"), id="white space"),
    ],
)
def test_a_passage_comes_back_as_it_went_in(item, index):
    (pair,) = vectors_for([item])
    index.add(name_rows(DIGEST, [item], total=item.number + 1), [item], [pair])
    (row,) = index.ids()
    assert row == RowId(DIGEST[:DIGEST_LENGTH], item.number, item.number + 1, item.source.article_id)
    stored = index.read([row])[row]
    assert stored.passage == item
    assert len(stored.sentence_vectors) == len(item.sentences)
    if item.sentences:
        assert (stored.sentence_vectors * pair.sentences).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("article_id", HOSTILE, ids=ascii)
def test_an_article_may_have_any_name(article_id, index):
    items = [passage(article_id, number) for number in range(2)]
    index.add(name_rows(DIGEST, items, total=2), items, vectors_for(items))
    rows = index.ids()
    assert [row.article_id for row in rows] == [article_id] * 2
    assert [stored.passage for stored in index.read(rows).values()] == items
    index.remove(rows[:1])
    assert index.ids() == rows[1:]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5), st.integers(1, 40), st.integers(0, 10**6))
def test_packed_vectors_keep_their_direction(count, dimensions, seed):
    vectors = unit_vectors(count, seed, dimensions)
    unpacked = unpack_vectors(pack_vectors(vectors), count)
    assert unpacked.dtype == np.float32
    assert len(unpacked) == count
    if count:
        np.testing.assert_allclose(np.linalg.norm(unpacked, axis=1), 1, atol=1e-5)
        assert (unpacked * vectors).sum(axis=1).min() > 0.999


def test_a_vector_of_zeros_stays_one():
    assert unpack_vectors(pack_vectors(np.zeros((2, 4), dtype=np.float32)), 2).tolist() == [[0.0] * 4] * 2


def test_rows_are_read_in_the_order_asked_for_and_those_gone_are_left_out(index):
    rows = list(fill(index, 6))
    asked = [rows[4], rows[0], rows[5], rows[2]]
    index.remove([rows[0]])
    read = index.read(asked)
    assert list(read) == [rows[4], rows[5], rows[2]]
    assert [stored.passage.source.article_id for stored in read.values()] == [row.article_id for row in read]
    assert index.read([]) == {}


def test_ids_come_by_article_and_number_whatever_the_order_of_adding(index):
    items = [passage(article_id, number) for article_id in ("b.md", "a.md") for number in (10, 2, 0)]
    for item in items:
        index.add(name_rows(DIGEST, [item], total=11), [item], vectors_for([item]))
    assert [(row.article_id, row.number) for row in index.ids()] == [
        (article_id, number) for article_id in ("a.md", "b.md") for number in (0, 2, 10)
    ]


def test_more_rows_than_one_call_takes_all_arrive(index, monkeypatch):
    monkeypatch.setattr(index_module, "WRITE_BATCH", 3)
    items = [passage(number=number, text=f"Satz {number}.") for number in range(8)]
    index.add(name_rows(DIGEST, items, total=8), items, vectors_for(items))
    rows = index.ids()
    assert [stored.passage for stored in index.read(rows).values()] == items
    index.remove(rows[1:])
    assert index.ids() == rows[:1]


# adding, removing, reopening


def test_adding_twice_is_adding_once(index):
    items = [passage(number=number) for number in range(3)]
    pairs = vectors_for(items)
    for _ in range(2):
        index.add(name_rows(DIGEST, items, total=3), items, pairs)
    assert len(index) == len(index.ids()) == 3
    assert [stored.passage for stored in index.read(index.ids()).values()] == items


def test_another_edition_of_an_article_is_another_row(index):
    item = passage()
    index.add(name_rows(DIGEST, [item], total=1), [item], vectors_for([item]))
    index.add(name_rows(DIGEST[::-1], [item], total=1), [item], vectors_for([item]))
    assert len(index) == 2


def test_adding_or_removing_nothing_does_nothing(index):
    rows = fill(index, 2)
    index.add(name_rows(DIGEST, [], total=0), [], [])
    index.remove([])
    index.remove([RowId("f" * DIGEST_LENGTH, 0, 1, "nie gesehen.md")])
    assert set(index.ids()) == set(rows)


def test_reopening_keeps_everything(tmp_path):
    first = PassageIndex(tmp_path / "index", identity="words")
    fill(first, 5)
    again = PassageIndex(tmp_path / "index", identity="words")
    assert again.ids() == first.ids()
    question = unit_vectors(1, seed=9)[0]
    assert again.nearest(question, 5) == pytest.approx(first.nearest(question, 5))


@pytest.mark.parametrize("changed", ["identity", "format"])
def test_another_identity_or_format_empties_it_and_stays(changed, tmp_path, monkeypatch):
    fill(PassageIndex(tmp_path / "index", identity="words"), 3)
    identity = "others" if changed == "identity" else "words"
    if changed == "format":
        monkeypatch.setattr(index_module, "FORMAT", index_module.FORMAT + 1)
    opened = PassageIndex(tmp_path / "index", identity=identity)
    assert len(opened) == 0
    item = passage()
    other_size = [PassageVectors(unit_vectors(1, 0, 7)[0], unit_vectors(2, 1, 7))]
    opened.add(name_rows(DIGEST, [item], total=1), [item], other_size)
    assert len(PassageIndex(tmp_path / "index", identity=identity)) == 1


def test_clearing_leaves_an_index_that_takes_passages_again(tmp_path):
    index = PassageIndex(tmp_path / "index", identity="words")
    fill(index, 4)
    index.clear()
    assert (len(index), index.ids(), index.nearest(unit_vectors(1)[0], 3)) == (0, (), {})
    rows = fill(index, 2)
    assert set(PassageIndex(tmp_path / "index", identity="words").ids()) == set(rows)


# nearness


@pytest.mark.parametrize(("size", "count"), [(1, 5), (30, 10), (150, 20), (150, 150)])
def test_the_nearest_are_those_of_brute_force(size, count, index):
    rows = fill(index, size, seed=size)
    for question in unit_vectors(3, seed=99):
        nearest = index.nearest(question, count)
        cosines = {row: float(vector @ question) for row, vector in rows.items()}
        expected = sorted(cosines, key=cosines.__getitem__, reverse=True)[:count]
        assert list(nearest) == expected
        assert list(nearest.values()) == pytest.approx([cosines[row] for row in expected], abs=1e-5)


def test_what_was_removed_is_near_no_more(index):
    rows = fill(index, 10)
    question = unit_vectors(1, seed=4)[0]
    (best,) = index.nearest(question, 1)
    index.remove([best])
    assert set(index.nearest(question, 10)) == set(rows) - {best}


def test_an_empty_index_has_nothing_near_and_no_spread(index):
    question = unit_vectors(1)[0]
    assert index.nearest(question, 5) == {}
    assert index.moments().mean.tolist() == [0.0]


def test_moments_are_mean_and_covariance_and_standardise_as_brute_force_does(index):
    vectors = np.stack(list(fill(index, 40).values())).astype(np.float64)
    moments = index.moments()
    np.testing.assert_allclose(moments.mean, vectors.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(moments.covariance, np.cov(vectors.T, bias=True), atol=1e-6)
    for question in unit_vectors(5, seed=7):
        cosines = vectors @ question
        expected = (cosines - cosines.mean()) / cosines.std()
        np.testing.assert_allclose(moments.standardise(question, cosines), expected, atol=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 30), st.integers(2, 12), st.integers(0, 10**6))
def test_standardising_by_moments_is_standardising_by_the_cosines_themselves(count, dimensions, seed):
    vectors = unit_vectors(count, seed, dimensions).astype(np.float64)
    question = unit_vectors(1, seed + 1, dimensions)[0]
    cosines = vectors @ question
    moments = Moments(vectors.mean(axis=0), np.cov(vectors, rowvar=False, bias=True))
    if cosines.std() > 1e-4:
        expected = (cosines - cosines.mean()) / cosines.std()
        np.testing.assert_allclose(moments.standardise(question, cosines), expected, atol=1e-3)


@pytest.mark.parametrize("count", [1, 4])
def test_where_all_passages_are_alike_none_stands_out(count, index):
    items = [passage(f"{number}.md") for number in range(count)]
    (pair,) = vectors_for(items[:1])
    for item in items:
        index.add(name_rows(DIGEST, [item], total=1), [item], [pair])
    question = unit_vectors(1, seed=3)[0]
    cosines = np.full(count, float(pair.passage @ question))
    assert index.moments().standardise(question, cosines).tolist() == [0.0] * count


# errors


def test_a_foreign_row_is_told_from_ours(index):
    fill(index, 2)
    index._collection.add(ids=["foreign"], embeddings=[unit_vectors(1)[0]], documents=["nicht von hier"])
    for access in (index.ids, lambda: index.nearest(unit_vectors(1)[0], 3)):
        with pytest.raises(CollectionError, match=r"foreign row.*rebuild it: belegt index --rebuild") as caught:
            access()
        assert "\n" not in str(caught.value)


def damage(folder, kind):
    database = folder / "chroma.sqlite3"
    if kind == "a file":
        folder.write_text("no folder")
        return
    folder.mkdir()
    if kind == "below a file":
        (folder / "file").write_text("no folder")
    elif kind == "garbage":
        database.write_bytes(b"garbage " * 1000)
    elif kind == "a folder for a database":
        database.mkdir()


@pytest.mark.parametrize("kind", ["a file", "below a file", "garbage", "a folder for a database"])
def test_what_is_no_index_is_refused_in_one_line(kind, tmp_path):
    folder = tmp_path / "index"
    damage(folder, kind)
    with pytest.raises(CollectionError, match=r"can't be opened .* remove that folder") as caught:
        PassageIndex(folder / "file" / "index" if kind == "below a file" else folder, identity="words")
    assert "\n" not in str(caught.value)


def test_a_truncated_database_is_refused_in_one_line(tmp_path):
    fill(PassageIndex(tmp_path / "index", identity="words"), 3)
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    database = tmp_path / "copy" / "chroma.sqlite3"
    content = database.read_bytes()
    database.write_bytes(content[: len(content) // 2])
    with pytest.raises(CollectionError, match="remove that folder") as caught:
        PassageIndex(tmp_path / "copy", identity="words")
    assert "\n" not in str(caught.value)
