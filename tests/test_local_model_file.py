"""The language model's file: joined once from its parts, and loaded only if it is the one that is meant."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Settings
from assistant.local_model import LocalModelError, joining, memory, model_file, verifying
from assistant.local_model.joining import join_model, write_parts
from assistant.local_model.memory import check_memory, memory_free
from assistant.local_model.model_file import prepare_model_file
from assistant.local_model.parts import BUNDLED_LLM, PartedModel, find_parts
from assistant.local_model.verifying import verify

ROOT = Path(__file__).parent.parent
PACKAGE = "belegt-made-up-part"
CONTENT = b"GGUF" + bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def silent(_):
    pass


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def install_part(site, number, content):
    folder = site / f"{PACKAGE.replace('-', '_')}{number}"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text("raise RuntimeError('the package must not be imported')")
    (folder / "data" / f"part{number:02}.bin").write_bytes(content)


@pytest.fixture
def model(tmp_path, monkeypatch):
    """Return a model in three installed parts."""
    site = tmp_path / "site"
    for number, (start, end) in enumerate([(0, 4000), (4000, 8000), (8000, len(CONTENT))], start=1):
        install_part(site, number, CONTENT[start:end])
    monkeypatch.syspath_prepend(str(site))
    return PartedModel(name="kleines", size=len(CONTENT), sha256=SHA256, package=PACKAGE, parts=3)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "models"


@pytest.fixture
def own(tmp_path):
    """Return a user's own GGUF file."""
    path = tmp_path / "eigenes.gguf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def hashed(monkeypatch):
    """Return the paths of the files that are hashed from now on."""
    paths = []
    monkeypatch.setattr(
        verifying, "hash_file", lambda path, **options: paths.append(path) or sha256(Path(path).read_bytes())
    )
    return paths


def assert_whole(path):
    assert path.read_bytes() == CONTENT
    assert not list(path.parent.glob(".*.part"))


# joining


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=8), st.integers(1, 50))
def test_any_bytes_cut_anywhere_are_joined_again(content, cuts, chunk):
    import tempfile

    places = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "CHUNK", chunk)
        paths = [Path(name) / str(number) for number in range(len(places) - 1)]
        for path, start, end in zip(paths, places, places[1:], strict=False):
            path.write_bytes(content[start:end])
        shares = []
        target = Path(name) / "whole"
        assert write_parts(paths, target, size=max(1, len(content)), watch=shares.append) == sha256(content)
        assert target.read_bytes() == content
    assert shares == sorted(shares)
    assert not content or shares[-1] == 1


def test_the_parts_are_joined_once_and_not_hashed_again(model, folder, hashed):
    said, shares = [], []
    path = join_model(model, folder, announce=said.append, watch=shares.append)
    assert_whole(path)
    assert path == folder / "kleines.gguf"
    assert len(said) == 1
    assert shares[-1] == 1
    verify(path, SHA256, folder, otherwise="", announce=said.append)
    assert join_model(model, folder, announce=said.append) == path
    assert len(said) == 1
    assert hashed == []


@pytest.mark.parametrize(("gone", "named"), [([2], "1 of its 3 parts (belegt-made-up-part2)"), ([1, 2, 3], "3 of its")])
def test_missing_parts_are_named(model, folder, tmp_path, gone, named):
    for number in gone:
        shutil.rmtree(tmp_path / "site" / f"belegt_made_up_part{number}")
    with pytest.raises(LocalModelError, match=r"pip install 'belegt\[local-llm\]'") as raised:
        join_model(model, folder)
    assert named in str(raised.value)
    assert not folder.exists()


def test_of_many_missing_parts_three_are_named():
    many = PartedModel(name="fehlt", size=1, sha256="", package="belegt-nowhere-part", parts=22)
    with pytest.raises(LocalModelError, match=r"22 of its 22 parts \(\S+1, \S+2, \S+3, \.\.\.\)"):
        find_parts(many)


@pytest.mark.parametrize("content", [CONTENT[4000:7999] + b"x", CONTENT[4000:7999]], ids=["other bytes", "too short"])
def test_other_parts_are_refused_and_nothing_is_left(model, folder, tmp_path, content):
    install_part(tmp_path / "site", 2, content)
    with pytest.raises(LocalModelError, match="--force-reinstall"):
        join_model(model, folder)
    assert not list(folder.glob("*.gguf")) + list(folder.glob(".*.part"))


def test_two_at_once_join_it_once(model, folder, monkeypatch):
    said = []
    write = joining.write_parts
    monkeypatch.setattr(joining, "write_parts", lambda *given, **options: time.sleep(0.1) or write(*given, **options))
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: join_model(model, folder, announce=said.append), range(4)))
    assert len(set(paths)) == len(said) == 1
    assert_whole(paths[0])


KILLED = f"""
import os, sys, time, types
sys.path.insert(0, {str(ROOT)!r})
for name in ("vectorstore", "assistant.local_model"):
    package = types.ModuleType(name)
    package.__path__ = [os.path.join({str(ROOT)!r}, *name.split("."))]
    sys.modules[name] = package
sys.modules["vectorstore"].BelegtError = sys.modules["vectorstore"].Announce = Exception
from pathlib import Path
from assistant.local_model import joining
from assistant.local_model.parts import PartedModel
name, size, sha256, package, parts, site, folder = sys.argv[1:]
sys.path.insert(0, site)
joining.CHUNK = 1000
def watch(share):
    if share > 0.5:
        print("half", flush=True)
        time.sleep(60)
joining.join_model(PartedModel(name, int(size), sha256, package, int(parts)), Path(folder), watch=watch)
"""
"""Joins and stops half way, without the second that the rest of the packages takes to import."""


def test_killed_half_way_the_next_run_makes_it_whole(model, folder, tmp_path):
    arguments = [model.name, model.size, model.sha256, model.package, model.parts, tmp_path / "site", folder]
    command = [sys.executable, "-c", KILLED, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert not (folder / "kleines.gguf").exists()
    assert list(folder.glob(".*.part"))
    assert_whole(join_model(model, folder))


def test_a_full_disk_is_said_before_a_byte_is_written(model, folder, monkeypatch):
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 5 * 10**7, 5 * 10**7)
    )
    with pytest.raises(LocalModelError, match=r"needs 0\.1 GB in .*, 0\.1 GB are free; make room"):
        join_model(model, folder)
    assert not list(folder.glob("*.gguf")) + list(folder.glob(".*.part"))


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(model, folder, monkeypatch):
    def fill(share):
        raise OSError(28, "No space left on device")

    with pytest.raises(LocalModelError, match=r"can't be joined in .*: No space left on device"):
        join_model(model, folder, watch=fill)
    assert not list(folder.glob("*.gguf")) + list(folder.glob(".*.part"))


def test_a_process_that_hangs_is_not_waited_for_for_ever(model, folder, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(joining, "LOCK_SECONDS", 0.05)
    folder.mkdir(parents=True)
    with FileLock(folder / "kleines.gguf.lock"), pytest.raises(LocalModelError, match="stop it"):
        join_model(model, folder)


# verifying


def test_a_file_is_hashed_once(own, folder, hashed):
    for _ in range(3):
        verify(own, SHA256, folder, otherwise="")
    assert hashed == [own]


def test_another_digest_is_refused_again_and_again(own, folder):
    for _ in range(2):
        with pytest.raises(LocalModelError, match=r"SHA-256 differs.*; buy a new one"):
            verify(own, sha256(b"another"), folder, otherwise="buy a new one")


def test_a_file_that_changed_is_hashed_again_even_where_its_time_says_it_did_not(own, folder):
    verify(own, SHA256, folder, otherwise="")
    before = own.stat()
    own.write_bytes(CONTENT[:-1] + b"!")
    os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(LocalModelError, match="SHA-256 differs"):
        verify(own, SHA256, folder, otherwise="")
    own.write_bytes(CONTENT)
    verify(own, SHA256, folder, otherwise="")


def test_the_record_of_another_digest_counts_for_nothing(own, folder, hashed):
    verify(own, SHA256, folder, otherwise="")
    with pytest.raises(LocalModelError, match="SHA-256 differs"):
        verify(own, sha256(b"another"), folder, otherwise="")
    assert hashed == [own, own]


@pytest.mark.parametrize("record", ["", "[]", '{"size": 3', "\udcff"], ids=["empty", "a list", "half", "no text"])
def test_a_broken_record_counts_for_nothing(own, folder, hashed, record):
    verify(own, SHA256, folder, otherwise="")
    (path,) = folder.glob("*.json")
    path.write_text(record, encoding="utf-8", errors="surrogateescape")
    verify(own, SHA256, folder, otherwise="")
    assert hashed == [own, own]


def test_a_file_that_grows_while_it_is_hashed_is_refused(own, folder):
    def grow(share):
        with own.open("ab") as file:
            file.write(b"more")

    with pytest.raises(LocalModelError, match="changed while it was checked"):
        verify(own, SHA256, folder, otherwise="", watch=grow)


def test_where_nothing_can_be_remembered_the_file_is_taken_all_the_same(own, tmp_path, hashed):
    (tmp_path / "file").touch()
    for _ in range(2):
        verify(own, SHA256, tmp_path / "file", otherwise="")
    assert hashed == [own, own]


# which file


def prepare(tmp_path, **chosen):
    return prepare_model_file(Settings(cache_dir=tmp_path / "cache", **chosen), announce=silent, watch=silent)


@pytest.mark.parametrize("written", [SHA256, SHA256.upper(), f"sha256:{SHA256}\n"])
def test_a_file_of_ones_own_is_taken_with_its_digest(own, tmp_path, written):
    assert prepare(tmp_path, llm_file=own, llm_sha256=written) == own
    assert own.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "only with its digest; set BELEGT_LLM_SHA256"),
        ({"llm_sha256": "12ab"}, "no SHA-256 digest; write its 64"),
        ({"llm_sha256": sha256(b"another")}, "SHA-256 differs.*download it anew"),
    ],
)
def test_a_file_of_ones_own_is_refused_without_its_digest(own, tmp_path, chosen, said):
    with pytest.raises(LocalModelError, match=said) as raised:
        prepare(tmp_path, llm_file=own, **chosen)
    assert "\n" not in str(raised.value)


def test_what_is_no_gguf_file_or_no_file_is_refused(tmp_path):
    (tmp_path / "brief.txt").write_text("Liebe Grüße")
    for name, said in {
        "brief.txt": "no GGUF file",
        "nirgends": "can't be read: No such file",
        ".": "can't be read",
    }.items():
        with pytest.raises(LocalModelError, match=said):
            prepare(tmp_path, llm_file=tmp_path / name, llm_sha256=SHA256)


def test_without_a_file_of_ones_own_the_packages_are_joined_and_checked(model, tmp_path, monkeypatch):
    monkeypatch.setattr(model_file, "BUNDLED_LLM", model)
    path = prepare(tmp_path)
    assert_whole(path)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(LocalModelError, match=r"SHA-256 differs.*delete it, and it is made anew"):
        prepare(tmp_path)
    path.unlink()
    assert_whole(prepare(tmp_path))


def test_the_extra_brings_every_part():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["local-llm"]
    wanted = {f"{BUNDLED_LLM.package}{number}==0.2.0" for number in range(1, BUNDLED_LLM.parts + 1)}
    assert {line for line in extra if line.startswith(BUNDLED_LLM.package)} == wanted


# memory


@pytest.fixture
def tell(tmp_path, monkeypatch):
    """Return a function that lets the system tell of so many bytes, and the container of its limit and use."""

    def write(available, limit=None, used=0, files=0):
        (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable: {available // 1024} kB\n")
        for name, value in {
            "memory.max": "max" if limit is None else limit,
            "memory.current": used,
            "memory.stat": f"anon 1\ninactive_file {files}\n",
        }.items():
            (tmp_path / name).write_text(f"{value}\n")

    monkeypatch.setattr(memory, "MEMORY_INFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    return write


def test_what_a_model_needs_and_what_is_free_are_told(tell):
    tell(20_000 * 2**20)
    assert check_memory(1_117_320_768) == "it needs about 1.7 GB of memory; 21.0 GB are free"


def test_what_does_not_fit_is_refused(tell):
    tell(2**30)
    with pytest.raises(LocalModelError, match=r"needs about 1\.7 GB of memory, 1\.1 GB are free; end other programs"):
        check_memory(1_117_320_768)


def test_a_container_counts_by_its_own_limit(tell):
    tell(20 * 2**30, limit=4 * 2**30, used=3 * 2**30, files=2**29)
    assert memory_free() == 3 * 2**29
    tell(20 * 2**30)
    assert memory_free() == 20 * 2**30


def test_a_system_that_does_not_tell_is_not_guessed_at(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMORY_INFO", tmp_path / "nowhere")
    monkeypatch.setattr(memory, "GROUP", tmp_path / "nowhere")
    assert memory_free() is None
    assert check_memory(1_117_320_768) == "it needs about 1.7 GB of memory"
