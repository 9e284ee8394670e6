"""A Chroma server: the same results as a folder, shared without harm, and one line where it isn't what it should be."""

import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.conftest import ARTICLES, WordEmbedder
from tests.test_index import fill, moments_of, unit_vectors
from tests.test_mirror import LONG, StoppedError, WatchedEmbedder, assert_hold_the_same, run
from vectorstore import index as index_module
from vectorstore import planning
from vectorstore.errors import CollectionError
from vectorstore.index import PassageIndex
from vectorstore.mirror import apply, find_articles, plan, rejoin
from vectorstore.server import Server, connect, quiet_settings, shown

TOKEN = "geheim-123"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def chroma(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run Chroma's own server over a folder, on the loopback address."""
    port = free_port()
    command = [
        Path(sys.executable).with_name("chroma"),
        "run",
        "--path",
        folder,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with (folder.parent / "chroma.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat").status_code == 200:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Return the address of a Chroma server that runs while this file is tested."""
    with chroma(tmp_path_factory.mktemp("server") / "data") as (address, _):
        yield address


@pytest.fixture
def server(url, request):
    """Return a collection of the test's own on the server."""
    return Server(url, collection=f"test-{zlib.crc32(request.node.name.encode())}")


def refusal(function, *arguments, **options):
    """Return the line with which something is refused."""
    with pytest.raises(CollectionError) as caught:
        function(*arguments, **options)
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)
    return str(caught.value)


# addresses and tokens


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://chroma.example.org", "https://chroma.example.org"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://example.org:443/a/b/", "https://example.org:443/a/b"),
    ],
)
def test_an_address_may_have_a_port_and_a_path(url, address):
    assert Server(url).address == address


@pytest.mark.parametrize(
    "url",
    ["", "localhost:8000", "ftp://localhost", "http://", "http://:8000", "http://a:99999", "http://a:b", "http://a:0",
     "http://a b", "http://a\nb", "http://ä.de", "http://[::1", f"http://user:{TOKEN}@a:1", f"http://{TOKEN}@a",
     f"http://a/?token={TOKEN}", f"http://a/#{TOKEN}", "C:\\chroma"],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_address_is_refused_before_any_connection(url):
    if TOKEN not in shown(url):
        assert "http://host:port" in refusal(connect, Server(url))
    else:
        with pytest.raises(CollectionError, match="holds more than http://host:port/path"):
            connect(Server(url))


def test_a_token_is_not_shown():
    assert TOKEN not in repr(Server("http://a:1", token=TOKEN)) + str(Server("http://a:1", token=TOKEN))


@pytest.mark.parametrize("token", ["a b", "a\nX-Other: b", "ä"])
def test_a_token_that_no_header_may_hold_is_refused(token):
    assert "copy it anew" in refusal(connect, Server("http://127.0.0.1:1", token=token))


@pytest.mark.parametrize("part", ["collection", "tenant", "database"])
@pytest.mark.parametrize("name", ["", "a", "mit blank", "x" * 600, "../../etc", "a/b", "-a-"], ids=ascii)
def test_a_name_that_chroma_does_not_know_is_refused_before_any_connection(part, name):
    assert f"the {part} {name[:20]}"[:20] in refusal(connect, Server("http://127.0.0.1:1", **{part: name})).replace(
        "'", ""
    )


def test_the_environment_names_no_other_place_to_connect_to(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(
        "CHROMA_OTEL_COLLECTION_ENDPOINT=http://example.org\nCHROMA_SERVER_HOST=example.org\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_CLIENT_AUTH_PROVIDER", "chromadb.auth.token_authn.TokenAuthClientProvider")
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "True")
    settings = quiet_settings()
    assert "example.org" not in repr(settings)
    assert settings.chroma_client_auth_provider is None
    assert settings.anonymized_telemetry is False


# what answers


@contextmanager
def answering(answers):
    """Serve fixed answers by path; what is not among them is not found."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            status, body = answers.get(self.path, (404, "not found"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{web.server_address[1]}", asked
        finally:
            web.shutdown()


GREETING = {
    "/api/v2/heartbeat": (200, {"nanosecond heartbeat": 1}),
    "/api/v2/auth/identity": (200, {"user_id": "", "tenant": "default_tenant", "databases": ["default_database"]}),
    "/api/v2/version": (200, "1.0.0".join('""')),
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"/api/v2/heartbeat": (200, "<html>")}, "is no Chroma server", id="a page"),
        pytest.param({"/api/v2/heartbeat": (200, [1])}, "is no Chroma server", id="a list"),
        pytest.param({"/api/v2/heartbeat": (410, {"error": "gone"})}, "is no Chroma server", id="gone"),
        pytest.param({"/api/v2/heartbeat": (302, "")}, "is no Chroma server", id="a redirection is not followed"),
        pytest.param({"/api/v2/auth/identity": (401, "no")}, "doesn't accept the token", id="no token"),
        pytest.param({"/api/v2/heartbeat": (403, "no")}, "doesn't accept the token", id="a gate before it"),
        pytest.param({"/api/v2/version": (200, '"0.6.3"')}, "older than version 1", id="an old one"),
        pytest.param({"/api/v2/version": (200, '"x"')}, "is no Chroma server", id="no version"),
    ],
)
def test_what_is_not_the_server_meant_is_refused_in_one_line(change, words):
    with answering(GREETING | change) as (url, asked):
        assert words in refusal(connect, Server(url, token=TOKEN))
        assert all(headers["Authorization"] == f"Bearer {TOKEN}" for _, headers in asked)
        assert all(headers["X-Chroma-Token"] == TOKEN for _, headers in asked)


def test_where_nobody_answers_is_said_in_one_line(tmp_path):
    assert "doesn't answer" in refusal(PassageIndex, Server(f"http://127.0.0.1:{free_port()}"), identity="words")


def test_a_server_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("vectorstore.server.PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert "doesn't answer" in refusal(connect, Server(f"http://127.0.0.1:{silent.getsockname()[1]}"))


# the real one


@pytest.mark.real
def test_a_server_gives_what_a_folder_gives(server, tmp_path):
    ours, theirs = PassageIndex(tmp_path / "index", identity="words"), PassageIndex(server, identity="words")
    for index in (ours, theirs):
        fill(index, 120)
    assert theirs.ids() == ours.ids()
    assert len(theirs) == 120
    ids = ours.ids()
    assert {row: stored.passage for row, stored in theirs.read(ids).items()} == {
        row: stored.passage for row, stored in ours.read(ids).items()
    }
    for question in unit_vectors(3, seed=99):
        assert theirs.nearest(question, 120) == pytest.approx(ours.nearest(question, 120), abs=1e-6)
        some = theirs.nearest(question, 20, among=ids[10:50])
        assert some == pytest.approx(ours.nearest(question, 20, among=ids[10:50]), abs=1e-6)
        assert some.keys() < set(ids[10:50])
    np.testing.assert_allclose(moments_of(theirs).covariance, moments_of(ours).covariance, atol=1e-7)
    for index in (ours, theirs):
        index.remove(ids[:30])
    assert theirs.ids() == ours.ids()
    theirs.clear()
    assert (len(theirs), theirs.ids()) == (0, ())


@pytest.mark.real
def test_a_mirror_on_a_server_holds_what_one_in_a_folder_holds(server, tmp_path, write_articles):
    folder = write_articles({**ARTICLES, "lang.md": LONG})
    index = PassageIndex(server, identity="words", mirrors="artikel")
    local = PassageIndex(tmp_path / "index", identity="words")
    with pytest.raises(StoppedError):
        run(index, folder, embeddings=WatchedEmbedder(stop_after=0))
    for change in (
        lambda: None,
        lambda: (folder / "lang.md").rename(folder / "länger.md"),
        lambda: write_articles({"länger.md": LONG + "Ein Satz kam dazu.", "bahn.md": ARTICLES["wal.txt"]}),
        (folder / "brot.md").unlink,
    ):
        change()
        report = run(index, folder)
        assert report == run(local, folder)
        assert_hold_the_same(index, local)
        assert plan(index, find_articles([folder])).is_empty
    assert rejoin(index, "länger.md") == rejoin(local, "länger.md")


@pytest.mark.real
def test_two_share_a_collection(server, write_articles):
    folder = write_articles()
    writer = PassageIndex(server, identity="words", mirrors="artikel")
    run(writer, folder)
    reader = PassageIndex(server, identity="words", read_only=True)
    before = reader.revision()
    assert reader.ids() == writer.ids()
    write_articles({"neu.md": "Ein Artikel kam dazu."})
    second = PassageIndex(server, identity="words", mirrors="artikel")
    assert run(second, folder).indexed == 1
    assert reader.revision() == writer.revision() != before
    question = WordEmbedder().embed_question("Ein Artikel kam dazu.")
    assert next(iter(reader.nearest(question, 1))).article_id == "neu.md"
    assert plan(writer, find_articles([folder])).is_empty


@pytest.mark.real
def test_two_writers_at_once_end_with_the_same_rows(server, tmp_path, write_articles, monkeypatch):
    monkeypatch.setattr("vectorstore.mirror.WINDOW", 3)
    folder = write_articles({**ARTICLES, "lang.md": LONG, "länger.md": LONG[::-1]})
    indexes = [PassageIndex(server, identity="words", mirrors="artikel") for _ in range(2)]
    plans = [plan(index, find_articles([folder])) for index in indexes]
    threads = [
        threading.Thread(target=apply, args=(made, index, WordEmbedder()))
        for made, index in zip(plans, indexes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    local = PassageIndex(tmp_path / "index", identity="words")
    run(local, folder)
    assert_hold_the_same(indexes[0], local)
    assert plan(indexes[1], find_articles([folder])).is_empty


@pytest.mark.real
def test_others_folders_are_not_mirrored_into_a_collection(server, write_articles):
    ours, theirs = write_articles(), write_articles({"a.md": "Etwas anderes steht hier."}, name="andere")
    index = PassageIndex(server, identity="words", mirrors="ours")
    run(index, ours)
    rows = index.ids()
    other = PassageIndex(server, identity="words", mirrors="andere")
    made = planning.Plan((), rows, 0)
    for refused in (lambda: run(other, theirs), lambda: apply(made, other, WordEmbedder())):
        assert "mirrors 'ours', not 'andere'; name another collection" in refusal(refused)
    assert index.ids() == rows
    other.clear()
    run(other, theirs)
    assert {row.article_id for row in index.ids()} == {"a.md"}
    assert "mirrors 'andere'" in refusal(run, index, ours)


@pytest.mark.real
def test_a_collection_that_does_not_fit_is_emptied_only_when_told_to(server, monkeypatch):
    rows = fill(PassageIndex(server, identity="words"), 3)
    for options in ({}, {"read_only": True}, {"read_only": True, "rebuild": True}):
        line = refusal(PassageIndex, server, identity="others", **options)
        assert "holds the vectors of another model; rebuild it (belegt index --rebuild)" in line
    with monkeypatch.context() as patch:
        patch.setattr(index_module, "FORMAT", index_module.FORMAT + 1)
        assert "another version of belegt" in refusal(PassageIndex, server, identity="words")
    first = PassageIndex(server, identity="words")
    assert set(first.ids()) == set(rows)
    assert len(PassageIndex(server, identity="others", rebuild=True)) == 0
    assert "holds the vectors of another model" in refusal(first.ids)
    assert "holds the vectors of another model" in refusal(first.revision)


@pytest.mark.real
def test_a_foreign_collection_is_never_touched(server):
    foreign = connect(server).create_collection(server.collection, embedding_function=None)
    foreign.add(ids=["1"], embeddings=[[1.0, 2.0]], documents=["nicht von uns"])
    for options in ({}, {"rebuild": True}, {"read_only": True}):
        assert "was not made by belegt; name another" in refusal(PassageIndex, server, identity="words", **options)
    assert foreign.count() == 1


@pytest.mark.real
def test_a_reader_makes_no_collection(server):
    assert "is not there; fill it: belegt index" in refusal(PassageIndex, server, identity="words", read_only=True)
    assert "is not there" in refusal(PassageIndex, server, identity="words", read_only=True)


@pytest.mark.real
def test_nothing_but_vectors_is_handed_to_the_server(server, monkeypatch):
    def refused(*arguments, **options):
        raise AssertionError("an embedding function was used")

    monkeypatch.setattr("chromadb.utils.embedding_functions.DefaultEmbeddingFunction.__call__", refused)
    index = PassageIndex(server, identity="words")
    fill(index, 2)
    index.nearest(unit_vectors(1)[0], 1)
    kept = connect(server).get_collection(server.collection, embedding_function=None).configuration_json
    assert kept["embedding_function"] in (None, {"type": "legacy"})
    assert kept["hnsw"]["space"] == "cosine"


@pytest.mark.real
def test_an_unknown_database_is_one_line(url):
    assert "database 'nie'" in refusal(PassageIndex, Server(url, database="nie"), identity="words")


@pytest.mark.real
def test_a_server_killed_in_the_middle_is_one_line_and_the_next_run_mends_it(tmp_path, write_articles, monkeypatch):
    monkeypatch.setattr("vectorstore.mirror.WINDOW", 3)
    folder = write_articles({"a.md": LONG, "b.md": LONG[::-1]})
    with chroma(tmp_path / "data") as (address, process):
        index = PassageIndex(Server(address), identity="words")

        def kill(progress):
            if progress.passages:
                process.kill()
                process.wait()

        assert "can't be used" in refusal(run, index, folder, watch=kill)
        assert "can't be used" in refusal(index.ids)
        assert "can't be used" in refusal(index.revision)
        assert "doesn't answer" in refusal(PassageIndex, Server(address), identity="words")
    with chroma(tmp_path / "data") as (address, _):
        index = PassageIndex(Server(address), identity="words")
        assert len(index) == 3
        run(index, folder)
        local = PassageIndex(tmp_path / "index", identity="words")
        run(local, folder)
        assert_hold_the_same(index, local)
