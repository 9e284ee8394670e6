"""The assistant: opened on first use, in step with its folders, shared by threads, deaf to nothing it must hear."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

import assistant
from assistant import ArticleError, Assistant, CollectionError, Scope, Settings
from assistant.phrases import phrase
from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import upkeep


def test_articles_and_their_texts(desk: Assistant) -> None:
    assert [source.article_id for source in desk.articles()] == sorted(ARTICLES)
    bread = desk.article("brot.md")
    assert bread.source.title == "Roggenbrot wird teurer"
    assert bread.text.startswith("Ein Kilogramm Roggenbrot")
    with pytest.raises(ArticleError, match=r"fehlt\.md"):
        desk.article("fehlt.md")


def test_an_article_is_opened_without_reading_the_ids_of_all(desk: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.refresh()
    monkeypatch.setattr(desk.library.index(), "ids", lambda: pytest.fail("all ids are read"))
    assert desk.article("brot.md").text.startswith("Ein Kilogramm Roggenbrot")


def test_refresh_follows_the_folder(desk: Assistant) -> None:
    assert desk.refresh().indexed == 3
    assert desk.refresh().unchanged == 3
    (desk.settings.folders[0] / "brot.md").unlink()
    (desk.settings.folders[0] / "neu.txt").write_text("Der Turm ist 90 Meter hoch.\n", encoding="utf-8")
    report = desk.refresh()
    assert (report.indexed, report.removed, report.unchanged) == (1, 1, 2)
    assert "90 Meter" in desk.answer("Wie hoch ist der Turm?").text
    assert "brot.md" not in {source.article_id for source in desk.articles()}


def test_rebuild_gives_the_same_index(desk: Assistant) -> None:
    desk.refresh()
    before = desk.answer("Was kostet ein Kilogramm Roggenbrot?")
    assert desk.refresh(rebuild=True).indexed == 3
    after = desk.answer("Was kostet ein Kilogramm Roggenbrot?")
    assert after.citations == before.citations


def test_other_folders_have_an_index_of_their_own(desk: Assistant, write_articles: Callable[..., Path]) -> None:
    desk.refresh()
    other = write_articles({"turm.txt": "Der Turm ist 90 Meter hoch.\n"}, name="andere")
    second = Assistant(desk.settings.model_copy(update={"articles": (other,)}), embeddings=WordEmbedder())
    assert [source.article_id for source in second.articles()] == ["turm.txt"]
    assert desk.refresh().unchanged == 3


def test_many_threads_get_their_own_answers(desk: Assistant) -> None:
    questions = ["Wie lang ist die neue Strecke?", "Was kostet ein Kilogramm Roggenbrot?"] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(desk.answer, questions))
    for question, answer in zip(questions, answers, strict=True):
        assert answer.question == question
        assert answer.citations[0].article_id == ("bahn.md" if "Strecke" in question else "brot.md")


def test_second_writer_is_told(desk: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.refresh()
    (desk.settings.folders[0] / "neu.txt").write_text("Der Turm ist 90 Meter hoch.\n", encoding="utf-8")
    monkeypatch.setattr(upkeep, "LOCK_SECONDS", 0.1)
    (folder,) = (path for path in (desk.settings.data_dir / "collections").iterdir() if path.is_dir())
    with FileLock(f"{folder}.lock"), pytest.raises(CollectionError, match="another process"):
        desk.refresh()
    assert desk.refresh().indexed == 1


def test_unreadable_files_are_named_and_the_rest_is_there(desk: Assistant) -> None:
    (desk.settings.folders[0] / "bild.txt").write_bytes(b"\x89PNG\x00\x01")
    (desk.settings.folders[0] / "leer.txt").write_text("\n\n", encoding="utf-8")
    report = desk.refresh()
    assert len(report.failed) == 2
    assert any("bild.txt" in line for line in report.failed)
    assert all("\n" not in line for line in report.failed)
    assert report.indexed == 3


def test_folder_with_nothing_readable_is_an_error(write_articles: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_articles({"leer.txt": "", "titel.md": "# Nur ein Titel\n"})
    with pytest.raises(ArticleError, match=r"leer\.txt.*titel\.md"):
        Assistant(Settings(articles=(folder,), data_dir=tmp_path / "data"), embeddings=WordEmbedder()).refresh()


def test_a_scope_follows_the_folder(desk: Assistant) -> None:
    question, scope = "Was kostet ein Kilogramm Roggenbrot?", Scope(("brot.md",))
    assert "4,10 Euro" in desk.answer(question, scope=scope).text
    (desk.settings.folders[0] / "brot.md").unlink()
    desk.refresh()
    gone = desk.answer(question, scope=scope)
    assert (gone.abstained, gone.citations, gone.text) == (True, (), phrase("none chosen", "de"))


def test_many_threads_keep_to_their_own_scopes(desk: Assistant) -> None:
    scopes = [Scope((name,)) for name in ARTICLES] * 8
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda scope: desk.answer("Wie lang ist das Tier?", scope=scope), scopes))
    for scope, answer in zip(scopes, answers, strict=True):
        assert {citation.article_id for citation in answer.citations} == set(scope.articles)


def test_front_door_names_what_it_exports() -> None:
    assert len(assistant.__all__) == len(set(assistant.__all__))
    assert all(hasattr(assistant, name) for name in assistant.__all__)


def test_assistant_is_opened_once_for_the_same_settings(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert assistant.open_assistant(settings) is assistant.open_assistant(Settings(data_dir=tmp_path))
