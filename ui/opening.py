"""What every command shares: its options, the articles opened with them, and mistakes said in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ui.escaping import plain, plain_line
from ui.indexing import progress_bar

if TYPE_CHECKING:
    from assistant import Assistant, Library, Report, Settings

INTERRUPTED = 130
"""What a shell expects of a command stopped by Ctrl-C: 128 + SIGINT."""

Given = tuple[tuple[Path, ...], Path | None]
"""The folders and the data folder that a group of commands was given."""

articles_option = click.option(
    "--articles",
    "articles",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of articles; may be given several times. Default: the starter articles and your own uploads.",
)
data_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the index is kept. Default: the folder for application data of this computer.",
)


def open_filled_desk(articles: tuple[Path, ...], data_dir: Path | None) -> Assistant:
    """Return an assistant for one question, its index in step; files that can't be read are named on stderr."""
    desk = open_desk(articles, data_dir, light=True)
    report = bring_in_step(desk)
    for line in report.failed if report else ():
        complain(line)
    return desk


def bring_in_step(desk: Assistant) -> Report | None:
    """Bring an index in step; where another process is at that, say so, and ask what the index holds so far."""
    from assistant import BusyError, CollectionError

    try:
        return desk.refresh()
    except BusyError as error:
        try:
            desk.library.renew()
        except CollectionError:  # the other process is building what would fit
            raise error from None
        complain(f"{error}; until then, what the index holds so far is asked")
        return None


def open_desk(articles: tuple[Path, ...], data_dir: Path | None, *, light: bool = False) -> Assistant:
    """Return an assistant with the settings of the command line over those of the environment."""
    from assistant import Assistant

    return Assistant(read_settings(articles, data_dir), announce=complain, watch=progress_bar(), light=light)


def open_shelves(articles: tuple[Path, ...], data_dir: Path | None) -> Library:
    """Return the articles without what answers questions, with those settings."""
    from assistant import open_library

    return open_library(read_settings(articles, data_dir), announce=complain, watch=progress_bar())


def read_settings(articles: tuple[Path, ...], data_dir: Path | None) -> Settings:
    """Return the settings of the command line over those of the environment."""
    from assistant import Settings

    chosen: dict[str, Any] = {"articles": articles or None, "data_dir": data_dir}
    return Settings(**{name: value for name, value in chosen.items() if value is not None})


@contextmanager
def one_line_errors(stopped: str = "Stopped; what was done stays done.") -> Iterator[None]:
    """Turn a mistake that the user can mend into one line on stderr and exit status 1; Ctrl-C into a quiet end."""
    from pydantic import ValidationError

    from assistant import BelegtError

    try:
        yield
    except BelegtError as error:
        fail(str(error), 1)
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"BELEGT_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']}", 1)
    except KeyboardInterrupt:
        fail(stopped, INTERRUPTED)


def complain(line: str) -> None:
    """Print one line on stderr."""
    click.echo(plain(line), err=True)


def fail(line: str, status: int) -> NoReturn:
    """Print one line on stderr and leave with the given status."""
    click.echo(plain_line(line), err=True)
    sys.exit(status)
