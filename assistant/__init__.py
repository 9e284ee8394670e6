"""Ask a collection of articles; every sentence of the answer carries a citation that opens its passage.

>>> from assistant import answer
>>> print(answer("Wie viel will Alibaba in KI-Infrastruktur investieren?").text)  # doctest: +SKIP
"""

import functools
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, Citation, Statement  # now: later, the room would take the place of the function

if TYPE_CHECKING:
    from assistant.chain import QuestionError
    from assistant.collection import Holding
    from assistant.desk import Assistant
    from assistant.followup import Turn
    from assistant.library import Library, open_library
    from assistant.runnable import AnswerChain
    from assistant.scope import Scope, ScopeError
    from assistant.settings import Settings
    from vectorstore import (
        Announce,
        Article,
        ArticleError,
        BelegtError,
        BusyError,
        CollectionError,
        ModelError,
        Progress,
        Report,
        Source,
    )

__all__ = [
    "Announce",
    "Answer",
    "AnswerChain",
    "Article",
    "ArticleError",
    "Assistant",
    "BelegtError",
    "BusyError",
    "Citation",
    "CollectionError",
    "Holding",
    "Library",
    "ModelError",
    "Progress",
    "QuestionError",
    "Report",
    "Scope",
    "ScopeError",
    "Settings",
    "Source",
    "Statement",
    "Turn",
    "answer",
    "open_assistant",
    "open_library",
]

_ROOMS = {
    "assistant.chain": ("QuestionError",),
    "assistant.collection": ("Holding",),
    "assistant.desk": ("Assistant",),
    "assistant.followup": ("Turn",),
    "assistant.library": ("Library", "open_library"),
    "assistant.runnable": ("AnswerChain",),
    "assistant.scope": ("Scope", "ScopeError"),
    "assistant.settings": ("Settings",),
}
"""Where each name is at home; all others are the vectorstore's."""


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: whoever only indexes needn't wait for LangChain's chains."""
    if name not in __all__:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    room = next((room for room, names in _ROOMS.items() if name in names), "vectorstore")
    return getattr(importlib.import_module(room), name)


@functools.lru_cache(maxsize=4)
def open_assistant(settings: "Settings") -> "Assistant":
    """Return the assistant for these settings, the same one each time, so that a model is loaded once a process."""
    from assistant.desk import Assistant

    return Assistant(settings)


def answer(
    question: str,
    *,
    history: "Sequence[Turn]" = (),
    scope: "Scope | None" = None,
    settings: "Settings | None" = None,
) -> "Answer":
    """Answer a question from the articles that the settings name; by default the starter articles.

    Args:
        question: in German or English, at most 2,000 characters.
        history: the (question, answer) turns before it, oldest first.
        scope: which articles are asked; ``None`` for all.
        settings: which articles and where the index lies; ``None`` takes the defaults and ``BELEGT_*``.

    Raises:
        BelegtError: the question is empty or too long, or the articles, index or model can't be used; one line.
    """
    from assistant.settings import Settings

    return open_assistant(settings or Settings()).answer(question, history=history, scope=scope)
