"""Two sources on the same thing: do they say the same, or do they differ?

Only figures and dates are compared, and only where both sentences answer the question, in articles that hold as much of
its words, and name no different years or names: a false alarm costs more trust than a difference that the reader sees
for himself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.grounding import find_names
from assistant.numerals import tokenize
from assistant.sentence_ranking import Candidate, Coverage
from assistant.timeframe import find_timeframe, find_years, sentence_fits
from assistant.values import Value, agree, find_value, is_comparable
from vectorstore import Search, guess_language, is_german_noun

LEAST_READER = -1.0
LEAST_READER_FOREIGN = -3.0
"""Reader's score from which a sentence may be taken to answer; between two languages it is lower."""
COVERAGE_SLACK = 0.3
"""Share of the question's words by which a rival's article may fall behind that of the best sentence."""
SAME_TIME_DAYS = 180
"""Articles further apart tell how a matter went on, not that they disagree: the newer one leads."""
MOST_RIVALS = 2


@dataclass(frozen=True, slots=True)
class Rival:
    """A sentence of another article that answers the same question, and its value; ``same`` if the value agrees.

    ``apart`` means that they speak of different times: their articles lie far apart, or it is not the time asked for.
    """

    candidate: Candidate
    value: Value
    same: bool
    apart: bool


def find_rivals(question: str, search: Search, candidates: Sequence[Candidate]) -> tuple[Value | None, list[Rival]]:
    """Return the value of the best sentence, and the sentences of other articles that give one for the same thing.

    Args:
        question: as searched.
        search: what was found.
        candidates: ranked, at least one.
    """
    best = candidates[0]
    value = find_value(best, question)
    if value is None:
        return None, []
    rivals: list[Rival] = []
    seen = {best.hit.passage.source.article_id}
    for candidate in candidates[1:]:
        article = candidate.hit.passage.source.article_id
        other = find_value(candidate, question) if article not in seen else None
        if other and is_comparable(value, other) and is_rival(question, search, (best, value), (candidate, other)):
            seen.add(article)
            apart = lie_apart(best, candidate) or is_of_another_time(question, candidate)
            rivals.append(Rival(candidate, other, agree(value, other), apart))
    return value, rivals[:MOST_RIVALS]


def tell_apart(rivals: Sequence[Rival]) -> list[Rival]:
    """Return the rivals that differ from the best sentence at the same time; of those that agree, the newest."""
    by_candidate = {rival.candidate: rival for rival in rivals if not rival.same and not rival.apart}
    different: list[Rival] = []
    for rival in map(by_candidate.__getitem__, newest_first(list(by_candidate))):
        if not any(agree(rival.value, other.value) for other in different):
            different.append(rival)
    return different


def is_rival(question: str, search: Search, ours: tuple[Candidate, Value], theirs: tuple[Candidate, Value]) -> bool:
    """Tell whether a sentence of another article answers the same question as the best one; each with its value."""
    best, other = ours[0], theirs[0]
    foreign = guess_language(other.hit.passage.text) != guess_language(question)
    if other.span is None or other.features.reader < (LEAST_READER_FOREIGN if foreign else LEAST_READER):
        return False
    if covers(question, search, other) < covers(question, search, best) - COVERAGE_SLACK:
        return False
    return speak_of_the_same_time(question, ours, theirs) and not names_another(question, best, other)


def speak_of_the_same_time(question: str, ours: tuple[Candidate, Value], theirs: tuple[Candidate, Value]) -> bool:
    """Tell whether two sentences speak of the same time: none names a past year that the other lacks."""
    ours_past, theirs_past = (past_years(*one) - find_years(question) for one in (ours, theirs))
    return ours_past == theirs_past


def names_another(question: str, best: Candidate, other: Candidate) -> bool:
    """Tell whether a sentence names someone whom neither the question nor the best one's article knows."""
    known = set(tokenize(f"{question} {best.hit.passage.source.title} {best.hit.passage.text}"))
    language = guess_language(other.text)
    if language != guess_language(best.text):
        return False
    return any(
        not known.issuperset(tokenize(name))
        and (language == "en" or not (is_german_noun(name) or is_german_noun(name.removesuffix("s"))))
        for name in find_names(other.text)
    )


def covers(question: str, search: Search, candidate: Candidate) -> float:
    """Return the share of the question's words in a passage and its title."""
    passage = candidate.hit.passage
    measure = Coverage(question, search, passage)
    return measure.gram_share(f"{passage.source.title}\n{passage.text}") if measure.terms else 1.0


def past_years(candidate: Candidate, value: Value) -> set[int]:
    """Return the years before that of its article which a sentence names beside its value; all where it has no date."""
    published = candidate.hit.passage.source.published
    years = find_years(candidate.text.replace(value.words, " "), published)
    return {year for year in years if not published or year < published.year}


def lie_apart(best: Candidate, other: Candidate) -> bool:
    """Tell whether two sentences come from articles of different times."""
    days = [item.hit.passage.source.published for item in (best, other)]
    return days[0] is not None and days[1] is not None and abs((days[0] - days[1]).days) > SAME_TIME_DAYS


def is_of_another_time(question: str, other: Candidate) -> bool:
    """Tell whether a question names a time and a sentence doesn't speak of it."""
    frame = find_timeframe(question)
    return bool(frame) and sentence_fits(other, frame) is not True


def newest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return sentences by the date of their articles, newest first; those without a date keep to the end."""
    return sorted(candidates, key=lambda item: item.hit.passage.source.published or date.min, reverse=True)
