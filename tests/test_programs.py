"""The page for programs: the endpoints, and the tools for language models, over a real server."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Assistant, Settings
from tests.conftest import ARTICLES, WordEmbedder
from ui.waiting_line import WaitingLine

pytestmark = pytest.mark.real
QUESTION = "Wie lang ist der Buckelwal?"


def small_desk(folder: Path) -> Assistant:
    """Return an assistant over the three articles of the tests, with the exact embedder."""
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")
    return Assistant(Settings(articles=(articles,), data_dir=folder / "data"), embeddings=WordEmbedder())


@contextmanager
def serve_small_page(
    tmp_path_factory: pytest.TempPathFactory, desk: Any = None, line: WaitingLine | None = None, **options: Any
) -> Iterator[tuple[Any, str]]:
    """Serve a page that has nothing but its endpoints, and yield Gradio's app with its address."""
    import gradio as gr

    from ui.programs import add_endpoints
    from ui.serving import serve

    with gr.Blocks(title="belegt", analytics_enabled=False) as app:
        add_endpoints(desk or small_desk(tmp_path_factory.mktemp("small")), line or WaitingLine())
    address = serve(app, mcp=True, **options)
    try:
        yield app, address
    finally:
        app.close(verbose=False)


class Breaking:
    """A desk over the articles that breaks when it is asked a certain question, and waits at another."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    def answer(self, question: str, **given: Any) -> Any:
        if "kaputt" in question:
            raise RuntimeError("geheimer Pfad")
        if "warten" in question:
            self.begun.set()
            self.go_on.wait(5)
        return self.desk.answer(question, **given)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Breaking, WaitingLine]]:
    desk, line = Breaking(small_desk(tmp_path_factory.mktemp("programs"))), WaitingLine()
    with serve_small_page(tmp_path_factory, desk, line) as (_, address):
        yield address, desk, line


@pytest.fixture(scope="module")
def client(page: tuple[str, Breaking, WaitingLine]) -> Any:
    from gradio_client import Client

    return Client(page[0], verbose=False)


def call_tools(address: str, *calls: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Return the tools, and what these calls of them give."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def call() -> tuple[list[Any], list[Any]]:
        place = f"{address}gradio_api/mcp/"
        async with streamablehttp_client(place) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [await session.call_tool(name, given) for name, given in calls]

    return asyncio.run(call())


def timeless(said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as JSON keeps it, without how long it took."""
    return {**json.loads(json.dumps(said)), "timings": None}


def test_an_answer_comes_whole(client: Any, page: Any) -> None:
    _, desk, _ = page
    said = client.predict(QUESTION, api_name="/ask")
    assert timeless(said) == timeless(desk.answer(QUESTION).to_dict())
    cited = said["citations"][0]
    article = client.predict(cited["article_id"], api_name="/article")
    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]


def test_a_follow_up_and_a_scope_are_taken(client: Any) -> None:
    first = client.predict("Was kostet ein Kilogramm Roggenbrot?", api_name="/ask")
    history = [[first["question"], first["text"]]]
    second = client.predict(question="Und warum?", history=history, api_name="/ask")
    assert second["standalone_question"].startswith("Und warum? (")
    within = client.predict(question="Wie lang?", articles=["bahn.md"], since="2024-01-01", api_name="/ask")
    assert {cited["article_id"] for cited in within["citations"]} == {"bahn.md"}
    outside = client.predict(question="Wie lang?", until="2020-01-01", api_name="/ask")
    assert outside["abstained"]


def test_passages_are_found_with_their_place(client: Any) -> None:
    found = client.predict("Roggenbrot Preis", 2, api_name="/search")
    assert found[0]["article_id"] == "brot.md"
    assert len(found) == 2
    text = client.predict("brot.md", api_name="/article")["text"]
    assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]
    assert found[0]["score"] >= found[1]["score"]
    only = client.predict(question="Preis", articles=["wal.txt"], api_name="/search")
    assert {hit["article_id"] for hit in only} == {"wal.txt"}


def test_the_articles_are_listed(client: Any) -> None:
    listed = client.predict(api_name="/articles")
    assert [item["article_id"] for item in listed] == ["bahn.md", "brot.md", "wal.txt"]
    assert listed[0]["published"] == "2024-03-05"
    assert listed[0]["passages"] == 1


def test_the_documentation_names_four_endpoints_and_their_arguments(client: Any) -> None:
    documented = client.view_api(return_format="dict")["named_endpoints"]
    assert set(documented) == {"/ask", "/search", "/articles", "/article"}
    names = [item["parameter_name"] for item in documented["/ask"]["parameters"]]
    assert names == ["question", "history", "articles", "since", "until"]


WRONG = [
    ("/ask", {"question": " "}, "the question is empty"),
    ("/ask", {"question": "x" * 2_001}, "2,001 characters"),
    ("/ask", {"question": 3}, "the question is a text"),
    ("/ask", {"question": "Wal?", "history": [["nur eins"]]}, "the history is a list of turns"),
    ("/ask", {"question": "Wal?", "history": [["a", "b"]] * 101}, "at most 100 turns"),
    ("/ask", {"question": "Wal?", "history": [["a", "b" * 20_001]]}, "20,000 characters"),
    ("/ask", {"question": "Wal?", "articles": ["fehlt.md"]}, "there is no article 'fehlt.md'"),
    ("/ask", {"question": "Wal?", "since": "gestern"}, "write for example 2025-02-24"),
    ("/ask", {"question": "Wal?", "since": "2025-01-02", "until": "2025-01-01"}, "swap the dates"),
    ("/search", {"question": "Wal?", "count": 0}, "from 1 to 50"),
    ("/search", {"question": "Wal?", "count": 51}, "from 1 to 50"),
    ("/search", {"question": "Wal?", "count": "5"}, "from 1 to 50"),
    ("/article", {"article_id": "../bahn.md"}, "there is no article"),
]


@pytest.mark.parametrize(("endpoint", "given", "line"), WRONG)
def test_a_mistake_is_one_line_and_not_logged(
    client: Any, capfd: pytest.CaptureFixture[str], endpoint: str, given: dict[str, Any], line: str
) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError) as caught:
        client.predict(**given, api_name=endpoint)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in capfd.readouterr().err


def test_any_other_error_is_logged_and_not_shown(
    client: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="something went wrong") as caught:
        client.predict("kaputt?", api_name="/ask")
    assert "geheim" in caplog.text
    assert "geheim" not in str(caught.value)


def test_a_single_request_is_enough(page: Any) -> None:
    given = {"data": [QUESTION, None, None, None, None]}
    answered = httpx.post(f"{page[0]}gradio_api/run/ask", json=given).json()
    assert "12 Meter" in answered["data"][0]["text"]
    refused = httpx.post(f"{page[0]}gradio_api/run/ask", json={"data": ["", None, None, None, None]})
    assert refused.json()["error"] == "the question is empty; type what you want to know"
    halves = json.dumps({"data": ["\ud800 Wal?", None, None, None, None]})
    asked = httpx.post(f"{page[0]}gradio_api/run/ask", content=halves, headers={"content-type": "application/json"})
    assert asked.json()["data"][0]["question"] == "\ufffd Wal?"


def test_programs_wait_in_the_line_and_the_rest_is_answered_meanwhile(client: Any, page: Any) -> None:
    _, desk, line = page
    first = client.submit("Muss ich warten?", api_name="/ask")
    assert desk.begun.wait(5)
    second = client.submit(QUESTION, api_name="/ask")
    assert len(client.predict(api_name="/articles")) == 3
    assert not second.done()
    desk.go_on.set()
    assert "12 Meter" in second.result(5)["text"]
    first.result(5)
    assert len(line) == 0


def test_language_models_get_the_same_as_json(page: Any) -> None:
    address, desk, _ = page
    tools, (asked, listed, empty, missing, broken, wrong) = call_tools(
        address,
        ("ask", {"question": QUESTION}),
        ("articles", {}),
        ("ask", {"question": " "}),
        ("article", {"article_id": "fehlt.md"}),
        ("ask", {"question": "kaputt?"}),
        ("search", {"question": "Wal?", "count": "viele"}),
    )
    assert [tool.name for tool in tools] == ["ask", "search", "articles", "article"]
    described = tools[0].inputSchema["properties"]
    assert all(argument["description"] for tool in tools for argument in tool.inputSchema["properties"].values())
    assert "2025-02-24" in described["since"]["description"]
    assert tools[0].description.startswith("Answer a question from the articles")
    assert timeless(json.loads(asked.content[0].text)) == timeless(desk.answer(QUESTION).to_dict())
    assert len(json.loads(listed.content[0].text)) == 3
    assert (empty.isError, empty.content[0].text) == (True, "the question is empty; type what you want to know")
    assert missing.isError
    assert missing.content[0].text.startswith("there is no article 'fehlt.md'")
    assert "geheim" not in broken.content[0].text
    assert wrong.isError


def test_the_tools_are_served_without_a_word_and_without_a_connection(
    tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str], refuse_network: list[Any]
) -> None:
    with serve_small_page(tmp_path_factory) as (_, address):
        assert httpx.get(f"{address}gradio_api/mcp/schema").status_code == 200
    assert refuse_network == []
    assert capfd.readouterr().out == ""


def test_no_tools_are_served_unasked(tmp_path: Path) -> None:
    import gradio as gr

    from ui.programs import add_endpoints
    from ui.serving import serve

    with gr.Blocks(analytics_enabled=False) as app:
        add_endpoints(small_desk(tmp_path), WaitingLine())
    address = serve(app)
    try:
        assert httpx.post(f"{address}gradio_api/mcp/", json={}).status_code in (404, 405)
    finally:
        app.close(verbose=False)
