"""PDF to a document: its running text in reading order, whole paragraphs, and the place at which each page begins.

The steps, a room each: a page's letters to words and tables (``pdf_page``), headers and footers out (``pdf_margins``),
columns (``pdf_columns``), lines (``pdf_lines``) to paragraphs (``pdf_paragraphs``), and what the file tells of its
origin (``pdf_metadata``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from vectorstore.formats.document import Document, UnreadableError
from vectorstore.formats.pdf_columns import ColumnReader
from vectorstore.formats.pdf_lines import before, lines_of
from vectorstore.formats.pdf_margins import strip_margins
from vectorstore.formats.pdf_metadata import read_pdf_metadata
from vectorstore.formats.pdf_page import PageWords, read_page
from vectorstore.formats.pdf_paragraphs import Block, Column, bullet_end, find_paragraphs
from vectorstore.formats.pdf_tables import with_aligned_tables

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF

PAGE_LIMIT = 2_000  # the longest novels; a few minutes' work
CHARACTER_LIMIT = 5_000_000  # of text: as many as 2,000 dense pages hold
TAIL = 4_096  # bytes at the end of a whole PDF in which it says where its table of objects is
TITLE_WORDS = 3  # a larger line of fewer words may be the newspaper's name
TITLE_SIZE = 0.6  # of the largest type: a headline under the newspaper's name
TITLE_BLOCKS = 12  # blocks at the top of page one, one of which may be the title
DEEPEST_HEADING = 4  # levels; type sizes beyond it count as one

_HEADER = b"%PDF-"
NESTED = "its parts are nested too deeply; save it anew in a simpler form"
DAMAGED = "the file is damaged or was cut off; get it again or save it anew"


def read_pdf(content: bytes) -> Document:
    """Read a PDF as paragraphs, headings, list items and rows of tables.

    Where a page begins inside of a paragraph, its offset in ``page_starts`` is that of its first letter, also in the
    middle of a word that was hyphenated; else it is where its first block begins, with its mark.

    Raises:
        UnreadableError: the bytes are no PDF, damaged, protected, only pictures, or too many.
    """
    if _HEADER not in content[:1024]:  # where readers look for it
        raise UnreadableError("it is no PDF; give the file the ending of what it is")
    if b"startxref" not in content.rstrip(b"\0\r\n\t ")[-TAIL:]:
        raise UnreadableError(DAMAGED)
    with _explained(), _opened(content) as pdf:
        pages = list(_pages(pdf))
        words, removed = strip_margins(pages)
        reader = ColumnReader()
        blocks = find_paragraphs(
            [
                Column(number, tuple(with_aligned_tables(lines_of(region))))
                for number, page_words in enumerate(words)
                for region in reader.regions(page_words)
            ]
        )
        if not blocks:
            raise UnreadableError(_no_text(pages))
        title = _title(blocks)
        text, page_starts = _compose(blocks, len(pages), title)
        metadata = read_pdf_metadata(pdf)
    if title and not metadata.title:
        metadata = replace(metadata, title=_text(title)[0])
    return Document(text, metadata, page_starts, removed)


@contextmanager
def _opened(content: bytes) -> Iterator[PDF]:
    import pdfplumber

    pdf = pdfplumber.open(BytesIO(content), pages=list(range(1, PAGE_LIMIT + 2)), raise_unicode_errors=False)
    try:
        yield pdf
    finally:
        pdf.flush_cache()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever the parser raises on a file that it can't read into a reason."""
    try:
        yield
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, MemoryError):
            raise cause from error
        if isinstance(cause, RecursionError):
            raise UnreadableError(NESTED) from error
        name = type(cause).__name__
        if name == "PDFPasswordIncorrect":
            raise UnreadableError("it is protected by a password; save it without one") from error
        if name == "PDFEncryptionError":
            raise UnreadableError("it is encrypted in a way that is not known here; save it without") from error
        raise UnreadableError(DAMAGED) from error


def _pages(pdf: PDF) -> Iterator[PageWords]:
    if len(pdf.pages) > PAGE_LIMIT:
        raise UnreadableError(f"it has more than {PAGE_LIMIT:,} pages; split the file")
    characters = 0
    for page in pdf.pages:
        read = read_page(page)
        page.close()
        characters += sum(len(word.text) + 1 for word in read.words)
        if characters > CHARACTER_LIMIT:
            raise UnreadableError(
                f"it holds more than {CHARACTER_LIMIT // 1_000_000} million characters; split the file"
            )
        yield read


def _no_text(pages: Sequence[PageWords]) -> str:
    if not pages:
        return DAMAGED
    if any(page.has_pictures for page in pages):
        return "its pages are pictures; run text recognition (OCR) over it"
    return "it holds no text; if its pages show some, run text recognition (OCR) over it"


def _title(blocks: Sequence[Block]) -> Block | None:
    """Return the headline: the largest of page one, but not one or two words over a headline nearly as large."""
    top = [block for block in blocks[:TITLE_BLOCKS] if block.pages[0] == blocks[0].pages[0]]
    headings = [block for block in top if block.kind == "heading"]
    if not headings:
        return None
    largest = max(block.size for block in headings)
    long = [block for block in headings if len(_text(block)[0].split()) >= TITLE_WORDS]
    return max(
        [block for block in long if block.size >= TITLE_SIZE * largest] or headings, key=lambda block: block.size
    )


def _compose(blocks: Sequence[Block], page_count: int, title: Block | None) -> tuple[str, tuple[int, ...]]:
    """Write the blocks out, and tell where the pages begin."""
    pieces: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for above, block, mark in zip((None, *blocks), blocks, _marks(blocks, title), strict=False):
        together = above and above.kind == block.kind and block.kind in ("item", "table")
        gap = "" if above is None else "\n" if together else "\n\n"
        text, offsets = _text(block)
        starts.setdefault(block.pages[0], length + len(gap))
        for page, offset in offsets.items():
            starts.setdefault(page, length + len(gap) + len(mark) + offset)
        pieces += [gap, mark, text]
        length += len(gap) + len(mark) + len(text)
    found = [starts.get(page, length) for page in range(page_count)]
    for page in range(page_count - 2, -1, -1):  # a page without text begins where the next does
        found[page] = min(found[page], found[page + 1])
    return "".join(pieces), (0, *found[1:])


def _marks(blocks: Sequence[Block], title: Block | None) -> Iterator[str]:
    """Yield what each block begins with: the title's level is the first, others follow from their size."""
    sizes = {round(block.size) for block in blocks if block.kind == "heading" and block is not title}
    levels = {size: min(level, DEEPEST_HEADING) for level, size in enumerate(sorted(sizes, reverse=True), 2)}
    for block in blocks:
        if block.kind == "heading":
            yield "# " if block is title else "#" * levels[round(block.size)] + " "
        else:
            yield "- " if block.kind == "item" else ""


def _text(block: Block) -> tuple[str, dict[int, int]]:
    """Join a block's lines; return the text without a bullet, and where in it each page but the first begins."""
    first = block.lines[0].text
    texts = [first[bullet_end(first) :] if block.kind == "item" else first, *(line.text for line in block.lines[1:])]
    pieces = [*map(before, texts, texts[1:]), texts[-1]]
    offsets: dict[int, int] = {}
    length = 0
    for piece, page in zip(pieces, block.pages, strict=True):
        offsets.setdefault(page, length)
        length += len(piece)
    del offsets[block.pages[0]]
    return "".join(pieces).replace("\u00ad", "-"), offsets
