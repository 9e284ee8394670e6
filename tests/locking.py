"""The versions that are installed here, as ``requirements.lock`` keeps them; ``python -m tests.locking`` writes it.

Versions alone: pip looks at hashes only where every line has one, and torch comes as another file from every index.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
HEAD = """\
# The versions that belegt is tested with (Linux, Python 3.11). Written by: python -m tests.locking
# To install with them: pip install -c requirements.lock .
"""
ELSEWHERE = {"uvloop": 'sys_platform != "win32"'}
"""What some systems don't have."""


def read_dependencies() -> list[Requirement]:
    """Return what ``pyproject.toml`` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def read_lock() -> dict[str, Requirement]:
    """Return the locked requirements by their canonical names."""
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def needed_by(name: str, extras: set[str]) -> list[Requirement]:
    """Return what an installed package asks for on this computer."""
    asked = [Requirement(line) for line in distribution(name).requires or ()]
    chosen = {"", *extras}
    return [one for one in asked if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in chosen)]


def collect() -> dict[str, str]:
    """Return the versions of all that belegt needs, by canonical name, as they are installed here."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = read_dependencies()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in seen or (
            one.marker and "extra" not in str(one.marker) and not one.marker.evaluate()
        ):
            continue
        seen.add((name, frozenset(one.extras)))
        found[name] = Version(distribution(name).version).public
        waiting += needed_by(name, set(one.extras))
    return found


def write() -> None:
    """Write the lock file."""
    lines = [
        f"{name}=={version}" + (f" ; {ELSEWHERE[name]}" if name in ELSEWHERE else "")
        for name, version in sorted(collect().items())
    ]
    LOCK.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def installed_version(name: str) -> str | None:
    """Return the version that is installed here; nothing where none is."""
    try:
        return Version(distribution(name).version).public
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    write()
