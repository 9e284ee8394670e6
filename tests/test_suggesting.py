"""Questions that the articles answer: how they are made, when they are offered, and how few are asked for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, Source
from assistant.citing import Quote, cite_quotes
from assistant.questions import ask_about_title, make_questions
from assistant.suggesting import LOOKED_AT, Suggestion, suggest, suggest_for_collection, suggest_near
from vectorstore import Article, Passage, Sentence, split_article

SENTENCES = {
    "Im Oktober 2019 eröffnete die Nordbahn AG einen Bahnhof in Ellwangen.": (
        "Wann eröffnete die Nordbahn AG einen Bahnhof in Ellwangen?"
    ),
    "Seit 2016 leitet Emmy Noether die Werft in Emden.": "Seit wann leitet Emmy Noether die Werft in Emden?",
    "Die Nordbahn AG hat den Bahnhof von Ellwangen im März 2021 verkauft.": (
        "Wann hat die Nordbahn AG den Bahnhof von Ellwangen verkauft?"
    ),
    "In Ellwangen baut die Nordbahn AG drei neue Werkstätten.": "Wo baut die Nordbahn AG drei neue Werkstätten?",
    "Wegen der Dürre senkte Solvex die Preise für Saatgut.": "Warum senkte Solvex die Preise für Saatgut?",
    "Solvex senkte die Preise für Saatgut, weil die Ernte schlecht war.": "Warum senkte Solvex die Preise für Saatgut?",
    "Emmy Noether gründete 1998 die Werft in Emden.": "Wer gründete 1998 die Werft in Emden?",
    "Vorsitzende von Solvex ist Emmy Noether.": "Wer ist Vorsitzende von Solvex?",
    "Die Brücke von Solvex wurde von Emmy Noether entworfen.": "Von wem wurde die Brücke von Solvex entworfen?",
    "Solvex ist ein Unternehmen aus Emden, das Saatgut herstellt.": "Was ist Solvex?",
    "Solvex beschäftigt in Emden mehr als 1.200 Menschen.": "Wie viele Menschen beschäftigt Solvex in Emden?",
    "Der Umsatz von Solvex stieg um 8 Prozent.": "Um wie viel Prozent stieg der Umsatz von Solvex?",
    "Solvex will 40 Millionen Euro in Emden investieren.": "Wie viel Geld will Solvex in Emden investieren?",
    "Die Brücke von Ellwangen ist 84 Meter lang.": "Wie lang ist die Brücke von Ellwangen?",
    "Ein Ticket der Nordbahn AG kostet 4,10 Euro.": "Wie viel kostet ein Ticket der Nordbahn AG?",
    "The harbour of Ellwick was opened on 4 May 1987.": "When was the harbour of Ellwick opened?",
    "Margaret Cavendish founded the Harbour Museum with local sailors.": (
        "Who founded the Harbour Museum with local sailors?"
    ),
    "More than 300 model ships are shown in the Harbour Museum.": (
        "How many model ships are shown in the Harbour Museum?"
    ),
    "The Severn Line is 84 kilometres long.": "How long is the Severn Line?",
}
"""A sentence of each kind, and the question that it answers."""
NO_QUESTION = (
    "Im Oktober 2019 eröffnete sie einen Bahnhof in Ellwangen.",
    "Dort baut die Nordbahn AG drei neue Werkstätten.",
    "Seit 2016 leitet Emmy Noether das Unternehmen.",
    "Im Oktober 2019 wurde die Brücke eröffnet.",
    "„Im Oktober 2019 eröffnete die Nordbahn AG einen Bahnhof“, sagte Emmy Noether.",
    "Den Bahnhof von Ellwangen verkaufte Emmy Noether im März 2021.",
    "Die Kosten trägt Solvex seit 2016.",
    "Der Vorsitzenden Emmy Noether gehört die Werft in Emden.",
    "Wo liegt Ellwangen?",
    "Bahnhof Ellwangen 2019",
    "In 2016 she founded the Harbour Museum in Ellwick.",
)
ARTICLES = {
    "solvex.txt": (
        "Solvex wächst in Emden\n\nSolvex beschäftigt in Emden mehr als 1.200 Menschen. "
        "Vorsitzende von Solvex ist Emmy Noether. Ihr Vertrag läuft noch lange.\n"
    ),
    "bahn.txt": (
        "Ein Bahnhof für Ellwangen\n\nIm Oktober 2019 eröffnete die Nordbahn AG einen Bahnhof in Ellwangen. "
        "Der Bahnhof hat vier Gleise und ein Dach aus Holz.\n"
    ),
    "wal.txt": "Ein Buckelwal in der Förde\n\nVor der Küste wurde ein Wal gesichtet. Er ist sehr groß.\n",
}


def first_question(sentence: str) -> str | None:
    return next((draft.question for draft in make_questions(sentence)), None)


class Shelf:
    """A collection that answers each question as told, and counts what it is asked and what is read of it."""

    def __init__(self, articles: dict[str, str], *, answer: Callable[["Shelf", str], Answer] | None = None) -> None:
        self.passages = {
            name: tuple(split_article(Article(Source(name, text.splitlines()[0], language="de"), text)))
            for name, text in articles.items()
        }
        self.asked: list[str] = []
        self.read: list[str] = []
        self._answer = answer or Shelf.answer_rightly

    def answer(self, question: str, *, mode: str) -> Answer:
        assert mode == "quoted", "a language model is not asked for what is only offered"
        self.asked.append(question)
        return self._answer(self, question)

    def speakers(self) -> Sequence[Source]:
        return tuple(passages[0].source for passages in self.passages.values())

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        self.read.append(article_id)
        return self.passages[article_id]

    def quotable(self) -> list[tuple[Passage, Sentence]]:
        every = (passage for passages in self.passages.values() for passage in passages)
        return [(passage, sentence) for passage in every for sentence in passage.sentences if sentence.quotable]

    def answer_rightly(self, question: str) -> Answer:
        """Quote the sentence that the question was made from."""
        for passage, sentence in self.quotable():
            made = {draft.question for draft in make_questions(passage.quote(sentence))}
            if question in made or passage.source.title in question:
                return quote(question, passage, sentence)
        return refuse(question)


def quote(question: str, passage: Passage, sentence: Sentence) -> Answer:
    statements, citations = cite_quotes([Quote(passage, sentence.start, sentence.end)])
    return Answer(question, question, "", statements, citations, None, abstained=False, confidence=0.95)


def refuse(question: str, *passages: Passage) -> Answer:
    _, citations = cite_quotes([Quote(passage, passage.start, passage.end) for passage in passages])
    return Answer(question, question, "", (), citations, None, abstained=True, confidence=0.9)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_each_kind_gives_its_question(sentence: str) -> None:
    assert SENTENCES[sentence] in [draft.question for draft in make_questions(sentence)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_answers_stands_in_the_sentence_and_not_in_the_question(sentence: str) -> None:
    for draft in make_questions(sentence):
        assert draft.answer.lower() in sentence.lower()
        assert draft.answer.lower() not in draft.question.lower()


@pytest.mark.parametrize("sentence", NO_QUESTION)
def test_better_no_question_than_a_crooked_one(sentence: str) -> None:
    assert first_question(sentence) is None


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_gives_only_whole_questions(text: str) -> None:
    for draft in make_questions(text):
        assert draft.question.endswith("?")
        assert draft.question.count("?") == 1
        assert draft.question == " ".join(draft.question.split())


@given(
    st.lists(st.sampled_from(" ".join([*SENTENCES, *NO_QUESTION]).replace(".", "").split()), min_size=3, max_size=12)
)
@settings(max_examples=150, deadline=None)
def test_words_in_any_order_break_nothing_and_give_the_same_again(words: list[str]) -> None:
    sentence = " ".join(words).capitalize() + "."
    assert list(make_questions(sentence)) == list(make_questions(sentence))


def test_an_article_is_asked_for_by_its_title_in_its_language() -> None:
    german, english = ask_about_title("Solvex wächst in Emden", "de"), ask_about_title("Solvex wächst in Emden", "en")
    assert german
    assert german.question == "Worum geht es in „Solvex wächst in Emden“?"
    assert english
    assert english.question == "What is “Solvex wächst in Emden” about?"
    assert ask_about_title("artikel_2020-03.txt", "de") is None
    assert ask_about_title("Solvex", "de") is None


def test_only_questions_are_offered_whose_answer_quotes_their_sentence() -> None:
    shelf = Shelf(ARTICLES)
    found = suggest_for_collection(shelf)
    assert {suggestion.question for suggestion in found} <= set(shelf.asked)
    assert len(found) == 3
    assert "Wann eröffnete die Nordbahn AG einen Bahnhof in Ellwangen?" in {item.question for item in found}


@pytest.mark.parametrize(
    "answer",
    [
        lambda shelf, question: refuse(question),
        lambda shelf, question: replace(shelf.answer_rightly(question), confidence=0.5),
        lambda shelf, question: replace(shelf.answer_rightly(question), standalone_question="Was?"),
        lambda shelf, question: replace(shelf.answer_rightly(question), statements=()),
        lambda shelf, question: quote(question, *shelf.quotable()[-1]),
    ],
    ids=["refused", "unsure", "corrected", "without statements", "another sentence"],
)
def test_what_does_not_come_back_is_not_offered(answer: Callable[[Shelf, str], Answer]) -> None:
    found = suggest_for_collection(Shelf({name: ARTICLES[name] for name in ("solvex.txt", "bahn.txt")}, answer=answer))
    assert all(suggestion.question.startswith("Worum") for suggestion in found)


def test_words_marked_as_the_answer_must_be_those_asked_for() -> None:
    shelf = Shelf(
        {"solvex.txt": ARTICLES["solvex.txt"]},
        answer=lambda shelf, question: replace(shelf.answer_rightly(question), highlight="Emden"),
    )
    assert "Wie viele Menschen beschäftigt Solvex in Emden?" not in {
        item.question for item in suggest_for_collection(shelf)
    }


def test_titles_fill_up_where_sentences_give_too_few() -> None:
    found = suggest_for_collection(Shelf(ARTICLES), count=5)
    titled = [item for item in found if item.question.startswith("Worum")]
    assert len(found) == 5
    assert found[-len(titled) :] == tuple(titled)


def test_first_questions_differ_in_article_and_kind() -> None:
    first, second, *_ = suggest_for_collection(Shelf(ARTICLES))
    assert first.article_id != second.article_id
    assert first.question.split()[0] != second.question.split()[0]


@given(count=st.integers(0, 4), most_asked=st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_never_more_is_offered_or_asked_than_allowed(count: int, most_asked: int) -> None:
    shelf = Shelf(ARTICLES)
    found = suggest_for_collection(shelf, count=count, most_asked=most_asked)
    assert len(found) <= count
    assert len(shelf.asked) <= most_asked
    assert len(set(found)) == len(found)


def test_of_a_large_collection_only_some_articles_are_read() -> None:
    text = "Ein Wal in der Förde\n\nVor der Küste wurde ein Wal gesichtet.\n"
    shelf = Shelf({f"{number:04}.txt": text for number in range(500)})
    suggest_for_collection(shelf)
    assert len(shelf.read) <= LOOKED_AT
    assert max(shelf.read) > "0250.txt"


def test_the_newest_articles_are_looked_at_first() -> None:
    from datetime import date

    from assistant.suggesting import look_at

    sources = [Source(f"{day}.txt", "Titel", date(2024, 1, day)) for day in (3, 9, 5)]
    assert [source.article_id for source in look_at([Source("alt.txt", "Titel"), *sources])] == [
        "9.txt",
        "5.txt",
        "3.txt",
        "alt.txt",
    ]


def test_beside_a_refusal_the_nearest_question_of_its_articles_comes_first() -> None:
    shelf = Shelf(ARTICLES)
    answer = refuse("Wer ist Sprecherin von Solvex?", *shelf.passages["solvex.txt"])
    found = suggest_near(shelf, answer)
    assert found[0] == Suggestion("Wer ist Vorsitzende von Solvex?", "solvex.txt")
    assert {suggestion.article_id for suggestion in found} == {"solvex.txt"}
    assert set(shelf.read) == {"solvex.txt"}


def test_the_question_asked_is_not_suggested() -> None:
    shelf = Shelf(ARTICLES)
    answer = refuse("wer ist Vorsitzende von Solvex", *shelf.passages["solvex.txt"])
    assert "Wer ist Vorsitzende von Solvex?" not in {item.question for item in suggest_near(shelf, answer, count=5)}


def test_nothing_is_suggested_beside_a_refusal_that_cites_nothing() -> None:
    shelf = Shelf(ARTICLES)
    assert suggest_near(shelf, refuse("Wie hoch ist der Eiffelturm?")) == ()
    assert not shelf.asked


def test_suggesting_takes_the_usual_numbers() -> None:
    shelf = Shelf(ARTICLES)
    assert len(suggest(shelf)) == 3
    assert len(suggest(shelf, refuse("Wo?", *shelf.passages["solvex.txt"]))) == 2
    assert suggest(shelf, count=0) == ()


def test_the_same_collection_gives_the_same_questions(desk: Assistant) -> None:
    assert suggest_for_collection(Shelf(ARTICLES)) == suggest_for_collection(Shelf(ARTICLES))
    assert desk.suggest() == desk.suggest()


@pytest.mark.real
def test_the_starter_articles_answer_what_is_suggested(starter_desk: Assistant) -> None:
    found = suggest_for_collection(starter_desk)
    assert len({suggestion.article_id for suggestion in found}) == 3
    for suggestion in found:
        answer = starter_desk.answer(suggestion.question)
        assert not answer.abstained
        assert answer.citations[0].article_id == suggestion.article_id
    assert len(starter_desk.suggest(starter_desk.answer("Wie viele Menschen arbeiten bei Konux?"))) == 2


def test_of_a_word_without_an_end_no_question_is_made() -> None:
    assert not list(make_questions(f"Die {'a' * 100_000}geschwindigkeit liegt bei 80 Metern im Jahr."))
