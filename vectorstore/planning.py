"""What a mirror run has to do, told from the ids of the index and the digests of the files alone.

Nothing is parsed or embedded here, and with a memory of the files nothing that has not changed is hashed: a run that
finds nothing to do costs the reading of the ids and one look at each file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vectorstore.errors import ArticleError
from vectorstore.fingerprints import Fingerprints
from vectorstore.index import DIGEST_LENGTH, PassageIndex, RowId
from vectorstore.reading import find_files
from vectorstore.reuse import Donors
from vectorstore.rows import SUM_BYTES, sum_rows


@dataclass(frozen=True, slots=True)
class File:
    """A file to be mirrored, its article's id, the digest and number of its bytes, and rows that may share passages."""

    path: Path
    article_id: str
    digest: str
    size: int = 0
    donors: tuple[RowId, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do: files to index, rows to remove afterwards, files left as they are, files not readable.

    ``gone`` are the articles of which no row stays, ``kept`` is the sum of the rows that do, ``stamped`` tells whether
    the index bears the stamp of the rows it holds, which a run that was killed leaves out.
    """

    index: tuple[File, ...]
    remove: tuple[RowId, ...]
    unchanged: int
    failed: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    kept: int = 0
    stamped: bool = True

    @property
    def is_empty(self) -> bool:
        """True where the index already holds what the folders hold."""
        return not self.index and not self.remove and self.stamped


def find_articles(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the files of all folders by article id.

    The id is the file's path within its folder, in POSIX form. Files of the second and later folders are prefixed with
    the folder's name (and a counter, should two folders share it), so that ids don't clash. Bytes of a path that are
    no UTF-8 are written as escapes.

    Raises:
        ArticleError: a folder is not there or holds no article.
    """
    articles: dict[str, Path] = {}
    for position, folder in enumerate(folders):
        prefix = f"{folder.resolve().name}/" if position else ""
        counter = 2
        while position and any(article_id.startswith(prefix) for article_id in articles):
            prefix = f"{folder.resolve().name}~{counter}/"
            counter += 1
        for path in find_files(folder):
            article_id = prefix + path.relative_to(folder).as_posix()
            articles[article_id.encode("utf-8", "backslashreplace").decode("utf-8")] = path
    return articles


def plan(index: PassageIndex, articles: dict[str, Path], memory: Fingerprints | None = None) -> Plan:
    """Compare the files with the index's ids, and say what is to be done.

    Args:
        index: what is to hold the articles.
        articles: the files by article id.
        memory: spares the hashing of files that have not changed, and the parsing of those that are no article.

    Raises:
        CollectionError: the index can't be read, or something else is mirrored into it.
    """
    index.check_claim()
    memory = memory or Fingerprints()
    stored: dict[tuple[str, str], list[RowId]] = defaultdict(list)
    for row in index.ids():
        stored[row.article_id, row.digest].append(row)
    wanted, keep, failed = [], set(), []
    for article_id, path in articles.items():
        try:
            seen = memory.see(path)
        except ArticleError as error:
            failed.append(str(error))
            continue
        key = (article_id, seen.digest[:DIGEST_LENGTH])
        if seen.reason:
            failed.append(seen.reason)
        elif is_complete(stored.get(key, [])):
            keep.add(key)
        else:
            wanted.append(File(path, article_id, seen.digest, size_of(path)))
    memory.save()
    if wanted:
        donors = Donors(row for rows in stored.values() for row in rows)
        wanted = [replace(file, donors=donors.of(file.article_id, file.digest)) for file in wanted]
    gone = tuple(row for key, rows in stored.items() if key not in keep for row in rows)
    kept = sum_rows(row for key in keep for row in stored[key])
    stamped = index.revision() == revision_of(kept + sum_rows(gone))
    vanishing = {row.article_id for row in gone} - {article_id for article_id, _ in keep}
    return Plan(tuple(wanted), gone, len(keep), tuple(failed), frozenset(vanishing), kept, stamped)


def is_complete(rows: Sequence[RowId]) -> bool:
    """Tell whether the rows are all passages of their article."""
    return bool(rows) and {row.number for row in rows} == set(range(rows[0].total))


def size_of(path: Path) -> int:
    """Return the bytes of a file, 0 where it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def revision_of(row_sum: int) -> str:
    """Return the stamp of rows with that sum; nothing for none, as of an index that was never written."""
    return f"{row_sum % (1 << 8 * SUM_BYTES):x}" if row_sum else ""
