"""Passages: they rejoin to the article, hold whole sentences, and keep to the limit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.chunking import LIMIT, TARGET, split_article
from vectorstore.passage import Article, Source
from vectorstore.sentences import split_sentences

SENTENCE = "Die Stadt baut am Fluss ein neues Bad für alle, die dort wohnen. "  # 65 characters
FRAGMENTS = (
    SENTENCE, SENTENCE * 12, "# Überschrift", "- Punkt eins zwei drei", "24.02.2025", "wort " * 400, "a" * 1700, "Ja.",
    "😀", "שלום.", "\x00",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", "\n", "\n\n"])), max_size=25).map(
        lambda pairs: "".join(fragment + gap for fragment, gap in pairs)
    ),
)
sizes = st.sampled_from([(TARGET, LIMIT), (100, 160), (30, 50), (1, 1)])


def article(text):
    return Article(Source("bad.txt", "Bad"), text)


def split(text, sizes=(TARGET, LIMIT)):
    return split_article(article(text), target=sizes[0], limit=sizes[1])


@settings(max_examples=100, deadline=None)
@given(texts, sizes)
def test_passages_rejoin_to_the_article(text, sizes):
    passages = split(text, sizes)
    assert "".join(passage.text for passage in passages) == text
    assert [passage.number for passage in passages] == list(range(len(passages)))
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text


@settings(max_examples=100, deadline=None)
@given(texts, sizes)
def test_sentences_stay_whole(text, sizes):
    passages = split(text, sizes)
    found = [sentence for passage in passages for sentence in passage.sentences]
    assert set(found) >= {sentence for sentence in split_sentences(text) if sentence.end - sentence.start <= sizes[1]}
    assert "".join(text[s.start : s.end] for s in found).split() or not text.strip()
    for passage in passages:
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
            assert passage.quote(sentence) == text[sentence.start : sentence.end]


@settings(max_examples=100, deadline=None)
@given(texts, sizes)
def test_no_passage_exceeds_the_limit_but_for_white_space_around_a_lone_sentence(text, sizes):
    for passage in split(text, sizes):
        alone = len(passage.sentences) <= 1
        assert len(passage.text.strip() if alone else passage.text) <= sizes[1]


@settings(max_examples=50, deadline=None)
@given(texts)
def test_the_same_text_gives_the_same_passages(text):
    assert split(text) == split(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=30))
def test_ordinary_articles_give_no_crumbs(lengths):
    passages = split("\n\n".join((SENTENCE * length).strip() for length in lengths))
    assert all(len(passage.text) >= 200 for passage in passages) or len(passages) == 1


@pytest.mark.parametrize("length", [1, LIMIT - 1, LIMIT])
def test_a_short_article_stays_whole(length):
    assert len(split("a" * length)) == 1


def test_an_empty_article_has_no_passage():
    assert split("") == ()


def test_white_space_alone_is_one_passage_without_a_sentence():
    (passage,) = split("\n" * 5_000)
    assert passage.sentences == ()


def test_a_heading_goes_with_what_follows():
    text = "\n\n".join(f"## Teil {number}\n\n{SENTENCE * 9}".strip() for number in range(8))
    passages = split(text)
    assert len(passages) > 1
    assert all(passage.text.startswith("## Teil") for passage in passages)


def test_passages_end_at_paragraphs():
    text = "\n\n".join((SENTENCE * 7).strip() for _ in range(9))
    assert all(passage.text.endswith("\n\n") for passage in split(text)[:-1])


def test_a_long_paragraph_is_cut_between_sentences():
    passages = split((SENTENCE * 60).strip())
    assert all(passage.text.rstrip().endswith("wohnen.") for passage in passages)


def test_an_overlong_sentence_is_cut_at_white_space():
    passages = split("Das Bad " + "ist sehr " * 500 + "neu.")
    words = [word for passage in passages for word in passage.text.split()]
    assert set(words) == {"Das", "Bad", "ist", "sehr", "neu."}


def test_a_word_longer_than_the_limit_is_cut_hard():
    assert [len(passage.text) for passage in split("a" * (2 * LIMIT + 10))] in ([LIMIT, LIMIT, 10], [LIMIT, LIMIT + 10])


def test_ten_thousand_headings_give_passages():
    assert len(split("# Titel\n" * 10_000)) > 10


@pytest.mark.parametrize(("target", "limit"), [(0, 10), (11, 10), (-1, -1)])
def test_impossible_sizes_are_refused(target, limit):
    with pytest.raises(ValueError, match="target"):
        split_article(article("Ja."), target=target, limit=limit)
