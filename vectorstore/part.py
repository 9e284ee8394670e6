"""The passages that a search ranks: those of a whole collection, or those of some of its articles alone.

Of articles that print the same story one speaks for all. Among some of the articles it is one of theirs: they are held
against each other anew, and what lies outside neither speaks for them nor is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vectorstore.contents import Contents
from vectorstore.index import RowId
from vectorstore.stories import Stories, Story, Targets

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Part:
    """Passages among which is searched.

    ``rows`` are those that count, by article, edition and number, ``places`` where each stands among them; ``repeats``
    tells, shape (rows,), which of them only say what others do. ``stories`` holds the stories by article id,
    ``duplicates`` and ``stand_ins`` those of all stories. ``counted`` are the places at which the whole collection
    counts the rows, ``None`` for the whole itself.
    """

    rows: tuple[RowId, ...]
    places: Mapping[RowId, int]
    repeats: NDArray[np.bool_]
    duplicates: Mapping[RowId, RowId]
    stand_ins: Mapping[RowId, Targets]
    stories: Mapping[str, Story]
    counted: NDArray[np.int64] | None = None

    def __contains__(self, row: RowId) -> bool:
        return row in self.places or row in self.duplicates

    @property
    def whole(self) -> bool:
        """Whether this is the whole collection."""
        return self.counted is None

    def pick(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return those of the values of all passages that count which belong to these."""
        return values if self.counted is None else values[self.counted]

    def is_silent(self, article_id: str) -> bool:
        """Tell whether another article prints the same story and speaks for this one."""
        story = self.stories.get(article_id)
        return story is not None and story.members[0].article_id != article_id


def take_whole(contents: Contents) -> Part:
    """Return all passages of a collection."""
    return make_part(contents.rows, contents.stories)


def take_part(contents: Contents, whole: Part, articles: Set[str]) -> Part:
    """Return the passages of some articles.

    Args:
        contents: of the collection.
        whole: all of its passages.
        articles: the ids of the articles.
    """
    known = {row: found for row, found in contents.known.items() if row.article_id in articles}
    printed = {row: found for row, found in known.items() if row.article_id in contents.stories.by_article}
    stories = contents.stories.renewed(printed)
    duplicates = {row for story in stories.told.values() for row in story.duplicates}
    rows = tuple(row for row in known if row not in duplicates)
    counted = [whole.places[whole.duplicates.get(row, row)] for row in rows]
    return make_part(rows, stories, counted=np.array(counted, dtype=np.int64))


def make_part(rows: tuple[RowId, ...], stories: Stories, *, counted: NDArray[np.int64] | None = None) -> Part:
    """Return a part of these rows, which count, and of the stories that their articles print."""
    told = stories.told.values()
    stand_ins = {row: targets for story in told for row, targets in story.stand_ins.items()}
    return Part(
        rows=rows,
        places={row: place for place, row in enumerate(rows)},
        repeats=np.array([row in stand_ins for row in rows], dtype=np.bool_),
        duplicates={row: kept for story in told for row, kept in story.duplicates.items()},
        stand_ins=stand_ins,
        stories=stories.by_article,
        counted=counted,
    )
