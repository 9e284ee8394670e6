"""How much of an article cleaning keeps, and how much of the rest it removes, on pages labelled by hand.

    python -m tests.benchmarks.cleaning [FOLDER ...] [--lines FILE.json FOLDER] [--failures]

A folder holds pages (``NAME.html``, ``NAME.txt``), and beside each ``NAME.json`` with what is the article and what is
the rest, piece by piece. ``--lines`` takes texts that may not be copied: a JSON object that names for each file of a
folder the numbers of the lines that are not the article, as ``[first, last]``, from 1, or as ``[first, last, end]``
where only so many characters of a line are not.

A piece of the article counts as kept if its letters stand in the cleaned text, a piece of the rest as removed if they
don't. Weighed are pieces: sentences, headings, list items, links.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vectorstore import Article, ArticleError, split_sentences
from vectorstore.formats.parsing_process import ParsingProcess
from vectorstore.reading import read_article

OURS = Path(__file__).parent / "saved_pages"
BY_CHANCE = 20  # letters; shorter pieces must be lines of their own
FIELDS = ("title", "published", "author", "publisher", "url", "language")


@dataclass(frozen=True)
class Page:
    """A page with its labels."""

    path: Path
    article: tuple[str, ...]
    rest: tuple[str, ...]
    told: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What cleaning made of a page: the pieces it lost, and those that it left in."""

    page: Page
    lost: tuple[str, ...]
    left: tuple[str, ...]
    metadata: dict[str, bool]
    found: dict[str, str | None]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[OURS])
    parser.add_argument("--lines", type=Path, nargs=2, metavar=("FILE", "FOLDER"))
    parser.add_argument("--failures", action="store_true", help="print every piece that was lost or left in")
    given = parser.parse_args()
    pages = [page for folder in given.folders for page in read_labelled(folder)]
    pages += read_by_lines(*given.lines) if given.lines else []
    with ParsingProcess() as parser:
        outcomes = [judge(page, parser=parser) for page in pages]
    console = Console(width=140)
    console.print(tabulate(outcomes))
    if given.failures:
        for outcome in outcomes:
            report(console, outcome)


def read_labelled(folder: Path) -> Iterator[Page]:
    """Yield the pages of a folder that have labels beside them."""
    for labels in sorted(folder.glob("*.json")):
        told = json.loads(labels.read_text(encoding="utf-8"))
        path = next(path for path in sorted(folder.glob(f"{labels.stem}.*")) if path.suffix != ".json")
        yield Page(path, tuple(told["article"]), tuple(told["rest"]), told)


def read_by_lines(file: Path, folder: Path) -> Iterator[Page]:
    """Yield texts whose lines are labelled by number; what the article says, too, can't be missed and is no rest."""
    for name, spans in json.loads(file.read_text(encoding="utf-8")).items():
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        starts = [0] * len(lines)  # where the article begins in each line
        for first, last, *characters in spans:
            for number in range(first - 1, last):
                starts[number] = characters[0] if characters else len(lines[number])
        kept = "\n".join(line[start:] for line, start in zip(lines, starts, strict=True))
        article = tuple(kept[sentence.start : sentence.end] for sentence in split_sentences(kept))
        rest = (line[:start] for line, start in zip(lines, starts, strict=True))
        yield Page(folder / name, article, tuple(piece for piece in rest if piece.strip() and piece not in article), {})


def judge(page: Page, *, parser: ParsingProcess | None = None) -> Outcome:
    """Clean a page and compare what stays with its labels."""
    try:
        article = read_article(page.path, page.path.name, parser=parser)
    except ArticleError as error:
        Console(stderr=True).print(str(error))
        return Outcome(page, page.article, (), {}, {})
    text = letters(article.text)
    rows = read_rows(page.path)
    lost = tuple(
        piece
        for piece in page.article
        if not all(letters(cell) in text for cell in rows.get(letters(piece), piece.split(" | ")))
    )
    lines = {letters(line) for line in article.text.split("\n")}
    left = tuple(piece for piece in page.rest if is_left(letters(piece), text, lines))
    found = read_metadata(article)
    right = {name: letters(found[name] or "") == letters(page.told[name] or "") for name in FIELDS if name in page.told}
    return Outcome(page, lost, left, right, found)


def read_rows(path: Path) -> dict[str, list[str]]:
    """Return the cells of each line of a text that has tabs between them, by the line's letters."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".txt" else []
    return {letters(line): line.split("\t") for line in lines if "\t" in line}


def is_left(piece: str, text: str, lines: set[str]) -> bool:
    """Tell whether a piece of the rest is left in; one of a few letters may stand in a sentence by chance."""
    return piece in text if len(piece) >= BY_CHANCE else piece in lines


def read_metadata(article: Article) -> dict[str, str | None]:
    """Return what was found of an article's origin, as the labels have it."""
    source = article.source
    published = source.published.isoformat() if source.published else None
    return {**{name: getattr(source, name) for name in FIELDS}, "published": published}


def letters(text: str) -> str:
    """Return the letters and digits of a text, by which it is compared however it is set."""
    return "".join(re.findall(r"\w+", text)).lower()


def tabulate(outcomes: Sequence[Outcome]) -> Table:
    """Return a table with a row for each kind of page, and one for all."""
    table = Table("pages", "", "article kept", "rest removed", "removed is rest", *FIELDS)
    for kind in sorted({outcome.page.path.suffix for outcome in outcomes}):
        table.add_row(*describe(kind, [outcome for outcome in outcomes if outcome.page.path.suffix == kind]))
    table.add_row(*describe("all", outcomes))
    return table


def describe(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Return the cells of a row."""
    figures = sum_up(outcomes)
    right = Counter(field for outcome in outcomes for field, is_right in outcome.metadata.items() if is_right)
    asked = Counter(field for outcome in outcomes for field in outcome.metadata)
    return [
        name,
        str(len(outcomes)),
        f"{figures.kept:.4f} of {figures.article}",
        f"{figures.removed:.4f} of {figures.rest}",
        f"{figures.precision:.4f}",
        *(f"{right[field]}/{asked[field]}" for field in FIELDS),
    ]


@dataclass(frozen=True)
class Figures:
    """How many pieces there are, and which share of the article is kept, of the rest removed, of the removed rest."""

    article: int
    rest: int
    kept: float
    removed: float
    precision: float


def sum_up(outcomes: Sequence[Outcome]) -> Figures:
    """Return the shares over some pages."""
    article = sum(len(outcome.page.article) for outcome in outcomes)
    rest = sum(len(outcome.page.rest) for outcome in outcomes)
    lost = sum(len(outcome.lost) for outcome in outcomes)
    removed = rest - sum(len(outcome.left) for outcome in outcomes)
    return Figures(article, rest, 1 - lost / max(1, article), removed / max(1, rest), removed / max(1, removed + lost))


def report(console: Console, outcome: Outcome) -> None:
    """Print what was lost of a page, what was left in, and which metadata is wrong."""
    wrong = [name for name, is_right in outcome.metadata.items() if not is_right]
    if outcome.lost or outcome.left or wrong:
        console.print(f"[bold]{outcome.page.path.name}[/bold]  {len(outcome.lost)} lost, {len(outcome.left)} left in")
    for mark, pieces in (("lost", outcome.lost), ("left", outcome.left)):
        for piece in pieces:
            console.print(f"  {mark}: {piece}", markup=False, highlight=False)
    for name in wrong:
        line = f"  {name}: {outcome.page.told[name]!r}, found {outcome.found[name]!r}"
        console.print(line, markup=False, highlight=False)


if __name__ == "__main__":
    main()
