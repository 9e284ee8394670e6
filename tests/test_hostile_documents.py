"""Files made to hang or crash their parser: each ends within the limits, in one line or read, and the next is read.

All pass through the process that parses, with small limits, so that what would take gigabytes and minutes takes little.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import docx
import pytest

from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.parsing_frames import Kind
from vectorstore.formats.parsing_process import ParsingProcess

SENTENCE = "Die Stadt baut am Fluss ein neues Bad."
SECONDS = 10.0
MEMORY = 200_000_000
NESTED, TOO_MUCH = "nested too deeply", r"more than 0\.2 GB of memory"
limited = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")


@pytest.fixture(scope="module")
def process() -> Iterator[ParsingProcess]:
    with ParsingProcess(seconds=SECONDS, memory=MEMORY) as shared:
        yield shared


def parse(process: ParsingProcess, content: bytes, kind: Kind) -> Document | str:
    """Return the document or the reason, and make sure that the next document is read as if nothing had happened."""
    try:
        read: Document | str = process.parse(content, kind)
    except UnreadableError as error:
        read = str(error)
        assert "\n" not in read
        assert len(read) < 120
    assert process.parse(WHOLE, "pdf").text == SENTENCE
    return read


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<" + FONT + b">>>>"
SHOWN = f"BT /F 12 Tf 20 200 Td ({SENTENCE}) Tj ET".encode()


def make_pdf(pages: bytes, content: bytes, *more: bytes, page: bytes = PAGE) -> bytes:
    """Return a PDF of these objects: the page tree is number 2, the page 3, its content 4, others follow."""
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, written in enumerate((CATALOG, pages, page, content, *more), start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(made))
    return bytes(made) + head + table + tail


def stream(content: bytes, told: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (told, len(content), content)


def tree(kids: bytes, count: int = 1) -> bytes:
    return b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids)


def packed(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


BLANKS = packed(300)
ONE = tree(b"3 0 R")
WHOLE = make_pdf(ONE, stream(SHOWN))
CALLS_ITSELF = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 5>>stream\n/X Do\nendstream"
)


def chain(length: int, width: int = 1) -> Sequence[bytes]:
    """Return page trees in one another, from object 5 on; the last one has the page."""
    return [*(tree(b"%d 0 R " % (number + 1) * width) for number in range(5, 5 + length)), tree(b"3 0 R")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(make_pdf(tree(b"3 0 R", 1_000_000), stream(SHOWN)), id="claims a million pages"),
        pytest.param(make_pdf(tree(b"2 0 R 3 0 R 2 0 R", 3), stream(SHOWN)), id="a tree of pages that holds itself"),
        pytest.param(make_pdf(tree(b"3 0 R " * 50_000), stream(SHOWN)), id="one page, named many times"),
        pytest.param(make_pdf(tree(b"5 0 R"), stream(SHOWN), *chain(20, width=10)), id="10 to the 20 ways to a page"),
        pytest.param(
            make_pdf(
                ONE, stream(b"/X Do " + SHOWN), CALLS_ITSELF, page=PAGE.replace(b"/Font", b"/XObject<</X 5 0 R>>/Font")
            ),
            id="a drawing that draws itself",
        ),
        pytest.param(WHOLE.replace(b"trailer<<", b"trailer<</Prev 9 "), id="a table of objects that leads nowhere"),
    ],
)
def test_a_pdf_that_leads_in_circles_is_read_once(process: ParsingProcess, content: bytes) -> None:
    read = parse(process, content, "pdf")
    assert isinstance(read, Document), read
    assert read.text == SENTENCE
    assert read.page_starts == (0,)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(make_pdf(tree(b"5 0 R"), stream(SHOWN), *chain(5_000)), NESTED, id="5,000 trees in one another"),
        pytest.param(make_pdf(ONE, b"<</Length 4 0 R>>stream\nBT ET\nendstream"), NESTED, id="as long as itself"),
        pytest.param(
            make_pdf(ONE, stream(BLANKS, b"/Filter/FlateDecode")), TOO_MUCH, id="300 MB of 400 kB", marks=limited
        ),
        pytest.param(
            make_pdf(ONE, stream(zlib.compress(BLANKS, 9), b"/Filter[/FlateDecode/FlateDecode]")),
            TOO_MUCH,
            id="300 MB of 1 kB",
            marks=limited,
        ),
    ],
)
def test_a_pdf_that_asks_for_too_much_is_refused(process: ParsingProcess, content: bytes, reason: str) -> None:
    read = parse(process, content, "pdf")
    assert isinstance(read, str)
    assert re.search(reason, read), read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"<div>" * 100_000 + SENTENCE.encode(), NESTED, id="100,000 elements in one another"),
        pytest.param(b"<p><b><i><a href=x>" * 200_000, NESTED, id="none of them closed"),
        pytest.param(b"<table><tr><td>" * 60_000, NESTED, id="tables in one another"),
    ],
)
def test_a_page_nested_without_end_is_refused(process: ParsingProcess, content: bytes, reason: str) -> None:
    assert reason in str(parse(process, content, "html"))


def test_a_million_attributes_end_with_the_time_allowed() -> None:
    """Each is compared with all before it: minutes, in a library written in C that listens to nobody."""
    attributes = b" ".join(b"a%d=1" % number for number in range(1_000_000))
    page = b"<html><body><p " + attributes + b">" + SENTENCE.encode()
    with ParsingProcess(seconds=1) as process:
        assert parse(process, WHOLE, "pdf")
        assert parse(process, page, "html") == "parsing took longer than 1 seconds; split the file"


def test_a_page_of_repeats_and_entities_is_read_as_it_is(process: ParsingProcess) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY b "haha"><!ENTITY c "&b;&b;&b;&b;">]>'
    page = laughs + b"<html><body><p " + b"a=1 " * 300_000 + b">" + SENTENCE.encode() + b" &c; &c;</p>"
    read = parse(process, page, "html")
    assert isinstance(read, Document), read
    assert SENTENCE in read.text
    assert "haha" not in read.text


def make_word(name: str, part: bytes) -> bytes:
    """Return a Word file, one part of which is another."""
    whole, made = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return made.getvalue()


BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%b</w:body></w:document>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("name", "part", "reason"),
    [
        pytest.param("word/settings.xml", b" ", "unpacks to more", id="a part that isn't shown fills the memory"),
        pytest.param("docProps/core.xml", LAUGHS + b"<a>&c;</a>", "entities", id="laughs in the properties"),
        pytest.param(
            "word/document.xml", BODY % (b"<w:p><w:r>" * 50_000 + b"</w:r></w:p>" * 50_000), "", id="100,000 deep"
        ),
    ],
)
def test_a_word_file_that_swells_is_refused(process: ParsingProcess, name: str, part: bytes, reason: str) -> None:
    read = parse(process, make_word(name, part * 220_000_000 if part == b" " else part), "docx")
    assert isinstance(read, str)
    assert reason in read


@limited
def test_the_memory_of_one_document_is_not_held_against_the_next(process: ParsingProcess) -> None:
    """A child whose peak was high would blame want of memory for whatever fails after it."""
    process.close()
    blanks = zlib.compress(b" " * 60_000_000 + SHOWN, 1)
    assert process.parse(make_pdf(ONE, stream(blanks, b"/Filter/FlateDecode")), "pdf").text == SENTENCE
    assert process._child is None
    nested = make_pdf(tree(b"5 0 R"), stream(SHOWN), *chain(5_000))
    assert NESTED in str(parse(process, nested, "pdf"))
