"""The command in a process of its own: over its standard streams, over HTTP, beside a running service."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters

from tests.cli.mcp.conftest import talking, words

MAIN = ["-c", "from cli.main import main; main()", "mcp"]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "FENGQIAO_HOME": str(home), "PYTHONWARNINGS": "ignore"}


def stdio(home: Path) -> Client:
    return Client(StdioServerParameters(command=sys.executable, args=MAIN, env=environment(home)))


def test_over_standard_streams(mcp_home: Path) -> None:
    with talking(stdio(mcp_home)) as mcp:
        assert [t.name for t in mcp.tools()] == ["search", "provision", "cite_check", "ask"]
        answer = mcp.answer("provision", text="民法典第1067条第二款")
        assert answer["address"] == "民法典第一千零六十七条第二款"
        assert mcp.call("provision", text="太空旅行法第三条").is_error


def test_nothing_but_the_protocol_is_printed(mcp_home: Path) -> None:
    """Spoken by hand, as a client of the handshake's time does: each line that comes back must be JSON-RPC."""
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    call = {"name": "ask", "arguments": {"question": "邻居家的狗咬了我，医药费谁出？"}}
    sent: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    process = subprocess.Popen(
        [sys.executable, *MAIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", env=environment(mcp_home),
    )  # fmt: skip
    assert process.stdin and process.stdout
    for message in sent:
        process.stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
    process.stdin.flush()
    lines = [process.stdout.readline() for _ in range(2)]
    rest, errors = process.communicate(timeout=60)
    answers = {m["id"]: m for m in map(json.loads, lines)}
    assert answers[1]["result"]["serverInfo"]["name"] == "fengqiao"
    assert answers[2]["result"]["structuredContent"]["sources"]
    assert rest == ""
    assert process.returncode == 0, errors
    # what people ask stands in no log
    assert "狗" not in errors


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[str]:
    """A process of ours that listens; its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *MAIN[:2], *arguments, "--port", str(port)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(home),
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            assert process.poll() is None
            try:
                if httpx.get(f"{url}/readyz", trust_env=False).status_code in (200, 404):
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_over_http_on_this_machine_only(mcp_home: Path) -> None:
    with running(mcp_home, "mcp", "--http") as url:
        with talking(Client(f"{url}/mcp")) as mcp:
            result = mcp.call("ask", question="邻居家的狗咬了我，医药费谁出？")
            assert "民法典第一千二百四十五条〔现行有效" in words(result)
        hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        accepts = {"Accept": "application/json, text/event-stream"}
        for strange in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            answer = httpx.post(f"{url}/mcp", json=hello, headers=accepts | strange, trust_env=False)
            assert answer.status_code in (403, 421), strange


@pytest.mark.long
def test_beside_a_running_service(mcp_home: Path) -> None:
    """The service holds the index; any number of clients ask through it."""
    with (
        running(mcp_home, "run", "--no-shipped"),
        talking(stdio(mcp_home)) as one,
        talking(stdio(mcp_home)) as two,
    ):
        for mcp in (one, two):
            assert mcp.answer("search", query="宅基地")["hits"]
