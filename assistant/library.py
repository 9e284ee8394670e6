"""The library: folders of articles, their index, and the search over it, kept in step.

Bringing the index in step may take minutes, so questions are answered from the search as it was until the new one is
made. On a Chroma server others may write, too: a stamp of the collection tells when, and only what is new is read.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.settings import STARTER_ARTICLES, Settings
from vectorstore import (
    Announce,
    Article,
    ArticleError,
    CollectionError,
    EmbeddingModel,
    Fingerprints,
    ParsingProcess,
    PassageEmbedder,
    PassageIndex,
    PassageSearch,
    Plan,
    Report,
    SentenceTransformerEmbeddings,
    Server,
    Source,
    Watch,
    apply,
    find_articles,
    plan,
    read_article,
    rejoin,
)

NAMED_FAILURES = 5
"""Unreadable files named where none could be read; one line should stay one."""
LOCK_SECONDS = 5.0
"""How long a second writer waits before it says so."""
LOOK_SECONDS = 2.0
"""How often a server is asked whether somebody else has written; a question more or less sees the old articles."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An article that the library holds: its source, its passages, and the others that print the same story."""

    source: Source
    passages: int
    copies: tuple[Source, ...] = ()


class Library:
    """The articles that the settings name.

    Safe for several threads.

    Args:
        settings: which folders, where the index lies, which server if any.
        embeddings: the model.
        watch: receives the progress of indexing.
    """

    def __init__(
        self, settings: Settings, embeddings: PassageEmbedder, *, watch: Watch = lambda progress: None
    ) -> None:
        self._settings = settings
        self._embeddings = embeddings
        self._watch = watch
        self._mirroring = threading.RLock()
        self._opening = threading.RLock()
        self._index: PassageIndex | None = None
        self._search: PassageSearch | None = None
        self._revision = ""
        self._looked = 0.0

    @property
    def only_reads(self) -> bool:
        """Whether nothing is mirrored: a server is named and no folder, so that others fill the collection."""
        return self._settings.chroma_url is not None and not self._settings.articles

    def search(self) -> PassageSearch:
        """Return the search over the articles; the first call brings the index in step.

        Raises:
            BelegtError: the articles, the index or the model can't be used.
        """
        with self._opening:
            if self._search is None:
                self.refresh()
            elif self._settings.chroma_url is not None and time.monotonic() - self._looked > LOOK_SECONDS:
                self._renew()
            if self._search is None:
                raise CollectionError("the index could not be opened; run: belegt index --rebuild")
            return self._search

    def refresh(
        self, *, rebuild: bool = False, stop: threading.Event | None = None, watch: Watch | None = None
    ) -> Report:
        """Bring the index in step with the folders, and search what it holds from now on; arguments as ``mirror``.

        Raises:
            ArticleError: a folder is not there, or no article could be read.
            CollectionError: another process is writing the index, or the server doesn't answer.
        """
        report = self.mirror(rebuild=rebuild, stop=stop, watch=watch)
        self._renew()
        return report

    def mirror(
        self, *, rebuild: bool = False, stop: threading.Event | None = None, watch: Watch | None = None
    ) -> Report:
        """Bring the index in step with the folders; the search stays as it is.

        Args:
            rebuild: index everything anew.
            stop: once set, the run ends soon and keeps what was done.
            watch: receives the progress, in place of the one given at the beginning.

        Raises:
            ArticleError: a folder is not there, or no article could be read.
            CollectionError: another process is writing the index, or the server doesn't answer.
        """
        with self._mirroring:
            if self.only_reads:
                return Report(0, 0, 0, len({row.article_id for row in self.index().ids()}))
            articles = find_articles(self._settings.folders)
            if rebuild:
                self._reopen()
            report = self._run(articles, rebuild=rebuild, stop=stop, watch=watch or self._watch)
            if report.failed and not report.unchanged and len(self.index()) == 0:
                raise ArticleError(f"no article could be read: {'; '.join(report.failed[:NAMED_FAILURES])}")
            return report

    def index(self) -> PassageIndex:
        """Return the index, opened on the first call.

        Raises:
            CollectionError: it can't be opened.
        """
        with self._opening:
            if self._index is None:
                self._index = self._open()
            return self._index

    def holdings(self) -> tuple[Holding, ...]:
        """Return what the library holds, by article id."""
        search = self.search()
        passages = Counter(row.article_id for row in search.rows)
        return tuple(
            Holding(source, passages[source.article_id], search.copies(source.article_id))
            for source in search.sources()
        )

    def article(self, article_id: str) -> Article:
        """Return an article as it was indexed; its text is what the offsets of citations count in.

        Raises:
            ArticleError: there is none of that id.
        """
        self.search()
        found = rejoin(self.index(), article_id)
        if found is None:
            raise ArticleError(f"there is no article {article_id!r}; belegt articles lists those that are there")
        return found

    @property
    def folder(self) -> Path:
        """Where the index lies: one folder for each set of folders, so that asking other articles costs nothing."""
        folders = self._settings.articles or (
            STARTER_ARTICLES,
            self._settings.uploads,
        )  # though nothing is uploaded yet
        names = "\n".join(str(folder.resolve()) for folder in folders)
        key = hashlib.sha256(names.encode()).hexdigest()[:16]
        return self._settings.data_dir.resolve() / "collections" / key

    def _open(self, *, rebuild: bool = False) -> PassageIndex:
        settings = self._settings
        place: Path | Server = self.folder
        if settings.chroma_url is not None:
            token = settings.chroma_token.get_secret_value() if settings.chroma_token else None
            place = Server(settings.chroma_url, settings.chroma_collection, token)
        mirrors = "" if self.only_reads else ", ".join(str(folder.resolve()) for folder in settings.folders)
        return PassageIndex(
            place,
            identity=self._embeddings.identity,
            mirrors=mirrors if settings.chroma_url is not None else "",
            read_only=self.only_reads,
            rebuild=rebuild,
        )

    def _reopen(self) -> None:
        """Open a collection on a server that may be made anew."""
        if self._settings.chroma_url is not None:
            with self._opening:
                self._index = self._open(rebuild=True)

    def _run(self, articles: dict[str, Path], *, rebuild: bool, stop: threading.Event | None, watch: Watch) -> Report:
        index = self.index()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        memory = Fingerprints(self.folder.with_suffix(".files"))
        if rebuild:
            memory.forget()
        else:
            todo = plan(index, articles, memory)
            if todo.is_empty:
                return Report(0, 0, 0, todo.unchanged, todo.failed)
        try:
            with FileLock(f"{self.folder}.lock", timeout=LOCK_SECONDS):
                if rebuild:
                    index.clear()
                return self._apply(plan(index, articles, memory), memory, stop=stop, watch=watch)
        except Timeout as error:
            raise CollectionError(f"another process is indexing into {self.folder}; wait until it is done") from error

    def _apply(self, todo: Plan, memory: Fingerprints, *, stop: threading.Event | None, watch: Watch) -> Report:
        with ParsingProcess() as parser:
            read = partial(read_article, parser=parser)
            return apply(todo, self.index(), self._embeddings, watch=watch, stop=stop, memory=memory, read=read)

    def _renew(self) -> None:
        """Search the index as it stands now, where it has changed."""
        with self._opening:
            index = self.index()
            revision = index.revision()
            self._looked = time.monotonic()
            if self._search is None:
                self._search = PassageSearch(index, self._embeddings)
            elif revision != self._revision:
                self._search = self._search.renewed(index)
            self._revision = revision


def open_library(
    settings: Settings, *, announce: Announce = lambda line: None, watch: Watch = lambda progress: None
) -> Library:
    """Return the library that the settings name, with the model that they name.

    Args:
        settings: which articles, where the index lies, which model.
        announce: receives a line before long work, such as preparing the model.
        watch: receives the progress of indexing.
    """
    return Library(settings, make_embeddings(settings, announce), watch=watch)


def make_embeddings(settings: Settings, announce: Announce, *, light: bool = False) -> SentenceTransformerEmbeddings:
    """Return the model that the settings name, not yet loaded; ``light`` as of ``Assistant``."""
    model = EmbeddingModel(settings.embedding_model, settings.query_prompt, settings.passage_prompt)
    return SentenceTransformerEmbeddings(model, cache_dir=settings.cache_dir / "models", announce=announce, light=light)
