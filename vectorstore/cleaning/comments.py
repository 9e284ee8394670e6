"""Reader comments below an article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.cleaning.cutting import Page, Stretch, without_quotes
from vectorstore.cleaning.wording import mentions, says

COMMENTS = 3  # paragraphs; more of them in the first person are the author's own voice
FIRST_COMMENT = 10  # blocks below its heading in which the first comment shows
HEADING_LENGTH = 160  # characters of a heading over comments, which may name the article
STAMP_LENGTH = 120  # characters of a line that tells who wrote a comment and when
COMMENT_LENGTH = 3_000  # characters of a comment: forums allow two thousand or so
ARTICLE_LENGTH = 300  # characters above a comment section: less is no article
COMMENT_MARKS = 2  # besides the first person: one alone is found in columns and essays, too

_NUMBER = re.compile(r"\s*(?:\(\s*\d+\s*\)|:?\s*\d+)?\s*[:!?]?$")
_STAMP = re.compile(
    r"\b(?:vor (?:\d+|einer?m?|wenigen) (?:Sekunden?|Minuten?|Stunden?|Tag(?:en)?|Wochen?|Monat(?:en)?)"
    r"|\d{1,2}[:.]\d\d(?: Uhr)?"
    r"|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}(?:\.|st|nd|rd|th)? [^\W\d_]{3,9}[.,]{0,2} \d{4}"
    r"|[^\W\d_]{3,9} \d{1,2}, \d{4}"
    r"|(?:\d+|an?) (?:minutes?|hours?|days?|weeks?|months?) ago)\b",
    re.IGNORECASE,
)
_NICKNAME = re.compile(r"[\w.-]+(?: [\w.-]+){0,2}:\s\S.{10,}", re.DOTALL)
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
_REPLY = re.compile(r"(?:\d+ )?(?:antworten|reply|replies|gefällt mir|like)(?:\s*\(?\d+\)?)?", re.IGNORECASE)


def find_comment_section(page: Page) -> Sequence[Stretch]:
    """Find all from a line such as "12 Kommentare" on, where it stands below the article and comments follow.

    Before: "... im Herbst öffnen.", "Kommentare (2)", "badegast 3. Mai, 12:10 Uhr", "Na endlich." After: the first.
    """
    above = 0  # characters of prose
    for number, words in enumerate(page.words):
        if above >= ARTICLE_LENGTH and _is_heading(words) and _are_comments(page, number + 1):
            return [page.stretch(number, len(page.blocks))]
        above += page.prose[number] * len(words)
    return []


def find_comments(page: Page) -> Sequence[Stretch]:
    """Find up to three reader comments at the end, which no heading announces.

    Before: "... im Herbst öffnen.", "Tja, ich finde das falsch.", "Antworten" After: the first.
    """
    count = _comments_at_end(page)
    return [page.stretch(len(page.blocks) - count, len(page.blocks))] if count else []


def _is_heading(words: str) -> bool:
    return len(words) <= HEADING_LENGTH and says("comment_sections", _NUMBER.sub("", words, count=1), HEADING_LENGTH)


def _are_comments(page: Page, first: int) -> bool:
    """Tell whether comments follow: stamps of name and time, answers, an invitation to write one, "name: comment"."""
    lines = page.words[first : first + FIRST_COMMENT]
    if any(len(line) <= STAMP_LENGTH and (_STAMP.search(line) or _REPLY.fullmatch(line)) for line in lines):
        return True
    if any(len(line) <= HEADING_LENGTH and mentions("comment_invitations", line) for line in lines):
        return True
    rest = [line for line in page.words[first : first + COMMENTS] if len(line) <= COMMENT_LENGTH]
    return sum(_NICKNAME.fullmatch(line) is not None for line in rest) >= min(COMMENT_MARKS, len(rest) or 1)


def _comments_at_end(page: Page) -> int:
    """Count the blocks at the end that are reader comments; 0 if there are too many, or the author says "ich", too."""
    count = comments = 0
    for number in range(len(page.blocks) - 1, max(-1, len(page.blocks) - COMMENTS - 2), -1):
        paragraph = page.text[slice(*page.stretch(number, number + 1))]
        is_comment = _is_comment(paragraph)
        if not is_comment and not (len(paragraph) <= STAMP_LENGTH and _REPLY.fullmatch(paragraph)):
            break
        comments += is_comment
        count += 1
    if not comments or count > COMMENTS or count == len(page.blocks):
        return 0
    article = without_quotes(page.text[: page.blocks[-count].start])
    return 0 if _FIRST_PERSON.search(article) else count


def _is_comment(paragraph: str) -> bool:
    if len(paragraph) > COMMENT_LENGTH or not _FIRST_PERSON.search(without_quotes(paragraph)):
        return False
    if _ADDRESS.search(paragraph):
        return True
    return sum(pattern.search(paragraph) is not None for pattern in _COMMENT) >= COMMENT_MARKS
