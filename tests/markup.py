"""What tests of the page share: rendered HTML as a browser reads it, strangers' texts, and an answer to render."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Statement

OWN_TAGS = set(
    re.findall(
        r"\w+",
        "a article button dd details div dl dt footer form h1 h2 h3 header input label li mark option p progress "
        "section select span strong summary textarea ul",
    )
)
OWN_ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        "class href title id hidden tabindex target rel type role name rows maxlength value max lang open disabled "
        "aria-label aria-pressed aria-expanded data-text data-copied data-turn data-number data-judgement data-article "
        "data-language data-light data-dark data-view data-opened",
    )
)
ADDRESS = re.compile(r"#belegt-card-\d+-\d+$|https?://|logout$")
UNCLOSED = {"input"}

nasty = st.text(alphabet=st.sampled_from("<>&\"'`/=[](){}$!#*_~|\\:;. \n\tabé\x00\ud800\u202e")) | st.text()
hostile = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "</textarea></select></button><b>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "&lt;script&gt;",
        "${alert(1)}{{alert}}{0}{x}",
        "x" * 500,
    ]
)
words = nasty | hostile
urls = st.sampled_from(
    ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "http://[", "https://", "file:///x"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.integers() | st.floats() | st.text(max_size=5) | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
"""What a script in a browser may send."""


class Markup(HTMLParser):
    """Reads rendered HTML as a browser would: the tags with their attributes, and the text."""

    def __init__(self, rendered: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(rendered)
        self.close()
        assert not self.open, "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), "an attribute that comes twice is one too many"
        if tag in UNCLOSED:
            return
        self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "every tag is closed in its place"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.texts.append((self.open[-1] if self.open else "", data))
        if "mark" in self.open:
            self.marked[-1] += data

    def attributes(self, name: str) -> list[str | None]:
        """The values of an attribute, in the order of the tags that have it."""
        return [found[name] for _, found in self.tags if name in found]

    def within(self, tag: str) -> list[str]:
        """The texts that stand directly in such a tag."""
        return [text for inside, text in self.texts if inside == tag]


def assert_only_ours(rendered: str) -> None:
    """Fail where a tag, an attribute or an address is none that the page writes itself."""
    for tag, attributes in Markup(rendered).tags:
        assert tag in OWN_TAGS
        assert set(attributes) <= OWN_ATTRIBUTES
        assert "href" not in attributes or ADDRESS.match(attributes["href"] or "")


def citation(**changes: object) -> Citation:
    plain = Citation(
        1, "a.md", "Titel", date(2025, 2, 24), None, "Blatt", None, "Davor. Der Satz. Danach.", "Der Satz.", 7, 16
    )
    return replace(plain, **changes)


def answer(*citations: Citation, **changes: object) -> Answer:
    statements = (Statement("Der Satz.", (1,)),)
    plain = Answer(
        "Was?", "Was?", "Der Satz. [1]", statements, citations or (citation(),), None, abstained=False, confidence=0.9
    )
    return replace(plain, **changes)
