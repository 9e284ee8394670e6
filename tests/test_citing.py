"""Quotes: whole sentences as they stand, each with those it leans on, none brought along twice."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Statement
from assistant.citing import Quote, cite, cite_quotes, join, one_line, quote_sentence
from tests.test_quoting import check_laws, make_search, open_newsroom, write_article
from vectorstore import Article, Passage, Source, split_article

SENTENCE = st.sampled_from(
    [
        "Die Mühle am Bach ist 300 Jahre alt.",
        "Sie mahlt kein Korn mehr.",
        "Dieser Umbau\nkostete  1,2 Millionen Euro.",
        "Er begann im Mai [1].",
        "Deshalb bleibt der Hof geschlossen.",
        "Besucher zahlen fünf Euro – „ermäßigt“ drei.",
        "Its wheel is older than the house.",
    ]
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join)
TEXT = st.lists(st.one_of(PARAGRAPH, st.just("## Das Rad")), min_size=1, max_size=5).map("\n\n".join)


def split(text: str) -> tuple[Passage, ...]:
    """Return an article's passages, short ones, so that there are several."""
    return split_article(Article(Source("muehle.md", "Die Mühle"), text), target=120, limit=400)


def quote_of(text: str, words: str) -> Quote:
    """Return the quote of the first sentence of a text that holds some words."""
    (passage,) = split_article(Article(Source("muehle.md", "Die Mühle"), text))
    sentence = next(item for item in passage.sentences if words in passage.quote(item))
    return quote_sentence(passage, sentence)


# Laws


@given(text=TEXT)
@settings(deadline=None)
def test_a_quote_is_whole_sentences_of_the_article_that_end_with_the_one_quoted(text: str) -> None:
    for passage in split(text):
        for sentence in passage.sentences:
            quote = quote_sentence(passage, sentence)
            assert quote.text == text[quote.start : quote.end]
            assert quote.end == sentence.end
            assert quote.holds(passage, sentence)
            brought = [item for item in passage.sentences if quote.start <= item.start < sentence.start]
            assert quote.start in {item.start for item in passage.sentences}
            assert all(item.quotable for item in brought)


@given(text=TEXT, data=st.data())
@settings(deadline=None)
def test_no_sentence_is_quoted_twice_in_whatever_order_they_are_chosen(text: str, data: st.DataObject) -> None:
    places = [(passage, item) for passage in split(text) for item in passage.sentences if item.quotable]
    quotes: list[Quote] = []
    for passage, sentence in data.draw(st.permutations(places)):
        if not any(quote.holds(passage, sentence) for quote in quotes):
            quotes.append(quote_sentence(passage, sentence, after=quotes))
    in_order = sorted(quotes, key=lambda quote: quote.start)
    assert all(one.end <= other.start for one, other in pairwise(in_order))
    assert all(any(quote.holds(*place) for quote in quotes) for place in places)


@given(text=TEXT)
@settings(deadline=None)
def test_statements_keep_every_word_and_are_numbered_as_their_citations(text: str) -> None:
    quotes = [quote_sentence(passage, item) for passage in split(text) for item in passage.sentences]
    statements, citations = cite_quotes(quotes)
    assert [item.number for item in citations] == list(range(1, len(quotes) + 1))
    for statement, citation in zip(statements, citations, strict=True):
        assert statement.citations == (citation.number,)
        assert statement.text.split() == citation.quote.split()
        assert "\n" not in statement.text
        assert citation.quote == text[citation.start : citation.end]
        assert citation.quote in citation.passage


@given(texts=st.lists(SENTENCE.map(one_line), max_size=4), lead=st.sampled_from(["", "Ja.", "Dazu gibt es 2 Artikel:"]))
def test_running_text_is_our_words_and_then_each_statement_with_its_markers(texts: list[str], lead: str) -> None:
    statements = [Statement(text, (number, number + 1)) for number, text in enumerate(texts, start=1)]
    rest = join(statements, lead=lead)
    assert rest.startswith(lead)
    rest = rest.removeprefix(lead)
    for statement in statements:
        first, second = statement.citations
        rest = rest.strip()
        assert rest.startswith(f"{statement.text} [{first}] [{second}]")
        rest = rest.removeprefix(f"{statement.text} [{first}] [{second}]")
    assert rest == ""


# Samples


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("300 Jahre", "Die Mühle am Bach ist 300 Jahre alt."),
        ("kein Korn", "Die Mühle am Bach ist 300 Jahre alt. Sie mahlt kein Korn mehr."),
        (
            "im Museum",
            "Die Mühle am Bach ist 300 Jahre alt. Sie mahlt kein Korn mehr. Ihr altes Rad liegt im Museum.",
        ),
        ("neues Rad", "Sie mahlt kein Korn mehr. Ihr altes Rad liegt im Museum. Es bekam ein neues Rad als Nachbarn."),
        ("Besucher", "Besucher zahlen fünf Euro."),
    ],
    ids=["stands alone", "leans on one", "leans on two", "two at most", "stands alone later"],
)
def test_a_sentence_brings_along_those_it_leans_on(words: str, expected: str) -> None:
    text = (
        "Die Mühle am Bach ist 300 Jahre alt. Sie mahlt kein Korn mehr. Ihr altes Rad liegt im Museum. "
        "Es bekam ein neues Rad als Nachbarn. Besucher zahlen fünf Euro."
    )
    assert quote_of(text, words).text == expected


def test_what_stands_before_a_heading_is_not_brought_along() -> None:
    text = "Die Mühle am Bach ist 300 Jahre alt.\n\n## Das Rad\n\nEs liegt im Museum. Es ist aus Eiche."
    assert quote_of(text, "Museum").text == "Es liegt im Museum."
    assert quote_of(text, "Eiche").text == "Es liegt im Museum. Es ist aus Eiche."


def test_a_quote_holds_only_sentences_of_its_own_article() -> None:
    text = "Die Mühle am Bach ist 300 Jahre alt."
    (first,), (second,) = (split_article(Article(Source(name, "Mühle"), text)) for name in ("a.md", "b.md"))
    quote = quote_sentence(first, first.sentences[0])
    assert quote.holds(first, first.sentences[0])
    assert not quote.holds(second, second.sentences[0])


def test_a_citation_tells_all_that_is_known_of_the_source() -> None:
    source = Source("muehle.md", "Die Mühle", None, "Lokalredaktion", "Bachbote", "https://example.org/muehle")
    search = make_search((source, "Die Mühle ist alt. Sie mahlt kein Korn mehr."))
    passage = search.hits[0].passage
    citation = cite(7, quote_sentence(passage, passage.sentences[1]))
    assert (citation.number, citation.article_id, citation.title) == (7, "muehle.md", "Die Mühle")
    assert (citation.published, citation.author, citation.publisher) == (None, "Lokalredaktion", "Bachbote")
    assert citation.url == "https://example.org/muehle"
    assert citation.passage == "Die Mühle ist alt. Sie mahlt kein Korn mehr."


def test_an_answer_quotes_a_leaning_sentence_with_the_one_before_in_one_citation(tmp_path: Path) -> None:
    text = "Die Mühle am Erlenbach steht unter Schutz. Sie wurde im Jahr 1724 gebaut. Der Eintritt ist frei."
    desk = open_newsroom(tmp_path, {"muehle.md": write_article(text, "Mühle am Erlenbach")}, "1724")
    answer = desk.answer("Wann wurde die Mühle am Erlenbach gebaut?")
    check_laws(answer, desk)
    (citation,) = answer.citations
    assert citation.quote == "Die Mühle am Erlenbach steht unter Schutz. Sie wurde im Jahr 1724 gebaut."
    assert answer.text == f"{citation.quote} [1]"
    assert answer.highlight == "1724"


def test_the_sentence_leaned_on_is_not_quoted_again_with_the_next(tmp_path: Path) -> None:
    text = "Die Mühle am Erlenbach hat drei Räder. Sie drehen sich im Sommer. Der Eintritt ist frei."
    desk = open_newsroom(tmp_path, {"muehle.md": write_article(text, "Mühle am Erlenbach")}, "drei Räder", "im Sommer")
    answer = desk.answer("Was ist über die Räder der Mühle am Erlenbach bekannt, die sich drehen?")
    check_laws(answer, desk)
    assert answer.text.count("hat drei Räder") == 1
    assert answer.text.count("drehen sich im Sommer") == 1
