"""A small model's sentence may leave out of one sentence of its evidence, and add next to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.support import CloseJudge, SupportJudge
from tests.conftest import WordEmbedder

EVIDENCE = (
    "Die Brücke, die 1912 eröffnet wurde, misst von Ufer zu Ufer 240 Meter und muss im Juni gesperrt werden.",
    "Die Fähre daneben darf 30 Wagen tragen. Sie fährt nachts nicht.",
)


@pytest.fixture(scope="module")
def judge() -> CloseJudge:
    words = WordEmbedder()
    return CloseJudge(SupportJudge(lambda texts: np.stack([words.embed_question(text) for text in texts])))


@pytest.mark.parametrize(
    "statement",
    [
        EVIDENCE[0],
        "Die Brücke misst von Ufer zu Ufer 240 Meter.",
        "Die Brücke wurde 1912 eröffnet.",
        "Sie fährt nachts nicht.",
    ],
)
def test_a_part_of_one_sentence_is_supported(judge: CloseJudge, statement: str) -> None:
    assert judge.judge(statement, EVIDENCE).support == "supported"
    assert judge.find_support(statement, EVIDENCE) == (1 if statement in EVIDENCE[1] else 0)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("Die Fähre wurde 1912 eröffnet.", id="words of two sentences"),
        pytest.param("Die Brücke misst 241 Meter.", id="another figure"),
        pytest.param("Die Brücke misst 240 Kilometer.", id="another unit"),
        pytest.param("Die Brücke ist von Ufer zu Ufer 240 Meter breit.", id="a word of its own"),
        pytest.param("Die Brücke kann im Juni gesperrt werden.", id="another modal verb"),
        pytest.param("Sie fährt nachts.", id="not denied any more"),
        pytest.param("Sie misst 240 Meter.", id="whoever she is"),
        pytest.param("Die Brücke von Ufer zu Ufer.", id="no verb"),
    ],
)
def test_anything_else_is_not(judge: CloseJudge, statement: str) -> None:
    assert judge.judge(statement, EVIDENCE).support == "unsupported"
    assert judge.find_support(statement, EVIDENCE) is None
