"""Files to articles: the text, what the file itself tells of its source, and one clear line where it can't be read."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from frontmatter.default_handlers import YAMLHandler

from vectorstore.cleaning import clean, normalise
from vectorstore.errors import ArticleError
from vectorstore.passage import Article, Source
from vectorstore.sentences import Block, find_blocks, split_sentences

SUFFIXES = (".md", ".txt")

SIZE_LIMIT = 20_000_000  # bytes: five long novels; beyond it is a data dump, no article
FRONT_MATTER_LIMIT = 10_000  # characters: a few lines are usual
FRONT_MATTER_LISTS = 50  # lists and mappings, which the YAML parser takes recursively where they are nested
VALUE_LENGTH = 300  # characters of a title or a name
ADDRESS_LENGTH = 2_000  # characters: browsers take no longer ones, and a cut address leads nowhere
TITLE_LENGTH = 160  # characters of a line that may be a title
TITLE_WORDS = 3
TITLE_BLOCKS = 10  # blocks at the top among which a title may stand alone
TITLE_REACH = 2_000  # characters at the top in which any headline-like line will do
DATE_LINES = 10  # lines at the top, one of which may be the date of publication

_MONTHS = (
    ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"),
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
)
_DATES = (  # each with the groups that hold year, month and day
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.,Z+ -]{1,30})?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{1,2})\.\s?([^\W\d_]{3,9})\.?\s(\d{4})"), (3, 2, 1)),
    (re.compile(r"([^\W\d_]{3,9})\.?\s(\d{1,2}),?\s(\d{4})"), (3, 1, 2)),
)

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_GARBLED = re.compile(r"Ã[\x80-\xbf¤¶¼Ÿ„–œ]|â€")  # UTF-8 read as Windows-1252: the file is UTF-8 with a broken byte
_FIRST_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)
_NO_TITLE = re.compile(r"[-*+•|>]\s|\S*(?:https?://|www\.)|(?:von|by)\s(?:\S+\s?){1,3}$", re.IGNORECASE)


def find_files(folder: Path) -> list[Path]:
    """List the article files of a folder and its subfolders, sorted; hidden ones and links that lead out are skipped.

    Raises ArticleError if the folder isn't there, is no folder, can't be listed, or holds no article.
    """
    if not folder.exists():
        raise ArticleError(f"there is no folder {_shown(folder)}; check the name or create it")
    if not folder.is_dir():
        raise ArticleError(f"{_shown(folder)} is not a folder; name the folder that holds the articles")
    files = sorted(_files(folder))
    if not files:
        raise ArticleError(f"the folder {_shown(folder)} holds no article; put {' or '.join(SUFFIXES)} files into it")
    return files


def read_article(path: Path, article_id: str) -> Article:
    """Read a Markdown or text file as an article: cleaned text, and the source as far as the file itself tells it.

    Raises ArticleError if the file can't be read, is too large, is no text, has broken front matter, or holds no
    sentence that could be quoted.
    """
    content = _decoded(path)
    metadata: dict[str, str] = {}
    markdown = path.suffix.lower() == ".md"
    if markdown:
        metadata, content = _front_matter(path, content)
    text, removed = clean(content)
    if not any(sentence.quotable for sentence in split_sentences(text)):
        raise ArticleError(f"{_shown(path)} holds no sentence to quote; write one into it or take it out of the folder")
    heading = _FIRST_HEADING.search(text) if markdown else None
    dates = map(
        _date, [metadata.get("published", metadata.get("date", "")), *text.split("\n", DATE_LINES)[:DATE_LINES]]
    )
    title = metadata.get("title") or (heading[1].strip("#*_` ") if heading else "") or _title(path, text)
    source = Source(
        article_id=article_id,
        title=title[:VALUE_LENGTH].rstrip(),
        published=next(filter(None, dates), None),
        author=metadata["author"][:VALUE_LENGTH].rstrip() if "author" in metadata else None,
        publisher=metadata["publisher"][:VALUE_LENGTH].rstrip() if "publisher" in metadata else None,
        url=_web_address(metadata.get("url", "")),
    )
    return Article(source, text, removed)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits; ArticleError if it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _files(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:  # a subfolder skipped in silence would look like deleted articles
        raise _unreadable(Path(error.filename or folder), error) from error

    inside = folder.resolve()
    for root, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES or not path.is_file():
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(inside):
                yield path


def _shown(path: Path) -> str:
    """Return a path fit for one line of a message."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n").replace("\r", "\\r")


def _unreadable(path: Path, error: OSError) -> ArticleError:
    return ArticleError(f"{_shown(path)} can't be read ({error.strerror or error}); check that it's there and readable")


def _decoded(path: Path) -> str:
    """Return the text of a file in UTF-8 or, where the bytes make plausible text, Windows-1252."""
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for ever
            raise ArticleError(f"{_shown(path)} is not a file; name a text file")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > SIZE_LIMIT:
        raise ArticleError(f"{_shown(path)} is larger than {SIZE_LIMIT // 1_000_000} MB; split it into articles")
    text = _as_text(content)
    if text is None:
        raise ArticleError(f"{_shown(path)} is not text; save it as UTF-8 or take it out of the folder")
    return text


def _as_text(content: bytes) -> str | None:
    """Decode bytes, or return None where they are no text."""
    if b"\x00" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = sum(map(str.isalpha, text)) + sum(map(str.isspace, text))
    plausible = 2 * letters > len(text) and not _BINARY.search(text) and not _GARBLED.search(text)
    return text if plausible else None


def _front_matter(path: Path, content: str) -> tuple[dict[str, str], str]:
    """Split a Markdown file into its front matter, each value as one line, and the text below."""
    handler = YAMLHandler()
    content = content.replace("\r\n", "\n").replace("\r", "\n").lstrip()
    if not handler.detect(content):
        return {}, content
    try:
        header, body = handler.split(content)
    except ValueError:  # a rule at the top, no front matter
        return {}, content
    try:
        _refuse_bombs(header)
        values = handler.load(header, Loader=yaml.BaseLoader)  # builds strings, lists and dicts, nothing else
    except (yaml.YAMLError, ValueError) as error:
        reason = str(getattr(error, "problem", None) or error).partition("\n")[0]
        raise ArticleError(
            f"the front matter of {_shown(path)} is broken ({reason}); mend it or take out the --- at the top"
        ) from error
    if not isinstance(values, dict):  # text between two rules
        return {}, body if values is None else content
    lines = {str(key).strip().lower(): _one_line(value) for key, value in values.items()}
    return {key: line for key, line in lines.items() if line.lower() not in ("", "~", "null")}, body


def _refuse_bombs(header: str) -> None:
    """Raise ValueError for what makes YAML explode: too much of it, references, lists in lists in lists."""
    if len(header) > FRONT_MATTER_LIMIT:
        raise ValueError(f"longer than {FRONT_MATTER_LIMIT} characters")
    lists = 0
    for token in yaml.scan(header, Loader=yaml.BaseLoader):
        lists += type(token).__name__.endswith(("MappingStartToken", "SequenceStartToken"))
        if lists > FRONT_MATTER_LISTS or isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise ValueError("too many lists, or a value that begins with & or * without quotation marks")


def _one_line(value: object) -> str:
    """Turn a value of the front matter into one line; a list's entries are joined by commas."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(normalise(text).split())


def _title(path: Path, text: str) -> str:
    """Find the headline at the top of a text; else the file's name has to do."""
    for block in find_blocks(text[: TITLE_BLOCKS * TITLE_REACH])[:TITLE_BLOCKS]:
        line = text[block.start : block.end].strip("# ")
        if block.kind in ("paragraph", "heading") and _is_headline(line) and not _beside_date(text, block):
            return line
    top = text[:TITLE_REACH].split("\n")
    for line in top if len(text) <= TITLE_REACH else top[:-1]:
        if _is_headline(line.strip("# ")):
            return line.strip("# ")
    return _one_line(re.sub("[-_]+", " ", path.stem)) or _shown(Path(path.name))


def _is_headline(line: str) -> bool:
    if len(line) > TITLE_LENGTH or "\n" in line or len(line.split()) < TITLE_WORDS:
        return False
    return not (line.rstrip("\"'“”‘’»«)").endswith((".", ":", ",", ";", "…")) or _NO_TITLE.match(line) or _date(line))


def _beside_date(text: str, block: Block) -> bool:
    """Tell whether a line stands in one block with a bare date, as bylines do."""
    start = text.rfind("\n\n", 0, block.start) + 1
    end = text.find("\n\n", block.end)
    return any(_date(line) for line in text[start : end if end >= 0 else len(text)].split("\n"))


def _date(line: str) -> date | None:
    """Read a whole line as a date: "2025-02-24", "24.02.2025", "24. Februar 2025" or "February 24, 2025"."""
    for pattern, order in _DATES:
        if match := pattern.fullmatch(line.strip()):
            year, month, day = (match[number] for number in order)
            named = [names.index(month[:3].lower()) + 1 for names in _MONTHS if month[:3].lower() in names]
            try:
                return date(int(year), named[0] if named else int(month), int(day))
            except ValueError:
                return None
    return None


def _web_address(value: str) -> str | None:
    """Return an address that is safe to link to, or None."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.netloc and " " not in value and len(value) <= ADDRESS_LENGTH
    return value if safe else None
