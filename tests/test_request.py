"""What a question wants: one thing, all of several, a yes or no, a comparison, or something about the articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.request import Request, is_yes_no, names_an_article, recognise, recognise_plain, wants_all

SAMPLES = {
    Request.ONE: (
        "Wie viele Züge fahren nach Grauwiek?",
        "Wer leitet die Bäckerei?",
        "Warum ist das Brot teurer geworden?",
        "Welche Farbe hat die Brücke?",
        "Welche Farbe haben die Züge?",
        "Welche Rolle spielen Bienen im Garten?",
        "Welcher Verein betreibt das Freibad?",
        "Welche Firma baut Fähren?",
        "Was kostet ein Brot?",
        "Wer schrieb die Oper?",
        "Wer war zuerst am Südpol?",
        "In welchem Jahr wurde das Freibad eröffnet?",
        "Preis für Roggenbrot",
        "Konux?",
        "Who runs the bakery?",
        "Which club runs the pool?",
        "Which company builds trains?",
        "What makes bread expensive?",
        "What is the name of the bridge?",
    ),
    Request.ALL: (
        "Welche Gründe nennt der Bäcker?",
        "Welche drei Gründe gibt es?",
        "Welche neuen Projekte fördert der Verein?",
        "Welche Städte liegen am Fluss?",
        "Welche Maßnahmen plant die Stadt?",
        "Welche Tiere leben im Moor?",
        "Nenne die Inseln.",
        "Zähle die Inseln auf.",
        "Was sind die Folgen des Sturms?",
        "Wer waren die Gewinner?",
        "Was kann man dort alles sehen?",
        "Which towns lie on the river?",
        "Which new measures does the town plan?",
        "What animals live in the bog?",
        "What are the consequences of the storm?",
        "List the islands.",
    ),
    Request.YES_NO: (
        "Ist die Brücke aus Holz?",
        "Hat Grauwiek einen Hafen?",
        "Gibt es in Grauwiek eine Oper?",
        "Fährt der Zug ans Meer?",
        "Verkauft die Bäckerei auch Kuchen?",
        "Stimmt es, dass das Freibad schließt?",
        "Gibt es Berichte über Verletzte?",
        "Is the bridge made of wood?",
        "Does the train stop in Leeds?",
        "Are there whales in the bay?",
    ),
    Request.COMPARISON: (
        "Was ist länger, die Elbe oder die Weser?",
        "Ist die Elbe länger als die Weser?",
        "Worin unterscheiden sich Butter und Margarine?",
        "Was ist der Unterschied zwischen Butter und Margarine?",
        "Vergleiche Butter mit Margarine.",
        "Which is longer, the Elbe or the Weser?",
        "How does butter differ from margarine?",
        "Compare butter and margarine.",
    ),
    Request.SUMMARY: (
        "Worum geht es in dem Artikel über die Brücke?",
        "Fasse den Artikel über die Brücke zusammen.",
        "Bitte fasse den Bericht zusammen!",
        "Kannst du mir den Artikel zusammenfassen?",
        "Was steht im Artikel über die Brücke?",
        "Was sagt der Artikel über die Brücke?",
        "Gib mir einen Überblick über den Streit.",
        "What is the article on the bridge about?",
        "Summarise the article on the bridge.",
        "What do the articles say about the bridge?",
    ),
    Request.METADATA: (
        "Wer hat den Artikel über die Brücke geschrieben?",
        "Wann erschien der Bericht über das Freibad?",
        "Von wem stammt der Artikel „Neue Brücke über die Förde“?",
        "In welcher Zeitung stand der Artikel über die Brücke?",
        "Welche Zeitung berichtete über das Freibad?",
        "Wie aktuell ist der Artikel über die Brücke?",
        "Who wrote the article about the bridge?",
        "When was the report on the pool published?",
        "Which newspaper reported on the bridge?",
    ),
    Request.CATALOGUE: (
        "Welche Artikel gibt es zum Freibad?",
        "Wie viele Artikel hast du?",
        "Gibt es Artikel über Brücken?",
        "Zeig mir alle Artikel über Brücken.",
        "Was hast du über Brücken?",
        "Which articles do you have about bridges?",
        "Are there any articles on bridges?",
        "How many articles are there?",
    ),
}


@given(question=st.text(max_size=200))
def test_any_text_is_one_request(question: str) -> None:
    assert isinstance(recognise(question), Request)
    assert recognise_plain(question) in (Request.ONE, Request.ALL, Request.YES_NO)


@pytest.mark.parametrize(("kind", "question"), [(kind, text) for kind, texts in SAMPLES.items() for text in texts])
def test_request(kind: Request, question: str) -> None:
    assert recognise(question) is kind
    assert recognise(f"  {question} ") is kind


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist der Autor des Buches über die Brücke?",
        "Wer hat das Lied geschrieben?",
        "Wann erschien der Roman?",
        "Wann wurde das Gesetz veröffentlicht?",
        "Wie viele Berichte veröffentlichte der Verein?",
        "Wo wurde die Münze gedruckt?",
        "Welche Zeitung ist die älteste im Land?",
        "Was sagt der Bürgermeister in dem Artikel über die Brücke zu den Kosten?",
        "Wo wohnt der Mann aus dem Artikel, der den Roman geschrieben hat?",
        "Who wrote the novel about the whale?",
        "Who is the author of the book about the bridge?",
        "In which year was the first newspaper published?",
    ],
)
def test_a_question_about_content_is_none_about_articles(question: str) -> None:
    assert recognise(question) in (Request.ONE, Request.ALL)


@pytest.mark.parametrize(
    "question", ["Welche Gründe nennt sie?", "Welche beiden Türme stehen noch?", "Which roads were closed?"]
)
def test_several_things_are_wanted(question: str) -> None:
    assert wants_all(question)


@pytest.mark.parametrize(
    "question",
    ["Welche neue Brücke wurde gebaut?", "Welche Insel ist am größten?", "Which bus stops here?", "Was ist alt?"],
)
def test_one_thing_is_wanted(question: str) -> None:
    assert not wants_all(question)


@pytest.mark.parametrize("question", ["War der Turm hoch?", "Can one swim there?", "Schließt das Freibad im Winter?"])
def test_a_verb_comes_first_in_a_yes_no_question(question: str) -> None:
    assert is_yes_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "Wie hoch war der Turm?",
        "In welchem Jahr war das?",
        "Der Turm",
        "Turm?",
        "How high was the tower?",
        "Nenne drei!",
    ],
)
def test_another_question_is_none_for_yes_or_no(question: str) -> None:
    assert not is_yes_no(question)


@pytest.mark.parametrize(
    "question",
    ["Wer schrieb den Artikel?", "Welche Zeitung berichtete?", "Erscheinungsdatum?", "Who wrote the report?"],
)
def test_an_article_or_outlet_is_named(question: str) -> None:
    assert names_an_article(question)


@pytest.mark.parametrize("question", ["Wer schrieb „Neue Brücke über die Förde“?", "Wie lang ist die Brücke?"])
def test_a_title_in_quotation_marks_names_no_article_yet(question: str) -> None:
    assert not names_an_article(question)
