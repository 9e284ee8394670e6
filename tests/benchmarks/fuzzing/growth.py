"""How the time of every public function that takes a text grows with it: ten times the text, not a hundred times."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
"""Characters of the texts that are tried, one after the other as long as the limit holds."""
LIMIT = 5.0
"""Seconds that a text may take; at this size nothing that reads it once needs them."""
STEEP = 40.0
"""Times as long for ten times the text: ten is linear, a hundred quadratic, with room for what a cache does."""
NOTICED = 0.5
"""Seconds from which steepness counts; below it is no matter."""
LAYERS = ("vectorstore", "assistant", "ui")
UNITS: dict[str, str] = {
    "letters": "a",
    "capitals": "A",
    "digits": "1",
    "spaces": " ",
    "newlines": "\n",
    "wide spaces": "\u00a0",
    "stops": ".",
    "questions": "?",
    "hyphens": "-",
    "commas": ",",
    "quotes": '"',
    "German quotes": "„",
    "brackets": "[",
    "parentheses": "(",
    "angles": "<",
    "closed": "]",
    "backticks": "`",
    "stars": "*",
    "hashes": "# ",
    "pipes": "|",
    "quoted": "> ",
    "ampersands": "&",
    "backslashes": "\\",
    "accents": "\u0301",
    "bidi": "\u202e",
    "surrogates": "\ud800",
    "nul": "\x00",
    "words": "Wort ",
    "names": "Anna Karlsson ",
    "hyphened": "Nord-Süd-",
    "abbreviations": "z. B. ",
    "dots and letters": "a.",
    "spaced letters": "a ",
    "digit groups": "1.",
    "comma groups": "1,",
    "dates": "3. Mai 2024 ",
    "amounts": "1,2 Milliarden Euro ",
    "percent": "5 Prozent und ",
    "keys": "[1]",
    "spaced keys": " [1]",
    "open tags": "<b>",
    "closed tags": "</b>",
    "links": "[x](http://a.b) ",
    "images": "![x](",
    "addresses": "http://a.b/",
    "list items": "- Ein Punkt der Liste steht hier.\n",
    "numbered": "1. Punkt\n",
    "lines": "Der Zug fährt um 9 Uhr.\n",
    "paragraphs": "Die Stadt baut am Fluss ein neues Bad.\n\n",
    "tabs": "a\tb\n",
    "table": "| a | b |\n",
    "said": "„Ja“, sagte Anna. ",
    "half quotes": "„Ja, sagte sie. ",
    "clauses": "und die Stadt baut, ",
    "und": "und ",
    "of the": "of the ",
    "was": "was ist ",
    "short words": "im Mai ",
    "labels": "Autor: ",
    "blank lines": " \n",
    "entities": "&lt;",
    "turns": "Frage: Wie?\n",
    "bold": "**a",
    "italic": "_a ",
    "fences": "```\n",
    "colons": "::",
    "slashes": "/",
    "ellipses": "… ",
    "semicolons": "a; ",
    "teasers": "Lesen Sie auch: Mehr dazu\n",
}
"""What a text is made of, repeated to its size."""
ENDS = ("", "!", "\nX")
"""What comes at the end, so that a pattern nearly fits."""


class TooLong(BaseException):  # noqa: N818 - no error of the product's; passes every "except Exception"
    """The limit is over."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What a function took for a text of each size, in seconds; ``seconds`` ends with the first over the limit."""

    name: str
    unit: str
    seconds: tuple[float, ...]
    failure: str = ""

    @property
    def is_steep(self) -> bool:
        """Whether this is slow, or grows faster than the text."""
        pairs = zip(self.seconds, self.seconds[1:], strict=False)
        steep = any(after > NOTICED and after > STEEP * max(before, 1e-4) for before, after in pairs)
        return steep or self.seconds[-1] > LIMIT


def find_functions(layers: Sequence[str] = LAYERS) -> dict[str, Callable[[str], Any]]:
    """Return the public functions of these packages that can be called with a text alone, by their full names."""
    found: dict[str, Callable[[str], Any]] = {}
    for layer in layers:
        package = importlib.import_module(layer)
        for info in pkgutil.walk_packages(package.__path__, f"{layer}."):
            if "child" in info.name:
                continue
            module = importlib.import_module(info.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == info.name and not name.startswith("_"):
                    call = with_text(function)
                    if call is not None:
                        found[f"{info.name}.{name}"] = call
    return found


def grow(console: Any) -> int:
    return 0


def with_text(function: Callable[..., Any]) -> Callable[[str], Any] | None:
    """Return a function as one of a text: all its required parameters are texts, or a language; ``None`` otherwise."""
    given: list[tuple[inspect.Parameter, str]] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            continue
        kind = str(parameter.annotation)
        if kind not in ("str", "str | None", "Language", "Sequence[str]", "Iterable[str]", "object", "list[str]"):
            return None
        given.append((parameter, kind))
    if not any(kind not in ("Language",) for _, kind in given):
        return None

    def call(text: str) -> Any:
        places: list[Any] = []
        names: dict[str, Any] = {}
        for parameter, kind in given:
            value: Any = "de" if kind == "Language" else text.split("\n") if "[" in kind else text
            if parameter.kind is parameter.KEYWORD_ONLY:
                names[parameter.name] = value
            else:
                places.append(value)
        result = function(*places, **names)
        return list(result) if inspect.isgenerator(result) else result

    return call


def measure(name: str, call: Callable[[str], Any], unit: str, *, sizes: Sequence[int] = SIZES) -> Growth:
    """Return how a function's time grows with a text that is made of one unit."""
    seconds: list[float] = []
    failure = ""
    for size in sizes:
        worst = 0.0
        for end in ENDS:
            text = (UNITS[unit] * (size // len(UNITS[unit]) + 1))[:size] + end
            took, failure = timed(call, text)
            worst = max(worst, took)
            if worst > LIMIT or failure:
                break
        seconds.append(worst)
        if failure or worst > LIMIT or (worst > 1 and size != sizes[-1]):
            break
    return Growth(name, unit, tuple(seconds), failure)


def timed(call: Callable[[str], Any], text: str) -> tuple[float, str]:
    """Return the seconds that a call took, and what it raised if that was no clean error."""
    from vectorstore.errors import BelegtError
    from vectorstore.formats.document import UnreadableError

    started = time.process_time()
    failure = ""
    try:
        with limited(LIMIT * 1.2):
            call(text)
    except TooLong:
        pass
    except (BelegtError, UnreadableError):
        pass
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
        failure = f"{type(error).__name__}: {str(error)[:100]}"
    return time.process_time() - started, failure


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what runs here after some seconds of this process's own time by raising TooLong, also within a pattern."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
