"""PDF: words in reading order, whole paragraphs, exact page beginnings; what can't be read is one clear reason."""

import io
import itertools
import random
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4, A5, landscape, letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFStream
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from vectorstore.formats import pdf
from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.pdf import read_pdf
from vectorstore.formats.pdf_lines import join_lines

PAGES = {"A4": A4, "A5": A5, "letter": letter, "landscape": landscape(A4)}
MARGIN = 60
GUTTER = 16

pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # comes with reportlab; has ligatures and the soft hyphen


@dataclass(frozen=True)
class Setting:
    """How text is set."""

    page: str = "A5"
    columns: int = 1
    font: str = "Helvetica"
    size: float = 10
    justified: bool = False
    indent: float = 0.0
    space: float = 0.6  # between paragraphs, times the size
    leading: float = 1.25

    @property
    def width(self):
        return (PAGES[self.page][0] - 2 * MARGIN - GUTTER * (self.columns - 1)) / self.columns

    def broken(self, text):
        """Break a paragraph into lines, as every simple typesetter does."""
        lines, line = [], ""
        for word in text.split(" "):
            room = self.width - (self.indent * self.size if not lines else 0)
            longer = f"{line} {word}" if line else word
            if line and pdfmetrics.stringWidth(longer, self.font, self.size) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]


@dataclass
class Typeset:
    """A file, and what the test knows of it."""

    content: bytes
    first_words: list = field(default_factory=list)  # of each page
    last_column: int = 0  # lines in the last column


def typeset(paragraphs, setting=None, decorate=lambda canvas, number: None):
    """Set paragraphs in columns over pages; ``decorate`` draws what stands around them."""
    setting = setting or Setting()
    width, height = PAGES[setting.page]
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    set_ = Typeset(b"")
    column, y, page = 0, height - MARGIN, 0
    for number, paragraph in enumerate(paragraphs):
        lines = setting.broken(paragraph)
        y -= setting.space * setting.size if number and y < height - MARGIN else 0
        for place, line in enumerate(lines):
            if y < MARGIN:
                column, y, set_.last_column = column + 1, height - MARGIN, 0
            if column == setting.columns:
                decorate(canvas, page)
                canvas.showPage()
                column, page = 0, page + 1
            if len(set_.first_words) == page:
                set_.first_words.append(line.split()[0])
            inset = setting.indent * setting.size if place == 0 else 0
            x = MARGIN + column * (setting.width + GUTTER) + inset
            last = place == len(lines) - 1
            draw_line(canvas, setting, line, x, y, setting.width - inset if setting.justified and not last else None)
            y -= setting.leading * setting.size
            set_.last_column += 1
    decorate(canvas, page)
    canvas.save()
    set_.content = buffer.getvalue()
    return set_


def draw_line(canvas, setting, line, x, y, width=None):
    """Draw a line, spaced out to a width where one is given."""
    text = canvas.beginText(x, y)
    text.setFont(setting.font, setting.size)
    if width and " " in line and setting.font != "Vera":  # word spacing means nothing to fonts of two bytes
        text.setWordSpace((width - pdfmetrics.stringWidth(line, setting.font, setting.size)) / line.count(" "))
    else:
        text.setWordSpace(0)  # it would stay as it was
    text.textOut(line)
    canvas.drawText(text)


def drawn(*pages, **options):
    """Make a PDF of lines placed by hand: each ``(x, y from the top, text)``, or with font and size behind it.

    Other things are drawn by functions of the canvas.
    """
    before = options.pop("prepare", lambda canvas: None)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=options.pop("pagesize", A5), **options)
    before(canvas)
    for lines in pages:
        for line in lines:
            if callable(line):
                line(canvas)
                continue
            x, y, text, font, size = (*line, "Helvetica", 10)[:5] if len(line) < 5 else line
            canvas.setFont(font, size)
            canvas.drawString(x, A5[1] - y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def block(text, x, y, *, width=300, font="Helvetica", size=10, leading=1.25):
    """Return the lines of a paragraph placed by hand, and the height below it."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and pdfmetrics.stringWidth(longer, font, size) > width:
            lines.append(line)
            longer = word
        line = longer
    lines.append(line)
    heights = itertools.count(y, leading * size)
    return [(x, next(heights), line, font, size) for line in lines], next(heights)


CONSONANTS = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "r", "s", "t", "w", "sch", "st", "br"]
VOWELS = ["a", "e", "i", "o", "u", "ä", "ö", "ü", "ei", "au", "ie"]
ENDS = ["n", "r", "s", "t", "l", "ß", "ng", "cht", "ck"]


def invented_words(number, seed):
    """Make words of German length, each only once: a line that comes twice would be taken for a header."""
    chance = random.Random(seed)
    words = {}
    while len(words) < number:
        syllables = chance.choice([1, 1, 1, 1, 2, 2, 2, 3, 3, 4])
        word = "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(syllables)) + chance.choice(
            ENDS
        )
        words.setdefault(word, word.capitalize() if chance.random() < 0.3 else word)
    return list(words.values())


@st.composite
def texts(draw):
    lengths = draw(st.lists(st.integers(15, 90), min_size=3, max_size=14))
    words = iter(invented_words(sum(lengths), draw(st.integers(0, 10_000))))
    paragraphs = [[next(words) for _ in range(length)] for length in lengths]
    return [" ".join([words[0].capitalize(), *words[1:]]) + "." for words in paragraphs]


MARKS = st.sampled_from([{"indent": 1.2, "space": 0.0}, {"indent": 0.0, "space": 0.6}, {"indent": 0.0, "space": 0.0}])
SETTINGS = st.builds(
    lambda marks, **others: Setting(**marks, **others),
    marks=MARKS,
    page=st.sampled_from(sorted(PAGES)),
    columns=st.integers(1, 3),
    font=st.sampled_from(["Helvetica", "Times-Roman", "Vera"]),
    size=st.sampled_from([7, 9, 10]),
    justified=st.booleans(),
)


@settings(max_examples=30, deadline=None)
@given(texts(), SETTINGS)
def test_all_words_come_back_in_order_and_pages_begin_where_they_do(paragraphs, setting):
    assume(setting.width > 16 * setting.size)
    made = typeset(paragraphs, setting)
    assume(made.last_column > 3)  # of two or three lines beside a column nobody can tell whether they are one
    document = read_pdf(made.content)
    assert document.text.split() == " ".join(paragraphs).split()
    assert document.removed == ()
    starts = document.page_starts
    assert list(starts) == sorted(starts)
    assert [document.text[start:].split()[0] for start in starts] == made.first_words
    found = document.text.split("\n\n")
    assert all(any(paragraph in one for one in found) for paragraph in paragraphs)


def test_paragraphs_run_over_the_end_of_a_page():
    words = invented_words(400, 1)
    paragraph = " ".join(words) + "."
    document = read_pdf(typeset([paragraph]).content)
    assert document.text == paragraph
    assert len(document.page_starts) == 2
    assert document.text[document.page_starts[1] - 1] == " "


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("Der Ver-", "kehr ruht."), "Der Verkehr ruht."),
        (("Der Ver\u00ad", "kehr ruht."), "Der Verkehr ruht."),
        (("Die Nord-", "Süd-Achse"), "Die Nord-Süd-Achse"),
        (("Die Ein-", "und Ausfahrt"), "Die Ein- und Ausfahrt"),
        (("short-", "and long-term"), "short- and long-term"),
        (("zwei-", "bis dreimal"), "zwei- bis dreimal"),
        (("Ein Kür-", "bis wächst."), "Ein Kürbis wächst."),
        (("Der US-", "amerikanische Zug"), "Der US-amerikanische Zug"),
        (("von 2019-", "2023"), "von 2019-2023"),
        (("Das ist –", "so heißt es –"), "Das ist – so heißt es –"),
        (("Bürgerinnen/", "Bürger"), "Bürgerinnen/Bürger"),
        (("Ein Satz", "geht weiter."), "Ein Satz geht weiter."),
    ],
)
def test_what_was_hyphenated_for_the_line_becomes_whole(lines, joined):
    assert join_lines(lines) == joined


def test_a_word_may_run_over_the_end_of_a_page():
    upper, _ = block(" ".join(invented_words(30, 2)), 60, 500)
    lower, _ = block("kehr ruht seit gestern am ganzen Hafen. Die Fähren fahren weiter.", 60, 60)
    document = read_pdf(drawn([*upper, (60, 540, "An der Brücke steht der gesamte Schiffsver-")], lower))
    assert "der gesamte Schiffsverkehr ruht seit gestern" in document.text
    assert document.text[document.page_starts[1] :].startswith("kehr ruht")


def test_columns_below_a_headline_are_read_one_after_the_other():
    left, right = " ".join(invented_words(60, 3)) + ".", " ".join(invented_words(60, 4)) + "."
    document = read_pdf(
        drawn(
            [
                (40, 60, "Neue Brücke verbindet beide Ufer der Stadt", "Helvetica-Bold", 17),
                (40, 82, "Von Johanna Spyri", "Helvetica-Bold", 8),
                *block(left, 40, 105, width=160)[0],
                *block(right, 216, 105, width=160)[0],
                (40, 400, "Spätere Meldungen aus der ganzen Stadt", "Helvetica-Bold", 14),
                *block(
                    "Unter beiden Spalten steht ein Absatz über die ganze Breite der Seite, der zuletzt kommt.", 40, 420
                )[0],
            ]
        )
    )
    paragraphs = document.text.split("\n\n")
    assert paragraphs[:2] == ["# Neue Brücke verbindet beide Ufer der Stadt", "Von Johanna Spyri"]
    assert paragraphs[2:4] == [left, right]
    assert paragraphs[4] == "## Spätere Meldungen aus der ganzen Stadt"
    assert paragraphs[5].startswith("Unter beiden Spalten")
    assert document.metadata.title == "Neue Brücke verbindet beide Ufer der Stadt"


@pytest.mark.parametrize(("pages", "words"), [(2, 420), (3, 800)])
@pytest.mark.parametrize("mirrored", [False, True], ids=["alike", "mirrored"])
def test_headers_and_footers_go_out(pages, words, mirrored):
    setting = Setting()
    width, height = PAGES[setting.page]

    def decorate(canvas, number):
        canvas.setFont("Helvetica", 8)
        places = [(60, "Streckenblatt"), (width - 110, f"Seite {number + 9}")]
        swap = mirrored and number % 2
        for (x, _), (_, text) in zip(places, places[::-1] if swap else places, strict=True):
            canvas.drawString(x, height - 30, text)
        canvas.drawCentredString(width / 2, 25, f"– {number + 9} –")

    paragraphs = [" ".join(invented_words(words, 5)) + "."]
    document = read_pdf(typeset(paragraphs, setting, decorate).content)
    assert len(document.page_starts) == pages
    assert document.text == paragraphs[0]
    assert document.removed == ("Streckenblatt Seite 9", "– 9 –")


def test_a_single_page_keeps_its_lines_but_not_its_number():
    text, _ = block("Die Stadt baut am Fluss ein neues Bad. Es soll im Herbst öffnen.", 60, 120)
    header = [(60, 30, "Streckenblatt"), (170, 30, "Montag, 3. März 2025"), (320, 30, "Seite 4")]
    document = read_pdf(drawn([*header, (60, 60, "Aus der Stadt"), *text]))
    assert document.text == "Aus der Stadt\n\nDie Stadt baut am Fluss ein neues Bad. Es soll im Herbst öffnen."
    assert document.removed == ("Streckenblatt Montag, 3. März 2025 Seite 4",)


TABLE = [("Jahr", "Fahrgäste", "Kosten"), ("2023", "1,2 Millionen", "31 Euro"), ("2024", "1,4 Millionen", "33 Euro")]
ROWS = (
    "- Jahr: 2023; Fahrgäste: 1,2 Millionen; Kosten: 31 Euro\n- Jahr: 2024; Fahrgäste: 1,4 Millionen; Kosten: 33 Euro"
)


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
def test_tables_are_rows_that_name_their_columns(ruled):
    def lines(canvas):
        xs, ys = [60, 120, 210, 300], [595 - y for y in (208, 228, 248, 268)]
        canvas.grid(xs, ys)

    before, _ = block(
        "Vor der Tabelle steht ein ganzer Satz, der über mehr als eine Zeile geht und dann endet.", 60, 150
    )
    after, _ = block("Nach der Tabelle geht der Text weiter.", 60, 300)
    cells = [
        (x, 222 + 20 * row, text)
        for row, texts in enumerate(TABLE)
        for x, text in zip((65, 125, 215), texts, strict=True)
    ]
    document = read_pdf(drawn([*before, *cells, *after, *([lines] if ruled else [])]))
    assert document.text.split("\n\n") == [
        "Vor der Tabelle steht ein ganzer Satz, der über mehr als eine Zeile geht und dann endet.",
        ROWS,
        "Nach der Tabelle geht der Text weiter.",
    ]


def test_lists_headings_and_initials():
    document = read_pdf(
        drawn(
            [
                (60, 60, "Zwischenruf", "Helvetica-Bold", 10),
                (60, 85, "D", "Helvetica", 30),
                (84, 72, "ie Stadt baut am Fluss ein neues Bad und hofft auf"),
                (84, 84.5, "viele Gäste. Es soll im Herbst öffnen, sagt die"),
                (60, 97, "Dezernentin. Bis dahin bleibt das alte Bad offen."),
                (60, 120, "•"),
                (72, 120, "Erwachsene zahlen vier Euro für den ganzen Tag,"),
                (72, 132.5, "Kinder die Hälfte"),
                (60, 145, "•"),
                (72, 145, "Hunde müssen draußen bleiben"),
                (60, 157.5, "Das steht in der neuen Ordnung des Bades."),
            ]
        )
    )
    assert document.text == (
        "# Zwischenruf\n\nDie Stadt baut am Fluss ein neues Bad und hofft auf viele Gäste. Es soll im Herbst öffnen, "
        "sagt die Dezernentin. Bis dahin bleibt das alte Bad offen.\n\n"
        "- Erwachsene zahlen vier Euro für den ganzen Tag, Kinder die Hälfte\n- Hunde müssen draußen bleiben\n\n"
        "Das steht in der neuen Ordnung des Bades."
    )


def test_a_footnote_stands_before_the_paragraph_that_runs_over_the_page():
    upper, _ = block(
        "Die Brücke kostet 12 Euro je Stein, und niemand weiß bis heute genau, wie viele Steine es", 60, 480
    )
    lower, _ = block("sind. Gezählt wird im Mai. Danach wird abgestimmt und gebaut, so schnell es geht.", 60, 60)
    note = [(60, 560, "1", "Helvetica", 5), (64, 563, "Stand vom Februar, ohne Steuern.", "Helvetica", 7)]
    document = read_pdf(drawn([*upper, *note], lower))
    assert document.text.startswith("[1] Stand vom Februar, ohne Steuern.\n\nDie Brücke kostet 12 Euro")
    assert "wie viele Steine es sind. Gezählt" in document.text
    assert document.text[document.page_starts[1] :].startswith("sind. Gezählt")


def test_letters_come_out_as_letters():
    text = "„Größe“ und Über\u00admut: Die ﬁnstere Aﬀäre’ des ﬂeißigen Malers kostet 5 €".replace("ﬀ", "ff")
    document = read_pdf(drawn([(60, 60, text, "Vera", 8)]))
    assert document.text == "„Größe“ und Übermut: Die finstere Affäre’ des fleißigen Malers kostet 5 €"


def test_raised_figures_do_not_become_part_of_words():
    lines = [
        (60, 60, "Auf 20 m"),
        (101.2, 56, "2", "Helvetica", 6),
        (107, 60, "steht es."),
        (145, 56, "3", "Helvetica", 6),
    ]
    assert read_pdf(drawn(lines)).text == "Auf 20 m² steht es.[3]"


def test_what_is_set_sideways_stands_apart():
    def sideways(canvas):
        canvas.saveState()
        canvas.rotate(90)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(200, -390, "Foto: Streckenblatt")
        canvas.restoreState()

    document = read_pdf(drawn([*block("Die Stadt baut am Fluss ein neues Bad.", 60, 60)[0], sideways]))
    assert document.text == "Die Stadt baut am Fluss ein neues Bad."
    assert document.removed == ("Foto: Streckenblatt",)


def test_a_page_that_lies_on_its_side_is_turned():
    def turned(canvas):
        canvas.rotate(90)
        for number, line in enumerate(["Die Stadt baut am Fluss", "ein neues Bad mit Rutsche."]):
            canvas.drawString(100, -100 - 14 * number, line)

    assert read_pdf(drawn([turned])).text == "Die Stadt baut am Fluss ein neues Bad mit Rutsche."


def test_a_page_without_text_begins_where_the_next_does():
    document = read_pdf(drawn([(60, 60, "Der erste Satz steht allein.")], [], [(60, 60, "Der letzte Satz auch.")], []))
    assert document.text == "Der erste Satz steht allein.\n\nDer letzte Satz auch."
    assert document.page_starts == (0, 30, 30, len(document.text))


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{doctype}
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmp:CreateDate="2001-01-01"
 prism:publicationDate="2024-03-05T06:00:00+01:00">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Johanna Spyri</rdf:li><rdf:li>Niels Finsen</rdf:li></rdf:Seq></dc:creator>
<dc:publisher><rdf:Bag><rdf:li>Streckenblatt</rdf:li></rdf:Bag></dc:publisher>
<dc:language><rdf:Bag><rdf:li>de-DE</rdf:li></rdf:Bag></dc:language>
<dc:identifier>ISSN 0000-0000</dc:identifier><dc:source>https://example.org/bad</dc:source>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def with_xmp(xmp):
    def prepare(canvas):
        canvas.setTitle("Anderer Titel")
        canvas._doc.Catalog.Metadata = canvas._doc.Reference(PDFStream(content=xmp.encode()), "Metadata")

    return drawn([(60, 60, "Ein neues Bad", "Helvetica", 20), (60, 90, "Es soll öffnen.")], prepare=prepare)


def test_xmp_tells_the_source():
    told = read_pdf(with_xmp(XMP.format(doctype="", title="Ein Bad für Ängstliche"))).metadata
    assert (told.title, told.author) == ("Ein Bad für Ängstliche", "Johanna Spyri, Niels Finsen")
    assert (told.publisher, told.language) == ("Streckenblatt", "de")
    assert (told.published, told.url) == (date(2024, 3, 5), "https://example.org/bad")


@pytest.mark.parametrize(
    "xmp",
    [
        "",
        "<x",
        XMP.format(doctype='<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>', title="&c;"),
        XMP.format(doctype="", title="x" * 2_000_000),
    ],
    ids=["empty", "broken", "entities", "endless"],
)
def test_unusable_xmp_is_passed_over(xmp):
    assert read_pdf(with_xmp(xmp)).metadata.title == "Anderer Titel"


@pytest.mark.parametrize(
    "title", ["", "Microsoft Word - bad.docx", "untitled", "Unbenannt 3", "bad_final.indd", "https://example.org/bad"]
)
def test_titles_that_programs_wrote_are_none(title):
    def prepare(canvas):
        canvas.setTitle(title)
        canvas.setAuthor("Microsoft Office User")

    body = (60, 110, "Die Stadt baut am Fluss ein neues Bad.")
    lines = [(60, 50, "BOTE", "Helvetica", 26), (60, 90, "Ein Bad am Fluss", "Helvetica", 18), body]
    told = read_pdf(drawn(lines, prepare=prepare)).metadata
    assert told.title == "Ein Bad am Fluss"
    assert (told.author, told.published) == (None, None)


WHOLE = typeset([" ".join(invented_words(120, 6)) + "."]).content


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"%PDF-1.7\n" + tail)))
@example(b"%PDF-1.7\nstartxref\n0\n%%EOF")
@example(b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n1 0 obj<</Pages 1 0 R/Kids[1 0 R]/Type/Pages>>endobj\nstartxref\n9\n%%EOF")
def test_any_bytes_give_a_document_or_one_reason(content):
    outcome(content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_broken_file_gives_a_document_or_one_reason(changes):
    content = bytearray(WHOLE)
    for place, byte in changes:
        content[place] = byte
    outcome(bytes(content))


def outcome(content):
    try:
        document = read_pdf(content)
    except UnreadableError as error:
        document = str(error)
    assert isinstance(document, Document) or (document and "\n" not in document)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8, 0.95])
def test_a_file_that_was_cut_off_is_not_half_an_article(share):
    with pytest.raises(UnreadableError, match="damaged"):
        read_pdf(WHOLE[: int(share * len(WHOLE))])


def test_what_is_no_pdf_is_said():
    with pytest.raises(UnreadableError, match="no PDF"):
        read_pdf(b"Die Stadt baut ein Bad.")


@pytest.mark.parametrize("strength", [40, 128])
def test_only_a_password_to_open_is_an_obstacle(strength):
    lines = [(60, 60, "Die Stadt baut am Fluss ein neues Bad.")]
    locked = StandardEncryption("geheim", ownerPassword="chef", strength=strength)
    with pytest.raises(UnreadableError, match="protected by a password"):
        read_pdf(drawn(lines, encrypt=locked))
    open_to_read = StandardEncryption("", ownerPassword="chef", canPrint=0, canCopy=0, strength=strength)
    assert read_pdf(drawn(lines, encrypt=open_to_read)).text == "Die Stadt baut am Fluss ein neues Bad."


def test_a_scan_is_said_to_be_one():
    picture = io.BytesIO()
    Image.new("L", (40, 60), 200).save(picture, "PNG")
    with pytest.raises(UnreadableError, match=r"pictures.*OCR"):
        read_pdf(drawn([lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, 400, 600)]))
    with pytest.raises(UnreadableError, match="no text"):
        read_pdf(drawn([lambda canvas: canvas.line(0, 0, 100, 100)]))


def test_limits_are_said(monkeypatch):
    with pytest.raises(UnreadableError, match="more than 2,000 pages"):
        read_pdf(drawn(*[[]] * 3_000, pagesize=(50, 50)))
    monkeypatch.setattr(pdf, "CHARACTER_LIMIT", 100)
    with pytest.raises(UnreadableError, match="characters; split"):
        read_pdf(WHOLE)
