"""An answer made of the articles' own sentences; needs no language model and can't invent.

The best sentence comes first, with the one it leans on, then those nearly as likely; each carries the citation of the
very place it stands in. Where sources differ, both are quoted. Where the articles don't answer, one sentence says so,
and the nearest passages are offered as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer import Answer, Citation, Verdict
from assistant.choosing import MOST_STATEMENTS, choose
from assistant.citing import Quote, cite_quotes, join, quote_sentence
from assistant.confidence import THRESHOLD, UNREAD, Evidence, choose_models, surroundings, weigh
from assistant.disagreement import Rival, find_rivals, lie_apart, newest_first, tell_apart
from assistant.highlight import find_highlight, widen_figure, widen_to_words
from assistant.notes import find_newer, note_dates, note_difference, note_newer
from assistant.phrases import Language, occasion, phrase
from assistant.reader import Reading
from assistant.refusing import refuse
from assistant.request import Request
from assistant.sentence_ranking import Candidate, rank_sentences
from assistant.timeframe import current_day, find_timeframe, prefer_sentences, sentence_fits
from assistant.values import Value, prefer_values
from assistant.verdict import decide
from vectorstore import Search, Source, guess_language

SURE_SPAN = 0.05
"""A span is set in bold if the reader gives it at least this probability: four of five of XQuAD-de's answers then have
one, with F1 .60 (tests/benchmarks/held_out.py); from .10 on two of three, with F1 .64."""

SURE_YES = 0.5
READER_SHARE = 0.05
"""A sentence says yes only if it is near enough to the question: similarity, and a share of the reader's score. A no
rests on something that was found, such as another number (``tests/benchmarks/README.md``, "Answers of every kind")."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sentences to be quoted, and where sources differ, in what: the best one's value and its rivals.

    ``overtaken`` is a newer article with another value, where the question asks for the time of the older one.
    """

    candidates: tuple[Candidate, ...]
    value: Value | None = None
    rivals: tuple[Rival, ...] = ()
    overtaken: Source | None = None


def quote_answer(
    question: str,
    standalone_question: str,
    search: Search,
    readings: Sequence[Reading] = (),
    *,
    request: Request = Request.ONE,
    most_statements: int = MOST_STATEMENTS,
    refuse_below: float = THRESHOLD,
    today: date | None = None,
) -> Answer:
    """Answer a question from what a search found, or say that the articles don't.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: hits and the weights of the question's words.
        readings: what the reader found in the first hits; none where there is no reader.
        request: what the question wants.
        most_statements: sentences quoted at most.
        refuse_below: the probability that the articles answer, 0 to 1, below which they are taken not to.
        today: decides what an old article is; by default the day it is.
    """
    candidates = rank_candidates(standalone_question, search, readings)
    if not candidates:
        return refuse(question, standalone_question, search, (), confidence=1.0)
    language = guess_language(question)
    evidence = weigh(standalone_question, search, candidates)
    models = choose_models(standalone_question, candidates, read=bool(readings))
    answerable = models.answerable.probability(evidence)
    other_time = sentence_fits(candidates[0], find_timeframe(standalone_question)) is False
    if answerable < refuse_below or other_time:
        return refuse(question, standalone_question, search, candidates, confidence=max(1 - answerable, other_time / 2))
    chosen = choose_sentences(standalone_question, search, candidates, request=request, most=most_statements)
    statements, citations = cite_quotes(quote_all(chosen.candidates))
    verdict = find_verdict(question, chosen.candidates[0], evidence) if request is Request.YES_NO else None
    lead = choose_lead(request, verdict, chosen, language, restricted=search.restricted)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements, lead=lead),
        statements=statements,
        citations=citations,
        highlight=mark_span(chosen.candidates[0], standalone_question),
        abstained=False,
        confidence=models.right.probability(evidence),
        notes=tuple(make_notes(standalone_question, search, candidates, chosen, citations, today, language)),
        lead=lead,
        verdict=verdict,
    )


def rank_candidates(question: str, search: Search, readings: Sequence[Reading]) -> tuple[Candidate, ...]:
    """Return the sentences that may answer, likeliest first: of the time asked for, and with a value if one is."""
    candidates = rank_sentences(question, search, readings)
    frame = find_timeframe(question)
    candidates = prefer_sentences(candidates, frame) if frame else candidates
    return prefer_values(question, candidates) if candidates else ()


def choose_sentences(
    question: str, search: Search, candidates: Sequence[Candidate], *, request: Request, most: int
) -> Chosen:
    """Return the sentences to be quoted: those of sources that differ side by side, the newest first."""
    value, rivals = find_rivals(question, search, candidates) if request is Request.ONE else (None, [])
    timed = bool(find_timeframe(question))
    overtaken = find_overtaking(candidates[0], rivals)
    different = tuple(tell_apart(rivals)[: most - 1])
    if different and (timed or not overtaken):
        side_by_side = newest_first([candidates[0], *(rival.candidate for rival in different)])
        return Chosen(tuple(side_by_side), value, different)
    alike = [
        rival.candidate
        for rival in rivals
        if (rival.same and not rival.apart) or (not timed and (rival.apart or overtaken))
    ]
    if not alike:
        return Chosen(tuple(choose(question, candidates, request=request, most=most)), overtaken=overtaken)
    newest, *others = newest_first([candidates[0], *alike])
    left = [newest, *(item for item in candidates if item is not newest and item not in others)]
    return Chosen(tuple(choose(question, left, request=request, most=most)))


def find_overtaking(best: Candidate, rivals: Sequence[Rival]) -> Source | None:
    """Return the newest article whose value is of a later time than that of the best sentence."""
    later = [rival.candidate for rival in rivals if lie_apart(best, rival.candidate)]
    newest = newest_first([best, *later])[0]
    return newest.hit.passage.source if newest is not best else None


def quote_all(candidates: Sequence[Candidate]) -> list[Quote]:
    """Return sentences as quotes, each with those it leans on; one that a quote already holds is left out."""
    quotes: list[Quote] = []
    for candidate in candidates:
        passage = candidate.hit.passage
        if not any(quote.holds(passage, candidate.sentence) for quote in quotes):
            quotes.append(quote_sentence(passage, candidate.sentence, after=quotes))
    return quotes


def find_verdict(question: str, best: Candidate, evidence: Evidence) -> Verdict | None:
    """Return whether the best sentence says yes or no, ``None`` where it leaves that open or hardly speaks of it."""
    verdict = decide(question, best.text, f"{best.hit.passage.source.title}\n{surroundings(best)}")
    near = evidence.similarity + READER_SHARE * evidence.reader >= SURE_YES
    return verdict if near or verdict == "no" else None


def choose_lead(
    request: Request, verdict: Verdict | None, chosen: Chosen, language: Language, *, restricted: bool
) -> str:
    """Return our own words before the quotes, mostly none."""
    if request is Request.YES_NO:
        return phrase(verdict or occasion("undecided", chosen=restricted), language)
    return phrase("disagreement", language) if chosen.rivals else ""


def make_notes(
    question: str,
    search: Search,
    candidates: Sequence[Candidate],
    chosen: Chosen,
    citations: Sequence[Citation],
    today: date | None,
    language: Language,
) -> list[str]:
    """Return what the reader of an answer should know beside it."""
    notes = note_dates(citations, today or current_day(), language)
    if chosen.rivals and chosen.value:
        return [note_difference(chosen.value, candidates[0], chosen.rivals, language), *notes]
    sources = [candidate.hit.passage.source for candidate in chosen.candidates]
    first = [chosen.candidates[0], *candidates]
    newer = chosen.overtaken or find_newer(question, search, first, sources)
    return [note_newer(newer, language), *notes] if newer else notes


def estimate_answerable(question: str, search: Search) -> float:
    """Return the probability that the articles answer a question, by its words and their meaning; nothing is read."""
    candidates = rank_sentences(question, search)
    return UNREAD.answerable.probability(weigh(question, search, candidates)) if candidates else 0.0


def mark_span(chosen: Candidate, question: str) -> str | None:
    """Return the words of the chosen sentence that answer: those the reader is sure of, otherwise by rule."""
    span = chosen.span
    if span is not None and span.probability >= SURE_SPAN:
        start, end = span.start - chosen.sentence.start, span.end - chosen.sentence.start
        start, end = widen_figure(chosen.text, *widen_to_words(chosen.text, start, end))
        return chosen.text[start:end]
    return find_highlight(chosen.text, question) if span is None else None


def grow(answer: Answer) -> list[Answer]:
    """Return an answer as it is shown while it grows: first its evidence without text, then statement by statement."""
    partial = [
        replace(
            answer,
            statements=answer.statements[:count],
            text=join(answer.statements[:count], lead=answer.lead) if count else "",
            highlight=None,
        )
        for count in range(len(answer.statements))
    ]
    return [*partial, answer] if partial else [replace(answer, text=""), answer]
