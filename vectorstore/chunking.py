"""Articles to passages of whole sentences, because that is what is searched, embedded and shown around a quote.

Each passage ends where it costs least: near the target length, rather before a heading than after a paragraph, rather
there than inside one. The passages of an article rejoin to its text, white space included.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from vectorstore.passage import Article, Passage, Sentence
from vectorstore.sentences import Block, sentences_by_block

LIMIT = 1600  # characters, about 400 word pieces of German: the embedding model reads 512
TARGET = 1000  # characters: one topic; longer passages blur the vector, shorter ones lose the context
TINY = 200  # characters: a remainder below it is no topic of its own
HEADING_LENGTH = 160  # characters; a line beyond it that can't be quoted is no heading

# What a break costs, in target lengths: a passage may be a quarter shorter to end at a heading, not at a paragraph.
BEFORE_HEADING = 0.0
AFTER_PARAGRAPH = 0.25
AFTER_ITEM = 0.5
INSIDE_PARAGRAPH = 1.0
AFTER_HEADING = 5.0  # dearer than any length: a heading goes with what follows it
NOTHING_TO_QUOTE = 2.0
TINY_REST = 0.5


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence and what a break before it costs."""

    sentence: Sentence
    cost: float


def split_article(article: Article, *, target: int = TARGET, limit: int = LIMIT) -> tuple[Passage, ...]:
    """Cut an article into passages of whole sentences, which rejoin to its text.

    ``target`` is the length in characters that passages come near to, ``limit`` the one they never exceed; only a
    sentence longer than that is cut, and only white space after a lone sentence may go beyond. A text up to the limit
    stays whole. An empty text gives no passage, white space alone one without a sentence.
    Raises ValueError unless 1 <= ``target`` <= ``limit``.
    """
    if not 1 <= target <= limit:
        raise ValueError(f"target ({target}) must lie between 1 and limit ({limit})")
    text = article.text
    if not text:
        return ()
    pieces = list(_pieces(text, limit))
    if len(text) <= limit or not pieces:
        groups = [tuple(piece.sentence for piece in pieces)]
    else:
        groups = _merged(list(_groups(pieces, len(text), target, limit)), len(text), limit)
    starts = [0, *(group[0].start for group in groups[1:]), len(text)]
    return tuple(
        Passage(article.source, number, start, end, text[start:end], _on_pages(group, article.page_starts))
        for number, (group, (start, end)) in enumerate(zip(groups, pairwise(starts), strict=True))
    )


def _on_pages(group: tuple[Sentence, ...], page_starts: tuple[int, ...]) -> tuple[Sentence, ...]:
    """Return the sentences with the page on which each begins, where there are pages."""
    if not page_starts:
        return group
    return tuple(replace(item, page=max(1, bisect_right(page_starts, item.start))) for item in group)


def _pieces(text: str, limit: int) -> Iterator[_Piece]:
    """Yield the sentences of a text, the overlong ones cut, each with the cost of a break before it."""
    after_heading = False
    for block, sentences in sentences_by_block(text):
        heading = _is_heading(block, sentences)
        if after_heading:
            cost = AFTER_HEADING
        elif heading:
            cost = BEFORE_HEADING
        else:
            cost = AFTER_ITEM if block.kind == "item" else AFTER_PARAGRAPH
        for sentence in sentences:
            for part in _cut(text, sentence, limit):
                yield _Piece(part, cost)
                cost = INSIDE_PARAGRAPH
        after_heading = heading


def _is_heading(block: Block, sentences: tuple[Sentence, ...]) -> bool:
    """Tell a heading, marked as one or a lone short line; bylines and dates go with what follows as well."""
    short = block.kind == "paragraph" and block.end - block.start <= HEADING_LENGTH
    return block.kind == "heading" or (short and not any(sentence.quotable for sentence in sentences))


def _cut(text: str, sentence: Sentence, limit: int) -> Iterator[Sentence]:
    """Cut a sentence longer than the limit at white space, or hard where there is none."""
    start = sentence.start
    while sentence.end - start > limit:
        words = text[start : start + limit + 1].rsplit(None, 1)
        kept = words[0] if len(words) > 1 else text[start : start + limit].rstrip()
        yield Sentence(start, start + len(kept), sentence.quotable)
        start += len(kept)
        while text[start].isspace():
            start += 1
    yield Sentence(start, sentence.end, sentence.quotable)


def _groups(pieces: list[_Piece], length: int, target: int, limit: int) -> Iterator[tuple[Sentence, ...]]:
    """Yield the sentences of each passage: from where the last one ended to where it costs least to end."""
    first = 0
    while first < len(pieces):
        start = pieces[first].sentence.start if first else 0
        best, least = first + 1, float("inf")
        quotable = False
        for number in range(first, len(pieces)):
            quotable = quotable or pieces[number].sentence.quotable
            last = number + 1 == len(pieces)
            end = length if last else pieces[number + 1].sentence.start
            if end - start > limit:
                break
            cost = abs(end - start - target) / target + (BEFORE_HEADING if last else pieces[number + 1].cost)
            cost += (not quotable) * NOTHING_TO_QUOTE + (0 < length - end < TINY) * TINY_REST
            if cost <= least:
                best, least = number + 1, cost
        yield tuple(piece.sentence for piece in pieces[first:best])
        first = best


def _merged(groups: list[tuple[Sentence, ...]], length: int, limit: int) -> list[tuple[Sentence, ...]]:
    """Join tiny passages, and those with nothing to quote, to a neighbour that has room."""
    merged: list[tuple[Sentence, ...]] = []
    start = 0  # of the last merged passage
    for number, group in enumerate(groups):
        end = groups[number + 1][0].start if number + 1 < len(groups) else length
        crumb = bool(merged) and (_is_crumb(merged[-1]) or _is_crumb(group))
        if crumb and end - start <= limit:
            merged[-1] += group
        else:
            merged.append(group)
            start = group[0].start if number else 0
    return merged


def _is_crumb(group: tuple[Sentence, ...]) -> bool:
    return group[-1].end - group[0].start < TINY or not any(sentence.quotable for sentence in group)
