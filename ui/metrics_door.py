"""The door at which a monitoring program reads what is measured: ``/metrics`` on the page's own server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

METRICS_PATH = "/metrics"


class MetricsDoor:
    """Answers at ``/metrics``; the rest passes through. Where names are asked for, ``ToolGuard`` stands before it.

    Args:
        app: what answers everything else.
        render: returns what is measured; called in a thread, for it may take a moment.
    """

    def __init__(self, app: ASGIApp, *, render: Callable[[], str]) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http" or scope["path"] != METRICS_PATH:
            await self._app(scope, receive, send)
            return
        from anyio import to_thread
        from starlette.responses import Response

        told = Response(status_code=405, headers={"allow": "GET, HEAD"})
        if scope["method"] in ("GET", "HEAD"):
            told = Response(await to_thread.run_sync(self._render), media_type=CONTENT_TYPE)
        await told(scope, receive, send)
