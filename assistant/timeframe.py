"""The time that a question names: "2019", "im Februar 2025", "letztes Jahr". The answer is held to it.

A sentence speaks of a time if it names it, or says "im vergangenen Jahr" in an article of the year after, or stands in
an article of that time and names no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from assistant.phrases import MONTHS
from assistant.question_type import MONTH
from assistant.sentence_ranking import Candidate
from vectorstore import Hit, Passage, Search, Source

YEARS = re.compile(
    r"(?<![\d.,])(1\d{3}|20\d{2})(?![\d%]|[.,]\d)(?! (?:Euro|Dollar|Mark|Prozent|Menschen|Personen|Leute|Einwohner|"
    r"Besucher|Gäste|Kinder|Schüler|Beschäftigte|Mitarbeiter|Arbeitsplätze|Plätze|Stellen|Jobs|Wohnungen|Fahrzeuge|"
    r"(?:Kilo|Zenti)?[Mm]eter|Quadratmeter|(?:Kilo)?[Gg]ramm|Tonnen|Liter|Stück|Mal|Jahre|Tage|Stunden|"
    r"people|euros|dollars|percent|employees|workers|jobs|visitors|inhabitants|met(?:er|re)s|miles|tonnes|tons|years)"
    r"(?:n|in|innen)?\b)"
)
YEAR_RANGES = re.compile(r"\b(1\d{3}|20\d{2})\s?(?:[-–]|bis(?: zum Jahr)?|to|until|und|and)\s?(1\d{3}|20\d{2})\b")
DATES = re.compile(r"\b\d{1,2}\.\s?(\d{1,2})\.\s?(\d{4})\b")
MONTHS_NAMED = re.compile(rf"\b(?:(?<=\bin )|(?!(?-i:may|march)\b))({MONTH})\b", re.IGNORECASE)
"""English "may" and "march" are verbs unless written with a capital, or behind "in"."""
RELATIVE = (
    (
        -1,
        (
            r"(?:im |des )?(?:letzten|vergangenen|vorigen) Jahr(?:es)?|letztes Jahr|vergangenes Jahr|voriges Jahr|"
            r"Vorjahr(?:es)?|last year"
        ),
    ),
    (0, r"(?:in )?diese[sm] Jahr(?:es)?|heuer|laufenden Jahr(?:es)?|this year"),
    (1, r"(?:im )?(?:nächsten|kommenden) Jahr(?:es)?|nächstes Jahr|kommendes Jahr|next year"),
)
RELATIVE_YEARS = tuple((step, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for step, words in RELATIVE)
YEAR_BEFORE = re.compile(
    r"\b(?:(?:im|ein) Jahr (?:davor|zuvor|vorher)|Vorjahr(?:es)?|(?:a|the) year (?:earlier|before)|the previous "
    r"year)\b",
    re.IGNORECASE,
)
DEPTH = 20
"""Hits looked through for those of the time asked for."""
OTHER_TIME = 1.0
NO_TIME = 0.5
"""Taken from the fused score of a passage that speaks of another time, or of none (standard deviations)."""
FIT_WEIGHTS = {True: 1.0, None: 0.3, False: 0.005}
"""What a sentence's probability is multiplied with: it speaks of the time asked for, of none, of another."""


@dataclass(frozen=True, slots=True)
class Timeframe:
    """The years and months, 1 to 12, that a question names; empty where it names none."""

    years: frozenset[int]
    months: frozenset[int]

    def __bool__(self) -> bool:
        """Tell whether any time is named."""
        return bool(self.years or self.months)


def current_day() -> date:
    """Return the day it is where this runs."""
    return datetime.now().astimezone().date()


def settle_time(question: str, today: date) -> str:
    """Return a question with "letztes Jahr" and its like as the year that is meant; "Vorjahr" counts from another."""
    for step, pattern in RELATIVE_YEARS:
        year = str(today.year + step)
        question = pattern.sub(lambda match: match[0] if "vorjahr" in match[0].lower() else year, question)  # noqa: B023
    return question


def find_timeframe(text: str) -> Timeframe:
    """Return the time that a question names."""
    return Timeframe(frozenset(find_years(text)), frozenset(find_months(text)))


def number_month(name: str) -> int:
    """Return the number of a month in German or English, 1 to 12."""
    lowered = name.lower().replace("jänner", "januar")
    return next(
        number for names in MONTHS.values() for number, month in enumerate(names, start=1) if month.lower() == lowered
    )


def find_years(text: str, published: date | None = None, *, before: str = "") -> set[int]:
    """Return the years that a text names; "im vergangenen Jahr" counts from the year in which it appeared.

    Args:
        text: a sentence, or more.
        published: when it appeared.
        before: the sentence before, from whose year "im Jahr davor" counts.
    """
    years = {int(match[1]) for match in YEARS.finditer(text)} | {int(match[2]) for match in DATES.finditer(text)}
    for match in YEAR_RANGES.finditer(text):
        first, last = int(match[1]), int(match[2])
        years |= set(range(first, last + 1)) if last - first < 100 else set()
    if YEAR_BEFORE.search(text):
        years |= {year - 1 for year in years or find_years(before, published)}
    if published:
        years |= {published.year + step for step, pattern in RELATIVE_YEARS if pattern.search(text)}
    return years


def find_months(text: str) -> set[int]:
    """Return the months that a text names."""
    named = {number_month(match[1]) for match in MONTHS_NAMED.finditer(text)}
    return named | {int(match[1]) for match in DATES.finditer(text) if 1 <= int(match[1]) <= 12}


def fits(text: str, context: str, source: Source, frame: Timeframe, *, before: str = "") -> bool | None:
    """Tell whether a text speaks of a time: yes, no (it speaks of another), or ``None`` (it doesn't say).

    Args:
        text: a sentence.
        context: the passage around it.
        source: the article, whose date counts where the text names none.
        frame: the time asked for.
        before: the sentence before.
    """
    years = find_years(text, source.published, before=before)
    answers = (
        one_fits(frame.years, years, find_years(context, source.published), year_of(source)),
        one_fits(frame.months, find_months(text), find_months(context), month_of(source)),
    )
    asked = [answer for answer, wanted in zip(answers, (frame.years, frame.months), strict=True) if wanted]
    if False in asked:
        return False
    return None if None in asked else True


def one_fits(wanted: frozenset[int], named: set[int], around: set[int], published: set[int]) -> bool | None:
    """Tell whether years, or months, are those wanted: what the sentence names decides, then its passage and date."""
    if wanted & named:
        return True
    if wanted & around:
        return None if named else True
    if wanted & published:
        return None if named else True
    return False if named or around or published else None


def year_of(source: Source) -> set[int]:
    """Return the year in which an article appeared, if it tells."""
    return {source.published.year} if source.published else set()


def month_of(source: Source) -> set[int]:
    """Return the month in which an article appeared, if it tells."""
    return {source.published.month} if source.published else set()


def prefer_hits(found: Search, frame: Timeframe, *, count: int) -> Search:
    """Return a search with the hits of the time asked for first, at most ``count``."""
    penalties = {True: 0.0, None: NO_TIME, False: OTHER_TIME}

    def score(hit: Hit) -> float:
        return hit.score - penalties[passage_fits(hit.passage, frame)]

    return replace(found, hits=tuple(sorted(found.hits, key=score, reverse=True)[:count]))


def passage_fits(passage: Passage, frame: Timeframe) -> bool | None:
    """Tell whether a passage speaks of a time."""
    return fits(passage.text, passage.text, passage.source, frame)


def prefer_sentences(candidates: Sequence[Candidate], frame: Timeframe) -> tuple[Candidate, ...]:
    """Return candidates anew in order, those of another time pushed back; probabilities still sum to 1."""
    weights = [item.probability * FIT_WEIGHTS[sentence_fits(item, frame)] for item in candidates]
    total = sum(weights) or 1.0
    weighed = [replace(item, probability=weight / total) for item, weight in zip(candidates, weights, strict=True)]
    return tuple(sorted(weighed, key=lambda item: -item.probability))


def sentence_fits(candidate: Candidate, frame: Timeframe) -> bool | None:
    """Tell whether a sentence speaks of a time."""
    passage = candidate.hit.passage
    place = passage.sentences.index(candidate.sentence)
    before = passage.quote(passage.sentences[place - 1]) if place else ""
    context = f"{passage.source.title}\n{passage.text}"
    return fits(candidate.text, context, passage.source, frame, before=before)
