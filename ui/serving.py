"""The page served: to this computer unless told otherwise, with nothing fetched from or reported to elsewhere.

Gradio is imported by the time a page is there to be served.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import BelegtError
from ui.chat import STARTER_EXAMPLES, TITLE, PageDesk, build_app, translations
from ui.theme import build_theme

if TYPE_CHECKING:
    import gradio as gr

HERE = Path(__file__).parent

# Gradio's door for uploads stands open also where no files are taken; bytes that keep it narrow.
NARROW = 1_000_000


def serve(
    app: gr.Blocks,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    largest_upload: int = NARROW,
) -> str:
    """Serve the page without waiting for it to end, and return its address; ``app.block_thread()`` waits.

    Without a port (or with 0) the first free one from 7860 on is taken. ``largest_upload`` is in bytes. The page, its
    theme and its fonts come from this server alone, and nothing is shared or reported. Raises ``BelegtError`` where the
    port can't be had.
    """
    _reach_without_proxy(host)
    try:
        _, address, _ = app.launch(
            server_name=host,
            server_port=port or None,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            show_error=True,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            pwa=False,
            ssr_mode=False,
            mcp_server=False,
            max_file_size=largest_upload,
            i18n=translations(),
            theme=build_theme(),
            css_paths=HERE / "page.css",
            js=(HERE / "page.js").read_text(encoding="utf-8"),
        )
    except OSError as error:
        raise BelegtError(
            f"The page can't be served on {host}, port {port or '7860 to 7959'}: choose another port."
        ) from error
    return address


def launch(
    desk: PageDesk,
    *,
    examples: Sequence[str] = STARTER_EXAMPLES,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
) -> None:
    """Build the page, serve it, say where, and wait until the user ends it with Ctrl-C. Errors: as :func:`serve`."""
    app = build_app(desk, examples=examples)
    largest = max(desk.upload_limits.values(), default=NARROW)
    address = serve(app, host=host, port=port, open_browser=open_browser, largest_upload=largest)
    click.echo(f"{TITLE}: {address}")
    app.block_thread()


def _reach_without_proxy(host: str) -> None:
    """Let this process reach its own page directly: Gradio asks it for a sign of life, which no proxy would pass on."""
    for name in ("NO_PROXY", "no_proxy"):
        direct = [*os.environ.get(name, "").split(","), "localhost", "127.0.0.1", host]
        os.environ[name] = ",".join(dict.fromkeys(filter(None, direct)))
