"""A short part of the fuzzing that tests/benchmarks does at length: whatever is read or asked, the laws hold."""

import random
import re

import pytest

from tests.benchmarks.fuzzing.documents import make_seed
from tests.benchmarks.fuzzing.laws import SUFFIXES, InProcess, check_document
from tests.benchmarks.fuzzing.patterns import attack
from tests.benchmarks.fuzzing.running import Figures, Fuzzer

DOCUMENTS = 120
SLOW = 60.0
"""Seconds: here it is only to end; how fast it is, the long run tells."""


def test_the_laws_hold_of_whatever_is_read_or_asked(tmp_path):
    figures = Figures()
    with Fuzzer(tmp_path, seed=1, slow=SLOW) as fuzzer:
        failures = list(fuzzer.run(range(DOCUMENTS), figures, seconds=600))
    assert not failures
    assert figures.outcomes.total() == DOCUMENTS
    for outcome in (".txt read", ".txt refused", ".md read", ".html read", "question answered", "question abstained"):
        assert figures.outcomes[outcome], "some of each kind can be read and answered, and some not"


def test_a_number_always_makes_the_same(tmp_path):
    with Fuzzer(tmp_path, seed=1) as one, Fuzzer(tmp_path, seed=1) as other, Fuzzer(tmp_path, seed=2) as different:
        made = [one.make(number) for number in range(20)]
        assert made == [other.make(number) for number in range(20)]
        assert made != [different.make(number) for number in range(20)]


def test_what_breaks_a_law_is_found_and_made_smaller(tmp_path, monkeypatch):
    def check(fuzzer, number, kind, content):
        assert b"Bad" not in content, "no bath"
        return "checked"

    monkeypatch.setattr(Fuzzer, "check", check)
    with Fuzzer(tmp_path, seed=1) as fuzzer:
        failure = next(fuzzer.run(range(DOCUMENTS), Figures(), seconds=600))
        whole = fuzzer.make(failure.number)[1]
    assert b"Bad" in failure.content
    assert len(failure.content) < len(whole)
    assert "no bath" in failure.reason


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_not_damaged_is_read(suffix, tmp_path):
    rng = random.Random(3)
    outcomes = {check_document(make_seed(rng, suffix), suffix, tmp_path, parser=InProcess(), rng=rng) for _ in range(4)}
    assert "read" in outcomes


@pytest.mark.parametrize("pattern", [r"(?:[^\W\d_][\w./]*[ /]?){1,4} -", r"\s*\n\s*(?=\[\d)", r"(?:a|b\w+)c*d"])
def test_each_repeat_of_a_pattern_is_drawn_out(pattern):
    texts = list(attack(re.compile(pattern), 300))
    assert max(map(len, texts)) >= 300
    assert all(len(text) <= 601 for text in texts)
