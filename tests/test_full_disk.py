"""A disk that fills up while the index is written: one line, nothing lost, and the next run ends where it should."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WordEmbedder
from tests.test_mirror import assert_holds_what_a_fresh_one_holds
from vectorstore.index import PassageIndex
from vectorstore.mirror import apply, find_articles, plan

ROOT = Path(__file__).parent.parent
LIMITED = """
import resource, sys
from pathlib import Path
from tests.conftest import WordEmbedder
from vectorstore import BelegtError, PassageIndex, apply, find_articles, plan
folder, place, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    index = PassageIndex(place, identity="words")
    apply(plan(index, find_articles([folder])), index, WordEmbedder())
except BelegtError as error:
    sys.exit(str(error))
"""
"""Indexes a folder while no file may grow beyond a limit, which is how a quota is met; a full disk says so as well."""


@pytest.fixture
def folder(write_articles):
    """Return a folder of two windows and a half."""
    return write_articles(
        {
            f"{number}.md": f"Artikel {number} handelt von Strecke {number % 7}. Sie ist {number} Kilometer lang."
            for number in range(320)
        }
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [100_000, 700_000], ids=["at once", "later"])
def test_after_a_full_disk_the_next_run_ends_where_a_fresh_one_does(limit, folder, tmp_path):
    place = tmp_path / "index"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, folder, place, str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, "the limit was not met"
    assert done.stderr.count("\n") == 1, done.stderr
    assert any(words in done.stderr for words in ("run belegt index again", "remove that folder")), done.stderr
    index = PassageIndex(place, identity="words")
    apply(plan(index, find_articles([folder])), index, WordEmbedder())
    assert_holds_what_a_fresh_one_holds(index, folder, tmp_path / "fresh")
