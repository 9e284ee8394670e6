"""Killed at any moment: is what is found afterwards the old or the new state, and whole?

    python -m tests.benchmarks.killing [--kills 500] [--only indexing ...] [--seed 0]

A command runs in a child process and is killed (SIGKILL) at a random moment. Then it is looked at what it left: every
article is there as it was or as it is now, whole. Then the command runs again, to its end, and what it leaves has to be
what a fresh index of the same files holds. The exact embedder of the tests takes the model's place, so that the time is
that of the writing; ``model`` prepares the real one.

The children are forked from a process that has imported everything and opened nothing, which spares a second each.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant import Assistant, Settings
from assistant.evaluation import evaluate, read_testset
from tests.conftest import WordEmbedder
from ui import command_line, opening
from vectorstore import (
    Checked,
    MisfitError,
    PassageIndex,
    apply,
    find_articles,
    mirror,
    plan,
    prepare_bundled_model,
    read_article,
    rejoin,
    upkeep,
)
from vectorstore.checking import check

SHARES = {"indexing": 0.3, "rebuild": 0.2, "change": 0.2, "upload": 0.2, "evaluation": 0.08, "model": 0.02}
"""Of the kills: indexing is what is done most; preparing the model takes ten seconds a time."""
LATEST = 1.05
"""A kill comes at a moment up to this share of what the last whole run took, so that some come when all is done."""
ARTICLES = 14
WINDOW = 12
"""Passages in a window: small, so that a run of a few articles has several, and a kill may come between them."""
SUBJECTS = ("Strecke", "Brücke", "Schleuse", "Halle", "Turbine", "Orgel", "Mühle", "Fähre")


class Trial(ABC):
    """Something that is done again and again in one folder, and killed."""

    def __init__(self, base: Path, generator: random.Random) -> None:
        self.base = base
        self.generator = generator

    @abstractmethod
    def prepare(self) -> None:
        """Change what is to be worked on; runs in this process."""

    @abstractmethod
    def work(self) -> None:
        """Do what is killed; runs in a child."""

    def look(self) -> str:
        """Look at what a killed run left, before anything is mended, and return a note; runs in a child."""
        return ""

    @abstractmethod
    def check(self) -> None:
        """Make sure that what is there after a whole run is as it should be; runs in a child."""


class Indexing(Trial):
    """``belegt index`` over a folder in which articles were changed, added, renamed and removed."""

    options: tuple[str, ...] = ()

    def __init__(self, base: Path, generator: random.Random) -> None:
        super().__init__(base, generator)
        self.folder = base / "articles"
        self.folder.mkdir(parents=True)
        for number in range(ARTICLES):
            self.write(f"{number}.md")
        self.before: dict[str, str] = {}

    def write(self, name: str) -> None:
        drawn = self.generator
        lines = [f"---\ntitle: Artikel {name}\n---\n"]
        for paragraph in range(drawn.randrange(1, 7)):
            subject = drawn.choice(SUBJECTS)
            lines.append(
                f"Die {subject} {drawn.randrange(1000)} ist {drawn.randrange(1000)} Meter lang. "
                f"Sie wurde im Jahr {drawn.randrange(1800, 2025)} gebaut und steht seit Abschnitt {paragraph} offen. "
                * 4
            )
        (self.folder / name).write_text("\n\n".join(lines), encoding="utf-8")

    def prepare(self) -> None:
        self.before = {name: path.read_text("utf-8") for name, path in find_articles([self.folder]).items()}
        names = sorted(self.before)
        self.generator.shuffle(names)
        for name in names[:4]:
            self.write(name)
        for name in names[4:6]:
            (self.folder / name).unlink()
        (self.folder / names[6]).rename(self.folder / f"{time.monotonic_ns()}.md")
        for _ in range(2):
            self.write(f"{time.monotonic_ns()}.md")

    def open_desk(self, *_: object) -> Assistant:
        return Assistant(Settings(articles=(self.folder,), data_dir=self.base / "data"), embeddings=WordEmbedder())

    def work(self) -> None:
        opening.open_shelves = lambda *given: self.open_desk().library
        command_line.main(["index", *self.options], standalone_mode=False)

    def look(self) -> str:
        library = self.open_desk().library
        if damage := library.find_damage():
            return f"damaged: {damage}"
        index = library.index()
        for name, path in find_articles([self.folder]).items():
            if name in self.before:
                found = rejoin(index, name)
                assert found, f"{name} is not there, neither as it was nor as it is"
                editions = [read_article(path, name).text, self.read_before(name)]
                assert found.text in editions, f"{name} is neither as it was nor as it is"
        return "mixed" if index.revision() else "unstamped"

    def read_before(self, name: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(name).name)
            path.write_text(self.before[name], encoding="utf-8")
            return read_article(path, name).text

    def check(self) -> None:
        desk = self.open_desk()
        check_desk(desk, [self.folder])


class Rebuild(Indexing):
    """``belegt index --rebuild``: until it is done, the old index is whole."""

    options = ("--rebuild",)

    def prepare(self) -> None:
        self.before = {name: path.read_text("utf-8") for name, path in find_articles([self.folder]).items()}

    def look(self) -> str:
        library = self.open_desk().library
        assert not library.find_damage(), library.find_damage()
        check_index(library.index(), [self.folder])
        return "whole"


class NamedEmbedder(WordEmbedder):
    """The exact embedder under a name of its own, so that it stands for another model."""

    def __init__(self, identity: str) -> None:
        self.identity = identity


class Change(Rebuild):
    """``belegt index`` with another model: until the new index is whole, the old one is, and after it the new one."""

    options = ()

    def __init__(self, base: Path, generator: random.Random) -> None:
        super().__init__(base, generator)
        self.models = ("first", "second")

    def open_desk(self, *_: object) -> Assistant:
        settings = Settings(articles=(self.folder,), data_dir=self.base / "data")
        return Assistant(settings, embeddings=NamedEmbedder(self.models[1]))

    def prepare(self) -> None:
        super().prepare()
        self.models = self.models[::-1]

    def look(self) -> str:
        folder = self.open_desk().library.folder
        for model, note in zip(self.models, ("old", "new"), strict=True):
            try:
                index = PassageIndex(folder, identity=model, read_only=True)
            except MisfitError:
                continue
            check_index(index, [self.folder])
            return note
        raise AssertionError("the index is neither the old model's nor the new one's")


class Upload(Trial):
    """A file handed over in the page: afterwards it is an article, whole, or not there."""

    def prepare(self) -> None:
        subject, number = self.generator.choice(SUBJECTS), self.generator.randrange(10_000)
        text = f"Die {subject} {number} ist {number} Meter lang. Sie steht am Ufer.\n\n" * self.generator.randrange(
            1, 60
        )
        self.file = self.base / "new.txt"
        self.base.mkdir(exist_ok=True)
        self.file.write_text(text, encoding="utf-8")
        self.name = f"{time.monotonic_ns()}.txt"

    def open_desk(self) -> Assistant:
        return Assistant(Settings(data_dir=self.base / "data"), embeddings=WordEmbedder())

    def work(self) -> None:
        self.open_desk().upload({self.name: self.file})

    def look(self) -> str:
        desk = self.open_desk()
        kept = desk.settings.uploads / self.name
        if kept.exists():
            assert kept.read_bytes() == self.file.read_bytes(), "the upload was cut off"
        desk.refresh()
        check_desk(desk, desk.settings.folders)
        return "kept" if kept.exists() else "not kept"

    def check(self) -> None:
        desk = self.open_desk()
        check_desk(desk, desk.settings.folders)


class Evaluation(Trial):
    """``belegt evaluate``: a run that goes on where it was killed ends as one that was not."""

    def __init__(self, base: Path, generator: random.Random) -> None:
        super().__init__(base, generator)
        (base / "articles").mkdir(parents=True)
        with (base / "set.jsonl").open("w", encoding="utf-8") as file:
            for number in range(12):
                text = f"Die Brücke {number} ist {number * 11} Meter lang. Sie steht offen.\n"
                (base / "articles" / f"{number}.txt").write_text(text, encoding="utf-8")
                case = {"question": f"Wie lang ist die Brücke {number}?", "answers": [f"{number * 11} Meter"]}
                file.write(json.dumps(case) + "\n")

    def run(self, name: str) -> None:
        settings = Settings(articles=(self.base / "articles",), data_dir=self.base / "data")
        report = evaluate(Assistant(settings, embeddings=WordEmbedder()), read_testset(self.base / "set.jsonl"))
        report.save(self.base / f"{name}.json")

    def prepare(self) -> None:
        (self.base / "run.json").unlink(missing_ok=True)

    def work(self) -> None:
        self.run("run")

    def look(self) -> str:
        journals = list((self.base / "data" / "evaluations").glob("*.jsonl"))
        lines = sum(path.read_bytes().count(b"\n") for path in journals)
        return "some answered" if lines else "none answered"

    def check(self) -> None:
        if not (self.base / "whole.json").exists():
            self.run("whole")
        assert (self.base / "run.json").read_bytes() == (self.base / "whole.json").read_bytes(), "another report"


class Model(Trial):
    """The prepared model: afterwards it is whole, or not there."""

    def prepare(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    def work(self) -> None:
        prepare_bundled_model(self.base)

    def look(self) -> str:
        found = [path for path in self.base.glob("*") if path.is_dir() and not path.name.startswith(".")]
        said: list[str] = []
        if found:
            prepare_bundled_model(self.base, announce=said.append, deep=True)
        assert not said, said
        return "whole" if found else "not there"

    def check(self) -> None:
        said: list[str] = []
        prepare_bundled_model(self.base, announce=said.append, deep=True)
        assert not said, said
        litter = [path.name for path in self.base.iterdir() if path.name.startswith(".")]
        assert not litter, f"{litter} were left beside the model"


TRIALS: Mapping[str, Callable[[Path, random.Random], Trial]] = {
    "indexing": Indexing,
    "rebuild": Rebuild,
    "change": Change,
    "upload": Upload,
    "evaluation": Evaluation,
    "model": Model,
}


def check_desk(desk: Assistant, folders: Any) -> None:
    """Make sure that an assistant finds what its folders hold, and cites what stands there."""
    index = desk.library.index()
    check_index(index, folders)
    answer = desk.answer("Wie lang ist die Brücke?")
    for cited in answer.citations:
        assert desk.article(cited.article_id).text[cited.start : cited.end] == cited.quote
    assert not desk.library.find_damage()


def check_index(index: PassageIndex, folders: Any) -> None:
    """Make sure that an index holds what a fresh one holds, finds every passage, and says where it stands."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = PassageIndex(Path(scratch), identity="words")
        apply(plan(fresh, find_articles(folders)), fresh, WordEmbedder())
        rows = index.ids()
        assert rows == fresh.ids(), "other rows than a fresh index"
        ours, theirs = index.entries(rows), fresh.entries(rows)
        fresh.close()
    for row in rows:
        assert ours[row].passage == theirs[row].passage, row
        assert ours[row].remainder == theirs[row].remainder, row
        assert abs(ours[row].vectors.passage - theirs[row].vectors.passage).max() < 1e-5, row
    for article_id, path in find_articles(folders).items():
        text = read_article(path, article_id).text
        for row in rows:
            if row.article_id == article_id:
                passage = ours[row].passage
                assert text[passage.start : passage.end] == passage.text, row
    checked = index.check(deep=True)
    assert not checked.fault, checked.fault


def start(work: Callable[[], Any]) -> tuple[int, int]:
    """Do something in a forked child; return its process id and where its result can be read."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    os.close(reading)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        result = (True, work())
    except BaseException:  # noqa: BLE001 - whatever it was is the finding
        result = (False, traceback.format_exc())
    with os.fdopen(writing, "wb") as file:
        pickle.dump(result, file)
    os._exit(0)


def finish(process: int, reading: int) -> Any:
    """Return what a child found.

    Raises:
        AssertionError: it failed, or crashed.
    """
    with os.fdopen(reading, "rb") as file:
        content = file.read()
    _, status = os.waitpid(process, 0)
    assert content, f"a child crashed: status {status}"
    done, result = pickle.loads(content)  # from a child of ours
    assert done, result
    return result


def import_as(names: list[str]) -> None:
    """Import what a child had to import, so that the next needn't."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)


def check_forked(place: Path, *, deep: bool = False) -> Checked:
    """Check an index as ``check_apart`` does, in a forked child."""
    try:
        checked: Checked = finish(*start(lambda: check(place, deep=deep)))
    except AssertionError as error:
        return Checked(fault=str(error))
    return checked


def kill_once(trial: Trial, longest: float) -> tuple[str, float]:
    """Let something be killed, look at what it left, let it run to its end, and check that.

    Returns:
        What was found after the kill, and the seconds that the whole run took.
    """
    trial.prepare()
    process, reading = start(trial.work)
    timer = threading.Timer(trial.generator.uniform(0, longest * LATEST), kill, [process])
    timer.start()
    with os.fdopen(reading, "rb") as file:
        ended = bool(file.read())
    os.waitpid(process, 0)
    timer.cancel()
    timer.join()
    note = "" if ended else finish(*start(trial.look))
    begun = time.monotonic()
    finish(*start(trial.work))
    seconds = time.monotonic() - begun
    finish(*start(trial.check))
    return ("done before" if ended else note.partition(":")[0]), seconds


def kill(process: int) -> None:
    """Kill a child that may have ended."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def run(name: str, kills: int, *, seed: int, seconds: float, folder: Path) -> tuple[Counter[str], list[str]]:
    """Kill one kind of work so often, or until the time is up; return how often what was found, and what was wrong."""
    trial = TRIALS[name](folder / name, random.Random(f"{seed} {name}"))
    trial.prepare()
    import_as(finish(*start(lambda: (trial.work(), trial.check(), list(sys.modules))[-1])))
    begun = time.monotonic()
    finish(*start(trial.work))
    longest = time.monotonic() - begun
    notes: Counter[str] = Counter()
    wrong: list[str] = []
    until = time.monotonic() + seconds
    for number in range(kills):
        if time.monotonic() > until:
            break
        try:
            note, seconds = kill_once(trial, longest)
            longest = max(0.5 * longest, seconds)
            notes[note] += 1
        except AssertionError as error:
            wrong.append(f"{name}, kill {number}: {error}")
            notes["WRONG"] += 1
    return notes, wrong


def main() -> None:
    """Kill, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500, help="in all")
    parser.add_argument("--only", nargs="+", choices=list(TRIALS), default=list(TRIALS))
    parser.add_argument("--minutes", type=float, default=60.0, help="at most, shared out as the kills are")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    upkeep.check_apart = check_forked
    mirror.WINDOW = WINDOW
    table = Table("what", "kills", "seconds", "wrong", "found after the kill", title="Killed at any moment")
    wrong: list[str] = []
    share = sum(SHARES[name] for name in given.only)
    for name in given.only:
        part, begun = SHARES[name] / share, time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            notes, failures = run(
                name,
                max(1, round(given.kills * part)),
                seed=given.seed,
                seconds=60 * given.minutes * part,
                folder=Path(folder),
            )
        wrong += failures
        told = ", ".join(f"{note} {count}" for note, count in notes.most_common())
        table.add_row(name, str(notes.total()), f"{time.monotonic() - begun:.0f}", str(len(failures)), told)
    Console(width=140).print(table)
    for line in wrong:
        print(line)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
