"""``belegt articles``: every article is listed, shown as it is quoted from, and exported so that it reads back."""

import json
from pathlib import Path

import pytest

from tests.conftest import ARTICLES, Run
from vectorstore import read_article

PAGE = "Ein Bad am Fluss\n\nDie Stadt baut am Fluss ein neues Bad. Es soll im Herbst öffnen.\n\nArtikel teilen\n"


def test_the_list_names_each_article_and_what_is_unknown(run: Run) -> None:
    result = run("articles")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [line[0] for line in lines] == ["article", *sorted(ARTICLES)]
    assert lines[1][1:5] == ["Neue Strecke nach Norden", "Streckenblatt", "2024-03-05", "1"]
    assert lines[3][2:4] == ["unknown", "unknown"]
    assert "3 articles, 3 passages" in result.stderr


def test_the_list_as_json_holds_what_is_known(run: Run) -> None:
    listed = json.loads(run("articles", "--json").stdout)
    assert listed[0] == {
        "article_id": "bahn.md",
        "title": "Neue Strecke nach Norden",
        "published": "2024-03-05",
        "author": None,
        "publisher": "Streckenblatt",
        "url": None,
        "language": "de",
        "passages": 1,
        "copies": [],
    }


def test_copies_are_named_beside_each_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles" / "abschrift.md").write_text(ARTICLES["bahn.md"], encoding="utf-8")
    listed = {item["article_id"]: item["copies"] for item in json.loads(run("articles", "--json").stdout)}
    assert listed == {"abschrift.md": ["bahn.md"], "bahn.md": ["abschrift.md"], "brot.md": [], "wal.txt": []}


def test_an_article_is_shown_with_its_text_and_what_was_removed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles" / "bad.txt").write_text(PAGE, encoding="utf-8")
    shown = run("articles", "show", "bad.txt").stdout
    assert "title: Ein Bad am Fluss" in shown
    assert "published: unknown" in shown
    assert "Es soll im Herbst öffnen." in shown
    assert "Artikel teilen" not in shown
    assert "removed: 1 parts" in shown
    assert run("articles", "show", "bad.txt", "--removed").stdout == "Artikel teilen\n"
    as_json = json.loads(run("articles", "show", "bad.txt", "--json").stdout)
    assert as_json["removed"] == ["Artikel teilen"]
    assert run("articles", "show", "wal.txt", "--removed").stdout == "Nothing was removed.\n"


def test_a_terminal_obeys_nothing_that_stands_in_an_article(run: Run, tmp_path: Path) -> None:
    text = "Ein Bad \x1b[31mrot\u202e\n\nDie Stadt baut ein Bad\x1b]0;x\x07. Es öffnet bald, sagt das Amt.\n"
    (tmp_path / "articles" / "bad\x1b.txt").write_text(text, encoding="utf-8")
    for arguments in (("articles",), ("articles", "show", "bad\x1b.txt")):
        printed = run(*arguments).stdout
        assert "\x1b" not in printed
        assert "\u202e" not in printed


def test_what_is_exported_as_markdown_reads_back_as_it_was(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out"
    assert "3 articles written" in run("articles", "export", target).stderr
    before = {item["article_id"]: item for item in json.loads(run("articles", "--json").stdout)}
    for path, (article_id, listed) in zip(sorted(target.iterdir()), sorted(before.items()), strict=True):
        read = read_article(path, article_id)
        assert read.text == json.loads(run("articles", "show", article_id, "--json").stdout)["text"]
        assert (read.source.title, read.source.publisher) == (listed["title"], listed["publisher"])


def test_what_is_exported_as_json_is_one_object_a_line(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run("articles", "export", target, "--format", "jsonl")
    exported = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [item["article_id"] for item in exported] == sorted(ARTICLES)


@pytest.mark.parametrize("form", ["md", "jsonl"])
def test_nothing_is_overwritten(run: Run, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    assert run("articles", "export", target, "--format", form).exit_code == 0
    again = run("articles", "export", target, "--format", form)
    assert again.exit_code == 1
    assert len(again.stderr.strip().splitlines()) == 1


def test_an_article_that_is_not_there_is_one_line(run: Run) -> None:
    result = run("articles", "show", "fehlt.md")
    assert result.exit_code == 1
    assert "fehlt.md" in result.stderr
