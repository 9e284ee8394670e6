"""The labelled pages: what was measured once must not get worse, and cleaning them again changes nothing."""

import pytest

from tests.benchmarks.cleaning import FIELDS, OURS, judge, read_labelled, sum_up
from vectorstore.cleaning import clean
from vectorstore.formats.parsing_process import ParsingProcess
from vectorstore.reading import parse

SLACK = 0.01  # a figure may fall by so much before somebody must look
MEASURED = {".html": (1.0, 1.0), ".txt": (1.0, 1.0)}
"""The shares of the article kept and of the rest removed, by ``python -m tests.benchmarks.cleaning``."""
TOLD = {"title": 38, "published": 38, "author": 38, "publisher": 37, "url": 38, "language": 38}
"""Of how many of the 38 pages each is found, or found to be unknown, as labelled."""


@pytest.fixture(scope="module")
def outcomes():
    """Clean all pages once, in one parsing process."""
    with ParsingProcess() as parser:
        return [judge(page, parser=parser) for page in read_labelled(OURS)]


@pytest.mark.parametrize("suffix", MEASURED)
def test_articles_are_kept_and_the_rest_is_removed(outcomes, suffix):
    figures = sum_up([outcome for outcome in outcomes if outcome.page.path.suffix == suffix])
    kept, removed = MEASURED[suffix]
    assert figures.kept >= kept - SLACK
    assert figures.removed >= removed - SLACK


@pytest.mark.parametrize("field", FIELDS)
def test_metadata_is_found(outcomes, field):
    assert sum(outcome.metadata[field] for outcome in outcomes) >= TOLD[field] - 1


def test_cleaning_the_pages_again_changes_nothing():
    with ParsingProcess() as parser:
        for page in read_labelled(OURS):
            text, _ = clean(parse(page.path.read_bytes(), page.path.suffix, parser=parser).text)
            assert clean(text) == (text, ()), page.path.name
