"""Folders -> index: what is new is added, what is gone is removed, what has not changed is not touched.

Which articles the index holds is read off its own ids, which bear each file's digest and the article's number of
passages. An article whose rows are not all there (a run that was stopped) is simply indexed again; what was done
stays done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vectorstore.chunking import split_article
from vectorstore.embedding import PassageEmbedder
from vectorstore.errors import ArticleError
from vectorstore.index import DIGEST_LENGTH, PassageIndex, RowId, name_rows
from vectorstore.passage import Article, Passage
from vectorstore.reading import digest, find_files, read_article

WINDOW = 128
"""Passages embedded in one go: enough to sort by length, few enough that a stopped run loses seconds."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be mirrored, its article's id, and the digest of its bytes."""

    path: Path
    article_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do: files to index, rows to remove afterwards, files left as they are, files not readable."""

    index: tuple[File, ...]
    remove: tuple[RowId, ...]
    unchanged: int
    failed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where the index already holds what the folders hold."""
        return not self.index and not self.remove


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: articles read and passages stored so far, of all files to index."""

    articles: int
    of_articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. ``failed`` holds one clear line for each file that could not be read."""

    indexed: int
    passages: int
    removed: int
    unchanged: int
    failed: tuple[str, ...] = field(default=())


Watch = Callable[[Progress], None]


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


def plan(index: PassageIndex, articles: dict[str, Path]) -> Plan:
    """Compare the files with the index's ids, and say what is to be done."""
    stored: dict[tuple[str, str], list[RowId]] = defaultdict(list)
    for row in index.ids():
        stored[row.article_id, row.digest].append(row)
    wanted, keep, failed = [], set(), []
    for article_id, path in articles.items():
        try:
            file = File(path, article_id, digest(path))
        except ArticleError as error:
            failed.append(str(error))
            continue
        key = (article_id, file.digest[:DIGEST_LENGTH])
        if is_complete(stored.get(key, [])):
            keep.add(key)
        else:
            wanted.append(file)
    gone = tuple(row for key, rows in stored.items() if key not in keep for row in rows)
    return Plan(tuple(wanted), gone, len(keep), tuple(failed))


def is_complete(rows: Sequence[RowId]) -> bool:
    """Tell whether the rows are all passages of their article."""
    return bool(rows) and {row.number for row in rows} == set(range(rows[0].total))


def apply(
    plan: Plan, index: PassageIndex, embeddings: PassageEmbedder, *, watch: Watch = lambda progress: None
) -> Report:
    """Carry a plan out. New passages come in before old ones go, so that a stop in between loses nothing.

    Rows that are to be removed because they were incomplete are written again first and then kept.
    """
    failed = list(plan.failed)
    stored: list[RowId] = []
    for rows, passages in iterate_windows(plan.index, failed, watch):
        vectors = embeddings.embed_passages([item.text for item in passages], [item.spans for item in passages])
        index.add(rows, passages, vectors)
        stored += rows
    gone = set(plan.remove) - set(stored)
    index.remove(gone)
    indexed = sum(row.number == row.total - 1 for row in stored)
    articles_gone = {row.article_id for row in gone} - {file.article_id for file in plan.index}
    return Report(indexed, len(stored), len(articles_gone), plan.unchanged, tuple(failed))


Window = tuple[list[RowId], list[Passage]]


def iterate_windows(files: Sequence[File], failed: list[str], watch: Watch) -> Iterator[Window]:
    """Read the files and yield their passages in windows; a file that can't be read adds its line to ``failed``."""
    rows: list[RowId] = []
    passages: list[Passage] = []
    done = 0
    for position, file in enumerate(files):
        try:
            article = split_article(read_article(file.path, file.article_id))
        except ArticleError as error:
            failed.append(str(error))
            continue
        rows += name_rows(file.digest, article, total=len(article))
        passages += article
        while len(passages) >= WINDOW:
            yield rows[:WINDOW], passages[:WINDOW]
            rows, passages, done = rows[WINDOW:], passages[WINDOW:], done + WINDOW
            watch(Progress(position, len(files), done))
    if passages:
        yield rows, passages
    watch(Progress(len(files), len(files), done + len(passages)))


def rejoin(index: PassageIndex, article_id: str) -> Article | None:
    """Return an article as the index holds it, its passages joined; ``None`` where it holds none of that id.

    Offsets of citations count in this text.
    """
    editions: dict[str, list[RowId]] = defaultdict(list)  # two where a run stopped before the old one was removed
    for row in index.ids():
        if row.article_id == article_id:
            editions[row.digest].append(row)
    whole = next(filter(is_complete, editions.values()), [])
    passages = [stored.passage for stored in index.read(whole).values()]
    return Article(passages[0].source, "".join(passage.text for passage in passages)) if passages else None
