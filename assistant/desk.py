"""The assistant: folders of articles, their index, and the chain over it, opened on first use.

One assistant may serve many threads; it holds no conversation. Its index is kept below the data folder, one for each
set of folders, so that asking other articles in between costs nothing.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.answer import Answer
from assistant.chain import AnswerChain
from assistant.followup import Turn
from assistant.reader import Reader, Reading
from assistant.settings import Settings
from vectorstore import (
    BUNDLED,
    HITS,
    Announce,
    Article,
    ArticleError,
    CollectionError,
    EmbeddingModel,
    Passage,
    PassageEmbedder,
    PassageIndex,
    PassageRetriever,
    PassageSearch,
    Report,
    Search,
    SentenceTransformerEmbeddings,
    Source,
    Watch,
    apply,
    find_articles,
    plan,
    rejoin,
)

NAMED_FAILURES = 5
"""Unreadable files named where none could be read; one line should stay one."""
READ = 3
"""Passages read for a question; the right one is among the first three for 99 % of XQuAD-de's."""
LOCK_SECONDS = 5.0
"""How long a second writer waits before it says so."""


class Assistant:
    """Answers questions from folders of articles.

    Args:
        settings: which articles, where the index lies, which model; the default answers from the starter articles.
        announce: receives a line before long work, such as preparing the model.
        watch: receives the progress of indexing.
        embeddings: takes the place of the model that the settings name; nothing is then read without a ``reader``.
        reader: takes the place of the reader that comes along, if the settings want one.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        announce: Announce = lambda line: None,
        watch: Watch = lambda progress: None,
        embeddings: PassageEmbedder | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._watch = watch
        self._lock = threading.RLock()
        self._search: PassageSearch | None = None
        self._index: PassageIndex | None = None
        if embeddings is None:
            embeddings = self._make_embeddings(announce)
            reader = reader or self._make_reader(embeddings, announce)
        self._embeddings: PassageEmbedder = embeddings
        self._reader = reader if self.settings.reader else None
        self.chain = AnswerChain(
            self,
            most_statements=self.settings.most_statements,
            refuse_below=self.settings.refuse_below,
        )

    def answer(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question.

        Args:
            question: in German or English, at most 2,000 characters.
            history: the (question, answer) turns before it, oldest first.

        Raises:
            BelegtError: the question is empty or too long, or the articles, index or model can't be used; one line.
        """
        return self.chain.invoke({"question": question, "history": history})

    def stream(self, question: str, *, history: Sequence[Turn] = ()) -> Iterator[Answer]:
        """Yield the answer as it grows: first its evidence without text, then statement by statement, then whole.

        Raises:
            BelegtError: as ``answer``.
        """
        return self.chain.stream({"question": question, "history": history})

    def search(self, question: str, *, count: int = HITS) -> Search:
        """Return the ``count`` passages that fit a question best, with what its words weigh in this collection.

        Raises:
            BelegtError: the articles, the index or the model can't be used.
        """
        return self._open().search(question, count=count)

    def read(self, question: str, found: Search) -> tuple[Reading, ...]:
        """Return what the reader finds in the best passages, nothing where it is switched off.

        Raises:
            ModelError: the reader's model can't be prepared.
        """
        return self._reader.read(question, [hit.passage for hit in found.hits[:READ]]) if self._reader else ()

    @property
    def considered(self) -> int:
        """How many of the passages found an answer is made from: fewer where they are read."""
        return READ if self._reader else HITS

    def retriever(self) -> PassageRetriever:
        """Return the search as a LangChain retriever."""
        return PassageRetriever(passage_search=self._open())

    def articles(self) -> tuple[Source, ...]:
        """Return the sources of all articles in the index, by article id."""
        return self._open().sources()

    def article_passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order; nothing where there is none of that id."""
        return self._open().article_passages(article_id)

    def correct(self, question: str) -> str:
        """Return a question with the words put right that neither the articles nor a dictionary know."""
        return self._open().spelling.correct(question)

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages that are searched, by article id and number."""
        self._open()
        index = self._open_index()
        return tuple(stored.passage for stored in index.read(index.ids()).values())

    def beside(self, folder: Path, *, data_dir: Path) -> Assistant:
        """Return an assistant over another folder with the same settings and the same model, loaded once."""
        settings = self.settings.model_copy(update={"articles": (folder,), "data_dir": data_dir})
        return Assistant(settings, watch=self._watch, embeddings=self._embeddings, reader=self._reader)

    def article(self, article_id: str) -> Article:
        """Return an article as it was indexed; its text is what the offsets of citations count in.

        Raises:
            ArticleError: there is none of that id.
        """
        self._open()
        found = rejoin(self._open_index(), article_id)
        if found is None:
            raise ArticleError(f"there is no article {article_id!r}; belegt index names the folders that are mirrored")
        return found

    def refresh(self, *, rebuild: bool = False) -> Report:
        """Bring the index in step with the folders, and search what it holds from now on.

        Args:
            rebuild: index everything anew.

        Raises:
            ArticleError: a folder is not there, or no article could be read.
            CollectionError: another process is writing the index.
        """
        with self._lock:
            articles = find_articles(self.settings.folders)
            index = self._open_index()
            report = self._mirror(index, articles, rebuild=rebuild)
            if len(index) == 0:
                reasons = "; ".join(report.failed[:NAMED_FAILURES])
                raise ArticleError(f"no article could be read: {reasons}")
            self._search = PassageSearch(index, self._embeddings)
            return report

    def _make_embeddings(self, announce: Announce) -> SentenceTransformerEmbeddings:
        """Return the model that the settings name."""
        settings = self.settings
        model = EmbeddingModel(settings.embedding_model, settings.query_prompt, settings.passage_prompt)
        return SentenceTransformerEmbeddings(model, cache_dir=settings.cache_dir / "models", announce=announce)

    def _make_reader(self, embeddings: SentenceTransformerEmbeddings, announce: Announce) -> Reader:
        """Return the reader that comes along; where the bundled model embeds, its encoder serves both."""
        shared = embeddings.load_encoder if self.settings.embedding_model == BUNDLED else None
        return Reader(cache_dir=self.settings.cache_dir / "models", load_encoder=shared, announce=announce)

    def _mirror(self, index: PassageIndex, articles: dict[str, Path], *, rebuild: bool) -> Report:
        todo = plan(index, articles)
        if todo.is_empty and not rebuild:
            return Report(0, 0, 0, todo.unchanged, todo.failed)
        lock = FileLock(f"{self._folder}.lock", timeout=LOCK_SECONDS)
        try:
            with lock:
                if rebuild:
                    index.clear()
                return apply(plan(index, articles), index, self._embeddings, watch=self._watch)
        except Timeout as error:
            raise CollectionError(f"another process is indexing into {self._folder}; wait until it is done") from error

    def _open(self) -> PassageSearch:
        with self._lock:
            if self._search is None:
                self.refresh()
            if self._search is None:
                raise CollectionError("the index could not be opened; run: belegt index --rebuild")
            return self._search

    def _open_index(self) -> PassageIndex:
        with self._lock:
            if self._index is None:
                self._index = PassageIndex(self._folder, identity=self._embeddings.identity)
            return self._index

    @property
    def _folder(self) -> Path:
        names = "\n".join(str(folder.resolve()) for folder in self.settings.folders)
        key = hashlib.sha256(names.encode()).hexdigest()[:16]
        return self.settings.data_dir.resolve() / "collections" / key
