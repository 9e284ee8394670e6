"""Settings come from keywords, then from the environment, then from defaults, and can't be changed."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import Settings
from assistant.settings import STARTER_ARTICLES, UPLOADS


def test_default_is_the_starter_articles(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).folders == (STARTER_ARTICLES,)
    assert len(list(STARTER_ARTICLES.glob("*.md"))) == 5


def test_uploads_join_the_starter_articles(tmp_path: Path) -> None:
    uploads = tmp_path / UPLOADS
    uploads.mkdir()
    (uploads / "notiz.log").write_text("kein Artikel", encoding="utf-8")
    assert Settings(data_dir=tmp_path).folders == (STARTER_ARTICLES,)
    (uploads / "eigener.txt").write_text("Ein Satz.", encoding="utf-8")
    assert Settings(data_dir=tmp_path).folders == (STARTER_ARTICLES, uploads)


def test_environment_names_several_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELEGT_ARTICLES", os.pathsep.join(("eins", "zwei")))
    assert Settings().articles == (Path("eins"), Path("zwei"))
    assert Settings(articles=("drei", "drei")).articles == (Path("drei"),)


def test_frozen_and_hashable() -> None:
    settings = Settings()
    assert hash(settings) == hash(Settings())
    with pytest.raises(ValidationError):
        settings.data_dir = Path("anders")  # type: ignore[misc]


def test_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(artikel=("x",))  # type: ignore[call-arg]
