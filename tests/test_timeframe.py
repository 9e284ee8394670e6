"""The time that a question names, and which passages and sentences speak of it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.phrases import MONTHS, Language
from assistant.sentence_ranking import Candidate, rank_sentences
from assistant.timeframe import (
    Timeframe,
    current_day,
    find_months,
    find_timeframe,
    find_years,
    fits,
    number_month,
    passage_fits,
    prefer_hits,
    prefer_sentences,
    settle_time,
)
from vectorstore import Hit, Passage, Search, Source, split_sentences
from vectorstore.keywords import KeywordIndex

TODAY = date(2025, 6, 1)
OF_2024 = Source("a.md", "Neues vom Freibad", date(2024, 3, 5))
UNDATED = Source("b.md", "Neues vom Freibad")
IN_2019 = Timeframe(frozenset({2019}), frozenset())
YEARS = st.integers(1000, 2099)


@given(year=YEARS, source=st.sampled_from([OF_2024, UNDATED]), other=YEARS)
def test_a_sentence_that_names_the_year_fits_whatever_stands_around_it(year: int, source: Source, other: int) -> None:
    frame = find_timeframe(f"Wie viele Gäste kamen {year}?")
    assert frame.years == {year}
    assert fits(f"Im Jahr {year} kamen viele.", f"Das war {other}.", source, frame) is True
    assert fits(f"Im Jahr {other} kamen viele.", f"Im Jahr {other} kamen viele.", UNDATED, frame) is (other == year)


@given(first=st.integers(1900, 2000), length=st.integers(0, 90), between=st.sampled_from(["–", "-", " bis ", " to "]))
def test_a_span_of_years_is_every_year_in_it(first: int, length: int, between: str) -> None:
    assert find_years(f"{first}{between}{first + length}") == set(range(first, first + length + 1))


@given(text=st.text(max_size=200), today=st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_a_settled_question_is_settled(text: str, today: date) -> None:
    settled = settle_time(text, today)
    assert settle_time(settled, today) == settled


@given(
    words=st.lists(st.sampled_from(["letztes Jahr", "im vergangenen Jahr", "this year", "nächstes Jahr", "und", "x"])),
    today=st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)),
)
def test_years_that_are_settled_are_those_around_today(words: list[str], today: date) -> None:
    assert find_years(settle_time(", ".join(words), today)) <= {today.year - 1, today.year, today.year + 1}


@pytest.mark.parametrize(("language", "number"), [(language, number) for language in MONTHS for number in range(1, 13)])
def test_months_are_known_in_both_languages(language: Language, number: int) -> None:
    name = MONTHS[language][number - 1]
    assert number_month(name) == number
    assert find_timeframe(f"Was war im {name} 2019?") == Timeframe(frozenset({2019}), frozenset({number}))
    assert find_months(f"in {name.lower()}") == {number}


@pytest.mark.parametrize(
    ("question", "settled"),
    [
        ("Was geschah letztes Jahr?", "Was geschah 2024?"),
        ("Was geschah im vergangenen Jahr?", "Was geschah 2024?"),
        ("Wie hoch war der Preis des letzten Jahres?", "Wie hoch war der Preis 2024?"),
        ("Was ist in diesem Jahr geplant?", "Was ist 2025 geplant?"),
        ("Was kommt im nächsten Jahr?", "Was kommt 2026?"),
        ("What happened last year?", "What happened 2024?"),
        ("What comes next year?", "What comes 2026?"),
    ],
)
def test_a_year_seen_from_today_is_settled(question: str, settled: str) -> None:
    assert settle_time(question, TODAY) == settled


@pytest.mark.parametrize(
    "question",
    [
        "Was geschah 2019?",
        "Was geschah in den letzten Jahren?",
        "Was geschah im letzten Jahrhundert?",
        "Was geschah im letzten Jahrzehnt?",
        "Wie viele waren es 2019 im Vergleich zum Vorjahr?",
        "What happened in recent years?",
    ],
)
def test_another_time_is_left_as_it_is(question: str) -> None:
    assert settle_time(question, TODAY) == question


@pytest.mark.parametrize(
    ("text", "years", "months"),
    [
        ("Was geschah am 3.10.1990?", {1990}, {10}),
        ("Was geschah am 3. Oktober 1990?", {1990}, {10}),
        ("Wer gewann zwischen 2019 und 2021?", {2019, 2020, 2021}, set()),
        ("Was kostete es 2019 und im Jahr davor?", {2018, 2019}, set()),
        ("was war im mai los", set(), {5}),
        ("Im Jänner 2020", {2020}, {1}),
        ("What happened in May 2021?", {2021}, {5}),
        ("What happened in march?", set(), {3}),
    ],
)
def test_time_that_is_named(text: str, years: set[int], months: set[int]) -> None:
    assert find_timeframe(text) == Timeframe(frozenset(years), frozenset(months))


@pytest.mark.parametrize(
    "text",
    [
        "Kostet das Rad 2000 Euro?",
        "Fasst die Halle 1500 Plätze?",
        "Kamen 1200 Besucherinnen?",
        "Hat die Firma 1800 Mitarbeiter?",
        "Did 1900 people come?",
        "Ist der Turm 1.500 Meter hoch?",
        "Steht das Haus in 24103 Kiel?",
        "What may happen to the bridge?",
        "Did they march through the town?",
        "Ist die Straße lang?",
    ],
)
def test_what_is_no_time_raises_no_alarm(text: str) -> None:
    assert not find_timeframe(text)


@pytest.mark.parametrize(
    "text", ["Den Preis bekam 2019 Malta.", "Der Preis für 2019 Literatur", "Im Jahr 2019 Marktführer"]
)
def test_a_year_before_a_word_that_only_begins_like_a_unit(text: str) -> None:
    assert find_years(text) == {2019}


def test_the_day_of_the_article_tells_which_year_is_meant() -> None:
    assert find_years("Im vergangenen Jahr kamen viele.", OF_2024.published) == {2023}
    assert find_years("Im Vorjahr kamen viele.", OF_2024.published) == {2023}
    assert find_years("In diesem Jahr kamen viele.", OF_2024.published) == {2024}
    assert find_years("Im vergangenen Jahr kamen viele.") == set()


def test_the_year_before_counts_from_the_year_just_named() -> None:
    assert find_years("2019 kamen viele, im Jahr davor wenige.", OF_2024.published) == {2018, 2019}
    assert find_years("Im Jahr davor kamen wenige.", OF_2024.published, before="2019 kamen viele.") == {2018}


@pytest.mark.parametrize(
    ("text", "context", "source", "fitting"),
    [
        ("Es kamen viele.", "Das war 2019.", OF_2024, True),
        ("Es kamen viele.", "Das war gut.", OF_2024, False),
        ("Es kamen viele.", "Das war gut.", UNDATED, None),
        ("2020 kamen viele.", "2019 war geschlossen. 2020 kamen viele.", UNDATED, None),
        ("2020 kamen viele.", "2020 kamen viele.", UNDATED, False),
    ],
)
def test_passage_and_day_decide_where_the_sentence_is_silent(
    text: str, context: str, source: Source, fitting: object
) -> None:
    assert fits(text, context, source, IN_2019) is fitting


def test_year_and_month_must_both_fit() -> None:
    frame = find_timeframe("Was war im Mai 2019?")
    assert fits("Im Mai 2019 war Regen.", "", UNDATED, frame) is True
    assert fits("Im Juni 2019 war Regen.", "", UNDATED, frame) is False
    assert fits("Im Mai 2018 war Regen.", "", UNDATED, frame) is False
    assert fits("2019 war Regen.", "", UNDATED, frame) is None


def make_hit(text: str, score: float, source: Source = UNDATED) -> Hit:
    """Return a passage that was found."""
    passage = Passage(source, 0, 0, len(text), text, tuple(split_sentences(text)))
    return Hit(passage, score, 0.5, tuple(0.5 for _ in passage.sentences))


@given(
    scores=st.lists(st.floats(-3, 3), min_size=1, max_size=6),
    texts=st.lists(st.sampled_from(["2019 kam Regen.", "2020 kam Regen.", "Oft kam Regen."]), min_size=6, max_size=6),
    count=st.integers(1, 7),
)
@settings(deadline=None)
def test_of_hits_found_those_of_the_time_come_first(scores: list[float], texts: list[str], count: int) -> None:
    hits = tuple(make_hit(text, score) for text, score in zip(texts, scores, strict=False))
    found = prefer_hits(Search(hits, (), 0.1), IN_2019, count=count).hits
    assert len(found) == min(count, len(hits))
    assert set(found) <= set(hits)
    best = max((hit.score for hit in hits if passage_fits(hit.passage, IN_2019)), default=None)
    if best is not None and best == max(hit.score for hit in hits):
        assert passage_fits(found[0].passage, IN_2019)


def rank(*texts: str) -> tuple[Candidate, ...]:
    """Return the sentences of passages as candidates."""
    question = "Wie viele Gäste kamen 2019?"
    hits = tuple(make_hit(text, 1.0) for text in texts)
    return rank_sentences(question, Search(hits, KeywordIndex(texts).terms(question), 0.1))


def chance(candidates: Sequence[Candidate], words: str) -> float:
    """Return the probability of the sentence with these words."""
    return next(item.probability for item in candidates if words in item.text)


@given(order=st.permutations(["Im Mai 2019 kamen 30 Gäste.", "Im Mai 2020 kamen 40 Gäste.", "Viele Gäste kamen spät."]))
@settings(deadline=None)
def test_sentences_of_another_time_are_pushed_back(order: list[str]) -> None:
    before = rank(*order)
    after = prefer_sentences(before, IN_2019)
    assert after[0].text == "Im Mai 2019 kamen 30 Gäste."
    assert chance(after, "2020") / chance(after, "2019") < chance(before, "2020") / chance(before, "2019") / 10
    assert {item.text for item in after} == {item.text for item in before}
    assert sum(item.probability for item in after) == pytest.approx(1)
    assert [item.probability for item in after] == sorted((item.probability for item in after), reverse=True)


def test_the_sentence_before_tells_the_year_before() -> None:
    candidates = prefer_sentences(rank("Im Mai 2020 kamen 40 Gäste. Im Jahr davor kamen 30 Gäste."), IN_2019)
    assert candidates[0].text == "Im Jahr davor kamen 30 Gäste."


def test_the_day_is_that_of_this_computer(tmp_path: Path) -> None:
    file = tmp_path / "now"
    file.touch()
    assert abs((current_day() - date.fromtimestamp(file.stat().st_mtime)).days) <= 1  # noqa: DTZ012
