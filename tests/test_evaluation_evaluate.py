"""A whole evaluation over real parts: figures by hand, runs that go on where they stopped, articles of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from assistant import Assistant, CollectionError, Settings
from assistant.evaluation import Report, TestSet, TestSetError, compare, evaluate, read_testset
from assistant.evaluation.evaluate import FOLDER, NAMED_PLACES
from tests.conftest import WordEmbedder

evaluate_module = import_module("assistant.evaluation.evaluate")  # the package's own name of it is the function
LINES: tuple[dict[str, object], ...] = (
    {"question": "Wie lang ist die neue Strecke in Kilometern?", "answers": ["84 Kilometer"], "article_id": "bahn.md"},
    {"question": "Was kostet ein Kilogramm Roggenbrot?", "answers": ["4,10 Euro"], "article_id": "brot.md"},
    {"question": "Um wie viel Prozent stieg der Preis?", "answers": ["9 Cent"], "article_id": "brot.md"},
    {"question": "Welche Farbe trug Napoleons Zebra in Quito?", "answers": []},
    {"question": "Wie lang ist das Tier?", "answers": []},
    {"question": "Welche Muster malte Kleopatra in Peru?", "answers": ["Buckelwal"], "article_id": "wal.txt"},
)
"""Two answered right, one answered wrong, one refused right, one wrongly answered, one wrongly refused."""


@pytest.fixture
def write_testset(tmp_path: Path) -> Callable[..., TestSet]:
    """Return a function that writes lines, those above by default, and reads them as a test set."""

    def write(*lines: dict[str, object], name: str = "fragen.jsonl") -> TestSet:
        path = tmp_path / name
        path.write_text("".join(json.dumps(line) + "\n" for line in lines or LINES), encoding="utf-8")
        return read_testset(path)

    return write


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that receives every question that any assistant is asked."""
    questions: list[str] = []
    answer = Assistant.answer

    def remembering(self: Assistant, question: str, **options: object) -> object:
        questions.append(question)
        return answer(self, question, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Assistant, "answer", remembering)
    return questions


def stop_at(count: int) -> Callable[[int, int], None]:
    """Return who watches a run and stops it, as Ctrl-C does, once so many questions are answered."""

    def watch(done: int, of: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return watch


def journals(desk: Assistant) -> list[Path]:
    return sorted((desk.settings.data_dir / FOLDER).glob("*.jsonl"))


def done_so_far(desk: Assistant) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in journals(desk))


# Figures


def test_figures_are_those_counted_by_hand(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    report = evaluate(desk, write_testset())
    by_hand = {
        "right": 3 / 6,
        "answer_in_first": 2 / 4,
        "answer_in_any": 2 / 4,
        "refusal_recall": 1 / 2,
        "refusal_precision": 1 / 2,
        "false_refusals": 1 / 4,
        "success@3": 1.0,
        "markers_valid": 1.0,
        "quotes_verbatim": 1.0,
        "statements_grounded": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
    }
    assert {name: report.value(name) for name in by_hand} == pytest.approx(by_hand)
    assert report.steps == {"sentence choice": 1, "wrongly answered": 1, "wrongly refused": 1}
    assert [record.step for record in report.records] == [
        None,
        None,
        "sentence choice",
        None,
        "wrongly answered",
        "wrongly refused",
    ]
    assert [record.rank for record in report.records][:3] == [1, 1, 1]
    assert report.value("raw.mrr@10") is None


def test_run_says_what_was_asked_of_what(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    testset = write_testset()
    run = evaluate(desk, testset, seed=5).run
    assert (run.testset, run.testset_digest, run.seed) == ("fragen.jsonl", testset.digest, 5)
    assert (run.articles, run.passages) == (3, len(desk.passages()))
    assert run.settings["most_statements"] == desk.settings.most_statements
    assert not {"articles", "data_dir", "cache_dir"} & set(run.settings)


def test_speed_is_measured_for_every_step(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    speed = evaluate(desk, write_testset(), at_once=2).speed
    assert speed is not None
    assert [step.name for step in speed.steps] == ["rewrite", "retrieve", "read", "quote", "total"]
    assert all(0 <= step.median <= step.percentile_95 for step in speed.steps)
    assert (speed.questions, speed.at_once) == (len(LINES), 2)
    assert speed.peak_memory is None or speed.peak_memory > 1


def test_the_index_follows_the_articles_before_a_run(
    desk: Assistant, write_testset: Callable[..., TestSet], write_articles: Callable[..., Path]
) -> None:
    desk.refresh()
    write_articles({"turm.txt": "Der Turm ist 90 Meter hoch.\n"})
    line = {"question": "Wie hoch ist der Turm?", "answers": ["90 Meter"], "article_id": "turm.txt"}
    report = evaluate(desk, write_testset(line))
    assert (report.value("right"), report.run.articles) == (1, 4)


def test_questions_of_another_set_may_be_asked_too(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    other = write_testset({"question": "Wer erfand Papageienschach?", "answers": ["Ada"]}, name="fremd.jsonl")
    report = evaluate(desk, write_testset(*LINES[:2]).with_unanswerable(other))
    assert report.value("refusal_recall") == report.value("right") == 1
    assert [group.kind for group in report.groups][-1] == "from fremd.jsonl"


# The same every time


def test_two_runs_give_the_same_report_also_with_two_at_once(
    desk: Assistant, write_testset: Callable[..., TestSet], tmp_path: Path
) -> None:
    testset = write_testset()
    first = evaluate(desk, testset)
    assert evaluate(desk, testset).to_dict() == first.to_dict()
    assert evaluate(desk, testset, at_once=2).to_dict() == first.to_dict()
    elsewhere = Assistant(
        desk.settings.model_copy(update={"data_dir": tmp_path / "anderswo"}), embeddings=WordEmbedder()
    )
    assert evaluate(elsewhere, testset).to_dict() == first.to_dict()


def test_seed_changes_intervals_and_nothing_else(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    testset = write_testset()
    first, second = (evaluate(desk, testset, seed=seed) for seed in (0, 1))
    assert [figure.value for figure in first.figures] == [figure.value for figure in second.figures]
    assert first.records == second.records
    assert first.figures != second.figures
    assert compare(first, second).causes == ("seed: 0 -> 1",)


# Runs that were stopped


@pytest.mark.parametrize("done", [0, 1, 4, len(LINES)])
def test_a_stopped_run_goes_on_where_it_stopped(
    desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str], done: int
) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(done))
    kept = done_so_far(desk)
    assert kept >= done  # what is being answered when the stop comes is kept too
    asked.clear()
    progress: list[tuple[int, int]] = []
    report = evaluate(desk, testset, watch=lambda count, of: progress.append((count, of)))
    assert asked == [case.question for case in testset.cases[kept:]]
    assert progress == [(count, len(LINES)) for count in range(kept, len(LINES) + 1)]
    assert report.to_dict() == evaluate(desk, testset).to_dict()


def test_a_run_that_ended_leaves_no_journal_and_is_asked_anew(
    desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str]
) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(2))
    assert len(journals(desk)) == 1
    evaluate(desk, testset)
    assert journals(desk) == []
    asked.clear()
    evaluate(desk, testset)
    assert len(asked) == len(LINES)


def test_fresh_asks_everything_again(desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str]) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(3))
    asked.clear()
    report = evaluate(desk, testset, fresh=True)
    assert len(asked) == len(LINES)
    assert report.to_dict() == evaluate(desk, testset).to_dict()
    assert journals(desk) == []


def other_setting(desk: Assistant, testset: TestSet) -> tuple[Assistant, TestSet]:
    return Assistant(desk.settings.model_copy(update={"most_statements": 1}), embeddings=WordEmbedder()), testset


def other_article(desk: Assistant, testset: TestSet) -> tuple[Assistant, TestSet]:
    (desk.settings.folders[0] / "neu.txt").write_text("Der Turm ist 90 Meter hoch.\n", encoding="utf-8")
    return desk, testset


def other_question(desk: Assistant, testset: TestSet) -> tuple[Assistant, TestSet]:
    path = desk.settings.data_dir.parent / "fragen.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(LINES[0]) + "\n", encoding="utf-8")
    return desk, read_testset(path)


@pytest.mark.parametrize("change", [other_setting, other_article, other_question])
def test_what_was_answered_under_other_conditions_is_not_used(
    desk: Assistant,
    write_testset: Callable[..., TestSet],
    asked: list[str],
    change: Callable[[Assistant, TestSet], tuple[Assistant, TestSet]],
) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(3))
    other_desk, other_testset = change(desk, testset)
    asked.clear()
    evaluate(other_desk, other_testset)
    assert len(asked) == len(other_testset.cases)


def test_the_program_is_part_of_the_conditions(
    desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(3))
    monkeypatch.setattr(evaluate_module, "digest_program", lambda: "anders")
    asked.clear()
    evaluate(desk, testset)
    assert len(asked) == len(LINES)


def test_a_torn_journal_costs_one_question(
    desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str]
) -> None:
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(3))
    (journal,) = journals(desk)
    kept = done_so_far(desk)
    journal.write_bytes(journal.read_bytes()[:-7])
    asked.clear()
    report = evaluate(desk, testset)
    assert len(asked) == len(LINES) - (kept - 1)
    assert report.to_dict() == evaluate(desk, testset).to_dict()


HOLD_LOCK = (
    "import sys; from filelock import FileLock\nwith FileLock(sys.argv[1]):\n print('held', flush=True)\n input()"
)


@contextmanager
def held_elsewhere(lock: Path) -> Iterator[None]:
    """Hold a lock in another process."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("\n")


def test_a_second_process_is_told(
    desk: Assistant, write_testset: Callable[..., TestSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate_module, "LOCK_SECONDS", 0.1)
    testset = write_testset()
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, testset, watch=stop_at(2))
    (journal,) = journals(desk)
    with held_elsewhere(journal.with_suffix(".lock")):
        with pytest.raises(CollectionError, match="being evaluated elsewhere") as caught:
            evaluate(desk, testset)
        assert "\n" not in str(caught.value)
        assert journal.exists()
        other = write_testset(*LINES[:2], name="andere.jsonl")
        assert evaluate(desk, other).value("right") == 1
    assert evaluate(desk, testset).value("right") == 0.5


# What is odd in a test set


@pytest.mark.parametrize("line", [1, 3])
def test_an_article_that_is_not_there_names_the_line(
    desk: Assistant, write_testset: Callable[..., TestSet], asked: list[str], line: int
) -> None:
    lines = [*LINES[: line - 1], {**LINES[0], "article_id": "fehlt\n.md"}, *LINES[line - 1 :]]
    with pytest.raises(TestSetError) as caught:
        evaluate(desk, write_testset(*lines))
    message = str(caught.value)
    assert message.startswith(f"fragen.jsonl, line {line}: ")
    assert "fehlt" in message
    assert "\n" not in message
    assert asked == []


def test_a_test_set_in_which_all_is_well_has_no_notes(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    assert evaluate(desk, write_testset(*LINES[:2], LINES[3])).notes == ()


def test_questions_that_nobody_answered_yet_are_noted(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    judged = {"question": "Wie lange dauert die Fahrt jetzt?", "judged": "wrong"}
    report = evaluate(desk, write_testset(LINES[0], judged, LINES[1]))
    (note,) = report.notes
    assert note.startswith("1 of 3 questions")
    assert "nobody has said" in note
    assert "(line 2)" in note
    assert report.value("right") == 1
    assert next(figure.questions for figure in report.figures if figure.name == "right") == 2


def test_answers_that_no_passage_states_are_noted(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    elsewhere = {**LINES[1], "answers": ["84 Kilometer"]}
    nowhere = {"question": "Wie heißt der Wal?", "answers": ["Moby"]}
    (note,) = evaluate(desk, write_testset(LINES[0], elsewhere, nowhere)).notes
    assert note.startswith("2 of 3 questions")
    assert "verbatim" in note
    assert "(line 2, line 3)" in note


def test_many_odd_questions_are_counted_and_the_first_named(
    desk: Assistant, write_testset: Callable[..., TestSet]
) -> None:
    lines = [{"question": f"Wie lang ist das Tier Nummer {number}?", "judged": "wrong"} for number in range(8)]
    (note,) = evaluate(desk, write_testset(*lines)).notes
    assert "8 of 8" in note
    assert f"line {NAMED_PLACES}, ...)" in note
    assert f"line {NAMED_PLACES + 1}" not in note


def test_an_article_that_cannot_be_read_is_noted(desk: Assistant, write_testset: Callable[..., TestSet]) -> None:
    (desk.settings.folders[0] / "bild.txt").write_bytes(b"\x89PNG\x00\x01")
    (note,) = evaluate(desk, write_testset(*LINES[:2])).notes
    assert "bild.txt" in note


def test_a_report_with_every_oddity_can_be_saved(
    desk: Assistant, write_testset: Callable[..., TestSet], tmp_path: Path
) -> None:
    judged = {"question": "Wie lange dauert die Fahrt jetzt?", "judged": "wrong", "when": "2024-03-05T10:00:00"}
    report = evaluate(desk, write_testset(judged))
    assert report.value("right") is None
    assert (report.risk_coverage, report.reliability, report.steps) == ((), (), {})
    report.save(tmp_path / "lauf.json")
    assert Report.load(tmp_path / "lauf.json").to_dict() == report.to_dict()


# Test sets that bring their articles

PARAGRAPHS = (
    "Die Hängebrücke über den Moorbach wurde 1987 gebaut. Sie ist 120 Meter lang und trägt nur Fußgänger.",
    "Die Molkerei in Quellendorf verarbeitet täglich 9.000 Liter Milch. Ihr Leiter heißt Käsemann.",
)


@pytest.fixture
def squad(tmp_path: Path) -> TestSet:
    """Return a test set in SQuAD's format with two paragraphs and three questions."""
    asked_of_first = [
        {"id": "s1", "question": "Wann wurde die Hängebrücke gebaut?", "answers": [{"text": "1987"}]},
        {"id": "s2", "question": "Welche Farbe trug Napoleons Zebra in Quito?", "is_impossible": True, "answers": []},
    ]
    asked_of_second = [
        {"id": "s3", "question": "Wie viele Liter Milch verarbeitet die Molkerei?", "answers": [{"text": "9000 Liter"}]}
    ]
    paragraphs = [
        {"context": PARAGRAPHS[0], "qas": asked_of_first},
        {"context": PARAGRAPHS[1], "qas": asked_of_second},
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "x", "paragraphs": paragraphs}]}), encoding="utf-8")
    return read_testset(path)


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_squad_file_is_asked_of_its_own_articles(desk: Assistant, squad: TestSet) -> None:
    desk.refresh()
    folder = desk.settings.folders[0]
    before, sources = content_of(folder), desk.articles()
    report = evaluate(desk, squad)
    assert [record.key for record in report.records] == ["s1", "s2", "s3"]
    assert report.value("right") == 1
    assert report.run.articles == 2
    assert report.notes == ()
    assert {quote.article_id for record in report.records for quote in record.quotes} <= set(squad.paragraphs or {})
    assert content_of(folder) == before
    assert desk.articles() == sources
    assert "84 Kilometer" in desk.answer("Wie lang ist die neue Strecke?").text


def test_a_squad_file_is_indexed_once_and_apart_from_others(
    desk: Assistant, squad: TestSet, write_testset: Callable[..., TestSet], tmp_path: Path
) -> None:
    first = evaluate(desk, squad)
    again = Assistant(desk.settings, watch=lambda progress: pytest.fail("indexed again"), embeddings=WordEmbedder())
    assert evaluate(again, squad).to_dict() == first.to_dict()
    other = tmp_path / "anderes.json"
    question = {"question": "Wie hoch ist der Turm?", "answers": [{"text": "90 Meter"}]}
    paragraph = {"context": "Der Turm ist 90 Meter hoch.", "qas": [question]}
    other.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    assert evaluate(desk, read_testset(other)).run.articles == 1
    assert evaluate(desk, squad).to_dict() == first.to_dict()
    assert evaluate(desk, write_testset(*LINES[:2])).run.articles == 3


def test_paragraphs_stand_in_their_articles_as_written(desk: Assistant, squad: TestSet) -> None:
    report = evaluate(desk, squad)
    first = report.records[0]
    assert first.article_id is not None
    paragraph = (squad.paragraphs or {})[first.article_id]
    assert all(paragraph[quote.start : quote.end] == quote.text for quote in first.quotes)


def test_an_article_of_the_test_set_that_was_cut_off_is_written_again(desk: Assistant, squad: TestSet) -> None:
    first = evaluate(desk, squad)
    (written,) = (desk.settings.data_dir / FOLDER).rglob("articles/00000.txt")
    written.write_text("Die Hängebrücke über", encoding="utf-8")
    assert evaluate(desk, squad).to_dict() == first.to_dict()


def test_settings_hold_for_the_articles_of_a_squad_file_too(desk: Assistant, squad: TestSet) -> None:
    timid = Assistant(
        Settings(articles=desk.settings.articles, data_dir=desk.settings.data_dir, refuse_below=1.0),
        embeddings=WordEmbedder(),
    )
    assert evaluate(timid, squad).value("false_refusals") == 1
    assert evaluate(desk, squad).value("false_refusals") == 0


def test_a_stopped_squad_run_goes_on_too(desk: Assistant, squad: TestSet, asked: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate(desk, squad, watch=stop_at(1))
    kept = done_so_far(desk)
    asked.clear()
    report = evaluate(desk, squad)
    assert asked == [case.question for case in squad.cases[kept:]]
    assert report.to_dict() == evaluate(desk, squad).to_dict()
