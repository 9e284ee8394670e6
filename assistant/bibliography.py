"""Questions about the articles themselves: who wrote one, when and where it appeared, which there are on a matter.

Answered from the articles' metadata; the citation opens the article at its first sentence. What an article doesn't
tell of itself is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Statement
from assistant.citing import Quote, cite, join
from assistant.phrases import Language, name, occasion, phrase, write_date
from assistant.refusing import is_held
from assistant.request import ARTICLE, ARTICLES, OUTLET
from vectorstore import Passage, Search, Sentence, Source, content_words, gram_text, guess_language

MOST_LISTED = 12
ON_THE_MATTER = 0.5
"""An article is on a matter if its passages found, with its title, hold this share of the weight of its words."""
NEAR_THE_BEST = 0.8
"""The same, of the share of the article that holds most."""
AUTHOR = re.compile(
    r"\b(?:wer|who|von wem|by whom|autor\w*|verfass\w*|author\w*|byline|geschrieben|wrote|written by)\b", re.IGNORECASE
)
WHEN = re.compile(
    r"\b(?:wann|when|datum|date|tag|day|wie alt|how old|aktuell|recent|erscheinungsdatum|"
    r"veröffentlichungsdatum)\b",
    re.IGNORECASE,
)
WHERE = re.compile(rf"\b(?:{OUTLET}|wo|where|woher|from)\b", re.IGNORECASE)
TITLE = re.compile(r"\b(?:titel|title|überschrift|headline|heißt|called)\b", re.IGNORECASE)
ABOUT_ARTICLES = re.compile(
    rf"\b(?:wer|wann|wo|woher|who|when|where|which|welche[rsmn]?|was|what|wie ?viele|how many|hat|haben|habt|hast|"
    rf"ihr|sie|du|gibt|es|"
    rf"sind|ist|war|is|are|was|were|the|there|has|have|do|does|did|you|geschrieben|schrieb|verfasst\w*|autor\w*|"
    rf"erschien\w*|"
    rf"veröffentlicht\w*|publiziert|published?|appear\w*|written|wrote|author|stammt|stammen|handeln|handelt|"
    rf"behandeln|befassen|"
    rf"beschäftigen|deal|cover\w*|mention\w*|report\w*|berichte\w*|datum|date|by|in|der|die|das|den|dem|des|"
    rf"zu[mr]?|über|von|vom|"
    rf"on|about|of|all|alle|zeig\w*|nenn\w*|list\w*|show|give|me|mir|sich|mit|dass|that|um|geht|gehen|sammlung|"
    rf"collection|insgesamt|total|overall|altogether|titel|title|called|heißt|überschrift|headline|welchen|"
    rf"darüber|zeitung\w*|{OUTLET}|{ARTICLE}|{ARTICLES})\b",
    re.IGNORECASE,
)


def find_subject(question: str) -> str:
    """Return the matter that a question about articles names; empty where it names none."""
    return " ".join(ABOUT_ARTICLES.sub(" ", question).split()).strip(" ?!.,:;„“\"'»«")


def describe_article(
    question: str, standalone_question: str, article: Source, opening: Quote, *, confidence: float
) -> Answer:
    """Answer who wrote an article, when or where it appeared; an abstention where it doesn't tell.

    Args:
        question: as asked; its language is spoken.
        standalone_question: as searched.
        article: the article meant.
        opening: its first sentence.
        confidence: the probability that it is the article meant, 0 to 1.
    """
    language = guess_language(question)
    said, known = tell(standalone_question, article, language)
    statements = (Statement(said, (1,)),) if known else ()
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements) if known else f"{said} [1]",
        statements=statements,
        citations=(cite(1, opening),),
        highlight=None,
        abstained=not known,
        confidence=confidence,
        lead="" if known else said,
    )


def tell(question: str, article: Source, language: Language) -> tuple[str, bool]:
    """Return what an article tells of itself, and whether it tells what was asked for."""
    if TITLE.search(question):
        return phrase("title", language, title=article.title), True
    asked = {"author": AUTHOR, "date": WHEN, "outlet": WHERE}
    wanted = [name for name, pattern in asked.items() if pattern.search(question)] or ["outlet"]
    if "date" in wanted and "author" not in wanted:
        wanted = ["date"]
    elif "outlet" in wanted and re.search(rf"\b{OUTLET}\b", question, re.IGNORECASE):
        wanted = ["outlet"]
    told = {
        "author": article.author,
        "date": article.published and write_date(article.published, language),
        "outlet": article.publisher,
    }
    keys = {"author": "wrote", "date": "appeared", "outlet": "outlet"}
    names = {"author": "author", "date": "day", "outlet": "publisher"}
    known = [
        phrase(keys[name], language, title=article.title, **{names[name]: told[name]}) for name in wanted if told[name]
    ]
    if known:
        return " ".join(known), True
    return phrase(f"unknown {wanted[0]}", language, title=article.title), False


def list_articles(
    question: str,
    standalone_question: str,
    sources: Sequence[Source],
    openings: Sequence[Quote],
    *,
    language: Language,
    confidence: float,
    restricted: bool = False,
) -> Answer:
    """Answer which articles there are: the titles with where and when they appeared.

    Args:
        question: as asked.
        standalone_question: as searched.
        sources: all articles meant, the most relevant first.
        openings: the first sentences of those that are listed.
        language: of our words.
        confidence: the probability that these are all, 0 to 1.
        restricted: whether only chosen articles were asked.
    """
    shown = sources[: len(openings)]
    citations = tuple(cite(number, quote) for number, quote in enumerate(openings, start=1))
    statements = tuple(Statement(name(source, language), (number,)) for number, source in enumerate(shown, start=1))
    key = "one article" if len(sources) == 1 else "articles"
    if not find_subject(question):
        key = "one article in all" if len(sources) == 1 else "number of articles"
    lead = phrase(occasion(key, chosen=restricted), language, count=len(sources))
    more = len(sources) - len(shown)
    notes = (phrase("more articles", language, count=more),) if more else ()
    return Answer(
        question=question,
        standalone_question=standalone_question,
        text=join(statements, lead=lead),
        statements=statements,
        citations=citations,
        highlight=None,
        abstained=False,
        confidence=confidence,
        notes=notes,
        lead=lead,
    )


def on_matter(
    subject: str, search: Search, *, language: Language | None = None, least: float | None = None
) -> list[Source]:
    """Return the articles on a matter, those that hold most of its words first.

    Args:
        subject: the matter, some words.
        search: what was found for it, or for the question that names it.
        language: of the question, which tells more than some of its words; by default guessed from these.
        least: share of the weight of its words, 0 to 1; by default half, and nearly as much as any article holds.
    """
    spoken = language or guess_language(subject)
    texts: dict[str, list[Passage]] = {}
    for hit in search.hits:
        texts.setdefault(hit.passage.source.article_id, []).append(hit.passage)
    shares = [(share_held(subject, search, passages, spoken), passages[0].source) for passages in texts.values()]
    best = max((share for share, _ in shares), default=0.0)
    enough = max(ON_THE_MATTER, NEAR_THE_BEST * best) if least is None else least
    kept = [(share, source) for share, source in shares if share >= enough]
    return [source for _, source in sorted(kept, key=lambda pair: -pair[0])]


def share_held(subject: str, search: Search, passages: Sequence[Passage], language: Language) -> float:
    """Return the weight of a matter's words that an article's passages and title hold, as a share of all.

    In an article of the other language only the words count that are the same in both.
    """
    text = "\n".join([passages[0].source.title, *(passage.text for passage in passages)])
    foreign = guess_language(text) != language
    asked = set(content_words(subject))
    terms = [term for term in search.terms if term.word in asked and (term.portable or not foreign)]
    grams = set(gram_text(text))
    held = sum(term.weight for term in terms if is_held(term, grams))
    return held / (sum(term.weight for term in terms) or 1.0)


def opening_quote(passage: Passage, sentence: Sentence | None = None) -> Quote:
    """Return a passage's first sentence that can be quoted, or all of the passage where there is none."""
    first = sentence or next((item for item in passage.sentences if item.quotable), None)
    return Quote(passage, first.start, first.end) if first else Quote(passage, passage.start, passage.end)
