"""The commands and programs of docs/integrations.md run as printed, but for the address, the paths and the key."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from assistant.ports.bots.answering import Answering
from cli.compose import make_app
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.ports.bots.platform import CORP, KEY
from tests.assistant.ports.openai.test_client import make_key
from tests.conftest import copy_home

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
ADDRESS, FOLDER = "http://127.0.0.1:8000", "/srv/fengqiao"


#: As in an environment: plain characters.
WECOM = {"FENGQIAO_WECOM_TOKEN": "token", "FENGQIAO_WECOM_AES_KEY": KEY, "FENGQIAO_WECOM_CORP_ID": CORP}
DINGTALK = {"FENGQIAO_DINGTALK_SECRET": "secret-of-the-robot"}


@pytest.fixture(scope="module")
def bots_server(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real service that both platforms may call."""
    records = tmp_path_factory.mktemp("bots") / "records.db"
    secrets = {k.removeprefix("FENGQIAO_").lower(): v for k, v in (WECOM | DINGTALK).items()}
    settings: Settings = kb.settings.model_copy(update={"database_url": f"sqlite:///{records}", **secrets})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = make_app(settings, kb)
    app.state.bots.answering = Answering(patience=60)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def blocks(section: str, kind: str) -> list[str]:
    """The code blocks of one kind in the section whose title begins so."""
    (found,) = re.findall(rf"^##+ {section}.*?(?=^##+ |\Z)", DOC, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{kind}\n(.*?)^```", found, re.MULTILINE | re.DOTALL)


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=ROOT,
        env={**os.environ, "no_proxy": "127.0.0.1", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shell(body: str, address: str, **environment: str) -> str:
    if not all(map(shutil.which, ("bash", "curl"))):
        pytest.skip("no curl or bash on this machine")
    script = 'set -euo pipefail; curl() { command curl --fail-with-body "$@"; }\n'
    return run("bash", "-c", script + body.replace(ADDRESS, address), **environment)


def test_the_assistants_configuration_starts_the_command() -> None:
    (written,) = blocks("AI assistants", "json")
    server = json.loads(written)["mcpServers"]["fengqiao"]
    assert server["command"].endswith("/bin/fengqiao")
    assert "FENGQIAO_HOME" in server["env"]
    said = run(sys.executable, "-c", "from cli.main import main; main()", *server["args"], "--help")
    assert "--http" in said


@pytest.mark.long
def test_the_assistants_program(base_home: Path, tmp_path: Path) -> None:
    (program,) = blocks("AI assistants", "python")
    ours = json.dumps([sys.executable, "-c", "from cli.main import main; main()", "mcp"])
    program = program.replace(
        'command="fengqiao", args=["mcp"]', f"command={ours}[0], args={ours}[1:], cwd={str(ROOT)!r}"
    ).replace(f"{FOLDER}/var", str(copy_home(base_home, tmp_path / "home")))
    assert FOLDER not in program and ours in program
    assert "民法典第一千零六十七条第二款〔现行有效" in run(sys.executable, "-c", program)


def test_the_chat_front_ends_requests(live_server: str) -> None:
    key = make_key(live_server, ["public"])
    (requests,) = blocks("Chat front ends", "sh")
    said = shell(requests, live_server, FENGQIAO_KEY=key)
    assert '"fengqiao"' in said
    assert "民法典第一千二百四十五条" in said
    assert said.rstrip().endswith("data: [DONE]")


def test_the_chat_front_ends_program(live_server: str) -> None:
    key = make_key(live_server, ["public"])
    (program,) = blocks("Chat front ends", "python")
    said = run(sys.executable, "-c", program.replace(ADDRESS, live_server), FENGQIAO_KEY=key)
    assert "· 民法典第一千零六十七条第二款（" in said


def test_wecoms_call_by_hand(bots_server: str) -> None:
    (program,) = blocks("WeCom", "python")
    assert run(sys.executable, "-c", program.replace(ADDRESS, bots_server), **WECOM) == "b'hello'\n"


def test_wecoms_settings_are_settings() -> None:
    found = re.findall(r"^ *(\w+) = \"…\"$", DOC, re.MULTILINE)
    assert found == ["wecom_token", "wecom_aes_key", "wecom_corp_id"]
    assert set(found) <= set(Settings.model_fields)


def test_dingtalks_call_by_hand(bots_server: str) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    (request,) = blocks("DingTalk", "sh")
    answer = json.loads(shell(request, bots_server, **DINGTALK))
    assert "民法典第一千二百四十五条" in answer["text"]["content"]
