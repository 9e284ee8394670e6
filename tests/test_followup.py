"""A follow-up takes up what the conversation named; a question that stands alone is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.followup import make_standalone


def undecided(text: str) -> float:
    """Stand for articles that answer the question alone as well as with its history."""
    return 0.5


HISTORY = [("Wie viel will Microsoft für Rechenzentren ausgeben?", "80 Milliarden Dollar")]


@pytest.mark.parametrize(
    "question",
    ["Und Meta?", "und was plant Meta?", "Warum?", "Wer leitet die Firma?", "Wie hoch war er 2020?", "And Google?"],
)
def test_followup_takes_up_the_question_before(question: str) -> None:
    standalone = make_standalone(question, HISTORY, undecided)
    assert standalone.startswith(question)
    assert "Microsoft" in standalone


@pytest.mark.parametrize(
    "question",
    [
        "Wie viele Fahrzeuge verkaufte BMW 2019 in China?",
        "Wer ist CEO von OpenAI?",
        "Welche Plattform nutzt BMW für Werbung in China?",
        "How many employees does SAP have?",
        "Was kostet ein Deutschlandticket?",
        "Wie hoch ist die Zugspitze?",
        "Was ist Qwen?",
        "Welche Banken gibt es in Frankfurt?",
    ],
)
def test_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert make_standalone(question, HISTORY, undecided) == question


@pytest.mark.parametrize("question", ["Wie heißt das Buch?", "Was war auf den Bildern zu sehen?", "Ab wann ungefähr?"])
def test_where_words_do_not_tell_the_articles_decide(question: str) -> None:
    def prefer_with_history(text: str) -> float:
        return 0.8 if "Microsoft" in text else 0.3

    assert "Microsoft" in make_standalone(question, HISTORY, prefer_with_history)
    assert make_standalone(question, HISTORY, lambda text: 1 - prefer_with_history(text)) == question


def test_a_question_that_names_something_is_not_asked_about() -> None:
    def fail(text: str) -> float:
        raise AssertionError(text)

    for question in ("Wer ist CEO von OpenAI?", "Und Meta?"):
        assert make_standalone(question, HISTORY, fail).startswith(question)


def test_chain_of_followups_reaches_back_to_the_one_that_stands_alone() -> None:
    history = [*HISTORY, ("Und Meta?", "65 Milliarden Dollar")]
    standalone = make_standalone("Und wann?", history, undecided)
    assert "Microsoft" in standalone
    assert "Meta" in standalone


@given(st.text(max_size=200))
def test_without_history_every_question_is_left_alone(question: str) -> None:
    assert make_standalone(question, [], undecided) == question


@pytest.mark.parametrize("empty", ["", " ", "\n\u00a0\n"])
def test_a_turn_without_a_question_is_no_obstacle(empty: str) -> None:
    assert make_standalone("Wie hoch ist der Turm?", [(empty, "")], undecided)
    assert make_standalone(empty, [("Wie hoch ist der Turm?", "")], undecided)


def test_a_run_of_spaces_is_read_as_one() -> None:
    asked = f"Wo liegen die{' ' * 100_000}?"
    assert make_standalone(asked, [("Wie hoch ist der Turm?", "")], undecided) == f"{asked} (Wie hoch ist der Turm?)"
