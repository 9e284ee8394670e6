"""Whether an index is whole: its database, its rows, its vectors. Looked at from a process of its own where in doubt.

Chroma's native code trusts its files of vectors. Cut off or garbled, they end the process (a header cut in half, seen
with 1.5.9), or give vectors of zeros and find nothing, without a word. SQLite tells of damage and never crashes.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.child_process import BARE_PACKAGE, command_bare, keep_environment
from vectorstore.errors import BelegtError, CollectionError
from vectorstore.rows import RowId, unpack
from vectorstore.vector_files import check_vector_files

DATABASE = "chroma.sqlite3"
LOOK_SECONDS = 0.02
"""For a look at the database when an index is opened: of 2 MB it is a whole check."""
LOOK_STEPS = 1000
"""Of SQLite's machine between two looks at the clock; some 10 microseconds."""
LOCK_SECONDS = 5.0
"""For another's write to the database to be done, where there is time to wait."""
CHILD_SECONDS = 900.0
"""For a process that reads everything: it takes a minute for 100,000 passages; whoever needs longer hangs."""
SAMPLE = 200
"""Rows that are looked for by their own vectors unless all are."""
BATCH = 200
"""Rows read at a time, some 10 kB each."""
NEAREST = 10
"""Among so many a row has to be found by its own vector; the same sentence may stand in many articles."""
LENGTH_TOLERANCE = 1e-3
"""By which the length of a stored vector may differ from 1; rounding costs some 1e-7."""
TIE = 1e-4
"""Difference of cosines below which two passages are alike, and either may come first."""
MOST_UNREACHABLE = 0.01
"""Share of the rows that HNSW may miss although all is well: it looks at neighbours only, and is right by far more."""
Ask = Callable[..., Any]

_BOOTSTRAP = f"""{BARE_PACKAGE}
from vectorstore.checking import tell
folder, deep = arguments
tell(folder, deep=deep == "deep")
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of an index found: how much it holds, and its fault, nothing where it is whole."""

    articles: int = 0
    passages: int = 0
    fault: str = ""


def check_apart(place: Path, *, deep: bool = False) -> Checked:
    """Check an index in a process of its own, which alone ends where Chroma crashes on it.

    Args:
        place: the folder that Chroma has its files in.
        deep: look for every row by its own vector, not for a sample.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
            command_bare(_BOOTSTRAP, [str(place), "deep" if deep else ""]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=keep_environment("HOME"),
            timeout=CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Checked(fault=f"reading it takes longer than {CHILD_SECONDS:g} seconds")
    except OSError as error:
        raise CollectionError(f"the index in {place} can't be checked ({error.strerror}); try again") from error
    try:
        return Checked(**json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, TypeError, IndexError):
        return Checked(fault=f"reading it ends the process ({-done.returncode if done.returncode < 0 else 'no reply'})")


def tell(folder: str, *, deep: bool) -> None:
    """Check an index and print what was found as JSON; what the child process runs, and nothing else should."""
    sys.stdout.write(json.dumps(asdict(check(Path(folder), deep=deep))))


def check(place: Path, *, deep: bool = False) -> Checked:
    """Check an index in this process; see ``check_apart``."""
    if not place.is_dir():
        return Checked()
    if fault := check_files(place):
        return Checked(fault=fault)
    from vectorstore.collection import NAME, open_client

    client = None
    try:
        client = open_client(place, create=False)
        if NAME not in [found.name for found in client.list_collections()]:
            return Checked()
        collection = client.get_collection(NAME, embedding_function=None)
        return check_rows(lambda operation, **given: getattr(collection, operation)(**given), deep=deep)
    except Exception as error:  # noqa: BLE001 - Chroma's errors have no common root
        return Checked(fault=" ".join(str(error).split()) or type(error).__name__)
    finally:
        if client is not None:
            client.close()


def check_files(place: Path, *, seconds: float | None = None) -> str:
    """Return what is wrong with the files of an index as such, nothing where they are whole; nothing crashes on them.

    Args:
        place: the folder that Chroma has its files in.
        seconds: how long the look at the database may take.
    """
    database = place / DATABASE
    if not (database.is_file() and database.stat().st_size) and any(place.glob("*/header.bin")):
        return "the database is gone"
    return check_vector_files(place) or check_database(place, seconds=seconds)


def check_database(place: Path, *, seconds: float | None = None) -> str:
    """Return what is wrong with an index's database, nothing where it is whole or not there.

    Args:
        place: the folder that Chroma has its files in.
        seconds: how long the look may take; what was not looked at until then is taken to be whole.
    """
    file = place / DATABASE
    if not file.is_file():
        return ""
    limit = time.monotonic() + (seconds or CHILD_SECONDS)
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0 if seconds else LOCK_SECONDS)) as database:
            database.set_progress_handler(lambda: time.monotonic() > limit, LOOK_STEPS)
            (said,) = database.execute("pragma quick_check(1)").fetchone()
    except sqlite3.OperationalError:  # out of time, locked, or not to be opened: nothing is known
        return ""
    except sqlite3.DatabaseError as error:
        return f"the database is damaged ({error})"
    return "" if said == "ok" else f"the database is damaged ({' '.join(said.split())})"


def check_rows(ask: Ask, *, deep: bool) -> Checked:
    """Check that all rows can be read, that their vectors are some, and that they are found by them.

    Args:
        ask: lets the collection do something.
        deep: look for every row by its own vector, not for a sample.
    """
    count = int(ask("count"))
    articles: set[str] = set()
    passages, unreachable, asked = 0, 0, 0
    every = 1 if deep else max(1, count // SAMPLE)
    for page in iterate_rows(ask):
        vectors = np.asarray(page["embeddings"], dtype=np.float64)
        if fault := check_page(page, vectors):
            return Checked(fault=fault)
        articles |= {RowId.parse(text).article_id for text in page["ids"]}
        chosen = [place for place in range(len(vectors)) if (passages + place) % every == 0]
        unreachable += count_unreachable(ask, [page["ids"][place] for place in chosen], vectors[chosen])
        asked += len(chosen)
        passages += len(vectors)
    if passages != count:
        return Checked(fault=f"{count} passages are counted, but {passages} are there")
    if unreachable > MOST_UNREACHABLE * asked:
        return Checked(fault=f"{unreachable} of {asked} passages are not found by their own vectors")
    return Checked(len(articles), passages)


def iterate_rows(ask: Ask) -> Iterator[Any]:
    """Yield the rows of a collection with all that they hold, in pages."""
    names = ask("get", include=[])["ids"]
    for start in range(0, len(names), BATCH):
        yield ask("get", ids=names[start : start + BATCH], include=["documents", "metadatas", "embeddings"])


def check_page(page: Any, vectors: NDArray[np.float64]) -> str:
    """Return what is wrong with some rows, nothing where they are whole."""
    for text_id, text, metadata in zip(page["ids"], page["documents"], page["metadatas"], strict=True):
        try:
            row = RowId.parse(text_id)
            passage = unpack(row, text, metadata).passage
        except (BelegtError, KeyError, ValueError, TypeError, AttributeError) as error:
            return f"a row can't be read ({text_id[:40]!r}: {' '.join(str(error).split())})"
        if any(not passage.start <= part.start <= part.end <= passage.end for part in passage.sentences):
            return f"a sentence lies outside its passage ({text_id[:40]!r})"
    if len(vectors) != len(page["ids"]) or vectors.ndim != 2:
        return "there are fewer vectors than passages"
    lengths = np.linalg.norm(vectors, axis=1)
    wrong = int(np.count_nonzero(~(np.abs(lengths - 1) < LENGTH_TOLERANCE)))  # so that no number at all counts, too
    return f"{wrong} vectors are none" if wrong else ""


def count_unreachable(ask: Ask, names: list[str], vectors: NDArray[np.float64]) -> int:
    """Return how many rows are not among the nearest to their own vectors, nor as near as the last of these."""
    if not names:
        return 0
    found = ask("query", query_embeddings=vectors.tolist(), n_results=NEAREST, include=["distances"])
    pairs = zip(names, found["ids"], found["distances"], strict=True)
    return sum(name not in ids and (not distances or distances[-1] > TIE) for name, ids, distances in pairs)
