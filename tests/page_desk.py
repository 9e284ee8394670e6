"""What tests of the page share: a desk in memory that answers at once, and what Gradio hands to an event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from assistant import Article, ArticleError, Holding, Progress, Report, Scope, Source
from assistant.answer import Answer, Citation, Statement
from ui.chat import build_app

REFUSED = "steht nicht da"
"""A question that says this is refused."""


def whole_answer(question: str) -> Answer:
    quote = f"Zu {question} steht dies da."
    cited = Citation(1, "bahn.md", "Titel", date(2025, 2, 24), None, None, None, quote, quote, 0, len(quote))
    said = (Statement(quote, (1,)),)
    return Answer(question, question, f"{quote} [1]", said, (cited,), None, abstained=False, confidence=0.9)


def refusal(question: str) -> Answer:
    return replace(whole_answer(question), text="Dazu sagen die Artikel nichts.", statements=(), abstained=True)


class FakeDesk:
    """Answers every question with a sentence about it; ``failure`` is raised instead, once the evidence is there."""

    upload_limits: Mapping[str, int] = MappingProxyType({})
    writes = False

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.sources = [Source("bahn.md", "Die Bahn", publisher="Blatt")]
        self.histories: list[tuple[tuple[str, str], ...]] = []
        self.scopes: list[Scope | None] = []
        self.modes: list[Any] = []
        self.judged: dict[str, Any] = {}

    def stream(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), scope: Scope | None = None, mode: Any = None
    ) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        self.scopes.append(scope)
        self.modes.append(mode)
        yield replace(whole_answer(question), statements=(), text="")
        if self.failure:
            raise self.failure
        yield refusal(question) if REFUSED in question else whole_answer(question)

    def suggest(self, answer: Answer | None = None, *, count: int | None = None) -> Sequence[str]:
        if self.failure:
            raise self.failure
        return ["Was kostet die <Bahn>?", "Wer fährt?", "Wann?", "Wohin?"][:count]

    def articles(self) -> Sequence[Source]:
        if self.failure:
            raise self.failure
        return tuple(self.sources)

    def holdings(self) -> Sequence[Holding]:
        if self.failure:
            raise self.failure
        return tuple(Holding(source, 1) for source in self.sources)

    def article(self, article_id: str) -> Article:
        for source in self.sources:
            if source.article_id == article_id:
                return Article(source, "Der Text.", ("Anzeige <i>",))
        raise ArticleError(f"there is no article {article_id!r}")

    def is_upload(self, article_id: str) -> bool:
        return article_id.startswith("articles/")

    def keep_judgement(self, judgement: Any) -> None:
        self.judged[judgement.id] = judgement

    def forget_judgement(self, judgement_id: str) -> None:
        self.judged.pop(judgement_id, None)


class Shelf(FakeDesk):
    """Takes uploads, and holds one; an upload gets no further until it is stopped."""

    upload_limits: Mapping[str, int] = MappingProxyType({".md": 20, ".pdf": 100})
    uploaded = Source("articles/<b>turm</b>.md", "Der <b>Turm</b>")

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__(failure)
        self.sources.append(self.uploaded)
        self.removed: list[str] = []
        self.halted: list[bool] = []
        self.refusal: Exception | None = None

    def upload(self, files: Mapping[str, Path], *, stop: threading.Event | None = None, watch: Any = None) -> Report:
        assert stop is not None
        self.halted.append(stop.is_set())
        watch(Progress(0, len(files), 0))
        assert stop.wait(5)
        return Report(0, 0, 0, 2, stopped=True)

    def remove_upload(self, article_id: str) -> Report:
        if self.refusal:
            raise self.refusal
        self.removed.append(article_id)
        self.sources = [source for source in self.sources if source.article_id != article_id]
        return Report(0, 0, 1, 1)


class Counter:
    """Hands everything on to the desk that stands behind it, which may change."""

    def __init__(self) -> None:
        self.desk: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)


@cache
def build_once(kind: type[FakeDesk]) -> tuple[Counter, Any]:
    counter = Counter()
    counter.desk = kind()
    return counter, build_app(counter)


def page_of(desk: FakeDesk) -> Any:
    """Return the page of this desk, until the next one of its kind is asked for: a page takes a while to build."""
    counter, app = build_once(type(desk))
    counter.desk = desk
    return app


def event(app: Any, name: str) -> Callable[..., Any]:
    """Return what the page does at an event, by the name of its function."""
    return next(found.fn for found in app.fns.values() if getattr(found.fn, "__name__", "") == name)


def browser_of(
    language: str = "de", *, session: str = "one", chosen: str | None = None, user: str | None = None
) -> Any:
    """Return a request as Gradio hands it on."""
    return SimpleNamespace(
        headers={"accept-language": language},
        cookies={"belegt-language": chosen} if chosen else {},
        session_hash=session,
        username=user,
    )


def sending(data: Any = None, **fields: Any) -> Any:
    """Return an event with what a script of the page sent along."""
    return SimpleNamespace(_data=fields if data is None else data)
