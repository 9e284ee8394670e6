"""Events that no page sends: a path or an address in place of an upload is refused in one line, and nothing is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ui import program_requests
from ui.program_requests import NO_FILE

pytestmark = pytest.mark.real
KIND = {"_type": "gradio.FileData"}


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[str, Any]]:
    """Yield the address of a page that takes uploads, and Gradio's app."""
    from tests.page_desk import Shelf
    from ui.chat import build_app
    from ui.serving import serve

    app = build_app(Shelf())
    yield serve(app).rstrip("/"), app
    app.close(verbose=False)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "geheim.md"
    path.write_text("Geheim ist die Zahl 4711.", encoding="utf-8")
    return path


def join(page: tuple[str, Any], function: Any, data: list[Any], **more: Any) -> httpx.Response:
    given = {"data": data, "fn_index": function._id, "session_hash": "s", **more}
    written = json.dumps(given)  # in ASCII, so that half a character can be sent, too
    return httpx.post(f"{page[0]}/gradio_api/queue/join", content=written, headers={"content-type": "application/json"})


def find(page: tuple[str, Any], name: str) -> Any:
    return next(one for one in page[1].fns.values() if getattr(one.fn, "__name__", "") == name)


def forge(secret: Path) -> list[Any]:
    """Return values that claim to be files that were uploaded."""
    from gradio.utils import get_upload_folder

    folder = get_upload_folder()
    paths = [str(secret), "/etc/passwd", "..", "../../etc/passwd", f"{folder}/../{secret.name}", f"{folder}/x/../../a"]
    paths += [
        "http://127.0.0.1:1/a.md",
        "https://example.org/a.md",
        "file:///etc/passwd",
        "a\0.md",
        "a\ud800.md",
        "a" * 5000,
    ]
    forged: list[Any] = [{"path": path, "orig_name": "a.md", "meta": KIND} for path in paths]
    forged += [{**one, "url": f"/gradio_api/file={one['path']}"} for one in forged[:2]]
    inside = f"{folder}/digest/a.md"
    return [
        *forged,
        {"path": inside, "meta": KIND, "is_stream": True},
        {"path": inside, "meta": "x"},
        {"path": inside, "size": "groß"},
        *({"path": None}, {}, "a.md", 5, True, [[]]),
    ]


def test_no_event_takes_a_path_for_an_upload(
    page: tuple[str, Any], secret: Path, capfd: pytest.CaptureFixture[str], refuse_network: list[Any]
) -> None:
    taking = find(page, "on_upload")
    for forged in forge(secret):
        for data in ([forged], [[forged]]):
            answered = join(page, taking, data)
            assert (answered.status_code, answered.json()) == (400, {"error": NO_FILE}), data
    assert secret.exists()
    written = capfd.readouterr()
    assert "Traceback" not in written.err + written.out
    assert refuse_network == []


def test_no_other_event_takes_a_file_at_all(
    page: tuple[str, Any], secret: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    forged = forge(secret)[0]
    asked = [one for one in page[1].fns.values() if one.fn and one.inputs and one.fn.__name__ != "on_upload"]
    assert len(asked) > 8
    for function in asked:
        for value in (forged, [forged], {"a": [forged]}):
            answered = join(page, function, [value] * len(function.inputs))
            assert answered.status_code == 400
            assert list(answered.json()) == ["error"]
    assert "Traceback" not in capfd.readouterr().err


def test_what_a_script_tells_names_no_file_either(page: tuple[str, Any], secret: Path) -> None:
    opening = find(page, "on_open")
    for told in ({"path": str(secret)}, {"a": [{"b": {"path": "/etc/passwd"}}]}, json.loads("[" * 60 + "]" * 60)):
        assert join(page, opening, [], event_data=told).json() == {"error": NO_FILE}
    for told in (None, "x", {"article_id": "../geheim.md"}, [[{"a": 1}]]):
        assert join(page, opening, [], event_data=told).status_code == 200


def test_a_file_that_was_uploaded_is_taken(page: tuple[str, Any]) -> None:
    address, _ = page
    sent = httpx.post(f"{address}/gradio_api/upload", files={"files": ("../../turm.md", b"Der Turm.")})
    (path,) = sent.json()
    assert Path(path).name == "turm.md"
    file = {"path": path, "orig_name": "turm.md", "size": 9, "mime_type": None, "url": f"{address}/x", "meta": KIND}
    taking = find(page, "on_upload")
    assert join(page, taking, [[file]], event_data=[file]).status_code == 200
    httpx.post(f"{address}/gradio_api/queue/join", json={"data": [], "fn_index": find(page, "on_halt")._id})
    Path(path).unlink(missing_ok=True)


def test_the_stream_of_an_unknown_session_ends_without_a_traceback(
    page: tuple[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    for query in ("session_hash=unbekannt", "session_hash=", "session_hash=s&session_hash=unbekannt"):
        said = httpx.get(f"{page[0]}/gradio_api/queue/data?{query}").text
        assert json.loads(said.removeprefix("data: "))["session_not_found"] is True
    assert httpx.get(f"{page[0]}/gradio_api/queue/data").status_code == 422
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("deep", [1, 5, 49])
def test_objects_are_found_however_deep(deep: int) -> None:
    value: Any = {"path": "x"}
    for _ in range(deep):
        value = [value]
    assert list(program_requests._objects(value)) == [{"path": "x"}]
    assert None in list(program_requests._objects([value] if deep == 49 else json.loads("[" * 51 + "]" * 51)))
