"""A test set and an assistant -> a report: the collection is opened, asked, scored, and summed up."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from assistant.answer import Mode
from assistant.desk import Assistant
from assistant.evaluation.asking import Journal, Outcome, Watch, ask_all
from assistant.evaluation.figures import make_report
from assistant.evaluation.report import Report, Run, Speed, Step
from assistant.evaluation.scoring import Collection, judge_all
from assistant.evaluation.testset import Case, TestSet, TestSetError
from vectorstore import CollectionError, passage_key

FOLDER = "evaluations"
"""The folder below the data folder that holds unfinished runs, and the collections that test sets bring along."""
LOCK_SECONDS = 1.0
NAMED_PLACES = 5
"""Questions that a note names; the rest are counted."""
NOT_ANSWERING = {"articles", "data_dir", "cache_dir"}
"""Settings that say where things lie, not how answers are made."""


def evaluate(
    assistant: Assistant,
    testset: TestSet,
    *,
    mode: Mode | None = None,
    seed: int = 0,
    at_once: int = 1,
    fresh: bool = False,
    watch: Watch = lambda done, of: None,
) -> Report:
    """Ask a test set and score the answers.

    A run that was stopped goes on where it stopped, as long as the test set, the articles, the settings and the program
    are the same.

    Args:
        assistant: answers. If the test set brings articles along, they are asked instead of its own, with its settings
            and its model; their index is kept below its data folder for the next run.
        testset: what to ask.
        mode: quoted or written answers; ``None`` takes what a user gets, written ones where a language model is set.
        seed: of the resampling behind the intervals.
        at_once: questions asked at the same time; their timings are then those under load.
        fresh: forget a run that was stopped, and begin anew.
        watch: receives how many questions are answered, of how many.

    Raises:
        TestSetError: a question names an article that the collection lacks.
        BelegtError: the articles, the index or the model can't be used, or the same test set is being run elsewhere.
    """
    desk, notes = open_collection(assistant, testset)
    collection = Collection(desk.passages())
    check_articles(testset, collection)
    run = describe_run(desk, testset, collection, mode=mode, seed=seed)
    with open_journal(assistant.settings.data_dir / FOLDER, run) as journal:
        if fresh:
            journal.remove()
        first = testset.cases[0].question
        desk.read(first, desk.search(first))  # both models are loaded here, so that no question is timed with it
        outcomes = ask_all(desk, testset.cases, journal, mode=mode, at_once=at_once, watch=watch)
        judgements = judge_all(outcomes, collection, considered=desk.considered)
        notes = (*notes, *find_oddities(testset.cases, collection))
        report = make_report(run, judgements, notes=notes, speed=measure_speed(outcomes, at_once=at_once))
        journal.remove()
    return report


@contextmanager
def open_journal(folder: Path, run: Run) -> Iterator[Journal]:
    """Hand out the journal of a run, to one process at a time.

    Raises:
        CollectionError: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / f"{name_run(run)}.lock"
    try:
        with FileLock(lock, timeout=LOCK_SECONDS):
            yield Journal(lock.with_suffix(".jsonl"))
    except Timeout as error:
        raise CollectionError("the same test set is being evaluated elsewhere; wait until that is done") from error
    with suppress(OSError):  # on Windows a file in use can't be removed
        lock.unlink()


def open_collection(assistant: Assistant, testset: TestSet) -> tuple[Assistant, tuple[str, ...]]:
    """Return the assistant to ask, its index in step with its articles, and a line for each that couldn't be read."""
    if testset.paragraphs is None:
        return assistant, assistant.refresh().failed
    place = assistant.settings.data_dir / FOLDER / name_collection(testset.paragraphs)
    folder = place / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    for article_id, text in testset.paragraphs.items():
        path, content = folder / article_id, text.encode()
        if not path.exists() or path.read_bytes() != content:  # one that a stop cut off is written again
            path.write_bytes(content)
    desk = assistant.beside(folder, data_dir=place)
    return desk, desk.refresh().failed


def name_collection(paragraphs: dict[str, str]) -> str:
    """Return a name for a test set's articles that depends on nothing but them."""
    return digest(f"{article_id} {digest([text])}" for article_id, text in paragraphs.items())


def digest(parts: Iterable[str]) -> str:
    """Return the first 64 bits of a digest, hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def check_articles(testset: TestSet, collection: Collection) -> None:
    """Make sure that every article named is there.

    Raises:
        TestSetError: one is not.
    """
    for case in testset.cases:
        if case.article_id is not None and case.article_id not in collection:
            raise TestSetError(
                f"{testset.name}, {case.place}: there is no article {case.article_id!r} in the collection; "
                "name its folder with --articles, or mend the line"
            )


def describe_run(desk: Assistant, testset: TestSet, collection: Collection, *, mode: Mode | None, seed: int) -> Run:
    """Return what is asked of what."""
    return Run(
        version=find_version(),
        program=digest_program(),
        testset=testset.name,
        testset_digest=testset.digest,
        articles=len(collection.texts),
        passages=len(collection.passages),
        collection=digest(f"{passage_key(item)} {item.start} {item.text}" for item in collection.passages),
        settings={
            **desk.settings.model_dump(mode="json", exclude=NOT_ANSWERING),
            "mode": mode or ("written" if desk.writes else "quoted"),
        },
        seed=seed,
    )


def find_version() -> str:
    """Return the version that is installed."""
    try:
        return version("belegt")
    except PackageNotFoundError:
        return "unknown"


def digest_program() -> str:
    """Return a digest of the code and weights that answer: all files of this layer and the one below."""
    root = Path(__file__).resolve().parents[2]
    files = [
        path
        for layer in ("assistant", "vectorstore")
        for path in sorted((root / layer).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return digest(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def name_run(run: Run) -> str:
    """Return a name for a run that changes with whatever could change an answer."""
    settings = sorted(run.settings.items())
    return digest([run.program, run.testset_digest, run.collection, *(f"{name}={value}" for name, value in settings)])


def find_oddities(cases: Sequence[Case], collection: Collection) -> list[str]:
    """Return a line for what in the test set can't be measured, or looks like a mistake in it."""
    unknown = [case for case in cases if case.answers is None]
    unstated = [case for case in cases if case.answerable and not collection.states(case)]
    lines = (
        (unknown, "judged wrong, and nobody has said what would have been right; asked, but not scored"),
        (unstated, "none of the right answers stands verbatim in the passages where it should"),
    )
    return [f"{len(found)} of {len(cases)} questions: {line} ({places(found)})" for found, line in lines if found]


def places(cases: Sequence[Case]) -> str:
    """Return where the first of some cases stand."""
    named = ", ".join(case.place for case in cases[:NAMED_PLACES])
    return f"{named}, ..." if len(cases) > NAMED_PLACES else named


def measure_speed(outcomes: Sequence[Outcome], *, at_once: int) -> Speed:
    """Return the seconds that each step of answering took, and the most memory that the process has held."""
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.reply.answer.timings)
    steps = []
    for name in names:
        seconds = [outcome.reply.answer.timings[name] for outcome in outcomes if name in outcome.reply.answer.timings]
        median, percentile_95 = np.quantile(seconds, (0.5, 0.95))
        steps.append(Step(name, float(median), float(percentile_95)))
    return Speed(tuple(steps), len(outcomes), at_once, peak_memory())


def peak_memory() -> float | None:
    """Return the most memory that this process has held at once, in MB; ``None`` where the system doesn't tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    kibibytes_or_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kibibytes_or_bytes / (2**20 if sys.platform == "darwin" else 2**10)
