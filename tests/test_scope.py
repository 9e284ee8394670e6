"""A question asked of some articles is answered by these alone, as exactly as if there were no others."""

import functools
import json
import random
from datetime import date, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from assistant import BelegtError, Scope, ScopeError, Settings
from assistant.chain import AnswerSteps
from assistant.collection import Within
from assistant.desk import Assistant
from assistant.phrases import phrase
from assistant.scope import LONGEST_ID, MOST_ARTICLES
from tests.conftest import WordEmbedder
from tests.test_chain import timeless
from tests.test_composing import NEWSROOM
from tests.test_composing import QUESTIONS as NEWSROOM_QUESTIONS
from tests.test_stories import QUESTIONS, collection, names, search_over, states
from vectorstore import PassageSearch, Source, retrieval

DAYS = [None, *(date(2024, 1, 1) + timedelta(days=days) for days in range(0, 40, 10))]
SOURCES = [Source(f"{name}.md", name.upper(), published=day) for name, day in zip("abcdef", [*DAYS, None], strict=True)]
THINGS = ("Brücke", "Strecke", "Bäckerei", "Förde", "Schule", "Hafen", "Museum", "Turm", "Wal", "Brot")

days = st.none() | st.dates(date(2023, 12, 1), date(2024, 3, 1))
ids = st.lists(st.sampled_from([*(source.article_id for source in SOURCES), "gone.md"]), max_size=4, unique=True).map(
    tuple
)


@st.composite
def scopes(draw):
    since, until = draw(days), draw(days)
    if since and until and since > until:
        since, until = until, since
    return Scope(draw(ids), since, until)


def hits_of(search, question, **options):
    return search.search(question, count=99, **options).hits


def varied(count, *, seed=1):
    """Return articles of many words, no two of them copies."""
    chance = random.Random(seed)
    return {
        f"{number:03}.md": " ".join(
            f"Ort {number} hat {chance.choice(THINGS)} und {chance.choice(THINGS)} für {chance.randrange(999)} Euro."
            for _ in range(3)
        )
        for number in range(count)
    }


@functools.cache
def varied_search(count):
    return search_over(varied(count))


# the value


@given(scopes())
def test_a_scope_comes_back_from_plain_values(scope):
    assert Scope.from_dict(json.loads(json.dumps(scope.to_dict()))) == scope
    assert scope.everything == (scope == Scope())


@given(scopes(), st.sampled_from(SOURCES))
def test_a_scope_holds_the_articles_named_of_the_days_named(scope, source):
    day = source.published
    timed = all(
        bound is None or (day is not None and later(day, bound))
        for bound, later in ((scope.since, date.__ge__), (scope.until, date.__le__))
    )
    assert scope.holds(source) == (timed and (not scope.articles or source.article_id in scope.articles))


@given(scopes())
def test_chosen_are_the_articles_held(scope):
    assert scope.choose(SOURCES) == tuple(filter(scope.holds, SOURCES))


def test_both_ends_of_a_span_belong_to_it_and_what_tells_no_date_to_none():
    day = date(2024, 1, 1)
    assert Scope(since=day, until=day).holds(Source("a", "A", published=day))
    assert not Scope(since=date.min).holds(Source("a", "A"))
    assert not Scope(until=date.max).holds(Source("a", "A"))
    assert Scope().holds(Source("a", "A"))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
fields = st.dictionaries(st.sampled_from(["articles", "since", "until", "by"]), plain, max_size=4)


@given(plain | fields)
def test_whatever_a_browser_sends_is_a_scope_or_one_line(sent):
    try:
        scope = Scope.from_dict(sent)
    except BelegtError as error:
        line = str(error)
        event(line)
    else:
        line = ""
        assert Scope.from_dict(scope.to_dict()) == scope
        assert scope.everything == (not any(sent.values()))
    assert len(line) < 120
    assert "\n" not in line


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "a.md",
        {"article": ["a.md"]},
        {"articles": "a.md"},
        {"articles": [["a.md"]]},
        {"articles": [""]},
        {"articles": ["a" * (LONGEST_ID + 1)]},
        {"articles": ["a.md"] * (MOST_ARTICLES + 1)},
        {"since": "gestern"},
        {"since": "2024-02-30"},
        {"since": "2024-01-01T00:00:00"},
        {"since": 20240101},
        {"since": "2024-01-02", "until": "2024-01-01"},
    ],
)
def test_what_is_no_scope_is_refused(sent):
    with pytest.raises(ScopeError):
        Scope.from_dict(sent)


def test_dates_in_the_wrong_order_are_refused_wherever_they_come_from():
    with pytest.raises(ScopeError, match=r"2024-01-01.*2024-01-02"):
        Scope(since=date(2024, 1, 2), until=date(2024, 1, 1))


def test_an_article_named_twice_is_named_once():
    assert Scope.from_dict({"articles": ["b", "a", "b"], "since": "", "until": None}) == Scope(("b", "a"))


# the search


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.randoms(use_true_random=False))
def test_among_some_articles_are_the_hits_of_all_that_lie_inside(count, chance):
    texts, search = varied(30), varied_search(30)
    inside = frozenset(chance.sample(sorted(texts), count))
    for question in ("Was kostet die Brücke?", "Hafen Museum", "Xylophon", ""):
        found = search.search(question, count=99, within=inside)
        everywhere = search.search(question, count=99)
        assert found.hits == tuple(hit for hit in everywhere.hits if hit.passage.source.article_id in inside)
        assert (found.terms, found.unrelated) == (everywhere.terms, everywhere.unrelated)
        assert found.restricted == (count < len(texts))


@settings(max_examples=40, deadline=None)
@given(states.filter(bool), st.sets(st.sampled_from(["a.md", "b.md", "c.md", "o1.md", "o5.md", "fehlt.md"])))
def test_among_some_articles_is_found_what_these_alone_hold(texts, inside):
    search = search_over(texts)
    own = {name: text for name, text in texts.items() if name in inside}
    alone = search_over(own)
    assert search.speakers(within=inside) == alone.speakers()
    for question in QUESTIONS:
        found, expected = hits_of(search, question, within=inside), hits_of(alone, question)
        assert {(hit.passage, hit.similarity) for hit in found} == {(hit.passage, hit.similarity) for hit in expected}
        assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


@settings(max_examples=25, deadline=None)
@given(states.filter(bool))
def test_among_all_articles_is_found_what_is_found_without_a_scope(texts):
    search = search_over(texts)
    for question in QUESTIONS:
        assert search.search(question, within=texts.keys() | {"fehlt.md"}) == search.search(question)
    assert search.speakers(within=texts.keys()) == search.speakers()


@settings(max_examples=25, deadline=None)
@given(states.filter(bool))
def test_the_best_hit_of_all_is_the_best_of_its_own_story(texts):
    search = search_over(texts)
    for question in QUESTIONS:
        best = search.search(question).hits[0]
        name = best.passage.source.article_id
        story = {name, *names(search.copies(name))}
        assert search.search(question, within=story).hits[0] == best


@pytest.mark.parametrize("wholly", [0, 500], ids=["candidates", "all"])
@pytest.mark.parametrize("count", [1, 7, 40, 75])
def test_an_article_far_from_the_question_is_found_where_it_is_asked_alone(count, wholly, monkeypatch):
    monkeypatch.setattr(retrieval, "WHOLLY_SCORED", wholly)
    search = varied_search(80)
    question = "Was kostet die Brücke mit dem Museum?"
    monkeypatch.setattr(retrieval, "DEPTH", 999)
    everywhere = hits_of(search, question)
    farthest = everywhere[-count:]
    monkeypatch.setattr(retrieval, "DEPTH", 5)
    inside = {hit.passage.source.article_id for hit in farthest}
    if count <= 40:
        assert inside.isdisjoint(hit.passage.source.article_id for hit in search.search(question).hits)
    found = hits_of(search, question, within=inside)
    assert set(found) <= set(farthest)
    assert found[: min(count, 3)] == farthest[: min(count, 3)]
    if wholly:
        assert found == farthest


def test_a_copy_inside_is_cited_itself_where_who_speaks_lies_outside():
    texts = {"a.md": NEWS, "b.md": NEWS, "c.md": f"Eilmeldung. {NEWS}", "d.md": "Brot wird im Hafen teurer."}
    search = search_over(texts)
    (speaker,) = {name for name in "abc" if f"{name}.md" in names(search.speakers())}
    for name in ("a.md", "b.md", "c.md"):
        (hit,) = hits_of(search, "Was kostet die Brücke?", within={name})
        assert (hit.passage.source.article_id, hit.passage.copies) == (name, ())
        assert names(search.speakers(within={name})) == [name]
    others = {f"{name}.md" for name in "abc" if name != speaker}
    (hit,) = hits_of(search, "Was kostet die Brücke?", within=others)
    assert {hit.passage.source.article_id, *names(hit.passage.copies)} == others
    alone = PassageSearch(collection({name: texts[name] for name in others}), WordEmbedder())
    assert hit.passage.source == hits_of(alone, "Brücke")[0].passage.source


def test_what_was_removed_since_is_passed_over(monkeypatch):
    monkeypatch.setattr(retrieval, "REMEMBERED", 0)
    monkeypatch.setattr(retrieval, "WHOLLY_SCORED", 0)
    index = collection(varied(30))
    search = PassageSearch(index, WordEmbedder())
    inside = {f"{number:03}.md" for number in range(12)}
    before = hits_of(search, "Was kostet die Brücke?", within=inside)
    index.drop("003.md")
    after = hits_of(search, "Was kostet die Brücke?", within=inside)
    assert after == tuple(hit for hit in before if hit.passage.source.article_id != "003.md")


def test_nothing_is_found_where_no_article_lies_inside():
    search = search_over(varied(3))
    for inside in (set(), {"fehlt.md"}):
        found = search.search("Was kostet die Brücke?", within=inside)
        assert (found.hits, found.restricted) == ((), True)
        assert found.terms == search.search("Was kostet die Brücke?").terms
        assert search.speakers(within=inside) == ()
    assert not search_over({}).search("Was?", within=set()).restricted


NEWS = (
    "Die Hafenbrücke in Nordhafen wird ab Juni für acht Monate gesperrt. Die Sanierung der Brücke kostet 14,6 "
    "Millionen Euro. Gutachter hatten bei einer Prüfung im Februar Risse in drei der zwölf Pfeiler gefunden."
)


# answers


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory):
    folder = tmp_path_factory.mktemp("newsroom")
    for name, text in NEWSROOM.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Assistant(Settings(articles=(folder,), data_dir=folder.parent / "data"), embeddings=WordEmbedder())


ASKED = (
    *NEWSROOM_QUESTIONS,
    "Welche Artikel gibt es zu Lindenau?",
    "Welche Artikel gibt es?",
    "Wer hat den Artikel über das Freibad geschrieben?",
    "Fasse den Artikel über das Rathaus zusammen.",
    "Worum geht es in „Kirche Ahrbach“?",
    "Was kostet eine Karte für das Freibad Lindenau, und was 2024?",
)
chosen = st.lists(st.sampled_from([*NEWSROOM, "fehlt.md"]), min_size=1, max_size=3).map(tuple)
spans = st.sampled_from([(None, None), (date(2026, 2, 15), None), (None, date(2026, 2, 15)), (date(1990, 1, 1), None)])


@settings(max_examples=30, deadline=None)
@given(question=st.sampled_from(ASKED), articles=chosen, span=spans, follows=st.booleans())
def test_every_citation_lies_inside(newsroom, question, articles, span, follows):
    scope = Scope(articles, *span)
    history = [("Was kostet eine Karte für das Freibad Lindenau?", "vier Euro")] if follows else []
    answer = newsroom.answer(question, history=history, scope=scope)
    inside = {source.article_id: source for source in scope.choose(newsroom.articles())}
    assert {citation.article_id for citation in answer.citations} <= inside.keys()
    assert {name for citation in answer.citations for name in citation.also_in} <= {
        source.publisher or source.title for source in inside.values()
    }
    titles = {source.title for source in newsroom.articles()} - {source.title for source in inside.values()}
    said = " ".join([answer.lead, *answer.notes]).replace("“", "„")
    assert not any(f"„{title}„" in said for title in titles if title not in question)
    if not inside:
        assert answer.abstained
        assert (answer.citations, answer.notes) == ((), ())
        assert answer.text in {phrase("none chosen", "de"), phrase("none chosen", "en")}
    elif answer.abstained:
        own = ("chosen", "gewählt", "steht in dem Artikel nicht", "The article “")
        assert any(words in answer.text for words in own), "not taken for all articles"


@pytest.mark.parametrize("question", ASKED)
def test_a_scope_of_all_articles_is_none(newsroom, question):
    answer = timeless(newsroom.answer(question))
    assert timeless(newsroom.answer(question, scope=Scope(tuple(NEWSROOM)))) == answer
    assert timeless(newsroom.answer(question, scope=Scope())) == answer


@pytest.mark.parametrize(
    ("question", "articles", "said"),
    [
        ("Wie viel kostet eine Karte für das Freibad Lindenau?", ("freibad-alt.md",), "kostet drei Euro"),
        ("Wie viel kostet eine Karte für das Freibad Lindenau?", ("freibad.md",), "kostet vier Euro"),
        ("Wie hoch ist der Wasserturm von Lindenau?", ("rathaus.md",), "In den gewählten Artikeln steht einiges zu"),
        ("Tanzt Napoleons Zebra in Quito?", ("rathaus.md", "mill.md"), "in den gewählten Artikeln"),
        ("How much does Napoleon's zebra weigh?", ("mill.md",), "the chosen articles"),
        ("Welche Artikel gibt es?", ("mill.md", "turm.txt"), "Gewählt sind 2 Artikel."),
        ("Welche Artikel gibt es?", ("mill.md",), "Gewählt ist 1 Artikel."),
        ("Welche Artikel gibt es zum Freibad?", ("freibad.md", "turm.txt"), "Unter den gewählten Artikeln gibt es"),
        ("Wer hat den Artikel über das Freibad geschrieben?", ("freibad-alt.md",), "„Undichtes Becken im Freibad“"),
        ("Was ist höher, der Wasserturm oder die Kirche?", ("kirche.md",), "In den gewählten Artikeln habe ich zu"),
        ("Fasse den Artikel über das Rathaus zusammen.", ("fehlt.md",), "Zu dieser Auswahl gehört kein Artikel."),
        ("Which articles are there?", ("fehlt.md",), "None of the articles lies within what was chosen."),
    ],
)
def test_what_is_said_is_said_of_the_chosen_articles(newsroom, question, articles, said):
    assert said in newsroom.answer(question, scope=Scope(articles)).text


def test_a_newer_article_outside_is_not_spoken_of(newsroom):
    question = "Wie viel kostet eine Karte für das Freibad Lindenau?"
    answer = newsroom.answer(question, scope=Scope(until=date(2026, 2, 15)))
    assert "drei Euro" in answer.text
    assert "vier Euro" not in f"{answer.text} {answer.notes}"


def test_a_follow_up_is_settled_by_the_chosen_articles(newsroom):
    asked = []

    class Spy:
        def __getattr__(self, name):
            return getattr(newsroom, name)

        def search(self, question, **options):
            asked.append(options.get("within"))
            return newsroom.search(question, **options)

    history = [("Wie hoch ist der Wasserturm von Lindenau?", "40 Meter")]
    given_in = {"question": "Wie lang ist das Becken?", "history": history, "scope": Scope(("freibad.md",))}
    AnswerSteps(Spy()).invoke(given_in)
    assert len(asked) == 3, "twice for the rewriting"
    assert set(asked) == {frozenset({"freibad.md"})}


def test_streams_and_batches_obey(newsroom):
    question, scope = "Wie viel kostet eine Karte für das Freibad Lindenau?", Scope(("freibad-alt.md",))
    answer = newsroom.answer(question, scope=scope)
    *_, streamed = newsroom.stream(question, scope=scope)
    plain_answer, batched = newsroom.chain.batch([question, {"question": question, "scope": scope}])
    assert timeless(streamed) == timeless(batched) == timeless(answer)
    assert timeless(plain_answer) == timeless(newsroom.answer(question)) != timeless(answer)


def test_a_part_of_a_collection_knows_no_other_articles(newsroom):
    part = Within(newsroom, Scope(("turm.txt", "fehlt.md")))
    assert names(part.articles()) == names(part.speakers()) == ["turm.txt"]
    assert part.article_passages("turm.txt") == newsroom.article_passages("turm.txt")
    assert part.article_passages("freibad.md") == ()
    assert part.correct("Wo ist das Freibat?") == newsroom.correct("Wo ist das Freibat?")
