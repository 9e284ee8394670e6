"""Answers of every kind keep the laws: each sentence verbatim where it is cited, beside it our own words alone."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant
from assistant.chain import settle_request
from assistant.evaluation.scoring import Collection, score_citations
from assistant.quoting import grow
from assistant.request import Request
from tests.test_quoting import check_laws, open_newsroom, write_article

NEWSROOM = {
    "freibad.md": write_article(
        "Das Freibad Lindenau öffnet am Samstag wieder. Die Stadt hat das Becken für zwei Millionen Euro saniert. "
        "Es ist nun 50 Meter lang.\n\n## Eintritt\n\nEine Karte für das Freibad kostet vier Euro. "
        "Kinder zahlen derzeit\ndie Hälfte.",
        "Freibad Lindenau öffnet wieder",
        published="2026-02-20",
        author="Lokalredaktion",
        publisher="Lindenauer Bote",
    ),
    "freibad-alt.md": write_article(
        "Eine Karte für das Freibad Lindenau kostet drei Euro. Das Becken ist undicht.",
        "Undichtes Becken im Freibad",
        published="2026-02-10",
        publisher="Kreisblatt",
    ),
    "rathaus.md": write_article(
        "Das Rathaus von Lindenau bleibt montags geschlossen. Die Verwaltung nennt dafür drei Gründe. "
        "An den Schaltern fehlt Personal. Die Heizung verbraucht zu viel Gas. Montags kommen kaum Besucher.",
        "Rathaus Lindenau schließt montags",
        publisher="Kreisblatt",
    ),
    "turm.txt": "Der Wasserturm\n\nDer Wasserturm von Lindenau ist 40 Meter hoch. Er steht seit 1903 am Markt.\n",
    "kirche.md": write_article(
        "Die Kirche von Ahrbach ist 62 Meter hoch. Ihr Bau begann 1880.", "Kirche Ahrbach", published="2024-01-10"
    ),
    "mill.md": write_article(
        "The mill in Ahrbach is 300 years old. It grinds no corn any more.", "The mill in Ahrbach", author="Local desk"
    ),
}
LIKED = ("vier Euro", "drei Euro", "fehlt Personal", "zu viel Gas", "kaum Besucher", "montags geschlossen", "40 Meter",
         "62 Meter", "50 Meter", "300 years", "1903")  # fmt: skip
QUESTIONS = {
    "Wie hoch ist der Wasserturm von Lindenau?": Request.ONE,
    "Seit wann steht der Wasserturm von Lindenau?": Request.ONE,
    "Warum bleibt das Rathaus von Lindenau montags geschlossen?": Request.ONE,
    "Wie viel kostet eine Karte für das Freibad Lindenau?": Request.ONE,
    "How old is the mill in Ahrbach?": Request.ONE,
    "Welche Farbe trug Napoleons Zebra in Quito?": Request.ONE,
    "Welche Gründe nennt die Verwaltung für die Schließung des Rathauses?": Request.ALL,
    "Ist das Rathaus von Lindenau montags geschlossen?": Request.YES_NO,
    "Ist das Rathaus von Lindenau montags geöffnet?": Request.YES_NO,
    "Tanzt Napoleons Zebra in Quito?": Request.YES_NO,
    "Was ist höher, der Wasserturm oder die Kirche?": Request.COMPARISON,
    "Ist der Wasserturm höher als die Kirche?": Request.COMPARISON,
    "Was ist höher, der Wasserturm oder das Zebra?": Request.COMPARISON,
    "Was ist höher, Napoleon oder das Zebra?": Request.COMPARISON,
    "Worum geht es in dem Artikel „Freibad Lindenau öffnet wieder“?": Request.SUMMARY,
    "Was schreiben die Artikel über Lindenau?": Request.SUMMARY,
    "Fasse den Artikel über Napoleons Zebra zusammen.": Request.SUMMARY,
    "Wer hat den Artikel „Freibad Lindenau öffnet wieder“ geschrieben?": Request.METADATA,
    "Wann ist der Artikel „Rathaus Lindenau schließt montags“ erschienen?": Request.METADATA,
    "Who wrote the article “The mill in Ahrbach”?": Request.METADATA,
    "Welche Zeitung hat über Napoleons Zebra berichtet?": Request.METADATA,
    "Welche Artikel gibt es über Lindenau?": Request.CATALOGUE,
    "Wie viele Artikel gibt es?": Request.CATALOGUE,
    "Welche Artikel gibt es über Napoleons Zebra?": Request.CATALOGUE,
}
ABOUT_ARTICLES = (Request.METADATA, Request.CATALOGUE)


def check_growth(answer: Answer) -> None:
    """Assert that an answer grows from its evidence to the whole, and says nothing that it takes back."""
    states = grow(answer)
    assert states[0].text == ""
    assert states[0].statements == () or answer.abstained
    assert states[-1] == answer
    assert all(state.citations == answer.citations for state in states)
    assert all(later.text.startswith(state.text) for state, later in pairwise(states))
    assert all(later.statements[: len(state.statements)] == state.statements for state, later in pairwise(states))


def check_words(answer: Answer) -> None:
    """Assert that statements are their quotes, word for word, and that the text holds nothing else but our lead."""
    for statement, citation in zip(answer.statements, answer.citations, strict=True):
        assert statement.text.split() == citation.quote.split()
    rest = answer.text.removeprefix(answer.lead)
    for statement in answer.statements:
        rest = rest.replace(statement.text, "", 1)
    assert set(rest.replace(" ", "")) <= set("[]0123456789")


# Laws


@pytest.fixture
def newsroom(tmp_path: Path) -> Assistant:
    return open_newsroom(tmp_path, NEWSROOM, *LIKED)


@pytest.mark.parametrize("read", [True, False], ids=["read", "unread"])
def test_laws_hold_for_every_kind_of_request(tmp_path: Path, *, read: bool) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM, *(LIKED if read else ()))
    texts = Collection(desk.passages()).texts
    for question, request in QUESTIONS.items():
        answer = desk.answer(question)
        assert settle_request(answer.standalone_question, desk) is request, question
        check_laws(answer, desk)
        check_growth(answer)
        if request not in ABOUT_ARTICLES and not answer.abstained:
            check_words(answer)
        if "Zebra" in question and not read:
            assert answer.abstained == ("Wasserturm" not in question), question
        scores = score_citations(answer, texts)
        assert all(scores.get(name, 1) == 1 for name in ("markers_valid", "quotes_verbatim", "statements_grounded"))


SENTENCE = st.sampled_from(
    [
        "Die Mühle in Ahrbach ist 30 Meter hoch.",
        "Die Mühle in Ahrbach ist 34 Meter hoch.",
        "Sie steht derzeit leer.",
        "Dieser Zustand kostet 5.000\nEuro im Jahr.",
        "Es gibt zwei Gründe.",
        "Deshalb bleibt die Mühle zu.",
        "Die Schleuse in Lindenau ist nicht geöffnet [1].",
        "## Die Schleuse",
    ]
)
TEXT = st.lists(SENTENCE, min_size=1, max_size=5).map(lambda parts: "\n\n".join(["Ein Tag im Mai.", *parts]))
SOURCE = st.fixed_dictionaries(
    {},
    optional={
        "published": st.sampled_from(["2019-05-01", "2026-05-01", "2026-05-04"]),
        "publisher": st.sampled_from(["Kurier", "Bote"]),
        "author": st.just("Redaktion"),
    },
)
ARTICLE = st.builds(
    lambda text, title, source: write_article(text, title, **source),
    TEXT,
    st.sampled_from(["Mühle in Ahrbach", "Schleuse in Lindenau", "Ein Tag im Mai"]),
    SOURCE,
)


@given(articles=st.lists(ARTICLE, min_size=1, max_size=3), liked=st.sets(st.sampled_from(
    ["30 Meter", "34 Meter", "leer", "5.000", "Gründe", "nicht geöffnet"]), max_size=4))  # fmt: skip
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_laws_hold_for_any_articles(tmp_path: Path, articles: list[str], liked: set[str]) -> None:
    desk = open_newsroom(tmp_path, {f"{number}.md": text for number, text in enumerate(articles)}, *sorted(liked))
    for question in (
        "Wie hoch ist die Mühle in Ahrbach?",
        "Warum bleibt die Mühle in Ahrbach zu?",
        "Welche Gründe gibt es für die Schließung der Mühle in Ahrbach?",
        "Ist die Schleuse in Lindenau geöffnet?",
        "Was ist höher, die Mühle oder die Schleuse?",
        "Ist die Mühle höher als die Schleuse?",
        "Worum geht es in dem Artikel „Mühle in Ahrbach“?",
        "Was schreiben die Artikel über Ahrbach?",
        "Wer hat den Artikel „Schleuse in Lindenau“ geschrieben und wann ist er erschienen?",
        "Welche Artikel gibt es über die Mühle?",
        "Wie hoch war die Mühle in Ahrbach 2019?",
    ):
        answer = desk.answer(question)
        check_laws(answer, desk)
        check_growth(answer)
        if settle_request(question, desk) not in ABOUT_ARTICLES and not answer.abstained:
            check_words(answer)


# Comparisons


def test_a_comparison_quotes_both(newsroom: Assistant) -> None:
    answer = newsroom.answer("Was ist höher, der Wasserturm oder die Kirche?")
    assert answer.text == (
        "Hier sind beide Angaben: Der Wasserturm von Lindenau ist 40 Meter hoch. [1] "
        "Die Kirche von Ahrbach ist 62 Meter hoch. [2]"
    )
    assert answer.verdict is None


def test_a_comparison_names_the_side_for_which_nothing_was_found(newsroom: Assistant) -> None:
    for question in (
        "Was ist höher, der Wasserturm oder das Zebra?",
        "Was ist höher, das Zebra oder der Wasserturm?",
    ):
        answer = newsroom.answer(question)
        assert answer.lead.startswith("Zu „das Zebra“ habe ich nichts gefunden")
        assert [citation.quote for citation in answer.citations] == ["Der Wasserturm von Lindenau ist 40 Meter hoch."]
        assert not answer.abstained


def test_a_comparison_of_two_unknown_things_is_refused(newsroom: Assistant) -> None:
    answer = newsroom.answer("Was ist höher, Napoleon oder das Zebra?")
    assert answer.abstained
    assert answer.statements == ()
    assert "habe ich nichts gefunden" not in answer.text


@pytest.mark.parametrize(
    ("question", "verdict", "lead"),
    [
        ("Ist der Wasserturm höher als die Kirche?", "no", "Nein."),
        ("Ist die Kirche höher als der Wasserturm?", "yes", "Ja."),
        ("Ist der Wasserturm niedriger als die Kirche?", "yes", "Ja."),
        ("Ist die Kirche niedriger als der Wasserturm?", "no", "Nein."),
    ],
)
def test_whether_one_has_more_than_the_other_is_decided_by_their_figures(
    newsroom: Assistant, question: str, verdict: str, lead: str
) -> None:
    answer = newsroom.answer(question)
    assert (answer.verdict, answer.lead) == (verdict, lead)
    assert {citation.article_id for citation in answer.citations} == {"turm.txt", "kirche.md"}


def test_a_comparison_that_the_figures_leave_open_has_no_verdict(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("Der Wasserturm ist 40 Meter hoch. Er ist rund.", "Wasserturm"),
        "b.md": write_article("Die Kirche ist aus Holz. Ihr Bau begann 1880.", "Kirche"),
    }
    desk = open_newsroom(tmp_path, articles, "40 Meter", "aus Holz")
    answer = desk.answer("Ist der Wasserturm höher als die Kirche?")
    assert answer.verdict is None
    assert answer.lead not in ("Ja.", "Nein.")


def test_one_sentence_on_both_sides_is_quoted_once(tmp_path: Path) -> None:
    text = "Der Wasserturm ist mit 40 Metern höher als die Kirche, die 32 Meter misst."
    article = write_article(f"{text} Beide stehen am Markt.", "Wasserturm und Kirche")
    desk = open_newsroom(tmp_path, {"a.md": article}, "40 Metern")
    answer = desk.answer("Was ist höher, der Wasserturm oder die Kirche?")
    check_laws(answer, desk)
    assert answer.text == f"{text} [1]"
    assert answer.lead == ""


def test_an_old_side_of_a_comparison_is_dated(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("Der Wasserturm ist derzeit 40 Meter hoch.", "Wasserturm", published="2019-03-02"),
        "b.md": write_article("Die Kirche ist 62 Meter hoch.", "Kirche", published="2026-03-02"),
    }
    answer = open_newsroom(tmp_path, articles, "40 Meter", "62 Meter").answer(
        "Was ist höher, der Wasserturm oder die Kirche?"
    )
    assert answer.notes == ("„derzeit“ in [1] meint den 2. März 2019, als der Artikel erschien.",)


# What is refused by each kind


@pytest.mark.parametrize(
    "question",
    [question for question in QUESTIONS if "Zebra" in question and "Wasserturm" not in question],
)
def test_a_refusal_of_any_kind_offers_passages_and_states_nothing(tmp_path: Path, question: str) -> None:
    answer = open_newsroom(tmp_path, NEWSROOM).answer(question)
    assert answer.abstained
    assert (answer.statements, answer.verdict, answer.highlight, answer.notes) == ((), None, None, ())
    assert answer.citations
    assert answer.text.startswith(answer.lead)
    assert answer.confidence >= 0.5
