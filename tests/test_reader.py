"""The reader: every token in its sentence, every span in its sentence, alike whatever stands beside it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Settings
from assistant.reader import Reader, encoder
from assistant.reader.encoder import LONGEST_SPAN, UNREAD, best_span, log_softmax, number_tokens
from vectorstore import Article, BundledNetwork, Passage, Source, split_article

TEXT = (
    "Die neue Strecke ist 84 Kilometer lang. Ihr Bau kostete 1,2 Milliarden Euro. Eröffnet wurde sie im Oktober 2023. "
    "Die Fahrt dauert jetzt 41 Minuten, weil die Züge nicht mehr umgeleitet werden."
)
OTHER = "Ein Kilogramm Roggenbrot kostet derzeit 4,10 Euro. Der Preis stieg um 8 Prozent."


def passage(text: str, name: str = "a") -> Passage:
    (only,) = split_article(Article(Source(name, name), text))
    return only


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(cache_dir=Settings().cache_dir / "models")


@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8), data=st.data())
def test_every_token_is_in_the_sentence_that_holds_its_middle(cuts: list[int], data: st.DataObject) -> None:
    ends = np.cumsum(cuts)
    spans = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
    starts = data.draw(st.lists(st.integers(0, int(ends[-1]) - 1), min_size=1, max_size=20))
    offsets = np.array([(start, min(start + 1, int(ends[-1]))) for start in starts])
    second = np.array(data.draw(st.lists(st.booleans(), min_size=len(starts), max_size=len(starts))))
    numbers = number_tokens(offsets, second, spans, 5)
    for (start, _), is_second, number in zip(offsets, second, numbers, strict=True):
        expected = next(place for place, (low, high) in enumerate(spans) if low <= start < high)
        assert number == (expected + 5 if is_second else -1)


def test_tokens_between_sentences_belong_to_none() -> None:
    offsets = np.array([(0, 3), (3, 4), (4, 6), (0, 0)])
    numbers = number_tokens(offsets, np.array([True] * 4), [(0, 3), (4, 6)], 0)
    assert numbers.tolist() == [0, -1, 1, -1]


@given(values=st.lists(st.floats(-30, 30), min_size=1, max_size=12), data=st.data())
def test_probabilities_of_the_valid_places_sum_to_one(values: list[float], data: st.DataObject) -> None:
    valid = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    logs = log_softmax(np.array(values, dtype=np.float32), valid)
    assert np.exp(logs[valid]).sum() == pytest.approx(1 if valid.any() else 0, abs=1e-3)
    assert np.all(np.isneginf(logs[~valid]))


def test_a_span_never_ends_before_it_begins_nor_is_too_long() -> None:
    size = LONGEST_SPAN + 10
    article = passage(" ".join("ab" for _ in range(size)) + ".")
    offsets = np.array([(3 * place, 3 * place + 2) for place in range(size)])
    tokens = np.arange(size)
    starts, ends = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    ends[0] = starts[-1] = 5
    span = best_span(article, tokens, offsets, starts, ends)
    assert span is not None
    assert 0 < span.end - span.start <= 3 * LONGEST_SPAN
    assert best_span(article, tokens[:0], offsets, starts, ends) is None


@pytest.mark.real
def test_the_answering_sentence_scores_best_and_its_words_are_found(reader: Reader) -> None:
    asked = {
        "Wie lang ist die neue Strecke?": (0, "84 Kilometer"),
        "Was kostete der Bau der Strecke?": (1, "1,2 Milliarden Euro"),
        "Wann wurde die Strecke eröffnet?": (2, "Oktober 2023"),
        "How long is the new line?": (0, "84 Kilometer"),
    }
    article = passage(TEXT)
    for question, (place, words) in asked.items():
        (reading,) = reader.read(question, [article])
        assert int(np.argmax(reading.scores)) == place
        span = reading.spans[place]
        assert span is not None
        assert words in TEXT[span.start : span.end]


@pytest.mark.real
def test_what_is_not_there_scores_lower(reader: Reader) -> None:
    (there,) = reader.read("Wie lang ist die neue Strecke?", [passage(TEXT)])
    (elsewhere,) = reader.read("Wie lang ist die neue Strecke?", [passage(OTHER)])
    assert max(there.scores) > 0 > max(elsewhere.scores)


@pytest.mark.real
def test_a_passage_is_read_alike_alone_and_beside_others(reader: Reader) -> None:
    one, other = passage(TEXT), passage(OTHER, "b")
    alone = reader.read("Was kostet Brot?", [other])[0]
    beside = reader.read("Was kostet Brot?", [one, other])[1]
    assert alone.scores == pytest.approx(beside.scores, abs=0.3)  # half precision
    assert reader.read("Was kostet Brot?", []) == ()


@pytest.mark.real
def test_offsets_count_in_the_article(reader: Reader) -> None:
    moved = passage(TEXT)
    sentences = tuple(replace(item, start=item.start + 100, end=item.end + 100) for item in moved.sentences)
    moved = replace(moved, start=100, end=moved.end + 100, sentences=sentences)
    (here,), (there,) = (reader.read("Wie lang ist die neue Strecke?", [item]) for item in (passage(TEXT), moved))
    assert here.scores == there.scores
    assert here.spans[0] is not None
    assert there.spans[0] is not None
    assert there.spans[0].start == here.spans[0].start + 100


@pytest.mark.real
def test_what_lies_beyond_the_last_token_read_is_unread(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "LONGEST", 32)
    reader._read_once.cache_clear()
    (reading,) = reader.read("Wie lang ist die neue Strecke?", [passage(TEXT)])
    assert reading.scores[0] != UNREAD
    assert reading.scores[-1] == UNREAD
    assert reading.spans[-1] is None
    reader._read_once.cache_clear()


@pytest.mark.real
def test_a_question_is_read_once_for_the_same_passages(reader: Reader) -> None:
    asked, read = "Wie lang ist die neue Strecke?", [passage(TEXT)]
    assert reader.read(asked, read) is reader.read(asked, list(read))
    assert reader.read(asked, [*read, *read]) is not reader.read(asked, read)


@pytest.mark.real
def test_without_torch_it_reads_the_same(reader: Reader) -> None:
    cache_dir = Settings().cache_dir / "models"
    light = Reader(cache_dir=cache_dir, network=BundledNetwork(cache_dir, light=True))
    passages = [passage(TEXT), passage(OTHER, "b")]
    for question in ("Wie lang ist die neue Strecke?", "What does bread cost?"):
        for ours, theirs in zip(light.read(question, passages), reader.read(question, passages), strict=True):
            assert ours.scores == pytest.approx(theirs.scores, abs=0.3)  # half precision there, where it is faster
            best = int(np.argmax(ours.scores))
            assert best == int(np.argmax(theirs.scores))
