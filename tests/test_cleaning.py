"""Cleaning: what is not the article goes out, everything else stays, and a second time changes nothing."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.cleaning import clean, normalise

FIRST = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag mitgeteilt hat. Es soll im Herbst öffnen."
SECOND = "Das alte Bad war vor vier Jahren geschlossen worden, weil das Dach nicht mehr sicher war."
ARTICLE = f"{FIRST}\n\n{SECOND}"
COMMENT = "Also ich finde das gut. Auf https://example.org/bad habe ich mehr gelesen. Mal schauen."
ADVERTISEMENT = """- Anzeige -

Baden: Kaufen oder mieten? Die Antwort:

Sollten Sie kaufen? Im Gratis-Heft erfahren Sie mehr.

Hier geht es weiter..."""
LINKS = "Quellen\n- https://example.org/a\n- https://example.org/b"
FRAGMENTS = (
    FIRST, SECOND, COMMENT, LINKS, "Anzeige", "- Werbung -", "Jetzt sichern!", "Lesen Sie mehr:",
    "Hier geht es weiter...", "Antworten", "Eine Schlagzeile", "18/09/2025Noch eine Schlagzeile", "https://example.org",
    "# Titel", "- Punkt", "„Ich komme“, hieß es.", "Quellen", "24.02.2025", "\r", "\x00", "\u0308", "😀", "שלום.",
)  # fmt: skip
pages = st.one_of(
    st.text(max_size=200),
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", "\n", "\n\n"])), max_size=15).map(
        lambda pairs: "".join(fragment + gap for fragment, gap in pairs)
    ),
)
words = st.sampled_from(
    ["Bad", "Fluss", "Stadt", "Amt", "Dach", "Herbst", "und", "neu", "alt", "am", "im", "der", "die"]
)
prose = st.lists(
    st.lists(words, min_size=4, max_size=30).map(lambda line: " ".join(line) + "."), min_size=1, max_size=8
)


@settings(max_examples=200, deadline=None)
@given(pages)
def test_cleaning_twice_is_cleaning_once(page):
    text, _ = clean(page)
    assert clean(text) == (text, ())


@settings(max_examples=150, deadline=None)
@given(pages)
def test_what_stays_is_lines_of_the_page_or_their_ends_in_order(page):
    lines = iter(normalise(page).split("\n"))
    for line in clean(page)[0].split("\n"):
        if line:
            assert any(original.endswith(line) for original in lines)


@settings(max_examples=50, deadline=None)
@given(prose, st.sampled_from(["\n", "\n\n"]))
def test_prose_is_left_alone(paragraphs, gap):
    assert clean(gap.join(paragraphs)) == (gap.join(paragraphs), ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_normalised_text_stays_as_it_is(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("\ufeffBad\r\nFluss\rStadt", "Bad\nFluss\nStadt", id="mark and newlines"),
        pytest.param("Bad  \t\nFluss ", "Bad\nFluss", id="trailing spaces"),
        pytest.param("Ba\x00d\x07", "Bad", id="control characters"),
        pytest.param("Flu\u00adss", "Fluss", id="soft hyphen"),
        pytest.param("u\u0308ber", "über", id="composed"),
        pytest.param("Bad\n\n\n\n\nFluss", "Bad\n\nFluss", id="blank lines"),
        pytest.param("Bad\u2028Fluss", "Bad\nFluss", id="line separator"),
        pytest.param("Bad\n\tFluss", "Bad\n\tFluss", id="tabs stay"),
    ],
)
def test_normalising(before, after):
    assert normalise(before) == after


@pytest.mark.parametrize(
    ("page", "removed"),
    [
        pytest.param(
            f"Brücke am Hafen gesperrt\n18/09/2025Neuer Fahrplan für die Stadt\n18/09/2025{ARTICLE}",
            ("Brücke am Hafen gesperrt\n18/09/2025", "Neuer Fahrplan für die Stadt\n18/09/2025"),
            id="two teasers",
        ),
        pytest.param(f"Brücke gesperrt\n18.09.2025{ARTICLE}", ("Brücke gesperrt\n18.09.2025",), id="German date"),
        pytest.param(
            f"{FIRST}\n\nAnzeige\n\nSollten Sie jetzt ein Bad kaufen?\n\n{SECOND}",
            ("Anzeige\n\nSollten Sie jetzt ein Bad kaufen?",),
            id="advertisement between paragraphs",
        ),
        pytest.param(
            f"{ARTICLE}\n\n{ADVERTISEMENT}",
            (ADVERTISEMENT,),
            id="advertisement to the end",
        ),
        pytest.param(
            f"{FIRST}\n\nSponsored\n\nBuy now and save!\n\n{SECOND}", ("Sponsored\n\nBuy now and save!",), id="English"
        ),
        pytest.param(f"{FIRST}\n\nAnzeige\n\n# Wasser\n\n{SECOND}", ("Anzeige",), id="label before a heading"),
        pytest.param(f"{ARTICLE}\n\n{COMMENT}", (COMMENT,), id="comment"),
        pytest.param(f"{ARTICLE}\n{COMMENT}", (COMMENT,), id="comment on the next line"),
        pytest.param(
            f"{ARTICLE}\n\nTja, ich finde das falsch.\n\nAntworten",
            ("Tja, ich finde das falsch.\n\nAntworten",),
            id="reply line",
        ),
        pytest.param(f"{ARTICLE}\n\n{LINKS}", (LINKS,), id="link list"),
        pytest.param(f"{ARTICLE}\n\n{LINKS}\n\n{COMMENT}", (LINKS, COMMENT), id="links and comment"),
        pytest.param(
            f"{FIRST}\n\nhttps://example.org/a\nhttps://example.org/b\nwww.example.org\n\n{SECOND}",
            ("https://example.org/a\nhttps://example.org/b\nwww.example.org",),
            id="run of addresses",
        ),
    ],
)
def test_what_goes(page, removed):
    text, parts = clean(page)
    assert parts == removed
    assert text.split() == (f"{FIRST} # Wasser {SECOND}" if "# Wasser" in page else ARTICLE).split()


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"24.02.2025\nVon der Redaktion\n\nBad am Fluss\n\n{ARTICLE}", id="byline"),
        pytest.param(f"Bad am Fluss\n18/09/2025\n{ARTICLE}", id="date on its own line"),
        pytest.param(f"{FIRST}\n18/09/2025Danach wurde gebaut.", id="sentence before a glued date"),
        pytest.param(f"{ARTICLE}\n\n## Werbung\n\nDas Amt wirbt im Bus.", id="chapter on advertising"),
        pytest.param(f"{ARTICLE}\n\nDie Anzeige wurde erstattet.", id="word in a sentence"),
        pytest.param(f"{ARTICLE}\n\nMir hat das Bad gefallen.", id="first person alone"),
        pytest.param(
            f"{ARTICLE}\n\n„Ich bade gern“, steht auf www.example.org. Tja, mal schauen.", id="first person quoted"
        ),
        pytest.param(f"Ich bade gern.\n\n{ARTICLE}\n\n{COMMENT}", id="the author says ich"),
        pytest.param("\n\n".join([ARTICLE, *[COMMENT] * 4]), id="more comments than a page has"),
        pytest.param(COMMENT, id="nothing but a comment"),
        pytest.param(f"{ARTICLE}\n\nQuellen\n- Das Amt\n- Die Stadt", id="sources without address"),
        pytest.param(f"{ARTICLE}\n\nQuellen\n- https://example.org\n\n{SECOND}", id="list not at the end"),
        pytest.param(f"{FIRST}\n\nhttps://example.org/a\nhttps://example.org/b\n\n{SECOND}", id="two addresses"),
        pytest.param(f"{ARTICLE}\n\nDieser Text ersetzt keine Beratung.", id="disclaimer"),
    ],
)
def test_what_stays(page):
    assert clean(page) == (page, ())


def test_the_article_goes_on_after_the_label_of_a_lost_picture():
    prose = " ".join([SECOND] * 4)
    assert clean(f"{FIRST}\n\nAnzeige\n\n{prose}") == (f"{FIRST}\n\n{prose}", ("Anzeige",))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("a" * 100_000, id="one word"),
        pytest.param("\n" * 10_000, id="newlines"),
        pytest.param("Anzeige\n\nKauf!\n\n" * 2_000, id="advertisements"),
        pytest.param("Zeile\n18/09/2025" * 5_000, id="teasers"),
        pytest.param(f"{LINKS}\n\n" * 1_000, id="link lists"),
        pytest.param("a" + "\u0323\u0301" * 30_000, id="stacked marks"),
        pytest.param("\x00" * 100_000, id="NULs"),
        pytest.param('"ich ' * 10_000, id="quotation marks"),
        pytest.param("_" * 100_000, id="underscores"),
    ],
)
def test_hostile_pages_take_no_time(page):
    start = time.perf_counter()
    clean(page)
    assert time.perf_counter() - start < 2  # well below a second on an idle machine
