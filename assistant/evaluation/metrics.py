"""The metrics: what each is called, what it says, by which rule, and from whom the rule comes.

Every metric is a mean over the questions to which it applies of a value between 0 and 1, so that all of them can be
broken down, bootstrapped and compared in the same way; the exceptions are counted or computed over the whole curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name in files and options, its title in tables, its rule, and which direction is better."""

    name: str
    section: str
    title: str
    rule: str
    better: Better = "higher"


RETRIEVAL, ANSWERS, CITATIONS, REFUSALS, FOLLOWUPS = "Retrieval", "Answers", "Citations", "Refusals", "Follow-ups"
SECTIONS = (ANSWERS, RETRIEVAL, CITATIONS, REFUSALS, FOLLOWUPS)
"""In the order in which they are shown."""

METRICS = (
    Metric(
        "right",
        ANSWERS,
        "right as a whole",
        "Answerable: the first statement holds a right answer and cites the article that the test set names. "
        "Unanswerable: refused.",
    ),
    Metric(
        "answer_in_first",
        ANSWERS,
        "right answer in the first statement",
        "A right answer's tokens stand in the first statement as one run; a refusal counts 0. Normalised as in SQuAD "
        "(Rajpurkar et al. 2016) and MLQA (Lewis et al. 2020): no case, punctuation or articles; numbers by value.",
    ),
    Metric(
        "answer_in_any",
        ANSWERS,
        "right answer in any statement",
        "As before, in any statement.",
    ),
    Metric(
        "best_quote",
        ANSWERS,
        "right answer in the best quote, refusals included",
        "As before, in the first quote, whether it was said or only offered beside a refusal: the choice of the "
        "sentence, apart from the decision to refuse.",
    ),
    Metric(
        "statements",
        ANSWERS,
        "statements an answer",
        "Statements of what was answered, refusals left out.",
        "neither",
    ),
    Metric(
        "sentences",
        ANSWERS,
        "sentences quoted an answer",
        "As before, the sentences that a quoted one leans on counted with it.",
        "neither",
    ),
    Metric(
        "parts_said",
        ANSWERS,
        "parts said",
        "Where the test set names several parts: the share of them that the answer says.",
    ),
    Metric("all_parts_said", ANSWERS, "every part said", "Whether the answer says all of them."),
    Metric(
        "verdict_right",
        ANSWERS,
        "yes or no right",
        'Where the test set says what a yes/no question is to be answered with; "unknown" is met by saying neither.',
    ),
    Metric(
        "notes_found",
        ANSWERS,
        "notes found",
        'Where the test set says that notes belong beside the answer (sources differ, a newer article, what "now" '
        "meant): the share of their kinds that are there.",
    ),
    Metric(
        "notes_needless",
        ANSWERS,
        "answers with a needless note",
        "Where the test set says which notes belong there: one of another kind is there.",
        "lower",
    ),
    Metric(
        "highlight_given",
        ANSWERS,
        "answers with a highlight",
        "Of the answered answerable questions.",
    ),
    Metric(
        "highlight_exact_match",
        ANSWERS,
        "highlight: exact match",
        "Of the highlights given: equal to a right answer after normalisation (SQuAD).",
    ),
    Metric(
        "highlight_f1",
        ANSWERS,
        "highlight: F1",
        "Of the highlights given: F1 over tokens with the right answer where it is highest (SQuAD).",
    ),
    Metric(
        "highlight_agrees",
        ANSWERS,
        "highlight lies in a right answer or holds it",
        "Of the highlights given, after normalisation.",
    ),
    Metric(
        "success@1",
        RETRIEVAL,
        "Success@1",
        "A right passage is ranked first. Right are the passages of the article named that hold an answer (all of the "
        "article's, where the answer is in none verbatim); without an article named, all that hold an answer. "
        "Ranked for the question as searched. Computed by ir-measures (trec_eval).",
    ),
    Metric("success@3", RETRIEVAL, "Success@3", "A right passage is among the first three."),
    Metric("success@10", RETRIEVAL, "Success@10", "A right passage is among the first ten."),
    Metric("mrr@10", RETRIEVAL, "MRR@10", "One over the rank of the first right passage, 0 beyond ten."),
    Metric(
        "ndcg@10", RETRIEVAL, "nDCG@10", "Discounted cumulative gain of the right passages, over the best possible one."
    ),
    Metric(
        "article_success@1",
        RETRIEVAL,
        "Success@1 of the article",
        "The first passage is of the article named, whichever of its passages: what is published for these sets.",
    ),
    Metric("article_mrr@10", RETRIEVAL, "MRR@10 of the article", "As before; its rank among the articles."),
    Metric(
        "markers_valid",
        CITATIONS,
        "every marker valid",
        "Citations are numbered from 1, every statement cites at least one of them, and the markers in the text are "
        "just those. Must be 1.",
    ),
    Metric(
        "quotes_verbatim",
        CITATIONS,
        "every quote verbatim at its offsets",
        "The share of an answer's citations for which article.text[start:end] == quote. Must be 1.",
    ),
    Metric(
        "citation_precision",
        CITATIONS,
        "citation precision",
        "The share of an answer's citations that stand in a right passage (see Success@1), over answered answerable "
        "questions; after ALCE (Gao et al. 2023), with the test set's passage in place of a model's judgement.",
    ),
    Metric(
        "citation_recall",
        CITATIONS,
        "citation recall",
        "Whether a right passage is cited at all, over answered answerable questions (each has one piece of evidence "
        "to be found, as in KILT, Petroni et al. 2021).",
    ),
    Metric(
        "statements_grounded",
        CITATIONS,
        "statements whose numbers, dates and names are cited",
        "The share of an answer's statements of which every number (by value), date and capitalised word inside the "
        "sentence stands in the quotes it cites. Quoted answers can't fail it; written ones can.",
    ),
    Metric(
        "refusal_precision",
        REFUSALS,
        "refusals that were right",
        "Of the refused questions with a known answer or none: those the articles don't answer.",
    ),
    Metric(
        "refusal_recall",
        REFUSALS,
        "unanswerable questions refused",
        "Of the questions that the articles don't answer.",
    ),
    Metric(
        "false_refusals",
        REFUSALS,
        "answerable questions refused",
        "Of the questions that the articles answer.",
        "lower",
    ),
    Metric(
        "brier",
        REFUSALS,
        "Brier score of the confidence",
        "The squared distance of the confidence from 1 where the answer or refusal is right, from 0 where it is wrong "
        "(Brier 1950).",
        "lower",
    ),
    Metric(
        "calibration_error",
        REFUSALS,
        "expected calibration error of answers",
        "Ten bins of equal width; the mean distance of confidence and share right, weighted by the bins' sizes (Naeini "
        "et al. 2015). Refusals left out.",
        "lower",
    ),
    Metric(
        "risk_coverage",
        REFUSALS,
        "area under the risk-coverage curve",
        "The share wrong among the k most confident answers, averaged over all k (Geifman et al. 2019). Refusals are "
        "not covered.",
        "lower",
    ),
    *(
        Metric(
            f"{way}.{name}",
            FOLLOWUPS,
            f"{title}: {measured}",
            "Over the questions with a history, here " + meaning + ".",
        )
        for way, title, meaning in (
            ("raw", "as typed", "asked without it"),
            ("rewritten", "as rewritten", "asked with it, as a user would"),
            ("person", "as a person would write it", "asked as the test set writes it out, without history"),
        )
        for name, measured in (("mrr@10", "MRR@10"), ("answer_in_first", "right answer in the first statement"))
    ),
)
BY_NAME = {metric.name: metric for metric in METRICS}
