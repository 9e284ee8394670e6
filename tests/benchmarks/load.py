"""Many people at the page at once: seconds to an answer, errors, answers in the wrong hands, memory of the server.

    python -m tests.benchmarks.load [--people 50] [--minutes 10] [--think 30] [--soak QUESTIONS] [--leave VISITORS]

Starts ``belegt chat`` as a process on the starter articles. Each person has a session, a conversation and a chance of
their own. First every conversation is held once by a single person: what was answered then must be answered under load.
Then people pause between their questions (exponentially distributed around ``--think`` seconds); then, for a fifth of
the time, nobody pauses. People repeat each other's questions here, so readings are not remembered, but for
``--remember``. ``--soak`` asks so many questions, eight people without pause, and compares the memory after the first
tenth with that at the end. ``--leave`` lets so many visitors come, ask once and leave.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks.page_visitor import Doors, VisitError, Visitor
from tests.browser import free_port

STARTER = Path(__file__).parent.parent.parent / "seeds" / "testset.jsonl"
TURNS = 2
"""Questions of a conversation: the second shows whose history it was answered with."""
SOAKING = 8
"""People in the soak: enough to keep the server at work."""
SAMPLED = 2.0
"""Seconds between looks at the memory."""
GRACE = 5.0
"""Seconds that the server of ``--leave`` remembers who left, in place of minutes."""
SETTLED = 0.1
"""Share of the soak after which the memory must not grow."""

INFINITE = float("inf")

Script = tuple[str, ...]


@dataclass
class Measured:
    """What was measured while people asked."""

    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    lasted: float = 0.0


class Server:
    """``belegt chat`` as a process.

    Args:
        folder: for its index and its log.
        grace: seconds until it forgets who left; its own by default.
        remembers: whether a question that was read before is read again.
    """

    def __init__(self, folder: Path, *, grace: float | None = None, remembers: bool = False) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "questions.log"
        patch = "" if grace is None else f"import ui.sessions; ui.sessions.GRACE = {grace}; "
        if not remembers:
            patch += "import assistant.reader.encoder as reading; reading.REMEMBERED = 0; "
        code = f"{patch}from ui.command_line import main; main()"
        options = ["chat", "--no-browser", "--no-watch", "--port", str(port), "--data-dir", str(folder / "data")]
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *options],
            env={**os.environ, "BELEGT_LOG": str(self.log)},
            stdout=subprocess.DEVNULL,
            stderr=(folder / "stderr.txt").open("w"),
        )

    def wait(self) -> None:
        """Return when the page is there."""
        while True:
            try:
                httpx.get(f"{self.address}/config", timeout=5)
            except httpx.HTTPError:
                if self._process.poll() is not None:
                    raise SystemExit("the page could not be started") from None
                time.sleep(0.2)
            else:
                return

    def memory(self) -> float:
        """Return its proportional share of memory in megabytes."""
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def events(self, first: int) -> list[dict[str, Any]]:
        """Return what the log tells of the questions from this one on."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()[first:]]

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--think", type=float, default=30, help="seconds between a person's questions, on average")
    parser.add_argument("--soak", type=int, default=0, metavar="QUESTIONS")
    parser.add_argument("--leave", type=int, default=0, metavar="VISITORS")
    parser.add_argument("--scripts", type=int, default=40, help="conversations held, of two questions each")
    parser.add_argument("--remember", action="store_true", help="let the reader remember questions, as it does")
    given = parser.parse_args()
    console = Console(width=120)
    if given.minutes or given.soak:
        with serving(remembers=given.remember) as server:
            ask_in_crowds(console, server, given)
    if given.leave:
        with serving(grace=GRACE) as server:
            come_and_leave(console, server, read_scripts()[0][0], given.leave)


def ask_in_crowds(console: Console, server: Server, given: argparse.Namespace) -> None:
    """Let people ask with pauses, without, and for the soak, and print what was measured of each."""
    doors, scripts = Doors.find(server.address), read_scripts()[: given.scripts]
    expected = hold_once(server, doors, scripts)
    phases = {
        f"{given.people} people, every {given.think:g} s": (
            given.people,
            given.think,
            60 * given.minutes,
            INFINITE,
        ),
        f"{given.people} people, no pause": (given.people, 0.0, 12 * given.minutes, INFINITE),
        f"soak, {SOAKING} people": (SOAKING, 0.0, INFINITE if given.soak else 0.0, given.soak),
    }
    for title, (people, think, seconds, questions) in phases.items():
        if seconds:
            before = len(server.events(0))
            crowd = Crowd(server, doors, expected, think=think)
            measured = crowd.live(people, seconds=seconds, questions=questions)
            show(console, title, measured, server.events(before))
    if given.soak:
        show_growth(console, measured)


@contextmanager
def serving(*, grace: float | None = None, remembers: bool = False) -> Iterator[Server]:
    """Start the page in a new folder, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="belegt-load-") as folder:
        server = Server(Path(folder), grace=grace, remembers=remembers)
        try:
            server.wait()
            yield server
        finally:
            server.end()


def read_scripts() -> list[Script]:
    """Return conversations: questions of the starter test set, and its follow-ups after what they follow."""
    lines = [json.loads(line) for line in STARTER.read_text(encoding="utf-8").splitlines() if line.strip()]
    followed = [(line["history"][0][0], line["question"]) for line in lines if line.get("history")]
    alone = [line["question"] for line in lines if not line.get("history")]
    return [*followed, *zip(alone[::TURNS], alone[1::TURNS], strict=False)]


def hold_once(server: Server, doors: Doors, scripts: Sequence[Script]) -> dict[Script, list[tuple[str, str]]]:
    """Return each conversation as it goes where nobody else is there."""
    visitor = Visitor(server.address, doors)
    expected = {}
    for script in scripts:
        for question in script:
            expected[script] = visitor.ask(question)
        visitor.begin_anew()
    visitor.leave()
    return expected


class Crowd:
    """People who hold conversations, each at their own pace, as long as they shall go on.

    Args:
        server: whose page they use.
        doors: of the page.
        expected: the conversations they may hold, and how each goes.
        think: seconds between a person's questions, on average.
    """

    def __init__(
        self, server: Server, doors: Doors, expected: dict[Script, list[tuple[str, str]]], *, think: float
    ) -> None:
        self._server = server
        self._doors = doors
        self._expected = expected
        self._think = think
        self._lock = threading.Lock()
        self._asked = 0
        self._ends = INFINITE
        self._most = INFINITE
        self._measured = Measured()

    def live(self, people: int, *, seconds: float = INFINITE, questions: float = INFINITE) -> Measured:
        """Let so many people ask for so long, or so many questions, and return what was measured."""
        started = time.monotonic()
        self._ends, self._most = started + seconds, questions
        threads = [threading.Thread(target=self._visit, args=(number,), daemon=True) for number in range(people)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self._measured.memory.append((time.monotonic() - started, self._server.memory()))
            time.sleep(SAMPLED)
        self._measured.lasted = time.monotonic() - started
        return self._measured

    def _visit(self, number: int) -> None:
        chance = random.Random(number)
        visitor = Visitor(self._server.address, self._doors)
        self._pause(chance.random() * self._think)
        while self._goes_on():
            script = chance.choice(list(self._expected))
            for place, question in enumerate(script, start=1):
                self._ask(visitor, question, self._expected[script][:place])
                self._pause(chance.expovariate(1 / self._think) if self._think else 0)
                if not self._goes_on():
                    break
            visitor.begin_anew()
        visitor.leave()

    def _ask(self, visitor: Visitor, question: str, expected: list[tuple[str, str]]) -> None:
        with self._lock:
            self._asked += 1
        begun = time.perf_counter()
        problem = look(visitor, question, expected)
        with self._lock:
            self._measured.seconds.append(time.perf_counter() - begun)
            self._measured.wrong.update([problem] if problem else [])

    def _goes_on(self) -> bool:
        return time.monotonic() < self._ends and self._asked < self._most

    def _pause(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and self._goes_on():
            time.sleep(min(0.5, max(0.0, ends - time.monotonic())))


def look(visitor: Visitor, question: str, expected: list[tuple[str, str]]) -> str:
    """Ask, and return what is wrong with the answer: nothing, an error, or the words of somebody else."""
    try:
        kept = visitor.ask(question)
    except (VisitError, httpx.HTTPError, OSError, ValueError) as error:
        return f"error: {type(error).__name__}: {str(error)[:80]}"
    if [asked for asked, _ in kept] != [asked for asked, _ in expected]:
        return "mixed up: other questions"
    return "" if kept == expected else "mixed up: another answer"


def show(console: Console, title: str, measured: Measured, events: Sequence[dict[str, Any]]) -> None:
    """Print what was measured, and what the server's log says of the same questions."""
    table = Table("figure", "value", title=title)
    seconds = measured.seconds
    table.add_row("questions; a second", f"{len(seconds)}; {len(seconds) / measured.lasted:.1f}")
    table.add_row("seconds to the whole answer: median, 95 %, 99 %", ", ".join(f"{one:.2f}" for one in cuts(seconds)))
    table.add_row("errors and mix-ups", "; ".join(f"{count} x {kind}" for kind, count in measured.wrong.items()) or "0")
    for name in ("waited", "seconds"):
        values = [event[name] for event in events]
        table.add_row(f"server, {name}: median, 95 %, 99 %", ", ".join(f"{one:.3f}" for one in cuts(values)))
    names = list(events[0]["steps"]) if events else []
    steps = [f"{name} {statistics.median(event['steps'].get(name, 0) for event in events):.3f}" for name in names]
    table.add_row("server, medians of the steps", ", ".join(steps))
    table.add_row("outcomes", str(dict(Counter(event["outcome"] for event in events))))
    table.add_row("memory (PSS), MB: first, highest, last", describe_memory(measured))
    console.print(table)


def cuts(values: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th and 99th percentile."""
    parts = statistics.quantiles(values, n=100) if len(values) > 1 else [*values, 0.0] * 50
    return parts[49], parts[94], parts[98]


def describe_memory(measured: Measured) -> str:
    """Return how the memory went."""
    values = [memory for _, memory in measured.memory]
    return f"{values[0]:.0f}, {max(values):.0f}, {values[-1]:.0f}"


def show_growth(console: Console, measured: Measured) -> None:
    """Print how much the memory grew once the soak had settled."""
    settled = next(memory for moment, memory in measured.memory if moment >= SETTLED * measured.lasted)
    last = measured.memory[-1][1]
    console.print(
        f"memory after a tenth {settled:.0f} MB, at the end {last:.0f} MB: {100 * (last / settled - 1):+.1f} %"
    )


def come_and_leave(console: Console, server: Server, question: str, count: int) -> None:
    """Let visitors come, ask once and leave, and print what the server keeps of each."""
    doors = Doors.find(server.address)
    memory = []
    for number in range(-20, count):  # twenty to warm up
        if number == 0:
            memory.append(server.memory())
        visitor = Visitor(server.address, doors)
        visitor.ask(question)
        visitor.leave()
    memory.append(server.memory())
    time.sleep(3 * GRACE)
    memory.append(server.memory())
    console.print(
        f"{count} visitors came, asked and left: {memory[0]:.0f} MB before, {memory[1]:.0f} MB after, "
        f"{memory[2]:.0f} MB once they are forgotten; {1024 * (memory[2] - memory[0]) / count:.1f} kB each"
    )


if __name__ == "__main__":
    main()
