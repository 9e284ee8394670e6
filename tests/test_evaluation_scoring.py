"""Scores of one outcome: against slow reference implementations, and one real answer bent for every way to fail."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant
from assistant.answer import Statement
from assistant.evaluation import METRICS, Case
from assistant.evaluation.asking import Outcome, Reply, ask
from assistant.evaluation.diagnosis import Step
from assistant.evaluation.metrics import BY_NAME
from assistant.evaluation.scoring import (
    Collection,
    Judgement,
    has_valid_markers,
    judge_all,
    score_citations,
    score_completeness,
    score_rankings,
)
from assistant.notes import KINDS, NoteKind
from assistant.phrases import phrase
from assistant.quoting import join
from tests.test_quoting import open_newsroom, write_article
from vectorstore import HITS, Passage, Source

LENGTH = Case("lang", "line 1", "Wie lang ist die neue Strecke in Kilometern?", ("84 Kilometer",), "bahn.md")
PRICE = Case("preis", "line 2", "Was kostet ein Kilogramm Roggenbrot?", ("4,10 Euro",), "brot.md")
ZEBRA = Case("zebra", "line 3", "Welche Farbe trug Napoleons Zebra in Quito?", ())
COUNTED = {"statements", "sentences"}
"""Metrics that are no shares."""
FOLLOW_UP = Case(
    "folge",
    "line 4",
    "Und was kostete ihr Bau?",
    ("1,2 Milliarden Euro",),
    "bahn.md",
    history=((LENGTH.question, "84 Kilometer."),),
    standalone_question="Was kostete der Bau der neuen Strecke?",
)


@pytest.fixture
def collection(desk: Assistant) -> Collection:
    return Collection(desk.passages())


def judge(outcome: Outcome, collection: Collection, *, considered: int = HITS) -> Judgement:
    """Judge one outcome, after making sure that every score is between 0 and 1 and has a name."""
    (judgement,) = judge_all([outcome], collection, considered=considered)
    assert set(judgement.scores) <= set(BY_NAME)
    assert all(0 <= value <= 1 for name, value in judgement.scores.items() if name not in COUNTED)
    return judgement


def bent(outcome: Outcome, **changes: object) -> Outcome:
    """Return an outcome with another answer."""
    return replace(outcome, reply=replace(outcome.reply, answer=replace(outcome.reply.answer, **changes)))  # type: ignore[arg-type]


def passage(article_id: str, number: int, text: str, start: int = 0) -> Passage:
    return Passage(Source(article_id, article_id), number, start, start + len(text), text, ())


# Right passages


def test_right_are_the_passages_of_the_named_article_that_hold_an_answer() -> None:
    first, second = passage("a.md", 0, "Der Turm ist rot. "), passage("a.md", 1, "Er ist 90 Meter hoch.", 18)
    other = passage("b.md", 0, "Ein Baum ist 90 Meter hoch.")
    collection = Collection([first, second, other])
    case = Case("k", "line 1", "Wie hoch?", ("neunzig Meter", "fünf Meter"), "a.md")
    assert collection.right_passages(case) == (second,)
    assert collection.right_passages(replace(case, article_id=None)) == (second, other)
    assert collection.states(case)


def test_all_passages_of_the_named_article_are_right_where_none_holds_the_answer() -> None:
    first, second = passage("a.md", 0, "Der Turm ist rot. "), passage("a.md", 1, "Er ist hoch.", 18)
    collection = Collection([first, second, passage("b.md", 0, "Der Baum ist grün.")])
    case = Case("k", "line 1", "Welche Farbe?", ("grün",), "a.md")
    assert collection.right_passages(case) == (first, second)
    assert not collection.states(case)


def test_no_passage_is_right_where_none_holds_the_answer_and_no_article_is_named() -> None:
    collection = Collection([passage("a.md", 0, "Der Turm ist rot.")])
    assert collection.right_passages(Case("k", "line 1", "Wie?", ("blau",))) == ()
    assert collection.right_passages(Case("k", "line 1", "Wie?", ("rot",), "fehlt.md")) == ()
    assert collection.right_passages(Case("k", "line 1", "Wie?", None)) == ()


def test_a_collection_knows_its_articles_and_their_texts(desk: Assistant, collection: Collection) -> None:
    assert "bahn.md" in collection
    assert "fehlt.md" not in collection
    assert collection.texts == {source.article_id: desk.article(source.article_id).text for source in desk.articles()}


# Rankings

KEY = st.sampled_from(
    ["a.md#0", "a.md#1", "Über uns.md#0", "zwei Wörter.md#3", "c#.md#0", "c#.md#1", "tief/unten.md#0", "#", "ß.txt#12"]
    + [f"voll {number}.md#0" for number in range(12)]
)
QUESTION_KEY = st.sampled_from(["q1", "Frage eins", "fremd.json:ä#1", "7~2"])
RANKINGS = st.dictionaries(QUESTION_KEY, st.lists(KEY, unique=True, max_size=16), max_size=4)
RIGHT = st.dictionaries(QUESTION_KEY, st.frozensets(KEY, min_size=1, max_size=14), max_size=4)


def slow_scores(ranking: list[str], right: frozenset[str]) -> dict[str, float]:
    hits = [rank for rank, key in enumerate(ranking, start=1) if key in right]
    gain = sum(1 / math.log2(rank + 1) for rank in hits if rank <= 10)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(right), 10) + 1))
    first = min(hits, default=math.inf)
    return {
        "success@1": float(first <= 1),
        "success@3": float(first <= 3),
        "success@10": float(first <= 10),
        "mrr@10": 1 / first if first <= 10 else 0.0,
        "ndcg@10": gain / best,
    }


@given(rankings=RANKINGS, right=RIGHT)
@settings(max_examples=150, deadline=None)
def test_rankings_are_scored_as_the_slow_way_does(
    rankings: dict[str, list[str]], right: dict[str, frozenset[str]]
) -> None:
    scores = score_rankings(rankings, right)
    assert set(scores) == set(rankings) & set(right)
    for key, values in scores.items():
        assert values == pytest.approx(slow_scores(rankings[key], right[key]), abs=1e-6)


def test_the_rank_is_that_of_the_first_right_passage(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, PRICE)
    for ranking, rank in (("bahn.md#0", "wal.txt#0", "brot.md#0"), 3), (("brot.md#0", "bahn.md#0"), 1), ((), None):
        judgement = judge(replace(outcome, reply=replace(outcome.reply, ranking=ranking)), collection)
        assert judgement.rank == rank
        assert judgement.scores["mrr@10"] == pytest.approx(1 / rank if rank else 0)


# Markers and quotes


@pytest.mark.parametrize("case", [LENGTH, PRICE, ZEBRA, replace(LENGTH, question="Strecke?")])
def test_markers_and_quotes_of_real_answers_and_refusals_are_valid(
    desk: Assistant, collection: Collection, case: Case
) -> None:
    answer = desk.answer(case.question)
    assert answer.abstained == (case is ZEBRA)
    scores = score_citations(answer, collection.texts)
    assert scores["markers_valid"] == 1
    assert scores["quotes_verbatim"] == 1
    assert ("statements_grounded" in scores) == (not answer.abstained)
    assert scores.get("statements_grounded", 1) == 1
    assert scores.get("statements", 0) == len(answer.statements)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1]", ""),
        ("[1]", "[1] [1]"),
        ("[1]", "[2]"),
        ("[1]", "[1] [9]"),
        ("[1]", "[0]"),
        ("[1]", "[01] [1]"),
    ],
    ids=["missing", "doubled", "another", "invented", "zero", "written otherwise"],
)
@pytest.mark.parametrize("case", [LENGTH, ZEBRA], ids=["answer", "refusal"])
def test_markers_that_were_changed_are_not_valid(desk: Assistant, case: Case, old: str, new: str) -> None:
    answer = desk.answer(case.question)
    assert has_valid_markers(answer)
    assert not has_valid_markers(replace(answer, text=answer.text.replace(old, new)))


def test_statements_must_cite_what_is_there(desk: Assistant) -> None:
    answer = desk.answer(LENGTH.question)
    (first, *rest) = answer.statements
    for numbers in ((), (9,), (0,)):
        statements = (replace(first, citations=numbers), *rest)
        assert not has_valid_markers(replace(answer, statements=statements, text=join(statements)))


def test_citations_must_be_numbered_from_one_without_gaps(desk: Assistant) -> None:
    answer = desk.answer(ZEBRA.question)
    first, second, third = answer.citations
    swapped = (first, replace(second, number=3), replace(third, number=2))
    assert not has_valid_markers(replace(answer, citations=swapped, text=answer.text.replace("[2] [3]", "[3] [2]")))
    assert not has_valid_markers(replace(answer, citations=(first, third), text=answer.text.replace("[2] ", "")))


TOKEN = st.sampled_from(["Der", "Turm", "[1]", "[2]", "[3][4]", "steht.", "rot", "[17]"])
SENTENCE = st.lists(TOKEN, max_size=5).map(lambda words: " ".join(["Satz", *words]))


@given(texts=st.lists(SENTENCE, min_size=1, max_size=5))
@settings(deadline=None)
def test_markers_within_quotes_do_not_count(texts: list[str]) -> None:
    statements = tuple(Statement(text, (number,)) for number, text in enumerate(texts, start=1))
    answer = make_answer(texts, statements)
    assert has_valid_markers(answer)
    for wrong in (f"{answer.text} [1]", answer.text.removesuffix(f"[{len(texts)}]"), f"[{len(texts)}] {answer.text}"):
        assert not has_valid_markers(replace(answer, text=wrong))


def make_answer(quotes: list[str], statements: tuple[Statement, ...]) -> Answer:
    """Return an answer that quotes sentences of one article, in their order."""
    fields = {
        "question": "Wie?",
        "standalone_question": "Wie?",
        "text": join(statements),
        "statements": [{"text": item.text, "citations": item.citations} for item in statements],
        "citations": [
            dict.fromkeys(("published", "author", "publisher", "url"))
            | {"number": number, "article_id": "a.md", "title": "A", "passage": quote, "quote": quote}
            | {"start": 0, "end": len(quote)}
            for number, quote in enumerate(quotes, start=1)
        ],
        "highlight": None,
        "abstained": False,
        "confidence": 0.5,
    }
    return Answer.from_dict(fields)


def test_a_statement_may_stand_on_several_citations() -> None:
    statements = (Statement("Der Turm ist rot und alt.", (1, 2)), Statement("Er steht.", (2,)))
    answer = make_answer(["Der Turm ist rot.", "Er ist alt."], statements)
    assert has_valid_markers(answer)
    assert not has_valid_markers(replace(answer, text=answer.text.replace("[1] [2]", "[2] [1]")))


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (1, 1), (-1, 0)], ids=["start", "end", "both", "before"])
def test_a_quote_that_is_not_at_its_offsets_is_found(
    desk: Assistant, collection: Collection, shift: tuple[int, int]
) -> None:
    answer = desk.answer(PRICE.question)
    moved = tuple(replace(item, start=item.start + shift[0], end=item.end + shift[1]) for item in answer.citations)
    assert score_citations(replace(answer, citations=moved), collection.texts)["quotes_verbatim"] == 0


def test_one_shifted_quote_of_three_is_a_third(desk: Assistant, collection: Collection) -> None:
    answer = desk.answer(ZEBRA.question)
    first, *rest = answer.citations
    shifted = (replace(first, start=first.start + 1, end=first.end + 1), *rest)
    scores = score_citations(replace(answer, citations=shifted), collection.texts)
    assert scores["quotes_verbatim"] == pytest.approx(2 / 3)


def test_a_quote_from_no_article_or_another_is_not_verbatim(desk: Assistant, collection: Collection) -> None:
    answer = desk.answer(PRICE.question)
    for article_id in ("fehlt.md", "bahn.md"):
        moved = tuple(replace(item, article_id=article_id) for item in answer.citations)
        assert score_citations(replace(answer, citations=moved), collection.texts)["quotes_verbatim"] == 0


def test_a_statement_with_a_number_that_is_not_cited_is_not_grounded(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, PRICE)
    first, *rest = outcome.reply.answer.statements
    changed = (replace(first, text=first.text.replace("4,10", "5,20")), *rest)
    scores = judge(bent(outcome, statements=changed, text=join(changed)), collection).scores
    assert scores["statements_grounded"] == pytest.approx(len(rest) / len(changed))
    assert scores["answer_in_first"] == 0


# Evidence that is no quote


TOLD = (
    Statement("„Turm in Ahrbach“ stammt von Lokalredaktion.", (1,)),
    Statement("„Turm in Ahrbach“ ist am 3. März 2024 erschienen.", (1,)),
    Statement("“Turm in Ahrbach” appeared on 3 March 2024.", (1,)),
    Statement("„Turm in Ahrbach“ (Bergbote, 3. März 2024).", (1,)),
    Statement("Der Artikel heißt „Turm in Ahrbach“.", (1,)),
    Statement("The article is called “Turm in Ahrbach”.", (1,)),
)


@pytest.mark.parametrize("statement", TOLD, ids=lambda statement: statement.text)
def test_what_an_article_tells_of_itself_is_evidence(statement: Statement) -> None:
    answer = make_answer(["Er ist 90 Meter hoch."], (statement,))
    told = {"title": "Turm in Ahrbach", "author": "Lokalredaktion", "publisher": "Bergbote"}
    citation = replace(answer.citations[0], **told, published=date(2024, 3, 3))
    assert grounded(replace(answer, citations=(citation,))) == 1
    for untold in ({"title": "Der Brunnen"}, {"published": None, "author": None, "publisher": None}):
        known = "heißt" in statement.text or "called" in statement.text
        assert grounded(replace(answer, citations=(replace(citation, **untold),))) == float(
            known and "title" not in untold
        )


def test_a_date_that_the_article_does_not_bear_is_not_grounded() -> None:
    answer = make_answer(["Er ist 90 Meter hoch."], (TOLD[2],))
    citation = replace(answer.citations[0], title="Turm in Ahrbach")
    days = (date(2024, 3, 3), date(2024, 4, 3), date(2024, 3, 4), date(2025, 3, 3))
    scores = [grounded(replace(answer, citations=(replace(citation, published=day),))) for day in days]
    assert scores == [1, 0, 0, 0]


def grounded(answer: Answer) -> float:
    """Return the share of an answer's statements whose facts stand in what they cite."""
    return score_citations(answer, {})["statements_grounded"]


@pytest.mark.parametrize(
    ("quotes", "count"),
    [
        (["Der Turm ist rot."], 1),
        (["Der Turm ist rot. Er ist alt."], 2),
        (["Der Turm ist rot. Er ist alt.", "Er ist 90 Meter hoch."], 3),
    ],
)
def test_sentences_that_are_leaned_on_count(quotes: list[str], count: int) -> None:
    statements = tuple(Statement(quote, (number,)) for number, quote in enumerate(quotes, start=1))
    scores = score_citations(make_answer(quotes, statements), {})
    assert (scores["statements"], scores["sentences"]) == (len(quotes), count)


# Parts, verdicts and notes

PARTS = st.lists(st.lists(st.sampled_from(["rot", "alt", "90 Meter", "blau", "neunzig Meter"]), min_size=1, max_size=3)
                 .map(tuple), min_size=1, max_size=4)  # fmt: skip


@given(parts=PARTS, said=st.lists(st.sampled_from(["Er ist rot.", "Er ist alt.", "Er ist 90 Meter hoch."]), max_size=3))
@settings(deadline=None)
def test_parts_are_scored_as_the_slow_way_does(parts: list[tuple[str, ...]], said: list[str]) -> None:
    answer = make_answer(said, tuple(Statement(text, (number,)) for number, text in enumerate(said, start=1)))
    scores = score_completeness(replace(LENGTH, parts=tuple(parts)), answer)
    text = " ".join(said).replace("90 Meter", "90 Meter neunzig Meter")
    found = [any(words in text for words in part) for part in parts]
    assert scores["parts_said"] == pytest.approx(sum(found) / len(found))
    assert scores["all_parts_said"] == float(all(found))
    assert (scores["all_parts_said"] == 1) == (scores["parts_said"] == 1)


def test_a_refusal_says_no_part_even_where_its_quotes_do(desk: Assistant, collection: Collection) -> None:
    case = replace(PRICE, parts=(("4,10 Euro",), ("8 Prozent",)))
    outcome = ask(desk, case)
    assert judge(outcome, collection).scores["parts_said"] >= 0.5
    refused = bent(outcome, abstained=True, statements=(), highlight=None, text="Nichts. [1]")
    scores = judge(refused, collection).scores
    assert (scores["parts_said"], scores["all_parts_said"]) == (0, 0)


@pytest.mark.parametrize(
    ("given_verdict", "right"), [("yes", "yes"), ("no", "no"), (None, "unknown")], ids=["yes", "no", "neither"]
)
def test_a_verdict_is_right_where_it_is_the_one_expected(
    desk: Assistant, collection: Collection, given_verdict: str | None, right: str
) -> None:
    outcome = bent(ask(desk, LENGTH), verdict=given_verdict)
    for verdict in ("yes", "no", "unknown"):
        asked = replace(outcome, case=replace(LENGTH, verdict=verdict))
        assert judge(asked, collection).scores["verdict_right"] == float(verdict == right)
    assert "verdict_right" not in judge(outcome, collection).scores


NOTES = {
    "differ": phrase("differ", "de", values="14 (Bote, 2. März 2024); 17 (Kurier, 4. März 2024)"),
    "newer": phrase("newer", "en", article="“The tower” (Herald)"),
    "dated": phrase("dated", "de", word="derzeit", number=1, day="2. März 2024"),
}


@given(there=st.sets(st.sampled_from(KINDS)), wanted=st.sets(st.sampled_from(KINDS)), other=st.booleans())
@settings(deadline=None)
def test_notes_are_found_and_needless_by_their_kind(
    there: set[NoteKind],
    wanted: set[NoteKind],
    other: bool,  # noqa: FBT001 - drawn
) -> None:
    notes = [NOTES[kind] for kind in there] + ["Dazu kommen 2 weitere Artikel."] * other
    answer = replace(make_answer(["Er ist rot."], (Statement("Er ist rot.", (1,)),)), notes=tuple(notes))
    scores = score_completeness(replace(LENGTH, notes=tuple(wanted)), answer)
    assert ("notes_found" in scores) == bool(wanted)
    assert scores.get("notes_found", 1) == (len(there & wanted) / len(wanted) if wanted else 1)
    assert scores["notes_needless"] == float(not there <= wanted)


def test_nothing_is_scored_that_the_test_set_does_not_ask_for(desk: Assistant, collection: Collection) -> None:
    asked = {"parts_said", "all_parts_said", "verdict_right", "notes_found", "notes_needless"}
    assert not asked & set(judge(bent(ask(desk, LENGTH), notes=(NOTES["newer"],), verdict="yes"), collection).scores)


def test_notes_of_real_answers_are_recognised(tmp_path: Path) -> None:
    articles = {
        "a.md": write_article("Am Turm arbeiten derzeit 30 Menschen.", "Turm", published="2022-03-02"),
        "b.md": write_article("Am Turm arbeiten nach neuer Zählung 34 Menschen.", "Turm", published="2022-03-04"),
    }
    newsroom = open_newsroom(tmp_path, articles, "30 Menschen", "34 Menschen")
    case = Case("k", "line 1", "Wie viele Menschen arbeiten am Turm?", ("34 Menschen",), notes=("differ", "dated"))
    scores = judge(ask(newsroom, case), Collection(newsroom.passages())).scores
    assert (scores["notes_found"], scores["notes_needless"]) == (1, 0)
    strict = judge(ask(newsroom, replace(case, notes=("newer",))), Collection(newsroom.passages())).scores
    assert (strict["notes_found"], strict["notes_needless"]) == (0, 1)


# Answers and decisions


@pytest.mark.parametrize(
    ("question", "answers", "first"),
    [
        ("Wie viele Artikel gibt es?", ("3",), 1),
        ("Wie viele Artikel gibt es?", ("4",), 0),
        ("Welche Artikel gibt es über Roggenbrot?", ("einen Artikel",), 1),
    ],
)
def test_our_own_lead_counts_with_the_first_statement(
    desk: Assistant, collection: Collection, question: str, answers: tuple[str, ...], first: float
) -> None:
    outcome = ask(desk, Case("k", "line 1", question, answers))
    assert outcome.reply.answer.lead
    scores = judge(outcome, collection).scores
    assert (scores["answer_in_first"], scores["answer_in_any"], scores["right"]) == (first, first, first)
    assert judge(bent(outcome, lead=""), collection).scores["answer_in_first"] == 0


def test_the_lead_of_a_refusal_says_nothing(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, replace(ZEBRA, answers=("Napoleons",)))
    assert "Napoleons" in outcome.reply.answer.lead
    assert judge(outcome, collection).scores["answer_in_first"] == 0


def test_a_right_answer_gets_full_scores(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, LENGTH)
    judgement = judge(outcome, collection)
    assert (judgement.step, judgement.reason, judgement.rank) == (None, "", 1)
    full = ("right", "answer_in_first", "answer_in_any", "best_quote", "success@1", "mrr@10", "ndcg@10")
    assert all(judgement.scores[name] == 1 for name in (*full, "citation_precision", "citation_recall"))
    assert judgement.scores["false_refusals"] == 0
    assert judgement.scores["brier"] == pytest.approx((1 - outcome.reply.answer.confidence) ** 2)
    assert "refusal_precision" not in judgement.scores
    assert "raw.mrr@10" not in judgement.scores


def test_a_right_refusal_is_right(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, ZEBRA)
    judgement = judge(outcome, collection)
    assert (judgement.step, judgement.rank) == (None, None)
    assert judgement.scores["right"] == judgement.scores["refusal_recall"] == judgement.scores["refusal_precision"] == 1
    assert judgement.scores["brier"] == pytest.approx((1 - outcome.reply.answer.confidence) ** 2)
    assert not {"answer_in_first", "false_refusals", "mrr@10", "citation_precision", *COUNTED} & set(judgement.scores)


def test_a_wrong_refusal_offers_its_best_quote(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, PRICE)
    nearest = outcome.reply.answer.citations[:1]
    refused = bent(outcome, abstained=True, statements=(), citations=nearest, highlight=None, text="Nichts. [1]")
    scores = judge(refused, collection).scores
    assert (scores["right"], scores["false_refusals"], scores["refusal_precision"]) == (0, 1, 0)
    assert (scores["answer_in_first"], scores["answer_in_any"], scores["best_quote"]) == (0, 0, 1)
    assert "highlight_given" not in scores
    assert "citation_precision" not in scores
    assert scores["brier"] == pytest.approx(outcome.reply.answer.confidence**2)


def test_highlights_are_scored_where_they_are_given(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, LENGTH)
    for highlight, exact, overlap, agrees in (
        ("84 Kilometer", 1, 1, 1),
        ("84", 0, 2 / 3, 1),
        ("ist 84 Kilometer lang", 0, 2 / 3, 1),
        ("Strecke", 0, 0, 0),
    ):
        scores = judge(bent(outcome, highlight=highlight), collection).scores
        assert scores["highlight_given"] == 1
        assert scores["highlight_exact_match"] == exact
        assert scores["highlight_f1"] == pytest.approx(overlap)
        assert scores["highlight_agrees"] == agrees
    scores = judge(bent(outcome, highlight=None), collection).scores
    assert scores["highlight_given"] == 0
    assert not {"highlight_exact_match", "highlight_f1", "highlight_agrees"} & set(scores)


def test_citation_precision_is_the_share_in_right_passages(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, LENGTH)
    wrong = replace(desk.answer(PRICE.question).citations[0], number=2)
    both = bent(outcome, citations=(*outcome.reply.answer.citations[:1], wrong))
    scores = judge(both, collection).scores
    assert (scores["citation_precision"], scores["citation_recall"]) == (0.5, 1)
    scores = judge(bent(outcome, citations=(replace(wrong, number=1),)), collection).scores
    assert (scores["citation_precision"], scores["citation_recall"]) == (0, 0)


def test_citations_elsewhere_in_the_right_article_are_not_in_the_right_passage() -> None:
    first, second = passage("a.md", 0, "Der Turm ist rot. "), passage("a.md", 1, "Er ist hoch.", 18)
    answer = make_answer(["Der Turm ist rot.", "Er ist hoch."], (Statement("Der Turm ist rot.", (1,)),))
    apart = (answer.citations[0], replace(answer.citations[1], start=18, end=30))
    case = Case("k", "line 1", "Wie ist der Turm?", ("hoch",), "a.md")
    outcome = Outcome(case, Reply(replace(answer, citations=apart), ()))
    scores = judge(outcome, Collection([first, second])).scores
    assert (scores["citation_precision"], scores["citation_recall"]) == (0.5, 1)
    scores = judge(bent(outcome, citations=apart[:1]), Collection([first, second])).scores
    assert (scores["citation_precision"], scores["citation_recall"]) == (0, 0)


def test_ways_of_asking_a_follow_up_are_scored_apart(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, FOLLOW_UP)
    assert outcome.raw is not None
    assert outcome.person is not None
    nothing_found = replace(outcome.raw, ranking=(), answer=replace(outcome.raw.answer, statements=()))
    scores = judge(replace(outcome, raw=nothing_found), collection).scores
    assert (scores["raw.mrr@10"], scores["raw.answer_in_first"]) == (0, 0)
    assert (scores["person.mrr@10"], scores["rewritten.mrr@10"]) == (1, scores["mrr@10"])
    assert scores["person.answer_in_first"] == 1
    assert scores["rewritten.answer_in_first"] == scores["answer_in_first"]
    scores = judge(replace(outcome, person=None), collection).scores
    assert "raw.mrr@10" in scores
    assert not any(name.startswith("person.") for name in scores)


def test_an_unanswerable_follow_up_has_no_scores_by_way(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, replace(FOLLOW_UP, answers=(), article_id=None))
    assert not any("." in name for name in judge(outcome, collection).scores)


def test_what_nobody_judged_is_scored_for_its_citations_alone(desk: Assistant, collection: Collection) -> None:
    judgement = judge(ask(desk, replace(LENGTH, answers=None, judged="wrong")), collection)
    assert set(judgement.scores) == {"markers_valid", "quotes_verbatim", "statements_grounded", *COUNTED}
    assert judgement.step is None
    assert "nobody has said" in judgement.reason


def test_outcomes_are_judged_one_by_one_and_together_alike(desk: Assistant, collection: Collection) -> None:
    outcomes = [ask(desk, case) for case in (LENGTH, ZEBRA, FOLLOW_UP, PRICE)]
    together = judge_all(outcomes, collection, considered=HITS)
    assert together == tuple(judge(outcome, collection) for outcome in outcomes)
    assert judge_all(outcomes[::-1], collection, considered=HITS) == together[::-1]
    assert judge_all([], collection, considered=HITS) == ()


def test_every_metric_of_a_single_question_can_be_scored(desk: Assistant, collection: Collection) -> None:
    asked = replace(LENGTH, parts=(("84",),), verdict="yes", notes=("newer",))
    outcomes = [ask(desk, case) for case in (asked, ZEBRA, FOLLOW_UP)]
    names = {name for judgement in judge_all(outcomes, collection, considered=HITS) for name in judgement.scores}
    computed_over_all = {"calibration_error", "risk_coverage"}
    assert names == {metric.name for metric in METRICS} - computed_over_all


# The step that failed


def test_wrongly_answered(desk: Assistant, collection: Collection) -> None:
    judgement = judge(ask(desk, replace(LENGTH, answers=(), article_id=None)), collection)
    assert judgement.step == "wrongly answered"
    assert judgement.scores["right"] == judgement.scores["refusal_recall"] == 0


def test_wrongly_refused(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, PRICE)
    refused = bent(outcome, abstained=True, statements=(), highlight=None, text="Nichts. [1]")
    judgement = judge(refused, collection)
    assert judgement.step == "wrongly refused"
    assert "ranked 1" in judgement.reason
    assert "nearest quote holds the answer" in judgement.reason
    judgement = judge(bent(refused, citations=(), text="Nichts."), collection)
    assert judgement.step == "wrongly refused"
    assert "nearest quote" not in judgement.reason


OTHERS = tuple(f"fremd.md#{number}" for number in range(HITS))


@pytest.fixture
def misled(desk: Assistant) -> Outcome:
    """Return the outcome of a question to which the answer to another was given."""
    return Outcome(PRICE, replace(ask(desk, LENGTH).reply, ranking=("brot.md#0", "bahn.md#0")))


@pytest.mark.parametrize("ranking", [OTHERS, (*OTHERS, "brot.md#0"), ()], ids=["missed", "too late", "empty"])
def test_retrieval(misled: Outcome, collection: Collection, ranking: tuple[str, ...]) -> None:
    judgement = judge(replace(misled, reply=replace(misled.reply, ranking=ranking)), collection)
    assert judgement.step == "retrieval"
    assert ("ranked 6" in judgement.reason) == ("brot.md#0" in ranking)


def test_rewriting(misled: Outcome, collection: Collection) -> None:
    lost = replace(misled.reply, ranking=OTHERS)
    follow_up = replace(PRICE, history=((LENGTH.question, "84 Kilometer."),), standalone_question=PRICE.question)
    outcome = Outcome(follow_up, lost, raw=lost, person=misled.reply)
    judgement = judge(outcome, collection)
    assert judgement.step == "rewriting"
    assert "1 for the question as a person would write it" in judgement.reason
    assert judge(replace(outcome, person=lost), collection).step == "retrieval"
    too_late = replace(lost, ranking=(*OTHERS, "brot.md#0"))
    assert judge(replace(outcome, person=too_late), collection).step == "retrieval"
    assert judge(replace(outcome, person=None), collection).step == "retrieval"
    assert judge(replace(outcome, reply=misled.reply), collection).step == "sentence choice"


def test_sentence_choice(misled: Outcome, collection: Collection) -> None:
    last_read = replace(misled.reply, ranking=(*OTHERS[:-1], "brot.md#0"))
    for reply in (misled.reply, last_read):
        judgement = judge(replace(misled, reply=reply), collection)
        assert judgement.step == "sentence choice"
        assert "later statement" not in judgement.reason


def test_a_passage_found_but_not_considered_is_a_matter_of_retrieval(misled: Outcome, collection: Collection) -> None:
    fifth = replace(misled, reply=replace(misled.reply, ranking=(*OTHERS[:4], "brot.md#0")))
    assert judge(fifth, collection, considered=5).step == "sentence choice"
    judgement = judge(fifth, collection, considered=3)
    assert judgement.step == "retrieval"
    assert "ranked 5; 3 are considered" in judgement.reason


def test_sentence_choice_where_a_later_statement_holds_the_answer(
    desk: Assistant, misled: Outcome, collection: Collection
) -> None:
    answer, later = misled.reply.answer, desk.answer(PRICE.question)
    statements = (answer.statements[0], replace(later.statements[0], citations=(2,)))
    citations = (answer.citations[0], replace(later.citations[0], number=2))
    judgement = judge(bent(misled, statements=statements, citations=citations, text=join(statements)), collection)
    assert judgement.step == "sentence choice"
    assert "later statement holds the answer" in judgement.reason
    assert (judgement.scores["answer_in_first"], judgement.scores["answer_in_any"]) == (0, 1)


def test_citation(desk: Assistant, collection: Collection) -> None:
    judgement = judge(ask(desk, replace(LENGTH, article_id="brot.md")), collection)
    assert judgement.step == "citation"
    assert "brot.md" in judgement.reason
    assert (judgement.scores["answer_in_first"], judgement.scores["right"]) == (1, 0)
    assert judge(ask(desk, replace(LENGTH, article_id=None)), collection).step is None


def test_highlight(desk: Assistant, collection: Collection) -> None:
    outcome = ask(desk, LENGTH)
    judgement = judge(bent(outcome, highlight="Strecke"), collection)
    assert judgement.step == "highlight"
    assert judgement.scores["right"] == 1
    assert judge(bent(outcome, highlight=None), collection).step is None


@given(
    abstained=st.booleans(),
    answers=st.sampled_from([None, (), ("84 Kilometer",), ("4,10 Euro",), ("nirgends",)]),
    article_id=st.sampled_from([None, "bahn.md", "brot.md"]),
    ranking=st.lists(st.sampled_from(["bahn.md#0", "brot.md#0", *OTHERS]), unique=True, max_size=7),
    highlight=st.sampled_from([None, "84 Kilometer", "Strecke"]),
)
@settings(max_examples=80, deadline=None)
def test_a_step_is_named_exactly_where_something_is_wrong(
    abstained: bool,  # noqa: FBT001 - drawn
    answers: tuple[str, ...] | None,
    article_id: str | None,
    ranking: list[str],
    highlight: str | None,
) -> None:
    collection = Collection([passage("bahn.md", 0, "84 Kilometer."), passage("brot.md", 0, "Brot kostet 4,10 Euro.")])
    answer = make_answer(["84 Kilometer."], (Statement("84 Kilometer.", (1,)),))
    answer = replace(answer, citations=(replace(answer.citations[0], article_id="bahn.md"),), highlight=highlight)
    if abstained:
        answer = replace(answer, abstained=True, statements=(), text="Nichts. [1]", highlight=None)
    case = replace(LENGTH, answers=answers, article_id=article_id)
    judgement = judge(Outcome(case, Reply(answer, tuple(ranking))), collection)
    scores = judgement.scores
    fine = scores.get("right", 1) == 1 and scores.get("highlight_agrees", 1) == 1
    assert (judgement.step is None) == fine
    assert judgement.step is None or (judgement.step in get_args(Step) and judgement.reason)
    assert ("right" in scores) == (answers is not None)
