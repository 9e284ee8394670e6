"""What a question asks for, and whether a sentence offers it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question_type import (
    QuestionType,
    classify,
    missing_digits,
    new_names,
    offers_date,
    offers_figure,
    offers_reason,
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wie viele Züge fahren?", QuestionType.FIGURE),
        ("wieviel kostet das brot", QuestionType.FIGURE),
        ("Wie hoch ist der Preis?", QuestionType.FIGURE),
        ("How many trains run?", QuestionType.FIGURE),
        ("Um wie viel Prozent stieg der Preis?", QuestionType.FIGURE),
        ("Wann wurde die Strecke eröffnet?", QuestionType.DATE),
        ("In welchem Jahr begann der Bau?", QuestionType.DATE),
        ("When did it open?", QuestionType.DATE),
        ("Wer leitet den Betrieb?", QuestionType.NAME),
        ("Who runs it?", QuestionType.NAME),
        ("Wie heißt der Wal?", QuestionType.NAME),
        ("Warum ist das Brot teurer?", QuestionType.REASON),
        ("Why is bread more expensive?", QuestionType.REASON),
        ("Was raten Fachleute?", QuestionType.OTHER),
        ("Welche Farbe hat der Wal?", QuestionType.OTHER),
        ("Welches Werk erschien im Jahr 1520?", QuestionType.OTHER),
        ("Wer siedelte hier im 18. Jahrhundert?", QuestionType.NAME),
    ],
)
def test_kind(question: str, kind: QuestionType) -> None:
    assert classify(question) is kind


@pytest.mark.parametrize(
    "sentence", ["Es sind 84 Kilometer.", "Das kostet zwölf Euro.", "Es stieg um 8 %.", "Die Hälfte fehlt."]
)
def test_figures_are_seen(sentence: str) -> None:
    assert offers_figure(sentence, "Wie viel?")


def test_figure_of_the_question_is_not_new() -> None:
    assert not offers_figure("Im Jahr 2019 geschah wenig.", "Was geschah im Jahr 2019?")


@pytest.mark.parametrize(
    "sentence",
    [
        "Am 3. Oktober 1990.",
        "Ende Januar war es so weit.",
        "Seit 2019.",
        "Am 24.02.2025.",
        "On March 5, 2024.",
        "In den 1950er Jahren.",
        "Um 395 n. Chr.",
    ],
)
def test_dates_are_seen(sentence: str) -> None:
    assert offers_date(sentence, "Wann?")
    assert not offers_date("Niemand weiß es.", "Wann?")


def test_reasons_are_seen_as_whole_words() -> None:
    assert offers_reason("Der Zug steht, weil es schneit.")
    assert not offers_reason("Die Weile ist lang.")


def test_names_leave_out_first_word_and_the_words_of_the_question() -> None:
    assert new_names("Gestern fuhr Clara Schumann nach Kiel.", "Wer fuhr nach Kiel?") == ["Clara Schumann"]


def test_missing_digits_compares_numbers_not_their_parts() -> None:
    assert missing_digits("Im Jahr 2018.", "Was war 2019?")
    assert missing_digits("Es waren 20190.", "Was war 2019?")
    assert not missing_digits("Im Jahr 2019.", "Was war 2019?")


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_survived(sentence: str, question: str) -> None:
    assert isinstance(classify(question), QuestionType)
    offers_figure(sentence, question)
    offers_date(sentence, question)
    assert all(name in sentence for name in new_names(sentence, question))


@pytest.mark.parametrize("text", ["9" * 50_000, "A" * 50_000, "Aa " * 20_000, "1." * 20_000, "ein " * 15_000])
def test_long_texts_take_linear_time(text: str) -> None:
    offers_figure(text, "Wie viel?")
    offers_date(text, "Wann?")
    new_names(text, "Wer?")
