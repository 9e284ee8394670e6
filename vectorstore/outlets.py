"""Which outlet a page belongs to, as the page itself tells it above and below its article. In doubt, none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vectorstore.cleaning.furniture import is_footer_link, is_furniture, is_menu_line
from vectorstore.cleaning.wording import mentions, says
from vectorstore.formats.dates import read_date_line

TOP_LINES = 12  # lines at the top of a page among which its name stands
NAME_WORDS = 4  # of an outlet's name
NAME_LENGTH = (4, 60)  # characters of it, shortest and longest: shorter lines are sections and figures
LOWER_LENGTH = 20_000  # characters of what stands around the article that are searched
PORTAL_REACH = 3_000  # characters at the end of a text in which a press portal says that others answer for it

_SEPARATOR = re.compile(r"\s+[|–—»·•:-]\s+|\s*[|·•»]\s*|:\s+")
_LOGO = re.compile(r"\s+logo$", re.IGNORECASE)
_DOMAIN = re.compile(r"\.(?:de|com|net|org|at|ch|eu|info|online|news|co\.uk|example)$", re.IGNORECASE)
_GLUED_WORD = re.compile(r"[A-ZÄÖÜ][a-zäöüß-]{3,}(?=[A-ZÄÖÜ])")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:(?:19|20)\d\d\s*)?(?P<name>[A-ZÄÖÜ][^|·•.\n]{2,60})", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\s+(?:verlag\w*|medienhaus|medien|media|mediengruppe|gmbh|ag|se|kg|ltd|limited|inc|llc|online|group"
    r"|all rights|on the|(?:19|20)\d\d)\b.*$",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"agence|agentur|dpa|reuters|associated press|getty|imago|picture.alliance|shutterstock|foto|photo", re.IGNORECASE
)
_NEAR = r"(?:©|impressum|verlag|redaktion|newsletter|gmbh|\bag\b|medienhaus|\babo\b|\bltd\b|ist gemeinnützig)"


def find_outlet(top: Sequence[str], around: Sequence[str], text: str) -> str | None:
    """Find the name of a page's outlet.

    Args:
        top: the lines above the headline.
        around: all lines that are not the article's, these among them.
        text: the article.

    Returns:
        A name that stands at the top and again elsewhere around the article, or in the copyright line and anywhere
        else; ``None`` if there is none, or the page is a press portal's, which answers for nothing it carries.
    """
    lines = [line for line in around if line.strip()]
    if any(map(is_portal, (*lines, text[-PORTAL_REACH:]))):
        return None
    whole = "\n".join(lines)[-LOWER_LENGTH:]
    first = next((line for line in top if not is_furniture(line) and not is_footer_link(line)), "")
    for line in top[:TOP_LINES]:
        for name in _names(line):
            if _is_named_below(name, whole.replace(line, "", 1), anywhere=line == first):
                return _as_written(name, whole)
    return next((name for line in lines for name in owners(line) if _count(name, whole) > 1), None)


def without_company(name: str) -> str:
    """Return an outlet's name without that of its company: "Brooker Bote Verlag GmbH" is "Brooker Bote"."""
    return _COMPANY.sub("", name).strip(" ,-–")


def may_be_outlet(name: str) -> bool:
    """Tell whether some words may be the name of an outlet: few, and no department, date or button."""
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1] or len(name.split()) > NAME_WORDS or not name[0].isupper():
        return False
    if says("departments", name, NAME_LENGTH[1]) or is_footer_link(name) or is_menu_line(name):
        return False
    return read_date_line(name) is None and not name.endswith((".", "!", "?", ":", ","))


def _names(line: str) -> Iterator[str]:
    """Yield what may be an outlet's name in a line: the line, its first part, the first word of a glued menu."""
    if len(line) > NAME_LENGTH[1] * NAME_WORDS:
        return
    glued = _GLUED_WORD.match(line)
    line = _LOGO.sub("", line)
    for words in (line, _SEPARATOR.split(line)[0], glued[0] if glued and is_menu_line(line) else ""):
        name = _DOMAIN.sub("", words.strip(" -–|•·*#>"))
        if name and may_be_outlet(name):
            yield name


def _is_named_below(name: str, whole: str, *, anywhere: bool) -> bool:
    """Tell whether a name stands again around the article: beside "Impressum" or the like, or anywhere at all."""
    if anywhere:
        return _count(name, whole) > 0
    bare = re.escape(name)
    near = rf"{_NEAR}[^.\n]{{0,40}}\b{bare}\b|\b{bare}\b[^.\n]{{0,40}}{_NEAR}|\b{bare}-{_NEAR}"
    return re.search(near, whole, re.IGNORECASE) is not None


def _count(name: str, whole: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", whole, re.IGNORECASE))


def _as_written(name: str, whole: str) -> str:
    """Return a name as it is written elsewhere where it stands in capitals at the top."""
    if name != name.upper():
        return name
    found = re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", whole, re.IGNORECASE)
    return next((other for other in found if other != other.upper()), name)


def owners(line: str) -> Iterator[str]:
    """Yield who is named in a copyright line."""
    match = _COPYRIGHT.search(line[: LOWER_LENGTH // 100])
    name = without_company(match["name"]) if match else ""
    if name and may_be_outlet(name) and not _AGENCY.search(name):
        yield name


def is_portal(line: str) -> bool:
    """Tell whether a line is a press portal's, which says that others answer for what it carries."""
    return mentions("press_portals", line[:PORTAL_REACH])
