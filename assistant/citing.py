"""Sentences become statements with citations: each with the sentences it leans on, quoted as they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Citation, Statement
from assistant.leaning import lead_in
from vectorstore import Passage, Sentence

_ITEM = re.compile(r"^[-*•]\s+(?=\w)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of whole sentences of a passage, offsets counted in its article."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words, verbatim."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]

    @property
    def page(self) -> int | None:
        """The page on which it begins, where its article has pages."""
        return next((item.page for item in self.passage.sentences if item.start >= self.start), None)

    def holds(self, passage: Passage, sentence: Sentence) -> bool:
        """Tell whether a sentence stands in it."""
        same = passage.source.article_id == self.passage.source.article_id
        return same and self.start <= sentence.start and sentence.end <= self.end


def quote_sentence(passage: Passage, sentence: Sentence, *, after: Sequence[Quote] = ()) -> Quote:
    """Return a sentence as a quote, with those before it that it leans on.

    Args:
        passage: in which it stands.
        sentence: one of its sentences.
        after: what has been quoted already; a sentence that stands there is not brought along again.
    """
    before = [item for item in lead_in(passage, sentence) if not any(quote.holds(passage, item) for quote in after)]
    return Quote(passage, before[0].start if before else sentence.start, sentence.end)


def cite_quotes(quotes: Sequence[Quote]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return quotes as numbered citations, and a statement on each."""
    citations = tuple(cite(number, quote) for number, quote in enumerate(quotes, start=1))
    return tuple(Statement(one_line(item.quote), (item.number,)) for item in citations), citations


def cite(number: int, quote: Quote) -> Citation:
    """Return the citation of a quote."""
    source = quote.passage.source
    return Citation(
        number=number,
        article_id=source.article_id,
        title=source.title,
        published=source.published,
        author=source.author,
        publisher=source.publisher,
        url=source.url,
        passage=quote.passage.text,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        page=quote.page,
        also_in=tuple(other.publisher or other.title for other in quote.passage.copies),
    )


def one_line(quote: str) -> str:
    """Return a quote's words on one line, as a sentence of running text; the citation keeps them as they stand.

    The mark of a list item at the beginning goes: a row of a table reads "Jahr: 2024; Umsatz: 4,9 Millionen Euro".
    """
    return _ITEM.sub("", " ".join(quote.split()))


def join(statements: Sequence[Statement], *, lead: str = "") -> str:
    """Return the statements as running text, each followed by the markers of its citations, after our own words."""
    said = [f"{item.text} {' '.join(f'[{number}]' for number in item.citations)}" for item in statements]
    return " ".join([lead, *said] if lead else said)
