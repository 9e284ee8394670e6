"""The words around the quotes: the same in both languages, and recognised again."""

from datetime import date
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.notes import KINDS
from assistant.phrases import MONTHS, PHRASES, Language, describe, enumerate_words, is_phrase, phrase, write_date
from vectorstore import Source

LANGUAGES: tuple[Language, ...] = ("de", "en")
KEYS = sorted(PHRASES["de"])


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders of a phrase."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_phrase_exists_in_both_languages() -> None:
    assert set(PHRASES["de"]) == set(PHRASES["en"])


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_have_the_same_placeholders_and_other_words(key: str) -> None:
    assert placeholders(PHRASES["de"][key]) == placeholders(PHRASES["en"][key])
    assert PHRASES["de"][key] != PHRASES["en"][key]


@given(key=st.sampled_from(KEYS), language=st.sampled_from(LANGUAGES), value=st.text(max_size=40))
def test_a_filled_phrase_holds_its_values_and_is_recognised(key: str, language: Language, value: str) -> None:
    names = placeholders(PHRASES[language][key])
    said = phrase(key, language, **dict.fromkeys(names, value))
    assert said.count(value) >= len(names)
    assert is_phrase(said, key)
    assert not is_phrase(f"{said} Und noch etwas?", key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_not_taken_for_one_of_another_kind(language: Language) -> None:
    for kind in KINDS:
        said = phrase(kind, language, **dict.fromkeys(placeholders(PHRASES[language][kind]), "2 Euro"))
        assert [other for other in KINDS if is_phrase(said, other)] == [kind]


def test_an_unknown_phrase_or_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrase("farewell", "de")
    with pytest.raises(KeyError):
        phrase("half a comparison", "en")


def test_a_sentence_is_no_phrase() -> None:
    assert is_phrase("Ja.", "yes")
    assert is_phrase("Yes.", "yes")
    assert not is_phrase("Ja, gewiss.", "yes")
    assert not is_phrase("Nein.", "yes")


@given(words=st.lists(st.text(alphabet="abcäöü", min_size=1, max_size=6), max_size=6))
def test_words_are_enumerated_in_order(words: list[str]) -> None:
    for language, last in (("de", " und "), ("en", " and ")):
        said = enumerate_words(words, language)
        assert said.replace(last, ", ") == ", ".join(words)
        assert said.count(last) == (len(words) > 1)


@given(day=st.dates())
def test_a_date_names_its_parts(day: date) -> None:
    for language in LANGUAGES:
        written_day, month, year = write_date(day, language).split()
        assert (int(written_day.rstrip(".")), int(year)) == (day.day, day.year)
        assert MONTHS[language].index(month) + 1 == day.month


def test_dates_are_written_as_the_language_does() -> None:
    assert write_date(date(2025, 2, 24), "de") == "24. Februar 2025"
    assert write_date(date(2025, 2, 24), "en") == "24 February 2025"


@pytest.mark.parametrize(
    ("source", "german", "english"),
    [
        (Source("a.md", "Turm"), "„Turm“", "“Turm”"),
        (Source("a.md", "Turm", publisher="Marktbericht"), "„Turm“ (Marktbericht)", "“Turm” (Marktbericht)"),
        (
            Source("a.md", "Turm", published=date(2025, 2, 24), publisher="Marktbericht"),
            "„Turm“ (Marktbericht, 24. Februar 2025)",
            "“Turm” (Marktbericht, 24 February 2025)",
        ),
        (Source("a.md", "Turm", published=date(2025, 2, 24)), "„Turm“ (24. Februar 2025)", "“Turm” (24 February 2025)"),
    ],
)
def test_an_article_is_described_as_far_as_it_tells(source: Source, german: str, english: str) -> None:
    assert describe(source, "de") == german
    assert describe(source, "en") == english
