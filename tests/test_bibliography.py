"""Questions about the articles themselves are answered from what they tell of themselves, and nothing is guessed."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bibliography import (
    MOST_LISTED,
    describe_article,
    find_subject,
    list_articles,
    name,
    on_matter,
    opening_quote,
    tell,
)
from assistant.evaluation.scoring import score_citations
from assistant.quoting import grow
from tests.test_quoting import check_laws, make_search, open_newsroom, write_article
from vectorstore import Article, Source, guess_language, split_article

POOL = "Das Freibad Lindenau öffnet am Samstag wieder. Eine Karte kostet vier Euro."
NEWSROOM = {
    "freibad.md": write_article(
        POOL,
        "Freibad Lindenau öffnet wieder",
        published="2026-05-20",
        author="Lokalredaktion",
        publisher="Lindenauer Bote",
    ),
    "rathaus.md": write_article("Das Rathaus von Lindenau bleibt montags zu.", "Rathaus Lindenau schließt montags"),
    "kirche.md": write_article(
        "Die Kirche von Ahrbach ist 62 Meter hoch.", "Kirche in Ahrbach saniert", publisher="Ahrbacher Blatt"
    ),
}
OTHERS = {
    f"{thing}.md": write_article(f"Der {thing} steht am Markt von Ahrbach.", "Meldung")
    for thing in ("Brunnen", "Ahorn", "Karren", "Kran", "Turm")
}
TOLD = Source("a.md", "Das Fest", date(2026, 5, 20), "Redaktion Kultur", "Lindenauer Bote")
UNTOLD = Source("b.md", "Das Fest")
QUESTIONS = (
    "Wer hat den Artikel „Das Fest“ geschrieben?",
    "Wann ist der Artikel „Das Fest“ erschienen?",
    "In welcher Zeitung ist „Das Fest“ erschienen?",
    "Welchen Titel hat der Artikel über das Fest?",
    "Who wrote the article “Das Fest”?",
    "When was the article “Das Fest” published?",
    "Which paper published “Das Fest”?",
)
MAYBE = st.sampled_from([None, "Redaktion Kultur", "Kurier", "Agentur [1]"])
SOURCES = st.builds(
    Source, st.just("a.md"), st.sampled_from(["Das Fest", "Fest [2] im Mai"]),
    st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1))), MAYBE, MAYBE,
)  # fmt: skip


# Laws


@given(source=SOURCES, question=st.sampled_from(QUESTIONS))
def test_only_what_the_article_tells_is_said_and_it_is_cited(source: Source, question: str) -> None:
    (passage,) = split_article(Article(source, POOL))
    answer = describe_article(question, question, source, opening_quote(passage), confidence=0.9)
    said, known = tell(question, source, guess_language(question))
    assert answer.abstained == (not known) == (not answer.statements)
    assert source.title in answer.text
    assert answer.text.endswith("[1]")
    assert (answer.lead, [item.text for item in answer.statements]) == (("", [said]) if known else (said, []))
    (citation,) = answer.citations
    assert citation.quote == POOL[citation.start : citation.end] == "Das Freibad Lindenau öffnet am Samstag wieder."
    scores = score_citations(answer, {"a.md": POOL})
    assert (scores["markers_valid"], scores["quotes_verbatim"], scores.get("statements_grounded", 1)) == (1, 1, 1)


@given(sources=st.lists(SOURCES, max_size=MOST_LISTED + 3), language=st.sampled_from(["de", "en"]))
def test_a_list_counts_all_articles_and_names_the_first_of_them(sources: list[Source], language: str) -> None:
    question = {"de": "Welche Artikel gibt es über das Fest?", "en": "Which articles are there about Fest?"}[language]
    quotes = [opening_quote(split_article(Article(source, POOL))[0]) for source in sources[:MOST_LISTED]]
    answer = list_articles(question, question, sources, quotes, language=language, confidence=0.9)  # type: ignore[arg-type]
    assert [item.text for item in answer.statements] == [name(item, language) for item in sources[:MOST_LISTED]]  # type: ignore[arg-type]
    assert [item.citations for item in answer.statements] == [(item.number,) for item in answer.citations]
    assert len(sources) == 1 or str(len(sources)) in answer.lead
    assert len(answer.notes) == (len(sources) > MOST_LISTED)
    assert not answer.notes or str(len(sources) - MOST_LISTED) in answer.notes[0]


@given(shown=st.lists(st.sampled_from([POOL, "Die Kirche ist hoch.", "Ein Fest im Mai."]), min_size=1, max_size=6))
def test_articles_on_a_matter_are_of_those_found_each_once(shown: list[str]) -> None:
    sources = [Source(f"{place}.md", "Titel") for place in range(len(shown))]
    found = on_matter("Freibad", make_search(*zip(sources, shown, strict=True), *zip(sources, shown, strict=True)))
    assert len(set(found)) == len(found)
    assert set(found) <= set(sources)


# What is asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Wer hat den Artikel über das Freibad geschrieben?", "Freibad"),
        ("Wann ist der Bericht „Freibad Lindenau öffnet wieder“ erschienen?", "Freibad Lindenau öffnet wieder"),
        ("Which paper reported on the sawmill?", "sawmill"),
        ("Welche Artikel gibt es über die Kirche in Ahrbach?", "Kirche Ahrbach"),
        ("Wie viele Artikel gibt es?", ""),
        ("How many articles are there in total?", ""),
    ],
)
def test_the_subject_is_the_matter_without_the_words_that_ask(question: str, subject: str) -> None:
    assert find_subject(question) == subject


@pytest.mark.parametrize(
    ("question", "german", "english"),
    [
        ("Wer schrieb das?", "„Das Fest“ stammt von Redaktion Kultur.", "“Das Fest” was written by Redaktion Kultur."),
        ("Wann war das?", "„Das Fest“ ist am 20. Mai 2026 erschienen.", "“Das Fest” appeared on 20 May 2026."),
        ("Wo stand das?", "„Das Fest“ ist bei Lindenauer Bote erschienen.",
         "“Das Fest” was published by Lindenauer Bote."),
        ("Wann ist der Artikel in der Zeitung erschienen?", "„Das Fest“ ist am 20. Mai 2026 erschienen.",
         "“Das Fest” appeared on 20 May 2026."),
        ("Welchen Titel hat er?", "Der Artikel heißt „Das Fest“.", "The article is called “Das Fest”."),
    ],
    ids=["who", "when", "where", "when, not where", "title"],
)  # fmt: skip
def test_an_article_tells_who_wrote_it_and_when_and_where_it_appeared(question: str, german: str, english: str) -> None:
    assert tell(question, TOLD, "de") == (german, True)
    assert tell(question, TOLD, "en") == (english, True)


def test_two_things_asked_for_are_both_told_as_far_as_they_are_known() -> None:
    question = "Wer hat den Artikel geschrieben und wann ist er erschienen?"
    both = "„Das Fest“ stammt von Redaktion Kultur. „Das Fest“ ist am 20. Mai 2026 erschienen."
    assert tell(question, TOLD, "de") == (both, True)
    undated = Source("a.md", "Das Fest", None, "Redaktion Kultur")
    assert tell(question, undated, "de") == ("„Das Fest“ stammt von Redaktion Kultur.", True)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wer schrieb das?", "Wer „Das Fest“ geschrieben hat, steht in dem Artikel nicht."),
        ("Wann war das?", "Wann „Das Fest“ erschienen ist, steht in dem Artikel nicht."),
        ("Wo stand das?", "Wo „Das Fest“ erschienen ist, steht in dem Artikel nicht."),
    ],
)
def test_what_an_article_does_not_tell_is_not_guessed(question: str, said: str) -> None:
    assert tell(question, UNTOLD, "de") == (said, False)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (TOLD, "„Das Fest“ (Lindenauer Bote, 20. Mai 2026)."),
        (Source("a.md", "Das Fest", date(2026, 5, 20)), "„Das Fest“ (20. Mai 2026)."),
        (Source("a.md", "Das Fest", None, None, "Kurier"), "„Das Fest“ (Kurier)."),
        (UNTOLD, "„Das Fest“."),
    ],
)
def test_an_article_is_listed_with_what_is_known_of_it(source: Source, said: str) -> None:
    assert name(source, "de") == said


def test_the_opening_is_the_first_sentence_that_can_be_quoted() -> None:
    (passage,) = split_article(Article(TOLD, f"## Freibad\n\n{POOL}"))
    assert opening_quote(passage).text == "Das Freibad Lindenau öffnet am Samstag wieder."
    assert opening_quote(passage, passage.sentences[-1]).text == "Eine Karte kostet vier Euro."
    (bare,) = split_article(Article(TOLD, "## Freibad"))
    assert opening_quote(bare).text == "## Freibad"


# Whole answers


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Wer hat den Artikel „Freibad Lindenau öffnet wieder“ geschrieben?",
            "„Freibad Lindenau öffnet wieder“ stammt von Lokalredaktion. [1]",
        ),
        (
            "Wann ist der Artikel über das Freibad erschienen?",
            "„Freibad Lindenau öffnet wieder“ ist am 20. Mai 2026 erschienen. [1]",
        ),
        (
            "Welche Zeitung hat über das Freibad berichtet?",
            "„Freibad Lindenau öffnet wieder“ ist bei Lindenauer Bote erschienen. [1]",
        ),
        (
            "Welchen Titel hat der Artikel über das Freibad?",
            "Der Artikel heißt „Freibad Lindenau öffnet wieder“. [1]",
        ),
        (
            "When was the article “Freibad Lindenau öffnet wieder” published?",
            "“Freibad Lindenau öffnet wieder” appeared on 20 May 2026. [1]",
        ),
    ],
    ids=["who", "when", "which outlet", "title", "in English"],
)
def test_an_answer_tells_it_and_opens_the_article(tmp_path: Path, question: str, text: str) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer(question)
    check_laws(answer, desk)
    assert answer.text == text
    assert [item.quote for item in answer.citations] == ["Das Freibad Lindenau öffnet am Samstag wieder."]
    assert grow(answer)[0].text == ""
    assert grow(answer)[-1] == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Wer hat den Artikel „Rathaus Lindenau schließt montags“ geschrieben?",
            "Wer „Rathaus Lindenau schließt montags“ geschrieben hat, steht in dem Artikel nicht. [1]",
        ),
        (
            "Wann ist der Artikel „Rathaus Lindenau schließt montags“ erschienen?",
            "Wann „Rathaus Lindenau schließt montags“ erschienen ist, steht in dem Artikel nicht. [1]",
        ),
    ],
    ids=["who", "when"],
)
def test_what_no_article_tells_is_an_abstention_that_says_what_is_missing(
    tmp_path: Path, question: str, text: str
) -> None:
    for liked in ((), ("nirgends",)):
        desk = open_newsroom(tmp_path, NEWSROOM, *liked)
        answer = desk.answer(question)
        check_laws(answer, desk)
        assert answer.abstained
        assert answer.text == text
        assert [state.text for state in grow(answer)] == ["", text]


def test_an_author_whom_only_the_text_names_is_not_guessed(tmp_path: Path) -> None:
    text = "Das Rathaus von Lindenau bleibt montags zu. Das schreibt die Kulturredaktion über den Stadtrat."
    articles = {**NEWSROOM, "rathaus.md": write_article(text, "Rathaus Lindenau schließt montags")}
    desk = open_newsroom(tmp_path, articles, "Kulturredaktion")
    answer = desk.answer("Wer hat den Artikel „Rathaus Lindenau schließt montags“ geschrieben?")
    check_laws(answer, desk)
    assert answer.abstained
    assert "Kulturredaktion" not in answer.text


def test_a_medium_that_an_article_speaks_of_is_quoted_from_it(tmp_path: Path) -> None:
    text = "Das Rathaus von Lindenau bleibt montags zu. Wie der Ahrbacher Kurier berichtet, fehlt Personal."
    articles = {**NEWSROOM, "rathaus.md": write_article(text, "Rathaus Lindenau schließt montags")}
    desk = open_newsroom(tmp_path, articles, "Ahrbacher Kurier")
    answer = desk.answer("Welches Medium berichtet, dass im Rathaus Lindenau Personal fehlt?")
    check_laws(answer, desk)
    assert answer.highlight == "Ahrbacher Kurier"


def test_the_articles_on_a_matter_are_listed_the_newest_first_and_no_others(tmp_path: Path) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer("Welche Artikel gibt es über Lindenau?")
    check_laws(answer, desk)
    assert answer.lead == "Dazu gibt es 2 Artikel:"
    assert [item.text for item in answer.statements] == [
        "„Freibad Lindenau öffnet wieder“ (Lindenauer Bote, 20. Mai 2026).",
        "„Rathaus Lindenau schließt montags“.",
    ]
    one = desk.answer("Welche Artikel gibt es über die Kirche in Ahrbach?")
    assert one.text == "Dazu gibt es einen Artikel: „Kirche in Ahrbach saniert“ (Ahrbacher Blatt). [1]"
    none = desk.answer("Welche Artikel gibt es über Napoleons Zebra?")
    check_laws(none, desk)
    assert none.abstained


def test_an_article_that_only_touches_the_matter_is_not_listed_beside_one_on_it(tmp_path: Path) -> None:
    whole = write_article("Nach dem Brand stockt im Sägewerk Tannrode die Arbeit, der Lohn bleibt.", "Feuer")
    part = write_article("Für gute Arbeit zahlt das Sägewerk Tannrode guten Lohn.", "Stellen")
    question = "Welche Artikel gibt es über Arbeit und Lohn im Sägewerk Tannrode nach dem Brand?"
    for articles, listed in (({"a.md": whole, "b.md": part}, ["a.md"]), ({"b.md": part}, ["b.md"])):
        answer = open_newsroom(tmp_path, {**articles, **OTHERS}).answer(question)
        assert [item.article_id for item in answer.citations] == listed
        assert not answer.abstained


def test_all_articles_are_counted_and_at_most_twelve_listed(tmp_path: Path) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer("Wie viele Artikel gibt es?")
    check_laws(answer, desk)
    assert answer.lead == "Die Sammlung hat 3 Artikel."
    assert [item.article_id for item in answer.citations] == sorted(NEWSROOM)
    many = {f"{place:02}.md": write_article(f"Haus {place} steht leer.", f"Haus {place}") for place in range(14)}
    listed = open_newsroom(tmp_path, many).answer("How many articles are there?")
    assert listed.lead == "The collection has 14 articles."
    assert len(listed.statements) == MOST_LISTED
    assert listed.notes == ("There are 2 more.",)
    single = open_newsroom(tmp_path, {"a.md": many["00.md"]}).answer("How many articles are there?")
    assert single.lead == "The collection has 1 article."
