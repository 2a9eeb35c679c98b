"""The service in a process of its own for as long as it is measured, on a free port of this machine."""

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from kb.errors import NotReady
from kb.settings import Settings

_START_SECONDS = 180.0
_STOP_SECONDS = 20.0
_RUN = "from cli.main import main; main()"


@contextmanager
def service_process(settings: Settings) -> Iterator[str]:
    """Run the service over `settings.home` and yield its URL; it is stopped at the end.

    Without a language model and without rate limits. Catalog and records are a copy where they are SQLite, so that
    what is asked here stands in nobody's audit log; on PostgreSQL it does.

    Raises:
        NotReady: it doesn't start; the hint is what it said last.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            port = _free_port()
            process = subprocess.Popen(  # noqa: S603 (our own code)
                [
                    sys.executable,
                    "-c",
                    _RUN,
                    "run",
                    "--no-shipped",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_environment(settings, Path(folder))},
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    database = settings.database_url
    own = settings.home / "fengqiao.db"
    if not database and own.exists():
        copy = folder / "fengqiao.db"
        with closing(sqlite3.connect(own)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        database = f"sqlite:///{copy}"
    return {
        "FENGQIAO_HOME": str(settings.home.resolve()),
        "FENGQIAO_DATABASE_URL": database,
        "FENGQIAO_LLM_URL": "",
        "FENGQIAO_DEMO": "0",
        **dict.fromkeys(
            (
                f"FENGQIAO_RATE_{cost}_{who}"
                for cost in ("EXPENSIVE", "CHEAP")
                for who in ("PERSON", "ADDRESS")
            ),
            "",
        ),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise NotReady("要测的服务没有启动起来", said[-1] if said else "请先单独运行 fengqiao run 看看")
