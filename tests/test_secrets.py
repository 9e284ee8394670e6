"""Keys and passwords are shown nowhere: not in a log, a page, an error or a ``repr``."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from assistant import Settings
from tests.conftest import Run

KEY, TOKEN, PASSWORD = "key-c0ffee-secret", "token-c0ffee-secret", "password-c0ffee-secret"
MARK = "c0ffee"


def test_settings_do_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELEGT_LLM_KEY", KEY)
    monkeypatch.setenv("BELEGT_CHROMA_TOKEN", TOKEN)
    chosen = Settings()
    assert chosen.llm_key is not None
    assert chosen.llm_key.get_secret_value() == KEY
    for told in (repr(chosen), str(chosen), repr(chosen.model_dump()), chosen.model_dump_json()):
        assert MARK not in told


@pytest.mark.parametrize(
    "given",
    [
        {"llm_url": f"http://anna:{PASSWORD}@127.0.0.1/v1"},
        {"llm_url": f"ftp://anna:{PASSWORD}@127.0.0.1/v1"},
        {"llm_key": [PASSWORD]},
        {"most_statements": 0, "llm_key": KEY, "chroma_token": TOKEN},
    ],
)
def test_a_wrong_setting_does_not_tell(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**given)
    assert MARK not in "".join(traceback.format_exception(caught.value))


def test_the_command_line_does_not_tell(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("BELEGT_LLM_KEY", KEY)
    monkeypatch.setenv("BELEGT_CHROMA_TOKEN", TOKEN)
    accounts = tmp_path / "accounts"
    accounts.write_text(f"anna:{PASSWORD}\nanna:{PASSWORD}\n")
    with caplog.at_level(logging.DEBUG):
        for arguments in (
            ("ask", "Wie lang ist der Buckelwal?"),
            ("ask", "Wie lang?", "--article", "fehlt"),
            ("articles",),
            ("chat", "--no-browser", "--auth", accounts),
            ("chat", "--no-browser", "--host", "0.0.0.0"),
        ):
            done = run(*arguments)
            assert MARK not in done.output + done.stderr
    assert MARK not in caplog.text


@pytest.mark.real
def test_a_page_with_accounts_does_not_tell(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from tests.page_desk import FakeDesk
    from ui.account_file import read_accounts
    from ui.chat import build_app
    from ui.serving import serve

    monkeypatch.setenv("BELEGT_LLM_KEY", KEY)
    monkeypatch.setenv("BELEGT_CHROMA_TOKEN", TOKEN)
    file = tmp_path / "accounts-of-the-team"
    file.write_text(f"anna:{PASSWORD}\n")
    app = build_app(FakeDesk())
    with caplog.at_level(logging.DEBUG):
        address = serve(app, auth=read_accounts(file))
        try:
            with httpx.Client(base_url=address) as client:
                told = [client.post("/login", data={"username": "anna", "password": f"{PASSWORD}x"}).text]
                told.append(client.post("/login", data={"username": "anna", "password": PASSWORD}).text)
                cookies = [value for value in client.cookies.values() if value]
                paths = ("/", "/config", "/gradio_api/info", "/gradio_api/user", "/gradio_api/token", "/nichts")
                told += [client.get(path).text for path in paths]
                told.append(client.post("/gradio_api/run/ask", json={"data": [PASSWORD, 1, 1, 1, 1]}).text)
        finally:
            app.close(verbose=False)
    # What the test's own browser logs of itself is not the page's.
    logged = "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    written = capfd.readouterr()
    shown = "".join([*told, logged, written.out])
    assert len(shown) > 10_000
    assert MARK not in shown
    assert file.name not in shown
    assert cookies
    assert not [cookie for cookie in cookies if cookie in shown]
