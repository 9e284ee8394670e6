"""SECURITY.md: each promise names the tests that hold it, and they are there."""

from __future__ import annotations

import re

import pytest

from tests.locking import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISED = TEXT.partition("## What is promised\n")[2].partition("\n## ")[0]
PROMISES = [paragraph for paragraph in PROMISED.split("\n\n") if paragraph.strip()]
NAMED = re.compile(r"`(test_\w+\.py)`")


def test_there_are_promises() -> None:
    assert len(PROMISES) > 8
    assert all(paragraph.strip().startswith("**") for paragraph in PROMISES)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.strip("*\n ")[:30])
def test_each_promise_names_its_tests_and_they_are_there(promise: str) -> None:
    (named,) = re.findall(r"\(((?:`test_\w+\.py`(?:,\s)?)+)\)\s*$", promise)
    assert NAMED.findall(named)
    for name in NAMED.findall(promise):
        source = (ROOT / "tests" / name).read_text(encoding="utf-8")
        assert re.search(r"^def test_", source, re.MULTILINE), name
