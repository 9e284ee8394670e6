"""The client of a language model over a real server that misbehaves: one kind of error, in time, without the key."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from assistant.writing import LanguageModelError, Message
from assistant.writing.failures import FailureKind
from assistant.writing.language_model import LanguageModel, Limits, where, with_path
from tests import misbehaving_server as server
from tests.misbehaving_server import KEY, Behaviour, Served, serve

ASKED = [Message("system", "Antworte."), Message("user", "Wie lang?")]
SHORT = Limits(first_seconds=0.4, seconds=0.6, retries=0)
PATIENT = Limits(first_seconds=5, seconds=6, retries=0)
SLACK = 0.6
"""Seconds by which a limit may be missed on a busy computer."""


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Import what the client needs before times are taken."""
    with serve(server.says("x")) as served:
        list(LanguageModel(served.url).write(ASKED))


def ask(served: Served, limits: Limits = PATIENT, *, model: str | None = "m") -> Iterator[str]:
    return LanguageModel(served.url, model=model, key=KEY, limits=limits).write(ASKED)


def test_the_text_comes_piece_by_piece() -> None:
    with serve(server.says("Die Brücke ", "ist 240 Meter", " lang. [1]")) as served:
        assert list(ask(served)) == ["Die Brücke ", "ist 240 Meter", " lang. [1]"]
    (request,), (headers,) = served.requests, served.headers
    assert request["messages"] == [{"role": "system", "content": "Antworte."}, {"role": "user", "content": "Wie lang?"}]
    assert (request["temperature"], request["stream"], request["max_tokens"]) == (0, True, 320)
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not [name for name in headers if name.startswith(("x-stainless", "openai", "langsmith", "traceparent"))]


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (server.status(401), "refused"),
        (server.status(403), "refused"),
        (server.status(404), "not there"),
        (server.status(400), "server error"),
        (server.status(429, retry_after="30"), "rate-limited"),
        (server.status(500), "server error"),
        (server.status(503), "server error"),
        (server.never, "slow"),
        (server.drip_headers, "slow"),
        (server.keep_alive_only, "slow"),
        (server.after("Die", server.never), "slow"),
        (server.after("Die", server.drop), "cut off"),
        (server.after("Die", server.cut_short), "cut off"),
        (server.after("Die", server.error_event), "server error"),
        (server.drop, "cut off"),
        (server.broken_json, "nonsense"),
        (server.other_json, "nonsense"),
        (server.web_page, "nonsense"),
        (server.zipped, "nonsense"),
        (server.elsewhere, "server error"),
        (server.endless, "too large"),
        (server.endless_line, "too large"),
        (server.endless_error, "too large"),
        (server.says(), "empty"),
        (server.says("", ""), "empty"),
    ],
)
def test_each_misbehaviour_is_one_kind_of_error_in_time_and_without_the_key(
    behaviour: Behaviour, kind: FailureKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    limits = SHORT if kind == "slow" else PATIENT
    with serve(behaviour) as served:
        started = time.monotonic()
        with pytest.raises(LanguageModelError) as raised:
            list(ask(served, limits))
        assert time.monotonic() - started < limits.seconds + SLACK
    assert raised.value.kind == kind
    assert "\n" not in str(raised.value)
    assert KEY not in f"{raised.value!r}{raised.value}{raised.value.__cause__}{raised.value.__context__}{caplog.text}"
    assert served.sent < 30_000_000


def test_what_came_before_a_failure_stands() -> None:
    with serve(server.after("Die Brücke", server.drop)) as served:
        pieces = ask(served)
        assert next(pieces) == "Die Brücke"
        with pytest.raises(LanguageModelError):
            next(pieces)


def test_nobody_there() -> None:
    with serve(server.says("x")) as served:
        pass
    with pytest.raises(LanguageModelError) as raised:
        list(ask(served))
    assert raised.value.kind == "not there"
    assert where(served.url) in str(raised.value)


def test_a_request_that_got_no_answer_is_made_again() -> None:
    def busy_first(handler: server.Handler) -> None:
        first = len(handler.served.requests) == 1
        (server.status(429, retry_after="0") if first else server.says("Ja."))(handler)

    with serve(busy_first) as served:
        assert list(ask(served, Limits(first_seconds=2, seconds=2, retries=1))) == ["Ja."]


def test_a_server_hears_that_nobody_listens_any_more() -> None:
    with serve(server.endless) as served:
        pieces = ask(served, Limits(first_seconds=2, seconds=2))
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert served.gone.wait(2)


def test_the_only_model_is_taken_and_of_several_none() -> None:
    with serve(server.says("Ja."), models=("little",)) as served:
        assert list(ask(served, model=None)) == ["Ja."]
        assert served.requests[0]["model"] == "little"
    for models in ((), ("large", "little")):
        with serve(server.says("Ja."), models=models) as served, pytest.raises(LanguageModelError) as raised:
            list(ask(served, model=None))
        assert raised.value.kind == "unnamed"
        assert "BELEGT_LLM_MODEL" in str(raised.value)


def test_without_a_key_none_is_sent_whatever_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "LANGSMITH_API_KEY"):
        monkeypatch.setenv(name, KEY)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_PROXY", "HTTP_PROXY", "ALL_PROXY", "LANGSMITH_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/elsewhere")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    with serve(server.says("Ja.")) as served:
        assert list(LanguageModel(served.url).write(ASKED)) == ["Ja."]
    assert KEY not in str(served.headers)
    assert "authorization" not in served.headers[0]


def test_the_key_is_in_no_repr() -> None:
    model = LanguageModel("http://name:word@localhost:1/v1", key=KEY)
    assert repr(model) == "LanguageModel('http://localhost:1', model=None)"
    assert with_path("http://localhost:11434/") == "http://localhost:11434/v1"
    assert with_path("https://example.com/api/") == "https://example.com/api"
