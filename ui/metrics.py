"""What a monitoring program reads at ``/metrics``, in Prometheus' text form.

The form is a few lines, and its own library would be a dependency more:
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import logging
import os
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from assistant.observing import Event
from ui.waiting_line import WaitingLine

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds: an answer is quoted within .1 to .3, is late from 3 on, and written within a minute."""
MEMORY = Path("/proc/self/statm")

Labels = Mapping[str, str]
Sample = tuple[str, Labels, float]


class Stock(Protocol):
    """What knows how much there is to ask."""

    def holdings(self) -> Sequence[Any]:
        """Return all articles, each with the number of its passages."""


class Histogram:
    """Counts seconds by the bounds below which they lie."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def samples(self, labels: Labels) -> Iterator[Sample]:
        """Yield what Prometheus wants of a histogram: how many lie below each bound, how many there are, their sum."""
        names = [*map(str, BOUNDS), "+Inf"]
        for name, count in zip(names, accumulate(self._counts), strict=True):
            yield "_bucket", {**labels, "le": name}, count
        yield "_sum", labels, self._sum
        yield "_count", labels, sum(self._counts)


class Meter:
    """Counts questions by what became of them, and their seconds. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._questions: Counter[tuple[str, str]] = Counter()
        self._errors: Counter[str] = Counter()
        self._answering: dict[str, Histogram] = {}
        self._waiting = Histogram()
        self._steps: defaultdict[str, float] = defaultdict(float)

    def count(self, event: Event) -> None:
        """Count a question that is over; how long it took counts where it was answered or refused."""
        with self._lock:
            self._questions[event.outcome, event.mode] += 1
            self._waiting.add(event.waited)
            if event.error:
                self._errors[event.error] += 1
            if event.outcome in ("answered", "refused"):
                self._answering.setdefault(event.mode, Histogram()).add(event.seconds)
                for name, spent in event.steps.items():
                    if name != "total":
                        self._steps[name] += spent

    def render(self) -> Iterator[str]:
        """Yield the lines that tell what was counted."""
        with self._lock:
            questions = [("", {"outcome": what, "mode": mode}, n) for (what, mode), n in self._questions.items()]
            errors = [("", {"kind": kind}, count) for kind, count in self._errors.items()]
            steps = [("", {"step": name}, spent) for name, spent in self._steps.items()]
            answering = [item for mode, one in self._answering.items() for item in one.samples({"mode": mode})]
            waiting = list(self._waiting.samples({}))
        yield from render_family("belegt_questions_total", "counter", "Questions, by what became of them.", questions)
        yield from render_family("belegt_errors_total", "counter", "Questions that broke off, by kind.", errors)
        yield from render_family("belegt_answer_seconds", "histogram", "From its turn to the whole answer.", answering)
        yield from render_family("belegt_waiting_seconds", "histogram", "From asking until its turn.", waiting)
        yield from render_family("belegt_step_seconds_total", "counter", "Seconds spent in each step.", steps)


def render_metrics(meter: Meter, line: WaitingLine, stock: Stock) -> str:
    """Return all that is measured.

    Args:
        meter: has counted the questions.
        line: where they wait.
        stock: the articles.
    """
    standing = len(line)
    lines = [
        *meter.render(),
        *render_gauge("belegt_questions_in_line", "Questions asked and not yet over.", standing),
        *render_gauge("belegt_questions_waiting", "Of these, questions that wait for their turn.", line.waiting),
        *_render_stock(stock),
        *_render_memory(),
    ]
    return "".join(f"{line}\n" for line in lines)


def render_gauge(name: str, meaning: str, value: float) -> Iterator[str]:
    """Yield the lines of a single value that goes up and down."""
    return render_family(name, "gauge", meaning, [("", {}, value)])


def render_family(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    """Yield the lines of one metric: what it means, of which kind it is, and its values by label."""
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for suffix, labels, value in samples:
        marked = ",".join(f'{label}="{escape_label(text)}"' for label, text in labels.items())
        yield f"{name}{suffix}{f'{{{marked}}}' if marked else ''} {value:.10g}"


def escape_label(text: str) -> str:
    """Return a label's value as it may stand between quotation marks."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _render_stock(stock: Stock) -> Iterator[str]:
    """Yield how much there is to ask; nothing where it can't be told, which must not hide the rest."""
    try:
        passages = [holding.passages for holding in stock.holdings()]
    except Exception:
        logger.exception("The articles can't be counted.")
        return
    yield from render_gauge("belegt_articles", "Articles that are searched.", len(passages))
    yield from render_gauge("belegt_passages", "Passages that are searched.", sum(passages))


def _render_memory() -> Iterator[str]:
    """Yield the memory that this process has; nothing where the system doesn't tell."""
    try:
        resident = int(MEMORY.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return
    yield from render_gauge("process_resident_memory_bytes", "Memory of this process.", resident)
