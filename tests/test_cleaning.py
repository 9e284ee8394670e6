"""Cleaning: what is not the article goes out, everything else stays, and a second time changes nothing."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.cleaning import clean, normalise
from vectorstore.cleaning.rules import BLOCKS, RULES

FIRST = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag mitgeteilt hat. Es soll im Herbst öffnen."
SECOND = "Das alte Bad war vor vier Jahren geschlossen worden, weil das Dach nicht mehr sicher war."
ARTICLE = f"{FIRST}\n\n{SECOND}"
LONG = "\n\n".join([ARTICLE] * 3)
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
    "Teilen", "Impressum | AGB", "Kommentare (2)", "Newsletter", "E-Mail-Adresse", "Kontakt", "Politik",
    "PolitikNeues Bad am Fluss eröffnet", "Neues Bad am Fluss eröffnet", "Sie sind hier: Start", "© 2024 Bote", "Ja",
    "Dieser Text ist keine Anlageberatung.", "Jetzt Newsletter abonnieren!", "Mehr zum Thema", "AnzeigeDas Bad öffnet.",
)  # fmt: skip
pages = st.one_of(
    st.text(max_size=200),
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", "\n", "\n\n"])), max_size=20).map(
        lambda pairs: "".join(fragment + gap for fragment, gap in pairs)
    ),
)
words = st.sampled_from(
    ["Bad", "Fluss", "Stadt", "Amt", "Dach", "Herbst", "und", "neu", "alt", "am", "im", "der", "die", "the", "river"]
)
prose = st.lists(
    st.lists(words, min_size=4, max_size=30).map(lambda line: " ".join(line).capitalize() + "."), min_size=1, max_size=8
)


def letters(text):
    """Count the letters and figures of a text."""
    return Counter(re.findall(r"\w", text))


@settings(max_examples=150, deadline=None)
@given(pages)
def test_cleaning_twice_is_cleaning_once(page):
    text, _ = clean(page)
    assert clean(text) == (text, ())


@settings(max_examples=100, deadline=None)
@given(pages)
def test_what_stays_is_lines_of_the_page_or_their_ends_in_order(page):
    lines = iter(normalise(page).split("\n"))
    for line in clean(page)[0].split("\n"):
        if line:
            assert any(original.endswith(line) for original in lines)


@settings(max_examples=100, deadline=None)
@given(pages)
def test_what_is_taken_out_is_kept_beside_the_article(page):
    text, removed = clean(page)
    assert letters(text) + sum(map(letters, removed), Counter()) == letters(normalise(page))


@settings(max_examples=100, deadline=None)
@given(prose, st.sampled_from(["\n", "\n\n"]))
def test_prose_is_left_alone(paragraphs, gap):
    assert clean(gap.join(paragraphs)) == (gap.join(paragraphs), ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_normalised_text_stays_as_it_is(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_shows_what_it_does(rule):
    assert "Before: " in rule.__doc__
    assert " After: " in rule.__doc__


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
        pytest.param(f"{ARTICLE}\n\n{ADVERTISEMENT}", (ADVERTISEMENT,), id="advertisement to the end"),
        pytest.param(
            f"{FIRST}\n\nSponsored\n\nBuy now and save!\n\n{SECOND}", ("Sponsored\n\nBuy now and save!",), id="English"
        ),
        pytest.param(f"{FIRST}\n\nAnzeige\n\n# Wasser\n\n{SECOND}", ("Anzeige",), id="label before a heading"),
        pytest.param(f"Anzeige{ARTICLE}", ("Anzeige",), id="label glued to a sentence"),
        pytest.param(
            f"{FIRST}\nAnzeigeBad ab 149 Euro im Monat\n{SECOND}", ("AnzeigeBad ab 149 Euro im Monat",), id="to an ad"
        ),
        pytest.param(f"{ARTICLE}\n\n{COMMENT}", (COMMENT,), id="comment"),
        pytest.param(f"{ARTICLE}\n{COMMENT}", (COMMENT,), id="comment on the next line"),
        pytest.param(
            f"{ARTICLE}\n\nTja, ich finde das falsch.\n\nAntworten",
            ("Tja, ich finde das falsch.\n\nAntworten",),
            id="reply line",
        ),
        pytest.param(f"{ARTICLE}\n\n{LINKS}", (LINKS,), id="link list"),
        pytest.param(f"{ARTICLE}\n\n{LINKS}\n\n{COMMENT}", (COMMENT, LINKS), id="links and comment"),
        pytest.param(
            f"{FIRST}\n\nhttps://example.org/a\nhttps://example.org/b\nwww.example.org\n\n{SECOND}",
            ("https://example.org/a\nhttps://example.org/b\nwww.example.org",),
            id="run of addresses",
        ),
        pytest.param(f"{FIRST}\n\nArtikel teilen\n\n{SECOND}", ("Artikel teilen",), id="button"),
        pytest.param(
            f"{FIRST}\nTeilen | Drucken | Merken\n{SECOND}", ("Teilen | Drucken | Merken",), id="row of buttons"
        ),
        pytest.param(f"{FIRST}\n\nShare this article\n\n{SECOND}", ("Share this article",), id="English button"),
        pytest.param(f"{FIRST}\nTeilen\nFacebook\n{SECOND}", ("Teilen", "Facebook"), id="network beside a button"),
        pytest.param(f"{ARTICLE}\n\nImpressumDatenschutzAGB", ("ImpressumDatenschutzAGB",), id="glued footer"),
        pytest.param(f"{FIRST}\n\nVideo wird geladen...\n\n{SECOND}", ("Video wird geladen...",), id="machinery"),
        pytest.param(
            f"{FIRST}\n\nArticle continues below\n\n{SECOND}", ("Article continues below",), id="English machinery"
        ),
        pytest.param(f"Sie sind hier: Start > Stadt\n\n{ARTICLE}", ("Sie sind hier: Start > Stadt",), id="breadcrumbs"),
        pytest.param(
            f"{ARTICLE}\n\nDieser Text ersetzt keine Beratung.",
            ("Dieser Text ersetzt keine Beratung.",),
            id="disclaimer",
        ),
        pytest.param(
            f"{ARTICLE}\n\nThis article is not financial advice.",
            ("This article is not financial advice.",),
            id="English one",
        ),
        pytest.param(f"{ARTICLE}\n\n© 2024 Flussbote Verlag", ("© 2024 Flussbote Verlag",), id="copyright"),
        pytest.param(
            f"Wir verwenden Cookies, um Inhalte zu personalisieren.\n\n{ARTICLE}",
            ("Wir verwenden Cookies, um Inhalte zu personalisieren.",),
            id="consent",
        ),
        pytest.param(
            f"We use cookies and store personal data.\n\n{ARTICLE}",
            ("We use cookies and store personal data.",),
            id="English consent",
        ),
        pytest.param(
            f"{FIRST}\n\nLesen Sie auch: Brücke am Hafen gesperrt\n\n{SECOND}",
            ("Lesen Sie auch: Brücke am Hafen gesperrt",),
            id="recommendation in one line",
        ),
        pytest.param(
            f"{FIRST}\n\n18.09.2025Brücke am Hafen gesperrt\n\n{SECOND}",
            ("18.09.2025Brücke am Hafen gesperrt",),
            id="dated",
        ),
        pytest.param(f"{FIRST}\n\n→ Brücke am Hafen gesperrt\n\n{SECOND}", ("→ Brücke am Hafen gesperrt",), id="arrow"),
        pytest.param(
            f"{FIRST}\n\nLesen Sie auch\nBrücke am Hafen gesperrt\nNeuer Fahrplan\n\n{SECOND}",
            ("Lesen Sie auch\nBrücke am Hafen gesperrt\nNeuer Fahrplan",),
            id="recommendations",
        ),
        pytest.param(
            f"{FIRST}\n\nRead more\n\nBridge at the harbour closed\n7 December\n\n{SECOND}",
            ("Read more\n\nBridge at the harbour closed\n7 December",),
            id="English ones with dates",
        ),
        pytest.param(
            f"{FIRST}\n\nJetzt unseren Newsletter abonnieren und nichts verpassen!\n\n{SECOND}",
            ("Jetzt unseren Newsletter abonnieren und nichts verpassen!",),
            id="promotion",
        ),
        pytest.param(
            f"{FIRST}\n\nSign up for our newsletter today.\n\n{SECOND}",
            ("Sign up for our newsletter today.",),
            id="English promotion",
        ),
        pytest.param(
            f"{FIRST}\n\nNewsletter „Am Fluss“\nWas die Stadt bewegt, früh am Tag.\nE-Mail-Adresse\n\n{SECOND}",
            ("Newsletter „Am Fluss“\nWas die Stadt bewegt, früh am Tag.\nE-Mail-Adresse",),
            id="box",
        ),
        pytest.param(f"{ARTICLE}\n\nKultur\nSport\nReise\nWetter", ("Kultur", "Sport", "Reise", "Wetter"), id="menu"),
        pytest.param(
            f"Kino | Bühne | Musik | Kunst\n\n{ARTICLE}", ("Kino | Bühne | Musik | Kunst",), id="menu in one line"
        ),
        pytest.param(f"https://example.org/bad\n\n{ARTICLE}", ("https://example.org/bad",), id="the page's address"),
    ],
)
def test_what_goes(page, removed):
    text, parts = clean(page)
    assert parts == removed
    assert text.split() == (f"{FIRST} # Wasser {SECOND}" if "# Wasser" in page else ARTICLE).split()


@pytest.mark.parametrize(
    ("page", "left"),
    [
        pytest.param(
            f"Flussbote\nAbo\nBrücke gesperrt\nNeues Bad am Fluss für die Stadt\n{ARTICLE}",
            f"Neues Bad am Fluss für die Stadt\n{ARTICLE}",
            id="above the headline",
        ),
        pytest.param(
            f"{LONG}\n\nWar das hilfreich?\n\nJa Nein\n\nFlohmarkt am Fluss", LONG, id="below the last sentence"
        ),
        pytest.param(
            f"{LONG}\n\nKommentare (2)\nbadegast\n3. Mai 2024, 12:10 Uhr\nNa endlich. {SECOND}",
            LONG,
            id="comments under a heading",
        ),
        pytest.param(f"{LONG}\n\n2 Comments\nSal says\nMay 3, 2024\nAt last. {SECOND}", LONG, id="English comments"),
        pytest.param(
            f"{LONG}\n\nFan-Reaktionen\nkurve: Das Bad ist wunderbar!!\nex-gast: Nie wieder gehe ich da hin.",
            LONG,
            id="names and colons",
        ),
        pytest.param(
            f"Das neue Bad am Fluss\n\nDas neue Bad am Fluss\n\n{ARTICLE}",
            f"Das neue Bad am Fluss\n\n{ARTICLE}",
            id="title twice",
        ),
        pytest.param(
            f"Das neue Bad am Fluss\n\nDas neue Bad am Fluss {ARTICLE}",
            f"Das neue Bad am Fluss\n\n{ARTICLE}",
            id="title and lead",
        ),
        pytest.param(
            f"24.02.2025\nJane Austen\n24.02.2025\n\n{ARTICLE}",
            f"24.02.2025\nJane Austen\n\n{ARTICLE}",
            id="date twice",
        ),
        pytest.param(
            f"Panorama\nKino\nReise\nBörse\nPanoramaNeues Bad am Fluss für alle\n{ARTICLE}",
            f"Neues Bad am Fluss für alle\n{ARTICLE}",
            id="department glued to the headline",
        ),
        pytest.param(
            "\n\n".join(f"{ARTICLE}\n\n{SECOND}\n\n{FIRST}\n\nFlussbote Seite {number}" for number in (1, 2, 3)),
            "\n\n".join(f"{ARTICLE}\n\n{SECOND}\n\n{FIRST}" for _ in range(3)),
            id="page headers",
        ),
        pytest.param(
            f"{FIRST}\n\nSie möchten mehr lesen?\nTesten Sie unser Abo.\nJetzt testen\n\n{SECOND}",
            ARTICLE,
            id="box with a call",
        ),
        pytest.param(
            f"{LONG}\n\nUnabhängiger Journalismus braucht Sie!\n\nWerden Sie jetzt Mitglied.",
            LONG,
            id="call over a promotion",
        ),
        pytest.param(
            f"{LONG}\n\nMEHR FUSSBALL\nTransfer geplatzt\n29.07.2022\nTorwart bleibt\n29.07.2022",
            LONG,
            id="shouted heading",
        ),
    ],
)
def test_what_is_left(page, left):
    text, removed = clean(page)
    assert text.split() == left.split()
    assert removed


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
        pytest.param(f"{ARTICLE}\n\nFrage: Und das Dach?\nAntwort: Das bleibt.\nNein.\nJa!", id="short answers"),
        pytest.param(
            f"{ARTICLE}\n\n## Karriere\n\n{SECOND}\n\n## Hilfe\n\n- Das Amt hilft.", id="chapters named like links"
        ),
        pytest.param(f"{FIRST}\n\nFacebook\n\n{SECOND}", id="a network as a chapter"),
        pytest.param(f"{FIRST}\n\nEmpfehlungen der Kommission\n\n{SECOND}", id="a chapter on recommendations"),
        pytest.param(f"{FIRST}\n\n12.03.2020: Erster Spatenstich\n14.05.2021: Richtfest\n\n{SECOND}", id="chronology"),
        pytest.param(
            f"{ARTICLE}\n\nWer „Jetzt gratis testen“ anklickt, hat nach einem Monat ein Abo am Hals, klagt das Amt.",
            id="an offer that is told of",
        ),
        pytest.param(
            f"{ARTICLE}\n\nDas Gericht entschied, dass der Verlag keine Cookies setzen darf, ohne vorher zu fragen.",
            id="cookies that are told of",
        ),
        pytest.param(
            f"„Na endlich.“\n\n„Ja.“\n\n„Und nun?“\n\nDas neue Bad am Fluss\n\n{ARTICLE}",
            id="an opening in short lines",
        ),
        pytest.param(f"{ARTICLE}\n\n- Jahr: 2023; Gäste: 500\n- Jahr: 2024; Gäste: 700", id="table"),
        pytest.param(f"Kommentare nur noch mit Namen\n\n{ARTICLE}", id="a headline about comments"),
        pytest.param(f"Home Secretary resigns over new bath\n\n{ARTICLE}", id="a headline that begins like a menu"),
    ],
)
def test_what_stays(page):
    assert clean(page) == (page, ())


def test_the_article_goes_on_after_the_label_of_a_lost_picture():
    long = " ".join([SECOND] * 4)
    assert clean(f"{FIRST}\n\nAnzeige\n\n{long}") == (f"{FIRST}\n\n{long}", ("Anzeige",))


def test_a_heading_after_teasers_belongs_to_the_article():
    page = f"{FIRST}\nLesen Sie auch\nBrücke am Hafen für Monate gesperrt\nEin neuer Fahrplan\nDas Dach\n{SECOND}"
    text, removed = clean(page)
    assert removed == ("Lesen Sie auch\nBrücke am Hafen für Monate gesperrt\nEin neuer Fahrplan",)
    assert text.split("\n")[-2:] == ["Das Dach", SECOND]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("a" * 1_000_000, id="one word"),
        pytest.param(f"{FIRST} " * 20_000, id="one line"),
        pytest.param("\n" * 10_000, id="newlines"),
        pytest.param("Anzeige\n\nKauf!\n\n" * 2_000, id="advertisements"),
        pytest.param("Zeile\n18/09/2025" * 5_000, id="teasers"),
        pytest.param(f"{LINKS}\n\n" * 1_000, id="link lists"),
        pytest.param("a" + "\u0323\u0301" * 30_000, id="stacked marks"),
        pytest.param("\x00" * 100_000, id="NULs"),
        pytest.param('"ich ' * 10_000, id="quotation marks"),
        pytest.param("_" * 100_000, id="underscores"),
        pytest.param("auf facebook teilen auf x teilen y\n" * 2_000, id="buttons that may be read in many ways"),
        pytest.param("Lesen Sie auch\nEins zwei\n" * 2_000, id="recommendations"),
        pytest.param(f"Kommentare\n{SECOND}\n" * 1_000, id="comment headings"),
        pytest.param("\n\n".join(f"Zeile {number}" for number in range(50_000)), id="tiny paragraphs"),
        pytest.param("\n\n".join([f"{FIRST} " * 6] * 1_000), id="a long article"),
    ],
)
def test_hostile_pages_take_no_time(page):
    start = time.perf_counter()
    text, _ = clean(page)
    assert time.perf_counter() - start < 8  # well below a second on an idle machine
    assert clean(text) == (text, ())


def test_a_book_is_left_as_it_is():
    page = "Teilen\n\n" * (BLOCKS + 1)
    assert clean(page) == (normalise(page), ())


def test_the_article_goes_on_after_an_offer_to_subscribe():
    offer = "Weiterlesen mit F+\nSie haben ein Abo? Hier anmelden\nJahresabo: 99 Euro"
    short = "Der Rat stimmte mit elf zu vier Stimmen für den Bau."
    text, removed = clean(
        f"{LONG}\n\n{offer}\n\n{short}\n\nDas könnte Sie auch interessieren\nBrücke gesperrt\nStadtfest"
    )
    assert text == f"{LONG}\n\n{short}"
    assert offer in removed


def test_lines_of_a_page_are_no_wrapped_paragraph():
    page = f"Neues Bad am Fluss\nVon Jane Austen\n8 December 2022\ncomments\n{ARTICLE}"
    text, removed = clean(page)
    assert removed == ("comments",)
    assert text.split("\n")[:3] == ["Neues Bad am Fluss", "Von Jane Austen", "8 December 2022"]


def test_wrapped_paragraphs_are_taken_as_a_whole():
    wrapped = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag nach langem\nStreit mitgeteilt hat."
    page = "\n\n".join([wrapped] * 4)
    assert clean(page) == (page, ())


def test_a_title_of_few_words_is_no_entry_of_a_menu():
    page = f"Rezepte\nTechnik\nLaden\nGarten\nBad am Fluss öffnet\nTeilen\nMerken\n{ARTICLE}"
    assert clean(page)[0].split() == f"Bad am Fluss öffnet\n{ARTICLE}".split()
