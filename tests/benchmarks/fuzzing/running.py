"""The run: what is made for each number, checked against the laws, watched for hangs, and made smaller if it fails."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant import Assistant, Settings
from tests.benchmarks.fuzzing.documents import SCRAPS, SENTENCES, make_attack, make_seed, make_text
from tests.benchmarks.fuzzing.growth import TooLong, limited
from tests.benchmarks.fuzzing.laws import (
    SUFFIXES,
    Asking,
    InProcess,
    check_document,
    check_question,
    check_statement,
    check_written,
)
from tests.benchmarks.fuzzing.mutations import mutate
from tests.conftest import ARTICLES, WordEmbedder
from vectorstore.formats.parsing_process import ParsingProcess

SLOW = 5.0
"""Seconds of the processor that one may take; the real parsing process counts those of the clock itself."""
FOR_REAL = 25
"""Every so many documents goes through the real parsing process."""
SHARES = {".txt": 18, ".md": 15, ".html": 15, ".pdf": 4, ".docx": 4, "question": 24, "written": 10, "statement": 10}
"""How often which kind comes, of a hundred."""
SMALLER = 60
"""Tries to make a failure smaller."""
STARTS = ("Wie viel", "Wer", "Warum", "Hat", "Wer investiert mehr in", "Welche Artikel gibt es zu", "Und", "Was war",
          "Worum geht es in", "Wann ist", "How much", "Is", "Fasse", "Nenne", "Wer hat den Artikel über",
          "Was ist länger,", "Which is longer,")  # fmt: skip
MIDDLES = ("die Strecke", "Roggenbrot", "letztes Jahr", "oder", "und", "im Mai 2024", "der Wal", "12 Meter", "mehr als",
           "the line", "{x}", "{", "}", "„Bahn“", "2019", "seit gestern", "Euro", "vor 3 Jahren", "Buckelwal oder Brot",
           "am 31.2.2023", "im 13. Monat", "zwischen 2020 und 2019", "0", "9999", "im Jahr 10000")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed: its number, its kind, its bytes made smaller, and why."""

    number: int
    kind: str
    content: bytes
    reason: str

    @property
    def suffix(self) -> str:
        """What its file is called behind its number."""
        return self.kind if self.kind in SUFFIXES else f".{self.kind}.txt"


@dataclass(slots=True)
class Figures:
    """What a run came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: tuple[float, int, str] = (0.0, -1, "")
    failures: int = 0
    size: int = 0

    def rows(self) -> list[tuple[str, str]]:
        """Return them as lines of a table."""
        slowest = f"{self.slowest[0]:.2f} s (number {self.slowest[1]}, {self.slowest[2]})"
        return [
            ("documents and questions", f"{self.outcomes.total():,}"),
            *((name, f"{count:,}") for name, count in sorted(self.outcomes.items())),
            ("megabytes", f"{self.size / 1e6:.1f}"),
            ("seconds", f"{self.seconds:.0f}"),
            ("slowest", slowest),
            ("failures", str(self.failures)),
        ]


class Fuzzer:
    """Makes and checks what has a number; ``close`` ends its parsing process."""

    def __init__(self, folder: Path, *, seed: int, slow: float = SLOW) -> None:
        self._folder, self._seed, self._slow = folder, seed, slow
        self._parser = ParsingProcess(seconds=4 * slow)
        self._asking: Asking | None = None
        self._watch: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._parser.close()

    def run(
        self, numbers: range, figures: Figures, *, seconds: float, watch: Callable[[], None] = lambda: None
    ) -> Iterator[Failure]:
        """Check those numbers, or as many as there is time for; yield those that fail, and keep the figures."""
        self._watch = watch
        started = time.perf_counter()
        self.asking.desk.answer("Wie lang ist die Strecke?")  # what is loaded once is nobody's time
        for number in numbers:
            begun = time.process_time()
            if time.perf_counter() - started > seconds:
                break
            kind, content = self.make(number)
            outcome, reason = self.outcome(number, kind, content)
            took = time.process_time() - begun
            figures.seconds = time.perf_counter() - started
            figures.outcomes[f"{kind} {outcome}"] += 1
            figures.size += len(content)
            figures.slowest = max(figures.slowest, (took, number, kind))
            if outcome == "failed":
                figures.failures += 1
                yield Failure(number, kind, self.smaller(number, kind, content, reason), reason)

    def run_one(self, number: int) -> None:
        """Check one again and let its error out."""
        kind, content = self.make(number)
        with limited(SLOW):
            self.check(number, kind, content)

    def make(self, number: int) -> tuple[str, bytes]:
        """Return the kind and the bytes of a number; always the same."""
        rng = random.Random(f"{self._seed}-{number}")
        kind = rng.choices(list(SHARES), weights=list(SHARES.values()))[0]
        if kind in SUFFIXES:
            return kind, mutate(rng, make_seed(rng, kind), make_seed(rng, kind), kind)
        if kind == "question":
            words = [rng.choice(STARTS), *rng.choices((*MIDDLES, *MIDDLES, *SCRAPS), k=rng.randint(0, 7))]
            text = " ".join(words) + rng.choice("?.! ") if rng.random() < 0.8 else make_text(rng)[:2_000]
            text = f"{text} {make_attack(rng, 1_500)}"[:2_000] if rng.random() < 0.3 else text
        else:
            text = make_text(rng)[:4_000]
        return kind, text.encode("utf-8", "surrogatepass")

    def outcome(self, number: int, kind: str, content: bytes) -> tuple[str, str]:
        """Return what became of it, and why if it failed."""
        begun = time.process_time()
        self._watch()
        try:
            with limited(2 * self._slow):
                outcome = self.check(number, kind, content)
        except TooLong:
            return "failed", f"took more than {2 * self._slow:g} seconds"
        except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
            return "failed", f"{type(error).__name__}: {str(error)[:200]}{where(error)}"
        took = time.process_time() - begun
        return ("failed", f"took {took:.1f} seconds") if took > self._slow else (outcome, "")

    def check(self, number: int, kind: str, content: bytes) -> str:
        """Check it against the laws; return what became of it."""
        rng = random.Random(number)
        if kind in SUFFIXES:
            parser = self._parser if number % FOR_REAL == 0 else InProcess()
            return check_document(content, kind, self._folder, parser=parser, rng=rng)
        text = content.decode("utf-8", "surrogatepass")
        if kind == "question":
            history = [(rng.choice((*SENTENCES, text[:50])), "Ja."), (rng.choice(SCRAPS), text[:99])]
            return check_question(text, history if rng.random() < 0.4 else (), self.asking)
        if kind == "written":
            check_written(text, rng)
        else:
            check_statement(text[:700], rng.choice((text[100:2_000], " ".join(SENTENCES))))
        return "checked"

    def smaller(self, number: int, kind: str, content: bytes, reason: str) -> bytes:
        """Return less of the bytes that fails alike: halves, quarters and so on are taken out as long as it does."""
        tries, part = 0, len(content) // 2
        begun = time.process_time()
        while part and tries < SMALLER and time.process_time() - begun < 4 * SLOW:
            for start in range(0, len(content), part):
                tries += 1
                less = content[:start] + content[start + part :]
                with suppress(UnicodeDecodeError):
                    if tries <= SMALLER and self.outcome(number, kind, less)[1][:30] == reason[:30]:
                        content = less
                        break
            else:
                part //= 2
        return content

    @property
    def asking(self) -> Asking:
        """The collection that is asked, made when first needed."""
        if self._asking is None:
            folder = self._folder / "asked"
            folder.mkdir()
            for name, text in ARTICLES.items():
                (folder / name).write_text(text, encoding="utf-8")
            settings = Settings(articles=(folder,), data_dir=self._folder / "data", reader=False)
            desk = Assistant(settings, embeddings=WordEmbedder())
            self._asking = Asking(desk, {name: desk.article(name).text for name in ARTICLES})
        return self._asking


def where(error: BaseException) -> str:
    """Return the innermost line of an error, fit to follow its message."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return f" ({Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno})" if traceback else ""
