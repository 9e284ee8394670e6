"""Answers that are more than the sentences found: comparisons, summaries, and what is asked about the articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer import Answer, Verdict
from assistant.bibliography import MOST_LISTED, describe_article, find_subject, list_articles, on_matter, opening_quote
from assistant.citing import cite_quotes, join
from assistant.collection import Collection
from assistant.comparing import Side, best_for, weigh_sides
from assistant.confidence import THRESHOLD
from assistant.notes import note_dates
from assistant.phrases import Language, occasion, phrase
from assistant.quoting import estimate_answerable, quote_all
from assistant.refusing import refuse
from assistant.request import is_yes_no
from assistant.sentence_ranking import rank_sentences
from assistant.summarising import STATEMENTS, by_title, find_article, find_matter, leading_quotes, topic_quotes
from vectorstore import Search, Source, guess_language

NEAREST_SHARE = 0.3
"""The article found first is meant if it holds this share of the weight of a matter's words."""
SURE = 0.9
"""Confidence in what an article tells of itself, once it is clear which one is meant."""


def compare(
    question: str, standalone_question: str, search: Search, sides: Sequence[Side], *, refuse_below: float, today: date
) -> Answer:
    """Answer a comparison with a quote for each side; what is found for neither is refused.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: what was found for the question as a whole.
        sides: the two things compared, searched and read.
        refuse_below: the probability that the articles answer, 0 to 1, below which a side is taken to be missing.
        today: decides what an old article is.
    """
    language = guess_language(question)
    found = [(side, best_for(side, refuse_below=refuse_below)) for side in sides]
    best = [candidate for _, candidate in found if candidate]
    if not best:
        candidates = rank_sentences(standalone_question, search)
        sure = 1 - estimate_answerable(standalone_question, search)
        return refuse(question, standalone_question, search, candidates, confidence=max(sure, 0.5))
    quotes = quote_all(best)
    statements, citations = cite_quotes(quotes)
    verdict = weigh_sides(question, found) if is_yes_no(question) else None
    missing = [side.name for side, candidate in found if not candidate]
    lead = choose_lead(verdict, missing, language, several=len(quotes) > 1, restricted=search.restricted)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements, lead=lead),
        statements=statements,
        citations=citations,
        highlight=None,
        abstained=False,
        confidence=min(candidate.probability for candidate in best),
        notes=tuple(note_dates(citations, today, language)),
        lead=lead,
        verdict=verdict,
    )


def choose_lead(
    verdict: Verdict | None, missing: Sequence[str], language: Language, *, several: bool, restricted: bool
) -> str:
    """Return our own words before the quotes of a comparison."""
    if verdict:
        return phrase(verdict, language)
    if missing:
        return phrase(occasion("half a comparison", chosen=restricted), language, missing=missing[0])
    return phrase("comparison", language) if several else ""


def summarise(
    question: str, standalone_question: str, search: Search, collection: Collection, *, refuse_below: float = THRESHOLD
) -> Answer:
    """Answer what an article is about with its leading sentences, or what the articles say on a matter.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: what was found for the matter.
        collection: holds the articles.
        refuse_below: the probability that the articles treat the matter, 0 to 1, below which they are taken not to.
    """
    language = guess_language(question)
    matter = find_matter(standalone_question)
    named = by_title(matter, collection.articles())
    sure = 1.0 if named else estimate_answerable(matter, search)
    if sure < refuse_below:
        candidates = rank_sentences(matter, search)
        return refuse(question, standalone_question, search, candidates, confidence=1 - sure)
    article = named or find_article(standalone_question, search)
    if article:
        quotes = leading_quotes(collection.article_passages(article.article_id), most=STATEMENTS)
        lead = phrase("summary", language, title=article.title)
    else:
        treating = on_matter(matter, search)
        hits = [hit for hit in search.hits if hit.passage.source in treating] or search.hits
        quotes, lead = topic_quotes(hits), phrase(occasion("topic", chosen=search.restricted), language)
    statements, citations = cite_quotes(quotes)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements, lead=lead),
        statements=statements,
        citations=citations,
        highlight=None,
        abstained=False,
        confidence=max(sure, 0.5),
        lead=lead,
    )


def tell_metadata(question: str, standalone_question: str, search: Search, collection: Collection) -> Answer:
    """Answer who wrote an article, when or where it appeared.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: what was found for the matter of the article.
        collection: holds the articles.
    """
    subject = find_subject(standalone_question)
    article = by_title(subject, collection.articles())
    source = article or find_nearest(subject, search, language=guess_language(question))
    passages = collection.article_passages(source.article_id) if source else ()
    if not source or not passages:
        candidates = rank_sentences(standalone_question, search)
        return refuse(question, standalone_question, search, candidates, confidence=SURE)
    return describe_article(question, standalone_question, source, opening_quote(passages[0]), confidence=SURE)


def find_nearest(subject: str, search: Search, *, language: Language) -> Source | None:
    """Return the article that a matter means: the one found first if it holds enough of its words, or who does."""
    treating = on_matter(subject, search, language=language, least=NEAREST_SHARE)
    first = search.hits[0].passage.source if search.hits else None
    return first if first in treating else next(iter(treating), None)


def newest_first(sources: Sequence[Source]) -> list[Source]:
    """Return articles by date, newest first; those without a date keep to the end."""
    return sorted(sources, key=lambda source: source.published or date.min, reverse=True)


def tell_catalogue(question: str, standalone_question: str, search: Search, collection: Collection) -> Answer:
    """Answer which articles there are: all of them, or those on a matter.

    Args:
        question: as asked.
        standalone_question: as searched.
        search: what was found for the matter.
        collection: holds the articles.
    """
    subject = find_subject(standalone_question)
    if subject:
        sources: Sequence[Source] = newest_first(on_matter(subject, search, language=guess_language(question)))
    else:
        sources = collection.speakers()
    if not sources:
        candidates = rank_sentences(standalone_question, search)
        return refuse(question, standalone_question, search, candidates, confidence=SURE)
    openings = [opening_quote(collection.article_passages(item.article_id)[0]) for item in sources[:MOST_LISTED]]
    return list_articles(
        question,
        standalone_question,
        sources,
        openings,
        language=guess_language(question),
        confidence=SURE,
        restricted=search.restricted,
    )
