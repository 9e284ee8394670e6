"""What a statement says beyond its evidence: changed numbers, dates and names are found, nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.grounding import missing_facts

SENTENCES = (
    "Am 3. Mai 2023 eröffnete Ministerin Noether in Nordhafen die Brücke.",
    "Der Bau kostete 1,2 Milliarden Euro, also 8 Prozent mehr als 2019 geplant.",
    "Rund 5.000 Menschen kamen, sagte die Polizei in Baden-Württemberg.",
    "The bridge in Northport is 300 metres long; it opened in October.",
    "Fünftausend Bäume – vor allem „Eichen“ – stehen am Ufer.",
)
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})


@given(words=st.lists(st.sampled_from(WORDS), max_size=20))
@settings(deadline=None)
def test_identical_text_misses_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert missing_facts(text, [text]) == ()


@given(chosen=st.sampled_from(SENTENCES), order=st.permutations(SENTENCES))
@settings(deadline=None)
def test_sentence_misses_nothing_wherever_it_stands_in_the_evidence(chosen: str, order: list[str]) -> None:
    assert missing_facts(chosen, order) == ()
    assert missing_facts(chosen, [" ".join(order)]) == ()


@given(words=st.lists(st.sampled_from(WORDS), max_size=12), more=st.lists(st.sampled_from(SENTENCES)))
@settings(deadline=None)
def test_more_evidence_never_makes_more_missing(words: list[str], more: list[str]) -> None:
    statement = " ".join(words)
    assert set(missing_facts(statement, [SENTENCES[0], *more])) <= set(missing_facts(statement, [SENTENCES[0]]))


@given(statement=st.text(), evidence=st.lists(st.text(), max_size=3))
@settings(deadline=None)
def test_what_is_missing_is_named_once(statement: str, evidence: list[str]) -> None:
    missing = missing_facts(statement, evidence)
    assert len(missing) == len(set(missing))


@given(year=st.integers(1000, 2999))
@settings(deadline=None)
def test_every_other_year_is_found(year: int) -> None:
    statement = f"Die Brücke wurde {year} eröffnet."
    assert missing_facts(statement, ["Die Brücke wurde 2023 eröffnet."]) == (() if year == 2023 else (str(year),))


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("Es kamen 5.000 Menschen.", "Es kamen fünftausend Menschen."),
        ("Es kamen 5000 Menschen.", "Es kamen 5 Tausend Menschen."),
        ("Der Bau kostete 2.500.000 Euro.", "Der Bau kostete 2,5 Millionen Euro."),
        ("Der Preis stieg um acht Prozent.", "Der Preis stieg um 8 %, sagt der Prozent-Rechner."),
    ],
)
def test_numbers_count_by_value(statement: str, evidence: str) -> None:
    assert missing_facts(statement, [evidence]) == ()


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("Es kamen 5 Tausend Menschen.", "Es kamen 5000 Menschen."),
        ("Der Bau kostete 2,5 Millionen Euro.", "Der Bau kostete 2.500.000 Euro."),
        ("Es sind 380 Mrd. Euro.", "Es sind 380 Milliarden Euro."),
    ],
)
def test_numbers_count_by_value_where_the_statement_has_the_scale(statement: str, evidence: str) -> None:
    assert missing_facts(statement, [evidence]) == ()


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("Im Mai 2022 eröffnete die Brücke.", ("2022",)),
        ("Im Juni 2023 eröffnete die Brücke.", ("Juni",)),
        ("Die Brücke in Südhafen eröffnete im Mai 2023.", ("Südhafen",)),
        ("Die Brücke ist 300 Meter lang.", ("300", "Meter")),
        ("Im Juni 2024 eröffnete die Brücke in Südhafen.", ("2024", "Juni", "Südhafen")),
    ],
    ids=["year", "month", "place", "number and noun", "numbers first, then names in order"],
)
def test_what_was_changed_is_found(statement: str, missing: tuple[str, ...]) -> None:
    assert missing_facts(statement, ["Im Mai 2023 eröffnete die Brücke in Nordhafen."]) == missing


def test_facts_may_stand_in_different_evidence() -> None:
    statement = "Die Brücke in Nordhafen kostete 40 Euro."
    assert missing_facts(statement, ["Die Brücke kostete 40 Euro.", "Sie steht in Nordhafen."]) == ()
    assert missing_facts(statement, ["Die Brücke kostete 40 Euro."]) == ("Nordhafen",)


def test_without_evidence_every_number_and_name_is_missing() -> None:
    assert missing_facts("Gestern kamen 7 Leute nach Nordhafen.", []) == ("7", "Leute", "Nordhafen")


def test_first_word_and_small_words_are_no_facts() -> None:
    assert missing_facts("Gestern war es dort recht schön.", ["Heute regnet es."]) == ()


def test_name_repeated_is_missing_once() -> None:
    assert missing_facts("Wer Nordhafen kennt, liebt Nordhafen.", ["Wer kennt, liebt."]) == ("Nordhafen",)


@pytest.mark.parametrize("text", ["Hier läuft die Version V2.5 gut.", "Dort fliegt der Typ B-1.500 noch."])
def test_name_with_a_fraction_stands_in_identical_text(text: str) -> None:
    assert missing_facts(text, [text]) == ()


def test_name_with_a_decomposed_umlaut_stands_in_identical_text() -> None:
    text = "Das ist eine Kra\u0308he im Wald."
    assert missing_facts(text, [text]) == ()


def test_number_is_not_multiplied_over_the_end_of_its_evidence() -> None:
    evidence = ["Es kamen etwa 5", "Millionen von Menschen sahen zu."]
    assert missing_facts("Es kamen 5 Millionen.", evidence) == ("5000000",)
