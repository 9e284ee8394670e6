"""The process that parses: documents come back as they are, and whatever happens to it is one reason, once."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from textwrap import dedent

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from vectorstore.formats import parsing_frames
from vectorstore.formats.document import Document, Metadata, UnreadableError
from vectorstore.formats.parsing_process import ParsingProcess
from vectorstore.formats.pdf import read_pdf
from vectorstore.formats.word import read_word

ROOT = Path(__file__).parent.parent
SENTENCE = "Die Stadt baut am Fluss ein neues Bad."


BARE = f"""
import sys, types
package = types.ModuleType("vectorstore")
package.__path__ = [{str(ROOT / "vectorstore")!r}]
sys.modules["vectorstore"] = package
sys.path.insert(0, {str(ROOT)!r})
import vectorstore.formats.parsing_process as room
"""
"""What another program does to use the room, without the second that the rest of the package takes to import."""


def make_pdf(pages=1, lines=1):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for page in range(pages):
        for line in range(lines):
            canvas.drawString(60, 800 - 12 * line, f"{SENTENCE} {page} {line}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_word():
    document = docx.Document()
    document.add_heading("Größe zählt", 1)
    document.add_paragraph(SENTENCE)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PDF, WORD, LONG = make_pdf(), make_word(), make_pdf(pages=100, lines=60)


@pytest.fixture(scope="module")
def process():
    with ParsingProcess() as shared:
        yield shared


def test_a_document_comes_back_as_it_was_read(process):
    assert process.parse(PDF, "pdf") == read_pdf(PDF)
    assert process.parse(WORD, "docx") == read_word(WORD)


def test_web_pages_are_read(process):
    page = f"<html><body><article><h1>Ein Bad</h1><p>{SENTENCE} Es soll öffnen.</p></article></body></html>"
    assert SENTENCE in process.parse(page.encode(), "html").text


@settings(max_examples=50, deadline=None)
@given(
    st.builds(
        Document,
        st.text(),
        st.builds(Metadata, *[st.none() | st.text(min_size=1)][:1], st.none() | st.dates(), st.none() | st.text()),
        st.lists(st.integers(0, 10**7)).map(tuple),
        st.lists(st.text()).map(tuple),
    )
)
def test_every_document_survives_the_frames(document):
    pipe = io.BytesIO()
    parsing_frames.send(pipe, parsing_frames.to_json(parsing_frames.to_fields(document)))
    pipe.seek(0)
    assert parsing_frames.from_fields(parsing_frames.from_json(parsing_frames.receive(pipe, 10**8))) == document
    with pytest.raises(EOFError):
        parsing_frames.receive(pipe, 10**8)


@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=300), kind=st.sampled_from(["pdf", "docx", "html"]))
def test_any_bytes_give_a_document_or_one_reason(process, content, kind):
    try:
        read = process.parse(content, kind)
    except UnreadableError as error:
        read = str(error)
    assert isinstance(read, Document) or (read and "\n" not in read)


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"text": "a"},
        {"text": "a", "metadata": [], "page_starts": [], "removed": []},
        {"text": "a", "metadata": {"published": "gestern"}, "page_starts": [], "removed": []},
        {"text": "a", "metadata": {"colour": "rot"}, "page_starts": [], "removed": []},
        {"text": "a", "metadata": {}, "page_starts": ["x"], "removed": []},
    ],
)
def test_a_reply_is_not_trusted(reply):
    with pytest.raises(UnreadableError, match="crashed"):
        parsing_frames.from_fields(reply)


def test_a_reason_is_passed_on_in_one_line(process):
    with pytest.raises(UnreadableError, match="no PDF"):
        process.parse(b"x", "pdf")
    with pytest.raises(UnreadableError, match=r"^a b$"):
        parsing_frames.from_fields({"reason": "a\nb"})


def test_a_child_that_hangs_is_ended_and_the_next_one_reads():
    with ParsingProcess(seconds=0.6) as process:
        process.parse(PDF, "pdf")
        with pytest.raises(UnreadableError, match=r"longer than 0\.6 seconds; split"):
            process.parse(LONG, "pdf")
        process._seconds = 30
        assert process.parse(PDF, "pdf").text == read_pdf(PDF).text


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_child_that_eats_memory_says_so_and_the_next_one_reads():
    hungry = f"<html><body>{'<p>Hunger</p>' * 1_000_000}</body></html>".encode()
    with ParsingProcess(memory=10_000_000) as process:
        assert process.parse(PDF, "pdf").text
        with pytest.raises(UnreadableError, match=r"^parsing needed more than 0\.01 GB of memory; split the file$"):
            process.parse(hungry, "html")
        assert process.parse(PDF, "pdf").text


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_child_that_is_killed_is_a_crash_and_the_next_one_reads():
    with ParsingProcess() as process:
        process.parse(PDF, "pdf")
        killer = threading.Timer(0.2, process._child.kill)
        killer.start()
        with pytest.raises(UnreadableError, match="crashed"):
            process.parse(LONG, "pdf")
        assert process.parse(PDF, "pdf").text
        os.kill(process._child.pid, signal.SIGKILL)
        process._child.wait()
        assert process.parse(PDF, "pdf").text


def test_threads_take_turns(process):
    with ThreadPoolExecutor(4) as pool:
        texts = [document.text for document in pool.map(lambda _: process.parse(PDF, "pdf"), range(8))]
    assert texts == [read_pdf(PDF).text] * 8


def test_it_starts_when_needed_and_ends_when_closed():
    process = ParsingProcess()
    assert process._child is None
    process.parse(PDF, "pdf")
    child = process._child
    process.close()
    process.close()
    assert child.poll() == 0
    process.parse(PDF, "pdf")
    child = process._child
    del process
    assert child.poll() is not None


def test_it_works_from_any_folder_and_imports_nothing_from_it(tmp_path):
    for name in ("json", "pdfplumber", "vectorstore", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the folder')")
    (tmp_path / "a.pdf").write_bytes(PDF)
    code = f"""
        import sys
        here, sys.path[0] = sys.path[0], {str(ROOT)!r}
        import json, vectorstore.formats.parsing_process as room
        sys.path.insert(0, here)
        with room.ParsingProcess() as process:
            print(process.parse(open("a.pdf", "rb").read(), "pdf").text)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert SENTENCE in done.stdout, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_child_dies_with_its_parent_also_while_it_parses(tmp_path):
    (tmp_path / "a.pdf").write_bytes(LONG)
    code = """
        import threading
        process = room.ParsingProcess()
        content = open("a.pdf", "rb").read()
        threading.Thread(target=process.parse, args=(content, "pdf"), daemon=True).start()
        while process._child is None: pass
        print(process._child.pid, flush=True)
        sys.stdin.read()
    """
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", BARE + dedent(code)]
    with subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe) as parent:
        child = int(parent.stdout.readline())
        time.sleep(0.3)
        os.kill(child, 0)
        parent.kill()
    for _ in range(100):
        if not is_running(child):
            return
        time.sleep(0.05)
    pytest.fail("the child outlives its parent")


def is_running(pid):
    status = Path(f"/proc/{pid}/stat")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_child_sees_little_of_the_environment(process, monkeypatch):
    monkeypatch.setenv("BELEGT_SECRET", "geheim")
    with ParsingProcess() as own:
        own.parse(PDF, "pdf")
        assert b"geheim" not in Path(f"/proc/{own._child.pid}/environ").read_bytes()


def test_the_published_day_survives():
    document = Document("a", Metadata(published=date(2024, 3, 5)), (0,), ("b",))
    assert parsing_frames.from_fields(parsing_frames.to_fields(document)) == document
