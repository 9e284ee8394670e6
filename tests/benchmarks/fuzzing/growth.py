"""How the time of every public function that takes a text grows with it: ten times the text, not a hundred times."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import FrameType
from typing import Any

from rich.console import Console

from assistant.comparing import split_comparison
from assistant.followup import make_standalone
from assistant.highlight import find_highlight
from assistant.questions.making import make_questions
from assistant.request import recognise
from assistant.support.judge import SupportJudge, embed_with
from assistant.timeframe import find_timeframe, settle_time
from assistant.verdict import decide
from assistant.writing.citing_keys import read_sentences
from assistant.writing.defusing import defuse
from assistant.writing.failures import LanguageModelError
from tests.conftest import WordEmbedder
from ui.article_rendering import render_article
from vectorstore import Article, BelegtError, Source
from vectorstore.chunking import split_article
from vectorstore.cleaning import clean
from vectorstore.formats.decoding import decode
from vectorstore.formats.document import UnreadableError
from vectorstore.formats.markdown import read_markdown
from vectorstore.formats.plain_text import read_plain_text
from vectorstore.formats.web_page import read_web_page
from vectorstore.keywords import stem_text
from vectorstore.metadata import find_metadata
from vectorstore.sentences import split_sentences
from vectorstore.stories import learn

SIZES = (10_000, 100_000, 1_000_000)
"""Characters of the texts that are tried, one after the other as long as the limit holds."""
LIMIT = 5.0
"""Seconds that a text may take; at this size nothing that reads it once needs them."""
STEEP = 40.0
"""Times as long for ten times the text: ten is linear, a hundred quadratic, with room for what a cache does."""
NOTICED = 0.5
"""Seconds from which steepness counts; below it is no matter."""
SHORT = (200, 2_000)
"""Characters of questions and sentences, which are held to about so many."""
QUESTION = "Wie lang ist die neue Strecke im Norden?"
EVIDENCE = "Die neue Strecke ist 84 Kilometer lang. Ihr Bau kostete 1,2 Milliarden Euro."
JUDGE = SupportJudge(embed_with(WordEmbedder()))
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
    "names": "Emmy Noether ",
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


class TooLong(BaseException):
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


def grow(console: Console, *, whole: Sequence[int] = SIZES, short: Sequence[int] = SHORT) -> int:
    """Print what is slow or steep of everything that takes a text; return 1 if there is anything."""
    found = 0
    for name, call, bounded in entries():
        for unit in UNITS:
            grown = measure(name, call, unit, sizes=short if bounded else whole)
            if grown.is_steep or grown.failure:
                found += 1
                seconds = ", ".join(f"{took:.2f}" for took in grown.seconds)
                console.print(f"{name}: {unit}: {seconds} s {grown.failure}")
    console.print(f"{found} of {len(list(entries())) * len(UNITS)} are slow or steep")
    return 1 if found else 0


def entries() -> Iterator[tuple[str, Callable[[str], Any], bool]]:
    """Yield what takes a text, by name, and whether the product holds that text to a length itself."""
    yield "decoding", lambda text: decode(text.encode("cp1252", "replace") + b"\xe4"), False
    yield "Markdown", read_markdown, False
    yield "plain text", read_plain_text, False
    yield "web page", lambda text: read_web_page(f"<article><p>{text}".encode("utf-8", "replace")), False
    yield "cleaning", clean, False
    yield "metadata", lambda text: find_metadata(text, whole=text, removed=()), False
    yield "sentences", split_sentences, False
    yield "passages", lambda text: split_article(article_of(text)), False
    yield "stories", lambda text: [learn(passage) for passage in split_article(article_of(text))], False
    yield "page of an article", lambda text: render_article(article_of(text), None), False
    yield "keywords", stem_text, False
    yield "a model's sentences", lambda text: list(read_sentences([text], valid=(1, 2))), True
    yield "defusing", defuse, True
    yield "request", recognise, True
    yield "time asked for", lambda text: (find_timeframe(text), settle_time(text, date(2024, 2, 29))), True
    yield "follow-up", lambda text: make_standalone(text, [(text, text)], lambda question: 0.5), True
    yield "comparison", lambda text: split_comparison(text, language="de"), True
    yield "yes or no", lambda text: decide(text, text, text), True
    yield "highlight", lambda text: (find_highlight(text, QUESTION), find_highlight(QUESTION, text)), True
    yield "questions of a sentence", lambda text: list(make_questions(f"Das {text} liegt in {text} am Fluss.")), True
    yield "judge", lambda text: JUDGE.judge(text, [EVIDENCE]), True
    yield "judge, evidence", lambda text: JUDGE.judge(EVIDENCE, [text]), True


def article_of(text: str) -> Article:
    """Return an article of this text."""
    return Article(Source("article.txt", "Titel"), text)


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
    started = time.process_time()
    failure = ""
    try:
        with limited(LIMIT * 1.2):
            call(text)
    except (TooLong, BelegtError, UnreadableError, LanguageModelError):
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
