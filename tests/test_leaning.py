"""Which sentences lean on the one before, and which are brought along with them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.leaning import MOST_BEFORE, lead_in, leans
from vectorstore import Passage, Sentence, Source

LEANING = (
    "Er wurde im Herbst verkauft.",
    "Sie kostet zwölf Euro.",
    "Es war grün gestrichen.",
    "Ihr Bau dauerte zwei Jahre.",
    "Seine Werkstatt liegt am Ufer.",
    "Dieser Schritt überraschte viele.",
    "Beide wurden repariert.",
    "Letztere ist aus Holz.",
    "Dort stehen drei Bänke.",
    "Damit spart die Bäckerei 4.000 Euro.",
    "Deshalb wurde die Brücke gesperrt.",
    "Das sind drei Bänke mehr als zuvor.",
    "Das teilte die Bäckerei am Montag mit.",
    "Das Unternehmen stellt Fahrräder her.",
    "Die Gemeinde will sparen.",
    "Eröffnet wurde sie im Oktober.",
    "Gebaut wurde es aus Lehm.",
    "Zuvor brauchten sie eine Stunde.",
    "Im Jahr 1950 zog sie ans Meer.",
    "Nach dem Brand wurde er neu gebaut.",
    "Die Höhe dieser Summe ist umstritten.",
    "Die Kosten dafür trägt Grauwiek.",
    "Drei von ihnen sind blau.",
    "He was repaired in spring.",
    "It weighs twelve tonnes.",
    "They closed in May.",
    "This bridge is old.",
    "Their house was sold.",
    "The latter is made of wood.",
    "Therefore the road was closed.",
    "The company makes bicycles.",
    "After the fire he rebuilt the mill.",
)
STANDING = (
    "Es gibt drei Brücken in Grauwiek.",
    "Es wird erwartet, dass der Preis steigt.",
    "Es ist noch nicht klar, ob die Bäckerei schließt.",
    "Es ist wichtig, dass alle Züge fahren.",
    "Es handelt sich um eine Brücke aus Holz.",
    "Es kam zu einem Unfall auf der Brücke.",
    "Es regnet im April am meisten.",
    "Es fehlen dreißig Lehrer in Grauwiek.",
    "Es wurden drei Bänke aufgestellt.",
    "Die Bäckerei in Grauwiek verkauft ihre Brote für vier Euro.",
    "Grauwiek hat seinen Hafen ausgebaut.",
    "Das Unternehmen Nordwind baut Fähren.",
    "Die Gemeinde Grauwiek will sparen.",
    "Das Brot kostet vier Euro.",
    "Im Mai öffnet das Freibad seine Tore.",
    "Nach dem Brand wurde der Turm neu gebaut.",
    "Damit der Teig aufgeht, braucht die Hefe Wärme.",
    "Viele Bäcker gehen davon aus, dass Mehl teurer wird.",
    "Viele Bäcker müssen damit rechnen, dass Mehl teurer wird.",
    "Dieselmotoren sind laut.",
    "Erfurt hat viele Brücken.",
    "Esel sind ausdauernd.",
    "IT-Firmen suchen Büros am Wasser.",
    "There are three bridges in the valley.",
    "It is expected that prices will rise.",
    "It takes three hours to reach the summit.",
    "That the bridge is old surprised nobody.",
    "The city of Leeds has three bridges.",
    "The river flows through Leeds and its suburbs.",
    "Thistles grow in dry soil.",
    "Heather grows on poor soil.",
    "Both Leeds and York have a river.",
)
HEADING = "Über die Brücke"
LINES = st.lists(st.sampled_from([*LEANING[:8], *STANDING[:8], HEADING]), min_size=1, max_size=8)


def make_passage(lines: Sequence[str], *, offset: int = 0) -> Passage:
    """Return a passage of the given lines that stands at an offset in its article; the heading is not quotable."""
    sentences, start = [], offset
    for line in lines:
        sentences.append(Sentence(start, start + len(line), quotable=line != HEADING))
        start += len(line) + 1
    text = " ".join(lines)
    return Passage(Source("turm.md", "Der Turm"), 0, offset, offset + len(text), text, tuple(sentences))


@given(lines=LINES, most=st.integers(0, 4), offset=st.integers(0, 50))
def test_what_leads_in_ends_just_before_the_sentence_and_is_leaned_on(lines: list[str], most: int, offset: int) -> None:
    passage = make_passage(lines, offset=offset)
    for place, sentence in enumerate(passage.sentences):
        found = lead_in(passage, sentence, most=most)
        first = place - len(found)
        assert len(found) <= most
        assert found == passage.sentences[first:place]
        assert all(item.quotable for item in found)
        assert all(leans(passage.quote(item)) for item in passage.sentences[first + 1 : place + 1] if found)
        if len(found) < most and first > 0 and passage.sentences[first - 1].quotable:
            assert not leans(passage.quote(passage.sentences[first]))


@given(text=st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    assert leans(text) in (True, False)


@pytest.mark.parametrize("sentence", LEANING)
def test_leaning_is_seen(sentence: str) -> None:
    assert leans(sentence)
    assert leans(f"„{sentence}")


@pytest.mark.parametrize("sentence", STANDING)
def test_a_sentence_that_stands_alone_raises_no_alarm(sentence: str) -> None:
    assert not leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Und er blieb drei Jahre.",
        "Aber dort wächst kein Baum.",
        "Doch sie kam nie an.",
        "Auch dieser Turm ist alt.",
        "But they refused.",
        "However, it was sold.",
    ],
)
def test_a_conjunction_hides_no_pronoun(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize("sentence", ["Und es gibt Kuchen.", "Aber es wird erwartet, dass der Preis steigt."])
def test_a_conjunction_makes_no_pronoun(sentence: str) -> None:
    assert not leans(sentence)


def test_two_sentences_are_brought_along_at_most_and_in_order() -> None:
    passage = make_passage([STANDING[0], LEANING[0], LEANING[1], LEANING[2]])
    assert MOST_BEFORE == 2
    assert lead_in(passage, passage.sentences[3]) == passage.sentences[1:3]


def test_the_search_ends_at_a_sentence_that_stands_alone() -> None:
    passage = make_passage([LEANING[0], STANDING[0], LEANING[1]])
    assert lead_in(passage, passage.sentences[2], most=5) == passage.sentences[1:2]


def test_the_search_ends_at_a_heading() -> None:
    passage = make_passage([STANDING[0], HEADING, LEANING[0], LEANING[1]])
    assert lead_in(passage, passage.sentences[2]) == ()
    assert lead_in(passage, passage.sentences[3]) == passage.sentences[2:3]


def test_nothing_leads_in_the_first_sentence_or_one_that_stands_alone() -> None:
    passage = make_passage([LEANING[0], STANDING[0]])
    assert lead_in(passage, passage.sentences[0]) == ()
    assert lead_in(passage, passage.sentences[1]) == ()


@pytest.mark.parametrize("text", ["A" * 20_000, "Aa " * 5_000, "er, " * 5_000, "in A " * 2_000, "es ist " * 3_000])
def test_long_texts_are_no_trap(text: str) -> None:
    leans(text)
