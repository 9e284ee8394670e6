"""The report of a run: its figures with 95 % intervals, and every question with what was said to it.

It is plain data. ``save`` writes it as JSON, the same bytes for the same articles, test set, settings and seed; what
the clock and the operating system measured goes into a file beside it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.evaluation.metrics import BY_NAME, SECTIONS
from assistant.evaluation.statistics import Bin
from assistant.followup import Turn
from vectorstore import BelegtError

FORMAT = 1
"""Of the JSON; raised when older files can't be read any more."""
DIGITS = 6
"""Decimals kept in files: what lies beyond them differs between processors."""


class RunError(BelegtError):
    """A file is not a run that ``belegt evaluate --json`` wrote."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation as the report keeps it."""

    article_id: str
    title: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """A question, what is right, what was said, and how that was scored."""

    key: str
    place: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    standalone_question: str
    gold: tuple[str, ...] | None
    article_id: str | None
    said: str
    quotes: tuple[Quote, ...]
    highlight: str | None
    abstained: bool
    confidence: float
    rank: int | None
    ranking: tuple[str, ...]
    scores: dict[str, float]
    step: str | None
    reason: str

    @property
    def is_right(self) -> bool:
        """True where the question was answered right, or rightly refused."""
        return self.scores.get("right") == 1

    @property
    def gold_text(self) -> str:
        """The right answers in one line."""
        if self.gold is None:
            return "unknown"
        return " | ".join(self.gold) or "not in the articles"

    @property
    def is_known(self) -> bool:
        """True where it is known what is right."""
        return "right" in self.scores


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value over the questions to which it applies, with its 95 % interval where there is one."""

    name: str
    value: float
    low: float | None
    high: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Group:
    """The main figures of one kind of question."""

    kind: str
    questions: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds that a step of answering took: median and 95th percentile."""

    name: str
    median: float
    percentile_95: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured on the clock, with ``at_once`` questions at the same time; memory in MB, if it is known."""

    steps: tuple[Step, ...]
    questions: int
    at_once: int
    peak_memory: float | None


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of what: enough to see why two runs differ.

    ``program`` is a digest of the code that answered, ``collection`` of the passages.
    """

    version: str
    program: str
    testset: str
    testset_digest: str
    articles: int
    passages: int
    collection: str
    settings: dict[str, bool | str | int | float | None]
    seed: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of a run.

    ``figures`` are in the order of ``metrics.METRICS``, those left out that apply to no question; ``groups`` are by
    kind of question; ``risk_coverage`` holds (share answered, share of these wrong) from the most confident on.
    """

    run: Run
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    steps: dict[str, int]
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[Bin, ...]
    notes: tuple[str, ...]
    records: tuple[Record, ...]
    speed: Speed | None = None

    def value(self, name: str) -> float | None:
        """Return a figure by the name of its metric, ``None`` where it applies to no question."""
        return next((figure.value for figure in self.figures if figure.name == name), None)

    def sections(self) -> list[tuple[str, list[Figure]]]:
        """Return the figures by section, in the order in which sections are shown, empty ones left out."""
        pairs = [(name, [item for item in self.figures if BY_NAME[item.name].section == name]) for name in SECTIONS]
        return [(name, figures) for name, figures in pairs if figures]

    def wrong(self) -> tuple[Record, ...]:
        """Return the questions in which a step probably failed."""
        return tuple(record for record in self.records if record.step)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, without what the clock measured."""
        fields = asdict(replace(self, speed=None))
        del fields["speed"]
        return {"format": FORMAT, **rounded(fields)}

    def save(self, path: Path | str) -> None:
        """Write the report as JSON, and its speed into a file beside it: ``run.json`` and ``run.speed.json``.

        Raises:
            RunError: the file can't be written.
        """
        path = Path(path)
        try:
            write_json(path, self.to_dict())
            if self.speed:
                write_json(speed_path(path), rounded(asdict(self.speed)))
            else:
                speed_path(path).unlink(missing_ok=True)  # that of an earlier run
        except OSError as error:
            raise RunError(f"{path} can't be written: {error.strerror or error}") from error

    @classmethod
    def load(cls, path: Path | str) -> Report:
        """Read what ``save`` wrote.

        Raises:
            RunError: it isn't there, or is no such file.
        """
        path = Path(path)
        hint = "name a file that belegt evaluate --json wrote"
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(fields, dict) or fields.pop("format", None) != FORMAT:
                raise RunError(f"{path} is no run of this version; {hint}")
            beside = speed_path(path)
            speed = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else None
            return TypeAdapter(Report).validate_python({**fields, "speed": speed})
        except OSError as error:
            raise RunError(f"the run {path} can't be read ({error.strerror or error}); {hint}") from error
        except (ValueError, ValidationError, RecursionError) as error:
            raise RunError(f"{path} is no run; {hint}") from error


def speed_path(path: Path) -> Path:
    """Return where the speed of a run lies: beside it."""
    return path.with_name(f"{path.stem}.speed{path.suffix}")


def write_json(path: Path, fields: dict[str, Any]) -> None:
    """Write plain values as readable JSON."""
    path.write_text(json.dumps(fields, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def rounded(value: Any) -> Any:
    """Return plain values with fractions of at most six decimals."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
