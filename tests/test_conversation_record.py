"""The laws of a kept conversation: it comes back whole, what a browser makes up does not, and Markdown stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant import Scope
from assistant.answer import Answer, Citation, Statement
from tests.markup import answer, assert_only_ours, citation, hostile, json_values
from ui.conversation import Conversation, Turn, render_evidences, render_turns
from ui.conversation_record import (
    LONGEST,
    MOST_TURNS,
    RecordError,
    export_json,
    export_markdown,
    read_record,
    write_record,
)
from ui.escaping import visible

markdown = st.text(alphabet="ab1 -+=*_#>.)(|~`[]!<&\\:/\n\t\"'")
texts = st.text(max_size=20) | markdown | hostile
citations = st.builds(
    Citation,
    number=st.integers(1, 9),
    article_id=texts,
    title=texts,
    published=st.none() | st.dates(),
    author=st.none() | texts,
    publisher=st.none() | texts,
    url=st.none() | texts,
    passage=texts,
    quote=texts,
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    page=st.none() | st.integers(1, 9),
    also_in=st.lists(texts, max_size=2).map(tuple),
)
statements = st.builds(
    Statement, texts, st.lists(st.integers(1, 9), max_size=2).map(tuple), st.sampled_from(["supported", "partly"])
)
answers = st.builds(
    Answer,
    question=texts,
    standalone_question=texts,
    text=texts,
    statements=st.lists(statements, max_size=2).map(tuple),
    citations=st.lists(citations, max_size=2).map(tuple),
    highlight=st.none() | texts,
    abstained=st.booleans(),
    confidence=st.floats(0, 1),
    mode=st.sampled_from(["quoted", "written"]),
    notes=st.lists(texts, max_size=2).map(tuple),
    lead=texts,
    verdict=st.sampled_from([None, "yes", "no"]),
    timings=st.dictionaries(st.sampled_from(["search", "read"]), st.floats(0, 9)),
)
turns = st.builds(
    Turn,
    question=texts,
    answer=st.none() | answers,
    line=texts,
    finished=st.just(value=True),
    standalone=st.booleans(),
    suggestions=st.lists(texts, max_size=2).map(tuple),
    judged=st.sampled_from([None, "right", "wrong"]),
)
scopes = st.builds(
    Scope,
    st.lists(texts.filter(bool), max_size=2, unique=True).map(tuple),
    st.none() | st.dates(max_value=date(2020, 1, 1)),
    st.none() | st.dates(min_value=date(2020, 1, 1)),
)
conversations = st.builds(
    Conversation, st.lists(turns, max_size=2).map(tuple), scopes, begun=st.datetimes(timezones=st.just(UTC))
)

RECORD = write_record(
    Conversation((Turn("Was?", answer(), finished=True, suggestions=("Wer?",)),), Scope(("a.md",), date(2025, 2, 24)))
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside of plain values."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return plain values with another value in one place."""
    if not path:
        return new
    first, *rest = path
    inner = put(value[first], tuple(rest), new)
    if isinstance(value, dict):
        return {**value, first: inner}
    return [inner if place == first else kept for place, kept in enumerate(value)]


def bare(text: str) -> str:
    """What is left of a text where neither spaces nor controls count."""
    return "".join(visible(text).split())


@given(conversations)
def test_a_kept_conversation_comes_back_whole(conversation: Conversation) -> None:
    assert read_record(json.loads(json.dumps(write_record(conversation)))) == conversation
    kept = json.loads(export_json(conversation, "Titel"))
    assert kept.pop("title") == "Titel"
    assert read_record(kept) == conversation


@given(
    json_values | st.just(RECORD).flatmap(lambda record: st.dictionaries(st.sampled_from(sorted(record)), json_values))
)
def test_anything_else_is_refused_with_one_line(sent: Any) -> None:
    with pytest.raises(RecordError, match=r"^Dieses Gespräch lässt sich nicht mehr lesen\.$"):
        read_record(sent)


@given(st.sampled_from(list(paths(RECORD))), json_values)
def test_a_record_made_by_hand_is_refused_or_can_be_shown(path: tuple[Any, ...], new: Any) -> None:
    with suppress(RecordError):
        conversation = read_record(put(RECORD, path, new))
        assert_only_ours("".join(render_turns(conversation, language="de")))
        assert_only_ours("".join(render_evidences(conversation, language="en")))
        export_markdown(conversation, "Titel").encode("utf-8")
        json.dumps(write_record(conversation), allow_nan="timings" in path)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("version",), 2),
        (("key",), "x" * 32),
        (("key",), "a" * 33),
        (("key",), "../../etc/passwd"),
        (("begun",), "gestern"),
        (("scope",), {"articles": "a.md"}),
        (("scope",), {"since": "2025-02-24", "until": "2025-02-23"}),
        (("turns",), [RECORD["turns"][0]] * (MOST_TURNS + 1)),
        (("turns", 0, "question"), "x" * (LONGEST + 1)),
        (("turns", 0, "question"), "\ud83d"),
        (("turns", 0, "suggestions"), ["Wer?"] * 11),
        (("turns", 0, "judged"), "maybe"),
        (("turns", 0, "answer", "confidence"), float("nan")),
        (("turns", 0, "answer", "confidence"), float("inf")),
        (("turns", 0, "answer", "confidence"), 1.1),
        (("turns", 0, "answer", "statements", 0, "support"), '"><script>'),
        (("turns", 0, "answer", "citations", 0, "number"), "1' onclick='x"),
    ],
)
def test_what_no_conversation_holds_is_refused(path: tuple[Any, ...], new: Any) -> None:
    read_record(RECORD)
    with pytest.raises(RecordError):
        read_record(put(RECORD, path, new))


def test_the_refusal_speaks_the_language_of_the_page() -> None:
    with pytest.raises(RecordError, match="This conversation can't be read any more"):
        read_record(None, language="en")


def test_a_question_that_still_waited_counts_as_stopped() -> None:
    waiting = Conversation((Turn("Was?", answer(), line="Suche …"),))
    (turn,) = read_record(write_record(waiting), language="en").turns
    assert turn == replace(waiting.turns[0], line="Stopped.", finished=True)


def test_a_time_without_a_zone_is_read_as_that_of_the_server() -> None:
    naive = put(RECORD, ("begun",), "2025-02-24T10:00:00")
    assert read_record(naive).begun == datetime(2025, 2, 24, 10, tzinfo=UTC)


OURS = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close"}
INLINE = {"text", "softbreak", "em_open", "em_close"}


def read_markdown(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def inside(tokens: list[Token], kind: str) -> list[str]:
    """The texts of every element of this kind, without spaces."""
    found: list[str] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in (f"{kind}_open", f"{kind}_close") else 0
        if token.type == f"{kind}_open" and depth == 1:
            found.append("")
        if token.type == "inline" and depth:
            found[-1] += bare("".join(child.content for child in token.children or ()))
    return found


@given(conversations, texts, st.sampled_from(["de", "en"]))
def test_in_markdown_all_that_was_said_is_there_and_stays_text(
    conversation: Conversation, title: str, language: Any
) -> None:
    tokens = read_markdown(export_markdown(conversation, title, language=language))
    children = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= OURS | {"inline"}
    assert {child.type for child in children} <= INLINE
    said = [turn.answer for turn in conversation.turns if turn.answer]
    assert inside(tokens, "heading") == [bare(title), *(bare(turn.question) for turn in conversation.turns)]
    quotes = [bare(cited.quote) for one in said for cited in one.citations if cited.quote.splitlines()]
    assert inside(tokens, "blockquote") == quotes
    notes = [note for one in said for note in one.notes if bare(note)]
    searched = [one for one in said if one.standalone_question.strip() not in ("", one.question.strip())]
    assert sum(child.type == "em_open" for child in children) == len(notes) + len(searched)
    paragraphs = inside(tokens, "paragraph")
    lines = [turn.line for turn in conversation.turns if not turn.answer]
    for text in [*lines, *(text for one in said for text in (one.text, *one.notes))]:
        assert not bare(text) or bare(text) in paragraphs
    for cited in [cited for one in said for cited in one.citations]:
        start = f"[{cited.number}]{bare(cited.title)}"
        assert any(paragraph.startswith(start) for paragraph in paragraphs)


def test_a_conversation_in_markdown() -> None:
    said = answer(
        citation(url="https://example.org/a_b", quote="- Eins.\n===\n1. Zwei."),
        standalone_question="Was genau?",
        notes=("Es gibt <Neueres>.",),
    )
    begun = datetime(2025, 2, 24, 23, 59, tzinfo=UTC)
    conversation = Conversation((Turn("Was?", said), Turn("# Wer?", line="Angehalten.")), begun=begun)
    assert export_markdown(conversation, "Mein *Titel*") == (
        "# Mein \\*Titel\\*\n\nGespräch vom 24. Februar 2025, aus belegt.\n\n## Was?\n\n*Gesucht nach: Was genau?*\n\n"
        "Der Satz. \\[1\\]\n\n*Es gibt \\<Neueres\\>.*\n\n"
        "\\[1\\] Titel, Blatt, 24. Februar 2025, https://example.org/a\\_b\n\n"
        "> \\- Eins.\n> \\===\n> 1\\. Zwei.\n\n## \\# Wer?\n\nAngehalten.\n"
    )
