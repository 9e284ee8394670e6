"""Web pages: the article's lines, in order and in their form; everything else is beside it, not lost."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.formats.document import UnreadableError
from vectorstore.formats.page_lines import is_aside
from vectorstore.formats.web_page import read_web_page

FIRST = "Die Stadt baut am Fluss ein neues Bad, wie das Amt am Montag mitgeteilt hat. Es soll im Herbst öffnen."
SECOND = "Das alte Bad war vor vier Jahren geschlossen worden, weil das Dach nicht mehr sicher war."
THIRD = "Bezahlt wird das Bad von der Stadt und vom Land, die sich die Kosten von vier Millionen Euro teilen."
ARTICLE = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"


def page(body, head=""):
    """Return a page's bytes."""
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def read(body, head=""):
    """Return the text of a page's article."""
    return read_web_page(page(body, head)).text


def letters(text):
    """Count the letters and figures of a text."""
    return Counter(re.findall(r"\w", text))


pieces = st.sampled_from([
    f"<p>{FIRST}</p>", f"<p>{SECOND}</p>", "<nav><a href=x>Start</a></nav>", "<h1>Neues Bad</h1>", "<h2>Das Dach</h2>",
    "<ul><li>eins</li><li>zwei</li></ul>", "<aside>Mehr zum Thema</aside>", "<div class=ad>Anzeige</div>", "<br>", "<",
    "<table><tr><td>1</td><td>2</td></tr></table>", "<div>", "</div>", "Wort", "&amp;", "<!-- x -->", "<b>", "</i>",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=12))
def test_every_word_of_a_page_is_kept_or_taken_out(body):
    from lxml import html

    try:
        document = read_web_page(page("".join(body)))
    except UnreadableError:
        return
    shown = html.document_fromstring(page("".join(body)), parser=html.HTMLParser(remove_comments=True)).text_content()
    assert letters(document.text) + letters("".join(document.removed)) == letters(shown)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_a_page_or_one_reason(content):
    try:
        document = read_web_page(content)
    except UnreadableError as error:
        reason = str(error)
    else:
        reason = document.text[:0]
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            f"<h1>Das neue Bad</h1>{ARTICLE}", f"# Das neue Bad\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}", id="headline"
        ),
        pytest.param(
            f"<h1>Das<br>neue<br>Bad</h1>{ARTICLE}", f"# Das neue Bad\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}", id="broken"
        ),
        pytest.param(
            f"<h1>Das neue Bad</h1><p>{FIRST}</p><h2>Dach</h2><p>{SECOND}<br>{THIRD}</p>",
            f"# Das neue Bad\n\n{FIRST}\n\n## Dach\n\n{SECOND}\n{THIRD}",
            id="line breaks",
        ),
        pytest.param(
            f"{ARTICLE}<ul><li>Sauna</li><li>Becken</li></ul><p>{FIRST}</p>",
            f"{FIRST}\n\n{SECOND}\n\n{THIRD}\n\n- Sauna\n- Becken\n\n{FIRST}",
            id="list",
        ),
        pytest.param(
            f"{ARTICLE}<table><tr><th>Jahr<th>Gäste<tr><td>2023<td>500<tr><td>2024<td>700</table><p>{FIRST}</p>",
            f"{FIRST}\n\n{SECOND}\n\n{THIRD}\n\n- Jahr: 2023; Gäste: 500\n- Jahr: 2024; Gäste: 700\n\n{FIRST}",
            id="table",
        ),
        pytest.param(
            f"<table><tr><td><a href=x>Start</a><td>{ARTICLE}</table>",
            f"{FIRST}\n\n{SECOND}\n\n{THIRD}",
            id="set in a table",
        ),
        pytest.param(
            f"<div>{FIRST}<br><br>{SECOND}<br><br>{THIRD}</div>", f"{FIRST}\n\n{SECOND}\n\n{THIRD}", id="only breaks"
        ),
        pytest.param(f"<p>Die <b>St</b>adt{FIRST[9:]}</p><p>{SECOND}</p>", f"{FIRST}\n\n{SECOND}", id="inline"),
    ],
)
def test_the_form_of_an_article(body, text):
    assert read(f"<main>{body}</main>") == text


@pytest.mark.parametrize(
    "rest",
    [
        "<nav><a href=x>Start</a> <a href=y>Kultur</a></nav>",
        "<div class='share-bar'>Teilen</div>",
        "<div class='newsletterBox'><p>Was die Stadt bewegt, jeden Morgen in Ihrem Postfach, gratis.</p></div>",
        "<aside><p>Eine andere Geschichte, die länger ist als eine Schlagzeile und endet.</p></aside>",
        "<figure><figcaption>Das Bad von oben, wie es einmal aussehen soll. Foto: Amt</figcaption></figure>",
        "<div><b>Badehose Welle</b><p>24,90 Euro</p></div>",
        "<div><p>Kostenlose Beratung</p><p>Schildern Sie Ihren Fall, wir melden uns.</p><p>Jetzt anfragen</p></div>",
        "<div style='display:none'>Nur für Suchmaschinen steht dieser Satz auf der Seite, sonst für keinen.</div>",
        "<script>Die Stadt baut noch ein Bad und sagt es nicht.</script>",
        "<p><a href=x>Lesen Sie hier, warum die Brücke am Hafen noch Monate gesperrt bleibt.</a></p>",
    ],
)
def test_boxes_between_the_paragraphs_go(rest):
    text = read(f"<article><h1>Das neue Bad</h1><p>{FIRST}</p><p>{SECOND}</p>{rest}<p>{THIRD}</p></article>")
    assert text == f"# Das neue Bad\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_a_box_of_facts_stays():
    box = "<aside class='fact-box'><h3>Bäder der Stadt</h3><ul><li>1990: drei</li><li>2020: eins</li></ul></aside>"
    text = read(f"<article><h1>Das neue Bad</h1><p>{FIRST}</p><p>{SECOND}</p>{box}<p>{THIRD}</p></article>")
    assert "### Bäder der Stadt\n\n- 1990: drei\n- 2020: eins" in text


@pytest.mark.parametrize(
    "end",
    [
        "<p>„Das ist schön“, sagt sie.</p>",
        "<h2>5. Schluss</h2><p>Das war es.</p>",
        "<ul><li>eins</li><li>zwei</li></ul>",
    ],
    ids=["short sentence", "heading over a short sentence", "list"],
)
def test_short_lines_may_end_an_article(end):
    rest = "<div class=x><h3>Lesen Sie auch</h3><p>Warum die Brücke gesperrt bleibt.</p></div>"
    document = read_web_page(page(f"<div><h1>Das neue Bad</h1><div>{ARTICLE}{end}</div>{rest}</div>"))
    assert document.removed == ("Lesen Sie auch\nWarum die Brücke gesperrt bleibt.",)


def test_short_answers_between_a_headline_and_the_first_long_one_stay():
    long = "Dann bade ich, denn das neue Bad ist schon offen."
    body = f"<p>Wann stehen Sie auf?</p><p>Um vier.</p><p>Und dann?</p><p>{long}</p>"
    text = read(f"<main><h1>„Das neue Bad“</h1>{body}<p>{FIRST}</p></main>", "<title>Interview: „Das neue Bad“</title>")
    assert text.startswith("# „Das neue Bad“\n\nWann stehen Sie auf?\n\nUm vier.\n\nUnd dann?\n\n")


def test_a_group_of_short_sentences_is_no_box():
    text = read(
        f"<div><h1>Das neue Bad</h1>{ARTICLE}<div><p>Geld ist da.</p><p>Zeit nicht.</p></div><p>{FIRST}</p></div>"
    )
    assert "Geld ist da.\n\nZeit nicht." in text


def test_headline_and_lead_may_stand_outside_of_the_articles_element():
    lead = "Lange wurde darüber gestritten, nun wird am Fluss gebaut."
    consent = "<div id=onetrust><p>We and our partners store and access personal data on your device.</p></div>"
    text = read(f"{consent}<div class=top><h1>Das neue Bad</h1><p>{lead}</p></div><div class=feed>{ARTICLE}</div>")
    assert text == f"# Das neue Bad\n\n{lead}\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}"


@pytest.mark.parametrize("name", ["content-sidebar-wrap", "print-area", "with-comments"])
def test_a_name_does_not_make_the_whole_article_go(name):
    text = read(f"<div class={name}><h1>Das neue Bad</h1>{ARTICLE}<div class=related>Brücke gesperrt</div></div>")
    assert text == f"# Das neue Bad\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_what_is_not_kept_is_removed_in_parts():
    document = read_web_page(page(f"<nav>Start</nav><article>{ARTICLE}</article><footer>Impressum<br>AGB</footer>"))
    assert document.removed == ("Start", "Impressum\nAGB")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("share-bar", True),
        ("article_share", True),
        ("shareBar", True),
        ("ad2", True),
        ("shareholders", False),
        ("header", False),
        ("gradient", False),
        ("article-body", False),
    ],
)
def test_names_of_elements_are_read_by_whole_words(names, expected):
    from lxml import html

    assert is_aside(html.fragment_fromstring(f"<div class='{names}'></div>")) is expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no page", id="empty"),
        pytest.param(b"\x00\x01\x02", "no text", id="binary"),
        pytest.param(b"<!-- nothing -->", "no page", id="comment"),
        pytest.param(b"<div>" * 10_000 + b"Wort", "nested too deeply", id="nested"),
    ],
)
def test_what_is_no_page_is_said(content, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_web_page(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"<html><body><article><h1>Das neue Bad</h1>{ARTICLE}", id="cut off"),
        pytest.param(f"<h1>Das neue Bad</h1>{ARTICLE}<!-- never closed <p>Rest", id="open comment"),
        pytest.param(f"<h1>Das neue Bad</h2>{ARTICLE.replace('</p>', '')}", id="unclosed"),
        pytest.param(f"<b><i><h1>Das neue Bad</b></h1>{ARTICLE}</i>", id="crossed"),
    ],
)
def test_damaged_pages_are_read_as_far_as_they_go(content):
    text = read_web_page(content.encode()).text
    assert FIRST in text
    assert THIRD in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding):
    declared = f"<meta charset='{encoding}'><title>x</title>"
    assert FIRST in read_web_page(f"<html><head>{declared}</head><body>{ARTICLE}</body></html>".encode(encoding)).text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<b>x</b>" * 30_000, id="inline elements"),
        pytest.param("<p>" + "<br>" * 50_000 + FIRST, id="line breaks"),
        pytest.param("<p>a</p>" * 50_000, id="tiny paragraphs"),
        pytest.param("<p>" + f"{FIRST} " * 10_000, id="one line"),
        pytest.param("<div class='" + "ad-x " * 100_000 + f"'>{FIRST}</div>", id="names"),
        pytest.param("<table>" + "<tr><td>1<td>2" * 20_000, id="cells"),
        pytest.param("<!--" * 50_000 + ARTICLE + "-->" + ARTICLE, id="comments"),
        pytest.param("<a href=x>Wort " * 20_000, id="links"),
    ],
)
def test_hostile_pages_take_no_time(body):
    start = time.perf_counter()
    read_web_page(page(body))
    assert time.perf_counter() - start < 8  # well below a second on an idle machine
