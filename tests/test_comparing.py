"""A comparison is asked once for each of two things, and weighed by what was found for both."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.comparing import Side, best_for, find_pair, names, split_comparison, weigh_sides
from assistant.sentence_ranking import Candidate, rank_sentences
from vectorstore import Hit, Passage, Search, Source, split_sentences
from vectorstore.keywords import KeywordIndex

NAMES = ("Grauwiek", "Hollersand", "Alibaba", "Microsoft", "Bad Segeberg", "Leeds")
TEMPLATES = (
    "Wer hat mehr Einwohner, {} oder {}?",
    "Wer will mehr in Brücken investieren, {} oder {}?",
    "Welche Stadt ist größer: {} oder {}?",
    "Ist {} größer als {}?",
    "Hat {} mehr Einwohner als {}?",
    "Hat {} oder {} mehr Einwohner?",
    "Was ist der Unterschied zwischen {} und {}?",
    "Wie unterscheidet sich {} von {}?",
    "Wie groß ist {} im Vergleich zu {}?",
    "Vergleiche {} mit {}.",
    "Which is older, {} or {}?",
    "Is {} larger than {}?",
    "Does {} have more inhabitants than {}?",
    "How does {} differ from {}?",
    "Compare {} and {}.",
)


@given(pair=st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True), template=st.sampled_from(TEMPLATES))
@settings(deadline=None)
def test_each_side_asks_of_its_own_thing_alone(pair: list[str], template: str) -> None:
    language = "de" if TEMPLATES.index(template) < 10 else "en"
    sides = split_comparison(template.format(*pair), language=language)
    assert [side.name for side in sides] == pair
    for side, other in zip(sides, reversed(sides), strict=True):
        assert side.name in side.question
        assert other.name not in side.question
        assert side.question.endswith("?")
        assert "{" not in side.question


@given(question=st.text(max_size=200), language=st.sampled_from(["de", "en"]))
def test_any_text_is_survived(question: str, language: str) -> None:
    assert len(split_comparison(question, language=language)) in (0, 2)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Was ist länger, die Elbe oder die Weser?", "Wie lang ist die Elbe?", "Wie lang ist die Weser?"),
        (
            "Wer will mehr in KI investieren, Alibaba oder Microsoft?",
            "Wie viel will Alibaba in KI investieren?",
            "Wie viel will Microsoft in KI investieren?",
        ),
        (
            "Welche Insel hat mehr Einwohner, Sylt oder Föhr?",
            "Wie viele Einwohner hat Sylt?",
            "Wie viele Einwohner hat Föhr?",
        ),
        (
            "Welche Brücke wurde früher gebaut, die Hansebrücke oder die Marktbrücke?",
            "Wann wurde die Hansebrücke gebaut?",
            "Wann wurde die Marktbrücke gebaut?",
        ),
        ("Ist die Elbe länger als die Weser?", "Wie lang ist die Elbe?", "Wie lang ist die Weser?"),
        ("Was ist teurer, Butter oder Margarine?", "Wie viel kostet Butter?", "Wie viel kostet Margarine?"),
        ("Kostet Butter mehr als Margarine?", "Wie viel kostet Butter?", "Wie viel kostet Margarine?"),
        (
            "Ist in Grauwiek das Brot teurer als in Hollersand?",
            "Wie viel kostet in Grauwiek das Brot?",
            "Wie viel kostet in Hollersand das Brot?",
        ),
        (
            "Ist der Turm in Grauwiek höher als der Turm in Hollersand?",
            "Wie hoch ist der Turm in Grauwiek?",
            "Wie hoch ist der Turm in Hollersand?",
        ),
        ("Which is longer, the Elbe or the Weser?", "How long is the Elbe?", "How long is the Weser?"),
        (
            "Does Leeds have more bridges than York?",
            "How many bridges does Leeds have?",
            "How many bridges does York have?",
        ),
        ("Was ist der Unterschied zwischen Butter und Margarine?", "Butter?", "Margarine?"),
    ],
)
def test_questions_asked_of_each(question: str, first: str, second: str) -> None:
    language = "en" if question.startswith(("Which", "Does")) else "de"
    assert [side.question for side in split_comparison(question, language=language)] == [first, second]


@pytest.mark.parametrize(
    "question",
    [
        "Kamen mehr als 30 Menschen?",
        "Hat Grauwiek mehr als 4.000 Einwohner?",
        "Kamen weniger als die Hälfte der Gäste?",
        "Dauert die Fahrt länger als eine Stunde?",
        "Ist der Preis höher als im Vorjahr?",
        "Stieg der Preis stärker als erwartet?",
        "Fährt der Zug schneller als früher?",
        "Arbeiten in der Firma mehr Frauen als Männer?",
        "Warum ist Grauwiek größer als Hollersand?",
        "Did more than 30 people come?",
        "Wie lang ist die Brücke?",
    ],
)
def test_no_two_things_are_no_comparison(question: str) -> None:
    assert find_pair(question) is None


@pytest.mark.parametrize("text", ["mehr als " + "A" * 1_900, "mehr als " + "Aa " * 600, "größer, " + "oder, " * 300])
def test_long_questions_are_no_trap(text: str) -> None:
    find_pair(text)


def find(text: str, question: str) -> Search:
    """Return a search that found one passage."""
    passage = Passage(Source("a.md", "Inseln"), 0, 0, len(text), text, tuple(split_sentences(text)))
    hit = Hit(passage, 1.0, 0.6, tuple(0.6 for _ in passage.sentences))
    return Search((hit,), KeywordIndex([text]).terms(question), 0.1)


def side_of(name: str, text: str) -> Side:
    """Return a side that asks for inhabitants, and found a text."""
    question = f"Wie viele Einwohner hat {name}?"
    return Side(name, question, find(text, question))


def best_of(name: str, number: int) -> tuple[Side, Candidate | None]:
    """Return a side with the sentence that tells its inhabitants."""
    side = side_of(name, f"{name} hat {number} Einwohner.")
    return side, best_for(side, refuse_below=0.0)


@given(first=st.integers(2, 900), second=st.integers(2, 900))
@settings(deadline=None)
def test_the_figures_decide_and_contradict_what_is_asked_the_other_way_round(first: int, second: int) -> None:
    found = [best_of("Sylt", first), best_of("Föhr", second)]
    more = weigh_sides("Hat Sylt mehr Einwohner als Föhr?", found)
    fewer = weigh_sides("Hat Sylt weniger Einwohner als Föhr?", found)
    if first == second:
        assert more is fewer is None
    else:
        assert (more, fewer) == (("yes", "no") if first > second else ("no", "yes"))


def test_without_a_figure_on_both_sides_nothing_is_decided() -> None:
    side = side_of("Föhr", "Föhr hat viele Strände.")
    missing = [best_of("Sylt", 40), (side, best_for(side, refuse_below=0.0))]
    assert weigh_sides("Hat Sylt mehr Einwohner als Föhr?", missing) is None
    assert weigh_sides("Hat Sylt mehr Einwohner als Föhr?", [best_of("Sylt", 40), (side, None)]) is None


def test_the_best_sentence_for_a_side_names_it() -> None:
    side = side_of("Föhr", "Amrum hat 200 Einwohner. Das Watt ist groß. Föhr hat 800 Einwohner. Es ist still dort.")
    best = best_for(side, refuse_below=0.0)
    assert best is not None
    assert best.text == "Föhr hat 800 Einwohner."
    assert best_for(side, refuse_below=1.01) is None


def test_a_side_that_is_named_nowhere_or_was_not_searched_has_no_sentence() -> None:
    assert best_for(side_of("Föhr", "Amrum hat 200 Einwohner."), refuse_below=0.0) is None
    assert best_for(Side("Föhr", "Föhr?"), refuse_below=0.0) is None


def test_the_sentence_before_and_the_title_name_a_side_too() -> None:
    text = "Föhr ist grün. Dort leben 800 Menschen. Im Sommer ist es warm."
    by_text = {item.text: item for item in rank_sentences("Föhr?", find(text, "Föhr?"))}
    assert names(by_text["Dort leben 800 Menschen."], "Föhr")
    assert not names(by_text["Im Sommer ist es warm."], "Föhr")
    assert names(by_text["Im Sommer ist es warm."], "Inseln")


def test_a_run_of_spaces_is_read_as_one() -> None:
    spaces = " " * 100_000
    question = f"Was ist der Unterschied{spaces}zwischen{spaces}Amrum{spaces}und{spaces}Föhr{spaces}?"
    assert find_pair(question) == find_pair(" ".join(question.split()))
    assert find_pair(f"Wer ist größer,{spaces}") is None
