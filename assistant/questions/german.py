"""Questions made from German sentences by rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.questions.amounts import ask_how_many, ask_how_much
from assistant.questions.circumstances import (
    ASIDE,
    BECAUSE,
    ask_front,
    ask_when_inside,
    ask_where_inside,
    ask_where_it_lies,
    ask_why,
)
from assistant.questions.clause import HAVE_OR_BE, Clause, end_main_clause, is_singular, is_whole, split_clause
from assistant.questions.draft import Draft
from assistant.questions.subjects import (
    ask_by_whom,
    ask_name,
    ask_what,
    ask_what_it_is,
    ask_which,
    ask_who,
    ask_who_holds,
)
from vectorstore import is_german_noun

REPORTED = re.compile(
    r"(?:sei|seien|habe|hätten?|könnten?|könne|solle|werde|wolle|müsse|dürfe|dürften?|würden?|gebe|gehe|komme|liege|bleibe|"
    r"stehe|mache|sehe|halte|lasse|brauche)$"
)
"""Verbs in the mood of what others say; who said it may stand elsewhere."""
PARTICIPLE_FIRST = re.compile(r"(?:Ge|Be|Ver|Er|Ent|Zer|An|Auf|Aus|Ein|Vor|Ab|Zu)\w+(?:t|en)$")
LONG_WORD = 12
"""Letters from which a word is rather a compound noun than a name."""


def make_german_questions(sentence: str) -> Iterator[Draft]:
    """Yield the questions that a German sentence answers.

    Args:
        sentence: without its full stop, with nothing in it that leans on other sentences.
    """
    main = end_main_clause(sentence)
    clause = split_clause(sentence.split(", ", 1)[0] if main is None else main, cut_short=main != sentence)
    if clause is None or not is_sound(clause):
        return
    if main and is_whole(clause):
        for rule in RULES:
            yield from rule(clause)
        because = BECAUSE.match(sentence)
        if because and not ASIDE.search(because["reason"]):
            yield from ask_why(clause, because["reason"])
    yield from ask_what_it_is(clause)
    yield from ask_who_holds(clause)


def is_sound(clause: Clause) -> bool:
    """Tell whether a clause's first phrase agrees with its verb, and keeps its capitals wherever it stands."""
    if REPORTED.match(clause.verb):
        return False
    if not clause.subject_first:
        return True
    first, _, others = clause.front.partition(" ")
    if clause.rest.startswith("der ") or (first in ("Die", "Das", "Eine") and is_name_first(clause)):
        return False
    if first.startswith("Ein") and not is_singular(clause.verb):
        return False
    if not others:
        if PARTICIPLE_FIRST.match(first) and HAVE_OR_BE.match(clause.verb):
            return False
        plural = first.endswith(("en", "ern", "eln")) and (is_german_noun(first) or len(first) >= LONG_WORD)
        return not (plural and is_singular(clause.verb))
    if not others[:1].isupper():
        return True
    inflected = re.search(r"e[rsn]?$", first) and not is_german_noun(first) and is_german_noun(others.split(" ")[0])
    return not (inflected or re.search(r"(?:isch|lich|ig|sam|bar|haft|los|iert)e[rsn]?$", first))


RULES: tuple[Callable[[Clause], Iterator[Draft]], ...] = (
    ask_front,
    ask_when_inside,
    ask_who,
    ask_by_whom,
    ask_where_it_lies,
    ask_how_many,
    ask_how_much,
    ask_name,
    ask_which,
    ask_where_inside,
    ask_what,
)


def is_name_first(clause: Clause) -> bool:
    """Tell whether a bare capitalised word follows a verb of doing: "Die Kosten trägt X" begins with its object."""
    return clause.rest[:1].isupper() and clause.verb not in ("ist", "sind", "war", "waren", "wurde", "wurden")
