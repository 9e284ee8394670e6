"""The page for programs: four named endpoints, which are tools for language models, too (MCP).

Their docstrings are read by others: Gradio shows them as documentation, and gives them to language models. Whatever
comes in is checked; a mistake is answered with one line that says what to do.
"""
# No `from __future__ import annotations` here: Gradio reads what the endpoints take and return from their types.

import functools
import json
import logging
from collections.abc import Awaitable, Callable, Sequence, Set
from typing import TYPE_CHECKING, Any, Protocol

from assistant import Answer, Article, BelegtError, Holding, Scope, Source
from assistant.observing import Tell, observe, tell_nobody
from ui.articles import holding_to_dict, source_to_dict
from ui.program_input import check_known, read_count, read_history, read_question, read_scope
from ui.waiting_line import MOST_WAITING, LineFullError, WaitingLine

if TYPE_CHECKING:
    import gradio as gr
    from anyio import CapacityLimiter

logger = logging.getLogger(__name__)

# Programs asking at once: visitors stand in the same line, and shall not find it taken.
ASKING_AT_ONCE = 8
READING_AT_ONCE = 4

Endpoint = Callable[..., Awaitable[Any]]


class ProgramDesk(Protocol):
    """What programs can ask of the assistant."""

    def answer(self, question: str, *, history: Sequence[tuple[str, str]] = (), scope: Scope | None = None) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, count: int = ..., within: Set[str] | None = None) -> Any:
        """Return the passages that fit a question best."""

    def articles(self) -> Sequence[Source]:
        """Return the sources of all articles."""

    def holdings(self) -> Sequence[Holding]:
        """Return all articles, each with the others that print the same story."""

    def article(self, article_id: str) -> Article:
        """Return an article with its text."""


def add_endpoints(desk: ProgramDesk, line: WaitingLine, tell: Tell = tell_nobody) -> None:
    """Give the page at hand its endpoints for programs: ask, search, articles and article.

    To be called while the page is laid out.

    Args:
        desk: answers.
        line: where an answer waits its turn, together with those of the page's visitors.
        tell: receives what became of each question.
    """
    from anyio import CapacityLimiter
    from gradio.events import api

    endpoints = Endpoints(desk, line, tell)
    asking, reading = CapacityLimiter(ASKING_AT_ONCE), CapacityLimiter(READING_AT_ONCE)
    # Outside of Gradio's queue, a tool reaches its function directly, and a program needs a single request.
    api(in_turn(endpoints.ask, asking), queue=False, concurrency_limit=ASKING_AT_ONCE)
    for function in (endpoints.search, endpoints.articles, endpoints.article):
        api(in_turn(function, reading), queue=False, concurrency_limit=READING_AT_ONCE)


class Endpoints:
    """The endpoints as plain functions over a desk; an answer waits its turn in the line.

    Gradio reads one line for each argument, and sets commas between the lines of what is returned.
    """

    def __init__(self, desk: ProgramDesk, line: WaitingLine, tell: Tell = tell_nobody) -> None:
        self._desk = desk
        self._line = line
        self._tell = tell

    def ask(
        self,
        question: str,
        history: list[list[str]] | None = None,
        articles: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the articles, in their own sentences, each with a citation of the exact passage.

        Where the articles don't say, "abstained" is true, and the citations are the nearest passages.

        Args:
            question: in German or English, at most 2,000 characters.
            history: the turns before it, oldest first, each [question, answer text]; for follow-up questions.
            articles: ids of the articles to ask; by default all. The endpoint "articles" lists the ids.
            since: ask articles published on this day or later, such as 2025-02-24.
            until: ask articles published on this day or earlier, such as 2025-12-31.

        Returns:
            an object with question, standalone_question (as searched), text (with markers [n])
            statements (each with text, citations, support)
            citations (each with number, article_id, title, published, author, publisher, url, passage, quote, ...)
            highlight, abstained, confidence (0 to 1), mode, notes, lead, verdict ("yes", "no" or null)
            and timings (seconds).
        """
        asked, turns = read_question(question), read_history(history)
        scope = read_scope(self._desk, articles, since, until)
        with observe(asked, self._tell, turns=len(turns)) as observed, self._line.join() as ticket:
            ticket.wait_all()
            observed.begin()
            return observed.see(self._desk.answer(asked, history=turns, scope=scope)).to_dict()

    def search(
        self,
        question: str,
        count: int = 5,
        articles: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find the passages of the articles that fit a question best, best first, without answering it.

        Args:
            question: a question or keywords, in German or English, at most 2,000 characters.
            count: how many passages at most, 1 to 50.
            articles: ids of the articles to search; by default all. The endpoint "articles" lists the ids.
            since: search articles published on this day or later, such as 2025-02-24.
            until: search articles published on this day or earlier, such as 2025-12-31.

        Returns:
            a list of objects with article_id, title, published, author, publisher, url, language, text
            start and end (offsets of the text in that of the article), score and similarity (higher fits better).
        """
        asked, most = read_question(question), read_count(count)
        scope = read_scope(self._desk, articles, since, until)
        within = None if scope.everything else frozenset(one.article_id for one in scope.choose(self._desk.articles()))
        return [hit_to_dict(hit) for hit in self._desk.search(asked, count=most, within=within).hits]

    def articles(self) -> list[dict[str, Any]]:
        """List all articles that can be asked, with what is known of them.

        Returns:
            a list of objects with article_id, title, published, author, publisher, url, language (null where unknown)
            passages (how many), and copies (ids of articles that print the same story).
        """
        return [holding_to_dict(holding) for holding in self._desk.holdings()]

    def article(self, article_id: str) -> dict[str, Any]:
        """Return one article: what is known of it, and its whole text.

        Args:
            article_id: the id of the article, as in citations and in the list of articles.

        Returns:
            an object with article_id, title, published, author, publisher, url, language (null where unknown)
            and text, in which the offsets of citations and passages count.
        """
        check_known(self._desk, (article_id,))
        found = self._desk.article(article_id)
        return {**source_to_dict(found.source), "text": found.text}


def in_turn(function: Callable[..., Any], limiter: "CapacityLimiter") -> Endpoint:
    """Return an endpoint that runs the function in a thread, a few at a time, and answers mistakes with one line."""
    from anyio import to_thread

    @functools.wraps(function)
    async def endpoint(*given: Any, **named: Any) -> Any:
        try:
            check_room(limiter)
            return await to_thread.run_sync(functools.partial(function, *given, **named), limiter=limiter)
        except BelegtError as error:
            raise mistake(str(error)) from None
        except Exception:
            logger.exception("The request of a program broke off.")
            raise mistake("something went wrong; what it was stands in the log of belegt") from None

    return endpoint


def check_room(limiter: "CapacityLimiter") -> None:
    """Make sure that not too many programs are waiting already. Raises ``LineFullError`` where they are."""
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise LineFullError("too many programs are asking; try again in a moment")


def mistake(line: str) -> "gr.Error":
    """Return the error that carries this line to a program as it is, and is not logged."""
    import gradio as gr

    class Mistake(gr.Error):
        def __str__(self) -> str:  # what a language model is told; Gradio would put it in quotation marks
            return str(self.message)

    return Mistake(line, print_exception=False)


def write_json(app: "gr.Blocks") -> None:
    """Let the tools answer in JSON; Gradio would write what an endpoint returns as Python does."""
    from mcp.types import TextContent

    def to_text(data: Sequence[Any], root_url: str) -> list[TextContent]:  # noqa: ARG001 - Gradio's signature
        return [TextContent(type="text", text=json.dumps(output, ensure_ascii=False)) for output in data]

    if app.mcp_server_obj is not None:
        app.mcp_server_obj.postprocess_output_data = to_text  # type: ignore[method-assign,assignment]


def hit_to_dict(hit: Any) -> dict[str, Any]:
    """Return a passage that was found as plain values."""
    passage = hit.passage
    place = {"text": passage.text, "start": passage.start, "end": passage.end}
    return {
        **source_to_dict(passage.source),
        **place,
        "score": round(float(hit.score), 4),
        "similarity": round(float(hit.similarity), 4),
    }
