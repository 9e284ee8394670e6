"""A written sentence held against its evidence: what stands there is supported, what was swapped is not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.support import SupportJudge
from tests.conftest import WordEmbedder

EVIDENCE = (
    "Die Stadtwerke Moosheim haben im März 2023 rund 48 Millionen Euro in das neue Freibad gesteckt.",
    "Clara Schumann leitet das Bad seit 2019. Es hat 12 Rutschen und ist im Winter nicht geöffnet.",
)
SENTENCES = (
    EVIDENCE[0],
    "Clara Schumann leitet das Bad seit 2019.",
    "Es hat 12 Rutschen und ist im Winter nicht geöffnet.",
)


@pytest.fixture(scope="module")
def judge() -> SupportJudge:
    words = WordEmbedder()
    return SupportJudge(lambda texts: np.stack([words.embed_question(text) for text in texts]))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_stands_there_word_for_word_is_supported(judge: SupportJudge, sentence: str) -> None:
    for order in itertools.permutations(EVIDENCE):
        assert judge.judge(sentence, order).support == "supported"


@settings(max_examples=40, deadline=None)
@given(number=st.integers(2, 9_999).filter(lambda number: number not in (12, 48, 2019, 2023)))
def test_a_figure_that_the_evidence_lacks_is_never_supported(judge: SupportJudge, number: int) -> None:
    for sentence, figure in ((SENTENCES[0], "48"), (SENTENCES[1], "2019"), (SENTENCES[2], "12")):
        assert judge.judge(sentence.replace(figure, str(number)), EVIDENCE).support != "supported"


@pytest.mark.parametrize(
    "statement",
    [
        "Die Stadtwerke Moosheim haben im März 2023 rund 48 Milliarden Euro in das neue Freibad gesteckt.",
        "Die Stadtwerke Moosheim haben im März 2023 rund 48 Millionen Dollar in das neue Freibad gesteckt.",
        "Hugo Wolf leitet das Bad seit 2019.",
        "Es hat 12 Rutschen und ist im Winter geöffnet.",
        "Das Freibad wird im kommenden Jahr abgerissen.",
    ],
)
def test_what_was_swapped_or_made_up_is_not_supported(judge: SupportJudge, statement: str) -> None:
    assert judge.judge(statement, EVIDENCE).support != "supported"


def test_the_passage_that_supports_is_found(judge: SupportJudge) -> None:
    assert judge.find_support(SENTENCES[1], EVIDENCE) == 1
    assert judge.find_support("Der Mond besteht aus Käse.", EVIDENCE) is None


def test_nothing_is_supported_by_nothing(judge: SupportJudge) -> None:
    assert judge.judge("Clara Schumann leitet das Bad.", ()).support == "unsupported"
    assert judge.judge("", EVIDENCE).support == "unsupported"
