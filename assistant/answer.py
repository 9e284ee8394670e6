"""The values that leave: an answer, its statements, and the citations on which every statement stands.

They are plain data: no model, no index, nothing of a layer below, so that a page or a program can keep and show them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Support = Literal["supported", "partly", "unsupported"]
SUPPORT_RANKS: dict[Support, int] = {"supported": 2, "partly": 1, "unsupported": 0}
"""The better the higher."""
Mode = Literal["quoted", "written"]
Wording = Literal["close", "free"]
"""Whether a language model only shortens a sentence of its evidence, or writes in its own words."""
Verdict = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote in its passage. ``article.text[start:end] == quote`` always holds, counted in the cleaned text.

    ``number`` counts from 1, as the text shows it. ``published`` is the article's own date, never the file's. ``page``
    counts from 1, ``None`` where the article has no pages. ``also_in`` names the others that carry the same text.
    """

    number: int
    article_id: str
    title: str
    published: date | None
    author: str | None
    publisher: str | None
    url: str | None
    passage: str
    quote: str
    start: int
    end: int
    page: int | None = None
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of the citations on which it stands."""

    text: str
    citations: tuple[int, ...]
    support: Support = "supported"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question, and on what it stands.

    ``standalone_question`` is the question as searched; it equals ``question`` where there was no history and nothing
    to put right. ``text`` holds ``lead``, our own words where there are any ("Ja."), and the statements with their
    markers ``[n]``. ``verdict`` answers a yes/no question, where the articles decide it. ``highlight`` is the shortest
    span of the first quote that answers, where one was found. ``abstained`` means that the articles don't say: then
    there are no statements, ``text`` says so, and the citations are the nearest passages. ``confidence`` (0 to 1) is
    the estimated share of answers with this value that are right; for an abstention, that the articles really don't
    say. ``notes`` are what else should be known: sources that differ, a newer article. ``timings`` holds seconds for
    each step.
    """

    question: str
    standalone_question: str
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    highlight: str | None
    abstained: bool
    confidence: float
    mode: Mode = "quoted"
    notes: tuple[str, ...] = ()
    lead: str = ""
    verdict: Verdict | None = None
    timings: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values that JSON can hold; dates in ISO form."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields["statements"] = [asdict(statement) for statement in self.statements]
        fields["citations"] = [citation_to_dict(citation) for citation in self.citations]
        fields["notes"] = list(self.notes)
        fields["timings"] = dict(self.timings)
        return fields

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Answer:
        """Return the answer that ``to_dict`` took apart, also after a trip through JSON.

        Raises:
            pydantic.ValidationError: the fields are not those of an answer.
        """
        return answer_type().validate_python(fields)


@cache
def answer_type() -> TypeAdapter[Answer]:
    """Return what reads an answer from plain values; made on first use."""
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    """Return a citation as plain values, its date in ISO form."""
    fields = asdict(citation)
    fields["published"] = citation.published.isoformat() if citation.published else None
    return fields
