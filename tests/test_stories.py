"""Stories: copies count once, one speaks for all, and what only one of them says is still found."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import WordEmbedder
from tests.memory_index import MemoryIndex, make_article
from vectorstore import PassageSearch, retrieval
from vectorstore.retrieval import DEPTH
from vectorstore.stories import learn

FIRST = (
    "Die Hafenbrücke in Nordhafen wird ab Juni für acht Monate gesperrt. Das teilte die Stadtverwaltung gestern mit. "
    "Gutachter hatten bei einer Prüfung im Februar Risse in drei der zwölf Pfeiler gefunden."
)
SECOND = (
    "Nach Angaben des Tiefbauamts kostet die Sanierung 14,6 Millionen Euro. Das Land übernimmt davon 60 Prozent. "
    "Autofahrer müssen während der Bauzeit über die Ostumgehung ausweichen, Radfahrer bekommen eine Fähre."
)
ADDED = (
    "Der Einzelhandelsverband kritisierte den Zeitplan. Viele Läden am Südufer lebten von Kunden, die über die Brücke "
    "kommen, sagte eine Sprecherin."
)
OTHERS = {
    f"o{place}.md": f"{text} Mehr wurde nicht bekannt."
    for place, text in enumerate(
        (
            "Ein Finnwal wurde in der Förde gesehen, neun Meter lang.",
            "Roggenbrot kostet in Brammerau bald 5,20 Euro.",
            "Der Bus fährt am Freitag nicht, weil gestreikt wird.",
            "Im Forst lebt ein Rudel Wölfe mit vier Welpen.",
            "Das Museum zeigt Münzen aus Silber in der neuen Halle.",
            "Die Brücke in Wittsand ist gesperrt, bis die Sanierung endet.",
        )
    )
}
QUESTIONS = ("Was kostet die Sanierung der Brücke?", "Wer kritisierte den Zeitplan?", "Wo ist ein Wal?", "Brot", "")


def join(*paragraphs):
    return "\n\n".join(paragraphs)


def collection(texts):
    return MemoryIndex([make_article(name, text) for name, text in texts.items()])


def search_over(texts):
    return PassageSearch(collection(texts), WordEmbedder())


def found(search, question, count=50):
    return [(hit.passage.text, hit.score, hit.similarity) for hit in search.search(question, count=count).hits]


def names(sources):
    return [source.article_id for source in sources]


# laws

POOL = {
    "a.md": (join(FIRST, SECOND), join(FIRST, SECOND, ADDED), OTHERS["o1.md"]),
    "b.md": (join(FIRST, SECOND), join(FIRST.replace("gestern", "am Montag"), SECOND), join(ADDED, FIRST)),
    "c.md": (join("NORDHAFEN (nda) - " + FIRST, SECOND), SECOND.replace("14,6", "19,2"), OTHERS["o5.md"]),
    **{name: (text, text.replace("nicht", "bisher nicht")) for name, text in OTHERS.items()},
}
states = st.fixed_dictionaries({}, optional={name: st.sampled_from(texts) for name, texts in POOL.items()})


@settings(max_examples=40, deadline=None)
@given(st.lists(states, min_size=2, max_size=4))
def test_renewed_again_and_again_a_search_is_one_made_from_nothing(changes):
    index = MemoryIndex()
    search = PassageSearch(index, WordEmbedder())
    for texts in changes:
        index.stored = collection(texts).stored
        search = search.renewed(index)
        anew = PassageSearch(collection(texts), WordEmbedder())
        assert search.rows == anew.rows
        assert search.sources() == anew.sources()
        assert search.speakers() == anew.speakers()
        assert [search.copies(name) for name in POOL] == [anew.copies(name) for name in POOL]
        assert {**vars(search.spelling), "counts": 0} == {**vars(anew.spelling), "counts": 0}
        for question in QUESTIONS:
            assert search.search(question, count=50) == anew.search(question, count=50)


@settings(max_examples=25, deadline=None)
@given(states.filter(bool), st.integers(1, 4), st.randoms(use_true_random=False))
def test_copying_an_article_changes_no_text_no_score_and_no_number_of_hits(texts, times, chance):
    copied = chance.choice(sorted(texts))
    more = {**texts, **{f"{copied}~{number}": texts[copied] for number in range(times)}}
    search, others = search_over(texts), search_over(more)
    for question in QUESTIONS:
        for count in (2, 50):
            assert found(others, question, count) == found(search, question, count)
    assert len(others.sources()) == len(search.sources()) + times
    assert len(others.speakers()) == len(search.speakers())


@settings(max_examples=25, deadline=None)
@given(states)
def test_every_article_has_one_speaker_and_all_copies_name_each_other(texts):
    search = search_over(texts)
    for name in texts:
        story = {name, *names(search.copies(name))}
        assert len(story & set(names(search.speakers()))) == 1
        assert all({other, *names(search.copies(other))} == story for other in story)


@settings(max_examples=25, deadline=None)
@given(states, st.sampled_from(QUESTIONS))
def test_every_copy_named_with_a_passage_carries_most_of_it(texts, question):
    for hit in search_over(texts).search(question, count=50).hits:
        assert names(hit.passage.copies) == sorted(names(hit.passage.copies))
        assert hit.passage.source not in hit.passage.copies
        own = [sentence for sentence in learn(hit.passage).sentences if sentence]
        for source in hit.passage.copies:
            text = texts[source.article_id].casefold()
            carried = [sentence for sentence in own if sentence[-30:] in text]
            assert sum(map(len, carried)) >= 0.6 * sum(map(len, own))


# who speaks


@pytest.mark.parametrize(
    ("articles", "speaker"),
    [
        pytest.param([make_article("a", FIRST), make_article("b", join(FIRST, ADDED))], "b", id="the fullest"),
        pytest.param(
            [make_article("a", FIRST, published=date(2020, 1, 1)), make_article("b", FIRST, publisher="X", author="Y")],
            "b",
            id="who tells more",
        ),
        pytest.param(
            [
                make_article("a", FIRST, published=date(2020, 1, 2)),
                make_article("b", FIRST, published=date(2020, 1, 1)),
            ],
            "b",
            id="the earliest",
        ),
        pytest.param([make_article("b", FIRST), make_article("a", FIRST)], "a", id="the first by its id"),
    ],
)
def test_who_speaks(articles, speaker):
    for order in (articles, articles[::-1]):
        search = PassageSearch(MemoryIndex(order), WordEmbedder())
        assert names(search.speakers()) == [speaker]
        assert names(search.sources()) == ["a", "b"]


@pytest.mark.parametrize(
    ("days", "groups"),
    [
        pytest.param([date(2023, 10, 2), date(2025, 10, 1)], [{"0"}, {"1"}], id="years apart"),
        pytest.param([date(2023, 10, 2), date(2023, 10, 4)], [{"0", "1"}], id="days apart"),
        pytest.param([date(2023, 10, 2), None], [{"0", "1"}], id="undated"),
        pytest.param([date(2025, 10, 1), None, date(2023, 10, 2)], [{"0"}, {"1", "2"}], id="undated with the earliest"),
        pytest.param([date(2024, 1, day) for day in (1, 31)] + [date(2024, 2, 29)], [{"0", "1", "2"}], id="a chain"),
    ],
)
def test_the_same_words_at_another_time_are_no_copy(days, groups):
    articles = [make_article(str(place), FIRST, published=day) for place, day in enumerate(days)]
    search = PassageSearch(MemoryIndex(articles), WordEmbedder())
    assert [{name, *names(search.copies(name))} for name in names(search.speakers())] == groups


# hits


def test_one_speaks_and_the_others_are_named():
    texts = {"a.md": join(FIRST, SECOND), "b.md": join(FIRST.replace("gestern", "am Montag"), SECOND), **OTHERS}
    hits = search_over(texts).search("Was kostet die Sanierung der Hafenbrücke?", count=50).hits
    story = [hit for hit in hits if hit.passage.source.article_id in ("a.md", "b.md")]
    assert {hit.passage.source.article_id for hit in story} == {"b.md"}, "it is the longer by two letters"
    assert all(names(hit.passage.copies) == ["a.md"] for hit in story)
    assert "".join(hit.passage.text for hit in sorted(story, key=lambda hit: hit.passage.start)) == texts["b.md"]


def test_an_added_paragraph_is_a_hit_of_its_own_wherever_it_stands():
    longer = join(FIRST, SECOND, SECOND.replace("Tiefbauamts", "Landes").replace("14,6", "20"))
    search = search_over({"a.md": longer, "b.md": join(FIRST, SECOND, ADDED), **OTHERS})
    assert names(search.copies("a.md")) == ["b.md"]
    best = search.search("Wer kritisierte den Zeitplan?").hits[0]
    assert best.passage.source.article_id == "b.md"
    assert ADDED in best.passage.text


def test_a_changed_figure_is_no_copy():
    search = search_over({"a.md": join(FIRST, SECOND), "b.md": join(FIRST, SECOND.replace("14,6", "19,2")), **OTHERS})
    assert names(search.speakers()) == names(search.sources())
    found = {hit.passage.source.article_id for hit in search.search(QUESTIONS[0], count=50).hits}
    assert {"a.md", "b.md"} <= found


def test_what_stands_in_is_as_near_as_what_it_stands_for():
    texts = {"a.md": join(FIRST, SECOND, ADDED), "b.md": join("Kurz gemeldet", SECOND, FIRST), **OTHERS}
    search = search_over(texts)
    assert names(search.copies("a.md")) == ["b.md"]
    alone = search_over({name: text for name, text in texts.items() if name != "b.md"})
    for question in QUESTIONS[:2]:
        assert search.search(question).hits[0].similarity == alone.search(question).hits[0].similarity


def test_many_copies_leave_room_for_others(monkeypatch):
    monkeypatch.setattr(retrieval, "DEPTH", 4)
    copies = {f"k{number}.md": join(FIRST, SECOND).replace("gestern", day) for number, day in enumerate(["heute"] * 30)}
    near = {f"n{number}.md": join(f"Ort {number}. " + FIRST, SECOND) for number in range(9)}
    question = "Wann wird die Hafenbrücke in Nordhafen gesperrt?"
    hits = search_over({**copies, **near, **OTHERS}).search(question).hits
    assert len(hits) == 5
    assert len({hit.passage.text for hit in hits}) == 5
    alone = search_over({"k0.md": copies["k0.md"], **OTHERS})
    assert found(search_over({**copies, **OTHERS}), question) == found(alone, question)


def test_a_collection_without_copies_keeps_its_depth():
    chance = random.Random(4)
    words = [f"wort{number}" for number in range(400)]
    texts = {f"{number:03}.md": " ".join(chance.sample(words, 30)) + "." for number in range(3 * DEPTH)}
    search = search_over(texts)
    assert search.speakers() == search.sources()
    assert DEPTH <= len(search.search("wort1 wort2 wort3", count=999).hits) <= 2 * DEPTH


# what is read


def test_only_new_rows_are_read_and_the_old_search_stays_as_it_was():
    index = collection({"a.md": join(FIRST, SECOND), **OTHERS})
    search = PassageSearch(index, WordEmbedder())
    before = [search.search(question) for question in QUESTIONS]
    assert sorted(index.read_rows) == sorted(index.ids())
    index.read_rows.clear()
    index.drop("o1.md")
    index.put(make_article("neu.md", ADDED))
    renewed = search.renewed(index)
    assert [row.article_id for row in index.read_rows] == ["neu.md"]
    assert [search.search(question) for question in QUESTIONS] == before
    assert "neu.md" in names(renewed.sources())
    assert renewed.renewed(index).contents is renewed.contents


def test_a_copy_speaks_once_the_speaker_is_gone():
    index = collection({"a.md": join(FIRST, SECOND), "b.md": join(FIRST, SECOND), **OTHERS})
    search = PassageSearch(index, WordEmbedder())
    index.drop("a.md")
    assert all("b.md" not in row.article_id for row in search.contents.rows)
    renewed = search.renewed(index)
    hit = renewed.search("Was prüften Gutachter im Februar?").hits[0]
    assert (hit.passage.source.article_id, hit.passage.copies) == ("b.md", ())
    assert renewed.copies("b.md") == ()


def test_what_stood_behind_a_passage_stands_for_itself_where_that_was_removed_since(monkeypatch):
    monkeypatch.setattr(retrieval, "REMEMBERED", 0)
    index = collection({"a.md": join(FIRST, SECOND, ADDED), "b.md": join("Kurz " + FIRST, SECOND), **OTHERS})
    search = PassageSearch(index, WordEmbedder())
    index.drop("a.md")
    assert "b.md" in {hit.passage.source.article_id for hit in search.search(QUESTIONS[0]).hits}


def test_lists_and_tables_count_and_headings_do_not():
    article = make_article("a.md", "# Ergebnisse\n\nDie Spiele im Überblick zeigen es.\n\n| Nord | 3:1 |\n\n- Wal 4")
    index = MemoryIndex([article])
    (entry,) = index.stored.values()
    said = learn(entry.passage).sentences
    assert said[0] == ""
    assert any("3:1" in sentence for sentence in said)
