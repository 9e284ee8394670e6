"""A question in the making: what is asked, and the words of the sentence that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["when", "where", "why", "who", "what", "how many", "how much", "title"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a rule made it, without its question mark, with the words of the sentence that answer it."""

    text: str
    answer: str
    kind: Kind

    @property
    def question(self) -> str:
        """The question as it is asked."""
        return f"{' '.join(self.text.split())}?"
