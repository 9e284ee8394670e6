"""Answers as a model writes them: checked sentence by sentence, and the quoted answer wherever the model fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from assistant import Answer, Citation, Statement
from assistant.answer import Support
from assistant.phrases import PHRASES, phrase
from assistant.writing import LanguageModelError, Message, WhenUnsupported, write_answer
from assistant.writing.failures import FAILURES, FailureKind

ARTICLE = (
    "Die neue Strecke nach Norden ist fertig. Sie ist 84 Kilometer lang. Ihr Bau kostete 1,2 Milliarden Euro. "
    "Eröffnet wurde sie im Oktober 2023. Die Fahrt dauert jetzt 41 Minuten."
)
PASSAGE_START = 17
"""Characters of the article before its passage."""


@dataclass
class QueuedModel:
    """Writes what was queued; an error in the queue is raised at its place."""

    pieces: Sequence[str | BaseException]
    asked: list[Sequence[Message]] = field(default_factory=list)
    closed: bool = False

    def write(self, messages: Sequence[Message], *, seconds: float | None = None) -> Iterator[str]:
        self.asked.append(messages)
        try:
            for piece in self.pieces:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            self.closed = True


@dataclass(frozen=True)
class Said:
    support: Support
    score: float


class WordJudge:
    """Calls supported what has all its numbers and most of its words in the evidence, partly what has half of them."""

    def judge(self, statement: str, evidence: Sequence[str]) -> Said:
        words = [word.strip(".,!?") for word in statement.lower().split()]
        known = {word.strip(".,!?") for text in evidence for word in text.lower().split()}
        if any(any(character.isdigit() for character in word) and word not in known for word in words):
            return Said("unsupported", 0)
        share = sum(word in known for word in words) / max(len(words), 1)
        return Said("supported" if share > 0.7 else "partly" if share > 0.5 else "unsupported", share)

    def find_support(self, statement: str, passages: Sequence[str]) -> int | None:
        said = [self.judge(statement, [text]) for text in passages]
        best = max(range(len(said)), key=lambda number: said[number].score, default=None)
        return None if best is None or said[best].support == "unsupported" else best


def cite(number: int, quote: str) -> Citation:
    start = ARTICLE.index(quote) + PASSAGE_START
    return Citation(number, "bahn.md", "Neue Strecke", date(2024, 3, 5), None, "Streckenblatt", None, ARTICLE, quote,
                    start, start + len(quote))  # fmt: skip


def make_quoted(*quotes: str, question: str = "Wie lang ist die neue Strecke?", **changes: object) -> Answer:
    chosen = quotes or ("Sie ist 84 Kilometer lang.", "Ihr Bau kostete 1,2 Milliarden Euro.")
    statements = tuple(Statement(quote, (number,)) for number, quote in enumerate(chosen, 1))
    citations = tuple(cite(number, quote) for number, quote in enumerate(chosen, 1))
    text = " ".join(f"{item.text} [{item.citations[0]}]" for item in statements)
    answer = Answer(
        question,
        question,
        text,
        statements,
        citations,
        "84 Kilometer",
        abstained=False,
        confidence=0.8,
        timings={"total": 0.5},
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def write(
    *pieces: str | BaseException, quoted: Answer | None = None, when_unsupported: WhenUnsupported = "replace"
) -> list[Answer]:
    model = QueuedModel(pieces)
    return list(
        write_answer(quoted or make_quoted(), model=model, judge=WordJudge(), when_unsupported=when_unsupported)
    )


def texts(answer: Answer) -> list[str]:
    return [item.text for item in answer.statements]


def test_the_evidence_comes_first_then_each_sentence_then_the_whole() -> None:
    grown = write("Die neue Strecke ist 84 Kilo", "meter lang. [1] Ihr Bau kostete ", "1,2 Milliarden Euro [2].")
    assert [len(item.statements) for item in grown] == [0, 1, 2, 2]
    assert {item.mode for item in grown} == {"written"}
    assert grown[0].text == ""
    assert grown[0].citations == make_quoted().citations
    assert grown[-1].text == "Die neue Strecke ist 84 Kilometer lang. [1] Ihr Bau kostete 1,2 Milliarden Euro. [2]"
    assert grown[-1].notes == ()
    assert {"write", "first_sentence", "first_evidence", "total"} <= grown[-1].timings.keys()
    assert grown[-1].timings["first_evidence"] == 0.5


def test_an_abstention_and_our_own_words_stay_and_no_model_is_asked() -> None:
    refused = replace(make_quoted(), abstained=True, statements=(), text="Dazu steht in den Artikeln leider nichts.")
    told = replace(make_quoted(), statements=(Statement("„Neue Strecke“ ist am 5. März 2024 erschienen.", (1,)),))
    for quoted in (refused, told):
        model = QueuedModel(["Etwas. [1]"])
        assert list(write_answer(quoted, model=model, judge=WordJudge())) == [quoted]
        assert model.asked == []


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("replace", ["Ihr Bau kostete 1,2 Milliarden Euro.", "Die neue Strecke ist 84 Kilometer lang."]),
        ("drop", ["Die neue Strecke ist 84 Kilometer lang."]),
        ("mark", ["Der Bau kostete 7,9 Milliarden Euro.", "Die neue Strecke ist 84 Kilometer lang."]),
    ],
)
def test_an_unsupported_sentence_is_replaced_left_out_or_marked(when: WhenUnsupported, shown: list[str]) -> None:
    written = "Der Bau kostete 7,9 Milliarden Euro. [2] Die neue Strecke ist 84 Kilometer lang. [1]"
    whole = write(written, when_unsupported=when)[-1]
    assert texts(whole) == shown
    assert [item.text for item in whole.statements if item.support == "unsupported"] == shown[:1] * (when == "mark")


def test_a_quote_stands_in_only_once_and_not_beside_what_says_the_same() -> None:
    whole = write(
        "Sie ist 85 Kilometer lang. [1] Sie ist 86 Kilometer lang. [1] Ihr Bau kostete 1,2 Milliarden Euro. [2]"
    )
    assert texts(whole[-1]) == ["Sie ist 84 Kilometer lang.", "Ihr Bau kostete 1,2 Milliarden Euro."]
    whole = write("Sie ist 84 Kilometer lang und neu. [1] Sie ist 86 Kilometer lang. [1]")
    assert texts(whole[-1]) == ["Sie ist 84 Kilometer lang und neu."]


def test_a_wrong_or_missing_key_is_put_right() -> None:
    whole = write("Ihr Bau kostete 1,2 Milliarden Euro. [1] Die Strecke ist 84 Kilometer lang.")[-1]
    assert [item.citations for item in whole.statements] == [(2,), (1,)]
    assert write("Sie ist 84 Kilometer lang. [7]")[-1].statements[0].citations == (1,)
    assert write("Sie ist 84 Kilometer lang. [1] [2]")[-1].statements[0].citations == (1,)


def test_a_citation_is_widened_where_a_neighbour_is_needed() -> None:
    whole = write("Die Strecke, 84 Kilometer lang, kostete 1,2 Milliarden Euro und wurde im Oktober 2023 eröffnet. [2]")
    (statement, *_), citation = whole[-1].statements, whole[-1].citations[1]
    assert statement.citations == (2,)
    assert citation.quote == ARTICLE[citation.start - PASSAGE_START : citation.end - PASSAGE_START]
    assert "84 Kilometer" in citation.quote
    assert "Oktober 2023" in citation.quote


def test_what_the_reader_found_is_quoted_where_the_model_leaves_it_out() -> None:
    grown = write("Ihr Bau kostete 1,2 Milliarden Euro. [2]")
    assert [texts(item) for item in grown[:-1]] == [[]]
    assert texts(grown[-1]) == ["Sie ist 84 Kilometer lang.", "Ihr Bau kostete 1,2 Milliarden Euro."]


def test_what_is_held_back_is_said_once() -> None:
    whole = write("Ihr Bau kostete 1,2 Milliarden Euro. [2] Ihr Bau kostete 1,2 Milliarden Euro. [2]")[-1]
    assert texts(whole) == ["Sie ist 84 Kilometer lang.", "Ihr Bau kostete 1,2 Milliarden Euro."]


def test_a_sentence_beside_the_answer_gives_way_to_the_quote() -> None:
    whole = write("Sie ist lang und neu. [1]")[-1]
    assert (whole.mode, whole.text, whole.notes) == ("quoted", make_quoted().text, (phrase("model evasive", "de"),))


def test_who_only_shortens_keeps_every_word_that_answers_and_is_not_asked_where_none_is_known() -> None:
    quoted = make_quoted(highlight="Kilometer lang")
    modes = []
    for wording in ("free", "close"):
        model = QueuedModel(["Sie ist jetzt 84 Kilometer. [1]"])
        modes.append(list(write_answer(quoted, model=model, judge=WordJudge(), wording=wording))[-1].mode)
    assert modes == ["written", "quoted"]
    model = QueuedModel(["Sie ist 84 Kilometer lang. [1]"])
    spared = list(write_answer(make_quoted(highlight=None), model=model, judge=WordJudge(), wording="close"))
    assert [item.notes for item in spared] == [(phrase("model spared", "de"),)]
    assert spared[0].text == quoted.text
    assert model.asked == []


@pytest.mark.parametrize("said", ["Die neue Strecke ist lang. [1]", "Wie lang ist die neue Strecke mit 84 Kilometern?"])
def test_a_sentence_that_says_what_was_asked_says_nothing(said: str) -> None:
    quoted = make_quoted(highlight=None)
    assert texts(write(f"{said} Sie misst 84 Kilometer. [1]", quoted=quoted)[-1]) == ["Sie misst 84 Kilometer."]
    assert write(said, quoted=quoted)[-1].notes == (phrase("model evasive", "de"),)


def test_where_sources_differ_all_are_named() -> None:
    quoted = make_quoted(lead=phrase("disagreement", "de"))
    whole = write("Die neue Strecke ist 84 Kilometer lang. [1]", quoted=quoted)[-1]
    assert [item.citations for item in whole.statements] == [(1,), (2,)]
    assert whole.text.startswith(phrase("disagreement", "de"))


def test_a_yes_or_no_is_ours() -> None:
    quoted = make_quoted(lead="Ja.", verdict="yes", question="Ist die Strecke 84 Kilometer lang?")
    assert write("Ja, sie ist 84 Kilometer lang. [1]", quoted=quoted)[-1].text == "Ja. Sie ist 84 Kilometer lang. [1]"
    assert write("Nein, sie ist 84 Kilometer lang. [1]", quoted=quoted)[-1].mode == "quoted"


@pytest.mark.parametrize(
    "written", ["NICHTS", "NICHTS.", "nichts", "NICHTS [1]", "Die Quellen beantworten die Frage nicht."]
)
def test_a_model_that_finds_nothing_leaves_the_quoted_answer(written: str) -> None:
    whole = write(written)[-1]
    assert whole.text == make_quoted().text
    assert whole.mode == "quoted"
    assert whole.notes == (phrase("model silent", "de"),)


@pytest.mark.parametrize("when", ["replace", "drop", "mark"])
@pytest.mark.parametrize(
    "written", ["Der Umsatz stieg um 99 Prozent. [1]", "84 Kilometer [1]", "<b>84 Kilometer lang ist sie</b>"]
)
def test_where_nothing_written_survives_the_quoted_answer_stands(written: str, when: WhenUnsupported) -> None:
    whole = write(written, when_unsupported=when)[-1]
    assert (whole.text, whole.mode) == (make_quoted().text, "quoted")
    assert whole.notes == (phrase("model unsupported", "de"),)


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("question", ["Wie lang ist die neue Strecke?", "How long is the new line to the north?"])
def test_whatever_fails_the_quoted_answer_stands_and_a_note_says_why(kind: FailureKind, question: str) -> None:
    grown = write(LanguageModelError(kind), quoted=make_quoted(question=question))
    assert grown[-1].text == make_quoted().text
    assert grown[-1].notes == (phrase(f"model {kind}", "en" if question.startswith("How") else "de"),)
    assert grown[-1].mode == "quoted"


def test_sentences_shown_stay_when_the_text_breaks_off() -> None:
    broken = LanguageModelError("cut off")
    whole = write("Die neue Strecke ist 84 Kilometer lang. [1] Ihr Bau kostete 1,2 Mill", broken)[-1]
    assert texts(whole) == ["Die neue Strecke ist 84 Kilometer lang."]
    assert whole.mode == "written"
    assert whole.notes == (phrase("model cut off", "de"),)


def test_another_language_ends_the_text() -> None:
    whole = write("The new line to the north is 84 kilometres long and it was opened in October. [1]")[-1]
    assert whole.notes == (phrase("model wrong language", "de"),)
    assert write("新线路全长84公里。[1]")[-1].notes == (phrase("model wrong language", "de"),)
    assert whole.text == make_quoted().text


def test_a_judge_that_fails_leaves_the_quoted_answer() -> None:
    class Broken(WordJudge):
        def judge(self, statement: str, evidence: Sequence[str]) -> Said:
            raise RuntimeError("the weights are gone")

    grown = list(write_answer(make_quoted(), model=QueuedModel(["Sie ist 84 Kilometer lang. [1]"]), judge=Broken()))
    assert grown[-1].text == make_quoted().text
    assert grown[-1].notes == (phrase("model unchecked", "de"),)


def test_the_model_is_stopped_after_enough_sentences_and_when_nobody_listens() -> None:
    endless = QueuedModel(["Sie ist 84 Kilometer lang. [1] "] * 10_000)
    grown = list(write_answer(make_quoted(), model=endless, judge=WordJudge()))
    assert texts(grown[-1]) == ["Sie ist 84 Kilometer lang."]
    assert endless.closed
    left = QueuedModel(["Sie ist 84 Kilometer lang. [1] Ihr Bau kostete 1,2 Milliarden Euro. [2]"])
    growing = write_answer(make_quoted(), model=left, judge=WordJudge())
    next(growing), next(growing)
    growing.close()
    assert left.closed


def test_every_kind_of_failure_has_its_words() -> None:
    assert {f"model {kind}" for kind in FAILURES} <= PHRASES["de"].keys()
