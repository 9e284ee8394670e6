"""Is what was said a right answer? Laws of exact match, F1 and containment, and what German asks of them."""

import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from assistant.evaluation.matching import ARTICLES, agrees, contains, exact_match, f1
from assistant.numerals import tokenize

WORD = st.sampled_from(
    ["der", "die", "ein", "the", "Brücke", "Brückes", "Turm", "rot", "84", "5.000", "5", "Tausend", "fünf", "Mio."]
)
PHRASE = st.lists(WORD, max_size=6).map(" ".join)
TEXT = PHRASE | st.text(max_size=30)


@given(text=TEXT)
@example(text="die")
@example(text="1,234")
@example(text="²")
@settings(deadline=None)
def test_every_text_with_a_word_matches_itself(text: str) -> None:
    assume(tokenize(text))
    assert exact_match(text, [text]) == 1
    assert f1(text, [text]) == 1
    assert contains(text, [text])
    assert agrees(text, [text])


@given(said=TEXT, answer=TEXT)
@settings(deadline=None)
def test_f1_lies_between_0_and_1_and_is_symmetric(said: str, answer: str) -> None:
    value = f1(said, [answer])
    assert 0 <= value <= 1
    assert value == f1(answer, [said])


@given(said=PHRASE, answer=PHRASE)
@settings(deadline=None)
def test_exact_match_is_symmetric_and_0_or_1(said: str, answer: str) -> None:
    assert exact_match(said, [answer]) in (0, 1)
    assert exact_match(said, [answer]) == exact_match(answer, [said])


@given(said=PHRASE, answer=PHRASE)
@settings(deadline=None)
def test_exact_match_implies_full_f1_and_containment(said: str, answer: str) -> None:
    if exact_match(said, [answer]):
        assert f1(said, [answer]) == 1
        assert contains(said, [answer])
        assert contains(answer, [said])


@given(said=PHRASE, answer=PHRASE)
@settings(deadline=None)
def test_containment_implies_some_overlap_unless_by_the_genitive(said: str, answer: str) -> None:
    if contains(said, [answer]) and "Brückes" not in said:
        assert f1(said, [answer]) > 0


@given(before=PHRASE, text=st.sampled_from(["roter Turm", "Brücke am Fluss", "Nordhafen"]), after=PHRASE)
@settings(deadline=None)
def test_a_text_contains_what_stands_in_it(before: str, text: str, after: str) -> None:
    whole = f"{before}, {text}: {after}"
    assert contains(whole, [text])
    assert agrees(whole, [text])
    assert agrees(text, [whole])


@given(said=PHRASE, answers=st.lists(PHRASE, min_size=1, max_size=5))
@settings(deadline=None)
def test_best_of_several_answers_counts(said: str, answers: list[str]) -> None:
    assert f1(said, answers) == max(f1(said, [answer]) for answer in answers)
    assert exact_match(said, answers) == max(exact_match(said, [answer]) for answer in answers)
    assert contains(said, answers) == any(contains(said, [answer]) for answer in answers)
    assert agrees(said, answers) == any(agrees(said, [answer]) for answer in answers)


@given(data=st.data(), said=PHRASE, answers=st.lists(PHRASE, max_size=5))
@settings(deadline=None)
def test_order_of_answers_does_not_count(data: st.DataObject, said: str, answers: list[str]) -> None:
    shuffled = data.draw(st.permutations(answers))
    assert f1(said, answers) == f1(said, shuffled)
    assert exact_match(said, answers) == exact_match(said, shuffled)
    assert contains(said, answers) == contains(said, shuffled)


@given(text=st.text(alphabet="abcdefgäöüÄÖÜ ,.!", max_size=20), answer=PHRASE)
@settings(deadline=None)
def test_case_and_composition_do_not_count(text: str, answer: str) -> None:
    assert f1(text, [answer]) == f1(text.upper(), [answer.lower()])
    assert f1(text, [answer]) == f1(unicodedata.normalize("NFD", text), [unicodedata.normalize("NFD", answer)])


@given(text=TEXT)
@settings(deadline=None)
def test_nothing_matches_no_answer_and_no_answer_matches_nothing(text: str) -> None:
    assert exact_match(text, []) == f1(text, []) == 0
    assert not contains(text, [])
    assert exact_match("", [text]) == f1("", [text]) == 0
    assert not contains(text, ["", " …"])


@pytest.mark.parametrize(
    ("said", "answer", "value"),
    [
        ("im Oktober 2023", "Oktober 2023", 2 * 2 / 5),
        ("der alte rote Turm", "der rote Turm am Fluss", 2 * 2 / 7),
        ("rot rot blau", "rot grün", 2 * 1 / 5),
        ("blau", "rot", 0),
        ("ein Turm", "der Turm", 1),
        ("the tower", "A Tower!", 1),
        ("84 km", "vierundachtzig km", 1),
        ("2,5 Millionen Euro", "2.500.000 Euro", 1),
        ("380 Milliarden", "380", 2 / 3),
    ],
)
def test_worked_examples_of_f1(said: str, answer: str, value: float) -> None:
    assert f1(said, [answer]) == pytest.approx(value)


@pytest.mark.parametrize(
    ("said", "answer", "equal"),
    [
        ("„Der Turm“", "turm", True),
        ("Turm.", "TURM", True),
        ("Türme", "Turme", False),
        ("roter Turm", "Turm roter", False),
        ("zwölf Meter", "12 Meter", True),
        ("8 %", "acht Prozent", True),
        ("1,234", "1234", False),
        ("380 Mrd.", "380 Milliarden", True),
        ("die", "", False),
        ("die", "der", False),
    ],
)
def test_worked_examples_of_exact_match(said: str, answer: str, equal: bool) -> None:  # noqa: FBT001 - a table's column
    assert exact_match(said, [answer]) == equal


@pytest.mark.parametrize("article", sorted(ARTICLES))
def test_every_article_is_dropped(article: str) -> None:
    assert exact_match(f"{article} Turm", ["Turm"]) == 1
    assert f1(f"{article.title()} Turm {article} Stadt", ["Turm Stadt"]) == 1


@pytest.mark.parametrize(
    ("text", "answer", "inside"),
    [
        ("Sie sprach mit Paläoklimatologen.", "Klima", False),
        ("Das Großklima ist mild.", "Klima", False),
        ("Das Klima ist mild.", "Klima", True),
        ("Mannings Pass kam an.", "Manning", True),
        ("Ein Pass von Manning kam an.", "Mannings", False),
        ("Es waren 840 Meter.", "84", False),
        ("Rund 380 Milliarden Euro.", "380", True),
        ("Rund 380 Milliarden Euro.", "380 Mrd.", True),
        ("Rund 2.500.000 Euro.", "2,5 Millionen Euro", True),
        ("Es kostete fünftausend Euro.", "5.000 Euro", True),
        ("Der Turm ist rot und alt.", "Turm rot", False),
        ("Der Turm ist rot.", "rot ist der Turm", False),
        ("Turm der Stadt", "Turm Stadt", True),
        ("Baden-Württemberg stimmt zu.", "Württemberg", True),
        ("In Tübingen.", "Tubingen", False),
    ],
)
def test_what_stands_in_a_text(text: str, answer: str, inside: bool) -> None:  # noqa: FBT001 - a table's column
    assert contains(text, [answer]) == inside


def test_genitive_counts_only_at_the_end_of_the_answer() -> None:
    assert contains("Des alten Turms Spitze", ["alten Turm"])
    assert not contains("Turms Spitze", ["Turm Spitze"])


def test_a_span_agrees_in_either_direction() -> None:
    assert agrees("etwa 12 Meter", ["12 Meter"])
    assert agrees("12", ["etwa 12 Meter lang"])
    assert not agrees("12 Tonnen", ["12 Meter"])
    assert not agrees("", ["12 Meter"])
