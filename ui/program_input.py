"""What programs send, checked: anything may come in, and a mistake is said in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant import ArticleError, BelegtError, Scope, Source

MOST_PASSAGES = 50
MOST_TURNS = 100  # of a conversation; a follow-up leans on the last few
LONGEST_TURN = 20_000  # characters; no answer comes near
LONGEST_SHOWN = 100  # characters of a wrong id that are said back


class Shelf(Protocol):
    """What knows the articles."""

    def articles(self) -> Sequence[Source]:
        """Return the sources of all articles."""


def read_question(given: object) -> str:
    """Return a question that can be asked. Raises ``BelegtError`` where it is none."""
    from assistant.chain import check_question

    if not isinstance(given, str):
        raise BelegtError("the question is a text; write for example: Wer leitet BMW in China?")
    return check_question(clean(given))


def read_history(given: object) -> tuple[tuple[str, str], ...]:
    """Return the turns of a conversation. Raises ``BelegtError`` where they are none, or too many or too long."""
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not all(is_turn(turn) for turn in given):
        raise BelegtError("the history is a list of turns, each [question, answer text]")
    if len(given) > MOST_TURNS or any(len(text) > LONGEST_TURN for turn in given for text in turn):
        raise BelegtError(f"the history has at most {MOST_TURNS} turns, each text at most {LONGEST_TURN:,} characters")
    return tuple((clean(question), clean(said)) for question, said in given)


def is_turn(given: object) -> bool:
    """Tell whether this is a question with its answer."""
    return isinstance(given, list | tuple) and len(given) == 2 and all(isinstance(text, str) for text in given)


def read_count(given: object) -> int:
    """Return a number of passages. Raises ``BelegtError`` where it is none."""
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_PASSAGES:
        raise BelegtError(f"the count is a whole number from 1 to {MOST_PASSAGES}")
    return given


def read_scope(shelf: Shelf, articles: object, since: object, until: object) -> Scope:
    """Return which articles are meant. Raises ``BelegtError`` where one isn't there, or a date is none."""
    scope = Scope.from_dict({"articles": articles, "since": since, "until": until})
    check_known(shelf, scope.articles)
    return scope


def check_known(shelf: Shelf, article_ids: Sequence[object]) -> None:
    """Make sure that there are articles of these ids. Raises ``ArticleError`` where there is none."""
    known = {source.article_id for source in shelf.articles()} if article_ids else set()
    for article_id in article_ids:
        if not isinstance(article_id, str) or article_id not in known:
            shown = clean(str(article_id))[:LONGEST_SHOWN]
            raise ArticleError(f"there is no article {shown!r}; the endpoint articles lists those that are there")


def clean(text: str) -> str:
    """Return a text that UTF-8 can hold: halves of a pair that stand alone are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
