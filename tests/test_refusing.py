"""A refusal says what the articles know of the matter and what was asked, and offers the nearest passages."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.phrases import phrase
from assistant.refusing import NEAREST, SHOWN_QUESTION, explain, make_clause, refuse
from assistant.sentence_ranking import rank_sentences
from vectorstore import Hit, Passage, Search, Source, split_sentences
from vectorstore.keywords import KeywordIndex

CLAUSES = {
    "Wie viel gibt die Stadt aus?": "wie viel die Stadt ausgibt",
    "Wie viel Geld nimmt die Stadt ein?": "wie viel Geld die Stadt einnimmt",
    "Wie viele gibt es?": "wie viele es gibt",
    "Wie viele Menschen arbeiten in der Bäckerei?": "wie viele Menschen in der Bäckerei arbeiten",
    "Wie viel Prozent der Kinder können schwimmen?": "wie viel Prozent der Kinder schwimmen können",
    "Wie viele der Brücken sind gesperrt?": "wie viele der Brücken gesperrt sind",
    "Wieviele Menschen leben in Grauwiek?": "wieviele Menschen in Grauwiek leben",
    "Um wie viel Prozent stieg der Preis?": "um wie viel Prozent der Preis stieg",
    "Wer leitet die Bäckerei?": "wer die Bäckerei leitet",
    "Wer nahm an dem Treffen teil?": "wer an dem Treffen teilnahm",
    "Wer kommt mit?": "wer mitkommt",
    "Wann fängt das Konzert an?": "wann das Konzert anfängt",
    "Wann führt die Stadt die Prüfung durch?": "wann die Stadt die Prüfung durchführt",
    "Wann ist der Markt zu?": "wann der Markt zu ist",
    "Seit wann fährt der Zug?": "seit wann der Zug fährt",
    "Warum lehnt der Verein den Plan ab?": "warum der Verein den Plan ablehnt",
    "Warum ist das Brot teurer geworden?": "warum das Brot teurer geworden ist",
    "Warum sind Brot, Butter und Milch teurer?": "warum Brot, Butter und Milch teurer sind",
    "Was hat der Verein vor?": "was der Verein vorhat",
    "Was hält der Verein davon?": "was der Verein davon hält",
    "Was war am 3. Oktober los?": "was am 3. Oktober los war",
    "Was sagt der Bäcker, wenn der Laden schließt?": "was der Bäcker sagt, wenn der Laden schließt",
    "Was will die Stadt tun, um Strom zu sparen?": "was die Stadt tun will, um Strom zu sparen",
    "Wo findet die Messe statt, die der Verein plant?": "wo die Messe stattfindet, die der Verein plant",
    "Wie groß war die Halle, die abbrannte?": "wie groß die Halle war, die abbrannte",
    "Welche Rolle spielt Hefe beim Backen?": "welche Rolle Hefe beim Backen spielt",
    "Welche drei Gründe nennt der Bäcker?": "welche drei Gründe der Bäcker nennt",
    "In welchem Jahr wurde das Freibad eröffnet?": "in welchem Jahr das Freibad eröffnet wurde",
    "Wessen Fahrrad wurde gestohlen?": "wessen Fahrrad gestohlen wurde",
    "Was für ein Tier wurde gesehen?": "was für ein Tier gesehen wurde",
    "Wovor warnt die Feuerwehr?": "wovor die Feuerwehr warnt",
    "Ist die Brücke aus Holz?": "ob die Brücke aus Holz ist",
    "Gibt es in Grauwiek eine Oper?": "ob es in Grauwiek eine Oper gibt",
    "Soll das Freibad geschlossen werden?": "ob das Freibad geschlossen werden soll",
    "Stimmt es, dass das Freibad schließt?": "ob es stimmt, dass das Freibad schließt",
}
OPENINGS = ("Wer", "Was", "Wann", "Warum", "Wie hoch", "Mit wem", "Welche Farbe", "Wie viele Brote", "In welchem Jahr")
VERBS = ("hat", "verkauft", "bringt", "zahlen", "war")
RESTS = ("die Bäckerei", "der Bäcker morgens mit", "sie in Grauwiek", "das Brot, wenn es regnet", "alle vor")
SEEN = "Der Leuchtturm von Grauwiek ist 31 Meter hoch. Er steht am Hafen."


def letters(text: str) -> list[str]:
    """Return the letters and digits of a text in order of the alphabet."""
    return sorted(letter for letter in text.casefold() if letter.isalnum())


def find(question: str, *texts: str) -> Search:
    """Return a search that found one passage for each text, the first the best."""
    passages = [
        Passage(Source(f"{place}.md", f"Artikel {place}"), 0, 0, len(text), text, tuple(split_sentences(text)))
        for place, text in enumerate(texts)
    ]
    hits = [
        Hit(passage, 1.0 - place, 0.5, tuple(0.5 for _ in passage.sentences)) for place, passage in enumerate(passages)
    ]
    return Search(tuple(hits), KeywordIndex(texts).terms(question), 0.1)


def refuse_from(question: str, texts: Sequence[str]) -> Answer:
    """Return the refusal of a question for which these texts were found."""
    search = find(question, *texts)
    candidates = rank_sentences(question, search)
    return refuse(question, question, search, candidates, confidence=0.8)


@given(opening=st.sampled_from(OPENINGS), verb=st.sampled_from(VERBS), rest=st.sampled_from(RESTS))
def test_a_clause_has_the_letters_of_its_question(opening: str, verb: str, rest: str) -> None:
    clause = make_clause(f"{opening} {verb} {rest}?")
    assert clause is not None
    assert letters(clause) == letters(opening + verb + rest)
    assert clause[0].islower()
    assert clause.partition(",")[0].endswith(verb)


@given(question=st.text(alphabet=st.characters(codec="latin-1"), max_size=200))
def test_any_text_is_survived(question: str) -> None:
    clause = make_clause(question)
    assert clause is None or "?" not in clause


@pytest.mark.parametrize(("question", "clause"), CLAUSES.items())
def test_clause(question: str, clause: str) -> None:
    assert make_clause(question) == clause
    assert make_clause(f" {question.replace(' ', '  ')} ") == clause


@pytest.mark.parametrize(
    "question",
    [
        "Konux?",
        "Wer?",
        "Wie viele?",
        "Nenne die Gründe.",
        "Und was plant der Verein?",
        "Was ist der Preis (in Euro)?",
        "Kommt der Zug? Wann?",
        "Wann kommt der Zug in Grauwiek an und wann fährt er ab?",
        "Warum hat die Stadt, die am Fluss liegt, keine Brücke?",
        "Welche Städte, die am Fluss liegen, haben eine Brücke?",
        "wie viele menschen leben in grauwiek",
        "Wie viel mehr kostet das Brot?",
        "Preis für Roggenbrot",
        "Was kostet " + "ein sehr " * 20 + "langes Brot?",
        "How many people work in the bakery?",
    ],
)
def test_a_question_of_another_shape_makes_no_clause(question: str) -> None:
    assert make_clause(question) is None


def test_what_is_known_is_named_and_what_was_asked_becomes_a_clause() -> None:
    question = "Wie alt ist der Leuchtturm von Grauwiek?"
    said = explain(question, find(question, SEEN), "de")
    assert re.fullmatch(
        r"In den Artikeln steht einiges zu „(Leuchtturm|Grauwiek)“ und „(Leuchtturm|Grauwiek)“, "
        r"aber nicht, wie alt der Leuchtturm von Grauwiek ist\.",
        said,
    )


def test_two_words_are_named_as_known_at_most() -> None:
    question = "Wer strich den Leuchtturm am Hafen von Grauwiek?"
    said = explain(question, find(question, SEEN), "de")
    assert sum(f"„{word}“" in said for word in ("Leuchtturm", "Hafen", "Grauwiek")) == 2


def test_a_question_that_makes_no_clause_is_repeated() -> None:
    question = "Und der Leuchtturm? Wie alt?"
    said = explain(question, find(question, SEEN), "de")
    assert said == phrase("no answer to", "de", known="Leuchtturm", sought=question)


def test_an_english_question_is_repeated() -> None:
    question = "Who painted the lighthouse of Grauwiek?"
    said = explain(question, find(question, "The lighthouse of Grauwiek stands on a rock."), "en")
    assert said == phrase("no answer to", "en", known="Grauwiek", sought=question)


def test_a_long_question_is_repeated_in_part() -> None:
    question = "Und der Leuchtturm? " + "Wie alt ist er wohl? " * 20
    said = explain(question, find(question, SEEN), "de")
    assert " …“" in said
    assert len(said) < SHOWN_QUESTION + 120


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wer erfand das Xylophon?", "Zu „Xylophon“ steht in den Artikeln leider nichts."),
        ("Was kostet Quark in Zypern?", "Zu „Quark“ und „Zypern“ steht in den Artikeln leider nichts."),
        ("was kostet das", "Dazu steht in den Artikeln leider nichts."),
    ],
)
def test_what_is_unknown_is_named(question: str, said: str) -> None:
    found = explain(question, find(question, SEEN), "de")
    swapped = re.sub(r"„(\w+)“ und „(\w+)“", r"„\2“ und „\1“", found)
    assert said in (found, swapped)


def test_the_nearest_passages_are_offered_once_each_and_nothing_is_claimed() -> None:
    texts = [
        SEEN,
        "Der Leuchtturm leuchtet. Er ist rot.",
        "Ein Leuchtturm im Nebel.",
        "Kein Leuchtturm.",
    ]
    answer = refuse_from("Wer strich den Leuchtturm?", texts)
    assert answer.abstained
    assert answer.statements == ()
    assert answer.highlight is None
    assert answer.confidence == 0.8
    assert [citation.article_id for citation in answer.citations] == ["0.md", "1.md", "2.md"][:NEAREST]
    assert all(citation.quote in citation.passage for citation in answer.citations)
    assert answer.text == f"{answer.lead} {phrase('nearest', 'de')} [1] [2] [3]"


def test_the_language_of_the_question_is_spoken() -> None:
    assert refuse_from("Who painted the house?", [SEEN]).lead.startswith(("I'm sorry", "The articles"))
    assert refuse_from("Wer strich das Haus?", [SEEN]).lead.startswith(("Zu", "In den", "Dazu"))


def test_a_refusal_of_chosen_articles_is_not_one_of_all() -> None:
    for question in (
        "Wie alt ist der Leuchtturm von Grauwiek?",
        "Und der Leuchtturm?",
        "Wer erfand das Xylophon?",
        "?",
    ):
        search = find(question, SEEN)
        said = explain(question, search, "de")
        chosen = explain(question, replace(search, restricted=True), "de")
        assert "gewählten" not in said
        assert chosen.replace("gewählten ", "") == said
        english = explain(question, replace(search, restricted=True), "en")
        assert english.replace("chosen ", "") == explain(question, search, "en") != english


def test_where_nothing_was_chosen_that_is_said() -> None:
    search = replace(find("Haus"), restricted=True)
    answer = refuse("Wer strich das Haus?", "Wer strich das Haus?", search, [], confidence=1.0)
    assert answer.text == phrase("none chosen", "de")


def test_where_nothing_was_found_nothing_is_offered() -> None:
    answer = refuse("Wer strich das Haus?", "Wer strich das Haus?", find("Haus"), [], confidence=0.9)
    assert answer.citations == ()
    assert answer.text == answer.lead
    assert "[1]" not in answer.text


@pytest.mark.parametrize("question", ["Wie " * 35, "Welche a " * 16, "Wer, " * 28, "wie viel " * 16])
def test_repetitions_are_no_trap(question: str) -> None:
    make_clause(question)
