"""Folders -> index: what is new is added, what is gone is removed, what has not changed is not touched.

Which articles the index holds is read off its own ids, which bear each file's digest and the article's number of
passages. An article whose rows are not all there (a run that was stopped) is simply indexed again; what was done
stays done. A file is stored under the digest of the bytes that were read: one that changes between plan and reading
is settled by the next run.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from vectorstore.chunking import split_article
from vectorstore.embedding import PassageEmbedder
from vectorstore.errors import ArticleError, CollectionError
from vectorstore.fingerprints import Fingerprints, look_at
from vectorstore.index import PassageIndex, Remainder, RowId, name_rows
from vectorstore.passage import Article
from vectorstore.planning import File, Plan, find_articles, is_complete, plan, revision_of
from vectorstore.progress import Meter, Progress, Report, Watch
from vectorstore.reading import read_article
from vectorstore.reuse import Draft, embed, find_donors
from vectorstore.rows import sum_rows

__all__ = ["File", "Plan", "Progress", "Report", "Watch", "apply", "find_articles", "plan", "rejoin"]

WINDOW = 128
"""Passages embedded in one go: enough to sort by length, few enough that a stopped run loses seconds."""

Read = Callable[[Path, str], Article]


def apply(
    plan: Plan,
    index: PassageIndex,
    embeddings: PassageEmbedder,
    *,
    watch: Watch = lambda progress: None,
    stop: threading.Event | None = None,
    memory: Fingerprints | None = None,
    read: Read = read_article,
) -> Report:
    """Carry a plan out. New passages come in before old ones go, so that a stop in between loses nothing.

    Rows that are to be removed because they were incomplete are written again first and then kept.

    Args:
        plan: what is to be done.
        index: what is to hold the articles.
        embeddings: the model.
        watch: is told how far the run is; what it raises ends the run.
        stop: once set, the run ends after the window at hand, nothing is removed, and the report says so.
        memory: the one that the plan was made with; learns what is no article.
        read: reads a file as an article of that id.

    Raises:
        CollectionError: the index can't be written, such as for a full disk; what was done is kept.
        ModelError: the model can't be used.
    """
    index.claim()
    run = _Run(plan, index, memory or Fingerprints(), watch, stop or threading.Event())
    try:
        run.store(embeddings, read)
        if not run.stopped:
            run.remove()
    except BaseException:
        with suppress(CollectionError):  # the error at hand says more
            run.finish()
        raise
    run.finish()
    return run.report()


class _Run:
    """A plan being carried out: what has been stored, removed and found unreadable so far."""

    def __init__(
        self, plan: Plan, index: PassageIndex, memory: Fingerprints, watch: Watch, stop: threading.Event
    ) -> None:
        self._plan = plan
        self._index = index
        self._memory = memory
        self._stop = stop
        self._meter = Meter(len(plan.index), sum(file.size for file in plan.index), watch)
        self._failed = list(plan.failed)
        self._stored: list[RowId] = []
        self._left = set(plan.remove)
        self.stopped = False

    def store(self, embeddings: PassageEmbedder, read: Read) -> None:
        """Read, embed and store the files, window by window."""
        for window, size in self._iterate_windows(read):
            entries, embedded = embed(window, self._index, embeddings)
            self._index.add(entries)
            self._stored += [entry.row for entry in entries]
            self._meter.add(len(entries), embedded, size)
        self._meter.tell()

    def remove(self) -> None:
        """Remove the rows that are to go."""
        self._left -= set(self._stored)
        self._index.remove(self._left)
        self._left.clear()

    def finish(self) -> None:
        """Stamp the index with what it holds, and write down what was learnt of the files."""
        self._memory.save()
        revision = revision_of(self._plan.kept + sum_rows(self._left.union(self._stored)))
        if self._stored or self._plan.remove or not self._plan.stamped:
            self._index.stamp(revision)

    def report(self) -> Report:
        """Return what was done."""
        last = [row for row in self._stored if row.number == row.total - 1]
        present = {row.article_id for row in last}
        before = {row.article_id: row.digest for row in self._plan.remove if row.article_id in self._plan.gone}
        gone = Counter(digest for article_id, digest in before.items() if article_id not in present)
        if self.stopped:
            gone.clear()
        arrived = Counter(row.digest for row in last if row.article_id not in before)
        renamed = (gone & arrived).total()
        return Report(
            indexed=len(last) - renamed,
            passages=len(self._stored),
            removed=gone.total() - renamed,
            unchanged=self._plan.unchanged,
            failed=tuple(self._failed),
            renamed=renamed,
            embedded=self._meter.embedded,
            stopped=self.stopped,
            seconds=self._meter.seconds,
        )

    def _iterate_windows(self, read: Read) -> Iterator[tuple[list[Draft], float]]:
        """Read the files and yield their passages in windows, each with the bytes that it stands for."""
        waiting: list[tuple[Draft, float]] = []
        for file in self._plan.index:
            if self._halts():
                return
            drafts = self._draft(file, read)
            waiting += [(draft, file.size / len(drafts)) for draft in drafts]
            self._meter.articles += 1
            if drafts:
                self._meter.tell()
            while len(waiting) >= WINDOW:
                if self._halts():
                    return
                yield as_window(waiting[:WINDOW])
                del waiting[:WINDOW]
        if waiting and not self._halts():
            yield as_window(waiting)

    def _halts(self) -> bool:
        self.stopped = self._stop.is_set()
        return self.stopped

    def _draft(self, file: File, read: Read) -> list[Draft]:
        """Read a file and return its rows without vectors; nothing where it is no article, which is noted."""
        before = look_at(file.path)
        try:
            article = read(file.path, file.article_id)
        except ArticleError as error:
            self._failed.append(str(error))
            if not isinstance(error.__cause__, OSError):  # what the disk or a permission forbids may be mended unseen
                self._memory.blame(file.path, before, str(error))
            self._meter.fail(file.size)
            return []
        digest = article.digest or file.digest
        if article.digest:
            self._memory.note(file.path, before, digest)
        passages = split_article(article)
        donors = find_donors(self._index, file.donors, passages)
        remainder = Remainder(digest, article.removed, article.page_starts)
        return [
            Draft(row, item, None if row.number else remainder, donors.get(row.number))
            for row, item in zip(name_rows(digest, passages, total=len(passages)), passages, strict=True)
        ]


def as_window(drafts: Sequence[tuple[Draft, float]]) -> tuple[list[Draft], float]:
    """Return some drafts, and the bytes that they stand for together."""
    return [draft for draft, _ in drafts], sum(size for _, size in drafts)


def rejoin(index: PassageIndex, article_id: str, *, rows: Sequence[RowId] | None = None) -> Article | None:
    """Return an article as it was read, its passages joined; ``None`` where the index holds none of that id whole.

    Offsets of citations count in this text.

    Args:
        index: holds the article.
        article_id: which one.
        rows: the article's, where they are known; else all ids of the index are read, half a second of 100,000.

    Raises:
        CollectionError: the index can't be read.
    """
    editions: dict[str, list[RowId]] = defaultdict(list)  # two where a run stopped before the old one was removed
    for row in index.ids() if rows is None else rows:
        if row.article_id == article_id:
            editions[row.digest].append(row)
    whole = next(filter(is_complete, editions.values()), [])
    passages = [stored.passage for stored in index.read(whole).values()]
    first = next(iter(index.entries(whole[:1]).values()), None)
    if first is None or first.remainder is None or len(passages) < len(whole):
        return None
    parts = first.remainder
    text = "".join(passage.text for passage in passages)
    return Article(first.passage.source, text, parts.removed, parts.page_starts, parts.digest)
