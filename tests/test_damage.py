"""An index whose files were damaged: noticed when it is opened, built anew from the articles, and as good as a fresh one."""

import random
import shutil
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from tests.conftest import WordEmbedder
from vectorstore.checking import DATABASE
from vectorstore.seals import break_seal

PERSISTED = 1010
"""Articles; Chroma writes its files of vectors after 1,000 rows."""
QUESTION = "Wie lang ist Strecke 1007?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with articles and with the data of an index of them whose vectors Chroma has written out."""
    base = tmp_path_factory.mktemp("whole")
    articles = base / "articles"
    articles.mkdir()
    for number in range(PERSISTED):
        text = f"Strecke {number} ist {number * 7 % 1000} Kilometer lang.\n"
        (articles / f"{number}.txt").write_text(text, encoding="utf-8")
    desk = open_desk(base)
    desk.refresh()
    desk.library.index().close()
    return base


def open_desk(base: Path) -> Assistant:
    return Assistant(Settings(articles=(base / "articles",), data_dir=base / "data"), embeddings=WordEmbedder())


@pytest.fixture
def base(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder; an index is kept by the names of its articles' folders, so it is put in place."""
    shutil.copytree(whole, tmp_path / "copy", copy_function=shutil.copy2)
    folder = open_desk(tmp_path / "copy").library.folder
    (kept,) = (path for path in folder.parent.iterdir() if path.is_dir())
    kept.rename(folder)
    return tmp_path / "copy"


def damage(file: Path, kind: str) -> None:
    content = file.read_bytes()
    if kind == "gone":
        file.unlink()
    elif kind == "empty":
        file.write_bytes(b"")
    elif kind == "half":
        file.write_bytes(content[: len(content) // 2])
    else:
        generator = random.Random(7)
        garbled = bytearray(content)
        for _ in range(max(8, len(content) // 50)):
            garbled[generator.randrange(len(garbled))] = generator.randrange(256)
        file.write_bytes(garbled)


FILES = ("header.bin", "length.bin", "link_lists.bin", "data_level0.bin", "index_metadata.pickle", DATABASE)
KINDS = ("gone", "empty", "half", "garbled")


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FILES)
def test_damage_is_noticed(name: str, kind: str, sealed: bool, base: Path) -> None:
    library = open_desk(base).library
    (file,) = library.folder.rglob(name)
    damage(file, kind)
    if not sealed:
        break_seal(library.folder)
    print(found := library.find_damage())
    assert found
    assert "\n" not in found
