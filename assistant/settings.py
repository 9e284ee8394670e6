"""All settings in one frozen value. Nothing else reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.answer import Wording
from assistant.choosing import MOST_STATEMENTS
from assistant.confidence import THRESHOLD
from vectorstore import BUNDLED, SUFFIXES

STARTER_ARTICLES = Path(__file__).resolve().parent.parent / "seeds"
"""The starter articles lie beside this package, in a checkout as in an installed wheel."""
UPLOADS = "articles"
"""The folder below the data folder in which a user's own articles are kept."""
FEEDBACK = "feedback.jsonl"
"""The file in the data folder that holds what visitors said of answers."""


class Settings(BaseSettings):
    """What can be chosen, by keyword or by an environment variable ``BELEGT_<NAME>``.

    ``articles`` are the folders to answer from (in the environment separated as in ``PATH``); none means the starter
    articles and what lies in the folder ``articles`` below ``data_dir``. ``data_dir`` holds the indexes, ``cache_dir``
    the prepared embedding model. ``embedding_model`` is ``bundled``, a folder, or the name of a sentence-transformers
    model; the prompts stand before what it embeds, ``None`` takes the model's own. ``reader`` says whether the best
    passages are read together with the question, which takes longer and chooses better. ``most_statements`` is how many
    sentences an answer quotes at most; ``refuse_below`` the estimated probability that the articles answer at all, 0 to
    1, below which it is said that they don't. ``chroma_url`` puts the passages on a Chroma server (``http://host:port``),
    into the collection of that name, with that token; where no ``articles`` are named, what is there is only read.
    ``llm`` is ``local`` for a language model on this computer: the one that the extra ``local-llm`` brings, or the GGUF
    file ``llm_file``, which is loaded only with its SHA-256 digest ``llm_sha256``. ``llm_url`` names one that is served
    elsewhere in the form of OpenAI's interface (``http://host:port/v1``), ``llm_model`` its name there, by default the
    only one; ``llm_key`` opens it; ``llm_seconds`` is the time for a written answer. ``llm_wording`` is ``close`` where
    a written sentence may only shorten a sentence of its evidence, ``free`` where any words will do that the evidence
    supports; by default close for the small model that comes along, free for others. ``unsupported`` says what becomes
    of a written sentence that the evidence doesn't support: its quote stands for it, it goes, or it is marked. ``log``
    is where a line for each question goes: ``stderr``, ``off``, or a file; ``None`` leaves it to the command.
    ``log_text`` lets these lines hold question and answer.
    """

    model_config = SettingsConfigDict(env_prefix="BELEGT_", frozen=True, extra="forbid", hide_input_in_errors=True)

    articles: Annotated[tuple[Path, ...], NoDecode] = ()
    data_dir: Path = Field(default_factory=lambda: user_data_path("belegt"))
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("belegt"))
    embedding_model: str = BUNDLED
    query_prompt: str | None = None
    passage_prompt: str | None = None
    reader: bool = True
    most_statements: int = Field(default=MOST_STATEMENTS, ge=1, le=10)
    refuse_below: float = Field(default=THRESHOLD, ge=0, le=1)
    chroma_url: str | None = None
    chroma_collection: str = "belegt"
    chroma_token: SecretStr | None = None
    llm: Literal["local"] | None = None
    llm_file: Path | None = None
    llm_sha256: str | None = None
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: SecretStr | None = None
    llm_seconds: float = Field(default=60.0, gt=0, le=600)
    llm_wording: Wording | None = None
    unsupported: Literal["replace", "drop", "mark"] = "replace"
    log: str | None = None
    log_text: bool = False

    @field_validator("llm_url")
    @classmethod
    def check_url(cls, value: str | None) -> str | None:
        """Take a web address without a password in it, which would be shown with the address."""
        parts = urlsplit(value or "http://none")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("no web address; write for example http://127.0.0.1:8080/v1")
        if parts.username or parts.password:
            raise ValueError("the address holds a name or password; a key belongs in BELEGT_LLM_KEY")
        return value

    @field_validator("articles", mode="before")
    @classmethod
    def split_paths(cls, value: Any) -> Any:
        """Take one folder, or several in a string separated as in ``PATH``; a folder named twice counts once."""
        if isinstance(value, str):
            value = [part for part in value.split(os.pathsep) if part]
        paths = [value] if isinstance(value, Path) else value
        return tuple(dict.fromkeys(Path(path) for path in paths))

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders whose articles are answered from."""
        if self.articles:
            return self.articles
        has_uploads = any(path.suffix.lower() in SUFFIXES for path in self.uploads.rglob("*"))
        return (STARTER_ARTICLES, self.uploads) if has_uploads else (STARTER_ARTICLES,)

    @property
    def wording(self) -> Wording:
        """Whether a written sentence may only shorten one of its evidence."""
        small = self.llm == "local" and self.llm_file is None and self.llm_url is None
        return self.llm_wording or ("close" if small else "free")

    @property
    def uploads(self) -> Path:
        """Where articles that were uploaded in the page are kept."""
        return self.data_dir / UPLOADS

    @property
    def feedback(self) -> Path:
        """Where it is kept what visitors said of answers, a test set."""
        return self.data_dir / FEEDBACK
