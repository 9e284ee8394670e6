"""How far an upload is, and what it did, as HTML. Pure, as ``rendering``: file names and errors are escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.phrases import Language
from ui.escaping import escape, render_line
from ui.wording import say, say_count, written_number

if TYPE_CHECKING:
    from assistant import Progress, Report

FAILURES_NAMED = 20
"""Unreadable files named after an upload; a folder of a thousand scans should not push the page away."""
MEGABYTE = 1_000_000


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
