"""What a monitoring program reads: counted rightly, in Prometheus' text form, at the door of the page's server."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.observing import Event
from tests.page_desk import FakeDesk
from ui.chat import build_app
from ui.metrics import Meter, escape_label, render_metrics
from ui.metrics_door import MetricsDoor
from ui.signing_in import Accounts
from ui.tool_guard import ToolGuard
from ui.waiting_line import WaitingLine

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)')


def event(outcome: Any = "answered", mode: Any = "quoted", *, seconds: float = 0.12, **fields: Any) -> Event:
    return Event("a", outcome, "de", mode, 20, 0, fields.pop("waited", 0.0), seconds, **fields)


def read(text: str) -> dict[tuple[str, str], float]:
    """Return the values by name and labels, as a monitoring program would; each metric must be described before."""
    values: dict[tuple[str, str], float] = {}
    described = ""
    for line in text.splitlines():
        if line.startswith("# "):
            described = line.split()[2]
            continue
        matched = LINE.fullmatch(line)
        assert matched, line
        assert matched[1].startswith(described)
        assert (matched[1], matched[2] or "") not in values
        values[matched[1], matched[2] or ""] = float(matched[3])
    return values


def measured(events: Sequence[Event], line: WaitingLine | None = None, desk: Any = None) -> Any:
    meter = Meter()
    for one in events:
        meter.count(one)
    return read(render_metrics(meter, line or WaitingLine(), desk or FakeDesk()))


def test_questions_are_counted_by_outcome() -> None:
    failed = event("failed", error="LineFullError")
    values = measured([event(), event(), event("refused"), event("answered", "written"), failed])
    assert values["belegt_questions_total", 'outcome="answered",mode="quoted"'] == 2
    assert values["belegt_questions_total", 'outcome="refused",mode="quoted"'] == 1
    assert values["belegt_questions_total", 'outcome="answered",mode="written"'] == 1
    assert values["belegt_errors_total", 'kind="LineFullError"'] == 1
    assert values["belegt_answer_seconds_count", 'mode="quoted"'] == 3
    assert values["belegt_waiting_seconds_count", ""] == 5


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_a_histogram_counts_what_lies_below_each_bound(seconds: list[float]) -> None:
    values = measured([event(seconds=one) for one in seconds])
    buckets = {
        float(match[1]): count
        for (name, labels), count in values.items()
        if name == "belegt_answer_seconds_bucket" and (match := re.search(r'le="(.+)"', labels))
    }
    assert math.inf in buckets
    assert buckets == {bound: sum(one <= bound for one in seconds) for bound in buckets}
    assert values["belegt_answer_seconds_sum", 'mode="quoted"'] == pytest.approx(sum(seconds), rel=1e-6)


def test_the_line_the_articles_and_the_memory_are_told() -> None:
    line = WaitingLine()
    with line.join(), line.join():
        values = measured([event(steps={"read": 0.5, "total": 0.6})], line)
    assert values["belegt_questions_in_line", ""] == 2
    assert values["belegt_questions_waiting", ""] == 1
    assert values["belegt_articles", ""] == values["belegt_passages", ""] == 1
    assert values["process_resident_memory_bytes", ""] > 10_000_000
    assert values["belegt_step_seconds_total", 'step="read"'] == 0.5
    assert ("belegt_step_seconds_total", 'step="total"') not in values


def test_articles_that_cannot_be_counted_hide_nothing_else() -> None:
    values = measured([event()], desk=FakeDesk(RuntimeError("kaputt")))
    assert ("belegt_articles", "") not in values
    assert values["belegt_questions_total", 'outcome="answered",mode="quoted"'] == 1


def test_labels_are_escaped() -> None:
    assert escape_label('a"b\\c\nd') == r"a\"b\\c\nd"


def get(app: Any, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return await client.request(method, path, **options)

    return asyncio.run(ask())


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def test_the_door_answers_at_its_path_alone() -> None:
    door = MetricsDoor(page, render=lambda: "belegt_articles 3\n")
    answered = get(door, "/metrics")
    assert answered.text == "belegt_articles 3\n"
    assert answered.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert get(door, "/metrics", "POST").status_code == 405
    for path in ("/", "/metrics/", "/metricsx"):
        assert get(door, path).text == "page"


def test_where_names_are_asked_for_the_figures_want_one_too() -> None:
    accounts = Accounts({"anna": "geheim 123"}, {})
    guarded = ToolGuard(MetricsDoor(page, render=lambda: "x 1\n"), accounts=accounts)
    assert get(guarded, "/metrics").status_code == 401
    assert get(guarded, "/metrics", auth=("anna", "falsch")).status_code == 401
    assert get(guarded, "/metrics", auth=("anna", "geheim 123")).text == "x 1\n"
    assert get(guarded, "/").text == "page"


@pytest.mark.real
def test_the_page_counts_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradio_client import Client

    from ui import serving

    addresses: list[str] = []
    seen: list[Any] = []

    def visit(app: Any, **options: Any) -> str:
        addresses.append(serve(app, **options))
        said = Client(addresses[0], verbose=False).predict("Was?", api_name="/ask")
        seen.append(read(httpx.get(f"{addresses[0]}metrics").text))
        app.close(verbose=False)
        assert said["text"]
        return addresses[0]

    serve = serving.serve
    monkeypatch.setattr(serving, "serve", visit)
    monkeypatch.setattr(serving, "build_app", lambda desk, **given: _unblocked(build_app(desk, **given)))
    told: list[Event] = []
    serving.launch(AnsweringDesk(), open_browser=False, tell=told.append)  # type: ignore[arg-type]
    assert seen[0]["belegt_questions_total", 'outcome="answered",mode="quoted"'] == 1
    assert [one.outcome for one in told] == ["answered"]


class AnsweringDesk(FakeDesk):
    """Answers programs, too."""

    def answer(self, question: str, *, history: Any = (), scope: Any = None) -> Any:
        *_, whole = self.stream(question, history=history, scope=scope)
        return whole

    search = SimpleNamespace()


def _unblocked(app: Any) -> Any:
    app.block_thread = lambda: None
    return app
