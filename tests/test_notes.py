"""Notes beside an answer: when "derzeit" was, which newer article there is, each of a kind that can be told again."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Citation
from assistant.notes import FRESH, KINDS, NOW, find_newer, kind_of, name_source, note_dates, note_newer
from assistant.phrases import PHRASES, write_date
from assistant.sentence_ranking import rank_sentences
from tests.test_quoting import TODAY, check_laws, make_search, open_newsroom, write_article
from vectorstore import Source

STAFF = "Wie viele Menschen arbeiten im Sägewerk Tannrode?"


def cited(quote: str, published: date | None, *, number: int = 1) -> Citation:
    """Return the citation of a quote in an article of a day."""
    return Citation(number, "a.md", "Sägewerk", published, None, None, None, quote, quote, 0, len(quote))


# Laws


@given(
    quotes=st.lists(
        st.tuples(
            st.sampled_from(["Dort arbeiten derzeit 30 Menschen.", "Dort arbeiten 30 Menschen.", "Heute ist Markt."]),
            st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 12, 31))),
        ),
        max_size=4,
    ),
    language=st.sampled_from(["de", "en"]),
)
def test_a_note_tells_the_day_of_each_quote_that_speaks_of_now_in_an_old_article(
    quotes: list[tuple[str, date | None]], language: str
) -> None:
    citations = [cited(*quote, number=number) for number, quote in enumerate(quotes, start=1)]
    notes = note_dates(citations, TODAY, language)  # type: ignore[arg-type]
    old = [
        item
        for item in citations
        if ("derzeit" in item.quote or "Heute" in item.quote) and item.published and item.published < TODAY - FRESH
    ]
    assert len(notes) == len(old)
    for note, item in zip(notes, old, strict=True):
        assert f"[{item.number}]" in note
        assert write_date(item.published or TODAY, language) in note  # type: ignore[arg-type]
        assert any(word in note for word in ("derzeit", "Heute"))
        assert kind_of(note) == "dated"


@given(filled=st.text(max_size=30), language=st.sampled_from(["de", "en"]), key=st.sampled_from(sorted(PHRASES["de"])))
def test_only_notes_have_a_kind_whatever_they_are_filled_with(filled: str, language: str, key: str) -> None:
    said = PHRASES[language][key].format_map(defaultdict(lambda: filled))  # type: ignore[index]
    assert kind_of(said) == (key if key in KINDS else None)


@given(days=st.lists(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 12, 31))), min_size=1, max_size=5))
def test_the_newer_article_is_newer_and_the_newest(days: list[date | None]) -> None:
    sources = [Source(f"{place}.md", "Sägewerk", day) for place, day in enumerate(days)]
    search = make_search(*((source, "Im Sägewerk arbeiten 30 Menschen.") for source in sources))
    candidates = rank_sentences(STAFF, search)
    best = candidates[0].hit.passage.source
    found = find_newer(STAFF, search, candidates, [best])
    newer = [day for day in days if day and best.published and day > best.published]
    assert (found.published if found else None) == max(newer, default=None)
    if found:
        assert find_newer(STAFF, search, candidates, [best, found]) is None


# What "derzeit" meant when


@pytest.mark.parametrize(
    "text",
    [
        "Derzeit arbeiten dort 30 Menschen.",
        "Die derzeitige Belegschaft zählt 30 Menschen.",
        "Aktuell sind es 30.",
        "Zur Zeit sind es 30.",
        "Das Werk wächst in diesem Jahr.",
        "Im vergangenen Jahr waren es 28.",
        "Der Umbau beginnt morgen.",
        "Morgen beginnt der Umbau.",
        "Es ist so weit. Morgen beginnt der Umbau.",
        "Bislang waren es 28.",
        "At present 30 people work there.",
        "The plant now employs 30 people.",
        "Last week it caught fire.",
    ],
)
def test_words_that_speak_of_now_are_noted(text: str) -> None:
    (note,) = note_dates([cited(text, date(2022, 3, 2))], TODAY, "de")
    found = NOW.search(text)
    assert found is not None
    assert note == f"„{found[0]}“ in [1] meint den 2. März 2022, als der Artikel erschien."


@pytest.mark.parametrize(
    "text",
    [
        "Am Morgen brach ein Feuer aus.",
        "Jeden Morgen fährt ein Bus.",
        "Es gab Momente der Angst.",
        "Das Jetztzeit-Museum öffnete.",
        "Im Jahr 2022 waren es 28.",
        "It was known that nobody came.",
    ],
)
def test_words_that_speak_of_no_time_are_not(text: str) -> None:
    assert note_dates([cited(text, date(2022, 3, 2))], TODAY, "de") == []


@pytest.mark.parametrize(
    ("published", "today", "noted"),
    [
        (date(2022, 3, 2), TODAY, True),
        (date(2022, 3, 2), date(2022, 3, 2), False),
        (date(2022, 3, 2), date(2022, 3, 2) + FRESH, False),
        (date(2022, 3, 2), date(2022, 3, 2) + FRESH + timedelta(days=1), True),
        (date(2022, 3, 2), date(2022, 3, 1), False),
        (None, TODAY, False),
    ],
    ids=["years ago", "today", "last month", "longer ago", "tomorrow", "undated"],
)
def test_an_article_no_longer_new_is_one_older_than_a_month(
    tmp_path: Path,
    published: date | None,
    today: date,
    noted: bool,  # noqa: FBT001 - a case
) -> None:
    told = {"published": f"{published}"} if published else {}
    text = "Im Sägewerk Tannrode arbeiten derzeit 30 Menschen. Es gehört der Stadt."
    articles = {"a.md": write_article(text, "Sägewerk Tannrode", **told)}
    desk = open_newsroom(tmp_path, articles, "30 Menschen", today=today)
    answer = desk.answer(STAFF)
    check_laws(answer, desk)
    assert answer.citations[0].quote == "Im Sägewerk Tannrode arbeiten derzeit 30 Menschen."
    expected = ("„derzeit“ in [1] meint den 2. März 2022, als der Artikel erschien.",)
    assert answer.notes == (expected if noted else ())


def test_an_english_question_is_told_in_english_when_it_was(tmp_path: Path) -> None:
    text = "The sawmill in Tannrode currently employs 30 people. It belongs to the town."
    articles = {"a.md": write_article(text, "Sawmill in Tannrode", published="2022-03-02")}
    answer = open_newsroom(tmp_path, articles, "30 people").answer("How many people does the sawmill employ?")
    assert answer.notes == ("“currently” in [1] means 2 March 2022, when the article appeared.",)


def test_a_refusal_has_no_notes(tmp_path: Path) -> None:
    articles = {"a.md": write_article("Im Sägewerk arbeiten derzeit 30 Menschen.", "Werk", published="2022-03-02")}
    answer = open_newsroom(tmp_path, articles).answer("Welche Farbe trug Napoleons Zebra in Quito?")
    assert answer.abstained
    assert answer.notes == ()


# A newer article


def test_a_newer_article_on_the_matter_is_named_where_an_older_one_answers(tmp_path: Path) -> None:
    old = "Im Sägewerk Tannrode arbeiten 30 Menschen. Die Löhne sind gut."
    new = "Wie viele Menschen im Sägewerk Tannrode arbeiten, will keiner sagen. Die Löhne sind gut."
    fields = {"published": "2026-05-20", "publisher": "Waldkurier"}
    articles = {
        "a.md": write_article(old, "Sägewerk Tannrode", published="2022-03-02"),
        "b.md": write_article(new, "Sägewerk Tannrode schweigt", **fields),
        "c.md": write_article("Der Wochenmarkt zieht um. Die Stände sind neu.", "Markt", published="2026-05-21"),
    }
    desk = open_newsroom(tmp_path, articles, "30 Menschen")
    answer = desk.answer(STAFF)
    check_laws(answer, desk)
    assert [item.article_id for item in answer.citations] == ["a.md"]
    assert answer.notes == (
        "Ein neuerer Artikel berührt dasselbe: „Sägewerk Tannrode schweigt“ (Waldkurier, 20. Mai 2026).",
    )
    older = {**articles, "b.md": articles["b.md"].replace("2026-05-20", "2021-05-20")}
    assert open_newsroom(tmp_path, older, "30 Menschen").answer(STAFF).notes == ()


@pytest.mark.parametrize(
    ("similarity", "text", "named"),
    [
        (1.0, "Im Sägewerk Tannrode arbeiten Menschen.", True),
        (0.99, "Im Sägewerk Tannrode arbeiten Menschen.", True),
        (0.9, "Im Sägewerk Tannrode arbeiten Menschen.", False),
        (1.0, "Im Wald bei Tannrode stehen Bäume.", False),
    ],
    ids=["as near", "nearly as near", "less near", "fewer of its words"],
)
def test_a_newer_article_must_be_as_near_to_the_question(
    tmp_path: Path,
    similarity: float,
    text: str,
    named: bool,  # noqa: FBT001 - a case
) -> None:
    articles = {
        "a.md": write_article("Im Sägewerk Tannrode arbeiten 30 Menschen.", "Meldung", published="2022-03-02"),
        "b.md": write_article(text, "Meldung", published="2026-05-20"),
    }
    found = open_newsroom(tmp_path, articles).search(STAFF)
    nearness = {"a.md": 1.0, "b.md": similarity}
    hits = [
        replace(hit, similarity=near, sentence_similarities=(near,))
        for hit in found.hits
        for near in (nearness[hit.passage.source.article_id],)
    ]
    search = replace(found, hits=tuple(hits))
    candidates = sorted(rank_sentences(STAFF, search), key=lambda item: item.hit.passage.source.article_id)
    newer = find_newer(STAFF, search, candidates, [candidates[0].hit.passage.source])
    assert (newer.article_id if newer else None) == ("b.md" if named else None)


def test_an_article_without_a_date_has_no_newer_one(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("Im Sägewerk Tannrode arbeiten 30 Menschen.", "Sägewerk Tannrode"),
        "b.md": write_article("Das Sägewerk Tannrode sucht Menschen, die arbeiten.", "Werk", published="2026-05-20"),
    }
    assert open_newsroom(tmp_path, articles, "30 Menschen").answer(STAFF).notes == ()


@pytest.mark.parametrize(
    ("source", "german", "english"),
    [
        (Source("a.md", "Werk", date(2026, 5, 1), None, "Kurier"), "Kurier, 1. Mai 2026", "Kurier, 1 May 2026"),
        (Source("a.md", "Werk", date(2026, 5, 1)), "Werk, 1. Mai 2026", "Werk, 1 May 2026"),
        (Source("a.md", "Werk", None, None, "Kurier"), "Kurier, ohne Datum", "Kurier, undated"),
    ],
    ids=["outlet and day", "no outlet", "no day"],
)
def test_a_source_is_named_by_where_and_when_it_appeared(source: Source, german: str, english: str) -> None:
    assert name_source(source, "de") == german
    assert name_source(source, "en") == english
    assert kind_of(note_newer(source, "de")) == kind_of(note_newer(source, "en")) == "newer"
    assert "„Werk“" in note_newer(source, "de")
