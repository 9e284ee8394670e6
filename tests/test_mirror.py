"""The mirror: after a run the index holds what the folders hold, whatever happened before."""

import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import fingerprints, mirror
from vectorstore.chunking import split_article
from vectorstore.errors import ArticleError
from vectorstore.fingerprints import Fingerprints
from vectorstore.index import PassageIndex, make_entries
from vectorstore.mirror import Progress, Report, apply, find_articles, plan, rejoin
from vectorstore.reading import read_article
from vectorstore.reuse import key_of

LONG = "\n\n".join(
    f"Absatz {number} handelt von der Strecke nach Norden und davon, was ihr Bau gekostet hat. " * 6
    for number in range(12)
)
NO_SENTENCE = "# Nur ein Titel\n"


class StoppedError(Exception):
    """Stands for whatever ends a run in the middle."""


class WatchedEmbedder(WordEmbedder):
    """Notes what it embeds, and stops after so many calls where told to."""

    def __init__(self, *, stop_after=None):
        self.texts = []
        self._calls_left = stop_after

    def embed_passages(self, texts, spans):
        if self._calls_left == 0:
            raise StoppedError
        if self._calls_left is not None:
            self._calls_left -= 1
        self.texts += texts
        return super().embed_passages(texts, spans)


def run(index, *folders, embeddings=None, watch=lambda progress: None, stop=None, memory=None):
    made = plan(index, find_articles(folders), memory)
    return apply(made, index, embeddings or WordEmbedder(), watch=watch, stop=stop, memory=memory)


def passages_in(index):
    return {row: stored.passage for row, stored in index.read(index.ids()).items()}


def passages_of(folder, name):
    return split_article(read_article(folder / name, name))


def rows_in(index):
    """Return what Chroma holds, as it holds it: texts and metadata by id, and vectors by id."""
    held = index._stored.handle.get(include=["documents", "metadatas", "embeddings"])
    exact = dict(zip(held["ids"], zip(held["documents"], held["metadatas"], strict=True), strict=True))
    return exact, dict(zip(held["ids"], held["embeddings"], strict=True))


def assert_hold_the_same(index, other):
    """Make sure that two indexes hold the same rows, and find the same."""
    (exact, vectors), (expected, other_vectors) = rows_in(index), rows_in(other)
    assert exact == expected
    for row, vector in vectors.items():
        np.testing.assert_allclose(vector, other_vectors[row], rtol=0, atol=1e-6)
    assert index.revision() == other.revision()
    question = WordEmbedder().embed_question("Was hat der Bau der Strecke gekostet?")
    found, others = index.nearest(question, 5), other.nearest(question, 5)
    assert list(found.values()) == pytest.approx(list(others.values()), abs=1e-5)


def assert_holds_what_a_fresh_one_holds(index, folder, scratch):
    fresh = PassageIndex(scratch, identity="words")
    report = run(fresh, folder)
    assert_hold_the_same(index, fresh)
    return report


@pytest.fixture
def index(tmp_path):
    return PassageIndex(tmp_path / "index", identity="words")


@pytest.fixture
def small_windows(monkeypatch):
    monkeypatch.setattr(mirror, "WINDOW", 3)


# the law

TICK = 0.03
"""Seconds after which a file counts as settled here: longer than a tick of the file system's clock, short enough."""

names = st.sampled_from(["a.md", "b.txt", "unter/c.md", "d e.txt"])
contents = st.sampled_from(
    [*ARTICLES.values(), LONG, LONG[: len(LONG) // 2], "Vorweg steht dies.\n\n" + LONG, NO_SENTENCE]
)
steps = st.one_of(
    st.tuples(st.just("write"), names, contents),
    st.tuples(st.just("append"), names),
    st.tuples(st.just("alter"), names, st.booleans()),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("copy"), names, names),
    st.tuples(st.just("touch"), names, st.integers(0, 3)),
    st.tuples(st.just("delete"), names),
    st.tuples(st.just("wait")),
    st.tuples(st.just("run")),
    st.tuples(st.just("broken run"), st.integers(0, 4)),
    st.tuples(st.just("stopped run"), st.integers(0, 4)),
)


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def alter(path, *, secretly):
    """Put other words of the same size into a file, and perhaps set its time back."""
    before = path.stat()
    swapped = str.maketrans("ae", "ea")
    path.write_text(path.read_text(encoding="utf-8").translate(swapped), encoding="utf-8")
    if secretly:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def put(path, target, *, carry):
    target.parent.mkdir(exist_ok=True)
    if target != path:
        carry(path, target)


CHANGES = {
    "append": lambda path, folder, _: write(path, path.read_text(encoding="utf-8") + " Ein Satz kam dazu."),
    "alter": lambda path, folder, secretly: alter(path, secretly=secretly),
    "rename": lambda path, folder, name: put(path, folder / name, carry=shutil.move),
    "copy": lambda path, folder, name: put(path, folder / name, carry=shutil.copy2),
    "touch": lambda path, folder, seconds: os.utime(path, (seconds, seconds)),
    "delete": lambda path, folder, _: path.unlink(),
}


def run_somehow(kind, value, folder, index, memory):
    """Run the mirror, to its end or not."""
    if kind == "run":
        run(index, folder, memory=memory)
    elif kind == "broken run":
        with suppress(StoppedError):
            run(index, folder, memory=memory, embeddings=WatchedEmbedder(stop_after=value))
    elif kind == "stopped run":
        stop = threading.Event()
        if value == 0:
            stop.set()
        run(index, folder, memory=memory, stop=stop, watch=lambda done: done.passages >= 3 * value and stop.set())


@settings(max_examples=25, deadline=None)
@given(st.lists(steps, max_size=14))
def test_whatever_happened_a_run_leaves_what_a_fresh_index_holds(taken):
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mirror, "WINDOW", 3)
        patch.setattr(fingerprints, "SETTLED", int(TICK * 1e9))
        folder, remembered = Path(scratch) / "articles", Path(scratch) / "memory"
        folder.mkdir()
        (folder / "immer.md").write_text(ARTICLES["bahn.md"], encoding="utf-8")
        index = PassageIndex(Path(scratch) / "index", identity="words")
        for kind, *values in taken:
            if kind == "wait":
                time.sleep(TICK)
            elif kind.endswith("run"):
                run_somehow(kind, *(values or [None]), folder, index, Fingerprints(remembered))
            elif kind == "write":
                write(folder / values[0], values[1])
            elif (folder / values[0]).exists():
                CHANGES[kind](folder / values[0], folder, values[-1])
        report = run(index, folder, memory=Fingerprints(remembered))
        expected = assert_holds_what_a_fresh_one_holds(index, folder, Path(scratch) / "fresh")
        assert sorted(report.failed) == sorted(expected.failed)
        again = plan(index, find_articles([folder]), Fingerprints(remembered))
        assert again.is_empty
        assert again.failed == expected.failed


# what a run does


def test_the_first_run_stores_all_and_the_second_does_nothing(index, write_articles):
    folder = write_articles({**ARTICLES, "lang.md": LONG})
    embeddings = WatchedEmbedder()
    assert run(index, folder, embeddings=embeddings) == Report(4, len(index), 0, 0)
    assert sorted(embeddings.texts) == sorted(passage.text for passage in passages_in(index).values())
    second = plan(index, find_articles([folder]))
    assert second.is_empty
    assert (second.index, second.remove, second.unchanged, second.failed) == ((), (), 4, ())
    assert run(index, folder) == Report(0, 0, 0, 4)


def test_only_what_changed_is_embedded(index, write_articles):
    folder = write_articles()
    run(index, folder)
    write_articles({"brot.md": ARTICLES["brot.md"] + "\nEin Satz kam dazu.\n", "neu.md": "Ein Artikel kam dazu."})
    (folder / "wal.txt").rename(folder / "buckelwal.txt")
    (folder / "bahn.md").unlink()
    embeddings = WatchedEmbedder()
    report = run(index, folder, embeddings=embeddings)
    assert sorted({row.article_id for row in index.ids()}) == ["brot.md", "buckelwal.txt", "neu.md"]
    assert len(embeddings.texts) == report.embedded == 2
    assert report == Report(indexed=2, passages=3, removed=1, unchanged=0, renamed=1)


def test_a_touched_file_with_the_same_words_is_left_as_it_is(index, write_articles):
    folder = write_articles()
    run(index, folder)
    os.utime(folder / "bahn.md", (1, 1))
    assert plan(index, find_articles([folder])).is_empty


def test_two_files_with_the_same_words_both_stay(index, write_articles):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": ARTICLES["bahn.md"]})
    assert run(index, folder).indexed == 2
    assert {row.article_id for row in index.ids()} == {"a.md", "b.md"}
    (folder / "a.md").unlink()
    run(index, folder)
    assert {row.article_id for row in index.ids()} == {"b.md"}


def test_files_that_swap_their_words_swap_their_passages(index, write_articles):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": ARTICLES["brot.md"]})
    run(index, folder)
    write_articles({"a.md": ARTICLES["brot.md"], "b.md": ARTICLES["bahn.md"]})
    run(index, folder)
    assert rejoin(index, "a.md").source.title == "Roggenbrot wird teurer"
    assert rejoin(index, "b.md").source.title == "Neue Strecke nach Norden"


def test_progress_only_grows_and_ends_with_all(index, write_articles, small_windows):
    folder = write_articles({**ARTICLES, "lang.md": LONG, "leer.md": NO_SENTENCE})
    seen = []
    report = run(index, folder, watch=seen.append)
    assert seen[-1] == Progress(5, 5, report.passages, failed=1)
    assert seen[-1].share == 1.0
    assert seen[-1].seconds_left == 0.0
    for earlier, later in pairwise(seen):
        assert earlier.articles <= later.articles <= later.of_articles == 5
        assert earlier.passages <= later.passages
        assert earlier.failed <= later.failed
        assert earlier.share <= later.share
        assert earlier.seconds <= later.seconds


def test_what_is_left_is_told_from_the_bytes_done(index, write_articles, small_windows):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": LONG, "c.md": LONG + LONG})
    seen = []
    run(index, folder, watch=seen.append)
    sizes = [len(path.read_bytes()) for path in sorted(folder.iterdir())]
    half = next(progress for progress in seen if progress.passages >= 1 + len(passages_of(folder, "b.md")))
    assert abs(half.share - sum(sizes[:2]) / sum(sizes)) < 3 / len(passages_of(folder, "c.md"))
    assert half.seconds_left == pytest.approx(half.seconds * (1 - half.share) / half.share)
    assert half.rate == pytest.approx(half.passages / half.seconds)


def test_before_anything_is_done_nothing_is_known_of_the_rest():
    assert Progress(0, 3, 0).seconds_left is None
    assert Progress(0, 3, 0).rate == 0.0


def test_files_that_are_no_articles_are_progress_too(index, write_articles):
    folder = write_articles({f"{number}.md": NO_SENTENCE for number in range(3)} | {"z.md": "Ein Satz steht da."})
    seen = []
    run(index, folder, watch=seen.append)
    assert [progress.failed for progress in seen] == [1, 2, 3, 3, 3, 3]


# a run that stops


@pytest.mark.parametrize("calls", [0, 1, 2, 5])
def test_after_a_stopped_run_the_next_ends_where_a_fresh_one_does(
    calls, index, write_articles, tmp_path, small_windows
):
    folder = write_articles({**ARTICLES, "lang.md": LONG, "länger.md": LONG + LONG})
    with pytest.raises(StoppedError):
        run(index, folder, embeddings=WatchedEmbedder(stop_after=calls))
    complete = {file for file in find_articles([folder]) if rejoin(index, file) is not None}
    assert len(complete) == 0 or calls > 0
    stored = {(item.source.article_id, key_of(item)) for item in passages_in(index).values()}
    embeddings = WatchedEmbedder()
    report = run(index, folder, embeddings=embeddings)
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")
    missing = [
        item.text for name in find_articles([folder]) for item in passages_of(folder, name)
        if (name, key_of(item)) not in stored
    ]  # fmt: skip
    assert sorted(embeddings.texts) == sorted(missing), "what was stored is not embedded again"
    assert report.unchanged == len(complete)


def test_a_stopped_run_keeps_what_it_stored(index, write_articles, small_windows):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": LONG})
    with pytest.raises(StoppedError):
        run(index, folder, embeddings=WatchedEmbedder(stop_after=2))
    assert len(index) == 6
    assert rejoin(index, "a.md").text == read_article(folder / "a.md", "a.md").text
    assert rejoin(index, "b.md") is None, "half an article is none"


def test_a_stopped_run_keeps_the_old_edition(index, write_articles):
    folder = write_articles()
    run(index, folder)
    before = passages_in(index)
    write_articles({"bahn.md": "Alles ist jetzt anders.", "brot.md": "Das Brot ist alle."})
    (folder / "wal.txt").unlink()
    with pytest.raises(StoppedError):
        run(index, folder, embeddings=WatchedEmbedder(stop_after=0))
    assert passages_in(index) == before
    run(index, folder)
    assert {passage.text for passage in passages_in(index).values()} == {
        "Alles ist jetzt anders.", "Das Brot ist alle."
    }  # fmt: skip


# vectors that are kept


def test_a_file_that_moved_is_read_but_not_embedded_again(index, write_articles, tmp_path):
    folder = write_articles({**ARTICLES, "lang.md": LONG})
    run(index, folder)
    (folder / "tief").mkdir()
    for name in ("wal.txt", "lang.md"):
        (folder / name).rename(folder / "tief" / f"neu-{name}")
    embeddings = WatchedEmbedder()
    report = run(index, folder, embeddings=embeddings)
    assert embeddings.texts == []
    assert report == Report(0, report.passages, removed=0, unchanged=2, renamed=2)
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")


def test_a_title_taken_from_the_name_changes_with_it(index, write_articles):
    folder = write_articles({"kurz.txt": "Es regnet heute."})
    run(index, folder)
    (folder / "kurz.txt").rename(folder / "nass.txt")
    assert run(index, folder).renamed == 1
    assert rejoin(index, "nass.txt").source.title == "nass"


def test_a_copy_is_not_embedded_and_counts_as_new(index, write_articles):
    folder = write_articles({"a.md": LONG})
    run(index, folder)
    write_articles({"b.md": LONG, "c.md": LONG})
    embeddings = WatchedEmbedder()
    report = run(index, folder, embeddings=embeddings)
    assert embeddings.texts == []
    assert (report.indexed, report.renamed, report.embedded) == (2, 0, 0)


def test_of_an_edited_article_only_the_passages_that_changed_are_embedded(index, write_articles, tmp_path):
    folder = write_articles({"a.md": LONG})
    run(index, folder)
    kept = {key_of(item) for item in passages_in(index).values()}
    write_articles({"a.md": LONG + "\n\nEin Absatz kam dazu. " + "Er sagt nicht viel. " * 40})
    new = [item.text for item in passages_of(folder, "a.md") if key_of(item) not in kept]
    assert 0 < len(new) < len(kept)
    embeddings = WatchedEmbedder()
    run(index, folder, embeddings=embeddings)
    assert embeddings.texts == new
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")


def test_vectors_handed_on_again_and_again_are_as_they_were(index, write_articles):
    folder = write_articles({"0.md": LONG})
    run(index, folder)
    before = index.entries(index.ids()).values()
    for number in range(20):
        (folder / f"{number}.md").rename(folder / f"{number + 1}.md")
        run(index, folder, embeddings=WatchedEmbedder(stop_after=0))
    for old, new in zip(before, index.entries(index.ids()).values(), strict=True):
        np.testing.assert_array_equal(old.vectors.sentences, new.vectors.sentences)
        np.testing.assert_allclose(old.vectors.passage, new.vectors.passage, rtol=0, atol=1e-6)


# files that change while they are read


def test_a_file_is_stored_under_the_digest_of_what_was_read(index, write_articles, tmp_path):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": "Es regnet."})
    made = plan(index, find_articles([folder]))
    (folder / "a.md").write_text(ARTICLES["brot.md"], encoding="utf-8")
    apply(made, index, WordEmbedder())
    assert plan(index, find_articles([folder])).is_empty
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")


def test_a_file_that_changes_back_after_it_was_read_is_settled_by_the_next_run(index, write_articles, tmp_path):
    folder = write_articles({"a.md": ARTICLES["bahn.md"], "b.md": "Es regnet."})
    memory = Fingerprints()

    def read(path, article_id):
        text = path.read_text(encoding="utf-8")
        path.write_text("Nur jetzt steht dies da.", encoding="utf-8")
        article = read_article(path, article_id)
        path.write_text(text, encoding="utf-8")
        return article

    apply(plan(index, find_articles([folder]), memory), index, WordEmbedder(), memory=memory, read=read)
    assert rejoin(index, "a.md").text == "Nur jetzt steht dies da."
    assert run(index, folder, memory=memory).indexed == 2
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")


# a run that is told to stop


@pytest.mark.parametrize("windows", [0, 1, 2])
def test_a_run_told_to_stop_ends_after_its_window_and_keeps_what_it_did(windows, index, write_articles, small_windows):
    folder = write_articles({"a.md": LONG, "b.md": LONG[::-1]})
    stop = threading.Event()
    if not windows:
        stop.set()
    embeddings = WatchedEmbedder()
    report = run(
        index, folder, embeddings=embeddings, stop=stop, watch=lambda done: done.passages == 3 * windows and stop.set()
    )
    assert report.stopped
    assert report.passages == len(index) == len(embeddings.texts) == 3 * windows
    assert not run(index, folder).stopped


def test_a_stopped_run_removes_nothing(index, write_articles):
    folder = write_articles()
    run(index, folder)
    (folder / "wal.txt").unlink()
    write_articles({"bahn.md": "Alles ist jetzt anders."})
    stop = threading.Event()
    stop.set()
    report = run(index, folder, stop=stop)
    assert (report.removed, report.stopped) == (0, True)
    assert rejoin(index, "wal.txt") is not None
    assert run(index, folder).removed == 1


def test_a_run_told_to_stop_when_all_is_done_is_a_whole_one(index, write_articles, tmp_path):
    folder = write_articles()
    run(index, folder)
    (folder / "wal.txt").unlink()
    write_articles({"bahn.md": "Alles ist jetzt anders."})
    stop = threading.Event()
    report = run(index, folder, stop=stop, watch=lambda done: done.passages and stop.set())
    assert not report.stopped
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")


# the stamp


def test_the_stamp_changes_with_the_rows_and_only_with_them(index, write_articles, tmp_path):
    folder = write_articles()
    stamps = [index.revision()]
    for change in (
        lambda: None,
        lambda: write_articles({"neu.md": "Ein Artikel kam dazu."}),
        lambda: (folder / "neu.md").rename(folder / "alt.md"),
        (folder / "alt.md").unlink,
    ):
        change()
        run(index, folder)
        stamps.append(index.revision())
        run(index, folder)
        assert index.revision() == stamps[-1]
    assert stamps[0] == ""
    assert len(set(stamps)) == 4, "without the article that came and went all is as before"
    assert stamps[-1] == stamps[1]


def test_a_stamp_that_a_killed_run_left_out_is_set_by_the_next(index, write_articles):
    folder = write_articles()
    run(index, folder)
    stamp = index.revision()
    index.stamp("alt")
    made = plan(index, find_articles([folder]))
    assert not made.is_empty
    assert apply(made, index, WatchedEmbedder(stop_after=0)) == Report(0, 0, 0, 3)
    assert index.revision() == stamp


# files that can't be read


def test_an_unreadable_file_is_named_and_the_rest_goes_on(index, write_articles):
    folder = write_articles()
    (folder / "bild.txt").write_bytes(b"\x00\x01\x02")
    (folder / "leer.md").write_text(NO_SENTENCE)
    report = run(index, folder)
    assert report.indexed == 3
    assert len(report.failed) == 2
    assert any("bild.txt" in line for line in report.failed)
    assert any("leer.md" in line for line in report.failed)
    assert not any("\n" in line for line in report.failed)
    assert {row.article_id for row in index.ids()} == set(ARTICLES)


def test_a_file_that_vanishes_before_the_plan_is_named(index, write_articles):
    articles = find_articles([write_articles()])
    articles["brot.md"].unlink()
    made = plan(index, articles)
    assert [file.article_id for file in made.index] == ["bahn.md", "wal.txt"]
    assert len(made.failed) == 1
    assert "brot.md" in made.failed[0]


def test_a_file_that_vanishes_after_the_plan_is_named(index, write_articles):
    articles = find_articles([write_articles()])
    made = plan(index, articles)
    articles["brot.md"].unlink()
    report = apply(made, index, WordEmbedder())
    assert report.indexed == 2
    assert len(report.failed) == 1
    assert "brot.md" in report.failed[0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are text")
def test_a_file_name_that_is_no_text_is_indexed_all_the_same(index, write_articles):
    folder = write_articles()
    Path(os.fsdecode(os.fsencode(folder) + b"/K\xfcste.md")).write_text("Die Küste ist lang.", encoding="utf-8")
    report = run(index, folder)
    assert (report.indexed, report.failed) == (4, ())
    (article_id,) = {row.article_id for row in index.ids()} - set(ARTICLES)
    assert rejoin(index, article_id).text == "Die Küste ist lang."
    assert plan(index, find_articles([folder])).is_empty


@pytest.mark.parametrize(
    "name",
    ["a-b-1-c.md", "zeile\nzwei.txt", "ä ß 😀.md", "'; --.txt", "x" * 250 + ".md", "a..\\..\\b.md", "%2e%2e%2f\r.md"],
    ids=ascii,
)
def test_an_article_may_have_any_name(name, index, write_articles):
    folder = write_articles({name: ARTICLES["wal.txt"]})
    run(index, folder)
    assert rejoin(index, name).source.article_id == name
    assert plan(index, find_articles([folder])).is_empty


@pytest.mark.parametrize("name", ["zeile\nzwei.txt", "zurück\r\n.md", "\u2028.txt"], ids=ascii)
def test_a_file_with_an_odd_name_that_is_no_article_is_one_line(name, index, write_articles):
    folder = write_articles({"a.md": "Ein Satz steht da.", name: NO_SENTENCE})
    (line,) = run(index, folder).failed
    assert line.isprintable() or "\u2028" in line
    assert "\n" not in line


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="who may read everything sees no permissions")
def test_a_file_that_may_not_be_read_is_named_and_read_once_it_may(index, write_articles, tmp_path):
    folder = write_articles()
    (folder / "bahn.md").chmod(0)
    (line,) = run(index, folder, memory=Fingerprints(tmp_path / "memory")).failed
    assert "bahn.md" in line
    (folder / "bahn.md").chmod(0o600)
    assert run(index, folder, memory=Fingerprints(tmp_path / "memory")).indexed == 1


# several folders


def test_files_of_later_folders_bear_the_name_of_their_folder(index, write_articles):
    folders = [write_articles(name="erster"), write_articles(name="zweiter"), write_articles(name="tief/zweiter")]
    expected = {f"{prefix}{name}" for prefix in ("", "zweiter/", "zweiter~2/") for name in ARTICLES}
    assert set(find_articles(folders)) == expected
    assert run(index, *folders).indexed == len(expected)
    assert run(index, *folders[:2]).removed == len(ARTICLES)
    assert {row.article_id for row in index.ids()} == {name for name in expected if not name.startswith("zweiter~2")}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["eins", "zwei", "eins~2"]),
            st.sets(st.sampled_from(["a.md", "eins/a.md", "zwei/a.md", "eins~2/a.md", "eins/eins/a.md"]), min_size=1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_file_of_every_folder_has_an_id_of_its_own(layout):
    with tempfile.TemporaryDirectory() as scratch:
        places = count()
        folders, files = [], 0
        for name, inside in layout:
            folder = Path(scratch) / str(next(places)) / name
            for path in inside:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text("Ein Satz steht da.")
            folders.append(folder)
            files += len(inside)
        articles = find_articles(folders)
        assert len(articles) == len(set(articles.values())) == files
        assert {str(path.relative_to(folders[0])) for path in folders[0].rglob("*.md")} <= set(articles)


# rejoining


@pytest.mark.parametrize("name", [*ARTICLES, "lang.md"])
def test_an_article_rejoins_to_what_was_read(name, index, write_articles, small_windows):
    folder = write_articles({**ARTICLES, "lang.md": LONG})
    run(index, folder)
    assert rejoin(index, name) == read_article(folder / name, name)


def test_an_article_that_is_not_there_rejoins_to_nothing(index, write_articles):
    assert rejoin(index, "bahn.md") is None
    run(index, write_articles())
    assert rejoin(index, "nie.md") is None


def test_between_two_editions_one_of_them_is_whole(index, write_articles):
    folder = write_articles({"a.md": LONG})
    run(index, folder)
    texts = {read_article(folder / "a.md", "a.md").text}
    write_articles({"a.md": ARTICLES["bahn.md"] + LONG[:2000]})
    texts.add(read_article(folder / "a.md", "a.md").text)
    passages = passages_of(folder, "a.md")
    vectors = WordEmbedder().embed_passages(
        [item.text for item in passages], [[(0, 1)] * len(item.sentences) for item in passages]
    )
    index.add(make_entries(replace(read_article(folder / "a.md", "a.md"), digest="f" * 64), passages, vectors))
    assert rejoin(index, "a.md").text in texts


# folders that hold nothing


@pytest.mark.parametrize("kind", ["missing", "empty", "a file", "no article in it"])
def test_a_folder_without_articles_is_refused_in_one_line(kind, tmp_path):
    folder = tmp_path / "articles"
    if kind == "a file":
        folder.write_text("Ein Satz.")
    elif kind != "missing":
        folder.mkdir()
    if kind == "no article in it":
        (folder / "bild.png").write_bytes(b"\x89PNG")
        (folder / ".versteckt.md").write_text("Ein Satz.")
    with pytest.raises(ArticleError) as caught:
        find_articles([folder])
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def test_one_missing_folder_among_several_is_refused(write_articles, tmp_path):
    with pytest.raises(ArticleError, match="weg"):
        find_articles([write_articles(), tmp_path / "weg"])
