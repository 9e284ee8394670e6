"""Killed at a random moment: what is left is old or new, and whole. The benchmark of that name, in short."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_what_a_killed_process_leaves_is_whole() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.killing", "--kills", "5", "--only", "indexing", "rebuild"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
