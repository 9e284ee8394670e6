"""The list of articles as HTML, with what it is filtered by. Pure, as ``rendering``: every word is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.phrases import Language
from ui.article_rendering import short_title
from ui.escaping import escape, render_line, visible
from ui.wording import say, say_count, written_date, written_number

if TYPE_CHECKING:
    from assistant import Holding, Scope

ROWS_SHOWN = 200
"""Articles listed at once; who has more finds them by the filter. Thousands of rows make a phone slow."""
OUTLETS_OFFERED = 500
"""Outlets to choose from; more are found by their words."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are listed: those that name all words, those of an outlet, those of a span of dates."""

    words: str = ""
    outlet: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def only_dates(self) -> bool:
        """Whether nothing but a span of dates is asked for."""
        return bool((self.since or self.until) and not self.words.strip() and not self.outlet)

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered."""
        return not (self.since or self.until or self.words.strip() or self.outlet)


def read_filter(fields: Mapping[str, Any]) -> Filter:
    """Return the filter that a browser sent; what is no date, or no text, filters nothing."""
    words, outlet = (value if isinstance(value := fields.get(name), str) else "" for name in ("words", "outlet"))
    return Filter(words, outlet, _read_date(fields.get("since")), _read_date(fields.get("until")))


def choose_holdings(holdings: Iterable[Holding], chosen: Filter) -> list[Holding]:
    """Return what a filter leaves over, the newest first."""
    words = chosen.words.casefold().split()
    kept = [holding for holding in holdings if _fits(holding, chosen, words)]
    kept.sort(key=lambda holding: holding.source.article_id)
    kept.sort(key=lambda holding: holding.source.published or date.min, reverse=True)
    return kept


def render_filter(holdings: Sequence[Holding], *, language: Language = "de") -> str:
    """Return the fields by which the list is filtered, and the buttons that restrict the conversation to it."""
    outlets = sorted({_outlet(holding) for holding in holdings} - {""})
    options = "".join(f"<option>{escape(outlet)}</option>" for outlet in outlets[:OUTLETS_OFFERED])
    return (
        f'<form class="belegt-filter" role="search" aria-label="{escape(say("filter", language))}">'
        f"{_field('words', 'search', language)}"
        f'<label>{escape(say("outlet", language))}<select name="outlet">'
        f'<option value="">{escape(say("all_outlets", language))}</option>{options}</select></label>'
        f"{_field('since', 'date', language)}{_field('until', 'date', language)}"
        f'<div class="belegt-restrict"><button type="button" class="belegt-button belegt-restrict-button" disabled>'
        f"{escape(say('restrict', language))}</button>"
        f'<button type="reset" class="belegt-button">{escape(say("reset", language))}</button></div></form>'
    )


def render_list(
    chosen: Sequence[Holding],
    *,
    of: int,
    uploaded: Callable[[str], bool] = lambda article_id: False,
    language: Language = "de",
) -> str:
    """Return the list of articles: a box to tick, title, outlet, date, passages.

    Args:
        chosen: what the filter left over, in its order.
        of: how many there are in all.
        uploaded: whether an article was uploaded.
        language: of the page.
    """
    if not of:
        return render_line(say("no_articles", language))
    count = say("listed", language, count=written_number(len(chosen), language), total=written_number(of, language))
    rows = "".join(_row(holding, uploaded(holding.source.article_id), language) for holding in chosen[:ROWS_SHOWN])
    rest = len(chosen) - ROWS_SHOWN
    more = render_line(say("more_filter", language, count=written_number(rest, language))) if rest > 0 else ""
    return f'<p class="belegt-quiet" role="status">{escape(count)}</p><ul class="belegt-list">{rows}</ul>{more}'


def render_scope(scope: Scope, titles: Mapping[str, str], *, language: Language = "de") -> str:
    """Return a line that says which articles are asked, with a button that asks all again; nothing where all are."""
    if scope.everything:
        return ""
    parts = []
    if scope.articles:
        one = titles.get(scope.articles[0]) if len(scope.articles) == 1 else None
        many = say_count("scope_articles", len(scope.articles), language)
        parts.append(say("quoted", language, text=short_title(one, language)) if one else many)
    if scope.since:
        parts.append(say("scope_since", language, day=written_date(scope.since, language)))
    if scope.until:
        parts.append(say("scope_until", language, day=written_date(scope.until, language)))
    line = say("scope", language, what=" · ".join(parts))
    return (
        f'<div class="belegt-scope"><span>{escape(line)}</span>'
        f'<button type="button" class="belegt-button belegt-unrestrict">'
        f"{escape(say('scope_all', language))}</button></div>"
    )


def _field(name: str, kind: str, language: Language) -> str:
    """Return a field of the filter with its label."""
    label = escape(say(f"filter_{name}", language))
    return f'<label>{label}<input type="{kind}" name="{name}" maxlength="200"></label>'


def _row(holding: Holding, uploaded: bool, language: Language) -> str:  # noqa: FBT001 - a row's own fact
    """Return one article of the list."""
    source = holding.source
    title = escape(short_title(source.title, language))
    known = [
        visible(source.publisher or ""),
        written_date(source.published, language),
        say_count("passages", holding.passages, language),
        say("uploaded", language) if uploaded else "",
    ]
    article_id = escape(source.article_id)
    select = escape(say("select", language, title=short_title(source.title, language)))
    return (
        f'<li><input type="checkbox" class="belegt-select" data-article="{article_id}" aria-label="{select}">'
        f'<div><button type="button" class="belegt-open-article" data-article="{article_id}">{title}</button>'
        f'<p class="belegt-source">{" · ".join(escape(part) for part in known if part)}</p></div></li>'
    )


def _fits(holding: Holding, chosen: Filter, words: Sequence[str]) -> bool:
    """Return whether an article passes the filter; one without a date lies outside of every span."""
    source = holding.source
    if chosen.outlet and _outlet(holding) != chosen.outlet:
        return False
    if (chosen.since or chosen.until) and source.published is None:
        return False
    if source.published and not (chosen.since or date.min) <= source.published <= (chosen.until or date.max):
        return False
    told = " ".join(filter(None, (source.title, source.publisher, source.author, source.article_id))).casefold()
    return all(word in told for word in words)


def _outlet(holding: Holding) -> str:
    """Return an outlet as a browser sends it back when it is chosen: without spaces around it or doubled in it."""
    return " ".join(visible(holding.source.publisher or "").split())


def _read_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
