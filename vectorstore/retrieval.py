"""A question -> ranked passages: candidates from Chroma and from two keyword rankings, scored together."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from operator import attrgetter

import numpy as np

from vectorstore.contents import Contents
from vectorstore.embedding import FloatMatrix, PassageEmbedder, unrelated_cosine
from vectorstore.fusion import WEIGHTS, Scored, Scores, compare, rank, take_first, weigh_words
from vectorstore.index import PassageIndex, RowId
from vectorstore.keywords import Term
from vectorstore.part import Part, take_part, take_whole
from vectorstore.passage import Hit, Passage, Source
from vectorstore.spelling import Spelling

DEPTH = 50
"""Candidates taken from each side, vectors and words; on GermanQuAD the right passage is among the first 50 by the
mean of its sentences for 99.9 % of the questions."""
HITS = 5
"""Passages handed on; sentences are chosen no better from 8, and worse from 2."""
WHOLLY_SCORED = 500
"""Passages of a few articles that are all scored, whatever their words or vectors. Among more, those taken from each
side are as many as of the whole collection."""
MOSTLY = 0.5
"""Share of the collection's passages from which on the nearest of all are asked for, and those outside passed over: of
90,000 among 100,000 passages 90 ms instead of 180."""
KEPT_PARTS = 4
"""Parts of the collection kept for the next question about them; of 9,000 passages each takes some 2 MB."""
REMEMBERED = 4000
"""Passages kept in memory as read, some 4 kB each; a row's id changes with its content, so none can be stale."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: hits, best first, and what the question's words weigh in this collection.

    ``unrelated`` is the cosine that the model gives to texts which have nothing to do with each other. ``restricted``
    tells that some articles were left out of the search.
    """

    hits: tuple[Hit, ...]
    terms: tuple[Term, ...]
    unrelated: float
    restricted: bool = False


class PassageSearch:
    """Search over an index as it stands when this is made; ``renewed`` after the index has changed.

    Args:
        index: the passages and their vectors.
        embeddings: the model that embedded them.
        before: a search over the index as it stood before; what has not changed since is taken over from it.
    """

    def __init__(
        self, index: PassageIndex, embeddings: PassageEmbedder, *, before: PassageSearch | None = None
    ) -> None:
        self._index = index
        self._embeddings = embeddings
        self.remembered: dict[RowId, Passage] = {}
        self.contents: Contents = (before.contents if before else Contents()).renewed(index, keep=self._remember)
        if before:
            for row, passage in before.remembered.copy().items():  # other threads may be adding to it
                if row in self.contents.known:
                    self._remember(row, passage)
        self.measure_unrelated: Callable[[], float] = (
            before.measure_unrelated if before else lru_cache(maxsize=1)(partial(unrelated_cosine, embeddings))
        )
        self.rows = tuple(self.contents.known)  # of the index, by article and number
        self._sources = {row.article_id: known.source for row, known in self.contents.known.items()}
        self._whole = take_whole(self.contents)
        self._take_part = lru_cache(maxsize=KEPT_PARTS)(partial(take_part, self.contents, self._whole))

    def renewed(self, index: PassageIndex) -> PassageSearch:
        """Return a search over the index as it stands now, which reads only what is new; this one stays as it is."""
        return PassageSearch(index, self._embeddings, before=self)

    @property
    def unrelated(self) -> float:
        """The cosine of texts that have nothing to do with each other; asked of the model when first needed."""
        return self.measure_unrelated()

    @property
    def spelling(self) -> Spelling:
        """The words of the articles, by which questions are put right."""
        return self.contents.spelling

    def search(self, question: str, *, count: int = HITS, within: Set[str] | None = None) -> Search:
        """Return the passages that fit a question best, at most ``count``; what copies share is one of them.

        Args:
            question: in German or English.
            count: hits at most.
            within: the ids of the articles to which the hits are held; ``None`` for all. What a passage scores is the
                same with it, but for the scores that passages take over from their copies.
        """
        part = self._choose_part(within)
        terms = self.contents.keywords.terms(question)
        if not part.rows:
            return Search((), terms, self.unrelated, not part.whole)
        vector = self._embeddings.embed_question(question)
        words = part.pick(weigh_words(self.contents.keywords.score(question)))
        scored = self._score(self._candidates(vector, words, part), vector, words, part)
        leads = self._find_leads(scored, vector, words, part)
        return Search(self._take_hits(scored, leads, part, count=count), terms, self.unrelated, not part.whole)

    def sources(self) -> tuple[Source, ...]:
        """Return the sources of all articles, by article id."""
        return tuple(self._sources.values())

    def speakers(self, *, within: Set[str] | None = None) -> tuple[Source, ...]:
        """Return the sources of all articles but those for which a copy speaks, by article id.

        Args:
            within: the ids of the articles that count; ``None`` for all.
        """
        part = self._choose_part(within)
        inside = (source for source in self.sources() if within is None or source.article_id in within)
        return tuple(source for source in inside if not part.is_silent(source.article_id))

    def copies(self, article_id: str) -> tuple[Source, ...]:
        """Return the sources of the other articles that print the same story, by article id; none where it is alone."""
        story = self.contents.stories.by_article.get(article_id)
        others = (source for source in (story.members if story else ()) if source.article_id != article_id)
        return tuple(sorted(others, key=lambda source: source.article_id))

    def article_passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order; nothing where there is none of that id."""
        passages = self._read(self.article_rows(article_id)).values()
        return tuple(sorted(passages, key=lambda passage: passage.number))

    def article_rows(self, article_id: str) -> tuple[RowId, ...]:
        """Return the rows of an article; nothing where there is none of that id."""
        first = bisect_left(self.rows, article_id, key=attrgetter("article_id"))
        return tuple(itertools.takewhile(lambda row: row.article_id == article_id, self.rows[first:]))

    def _choose_part(self, within: Set[str] | None) -> Part:
        """Return the passages of the articles named; the whole where none is left out."""
        if within is None or within >= self._sources.keys():
            return self._whole
        return self._take_part(frozenset(within & self._sources.keys()))

    def _candidates(self, vector: FloatMatrix, words: Scores, part: Part) -> list[RowId]:
        """Return the rows nearest by vector and by words, in the order of the collection.

        The depth of both is counted in passages that stand for themselves; those that repeat them come on top.
        """
        if not part.whole and len(part.rows) <= WHOLLY_SCORED:
            return list(part.rows)
        places = {part.places[row] for row in self._nearest(vector, part)} | set(take_first(words, part.repeats, DEPTH))
        return [part.rows[place] for place in sorted(places)]

    def _nearest(self, vector: FloatMatrix, part: Part) -> list[RowId]:
        """Return the rows nearest by vector; more are asked for as long as others take their places, such as copies."""
        among = part.rows if len(part.rows) < MOSTLY * len(self.contents.rows) else None
        wanted = DEPTH
        while True:
            near = self._index.nearest(vector, wanted, among=among)
            kept = list(dict.fromkeys(part.duplicates.get(row, row) for row in near if row in part))
            others = len(near) - sum(row not in part.stand_ins for row in kept)
            if wanted >= DEPTH + others or len(near) < wanted:
                alone = itertools.accumulate(row not in part.stand_ins for row in kept)
                return [row for row, count in zip(kept, alone, strict=True) if count <= DEPTH]
            wanted = max(2 * wanted, DEPTH + others)

    def _score(self, rows: Sequence[RowId], vector: FloatMatrix, words: Scores, part: Part) -> dict[RowId, Scored]:
        """Return what rows score, in their order."""
        cosines = [compare(self.contents.levels[row], vector) for row in rows]
        nearest = np.array([max(found, default=0.0) for found in cosines])
        said = np.array([words[part.places[row]] for row in rows])
        fused = WEIGHTS[0] * self.contents.moments.standardise(vector, nearest) + said
        return {row: Scored(score, found) for row, found, score in zip(rows, cosines, fused.tolist(), strict=True)}

    def _find_leads(
        self, scored: dict[RowId, Scored], vector: FloatMatrix, words: Scores, part: Part
    ) -> dict[RowId, RowId]:
        """Return which row stands for each; those that aren't among the scored are scored as well."""
        if not part.stand_ins and not part.duplicates:
            return {}
        leads = {row: find_lead(row, found, part) for row, found in scored.items()}
        missing = sorted({row for row in leads.values() if row not in scored}, key=part.places.__getitem__)
        scored |= self._score(missing, vector, words, part)
        return leads

    def _take_hits(
        self, scored: dict[RowId, Scored], leads: Mapping[RowId, RowId], part: Part, *, count: int
    ) -> tuple[Hit, ...]:
        """Return the best of what was scored, at most ``count``; what was removed since makes room for others."""
        while True:
            folded = fold(scored, leads, part) if leads else scored
            rows = list(folded)
            best = [rows[place] for place in rank(np.array([found.score for found in folded.values()]))[:count]]
            read = self._read(best)
            if len(read) == len(best):
                return tuple(to_hit(row, read[row], folded[row], part) for row in best)
            there = self._read(list(scored))
            scored = {row: found for row, found in scored.items() if row in there}

    def _remember(self, row: RowId, passage: Passage) -> None:
        if len(self.remembered) < REMEMBERED:
            self.remembered[row] = passage

    def _read(self, rows: Sequence[RowId]) -> dict[RowId, Passage]:
        """Return the passages of rows, from memory where they have been read before; those removed are left out."""
        known = {row: passage for row in rows if (passage := self.remembered.get(row)) is not None}
        missing = [row for row in rows if row not in known]
        for row, stored in self._index.read(missing).items() if missing else ():
            known[row] = stored.passage
            self._remember(row, stored.passage)
        return {row: known[row] for row in rows if row in known}


def find_lead(row: RowId, found: Scored, part: Part) -> RowId:
    """Return the row that stands for a row: where it only repeats, the one that says its nearest sentence first."""
    said = zip(found.cosines, part.stand_ins.get(row, ()), strict=False)
    leads = [(cosine, lead) for cosine, lead in said if lead is not None]
    return max(leads, key=lambda pair: pair[0])[1] if leads else row


def fold(scored: Mapping[RowId, Scored], leads: Mapping[RowId, RowId], part: Part) -> dict[RowId, Scored]:
    """Let the passage that said something first stand for those that repeat it.

    It is the one that holds the repeating passage's sentence nearest to the question, so that it is as near; the better
    of their scores counts. What repeats passages that were removed since stands for itself.
    """
    best: dict[RowId, Scored] = {}
    for row, found in scored.items():
        lead = leads.get(row, row) if leads.get(row, row) in scored else row
        standing = best.get(lead, scored[lead])
        best[lead] = standing if standing.score >= found.score else replace(standing, score=found.score)
    return dict(sorted(best.items(), key=lambda pair: part.places[pair[0]]))


def to_hit(row: RowId, passage: Passage, found: Scored, part: Part) -> Hit:
    """Return a passage as a hit, with the other articles that carry it."""
    story = part.stories.get(row.article_id)
    copies = story.copies.get(row) if story else ()
    named = replace(passage, copies=copies) if copies else passage
    return Hit(named, found.score, max(found.cosines, default=0.0), found.cosines)


def passage_key(passage: Passage) -> str:
    """Return a passage's name within its collection."""
    return f"{passage.source.article_id}#{passage.number}"
