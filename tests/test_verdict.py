"""Yes or no: whether a sentence affirms or denies what is asked, and where it leaves that open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.verdict import contradicts_names, decide, is_negated, says_opposite

AFFIRMED = (
    ("Ist die Brücke aus Holz?", "Die Brücke ist aus Holz."),
    ("Stimmt es, dass die Brücke aus Holz ist?", "Die Brücke ist aus Holz."),
    ("Hat Grauwiek keine Oper?", "Grauwiek hat keine Oper."),
    ("Wurde niemand verletzt?", "Niemand wurde verletzt."),
    ("Ist der Preis gestiegen?", "Der Preis stieg um 8 Prozent."),
    ("Ist das Freibad offen?", "Das Freibad ist nicht geschlossen."),
    ("Sank der Preis?", "Der Preis fiel um 3 Prozent."),
    ("Steigt der Preis?", "Im Fall von Roggenbrot steigt der Preis."),
    ("Sind die Preise gestiegen?", "Die Preise sind gestiegen, die Löhne sind gesunken."),
    ("Wurde die Brücke 2021 eröffnet?", "Die Brücke wurde im Mai 2021 eröffnet."),
    ("Kostet das Brot 4 Euro?", "Das Brot kostet vier Euro."),
    ("Arbeiten 5000 Menschen dort?", "Dort arbeiten 5.000 Menschen."),
    ("Ist das Brot teurer geworden?", "Das Brot ist nicht nur teurer, sondern auch kleiner geworden."),
    ("Hat die Stadt den Plan abgelehnt?", "Die Stadt lehnte den Plan ab."),
    ("Gab es vor dem Bau Proteste?", "Nach Angaben der Polizei gab es Proteste gegen den Bau."),
    ("Schrieb Goethe den Faust?", "Den Faust schrieb Johann Wolfgang von Goethe."),
    ("Stieg der Preis um mehr als 5 Prozent?", "Der Preis stieg um 8 %."),
    ("Wurden mehr als 30 Menschen verletzt?", "Mehr als 30 Menschen wurden verletzt."),
    ("Is the bridge made of wood?", "The bridge is made of wood."),
    ("Is it true that Leeds has a river?", "Leeds has a river."),
    ("Did prices rise?", "Prices rose in the fall."),
)
DENIED = (
    ("Ist die Brücke aus Holz?", "Die Brücke ist nicht aus Holz."),
    ("Stimmt es, dass die Brücke aus Holz ist?", "Die Brücke ist nicht aus Holz."),
    ("Hat Grauwiek eine Oper?", "Grauwiek hat keine Oper."),
    ("Hat Grauwiek keine Oper?", "Grauwiek hat eine Oper."),
    ("Wurde jemand verletzt?", "Niemand wurde verletzt."),
    ("Ist der Preis gesunken?", "Der Preis stieg um 8 Prozent."),
    ("Fällt der Preis?", "Der Preis steigt."),
    ("Wurde die Brücke 2019 eröffnet?", "Die Brücke wurde 2021 eröffnet."),
    ("Kommt der Zug aus Bremen?", "Der Zug kommt aus Lübeck."),
    ("Schrieb Goethe den Tell?", "Den Tell schrieb Friedrich Schiller."),
    ("Liegt der Hafen im Norden?", "Der Hafen liegt im Süden der Stadt."),
    ("Ist das Freibad offen?", "Das Freibad ist geschlossen."),
    ("Hat der Verein das Spiel gewonnen?", "Der Verein verlor das Spiel."),
    ("Hat die Firma Gewinn gemacht?", "Die Firma hat Verlust gemacht."),
    ("Kaufte die Firma das Werk?", "Die Firma verkaufte das Werk."),
    ("Hat die Stadt dem Plan zugestimmt?", "Die Stadt lehnt den Plan ab."),
    ("Ist Rauchen erlaubt?", "Rauchen ist verboten."),
    ("Wurden mehr als 30 Menschen verletzt?", "Weniger als 30 Menschen wurden verletzt."),
    ("Is the bridge made of wood?", "The bridge isn't made of wood."),
    ("Did prices fall?", "Prices rose by 8 percent."),
    ("Did the club win?", "The club lost."),
    ("Was the plan approved?", "The council rejected the plan."),
)
OPEN = (
    ("Wird die Brücke gesperrt?", "Es ist unklar, ob die Brücke gesperrt wird."),
    ("Wird die Brücke gesperrt?", "Noch ist offen, ob die Brücke gesperrt wird."),
    ("Wurden mehr als 30 Menschen verletzt?", "Viele Menschen wurden verletzt."),
    ("Wurden mehr als 30 Menschen verletzt?", "Mehr als 20 Menschen wurden verletzt."),
    ("Kostet das Brot mehr als 3 Euro?", "Im Jahr 2024 war das Brot teuer."),
    ("Will the bridge close?", "It remains to be seen whether the bridge will close."),
    ("Will the bridge close?", "It is unclear if the bridge will close."),
)
STATEMENTS = tuple(sentence for _, sentence in (*AFFIRMED, *DENIED))
WORDS = {2: "zwei", 3: "drei", 5: "fünf", 12: "zwölf", 20: "zwanzig"}


@given(asked=st.integers(2, 3000), told=st.integers(2, 3000))
@settings(deadline=None)
def test_a_number_is_affirmed_by_itself_alone(asked: int, told: int) -> None:
    sentence = f"Das Haus hat {told} Fenster."
    assert decide(f"Hat das Haus {asked} Fenster?", sentence, sentence) == ("yes" if asked == told else "no")


@given(asked=st.sampled_from([*WORDS]), told=st.sampled_from([*WORDS]))
@settings(deadline=None)
def test_numbers_count_by_value_however_they_are_written(asked: int, told: int) -> None:
    sentence = f"Das Haus hat {WORDS[told]} Fenster."
    assert decide(f"Hat das Haus {asked} Fenster?", sentence, sentence) == ("yes" if asked == told else "no")


@given(limit=st.integers(2, 3000), told=st.integers(2, 3000))
@settings(deadline=None)
def test_a_number_is_held_against_a_limit(limit: int, told: int) -> None:
    if limit == told:
        return
    for language, sentence in (("de", f"Das Haus hat {told} Fenster."), ("en", f"The house has {told} windows.")):
        more = {"de": f"Hat das Haus mehr als {limit} Fenster?", "en": f"Does the house have over {limit} windows?"}
        less = {"de": f"Hat das Haus weniger als {limit} Fenster?", "en": f"Does the house have under {limit} windows?"}
        assert decide(more[language], sentence, sentence) == ("yes" if told > limit else "no")
        assert decide(less[language], sentence, sentence) == ("yes" if told < limit else "no")


@pytest.mark.parametrize("sentence", STATEMENTS)
def test_what_a_sentence_says_itself_it_affirms(sentence: str) -> None:
    assert decide(sentence, sentence, sentence) == "yes"


@given(question=st.text(max_size=100), sentence=st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_survived(question: str, sentence: str) -> None:
    assert decide(question, sentence, sentence) in ("yes", "no", None)


@pytest.mark.parametrize(("question", "sentence"), AFFIRMED)
def test_yes(question: str, sentence: str) -> None:
    assert decide(question, sentence, sentence) == "yes"


@pytest.mark.parametrize(("question", "sentence"), DENIED)
def test_no(question: str, sentence: str) -> None:
    assert decide(question, sentence, sentence) == "no"


@pytest.mark.parametrize(("question", "sentence"), OPEN)
def test_left_open(question: str, sentence: str) -> None:
    assert decide(question, sentence, sentence) is None


def test_what_stands_around_the_sentence_counts() -> None:
    question, sentence = "Hat die Brücke in Grauwiek drei Bögen?", "Sie hat Bögen aus Stein."
    assert decide(question, sentence, f"Die Brücke in Grauwiek hat drei Bögen. {sentence}") == "yes"
    assert decide(question, sentence, sentence) == "no"


@pytest.mark.parametrize(
    "text",
    ["Das Brot ist nicht frisch.", "Es gibt kein Brot.", "Brot fehlt.", "There is no bread.", "They don't bake."],
)
def test_negations_are_seen(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "Das Brot ist frisch.",
        "Das Brot ist nicht nur frisch.",
        "Kein Brot ist nicht frisch.",
        "Die Note ist gut.",
        "Der Kanal ist tief.",
        "The knot is tight.",
    ],
)
def test_what_is_not_negated_raises_no_alarm(text: str) -> None:
    assert not is_negated(text)


def test_opposites_count_where_only_one_side_has_them() -> None:
    assert says_opposite("Ist der Turm größer?", "Der Turm ist kleiner.")
    assert says_opposite("Ist der Turm kleiner?", "Der Turm ist größer.")
    assert not says_opposite("Ist der Turm größer?", "Der Turm ist größer als das kleinere Haus.")
    assert not says_opposite("Ist der Turm größer oder kleiner?", "Der Turm ist kleiner.")
    assert not says_opposite("Ist der Turm rot?", "Der Turm ist kleiner.")


def test_another_name_contradicts_a_common_noun_does_not() -> None:
    told = "Der Zug kommt aus Lübeck."
    assert contradicts_names("Kommt der Zug aus Bremen?", told, told)
    assert not contradicts_names("Kommt der Zug aus Lübeck?", told, told)
    assert not contradicts_names("Kommt der Zug mit Verspätung?", told, told)
    assert not contradicts_names("Kommt der Zug aus Bremen?", told, f"Bremen im Mai. {told}")
    assert not contradicts_names("Kommt der Zug aus Bremen?", "Der Zug kommt spät.", "Der Zug kommt spät.")


def test_a_name_is_found_in_another_form() -> None:
    told = "Die Lübecker fahren mit der Bahn nach Hamburg."
    assert not contradicts_names("Fährt die Bahn in Lübeck nach Hamburg?", told, told)
