"""What is looked at when somebody asks whether all is in order: the model, the index, and the articles in it.

What is damaged is mended by building it anew from what it was made of; nothing of it is lost, for the files are the
truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.library import Library
from assistant.settings import Settings
from vectorstore import (
    BUNDLED,
    ArticleError,
    BelegtError,
    Checked,
    ParsingProcess,
    PassageIndex,
    Server,
    Upkeep,
    find_articles,
    prepare_bundled_model,
    read_article,
    rejoin,
)

NAMED = 5
"""Articles named that differ from their files."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one thing found: the thing, what there is to say of it, and whether it is in order."""

    subject: str
    said: str
    fine: bool = True


def examine(library: Library, *, deep: bool = False) -> Iterator[Finding]:
    """Look at the model and the index, mend the index where it is damaged, and say what was found, one after the other.

    Args:
        library: the articles; it must not be in use yet.
        deep: compare digests, look for every passage by its own vector, and read every article again.

    Raises:
        BelegtError: something can't be looked at, such as an index that another process is writing.
    """
    yield examine_model(library.settings, deep=deep)
    if isinstance(library.place, Server):
        yield examine_collection(library, deep=deep)
    else:
        checked = check_folder(Upkeep(library.folder), deep=deep)
        if checked.fault:
            yield Finding("index", f"damaged ({checked.fault}); it is built anew beside it")
            library.mirror(rebuild=True)
            checked = check_folder(Upkeep(library.folder), deep=deep)
        yield describe(library, checked)
        if checked.fault:
            return
    yield from examine_articles(library, deep=deep)


def examine_model(settings: Settings, *, deep: bool) -> Finding:
    """Look at the embedding model that comes along; it is prepared anew where it is damaged."""
    if settings.embedding_model != BUNDLED:
        return Finding("model", f"{settings.embedding_model} is your own; it is not looked at")
    said: list[str] = []
    try:
        place = prepare_bundled_model(settings.cache_dir / "models", announce=said.append, deep=deep)
    except BelegtError as error:
        return Finding("model", str(error), fine=False)
    return Finding("model", said[0] if said else f"in order: {place}")


def check_folder(upkeep: Upkeep, *, deep: bool) -> Checked:
    """Look closely at an index in a folder, while nobody else writes it."""
    with upkeep.alone():
        return upkeep.check(deep=deep)


def examine_collection(library: Library, *, deep: bool) -> Finding:
    """Look at a collection on a server: its rows and vectors, as the server gives them; not its files."""
    return describe(library, library.index().check(deep=deep))


def describe(library: Library, checked: Checked) -> Finding:
    """Return what a check of an index says."""
    if checked.fault:
        return Finding("index", f"{checked.fault}; rebuild it: belegt index --rebuild", fine=False)
    where = "its files are the server's to check" if isinstance(library.place, Server) else "its files are whole"
    return Finding("index", f"in order: {checked.articles} articles, {checked.passages} passages; {where}")


def examine_articles(library: Library, *, deep: bool) -> Iterator[Finding]:
    """Hold the index against the files: whether it is in step, and with ``deep`` whether it holds what they say."""
    if library.only_reads:
        return
    report = library.mirror()
    changed = report.indexed + report.removed + report.renamed
    step = f"brought in step: {changed} articles had changed" if changed else f"in step: {report.unchanged} unchanged"
    yield Finding("articles", step)
    for line in report.failed:
        yield Finding("articles", line, fine=False)
    if not deep:
        return
    different = find_different(library.index(), library.settings)
    if different:
        named = ", ".join(different[:NAMED])
        yield Finding("articles", f"{len(different)} differ from their files ({named}); all are indexed anew")
        library.mirror(rebuild=True)
        different = find_different(library.index(), library.settings)
    said = f"{len(different)} still differ from their files" if different else "the text of each is that of its file"
    yield Finding("articles", said, fine=not different)


def find_different(index: PassageIndex, settings: Settings) -> list[str]:
    """Return the ids of the articles whose text in the index is not what reading their files gives now."""
    different = []
    with ParsingProcess() as parser:
        for article_id, path in find_articles(settings.folders).items():
            try:
                read = read_article(path, article_id, parser=parser)
            except ArticleError:
                continue  # the mirror has said so
            stored = rejoin(index, article_id)
            if stored is None or (stored.digest == read.digest and stored != read):
                different.append(article_id)
    return different
