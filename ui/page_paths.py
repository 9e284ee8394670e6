"""What of Gradio's paths the page, programs and tools need: these are answered, and all others don't exist.

Gradio serves much else: files of this computer by path, other hosts by proxy, recordings, the editing of the app's own
source. None of it is needed here.
"""

from __future__ import annotations

import re

API = "/gradio_api"
TOOLS = f"{API}/mcp"
SMALL = 20_000  # bytes: a name and a password of a thousand characters each, however they are written
# Bytes: a conversation of many turns taken up again. Nothing larger comes as JSON.
LARGE = 10_000_000
FILES_AT_ONCE = 100  # of the largest size that can be uploaded in one go

_NAME = "[A-Za-z0-9_]{1,64}"
_SHELL = re.compile(
    rf"/|/login/?|/logout|/robots\.txt|/favicon\.ico|(?:{API})?/theme\.css|{API}/startup-events"
    r"|/(?:static|assets)/[A-Za-z0-9_./@+ -]+"
)
"""What shows how to sign in, and nothing of the articles or of a visitor."""
_INSIDE = re.compile(
    rf"/config/?|{API}/(?:info/?|openapi\.json|app_id|login_check|user"
    rf"|queue/(?:join|data)|cancel|reset/?|heartbeat/{_NAME}|upload|upload_progress"
    rf"|(?:run|api|call)/{_NAME}/?|call/(?!v2/){_NAME}/{_NAME})"
)
_TOOLS = re.compile(rf"{TOOLS}(?:/.*)?|/metrics")
_WRITES = re.compile(rf"/login/?|{API}/(?:queue/join|cancel|reset/?|upload|(?:run|api|call)/{_NAME}/?|mcp(?:/.*)?)")
_READS = {"GET", "HEAD"}


def is_answered(method: str, path: str) -> bool:
    """Tell whether anything is answered there, to anybody at all."""
    if _TOOLS.fullmatch(path):
        return True  # with methods of their own
    if method == "POST":
        return bool(_WRITES.fullmatch(path))
    return method in _READS and bool(_SHELL.fullmatch(path) or _INSIDE.fullmatch(path))


def is_shell(path: str) -> bool:
    """Tell whether a path shows only how to sign in, and is open to everybody."""
    return bool(_SHELL.fullmatch(path))


def is_tool(path: str) -> bool:
    """Tell whether a path leads to the tools or the figures, which ask for a password in a way of their own."""
    return bool(_TOOLS.fullmatch(path))


def largest_body(path: str, largest_upload: int) -> int:
    """Return how many bytes may be sent there."""
    if path == f"{API}/upload":
        return FILES_AT_ONCE * largest_upload
    return SMALL if path.startswith("/login") else LARGE
