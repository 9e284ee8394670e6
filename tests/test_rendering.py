"""The laws of an answer as HTML: nothing it says becomes markup, its markers lead to its citations."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Statement
from tests.markup import Markup, answer, assert_only_ours, citation, urls, words
from ui.escaping import escape, visible
from ui.rendering import (
    COPIES_NAMED,
    name_copies,
    render_answer,
    render_footer,
    render_question,
    render_suggestions,
    source_line,
)
from ui.wording import say


@given(words, words, words, words, urls)
def test_nothing_an_article_says_becomes_markup(title: str, passage: str, quote: str, note: str, url: str) -> None:
    cited = citation(title=title, passage=passage, quote=quote, publisher=note, author=title, url=url, also_in=(note,))
    said = answer(cited, question=quote, standalone_question=note, text=passage, notes=(note,), highlight=quote)
    said = replace(said, statements=(Statement(passage, (1, 7)),), lead=title)
    for one in (said, replace(said, abstained=True, statements=()), replace(said, statements=())):
        assert_only_ours(render_answer(one, language="en", turn=3))
        assert_only_ours(render_footer(one, judged="wrong"))
    assert_only_ours(render_question(title) + render_suggestions((quote, note)))


@given(words)
def test_a_question_is_shown_as_it_was_asked(question: str) -> None:
    assert Markup(render_question(question)).text == visible(question.strip())


@given(st.lists(words.filter(lambda text: bool(visible(text))), max_size=4))
def test_each_suggestion_is_one_button_that_holds_the_question(questions: list[str]) -> None:
    assert Markup(render_suggestions(questions)).within("button") == [visible(question) for question in questions]
    assert bool(render_suggestions(questions)) == bool(questions)


def test_suggestions_are_headed_by_what_they_are() -> None:
    assert say("suggestions", "de") in render_suggestions(["Was?"])
    assert say("examples", "en") in render_suggestions(["Was?"], language="en", heading="examples")


def test_the_answering_span_is_bold_in_the_first_statement_only() -> None:
    statements = (Statement("Es sind 3 < 4.", (1,)), Statement("Wirklich 3 < 4.", (1, 1)))
    rendered = render_answer(answer(statements=statements, highlight="3 < 4"))
    assert rendered.count("<strong>") == 1
    assert "Es sind <strong>3 &lt; 4</strong>." in rendered
    assert rendered.count('href="#belegt-card-1-1"') == 2


@pytest.mark.parametrize("highlight", [None, "", " ", "kommt nicht vor"])
def test_nothing_is_bold_where_no_span_was_found(highlight: str | None) -> None:
    assert "<strong>" not in render_answer(answer(highlight=highlight))


@given(st.lists(st.integers(1, 9), max_size=5), st.sets(st.integers(1, 9)), st.integers(1, 20))
def test_markers_lead_to_the_cards_that_are_there(cited: list[int], there: set[int], turn: int) -> None:
    said = answer(statements=(Statement("Der Satz.", tuple(cited)),))
    rendered = Markup(render_answer(replace(said, citations=tuple(citation(number=n) for n in there)), turn=turn))
    expected = [f"#belegt-card-{turn}-{number}" for number in dict.fromkeys(cited) if number in there]
    assert rendered.attributes("href") == expected
    assert re.findall(r"\[(\d)\]", rendered.text) == [str(number) for number in dict.fromkeys(cited)]


def test_a_marker_says_what_it_leads_to() -> None:
    (marker,) = (found for tag, found in Markup(render_answer(answer(), turn=2)).tags if tag == "a")
    assert (marker["data-turn"], marker["data-number"]) == ("2", "1")
    assert marker["aria-label"] == "Beleg 1 im Artikel lesen"


@pytest.mark.parametrize(("support", "warning"), [("partly", "only partly backed"), ("unsupported", "not backed")])
def test_a_statement_that_is_not_backed_says_so(support: str, warning: str) -> None:
    rendered = render_answer(answer(statements=(Statement("Der Satz.", (1,), support),)), language="en")
    assert f'<span class="belegt-warning">{warning}</span>' in rendered
    assert "✓" not in rendered


def test_a_statement_that_is_backed_has_a_tick_that_can_be_heard() -> None:
    rendered = render_answer(answer())
    assert 'role="img" aria-label="belegt"' in rendered
    assert "belegt-warning" not in rendered


def test_our_own_words_stand_before_the_statements() -> None:
    assert '<span class="belegt-verdict">Ja.</span> ' in render_answer(answer(lead="Ja.", verdict="yes"))
    assert '<span class="belegt-lead">Dazu:</span> ' in render_answer(answer(lead="Dazu:"))


@given(words.filter(lambda text: text.strip() not in ("", "Was?")))
def test_a_follow_up_shows_what_was_searched_to_be_edited(searched: str) -> None:
    rendered = Markup(render_answer(answer(standalone_question=searched)))
    (field,) = (found for tag, found in rendered.tags if tag == "input")
    assert field["value"] == visible(searched.strip())
    assert visible(searched.strip()) in rendered.within("button")[:1] or not visible(searched.strip())


@pytest.mark.parametrize("searched", ["", "Was?", " Was? "])
def test_what_was_searched_as_it_was_asked_is_not_repeated(searched: str) -> None:
    assert "belegt-searched" not in render_answer(answer(standalone_question=searched))


def test_an_abstention_links_what_is_nearest() -> None:
    silent = answer(text="Dazu steht nichts da. Nah: [1] [2]", statements=(), abstained=True)
    assert "Dazu steht nichts da. Nah: <a " in render_answer(silent)
    assert render_answer(silent).endswith(" [2]</p></div>")


def test_an_answer_that_is_still_being_written_says_so() -> None:
    assert say("writing", "de") in render_answer(answer(statements=(), text=""))


def test_notes_follow_the_answer() -> None:
    rendered = render_answer(answer(notes=("Ein <neuerer> Artikel.", "Noch einer.")))
    assert "<li>Ein &lt;neuerer&gt; Artikel.</li><li>Noch einer.</li></ul></div>" in rendered


@pytest.mark.parametrize(("confidence", "percent"), [(0, 5), (0.02, 5), (0.5, 50), (0.63, 65), (0.99, 95), (1, 95)])
def test_how_sure_an_answer_is_comes_in_steps(confidence: float, percent: int) -> None:
    assert f"Sicherheit etwa {percent} %" in render_footer(answer(confidence=confidence))


def test_how_sure_a_refusal_is_says_of_what() -> None:
    assert "About 90 % sure that it isn&#x27;t there" in render_footer(answer(abstained=True), language="en")


@pytest.mark.parametrize(("judged", "pressed"), [(None, []), ("right", ["right"]), ("wrong", ["wrong"])])
def test_the_button_of_what_was_said_is_pressed(judged: str | None, pressed: list[str]) -> None:
    rendered = Markup(render_footer(answer(), turn=4, judged=judged))
    buttons = [found for _, found in rendered.tags if "data-judgement" in found]
    assert [found["data-judgement"] for found in buttons if found["aria-pressed"] == "true"] == pressed
    assert {found["data-turn"] for found in buttons} == {"4"}


def test_what_would_have_been_right_is_asked_only_once_it_is_wrong() -> None:
    (form,) = (found for tag, found in Markup(render_footer(answer(), turn=4)).tags if tag == "form")
    assert "hidden" in form
    assert form["data-turn"] == "4"


@given(words, words)
def test_the_copy_holds_the_answer_and_its_sources_as_plain_text(text: str, title: str) -> None:
    said = answer(citation(title=title, url="https://example.org"), text=text, notes=("Dazu.",))
    (copy,) = Markup(render_footer(said)).attributes("data-text")
    source = ", ".join(part for part in (title, "Blatt", "24. Februar 2025", "https://example.org") if part)
    assert copy == visible(f"{text}\nDazu.\n\n[1] {source}")


def test_a_source_names_its_page_and_who_else_prints_the_story() -> None:
    paged = citation(page=4, also_in=("Tagblatt", " ", "Abend <b>post</b>"), url="javascript:alert(1)")
    expected = "[1] Titel, Blatt, 24. Februar 2025, Seite 4 (auch in: Tagblatt, Abend <b>post</b>)"
    assert source_line(paged, "de") == expected
    assert "page 4 (also in: Tagblatt" in source_line(paged, "en")


def test_a_story_of_many_outlets_names_some() -> None:
    names = name_copies(citation(also_in=tuple(f"Blatt {n}" for n in range(50))), "also_in", "de")
    assert names.endswith(f"Blatt {COPIES_NAMED - 1}, und {50 - COPIES_NAMED} weitere")
    assert name_copies(citation(also_in=(" ",)), "also_in", "de") == ""


def test_a_name_with_braces_is_shown_as_it_is() -> None:
    braces = "{names} {0} {x.__class__}"
    assert escape(braces) in escape(name_copies(citation(also_in=(braces,)), "also_in", "de"))
