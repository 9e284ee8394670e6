"""The mirror: after a run the index holds what the folders hold, whatever happened before."""

import os
import sys
import tempfile
from contextlib import suppress
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import mirror
from vectorstore.chunking import split_article
from vectorstore.errors import ArticleError
from vectorstore.index import PassageIndex, name_rows
from vectorstore.mirror import Plan, Progress, Report, apply, find_articles, plan, rejoin
from vectorstore.reading import read_article

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


def run(index, *folders, embeddings=None, watch=lambda progress: None):
    return apply(plan(index, find_articles(folders)), index, embeddings or WordEmbedder(), watch=watch)


def passages_in(index):
    return {row: stored.passage for row, stored in index.read(index.ids()).items()}


def passages_of(folder, name):
    return split_article(read_article(folder / name, name))


def assert_holds_what_a_fresh_one_holds(index, folder, scratch):
    fresh = PassageIndex(scratch, identity="words")
    run(fresh, folder)
    assert passages_in(index) == passages_in(fresh)
    question = WordEmbedder().embed_question("Was hat der Bau der Strecke gekostet?")
    found, expected = index.nearest(question, 5), fresh.nearest(question, 5)
    assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-5)


@pytest.fixture
def index(tmp_path):
    return PassageIndex(tmp_path / "index", identity="words")


@pytest.fixture
def small_windows(monkeypatch):
    monkeypatch.setattr(mirror, "WINDOW", 3)


# the law

names = st.sampled_from(["a.md", "b.txt", "unter/c.md", "d e.txt"])
contents = st.sampled_from([*ARTICLES.values(), LONG, LONG[: len(LONG) // 2], NO_SENTENCE])
steps = st.one_of(
    st.tuples(st.just("write"), names, contents),
    st.tuples(st.just("append"), names, st.just(" Ein Satz kam dazu.")),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("delete"), names),
    st.tuples(st.just("run")),
    st.tuples(st.just("stopped run"), st.integers(0, 4)),
)


def take(step, folder, index):
    kind, *values = step
    paths = [folder / value for value in values[:2] if kind in ("write", "append", "rename", "delete")]
    if kind == "write":
        paths[0].parent.mkdir(exist_ok=True)
        paths[0].write_text(values[1], encoding="utf-8")
    elif kind == "append" and paths[0].exists():
        paths[0].write_text(paths[0].read_text(encoding="utf-8") + values[1], encoding="utf-8")
    elif kind == "rename" and paths[0].exists():
        paths[1].parent.mkdir(exist_ok=True)
        paths[0].replace(paths[1])
    elif kind == "delete":
        paths[0].unlink(missing_ok=True)
    elif kind == "run":
        run(index, folder)
    elif kind == "stopped run":
        with suppress(StoppedError):
            run(index, folder, embeddings=WatchedEmbedder(stop_after=values[0]))


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, max_size=12))
def test_whatever_happened_a_run_leaves_what_a_fresh_index_holds(taken):
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mirror, "WINDOW", 3)
        folder = Path(scratch) / "articles"
        folder.mkdir()
        (folder / "immer.md").write_text(ARTICLES["bahn.md"], encoding="utf-8")
        index = PassageIndex(Path(scratch) / "index", identity="words")
        for step in taken:
            take(step, folder, index)
        run(index, folder)
        assert_holds_what_a_fresh_one_holds(index, folder, Path(scratch) / "fresh")
        before = passages_in(index)
        again = WatchedEmbedder()
        report = run(index, folder, embeddings=again)
        assert again.texts == []
        assert (report.indexed, report.removed) == (0, 0)
        assert passages_in(index) == before


# what a run does


def test_the_first_run_stores_all_and_the_second_does_nothing(index, write_articles):
    folder = write_articles({**ARTICLES, "lang.md": LONG})
    embeddings = WatchedEmbedder()
    assert run(index, folder, embeddings=embeddings) == Report(4, len(index), 0, 0)
    assert sorted(embeddings.texts) == sorted(passage.text for passage in passages_in(index).values())
    second = plan(index, find_articles([folder]))
    assert second.is_empty
    assert second == Plan((), (), 4)
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
    assert len(embeddings.texts) == report.passages == 3
    assert report == Report(indexed=3, passages=3, removed=2, unchanged=0)


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
    assert seen[-1] == Progress(5, 5, report.passages)
    for earlier, later in pairwise(seen):
        assert earlier.articles <= later.articles <= later.of_articles == 5
        assert earlier.passages <= later.passages


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
    embeddings = WatchedEmbedder()
    report = run(index, folder, embeddings=embeddings)
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")
    missing = [passage.text for name in find_articles([folder]) if name not in complete
               for passage in passages_of(folder, name)]  # fmt: skip
    assert sorted(embeddings.texts) == sorted(missing), "what was complete is not embedded again"
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
    "name", ["a-b-1-c.md", "zeile\nzwei.txt", "ä ß 😀.md", "'; --.txt", "x" * 250 + ".md"], ids=ascii
)
def test_an_article_may_have_any_name(name, index, write_articles):
    folder = write_articles({name: ARTICLES["wal.txt"]})
    run(index, folder)
    assert rejoin(index, name).source.article_id == name
    assert plan(index, find_articles([folder])).is_empty


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
    article = read_article(folder / name, name)
    assert rejoin(index, name).text == article.text
    assert rejoin(index, name).source == article.source


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
    index.add(name_rows("f" * 64, passages, total=len(passages)), passages, vectors)
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
