"""The articles on the command line: listed, shown, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

from assistant import Article, ArticleError, Assistant, Holding, Source
from ui.escaping import plain

Form = Literal["md", "jsonl"]
UNKNOWN = "unknown"
COLUMNS = ("article", "title", "outlet", "date", "passages", "same story")


def list_articles(desk: Assistant, *, as_json: bool) -> None:
    """Print all articles: where they come from, their passages, and which print the same story."""
    holdings = desk.holdings()
    if as_json:
        click.echo(json.dumps([holding_to_dict(item) for item in holdings], ensure_ascii=False, indent=2))
        return
    rows = [(*COLUMNS,), *map(to_row, holdings)]
    console = Console(markup=False, highlight=False)
    if console.is_terminal:
        table = Table(*COLUMNS, box=None, pad_edge=False)
        for row in rows[1:]:
            table.add_row(*row)
        console.print(table)
    else:  # for programs: a line an article, tabs between
        click.echo("\n".join("\t".join(row) for row in rows))
    click.echo(f"{len(holdings)} articles, {sum(item.passages for item in holdings)} passages", err=True)


def to_row(item: Holding) -> tuple[str, ...]:
    """Return a listed article as the cells of a table, each on one line."""
    source = item.source
    date = source.published.isoformat() if source.published else UNKNOWN
    copies = ", ".join(copy.article_id for copy in item.copies)
    cells = (source.article_id, source.title, source.publisher or UNKNOWN, date, str(item.passages), copies)
    return tuple(" ".join(plain(cell).split()) for cell in cells)


def show_article(article: Article, *, removed: bool, as_json: bool) -> None:
    """Print an article: what is known of it, and its text, or what cleaning took out of it."""
    if as_json:
        click.echo(json.dumps(article_to_dict(article), ensure_ascii=False, indent=2))
        return
    if removed:
        click.echo("\n\n".join(map(plain, article.removed)) or "Nothing was removed.")
        return
    for name, value in source_to_dict(article.source).items():
        click.echo(f"{name}: {plain(str(UNKNOWN if value is None else value))}")
    if article.removed:
        click.echo(f"removed: {len(article.removed)} parts; see them with --removed")
    click.echo(f"\n{plain(article.text)}")


def export_articles(desk: Assistant, target: Path, *, form: Form) -> int:
    """Write all articles as one Markdown file each into a folder, or as one JSON object a line into a file.

    Returns:
        How many were written.

    Raises:
        ArticleError: the target can't be written; files that are there already are not overwritten.
    """
    ids = [item.source.article_id for item in desk.holdings()]
    try:
        if form == "jsonl":
            with target.open("x", encoding="utf-8") as file:
                for article_id in ids:
                    file.write(json.dumps(article_to_dict(desk.article(article_id)), ensure_ascii=False) + "\n")
        else:
            for number, article_id in enumerate(ids, start=1):
                write_markdown(desk.article(article_id), target / f"{number:05d}-{file_name(article_id)}.md")
    except OSError as error:
        raise ArticleError(f"{target} can't be written ({error.strerror or error}); choose another place") from error
    return len(ids)


def write_markdown(article: Article, path: Path) -> None:
    """Write an article as Markdown that is read back as it is: front matter, and the text."""
    import yaml

    known = {name: value for name, value in source_to_dict(article.source).items() if value is not None}
    known.pop("article_id")
    header = yaml.safe_dump(known, allow_unicode=True, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(f"---\n{header}---\n\n{article.text}\n")


def file_name(article_id: str) -> str:
    """Return an article's id as a part of a file's name that leads nowhere else."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in article_id)
    return safe[:100].strip("-") or "article"


def holding_to_dict(item: Holding) -> dict[str, Any]:
    """Return a listed article as plain values."""
    copies = [copy.article_id for copy in item.copies]
    return {**source_to_dict(item.source), "passages": item.passages, "copies": copies}


def article_to_dict(article: Article) -> dict[str, Any]:
    """Return an article as plain values."""
    return {
        **source_to_dict(article.source),
        "text": article.text,
        "removed": list(article.removed),
        "page_starts": list(article.page_starts),
    }


def source_to_dict(source: Source) -> dict[str, str | None]:
    """Return what is known of an article's origin as plain values; ``None`` for what isn't."""
    return {
        "article_id": source.article_id,
        "title": source.title,
        "published": source.published.isoformat() if source.published else None,
        "author": source.author,
        "publisher": source.publisher,
        "url": source.url,
        "language": source.language,
    }
