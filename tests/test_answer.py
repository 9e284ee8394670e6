"""An answer is plain data that survives the way through JSON."""

import dataclasses
import json
from datetime import date

import pytest

from assistant import Answer, Citation, Statement

CITATION = Citation(
    number=1,
    article_id="bahn.md",
    title="Neue Strecke",
    published=date(2024, 3, 5),
    author=None,
    publisher="Streckenblatt",
    url=None,
    passage="Die Strecke ist lang.",
    quote="Die Strecke ist lang.",
    start=0,
    end=21,
)
ANSWER = Answer(
    question="Wie lang?",
    standalone_question="Wie lang?",
    text="Die Strecke ist lang. [1]",
    statements=(Statement("Die Strecke ist lang.", (1,)),),
    citations=(CITATION,),
    highlight=None,
    abstained=False,
    confidence=0.8,
)


def test_dict_has_exactly_the_fields_of_the_value() -> None:
    fields = ANSWER.to_dict()
    assert list(fields) == [field.name for field in dataclasses.fields(Answer)]
    assert list(fields["citations"][0]) == [field.name for field in dataclasses.fields(Citation)]
    assert list(fields["statements"][0]) == [field.name for field in dataclasses.fields(Statement)]


def test_dict_is_json_and_dates_are_iso() -> None:
    read = json.loads(json.dumps(ANSWER.to_dict()))
    assert read["citations"][0]["published"] == "2024-03-05"
    assert read["statements"][0] == {"text": "Die Strecke ist lang.", "citations": [1], "support": "supported"}
    assert (read["mode"], read["notes"], read["timings"]) == ("quoted", [], {})


def test_values_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ANSWER.text = "etwas anderes"  # type: ignore[misc]
