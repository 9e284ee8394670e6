"""The span that answers: verbatim, with unit and qualification; none rather than a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.highlight import find_highlight, widen_figure, widen_to_words


@pytest.mark.parametrize(
    ("question", "quote", "span"),
    [
        ("Wie lang ist die Strecke?", "Die neue Strecke ist 84 Kilometer lang.", "84 Kilometer"),
        ("Was kostet der Bau?", "Der Bau kostete rund 1,2 Milliarden Euro.", "rund 1,2 Milliarden Euro"),
        ("Wie viele Züge fahren am Tag?", "Täglich fahren 14 Züge mit 3.200 Reisenden.", "14 Züge"),
        ("Um wie viel Prozent stieg der Preis?", "Er stieg auf 4,10 Euro, also um 8 %.", "8 %"),
        ("Wie viele Arten gibt es?", "Bekannt sind mehr als zwölf Arten.", "mehr als zwölf Arten"),
        ("How many trains run?", "About 14 trains run each day.", "14"),
        ("Wann wurde sie eröffnet?", "Die Strecke wurde im Oktober 2023 eröffnet.", "Oktober 2023"),
        ("Wann kam es heraus?", "Es kam am 3. März 2021 heraus.", "3. März 2021"),
        ("Wann begann der Bau?", "Der Bau begann Anfang 2019.", "Anfang 2019"),
        ("Wer schrieb die Oper?", "Die Oper schrieb der taube Ludwig van Beethoven.", "Ludwig van Beethoven"),
        ("Was raten Fachleute?", "Fachleute raten, Abstand zu halten.", None),
        ("Wer kam?", "Es kam niemand.", None),
        ("Wie viele Bäume?", "Eine Antwort gibt es nicht.", None),
    ],
)
def test_span(question: str, quote: str, span: str | None) -> None:
    assert find_highlight(quote, question) == span


@pytest.mark.parametrize(
    ("quote", "span", "wider"),
    [
        ("Der Bau kostete rund 1,2 Milliarden Euro.", "1,2 Milliarden", "rund 1,2 Milliarden Euro"),
        ("Bekannt sind mehr als zwölf Arten.", "zwölf", "mehr als zwölf Arten"),
        ("Er stieg um 8 % auf 4,10 Euro.", "4,10", "4,10 Euro"),
        ("Es kamen 12 Münchener nach Ulm.", "Münchener", "Münchener"),
        ("Es kamen 12 Münchener nach Ulm.", "12 Münchener nach Ulm", "12 Münchener nach Ulm"),
        ("Im Oktober 2023 wurde sie eröffnet.", "Oktober 2023", "Oktober 2023"),
    ],
)
def test_a_figure_is_widened_by_its_qualification_and_unit(quote: str, span: str, wider: str) -> None:
    start, end = widen_figure(quote, quote.index(span), quote.index(span) + len(span))
    assert quote[start:end] == wider


@given(st.text(max_size=200), st.data())
def test_widening_never_narrows(quote: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(quote)))
    end = data.draw(st.integers(start, len(quote)))
    low, high = widen_figure(quote, start, end)
    assert 0 <= low <= start <= end <= high <= len(quote)


def test_what_the_question_says_is_no_answer() -> None:
    assert find_highlight("Im Jahr 2023 geschah das.", "Wann im Jahr 2023 geschah das?") != "2023"


@given(
    st.text(max_size=400), st.sampled_from(["Wie viele Wale?", "Wann?", "Wer?", "Warum?", "Was?", "Anteil in Prozent?"])
)
def test_span_is_verbatim(quote: str, question: str) -> None:
    span = find_highlight(quote, question)
    assert span is None or (span and span in quote)


@given(st.text(alphabet="aZ ä5.-", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_span_is_widened_to_whole_words_and_no_further(quote: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(quote)), min(other, len(quote))))
    first, last = widen_to_words(quote, start, end)
    assert first <= start <= end <= last
    assert quote[first:start].isalnum() or first == start
    assert quote[end:last].isalnum() or last == end
    if start < end:
        assert not (first and quote[first - 1].isalnum() and quote[first].isalnum())
        assert not (last < len(quote) and quote[last - 1].isalnum() and quote[last].isalnum())
