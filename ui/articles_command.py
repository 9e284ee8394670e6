"""``belegt articles``: the articles listed, shown and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui import opening
from ui.opening import Given, articles_option, data_option, one_line_errors

if TYPE_CHECKING:
    from ui.articles import Form


@click.group("articles", invoke_without_command=True)
@articles_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
@click.pass_context
def articles_group(context: click.Context, articles: tuple[Path, ...], data_dir: Path | None, *, as_json: bool) -> None:
    """List the articles: where they come from, their passages, and which print the same story."""
    from ui.articles import list_articles

    context.obj = (articles, data_dir)
    if context.invoked_subcommand is None:
        with one_line_errors():
            list_articles(opening.open_filled_desk(articles, data_dir), as_json=as_json)


@articles_group.command("show")
@click.argument("article_id", metavar="ID")
@click.option("--removed", is_flag=True, help="Print what cleaning took out, instead of the text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def show_command(given: Given, article_id: str, *, removed: bool, as_json: bool) -> None:
    """Show an article: what is known of it, and its text as it is quoted from."""
    from ui.articles import show_article

    with one_line_errors():
        show_article(opening.open_filled_desk(*given).article(article_id), removed=removed, as_json=as_json)


@articles_group.command("export")
@click.argument("target", type=click.Path(path_type=Path), metavar="TARGET")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "jsonl"]),
    default="md",
    show_default=True,
    help="A folder of Markdown files with front matter, or one file with a JSON object a line.",
)
@click.pass_obj
def export_command(given: Given, target: Path, form: Form) -> None:
    """Write all articles, cleaned and with what is known of them; files that are there are not overwritten."""
    from ui.articles import export_articles

    with one_line_errors():
        count = export_articles(opening.open_filled_desk(*given), target, form=form)
    click.echo(f"{count} articles written to {target}.", err=True)
