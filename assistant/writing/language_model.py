"""A language model behind any address that speaks as OpenAI's does, through LangChain's ``ChatOpenAI``.

The model is asked in a thread of its own, so that every limit on time holds, whatever the server does meanwhile.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.writing.bounded_http import CURRENT, Request, open_client
from assistant.writing.explaining import explain
from assistant.writing.failures import LanguageModelError
from assistant.writing.interfaces import Endpoint, Message

if TYPE_CHECKING:
    import httpx
    from langchain_openai import ChatOpenAI

ANSWER_SECONDS = 60.0
"""Seconds for a whole answer; whoever waits longer has read the evidence beside it twice."""
FIRST_SECONDS = 30.0
"""Seconds to the first words: a model of 1.5 billion parameters reads an unknown prompt in 10 on two cores."""
MOST_TOKENS = 320
"""Tokens of an answer at most: three sentences of some 30 words have 180 in German."""
RETRIES = 1
"""How often a request that got no answer at all is made again."""
LONGEST_TEXT = 20_000
"""Characters at most, whatever the server understands by tokens."""
NO_KEY = "none"
"""Stands where ChatOpenAI wants a key; it is never sent."""
STRICT_HOSTS = ("api.openai.com",)
"""Servers that take the limit on tokens under its new name alone; others know the old one, or both."""
WHOLE = ("stop", "tool_calls", "eos")
NAMED = 5
"""Models named in the error where there are several."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a model may take and how much it may say: seconds to its first words and for all, tokens, repetitions
    of a request that got no answer.
    """

    first_seconds: float = FIRST_SECONDS
    seconds: float = ANSWER_SECONDS
    tokens: int = MOST_TOKENS
    retries: int = RETRIES


class LanguageModel:
    """A model behind an address. Nothing is opened before the first text is asked for.

    Args:
        url: the address, such as ``http://127.0.0.1:8080/v1``; one without a path gets ``/v1``.
        model: its name there; ``None`` takes the only one that the server lists.
        key: what opens it, if anything does; it is in no error, log or ``repr``.
        limits: on time and size.
    """

    def __init__(
        self, url: str, *, model: str | None = None, key: SecretStr | str | None = None, limits: Limits | None = None
    ) -> None:
        self._url = with_path(url)
        self._named = model
        self._key = SecretStr(key) if isinstance(key, str) else key
        self._limits = limits or Limits()

    def __repr__(self) -> str:
        return f"LanguageModel({where(self._url)!r}, model={self._named!r})"

    @classmethod
    def at(cls, endpoint: Endpoint, *, limits: Limits | None = None) -> LanguageModel:
        """Return the model that is served at an endpoint."""
        return cls(endpoint.url, model=endpoint.model, key=endpoint.key, limits=limits)

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        """Yield the text as it comes; closing the iterator ends the request, and with it the model's work.

        Args:
            messages: what the model is given.
            seconds: for all of it, in place of the limit it was made with.

        Raises:
            LanguageModelError: the text didn't come, or not whole; what was yielded before stands.
        """
        started = time.monotonic()
        whole = started + (seconds if seconds is not None else self._limits.seconds)
        first = min(whole, started + self._limits.first_seconds)
        request = Request(self._key.get_secret_value() if self._key else None)
        pieces: SimpleQueue[str | LanguageModelError | None] = SimpleQueue()
        context = contextvars.Context()
        threading.Thread(target=context.run, args=(self._fetch, messages, request, pieces), daemon=True).start()
        length = 0
        try:
            while (piece := take(pieces, whole if length else first)) is not None:
                if isinstance(piece, LanguageModelError):
                    raise piece
                length += len(piece)
                if length > LONGEST_TEXT:
                    raise LanguageModelError("too large")
                yield piece
        finally:
            request.end()
        if not length:
            raise LanguageModelError("empty", f"the language model at {where(self._url)} said nothing")

    def _fetch(
        self, messages: Sequence[Message], request: Request, pieces: SimpleQueue[str | LanguageModelError | None]
    ) -> None:
        """Put the text into a queue, piece by piece, and at its end ``None`` or what went wrong."""
        CURRENT.set(request)
        try:
            for piece in self._stream(messages):
                pieces.put(piece)
        except Exception as error:  # noqa: BLE001 - whatever a server and three libraries may raise ends the text
            pieces.put(explain(error, where=where(self._url)))
        else:
            pieces.put(None)

    def _stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text as LangChain hands it over; tracing is off, so that questions stay here."""
        from langsmith import tracing_context

        given = [(message.role, message.text) for message in messages]
        reason = None
        with tracing_context(enabled=False):
            for chunk in self._chat.stream(given, model=self._model):
                reason = chunk.response_metadata.get("finish_reason") or reason
                text = str(chunk.text)
                if text:
                    yield text
        if reason not in WHOLE:
            raise LanguageModelError("cut off", f"the language model at {where(self._url)} didn't finish")

    @cached_property
    def _client(self) -> httpx.Client:
        return open_client(self._url, read_seconds=self._limits.first_seconds)

    @cached_property
    def _chat(self) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI

        options: dict[str, Any] = {"openai_proxy": None, "stream_usage": False, "use_responses_api": False}
        options["max_tokens"] = self._limits.tokens
        if urlsplit(self._url).hostname not in STRICT_HOSTS:
            options["extra_body"] = {"max_tokens": self._limits.tokens}
        return ChatOpenAI(
            model=self._named or "",
            base_url=self._url,
            api_key=self._key or SecretStr(NO_KEY),
            temperature=0,
            timeout=self._client.timeout,
            max_retries=self._limits.retries,
            http_client=self._client,
            **options,
        )

    @cached_property
    def _model(self) -> str:
        """The model's name at the server."""
        if self._named:
            return self._named
        response = self._client.get(f"{self._url}/models")
        response.raise_for_status()
        names = [str(entry["id"]) for entry in response.json()["data"]]
        if len(names) == 1:
            return names[0]
        listed = ", ".join(name[:60] for name in sorted(names)[:NAMED]) or "none"
        line = f"the server at {where(self._url)} offers several models or none ({listed}); name one: BELEGT_LLM_MODEL"
        raise LanguageModelError("unnamed", line)


def take(pieces: SimpleQueue[str | LanguageModelError | None], until: float) -> str | LanguageModelError | None:
    """Return the next piece, waiting no longer than until then.

    Raises:
        LanguageModelError: it didn't come in time.
    """
    left = until - time.monotonic()
    try:
        if left > 0:
            return pieces.get(timeout=left)
    except Empty:
        pass
    raise LanguageModelError("slow", "the language model takes too long")


def with_path(url: str) -> str:
    """Return an address without a final slash, with the usual path where it has none."""
    bare = url.strip().rstrip("/")
    return bare if urlsplit(bare).path else f"{bare}/v1"


def where(url: str) -> str:
    """Return the part of an address that may be shown: neither names nor keys in it."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"
