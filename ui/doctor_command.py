"""``belegt doctor``: whether all is in order, and what is damaged mended."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ui import opening
from ui.escaping import plain_line
from ui.opening import articles_option, data_option, one_line_errors


@click.command("doctor")
@articles_option
@data_option
@click.option(
    "--deep", is_flag=True, help="Read everything: digests, every passage by its own vector, every article again."
)
def doctor_command(articles: tuple[Path, ...], data_dir: Path | None, *, deep: bool) -> None:
    """Look whether model, index and articles are in order; what is damaged is built anew.

    Exits with 1 if something is left that is not in order.
    """
    with one_line_errors():
        from assistant.doctor import examine

        fine = True
        for finding in examine(opening.open_shelves(articles, data_dir), deep=deep):
            click.echo(plain_line(f"{finding.subject}: {finding.said}"), err=not finding.fine)
            fine = finding.fine and fine
    if not fine:
        sys.exit(1)
