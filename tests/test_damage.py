"""An index whose files were damaged: noticed when it is opened, and built anew beside the old one."""

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import ArticleError, Assistant, BusyError, CollectionError
from assistant.doctor import examine
from tests.conftest import ARTICLES, Run, WordEmbedder
from tests.test_mirror import assert_holds_what_a_fresh_one_holds
from ui.opening import bring_in_step
from vectorstore import mirror, upkeep
from vectorstore.checking import DATABASE, Checked, check, check_apart, check_database, check_files
from vectorstore.embedding import FloatMatrix, PassageVectors, Span
from vectorstore.generations import current, following, generations, sweep, switch
from vectorstore.index import PassageIndex
from vectorstore.seals import SEAL, break_seal, doubt, read_seal, set_seal
from vectorstore.upkeep import Upkeep

ROOT = Path(__file__).parent.parent
PERSISTED = 1010
"""Articles; Chroma writes its files of vectors after 1,000 rows."""
VECTOR_FILES = ("header.bin", "length.bin", "link_lists.bin", "data_level0.bin", "index_metadata.pickle")
KINDS = ("gone", "empty", "half", "garbled")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index whose vectors Chroma has written out, sealed."""
    place = tmp_path_factory.mktemp("whole") / "index"
    articles = place.parent / "articles"
    articles.mkdir()
    for number in range(PERSISTED):
        (articles / f"{number}.txt").write_text(f"Strecke {number} ist {number * 7} Kilometer lang.\n", "utf-8")
    index = PassageIndex(place, identity="words")
    mirror.apply(mirror.plan(index, mirror.find_articles([articles])), index, WordEmbedder())
    index.close()
    set_seal(place)
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of that index."""
    shutil.copytree(whole, tmp_path / "index")
    return tmp_path / "index"


def damage(file: Path, kind: str) -> None:
    content = bytearray(file.read_bytes())
    if kind == "gone":
        file.unlink()
        return
    if kind == "garbled":
        generator = random.Random(7)
        for _ in range(max(8, len(content) // 50)):
            content[generator.randrange(len(content))] = generator.randrange(256)
    file.write_bytes(content[: {"empty": 0, "half": len(content) // 2}.get(kind, len(content))])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*VECTOR_FILES, DATABASE])
def test_a_damaged_file_is_noticed_by_a_look(name: str, kind: str, place: Path) -> None:
    assert Upkeep(place).find_damage() == ""
    (file,) = place.rglob(name)
    damage(file, kind)
    found = Upkeep(place).find_damage()
    assert found
    assert "\n" not in found


@pytest.mark.parametrize("kind", KINDS[:3])
@pytest.mark.parametrize("name", [*VECTOR_FILES[:4], DATABASE])
def test_a_file_cut_off_is_noticed_without_a_seal_and_before_chroma_opens_it(name: str, kind: str, place: Path) -> None:
    assert check_files(place) == ""
    (file,) = place.rglob(name)
    damage(file, kind)
    assert check_files(place)


def test_a_copy_that_was_restored_from_elsewhere_is_believed(place: Path) -> None:
    for path in place.rglob("*"):
        os.utime(path, (1, 1))
    assert doubt(place) is None


def test_a_process_that_crashes_on_an_index_is_its_fault(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_apart(place, deep=True) == Checked(PERSISTED, PERSISTED)
    monkeypatch.setattr("vectorstore.checking._BOOTSTRAP", f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})")
    assert "ends the process" in check_apart(place).fault


@pytest.mark.parametrize("deep", [False, True])
def test_vectors_that_are_none_are_noticed(place: Path, *, deep: bool) -> None:
    (file,) = place.rglob("data_level0.bin")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    assert check(place, deep=deep).fault


def test_a_seal_that_was_garbled_is_none(place: Path) -> None:
    assert read_seal(place)
    damage(place / SEAL, "garbled")
    assert read_seal(place) is None
    assert not doubt(place).certain  # type: ignore[union-attr]


def test_opening_an_index_leaves_its_seal_in_order(place: Path) -> None:
    index = PassageIndex(place, identity="words")
    assert len(index) == PERSISTED
    index.close()
    assert doubt(place, deep=True) is None


def test_what_a_seal_told_is_taken_over_where_nothing_has_changed(place: Path) -> None:
    before = break_seal(place)
    assert doubt(place)
    set_seal(place, before)
    assert read_seal(place) == before


# the generations


def test_what_was_built_anew_counts_once_it_is_marked(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    for _ in range(3):
        before, place = current(folder), following(folder)
        place.mkdir()
        assert current(folder) == before
        sweep(folder)
        assert place.is_dir()
        switch(place)
        assert current(folder) == place
        sweep(folder)
        assert not before.exists()
    assert list(generations(folder)) == [4]


# the library


def mend(desk: Assistant, caplog: pytest.LogCaptureFixture) -> str:
    """Bring a damaged index in step with its folder, as every start does, and return what was said."""
    with caplog.at_level(logging.WARNING):
        desk.refresh()
    assert "84 Kilometer" in desk.answer("Wie lang ist die neue Strecke?").text
    return caplog.text


def open_anew(desk: Assistant) -> Assistant:
    desk.library.index().close()
    return Assistant(desk.settings, embeddings=WordEmbedder())


@pytest.mark.parametrize("kind", ["gone", "half", "garbled"])
def test_a_damaged_index_is_built_anew_and_one_line_says_so(
    kind: str, desk: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk.refresh()
    again = open_anew(desk)
    damage(desk.library.folder / DATABASE, kind)
    assert mend(again, caplog).count("is built anew beside it") == 1
    assert not desk.library.folder.exists()
    assert_holds_what_a_fresh_one_holds(again.library.index(), desk.settings.folders[0], tmp_path / "fresh")
    caplog.clear()
    assert mend(open_anew(again), caplog) == ""


# another model, another version


class OtherEmbedder(WordEmbedder):
    """Another model; it may fail when it is asked for the ``fails``-th time."""

    identity = "other words"

    def __init__(self, fails: int = 0) -> None:
        self.left = fails

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().embed_passages(texts, spans)

    def _embed(self, text: str) -> FloatMatrix:
        return super()._embed(text[::-1])


def open_other(desk: Assistant, fails: int = 0) -> Assistant:
    return Assistant(desk.settings, embeddings=OtherEmbedder(fails))


def read_all(desk: Assistant) -> tuple[str, ...]:
    """Return all that the index that counts holds for the first model."""
    index = PassageIndex(desk.library.folder, identity="words", read_only=True)
    entries = index.entries(index.ids())
    index.close()
    return tuple(f"{row} {entry.passage} {entry.vectors.passage.tolist()}" for row, entry in entries.items())


def assert_holds_the_other_models_rows_alone(other: Assistant) -> None:
    index = other.library.index()
    assert {row.article_id for row in index.ids()} == set(ARTICLES)
    for row, entry in index.entries(index.ids()).items():
        (fresh,) = OtherEmbedder().embed_passages([entry.passage.text], [entry.passage.spans])
        assert entry.vectors.passage == pytest.approx(fresh.passage, abs=1e-6), row
    assert not index.check(deep=True).fault


@pytest.mark.parametrize("changed", ["model", "version"])
def test_an_index_of_another_model_or_version_is_built_anew_beside_it_and_one_line_says_so(
    changed: str, desk: Assistant, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh()
    rows = desk.library.index().ids()
    if changed == "version":
        monkeypatch.setattr("vectorstore.index.FORMAT", 6)
    other = open_other(desk) if changed == "model" else Assistant(desk.settings, embeddings=WordEmbedder())
    assert other.refresh().embedded == len(rows)
    (line,) = (record.message for record in caplog.records if record.levelno >= logging.WARNING)
    assert "another" in line
    assert line.endswith("it is built anew beside it")
    assert other.library.index().ids() == rows
    assert list(generations(desk.library.folder)) == [2]
    assert not desk.library.folder.exists()
    if changed == "model":
        assert_holds_the_other_models_rows_alone(other)
    assert other.refresh().embedded == 0
    index = desk.library.index()  # of one who still has the old one open
    for ask in (index.revision, index.ids, index.revision, index.ids):
        with pytest.raises(CollectionError, match=r"another .*; rebuild it: belegt index"):
            ask()


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_a_change_of_model_that_is_broken_off_leaves_the_old_index_whole_and_goes_on_later(
    fails: int, desk: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mirror, "WINDOW", 1)
    desk.refresh()
    before = read_all(desk)
    with pytest.raises(KeyboardInterrupt):
        open_other(desk, fails).refresh()
    assert read_all(desk) == before
    assert desk.refresh().embedded == 0
    caplog.clear()
    other = open_other(desk)
    assert other.refresh().unchanged == fails - 1
    assert caplog.text.count("is built anew beside it") == 1
    assert_holds_the_other_models_rows_alone(other)


def test_what_was_begun_for_one_model_is_not_gone_on_with_for_another(
    desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "WINDOW", 1)
    desk.refresh()
    with pytest.raises(KeyboardInterrupt):
        open_other(desk, fails=3).refresh()
    monkeypatch.setattr(OtherEmbedder, "identity", "third words")
    other = open_other(desk)
    assert other.refresh().indexed == len(ARTICLES)
    assert_holds_the_other_models_rows_alone(other)


def test_a_change_of_model_that_is_stopped_or_reads_nothing_leaves_the_old_index_whole(
    desk: Assistant, tmp_path: Path
) -> None:
    desk.refresh()
    before = read_all(desk)
    stop = threading.Event()
    stop.set()
    assert open_other(desk).library.mirror(stop=stop).stopped
    assert read_all(desk) == before
    folder = desk.settings.folders[0]
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(ArticleError):
        open_other(desk).refresh()
    folder.mkdir()
    (folder / "leer.md").write_bytes(b"")
    with pytest.raises(ArticleError, match="no article could be read"):
        open_other(desk).refresh()
    assert read_all(desk) == before


def test_while_another_process_changes_the_model_one_is_told_to_wait(
    desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh()
    before = read_all(desk)
    monkeypatch.setattr(upkeep, "LOCK_SECONDS", 0.1)
    with FileLock(f"{desk.library.folder}.lock"), pytest.raises(BusyError, match="wait until it is done"):
        open_other(desk).library.search()
    with FileLock(f"{desk.library.folder}.lock"), pytest.raises(BusyError, match="wait until it is done"):
        bring_in_step(open_other(desk))
    assert read_all(desk) == before


def test_a_run_that_was_stopped_over_an_index_of_another_model_reports(desk: Assistant) -> None:
    desk.refresh()
    stop = threading.Event()
    stop.set()
    assert open_other(desk).refresh(stop=stop).stopped


def test_one_who_asks_first_and_one_who_indexes_do_not_wait_for_each_other(desk: Assistant) -> None:
    held, done = threading.Event(), threading.Event()

    def index() -> None:
        with desk.library._mirroring:
            held.set()
            done.wait(0.3)
            desk.library.index()

    indexing = threading.Thread(target=index, daemon=True)
    indexing.start()
    held.wait(10)
    asking = threading.Thread(target=desk.library.search, daemon=True)
    asking.start()
    for thread in (indexing, asking):
        thread.join(10)
        assert not thread.is_alive()


def test_until_a_rebuild_is_done_the_old_index_is_asked_by_this_process_and_others(
    desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh()
    rows = desk.library.index().ids()
    seen: list[bool] = []

    def watch(progress: object) -> None:
        other = PassageIndex(desk.library.folder, identity="words", read_only=True)
        seen.append(desk.library.index().ids() == other.ids() == rows)
        other.close()

    desk.refresh(rebuild=True, watch=watch)
    assert seen
    assert all(seen)
    assert current(desk.library.folder) != desk.library.folder
    assert desk.library.index().ids() == rows
    assert "84 Kilometer" in desk.answer("Wie lang ist die neue Strecke?").text


def test_who_has_an_index_open_that_was_replaced_reads_and_writes_the_new_one(
    desk: Assistant, write_articles: Callable[..., Path]
) -> None:
    desk.refresh()
    code = (
        "import sys; from pathlib import Path; from assistant import *; from tests.conftest import WordEmbedder; "
        "Assistant(Settings(articles=(Path(sys.argv[1]),), data_dir=Path(sys.argv[2])), embeddings=WordEmbedder())"
        ".refresh(rebuild=True)"
    )
    subprocess.run([sys.executable, "-c", code, desk.settings.folders[0], desk.settings.data_dir], cwd=ROOT, check=True)
    assert not desk.library.folder.exists()
    assert "84 Kilometer" in desk.answer("Wie lang ist die neue Strecke?").text
    (desk.settings.folders[0] / "turm.txt").write_text("Der Turm am Hafen ist 90 Meter hoch.\n", encoding="utf-8")
    assert desk.refresh().indexed == 1
    found = PassageIndex(current(desk.library.folder), identity="words", read_only=True).ids()
    assert {row.article_id for row in found} == {*ARTICLES, "turm.txt"}


def test_a_reader_that_starts_while_another_writes_asks_what_is_there(
    desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh()
    (desk.settings.folders[0] / "turm.txt").write_text("Der Turm am Hafen ist 90 Meter hoch.\n", encoding="utf-8")
    reader = Assistant(desk.settings, embeddings=WordEmbedder())
    monkeypatch.setattr(upkeep, "LOCK_SECONDS", 0.1)
    break_seal(desk.library.folder)  # as a writer does
    with FileLock(f"{desk.library.folder}.lock"):
        assert "84 Kilometer" in reader.answer("Wie lang ist die neue Strecke?").text
        with pytest.raises(BusyError, match="wait until it is done"):
            reader.refresh()
    assert reader.refresh().indexed == 1


def test_a_lock_whose_holder_was_killed_is_free(desk: Assistant) -> None:
    path = f"{desk.library.folder}.lock"
    Path(path).parent.mkdir(parents=True)
    code = "import sys, time; from filelock import FileLock; FileLock(sys.argv[1]).acquire(); print(); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-uc", code, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        holder.kill()
        holder.wait()
    assert Path(path).exists()
    assert desk.refresh().indexed == len(ARTICLES)


def test_a_damaged_index_is_not_opened_before_it_is_mended(desk: Assistant) -> None:
    desk.refresh()
    again = open_anew(desk)
    damage(desk.library.folder / DATABASE, "half")
    with pytest.raises(CollectionError, match="mend it: belegt index"):
        again.library.index()


def test_a_database_in_order_is_looked_at_for_no_longer_than_is_told(place: Path) -> None:
    assert check_database(place, seconds=1e-9) == ""


# the doctor


def test_the_doctor_finds_all_in_order_and_mends_what_is_not(desk: Assistant, run: Run) -> None:
    healthy = run("doctor", "--deep")
    assert healthy.exit_code == 0, healthy.output
    assert "3 articles" in healthy.output
    (database,) = (desk.settings.data_dir / "collections").rglob(DATABASE)
    damage(database, "half")
    mended = run("doctor")
    assert mended.exit_code == 0, mended.output
    assert "built anew" in mended.output
    assert mended.output.count("in order: 3 articles") == 1


def test_an_article_that_is_not_what_its_file_says_is_found_by_a_deep_look(desk: Assistant) -> None:
    desk.refresh()
    index = desk.library.index()
    row = next(row for row in index.ids() if row.article_id == "brot.md")
    (entry,) = index.entries([row]).values()
    index.add([replace(entry, passage=replace(entry.passage, text=entry.passage.text.replace("4,10", "9,99")))])
    said = [finding.said for finding in examine(open_anew(desk).library, deep=True)]
    assert any("1 differ from their files (brot.md)" in line for line in said), said
    assert said[-1] == "the text of each is that of its file"
