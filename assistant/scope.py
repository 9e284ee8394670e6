"""The articles of which a question is asked: some of them, those of a span of dates, or all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vectorstore import BelegtError, Source

MOST_ARTICLES = 10_000
"""Articles that a scope from outside may name, half a megabyte; whoever wants more names dates or leaves all."""
LONGEST_ID = 4096
"""Characters of an article's id, which is a path: the longest that Linux knows."""
LONGEST_DATE = 10
"""Characters of a date in ISO form."""


class ScopeError(BelegtError):
    """A scope is none: of the wrong form, too large, or its dates are in the wrong order."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question is asked of: some of them, those of a span of dates, or all.

    Args:
        articles: article ids; none means all. An id that no article has holds nothing.
        since: the first day of the span, itself included; ``None`` where it has no beginning.
        until: the last day of the span, itself included; ``None`` where it has no end.

    An article that tells no date lies outside of every span.

    Raises:
        ScopeError: ``since`` lies after ``until``.
    """

    articles: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ScopeError(f"the span of dates ends ({self.until}) before it begins ({self.since}); swap the dates")

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.articles and self.since is None and self.until is None

    def holds(self, source: Source) -> bool:
        """Tell whether an article lies inside."""
        return (not self.articles or source.article_id in self.articles) and self._spans(source.published)

    def choose(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """Return the articles that lie inside, in the order given; quick however many ids there are."""
        named = frozenset(self.articles)
        return tuple(
            source for source in sources if (not named or source.article_id in named) and self._spans(source.published)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the scope as plain values that JSON can hold; dates in ISO form."""
        days = {"since": self.since, "until": self.until}
        return {
            "articles": list(self.articles),
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }

    @classmethod
    def from_dict(cls, fields: object) -> Scope:
        """Return the scope that ``to_dict`` took apart, also from a browser that may have sent anything.

        What is left out is not restricted; what is not understood is an error rather than no restriction.

        Raises:
            ScopeError: the fields are not those of a scope; one line.
        """
        if not isinstance(fields, Mapping) or not set(fields) <= {"articles", "since", "until"}:
            raise ScopeError("a scope has the fields articles, since and until, and no others")
        return cls(
            articles=read_articles(fields.get("articles")),
            since=read_day(fields.get("since"), "since"),
            until=read_day(fields.get("until"), "until"),
        )

    def _spans(self, day: date | None) -> bool:
        """Tell whether a day lies in the span of dates."""
        if self.since is None and self.until is None:
            return True
        return day is not None and (self.since or date.min) <= day <= (self.until or date.max)


def read_articles(given: object) -> tuple[str, ...]:
    """Return article ids from plain values, each once, in order.

    Raises:
        ScopeError: they are no list of ids, or too many.
    """
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        raise ScopeError("the articles of a scope are a list of article ids")
    if len(given) > MOST_ARTICLES:
        raise ScopeError(f"a scope names {len(given):,} articles; at most {MOST_ARTICLES:,} can be named")
    if not all(isinstance(item, str) and 0 < len(item) <= LONGEST_ID for item in given):
        raise ScopeError(f"an article id of a scope is no text of 1 to {LONGEST_ID:,} characters")
    return tuple(dict.fromkeys(given))


def read_day(given: object, name: str) -> date | None:
    """Return a date from its ISO form; ``None`` and "" are none.

    Raises:
        ScopeError: it is no date.
    """
    if given is None or given == "":
        return None
    if isinstance(given, str) and len(given) == LONGEST_DATE:
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise ScopeError(f"{name} of a scope is no date; write for example 2025-02-24")
