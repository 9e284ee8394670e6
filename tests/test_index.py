"""The index: what goes in comes out, near is near, and a damaged one says so in one line."""

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectorstore import faults
from vectorstore import index as index_module
from vectorstore.chunking import split_article
from vectorstore.contents import Moments, find_moments
from vectorstore.embedding import PassageVectors, unit_rows
from vectorstore.errors import CollectionError, MisfitError
from vectorstore.index import (
    DIGEST_LENGTH,
    Entry,
    PassageIndex,
    Remainder,
    RowId,
    make_entries,
    name_rows,
    pack_vectors,
)
from vectorstore.mirror import rejoin
from vectorstore.passage import Article, Passage, Sentence, Source
from vectorstore.rows import from_levels, pack_remainder, sum_rows, unpack_levels, unpack_remainder

DIGEST = "0123456789abcdef" * 4
DIMENSIONS = 24
ROOT = Path(__file__).parent.parent
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


def entries_of(items, pairs=None, *, total=None, digest=DIGEST):
    """Return the rows of some passages of an article that has ``total``."""
    rows = name_rows(digest, items, total=total or len(items))
    return [Entry(row, item, pair) for row, item, pair in zip(rows, items, pairs or vectors_for(items), strict=True)]


def fill(index, count, seed=0):
    """Store passages of as many articles and return their vectors by row."""
    passages = [passage(f"artikel-{number:03}.md", text=f"Satz {number}. Noch einer.") for number in range(count)]
    pairs = vectors_for(passages, seed)
    index.add(entries_of(passages, pairs, total=1))
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
    index.add(entries_of([item], [pair], total=item.number + 1))
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
    index.add(entries_of(items))
    rows = index.ids()
    assert [row.article_id for row in rows] == [article_id] * 2
    assert [stored.passage for stored in index.read(rows).values()] == items
    index.remove(rows[:1])
    assert index.ids() == rows[1:]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5), st.integers(1, 40), st.integers(0, 10**6))
def test_packed_vectors_keep_their_direction(count, dimensions, seed):
    vectors = unit_vectors(count, seed, dimensions)
    unpacked = from_levels(unpack_levels(pack_vectors(vectors), count))
    assert unpacked.dtype == np.float32
    assert len(unpacked) == count
    if count:
        np.testing.assert_allclose(np.linalg.norm(unpacked, axis=1), 1, atol=1e-5)
        assert (unpacked * vectors).sum(axis=1).min() > 0.999


@settings(max_examples=300, deadline=None)
@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 12)),
        elements=st.floats(-1, 1, width=32) | st.sampled_from([0.0, -0.0, 1e-45, -1e-38, 1 / 3]),
    )
)
def test_what_was_unpacked_packs_to_the_same_bytes(vectors):
    packed = pack_vectors(vectors)
    for _ in range(3):
        assert pack_vectors(from_levels(unpack_levels(packed, len(vectors)))) == packed


def test_every_level_survives_unpacking_and_packing():
    levels = np.arange(-127, 128, dtype=np.float32)
    rows = np.stack([np.roll(levels, shift) * scale for shift, scale in enumerate((1, 1e-3, 7.7, 1e30))])
    packed = pack_vectors(rows)
    assert pack_vectors(from_levels(unpack_levels(packed, len(rows)))) == packed


@settings(max_examples=50, deadline=None)
@given(
    st.builds(
        Remainder,
        st.text("0123456789abcdef", min_size=64, max_size=64),
        st.lists(st.text(max_size=50), max_size=5).map(tuple),
        st.lists(st.integers(0, 10**9), max_size=5).map(tuple),
    )
)
def test_the_rest_of_an_article_comes_back_as_it_went_in(remainder):
    assert unpack_remainder(pack_remainder(remainder)) == remainder


def test_an_article_with_pages_and_removed_parts_comes_back_whole(index):
    text = "Erste Seite steht hier. Sie ist kurz. Zweite Seite steht hier."
    article = Article(Source("buch.pdf", "Buch"), text, ("Werbung: 😀", "Seite 1"), (0, 38), DIGEST)
    passages = split_article(article)
    index.add(make_entries(article, passages, vectors_for(passages)))
    assert rejoin(index, "buch.pdf") == article
    assert [sentence.page for sentence in index.read(index.ids())[index.ids()[0]].passage.sentences] == [1, 1, 2]


def test_whole_rows_read_and_added_again_are_the_same_rows(index, tmp_path):
    items = [passage(number=number, text=f"Satz {number}. Noch einer.") for number in range(5)]
    entries = entries_of(items)
    entries[0] = replace(entries[0], remainder=Remainder(DIGEST, ("Werbung",), (0,)))
    index.add(entries)
    other = PassageIndex(tmp_path / "other", identity="words")
    other.add(index.entries(index.ids()).values())
    parts = ["documents", "metadatas", "embeddings"]
    ours, theirs = (item._stored.handle.get(include=parts) for item in (index, other))
    assert [ours[part] for part in ("ids", "documents", "metadatas")] == [
        theirs[part] for part in ("ids", "documents", "metadatas")
    ]
    np.testing.assert_allclose(ours["embeddings"], theirs["embeddings"], rtol=0, atol=1e-7)


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.randoms())
def test_sums_of_rows_tell_sets_apart_and_add_up(first, second, random):
    def rows(numbers):
        return random.sample(sorted(RowId("d", number, 41, "a.md") for number in numbers), len(numbers))

    assert (sum_rows(rows(first)) == sum_rows(rows(second))) == (first == second)
    assert (sum_rows(rows(first)) + sum_rows(rows(second - first))) % 2**128 == sum_rows(rows(first | second))


def test_a_vector_of_zeros_stays_one():
    assert from_levels(unpack_levels(pack_vectors(np.zeros((2, 4), dtype=np.float32)), 2)).tolist() == [[0.0] * 4] * 2


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
        index.add(entries_of([item], total=11))
    assert [(row.article_id, row.number) for row in index.ids()] == [
        (article_id, number) for article_id in ("a.md", "b.md") for number in (0, 2, 10)
    ]


@pytest.mark.parametrize("page", [3, 4, 8])
def test_more_rows_than_one_call_takes_all_arrive(page, index, monkeypatch):
    monkeypatch.setattr(index_module, "WRITE_BATCH", 3)
    monkeypatch.setattr(index_module, "ID_PAGE", page)
    items = [passage(number=number, text=f"Satz {number}.") for number in range(8)]
    index.add(entries_of(items))
    rows = index.ids()
    assert [stored.passage for stored in index.read(rows).values()] == items
    index.remove(rows[1:])
    assert index.ids() == rows[:1]


# adding, removing, reopening


def test_adding_twice_is_adding_once(index):
    items = [passage(number=number) for number in range(3)]
    pairs = vectors_for(items)
    for _ in range(2):
        index.add(entries_of(items, pairs))
    assert len(index) == len(index.ids()) == 3
    assert [stored.passage for stored in index.read(index.ids()).values()] == items


def test_another_edition_of_an_article_is_another_row(index):
    item = passage()
    index.add(entries_of([item]))
    index.add(entries_of([item], digest=DIGEST[::-1]))
    assert len(index) == 2


def test_adding_or_removing_nothing_does_nothing(index):
    rows = fill(index, 2)
    index.add([])
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
def test_another_identity_or_format_is_refused_and_emptied_only_when_told_to(changed, tmp_path, monkeypatch):
    old = PassageIndex(tmp_path / "index", identity="words")
    rows = fill(old, 3)
    identity = "others" if changed == "identity" else "words"
    if changed == "format":
        monkeypatch.setattr(index_module, "FORMAT", index_module.FORMAT + 1)
    for options in ({}, {"read_only": True}, {"read_only": True, "rebuild": True}):
        with pytest.raises(MisfitError, match=r"(another model|another version of belegt); rebuild it: belegt index$"):
            PassageIndex(tmp_path / "index", identity=identity, **options)
    assert set(old.entries(list(rows))) == set(rows)
    old.close()
    opened = PassageIndex(tmp_path / "index", identity=identity, rebuild=True)
    assert len(opened) == 0
    item = passage()
    other_size = [PassageVectors(unit_vectors(1, 0, 7)[0], unit_vectors(2, 1, 7))]
    opened.add(entries_of([item], other_size))
    assert len(PassageIndex(tmp_path / "index", identity=identity, rebuild=True)) == 1


def test_clearing_leaves_an_index_that_takes_passages_again(tmp_path):
    index = PassageIndex(tmp_path / "index", identity="words")
    fill(index, 4)
    index.clear()
    assert (len(index), index.ids(), index.nearest(unit_vectors(1)[0], 3)) == (0, (), {})
    rows = fill(index, 2)
    assert set(PassageIndex(tmp_path / "index", identity="words").ids()) == set(rows)


# whose it is, and what it holds by now


def test_what_is_mirrored_is_noted_once_and_another_is_refused(tmp_path):
    ours = PassageIndex(tmp_path / "index", identity="words", mirrors="unser Ordner")
    theirs = PassageIndex(tmp_path / "index", identity="words", mirrors="ihrer")
    ours.claim()
    ours.claim()
    ours.check_claim()
    fill(ours, 2)
    for refused in (theirs.claim, theirs.check_claim):
        with pytest.raises(CollectionError, match=r"mirrors 'unser Ordner', not 'ihrer'; .*--rebuild") as caught:
            refused()
        assert "\n" not in str(caught.value)
    theirs.clear()
    theirs.claim()
    with pytest.raises(CollectionError, match="mirrors 'ihrer'"):
        ours.claim()


def test_a_stamp_stays_and_leaves_the_other_notes_alone(tmp_path):
    index = PassageIndex(tmp_path / "index", identity="words", mirrors="a")
    index.claim()
    index.stamp("1f")
    again = PassageIndex(tmp_path / "index", identity="words", mirrors="a")
    assert (index.revision(), again.revision()) == ("1f", "1f")
    again.check_claim()
    index.clear()
    assert (index.revision(), again.revision()) == ("", "")


def test_an_index_cleared_by_another_is_found_again(tmp_path):
    first, second = (PassageIndex(tmp_path / "index", identity="words") for _ in range(2))
    fill(first, 3)
    second.clear()
    assert len(first) == 0
    rows = fill(first, 2)
    assert set(second.ids()) == set(rows)


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.test_index import fill
from vectorstore.index import PassageIndex
index = PassageIndex(Path(sys.argv[1]), identity="words")
fill(index, 60)
index.stamp("2")
"""


def test_what_another_process_wrote_is_found_once_the_stamp_is_seen(tmp_path):
    index = PassageIndex(tmp_path / "index", identity="words")
    index.add(entries_of([passage("alt.md")]))
    question = unit_vectors(1, seed=9)[0]
    assert len(index.nearest(question, 100)) == 1
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, tmp_path / "index"], cwd=ROOT, check=True)
    assert index.revision() == "2"
    assert len(index.nearest(question, 100)) == len(index.ids()) == 61


def test_questions_are_answered_while_the_index_is_opened_again(tmp_path):
    index, other = (PassageIndex(tmp_path / "index", identity="words") for _ in range(2))
    rows = fill(index, 20)
    other.close()
    question, answers = unit_vectors(1, seed=9)[0], []

    def ask():
        answers.extend(set(index.nearest(question, 30)) == set(rows) for _ in range(300))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(20):
        index._stored._seen = str(number)  # as if another process had written
        index.revision()
    for thread in threads:
        thread.join()
    assert answers == [True] * 900


def test_a_reader_changes_nothing(tmp_path):
    with pytest.raises(CollectionError, match=r"there is no index in .*; make it: belegt index"):
        PassageIndex(tmp_path / "index", identity="words", read_only=True)
    assert not (tmp_path / "index").exists()
    rows = fill(PassageIndex(tmp_path / "index", identity="words"), 3)
    reader = PassageIndex(tmp_path / "index", identity="words", read_only=True)
    assert set(reader.ids()) == set(reader.nearest(unit_vectors(1)[0], 5)) == set(rows)
    for change in (
        reader.clear,
        lambda: reader.stamp("1"),
        lambda: reader.remove(rows),
        lambda: fill(reader, 1),
    ):
        with pytest.raises(CollectionError, match="open for reading only"):
            change()
    with pytest.raises(CollectionError, match=r"holds the vectors of another model; rebuild it"):
        PassageIndex(tmp_path / "index", identity="others", read_only=True)
    assert set(reader.ids()) == set(rows)


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


@pytest.mark.parametrize("count", [1, 7, 200])
@pytest.mark.parametrize("size", [1, 20, 140])
def test_the_nearest_among_some_rows_are_those_of_brute_force(size, count, index):
    rows = fill(index, 150, seed=5)
    for question in unit_vectors(3, seed=99):
        cosines = {row: float(vector @ question) for row, vector in rows.items()}
        order = sorted(cosines, key=cosines.__getitem__, reverse=True)
        among = order[-size:]
        assert list(index.nearest(question, count, among=sorted(among))) == among[:count]
        assert index.nearest(question, count, among=()) == {}


def test_the_nearest_of_all_are_returned_where_one_of_some_rows_was_removed(index):
    rows = list(fill(index, 20))
    index.remove(rows[:1])
    question = unit_vectors(1, seed=4)[0]
    assert index.nearest(question, 5, among=rows[:8]) == index.nearest(question, 5)


def moments_of(index):
    """Return mean and covariance of all vectors of an index."""
    return find_moments([entry.vectors.passage for entry in index.entries(index.ids()).values()])


def test_an_empty_index_has_nothing_near_and_no_spread(index):
    question = unit_vectors(1)[0]
    assert index.nearest(question, 5) == {}
    assert moments_of(index).mean.tolist() == [0.0]


def test_moments_are_mean_and_covariance_and_standardise_as_brute_force_does(index):
    vectors = np.stack(list(fill(index, 40).values())).astype(np.float64)
    moments = moments_of(index)
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
        index.add(entries_of([item], [pair]))
    question = unit_vectors(1, seed=3)[0]
    cosines = np.full(count, float(pair.passage @ question))
    assert moments_of(index).standardise(question, cosines).tolist() == [0.0] * count


# errors


def test_a_foreign_row_is_told_from_ours(index):
    fill(index, 2)
    index._stored.handle.add(ids=["foreign"], embeddings=[unit_vectors(1)[0]], documents=["nicht von hier"])
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


def test_an_index_whose_vectors_were_cut_off_says_so_and_is_not_emptied(tmp_path):
    """A process that is killed, or whose disk fills up, while Chroma writes its vectors leaves such files."""
    code = "from pathlib import Path; import sys; from tests.test_index import *; "
    code += "fill(PassageIndex(Path(sys.argv[1]), identity='words'), 1100)"  # Chroma writes them after 1,000 rows
    subprocess.run([sys.executable, "-c", code, tmp_path / "index"], cwd=ROOT, check=True)
    (file,) = (tmp_path / "index").rglob("index_metadata.pickle")
    content = file.read_bytes()
    file.write_bytes(b"")
    for read_only in (True, False):
        with pytest.raises(CollectionError, match="rebuild it: belegt index --rebuild"):
            len(PassageIndex(tmp_path / "index", identity="words", read_only=read_only))
    file.write_bytes(content)
    assert len(PassageIndex(tmp_path / "index", identity="words")) == 1100


@pytest.mark.parametrize("writing", [True, False])
def test_what_chroma_says_becomes_one_line_with_advice(writing, index):
    operation = (lambda: fill(index, 1)) if writing else index.ids

    class Broken:
        metadata = index._stored.handle.metadata

        def __getattr__(self, name):
            raise RuntimeError("Error in compaction\nof the log")

    index._stored.handle = Broken()
    advice = "can't be written .* run belegt index again" if writing else "can't be read .* --rebuild"
    with pytest.raises(CollectionError, match=rf"{advice}") as caught:
        operation()
    assert "\n" not in str(caught.value)
    assert "Error in compaction" in str(caught.value)


def test_a_disk_nearly_full_is_not_written_to(index, monkeypatch):
    monkeypatch.setattr(faults, "ROOM", 1 << 60)
    with pytest.raises(CollectionError, match=r"the disk is full .*make room and run belegt index again") as caught:
        fill(index, 1)
    assert "\n" not in str(caught.value)
    assert len(index) == 0
