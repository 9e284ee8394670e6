"""The shortest span of a quote that answers: a figure with its unit, a date, a name. Better none than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.question_type import (
    DATE_SPAN,
    FIGURE_SPAN,
    NUMBER,
    QuestionType,
    classify,
    find_figures,
    new_names,
)
from vectorstore import gram_text

COUNTED = re.compile(
    r"\b(?:wie ?viele?r?|how (?:many|much)|(?:which|what) percentage of|welche[rs]? (?:anzahl|anteil))\s+(\w+)",
    re.IGNORECASE,
)
PERCENT = re.compile(r"prozent|anteil|percent|share", re.IGNORECASE)
PERCENT_FIGURE = re.compile(r"%|\b[Pp]rozent|\bpercent")


def find_highlight(quote: str, question: str) -> str | None:
    """Return the span of ``quote`` that answers ``question``, verbatim; ``None`` where no rule finds one."""
    finders = {
        QuestionType.FIGURE: find_figure,
        QuestionType.DATE: find_date,
        QuestionType.NAME: find_name,
    }
    finder = finders.get(classify(question))
    return finder(quote, question) if finder else None


def widen_figure(quote: str, start: int, end: int) -> tuple[int, int]:
    """Return the figure around a span of a quote, with its qualification and unit ("mehr als 30 Millionen Euro").

    A span without a number stays as it is, and so does one that reaches beyond the figure.
    """
    if not re.search(rf"\b{NUMBER}", quote[start:end]):
        return start, end
    spans = (match.span() for match in FIGURE_SPAN.finditer(quote))
    return next((span for span in spans if span[0] <= start and end <= span[1]), (start, end))


def widen_to_words(quote: str, start: int, end: int) -> tuple[int, int]:
    """Return a span of a quote with the whole of the words that it begins and ends in; pieces of words don't answer."""
    while 0 < start < end and quote[start - 1].isalnum() and quote[start].isalnum():
        start -= 1
    while start < end < len(quote) and quote[end - 1].isalnum() and quote[end].isalnum():
        end += 1
    return start, end


def find_figure(quote: str, question: str) -> str | None:
    """Return the figure that the question's words stand nearest to, one of the unit asked for before any other."""
    figures = find_figures(quote, question)
    figures = of_the_unit(figures, question) or figures
    return nearest(figures, quote, question)


def of_the_unit(figures: list[re.Match[str]], question: str) -> list[re.Match[str]]:
    """Return the figures in the unit that the question names: what is counted, or per cent."""
    counted = COUNTED.search(question)
    if PERCENT.search(question):
        return [match for match in figures if PERCENT_FIGURE.search(match[0])]
    if counted:
        stems = set(gram_text(counted[1]))
        return [match for match in figures if stems and len(stems & set(gram_text(match[0]))) * 2 > len(stems)]
    return []


def find_date(quote: str, question: str) -> str | None:
    """Return the date nearest to the question's words."""
    return nearest([match for match in DATE_SPAN.finditer(quote) if match[0] not in question], quote, question)


def find_name(quote: str, question: str) -> str | None:
    """Return the one new name of several words, if there is exactly one: in German any noun may look like a name."""
    names = [name for name in dict.fromkeys(new_names(quote, question)) if " " in name]
    return names[0] if len(names) == 1 else None


def nearest(matches: Iterable[re.Match[str]], quote: str, question: str) -> str | None:
    """Return the match nearest to the words that the quote shares with the question; the first of ties."""
    asked = set(gram_text(question))
    shared = [word.start() for word in re.finditer(r"\w+", quote) if is_shared(word[0], asked)]
    found = list(matches)
    if not found:
        return None
    best = min(found, key=lambda match: sum(abs(match.start() - place) for place in shared))
    return best[0].strip()


def is_shared(word: str, asked: set[str]) -> bool:
    """Tell whether most of a word's 4-grams are in the question."""
    grams = gram_text(word)
    return bool(grams) and sum(gram in asked for gram in grams) * 2 > len(grams)
