"""Keywords: BM25 as its formula has it, and German and English words found however they are inflected or joined."""

import math
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_postings import changes, follow, plain_bm25
from vectorstore.keywords import (
    GRAM,
    KeywordIndex,
    content_words,
    gram_text,
    is_portable,
    stem_text,
    stop_words,
    word_grams,
)
from vectorstore.postings import inverse_document_frequency
from vectorstore.sentences import guess_language

NORTH = "Die neue Strecke nach Norden ist eröffnet. Der Bau der Strecke kostete Milliarden."
BREAD = "Roggenbrot wird teurer, weil Bäcker mehr für Energie zahlen."
CHIPS = "Der Konzern baut Rechenzentren in München und bestellt KI-Chips für Forschungszwecke."
HOUSES = "Die Häuser am Fluss wurden verkauft. Investoren investierten in alte Mauern."
WHALE = "A humpback whale was seen near the coast. Experts were investing time in watching it."
TEXTS = (NORTH, BREAD, CHIPS, HOUSES, WHALE)


def winners(question, texts=TEXTS):
    """Return which text scores highest by stems and which by 4-grams; None where nothing scores."""
    scores = KeywordIndex(texts).score(question)
    return tuple(texts[kind.argmax()] if kind.max() > 0 else None for kind in (scores.stems, scores.grams))


# laws

texts = st.lists(
    st.sampled_from(["Bad", "Bäder", "Rechenzentrum", "G20", "KI", "the", "which were", "für", "coast", "1,2"]),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts.map(" ".join), max_size=5), texts.map(" ".join))
def test_both_rankings_of_an_index_are_those_of_the_formula(collection, question):
    """A text in the question's language scores by all of its words, one in the other by the portable ones alone."""
    index = KeywordIndex(collection)
    scores = index.score(question)
    assert scores.stems.shape == scores.grams.shape == (len(collection),)
    terms = index.terms(question)
    for place, text in enumerate(collection):
        akin = guess_language(text) == guess_language(question)
        asked = [term for term in terms if akin or term.portable]
        stems = sorted({form for term in asked for form in term.stems})
        grams = [gram for term in asked for gram in gram_text(term.word)]
        for found, documents, wanted in (
            (scores.stems, [stem_text(other) for other in collection], stems),
            (scores.grams, [gram_text(other) for other in collection], grams),
        ):
            expected = plain_bm25(documents, wanted)[place] if any(documents) else 0.0
            assert found[place] == pytest.approx(expected, rel=1e-4, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(changes(texts.map(" ".join)), texts.map(" ".join))
def test_an_index_renewed_again_and_again_is_one_made_anew(states, question):
    index = KeywordIndex(states[0])
    for old, new in pairwise(states):
        index = index.renewed(*follow(old, new))
        anew = KeywordIndex(new)
        assert len(index) == len(new)
        assert index.terms(question) == anew.terms(question)
        scores, expected = index.score(question), anew.score(question)
        for kind in ("stems", "grams", "foreign"):
            assert getattr(scores, kind).tolist() == getattr(expected, kind).tolist()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abcdäöüß", min_size=1, max_size=20))
def test_the_grams_of_a_word_rejoin_to_it_without_umlauts(word):
    grams = word_grams(word)
    assert {len(gram) for gram in grams} == {GRAM} or len(grams) == 1
    folded = word.translate(str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"}))
    assert grams[0] + "".join(gram[-1] for gram in grams[1:]) == f"_{folded}_"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_rarer_weighs_more_and_no_weight_is_negative(count, other):
    rarer, commoner = sorted((count, other))
    assert inverse_document_frequency(rarer, 1000) >= inverse_document_frequency(commoner, 1000) > 0


def test_a_weight_worked_out_by_hand():
    assert inverse_document_frequency(2, 10) == pytest.approx(math.log(1 + 8.5 / 2.5))


# words found


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("Wem gehört das Haus?", HOUSES, id="plural with umlaut"),
        pytest.param("Wer investiert?", HOUSES, id="verb"),
        pytest.param("Welche Strecken sind neu?", NORTH, id="plural"),
        pytest.param("Who saw whales at the coast?", WHALE, id="English plural"),
        pytest.param("What was experts' investment of time?", WHALE, id="English noun of a verb"),
        pytest.param("Was geschieht in MÜNCHEN?", CHIPS, id="capitals"),
        pytest.param("Was geschieht in Muenchen?", CHIPS, id="umlaut typed as two letters"),
        pytest.param(unicodedata.normalize("NFD", "Was geschieht in München?"), CHIPS, id="umlaut decomposed"),
        pytest.param("Wozu braucht man KI-Chips?", CHIPS, id="hyphen"),
    ],
)
def test_both_rankings_find_a_word_in_another_form(question, text):
    assert winners(question) == (text, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("Wo steht das Rechenzentrum?", CHIPS, id="plural of a compound"),
        pytest.param("Wo wird gerechnet, in welchen Zentren?", CHIPS, id="parts of a compound"),
        pytest.param("Was bringt die Forschung?", CHIPS, id="first part"),
        pytest.param("Ist Brot teuer?", BREAD, id="last part"),
        pytest.param("Wer mag Rogenbrott?", BREAD, id="two slips"),
        pytest.param("Where is the humpbak wale?", WHALE, id="English slips"),
        pytest.param("Was kostet die Stercke nach Nroden?", NORTH, id="letters swapped"),
    ],
)
def test_grams_find_parts_and_forgive_slips(question, text):
    assert winners(question)[1] == text


def test_stems_follow_the_language_of_the_text():
    assert stem_text("Die Häuser der Stadt sind verkauft") != stem_text("Häuser verkauft", language="en")
    assert stem_text("Häuser", language="de") == stem_text("Haus", language="de")
    assert stem_text("Whales were investing", language="en") == ["whale", "invest"]


@pytest.mark.parametrize(
    ("one", "other"), [("Muenchen", "München"), ("Strasse", "Straße"), ("Goebel", "Göbel"), ("GRÖSSE", "Größe")]
)
def test_two_spellings_have_the_same_grams(one, other):
    assert gram_text(one) == gram_text(other) != []


@pytest.mark.parametrize("word", ["für", "fuer", "Über", "ueber", "während", "waehrend", "WIE", "the", "und"])
def test_words_without_content_are_left_out_however_typed(word):
    assert content_words(f"{word} Wal") == ["wal"]


def test_stop_words_take_no_content():
    assert not stop_words() & {"wal", "bad", "strecke", "million", "konzern", "chip", "coast"}


# terms


def test_terms_are_the_content_words_each_once_and_the_rarer_the_heavier():
    index = KeywordIndex(["Bad Wal", "Bad Turm", "Bad", "Fluss"])
    terms = {term.word: term for term in index.terms("Wie groß ist das Bad, der Wal im Bad, und wer ist Unbekannt?")}
    assert list(terms) == ["groß", "bad", "wal", "unbekannt"]
    assert 0 < terms["bad"].weight < terms["wal"].weight < terms["unbekannt"].weight
    assert terms["bad"].weight == pytest.approx(inverse_document_frequency(3, 4))
    assert terms["wal"].stems == {"wal"}


def test_a_term_weighs_what_its_stem_in_the_language_of_the_text_weighs():
    index = KeywordIndex(["Die Häuser sind alt und stehen am Fluss.", "Der Turm ist neu und steht am Berg."])
    (term,) = index.terms("Häuser?")
    assert term.stems >= {"haus"}
    assert term.weight == pytest.approx(inverse_document_frequency(1, 2))


def test_a_term_names_its_grams_with_their_weights():
    index = KeywordIndex(["Wal", "Walzer", "Bad"])
    wal, turm = index.terms("Wal Wal Turm")
    assert [gram for gram, _ in (*wal.grams, *turm.grams)] == ["_wal", "wal_", "_tur", "turm", "urm_"]
    weights = dict((*wal.grams, *turm.grams))
    assert weights["_wal"] == pytest.approx(inverse_document_frequency(2, 3))
    assert weights["wal_"] == pytest.approx(inverse_document_frequency(1, 3))
    assert weights["turm"] == pytest.approx(inverse_document_frequency(0, 3))


@pytest.mark.parametrize(
    ("word", "portable"),
    [("G20", True), ("2024", True), ("OpenAI", True), ("Museum", True), ("neu", False), ("house", False)],
)
def test_words_that_may_be_the_same_in_the_other_language(word, portable):
    assert is_portable(word) is portable


def test_a_text_in_the_other_language_is_found_by_names_and_numbers_alone():
    collection = ["The fund of OpenAI had a great party.", "Die Partei mit great Fund war klein."]
    scores = KeywordIndex(collection).score("Wie great ist OpenAI und ihr party?")
    openai = KeywordIndex(collection).score("OpenAI?")
    assert scores.stems[0] == openai.stems[0] > 0
    assert scores.grams[0] == openai.grams[0] > 0
    assert scores.stems[1] > 0


# edges


@pytest.mark.parametrize(
    ("collection", "question"),
    [
        pytest.param([], "Wal", id="empty collection"),
        pytest.param(["", "  \n"], "Wal", id="empty texts"),
        pytest.param(["und der die das", "the of"], "Wal und der", id="only stop words stored"),
        pytest.param(TEXTS, "Wie ist das und der?", id="only stop words asked"),
        pytest.param(TEXTS, "", id="nothing asked"),
        pytest.param(TEXTS, "?! 😀 \x00", id="no word asked"),
        pytest.param(TEXTS, "Xylophon", id="unknown word"),
    ],
)
def test_what_is_not_there_scores_zero(collection, question):
    index = KeywordIndex(collection)
    scores = index.score(question)
    assert len(index) == len(collection)
    assert scores.stems.tolist() == scores.grams.tolist() == [0.0] * len(collection)
    assert all(term.weight > 0 for term in index.terms(question))


def test_a_text_without_content_among_others_scores_zero():
    scores = KeywordIndex(["und", "Wal", ""]).score("Wal")
    assert (scores.stems > 0).tolist() == (scores.grams > 0).tolist() == [False, True, False]
