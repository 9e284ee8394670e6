"""A stream of text -> sentences as they are finished, each with the keys that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.writing.failures import LanguageModelError
from assistant.writing.plain_text import KEYS, make_plain
from vectorstore import split_sentences

LONGEST_SENTENCE = 700
"""Characters in which a sentence must end; three of the longest that newspapers print have that many."""
_FOLLOWED = re.compile(r"\s*\S+\s+\S+\s")
"""Two whole words: enough to tell that a sentence begins, and "3. Mai" or "80 Mrd. Euro" goes on."""
_BEFORE_KEYS = re.compile(r"(?<!\s)\s++(?=\[\d)")
"""White space before a key, taken once: with a newline sought in between, a page of empty lines takes seconds."""
_ENDED = re.compile(r"[.!?…][\"“”»«’)\s]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as plain text, the valid keys it cites, and whether it held what no plain answer holds."""

    text: str
    keys: tuple[int, ...]
    suspicious: bool = False


def read_sentences(pieces: Iterable[str], *, valid: Sequence[int], known: Sequence[str] = ()) -> Iterator[Written]:
    """Yield the sentences of a text that comes in pieces, each once it is known where it ends.

    However the text is cut, the sentences are the same. One that was not finished when the text broke off is left out.

    Args:
        pieces: the text.
        valid: the keys that there are; others are dropped.
        known: the sources, whose addresses may be named.

    Raises:
        LanguageModelError: what the pieces raise, or that a sentence has no end; what was yielded before stands.
    """
    rest = ""
    try:
        for piece in pieces:
            for part in re.findall(r"\S+|\s", piece):
                rest += part
                if part.isspace():
                    finished, rest = split_finished(rest)
                    yield from keep_worded(finished, valid, known)
                check_length(rest)
    except LanguageModelError:
        yield from keep_worded(whole(rest), valid, known)
        raise
    yield from keep_worded(cut(rest), valid, known)


def check_length(sentence: str) -> None:
    """Raise where a sentence has no end."""
    if len(sentence) > LONGEST_SENTENCE:
        raise LanguageModelError("too large", "the language model writes a sentence without an end")


def split_finished(text: str) -> tuple[list[str], str]:
    """Return the sentences that are finished, and the rest, which goes on."""
    joined = join_keys(text)
    *finished, last = split_sentences(joined) or (None,)
    if not finished or last is None or not _FOLLOWED.match(joined[last.start :]):
        return [], text
    return [joined[item.start : item.end] for item in finished if item], joined[last.start :]


def join_keys(text: str) -> str:
    """Return a text with its keys as the splitting of sentences knows them: [1][2], on the line of their sentence."""
    plain = KEYS.sub(lambda match: "".join(f"[{number}]" for number in re.findall(r"\d+", match[1])), text)
    return _BEFORE_KEYS.sub(lambda space: " " if "\n" in space[0] else space[0], plain)


def cut(text: str) -> list[str]:
    """Return the sentences of a text, each with its keys."""
    joined = join_keys(text)
    return [joined[item.start : item.end] for item in split_sentences(joined)]


def whole(text: str) -> list[str]:
    """Return the sentences of a text that broke off, without the last one if it doesn't end in a point and its key.

    What is beyond the longest sentence is left out: how much of it has come depends on how the text is cut.
    """
    sentences = cut(text[:LONGEST_SENTENCE])
    if not sentences or len(text) > LONGEST_SENTENCE:
        return sentences[:-1]
    bare = KEYS.sub("", sentences[-1])
    ended = _ENDED.search(bare) and KEYS.search(sentences[-1])
    return sentences if ended else sentences[:-1]


def keep_worded(sentences: Iterable[str], valid: Sequence[int], known: Sequence[str]) -> Iterator[Written]:
    """Yield the sentences that hold a word, as plain text."""
    for sentence in sentences:
        plain = make_plain(sentence, known=known)
        if any(character.isalnum() for character in plain.text):
            text = plain.text if _ENDED.search(plain.text) else f"{plain.text.rstrip(' ,;:')}."
            yield Written(text, tuple(key for key in plain.keys if key in valid), plain.suspicious)
