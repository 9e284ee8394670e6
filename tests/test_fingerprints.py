"""The memory of files: it spares work, and never tells what is not so."""

import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import fingerprints
from vectorstore.errors import ArticleError
from vectorstore.fingerprints import Fingerprint, Fingerprints, Look, Seen, load, look_at, store
from vectorstore.index import PassageIndex
from vectorstore.mirror import apply, find_articles, plan
from vectorstore.reading import digest, read_article

TICK = 0.03
NO_SENTENCE = "# Nur ein Titel\n"


@pytest.fixture
def settled(monkeypatch):
    """Let a file count as settled after a moment; return a function that waits for it."""
    monkeypatch.setattr(fingerprints, "SETTLED", int(TICK * 1e9))
    return lambda: time.sleep(TICK)


@pytest.fixture
def hashed(monkeypatch):
    """Return the list of files that were hashed."""
    names = []
    monkeypatch.setattr(fingerprints, "digest", lambda path: names.append(path.name) or digest(path))
    return names


@pytest.fixture
def index(tmp_path):
    return PassageIndex(tmp_path / "index", identity="words")


def remembered(place):
    return Fingerprints(place / "memory")


# the law: what is told is what hashing tells

steps = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(["eins", "zwei", "drei"])),
    st.tuples(st.just("write back"), st.sampled_from(["eins", "zwei"])),
    st.tuples(st.just("replace"), st.sampled_from(["eins", "zwei"])),
    st.tuples(st.just("see"), st.just("")),
    st.tuples(st.just("reopen"), st.just("")),
    st.tuples(st.just("wait"), st.just("")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=25))
def test_the_digest_told_is_that_of_the_bytes(taken):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "SETTLED", int(TICK * 1e9))
        path, other, place = (Path(folder) / name for name in ("a.md", "b.md", "memory"))
        path.write_text("null")
        memory = Fingerprints(place)
        for kind, text in [*taken, ("see", "")]:
            if kind == "write":
                path.write_text(text)
            elif kind == "write back":  # the same size and the same time of modification
                before = path.stat()
                path.write_text(text)
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            elif kind == "replace":
                other.write_text(text)
                other.replace(path)
            elif kind == "reopen":
                memory.save()
                memory = Fingerprints(place)
            elif kind == "wait":
                time.sleep(TICK)
            else:
                assert memory.see(path) == Seen(memory.see(path).fingerprint, digest(path), "")


seen = st.builds(
    Seen,
    st.none() | st.builds(Fingerprint, *[st.integers(0, 2**63)] * 4),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.text(max_size=60),
)
memories = st.dictionaries(st.text(max_size=20) | st.just("K\udcfcste.md"), seen, max_size=5)


@settings(max_examples=50, deadline=None)
@given(memories)
def test_a_memory_comes_back_as_it_was_written(files):
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder) / "memory", "1", files)
        assert load(Path(folder) / "memory", "1") == files
        assert load(Path(folder) / "memory", "2") == {}
        assert [path.name for path in Path(folder).iterdir()] == ["memory"]


@settings(max_examples=100, deadline=None)
@given(memories, st.data())
def test_a_damaged_memory_is_none(files, data):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "memory"
        store(place, "1", files)
        content = bytearray(place.read_bytes())
        spot = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[spot] ^= data.draw(st.integers(1, 255))
        else:
            del content[spot:]
        place.write_bytes(content)
        assert load(place, "1") == {}


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"\xff\n{}", b"[]" * 1000], ids=range(5))
def test_anything_else_is_no_memory(content, tmp_path):
    (tmp_path / "memory").write_bytes(content)
    assert load(tmp_path / "memory", "1") == {}


# what it spares


def test_a_settled_file_is_hashed_once(tmp_path, write_articles, settled, hashed):
    folder = write_articles()
    settled()
    for _ in range(3):
        memory = remembered(tmp_path)
        for path in sorted(folder.iterdir()):
            assert memory.see(path).digest == digest(path)
        memory.save()
    assert hashed == sorted(ARTICLES)
    (folder / "brot.md").write_text("Neues.")
    memory = remembered(tmp_path)
    for path in sorted(folder.iterdir()):
        memory.see(path)
    assert hashed == [*sorted(ARTICLES), "brot.md"]


def test_a_file_just_written_is_hashed_again(tmp_path, write_articles, hashed):
    path = write_articles({"a.md": "Ein Satz."}) / "a.md"
    memory = Fingerprints()
    memory.see(path)
    memory.see(path)
    assert hashed == ["a.md"] * 2


def test_a_file_from_the_future_is_never_believed(write_articles, settled, hashed):
    path = write_articles({"a.md": "Ein Satz."}) / "a.md"
    os.utime(path, (time.time() + 1000,) * 2)
    settled()
    assert not look_at(path).settled
    assert look_at(path.with_name("nie.md")) is None


def test_a_second_run_hashes_and_reads_nothing(index, tmp_path, write_articles, settled, hashed):
    folder = write_articles({**ARTICLES, "leer.md": NO_SENTENCE})
    settled()

    def run():
        memory, read = remembered(tmp_path), []
        made = plan(index, find_articles([folder]), memory)
        report = apply(
            made, index, WordEmbedder(), memory=memory, read=lambda *file: read.append(file[1]) or read_article(*file)
        )
        return read, report

    read, first = run()
    assert (len(read), first.indexed) == (4, 3)
    hashed.clear()
    read, second = run()
    assert (read, hashed) == ([], [])
    assert (second.unchanged, second.failed) == (3, first.failed), "what is no article is named all the same"


# why a file is no article


def test_a_reason_is_kept_for_the_very_bytes_only(tmp_path, write_articles):
    path = write_articles({"a.md": NO_SENTENCE}) / "a.md"
    memory = remembered(tmp_path)
    memory.see(path)
    memory.blame(path, look_at(path), "warum")
    memory.save()
    assert remembered(tmp_path).see(path).reason == "warum", "though the file has hardly rested"
    path.write_text("Ein Satz steht da.")
    assert remembered(tmp_path).see(path).reason == ""


def test_a_file_that_changed_meanwhile_is_not_blamed(write_articles):
    path = write_articles({"a.md": NO_SENTENCE}) / "a.md"
    memory, before = Fingerprints(), look_at(path)
    time.sleep(0.02)
    path.write_text("Ein Satz.")
    memory.blame(path, before, "warum")
    assert memory.see(path).reason == ""
    path.unlink()
    memory.blame(path, before, "warum")
    with pytest.raises(ArticleError):
        memory.see(path)


def test_a_reason_is_forgotten_with_the_program_the_reader_or_when_told(tmp_path, write_articles, monkeypatch):
    path = write_articles({"a.md": NO_SENTENCE}) / "a.md"
    memory = remembered(tmp_path)
    memory.see(path)
    memory.blame(path, look_at(path), "warum")
    memory.save()
    assert Fingerprints(tmp_path / "memory", readers="other").see(path).reason == ""
    forgetful = remembered(tmp_path)
    forgetful.forget()
    assert forgetful.see(path).reason == ""
    monkeypatch.setattr(fingerprints, "FORMAT", fingerprints.FORMAT + 1)
    assert remembered(tmp_path).see(path).reason == ""


def test_what_the_disk_forbids_is_tried_again(index, tmp_path, write_articles):
    folder = write_articles()

    def forbidden(path, article_id):
        raise ArticleError(f"{path} can't be read") from PermissionError(13, "denied")

    memory = remembered(tmp_path)
    report = apply(plan(index, find_articles([folder]), memory), index, WordEmbedder(), memory=memory, read=forbidden)
    assert len(report.failed) == 3
    assert len(plan(index, find_articles([folder]), remembered(tmp_path)).index) == 3


# what is written down


def test_files_that_are_gone_are_forgotten(tmp_path, write_articles, settled):
    folder = write_articles()
    settled()
    for names in (ARTICLES, ["bahn.md"]):
        memory = remembered(tmp_path)
        for name in names:
            memory.see(folder / name)
        memory.save()
    assert {Path(key).name for key in remembered(tmp_path)._known} == {"bahn.md"}


def test_nothing_is_written_where_nothing_changed_or_can_be(tmp_path, write_articles, settled):
    path = write_articles({"a.md": "Ein Satz."}) / "a.md"
    settled()
    for _ in range(2):
        memory = remembered(tmp_path)
        memory.see(path)
        before = (tmp_path / "memory").stat().st_mtime_ns if (tmp_path / "memory").exists() else None
        memory.save()
    assert (tmp_path / "memory").stat().st_mtime_ns == before
    blocked = Fingerprints(path / "memory")
    blocked.see(path)
    blocked.save()
    nowhere = Fingerprints()
    nowhere.note(path, Look(Fingerprint(1, 2, 3, 4), settled=True), "f" * 64)
    nowhere.save()
