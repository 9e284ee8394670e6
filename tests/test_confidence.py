"""Confidence: probabilities from evidence that means what it says."""

from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.confidence import READ, UNREAD, Evidence, rarest_missing, weigh
from assistant.logistic import Logistic
from assistant.sentence_ranking import rank_sentences
from vectorstore.keywords import Term

FIELDS = len(astuple(UNREAD.answerable.weights))


@given(st.lists(st.floats(-1e3, 1e3), min_size=FIELDS, max_size=FIELDS))
def test_any_evidence_gives_a_probability(values: list[float]) -> None:
    for model in (READ.answerable, READ.right, UNREAD.answerable, UNREAD.right):
        assert 0 <= model.probability(Evidence(*values)) <= 1


def test_logistic_by_hand() -> None:
    zero = Evidence(*[0.0] * FIELDS)
    one = Evidence(1.0, *[0.0] * (FIELDS - 1))
    model = Logistic(0.5, Evidence(1.5, *[0.0] * (FIELDS - 1)))
    assert model.probability(zero) == pytest.approx(0.622459, abs=1e-6)
    assert model.probability(one) == pytest.approx(0.880797, abs=1e-6)


def test_evidence_for_an_answer_is_stronger_than_for_another_matter(desk: Assistant) -> None:
    def probability(question: str) -> float:
        search = desk.search(question)
        return UNREAD.answerable.probability(weigh(question, search, rank_sentences(question, search)))

    assert probability("Wie lang ist die neue Strecke?") > probability("Wie alt ist der Papst in Rom?")


def test_the_better_the_reader_likes_a_sentence_the_likelier_it_answers(desk: Assistant) -> None:
    question = "Wie lang ist die neue Strecke?"
    search = desk.search(question)
    evidence = weigh(question, search, rank_sentences(question, search))
    liked, disliked = (replace(evidence, reader=score) for score in (4.0, -4.0))
    assert READ.answerable.probability(liked) > READ.answerable.probability(disliked)
    assert UNREAD.answerable.probability(replace(evidence, reader=4.0)) == UNREAD.answerable.probability(evidence)


def test_rarest_missing_counts_parts_of_words_as_there() -> None:
    terms = (Term("chip", frozenset({"chip"}), 2.0), Term("papst", frozenset({"papst"}), 3.0))
    assert rarest_missing(terms, frozenset(), "Der Zhenwu-Chip ist neu.") == pytest.approx(0.6)
    assert rarest_missing(terms, frozenset({"papst", "chip"}), "") == 0
    assert rarest_missing((), frozenset(), "") == 0


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Wie lang ist die neue Strecke?", (0, 0)),
        ("Wie viele Fachleute raten, Abstand zu halten?", (1, 0)),
        ("Wann raten Fachleute, Abstand zu halten?", (0, 1)),
        ("Was raten Fachleute?", (0, 0)),
    ],
)
def test_evidence_says_what_is_lacking(desk: Assistant, question: str, lacking: tuple[int, int]) -> None:
    search = desk.search(question)
    evidence = weigh(question, search, rank_sentences(question, search))
    assert (evidence.lacks_figure, evidence.lacks_date) == lacking
