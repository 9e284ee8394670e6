"""The log of questions: one JSON object a line, to stderr or into a file that is kept small.

It tells whoever runs the page how it fares, and nothing of what was asked or answered unless a setting wants that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from logging.handlers import RotatingFileHandler
from typing import Any

from assistant.observing import Event, Tell, tell_nobody
from assistant.settings import Settings
from vectorstore import BelegtError

STDERR, OFF = "stderr", "off"
LARGEST_FILE = 10_000_000
"""Bytes, some 30,000 questions; then the file gets a number and a new one is begun."""
KEPT_FILES = 5
DECIMALS = 4
"""Of seconds."""


class LogError(BelegtError):
    """The log can't be written."""


@contextmanager
def open_question_log(settings: Settings, *, default: str = OFF) -> Iterator[Tell]:
    """Yield what writes a line for each question, as long as this lasts.

    Args:
        settings: where to, and whether with texts.
        default: ``stderr`` or ``off``, where the settings name no place.

    Raises:
        LogError: the file can't be written.
    """
    place = settings.log or default
    if place == OFF:
        yield tell_nobody
        return
    handler = make_handler(place)
    try:
        yield partial(write_event, handler, with_texts=settings.log_text)
    finally:
        handler.close()


def make_handler(place: str) -> logging.Handler:
    """Return what writes to stderr, or into this file.

    Raises:
        LogError: the file can't be written.
    """
    if place == STDERR:
        return logging.StreamHandler()
    try:
        return RotatingFileHandler(place, maxBytes=LARGEST_FILE, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LogError(
            f"the log {place} can't be written ({reason}); name another file, stderr or off in BELEGT_LOG"
        ) from error


def write_event(handler: logging.Handler, event: Event, *, with_texts: bool = False) -> None:
    """Write one line; there is no logger before the handler, which others could silence or listen to."""
    line = json.dumps(describe(event, with_texts=with_texts), ensure_ascii=False)
    handler.handle(logging.makeLogRecord({"msg": line}))


def describe(event: Event, *, with_texts: bool = False) -> dict[str, Any]:
    """Return an event as plain values, the time in UTC; question and answer only where they are wanted."""
    error = {"error": event.error} if event.error else {}
    texts = dict(zip(("question", "answer"), event.texts(), strict=True)) if with_texts else {}
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": event.id,
        "outcome": event.outcome,
        "language": event.language,
        "mode": event.mode,
        "characters": event.characters,
        "turns": event.turns,
        "waited": round(event.waited, DECIMALS),
        "seconds": round(event.seconds, DECIMALS),
        "steps": {name: round(seconds, DECIMALS) for name, seconds in event.steps.items() if name != "total"},
        "citations": event.citations,
        "articles": event.articles,
        **error,
        **texts,
    }
