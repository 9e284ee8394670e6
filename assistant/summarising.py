"""What an article is about, or the articles on a matter: leading sentences, quoted in order.

News put what matters first, so the first sentence of an article and of its sections make a summary that is hard to
beat (the "lead" baseline of Nenkova 2005).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from assistant.citing import Quote, quote_sentence
from assistant.leaning import leans
from assistant.request import ARTICLE, ARTICLES
from vectorstore import Hit, Passage, Search, Sentence, Source, content_words, gram_text

STATEMENTS = 3
OPENING = 2
"""Sentences taken from the beginning of an article; the rest from the beginnings of its sections."""
TOPIC_ARTICLES = 3
NAMED_SHARE = 0.6
"""A title is meant if the question holds this share of its 4-grams."""
WHOLE_SHARE = 0.85
"""An article is meant if its title and file name hold this share of the question's 4-grams, and no other's does."""
CLEAR_LEAD = 0.5
"""An article is meant if its best passage is this far ahead of the next article's (standard deviations)."""
FRAME = re.compile(
    rf"\b(?:bitte|fass\w*|zusammen\w*|worum|um was|wovon|geht|ging|gehts|es|handelt|handeln|überblick|inhalt|"
    rf"thema|kurz|gib|mir|mal|"
    rf"summar\w+|sum|up|what|is|are|was|do|does|say|says|about|overview|give|me|"
    rf"steht|schreib\w*|sagt|sagen|berichte\w*|gesagt|wird|"
    rf"{ARTICLE}|{ARTICLES})\b",
    re.IGNORECASE,
)
WANTS_ARTICLE = re.compile(rf"\b{ARTICLE}\b", re.IGNORECASE)
WANTS_ARTICLES = re.compile(
    r"\b(?:(?:die|alle|eure|deine) artikel|artikeln|beiträgen?|meldungen|articles|stories)\b", re.IGNORECASE
)


def find_matter(question: str) -> str:
    """Return what a request for a summary is about: the question without the words that only ask for one."""
    return " ".join(FRAME.sub(" ", question).split()).strip(" ?!.,:;„“\"'»«") or question


def find_article(question: str, search: Search) -> Source | None:
    """Return the article that a question means though it doesn't name it: the clearly nearest; ``None`` otherwise."""
    best = best_by_article(search.hits)
    if not best:
        return None
    if len(best) == 1:
        return best[0].passage.source
    if WANTS_ARTICLES.search(question):
        return None
    clear = WANTS_ARTICLE.search(question) or best[0].score - best[1].score >= CLEAR_LEAD
    return best[0].passage.source if clear else None


def by_title(matter: str, sources: Sequence[Source]) -> Source | None:
    """Return the article whose title a text repeats, or whose title and file name hold all that the text names.

    ``None`` where there is none, or where several fit as well.
    """
    asked = set(gram_text(matter))
    if not asked:
        return None
    repeated = [source for source in sources if repeats_title(asked, source)]
    if repeated:
        return max(repeated, key=lambda source: len(asked & set(gram_text(source.title))))
    named = [(len(asked & set(gram_text(names_of(source)))) / len(asked), source) for source in sources]
    best = max((share for share, _ in named), default=0.0)
    fitting = [source for share, source in named if share == best]
    return fitting[0] if best >= WHOLE_SHARE and len(fitting) == 1 else None


def repeats_title(asked: set[str], source: Source) -> bool:
    """Tell whether a text's 4-grams hold most of an article's title, if that has several words."""
    title = set(gram_text(source.title))
    return len(content_words(source.title)) > 1 and len(asked & title) >= NAMED_SHARE * len(title)


def names_of(source: Source) -> str:
    """Return the title of an article with its file name as words."""
    return f"{source.title} {PurePath(source.article_id).stem.replace('-', ' ').replace('_', ' ')}"


def best_by_article(hits: Sequence[Hit]) -> list[Hit]:
    """Return the best hit of each article, best first."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.source.article_id, hit)
    return list(best.values())


def leading_quotes(passages: Sequence[Passage], *, most: int = STATEMENTS) -> list[Quote]:
    """Return an article's leading sentences in order: its first ones, and the first of its sections.

    Args:
        passages: all of one article, in order.
        most: sentences at most.
    """
    every = [(passage, item) for passage in passages for item in passage.sentences if item.quotable]
    chosen = every[:OPENING]
    openings = [pair for pair in section_openings(passages) if pair not in chosen and not leans(pair[0].quote(pair[1]))]
    others = [pair for pair in every if pair not in chosen and not leans(pair[0].quote(pair[1]))]
    for pair in (openings or others)[: most - len(chosen)]:
        chosen.append(pair)
    quotes: list[Quote] = []
    for passage, sentence in chosen[:most]:
        quotes.append(quote_sentence(passage, sentence, after=quotes))
    return quotes


def section_openings(passages: Sequence[Passage]) -> list[tuple[Passage, Sentence]]:
    """Return the first quotable sentence behind each heading, and of each passage where there is no heading."""
    openings = []
    for passage in passages:
        after_heading = passage.number > 0
        for sentence in passage.sentences:
            if sentence.quotable and after_heading:
                openings.append((passage, sentence))
            after_heading = not sentence.quotable
    return openings


def topic_quotes(hits: Sequence[Hit], *, most: int = STATEMENTS) -> list[Quote]:
    """Return the best sentence of the best passages on a matter: of several articles where there are."""
    quotes: list[Quote] = []
    for hit in [*best_by_article(hits)[:TOPIC_ARTICLES], *hits]:
        sentence = opening_of(hit)
        if len(quotes) < most and sentence and not any(quote.holds(hit.passage, sentence) for quote in quotes):
            quotes.append(quote_sentence(hit.passage, sentence, after=quotes))
    return quotes


def opening_of(hit: Hit) -> Sentence | None:
    """Return the sentence of a hit nearest to the question, that stands alone if possible."""
    pairs = zip(hit.passage.sentences, hit.sentence_similarities, strict=True)
    quotable = [(similarity, item) for item, similarity in pairs if item.quotable]
    alone = [pair for pair in quotable if not leans(hit.passage.quote(pair[1]))]
    best = max(alone or quotable, key=lambda pair: (pair[0], -pair[1].start), default=None)
    return best[1] if best else None
