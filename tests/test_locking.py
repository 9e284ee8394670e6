"""The lock file agrees with what the project asks for, and holds all of it."""

from __future__ import annotations

import json
import re
import runpy

import pytest
from packaging.utils import canonicalize_name

from tests.locking import LOCK, installed_version, needed_by, read_dependencies, read_lock

AUDIT = runpy.run_path(str(LOCK.parent / ".ci" / "audit"))["judge"]
FINE = {"name": "wal", "version": "1", "vulns": []}
SKIPPED = {"name": "brot", "skip_reason": "not found"}
HOLED = {"name": "bahn", "version": "2", "vulns": [{"id": "HOLE-1", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ("", 0, "not audited"),
        ("Traceback", 0, "not audited"),
        ("[]", 0, "not audited"),
        (json.dumps({"dependencies": [SKIPPED]}), 0, "not audited"),
        (json.dumps({"dependencies": [SKIPPED, FINE]}), 0, "1 of 2 packages looked up"),
        (json.dumps({"dependencies": [SKIPPED, FINE, HOLED]}), 1, "bahn 2: HOLE-1"),
    ],
)
def test_an_audit_fails_for_a_known_hole_alone_and_says_what_it_could_not_look_up(
    found: str, status: int, said: str
) -> None:
    done, line = AUDIT(found)
    assert done == status
    assert said in line


def locked_version(name: str) -> str:
    (specifier,) = read_lock()[canonicalize_name(name)].specifier
    assert specifier.operator == "=="
    return specifier.version


def test_every_line_pins_one_version_and_names_no_place() -> None:
    text = LOCK.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line.split("==")[0] for line in lines] == sorted(line.split("==")[0] for line in lines)
    assert len(read_lock()) == len(lines) > 100
    for line in lines:
        assert re.fullmatch(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; sys_platform != "win32")?', line)
    assert "://" not in text
    assert "--" not in text


def test_what_the_project_asks_for_is_locked_within_its_ranges() -> None:
    for asked in read_dependencies():
        assert asked.specifier.contains(locked_version(asked.name)), asked
    assert locked_version("torch") == "2.13.0"
    assert "torch==2.13.0" in {str(asked) for asked in read_dependencies()}


def test_what_locked_packages_ask_for_is_locked_too() -> None:
    for name, locked in read_lock().items():
        if installed_version(name) != locked_version(name) or (locked.marker and not locked.marker.evaluate()):
            continue  # another version may ask for other things
        for asked in needed_by(name, set()):
            assert asked.specifier.contains(locked_version(asked.name), prereleases=True), (name, asked)
