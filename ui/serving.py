"""The page served: to this computer unless told otherwise, with nothing fetched from or reported to elsewhere.

Gradio is imported by the time a page is there to be served.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from assistant import BelegtError
from assistant.observing import Event, Tell, tell_nobody
from ui.chat import PageDesk, build_app, translations
from ui.metrics import Meter, render_metrics
from ui.metrics_door import MetricsDoor
from ui.page_frame import TITLE
from ui.page_scripts import STYLE, EarlyScript, page_script
from ui.program_requests import ProgramRequests
from ui.request_guard import RequestGuard
from ui.served_names import ServedNames
from ui.sessions import MOST_SESSIONS
from ui.sign_in_gate import SIGN_IN, SignInGate, Tokens
from ui.signing_in import Accounts
from ui.theme import build_theme
from ui.tool_guard import ToolGuard
from ui.waiting_line import WaitingLine

if TYPE_CHECKING:
    import gradio as gr

# Gradio's door for uploads stands open also where no files are taken; bytes that keep it narrow.
NARROW = 1_000_000

# Each question that waits takes a thread and one of Gradio's places for events at work: 120 for them leave room for
# those that are done in a moment. Any number but 40 also keeps them apart from the threads that deliver the page.
THREADS = 160

TOOLS_PATH = "gradio_api/mcp/"


def serve(
    app: gr.Blocks,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    largest_upload: int = NARROW,
    auth: Accounts | None = None,
    mcp: bool = False,
    metrics: Callable[[], str] | None = None,
    names: Sequence[str] = (),
) -> str:
    """Serve the page without waiting for it to end, and return its address; ``app.block_thread()`` waits.

    Args:
        app: the page.
        host: the address to listen on.
        port: without one (or with 0) the first free one from 7860 on is taken.
        open_browser: show the page.
        largest_upload: in bytes.
        auth: who may sign in; without it, everybody may use the page.
        mcp: serve the endpoints as tools for language models, too, below ``TOOLS_PATH``.
        metrics: returns what is measured, served at ``/metrics`` to those who may sign in.
        names: under which the page answers beside ``localhost`` and the address itself, as behind a proxy.

    Raises:
        BelegtError: the port can't be had, a name is none, or the tools can't be served.
    """
    _reach_without_proxy(host)
    app_kwargs = {"middleware": _middleware(app, ServedNames.of(host, names), largest_upload, auth, metrics)}
    try:
        with redirect_stdout(io.StringIO()) if mcp else nullcontext():  # with tools, Gradio prints a line of its own
            _, address, _ = app.launch(
                server_name=host,
                server_port=port or None,
                inbrowser=open_browser,
                mcp_server=mcp,
                max_file_size=largest_upload,
                app_kwargs=app_kwargs,
                **_settings(auth),
            )
    except OSError as error:
        ports = port or "7860 to 7959"
        raise BelegtError(f"The page can't be served on {host}, port {ports}: choose another port.") from error
    app.app.tokens = Tokens()
    if mcp:
        _check_tools(app)
    return address


def launch(
    desk: PageDesk,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    auth: Accounts | None = None,
    mcp: bool = False,
    names: Sequence[str] = (),
    tell: Tell = tell_nobody,
) -> None:
    """Build the page, serve it, say where, and wait until the user ends it with Ctrl-C. Errors: as :func:`serve`."""
    line, meter = WaitingLine(), Meter()

    def measure(event: Event) -> None:
        meter.count(event)
        tell(event)

    app = build_app(desk, line=line, tell=measure)
    largest = max(desk.upload_limits.values(), default=NARROW)
    address = serve(
        app,
        host=host,
        port=port,
        open_browser=open_browser,
        largest_upload=largest,
        auth=auth,
        mcp=mcp,
        metrics=lambda: render_metrics(meter, line, desk),
        names=names,
    )
    click.echo(f"{TITLE}: {address}")
    if mcp:
        click.echo(f"MCP: {address.rstrip('/')}/{TOOLS_PATH}")
    app.block_thread()


def _check_tools(app: gr.Blocks) -> None:
    """Make sure that the tools are served, and answer in JSON; Gradio goes on without them."""
    from ui.programs import write_json

    if not app.mcp_server:
        app.close(verbose=False)
        raise BelegtError(f"The tools can't be served: {' '.join(str(app.mcp_error).split())}")
    write_json(app)


def _settings(auth: Accounts | None) -> dict[str, Any]:
    """Return how every page is served, to those who may sign in."""
    return {
        "auth": auth.check if auth else None,
        "auth_message": SIGN_IN,
        "prevent_thread_lock": True,
        "quiet": True,
        "share": False,
        "show_error": False,  # what is raised with intent is shown all the same
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "ssr_mode": False,
        "max_threads": THREADS,
        "state_session_capacity": MOST_SESSIONS,
        "i18n": translations(),
        "theme": build_theme(),
        "css_paths": STYLE,
        "js": page_script(),
    }


def _middleware(
    app: gr.Blocks,
    names: ServedNames,
    largest_upload: int,
    auth: Accounts | None,
    metrics: Callable[[], str] | None,
) -> list[Any]:
    """Return what stands between Gradio and the browser, the outermost first."""
    from starlette.middleware import Middleware

    signed_in = [Middleware(SignInGate, page=app), Middleware(ToolGuard, accounts=auth)] if auth else []
    return [
        Middleware(RequestGuard, names=names, largest_upload=largest_upload),
        *signed_in,
        *([Middleware(MetricsDoor, render=metrics)] if metrics else []),
        Middleware(ProgramRequests, page=app),
        Middleware(EarlyScript),
    ]


def _reach_without_proxy(host: str) -> None:
    """Let this process reach its own page directly: Gradio asks it for a sign of life, which no proxy would pass on."""
    for name in ("NO_PROXY", "no_proxy"):
        direct = [*os.environ.get(name, "").split(","), "localhost", "127.0.0.1", host]
        os.environ[name] = ",".join(dict.fromkeys(filter(None, direct)))
