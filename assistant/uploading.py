"""Files that are handed over become articles, or are named among the failures and go again."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assistant.library import Library
from assistant.uploads import keep_upload
from vectorstore import ArticleError, Report, Watch


def take_uploads(
    library: Library, files: Mapping[str, Path], *, folder: Path, stop: threading.Event | None, watch: Watch | None
) -> Report:
    """Keep files in the folder of uploads and search them from now on; return what became of them.

    Args:
        library: mirrors the folder.
        files: the files by the names that their owner gave them.
        folder: that the uploads are kept in.
        stop: once set, the run ends soon and keeps what was done.
        watch: receives the progress.
    """
    places, failed = {}, []
    for name, path in files.items():
        try:
            place = keep_upload(path, folder, name=name)
            places[f"{folder.name}/{place.name}"] = place
        except ArticleError as error:
            failed.append(str(error))
    report = library.mirror(stop=stop, watch=watch)
    return keep_only_articles(library, places, replace(report, failed=(*failed, *report.failed)), folder=folder)


def keep_only_articles(library: Library, places: Mapping[str, Path], report: Report, *, folder: Path) -> Report:
    """Remove the uploads that did not become articles, and count the others.

    What nobody can read or see would only be complained of at each run; what a stop left out would come in after
    all with the next run. Counted is what is there, for a watch of the folder may have been first.
    """
    rows = library.index().ids()
    stored = Counter(row.article_id for row in rows)
    taken = {row.article_id for row in rows if row.article_id in places and stored[row.article_id] == row.total}
    for article_id in places.keys() - taken:
        places[article_id].unlink(missing_ok=True)
    library.refresh()
    failed = tuple(line.removeprefix(f"{folder}/") for line in report.failed)
    return replace(report, indexed=len(taken), passages=sum(stored[name] for name in taken), failed=failed)
