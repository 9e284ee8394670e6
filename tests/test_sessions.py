"""Visitors who left are forgotten after a while, those who came back are not."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.benchmarks.page_visitor import Doors, Visitor
from tests.browser import free_port
from tests.page_desk import FakeDesk
from ui import sessions
from ui.chat import build_app
from ui.serving import serve

DEADLINE = 10.0


class Holder:
    """Holds sessions as Gradio does."""

    def __init__(self, **used: float) -> None:
        import threading
        from datetime import datetime

        self.lock = threading.Lock()
        self.session_data = dict.fromkeys(used, "shown")
        self.time_last_used = {session: datetime.fromtimestamp(moment) for session, moment in used.items()}  # noqa: DTZ006 - as Gradio keeps them


@pytest.mark.parametrize(("used_after", "kept"), [(-5.0, False), (0.0, False), (sessions.SLACK + 1, True)])
def test_a_session_is_forgotten_unless_it_was_used_since(used_after: float, *, kept: bool) -> None:
    holder = Holder(one=1_000_000 + used_after, other=1_000_000)
    sessions.forget(holder, "one", 1_000_000)
    assert ("one" in holder.session_data) is kept
    assert holder.session_data.keys() == holder.time_last_used.keys()
    assert "other" in holder.session_data
    sessions.forget(holder, "unknown", 1_000_000)


def test_it_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "GRACE", 0.05)

    async def leave() -> list[int]:
        holder = Holder(one=time.time())
        sessions.forget_later(holder, "one")
        before = len(holder.session_data)
        await asyncio.sleep(0.2)
        return [before, len(holder.session_data)]

    assert asyncio.run(leave()) == [1, 0]


@pytest.mark.real
def test_the_page_forgets_who_left_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "GRACE", 0.1)
    app: Any = build_app(FakeDesk())
    address = serve(app, port=free_port())
    try:
        held = app.state_holder.session_data
        doors = Doors.find(address.rstrip("/"))
        stays, goes = (Visitor(address.rstrip("/"), doors) for _ in range(2))
        assert [stays.ask("Eins?")[-1][0], goes.ask("Zwei?")[-1][0]] == ["Eins?", "Zwei?"]
        before = len(held)
        goes.leave()
        until = time.monotonic() + DEADLINE
        while len(held) == before:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert len(held) == before - 1
        assert [question for question, _ in stays.ask("Drei?")] == ["Eins?", "Drei?"]
        assert httpx.get(address).status_code == 200
        stays.leave()
    finally:
        app.close(verbose=False)
