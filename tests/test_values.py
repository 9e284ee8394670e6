"""Figures and dates by which sentences answer: verbatim, with their numbers and units, told alike and told apart."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.sentence_ranking import Candidate, rank_sentences
from assistant.values import (
    CLEAR_SPAN,
    LONGEST_VALUE,
    READER_SLACK,
    SAME_ORDER,
    SURE_SPAN,
    Value,
    agree,
    find_value,
    is_comparable,
    is_of_one_order,
    prefer_values,
)
from tests.test_quoting import LikingReader, make_search
from vectorstore import Source

HOW_MANY, WHEN, WHO = "Wie viele sind es?", "Wann beginnt das Fest?", "Wer eröffnet das Fest?"
MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November"]


def read_sentence(
    text: str, words: str | None, question: str, *, probability: float = 1.0, score: float = 9.0
) -> Candidate:
    """Return a sentence in which the reader found some words, or as it stands where nothing was read."""
    search = make_search((Source("fest.md", "Das Fest"), text))
    reader = LikingReader(words, probability=probability, score=score) if words else None
    return rank_sentences(question, search, reader.read(question, [search.hits[0].passage]) if reader else ())[0]


def value_of(words: str, question: str = HOW_MANY) -> Value:
    """Return the value of a sentence that answers with some words."""
    value = find_value(read_sentence(f"Es waren {words} dort.", words, question), question)
    assert value is not None
    return value


FIGURE = st.builds(
    lambda number, unit: f"{number} {unit}",
    st.integers(2, 99_999),
    st.sampled_from(["Euro", "Menschen", "Stellen", "Millionen Euro", "Prozent"]),
)
DATE = st.builds(lambda day, month, year: f"{day}. {month} {year}", st.integers(1, 28), st.sampled_from(MONTHS),
                 st.integers(1900, 2030))  # fmt: skip
VALUES = st.one_of(FIGURE.map(value_of), DATE.map(lambda words: value_of(words, WHEN)))


# Laws


@given(words=st.one_of(FIGURE, DATE), question=st.sampled_from([HOW_MANY, WHEN]), before=st.sampled_from(["", "rund "]))
@settings(deadline=None)
def test_a_value_stands_verbatim_in_its_sentence_and_has_numbers(words: str, question: str, before: str) -> None:
    candidate = read_sentence(f"Es waren {before}{words} dort.", words, question)
    value = find_value(candidate, question)
    assert value is not None
    assert words in value.words
    assert value.words in candidate.text
    assert value.numbers


@given(value=VALUES, other=VALUES)
@settings(deadline=None)
def test_agreeing_and_being_comparable_are_mutual_and_hold_for_oneself(value: Value, other: Value) -> None:
    for relation in (agree, is_comparable, is_of_one_order):
        assert relation(value, value)
        assert relation(value, other) == relation(other, value)


@given(number=st.integers(2, 9999), factor=st.integers(1, 9))
@settings(deadline=None)
def test_figures_agree_only_if_equal_and_compare_only_if_near(number: int, factor: int) -> None:
    value, other = value_of(f"{number} Euro"), value_of(f"{number * factor} Euro")
    assert agree(value, other) == (factor == 1)
    assert is_comparable(value, other) == (factor <= SAME_ORDER)


@given(day=st.dates(date(1900, 1, 1), date(2030, 12, 31)))
@settings(deadline=None)
def test_a_date_is_the_same_in_letters_and_in_digits(day: date) -> None:
    month = [*MONTHS, "Dezember"][day.month - 1]
    letters = value_of(f"{day.day}. {month} {day.year}", WHEN)
    for digits in (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day.day}. {day.month}. {day.year}"):
        assert value_of(digits, WHEN).numbers == letters.numbers
    assert not agree(letters, value_of(f"{day.day}. {month} {day.year + 1}", WHEN))


@given(scores=st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1)), min_size=1, max_size=5))
@settings(deadline=None)
def test_preferring_values_leaves_nothing_out_and_moves_one_at_most(scores: list[tuple[float, float]]) -> None:
    found = [
        read_sentence("Es waren 30 Gäste.", "30 Gäste", HOW_MANY, score=score, probability=chance)
        for score, chance in scores
    ]
    preferred = prefer_values(HOW_MANY, found)
    assert sorted(map(id, preferred)) == sorted(map(id, found))
    assert [item for item in preferred if item is not preferred[0]] == [
        item for item in found if item is not preferred[0]
    ]


# Samples


@pytest.mark.parametrize(
    ("text", "words", "value", "number"),
    [
        ("Der Bau kostet rund 30 Millionen Euro.", "30", "rund 30 Millionen Euro", "30000000"),
        ("Der Bau kostet fünf Euro.", "fünf", "fünf Euro", "5"),
        ("Es fallen 1.250 Stellen weg.", "1.250", "1.250 Stellen", "1250"),
        ("Der Preis stieg um 4,5 Prozent.", "um 4,5", "um 4,5", "4.5"),
    ],
    ids=["qualified", "in words", "thousands", "reaching beyond"],
)
def test_the_readers_span_is_widened_to_the_whole_figure(text: str, words: str, value: str, number: str) -> None:
    found = find_value(read_sentence(text, words, HOW_MANY), HOW_MANY)
    assert found is not None
    assert (found.words, found.numbers) == (value, frozenset({number}))


def test_where_nothing_was_read_the_figure_is_found_by_rule() -> None:
    found = find_value(read_sentence("Auf dem Fest waren 30 Gäste.", None, "Wie viele Gäste waren da?"), HOW_MANY)
    assert found is not None
    assert found.words == "30 Gäste"


@pytest.mark.parametrize(
    ("text", "words", "question", "probability"),
    [
        ("Es waren 30 Gäste dort.", "30 Gäste", HOW_MANY, SURE_SPAN / 2),
        ("Es waren viele Gäste dort.", "viele Gäste", HOW_MANY, 1.0),
        ("Die Bürgermeisterin sprach.", "Bürgermeisterin", WHO, 1.0),
        (f"Es waren 30 Gäste {'und Gäste ' * 6}dort.", f"30 Gäste {'und Gäste ' * 6}dort", HOW_MANY, 1.0),
    ],
    ids=["unsure", "no number", "a name", "too long"],
)
def test_a_sentence_may_have_no_value(text: str, words: str, question: str, probability: float) -> None:
    assert len(words) > LONGEST_VALUE or "und Gäste" not in words
    assert find_value(read_sentence(text, words, question, probability=probability), question) is None


@pytest.mark.parametrize(
    ("words", "other", "question", "same"),
    [
        ("5.000 Euro", "fünftausend Euro", HOW_MANY, True),
        ("2,4 Millionen Euro", "2.400.000 Euro", HOW_MANY, True),
        ("rund 120 Helfer", "120 Helfer", HOW_MANY, True),
        ("120 Helfer", "130 Helfer", HOW_MANY, False),
        ("5 Euro", "5 Millionen Euro", HOW_MANY, False),
        ("16. Mai", "16. Mai 2021", WHEN, True),
        ("Mai 2021", "16. Mai 2021", WHEN, True),
        ("16. Mai 2021", "16. Juni 2021", WHEN, False),
        ("16. Mai 2021", "16 May 2021", WHEN, True),
        ("2021", "2022", WHEN, False),
    ],
)
def test_two_values_are_the_same_however_they_are_written(
    words: str,
    other: str,
    question: str,
    same: bool,  # noqa: FBT001 - a case
) -> None:
    assert agree(value_of(words, question), value_of(other, question)) == same


@pytest.mark.parametrize(
    ("words", "other", "comparable"),
    [
        ("340 Stellen", "410 Stellen", True),
        ("340 Stellen", "410", True),
        ("340 Arbeitsstellen", "410 Stellen", True),
        ("340 Stellen", "410 Euro", False),
        ("340 Stellen", "3.400 Stellen", False),
        ("7 Prozent", "9 %", True),
    ],
)
def test_only_figures_of_one_unit_and_order_are_compared(
    words: str,
    other: str,
    comparable: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_comparable(value_of(words), value_of(other)) == comparable


def test_dates_are_always_comparable() -> None:
    assert is_comparable(value_of("16. Mai 2021", WHEN), value_of("2023", WHEN))
    assert not value_of("16. Mai 2021", WHEN).unit


# A clear value before a sentence without one


@pytest.mark.parametrize(
    ("question", "best", "other", "moved"),
    [
        (HOW_MANY, {"probability": 0.0}, {}, True),
        (WHEN, {"probability": 0.0}, {}, True),
        (HOW_MANY, {"probability": SURE_SPAN}, {}, False),
        (HOW_MANY, {"probability": 0.0}, {"probability": CLEAR_SPAN / 2}, False),
        (HOW_MANY, {"probability": 0.0}, {"score": 5 - READER_SLACK - 0.1}, False),
        (WHO, {"probability": 0.0}, {}, False),
    ],
    ids=["figure", "date", "best has one", "other unsure", "reader against it", "a name"],
)
def test_a_clear_value_comes_before_a_sentence_that_has_none(
    question: str,
    best: dict[str, float],
    other: dict[str, float],
    moved: bool,  # noqa: FBT001 - a case
) -> None:
    first = read_sentence("Im Mai war das Fest.", "Mai", question, **{"score": 5.0, **best})
    second = read_sentence("Es kamen 30 Gäste.", "30 Gäste", question, **{"score": 5.0, **other})
    assert prefer_values(question, [first, second]) == ((second, first) if moved else (first, second))


def test_nothing_is_moved_where_nothing_was_read() -> None:
    first = read_sentence("Im Mai war das Fest.", None, HOW_MANY)
    second = read_sentence("Es kamen 30 Gäste.", "30 Gäste", HOW_MANY)
    assert prefer_values(HOW_MANY, [first, second]) == (first, second)
