"""The library: folders of articles, their index, and the search over it, kept in step.

Bringing the index in step may take minutes, so questions are answered from the search as it was until the new one is
made. On a Chroma server others may write, too: a stamp of the collection tells when, and only what is new is read.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from assistant.collection import Holding
from assistant.settings import STARTER_ARTICLES, Settings
from vectorstore import (
    Announce,
    Article,
    ArticleError,
    BusyError,
    CollectionError,
    EmbeddingModel,
    Fingerprints,
    MisfitError,
    ParsingProcess,
    PassageEmbedder,
    PassageIndex,
    PassageSearch,
    Report,
    SentenceTransformerEmbeddings,
    Server,
    Upkeep,
    Watch,
    apply,
    find_articles,
    plan,
    read_article,
    rejoin,
)

NAMED_FAILURES = 5
"""Unreadable files named where none could be read; one line should stay one."""
LOOK_SECONDS = 2.0
"""How often a server is asked whether somebody else has written; a question more or less sees the old articles."""

logger = logging.getLogger(__name__)


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
        self.settings = settings
        self._embeddings = embeddings
        self._watch = watch
        self._mirroring = threading.RLock()
        self._opening = threading.RLock()
        self._upkeep: Upkeep | None = None if settings.chroma_url else Upkeep(self.folder)
        self._damage: str | None = None
        self._index: PassageIndex | None = None
        self._search: PassageSearch | None = None
        self._revision = ""
        self._looked = 0.0

    @property
    def only_reads(self) -> bool:
        """Whether nothing is mirrored: a server is named and no folder, so that others fill the collection."""
        return self.settings.chroma_url is not None and not self.settings.articles

    def search(self) -> PassageSearch:
        """Return the search over the articles; the first call brings the index in step.

        Raises:
            BelegtError: the articles, the index or the model can't be used.
        """
        if self._search is None:
            with self._mirroring, self._opening:  # in the order in which a run takes them
                if self._search is None:
                    self._open_search()
        with self._opening:
            if self.settings.chroma_url is not None and time.monotonic() - self._looked > LOOK_SECONDS:
                self.renew()
            if self._search is None:
                raise CollectionError("the index could not be opened; run: belegt index --rebuild")
            return self._search

    def refresh(
        self, *, rebuild: bool = False, stop: threading.Event | None = None, watch: Watch | None = None
    ) -> Report:
        """Bring the index in step with the folders, and search what it holds from now on; else as ``mirror``."""
        report = self.mirror(rebuild=rebuild, stop=stop, watch=watch)
        try:
            self.renew()
        except MisfitError:  # a run that was stopped has nothing yet that could be searched
            if not report.stopped:
                raise
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
            articles = find_articles(self.settings.folders)
            if rebuild:
                self._reopen()
            report = self._run(articles, rebuild=rebuild, stop=stop, watch=watch or self._watch)
            if report.failed and not report.unchanged and (self._find_misfit() or len(self.index()) == 0):
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
        known, index = self.search().article_rows(article_id), self.index()
        found = (rejoin(index, article_id, rows=known) or rejoin(index, article_id)) if known else None
        if found is None:
            raise ArticleError(f"there is no article {article_id!r}; belegt articles lists those that are there")
        return found

    @property
    def folder(self) -> Path:
        """Where the index lies: one folder for each set of folders, so that asking other articles costs nothing."""
        starter = (STARTER_ARTICLES, self.settings.uploads)  # though nothing is uploaded yet
        folders = self.settings.articles or starter
        names = "\n".join(str(folder.resolve()) for folder in folders)
        key = hashlib.sha256(names.encode()).hexdigest()[:16]
        return self.settings.data_dir.resolve() / "collections" / key

    @property
    def place(self) -> Path | Server:
        """Where the index lies: a folder, or a collection on a server."""
        settings = self.settings
        if settings.chroma_url is None:
            return self.folder
        token = settings.chroma_token.get_secret_value() if settings.chroma_token else None
        return Server(settings.chroma_url, settings.chroma_collection, token)

    def find_damage(self) -> str:
        """Return what is wrong with the index in its folder, nothing where it can be used; looked for once."""
        if self._damage is None:
            self._damage = self._upkeep.find_damage() if self._upkeep else ""
        return self._damage

    def _open(self, *, rebuild: bool = False) -> PassageIndex:
        settings = self.settings
        if damage := self.find_damage():
            raise CollectionError(f"the index in {self.folder} is damaged ({damage}); mend it: belegt index")
        mirrors = "" if self.only_reads else ", ".join(str(folder.resolve()) for folder in settings.folders)
        return PassageIndex(
            self.place,
            identity=self._embeddings.identity,
            mirrors=mirrors if settings.chroma_url is not None else "",
            read_only=self.only_reads,
            rebuild=rebuild,
        )

    def _reopen(self) -> None:
        """Open a collection on a server that may be made anew."""
        if self.settings.chroma_url is not None:
            with self._opening:
                self._index = self._open(rebuild=True)

    def _run(self, articles: dict[str, Path], *, rebuild: bool, stop: threading.Event | None, watch: Watch) -> Report:
        memory = Fingerprints(self.folder.with_suffix(".files"))
        upkeep = self._upkeep or Upkeep(self.folder)  # for its lock
        fill = partial(self._apply, articles=articles, memory=memory, stop=stop, watch=watch)
        if rebuild:
            memory.forget()
        elif damage := self.find_damage():
            logger.warning("the index in %s is damaged (%s); it is built anew beside it", self.folder, damage)
        if self._upkeep and (rebuild or self._damage or self._find_misfit()):
            with upkeep.alone():
                misfit = "" if rebuild or self._damage else self._find_misfit()  # another may just have seen to it
                if misfit:
                    logger.warning("%s; it is built anew beside it", misfit.partition(";")[0])
                if rebuild or self._damage or misfit:
                    return self._build_anew(self._upkeep, fill, resume=not rebuild)
        index = self.index()
        if not rebuild and (todo := plan(index, articles, memory)).is_empty:
            return Report(0, 0, 0, todo.unchanged, todo.failed)
        with upkeep.alone(), upkeep.writing():
            if rebuild:
                index.clear()
            return fill(index)

    def _build_anew(self, upkeep: Upkeep, fill: Callable[[PassageIndex], Report], *, resume: bool) -> Report:
        """Build the index beside the old one, which is asked until the new one is whole and takes its place."""
        report = upkeep.build_anew(fill, identity=self._embeddings.identity, resume=resume)
        with self._opening:
            self._damage = None
            if self._index:
                self._index.revision()  # opens the new one
        upkeep.sweep()
        return report

    def _find_misfit(self) -> str:
        """Return why an index that is opened now is not for this model and version, nothing where it is."""
        try:
            self.index()
        except MisfitError as error:
            return str(error)
        return ""

    def _apply(self, index: PassageIndex, articles: dict[str, Path], memory: Fingerprints, **given: Any) -> Report:
        with ParsingProcess() as parser:
            read = partial(read_article, parser=parser)
            return apply(plan(index, articles, memory), index, self._embeddings, memory=memory, read=read, **given)

    def _open_search(self) -> None:
        """Bring the index in step and search it; what it holds so far is searched where another process is at that."""
        try:
            self.refresh()
        except BusyError:
            with suppress(MisfitError):
                self.renew()
            if self._search is None or not self._search.rows:
                raise

    def renew(self) -> None:
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
