"""Probes on a real home folder that is really damaged, and mended."""

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import corpora
from assistant.api import state
from assistant.api.app import create_app
from assistant.api.routes import health
from assistant.observe.readiness import Readiness
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.embedding.shipped_model import NAME
from kb.settings import Settings
from tests.conftest import copy_home

NOBODY = 65534


@contextmanager
def new_home(base: Path) -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the user that the read-only tests act as.
    outer = Path(tempfile.mkdtemp(prefix="ready"))
    outer.chmod(0o755)
    yield copy_home(base, outer / "home")
    shutil.rmtree(outer)


@contextmanager
def new_client(home: Path) -> Iterator[TestClient]:
    settings = Settings(home=home, min_free_mb=0)
    with KnowledgeBase.open(settings) as kb, TestClient(create_app(kb, settings=settings)) as opened:
        yield opened
    get_engine(settings).dispose()


@pytest.fixture(scope="module")
def home(base_home: Path) -> Iterator[Path]:
    """For tests that mend what they damage."""
    with new_home(base_home) as made:
        yield made


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with new_client(home) as opened:
        yield opened


@pytest.fixture
def lost_home(base_home: Path) -> Iterator[Path]:
    """For tests that leave ruins."""
    with new_home(base_home) as made:
        yield made


@pytest.fixture
def lost(lost_home: Path) -> Iterator[TestClient]:
    with new_client(lost_home) as opened:
        yield opened


def wrong(client: TestClient) -> str:
    """What /readyz says is wrong; "" when it says that nothing is."""
    answer = client.get("/readyz")
    body = answer.json()
    assert answer.status_code == (200 if body["ready"] else 503)
    assert body["ready"] == all(check["ok"] for check in body["checks"])
    assert client.get("/healthz").json() == {"status": "ok"}  # alive all the while
    if body["ready"]:
        return ""
    assert body["error"]["hint"]
    assert answer.headers["Retry-After"] == "5"
    return body["error"]["message"]


def test_all_is_well(client: TestClient) -> None:
    body = client.get("/readyz").json()
    assert body["ready"] is True
    assert body["passages"] > 0
    assert [c["name"] for c in body["checks"]] == [
        "knowledge",
        "model",
        "disk",
        "database",
        "index",
        "search",
    ]
    assert "location" not in body["index"]


def test_a_database_that_is_gone_and_comes_back(client: TestClient, home: Path) -> None:
    assert wrong(client) == ""
    (home / "fengqiao.db").rename(home / "away")
    assert "数据库文件不见了" in wrong(client)
    assert not (home / "fengqiao.db").exists()  # asking made no empty one
    (home / "away").rename(home / "fengqiao.db")
    assert wrong(client) == ""


def test_a_database_put_in_the_place_of_another_is_the_one_that_is_read(
    lost: TestClient, lost_home: Path
) -> None:
    assert lost.get("/readyz").json()["counts"]["villages"] > 0
    with (
        sqlite3.connect(lost_home / "fengqiao.db") as there,
        sqlite3.connect(lost_home / "other.db") as other,
    ):
        there.backup(other)
        other.execute("DELETE FROM villages")
    there.close()
    other.close()
    (lost_home / "other.db").replace(lost_home / "fengqiao.db")
    for name in ("fengqiao.db-wal", "fengqiao.db-shm"):
        (lost_home / name).unlink(missing_ok=True)
    answer = lost.get("/readyz")
    assert (answer.status_code, answer.json()["counts"]["villages"]) == (200, 0)


def test_an_empty_database_and_one_that_is_none(lost: TestClient, lost_home: Path) -> None:
    for name in ("fengqiao.db", "fengqiao.db-wal", "fengqiao.db-shm"):
        if (lost_home / name).exists():
            (lost_home / name).rename(lost_home / f"{name}.away")
    (lost_home / "fengqiao.db").touch()
    assert "数据库读写出错" in wrong(lost)
    (lost_home / "fengqiao.db").write_bytes(b"no database at all" * 500)
    assert "已损坏" in wrong(lost)


def test_somebody_writing_for_long_is_no_fault(client: TestClient, home: Path) -> None:
    with sqlite3.connect(home / "fengqiao.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert wrong(client) == ""
        writer.execute("ROLLBACK")
    writer.close()


@contextmanager
def as_nobody(home: Path) -> Iterator[None]:
    """Root may write what is read-only: act as a user that may not."""
    if os.geteuid() != 0:
        yield
        return
    for path in [home, *home.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["fengqiao.db", "."])
def test_a_read_only_database_and_again_writable(client: TestClient, home: Path, what: str) -> None:
    with as_nobody(home):
        assert wrong(client) == ""
        mode = (home / what).stat().st_mode
        (home / what).chmod(mode & ~0o222)
        assert "数据库是只读的" in wrong(client)
        (home / what).chmod(mode)
        assert wrong(client) == ""


def test_a_read_only_index_and_again_writable(client: TestClient, home: Path) -> None:
    with as_nobody(home):
        (home / "index" / "shard").chmod(0o555)
        assert "索引目录是只读的" in wrong(client)
        (home / "index" / "shard").chmod(0o755)
        assert wrong(client) == ""


def test_an_index_that_is_gone_and_comes_back(client: TestClient, home: Path) -> None:
    assert wrong(client) == ""
    (home / "index").rename(home / "away")
    assert "索引目录不见了" in wrong(client)
    (home / "away").rename(home / "index")
    assert wrong(client) == ""


def test_an_index_put_in_the_place_of_another(client: TestClient, home: Path) -> None:
    """The engine still has the old one open: what it writes would be lost."""
    assert wrong(client) == ""
    (home / "index").rename(home / "old")
    shutil.copytree(home / "old", home / "index")
    assert "换成了另一个" in wrong(client)
    shutil.rmtree(home / "index")
    (home / "old").rename(home / "index")
    assert wrong(client) == ""


def test_a_disk_that_fills_up_and_is_cleared(client: TestClient, home: Path) -> None:
    if not hasattr(os, "posix_fallocate"):
        pytest.skip("no posix_fallocate on this system")
    gib = 1 << 30
    free = shutil.disk_usage(home).free
    if free < 4 * gib:
        pytest.skip("less than 4 GB free here")
    settings = client.app.state.backend.settings  # type: ignore[attr-defined]
    settings.min_free_mb = (free - gib) >> 20
    assert wrong(client) == ""
    with (home / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, 2 * gib)
        assert "剩余空间不足" in wrong(client)
    (home / "ballast").unlink()
    assert wrong(client) == ""


def test_a_home_that_is_gone(client: TestClient, home: Path) -> None:
    home.rename(home.with_name("away"))
    assert "数据目录不见了" in wrong(client)
    assert not home.exists()
    home.with_name("away").rename(home)
    assert wrong(client) == ""


def test_a_model_that_is_missing_at_the_start_and_is_put_there(
    lost_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service opens its knowledge base by itself once it can, and notices when the model goes again."""
    monkeypatch.setattr(state, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(state, "MAX_RETRY_SECONDS", 0.05)
    model = lost_home / "own-model"
    shutil.rmtree(lost_home / "index")  # was built with the model of another name
    settings = Settings(home=lost_home, embedding_model=str(model), min_free_mb=0)

    def until(words: str, client: TestClient) -> None:
        for _ in range(1200):
            found = wrong(client)
            if words in found:
                return
            threading.Event().wait(0.05)
        raise AssertionError(found)

    with TestClient(create_app(lambda: KnowledgeBase.open(settings), settings=settings)) as client:
        until("没有向量模型", client)
        model.symlink_to(corpora.path("models", NAME))
        until("索引是空的", client)  # open; nothing was taken in with this model
        checks = {c["name"]: c["ok"] for c in client.get("/readyz").json()["checks"]}
        assert checks == {
            "knowledge": True, "model": True, "disk": True, "database": True, "index": True, "search": False,
        }  # fmt: skip
        model.unlink()
        until("向量模型的文件不见了", client)
    get_engine(settings).dispose()


def test_a_part_that_hangs_is_not_waited_for_and_asked_once() -> None:
    asked = []
    gate = threading.Event()

    def hanging() -> KnowledgeBase:
        asked.append(1)
        gate.wait(30)
        raise AssertionError

    settings = Settings(home=Path())
    readiness = Readiness(settings, hanging, lambda: get_engine(settings), timeout=0.05)
    for _ in range(3):
        report = readiness.check()
        assert not report.ready
        assert report.error is not None and "没有结果" in report.error.message
    assert asked == [1]
    gate.set()


_watched: list[str] | None = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watched is not None and event.startswith(("open", "os.", "sqlite3.", "shutil.", "pathlib.")):
        _watched.append(f"{event} {arguments}")


def test_alive_touches_no_file(client: TestClient) -> None:
    global _watched
    sys.addaudithook(_hook)  # can't be taken off again, so it is switched
    client.get("/healthz")
    _watched = []
    try:
        assert client.get("/healthz").status_code == 200
        touched = _watched
        _watched = []
        client.get("/readyz")
        assert any("fengqiao.db" in line for line in _watched), "the watch sees nothing"
    finally:
        _watched = None
    assert touched == []


def test_alive_though_every_thread_is_stuck() -> None:
    app = FastAPI()
    app.include_router(health.probes)
    gate = threading.Event()

    @app.get("/stuck")
    def stuck() -> None:
        gate.wait(30)

    async def scenario() -> int:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(transport=transport, base_url="http://x")
        async with client, anyio.create_task_group() as group:
            group.start_soon(client.get, "/stuck")
            while not anyio.to_thread.current_default_thread_limiter().borrowed_tokens:
                await anyio.sleep(0.01)
            with anyio.fail_after(10):
                answer = await client.get("/healthz")
            gate.set()
        return answer.status_code

    # in a thread of its own: a browser test before this one leaves its loop running in the main thread
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(anyio.run, scenario).result() == 200
