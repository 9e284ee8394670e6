"""What tests share: an exact, fast embedder in place of the model, articles, and a network that refuses."""

from __future__ import annotations

import re
import socket
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import ui.command_line as command_line
from assistant import Assistant, Settings
from ui import opening
from vectorstore.embedding import FloatMatrix, PassageVectors, Span, unit_rows

DIMENSIONS = 64


class WordEmbedder:
    """Embeds a text by its words, each hashed to one of 64 dimensions: exact, and alike for texts that share words."""

    identity = "words"

    def embed_question(self, text: str) -> FloatMatrix:
        return self._embed(text)

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        return [
            PassageVectors(
                self._embed(text), np.stack([self._embed(text[start:end]) for start, end in places] or [np.zeros(0)])
            )
            for text, places in zip(texts, spans, strict=True)
        ]

    def _embed(self, text: str) -> FloatMatrix:
        vector = np.full((1, DIMENSIONS), 0.01, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[0, zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return unit_rows(vector)[0]


ARTICLES = {
    "bahn.md": (
        "---\ntitle: Neue Strecke nach Norden\npublished: 2024-03-05\npublisher: Streckenblatt\n---\n\n"
        "Die neue Strecke ist 84 Kilometer lang. Ihr Bau kostete 1,2 Milliarden Euro. "
        "Eröffnet wurde sie im Oktober 2023.\n\n"
        "## Fahrzeit\n\nDie Fahrt dauert jetzt 41 Minuten, weil die Züge nicht mehr umgeleitet werden. "
        "Zuvor brauchten sie 70 Minuten.\n"
    ),
    "brot.md": (
        "---\ntitle: Roggenbrot wird teurer\npublisher: Marktbericht\n---\n\n"
        "Ein Kilogramm Roggenbrot kostet derzeit 4,10 Euro. Der Preis stieg um 8 Prozent. "
        "Die Bäcker nennen die Energiekosten als Grund.\n"
    ),
    "wal.txt": (
        "Ein Buckelwal in der Förde\n\nVor der Küste wurde ein Buckelwal gesichtet. Das Tier ist etwa 12 Meter lang. "
        "Fachleute raten, Abstand zu halten.\n"
    ),
}


@pytest.fixture(autouse=True)
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test's data and settings to itself; the prepared model, costly and read-only, stays where it is."""
    import os

    for name in list(os.environ):
        if name.startswith("BELEGT_") and name != "BELEGT_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg-data"))


@pytest.fixture(autouse=True)
def refuse_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Refuse every connection that leaves this computer, and fail the test that tried one."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            tried.append(address)
            raise OSError(f"the tests refuse a connection to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield tried
    assert not tried, f"connections were tried: {tried}"


@pytest.fixture
def write_articles(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes articles, the three of the tests by default, into a folder and returns it."""

    def write(articles: dict[str, str] | None = None, *, name: str = "articles") -> Path:
        folder = tmp_path / name
        for file_name, text in (ARTICLES if articles is None else articles).items():
            path = folder / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        folder.mkdir(exist_ok=True)
        return folder

    return write


@pytest.fixture
def desk(write_articles: Callable[..., Path], tmp_path: Path) -> Assistant:
    """Return an assistant over the three articles, with the exact embedder and real Chroma."""
    return Assistant(Settings(articles=(write_articles(),), data_dir=tmp_path / "data"), embeddings=WordEmbedder())


@pytest.fixture(scope="session")
def starter_desk(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over the starter articles with the real model; made once."""
    return Assistant(Settings(data_dir=tmp_path_factory.mktemp("starter")))


@pytest.fixture
def one_model(starter_desk: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every assistant that a test opens use the real model of the starter articles' one, loaded once."""
    monkeypatch.setattr("assistant.desk.make_embeddings", lambda settings, announce, **_: starter_desk._embeddings)
    monkeypatch.setattr("assistant.library.make_embeddings", lambda settings, announce: starter_desk._embeddings)
    monkeypatch.setattr(Assistant, "_make_reader", lambda desk, **_: starter_desk._reader)


Run = Callable[..., Result]


@pytest.fixture
def run(write_articles: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs ``belegt`` over the three articles, with the exact embedder."""
    folder = write_articles()

    def open_desk(articles: tuple[Path, ...], data_dir: Path | None, *, light: bool = False) -> Assistant:
        settings = Settings(articles=articles or (folder,), data_dir=data_dir or tmp_path / "data")
        return Assistant(settings, embeddings=WordEmbedder())

    monkeypatch.setattr(opening, "open_desk", open_desk)
    monkeypatch.setattr(opening, "open_shelves", lambda *given: open_desk(*given).library)
    return lambda *arguments: CliRunner().invoke(command_line.main, [str(argument) for argument in arguments])
