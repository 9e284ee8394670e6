"""Which GGUF file is the language model: the one from the packages, or the user's own with its digest."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.local_model.errors import LocalModelError
from assistant.local_model.joining import WatchShare, join_model
from assistant.local_model.parts import BUNDLED_LLM
from assistant.local_model.verifying import verify
from assistant.settings import Settings
from vectorstore import Announce

MODELS = "models"
"""The folder below the cache folder in which models are prepared."""
MAGIC = b"GGUF"
DIGEST = re.compile(r"[0-9a-f]{64}")


def prepare_model_file(settings: Settings, *, announce: Announce, watch: WatchShare) -> Path:
    """Return the model's file, joined if need be, its digest checked.

    Raises:
        LocalModelError: it is missing, can't be made, or is not the one that is meant.
    """
    folder = settings.cache_dir / MODELS
    if settings.llm_file is not None:
        return check_own_file(settings.llm_file, settings.llm_sha256, folder, announce=announce, watch=watch)
    path = join_model(BUNDLED_LLM, folder, announce=announce, watch=watch)
    otherwise = "delete it, and it is made anew from the installed packages"
    verify(path, BUNDLED_LLM.sha256, folder, otherwise=otherwise, announce=announce, watch=watch)
    return path


def check_own_file(path: Path, sha256: str | None, records: Path, *, announce: Announce, watch: WatchShare) -> Path:
    """Return a user's own GGUF file as an absolute path, after a look that it is one and has the digest given for it.

    Raises:
        LocalModelError: no digest is given, or the file is missing, no GGUF file, or another one.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise LocalModelError(f"the language model {path} can't be read: {error.strerror or error}") from error
    if magic != MAGIC:
        raise LocalModelError(f"{path} is no GGUF file; name one in BELEGT_LLM_FILE")
    if not sha256:
        raise LocalModelError(
            f"{path} is loaded only with its digest; set BELEGT_LLM_SHA256 to the one that its publisher states"
        )
    digest = sha256.strip().lower().removeprefix("sha256:")
    if not DIGEST.fullmatch(digest):
        raise LocalModelError("BELEGT_LLM_SHA256 is no SHA-256 digest; write its 64 hexadecimal digits")
    path = path.resolve()
    otherwise = "download it anew, or set BELEGT_LLM_SHA256 to the digest that its publisher states"
    verify(path, digest, records, otherwise=otherwise, announce=announce, watch=watch)
    return path
