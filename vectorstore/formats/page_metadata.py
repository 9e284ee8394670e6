"""What a web page tells of its article: JSON-LD, Open Graph, meta and time elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from vectorstore.formats.dates import read_date
from vectorstore.formats.document import Metadata
from vectorstore.outlets import may_be_outlet, owners

ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Review|Recipe|Interview|CreativeWork|WebPage)$")
NESTING = 6  # of JSON-LD's values in values
HEADLINE_WORDS = 3
NAME_LENGTH = 80  # characters of a byline; a longer one is an author's portrait
JSON_LIMIT = 500_000  # characters of one block; a page's own text may be in it, an encyclopedia's isn't

_TITLE = ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "title")
_PUBLISHED = (
    "article:published_time", "datepublished", "date.issued", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.date", "dcterms.created", "date", "publication_date", "publish-date", "pubdate", "parsely-pub-date",
    "sailthru.date", "last-published",
)  # fmt: skip
_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl")
_PUBLISHER = (
    "og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "application-name", "apple-mobile-web-app-title",
)  # fmt: skip
_NAMING = ("a", "span", "div", "p", "b", "td", "h1", "h2", "font")
"""Elements in which a page names its outlet, or shows its headline."""
_URL = ("og:url", "dc.identifier", "twitter:url")
_SUFFIX = re.compile(r"\s+[|–—»·-]\s+[^|–—»·]{2,40}$")  # the outlet's name after the title
_NO_NAME = re.compile(r"https?://|^@|^\W*$", re.IGNORECASE)


def read_page_metadata(tree: Any) -> Metadata:
    """Return what a page tells of its article outside of its text; what is told twice, the article's own data first."""
    headline = Metadata(title=_headline(tree))
    return headline.or_else(_from_json_ld(tree)).or_else(_from_meta(tree)).or_else(_from_elements(tree))


def _headline(tree: Any) -> str | None:
    """Return the page's one headline; what its head says is often shortened for search engines."""
    found = [_words(item) for item in tree.iter("h1")]
    return found[0] if len(found) == 1 and len(found[0].split()) >= HEADLINE_WORDS else None


def _words(element: Any) -> str:
    """Return an element's text on one line."""
    return " ".join(" ".join(element.itertext()).split())


def _from_json_ld(tree: Any) -> Metadata:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            data = json.loads((script.text or "")[:JSON_LIMIT], strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _articles(data, 0):
            return Metadata(
                title=_text(item.get("headline") or item.get("name")),
                published=_day(item.get("datePublished") or item.get("dateCreated")),
                author=_names(item.get("author") or item.get("creator")),
                publisher=_names(item.get("publisher")),
                url=_address(item.get("url")) or _address(item.get("mainEntityOfPage")),
                language=_language(item.get("inLanguage")),
            )
    return Metadata()


def _articles(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield what JSON-LD describes as an article, wherever it is nested."""
    if depth > NESTING:
        return
    if isinstance(data, list):
        for item in data:
            yield from _articles(item, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        named = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and ARTICLE_TYPES.search(kind) for kind in named) and (
            data.get("headline") or data.get("datePublished")
        ):
            yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _articles(data.get(key), depth + 1)


def _from_meta(tree: Any) -> Metadata:
    told: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            told.setdefault(name, content)

    def first(names: tuple[str, ...]) -> str | None:
        return next((told[name] for name in names if name in told), None)

    canonical = tree.xpath("//link[@rel='canonical']/@href")
    return Metadata(
        title=_without_outlet(first(_TITLE), told.get("og:site_name")),
        published=next(filter(None, (_day(told.get(name)) for name in _PUBLISHED)), None),
        author=next((told[name] for name in _AUTHOR if name in told and not _NO_NAME.search(told[name])), None),
        publisher=first(_PUBLISHER),
        url=_address(canonical[0] if canonical else None) or _address(first(_URL)),
    )


def _from_elements(tree: Any) -> Metadata:
    """Return what elements of the page tell: its title, its language, dates and authors marked as the article's."""
    title = _text(tree.findtext(".//title")) or ""
    dates = tree.xpath(
        "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content"
        " | //time[@pubdate]/@datetime"
    )
    return Metadata(
        title=_without_outlet(title, None),
        published=next(filter(None, map(_day, dates or _times(tree))), None),
        author=next(_bylines(tree), None),
        publisher=_outlet(title, tree),
        language=_language(tree.get("lang")),
    )


def _bylines(tree: Any) -> Iterator[str]:
    """Yield the names that elements marked as the author's hold."""
    marked = tree.xpath(
        "//*[@itemprop='author'] | //a[@rel='author']"
        " | //*[self::span or self::a or self::p or self::div or self::address]"
        "[re:test(@class, '(^|[-_ ])(author|autor|byline|verfasser)([-_ ]?name)?($| )', 'i')]",
        namespaces={"re": "http://exslt.org/regular-expressions"},
    )
    for element in marked:
        name = re.sub(r"^(?:von|by|text:|autor(?:in)?:)\s+", "", _words(element), flags=re.IGNORECASE)
        if 0 < len(name) <= NAME_LENGTH and not re.search(r"[.!?:]$|\d", name):
            yield name


def _outlet(title: str, tree: Any) -> str | None:
    """Return the outlet's name behind a page's title, or in its copyright line if the title has it, too.

    Behind a dash may stand the rest of a headline as well, so the page must show the headline without it, or the name.
    """
    suffix = _SUFFIX.search(title)
    name = suffix[0].strip(" |–—»·-") if suffix else ""
    leaves = [" ".join((item.text or "").split()) for item in tree.iter(*_NAMING)]
    if suffix and may_be_outlet(name) and title not in leaves:
        bare = title[: suffix.start()]
        if "|" in suffix[0] or any(name.lower() == leaf.lower() or leaf.startswith(bare) for leaf in leaves):
            return name
    return next((owner for leaf in leaves for owner in owners(leaf) if owner.lower() in title.lower()), None)


def _times(tree: Any) -> list[str]:
    """Return when the ``time`` elements near the headline are: the first, if it stands in the article or its head."""
    found = tree.xpath("//article//time/@datetime | //header//time/@datetime | //main//time/@datetime")
    return [str(found[0])] if found else []


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """Return a title without the outlet's name behind it."""
    if not title:
        return None
    bare = _SUFFIX.search(title)
    if bare and (outlet is None or outlet.lower() in bare[0].lower()):
        return title[: bare.start()]
    return title


def _text(value: Any) -> str | None:
    import html

    text = " ".join(html.unescape(value).split()) if isinstance(value, str) else ""
    return text or None


def _names(value: Any) -> str | None:
    """Return the names of one or several persons or organisations."""
    names = []
    for item in value if isinstance(value, list) else [value]:
        name = _text(item.get("name") if isinstance(item, dict) else item)
        if name and not _NO_NAME.search(name):
            names.append(name)
    return ", ".join(dict.fromkeys(names)) or None


def _address(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) and value.strip().startswith(("http://", "https://")) else None


def _day(value: Any) -> Any:
    return read_date(value) if isinstance(value, str) else None


def _language(value: Any) -> str | None:
    code = value.strip().lower()[:2] if isinstance(value, str) else ""
    return code if re.fullmatch("[a-z]{2}", code) else None
