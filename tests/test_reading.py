"""Reading: files in, articles out; a file that is none is one clear line."""

import hashlib
import os
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectorstore import reading
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document
from vectorstore.reading import digest, find_files, place_pages, read_article

SENTENCES = ("Die Stadt baut ein Bad.", "Es regnet am Fluss.", "Das Dach hält.", "Niemand weiß, warum.")
TEXT = "Die Stadt baut am Fluss ein neues Bad. Es soll im Herbst öffnen."


@pytest.fixture
def written(tmp_path):
    """Write a file and read it as an article."""

    def write(content, name="bad.md"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_article(path, name)

    return write


def outcome(write, content, name):
    """Return the article, or the error's message."""
    try:
        return write(content, name), ""
    except ArticleError as error:
        return None, str(error)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), st.sampled_from(["a.md", "a.txt"]))
def test_any_bytes_give_an_article_or_one_line_that_names_the_file(written, content, name):
    article, message = outcome(written, content, name)
    if article is None:
        assert name in message
        assert "\n" not in message
    else:
        assert article.text.strip()
        assert article.source.title.strip()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.text(st.sampled_from("abtitle: \n-[]{}&*!\"'|>#%@,"), max_size=80))
def test_any_front_matter_gives_an_article_or_one_line(written, header):
    article, message = outcome(written, f"---\n{header}\n---\n{TEXT}", "bad.md")
    if article is None:
        assert "bad.md" in message
        assert "\n" not in message
    else:
        assert article.text.endswith(TEXT)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT"])
def test_the_text_is_read_as_it_stands(written, name):
    article = written(TEXT, name)
    assert article.text == TEXT
    assert article.source.article_id == name
    assert article.removed == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(TEXT.encode("cp1252"), id="Windows-1252"),
        pytest.param(TEXT.encode() + b"\r\n", id="Windows newline"),
    ],
)
def test_encodings(written, content):
    assert written(content).text == TEXT


def test_front_matter_is_the_source(written):
    article = written(
        "---\ntitle: Ein Bad am Fluss\npublished: 2025-02-24\nauthor: [Redaktion, Archiv]\npublisher: 007\n"
        f"url: https://example.org/bad\n---\n\n# Überschrift\n\n{TEXT}\n"
    )
    assert article.source.title == "Ein Bad am Fluss"
    assert article.source.published == date(2025, 2, 24)
    assert article.source.author == "Redaktion, Archiv"
    assert article.source.publisher == "007"
    assert article.source.url == "https://example.org/bad"
    assert article.text == f"# Überschrift\n\n{TEXT}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-02-24", date(2025, 2, 24)),
        ("2025-02-24 10:30:00", date(2025, 2, 24)),
        ("2025-02-24T10:30:00+01:00", date(2025, 2, 24)),
        ('"24.02.2025"', date(2025, 2, 24)),
        ("24. Februar 2025", date(2025, 2, 24)),
        ("3. März 2025", date(2025, 3, 3)),
        ("February 24, 2025", date(2025, 2, 24)),
        ("2025-13-45", None),
        ("24. Brumaire 2025", None),
        ("gestern", None),
        ("null", None),
    ],
)
@pytest.mark.parametrize("key", ["published", "date"])
def test_dates_in_front_matter(written, key, value, expected):
    assert written(f"---\n{key}: {value}\n---\n{TEXT}").source.published == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "example.org",
        "'http://[::1'",
        "https://",
        f"https://a.de/{'a' * 3000}",
    ],
    ids=["script", "ftp", "no scheme", "broken", "no host", "endless"],
)
def test_only_web_addresses_are_links(written, address):
    assert written(f"---\nurl: {address}\n---\n{TEXT}").source.url is None


def test_values_are_one_short_line(written):
    source = written(f"---\ntitle: |\n  Ein\n  Bad\nauthor: {'a' * 1000}\n---\n{TEXT}").source
    assert source.title == "Ein Bad"
    assert source.author == "a" * reading.VALUE_LENGTH


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"---\n\n{TEXT}", id="a rule at the top"),
        pytest.param(f"---\nKein Schlüssel\n---\n{TEXT}", id="text between rules"),
        pytest.param(f"---\n---\n{TEXT}", id="empty front matter"),
    ],
)
def test_what_only_looks_like_front_matter_is_no_error(written, content):
    article = written(content)
    assert article.text.endswith(TEXT)
    assert article.source.author is None


def test_text_files_have_no_front_matter(written):
    assert written(f"---\ntitle: Bad\n---\n{TEXT}", "a.txt").text.startswith("---")


@pytest.mark.parametrize(
    ("content", "name", "title"),
    [
        pytest.param(f"# **Ein Bad**\n\n{TEXT}", "a.md", "Ein Bad", id="first heading"),
        pytest.param(f"{TEXT}\n\n## Vorspann\n\n# Ein Bad\n", "a.md", "Ein Bad", id="heading further down"),
        pytest.param(f"Ein Bad am Fluss\n\n{TEXT}", "a.txt", "Ein Bad am Fluss", id="first line"),
        pytest.param(f"{TEXT}\nEin Bad am Fluss\n{TEXT}", "a.txt", "Ein Bad am Fluss", id="later line"),
        pytest.param(
            f"24.02.2025\nStimme der alten Stadt\n\nEin Bad am Fluss\n\n{TEXT}",
            "a.txt",
            "Ein Bad am Fluss",
            id="byline",
        ),
        pytest.param(f"https://a.de ist eine Adresse\n\nKurz nur\n\n{TEXT}", "a.txt", "a", id="link and two words"),
        pytest.param(TEXT, "neues-bad_am-fluss.txt", "neues bad am fluss", id="file name"),
        pytest.param(TEXT, "-.txt", "-.txt", id="odd file name"),
    ],
)
def test_titles(written, content, name, title):
    assert written(content, name).source.title == title


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("24.02.2025", date(2025, 2, 24)),
        ("24. Februar 2025", date(2025, 2, 24)),
        ("2025-02-24", date(2025, 2, 24)),
        ("February 24, 2025", date(2025, 2, 24)),
        ("Am 24.02.2025 öffnet das Bad.", None),
        ("31.02.2025", None),
        ("18/09/2025", None),
    ],
)
def test_a_date_on_a_line_of_its_own_near_the_top_is_the_date(written, line, expected):
    assert written(f"Ein Bad am Fluss\n{line}\n\n{TEXT}", "a.txt").source.published == expected


def test_a_date_far_down_is_not_the_date_of_publication(written):
    assert written(f"{TEXT}\n\n" * 10 + "24.02.2025", "a.txt").source.published is None


def test_cleaning_is_part_of_reading(written):
    article = written(f"{TEXT}\n\nQuellen\n- https://example.org", "a.txt")
    assert article.text == TEXT
    assert article.removed == ("Quellen\n- https://example.org",)


def test_files_are_found_sorted_in_all_folders(tmp_path):
    names = ["b.TXT", "a.md", "c/d.txt", "f.pdf", "h.html", "i.htm", "j.DOCX", ".hidden.md", ".git/e.md", "k.xlsx", "g"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "folder.md").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["a.md", "b.TXT", "c/d.txt", "f.pdf", "h.html", "i.htm", "j.DOCX"]


@pytest.mark.parametrize("parts", ["Bad_files", "Bad-Dateien", "Bad_Dateien", "bad.files"])
def test_the_parts_of_a_saved_page_are_skipped(tmp_path, parts):
    page = parts[:3]
    (tmp_path / parts).mkdir()
    (tmp_path / parts / "frame.html").write_text(TEXT)
    (tmp_path / f"{page}.html").write_text(TEXT)
    assert [path.name for path in find_files(tmp_path)] == [f"{page}.html"]


def test_a_folder_that_only_sounds_like_parts_of_a_page_is_not_skipped(tmp_path):
    (tmp_path / "Bad_files").mkdir()
    (tmp_path / "Bad_files" / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    assert [path.name for path in find_files(tmp_path)] == ["a.txt", "b.txt"]


def test_links_that_lead_out_are_skipped(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text(TEXT)
    (inside / "a.txt").write_text(TEXT)
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "in.txt").symlink_to(inside / "a.txt")
    (inside / "nowhere.txt").symlink_to(inside / "missing.txt")
    (inside / "up").symlink_to(tmp_path, target_is_directory=True)
    assert [path.name for path in find_files(inside)] == ["a.txt", "in.txt"]


def test_digest_is_the_sha256_of_the_bytes(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x00\xff" * 100_000)
    assert digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no sentence", id="empty"),
        pytest.param(b" \n\r\n\t", "no sentence", id="white space"),
        pytest.param(b"# Nur eine Zeile\n", "no sentence", id="heading alone"),
        pytest.param(b"Das ist ein Satz.\x00", "not text", id="NUL"),
        pytest.param(TEXT.encode("utf-16-le"), "not text", id="UTF-16 without a mark"),
        pytest.param(bytes(range(1, 256)), "not text", id="binary"),
        pytest.param("Über Öl.".encode() + b"\xff", "not text", id="broken UTF-8"),
        pytest.param(b"---\ntitle: [a\n---\nText.", "front matter", id="broken YAML"),
        pytest.param(b"---\ntitle: &a Bad\nauthor: *a\n---\nText.", "front matter", id="alias"),
        pytest.param(b"---\ntitle: " + b"[" * 5_000 + b"\n---\nText.", "front matter", id="nested"),
        pytest.param(b"---\ntitle: " + b"a" * 20_000 + b"\n---\nText.", "front matter", id="endless"),
        pytest.param(b"---\n? [a]\n: b\n---\nText.", "front matter", id="list as key"),
    ],
)
def test_what_is_no_article_is_said_in_one_line(written, content, reason):
    with pytest.raises(ArticleError, match=reason) as caught:
        written(content)
    assert "bad.md" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", reading.SUFFIXES)
def test_a_huge_file_is_refused_by_the_limit_of_its_kind(written, monkeypatch, suffix):
    monkeypatch.setitem(reading.SIZE_LIMITS, suffix, 10)
    with pytest.raises(ArticleError, match=rf"bad\{suffix} is larger"):
        written(TEXT, f"bad{suffix}")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    monkeypatch.setattr(reading, "check_size", lambda path: 10)
    with pytest.raises(ArticleError, match="is larger"):
        read_article(path, "a")


@pytest.mark.parametrize("read", [digest, lambda path: read_article(path, "a")], ids=["digest", "read"])
def test_missing_files_and_folders_are_named(tmp_path, read):
    for name in ("missing.txt", "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(ArticleError, match=name):
            read(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ArticleError, match=r"pipe\.txt is not a file"):
        read_article(tmp_path / "pipe.txt", "pipe")


def test_a_newline_in_a_name_stays_in_one_line(tmp_path):
    with pytest.raises(ArticleError) as caught:
        read_article(tmp_path / "a\nb.txt", "a")
    assert "\n" not in str(caught.value)


def test_folders_without_articles_are_errors(tmp_path):
    with pytest.raises(ArticleError, match=r"there is no folder .*missing"):
        find_files(tmp_path / "missing")
    with pytest.raises(ArticleError, match="holds no article"):
        find_files(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    with pytest.raises(ArticleError, match=r"a\.txt is not a folder"):
        find_files(tmp_path / "a.txt")


PAGE = f"<html><head><title>Das neue Bad | Flussbote</title></head><h1>Das neue Bad</h1><p>{TEXT * 3}</p></html>"


def test_a_web_page_is_an_article(written):
    article = written(PAGE, "seite.html")
    assert article.source.title == "Das neue Bad"
    assert article.source.publisher == "Flussbote"
    assert article.text == f"# Das neue Bad\n\n{TEXT * 3}"


@pytest.mark.parametrize(
    "content", [b"<!-- nur das", b"<p>", PAGE.encode("utf-16-le")], ids=["comment", "no word", "no mark"]
)
def test_a_damaged_page_is_one_line(written, content):
    with pytest.raises(ArticleError, match=r"seite\.html") as caught:
        written(content, "seite.html")
    assert "\n" not in str(caught.value)


def test_what_the_file_tells_counts_before_what_its_text_tells(written):
    header = "---\ntitle: Aus der Datei\npublished: 2025-01-01\nauthor: Max Planck\n---\n"
    text = f"# Aus dem Text\n\nVon Jane Austen | 24.02.2025\n\nhttps://example.org/bad\n\n{TEXT}"
    source = written(header + text).source
    assert (source.title, source.published, source.author) == ("Aus der Datei", date(2025, 1, 1), "Max Planck")
    assert source.url == "https://example.org/bad"
    source = written(text).source
    assert (source.title, source.published, source.author) == ("Aus dem Text", date(2025, 2, 24), "Jane Austen")


def test_the_date_of_the_file_is_nobodys(written):
    assert written(TEXT, "2024-05-06-bad.txt").source.published is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=1, max_size=5))
def test_each_pages_first_kept_words_stand_where_the_page_starts(pages):
    texts = [
        " ".join(f"{sentence} ({page}.{number})" for number, sentence in enumerate(sentences))
        for page, sentences in enumerate(pages)
    ]
    whole = "\n\n".join(texts)
    starts = tuple(whole.index(text) for text in texts)
    document = Document(whole, page_starts=starts)
    cleaned = f"Kopfzeile\n\n{whole}".removeprefix("Kopfzeile\n\n")
    placed = place_pages(document, cleaned)
    assert len(placed) == len(starts)
    assert list(placed) == sorted(placed)
    assert all(cleaned[start:].lstrip().startswith(text) for start, text in zip(placed, texts, strict=True))


def test_pages_begin_at_the_first_of_their_words_that_is_left():
    texts = ["Kopf der Seite\n\nErster Satz hier.", "Teilen\n\nZweiter Satz hier.", "Teilen", "Letzter Satz hier."]
    whole = "\n\n".join(texts)
    starts = tuple(sum(len(text) + 2 for text in texts[:number]) for number in range(4))
    cleaned = "Erster Satz hier.\n\nZweiter Satz hier.\n\nLetzter Satz hier."
    placed = place_pages(Document(whole, page_starts=starts), cleaned)
    assert placed == (0, cleaned.index("Zweiter"), cleaned.index("Letzter"), cleaned.index("Letzter"))


def test_a_text_without_pages_has_none():
    assert place_pages(Document(TEXT), TEXT) == ()
