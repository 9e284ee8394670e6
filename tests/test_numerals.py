"""Numbers alike however they are written, and only where it is safe; words as they are, umlauts kept."""

import string
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.numerals import find_numbers, multiply_scales, tokenize

PLAIN_WORD = st.text(alphabet=string.ascii_letters + "äöüÄÖÜß", min_size=1, max_size=10)


def values(text: str) -> tuple[str, ...]:
    """Return the tokens of a text, scales multiplied out."""
    return multiply_scales(tokenize(text))


@given(number=st.integers(min_value=0, max_value=10**6 - 1))
@example(number=0)
@example(number=1000)
@example(number=100_000)
@settings(deadline=None)
def test_german_grouping_is_the_plain_number(number: int) -> None:
    assert tokenize(f"{number:,}".replace(",", ".")) == (str(number),)


@given(number=st.integers(min_value=10**6, max_value=10**15))
@settings(deadline=None)
def test_english_grouping_of_millions_is_the_plain_number(number: int) -> None:
    assert tokenize(f"{number:,}") == (str(number),)


@given(number=st.integers(min_value=1000, max_value=10**12), sign=st.sampled_from(".'’\u202f\u00a0"))
@settings(deadline=None)
def test_every_sign_between_thousands_gives_the_same_number(number: int, sign: str) -> None:
    assert tokenize(f"{number:,}".replace(",", sign)) == (str(number),)


@given(whole=st.integers(0, 10**6), tenths=st.integers(0, 9), point=st.sampled_from(",."))
@settings(deadline=None)
def test_one_decimal_means_the_same_with_comma_and_point(whole: int, tenths: int, point: str) -> None:
    assert tokenize(f"{whole}{point}{tenths}") == (f"{whole}.{tenths}" if tenths else str(whole),)


@given(
    number=st.integers(0, 999),
    scale=st.sampled_from(
        [
            ("Hundert", 100),
            ("Tausend", 1000),
            ("thousand", 1000),
            ("Mio.", 10**6),
            ("Millionen", 10**6),
            ("million", 10**6),
            ("Mrd.", 10**9),
            ("Milliarden", 10**9),
        ]
    ),
)
@settings(deadline=None)
def test_number_and_scale_are_their_product(number: int, scale: tuple[str, int]) -> None:
    word, factor = scale
    assert values(f"{number} {word}") == (str(number * factor),)


@given(number=st.integers(0, 999), word=st.sampled_from(["Billionen", "Trillionen", "trillion", "Billiarde"]))
@settings(deadline=None)
def test_scales_that_two_languages_count_differently_are_left_alone(number: int, word: str) -> None:
    assert values(f"{number} {word}") == (str(number), word.lower())


@pytest.mark.parametrize("text", ["1 Billion", "2 billion", "one billion people", "drei billions"])
def test_billion_is_no_number_in_the_singular_either(text: str) -> None:
    assert not {"1000000000000", "1000000000"} & find_numbers(text)
    assert any(token.startswith("billion") for token in values(text))


@given(words=st.lists(PLAIN_WORD, min_size=1, max_size=8))
@settings(deadline=None)
def test_tokens_of_joined_tokens_are_the_same(words: list[str]) -> None:
    tokens = tokenize(" ".join(words))
    assert tokenize(" ".join(tokens)) == tokens


@given(text=st.text())
@example(text="²³ ½ ٣,٥ Ⅳ 1² \u0308 a\u0308-b 1.2.3 .5 5. ,, 1,,2 -- ’’ 1’")
@settings(deadline=None)
def test_no_text_is_too_odd(text: str) -> None:
    tokens = tokenize(text)
    assert all(tokens)
    assert all(multiply_scales(tokens))
    assert all(number[0].isdigit() for number in find_numbers(text))


@given(text=st.text())
@example(text="Die Größe der Bäche übertraf alles Öffentliche")
@settings(deadline=None)
def test_umlauts_count_however_they_are_stored(text: str) -> None:
    assert tokenize(unicodedata.normalize("NFD", text)) == tokenize(unicodedata.normalize("NFC", text))


@given(text=st.text(alphabet=string.ascii_letters + string.digits + "äöüß .,-%"))
@settings(deadline=None)
def test_case_does_not_count(text: str) -> None:
    assert tokenize(text.upper()) == tokenize(text.lower())


def test_umlauts_are_kept() -> None:
    assert tokenize("Schöne Bäume über Tübingen") == ("schöne", "bäume", "über", "tübingen")
    assert tokenize("schwül") != tokenize("schwul")


@pytest.mark.parametrize("text", ["5.000", "5000", "fünftausend", "Fünftausend", "5 Tausend", "5'000", "five thousand"])
def test_five_thousand_in_every_writing(text: str) -> None:
    assert values(text) == ("5000",)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2,5 Millionen", "2.500.000"),
        ("2.5 million", "2,500,000"),
        ("380 Mrd.", "380 Milliarden"),
        ("zwölf", "12"),
        ("einundzwanzig", "twenty-one"),
        ("dreißig", "DREISSIG"),
        ("1,50", "1,5"),
        ("1.234,50", "1,234.50"),
        ("10,0", "10"),
        ("8 %", "8 Prozent"),
        ("8 percent", "acht Prozent"),
        ("4 €", "4 Euro"),
        ("hundert Tage", "100 Tage"),
        ("zweihundert", "2 hundert"),
    ],
)
def test_the_same_number_in_two_writings(text: str, same: str) -> None:
    assert values(text) == values(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [("1,234", "1234"), ("1,234", "1.234"), ("5.000", "5,0"), ("2,5", "25"), ("1.5", "1.500"), ("8 %", "8")],
)
def test_different_numbers_stay_different(text: str, other: str) -> None:
    assert values(text) != values(other)


@pytest.mark.parametrize(("fraction", "number"), [("0,500", "500"), ("0.001", "1"), ("0.125", "125")])
def test_fraction_below_one_is_no_thousands_group(fraction: str, number: str) -> None:
    assert values(fraction) != values(number)


@pytest.mark.parametrize("text", ["1,234", "12,345", "10.03.2024", "1.2.3", "192.168.0.1"])
def test_what_could_mean_two_things_stays_as_written(text: str) -> None:
    assert tokenize(text) == (text,)


@pytest.mark.parametrize(
    "word", ["fünfte", "dritter", "second", "third", "ein", "eine", "one", "a", "Million", "Zwanziger"]
)
def test_ordinals_articles_and_bare_scales_are_words(word: str) -> None:
    assert tokenize(word) == (word.casefold(),)
    assert find_numbers(word) == frozenset()


def test_millions_of_something_are_no_number() -> None:
    assert find_numbers("Millionen von Menschen") == frozenset()
    assert values("Millionen von Menschen") == ("millionen", "von", "menschen")


def test_hyphenated_words_are_split_and_number_words_in_them_count() -> None:
    assert tokenize("Baden-Württemberg") == ("baden", "württemberg")
    assert tokenize("fünf-jährig") == tokenize("5-jährig") == ("5", "jährig")


def test_punctuation_leaves_nothing() -> None:
    assert tokenize("„Ja“, sagte sie – (leise): „Ja …“!") == ("ja", "sagte", "sie", "leise", "ja")
    assert tokenize(" .,;:!?… –—_") == ()


def test_numbers_before_a_scale_are_found_multiplied() -> None:
    assert find_numbers("Es kostete 2,5 Millionen Euro und dauerte 3 Jahre.") == {"2500000", "3"}


def test_scale_behind_a_word_does_not_multiply_the_number_before_the_word() -> None:
    assert values("3 Tage und tausend Nächte") == ("3", "tage", "und", "1000", "nächte")
