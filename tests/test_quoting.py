"""Quoted answers: verbatim, cited, the best first; a refusal offers the nearest passages and claims nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, Settings
from assistant.choosing import choose, repeats
from assistant.citing import one_line
from assistant.phrases import phrase
from assistant.quoting import grow, quote_answer
from assistant.reader import Reading, Span
from assistant.refusing import NEAREST
from assistant.sentence_ranking import rank_sentences
from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import Passage

WORDS = sorted({word for text in ARTICLES.values() for word in text.replace(".", " ").split()})


def check_laws(answer: Answer, desk: Assistant) -> None:
    """Assert what must hold for every answer to any question."""
    for place, citation in enumerate(answer.citations, start=1):
        article = desk.article(citation.article_id)
        assert citation.number == place
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.quote in citation.passage
        assert citation.passage in article.text
    numbers = {citation.number for citation in answer.citations}
    assert all(statement.citations and set(statement.citations) <= numbers for statement in answer.statements)
    assert 0 <= answer.confidence <= 1
    assert answer.abstained == (not answer.statements)
    for statement in answer.statements:
        assert statement.text in answer.text
        assert all(f"[{number}]" in answer.text for number in statement.citations)
    assert answer.highlight is None or answer.highlight in answer.citations[0].quote


@given(
    words=st.lists(
        st.sampled_from(
            [*(word for word in WORDS if word.isalnum()), "Zebra", "Quark", "Wann", "Wie", "viele", "2023"]
        ),
        min_size=1,
        max_size=9,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_laws_hold_for_any_question(desk: Assistant, words: list[str]) -> None:
    check_laws(desk.answer(" ".join(words)), desk)


def test_best_sentence_comes_first_with_its_source(desk: Assistant) -> None:
    search = desk.search("Wie lang ist die neue Strecke in Kilometern?")
    best = rank_sentences("Wie lang ist die neue Strecke in Kilometern?", search)[0]
    assert best.text == "Die neue Strecke ist 84 Kilometer lang."
    assert best.hit.passage.source.publisher == "Streckenblatt"


class LikingReader:
    """A reader that likes the sentences with a given word, and finds that word in them with a given probability."""

    def __init__(self, word: str, *, probability: float = 1.0) -> None:
        self.word, self.probability = word, probability

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        return tuple(self.read_one(passage) for passage in passages)

    def read_one(self, passage: Passage) -> Reading:
        texts = [passage.quote(sentence) for sentence in passage.sentences]
        spans = [
            Span(sentence.start + text.find(self.word), sentence.start + text.find(self.word) + len(self.word),
                 self.probability) if self.word in text else None
            for sentence, text in zip(passage.sentences, texts, strict=True)
        ]  # fmt: skip
        return Reading(tuple(9.0 if self.word in text else -9.0 for text in texts), tuple(spans))


@pytest.fixture
def read_desk(write_articles: Callable[..., Path], tmp_path: Path) -> Callable[..., Assistant]:
    """Return a function that opens an assistant over the three articles with a reader."""

    def open_desk(reader: LikingReader, /, **chosen: bool) -> Assistant:
        settings = Settings(articles=(write_articles(),), data_dir=tmp_path / "read", **chosen)
        return Assistant(settings, embeddings=WordEmbedder(), reader=reader)

    return open_desk


def test_the_reader_decides_between_sentences_alike_in_words(read_desk: Callable[..., Assistant]) -> None:
    for word in ("41 Minuten", "70 Minuten"):
        answer = read_desk(LikingReader(word)).answer("Wie lange dauert die Fahrt auf der neuen Strecke?")
        assert word in answer.citations[0].quote
        assert answer.highlight == word
        check_laws(answer, read_desk(LikingReader(word)))


def test_a_span_of_which_the_reader_is_not_sure_is_not_set_in_bold(read_desk: Callable[..., Assistant]) -> None:
    reader = LikingReader("84 Kilometer", probability=0.01)
    answer = read_desk(reader).answer("Wie lang ist die neue Strecke in Kilometern?")
    assert "84 Kilometer" in answer.citations[0].quote
    assert answer.highlight is None


def test_the_reader_can_be_switched_off(read_desk: Callable[..., Assistant], desk: Assistant) -> None:
    question = "Wie lang ist die neue Strecke in Kilometern?"
    answer = read_desk(LikingReader("nirgends"), reader=False).answer(question)
    assert answer.text == desk.answer(question).text


def test_headings_are_never_quoted(desk: Assistant) -> None:
    texts = [candidate.text for candidate in rank_sentences("Fahrzeit", desk.search("Fahrzeit"))]
    assert texts
    assert not any("Fahrzeit" in text for text in texts)


def test_probabilities_sum_to_one_and_fall(desk: Assistant) -> None:
    ranked = rank_sentences("Was kostet Roggenbrot?", desk.search("Was kostet Roggenbrot?"))
    values = [candidate.probability for candidate in ranked]
    assert sum(values) == pytest.approx(1)
    assert values == sorted(values, reverse=True)


def test_other_matters_are_refused_with_the_nearest_passages(desk: Assistant) -> None:
    answer = desk.answer("Welche Farbe trug Napoleons Zebra in Quito?")
    assert answer.abstained
    assert "Napoleons" in answer.text
    assert answer.text.endswith("[1] [2] [3]")
    assert 1 <= len(answer.citations) <= NEAREST
    assert answer.highlight is None


def test_refusal_speaks_the_language_of_the_question(desk: Assistant) -> None:
    question = "Which colour was the zebra that Napoleon rode in Quito?"
    answer = quote_answer(question, question, replace(desk.search(question), hits=()))
    assert answer.abstained
    assert "Napoleon" in answer.text or answer.text.startswith(phrase("nothing", "en"))


def test_repetition_is_not_quoted_twice(write_articles: Callable[..., Path], tmp_path: Path) -> None:
    same = "Der Turm in Beispielstadt ist 90 Meter hoch."
    folder = write_articles({"a.txt": f"{same} Er ist alt.\n", "b.txt": f"{same} Er ist neu.\n"})
    desk = Assistant(Settings(articles=(folder,), data_dir=tmp_path / "data"), embeddings=WordEmbedder())
    question = "Wie hoch ist der Turm?"
    chosen = choose(question, rank_sentences(question, desk.search(question)))
    assert [candidate.text for candidate in chosen].count(same) == 1
    assert repeats(same, same.lower())
    assert not repeats(same, "Der Turm in Beispielstadt ist alt.")


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


def test_nothing_found_is_a_refusal_without_citations(desk: Assistant) -> None:
    search = desk.search("Strecke")
    empty = replace(search, hits=())
    answer = quote_answer("Strecke?", "Strecke?", empty)
    assert answer.abstained
    assert answer.citations == ()


def test_growing_answers_begin_with_the_evidence_and_end_whole(desk: Assistant) -> None:
    answer = desk.answer("Wie lang ist die neue Strecke in Kilometern?")
    states = grow(answer)
    assert states[0].text == ""
    assert states[0].citations == answer.citations
    assert states[-1] == answer
    assert [len(state.text) for state in states] == sorted(len(state.text) for state in states)


def test_quote_over_several_lines_becomes_one_line_of_text() -> None:
    assert one_line("Ein Satz\nüber zwei  Zeilen.") == "Ein Satz über zwei Zeilen."
