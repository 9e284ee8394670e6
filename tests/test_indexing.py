"""What the terminal says of indexing: how far, how fast, how long still, and what was done."""

import sys

import pytest

from assistant import Progress, Report
from ui.indexing import NAMED_FAILURES, describe_progress, describe_report, progress_bar, tell_report


def test_progress_tells_files_passages_rate_and_time_left() -> None:
    progress = Progress(12, 40, 300, failed=1, share=0.25, seconds=20.0)
    assert describe_progress(progress) == "12/40 articles, 300 passages, 1 unreadable, 15.0/s, 1:00 left"


def test_progress_at_the_beginning_promises_nothing() -> None:
    assert describe_progress(Progress(0, 40, 0)) == "0/40 articles, 0 passages"


def test_the_bar_is_for_terminals_alone(capsys: pytest.CaptureFixture[str]) -> None:
    progress_bar()(Progress(1, 2, 3, share=0.5))
    assert capsys.readouterr().err == ""


def test_the_bar_ends_with_the_run_and_begins_anew(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    watch = progress_bar()
    for _ in range(2):
        watch(Progress(1, 2, 3, share=0.5, seconds=1.0))
        watch(Progress(2, 2, 6, share=1.0, seconds=2.0))
    assert "6 passages" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Report(0, 0, 0, 5), "Nothing to do: 5 articles unchanged."),
        (Report(0, 0, 0, 5, ("a.pdf is broken",)), "Nothing to do: 5 articles unchanged, 1 unreadable."),
        (
            Report(3, 9, 1, 5, ("x", "y"), renamed=2, seconds=3.0),
            "3 articles indexed (9 passages), 2 renamed, 1 removed, 5 unchanged, 2 unreadable in 3 s, 3.0 passages/s.",
        ),
        (
            Report(1, 3, 0, 0, stopped=True),
            "1 articles indexed (3 passages), 0 renamed, 0 removed, 0 unchanged. Stopped; the next run does the rest.",
        ),
    ],
)
def test_the_summary_counts_everything(report: Report, line: str) -> None:
    assert describe_report(report) == line


def test_many_unreadable_files_leave_room_for_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    tell_report(Report(1, 1, 0, 0, tuple(f"{number}.pdf is broken" for number in range(100))))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == NAMED_FAILURES + 2
    assert "80 more" in lines[-2]
