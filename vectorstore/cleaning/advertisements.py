"""What is not the article goes out: teasers, advertisements, reader comments and link lists, because a quote of them
would be no evidence. One small function a rule; in doubt a rule keeps.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from vectorstore.sentences import Block, find_blocks

ROUNDS = 8  # one rule may bare what another takes; real pages need two rounds
STACKED_MARKS = 30  # combining marks on one letter beyond Unicode's stream-safe limit are no text, and slow to sort
ADVERTISING_LENGTH = 600  # characters: advertisements between paragraphs are short
PROSE_LENGTH = 300  # characters: a longer paragraph without a mark of advertising is the article going on
COMMENTS = 3  # paragraphs; more of them in the first person are the author's own voice
COMMENT_MARKS = 2  # besides the first person: one alone is found in columns and essays, too
LINKS = 3  # lines of nothing but addresses: fewer may be meant to be read

_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u00ad\u200b\u2060\ud800-\udfff]")
_NO_LETTERS = re.compile(rf"[^\w\s\x00-\x7f]{{{STACKED_MARKS + 1},}}")
_BLANK_LINES = re.compile(r"\n{3,}")

_HEADLINE = re.compile(r"[^\n]{3,200}\n+")
_DATE_GLUED = re.compile(
    r"(?:\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\. [^\W\d_]{3,9} \d{4})(?=[^\W\d_]|[\"„“»])"
)
_LABEL = re.compile(
    r"[\W_]*(?:anzeigen?|werbung|advertisement|advertorial|ads?|(?:sponsored|gesponsert)(?: \w+)?)[\W_]*", re.IGNORECASE
)
_ADVERTISING = re.compile(
    r"""gratis|kostenlos|gutschein|rabatt
    |\bjetzt\b[^.!?]{0,40}\b(?:sichern|kaufen|bestellen|lesen|weiterlesen|testen|anmelden|herunterladen|informieren
        |registrieren|sparen|klicken|abonnieren|entdecken|erfahren|zu\ tun)\b
    |\bhier\ (?:weiterlesen|klicken|entlang|lesen|anmelden|bestellen|klicke)|\bweiterlesen\b|\bhandlungsbedarf\b
    |\b(?:(?:buy|order|subscribe)\ now|free\ trial|sign\ up|read\ more|click\ here)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESSED = re.compile(
    r"\b[^\W\d_]+en Sie\b|(?<=[a-zäöüß,] )(?:Ihre?[mnrs]?|Ihnen)\b"
)  # first, "Ihre" may be "theirs"
_BUYING = re.compile(
    r"\b(?:(?:ver)?kaufen|einstieg|einsteigen|lohnt|sparen|anleger|investieren|buy|sell|save)\b[^.!?]*\?", re.IGNORECASE
)

_QUOTED = re.compile(r"[„“»\"][^„“”«»\"\n]{0,2000}[“”«\"]")
_FIRST_PERSON = re.compile(r"\b(?:ich|mich|mir|meine?[mnrs]?)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_COMMENT = (
    re.compile(
        r"\A(?:interessant|na ?ja|tja|also,? ich|hallo|hi|moin|danke|super|guter|toller|sorry|lol)\b", re.IGNORECASE
    ),
    re.compile(r"\b(?:meiner meinung nach|imho|m\. ?E\.|finde ich|ich (?:finde|denke|glaube))(?!\w)", re.IGNORECASE),
    re.compile(r"\bmal (?:sehen|schauen|gucken)\b", re.IGNORECASE),
    re.compile(r"[👍👎😀-🙏]|[:;]-?[)(D](?:\s|\Z)|!!|\?\?"),
    re.compile(r"\n(?:antworten|reply|gefällt mir)\Z", re.IGNORECASE),
)
_REPLY = re.compile(r"(?:antworten|reply|gefällt mir|like)(?:\s*\(?\d+\)?)?", re.IGNORECASE)

_SOURCES = re.compile(
    r"[#*\s]*(?:quellen?|quellenangaben?|quellenverzeichnis|(?:weiterführende |externe )?links?|weblinks"
    r"|einzelnachweise|sources?|references|external links|further reading)\s*:?[*\s]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*+•–]|\[?\d{1,3}[.)\]])\s+\S")
_LINK = re.compile(r"\s*(?:(?:[-*+•–]|\[?\d{1,3}[.)\]])\s+)?<?(?:https?://|www\.)\S+", re.IGNORECASE)


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Take out of a page's text what is not the article; return the rest and the parts taken out, in rule order.

    The rest is made of lines of the normalised text, or their ends, in order; cleaning it again changes nothing.
    """
    text = normalise(text)
    removed: list[str] = []
    for _ in range(ROUNDS):
        count = len(removed)
        for rule in (without_teasers, without_advertisements, without_tail, without_link_runs):
            text, parts = rule(text)
            removed.extend(parts)
        if len(removed) == count:
            break
    return text, tuple(removed)


def normalise(text: str) -> str:
    r"""Bring newlines to ``\n`` and characters to NFC; drop control characters, trailing and surplus white space."""
    text = _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))
    text = unicodedata.normalize("NFC", _NO_LETTERS.sub(_unstacked, text))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def without_teasers(text: str) -> tuple[str, list[str]]:
    """Take out other stories' headlines at the top, each followed by a date that is glued to the next text.

    Before: "Brücke gesperrt", below it "18/09/2025Die Stadt baut ein Bad." After: "Die Stadt baut ein Bad."
    """
    removed = []
    start = 0
    while headline := _HEADLINE.match(text, start):
        date = _DATE_GLUED.match(text, headline.end())
        if date is None or headline[0].rstrip().endswith((".", ":")):
            break
        removed.append(text[start : date.end()])
        start = date.end()
    return text[start:], removed


def without_advertisements(text: str) -> tuple[str, list[str]]:
    """Take out each line that only says "Anzeige" or the like, with the advertising that hangs on it."""
    blocks = find_blocks(text)
    gone: list[list[Block]] = []
    number = 0
    while number < len(blocks):
        first = number
        number += 1
        if not _is_label(text, blocks[first]):
            continue
        while number < len(blocks) and _hangs_on(text, blocks, first, number):
            number += 1
        gone.append(list(blocks[first:number]))
    return _cut(text, gone)


def without_tail(text: str) -> tuple[str, list[str]]:
    """Take out reader comments and link lists at the end, in whatever order they stand."""
    blocks = list(find_blocks(text))
    gone: list[list[Block]] = []
    while count := _comments_at_end(text, blocks) or _links_at_end(text, blocks):
        gone.append(blocks[-count:])
        del blocks[-count:]
    return _cut(text, gone[::-1])


def without_link_runs(text: str) -> tuple[str, list[str]]:
    """Take out three and more lines in a row that hold nothing but an address, and the heading over them."""
    blocks = find_blocks(text)
    gone: list[list[Block]] = []
    before: list[Block] = []
    for is_link, group in groupby(blocks, key=lambda block: _LINK.fullmatch(text, block.start, block.end) is not None):
        run = list(group)
        if is_link and len(run) >= LINKS:
            heading = [block for block in before[-1:] if _SOURCES.fullmatch(text, block.start, block.end)]
            gone.append(heading + run)
        before = run
    return _cut(text, gone)


def _unstacked(run: re.Match[str]) -> str:
    """Drop the combining marks beyond the thirtieth on one character."""
    kept = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= STACKED_MARKS:
            kept.append(character)
    return "".join(kept)


def _cut(text: str, gone: list[list[Block]]) -> tuple[str, list[str]]:
    """Take stretches of blocks out of a text, with the white space after them."""
    if not gone:
        return text, []
    kept = []
    start = 0
    for blocks in gone:
        kept.append(text[start : blocks[0].start])
        start = blocks[-1].end
    kept.append(text[start:])
    return normalise("".join(kept)), [text[blocks[0].start : blocks[-1].end] for blocks in gone]


def _is_label(text: str, block: Block) -> bool:
    return block.kind != "heading" and _LABEL.fullmatch(text, block.start, block.end) is not None


def _hangs_on(text: str, blocks: tuple[Block, ...], label: int, number: int) -> bool:
    """Tell whether a block belongs to the advertisement that a label opened."""
    block = blocks[number]
    if block.kind == "heading" or _is_label(text, block):
        return False
    paragraph = text[block.start : block.end]
    announces_list = paragraph.endswith(":") and number + 1 < len(blocks) and blocks[number + 1].kind == "item"
    if len(paragraph) <= ADVERTISING_LENGTH and not announces_list and _advertises(paragraph):
        return True
    return number == label + 1 and len(paragraph) <= PROSE_LENGTH


def _advertises(paragraph: str) -> bool:
    """Tell whether a paragraph after a label reads like advertising: one mark does for a short one, two for a long."""
    marks = sum(pattern.search(paragraph) is not None for pattern in (_ADVERTISING, _ADDRESSED, _BUYING))
    marks += paragraph.endswith((":", "...", "…"))
    return marks > (len(paragraph) > PROSE_LENGTH)


def _comments_at_end(text: str, blocks: list[Block]) -> int:
    """Count the blocks at the end that are reader comments; 0 if there are too many, or the author says "ich", too."""
    count = comments = 0
    for block in reversed(blocks[-COMMENTS - 1 :]):
        paragraph = text[block.start : block.end]
        is_comment = _is_comment(paragraph)
        if not is_comment and not _REPLY.fullmatch(paragraph):
            break
        comments += is_comment
        count += 1
    if not comments or count > COMMENTS or count == len(blocks):
        return 0
    article = _QUOTED.sub("", text[: blocks[-count].start])
    return 0 if _FIRST_PERSON.search(article) else count


def _is_comment(paragraph: str) -> bool:
    if not _FIRST_PERSON.search(_QUOTED.sub("", paragraph)):
        return False
    if _ADDRESS.search(paragraph):
        return True
    return sum(pattern.search(paragraph) is not None for pattern in _COMMENT) >= COMMENT_MARKS


def _links_at_end(text: str, blocks: list[Block]) -> int:
    """Count the blocks at the end that are a heading such as "Quellen" and its list of addresses."""
    links = 0
    for count, block in enumerate(reversed(blocks), start=1):
        line = text[block.start : block.end]
        if links and _SOURCES.fullmatch(line):
            return count
        if not (_LINK.match(line) or _BULLET.match(line)):
            return 0
        links += _ADDRESS.search(line) is not None
    return 0
