"""The library: kept in step while questions are answered, and shared over a Chroma server."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import ArticleError, Assistant, CollectionError, Progress, Settings, library
from assistant.doctor import examine
from tests.conftest import ARTICLES, WordEmbedder
from tests.test_server import chroma

TOWER = "Der Turm am Hafen ist 90 Meter hoch. Gebaut wurde er vor drei Jahren.\n"


def ids_of(desk: Assistant) -> list[str]:
    return [source.article_id for source in desk.articles()]


def test_questions_are_answered_while_the_index_is_brought_in_step(desk: Assistant) -> None:
    desk.refresh()
    (desk.settings.folders[0] / "turm.txt").write_text(TOWER, encoding="utf-8")
    said: list[str] = []

    def ask(progress: Progress) -> None:
        if not said:
            said.append("")
            asking = threading.Thread(target=lambda: said.append(desk.answer("Wie lang ist die neue Strecke?").text))
            asking.start()
            asking.join(timeout=30)

    desk.refresh(watch=ask)
    assert "84 Kilometer" in said[-1]


def test_a_run_that_is_stopped_keeps_what_was_done_and_the_next_does_the_rest(
    write_articles: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vectorstore import mirror

    monkeypatch.setattr(mirror, "WINDOW", 1)
    folder = write_articles()
    desk = Assistant(Settings(articles=(folder,), data_dir=tmp_path / "data"), embeddings=WordEmbedder())
    stop = threading.Event()
    report = desk.library.mirror(stop=stop, watch=lambda progress: stop.set() if progress.passages else None)
    assert report.stopped
    assert 0 < report.indexed < len(ARTICLES)
    assert desk.refresh().indexed == len(ARTICLES) - report.indexed


def test_what_could_not_be_read_is_tried_again_by_a_rebuild(desk: Assistant) -> None:
    broken = desk.settings.folders[0] / "bild.txt"
    broken.write_bytes(b"\x89PNG\x00\x01")
    assert len(desk.refresh().failed) == len(desk.refresh().failed) == 1
    assert len(desk.refresh(rebuild=True).failed) == 1


# a server


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma(tmp_path_factory.mktemp("library") / "data") as (address, _):
        yield address


@pytest.fixture
def share(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Assistant]:
    """Return a function that opens an assistant on the server, with a data folder of its own."""

    def open_one(*folders: Path, name: str = "one", collection: str = "", **chosen: object) -> Assistant:
        settings = Settings(
            articles=folders,
            data_dir=tmp_path / name,
            chroma_url=url,
            chroma_collection=collection or f"library-{abs(hash(request.node.name))}",
            **chosen,
        )
        return Assistant(settings, embeddings=WordEmbedder())

    return open_one


@pytest.mark.real
def test_assistants_share_a_collection_and_hear_of_each_others_writing(
    share: Callable[..., Assistant], write_articles: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "LOOK_SECONDS", 0.0)
    folder = write_articles()
    writer, reader = share(folder, name="writer"), share(name="reader")
    writer.refresh()
    assert ids_of(reader) == sorted(ARTICLES)
    question = "Was kostet ein Kilogramm Roggenbrot?"
    assert reader.answer(question).citations == writer.answer(question).citations
    (folder / "turm.txt").write_text(TOWER, encoding="utf-8")
    writer.refresh()
    assert "90 Meter" in reader.answer("Wie hoch ist der Turm am Hafen?").text
    assert reader.article("brot.md").removed == writer.article("brot.md").removed
    (folder / "turm.txt").unlink()
    writer.refresh()
    assert "turm.txt" not in ids_of(reader)


@pytest.mark.real
def test_a_question_pulls_no_rows_that_are_known(
    share: Callable[..., Assistant], write_articles: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = share(write_articles())
    desk.answer("Wie lang ist die neue Strecke?")
    index = desk.library.index()
    monkeypatch.setattr(type(index), "ids", lambda self: pytest.fail("all ids were pulled"))
    monkeypatch.setattr(type(index), "read", lambda self, rows: pytest.fail("rows were pulled"))
    assert "4,10 Euro" in desk.answer("Was kostet ein Kilogramm Roggenbrot?").text


@pytest.mark.real
def test_who_names_no_folder_only_reads(share: Callable[..., Assistant]) -> None:
    reader = share(collection="nobody-wrote-this")
    with pytest.raises(CollectionError) as caught:
        reader.refresh()
    assert "\n" not in str(caught.value)
    with pytest.raises(ArticleError, match="folder of their own"):
        reader.upload({})


@pytest.mark.real
def test_other_folders_need_another_collection_or_a_rebuild(
    share: Callable[..., Assistant], write_articles: Callable[..., Path]
) -> None:
    share(write_articles(), name="first").refresh()
    other = share(write_articles({"turm.txt": TOWER}, name="andere"), name="second")
    with pytest.raises(CollectionError, match="rebuild") as caught:
        other.refresh()
    assert "\n" not in str(caught.value)
    other.refresh(rebuild=True)
    assert ids_of(other) == ["turm.txt"]


@pytest.mark.real
def test_the_doctor_looks_at_what_a_server_gives(
    share: Callable[..., Assistant], write_articles: Callable[..., Path]
) -> None:
    desk = share(write_articles())
    desk.refresh()
    findings = list(examine(desk.library, deep=True))
    assert all(finding.fine for finding in findings), findings
    assert any("3 articles" in finding.said and "the server's to check" in finding.said for finding in findings)


@pytest.mark.real
def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, write_articles: Callable[..., Path]) -> None:
    settings = Settings(articles=(write_articles(),), data_dir=tmp_path / "data", chroma_url="http://127.0.0.1:9")
    with pytest.raises(CollectionError, match=r"127\.0\.0\.1:9"):
        Assistant(settings, embeddings=WordEmbedder()).refresh()


def test_the_token_is_never_shown() -> None:
    settings = Settings(chroma_url="http://127.0.0.1:9", chroma_token="geheim")
    assert "geheim" not in repr(settings)
    assert "geheim" not in str(settings)
