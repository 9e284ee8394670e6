"""The assistant: folders of articles, their index, and the chain over it, opened on first use.

One assistant may serve many threads; it holds no conversation.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, Mode
from assistant.chain import AnswerSteps, QuestionInput, Rewriter
from assistant.collection import Holding
from assistant.feedback import Judgement, forget_judgement, keep_judgement
from assistant.followup import Turn
from assistant.library import Library, make_embeddings
from assistant.reader import Reader, Reading
from assistant.scope import Scope
from assistant.settings import Settings
from assistant.uploading import take_uploads
from assistant.uploads import remove_upload
from assistant.watching import Complain, Tell, existing, keep_in_step
from vectorstore import (
    HITS,
    SIZE_LIMITS,
    Announce,
    Article,
    ArticleError,
    ModelError,
    Passage,
    PassageEmbedder,
    Report,
    Search,
    Source,
    Watch,
)

if TYPE_CHECKING:
    from assistant.runnable import AnswerChain
    from assistant.writing.interfaces import Judge, WritingModel
    from assistant.writing.writer import Writer
    from vectorstore.retriever import PassageRetriever

READ = 3
"""Passages read for a question; the right one is among the first three for 99 % of XQuAD-de's."""


class Assistant:
    """Answers questions from folders of articles.

    Args:
        settings: which articles, where the index lies, which model; the default answers from the starter articles.
        announce: receives a line before long work, such as preparing the model.
        watch: receives the progress of indexing.
        embeddings: takes the place of the model that the settings name; nothing is then read without a ``reader``.
        reader: takes the place of the reader that comes along, if the settings want one.
        model: takes the place of the language model that the settings name.
        judge: takes the place of the judge of what is written.
        light: whether the bundled model runs without torch: answers a first question sooner, and all others later.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        announce: Announce = lambda line: None,
        watch: Watch = lambda progress: None,
        embeddings: PassageEmbedder | None = None,
        reader: Reader | None = None,
        model: WritingModel | None = None,
        judge: Judge | None = None,
        light: bool = False,
    ) -> None:
        self.settings = settings or Settings()
        self._watch = watch
        if embeddings is None:
            embeddings = make_embeddings(self.settings, announce, light=light)
            reader = reader or self._make_reader(announce=announce, network=embeddings.bundled)
        self._embeddings: PassageEmbedder = embeddings
        self.library = Library(self.settings, embeddings, watch=watch)
        self._reader = reader if self.settings.reader else None
        self.steps = self._make_steps(None)
        self._writer = self._make_writer(announce=announce, model=model, judge=judge)

    def answer(
        self, question: str, *, history: Sequence[Turn] = (), scope: Scope | None = None, mode: Mode | None = None
    ) -> Answer:
        """Answer a question.

        Args:
            question: in German or English, at most 2,000 characters.
            history: the (question, answer) turns before it, oldest first.
            scope: which articles are asked; by default all.
            mode: quoted or written; by default written where a language model is set.

        Raises:
            BelegtError: the question is empty or too long, or the articles, index or model can't be used; one line.
        """
        *_, whole = self.stream(question, history=history, scope=scope, mode=mode)
        return whole

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), scope: Scope | None = None, mode: Mode | None = None
    ) -> Iterator[Answer]:
        """Yield the answer as it grows: first its evidence, then statement by statement, then all; errors as above."""
        asked: QuestionInput = {"question": question, "history": history, "scope": scope}
        if mode == "written" and not self._writer:
            raise ModelError("no language model is set; name one with BELEGT_LLM_URL, or set BELEGT_LLM=local")
        return self._writer.stream(asked) if self._writer and mode != "quoted" else self.steps.stream(asked)

    @cached_property
    def chain(self) -> AnswerChain:
        """What answers, as a LangChain ``Runnable``."""
        return self.steps.as_runnable()

    @property
    def writes(self) -> bool:
        """Whether a language model is set, so that answers are written unless quotes are wanted."""
        return self._writer is not None

    def suggest(self, answer: Answer | None = None, *, count: int | None = None) -> tuple[str, ...]:
        """Return questions that the articles answer: to begin with, or near the one that got an answer, a refusal."""
        from assistant.suggesting import suggest  # only who suggests reads its rules: a tenth of a second

        return suggest(self, answer, count=count)

    def search(self, question: str, *, count: int = HITS, within: Set[str] | None = None) -> Search:
        """Return the ``count`` passages that fit a question best, with what its words weigh in this collection.

        Args:
            question: what is asked.
            count: hits at most.
            within: the ids of the articles searched; by default all.

        Raises:
            BelegtError: the articles, the index or the model can't be used.
        """
        return self.library.search().search(question, count=count, within=within)

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
        from vectorstore.retriever import PassageRetriever

        return PassageRetriever(passage_search=self.library.search())

    def articles(self) -> tuple[Source, ...]:
        """Return the sources of all articles in the index, by article id."""
        return self.library.search().sources()

    def speakers(self, *, within: Set[str] | None = None) -> tuple[Source, ...]:
        """Return the sources of all articles, or of those with these ids, of those that print the same story one."""
        return self.library.search().speakers(within=within)

    def article_passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order; nothing where there is none of that id."""
        return self.library.search().article_passages(article_id)

    def correct(self, question: str) -> str:
        """Return a question with the words put right that neither the articles nor a dictionary know."""
        return self.library.search().spelling.correct(question)

    def passages(self) -> tuple[Passage, ...]:
        """Return all passages that are searched, by article id and number."""
        search = self.library.search()
        return tuple(stored.passage for stored in self.library.index().read(search.rows).values())

    def holdings(self) -> tuple[Holding, ...]:
        """Return all articles, each with the number of its passages and the others that print the same story."""
        return self.library.holdings()

    def beside(self, folder: Path, *, data_dir: Path) -> Assistant:
        """Return an assistant over another folder with the same settings and the same model, loaded once."""
        settings = self.settings.model_copy(update={"articles": (folder,), "data_dir": data_dir, "chroma_url": None})
        writes: dict[str, Any] = {"model": self._writer.model, "judge": self._writer.judge} if self._writer else {}
        return Assistant(settings, watch=self._watch, embeddings=self._embeddings, reader=self._reader, **writes)

    def article(self, article_id: str) -> Article:
        """Return an article as it was indexed; its text is what the offsets of citations count in.

        Raises:
            ArticleError: there is none of that id.
        """
        return self.library.article(article_id)

    def refresh(
        self, *, rebuild: bool = False, stop: threading.Event | None = None, watch: Watch | None = None
    ) -> Report:
        """Bring the index in step with the folders, and search what it holds from now on.

        Args:
            rebuild: index everything anew.
            stop: once set, the run ends soon and keeps what was done.
            watch: receives the progress, in place of the one given at the beginning.

        Raises:
            ArticleError: a folder is not there, or no article could be read.
            CollectionError: another process is writing the index, or the server doesn't answer.
        """
        return self.library.refresh(rebuild=rebuild, stop=stop, watch=watch)

    @property
    def takes_uploads(self) -> bool:
        """Whether articles may be handed over: not where folders are named, which hold what their owner put there."""
        return not self.settings.articles and self.settings.chroma_url is None

    @property
    def upload_limits(self) -> Mapping[str, int]:
        """The kinds of files that may be handed over, by suffix, with the most bytes of each; none where none may."""
        return SIZE_LIMITS if self.takes_uploads else {}

    def is_upload(self, article_id: str) -> bool:
        """Return whether this article was handed over, and may be removed again."""
        return article_id.startswith(f"{self.settings.uploads.name}/") and self.takes_uploads

    def upload(
        self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Watch | None = None
    ) -> Report:
        """Keep files among the uploads and search them from now on; arguments but the first as ``refresh``.

        Args:
            files: the files by the names that their owner gave them.
            stop: once set, the run ends soon and keeps what was done.
            watch: receives the progress.

        Returns:
            What became of them; one that could not be kept or read is named among the failures, and the rest stay.

        Raises:
            ArticleError: uploads are not taken here.
            CollectionError: another process is writing the index.
        """
        if not self.takes_uploads:
            raise ArticleError("these articles are kept in a folder of their own; put new files there")
        return take_uploads(self.library, files, folder=self.settings.uploads, stop=stop, watch=watch)

    def remove_upload(self, article_id: str) -> Report:
        """Remove an uploaded article, and search it no more.

        Raises:
            ArticleError: it was not uploaded.
            CollectionError: another process is writing the index.
        """
        remove_upload(article_id, self.settings.uploads)
        return self.refresh()

    def keep_judgement(self, judgement: Judgement) -> None:
        """Keep what a visitor said of an answer; a ``FeedbackError`` where it can't be written."""
        keep_judgement(self.settings.feedback, judgement)

    def forget_judgement(self, judgement_id: str) -> None:
        """Forget what a visitor said of an answer; a ``FeedbackError`` where it can't be written."""
        forget_judgement(self.settings.feedback, judgement_id)

    def watching(
        self, *, tell: Tell = lambda report: None, complain: Complain = lambda line: None
    ) -> AbstractContextManager[None]:
        """Keep the search in step with the folders as long as this lasts.

        Args:
            tell: receives what each run did.
            complain: receives one line where a run could not be done.
        """
        if self.takes_uploads:
            self.settings.uploads.mkdir(parents=True, exist_ok=True)
        folders = () if self.library.only_reads else existing({*self.settings.folders, self.settings.uploads})
        return keep_in_step(self.library, folders, tell=tell, complain=complain)

    def _make_steps(self, rewriter: Rewriter | None) -> AnswerSteps:
        chosen = self.settings.model_dump(include={"most_statements", "refuse_below"})
        return AnswerSteps(self, rewriter=rewriter, **chosen)

    def _make_writer(self, **given: Any) -> Writer | None:
        """Return who writes answers, where a language model is given or set."""
        if not (given["model"] or self.settings.llm or self.settings.llm_url):
            return None
        from assistant.writing.writer import open_writer

        return open_writer(self.settings, embeddings=self._embeddings, make_chain=self._make_steps, **given)

    def _make_reader(self, **given: Any) -> Reader:
        """Return the reader that comes along."""
        return Reader(cache_dir=self.settings.cache_dir / "models", **given)
