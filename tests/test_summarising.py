"""Summaries: the leading sentences of the article that is meant, in its order, or the best of several on a matter."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.leaning import leans
from assistant.phrases import phrase
from assistant.quoting import grow
from assistant.summarising import (
    OPENING,
    TOPIC_ARTICLES,
    best_by_article,
    by_title,
    find_article,
    find_matter,
    leading_quotes,
    opening_of,
    topic_quotes,
)
from tests.test_citing import TEXT, split
from tests.test_quoting import check_laws, make_search, open_newsroom, write_article
from vectorstore import Article, Hit, Source, split_article

POOL = (
    "Das Freibad Lindenau öffnet am Samstag wieder. Die Stadt hat das Becken für zwei Millionen Euro saniert. "
    "Es ist nun 50 Meter lang. Das Wasser hat 24 Grad.\n\n"
    "## Eintritt\n\nEine Karte kostet vier Euro. Kinder zahlen die Hälfte.\n\n"
    "## Anfahrt\n\nDie Buslinie 7 hält vor dem Eingang. Parkplätze gibt es kaum."
)
NEWSROOM = {
    "freibad.md": write_article(POOL, "Freibad Lindenau öffnet wieder", published="2026-05-20"),
    "rathaus.md": write_article(
        "Das Rathaus von Lindenau bleibt montags zu. Die Heizkosten sind zu hoch.", "Rathaus Lindenau schließt montags"
    ),
    "kirche.md": write_article("Die Kirche von Ahrbach ist 62 Meter hoch. Ihr Bau begann 1880.", "Kirche in Ahrbach"),
}
SOURCES = tuple(
    Source(article_id, title)
    for article_id, title in (
        ("freibad.md", "Freibad Lindenau öffnet wieder"),
        ("rathaus.md", "Rathaus Lindenau schließt montags"),
        ("brand-im-saegewerk.md", "Vierzehn Verletzte in Tannrode"),
        ("kirche.md", "Kirche in Ahrbach wird saniert"),
        ("turm.txt", "Wasserturm"),
    )
)


# Laws


@given(text=TEXT, most=st.integers(1, 5))
@settings(deadline=None)
def test_leading_quotes_of_any_article_follow_its_order_from_the_first_sentence_on(text: str, most: int) -> None:
    passages = split(text)
    quotes = leading_quotes(passages, most=most)
    quotable = [item for passage in passages for item in passage.sentences if item.quotable]
    assert bool(quotes) == bool(quotable)
    assert len(quotes) <= most
    assert all(quote.text == text[quote.start : quote.end] for quote in quotes)
    assert all(one.end <= other.start for one, other in pairwise(quotes))
    assert not quotes or quotes[0].start == quotable[0].start
    for quote in quotes[OPENING:]:
        last = next(item for item in quotable if item.end == quote.end)
        assert not leans(text[last.start : last.end])


@given(texts=st.lists(TEXT, min_size=1, max_size=4), most=st.integers(1, 5), data=st.data())
@settings(deadline=None)
def test_quotes_on_a_matter_are_of_as_many_articles_as_may_be_and_none_twice(
    texts: list[str], most: int, data: st.DataObject
) -> None:
    hits = [
        Hit(passage, 1.0, 1.0, tuple(data.draw(st.floats(0, 1)) for _ in passage.sentences))
        for place, text in enumerate(texts)
        for passage in split_article(Article(Source(f"{place}.md", "Mühle"), text), target=120, limit=400)
    ]
    quotes = topic_quotes(hits, most=most)
    assert len(quotes) <= most
    articles = [quote.passage.source.article_id for quote in quotes]
    assert set(articles) <= {hit.passage.source.article_id for hit in hits if opening_of(hit)}
    speaking = [hit for hit in best_by_article(hits)[:TOPIC_ARTICLES] if opening_of(hit)]
    assert len(set(articles)) >= min(most, len(speaking))
    for quote in quotes:
        assert quote.text == quote.passage.text[quote.start - quote.passage.start : quote.end - quote.passage.start]
    places = sorted((quote.passage.source.article_id, quote.start, quote.end) for quote in quotes)
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(places))


@given(source=st.sampled_from(SOURCES[:4]), data=st.data(), before=st.sampled_from(["", "den Artikel ", "kurz "]))
def test_a_title_names_its_article_whatever_the_order(source: Source, data: st.DataObject, before: str) -> None:
    sources = data.draw(st.permutations(SOURCES))
    assert by_title(f"{before}„{source.title}“", sources) == source


# What a request is about


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("Worum geht es in dem Artikel über das Freibad?", "in dem über das Freibad"),
        ("Fasse „Freibad Lindenau öffnet wieder“ zusammen.", "Freibad Lindenau öffnet wieder"),
        ("What is the article about the town hall about?", "the the town hall"),
        ("Worum geht es?", "Worum geht es?"),
    ],
)
def test_the_matter_is_what_is_left_without_the_words_that_ask(question: str, matter: str) -> None:
    assert find_matter(question) == matter


@pytest.mark.parametrize(
    ("matter", "article_id"),
    [
        ("Freibad Lindenau öffnet wieder", "freibad.md"),
        ("das Freibad öffnet wieder", "freibad.md"),
        ("das Freibad in Lindenau nach der langen Sanierung durch Handwerker", "freibad.md"),
        ("Lindenau", None),
        ("Wasserturm", "turm.txt"),
        ("Brand Sägewerk Tannrode", "brand-im-saegewerk.md"),
        ("Napoleons Zebra", None),
        ("", None),
    ],
    ids=[
        "whole",
        "most of it",
        "most of it and more",
        "in two titles",
        "one word",
        "by the file's name",
        "in none",
        "nothing",
    ],
)
def test_an_article_is_named_by_its_title_or_by_all_that_is_said(matter: str, article_id: str | None) -> None:
    found = by_title(matter, SOURCES)
    assert (found.article_id if found else None) == article_id


def test_an_article_is_meant_that_is_clearly_nearest_or_if_one_is_asked_for() -> None:
    search = make_search((SOURCES[0], "Das Freibad öffnet."), (SOURCES[1], "Das Rathaus schließt."))
    first, second = search.hits
    clear = replace(search, hits=(replace(first, score=2.0), replace(second, score=1.0)))
    assert find_article("Was steht da über Lindenau?", clear) == SOURCES[0]
    assert find_article("Was steht da über Lindenau?", search) is None
    for several in ("die Artikel", "alle Artikel", "die Meldungen"):
        assert find_article(f"Was schreiben {several} über Lindenau?", clear) is None
    assert find_article("Worum geht es in dem Artikel?", search) == SOURCES[0]
    assert find_article("Worum geht es in der Meldung?", search) == SOURCES[0]
    assert find_article("Was steht da über Lindenau?", replace(search, hits=(second,))) == SOURCES[1]
    assert find_article("Was steht da über Lindenau?", replace(search, hits=())) is None
    assert by_title("Kirche in Ahrbach wird saniert", SOURCES) == SOURCES[3]


# Which sentences


def test_without_headings_the_beginnings_of_later_passages_are_quoted() -> None:
    text = (
        "Die Mühle am Bach ist 300 Jahre alt. Der Hof nebenan ist jünger. Ein Zaun trennt beide voneinander.\n\n"
        "Am Sonntag kommen Besucher aus der Stadt. Viele bringen Kinder mit. Ein Müller zeigt das Mahlwerk."
    )
    passages = split_article(Article(SOURCES[0], text), target=100, limit=120)
    assert len(passages) == 2
    assert [quote.text for quote in leading_quotes(passages)] == [
        "Die Mühle am Bach ist 300 Jahre alt.",
        "Der Hof nebenan ist jünger.",
        "Am Sonntag kommen Besucher aus der Stadt.",
    ]


def test_of_a_passage_the_nearest_sentence_is_quoted_that_stands_alone() -> None:
    (passage,) = split_article(Article(SOURCES[0], "Die Mühle ist alt. Sie mahlt Korn. Der Hof ist jünger."))
    first, second, third = passage.sentences
    for similarities, expected in (
        ((0.5, 0.9, 0.4), first),
        ((0.5, 0.9, 0.6), third),
        ((0.5, 0.1, 0.5), first),
    ):
        assert opening_of(Hit(passage, 1.0, 1.0, similarities)) == expected
    (leaning,) = split_article(Article(SOURCES[0], "Sie mahlt Korn. Er ist jünger."))
    assert opening_of(Hit(leaning, 1.0, 1.0, (0.1, 0.9))) == leaning.sentences[1]
    assert second not in (first, third)


def test_on_a_matter_another_article_comes_before_a_second_passage_of_the_first() -> None:
    text = "Die Mühle am Bach ist 300 Jahre alt. Der Hof nebenan ist jünger.\n\nEin Müller zeigt das alte Mahlwerk."
    passages = [
        *split_article(Article(SOURCES[0], text), target=60, limit=70),
        *split_article(Article(SOURCES[1], "Am Bach steht eine Mühle.")),
    ]
    hits = [Hit(passage, 1.0, 1.0, (1.0,) * len(passage.sentences)) for passage in passages]
    quotes = topic_quotes(hits, most=2)
    assert len(hits) == 3
    assert [quote.passage.source for quote in quotes] == [SOURCES[0], SOURCES[1]]
    assert topic_quotes(hits)[2].text == "Ein Müller zeigt das alte Mahlwerk."


# Whole answers


@pytest.mark.parametrize(
    "question",
    [
        "Worum geht es in dem Artikel „Freibad Lindenau öffnet wieder“?",
        "Fasse den Artikel über das Freibad Lindenau zusammen.",
        "Fass mir mal „Freibad Lindenau öffnet wieder“ zusammen",
        "Gib mir einen Überblick über den Artikel zum Freibad.",
    ],
)
def test_a_summary_is_the_leading_statements_in_order_of_the_article(tmp_path: Path, question: str) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer(question)
    check_laws(answer, desk)
    assert answer.text == (
        "Darum geht es in „Freibad Lindenau öffnet wieder“: Das Freibad Lindenau öffnet am Samstag wieder. [1] "
        "Die Stadt hat das Becken für zwei Millionen Euro saniert. [2] Eine Karte kostet vier Euro. [3]"
    )
    assert {citation.article_id for citation in answer.citations} == {"freibad.md"}
    assert grow(answer)[0].text == ""
    assert grow(answer)[-1] == answer


def test_a_summary_speaks_the_language_of_the_question_and_quotes_that_of_the_article(tmp_path: Path) -> None:
    answer = open_newsroom(tmp_path, NEWSROOM).answer("What is the article “Freibad Lindenau öffnet wieder” about?")
    assert answer.lead == "This is what “Freibad Lindenau öffnet wieder” is about:"
    assert answer.citations[0].quote == "Das Freibad Lindenau öffnet am Samstag wieder."


def test_a_short_article_is_summarised_by_what_it_has(tmp_path: Path) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer("Worum geht es in „Kirche in Ahrbach“?")
    check_laws(answer, desk)
    assert [citation.quote for citation in answer.citations] == [
        "Die Kirche von Ahrbach ist 62 Meter hoch.",
        "Ihr Bau begann 1880.",
    ]


def test_what_the_articles_say_on_a_matter_is_quoted_from_several(tmp_path: Path) -> None:
    articles = {
        "freibad.md": write_article("Lindenau öffnet das Freibad. Kinder zahlen nichts.", "Freibad Lindenau"),
        "rathaus.md": write_article("Lindenau schließt das Rathaus. Besucher bleiben aus.", "Rathaus Lindenau"),
        "kirche.md": write_article("Ahrbach saniert die Kirche. Der Turm ist alt.", "Kirche Ahrbach"),
    }
    desk = open_newsroom(tmp_path, articles)
    answer = desk.answer("Was schreiben die Artikel über Lindenau?")
    check_laws(answer, desk)
    assert answer.lead == phrase("topic", "de")
    assert {citation.article_id for citation in answer.citations} == {"freibad.md", "rathaus.md"}
    assert len(answer.statements) == 2
    assert desk.answer("Was schreibt der Artikel über Lindenau?").lead != answer.lead


def test_a_summary_of_what_no_article_treats_is_refused(tmp_path: Path) -> None:
    desk = open_newsroom(tmp_path, NEWSROOM)
    answer = desk.answer("Worum geht es in dem Artikel über Napoleons Zebra in Quito?")
    check_laws(answer, desk)
    assert answer.abstained
    assert "Zebra" in answer.lead
