"""An answer made of the articles' own sentences; needs no language model and can't invent.

The best sentence comes first, then those nearly as likely; each carries the citation of the very place it stands in.
Where the articles don't answer, one sentence says so, and the nearest passages are offered as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation, Statement
from assistant.confidence import READ, THRESHOLD, UNREAD, weigh
from assistant.highlight import find_highlight, widen_figure
from assistant.question_type import QuestionType, classify, offers_reason
from assistant.reader import Reading
from assistant.sentence_ranking import Candidate, rank_sentences
from vectorstore import Hit, Search, content_words, guess_language

MOST_STATEMENTS = 3
ENOUGH_PROBABILITY = 0.08
"""A further sentence is quoted if it is at least this likely the best: two sentences an answer on XQuAD-de, where 89 %
of the answers then hold the right one (.12: 1.7 sentences, 88 %)."""
SURE_SPAN = 0.05
"""A span is set in bold if the reader gives it at least this probability: four of five of XQuAD-de's answers then have
one, with F1 .60 (tests/benchmarks/held_out.py); from .10 on two of three, with F1 .64."""
NEAREST = 3
"""Passages offered where the articles don't answer."""
SAME_WORDS = 0.8
"""A sentence that shares this much of its words with one already quoted says the same."""

POINTS_BACK = re.compile(r"(?:Deshalb|Daher|Darum|Deswegen|Dadurch|Damit|Therefore|Thus|That is why|This is why)\b")

REFUSAL = {
    "de": "Dazu steht in den Artikeln leider nichts.",
    "en": "I'm sorry, the articles don't say anything about that.",
}
NEAREST_PASSAGES = {"de": "Am nächsten kommen diese Stellen:", "en": "The nearest passages are these:"}


def quote_answer(
    question: str,
    standalone_question: str,
    search: Search,
    readings: Sequence[Reading] = (),
    *,
    most_statements: int = MOST_STATEMENTS,
    refuse_below: float = THRESHOLD,
) -> Answer:
    """Answer a question from what a search found, or say that the articles don't.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: hits and the weights of the question's words.
        readings: what the reader found in the first hits; none where there is no reader.
        most_statements: sentences quoted at most.
        refuse_below: the probability that the articles answer, 0 to 1, below which they are taken not to.
    """
    candidates = rank_sentences(standalone_question, search, readings)
    language = guess_language(question)
    if not candidates:
        return refuse(question, standalone_question, candidates, confidence=1.0, language=language)
    evidence = weigh(standalone_question, search, candidates)
    models = READ if readings else UNREAD
    answerable = models.answerable.probability(evidence)
    if answerable < refuse_below:
        return refuse(question, standalone_question, candidates, confidence=1 - answerable, language=language)
    chosen = choose(standalone_question, candidates, most=most_statements)
    citations = tuple(cite(number, candidate) for number, candidate in enumerate(chosen, start=1))
    statements = tuple(Statement(one_line(citation.quote), (citation.number,)) for citation in citations)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements),
        statements=statements,
        citations=citations,
        highlight=mark_span(chosen[0], standalone_question),
        abstained=False,
        confidence=models.right.probability(evidence),
    )


def estimate_answerable(question: str, search: Search) -> float:
    """Return the probability that the articles answer a question, by its words and their meaning; nothing is read."""
    candidates = rank_sentences(question, search)
    return UNREAD.answerable.probability(weigh(question, search, candidates)) if candidates else 0.0


def mark_span(chosen: Candidate, question: str) -> str | None:
    """Return the words of the chosen sentence that answer: those the reader is sure of, otherwise by rule."""
    span = chosen.span
    if span is not None and span.probability >= SURE_SPAN:
        start, end = widen_figure(chosen.text, span.start - chosen.sentence.start, span.end - chosen.sentence.start)
        return chosen.text[start:end]
    return find_highlight(chosen.text, question) if span is None else None


def choose(question: str, candidates: Sequence[Candidate], *, most: int = MOST_STATEMENTS) -> list[Candidate]:
    """Return the best sentence, for a reason also the one beside it that gives it, and those nearly as likely.

    What says the same as a sentence already chosen is left out.
    """
    likely = [candidate for candidate in candidates[1:] if candidate.probability >= ENOUGH_PROBABILITY]
    reasons = reasons_beside(question, candidates)
    leads = POINTS_BACK.match(candidates[0].text) is not None
    first = [*reasons, candidates[0]] if leads else [candidates[0], *reasons]
    chosen: list[Candidate] = []
    for candidate in [*first, *likely]:
        if len(chosen) == most:
            break
        if not any(repeats(candidate.text, other.text) for other in chosen):
            chosen.append(candidate)
    return chosen


def reasons_beside(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentence that gives the reason for the best one, where a reason is asked for and it gives none.

    It is the one before, where the best one points back ("Deshalb ..."); it then leads, as it does in the article.
    Otherwise it is the first of the one after and the one before that has a word of reason, or the one after.
    """
    best = candidates[0]
    points_back = POINTS_BACK.match(best.text) is not None
    if classify(question) is not QuestionType.REASON or (offers_reason(best.text) and not points_back):
        return []
    after, before = neighbour(best, candidates, 1), neighbour(best, candidates, -1)
    if points_back:
        return [before] if before else []
    beside = [candidate for candidate in (after, before) if candidate]
    return [candidate for candidate in beside if offers_reason(candidate.text)][:1] or beside[:1]


def neighbour(candidate: Candidate, candidates: Sequence[Candidate], step: int) -> Candidate | None:
    """Return the candidate that stands ``step`` sentences after another in its passage, if it can be quoted."""
    sentences = candidate.hit.passage.sentences
    place = sentences.index(candidate.sentence) + step
    if not 0 <= place < len(sentences):
        return None
    return next(
        (other for other in candidates if other.hit is candidate.hit and other.sentence == sentences[place]), None
    )


def repeats(text: str, other: str) -> bool:
    """Tell whether two sentences have nearly the same content words (Jaccard index)."""
    words, others = set(content_words(text)), set(content_words(other))
    return len(words & others) >= SAME_WORDS * len(words | others)


def cite(number: int, candidate: Candidate) -> Citation:
    """Return the citation of a sentence in its passage."""
    source = candidate.hit.passage.source
    return Citation(
        number=number,
        article_id=source.article_id,
        title=source.title,
        published=source.published,
        author=source.author,
        publisher=source.publisher,
        url=source.url,
        passage=candidate.hit.passage.text,
        quote=candidate.text,
        start=candidate.sentence.start,
        end=candidate.sentence.end,
    )


def refuse(
    question: str, standalone_question: str, candidates: Sequence[Candidate], *, confidence: float, language: str
) -> Answer:
    """Return an answer that says that the articles don't, with the best sentence of each of the nearest passages."""
    nearest: dict[Hit, Candidate] = {}
    for candidate in candidates:
        nearest.setdefault(candidate.hit, candidate)
    offered = sorted(nearest.values(), key=lambda candidate: -candidate.hit.score)[:NEAREST]
    citations = tuple(cite(number, candidate) for number, candidate in enumerate(offered, start=1))
    markers = " ".join(f"[{citation.number}]" for citation in citations)
    text = f"{REFUSAL[language]} {NEAREST_PASSAGES[language]} {markers}" if citations else REFUSAL[language]
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=text,
        statements=(),
        citations=citations,
        highlight=None,
        abstained=True,
        confidence=confidence,
    )


def one_line(quote: str) -> str:
    """Return a quote's words on one line, as a sentence of running text; the citation keeps them as they stand."""
    return " ".join(quote.split())


def join(statements: Sequence[Statement]) -> str:
    """Return the statements as running text, each followed by the markers of its citations."""
    return " ".join(f"{item.text} {' '.join(f'[{number}]' for number in item.citations)}" for item in statements)


def grow(answer: Answer) -> list[Answer]:
    """Return an answer as it is shown while it grows: first its evidence without text, then statement by statement."""
    counts = range(len(answer.statements))
    partial = [
        replace(answer, statements=answer.statements[:count], text=join(answer.statements[:count]), highlight=None)
        for count in counts
    ]
    return [*partial, answer] if partial else [replace(answer, text=""), answer]
