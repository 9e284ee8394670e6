"""The collection as HTML: an article with what cleaning took out of it, and how far an upload is.

Pure, as ``rendering``, whose :func:`escape` every word of an article, a file's name or an error passes here, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.phrases import Language
from ui.rendering import escape, is_web_address, render_line, render_text, visible
from ui.wording import language_name, say, say_count, written_date, written_number

if TYPE_CHECKING:
    from assistant import Article, Holding, Progress, Report, Source

CHOICES_OFFERED = 2_000
"""Articles to choose from; the browser holds and filters them all."""
NAME_LENGTH = 120
"""Characters of an article's name in the list; a longer one pushes its outlet and date out of sight."""
TEXT_SHOWN = 200_000
"""Characters shown of one text, a hundred printed pages; with megabytes more a browser stands still."""
PARTS_SHOWN = 500
"""Parts shown of what cleaning removed; an export of a forum may have tens of thousands."""
FAILURES_NAMED = 20
"""Unreadable files named after an upload; a folder of a thousand scans should not push the page away."""
MEGABYTE = 1_000_000


def article_choices(holdings: Iterable[Holding], *, language: Language = "de") -> list[tuple[str, str]]:
    """Return the newest articles to choose from, each with its id: title, outlet, date; those alike with their file."""
    newest = sorted((item.source for item in holdings), key=lambda source: source.article_id)
    newest.sort(key=lambda source: source.published or date.min, reverse=True)
    names = [(_name(source, language), source.article_id) for source in newest[:CHOICES_OFFERED]]
    alike = Counter(name for name, _ in names)
    return [(f"{name} · {visible(article_id)}" if alike[name] > 1 else name, article_id) for name, article_id in names]


def render_article(article: Article, holding: Holding | None, *, language: Language = "de") -> str:
    """Return an article: what is known of it, its cleaned text, and what cleaning took out.

    ``holding`` is ``None`` where it is no longer in the collection.
    """
    title = escape(article.source.title.strip() or say("untitled", language))
    label = escape(say("text", language))
    return (
        f'<article class="belegt-article" aria-label="{title}"><h3>{title}</h3>'
        f"{_facts(article, holding, language)}"
        f'<div class="belegt-passage belegt-text" tabindex="0" role="group" aria-label="{label}">'
        f"{_long_text(article.text, language)}</div>{_removed(article.removed, language)}</article>"
    )


def render_progress(progress: Progress | None, *, language: Language = "de") -> str:
    """Return how far an upload is: a bar, files, passages, rate, time left; ``None`` before anything is known."""
    heading = escape(say("adding", language))
    share = f' value="{progress.share:.3f}"' if progress else ""
    line = escape(describe_progress(progress, language)) if progress else ""
    return (
        f'<div class="belegt-upload"><p><strong>{heading} …</strong></p>'
        f'<progress max="1"{share} aria-label="{heading}"></progress>'
        f'<p class="belegt-quiet">{line}</p></div>'
    )


def describe_progress(progress: Progress, language: Language) -> str:
    """Return how far an upload is in words: "3 von 12 Dateien · 310 Stellen · 25,1 Stellen/s · noch etwa 0:42"."""
    done = progress.articles + progress.failed
    parts = [
        say("files_done", language, done=done, total=progress.of_articles),
        say_count("passages", progress.passages, language),
    ]
    if progress.failed:
        parts.append(say_count("unreadable", progress.failed, language))
    if progress.rate:
        parts.append(say("rate", language, rate=written_number(progress.rate, language, decimals=1)))
    if progress.seconds_left is not None:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(say("time_left", language, time=f"{minutes}:{seconds:02d}"))
    return " · ".join(parts)


def render_summary(report: Report, *, files: int, language: Language = "de") -> str:
    """Return what an upload of so many files did, and every file that could not be read with its reason."""
    named = "".join(f"<li>{escape(line)}</li>" for line in report.failed[:FAILURES_NAMED])
    rest = len(report.failed) - FAILURES_NAMED
    named += f"<li>{escape(say('more', language, count=rest))}</li>" if rest > 0 else ""
    return (
        f'<div class="belegt-upload" role="status"><p><strong>{escape(summarise(report, files, language))}</strong></p>'
        f"{f'<ul>{named}</ul>' if named else ''}</div>"
    )


def summarise(report: Report, files: int, language: Language) -> str:
    """Return what an upload did in one line: "2 Artikel aufgenommen (14 Stellen), 1 nicht lesbar."."""
    added = say_count("added", report.indexed, language) if report.indexed else say("added_none", language)
    parts = [f"{added} ({say_count('passages', report.passages, language)})" if report.indexed else added]
    if report.failed:
        parts.append(say_count("unreadable", len(report.failed), language))
    left_out = files - report.indexed - len(report.failed)
    if report.stopped and left_out > 0:
        parts.append(say_count("not_added", left_out, language))
    stopped = f"{say('stopped_upload', language)}: " if report.stopped else ""
    return f"{stopped}{', '.join(parts)}."


def describe_kinds(limits: Mapping[str, int]) -> str:
    """Return which files may be uploaded, and how large the largest may be: the same in all languages."""
    return render_line(f"{' '.join(limits)} · ≤ {max(limits.values()) // MEGABYTE} MB") if limits else ""


def _name(source: Source, language: Language) -> str:
    """Return what an article is called in the list."""
    title = visible(" ".join(source.title.split())) or say("untitled", language)
    short = title if len(title) <= NAME_LENGTH else f"{title[: NAME_LENGTH - 1]}…"
    day = written_date(source.published, language) if source.published else None
    return " · ".join(part for part in (short, visible(source.publisher or ""), day) if part)


def _facts(article: Article, holding: Holding | None, language: Language) -> str:
    """Return what is known of an article as a list of terms; what is not known is said to be unknown."""
    source = article.source
    facts = {
        "outlet": _known(source.publisher, language),
        "author": _known(source.author, language),
        "published": _known(written_date(source.published, language) if source.published else None, language),
        "language": _known(source.language and language_name(source.language, language), language),
        "url": _address(source.url, language),
        "passages": _known(str(holding.passages) if holding else None, language),
    }
    if article.page_starts:
        facts["pages"] = str(len(article.page_starts))
    facts["file"] = escape(source.article_id)
    if holding and holding.copies:
        facts["same_story"] = (
            f"<ul>{''.join(f'<li>{escape(_name(one, language))}</li>' for one in holding.copies)}</ul>"
        )
    rows = "".join(f"<div><dt>{escape(say(key, language))}</dt><dd>{fact}</dd></div>" for key, fact in facts.items())
    return f"<dl>{rows}</dl>"


def _known(value: str | None, language: Language) -> str:
    """Return a fact, or that it is unknown."""
    if value and value.strip():
        return escape(value.strip())
    return f'<span class="belegt-quiet">{escape(say("unknown", language))}</span>'


def _address(url: str | None, language: Language) -> str:
    """Return the address as a link that gives nothing away; one that is not of the web as mere text."""
    if not url or not is_web_address(url):
        return _known(url, language)
    shown = escape(url.strip())
    return f'<a class="belegt-address" href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def _removed(parts: Sequence[str], language: Language) -> str:
    """Return what cleaning took out, folded away; a wrong cut is found here."""
    if not parts:
        return render_line(say("removed_nothing", language))
    shown = "".join(f"<li>{_long_text(part, language)}</li>" for part in parts[:PARTS_SHOWN])
    rest = len(parts) - PARTS_SHOWN
    shown += f"<li>{escape(say('more', language, count=rest))}</li>" if rest > 0 else ""
    summary = escape(say("removed", language, count=len(parts)))
    return f'<details class="belegt-removed"><summary>{summary}</summary><ul>{shown}</ul></details>'


def _long_text(text: str, language: Language) -> str:
    """Return a text to read; of a very long one the beginning, and how much is not shown."""
    hidden = len(text) - TEXT_SHOWN
    cut = render_line(say("cut", language, count=written_number(hidden, language))) if hidden > 0 else ""
    return f"{render_text(text[:TEXT_SHOWN])}{cut}"
