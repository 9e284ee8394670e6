"""Uploads: kept whole under a safe name in their folder, searched, and removed again; nothing outside is touched."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleError, Assistant, Settings
from assistant.uploads import NAME_LENGTH, keep_upload, remove_upload, safe_name
from tests.conftest import ARTICLES, WordEmbedder

TOWER = "Der Turm am Hafen\n\nDer Turm am Hafen ist 90 Meter hoch. Gebaut wurde er vor drei Jahren.\n"


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "upload-0"
    path.write_text(TOWER, encoding="utf-8")
    return path


@pytest.fixture
def open_desk(tmp_path: Path) -> Assistant:
    """Return an assistant that takes uploads: no folder is named."""
    return Assistant(Settings(data_dir=tmp_path / "data"), embeddings=WordEmbedder())


@given(st.text(max_size=300), st.sampled_from([".md", ".PDF", ".txt", ".docx"]))
def test_any_name_becomes_one_that_leads_nowhere(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)
    assert name.parent == Path()
    assert name.suffix == suffix.lower()
    assert 0 < len(name.stem) <= NAME_LENGTH
    assert not name.name.startswith(".")
    assert "\n" not in str(name)


@pytest.mark.parametrize("name", ["a.exe", "a", "", "..", "a.md/", "a.txt\n.sh"])
def test_a_kind_that_cannot_be_read_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(ArticleError, match="no kind") as caught:
        safe_name(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../../turm.txt", "/etc/turm.txt", "C:\\Bilder\\turm.txt", "turm.txt"])
def test_an_upload_is_kept_whole_in_its_folder(upload: Path, tmp_path: Path, name: str) -> None:
    place = keep_upload(upload, tmp_path / "uploads", name=name)
    assert place == tmp_path / "uploads" / "turm.txt"
    assert place.read_text(encoding="utf-8") == TOWER
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["turm.txt"]


def test_a_name_that_is_taken_gets_a_counter(upload: Path, tmp_path: Path) -> None:
    names = [keep_upload(upload, tmp_path / "uploads", name="turm.txt").name for _ in range(3)]
    assert names == ["turm.txt", "turm 2.txt", "turm 3.txt"]


def test_what_is_too_large_or_gone_is_refused(upload: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("assistant.uploads").uploads.SIZE_LIMITS, ".txt", 10)
    with pytest.raises(ArticleError, match="larger"):
        keep_upload(upload, tmp_path / "uploads", name="turm.txt")
    with pytest.raises(ArticleError, match="can't be kept"):
        keep_upload(tmp_path / "gone", tmp_path / "uploads", name="turm.md")
    assert not list((tmp_path).glob("uploads/*"))


@pytest.mark.parametrize(
    "article_id", ["uploads/../secret.txt", "../secret.txt", "/etc/hostname", "uploads/", "", "x.md"]
)
def test_nothing_but_an_upload_is_removed(tmp_path: Path, article_id: str) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ArticleError):
        remove_upload(article_id, tmp_path / "uploads")
    assert (tmp_path / "secret.txt").exists()


def test_an_upload_is_searched_and_after_its_removal_no_more(open_desk: Assistant, upload: Path) -> None:
    report = open_desk.upload({"turm.txt": upload, "bild.exe": upload})
    assert report.indexed >= 1
    assert [line for line in report.failed if "bild.exe" in line]
    answer = open_desk.answer("Wie hoch ist der Turm am Hafen?")
    assert answer.citations[0].article_id == "articles/turm.txt"
    open_desk.remove_upload("articles/turm.txt")
    assert "articles/turm.txt" not in {source.article_id for source in open_desk.articles()}


def test_a_second_process_finds_the_uploads_where_the_first_left_them(open_desk: Assistant, upload: Path) -> None:
    open_desk.upload({"turm.txt": upload})
    again = Assistant(open_desk.settings, embeddings=WordEmbedder())
    assert again.refresh().indexed == 0
    assert "articles/turm.txt" in {source.article_id for source in again.articles()}


def test_folders_that_are_named_take_no_uploads(desk: Assistant, upload: Path) -> None:
    with pytest.raises(ArticleError, match="folder of their own"):
        desk.upload({"turm.txt": upload})
    assert [source.article_id for source in desk.articles()] == sorted(ARTICLES)
