"""A follow-up question that a model makes stand alone, if it does so in time and without inventing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.followup import Turn, leans_on_history
from assistant.numerals import tokenize
from assistant.writing.defusing import defuse
from assistant.writing.failures import LanguageModelError
from assistant.writing.interfaces import WritingModel, close
from assistant.writing.plain_text import make_plain
from assistant.writing.prompting import fill, language_of
from assistant.writing.recognising import akin, invents, speaks
from vectorstore import content_words

REWRITE_SECONDS = 8.0
"""Seconds for a rewritten question; the rule needs none, and nothing is shown meanwhile."""
MOST_TURNS = 2
"""Turns of the conversation that the model is given; a follow-up hardly ever points back further."""
LONGEST_TURN = 300
"""Characters of a question or an answer given to the model."""
LONGEST_QUESTION = 300
"""Characters of a rewritten question."""


def rewrite_question(
    question: str, history: Sequence[Turn], *, model: WritingModel, seconds: float = REWRITE_SECONDS
) -> str | None:
    """Return a question made to stand alone, ``None`` where the model fails or is slow, or says more or less than that.

    Args:
        question: as asked.
        history: the (question, answer) turns before it, oldest first.
        model: rewrites.
        seconds: the time it has.
    """
    if not history:
        return None
    language = language_of(question)
    turns = [tuple(defuse(text)[:LONGEST_TURN] for text in turn) for turn in history[-MOST_TURNS:]]
    before = "\n".join(f"- {asked} {said}" for asked, said in turns)
    messages = fill("rewrite", language, {"history": before, "question": defuse(question)})
    try:
        written = read_line(model.write(messages, seconds=seconds))
    except LanguageModelError:
        return None
    plain = make_plain(written)
    known = [question, *(text for turn in history for text in turn)]
    sound = plain.text.endswith("?") and not plain.suspicious and speaks(plain.text, language, known=known)
    alone = sound and plain.text != question.strip() and not leans_on_history(plain.text)
    return plain.text if alone and keeps(question, plain.text) and not invents(plain.text, known) else None


def keeps(question: str, rewritten: str) -> bool:
    """Tell whether all words that carry a question's meaning are in the rewritten one, whatever their endings."""
    words = tokenize(rewritten)
    return all(any(akin(part, word) for word in words) for part in tokenize(" ".join(content_words(question))))


def read_line(pieces: Iterator[str]) -> str:
    """Return the first line of a text, no more of it than a question may have; the rest isn't waited for."""
    text = ""
    try:
        for piece in pieces:
            text += piece
            if "\n" in text.lstrip() or len(text) > LONGEST_QUESTION:
                break
    finally:
        close(pieces)
    return text.strip()[:LONGEST_QUESTION].partition("\n")[0].strip(' "„“”')
