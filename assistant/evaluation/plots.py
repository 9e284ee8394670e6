"""The report's plots as SVG text, to be put into a page: no file, no script, the same bytes every time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from assistant.evaluation.metrics import BY_NAME
from assistant.evaluation.report import Report

BLUE, GREY, RED = "#2b5fa8", "#8a8f98", "#b3362b"
WIDTH, HEIGHT, ROW = 6.0, 3.6, 0.28
"""Inches; ROW is the height of a line in plots that list things."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud and found
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e6ea",
    "axes.axisbelow": True,
}
HIDDEN = dict.fromkeys(("Date", "Creator", "Format", "Type"))
"""Metadata that matplotlib would write: the time of day, and addresses of standards."""


def plot_figures(report: Report) -> str:
    """Draw every figure between 0 and 1 with its 95 % interval, in the order of the table."""
    figures = [figure for figure in report.figures if BY_NAME[figure.name].better != "neither"]

    def draw(axes: Any) -> None:
        for place, figure in enumerate(reversed(figures)):
            if figure.low is not None and figure.high is not None:
                axes.plot([figure.low, figure.high], [place, place], color=GREY, linewidth=2, solid_capstyle="butt")
            colour = RED if BY_NAME[figure.name].better == "lower" else BLUE
            axes.plot(figure.value, place, marker="o", markersize=4, color=colour)
        axes.set_yticks(range(len(figures)), [figure.name for figure in reversed(figures)])
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.7, len(figures) - 0.3))
        axes.set_xlabel("value and 95 % interval; blue: higher is better, red: lower is better")

    return render(draw, name="figures", height=0.8 + ROW * 0.8 * max(1, len(figures)), label="All figures")


def plot_steps(report: Report) -> str:
    """Draw how often each step probably failed."""
    steps = list(reversed(report.steps.items()))

    def draw(axes: Any) -> None:
        axes.barh([step for step, _ in steps], [count for _, count in steps], color=BLUE, height=0.6)
        for place, (_, count) in enumerate(steps):
            axes.annotate(str(count), (count, place), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set_xlabel("questions")

    return render(draw, name="steps", height=0.9 + ROW * max(1, len(steps)), label="Steps that probably failed")


def plot_risk_coverage(report: Report) -> str:
    """Draw the share wrong against the share answered, from the most confident answers on."""

    def draw(axes: Any) -> None:
        points = report.risk_coverage
        axes.plot([coverage for coverage, _ in points], [risk for _, risk in points], color=BLUE)
        if points:
            coverage, risk = points[-1]
            axes.plot(coverage, risk, marker="o", color=BLUE)
            text = f"as it is: {coverage:.0%} answered, {risk:.0%} of them wrong"
            axes.annotate(text, points[-1], xytext=(-6, 8), textcoords="offset points", ha="right")
        axes.set(xlim=(0, 1.02), ylim=(0, None), xlabel="share of questions answered", ylabel="share of these wrong")

    return render(draw, name="risk", height=HEIGHT, label="Risk and coverage")


def plot_reliability(report: Report) -> str:
    """Draw the share right against the confidence; dots are as large as their bins."""

    def draw(axes: Any) -> None:
        bins = report.reliability
        total = sum(item.questions for item in bins) or 1
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        sizes = [20 + 400 * item.questions / total for item in bins]
        axes.scatter([item.confidence for item in bins], [item.right for item in bins], s=sizes, color=BLUE, alpha=0.7)
        for item in bins:
            where = (item.confidence, item.right)
            axes.annotate(str(item.questions), where, xytext=(0, 9), textcoords="offset points", ha="center", size=7)
        axes.set(xlim=(0, 1.02), ylim=(0, 1.05), xlabel="confidence (mean of the bin)", ylabel="share of answers right")

    return render(draw, name="reliability", height=HEIGHT, label="Reliability of the confidence")


def plot_speed(report: Report) -> str:
    """Draw median and 95th percentile of each step; nothing where no speed was measured."""
    steps = list(reversed(report.speed.steps)) if report.speed else []

    def draw(axes: Any) -> None:
        names = [step.name for step in steps]
        axes.barh(names, [step.percentile_95 * 1000 for step in steps], color="#c5d3e8", height=0.6)
        axes.barh(names, [step.median * 1000 for step in steps], color=BLUE, height=0.3)
        axes.set_xlabel("milliseconds a question: median (dark), 95th percentile (light)")

    return render(draw, name="speed", height=0.9 + ROW * max(1, len(steps)), label="Speed of each step")


def render(draw: Callable[[Any], None], *, name: str, height: float, label: str) -> str:
    """Draw on new axes and return the SVG element, named for those who can't see it."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.subplots())
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata=HIDDEN, transparent=True)
    element = written.getvalue()
    element = element[element.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    return element.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
