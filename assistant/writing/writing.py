"""An answer written by a language model from the quoted one: its evidence first, then sentence by sentence as checked.

Nothing goes out that wasn't held against the evidence, and no exception goes out at all: whatever fails, the quoted
answer stands, with a note that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.answer import Answer, Statement, Wording
from assistant.citing import one_line
from assistant.phrases import phrase
from assistant.writing.citing_keys import Written, read_sentences
from assistant.writing.drafting import Draft
from assistant.writing.failures import LanguageModelError
from assistant.writing.interfaces import Judge, WritingModel, close
from assistant.writing.prompting import language_of, make_excerpts, make_messages
from assistant.writing.recognising import echoes, is_announcement, says_nothing, speaks, take_verdict
from assistant.writing.settling import WhenUnsupported, check_sentence

MOST_SENTENCES = 4
"""Sentences of an answer: asked for are three; then the model is stopped."""


def write_answer(
    quoted: Answer,
    *,
    model: WritingModel,
    judge: Judge,
    when_unsupported: WhenUnsupported = "replace",
    seconds: float | None = None,
    fence: str | None = None,
    wording: Wording = "free",
) -> Iterator[Answer]:
    """Yield a quoted answer as a model writes it: first its evidence, then sentence by sentence, at last whole.

    A sentence is shown only once it was checked. An answer that quotes nothing (an abstention, what is told of the
    articles themselves) stays as it is, and the model isn't asked; nor is one that only shortens where it isn't known
    which words answer, for then it takes any sentence. The citations keep the numbers that they have.

    Args:
        quoted: the answer to be written, with the citations that it may stand on.
        model: writes.
        judge: holds every sentence against the evidence.
        when_unsupported: what becomes of a sentence without support.
        seconds: for all of the text; by default the model's own limit.
        fence: the word around the evidence in the prompt; by default a random one.
        wording: whether the model writes freely or shortens; the judge should go by the same.
    """
    if not quotes_only(quoted):
        yield quoted
        return
    if wording == "close" and not quoted.highlight:
        yield replace(quoted, notes=(*quoted.notes, phrase("model spared", language_of(quoted.question))))
        return
    excerpts = make_excerpts(quoted, wording=wording)
    draft = Draft(quoted, excerpts, when_unsupported=when_unsupported, wording=wording)
    yield draft.evidence()
    problem = ""
    pieces = ask(draft, model, seconds=seconds, fence=fence, wording=wording)
    sentences = check_all(draft, pieces, judge)
    try:
        for _ in sentences:
            yield draft.answer()
    except LanguageModelError as error:
        problem = error.kind
    except Exception:  # noqa: BLE001 - the quoted answer is there, and better than a traceback
        problem = "unchecked"
    yield draft.finish(problem)


def quotes_only(answer: Answer) -> bool:
    """Tell whether every statement of an answer is a quote: what we say in our own words is not for a model to say."""
    quotes = {citation.number: one_line(citation.quote) for citation in answer.citations}
    said = [quotes.get(item.citations[0]) == item.text if item.citations else False for item in answer.statements]
    return bool(said) and all(said) and not answer.abstained


def ask(
    draft: Draft, model: WritingModel, *, seconds: float | None, fence: str | None, wording: Wording
) -> Iterator[str]:
    """Yield what a model writes of the evidence.

    Raises:
        LanguageModelError: the model failed, or there is nothing that it may write from.
    """
    if not any(item.evidence for item in draft.excerpts):
        raise LanguageModelError("empty")
    question, language = draft.quoted.standalone_question, language_of(draft.quoted.question)
    messages = make_messages(question, draft.excerpts, language=language, fence=fence, wording=wording)
    pieces = model.write(messages, seconds=seconds)
    try:
        yield from pieces
    finally:
        close(pieces)


def check_all(draft: Draft, pieces: Iterator[str], judge: Judge) -> Iterator[Statement]:
    """Add what a model writes to a draft, and yield each statement that was added.

    Raises:
        LanguageModelError: the model failed, or speaks another language than the question.
    """
    quoted, language = draft.quoted, language_of(draft.quoted.question)
    known = [text for item in draft.excerpts for text in item.evidence]
    valid = [item.key for item in draft.excerpts if item.evidence]
    try:
        for number, written in enumerate(read_sentences(pieces, valid=valid, known=known)):
            if number >= MOST_SENTENCES or says_nothing(written.text):
                break
            if not speaks(written.text, language, known=known):
                raise LanguageModelError("wrong language")
            draft.heard = True
            if not is_empty(written.text, quoted):
                yield from settle(draft, written, judge)
    finally:
        close(pieces)


def is_empty(text: str, quoted: Answer) -> bool:
    """Tell whether a sentence says nothing; where the answer is yes or no, the question's own words are one."""
    return is_announcement(text) or (not quoted.verdict and echoes(text, quoted.standalone_question))


def settle(draft: Draft, written: Written, judge: Judge) -> Iterator[Statement]:
    """Check a sentence and add to the draft what is to be shown of it; a yes or no must be ours."""
    verdict, rest = take_verdict(written.text)
    if verdict and verdict == draft.quoted.verdict:
        if not rest.strip():
            return
        written = replace(written, text=rest)
    elif verdict:
        written = replace(written, suspicious=True)
    yield from draft.add(check_sentence(written, draft.excerpts, judge))
