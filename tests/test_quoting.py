"""Quoted answers: verbatim, cited, the best first; a refusal offers the nearest passages and claims nothing."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, Settings
from assistant.chain import AnswerSteps
from assistant.citing import one_line
from assistant.phrases import phrase
from assistant.quoting import grow, quote_answer
from assistant.reader import Reading, Span
from assistant.refusing import NEAREST
from assistant.request import Request
from assistant.sentence_ranking import rank_sentences
from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import Article, Hit, Passage, Search, Source, split_article

TODAY = date(2026, 6, 1)
"""The day it is in the newsrooms of the tests."""
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
    """A reader that likes the sentences with given words, and finds those in them with a given probability."""

    def __init__(self, *words: str, probability: float = 1.0, score: float = 9.0) -> None:
        self.words, self.probability, self.score = words, probability, score

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        return tuple(self.read_one(passage) for passage in passages)

    def read_one(self, passage: Passage) -> Reading:
        spans = [self.find(passage.quote(sentence), sentence.start) for sentence in passage.sentences]
        return Reading(tuple(self.score if span else -9.0 for span in spans), tuple(spans))

    def find(self, text: str, start: int) -> Span | None:
        word = next((word for word in self.words if word in text), None)
        first = start + text.index(word) if word else 0
        return Span(first, first + len(word), self.probability) if word else None


def write_article(text: str, title: str, **source: str) -> str:
    """Return an article as a file holds it; ``source`` is what its front matter tells besides the title."""
    told = {"title": title, **source}
    return "\n".join(["---", *(f"{name}: {value}" for name, value in told.items()), "---", "", text, ""])


def open_newsroom(
    folder: Path, articles: dict[str, str], *liked: str, today: date = TODAY, score: float = 9.0
) -> Assistant:
    """Return an assistant over articles on a given day, with a reader that likes the sentences with given words."""
    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "articles").mkdir()
    for name, text in articles.items():
        (place / "articles" / name).write_text(text, encoding="utf-8")
    settings = Settings(articles=(place / "articles",), data_dir=place / "data")
    reader = LikingReader(*liked, score=score)
    desk = Assistant(settings, embeddings=WordEmbedder(), reader=reader if liked else None)
    desk.steps = AnswerSteps(desk, clock=lambda: today)
    return desk


def make_search(*articles: tuple[Source, str]) -> Search:
    """Return a search that found the first passages of articles, all equally near; words weigh nothing."""
    passages = [split_article(Article(source, text))[0] for source, text in articles]
    return Search(tuple(Hit(item, 1.0, 1.0, (1.0,) * len(item.sentences)) for item in passages), (), 0.0)


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


TOWN = {
    "rathaus.md": write_article(
        "Das Rathaus von Lindenau bleibt montags geschlossen. Es fehlt an Personal.", "Rathaus Lindenau"
    ),
    "freibad.md": write_article("Eine Karte für das Freibad kostet vier Euro. Kinder zahlen zwei.", "Freibad Lindenau"),
    "bibliothek.md": write_article(
        "Noch ist offen, ob die Bibliothek von Lindenau im Winter schließt. Der Rat berät.", "Bibliothek Lindenau"
    ),
    "mill.md": write_article("The mill in Ahrbach is not open on Mondays. It is old.", "The mill in Ahrbach"),
}
TOWN_LIKES = ("geschlossen", "vier Euro", "ob die Bibliothek", "not open")


@pytest.mark.parametrize(
    ("question", "verdict", "lead"),
    [
        ("Ist das Rathaus von Lindenau montags geschlossen?", "yes", "Ja."),
        ("Ist das Rathaus von Lindenau montags nicht geschlossen?", "no", "Nein."),
        ("Ist das Rathaus von Lindenau montags geöffnet?", "no", "Nein."),
        ("Kostet eine Karte für das Freibad vier Euro?", "yes", "Ja."),
        ("Kostet eine Karte für das Freibad neun Euro?", "no", "Nein."),
        ("Is the mill in Ahrbach open on Mondays?", "no", "No."),
        ("Schließt die Bibliothek von Lindenau im Winter?", None, phrase("undecided", "de")),
        ("Was kostet eine Karte für das Freibad?", None, ""),
    ],
)
def test_a_yes_no_question_is_answered_with_yes_or_no_where_the_articles_say_so(
    tmp_path: Path, question: str, verdict: str | None, lead: str
) -> None:
    desk = open_newsroom(tmp_path, TOWN, *TOWN_LIKES)
    answer = desk.answer(question)
    check_laws(answer, desk)
    assert not answer.abstained
    assert (answer.verdict, answer.lead) == (verdict, lead)
    assert answer.text == " ".join([*([lead] if lead else []), answer.statements[0].text, "[1]"])
    assert [state.verdict for state in grow(answer)] == [verdict, verdict]


def test_what_hardly_speaks_of_the_question_does_not_say_yes(tmp_path: Path) -> None:
    def ask(question: str, *, score: float) -> Answer:
        desk = open_newsroom(tmp_path, TOWN, "geschlossen", score=score)
        search = desk.search(question)
        readings = desk.read(question, search)
        return quote_answer(question, question, search, readings, request=Request.YES_NO, refuse_below=0.0)

    question = "Steht das Rathaus unter Denkmalschutz?"
    near, far = ask(question, score=9.0), ask(question, score=-3.0)
    assert near.citations[0].quote == far.citations[0].quote == "Das Rathaus von Lindenau bleibt montags geschlossen."
    assert (near.verdict, near.lead) == ("yes", "Ja.")
    assert (far.verdict, far.lead) == (None, phrase("undecided", "de"))
    assert ask(question.replace("unter", "nicht unter"), score=-3.0).verdict == "no"


def test_a_year_of_which_no_article_speaks_is_refused(tmp_path: Path) -> None:
    articles = {
        "alt.md": write_article("Das Freibad zählte 48.000 Gäste.", "Freibad", published="2023-10-02"),
        "neu.md": write_article("Das Freibad zählte 61.000 Gäste.", "Freibad", published="2025-10-01"),
    }
    desk = open_newsroom(tmp_path, articles, "48.000 Gäste", "61.000 Gäste")
    for year, figure in ((2023, "48.000"), (2025, "61.000")):
        assert figure in desk.answer(f"Wie viele Gäste zählte das Freibad {year}?").text
    answer = desk.answer("Wie viele Gäste zählte das Freibad 2019?")
    check_laws(answer, desk)
    assert answer.abstained
    assert "2019" in answer.lead
    assert answer.confidence >= 0.5


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
