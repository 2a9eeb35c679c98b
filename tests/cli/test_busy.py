"""Two processes, one index: the second asks the first over HTTP, or says who has it."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.cli.conftest import run_here, start_process
from tests.conftest import copy_home


@pytest.fixture(scope="module")
def served(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A running `fengqiao run` in a process of its own: its home and its URL."""
    home = copy_home(base_home, tmp_path_factory.mktemp("busy") / "home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = start_process(home, "run", "--port", str(port))
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
            try:
                if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield home, url
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_a_second_process_asks_the_running_service(served: tuple[Path, str]) -> None:
    home, _ = served
    ran = run_here(home, "cite", "民法典第1067条第二款", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["address"] == "民法典第一千零六十七条第二款"


def test_errors_come_through_the_same(served: tuple[Path, str]) -> None:
    home, _ = served
    ran = run_here(home, "cite", "太空旅行法第三条")
    assert ran.code == 1
    assert "没有《太空旅行法》" in ran.err
    request = '{"query": "宅基地", "limit": 2}\n{"query": ""}\n{"query": "宅基地", "limit": 1}\n'
    answers = [
        json.loads(line) for line in run_here(home, "search", "--jsonl", "-", stdin=request).out.splitlines()
    ]
    assert [len(a.get("hits", [])) for a in answers] == [2, 0, 1]
    assert "error" in answers[1]


def test_ingest_needs_the_index_for_itself_and_says_where_it_is(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    home, url = served
    (tmp_path / "rules.md").write_text("# 清溪村村规民约\n\n第一条 爱护公物。\n", encoding="utf-8")
    ran = run_here(home, "ingest", str(tmp_path / "rules.md"))
    assert ran.code == 1
    assert url in ran.err.replace("\n", "")


def test_a_second_service_on_the_same_port_is_refused(served: tuple[Path, str]) -> None:
    home, url = served
    ran = run_here(home, "run", "--port", url.rsplit(":", 1)[1])
    assert ran.code == 1
    assert "端口" in ran.err


def test_the_service_still_answers_afterwards(served: tuple[Path, str]) -> None:
    _, url = served
    answer = httpx.post(f"{url}/api/v1/search", json={"query": "宅基地"}, trust_env=False, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["hits"]


def test_an_index_held_without_a_service_is_named(base_home: Path, tmp_path: Path) -> None:
    home = copy_home(base_home, tmp_path / "home")
    with KnowledgeBase.open(Settings(home=home)):
        process = start_process(home, "cite", "民法典第1067条")
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "使用" in errors
    assert "Traceback" not in errors


def test_an_empty_knowledge_base_says_what_to_do(base_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to((base_home / "models").resolve(), target_is_directory=True)
    (home / "cache").symlink_to((base_home / "cache").resolve(), target_is_directory=True)
    ran = run_here(home, "search", "宅基地")
    assert ran.code == 1
    assert "fengqiao ingest --shipped" in ran.err.replace("\n", "")
