"""The laws of rendering: nothing an article says can become markup, and every quote can be found in its passage."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Statement
from ui.rendering import (
    ARTICLES_SHOWN,
    COPIES_NAMED,
    escape,
    render_answer,
    render_articles,
    render_evidence,
    render_line,
    render_question,
)
from ui.wording import LABELS, language_of, say, written_date

OWN_TAGS = {"a", "article", "button", "div", "h2", "h3", "header", "li", "mark", "p", "section", "span", "strong", "ul"}
OWN_ATTRIBUTES = {"class", "href", "title", "id", "hidden", "tabindex", "aria-label", "target", "rel", "type"}
OWN_ATTRIBUTES |= {"data-text", "data-copied"}

nasty = st.text(alphabet=st.sampled_from("<>&\"'`/=[](){}$!#*_~|\\:;. \n\tabé\x00\ud800\u202e")) | st.text()
hostile = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "&lt;script&gt;",
        "${alert(1)}{{alert}}",
        "x" * 10_000,
    ]
)
words = nasty | hostile
urls = st.sampled_from(
    ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "http://[", "https://", "file:///x"]
)


class Markup(HTMLParser):
    """Reads rendered HTML as a browser would: the tags with their attributes, and the text."""

    def __init__(self, rendered: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self.open: list[str] = []
        self.feed(rendered)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "every tag is closed in its place"

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked[-1] += data


def shown(text: str) -> str:
    """What a browser shows of a stranger's text."""
    return Markup(escape(text)).text


def assert_only_ours(rendered: str) -> None:
    for tag, attributes in Markup(rendered).tags:
        assert tag in OWN_TAGS
        assert set(attributes) <= OWN_ATTRIBUTES
        assert re.match(r"#belegt-card-\d+-\d+$|https?://", attributes.get("href") or "#belegt-card-1-1")


def citation(**changes: object) -> Citation:
    plain = Citation(
        1, "a.md", "Titel", date(2025, 2, 24), None, "Blatt", None, "Davor. Der Satz. Danach.", "Der Satz.", 0, 9
    )
    return replace(plain, **changes)


def answer(*citations: Citation, **changes: object) -> Answer:
    statements = (Statement("Der Satz.", (1,)),)
    plain = Answer(
        "Was?", "Was?", "Der Satz. [1]", statements, citations or (citation(),), None, abstained=False, confidence=0.9
    )
    return replace(plain, **changes)


@given(words)
def test_an_escaped_text_holds_no_markup(text: str) -> None:
    assert not re.search("[<>\"']", escape(text))
    assert not Markup(escape(text)).tags
    escape(text).encode("utf-8")


@given(words, words, words, words, urls)
def test_nothing_an_article_says_becomes_markup(title: str, passage: str, quote: str, note: str, url: str) -> None:
    cited = citation(title=title, passage=passage, quote=quote, publisher=note, author=title, url=url)
    said = answer(cited, question=quote, standalone_question=note, text=passage, notes=(note,), highlight=quote)
    said = replace(said, statements=(Statement(passage, (1, 7)),))
    for one in (said, replace(said, abstained=True, statements=()), replace(said, statements=())):
        assert_only_ours(render_answer(one))
        assert_only_ours(render_evidence(one, language="en", turn=3, shown=False))
    assert_only_ours(render_question(title) + render_line(note))


@given(words, words, words)
def test_the_quote_is_marked_exactly_once(before: str, quote: str, after: str) -> None:
    rendered = Markup(render_evidence(answer(citation(passage=before + quote + after, quote=quote))))
    assert rendered.marked == ([shown(quote)] if quote.strip() else [])


def test_a_quote_that_is_not_in_its_passage_stands_above_it() -> None:
    rendered = Markup(render_evidence(answer(citation(quote="Anders."))))
    assert rendered.marked == ["Anders."]
    assert "Davor. Der Satz. Danach." in rendered.text


def test_a_passage_reads_well() -> None:
    passage = "## Kapitel <1> ##\n\nDavor.\n\n\n \nDer Satz.\n\n\n\nDanach.  \n\n"
    rendered = render_evidence(answer(citation(passage=passage)))
    assert (
        '<strong class="belegt-heading">Kapitel &lt;1&gt;</strong>Davor.\n\n<mark>Der Satz.</mark>\n\nDanach.</div>'
        in rendered
    )


def test_a_long_line_of_signs_costs_no_time() -> None:
    assert_only_ours(render_evidence(answer(citation(passage="# " * 100_000 + "\n" * 100_000))))


def test_the_answering_span_is_bold_in_the_first_statement_only() -> None:
    statements = (Statement("Es sind 3 < 4.", (1,)), Statement("Wirklich 3 < 4.", (1, 1)))
    rendered = render_answer(answer(statements=statements, highlight="3 < 4"))
    assert rendered.count("<strong>") == 1
    assert "Es sind <strong>3 &lt; 4</strong>." in rendered
    assert rendered.count('href="#belegt-card-1-1"') == 2


@pytest.mark.parametrize("highlight", [None, "", " ", "kommt nicht vor"])
def test_nothing_is_bold_where_no_span_was_found(highlight: str | None) -> None:
    assert "<strong>" not in render_answer(answer(highlight=highlight))


def test_a_marker_without_a_card_is_no_link() -> None:
    rendered = render_answer(answer(statements=(Statement("Der Satz.", (2,)),)))
    assert "[2]" in rendered
    assert "<a " not in rendered


@pytest.mark.parametrize(("support", "warning"), [("partly", "only partly backed"), ("unsupported", "not backed")])
def test_a_statement_that_is_not_backed_says_so(support: str, warning: str) -> None:
    rendered = render_answer(answer(statements=(Statement("Der Satz.", (1,), support),)), language="en")
    assert f"({warning})" in rendered


def test_a_follow_up_shows_what_was_searched() -> None:
    assert "Gesucht nach: Was macht BMW?" in render_answer(answer(standalone_question="Was macht BMW?"))
    assert "Gesucht nach" not in render_answer(answer())


def test_an_abstention_shows_the_nearest_passages_and_marks_nothing() -> None:
    silent = answer(text="Dazu steht nichts da. Nah: [1] [2]", statements=(), abstained=True)
    assert "Dazu steht nichts da. Nah: <a " in render_answer(silent)
    assert render_answer(silent).endswith(" [2]</p></div>")
    assert "Nächstliegende Stellen" in render_evidence(silent)
    assert "Nearest passages" in render_evidence(silent, language="en")
    assert not Markup(render_evidence(silent)).marked


def test_an_answer_without_evidence_says_so() -> None:
    silent = replace(answer(text="Dazu steht nichts da.", statements=(), abstained=True), citations=())
    assert say("no_evidence", "de") in render_evidence(silent)


def test_an_answer_that_is_still_being_written_says_so() -> None:
    assert say("writing", "de") in render_answer(answer(statements=(), text=""))


@pytest.mark.parametrize("url", ["https://example.org/a?b=1&c=2", "http://example.org", " https://example.org/ "])
def test_a_web_address_is_a_link_that_gives_nothing_away(url: str) -> None:
    links = [found for tag, found in Markup(render_evidence(answer(citation(url=url)))).tags if tag == "a"]
    assert [link["href"] for link in links] == [url.strip()]
    assert links[0]["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "https:alert(1)", "//example.org", "http://[", "datei.md"]
)
def test_anything_else_is_no_link(url: str | None) -> None:
    rendered = render_evidence(answer(citation(url=url)))
    assert "href" not in rendered
    assert "javascript" not in rendered


def test_the_copy_holds_the_answer_and_its_sources_as_plain_text() -> None:
    rendered = Markup(render_evidence(answer(citation(url="https://example.org"))))
    (copy,) = (attributes["data-text"] for tag, attributes in rendered.tags if tag == "button")
    assert copy == "Der Satz. [1]\n\n[1] Titel, Blatt, 24. Februar 2025, https://example.org"


def test_a_card_names_its_page_and_who_else_prints_the_story() -> None:
    paged = citation(page=4, also_in=("Tagblatt", " ", "Abend <b>post</b>"))
    rendered = render_evidence(answer(paged))
    assert_only_ours(rendered)
    assert '<p class="belegt-source">Blatt · 24. Februar 2025 · Seite 4</p>' in rendered
    assert "Auch in: Tagblatt, Abend &lt;b&gt;post&lt;/b&gt;</p>" in rendered
    (copy,) = (found["data-text"] for tag, found in Markup(rendered).tags if tag == "button")
    assert copy.endswith("[1] Titel, Blatt, 24. Februar 2025, Seite 4 (auch in: Tagblatt, Abend <b>post</b>)")
    assert "· page 4" in render_evidence(answer(paged), language="en")
    assert "Also in: Tagblatt" in render_evidence(answer(paged), language="en")
    assert "Auch in" not in render_evidence(answer(citation(also_in=(" ",))))
    assert "Seite" not in render_evidence(answer())


def test_a_story_of_many_outlets_names_some() -> None:
    rendered = render_evidence(answer(citation(also_in=tuple(f"Blatt {n}" for n in range(50)))))
    assert f"Blatt {COPIES_NAMED - 1}, und {50 - COPIES_NAMED} weitere" in rendered


def test_an_earlier_turn_waits_until_it_is_asked_for() -> None:
    assert " hidden>" in render_evidence(answer(), turn=2, shown=False)
    assert 'id="belegt-card-2-1"' in render_evidence(answer(), turn=2)
    assert 'href="#belegt-card-2-1"' in render_answer(answer(), turn=2)


@pytest.mark.parametrize(
    ("day", "german", "english"),
    [
        (date(2025, 2, 24), "24. Februar 2025", "24 February 2025"),
        (date(2024, 3, 1), "1. März 2024", "1 March 2024"),
        (None, "ohne Datum", "undated"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(day: date | None, german: str, english: str) -> None:
    assert written_date(day, "de") == german
    assert written_date(day, "en") == english
    assert german in render_evidence(answer(citation(published=day)))
    assert english in render_evidence(answer(citation(published=day)), language="en")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("*", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, DE;q=0.9", "de"),
        ("fr-FR,fr;q=0.9,de;q=0.5", "en"),
        ("den", "en"),
        ("en;q=x,de", "de"),
    ],
)
def test_the_language_is_the_browser_s_first(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_every_label_is_there_in_both_languages() -> None:
    assert set(LABELS["de"]) == set(LABELS["en"])


@dataclass(frozen=True)
class Line:
    title: str
    published: date | None
    publisher: str | None


def test_the_list_of_articles_starts_with_the_newest_and_stays_short() -> None:
    lines = [Line(f"Artikel <{day}>", date(2025, 1, day), None) for day in range(1, 12)]
    rendered = render_articles([Line("", None, "Blatt"), *lines])
    assert_only_ours(rendered)
    titles = re.findall(r"<li>([^<]*)<", rendered)
    assert titles[0] == "Artikel &lt;11&gt;"
    assert len(titles) == ARTICLES_SHOWN
    assert "und 4 weitere" in rendered


def test_no_articles_are_said_to_be_none() -> None:
    assert say("no_articles", "en") in render_articles([], language="en")
    assert "Untitled" in render_articles([Line(" ", None, None)], language="en")
