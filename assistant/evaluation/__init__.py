"""How good are the answers, where do they fail, and did a change help? Exact, offline, the same every time.

>>> from assistant import Assistant
>>> from assistant.evaluation import evaluate, read_testset
>>> report = evaluate(Assistant(), read_testset("seeds/testset.jsonl"))  # doctest: +SKIP
>>> report.value("answer_in_first")  # doctest: +SKIP
"""

from assistant.evaluation.comparison import Change, Comparison, Difference, compare, judge_difference
from assistant.evaluation.evaluate import evaluate
from assistant.evaluation.metrics import METRICS, Metric
from assistant.evaluation.page import render_page, write_page
from assistant.evaluation.reading import read_testset
from assistant.evaluation.report import Figure, Quote, Record, Report, Run, RunError, Speed
from assistant.evaluation.testset import Case, TestSet, TestSetError

__all__ = [
    "METRICS",
    "Case",
    "Change",
    "Comparison",
    "Difference",
    "Figure",
    "Metric",
    "Quote",
    "Record",
    "Report",
    "Run",
    "RunError",
    "Speed",
    "TestSet",
    "TestSetError",
    "compare",
    "evaluate",
    "judge_difference",
    "read_testset",
    "render_page",
    "write_page",
]
