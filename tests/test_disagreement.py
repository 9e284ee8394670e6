"""Sources that differ are both quoted, the newest first; those that agree, or speak of other times, are not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer
from assistant.disagreement import SAME_TIME_DAYS, find_rivals, lie_apart, newest_first
from assistant.notes import kind_of
from assistant.phrases import phrase
from assistant.quoting import grow, quote_answer
from assistant.sentence_ranking import Candidate, rank_sentences
from tests.test_quoting import TODAY, LikingReader, check_laws, make_search, open_newsroom, write_article
from vectorstore import Search, Source

INJURED = "Wie viele Menschen wurden bei dem Brand im Sägewerk Tannrode verletzt?"
GUESTS = "Wie viele Gäste zählte das Freibad Lindenau?"
MARKET = write_article("Der Wochenmarkt zieht um. Künftig stehen die Stände am Bahnhof.", "Wochenmarkt zieht um")


def report(figure: str, published: str = "2026-03-02", publisher: str = "Tannroder Anzeiger", **source: str) -> str:
    """Return an article on a fire, with the figure of its injured."""
    text = f"Bei dem Brand im Sägewerk Tannrode wurden {figure} verletzt. Die Ursache ist noch offen."
    return write_article(text, "Brand im Sägewerk Tannrode", published=published, publisher=publisher, **source)


def follow_up(figure: str, published: str = "2026-03-04", publisher: str = "Waldkurier") -> str:
    """Return another article on it, in other words."""
    text = f"Im Sägewerk Tannrode hat es gebrannt. Nach neuen Angaben wurden bei dem Brand {figure} verletzt."
    return write_article(text, "Großbrand im Sägewerk Tannrode", published=published, publisher=publisher)


def balance(figure: str, published: str, **source: str) -> str:
    """Return an article on a pool, with the figure of its guests."""
    text = f"Das Freibad Lindenau zählte {figure}. Der Kiosk blieb geschlossen."
    return write_article(text, "Freibad Lindenau zieht Bilanz", published=published, **source)


def kinds(answer: Answer) -> list[str | None]:
    return [kind_of(note) for note in answer.notes]


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


# Laws


def find(figures: Sequence[str], days: Sequence[date | None], order: Sequence[int]) -> tuple[Search, list[Candidate]]:
    """Return what is found where each of several articles gives a figure, and the sentences in a given order."""
    sources = [Source(f"{place}.md", "Freibad", day) for place, day in enumerate(days)]
    texts = [f"Das Freibad zählte genau {figure} Gäste." for figure in figures]
    search = make_search(*((sources[place], texts[place]) for place in order))
    readings = LikingReader(*(f"{figure} Gäste" for figure in figures)).read(GUESTS, [h.passage for h in search.hits])
    return search, list(rank_sentences(GUESTS, search, readings))


def answer_from(
    figures: Sequence[str], days: Sequence[date | None], order: Sequence[int], *, question: str = GUESTS
) -> Answer:
    """Return the answer where each of several articles gives a figure and the reader likes them all."""
    search, _ = find(figures, days, order)
    reader = LikingReader(*(f"{figure} Gäste" for figure in figures))
    readings = reader.read(question, [hit.passage for hit in search.hits])
    return quote_answer(question, question, search, readings, today=TODAY)


FIGURES = st.lists(st.sampled_from(["600", "640", "700", "640.000"]), min_size=1, max_size=3)
DAY = st.one_of(st.none(), st.integers(0, 700).map(lambda days: date(2024, 1, 1) + timedelta(days=days)))


@given(figures=FIGURES, data=st.data())
@settings(deadline=None)
def test_laws_hold_for_any_sources(figures: list[str], data: st.DataObject) -> None:
    days = data.draw(st.lists(DAY, min_size=len(figures), max_size=len(figures)))
    search, candidates = find(figures, days, data.draw(st.permutations(range(len(figures)))))
    value, rivals = find_rivals(GUESTS, search, candidates)
    assert value is not None
    for rival in rivals:
        assert rival.candidate in candidates[1:]
        assert rival.same == (rival.value.numbers == value.numbers)
        assert rival.apart == lie_apart(candidates[0], rival.candidate) == lie_apart(rival.candidate, candidates[0])
    articles = [rival.candidate.hit.passage.source.article_id for rival in rivals]
    assert len({candidates[0].hit.passage.source.article_id, *articles}) == len(rivals) + 1


@given(figures=FIGURES, data=st.data())
@settings(deadline=None)
def test_what_is_quoted_of_sources_is_newest_first_whoever_is_found_first(
    figures: list[str], data: st.DataObject
) -> None:
    days = [date(2024, 1, 1) + timedelta(days=100 * place) for place in range(len(figures))]
    answer = answer_from(figures, days, data.draw(st.permutations(range(len(figures)))))
    dates = [citation.published or date.min for citation in answer.citations]
    if "differ" in kinds(answer):
        assert dates == sorted(dates, reverse=True)
        assert len(set(quotes(answer))) == len(quotes(answer)) > 1
        assert answer.lead == phrase("disagreement", "de")
        places = [answer.notes[0].index(f"{item.quote.split()[4]} Gäste (") for item in answer.citations]
        assert places == sorted(places)
    else:
        assert answer.lead == ""


@given(
    first=st.sampled_from(["600", "640", "700"]),
    second=st.sampled_from(["600", "640", "700"]),
    days=st.integers(0, 2 * SAME_TIME_DAYS),
)
@settings(deadline=None)
def test_two_sources_differ_exactly_where_their_figures_do_at_the_same_time(first: str, second: str, days: int) -> None:
    dates = [date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=days)]
    one, other = (answer_from([first, second], dates, order) for order in ((0, 1), (1, 0)))
    assert set(quotes(one)) == set(quotes(other))
    assert kinds(one) == kinds(other)
    assert ("differ" in kinds(one)) == (first != second and days <= SAME_TIME_DAYS)
    if "differ" not in kinds(one):
        assert len(one.citations) == 1
        assert one.citations[0].published == max(dates)


@given(days=st.lists(DAY, max_size=6))
def test_newest_first_leaves_none_out_and_those_without_a_date_to_the_end(days: list[date | None]) -> None:
    _, (candidate,) = find(["600"], [None], [0])
    source, passage = candidate.hit.passage.source, candidate.hit.passage
    items = [
        replace(candidate, hit=replace(candidate.hit, passage=replace(passage, source=replace(source, published=day))))
        for day in days
    ]
    in_order = newest_first(items)
    assert sorted(map(id, in_order)) == sorted(map(id, items))
    dates = [item.hit.passage.source.published for item in in_order]
    known = [day for day in dates if day]
    assert dates == [*sorted(known, reverse=True), *[None] * (len(dates) - len(known))]


# Samples


def test_outlets_with_different_figures_within_days_are_both_quoted_the_newest_first(tmp_path: Path) -> None:
    articles = {"a.md": report("14 Menschen"), "b.md": follow_up("17 Menschen"), "c.md": MARKET}
    desk = open_newsroom(tmp_path, articles, "14 Menschen", "17 Menschen")
    answer = desk.answer(INJURED)
    check_laws(answer, desk)
    assert [(item.publisher, item.published) for item in answer.citations] == [
        ("Waldkurier", date(2026, 3, 4)),
        ("Tannroder Anzeiger", date(2026, 3, 2)),
    ]
    assert answer.text == (
        "Die Quellen nennen Unterschiedliches: Nach neuen Angaben wurden bei dem Brand 17 Menschen verletzt. [1] "
        "Bei dem Brand im Sägewerk Tannrode wurden 14 Menschen verletzt. [2]"
    )
    (note,) = answer.notes
    said = "17 Menschen (Waldkurier, 4. März 2026); 14 Menschen (Tannroder Anzeiger, 2. März 2026)"
    assert note == f"Die Quellen unterscheiden sich: {said}."
    assert answer.highlight == "17 Menschen"
    states = grow(answer)
    assert [state.text for state in states[:2]] == ["", f"{answer.lead} {answer.statements[0].text} [1]"]
    assert states[-1] == answer


def test_the_names_of_the_files_decide_nothing(tmp_path: Path) -> None:
    texts = {"a": report("14 Menschen"), "b": follow_up("17 Menschen"), "c": MARKET}
    answers = [
        open_newsroom(
            tmp_path, {f"{name}.md": texts[key] for name, key in zip("xyz", keys, strict=True)}, "14 Me", "17 Me"
        ).answer(INJURED)
        for keys in permutations(texts)
    ]
    assert len({tuple(quotes(answer)) for answer in answers}) == 1
    assert len({(answer.text, answer.notes) for answer in answers}) == 1


def test_outlets_with_the_same_figure_are_quoted_once_the_newer_one(tmp_path: Path) -> None:
    articles = {"a.md": report("14 Menschen"), "b.md": follow_up("vierzehn Menschen"), "c.md": MARKET}
    desk = open_newsroom(tmp_path, articles, "14 Menschen", "vierzehn Menschen")
    answer = desk.answer(INJURED)
    check_laws(answer, desk)
    assert answer.text == "Nach neuen Angaben wurden bei dem Brand vierzehn Menschen verletzt. [1]"
    assert answer.citations[0].publisher == "Waldkurier"
    assert answer.notes == ()


def test_a_date_written_otherwise_is_no_other_date(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("Das Stadtfest in Ahrbach beginnt am 07.09.2026.", "Stadtfest", published="2026-05-01"),
        "b.md": write_article("Am 7. September 2026 beginnt das Stadtfest in Ahrbach.", "Das Stadtfest in Ahrbach",
                              published="2026-05-03"),
    }  # fmt: skip
    answer = open_newsroom(tmp_path, articles, "07.09.2026", "7. September 2026").answer(
        "Wann beginnt das Stadtfest in Ahrbach?"
    )
    assert quotes(answer) == ["Am 7. September 2026 beginnt das Stadtfest in Ahrbach."]
    assert answer.notes == ()


def test_figures_years_apart_do_not_differ_and_the_newest_leads(tmp_path: Path) -> None:
    articles = {
        "a.md": balance("48.000 Gäste", "2023-10-02"),
        "b.md": balance("61.000 Gäste", "2025-10-01"),
        "c.md": MARKET,
    }
    desk = open_newsroom(tmp_path, articles, "48.000 Gäste", "61.000 Gäste")
    answer = desk.answer(GUESTS)
    check_laws(answer, desk)
    assert quotes(answer) == ["Das Freibad Lindenau zählte 61.000 Gäste."]
    assert (answer.lead, answer.notes) == ("", ())


@pytest.mark.parametrize("old", ["48.000 Gäste", "61.000 Gäste"], ids=["another figure then", "the same figure then"])
def test_a_question_with_a_year_is_answered_by_its_article_and_names_the_newer_one(tmp_path: Path, old: str) -> None:
    articles = {"a.md": balance(old, "2023-10-02"), "b.md": balance("61.000 Gäste", "2025-10-01", publisher="Kurier")}
    desk = open_newsroom(tmp_path, {**articles, "c.md": MARKET}, "48.000 Gäste", "61.000 Gäste")
    answer = desk.answer("Wie viele Gäste zählte das Freibad Lindenau 2023?")
    check_laws(answer, desk)
    assert [item.article_id for item in answer.citations] == ["a.md"]
    assert answer.notes == (
        "Ein neuerer Artikel berührt dasselbe: „Freibad Lindenau zieht Bilanz“ (Kurier, 1. Oktober 2025).",
    )
    newer = desk.answer("Wie viele Gäste zählte das Freibad Lindenau 2025?")
    assert [item.article_id for item in newer.citations] == ["b.md"]
    assert newer.notes == ()
    last_year = desk.answer("Wie viele Gäste zählte das Freibad Lindenau letztes Jahr?")
    assert last_year.standalone_question == newer.standalone_question
    assert last_year.text == newer.text


def test_sources_that_differed_are_overtaken_by_a_later_article(tmp_path: Path) -> None:
    articles = {
        "a.md": balance("48.000 Gäste", "2023-10-02"),
        "b.md": balance("52.000 Gäste", "2023-10-04"),
        "c.md": balance("61.000 Gäste", "2025-10-01"),
    }
    desk = open_newsroom(tmp_path, articles, "48.000 Gäste", "52.000 Gäste", "61.000 Gäste")
    assert quotes(desk.answer(GUESTS)) == ["Das Freibad Lindenau zählte 61.000 Gäste."]
    then = desk.answer("Wie viele Gäste zählte das Freibad Lindenau 2023?")
    check_laws(then, desk)
    assert [item.article_id for item in then.citations] == ["b.md", "a.md"]
    assert kinds(then) == ["differ"]


@pytest.mark.parametrize(
    "other",
    [
        "Bei dem Brand im Sägewerk in Ahrbach wurden 17 Menschen verletzt.",
        "Bei dem Brand im Sägewerk Tannrode wurden schon 2019 genau 17 Menschen verletzt.",
        "Bei dem Brand im Sägewerk Tannrode wurden 1.700 Menschen verletzt.",
        "Bei dem Brand im Sägewerk Tannrode wurden 17 Bretter verletzt.",
    ],
    ids=["another place", "another year", "another order", "another unit"],
)
def test_a_figure_for_something_else_is_no_disagreement(tmp_path: Path, other: str) -> None:
    liked = ("14 Menschen", "17 Menschen", "1.700 Menschen", "17 Bretter")
    same = "Bei dem Brand im Sägewerk Tannrode wurden 17 Menschen verletzt."
    for text, differ in ((same, True), (other, False)):
        elsewhere = write_article(text, "Brand im Sägewerk Tannrode", published="2026-03-04", publisher="Waldkurier")
        desk = open_newsroom(tmp_path, {"a.md": report("14 Menschen"), "b.md": elsewhere, "c.md": MARKET}, *liked)
        answer = desk.answer(INJURED)
        check_laws(answer, desk)
        assert ("differ" in kinds(answer)) == differ
        assert bool(answer.lead) == differ


def test_a_rival_of_which_the_reader_thinks_nothing_is_none(tmp_path: Path) -> None:
    articles = {"a.md": report("14 Menschen"), "b.md": follow_up("17 Menschen"), "c.md": MARKET}
    answer = open_newsroom(tmp_path, articles, "14 Menschen").answer(INJURED)
    assert quotes(answer)[0] == "Bei dem Brand im Sägewerk Tannrode wurden 14 Menschen verletzt."
    assert "differ" not in kinds(answer)


def test_nothing_is_compared_that_was_not_read(tmp_path: Path) -> None:
    answer = open_newsroom(tmp_path, {"a.md": report("14 Menschen"), "b.md": follow_up("17 Menschen")}).answer(INJURED)
    assert not answer.abstained
    assert "differ" not in kinds(answer)


def test_an_article_that_gives_two_figures_is_one_rival() -> None:
    sources = Source("a.md", "Freibad", date(2026, 3, 2)), Source("b.md", "Freibad", date(2026, 3, 4))
    texts = ("Das Freibad zählte genau 600 Gäste.", "Das Freibad zählte 640 Gäste. Es zählte dann 700 Gäste.")
    search = make_search(*zip(sources, texts, strict=True))
    reader = LikingReader("600 Gäste", "640 Gäste", "700 Gäste")
    candidates = rank_sentences(GUESTS, search, reader.read(GUESTS, [hit.passage for hit in search.hits]))
    first = sorted(candidates, key=lambda candidate: candidate.hit.passage.source.article_id)
    _, rivals = find_rivals(GUESTS, search, first)
    assert [rival.candidate.hit.passage.source.article_id for rival in rivals] == ["b.md"]


def test_a_newer_figure_in_other_words_is_named_where_an_older_time_is_asked_for(tmp_path: Path) -> None:
    newer = "Genau 61.000 Gäste waren es im Freibad Lindenau, trotz Regen und Sturm in vielen langen Wochen."
    articles = {
        "a.md": balance("48.000 Gäste", "2023-10-02"),
        "b.md": write_article(newer, "Freibad Lindenau zieht Bilanz", published="2025-10-01"),
        "c.md": MARKET,
    }
    desk = open_newsroom(tmp_path, articles, "48.000 Gäste", "61.000 Gäste")
    answer = desk.answer("Wie viele Gäste zählte das Freibad Lindenau 2023?")
    assert quotes(answer) == ["Das Freibad Lindenau zählte 48.000 Gäste."]
    assert kinds(answer) == ["newer"]


def test_what_is_no_figure_and_no_date_is_not_compared(tmp_path: Path) -> None:
    question = "Wer löschte den Brand im Sägewerk?"
    articles = {
        "a.md": write_article("Den Brand im Sägewerk löschte die Werkfeuerwehr.", "Brand", published="2026-03-02"),
        "b.md": write_article("Die Stadtwehr löschte den Brand im Sägewerk.", "Brand", published="2026-03-04"),
    }
    answer = open_newsroom(tmp_path, articles, "Werkfeuerwehr", "Stadtwehr").answer(question)
    assert not answer.abstained
    assert "differ" not in kinds(answer)


def test_an_english_question_is_told_in_english_that_sources_differ(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("The fire at the sawmill injured 14 people.", "Fire at the sawmill",
                              published="2026-03-02", publisher="Valley Herald"),
        "b.md": write_article("At the sawmill 17 people were injured in the fire.", "Sawmill on fire",
                              published="2026-03-04"),
    }  # fmt: skip
    answer = open_newsroom(tmp_path, articles, "14 people", "17 people").answer(
        "How many people were injured in the fire at the sawmill?"
    )
    assert answer.lead == "The sources differ:"
    assert answer.notes == (
        "The sources differ: 17 people (Sawmill on fire, 4 March 2026); 14 people (Valley Herald, 2 March 2026).",
    )
