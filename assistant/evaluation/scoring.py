"""One outcome -> its scores, and a guess at the step that failed.

A score is a number between 0 and 1 for each metric that applies to the question; ``metrics.py`` says what each means.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Success, nDCG

from assistant.answer import Answer, Citation
from assistant.evaluation.asking import DEPTH, Outcome, Reply
from assistant.evaluation.diagnosis import Keys, Step, find_failing_step, rank_of
from assistant.evaluation.matching import agrees, contains, exact_match, f1
from assistant.evaluation.testset import Case
from assistant.grounding import missing_facts
from assistant.notes import kind_of
from assistant.phrases import phrase, write_date
from vectorstore import Passage, passage_key, split_sentences

MEASURES = {
    "success@1": Success @ 1,
    "success@3": Success @ 3,
    "success@10": Success @ DEPTH,
    "mrr@10": RR @ DEPTH,
    "ndcg@10": nDCG @ DEPTH,
}
ARTICLE_MEASURES = ("success@1", "mrr@10")
MARKER = re.compile(r"\[(\d+)\]")
Scores = dict[str, float]


class Collection:
    """The passages that are searched, and which of them are right for a question.

    Args:
        passages: all of them.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        by_article: dict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            by_article[passage.source.article_id].append(passage)
        self._by_article = dict(by_article)
        self.passages = tuple(passages)
        self.texts = {
            key: "".join(item.text for item in sorted(items, key=lambda item: item.number))
            for key, items in self._by_article.items()
        }

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._by_article

    def right_passages(self, case: Case) -> tuple[Passage, ...]:
        """Return the passages that hold an answer, of the article named if one is; failing that, all of the article."""
        pool = self.passages if case.article_id is None else self._by_article.get(case.article_id, [])
        holding = tuple(passage for passage in pool if contains(passage.text, case.answers or ()))
        return holding or (tuple(pool) if case.article_id is not None else ())

    def states(self, case: Case) -> bool:
        """Tell whether an answer stands verbatim in a passage where it should."""
        return any(contains(passage.text, case.answers or ()) for passage in self.right_passages(case))


@dataclass(frozen=True, slots=True)
class Judgement:
    """An outcome with its scores.

    ``rank`` is that of the first right passage, ``None`` where it is not among the first ten. ``step`` is the step that
    probably failed, ``None`` where all is right; ``reason`` says why it is suspected.
    """

    outcome: Outcome
    scores: Scores
    rank: int | None
    step: Step | None
    reason: str


def judge_all(outcomes: Sequence[Outcome], collection: Collection, *, considered: int) -> tuple[Judgement, ...]:
    """Score outcomes and guess what failed; an answer is made from the best ``considered`` passages."""
    right = {
        outcome.case.key: collection.right_passages(outcome.case) for outcome in outcomes if outcome.case.answerable
    }
    keys = {key: frozenset(map(passage_key, passages)) for key, passages in right.items() if passages}
    ranked = score_rankings({item.case.key: item.reply.ranking for item in outcomes}, keys)
    articles = score_articles([outcome for outcome in outcomes if outcome.case.answerable])
    raw = score_rankings({item.case.key: item.raw.ranking for item in outcomes if item.raw}, keys)
    person = score_rankings({item.case.key: item.person.ranking for item in outcomes if item.person}, keys)
    return tuple(
        judge(
            outcome,
            collection,
            right.get(outcome.case.key, ()),
            {
                **ranked.get(outcome.case.key, {}),
                **articles.get(outcome.case.key, {}),
                **score_ways(outcome, *(ranks.get(outcome.case.key, {}) for ranks in (raw, ranked, person))),
            },
            considered=considered,
        )
        for outcome in outcomes
    )


def judge(
    outcome: Outcome, collection: Collection, right: Sequence[Passage], scores: Scores, *, considered: int
) -> Judgement:
    """Score one outcome, its ranking already scored, and guess what failed."""
    case, answer = outcome.case, outcome.reply.answer
    scores = scores | score_citations(answer, collection.texts) | score_completeness(case, answer)
    if case.answerable:
        scores |= score_answer(case, answer) | score_evidence(answer, right)
    if case.answers is not None:
        scores |= score_decision(case, answer, right=scores.get("answer_in_first", 0.0) > 0)
    keys = frozenset(map(passage_key, right))
    rank = rank_of(outcome.reply.ranking, keys)
    step, reason = find_failing_step(outcome, scores, rank, keys, considered=considered)
    return Judgement(outcome, scores, rank, step, reason)


def score_rankings(rankings: Mapping[str, Sequence[str]], right: Mapping[str, Keys]) -> dict[str, Scores]:
    """Score rankings by question, those left out for which no passage is right."""
    asked = [key for key in rankings if key in right]
    qrels = [ir_measures.Qrel(key, passage, 1) for key in asked for passage in sorted(right[key])]
    run = [
        ir_measures.ScoredDoc(key, passage, float(-place))
        for key in asked
        for place, passage in enumerate(rankings[key])
    ]
    scores: dict[str, Scores] = {key: dict.fromkeys(MEASURES, 0.0) for key in asked}
    names = {measure: name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run) if run else ():
        scores[metric.query_id][names[metric.measure]] = float(metric.value)
    return scores


def score_articles(outcomes: Sequence[Outcome]) -> dict[str, Scores]:
    """Score the order of articles among the ranked passages, for questions with an article named."""
    named = {item.case.key: item for item in outcomes if item.case.article_id is not None}
    rankings = {key: list(dict.fromkeys(map(article_of, item.reply.ranking))) for key, item in named.items()}
    scored = score_rankings(rankings, {key: frozenset([item.case.article_id or ""]) for key, item in named.items()})
    return {key: {f"article_{name}": scores[name] for name in ARTICLE_MEASURES} for key, scores in scored.items()}


def article_of(key: str) -> str:
    """Return the article of a passage's key."""
    return key.rpartition("#")[0]


def score_ways(outcome: Outcome, raw: Scores, rewritten: Scores, person: Scores) -> Scores:
    """Score the ways in which a follow-up was asked; nothing for a question without history."""
    if not outcome.raw or not outcome.case.answerable:
        return {}
    ways: tuple[tuple[str, Reply | None, Scores], ...] = (
        ("raw", outcome.raw, raw),
        ("rewritten", outcome.reply, rewritten),
        ("person", outcome.person, person),
    )
    scores = {}
    for way, reply, ranks in ways:
        if reply:
            scores[f"{way}.answer_in_first"] = float(said_first(reply.answer, outcome.case))
        if reply and ranks:
            scores[f"{way}.mrr@10"] = ranks["mrr@10"]
    return scores


def score_answer(case: Case, answer: Answer) -> Scores:
    """Score what was said to an answerable question."""
    answers = case.answers or ()
    scores = {
        "answer_in_first": float(said_first(answer, case)),
        "answer_in_any": float(any(contains(text, answers) for text in spoken(answer))),
        "best_quote": float(bool(answer.citations) and contains(answer.citations[0].quote, answers)),
    }
    if not answer.abstained:
        scores["highlight_given"] = float(answer.highlight is not None)
    if answer.highlight is not None:
        scores["highlight_exact_match"] = exact_match(answer.highlight, answers)
        scores["highlight_f1"] = f1(answer.highlight, answers)
        scores["highlight_agrees"] = float(agrees(answer.highlight, answers))
    return scores


def said_first(answer: Answer, case: Case) -> bool:
    """Tell whether the first statement holds a right answer."""
    said = spoken(answer)
    return bool(said) and contains(said[0], case.answers or ())


def spoken(answer: Answer) -> list[str]:
    """Return what the statements say, our own words before them ("5 Artikel") with the first; nothing for a refusal."""
    texts = [statement.text for statement in answer.statements]
    return [f"{answer.lead} {texts[0]}", *texts[1:]] if texts else []


def score_completeness(case: Case, answer: Answer) -> Scores:
    """Score what a test set asks for beyond one right answer: every part said, the right verdict, the right notes."""
    scores: Scores = {}
    if case.parts:
        text = " ".join(spoken(answer))
        said = [contains(text, part) for part in case.parts]
        scores |= {"parts_said": sum(said) / len(said), "all_parts_said": float(all(said))}
    if case.verdict:
        scores["verdict_right"] = float((answer.verdict or "unknown") == case.verdict)
    if case.notes is not None:
        given, wanted = {kind_of(note) for note in answer.notes} - {None}, set(case.notes)
        if wanted:
            scores["notes_found"] = len(given & wanted) / len(wanted)
        scores["notes_needless"] = float(bool(given - wanted))
    return scores


def score_evidence(answer: Answer, right: Sequence[Passage]) -> Scores:
    """Score the citations of an answer against the right passages."""
    if answer.abstained or not answer.citations or not right:
        return {}
    hits = [any(stands_in(citation, passage) for passage in right) for citation in answer.citations]
    return {"citation_precision": sum(hits) / len(hits), "citation_recall": float(any(hits))}


def stands_in(citation: Citation, passage: Passage) -> bool:
    """Tell whether a citation's quote overlaps a passage."""
    same = citation.article_id == passage.source.article_id
    return same and citation.start < passage.end and passage.start < citation.end


def score_citations(answer: Answer, texts: Mapping[str, str]) -> Scores:
    """Score what must hold of the citations of any answer."""
    scores = {"markers_valid": float(has_valid_markers(answer))}
    if answer.citations:
        verbatim = [texts.get(item.article_id, "")[item.start : item.end] == item.quote for item in answer.citations]
        scores["quotes_verbatim"] = sum(verbatim) / len(verbatim)
    if answer.statements:
        quotes = {citation.number: evidence_of(citation) for citation in answer.citations}
        grounded = [
            not missing_facts(item.text, [quotes.get(number, "") for number in item.citations])
            for item in answer.statements
        ]
        scores["statements_grounded"] = sum(grounded) / len(grounded)
        scores["statements"] = float(len(grounded))
        scores["sentences"] = float(sum(count_sentences(citation.quote) for citation in answer.citations))
    return scores


def evidence_of(citation: Citation) -> str:
    """Return what a citation shows: its quote, and what the article tells of itself."""
    titles = [phrase("title", language, title=citation.title) for language in ("de", "en")]
    days = [write_date(citation.published, language) for language in ("de", "en")] if citation.published else []
    known = (citation.quote, *titles, citation.author, citation.publisher, *days)
    return "\n".join(part for part in known if part)


def count_sentences(quote: str) -> int:
    """Return how many sentences a quote has: those it leans on count."""
    return sum(sentence.quotable for sentence in split_sentences(quote))


def has_valid_markers(answer: Answer) -> bool:
    """Tell whether the text's markers are those of the statements, and each names a citation.

    A quote may hold a marker of its own ("[1]" of an encyclopedia), so the statements are taken out of the text first.
    """
    numbers = [citation.number for citation in answer.citations]
    rest = answer.text.removeprefix(answer.lead)
    for statement in answer.statements:
        rest = rest.replace(statement.text, "", 1)
    shown = [int(number) for number in MARKER.findall(rest)]
    cited = [number for statement in answer.statements for number in statement.citations]
    complete = all(statement.citations for statement in answer.statements)
    expected = cited if answer.statements else numbers
    return numbers == list(range(1, len(numbers) + 1)) and complete and shown == expected and set(cited) <= set(numbers)


def score_decision(case: Case, answer: Answer, *, right: bool) -> Scores:
    """Score whether answering or refusing was right, and how sure the answer was of it."""
    refused = answer.abstained
    if case.unanswerable:
        good = refused
        scores = {"refusal_recall": float(refused)}
    else:
        good = right and not refused and cites_named_article(answer, case)
        scores = {"false_refusals": float(refused)}
    if refused:
        scores["refusal_precision"] = float(case.unanswerable)
    return scores | {"right": float(good), "brier": (answer.confidence - good) ** 2}


def cites_named_article(answer: Answer, case: Case) -> bool:
    """Tell whether the first statement cites the article that the test set names, if it names one."""
    if case.article_id is None:
        return True
    cited = {citation.number: citation.article_id for citation in answer.citations}
    return any(cited.get(number) == case.article_id for number in answer.statements[0].citations)
