"""The commands and programs of docs/integrations.md run as printed, but for the address, the paths and the key."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistant.ports.openai.test_client import make_key
from tests.conftest import copy_home

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
ADDRESS, FOLDER = "http://127.0.0.1:8000", "/srv/fengqiao"


def blocks(section: str, kind: str) -> list[str]:
    """The code blocks of one kind in the section whose title begins so."""
    (found,) = re.findall(rf"^## {section}.*?(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL)
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
