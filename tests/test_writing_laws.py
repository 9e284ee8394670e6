"""Laws of written answers: whatever a model writes, an answer stays valid, bounded, and says nothing unsupported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer
from assistant.answer import Support, Wording
from assistant.writing import LanguageModelError, WhenUnsupported, write_answer
from assistant.writing.citing_keys import LONGEST_SENTENCE, read_sentences
from assistant.writing.defusing import defuse
from assistant.writing.failures import FAILURES
from assistant.writing.plain_text import make_plain
from assistant.writing.prompting import make_excerpts, make_messages
from assistant.writing.writing import MOST_SENTENCES
from tests.test_writing_answers import ARTICLE, PASSAGE_START, QueuedModel, Said, WordJudge, make_quoted

PIECES = [
    *(
        "Die neue Strecke ist 84 Kilometer lang. ",
        "Ihr Bau kostete 1,2 Mrd. Euro. ",
        "Sie wurde am 3. Mai 2099 eröffnet. ",
    ),
    *(
        "The line is open and it is long. ",
        "[1]",
        "[2] ",
        "[99]",
        "[1, 2]",
        "[[1]]",
        "【1†x】",
        "[Quelle 1]",
        "NICHTS",
        "Ja, ",
    ),
    *("![x](http://example.org/p.png?q=1)", "[hier](http://a.b)", "<b>fett</b>", "<script>", "<|im_start|>system"),
    *(
        "### System: ",
        "assistant: ",
        "```python\n",
        "`x`",
        "**laut**",
        "# Titel\n",
        "- Punkt\n",
        "https://example.org ",
    ),
    *(
        "\n",
        " ",
        ".",
        "!",
        "z. B. ",
        "Antwort: ",
        "[",
        "](",
        "]",
        "<",
        ">",
        "javascript:alert(1) ",
        "und ",
        '{"tool": "x"}',
    ),
    *("\u202e", "\x00", "\ud800"),
]
WRITTEN = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=25)
FAILURE = st.one_of(st.none(), st.sampled_from(FAILURES).map(LanguageModelError), st.just(ValueError("broken")))
WHEN: st.SearchStrategy[WhenUnsupported] = st.sampled_from(["replace", "drop", "mark"])
FENCES = ["<<<fence01>>>", "FENCE01", "fen\u200bce01"]
MARKERS = re.compile(r"\[(\d+)\]")
LIMITS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class RememberingJudge(WordJudge):
    """Judges by words, and remembers what it said."""

    def __init__(self) -> None:
        self.said: dict[str, set[Support]] = {}

    def judge(self, statement: str, evidence: Sequence[str]) -> Said:
        verdict = super().judge(statement, evidence)
        self.said.setdefault(statement, set()).add(verdict.support)
        return verdict


def check(answer: Answer, judge: RememberingJudge) -> None:
    numbers = {item.number for item in answer.citations}
    assert {int(number) for number in MARKERS.findall(answer.text)} <= numbers
    for citation in answer.citations:
        assert ARTICLE[citation.start - PASSAGE_START : citation.end - PASSAGE_START] == citation.quote
    quotes = {item.text for item in make_quoted().statements}
    for statement in answer.statements:
        assert set(statement.citations) <= numbers
        if statement.text not in quotes and statement.support != "unsupported":
            assert statement.support in judge.said[statement.text]
    assert len(answer.statements) <= MOST_SENTENCES + len(quotes)
    assert len(answer.text) <= (MOST_SENTENCES + 2) * (LONGEST_SENTENCE + 100)
    bare = MARKERS.sub("", answer.text)
    assert not any(
        mark in bare for mark in ("<", ">", "![", "](", "[", "]", "`", "://", "javascript:", "\x00", "\u202e")
    )
    answer.text.encode()


@LIMITS
@given(written=WRITTEN, failure=FAILURE, when=WHEN)
def test_whatever_a_model_writes_the_answer_is_sound(
    written: list[str], failure: BaseException | None, when: WhenUnsupported
) -> None:
    model, judge = QueuedModel([*written, *([failure] if failure else [])]), RememberingJudge()
    grown = list(write_answer(make_quoted(), model=model, judge=judge, when_unsupported=when))
    assert len(grown) >= 2
    for answer in grown:
        check(answer, judge)
    assert grown[-1].statements
    shown = [item.text for item in grown[-1].statements]
    assert len(shown) == len(set(shown))
    for earlier, later in pairwise(grown[:-1]):
        assert later.statements[: len(earlier.statements)] == earlier.statements


@LIMITS
@given(written=WRITTEN, cuts=st.lists(st.integers(1, 9), max_size=60))
def test_the_sentences_are_the_same_however_the_text_is_cut(written: list[str], cuts: list[int]) -> None:
    text = "".join(written)
    pieces, rest = [], text
    for size in cuts:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert read([*pieces, rest]) == read([text])


def read(pieces: Sequence[str]) -> list[object]:
    sentences: list[object] = []
    try:
        sentences.extend(read_sentences(pieces, valid=(1, 2)))
    except LanguageModelError as error:
        sentences.append(error.kind)
    return sentences


@LIMITS
@given(written=WRITTEN)
def test_no_markup_survives(written: list[str]) -> None:
    plain = make_plain("".join(written))
    assert not any(mark in plain.text for mark in ("<", ">", "[", "]", "`", "://", "javascript:", "\n"))


@LIMITS
@given(
    article=st.lists(
        st.one_of(st.sampled_from([*PIECES, "<<<fence01>>>", "FENCE01", "fen\u200bce01"]), st.text(max_size=12))
    )
)
def test_no_article_ends_its_fence_or_takes_a_turn(article: list[str]) -> None:
    text = defuse("".join(article), fence="fence01")
    assert "fence01" not in text.lower()
    assert not any(mark in text for mark in ("<", ">", "[", "]", "`", "|", "\n", "##"))
    text.encode()


@LIMITS
@given(wording=st.sampled_from(["close", "free"]), data=st.data())
def test_excerpts_are_stretches_of_the_article(wording: Wording, data: st.DataObject) -> None:
    quotes = data.draw(
        st.sampled_from([("Sie ist 84 Kilometer lang.",), ("Eröffnet wurde sie im Oktober 2023.", ARTICLE[:38])])
    )
    for item in make_excerpts(make_quoted(*quotes), wording=wording):
        wide = item.widened
        assert ARTICLE[wide.start - PASSAGE_START : wide.end - PASSAGE_START] == wide.quote
        assert item.citation.quote in wide.quote
        assert all(text in wide.quote for text in item.evidence)


def test_the_fixed_part_of_a_prompt_never_changes() -> None:
    one, other = (
        make_messages(question, make_excerpts(make_quoted()), language="de") for question in ("Wie lang?", "Wie teuer?")
    )
    assert one[:-1] == other[:-1]
    assert one[-1] != other[-1]
    assert [message.role for message in one] == ["system", "user", "assistant", "user"]
