"""Files to articles: the text, what the article itself tells of its origin, and one clear line where it can't be read.

How each kind of file is read stands in ``formats``. Web pages, PDF and Word files are untrusted and complex, so they
are parsed in a process of its own, with limits.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

from vectorstore.cleaning import clean, normalise, normalise_characters
from vectorstore.errors import ArticleError
from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document, Metadata, UnreadableError
from vectorstore.formats.markdown import read_markdown
from vectorstore.formats.parsing_process import ParsingProcess
from vectorstore.formats.plain_text import read_plain_text
from vectorstore.formats.properties import web_address
from vectorstore.metadata import find_metadata
from vectorstore.passage import Article, Source
from vectorstore.sentences import guess_language, split_sentences

TEXT_LIMIT = 20_000_000  # bytes: five long novels; beyond it is a data dump, no article
FILE_LIMIT = 100_000_000  # bytes of a file that may hold pictures, of which nothing is kept
SIZE_LIMITS = {
    ".docx": FILE_LIMIT,
    ".htm": TEXT_LIMIT,
    ".html": TEXT_LIMIT,
    ".md": TEXT_LIMIT,
    ".pdf": FILE_LIMIT,
    ".txt": TEXT_LIMIT,
}
"""Largest file that is read, by its suffix, in bytes."""
SUFFIXES = tuple(SIZE_LIMITS)
VALUE_LENGTH = 300  # characters of a title or a name
ADDRESS_LENGTH = 2_000  # characters: browsers take no longer ones, and a cut address leads nowhere

_FIRST_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)
_PAGE_PARTS = re.compile(r"(?P<page>.+)(?:[_.]files|[-_]Dateien)", re.IGNORECASE)


def find_files(folder: Path) -> list[Path]:
    """List the article files of a folder and its subfolders, sorted.

    Hidden ones, links that lead out, and the parts that browsers save beside a page ("Page_files") are skipped.
    Raises ArticleError if the folder isn't there, is no folder, can't be listed, or holds no article.
    """
    if not folder.exists():
        raise ArticleError(f"there is no folder {shown(folder)}; check the name or create it")
    if not folder.is_dir():
        raise ArticleError(f"{shown(folder)} is not a folder; name the folder that holds the articles")
    files = sorted(_files(folder))
    if not files:
        kinds = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise ArticleError(f"the folder {shown(folder)} holds no article; put {kinds} files into it")
    return files


def read_article(path: Path, article_id: str, *, parser: ParsingProcess | None = None) -> Article:
    """Read a file as an article: cleaned text, and the source as far as the article itself tells it.

    Args:
        path: the file, of a kind that ``SUFFIXES`` names.
        article_id: what the article is called in its collection.
        parser: parses web pages, PDF and Word files; without it a process is started for this file alone.

    Raises:
        ArticleError: the file can't be read, is too large, damaged, protected or no text, has broken front matter, or
            holds no sentence that could be quoted.
    """
    content = read_bytes(path)
    try:
        document = parse(content, path.suffix.lower(), parser=parser)
    except UnreadableError as error:
        raise ArticleError(f"{shown(path)} can't be read: {error}") from error
    text, removed = clean(document.text)
    if not any(sentence.quotable for sentence in split_sentences(text)):
        raise ArticleError(f"{shown(path)} holds no sentence to quote; write one into it or take it out of the folder")
    return Article(
        source=_source(article_id, path, document, text, removed),
        text=text,
        removed=document.removed + removed,
        page_starts=place_pages(document, text),
        digest=hashlib.sha256(content).hexdigest(),
    )


def parse(content: bytes, suffix: str, *, parser: ParsingProcess | None = None) -> Document:
    """Read the bytes of a file by its suffix, as ``SUFFIXES`` has it.

    Raises:
        UnreadableError: they can't be read as that.
    """
    if suffix in (".md", ".txt"):
        text = decode(content)
        if text is None:
            raise UnreadableError("it is not text; save it as UTF-8 or take it out of the folder")
        return read_markdown(text) if suffix == ".md" else read_plain_text(text)
    kind = cast(Literal["html", "pdf", "docx"], {".htm": "html"}.get(suffix, suffix[1:]))
    if parser is not None:
        return parser.parse(content, kind)
    with ParsingProcess() as once:
        return once.parse(content, kind)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits.

    Raises:
        ArticleError: the file can't be read, or is too large to be an article.
    """
    check_size(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; errors as ``digest``."""
    limit = check_size(path)
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > limit:  # it grew meanwhile
        raise _too_large(path, limit)
    return content


def check_size(path: Path) -> int:
    """Return how many bytes a file may have, or raise ArticleError if it has more, is not there, or is no file."""
    limit = SIZE_LIMITS.get(path.suffix.lower(), TEXT_LIMIT)
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):  # to open a pipe would wait for ever
        raise ArticleError(f"{shown(path)} is not a file; take it out of the folder")
    if status.st_size > limit:
        raise _too_large(path, limit)
    return limit


def shown(path: Path) -> str:
    """Return a path fit for one line of a message."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in str(path)
    )


def unreadable(path: Path, error: OSError) -> ArticleError:
    """Return what to say where the system refuses a file."""
    return ArticleError(f"{shown(path)} can't be read ({error.strerror or error}); check that it's there and readable")


def _too_large(path: Path, limit: int) -> ArticleError:
    return ArticleError(f"{shown(path)} is larger than {limit // 1_000_000} MB; split it into articles")


def _files(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:  # a subfolder skipped in silence would look like deleted articles
        raise unreadable(Path(error.filename or folder), error) from error

    inside = folder.resolve()
    for root, folders, names in os.walk(folder, onerror=fail):
        beside = {Path(name).stem for name in names if name.lower().endswith((".htm", ".html"))}
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_part_of_page(name, beside)]
        for name in names:
            path = Path(root, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES or not path.is_file():
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(inside):
                yield path


def _is_part_of_page(name: str, pages: set[str]) -> bool:
    """Tell whether a folder holds the frames and pictures that a browser saved beside a page."""
    match = _PAGE_PARTS.fullmatch(name)
    return match is not None and match["page"] in pages


def _source(article_id: str, path: Path, document: Document, text: str, removed: tuple[str, ...]) -> Source:
    """Return what is known of an article's origin: by its file first, then by its text."""
    found = find_metadata(text, whole=document.text, removed=document.removed + removed)
    told = document.metadata.or_else(Metadata(title=_heading(text))).or_else(found)
    return Source(
        article_id=article_id,
        title=_value(told.title) or _one_line(re.sub("[-_]+", " ", path.stem)) or shown(Path(path.name)),
        published=told.published,
        author=_value(told.author),
        publisher=_value(told.publisher),
        url=_address(told.url),
        language=_value(told.language) or guess_language(text),
    )


def _heading(text: str) -> str | None:
    heading = _FIRST_HEADING.search(text)
    return heading[1].strip("#*_` ") if heading else None


def _value(text: str | None) -> str | None:
    """Return a title or name as one short line."""
    return _one_line(text or "")[:VALUE_LENGTH].rstrip() or None


def _one_line(text: str) -> str:
    return " ".join(normalise(text).split())


def place_pages(document: Document, text: str) -> tuple[int, ...]:
    """Return where the pages begin in the cleaned text: at the first of their words that is left, or of those after."""
    if not document.page_starts:
        return ()
    ends = [*document.page_starts[1:], len(document.text)]
    pages = [document.text[start:end] for start, end in zip(document.page_starts, ends, strict=True)]
    pages = [normalise_characters(page) for page in pages]
    whole = "".join(pages)
    places = list(_matched_lines(text, whole))
    starts, begun, place = [], 0, 0
    for page in pages:
        while place < len(places) and places[place][1] + places[place][2] <= begun:
            place += 1
        clean_start, start, _ = places[place] if place < len(places) else (len(text), begun, 0)
        starts.append(clean_start + max(0, begun - start))
        begun += len(page)
    return (0, *starts[1:])


def _matched_lines(text: str, whole: str) -> Iterator[tuple[int, int, int]]:
    """Yield each line of a cleaned text as its start there, its start in the whole text, and its length."""
    start = reached = 0
    for line in text.split("\n"):
        found = whole.find(line, reached) if line else -1
        if found >= 0:
            yield start, found, len(line)
            reached = found + len(line)
        start += len(line) + 1


def _address(value: str | None) -> str | None:
    """Return an address that is safe to link to, whole, or None."""
    address = web_address(value)
    return address if address and len(address) <= ADDRESS_LENGTH else None
