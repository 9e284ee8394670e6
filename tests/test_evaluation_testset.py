"""Test sets: every format as documented, every mistake named in one line, every question with a key of its own."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.chain import LONGEST_QUESTION
from assistant.evaluation import TestSet, TestSetError, read_testset, reading
from assistant.evaluation.reading import guess_format
from assistant.notes import KINDS

LONG = {"question": "Wie lang ist die Strecke?", "answers": ["84 Kilometer"]}
COSTS = {"question": "Was kostet das Brot?", "answers": ["4,10 Euro", "vier Euro zehn"]}
SHARED_FOLDER = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, content: str | bytes, **options: str) -> TestSet:
    """Write a file and read it as a test set."""
    path = folder / "fragen.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_testset(path, **options)  # type: ignore[arg-type]


def read_lines(folder: Path, *lines: dict[str, object]) -> TestSet:
    """Read a test set of one object a line."""
    return read(folder, "".join(json.dumps(line) + "\n" for line in lines))


def read_squad(folder: Path, *paragraphs: dict[str, object]) -> TestSet:
    """Read a test set in SQuAD's format with one article."""
    return read(folder, json.dumps({"version": "1.1", "data": [{"title": "x", "paragraphs": list(paragraphs)}]}))


def mistake(folder: Path, content: str | bytes, **options: str) -> str:
    """Return the message with which a content is refused, after making sure that it is one line."""
    with pytest.raises(TestSetError) as caught:
        read(folder, content, **options)
    message = str(caught.value)
    assert message
    assert "\n" not in message
    return message


# Lines


def test_every_field_of_a_line_is_read(tmp_path: Path) -> None:
    fields = {
        "question": " Und was kostete sie? ",
        "answers": ["1,2 Milliarden Euro"],
        "article_id": "bahn.md",
        "history": [["Wie lang ist die Strecke?", "84 Kilometer."]],
        "standalone_question": "Was kostete die Strecke?",
        "kind": "Folgefrage",
        "judged": "right",
        "when": "2024-03-05T12:30:00Z",
        "parts": [["1,2 Milliarden", " 1.200 Millionen "], ["Euro"]],
        "verdict": "unknown",
        "notes": ["dated", "newer"],
    }
    (case,) = read_lines(tmp_path, fields).cases
    assert case.question == "Und was kostete sie?"
    assert case.answers == ("1,2 Milliarden Euro",)
    assert case.article_id == "bahn.md"
    assert case.history == (("Wie lang ist die Strecke?", "84 Kilometer."),)
    assert case.standalone_question == "Was kostete die Strecke?"
    assert (case.kind, case.judged, case.place) == ("Folgefrage", "right", "line 1")
    assert case.when == datetime(2024, 3, 5, 12, 30, tzinfo=UTC)
    assert case.parts == (("1,2 Milliarden", "1.200 Millionen"), ("Euro",))
    assert (case.verdict, case.notes) == ("unknown", ("dated", "newer"))
    assert case.answerable
    assert not case.unanswerable


def test_only_question_and_answers_are_needed(tmp_path: Path) -> None:
    (case,) = read_lines(tmp_path, LONG).cases
    assert (case.article_id, case.history, case.standalone_question, case.kind, case.judged, case.when) == (
        None,
        (),
        None,
        None,
        None,
        None,
    )
    assert (case.parts, case.verdict, case.notes) == ((), None, None)


def test_no_notes_and_notes_that_do_not_matter_are_told_apart(tmp_path: Path) -> None:
    fields = ({"notes": []}, {"notes": None}, {})
    assert [case.notes for case in read_lines(tmp_path, *({**LONG, **more} for more in fields)).cases] == [
        (),
        None,
        None,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_note_can_be_asked_for(tmp_path: Path, kind: str) -> None:
    (case,) = read_lines(tmp_path, {**LONG, "notes": [kind]}).cases
    assert case.notes == (kind,)


@pytest.mark.parametrize("verdict", ["yes", "no", "unknown"])
def test_a_verdict_goes_with_any_answers(tmp_path: Path, verdict: str) -> None:
    cases = read_lines(tmp_path, {**LONG, "verdict": verdict}, {"question": "Wie?", "answers": [], "verdict": verdict})
    assert [case.verdict for case in cases.cases] == [verdict, verdict]
    assert [case.answerable for case in cases.cases] == [True, False]


def test_empty_answers_mean_that_the_articles_do_not_answer(tmp_path: Path) -> None:
    (case,) = read_lines(tmp_path, {"question": "Wer malte den Mond?", "answers": []}).cases
    assert case.unanswerable
    assert not case.answerable


def test_judged_wrong_without_answers_is_neither_answerable_nor_not(tmp_path: Path) -> None:
    (case,) = read_lines(tmp_path, {"question": "Wie lang?", "judged": "wrong", "when": "2024-03-05"}).cases
    assert case.answers is None
    assert not case.answerable
    assert not case.unanswerable


def test_judged_wrong_with_answers_keeps_them(tmp_path: Path) -> None:
    (case,) = read_lines(tmp_path, {**LONG, "judged": "wrong"}).cases
    assert case.answers == ("84 Kilometer",)


@pytest.mark.parametrize("judged", [{}, {"judged": "right"}, {"judged": None}], ids=["unjudged", "right", "null"])
@pytest.mark.parametrize("answers", [{}, {"answers": None}], ids=["missing", "null"])
def test_answers_are_missing(tmp_path: Path, judged: dict[str, object], answers: dict[str, object]) -> None:
    content = json.dumps({"question": "Wie lang?", **judged, **answers})
    message = mistake(tmp_path, f"{json.dumps(LONG)}\n{content}\n")
    assert message.startswith("fragen.jsonl, line 2: ")
    assert '"answers" is missing' in message


def test_byte_order_mark_empty_lines_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    content = f"\ufeff{json.dumps(LONG)}\r\n\r\n   \r\n{json.dumps(COSTS)}"
    cases = read(tmp_path, content).cases
    assert [case.place for case in cases] == ["line 1", "line 4"]
    assert [case.question for case in cases] == [LONG["question"], COSTS["question"]]


def test_line_separators_within_a_string_end_no_line(tmp_path: Path) -> None:
    content = json.dumps({"question": "Wie\u2028lang\x85ist sie?", "answers": []}, ensure_ascii=False)
    (case,) = read(tmp_path, content).cases
    assert case.question == "Wie\u2028lang\x85ist sie?"


def test_unknown_keys_are_ignored(tmp_path: Path) -> None:
    plain = read_lines(tmp_path, LONG, COSTS).cases
    assert read_lines(tmp_path, {**LONG, "Quelle": [1, {"x": None}], "note": "neu"}, COSTS).cases == plain


def test_umlauts_may_be_escaped_or_not(tmp_path: Path) -> None:
    fields = {"question": "Wie heißt die Bäckerin?", "answers": ["Käthe"]}
    escaped = read(tmp_path, json.dumps(fields)).cases
    assert read(tmp_path, json.dumps(fields, ensure_ascii=False)).cases == escaped


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"question": "Wie', "no valid JSON"),
        ("Wie lang?", "no valid JSON"),
        ("[1, 2]", "expected an object"),
        ('"Wie lang?"', "expected an object"),
        ("null", "expected an object"),
        ('{"answers": ["x"]}', '"question"'),
        ('{"question": null, "answers": []}', '"question"'),
        ('{"question": 7, "answers": []}', '"question"'),
        ('{"question": "", "answers": []}', "empty"),
        ('{"question": " ?! ", "answers": []}', "empty"),
        ('{"question": "Wie lang?", "answers": "84"}', '"answers"'),
        ('{"question": "Wie lang?", "answers": ["84", 5]}', '"answers.1"'),
        ('{"question": "Wie lang?", "answers": ["84", " "]}', "an answer is empty"),
        ('{"question": "Wie lang?", "answers": [], "history": [["nur die Frage"]]}', '"history.0'),
        ('{"question": "Wie lang?", "answers": [], "history": "neulich"}', '"history"'),
        ('{"question": "Wie lang?", "answers": [], "standalone_question": "?"}', "empty"),
        ('{"question": "Wie lang?", "answers": [], "judged": "vielleicht"}', '"judged"'),
        ('{"question": "Wie lang?", "answers": [], "when": "gestern"}', '"when"'),
        ('{"question": "Wie lang?", "answers": [], "parts": "84"}', '"parts"'),
        ('{"question": "Wie lang?", "answers": [], "parts": ["84"]}', '"parts.0"'),
        ('{"question": "Wie lang?", "answers": [], "parts": [["84"], [7]]}', '"parts.1.0"'),
        ('{"question": "Wie lang?", "answers": [], "parts": [["84"], []]}', "a part is empty"),
        ('{"question": "Wie lang?", "answers": [], "parts": [["84", " "]]}', "a part is empty"),
        ('{"question": "Wie lang?", "answers": [], "verdict": "ja"}', '"verdict"'),
        ('{"question": "Wie lang?", "answers": [], "verdict": true}', '"verdict"'),
        ('{"question": "Wie lang?", "answers": [], "notes": ["neuer"]}', '"notes.0"'),
        ('{"question": "Wie lang?", "answers": [], "notes": "newer"}', '"notes"'),
        ('{"question": "Wie lang?", "verdict": "yes", "parts": [["84"]]}', '"answers" is missing'),
        ('{"question": "Wie \\ud800 lang?", "answers": []}', '"question"'),
        ("[" * 100_000, "too deep"),
        ('{"a":' * 100_000, "too deep"),
    ],
)
def test_a_broken_line_names_its_number(tmp_path: Path, line: str, expected: str) -> None:
    message = mistake(tmp_path, f"{json.dumps(LONG)}\n\n{line}\n{json.dumps(COSTS)}\n")
    assert message.startswith("fragen.jsonl, line 3: ")
    assert expected in message


@given(broken=st.integers(0, 5), text=st.text(min_size=1, max_size=40))
@SHARED_FOLDER
def test_any_text_in_place_of_a_line_is_refused_at_its_place(tmp_path: Path, broken: int, text: str) -> None:
    line = json.dumps(text)
    message = mistake(tmp_path, f"{json.dumps(LONG)}\n" * broken + line)
    assert message.startswith(f"fragen.jsonl, line {broken + 1}: ")


def test_question_may_be_as_long_as_one_can_ask_and_no_longer(tmp_path: Path) -> None:
    longest = "a" * LONGEST_QUESTION
    assert read_lines(tmp_path, {"question": longest, "answers": []}).cases[0].question == longest
    message = mistake(tmp_path, json.dumps({"question": f"{longest}b", "answers": []}))
    assert "fragen.jsonl, line 1" in message
    assert "2,001" in message


def test_number_with_very_many_digits_is_a_mistake_in_its_line(tmp_path: Path) -> None:
    assert "line 1" in mistake(tmp_path, f'{{"question": "Wie lang?", "answers": [], "n": {"1" * 5000}}}')


# Keys


def test_an_id_is_kept_as_the_key(tmp_path: Path) -> None:
    cases = read_lines(tmp_path, {**LONG, "id": "strecke-7"}, COSTS).cases
    assert cases[0].key == "strecke-7"
    assert cases[1].key not in {"", "strecke-7"}


QUESTION = st.sampled_from(["Wie lang?", "Wie breit?", "Wie hoch?", "wie lang?"])
HISTORY = st.sampled_from([[], [["Was?", "Das."]], [["Was?", "Jenes."]]])
LINE = st.fixed_dictionaries(
    {"question": QUESTION, "answers": st.sampled_from([[], ["84"], ["12"]]), "history": HISTORY},
    optional={"id": st.sampled_from(["a", "b", "7", "Zürich 1"])},
)


@given(lines=st.lists(LINE, min_size=1, max_size=12))
@SHARED_FOLDER
def test_keys_are_unique(tmp_path: Path, lines: list[dict[str, object]]) -> None:
    cases = read_lines(tmp_path, *lines).cases
    assert len({case.key for case in cases}) == len(lines)


@given(data=st.data(), lines=st.lists(LINE, min_size=1, max_size=8))
@SHARED_FOLDER
def test_keys_stay_when_lines_are_reordered(
    tmp_path: Path, data: st.DataObject, lines: list[dict[str, object]]
) -> None:
    shuffled = data.draw(st.permutations(lines))
    before, after = (read_lines(tmp_path, *ordered).cases for ordered in (lines, shuffled))
    assert sorted(case.key for case in before) == sorted(case.key for case in after)


@given(data=st.data(), texts=st.lists(st.tuples(QUESTION, HISTORY), min_size=1, max_size=8, unique_by=json.dumps))
@SHARED_FOLDER
def test_each_question_keeps_its_key_when_lines_are_reordered(
    tmp_path: Path, data: st.DataObject, texts: list[tuple[str, list[list[str]]]]
) -> None:
    lines = [{"question": question, "history": history, "answers": []} for question, history in texts]
    before, after = (read_lines(tmp_path, *ordered).cases for ordered in (lines, data.draw(st.permutations(lines))))
    assert {(case.question, case.history): case.key for case in before} == {
        (case.question, case.history): case.key for case in after
    }


def test_keys_depend_on_question_and_history_alone(tmp_path: Path) -> None:
    (key,) = (case.key for case in read_lines(tmp_path, LONG).cases)
    fields = {"answers": [], "kind": "neu", "article_id": "x", "parts": [["84"]], "verdict": "no", "notes": ["newer"]}
    changed = read_lines(tmp_path, COSTS, {**LONG, **fields}).cases[1]
    follow_up = read_lines(tmp_path, {**LONG, "history": [["Was?", "Das."]]}).cases[0]
    assert changed.key == key
    assert follow_up.key != key


def test_a_question_that_is_there_twice_is_numbered(tmp_path: Path) -> None:
    first, second, third = read_lines(tmp_path, LONG, {**LONG, "answers": ["70"]}, LONG).cases
    assert (second.key, third.key) == (f"{first.key}~2", f"{first.key}~3")
    assert second.answers == ("70",)


@pytest.mark.parametrize("ids", [("a", "a", "a~2"), ("a~2", "a", "a")])
def test_keys_are_unique_even_where_an_id_looks_numbered(tmp_path: Path, ids: tuple[str, ...]) -> None:
    cases = read_lines(tmp_path, *({**LONG, "id": name} for name in ids)).cases
    assert len({case.key for case in cases}) == len(ids)


# SQuAD's format


def test_squad_paragraphs_become_articles_and_answers_stay_in_order(tmp_path: Path) -> None:
    question = {
        "id": "q1",
        "question": "Wie lang ist die Strecke?",
        "answers": [
            {"text": "84 Kilometer", "answer_start": 16},
            {"text": " 84 ", "answer_start": 16},
            {"text": "84 Kilometer", "answer_start": 16},
        ],
    }
    testset = read_squad(
        tmp_path,
        {"context": "Die Strecke ist 84 Kilometer lang.", "qas": [question]},
        {"context": "Das Brot ist teuer.", "qas": []},
    )
    (case,) = testset.cases
    assert (case.key, case.question, case.answers) == ("q1", "Wie lang ist die Strecke?", ("84 Kilometer", "84"))
    assert testset.paragraphs is not None
    assert list(testset.paragraphs.values()) == ["Die Strecke ist 84 Kilometer lang.", "Das Brot ist teuer."]
    assert testset.paragraphs[case.article_id or ""] == "Die Strecke ist 84 Kilometer lang."
    assert "q1" in case.place


def test_paragraphs_of_all_squad_articles_are_told_apart(tmp_path: Path) -> None:
    articles = [
        {"paragraphs": [{"context": f"Text {article} {number}.", "qas": []} for number in range(2)]}
        for article in range(3)
    ]
    articles[2]["paragraphs"][1]["qas"] = [{"question": "Wo?", "answers": [{"text": "Text"}]}]
    testset = read(tmp_path, json.dumps({"data": articles}))
    assert len(testset.paragraphs or {}) == 6
    assert (testset.paragraphs or {})[testset.cases[0].article_id or ""] == "Text 2 1."


def test_impossible_squad_question_is_unanswerable_whatever_is_plausible(tmp_path: Path) -> None:
    testset = read_squad(
        tmp_path,
        {
            "context": "Die Strecke ist lang.",
            "qas": [
                {"question": "Wie breit?", "id": 1, "is_impossible": True, "answers": []},
                {
                    "question": "Wie hoch?",
                    "id": 2,
                    "is_impossible": True,
                    "answers": [{"text": "lang", "answer_start": 16}],
                    "plausible_answers": [{"text": "lang", "answer_start": 16}],
                },
                {"question": "Wie tief?", "id": 3, "answers": []},
                {"question": "Wie alt?", "id": 4},
                {"question": "Wie neu?", "id": 5, "answers": [{"text": " "}]},
            ],
        },
    )
    assert all(case.unanswerable and case.article_id is None for case in testset.cases)
    assert [case.key for case in testset.cases] == ["1", "2", "3", "4", "5"]


def test_squad_questions_without_ids_get_stable_keys_by_paragraph(tmp_path: Path) -> None:
    asked = {"question": "Wie lang?", "answers": [{"text": "lang"}]}
    paragraph = {"context": "Sie ist lang.", "qas": [asked]}
    first, second = read_squad(tmp_path, paragraph, {**paragraph, "context": "Es ist lang."}).cases
    again = read_squad(tmp_path, {**paragraph, "qas": [{**asked, "question": "Wie neu?"}, asked]}).cases[1]
    assert first.key != second.key
    assert again.key == first.key


def test_duplicate_squad_questions_and_ids_get_keys_of_their_own(tmp_path: Path) -> None:
    asked = {"question": "Wie lang?", "answers": []}
    questions = [asked, asked, {**asked, "id": "7"}, {**asked, "id": 7}]
    cases = read_squad(tmp_path, {"context": "Sie ist lang.", "qas": questions}).cases
    assert len({case.key for case in cases}) == 4


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ({"data": 5}, '"data"'),
        ({"data": [{"title": "x"}]}, '"data.0.paragraphs"'),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, '"data.0.paragraphs.0.context"'),
        ({"data": [{"paragraphs": [{"context": "x", "qas": [{"answers": []}]}]}]}, "question"),
        ({"data": [{"paragraphs": [{"context": "x", "qas": [{"question": "?", "id": "q9"}]}]}]}, "question q9"),
        ({"data": [{"paragraphs": [{"context": "x", "qas": [{"question": "Wo?", "answers": "da"}]}]}]}, "answers"),
        ({"data": [{"paragraphs": [{"context": "x", "qas": [{"question": "Wo?", "id": [1]}]}]}]}, "id"),
        ({"data": []}, "no question"),
        ({"data": [{"paragraphs": [{"context": "x", "qas": []}]}]}, "no question"),
    ],
)
def test_broken_squad_file_says_where(tmp_path: Path, whole: dict[str, object], expected: str) -> None:
    assert expected in mistake(tmp_path, json.dumps(whole))


def test_message_stays_one_line_whatever_the_id(tmp_path: Path) -> None:
    question = {"question": "?", "id": "eins\nzwei", "answers": []}
    whole = {"data": [{"paragraphs": [{"context": "Sie ist lang.", "qas": [question]}]}]}
    mistake(tmp_path, json.dumps(whole))


# Whole files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"question": "Wie?", "answers": []}', "jsonl"),
        ('{"question": "Wie?", "answers": []}\n{"question": "Wo?", "answers": []}', "jsonl"),
        ('{"data": []}', "squad"),
        ('{\n "version": "2.0",\n "data": [\n ]\n}\n', "squad"),
        ("", "jsonl"),
        ('["data"]', "jsonl"),
        ('"data"', "jsonl"),
        ('{"data": [', "jsonl"),
        ("[" * 100_000, "jsonl"),
    ],
)
def test_format_is_told_from_the_content(text: str, expected: str) -> None:
    assert guess_format(text) == expected


def test_single_line_with_a_key_data_of_its_own_is_a_line(tmp_path: Path) -> None:
    assert len(read_lines(tmp_path, {**LONG, "data": "2024-03-05"}).cases) == 1


def test_format_can_be_named(tmp_path: Path) -> None:
    assert "SQuAD" in mistake(tmp_path, json.dumps(LONG), format="squad")
    assert "line 1" in mistake(tmp_path, json.dumps({"data": []}), format="jsonl")
    assert len(read(tmp_path, json.dumps(LONG), format="jsonl").cases) == 1


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"], ids=["nothing", "white space", "byte order mark"])
def test_empty_file_holds_no_question(tmp_path: Path, content: str) -> None:
    assert "fragen.jsonl holds no question" in mistake(tmp_path, content)


@pytest.mark.parametrize("format_name", ["jsonl", "squad"])
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"data":['])
def test_deep_nesting_is_refused_in_one_line(tmp_path: Path, opening: str, format_name: str) -> None:
    assert "fragen.jsonl" in mistake(tmp_path, opening * 100_000)
    assert "too deep" in mistake(tmp_path, opening * 100_000, format=format_name)


def test_other_encodings_are_named_with_the_place(tmp_path: Path) -> None:
    assert "not UTF-8 at byte 14" in mistake(tmp_path, '{"question": "Ä?"}'.encode("latin-1"))
    assert "not UTF-8" in mistake(tmp_path, json.dumps(LONG).encode("utf-16"))


@pytest.mark.parametrize("name", ["fehlt.jsonl", ".", "fehlt/fehlt.jsonl"])
def test_missing_file_or_folder_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(TestSetError, match="can't be read") as caught:
        read_testset(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 2**20)
    filler = {**LONG, "note": "x" * 2**20}
    assert "more than 1 MB" in mistake(tmp_path, json.dumps(filler))


def test_name_and_digest_are_those_of_the_file(tmp_path: Path) -> None:
    first, again, other = (read_lines(tmp_path, line) for line in (LONG, LONG, COSTS))
    assert first.name == "fragen.jsonl"
    assert first == again
    assert first.digest != other.digest


def test_path_may_be_a_string(tmp_path: Path) -> None:
    testset = read_lines(tmp_path, LONG)
    assert read_testset(str(tmp_path / testset.name)) == testset


# Questions of another test set


def test_questions_of_another_set_are_unanswerable_here(tmp_path: Path) -> None:
    own = read_lines(tmp_path, LONG, COSTS)
    (tmp_path / "fremd").mkdir()
    follow_up = {"question": "Und dann?", "answers": ["x"], "history": [["Was?", "Das."]]}
    foreign = {"question": "Wer malte den Mond?", "answers": ["ein Esel"], "article_id": "mond.md", "kind": "Kunst"}
    foreign |= {"parts": [["ein Esel"]], "verdict": "yes", "notes": ["newer"]}
    other = read_lines(tmp_path / "fremd", foreign, follow_up, {**LONG, "answers": ["anders"]})
    both = own.with_unanswerable(other)
    assert both.cases[:2] == own.cases
    (added,) = both.cases[2:]
    assert added.question == "Wer malte den Mond?"
    assert added.unanswerable
    assert added.article_id is None
    assert (added.parts, added.verdict, added.notes) == ((), None, None)
    assert other.name in (added.kind or "")
    assert added.place == f"{other.name}, line 1"
    assert len({case.key for case in both.cases}) == 3


def test_digest_tells_sets_with_foreign_questions_apart(tmp_path: Path) -> None:
    own, other = read_lines(tmp_path, LONG), read_lines(tmp_path, COSTS)
    digests = {own.digest, own.with_unanswerable(other).digest, other.with_unanswerable(own).digest}
    assert len(digests) == 3
    assert own.with_unanswerable(other) == own.with_unanswerable(other)


def test_foreign_questions_bring_no_articles(tmp_path: Path) -> None:
    own = read_squad(tmp_path, {"context": "Es ist rot.", "qas": [{"question": "Wie?", "answers": [{"text": "rot"}]}]})
    other = read_squad(tmp_path, {"context": "Es ist blau.", "qas": [{"question": "Wo?", "answers": [{"text": "da"}]}]})
    assert own.with_unanswerable(other).paragraphs == own.paragraphs
