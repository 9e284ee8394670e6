"""What a language model writes is shown as text wherever it comes: sentences, notes, and what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import Statement
from tests.page_desk import whole_answer
from ui.conversation import Conversation, Turn, render_evidences, render_turns

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</p></div><iframe src=//evil.example>",
    "[hier](javascript:alert(1))",
    "&lt;script&gt;",
)


@pytest.mark.parametrize("written", HOSTILE)
def test_no_part_of_a_written_answer_becomes_markup(written: str) -> None:
    said = (Statement(written, (1,)),)
    answer = replace(whole_answer("Wal?"), text=written, statements=said, notes=(written,), lead=written)
    turn = Turn(question=written, answer=answer, finished=True, suggestions=(written,))
    conversation = Conversation(turns=(turn,))
    shown = f"{render_turns(conversation, language='de')}{render_evidences(conversation, language='de')}"
    assert "alert(1)" in shown or "evil.example" in shown or "&amp;lt;script" in shown
    for markup in ("<script", "<img", "<svg", "<iframe", 'href="javascript', "href='javascript"):
        assert markup not in shown
