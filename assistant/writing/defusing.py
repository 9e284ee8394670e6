"""Text of articles made harmless before a model reads it: it can't end its fence or play a role.

Only what the model is given changes; what is quoted beside the answer stays as it stands in the article.
"""

from __future__ import annotations

import re
import unicodedata

ROLE = r"(?:system|assistant|assistent(?:in)?|user|nutzer|human|developer|tool|instruction|anweisung|antwort|answer)"
_ROLE_MARK = re.compile(rf"#{{1,6}}\s*(?={ROLE}\b)|(?:^|(?<=[\n.!?“”\"]))[ \t]*{ROLE}\s*:\s*(?=\S)", re.IGNORECASE)
_MARKS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "`": "’", "|": "/"})
"""Brackets and bars, of which chat templates, fences, mark-up and citation keys are made."""


def defuse(text: str, *, fence: str = "") -> str:
    """Return a text on one line, without what could end a fence or look like a turn, a citation key or mark-up.

    Args:
        text: from an article, or a question.
        fence: the word that fences this request; it must not occur.
    """
    plain = "".join(" " if kind in ("Cc", "Zl", "Zp") else char for char, kind in _kinds(text) if kind not in _HIDDEN)
    plain = _ROLE_MARK.sub(" ", plain).translate(_MARKS)
    if fence:
        plain = re.sub(re.escape(fence), "…", plain, flags=re.IGNORECASE)
    return " ".join(re.sub(r"#{2,}", "", plain).split())


_HIDDEN = ("Cf", "Co", "Cs", "Cn")
"""Characters that nobody sees: zero width, direction, private use, lone surrogates."""


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(char, unicodedata.category(char)) for char in unicodedata.normalize("NFC", text)]
