"""Misspelt words are put right by the articles and a dictionary; what is known or resembles nothing stays."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_postings import changes, follow
from vectorstore import Spelling, is_german_noun
from vectorstore.spelling import dictionary, find_near, fold, group_by_length

TEXTS = (
    "Die Nordwind AG baut Fähren in Flensburg. Der Umsatz der Nordwind AG stieg auf 40 Millionen Euro.",
    "Cainiao und Alibaba liefern Pakete. Die Müllabfuhr in Schönkirchen streikt.",
    "The bakery sells rye bread.",
    "Straßen rings um Flensburg bleiben gesperrt, obwohl Microsoft investiert.",
    "Am Montag kam Bürgermeister Guericke, um Brötchen zu kaufen.",
)
SPELLING = Spelling(TEXTS)
WORDS = sorted({word.strip(".,") for text in TEXTS for word in text.split()})
CORRECTED = {
    "micosoft umsaz": "Microsoft Umsatz",
    "Wie hoch ist der Umsazt von Nordwnid?": "Wie hoch ist der Umsatz von Nordwind?",
    "Was macht Alibba?": "Was macht Alibaba?",
    "Was liefert Caineo?": "Was liefert Cainiao?",
    "Wo liegt Schoenkirchen?": "Wo liegt Schönkirchen?",
    "Wo liegt Schonkirchen?": "Wo liegt Schönkirchen?",
    "Wann kommt die Muellabfuhr?": "Wann kommt die Müllabfuhr?",
    "Wann kommt die Mullabfuhr?": "Wann kommt die Müllabfuhr?",
    "Wer ist der Buergermeister?": "Wer ist der Bürgermeister?",
    "Welche Strassen sind gesperrt?": "Welche Straßen sind gesperrt?",
    "Wie viele Brötchn kaufte er?": "Wie viele Brötchen kaufte er?",
    "Was kostet eine Krankenkase?": "Was kostet eine Krankenkasse?",
    "What does the bakrey sell?": "What does the bakery sell?",
    "What does the goverment say?": "What does the government say?",
    "wo liegt flensburg": "wo liegt Flensburg",
    "wer ist der burgermeister von schonkirchen": "wer ist der Bürgermeister von Schönkirchen",
}
LEFT_ALONE = (
    "Was baut die Nordwind AG?",
    "Wie teuer ist ein Motorrad?",
    "Wann fährt der letzte Zug?",
    "Was ist ein Windkraftmotor?",
    "Wann beginnt die Müllabfahrt?",
    "Was kosten Alibabas Pakete?",
    "Wer bezahlt die Müllgebühren?",
    "Was kaufte der Bürgermeister in Flensburgs Straßen?",
    "Was geschah 2019 am 3.4. um 12:30 Uhr mit 40 % der A320?",
    "Wer ist Zyrblonk?",
    "Was macht Nvidia?",
    "Verkauft Lidl auch Autos?",
    "Was kostet BioNTech?",
    "Wie alt ist das?",
    "Who owns the motorway?",
    "",
    "???",
)


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), end=st.sampled_from(["", "?", " …", "!?"]))
@settings(deadline=None)
def test_words_that_the_articles_have_stay(words: list[str], end: str) -> None:
    question = f"Flensburg: {' '.join(words)}{end}"
    assert SPELLING.correct(question) == question


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
@settings(deadline=None)
def test_where_all_is_small_the_articles_give_the_capitals_alone(words: list[str]) -> None:
    typed = " ".join(words).lower()
    assert SPELLING.correct(typed).lower() == typed


@given(question=st.text(max_size=60))
@settings(deadline=None, max_examples=50)
def test_what_is_no_letter_stays(question: str) -> None:
    kept = "".join(letter for letter in question if letter in "0123456789 ?.,-%")
    assert SPELLING.correct(kept) == kept
    assert isinstance(SPELLING.correct(question), str)


@given(question=st.text(max_size=60))
@settings(deadline=None, max_examples=30)
def test_without_articles_nothing_is_an_error(question: str) -> None:
    assert isinstance(Spelling([]).correct(question), str)


@given(states=changes(st.lists(st.sampled_from([*WORDS, "nordwind", "NORDWIND", "fahren"]), max_size=4).map(" ".join)))
@settings(deadline=None, max_examples=40)
def test_renewed_again_and_again_it_knows_what_one_made_anew_knows(states: list[list[str]]) -> None:
    spelling = Spelling(states[0])
    for old, new in pairwise(states):
        spelling = spelling.renewed(*follow(old, new))
        known, anew = ({**vars(item), "counts": None} for item in (spelling, Spelling(new)))
        assert known == anew


@pytest.mark.parametrize(("typed", "corrected"), CORRECTED.items())
def test_corrected(typed: str, corrected: str) -> None:
    assert SPELLING.correct(typed) == corrected


@pytest.mark.parametrize("text", [*CORRECTED, *LEFT_ALONE])
def test_what_was_corrected_stays_corrected(text: str) -> None:
    once = SPELLING.correct(text)
    assert SPELLING.correct(once) == once


@pytest.mark.parametrize("question", LEFT_ALONE)
def test_known_and_unknowable_words_stay(question: str) -> None:
    assert SPELLING.correct(question) == question


def test_a_dictionary_word_stays_though_an_article_has_one_much_like_it() -> None:
    spelling = Spelling(["Eine Kanne steht bereit. Die Fähre legt ab. Viele wollen das Rätsel lösen."])
    assert spelling.correct("Was kostet eine Kante?") == "Was kostet eine Kante?"
    assert spelling.correct("Was kostet eine Kanme?") == "Was kostet eine Kanne?"
    assert spelling.correct("Wie fahre ich hin?") == "Wie fahre ich hin?"
    assert spelling.correct("Wer will das Ratsel losen?") == "Wer will das Rätsel lösen?"


def test_capitals_are_given_only_where_there_are_none_at_all() -> None:
    assert SPELLING.correct("Wo liegt flensburg?") == "Wo liegt flensburg?"
    assert SPELLING.correct("wo liegt flensburg?") == "wo liegt Flensburg?"
    assert SPELLING.correct("was kostet die straßenbahn?") == "was kostet die straßenbahn?"


def test_the_most_frequent_way_to_write_a_word_is_taken() -> None:
    spelling = Spelling(["NORDWIND baut. Nordwind spart. Nordwind wächst."])
    assert spelling.correct("was macht nordwind") == "was macht Nordwind"
    assert spelling.correct("Was macht Nordwnd?") == "Was macht Nordwind?"


def test_umlauts_of_a_decomposed_question_are_the_same() -> None:
    assert SPELLING.correct("Welche Fa\u0308hren?") == "Welche Fähren?"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("müll", "mull"), ("muell", "mull"), ("straße", "strasse"), ("förde", "forde"), ("rad", "rad")],
)
def test_umlauts_fold_however_they_are_written(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(
    word=st.text(alphabet="abcd", min_size=4, max_size=7),
    place=st.integers(0, 5),
    letter=st.sampled_from("abcd"),
)
def test_one_slip_is_near(word: str, place: int, letter: str) -> None:
    place = 1 + place % (len(word) - 1)
    slipped = (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :] if place > 1 else word,
    )
    for other in slipped:
        found = dict(find_near(other, group_by_length([word]), most=1))
        assert found == {word: int(other != word)}


def test_near_words_begin_alike() -> None:
    assert find_near("haus", group_by_length(["maus", "haut"]), most=1) == [("haut", 1)]


@pytest.mark.parametrize(
    "word",
    ["Brücke", "Haus", "Bäcker", "Umsatz", "Bürgermeister", "Schule", "Straße", "Zug", "Hansebrücke", "Stellenabbau"],
)
def test_german_nouns_are_told(word: str) -> None:
    assert is_german_noun(word)


@pytest.mark.parametrize(
    "word", ["Lübeck", "Hamburg", "Berlin", "Frankreich", "Microsoft", "Alibaba", "Siemens", "Goethe", "Konux"]
)
def test_names_are_no_nouns(word: str) -> None:
    assert not is_german_noun(word)


def test_the_dictionary_has_both_languages() -> None:
    assert {"brücke", "bridge"} <= set(dictionary())
