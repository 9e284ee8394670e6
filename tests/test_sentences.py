"""Sentences: disjoint, in order, nothing lost; quotable only what is a sentence."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.sentences import find_blocks, guess_language, split_sentences

FRAGMENTS = (
    "Die Stadt baut ein Bad.", "Am 3. Oktober ist es fertig!", "Wer zahlt das?", "# Überschrift", "- Punkt eins",
    "| a | b |", "> Zitat", "24.02.2025", "im 19.", "Jahrhundert", "[Erklärung nötig]", "[1]", "„", "“", "(", ")",
    "z. B.", "Ende.Dann", "...", "😀", "שלום.", "\x00", "\u2028", "wort " * 14, "a" * 70, "und weiter", "www.Bad.De",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", "\n", "\n\n"])), max_size=20).map(
        lambda pairs: "".join(fragment + gap for fragment, gap in pairs)
    ),
)


def quotes(text):
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def quotable(text):
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text) if sentence.quotable]


@settings(max_examples=150, deadline=None)
@given(texts)
def test_sentences_are_disjoint_in_order_and_cover_all_but_white_space(text):
    position = 0
    for sentence in split_sentences(text):
        assert position <= sentence.start < sentence.end
        assert not text[position : sentence.start].strip()
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip()
        position = sentence.end
    assert not text[position:].strip()


@settings(max_examples=100, deadline=None)
@given(texts)
def test_no_sentence_crosses_a_block(text):
    blocks = iter(find_blocks(text))
    block = None
    for sentence in split_sentences(text):
        while block is None or sentence.start >= block.end:
            block = next(blocks)
        assert block.start <= sentence.start
        assert sentence.end <= block.end


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["Die Stadt baut ein Bad.", "Wer zahlt das?", "Das Amt freut sich!"]), min_size=1))
def test_plain_sentences_come_back_as_they_went_in(sentences):
    assert quotes(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Im 19. Jahrhundert war das anders.", id="century"),
        pytest.param("Der 2. Weltkrieg zerstörte den Hafen.", id="ordinal noun"),
        pytest.param("Am 3. Oktober 1990 wurde gefeiert.", id="month"),
        pytest.param("Zum 1. Mal gewann der Verein.", id="first time"),
        pytest.param("Im 18. und 19. Jahrhundert wuchs der Ort.", id="two ordinals"),
        pytest.param("Beim 3. Anlauf gelang der Start.", id="ordinal after preposition"),
        pytest.param("Der 1. FC Musterstadt stieg auf.", id="club"),
        pytest.param("Das gilt z. B. für Bremen, d. h. nicht überall.", id="spaced abbreviations"),
        pytest.param("Er kam inkl. Gepäck nach St. Pauli.", id="abbreviations before nouns"),
        pytest.param("Die Muster GmbH & Co. KG zahlte 5 Mio. Euro.", id="company and amount"),
        pytest.param("Das ist unklar.[Erklärung nötig]", id="wiki marker"),
        pytest.param("Mehr steht auf www.Hafen.De und a@Hafen.De zu lesen.", id="addresses"),
        pytest.param("„Warum?“, fragte die Stadt.", id="question in quotes"),
        pytest.param("Mr. Example moved to the U.S. in 1990.", id="English title and country"),
        pytest.param("They sell fruit, e.g. apples, to Dr. Johnson.", id="English abbreviations"),
    ],
)
def test_one_sentence_stays_one(sentence):
    assert quotes(sentence) == [sentence]
    assert quotes(sentence + " Und so weiter geht es.")[0] == sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Es ist so.[1] Dann kam es anders.", ["Es ist so.[1]", "Dann kam es anders."], id="footnote"),
        pytest.param(
            "Es ist so. [Erklärung nötig] Dann kam es.", ["Es ist so. [Erklärung nötig]", "Dann kam es."], id="marker"
        ),
        pytest.param("Er wurde nur 50. Danach kam nichts.", ["Er wurde nur 50.", "Danach kam nichts."], id="number"),
        pytest.param(
            "Der Ausbau ging zu Ende.Danach war Ruhe.", ["Der Ausbau ging zu Ende.", "Danach war Ruhe."], id="glued"
        ),
        pytest.param("Das ist neu. Und so. )", ["Das ist neu.", "Und so. )"], id="stray bracket"),
        pytest.param(
            "Das erste Bad der Stadt öffnet morgen früh um acht Uhr.\nDas zweite Bad der Stadt öffnet ein Jahr danach.",
            [
                "Das erste Bad der Stadt öffnet morgen früh um acht Uhr.",
                "Das zweite Bad der Stadt öffnet ein Jahr danach.",
            ],
            id="lines of one sentence",
        ),
        pytest.param(
            "Sales rose in the U.S. The rest fell.", ["Sales rose in the U.S.", "The rest fell."], id="English"
        ),
        pytest.param("Eine Zeile\nNoch eine Zeile", ["Eine Zeile", "Noch eine Zeile"], id="short lines"),
        pytest.param("Das Bad ist\nneu.", ["Das Bad ist\nneu."], id="lower case goes on"),
        pytest.param("Das Bad ist\n\nneu.", ["Das Bad ist", "neu."], id="blank line ends"),
        pytest.param("- Eins ist da\n- Zwei auch", ["- Eins ist da", "- Zwei auch"], id="items"),
        pytest.param("# Titel\nText steht hier.", ["# Titel", "Text steht hier."], id="heading"),
    ],
)
def test_where_sentences_end(text, expected):
    assert quotes(text) == expected


def test_a_hard_wrapped_paragraph_is_one_block():
    text = (
        "Der Hafen von Musterstadt wächst seit vielen Jahren, und das Amt\n"
        "Musterstadt meldet für das vergangene Jahr mehr als siebzig Mio.\n"
        "Tonnen Umschlag. Das war im vergangenen Jahrhundert noch anders."
    )
    assert len(find_blocks(text)) == 1
    assert len(quotes(text)) == 2


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("# Der Hafen wächst.", id="heading"),
        pytest.param("Hafen: Ein neues Bad für die Stadt", id="headline"),
        pytest.param("Bekommt die Stadt ein neues Bad?", id="headline as a question"),
        pytest.param("24.02.2025", id="date"),
        pytest.param("Stand: 24. Februar 2025.", id="date with label"),
        pytest.param("Von der Redaktion", id="byline"),
        pytest.param("Foto: Stadtarchiv.", id="credit"),
        pytest.param("https://example.org/bad", id="address"),
        pytest.param("- Mehl", id="short item"),
        pytest.param("| Jahr | Tonnen |", id="table row"),
        pytest.param("***", id="rule"),
        pytest.param("x" * 500, id="long word"),
    ],
)
def test_what_is_no_sentence_is_not_quotable(line):
    assert quotable(f"{line}\n\nDas Bad ist neu.") == ["Das Bad ist neu."]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("- Mehl und Wasser und Salz", id="long item"),
        pytest.param("Das Bad ist neu. Es kostet viel Geld", id="last full stop forgotten"),
        pytest.param("Die Stadt baut ein Bad " + "und noch eines " * 10 + "am Fluss", id="long loose sentence"),
        pytest.param("Für den Teig braucht man:\n- Mehl und Wasser und Salz", id="introduces a list"),
        pytest.param("> Das Bad ist neu.", id="quoted line"),
        pytest.param("النص هنا قصير؟ نعم هو كذلك.", id="right to left"),
    ],
)
def test_what_speaks_is_quotable(block):
    assert quotable(block) == quotes(block)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many employees does SAP have?", "en"),
        ("Wie viele Mitarbeiter hat SAP?", "de"),
        ("When was the harbour founded?", "en"),
        ("Was kostet das Bad?", "de"),
        ("Why?", "en"),
        ("Warum?", "de"),
        ("And the harbour?", "en"),
        ("Und der Hafen?", "de"),
        ("", "de"),
        ("2024", "de"),
        ("SAP Hamburg", "de"),
    ],
)
def test_language_of_questions(text, language):
    assert guess_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 100_000, id="one word"),
        pytest.param("\n" * 10_000, id="newlines"),
        pytest.param("# x\n" * 10_000, id="headings"),
        pytest.param("„" * 50_000, id="unpaired quotation marks"),
        pytest.param("inkl. Frau " * 10_000, id="no ends"),
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param("Ja. " * 10_000, id="tiny sentences"),
        pytest.param("\x00\ud800" * 10_000, id="no characters"),
    ],
)
def test_hostile_texts_take_no_time(text):
    start = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - start < 8  # well below a second on an idle machine


def test_a_credit_is_told_at_once_from_a_line_with_a_long_address():
    credit, line = (
        "Foto: Clara Schumann / Agentur",
        f"Foto: https://example.org/{'a' * 20_000} zeigt das neue Bad am Fluss im Mai.",
    )
    assert [item.quotable for item in split_sentences(credit)] == [False]
    assert [item.quotable for item in split_sentences(line)] == [True], "with 300 letters it took minutes"
