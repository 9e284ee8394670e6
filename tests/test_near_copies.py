"""Near copies: what the labelled pairs say, and groups that depend on nothing but the texts."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.near_copies import is_found, judge, prepare, read_pairs
from vectorstore.near_copies import CopyPairs, are_copies, gist, normalise, without_dateline

PAIRS = read_pairs()
TEXTS = sorted({prepare(pair[name]) for pair in PAIRS for name in ("one", "other")})
NAMES = {str(place): text for place, text in enumerate(TEXTS)}
BASE = TEXTS[7]


def grouped(names):
    return CopyPairs().renewed({name: NAMES[name] for name in names}).groups()


some_names = st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=25, unique=True)

# laws


@settings(max_examples=30, deadline=None)
@given(some_names, st.randoms(use_true_random=False))
def test_groups_depend_on_no_order_and_no_text_is_in_two(names, chance):
    groups = grouped(names)
    shuffled = chance.sample(names, len(names))
    assert set(grouped(shuffled)) == set(groups)
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert all(len(group) > 1 for group in groups)


@settings(max_examples=30, deadline=None)
@given(some_names)
def test_an_unrelated_article_changes_no_group(names):
    texts = {name: NAMES[name] for name in names}
    texts["other"] = ("der gärtnerverein lädt zum tulpenfest ein.", "die besucher bringen kuchen und gute laune mit.")
    assert set(CopyPairs().renewed(texts).groups()) == set(grouped(names))


@settings(max_examples=30, deadline=None)
@given(st.lists(some_names, min_size=2, max_size=4))
def test_renewed_again_and_again_the_pairs_are_those_found_from_nothing(states):
    pairs = CopyPairs()
    for names in states:
        texts = {name: NAMES[name] for name in names}
        pairs = pairs.renewed(texts)
        assert pairs.pairs == CopyPairs().renewed(texts).pairs


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_copies_are_copies_of_each_other_and_every_text_of_itself(one, other):
    assert are_copies(one, other) == are_copies(other, one)
    assert are_copies(one, one)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1).map(normalise).filter(bool), min_size=1, max_size=5).map(tuple))
def test_the_same_text_is_always_found(text):
    assert CopyPairs().renewed({"one": text, "other": text}).pairs == {("one", "other")}


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


def test_what_is_near_what_is_near_is_in_one_group():
    chain = {str(count): BASE[count:] for count in range(3)}
    pairs = CopyPairs().renewed(chain)
    assert all((one, other) in pairs.pairs for one, other in pairwise(chain))
    assert pairs.groups() == [frozenset(chain)]


# the labelled pairs


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{place}-{pair['kind']}" for place, pair in enumerate(PAIRS)])
def test_the_labelled_pairs_are_told_apart(pair):
    assert is_found(pair) == pair["copy"]


def test_the_benchmark_counts_what_is_judged_wrongly():
    turned = [{**pair, "copy": not pair["copy"]} for pair in PAIRS[:2]]
    assert judge(PAIRS)["judged wrongly"] == "none"
    assert judge(turned + PAIRS[2:])["recall"] == "1.000"
    assert judge(turned + PAIRS[2:])["precision"] == f"{28 / 30:.3f}"


# samples


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("„Das ist gut“, sagte sie.", '"Das ist gut", sagte  sie.'),
        ("Der Bau – lange geplant – beginnt.", "Der Bau - lange geplant - beginnt."),
        ("STRASSE GESPERRT", "Straße gesperrt"),
    ],
)
def test_printing_changes_nothing(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("es kostet 1.200 euro.", "es kostet 1200 euro.", True),
        ("drei männer fehlen.", "3 männer fehlen.", True),
        ("drei männer fehlen.", "vier männer fehlen.", False),
        ("es sind 3 millionen.", "es sind 3 milliarden.", False),
        ("um 3,5 prozent", "um 35 prozent", False),
        ("3 von 3", "3 von 4", False),
    ],
)
def test_figures_are_compared_by_what_they_say(one, other, same):
    assert (gist(one).figures == gist(other).figures) is same


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("kiel (nda) - die stadt baut im hafen eine neue brücke.", "die stadt baut im hafen eine neue brücke."),
        ("bad eilsen, 3. mai (nda) - die stadt baut eine neue brücke.", "die stadt baut eine neue brücke."),
        ("kelport, may 4 (cna) - the town builds a new bridge here.", "the town builds a new bridge here."),
        ("drei verletzte - das ist die bilanz.", "drei verletzte - das ist die bilanz."),
    ],
)
def test_datelines_are_left_out(sentence, rest):
    assert without_dateline(sentence) == rest


@pytest.mark.parametrize(
    ("changed", "copies"),
    [
        (("gestern", "am montag"), True),
        (("am dienstag", "am montag"), False),
        (("20 euro", "30 euro"), False),
        (("20 euro", "zwanzig euro"), True),
    ],
    ids=["a day said otherwise", "another day", "another figure", "a figure in words"],
)
def test_what_makes_a_text_another_one(changed, copies):
    before, after = changed
    rest = tuple(sentence for sentence in BASE if not gist(sentence).figures)[:4]
    texts = [(f"der eintritt kostete {said} in der ganzen stadt.", *rest) for said in (before, after)]
    assert are_copies(*texts) is copies


def test_of_no_text_there_is_no_pair():
    assert CopyPairs().renewed({}).groups() == []


@pytest.mark.parametrize("word", ["a" * 5_000, "a." * 2_500, "a/b " * 2_000])
def test_a_dateline_is_told_at_once_from_a_word_without_an_end(word):
    assert without_dateline(word) == word, "with a pattern that tries every way to cut it, 200 letters took 10 seconds"
