"""Visitors who left are forgotten: Gradio would keep what it showed to the last 10,000 of them as long as it runs.

Whoever only lost the connection for a moment comes back to the conversation as it was.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

GRACE = 600.0
"""Seconds after which a visitor who left is forgotten; a connection that was lost is back sooner. Conversations are
kept in the browser, and taken up again from there."""
MOST_SESSIONS = 1_000
"""Sessions kept at once, of visitors who never said that they left."""
SLACK = 1.0
"""Seconds: noting that somebody left is itself a use of the session."""


def forget_later(holder: Any, session: str) -> None:
    """Forget a session after the time of grace; to be called in the event loop, where Gradio minds its sessions, too.

    Args:
        holder: Gradio's, of all sessions.
        session: the secret name of the one whose visitor has left.
    """
    asyncio.get_running_loop().call_later(GRACE, forget, holder, session, time.time())


def forget(holder: Any, session: str, left: float) -> None:
    """Forget a session unless it was used since its visitor left.

    Args:
        holder: Gradio's, of all sessions.
        session: its secret name.
        left: when that was, in seconds since 1970.
    """
    used = holder.time_last_used.get(session)
    if used is None or used.timestamp() <= left + SLACK:
        with holder.lock:
            holder.session_data.pop(session, None)
            holder.time_last_used.pop(session, None)
