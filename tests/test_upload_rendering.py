"""How far an upload is, and what it did, as HTML and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Progress, Report
from tests.markup import Markup, assert_only_ours, words
from ui.upload_rendering import (
    FAILURES_NAMED,
    describe_kinds,
    describe_progress,
    render_progress,
    render_summary,
    summarise,
)


@given(st.lists(words, max_size=3))
def test_no_name_of_a_file_becomes_markup(failed: list[str]) -> None:
    assert_only_ours(render_summary(Report(0, 0, 0, 0, failed=tuple(failed)), files=2))


@pytest.mark.parametrize(
    ("progress", "german", "english"),
    [
        (
            Progress(2, 12, 1310, 1, share=0.5, seconds=52.0),
            "3 von 12 Dateien · 1.310 Stellen · 1 nicht lesbar · 25,2 Stellen/s · noch etwa 0:52",
            "3 of 12 files · 1,310 passages · 1 unreadable · 25.2 passages/s · about 0:52 left",
        ),
        (Progress(0, 1, 0), "0 von 1 Dateien · 0 Stellen", "0 of 1 files · 0 passages"),
        (
            Progress(1, 1, 1, share=1.0, seconds=1.0),
            "1 von 1 Dateien · 1 Stelle · 1,0 Stellen/s · noch etwa 0:00",
            "1 of 1 files · 1 passage · 1.0 passages/s · about 0:00 left",
        ),
    ],
)
def test_progress_in_words(progress: Progress, german: str, english: str) -> None:
    assert describe_progress(progress, "de") == german
    assert describe_progress(progress, "en") == english


@given(st.floats(0, 1))
def test_progress_has_a_bar_that_says_what_it_is_of(share: float) -> None:
    rendered = render_progress(Progress(1, 4, 9, share=share))
    assert_only_ours(rendered)
    (bar,) = (found for tag, found in Markup(rendered).tags if tag == "progress")
    assert bar["aria-label"] == "Artikel werden aufgenommen"
    assert float(bar["value"] or "") == pytest.approx(share, abs=0.001)


def test_before_anything_is_known_the_bar_has_no_value() -> None:
    assert '<progress max="1" aria-label="Adding articles"' in render_progress(None, language="en")


@pytest.mark.parametrize(
    ("report", "files", "german", "english"),
    [
        (
            Report(2, 14, 0, 5, failed=("x",)),
            3,
            "2 Artikel aufgenommen (14 Stellen), 1 nicht lesbar.",
            "2 articles added (14 passages), 1 unreadable.",
        ),
        (Report(1, 1, 0, 0), 1, "1 Artikel aufgenommen (1 Stelle).", "1 article added (1 passage)."),
        (
            Report(0, 0, 0, 0, failed=("x", "y")),
            2,
            "Kein Artikel aufgenommen, 2 nicht lesbar.",
            "No article added, 2 unreadable.",
        ),
        (
            Report(1, 3, 0, 0, stopped=True),
            4,
            "Angehalten: 1 Artikel aufgenommen (3 Stellen), 3 Dateien nicht mehr aufgenommen.",
            "Stopped: 1 article added (3 passages), 3 files left out.",
        ),
    ],
)
def test_a_summary_in_words(report: Report, files: int, german: str, english: str) -> None:
    assert summarise(report, files, "de") == german
    assert summarise(report, files, "en") == english


def test_a_summary_names_unreadable_files_but_not_without_end() -> None:
    failed = tuple(f"datei-{n}.pdf can't be read" for n in range(FAILURES_NAMED + 3))
    rendered = render_summary(Report(0, 0, 0, 0, failed=failed), files=len(failed))
    assert 'role="status"' in rendered
    assert rendered.count("can&#x27;t be read") == FAILURES_NAMED
    assert "und 3 weitere" in rendered


@given(st.dictionaries(st.sampled_from([".md", ".pdf"]), st.integers(1, 10**9)))
def test_kinds_are_named_where_there_are_any(limits: dict[str, int]) -> None:
    assert all(suffix in describe_kinds(limits) for suffix in limits)
    assert bool(describe_kinds(limits)) == bool(limits)
