"""The laws of evidence as HTML: every quote is found in its passage and marked once, and no article becomes markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markup import Markup, answer, assert_only_ours, citation, urls, words
from ui.escaping import visible
from ui.evidence_rendering import mark_quote, render_evidence
from ui.wording import say


@given(words, words, words, words, urls)
def test_nothing_an_article_says_becomes_markup(title: str, passage: str, quote: str, note: str, url: str) -> None:
    cited = citation(title=title, passage=passage, quote=quote, publisher=note, author=title, url=url, also_in=(note,))
    for abstained in (False, True):
        said = answer(cited, question=quote, abstained=abstained)
        assert_only_ours(render_evidence(said, language="en", turn=3, shown=False))


@given(words, words, words)
def test_the_quote_is_marked_exactly_once(before: str, quote: str, after: str) -> None:
    rendered = Markup(mark_quote(citation(passage=before + quote + after, quote=quote)))
    assert rendered.marked == ([visible(quote)] if quote.strip() else [])


def test_a_quote_that_is_not_in_its_passage_stands_above_it() -> None:
    rendered = Markup(mark_quote(citation(quote="Anders.")))
    assert rendered.marked == ["Anders."]
    assert rendered.text == "Anders.\n\nDavor. Der Satz. Danach."


def test_a_passage_reads_well() -> None:
    passage = "## Kapitel <1> ##\n\nDavor.\n\n\n \nDer Satz.\n\n\n\nDanach.  \n\n"
    heading = '<strong class="belegt-heading">Kapitel &lt;1&gt;</strong>'
    expected = f"{heading}Davor.\n\n<mark>Der Satz.</mark>\n\nDanach.</div>"
    assert expected in render_evidence(answer(citation(passage=passage)))


@given(st.lists(st.integers(1, 99), unique=True, max_size=5), st.integers(1, 20))
def test_each_citation_has_a_card_of_its_own(numbers: list[int], turn: int) -> None:
    said = replace(answer(), citations=tuple(citation(number=number) for number in numbers))
    rendered = Markup(render_evidence(said, turn=turn))
    assert rendered.attributes("id") == [f"belegt-turn-{turn}", *(f"belegt-card-{turn}-{n}" for n in numbers)]
    assert rendered.attributes("data-number") == [str(number) for number in numbers]
    assert set(rendered.attributes("data-turn")) <= {str(turn)}


def test_an_abstention_shows_the_nearest_passages_and_marks_nothing() -> None:
    silent = answer(text="Dazu steht nichts da.", statements=(), abstained=True)
    assert "Nächstliegende Stellen" in render_evidence(silent)
    assert "Nearest passages" in render_evidence(silent, language="en")
    assert 'aria-label="Stelle 1"' in render_evidence(silent)
    assert not Markup(render_evidence(silent)).marked
    assert 'aria-label="Beleg 1"' in render_evidence(answer())


def test_an_answer_without_evidence_says_so() -> None:
    silent = replace(answer(text="Dazu steht nichts da.", statements=(), abstained=True), citations=())
    assert say("no_evidence", "de") in render_evidence(silent)


def test_only_an_address_of_the_web_is_a_link() -> None:
    assert Markup(render_evidence(answer(citation(url=" https://example.org ")))).attributes("href") == [
        "https://example.org"
    ]
    assert "javascript" not in render_evidence(answer(citation(url="javascript:alert(1)")))


def test_a_card_names_its_source() -> None:
    paged = citation(title="", page=4, author="A. Autor", also_in=("Tagblatt", " ", "Abend <b>post</b>"))
    rendered = render_evidence(answer(paged))
    assert '<p class="belegt-source">Blatt · A. Autor · 24. Februar 2025 · Seite 4</p>' in rendered
    assert "<h3>Ohne Titel</h3>" in rendered
    assert "Auch in: Tagblatt, Abend &lt;b&gt;post&lt;/b&gt;</p>" in rendered
    assert "· page 4" in render_evidence(answer(paged), language="en")
    assert "Also in: Tagblatt" in render_evidence(answer(paged), language="en")
    assert "Auch in" not in render_evidence(answer(citation(also_in=(" ",))))
    assert "Seite" not in render_evidence(answer())


@pytest.mark.parametrize(
    ("day", "german", "english"),
    [(date(2024, 3, 1), "1. März 2024", "1 March 2024"), (None, "ohne Datum", "undated")],
)
def test_a_card_is_dated_as_its_language_writes_it(day: date | None, german: str, english: str) -> None:
    assert german in render_evidence(answer(citation(published=day)))
    assert english in render_evidence(answer(citation(published=day)), language="en")


def test_an_earlier_turn_waits_until_it_is_asked_for() -> None:
    assert 'id="belegt-turn-2" hidden>' in render_evidence(answer(), turn=2, shown=False)
    assert 'id="belegt-turn-2">' in render_evidence(answer(), turn=2)
