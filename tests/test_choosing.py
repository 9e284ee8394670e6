"""Which sentences are quoted: as many as the question needs, a reason with what it is for, none twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant, Settings
from assistant.choosing import (
    ENOUGH_FOR_ALL,
    ENOUGH_OF_A_KIND,
    ENOUGH_PROBABILITY,
    MOST_FOR_ONE,
    MOST_STATEMENTS,
    SURE_OF_ONE,
    announced_after,
    choose,
    find_enough,
    repeats,
)
from assistant.question_type import QuestionType
from assistant.request import Request, recognise
from assistant.sentence_ranking import Candidate, rank_sentences
from tests.conftest import WordEmbedder
from tests.test_quoting import check_laws, make_search, open_newsroom, write_article
from vectorstore import Source

POOL = (
    "Das Museum in Ahrbach schließt im Winter.",
    "Deshalb schließt das Museum.",
    "Grund ist das undichte Dach.",
    "Die Verwaltung nennt drei Gründe.",
    "Der Eintritt kostet sieben Euro.",
    "Ein Brunnen steht im Hof.",
    "Zwei Lehrlinge malen das Tor.",
    "Eröffnet wurde das Haus 1904.",
)
QUESTIONS = (
    "Warum schließt das Museum?",
    "Wie viel kostet der Eintritt?",
    "Wann wurde das Haus eröffnet?",
    "Welche Gründe nennt die Verwaltung?",
    "Schließt das Museum im Winter?",
    "Was steht im Hof?",
)


def make_candidates(texts: Sequence[str], chances: Sequence[float], *, question: str = "Was?") -> list[Candidate]:
    """Return the sentences of one article as candidates, each with its probability, the likeliest first."""
    ranked = rank_sentences(question, make_search((Source("museum.md", "Museum"), " ".join(texts))))
    by_place = sorted(ranked, key=lambda candidate: candidate.sentence.start)
    likely = [replace(item, probability=chance) for item, chance in zip(by_place, chances, strict=True)]
    return sorted(likely, key=lambda candidate: -candidate.probability)


def texts_of(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.text for candidate in candidates]


# Laws


@given(
    texts=st.lists(st.sampled_from(POOL), min_size=1, max_size=8, unique=True),
    question=st.sampled_from(QUESTIONS),
    most=st.integers(1, 6),
    data=st.data(),
)
@settings(deadline=None)
def test_laws_hold_for_any_choice(texts: list[str], question: str, most: int, data: st.DataObject) -> None:
    chances = data.draw(st.lists(st.floats(0, 0.5), min_size=len(texts), max_size=len(texts)))
    candidates, request = make_candidates(texts, chances, question=question), recognise(question)
    chosen = choose(question, candidates, request=request, most=most)
    several = request is Request.ALL and candidates[0].probability >= SURE_OF_ONE
    assert 1 <= len(chosen) <= (most if several else min(most, MOST_FOR_ONE))
    assert set(texts_of(chosen)) <= set(texts)
    assert most == 1 or candidates[0] in chosen
    assert len(set(texts_of(chosen))) == len(chosen)
    likely = {item.text for item in candidates if item.probability >= find_enough(question, request)}
    if not question.startswith("Warum") and not announced_after(candidates, most=most):
        assert set(texts_of(chosen[1:])) <= likely


@given(
    texts=st.lists(st.sampled_from(POOL), min_size=1, max_size=8, unique=True),
    question=st.sampled_from([question for question in QUESTIONS if recognise(question) is not Request.ALL]),
)
@settings(deadline=None)
def test_who_may_quote_more_quotes_the_same_first(texts: list[str], question: str) -> None:
    candidates = make_candidates(texts, [0.9 / (place + 1) for place in range(len(texts))], question=question)
    choices = [choose(question, candidates, most=most) for most in range(1, MOST_STATEMENTS + 1)]
    assert all(more[: len(fewer)] == fewer for fewer, more in pairwise(choices))


@given(text=st.sampled_from(POOL), other=st.sampled_from(POOL))
def test_repeating_is_mutual_and_every_sentence_repeats_itself(text: str, other: str) -> None:
    assert repeats(text, text)
    assert repeats(text, other) == repeats(other, text) == (text == other)


def test_more_is_quoted_where_more_is_asked_for() -> None:
    assert ENOUGH_FOR_ALL < ENOUGH_PROBABILITY < min(ENOUGH_OF_A_KIND.values())
    assert find_enough("Welche Gründe gibt es?", Request.ALL) == ENOUGH_FOR_ALL
    assert find_enough("Was steht im Hof?", Request.ONE) == ENOUGH_PROBABILITY
    assert find_enough("Wie viel kostet es?", Request.ONE) == ENOUGH_OF_A_KIND[QuestionType.FIGURE]
    assert find_enough("Steht ein Brunnen im Hof?", Request.YES_NO) == ENOUGH_OF_A_KIND[QuestionType.FIGURE]


# Samples


def test_sentences_nearly_as_likely_are_quoted_as_well_and_others_not() -> None:
    candidates = make_candidates(POOL[4:7], [0.6, 0.09, 0.07])
    assert texts_of(choose("Was ist dort zu sehen?", candidates)) == [POOL[4], POOL[5]]
    assert texts_of(choose("Wie viel kostet der Eintritt?", candidates)) == [POOL[4]]
    assert texts_of(choose("Was ist dort zu sehen?", candidates, request=Request.ALL)) == [*POOL[4:7]]


def test_one_thing_is_answered_with_fewer_sentences_than_all_of_several() -> None:
    names = ("Brunnen", "Ahorn", "Karussell", "Backofen", "Denkmal", "Schrank")
    texts = [f"Im Hof steht ein {name}." for name in names]
    candidates = make_candidates(texts, [SURE_OF_ONE, 0.19, 0.18, 0.17, 0.16, 0.1])
    assert len(choose("Was steht im Hof?", candidates)) == MOST_FOR_ONE
    assert texts_of(choose("Was steht im Hof?", candidates, request=Request.ALL)) == texts[:MOST_STATEMENTS]
    assert texts_of(choose("Was steht im Hof?", candidates, most=1)) == texts[:1]
    unsure = make_candidates(texts, [SURE_OF_ONE - 0.01, 0.19, 0.18, 0.17, 0.16, 0.1])
    assert len(choose("Was steht im Hof?", unsure, request=Request.ALL)) == MOST_FOR_ONE


@pytest.mark.parametrize(
    ("announcement", "count"),
    [
        ("Die Verwaltung nennt zwei Gründe.", 2),
        ("Die Verwaltung nennt drei wichtige Gründe.", 3),
        ("Die Verwaltung nennt mehrere Ursachen.", 3),
        ("Die Verwaltung nennt keine Gründe.", 0),
        ("Zwei Gründe nennt die Verwaltung, das Dach und das Wetter.", 0),
    ],
)
def test_what_a_sentence_announces_is_quoted_behind_it(announcement: str, count: int) -> None:
    texts = [announcement, *POOL[4:]]
    candidates = make_candidates(texts, [0.9, 0.01, 0.01, 0.01, 0.01])
    assert texts_of(announced_after(candidates, most=MOST_STATEMENTS)) == texts[1 : count + 1]
    chosen = choose("Welche Gründe nennt die Verwaltung?", candidates, request=Request.ALL)
    assert texts_of(chosen) == texts[: count + 1]
    assert texts_of(choose("Was nennt die Verwaltung?", candidates)) == texts[:1]


def test_the_points_of_a_list_are_quoted_behind_what_announces_them(tmp_path: Path) -> None:
    text = (
        "Das Rathaus bleibt zu.\n\nDie Verwaltung nennt für die Schließung des Rathauses Folgendes:\n\n"
        "- An den Schaltern fehlt ständig Personal.\n- Der Keller verbraucht zu viel Gas."
    )
    desk = open_newsroom(tmp_path, {"rathaus.md": write_article(text, "Rathaus in Lindenau")}, "Folgendes")
    answer = desk.answer("Welche Gründe nennt die Verwaltung für die Schließung des Rathauses?")
    check_laws(answer, desk)
    assert [item.quote.split()[-1] for item in answer.citations] == ["Folgendes:", "Personal.", "Gas."]


def test_all_of_several_things_are_quoted_where_all_are_asked_for(tmp_path: Path) -> None:
    text = (
        "Das Rathaus von Lindenau bleibt montags geschlossen. Die Verwaltung nennt dafür drei Gründe. "
        "An den Schaltern fehlt Personal. Die Heizung verbraucht zu viel Gas. Montags kommen kaum Besucher."
    )
    reasons = ("fehlt Personal", "zu viel Gas", "kaum Besucher")
    desk = open_newsroom(tmp_path, {"rathaus.md": write_article(text, "Rathaus in Lindenau")}, *reasons)
    answer = desk.answer("Welche Gründe nennt die Verwaltung für die Schließung des Rathauses?")
    check_laws(answer, desk)
    assert all(reason in answer.text for reason in reasons)
    assert len(desk.answer("Wer nennt Gründe für die Schließung des Rathauses?").statements) <= MOST_FOR_ONE


def test_repetition_is_not_quoted_twice(write_articles: Callable[..., Path], tmp_path: Path) -> None:
    same = "Der Turm in Beispielstadt ist 90 Meter hoch."
    folder = write_articles({"a.txt": f"{same} Er ist alt.\n", "b.txt": f"{same} Er ist neu.\n"})
    desk = Assistant(Settings(articles=(folder,), data_dir=tmp_path / "data"), embeddings=WordEmbedder())
    question = "Wie hoch ist der Turm?"
    chosen = choose(question, rank_sentences(question, desk.search(question)))
    assert [candidate.text for candidate in chosen].count(same) == 1
    assert repeats(same, same.lower())
    assert not repeats(same, "Der Turm in Beispielstadt ist alt.")


def test_sentences_alike_but_for_a_number_do_not_repeat_each_other() -> None:
    text = "Im Sommer kamen nach Angaben der Stadt 48.000 zahlende Gäste aus der ganzen Region in das Freibad Lindenau."
    assert not repeats(text, text.replace("48.000", "61.000"))
    assert repeats(text, text.replace("zahlende", "fröhliche"))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Das Museum schließt. Grund ist das undichte Dach. Es regnet.", "Grund ist das undichte Dach."),
        ("Das Dach ist undicht. Deshalb schließt das Museum. Es regnet.", "Das Dach ist undicht."),
        ("Ein Satz. Das Museum schließt. Nämlich ist das Dach undicht.", "Nämlich ist das Dach undicht."),
    ],
    ids=["after", "points back", "word of reason"],
)
def test_reason_beside_the_best_sentence_is_quoted_with_it(
    write_articles: Callable[..., Path], tmp_path: Path, text: str, quoted: str
) -> None:
    folder = write_articles({"museum.txt": f"{text}\n"})
    desk = Assistant(Settings(articles=(folder,), data_dir=tmp_path / "data"), embeddings=WordEmbedder())
    question = "Warum schließt das Museum?"
    chosen = choose(question, rank_sentences(question, desk.search(question)))
    texts = [candidate.text for candidate in chosen]
    assert quoted in texts
    assert any("schließt" in text for text in texts)
    assert (texts[0] == quoted) == ("Deshalb" in text)
    assert len(set(texts)) == len(texts)


def test_a_sentence_that_gives_its_reason_itself_needs_none_beside_it() -> None:
    texts = ["Das Museum schließt, weil das Dach undicht ist.", "Es regnet wegen der Wolken."]
    assert texts_of(choose("Warum schließt das Museum?", make_candidates(texts, [0.9, 0.01]))) == texts[:1]
