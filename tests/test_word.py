"""Word files: what is seen on the pages, as headings, lists and rows; bombs and broken files are one clear reason."""

import io
import struct
import zipfile
from datetime import date

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.formats import word, word_package
from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.word import read_word

SENTENCE = "Die Stadt baut am Fluss ein neues Bad."


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(content, parts):
    """Replace or add parts of a package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return buffer.getvalue()


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def body_of(*xml):
    """Make a file of raw paragraphs."""
    document = docx.Document()
    for one in xml:
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{one}</w:p>" if "w:p" not in one[:8] else one))
    return saved(document)


WORDS = st.lists(st.text("abcäöüßéAZ„“0-9.,–", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
STYLES = ["Normal", "Heading 1", "Heading 3", "List Bullet", "List Number", "Title", "Quote", "Caption"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STYLES), WORDS), min_size=1, max_size=8))
def test_all_words_come_back_in_order_whatever_their_style(paragraphs):
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style)
    read = read_word(saved(document))
    blocks = [line for line in read.text.split("\n") if line]
    assert len(blocks) == len(paragraphs)
    for block, (style, text) in zip(blocks, paragraphs, strict=True):
        mark = {"H": "#" * int(style[-1]) + " " if style[-1].isdigit() else "", "T": "# ", "L": "- "}.get(style[0], "")
        assert block in (mark + text, "- " + text.lstrip("–-• "))
    assert read.page_starts == ()


def test_headings_by_their_style_its_base_or_their_level():
    document = docx.Document()
    own = document.styles.add_style("Zwischentitel", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 2"]
    below = document.styles.add_style("Zwischentitel klein", WD_STYLE_TYPE.PARAGRAPH)
    below.base_style = own
    german = document.styles.add_style("Überschrift 3", WD_STYLE_TYPE.PARAGRAPH)
    for text, style in [("Ein Bad am Fluss", "Title"), ("Es kommt bald", "Subtitle"), ("Kosten", own), ("Zeit", below)]:
        document.add_paragraph(text, style)
    document.add_paragraph("Streit", german)
    levelled = document.add_paragraph("Ausblick")
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "1")
    levelled._p.get_or_add_pPr().append(level)
    document.add_paragraph(SENTENCE)
    read = read_word(saved(document))
    expected = ["# Ein Bad am Fluss", "## Es kommt bald", "## Kosten", "## Zeit", "### Streit", "## Ausblick", SENTENCE]
    assert read.text.split("\n\n") == expected
    assert read.metadata.title == "Ein Bad am Fluss"


def test_lists_by_style_or_numbering():
    document = docx.Document()
    document.add_paragraph("Es gibt:")
    document.add_paragraph("Rutschen", "List Bullet")
    numbered = document.add_paragraph("Sprungbretter", "List Paragraph")
    numbered._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
    )
    document.add_paragraph("• Liegen")
    document.add_paragraph("Eingerückt, aber kein Punkt.", "List Paragraph")
    document.add_paragraph("Weiter im Punkt.", "List Continue")
    assert read_word(saved(document)).text == (
        "Es gibt:\n\n- Rutschen\n- Sprungbretter\n- Liegen\n\nEingerückt, aber kein Punkt.\n\nWeiter im Punkt."
    )


def test_tables_stand_in_their_place_and_name_their_columns():
    document = docx.Document()
    document.add_paragraph("Davor.")
    table = document.add_table(3, 3)
    for row, texts in zip(table.rows, [("Jahr", "Quartal", "Gäste"), ("2023", "1", "5"), ("", "2", "7")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("Danach.")
    text = "Davor.\n\n- Jahr: 2023; Quartal: 1; Gäste: 5\n- Jahr: 2023; Quartal: 2; Gäste: 7\n\nDanach."
    assert read_word(saved(document)).text == text


def test_tables_that_only_place_text_are_paragraphs():
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = SENTENCE
    table.cell(0, 1).add_paragraph("Es soll im Herbst öffnen.")
    assert read_word(saved(document)).text == f"{SENTENCE}\n\nEs soll im Herbst öffnen."


def run(text, properties=""):
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


DELETED = '<w:del w:id="1" w:author="x"><w:r><w:delText>Nie.</w:delText></w:r></w:del>'
INSERTED = f'<w:ins w:id="2" w:author="x">{run("Doch.")}</w:ins>'
CONTROL = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('Im Feld.')}</w:sdtContent></w:sdt>"
BROKEN = "<w:r><w:t>Am Fluss</w:t><w:br/><w:t>entsteht ein Bad.</w:t><w:br/><w:t>Es wird groß.</w:t></w:r>"
HYPHENS = "<w:r><w:t>Ver</w:t><w:softHyphen/><w:t>kehr in Nord</w:t><w:noBreakHyphen/><w:t>Süd</w:t></w:r>"
BOX = (
    "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
    f"<w:p>{run('Im Kasten.')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
TWICE = (
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    f"<mc:Choice Requires='x'>{run('Einmal.')}</mc:Choice><mc:Fallback>{run('Einmal.')}</mc:Fallback>"
    "</mc:AlternateContent>"
)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        pytest.param(f"<w:hyperlink>{run('Das Bad ')}</w:hyperlink>{run('öffnet.')}", "Das Bad öffnet.", id="link"),
        pytest.param(CONTROL, "Im Feld.", id="content control"),
        pytest.param(DELETED + INSERTED, "Doch.", id="tracked changes"),
        pytest.param(f"<w:moveFrom>{run('Alt.')}</w:moveFrom><w:moveTo>{run('Neu.')}</w:moveTo>", "Neu.", id="moved"),
        pytest.param(run("Geheim.", "<w:rPr><w:vanish/></w:rPr>") + run("Offen."), "Offen.", id="hidden"),
        pytest.param(HYPHENS, "Verkehr in Nord-Süd", id="hyphens"),
        pytest.param(BROKEN, "Am Fluss entsteht ein Bad.\nEs wird groß.", id="line breaks"),
        pytest.param(f"<w:r><w:instrText>PAGE</w:instrText></w:r>{run('Seite 4')}", "Seite 4", id="field"),
        pytest.param(f"{run('Vor.')}{BOX}{run(' Nach.')}", "Vor. Nach.\n\nIm Kasten.", id="text box"),
        pytest.param(TWICE, "Einmal.", id="the same for old programs"),
    ],
)
def test_what_is_seen_is_read(xml, text):
    assert read_word(body_of(xml)).text == text


def test_footnotes_stand_at_the_end():
    content = body_of("<w:r><w:t>Im Text.</w:t></w:r>")
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='-1'><w:p><w:r><w:t>x</w:t></w:r></w:p>"
        "</w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>Eine Fußnote.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relations = part_of(content, "word/_rels/document.xml.rels").replace(
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" '
        'Target="footnotes.xml"/></Relationships>',
    )
    content = with_parts(content, {"word/footnotes.xml": notes, "word/_rels/document.xml.rels": relations})
    assert read_word(content).text == "Im Text.\n\nEine Fußnote."


def test_headers_and_contents_are_removed():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Streckenblatt\tSeite"
    contents = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Kosten 3", contents)
    document.add_paragraph(SENTENCE)
    read = read_word(saved(document))
    assert read.text == SENTENCE
    assert read.removed == ("Kosten 3", "Streckenblatt Seite")


def with_properties(name, kind, xml):
    content = body_of(f"<w:r><w:t>{SENTENCE}</w:t></w:r>")
    relations = part_of(content, "_rels/.rels").replace(
        "</Relationships>",
        f'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{name}"/></Relationships>',
    )
    return with_parts(content, {name: xml, "_rels/.rels": relations})


def test_properties_tell_the_source_but_not_when_the_file_was_saved():
    document = docx.Document()
    document.core_properties.title = "Ein Bad für alle"
    document.core_properties.author = "Johanna Spyri"
    document.core_properties.language = "de-DE"
    document.add_paragraph(SENTENCE)
    told = read_word(saved(document)).metadata
    assert (told.title, told.author, told.language, told.published) == ("Ein Bad für alle", "Johanna Spyri", "de", None)


@pytest.mark.parametrize("author", ["", "python-docx", "Microsoft Office User", "User"])
def test_names_that_programs_wrote_are_none(author):
    document = docx.Document()
    document.core_properties.author = author
    document.core_properties.title = "Dokument1"
    document.add_paragraph(SENTENCE)
    told = read_word(saved(document)).metadata
    assert (told.title, told.author, told.publisher) == (None, None, None)


def test_custom_properties_tell_publisher_address_and_day():
    properties = "".join(
        f'<property pid="{number}" name="{name}"><v:lpwstr>{value}</v:lpwstr></property>'
        for number, (name, value) in enumerate(
            [("Verlag", "Streckenblatt"), ("URL", "https://example.org/bad"), ("Veröffentlicht", "24. Februar 2025")], 2
        )
    )
    xml = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:v="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{properties}</Properties>'
    )
    told = read_word(with_properties("docProps/custom.xml", "custom-properties", xml)).metadata
    assert (told.publisher, told.url, told.published) == ("Streckenblatt", "https://example.org/bad", date(2025, 2, 24))


def test_the_company_is_the_publisher():
    content = body_of(f"<w:r><w:t>{SENTENCE}</w:t></w:r>")
    extended = part_of(content, "docProps/app.xml").replace("<Company/>", "<Company></Company>")
    extended = extended.replace("<Company></Company>", "<Company>Hafenbote</Company>")
    assert read_word(with_parts(content, {"docProps/app.xml": extended})).metadata.publisher == "Hafenbote"


WHOLE = body_of(f"<w:r><w:t>{SENTENCE}</w:t></w:r>")


def bomb(*, lies):
    """Make a package whose document unpacks to 250 MB, of a megabyte; or one that declares 9 bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(250):
                part.write(bytes(1_000_000))
    content = bytearray(buffer.getvalue())
    if lies:
        for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            place = content.find(b"word/document.xml", content.find(mark)) - (30 if mark[2] == 3 else 46)
            place = place if mark[2] == 3 else content.rfind(b"PK\x01\x02")
            content[place + offset : place + offset + 4] = struct.pack("<I", 9)
    return bytes(content)


@pytest.mark.parametrize("lies", [False, True], ids=["declared", "lying"])
def test_a_bomb_is_not_unpacked(lies, monkeypatch):
    unpacked = []
    chunks = word_package._chunks
    monkeypatch.setattr(word_package, "_chunks", lambda *a: (unpacked.append(len(c)) or c for c in chunks(*a)))
    with pytest.raises(UnreadableError, match=r"unpacks to more|damaged"):
        read_word(bomb(lies=lies))
    assert sum(unpacked) < 20_000_000


def test_a_part_that_lies_about_its_size_is_counted_as_it_is(monkeypatch):
    monkeypatch.setattr(word_package, "UNPACKED_LIMIT", 1_000)
    monkeypatch.setattr(word_package, "_check_declared", lambda entries: None)
    with pytest.raises(UnreadableError, match="unpacks to more"):
        read_word(WHOLE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    ],
    ids=["billion laughs", "external"],
)
def test_declared_entities_are_refused(declared, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<w:document {nsdecls("w")}><w:body/></w:document>'
    with pytest.raises(UnreadableError, match="entities"):
        read_word(with_parts(WHOLE, {"word/document.xml": xml.encode(encoding)}))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no Word document", id="empty"),
        pytest.param(b"Nur Text.", "no Word document", id="text"),
        pytest.param(OLE, "old Word file", id="doc"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", id="protected"),
        pytest.param(WHOLE[: len(WHOLE) // 2], "damaged", id="cut off"),
        pytest.param(WHOLE[:-10], "damaged", id="cut off at the end"),
        pytest.param(saved(docx.Document()), "no text", id="empty document"),
        pytest.param(with_parts(WHOLE, {"word/document.xml": "<w:document"}), "damaged", id="broken XML"),
        pytest.param(with_parts(WHOLE, {f"word/{n}.xml": "" for n in range(5_001)}), "parts", id="endless parts"),
        pytest.param(
            with_parts(
                WHOLE,
                {"[Content_Types].xml": part_of(WHOLE, "[Content_Types].xml").replace("wordprocessingml", "other")},
            ),
            "another kind|damaged",
            id="a spreadsheet",
        ),
    ],
)
def test_what_is_no_word_file_is_one_reason(content, reason):
    with pytest.raises(UnreadableError, match=reason) as caught:
        read_word(content)
    assert "\n" not in str(caught.value)


def test_too_much_text_is_said(monkeypatch):
    monkeypatch.setattr(word, "CHARACTER_LIMIT", 10)
    with pytest.raises(UnreadableError, match="characters; split"):
        read_word(WHOLE)


def test_deep_nesting_is_no_crash():
    table = f"<w:p {nsdecls('w')}><w:r><w:t>Tief.</w:t></w:r></w:p>"
    for _ in range(60):
        table = f"<w:tbl {nsdecls('w')}><w:tr><w:tc>{table}</w:tc></w:tr></w:tbl>"
    outcome(
        with_parts(WHOLE, {"word/document.xml": f"<w:document {nsdecls('w')}><w:body>{table}</w:body></w:document>"})
    )


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
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
        read = read_word(content)
    except UnreadableError as error:
        read = str(error)
    assert isinstance(read, Document) or (read and "\n" not in read)
