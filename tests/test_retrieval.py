"""Retrieval: the fused ranking is what brute force finds, and depends on nothing but the articles and the question."""

import itertools
import random

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from tests.conftest import ARTICLES, WordEmbedder
from vectorstore import retrieval
from vectorstore.embedding import UNRELATED, EmbeddingModel, SentenceTransformerEmbeddings
from vectorstore.fusion import WEIGHTS
from vectorstore.index import PassageIndex
from vectorstore.keywords import KeywordIndex
from vectorstore.mirror import apply, find_articles, plan
from vectorstore.retrieval import DEPTH, HITS, PassageSearch
from vectorstore.retriever import PassageRetriever

THINGS = ("Brücke", "Strecke", "Bäckerei", "Förde", "Schule", "Rechenzentrum", "Hafen", "Museum")
QUESTIONS = (
    "Was kostete der Bau der Strecke?",
    "Wie lang ist der Buckelwal?",
    "Was kostet das Brot?",
    "Hafen Museum",
    "",
    "Xylophon",
)


def many_articles(count, seed=3):
    chosen = random.Random(seed)
    return {
        f"{number:03}.md": f"---\ntitle: Artikel {number}\n---\n\n"
        + " ".join(
            f"{chosen.choice(THINGS)} und {chosen.choice(THINGS)} kosten {chosen.randrange(99)} Euro." for _ in range(6)
        )
        for number in range(count)
    }


def fill(index, folder, embeddings=None):
    apply(plan(index, find_articles([folder])), index, embeddings or WordEmbedder())
    return index


@pytest.fixture
def opened(tmp_path, write_articles):
    """Return a function that makes an index of articles and opens a search over it."""

    def make(articles=None, *, name="index"):
        index = PassageIndex(tmp_path / name, identity="words")
        if articles is None or articles:
            fill(index, write_articles(articles, name=f"{name}-articles"))
        return index, PassageSearch(index, WordEmbedder())

    return make


def z_scores(values):
    values = np.asarray(values, dtype=np.float64)
    return (values - values.mean()) / values.std() if values.std() > 1e-9 else np.zeros(len(values))


def brute_force(index, question):
    """Score every stored passage: passage, fused score and cosine of its nearest sentence, best first."""
    stored = list(index.read(index.ids()).values())
    vector = WordEmbedder().embed_question(question)
    pairs = WordEmbedder().embed_passages([item.passage.text for item in stored], [()] * len(stored))
    spread = np.array([pair.passage for pair in pairs], dtype=np.float64) @ vector
    cosines = np.array([(item.sentence_vectors @ vector).max() for item in stored])
    dense = (cosines - spread.mean()) / spread.std() if spread.std() > 1e-6 else np.zeros(len(stored))
    keywords = KeywordIndex([f"{item.passage.source.title}\n{item.passage.text}" for item in stored]).score(question)
    fused = np.stack([dense, z_scores(keywords.stems), z_scores(keywords.grams)], axis=1) @ np.array(WEIGHTS)
    scored = zip((item.passage for item in stored), fused.tolist(), cosines.tolist(), strict=True)
    return sorted(scored, key=lambda item: -item[1])


def candidates(index, question, depth):
    """Return the article ids of the passages that are among the first by vector or by words."""
    stored = list(index.read(index.ids()).values())
    vector = WordEmbedder().embed_question(question)
    pairs = WordEmbedder().embed_passages([item.passage.text for item in stored], [()] * len(stored))
    near = np.array([pair.passage for pair in pairs]) @ vector
    keywords = KeywordIndex([f"{item.passage.source.title}\n{item.passage.text}" for item in stored]).score(question)
    words = WEIGHTS[1] * z_scores(keywords.stems) + WEIGHTS[2] * z_scores(keywords.grams)
    chosen = {*np.argsort(-near, kind="stable")[:depth], *np.argsort(-words, kind="stable")[:depth]}
    return {stored[place].passage.source.article_id for place in chosen}


def places(hits):
    return [(hit.passage.source.article_id, hit.passage.number) for hit in hits]


# laws


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("articles", [ARTICLES, many_articles(40)], ids=["three", "forty"])
def test_scores_are_those_of_brute_force_over_all_passages(articles, question, opened):
    index, search = opened(articles)
    assert len(index) < DEPTH
    hits = search.search(question, count=len(index)).hits
    expected = brute_force(index, question)
    assert len(hits) == len(expected)
    found = {(hit.passage.source.article_id, hit.passage.number): hit for hit in hits}
    for passage, score, cosine in expected:
        hit = found[passage.source.article_id, passage.number]
        assert hit.passage == passage
        assert hit.score == pytest.approx(score, abs=2e-3)
        assert hit.similarity == pytest.approx(cosine, abs=1e-5)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_the_order_of_indexing_does_not_matter(opened, tmp_path, write_articles):
    articles = many_articles(30)
    _, search = opened(articles)
    backwards = PassageIndex(tmp_path / "backwards", identity="words")
    for number, name in enumerate(sorted(articles, reverse=True)):
        folder = write_articles({name: articles[name]}, name=f"one-{number}")
        made = plan(backwards, find_articles([folder]))
        apply(type(made)(made.index, (), 0), backwards, WordEmbedder())
    other = PassageSearch(backwards, WordEmbedder())
    for question in QUESTIONS:
        hits, others = search.search(question, count=30).hits, other.search(question, count=30).hits
        assert places(hits) == places(others)
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in others])


@pytest.mark.parametrize("question", QUESTIONS)
def test_articles_alike_rank_by_their_ids(question, opened):
    orders = itertools.permutations(("Brücke", "Bäckerei", "Rechenzentrum", "Museum"))
    texts = [f"---\ntitle: Neu\n---\n\nGeplant sind {', '.join(order)}." for order in orders]
    names = ["d.md", "a.md", "c.md", "b.md"]
    _, search = opened(dict(zip(names, texts[::5], strict=False)))
    hits = search.search(question, count=9).hits
    assert [hit.passage.source.article_id for hit in hits] == sorted(names)
    assert search.speakers() == search.sources(), "no copies"
    assert {hit.score for hit in hits} == {0.0}


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("Was kostete der Bau der neuen Strecke?", "bahn.md"),
        ("Was kostet ein Kilogramm Roggenbrot?", "brot.md"),
        ("Wo wurde der Buckelwal gesichtet?", "wal.txt"),
    ],
)
def test_the_article_that_answers_comes_first(question, article_id, opened):
    _, search = opened()
    assert search.search(question).hits[0].passage.source.article_id == article_id


# hits


def test_a_hit_compares_each_of_its_sentences_with_the_question(opened):
    _, search = opened()
    question = "Was kostete der Bau?"
    vector = WordEmbedder().embed_question(question)
    for hit in search.search(question).hits:
        assert len(hit.sentence_similarities) == len(hit.passage.sentences) > 0
        own = [float(WordEmbedder().embed_question(hit.passage.quote(item)) @ vector) for item in hit.passage.sentences]
        assert hit.sentence_similarities == pytest.approx(own, abs=0.02)


@pytest.mark.parametrize("count", [0, 1, 3, 12, 50])
def test_no_more_hits_than_asked_for_and_no_fewer_than_there_are(count, opened):
    index, search = opened(many_articles(12))
    hits = search.search("Was kostet die Schule?", count=count).hits
    assert len(hits) == min(count, len(index))
    assert places(hits) == places(search.search("Was kostet die Schule?", count=50).hits)[:count]


def test_five_hits_unless_told_otherwise(opened):
    _, search = opened(many_articles(12))
    assert len(search.search("Was kostet die Schule?").hits) == HITS == 5


def test_a_passage_is_as_near_as_its_nearest_sentence(opened):
    _, search = opened()
    for hit in search.search("Was kostete der Bau?").hits:
        assert hit.similarity == max(hit.sentence_similarities)


def test_a_search_says_what_the_words_of_the_question_weigh(opened):
    index, search = opened()
    found = search.search("Wie lang ist die Strecke?")
    texts = [f"{item.passage.source.title}\n{item.passage.text}" for item in index.read(index.ids()).values()]
    assert found.terms == KeywordIndex(texts).terms("Wie lang ist die Strecke?")


def test_a_search_says_how_near_unrelated_texts_are(opened):
    _, search = opened()
    words = WordEmbedder()
    cosines = [
        float(words.embed_question(question) @ words.embed_question(answer))
        for place, (question, _) in enumerate(UNRELATED)
        for other, (_, answer) in enumerate(UNRELATED)
        if place != other
    ]
    assert search.search("Was?").unrelated == pytest.approx(np.mean(cosines), abs=1e-6)


# edges


def test_an_empty_collection_has_no_hits(opened):
    _, search = opened({})
    found = search.search("Wie lang ist die Strecke?")
    assert found.hits == ()
    assert [term.word for term in found.terms] == ["lang", "strecke"]


def test_a_passage_removed_since_is_left_out_where_it_is_not_remembered(opened, monkeypatch):
    monkeypatch.setattr(retrieval, "REMEMBERED", 0)
    index, search = opened(many_articles(8))
    question = "Was kostet die Schule?"
    before = search.search(question, count=8).hits
    gone = before[1].passage.source.article_id
    index.remove([row for row in index.ids() if row.article_id == gone])
    after = search.search(question, count=8).hits
    assert places(after) == [place for place in places(before) if place[0] != gone]
    index.remove(index.ids())
    assert search.search(question).hits == ()


def test_only_the_passages_of_the_hits_are_read_for_a_question(opened, monkeypatch):
    monkeypatch.setattr(retrieval, "REMEMBERED", 0)
    index, search = opened(many_articles(12))
    read = []
    monkeypatch.setattr(index, "read", lambda rows, read_rows=index.read: read.append(rows) or read_rows(rows))
    hits = search.search("Was kosten Strecke und Schule?", count=3).hits
    assert [[row.article_id for row in rows] for rows in read] == [[hit.passage.source.article_id for hit in hits]]


def test_the_passages_of_an_article_are_its_own_in_order(opened):
    index, search = opened(many_articles(12))
    names = {row.article_id for row in index.ids()}
    for name in names:
        passages = search.article_passages(name)
        assert [passage.number for passage in passages] == list(range(len(passages))) != []
        assert {passage.source.article_id for passage in passages} == {name}
        assert search.article_rows(name) == tuple(row for row in index.ids() if row.article_id == name)
        assert search.article_passages(name[:-1]) == search.article_passages(name + "x") == ()


def test_a_fresh_search_leaves_out_what_was_removed(opened):
    index, search = opened(many_articles(8))
    gone = search.search("Was kostet die Schule?").hits[0].passage.source.article_id
    index.remove([row for row in index.ids() if row.article_id == gone])
    hits = PassageSearch(index, WordEmbedder()).search("Was kostet die Schule?", count=8).hits
    assert len(hits) == 7
    assert gone not in {hit.passage.source.article_id for hit in hits}


@pytest.mark.parametrize("remembered", [0, 3, 4000])
def test_what_is_kept_in_memory_changes_no_result(remembered, opened, monkeypatch):
    _, search = opened(many_articles(12))
    monkeypatch.setattr(retrieval, "REMEMBERED", remembered)
    _, other = opened(many_articles(12), name="other")
    for question in QUESTIONS * 2:
        assert other.search(question) == search.search(question)


def test_a_passage_added_since_waits_for_the_next_search(opened, write_articles):
    index, search = opened()
    folder = write_articles({"neu.md": "Die Strecke, die Strecke und noch einmal die Strecke."}, name="index-articles")
    fill(index, folder)
    assert "neu.md" not in {hit.passage.source.article_id for hit in search.search("Strecke", count=9).hits}
    fresh = PassageSearch(index, WordEmbedder())
    assert fresh.search("Strecke").hits[0].passage.source.article_id == "neu.md"


@pytest.mark.parametrize("question", ["Hafen Museum Hafen", "Was kosten Strecke und Schule?"])
def test_candidates_are_the_nearest_by_vector_and_the_best_by_words(question, opened, monkeypatch):
    index, search = opened(many_articles(30))
    monkeypatch.setattr(retrieval, "DEPTH", 6)
    hits = search.search(question, count=30).hits
    expected = candidates(index, question, 6)
    assert 6 <= len(expected) < 30
    assert {hit.passage.source.article_id for hit in hits} == expected
    scores = {passage.source.article_id: score for passage, score, _ in brute_force(index, question)}
    assert [hit.score for hit in hits] == pytest.approx(
        sorted((scores[article_id] for article_id in expected), reverse=True), abs=2e-3
    )


def test_a_collection_larger_than_the_depth_gives_the_best_of_brute_force(opened):
    index, search = opened(many_articles(2 * DEPTH + 20))
    for question in QUESTIONS[:4]:
        hits = search.search(question).hits
        wanted = candidates(index, question, DEPTH)
        expected = [item for item in brute_force(index, question) if item[0].source.article_id in wanted][:HITS]
        assert [hit.score for hit in hits] == pytest.approx([score for _, score, _ in expected], abs=2e-3)


# LangChain


def test_the_retriever_returns_documents_with_their_source(opened):
    _, search = opened()
    retriever = PassageRetriever(passage_search=search, count=2)
    question = "Was kostete der Bau der Strecke?"
    documents = retriever.invoke(question)
    hits = search.search(question, count=2).hits
    assert isinstance(retriever, BaseRetriever)
    assert all(isinstance(document, Document) for document in documents)
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    assert documents[0].id == "bahn.md#0"
    assert documents[0].metadata == {
        "article_id": "bahn.md",
        "title": "Neue Strecke nach Norden",
        "published": "2024-03-05",
        "publisher": "Streckenblatt",
        "start": 0,
        "end": len(documents[0].page_content),
        "score": hits[0].score,
        "similarity": hits[0].similarity,
    }


def test_what_an_article_does_not_tell_is_none_in_a_document(opened):
    _, search = opened({"wal.txt": ARTICLES["wal.txt"]})
    (document,) = PassageRetriever(passage_search=search).invoke("Buckelwal")
    assert document.metadata["published"] is None
    assert document.metadata["publisher"] is None


def test_the_retriever_works_in_batches_and_over_nothing(opened):
    _, search = opened({})
    assert PassageRetriever(passage_search=search).batch(["Was?", "Wo?"]) == [[], []]


# the real model


@pytest.mark.real
def test_a_question_finds_the_article_of_the_other_language(tmp_path, write_articles):
    import platformdirs

    embeddings = SentenceTransformerEmbeddings(
        EmbeddingModel(), cache_dir=platformdirs.user_cache_path("belegt") / "models"
    )
    folder = write_articles(
        {
            **ARTICLES,
            "museum.md": "The museum of the town opens on Tuesdays at ten o'clock. Children pay nothing.",
            "chips.md": "The chip maker will invest 52 billion dollars in data centres within three years.",
        }
    )
    search = PassageSearch(
        fill(PassageIndex(tmp_path / "index", identity=embeddings.identity), folder, embeddings), embeddings
    )
    for question, article_id in {
        "Wann öffnet das Museum?": "museum.md",
        "Wie viel investiert der Chiphersteller in Rechenzentren?": "chips.md",
        "How much is a kilogram of rye bread?": "brot.md",
        "How long does the train ride take on the new line?": "bahn.md",
        "Wie lang ist der Buckelwal?": "wal.txt",
    }.items():
        hits = search.search(question).hits[:2]  # in five articles a word in common may come first
        assert article_id in {hit.passage.source.article_id for hit in hits}, question
