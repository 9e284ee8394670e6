"""A story that several articles print: who speaks for it, and which passages only repeat what was said.

Of the copies of an article one speaks: the fullest. A passage of another that says nothing more stands behind the one
that said it first; an added paragraph stays. A passage that is the same to the letter, title included, isn't even
counted, so that however often an article is copied, every score stays as it was.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from vectorstore.index import RowId
from vectorstore.near_copies import (
    SHARE,
    CopyPairs,
    Text,
    connect,
    find_alike,
    find_near,
    normalise,
    size,
    without_dateline,
)
from vectorstore.passage import Passage, Source

LISTED = ("|", "-", "*", "•", "+")
"""How rows of tables and items of lists begin: what they say counts, though it can't be quoted alone."""
DIGEST_BYTES = 16
"""Of the hash of a text: that two of them share one by chance needs some 2^64 texts."""

SAME_TIME = timedelta(days=31)
"""Copies are printed within days; the same words a year later speak of another year."""

Targets = tuple[RowId | None, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a passage: its article's source, a hash of title and text, and its sentences, normalised.

    The sentences are those of the passage, in order; "" stands for one that says nothing, such as a heading or byline.
    """

    source: Source
    content: str
    sentences: Text


@dataclass(frozen=True, slots=True)
class Edition:
    """An article as it was read from one file: its passages in order."""

    source: Source
    rows: tuple[tuple[RowId, Known], ...]

    @property
    def text(self) -> Text:
        """The sentences of all passages."""
        return tuple(sentence for _, known in self.rows for sentence in known.sentences if sentence)


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that are copies of one another.

    ``members`` are their sources, the one that speaks first. ``duplicates`` are the passages that are the same to the
    letter as one of an earlier member, with that one. ``stand_ins`` are those that say nothing that earlier members
    don't, with the passages that say it first, sentence by sentence. ``copies`` are the other members that carry a
    passage, for those that stand for themselves.
    """

    members: tuple[Source, ...]
    duplicates: Mapping[RowId, RowId]
    stand_ins: Mapping[RowId, Targets]
    copies: Mapping[RowId, tuple[Source, ...]]


def learn(passage: Passage) -> Known:
    """Return what is kept of a passage."""
    quotable = any(sentence.quotable for sentence in passage.sentences)
    sentences: list[str] = []
    for sentence in passage.sentences:
        words = passage.quote(sentence)
        counts = sentence.quotable or not quotable or words.startswith(LISTED)
        said = normalise(words) if counts else ""
        sentences.append(said if any(sentences) or passage.number else without_dateline(said))
    return Known(passage.source, digest(f"{passage.source.title}\n{passage.text}"), tuple(sentences))


def digest(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def speaking_order(edition: Edition) -> tuple[int, int, date, str]:
    """Return a key that sorts the copies of an article: the first speaks.

    It is the fullest; then the one that tells date, outlet and author; then the earliest; then the first by its id.
    """
    source = edition.source
    told = sum(known is not None for known in (source.published, source.publisher, source.author))
    return -size(edition.text), -told, source.published or date.max, source.article_id


def tell(members: Sequence[Edition]) -> Story:
    """Work out what each of some copies says that those before it don't.

    Args:
        members: in the order in which they may speak.
    """
    first: dict[str, RowId] = {}  # by sentence, the passage that says it first
    contents: dict[str, RowId] = {}
    duplicates: dict[RowId, RowId] = {}
    stand_ins: dict[RowId, Targets] = {}
    says: dict[RowId, Text] = {}
    for member in members:
        said: dict[str, RowId] = {}
        for row, known in member.rows:
            says[row] = tuple(find_said(sentence, first) for sentence in known.sentences)
            targets = tuple(first.get(sentence) for sentence in says[row])
            if known.content in contents and contents[known.content].article_id != row.article_id:
                duplicates[row] = contents[known.content]
            elif any(says[row]) and all(
                target or not sentence for target, sentence in zip(targets, says[row], strict=True)
            ):
                stand_ins[row] = targets
            contents.setdefault(known.content, row)
            for sentence in filter(None, says[row]):
                said.setdefault(sentence, row)
        first = said | first
    sources = tuple(member.source for member in members)
    return Story(sources, duplicates, stand_ins, name_copies(members, says, duplicates, stand_ins))


def find_said(sentence: str, first: Mapping[str, RowId]) -> str:
    """Return the sentence in which something was said first: the same or nearly so; itself where it wasn't said."""
    if not sentence or sentence in first:
        return sentence
    return find_alike(sentence, find_near(sentence, first)) or sentence


def name_copies(
    members: Sequence[Edition],
    says: Mapping[RowId, Text],
    duplicates: Mapping[RowId, RowId],
    stand_ins: Mapping[RowId, Targets],
) -> dict[RowId, tuple[Source, ...]]:
    """Return for each passage that stands for itself the other members, by id, that carry most of it."""
    carried = {member.source: {sentence for row, _ in member.rows for sentence in says[row]} for member in members}
    copies = {}
    for row in (row for member in members for row, _ in member.rows if row not in duplicates and row not in stand_ins):
        own = size(says[row])
        same = {other.article_id for other, kept in duplicates.items() if kept == row}
        copies[row] = tuple(
            source
            for source, sentences in sorted(carried.items(), key=lambda pair: pair[0].article_id)
            if source.article_id != row.article_id
            and (source.article_id in same or 0 < SHARE * own <= size(tuple(filter(sentences.__contains__, says[row]))))
        )
    return copies


@dataclass(frozen=True, slots=True)
class Stories:
    """The stories of a collection, by the rows that tell each; what depends on texts that stay is taken over."""

    pairs: CopyPairs = field(default_factory=CopyPairs)
    told: Mapping[tuple[RowId, ...], Story] = field(default_factory=dict)
    by_article: Mapping[str, Story] = field(default_factory=dict)

    def renewed(self, known: Mapping[RowId, Known]) -> Stories:
        """Return the stories of a collection that has changed; these stay as they are.

        Args:
            known: what is known of each of its rows, by article, edition and number.
        """
        editions = find_editions(known)
        articles: dict[str, list[str]] = {}
        texts: dict[str, Text] = {}
        for article_id, edition in editions.items():
            if text := edition.text:
                key = digest("\n".join(text))
                texts[key] = text
                articles.setdefault(key, []).append(article_id)
        pairs = self.pairs.renewed(texts)
        alike = [*((key,) for key in articles if len(articles[key]) > 1), *pairs.pairs]
        printed = (find_printed([editions[name] for key in keys for name in articles[key]]) for keys in alike)
        told = {}
        for group in connect(itertools.chain.from_iterable(printed)):
            members = sorted(map(editions.__getitem__, group), key=speaking_order)
            rows = tuple(row for member in members for row, _ in member.rows)
            told[rows] = self.told.get(rows) or tell(members)
        return Stories(pairs, told, {source.article_id: story for story in told.values() for source in story.members})


def find_printed(editions: Iterable[Edition]) -> Iterator[tuple[str, str]]:
    """Yield which articles of the same text, or of two that are copies, were printed at the same time, pair by pair.

    What tells no date goes with the earliest.
    """
    known = sorted((edition.source.published or date.min, edition.source.article_id) for edition in editions)
    for (day, one), (later, other) in itertools.pairwise(known):
        if day == date.min or later - day <= SAME_TIME:
            yield one, other


def find_editions(known: Mapping[RowId, Known]) -> dict[str, Edition]:
    """Return each article by its id; of two editions, as a stopped run leaves them, the one that sorts last."""
    editions = {}
    for (article_id, _), rows in itertools.groupby(
        known.items(), key=lambda pair: (pair[0].article_id, pair[0].digest)
    ):
        passages = tuple(rows)
        editions[article_id] = Edition(passages[-1][1].source, passages)
    return editions
