"""A report as one HTML page that needs nothing else: for reading, sending and keeping."""

from __future__ import annotations

from pathlib import Path

from assistant.evaluation.comparison import Comparison, judge_difference
from assistant.evaluation.figures import GROUP_METRICS
from assistant.evaluation.metrics import BY_NAME
from assistant.evaluation.plots import plot_figures, plot_reliability, plot_risk_coverage, plot_speed, plot_steps
from assistant.evaluation.report import Record, Report, RunError
from assistant.evaluation.statistics import RESAMPLES

TEMPLATE = "page.html"
TILES = ("right", "answer_in_first", "mrr@10", "citation_precision", "refusal_recall", "false_refusals")
"""The figures shown large, those of them that apply."""


def render_page(report: Report, comparison: Comparison | None = None) -> str:
    """Return a report, and its comparison with another run, as a self-contained HTML page; all texts are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    plots = [
        ("Figures", "each with its 95 % interval", plot_figures(report)),
        ("Steps that probably failed", "a guess, question by question", plot_steps(report)),
        ("Risk and coverage", "if only the most confident answers were given", plot_risk_coverage(report)),
        ("Reliability", "on the dashed line the confidence says what it should", plot_reliability(report)),
    ]
    if report.speed:
        plots.append(("Speed", f"{report.speed.at_once} at once", plot_speed(report)))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(TEMPLATE).render(
        report=report,
        comparison=comparison,
        verdict=judge_difference,
        metrics=BY_NAME,
        tiles=[figure for figure in report.figures if figure.name in TILES],
        plots=[(title, hint, Markup(svg)) for title, hint, svg in plots],  # noqa: S704 - drawn by us, text escaped
        sections=report.sections(),
        group_metrics=[name for name in GROUP_METRICS if any(name in group.values for group in report.groups)],
        wrong=group_by_step(report),
        resamples=RESAMPLES,
    )


def write_page(path: Path | str, report: Report, comparison: Comparison | None = None) -> None:
    """Write a report, and its comparison with another run, as a self-contained HTML page.

    Raises:
        RunError: the file can't be written.
    """
    try:
        Path(path).write_text(render_page(report, comparison), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{path} can't be written: {error.strerror or error}") from error


def group_by_step(report: Report) -> list[tuple[str, list[Record]]]:
    """Return the questions in which something went wrong by the step that probably failed, the most frequent first."""
    return [(step, [record for record in report.records if record.step == step]) for step in report.steps]
