"""Notes beside an answer: sources differ, a newer article touches the same matter, what "derzeit" meant when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from assistant.answer import Citation
from assistant.disagreement import Rival, newest_first
from assistant.phrases import Language, describe, is_phrase, phrase, write_date
from assistant.sentence_ranking import Candidate, Coverage
from assistant.values import Value
from vectorstore import Search, Source

NoteKind = Literal["differ", "newer", "dated"]
KINDS: tuple[NoteKind, ...] = ("differ", "newer", "dated")
"""Sources differ; a newer article touches the same matter; what "derzeit" meant when."""
NOW = re.compile(
    r"\b(?:derzeit(?:ige[rmns]?)?|aktuell(?:e[rmns]?)?|zurzeit|zur Zeit|momentan|gegenwärtig|heute|heutzutage|"
    r"jetzt|bislang|bisher|"
    r"in diesem Jahr|dieses Jahr(?:es)?|im (?:vergangenen|letzten|kommenden|nächsten) Jahr|vergangenes Jahr|"
    r"vorige[sn]? (?:Jahr|Woche|Monat)|"
    r"in diesem Monat|diese Woche|gestern|(?-i:morgen|(?:^|(?<=[.!?] ))Morgen)|vor kurzem|kürzlich|"
    r"currently|at present|presently|at the moment|today|nowadays|now|so far|this (?:year|month|week)|"
    r"(?:last|next) (?:year|month|week)|yesterday|tomorrow|recently)\b",
    re.IGNORECASE,
)
FRESH = timedelta(days=30)
"""An article of the last month still speaks of today."""
NEWER_SLACK = 0.1
"""Share of the question's words by which a newer article may fall behind the one quoted."""
SIMILARITY_SLACK = 0.02
"""The same for the cosine to the question."""


def note_dates(citations: Sequence[Citation], today: date, language: Language) -> list[str]:
    """Return for each quote that speaks of now, in an article no longer new, when that was."""
    notes = []
    for citation in citations:
        found = NOW.search(citation.quote)
        if found and citation.published and today - citation.published > FRESH:
            day = write_date(citation.published, language)
            notes.append(phrase("dated", language, word=found[0], number=citation.number, day=day))
    return notes


def note_difference(value: Value, best: Candidate, rivals: Sequence[Rival], language: Language) -> str:
    """Return a note that sources differ: each value with its source and date, the newest first."""
    words = {best: value.words} | {rival.candidate: rival.value.words for rival in rivals}
    said = [f"{words[one]} ({name_source(one.hit.passage.source, language)})" for one in newest_first(list(words))]
    return phrase("differ", language, values="; ".join(said))


def name_source(source: Source, language: Language) -> str:
    """Return where and when an article appeared; its title where it doesn't tell where."""
    day = write_date(source.published, language) if source.published else phrase("undated", language)
    return f"{source.publisher or source.title}, {day}"


def find_newer(
    question: str, search: Search, candidates: Sequence[Candidate], quoted: Sequence[Source]
) -> Source | None:
    """Return the newest article that touches the same matter as the sentence quoted first, and is newer than it.

    Args:
        question: as searched.
        search: what was found.
        candidates: ranked, the first of them quoted first.
        quoted: the articles that are quoted; a newer one among them needs no note.
    """
    best = candidates[0]
    published = best.hit.passage.source.published
    if published is None or any(source.published and source.published > published for source in quoted):
        return None
    share, similarity = near_share(question, search, best), best.hit.similarity
    newer: dict[str, Source] = {}
    for candidate in candidates:
        source = candidate.hit.passage.source
        if source.published is None or source.published <= published or source.article_id in newer:
            continue
        alike = candidate.similarity >= similarity - SIMILARITY_SLACK
        if alike and near_share(question, search, candidate) >= share - NEWER_SLACK:
            newer[source.article_id] = source
    return max(newer.values(), key=lambda source: source.published or date.min, default=None)


def near_share(question: str, search: Search, candidate: Candidate) -> float:
    """Return the share of the question's words in a passage and its title."""
    passage = candidate.hit.passage
    return Coverage(question, search, passage).gram_share(f"{passage.source.title}\n{passage.text}")


def note_newer(source: Source, language: Language) -> str:
    """Return a note that names a newer article on the same matter."""
    return phrase("newer", language, article=describe(source, language))


def kind_of(note: str) -> NoteKind | None:
    """Return the kind of a note, by its words; ``None`` for one of another kind."""
    return next((kind for kind in KINDS if is_phrase(note, kind)), None)
