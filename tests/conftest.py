"""Fixtures over real parts: the real model, a real index of the shipped corpora, a real server and browser.

The index is built once into var/test (minutes the first time where vectors aren't shipped, seconds later);
every session works on a copy of it.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["FENGQIAO_TODAY"] = "2026-11-21"
os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def base_home() -> Path:
    """Home folder with the shipped corpora indexed, closed."""
    from filelock import FileLock

    from corpora.manifest import shipped_files
    from ingest.pipeline import Pipeline
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    home = ROOT / "var" / "test"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "build.lock"), KnowledgeBase.open(Settings(home=home)) as kb:
        report = Pipeline(kb).run(shipped_files())
        assert not report.failures, report.failures
    return home


def copy_home(base: Path, target: Path) -> Path:
    """Copy index and catalog; model and cache are shared."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("models", "cache"):
        (base / name).mkdir(exist_ok=True)
        (target / name).symlink_to(base / name, target_is_directory=True)
    shutil.copytree(base / "index", target / "index")
    for file in base.glob("fengqiao.db*"):
        shutil.copy(file, target / file.name)
    return target


@pytest.fixture(scope="session")
def kb(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["object"]:
    """A knowledge base over the shipped corpora; tests only read it."""
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    home = copy_home(base_home, tmp_path_factory.mktemp("kb") / "home")
    with KnowledgeBase.open(Settings(home=home)) as opened:
        yield opened


@pytest.fixture
def writable_kb(base_home: Path, tmp_path: Path) -> Iterator["object"]:
    """A knowledge base that the test may change."""
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    home = copy_home(base_home, tmp_path / "home")
    with KnowledgeBase.open(Settings(home=home)) as opened:
        yield opened


@pytest.fixture(scope="session")
def live_server(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real service on a copy of the index that browser tests may change."""
    import uvicorn

    from cli.compose import make_app
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    home = copy_home(base_home, tmp_path_factory.mktemp("live") / "home")
    settings = Settings(home=home, demo=True, rate_expensive_address="", rate_cheap_address="")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with KnowledgeBase.open(settings) as opened:
        server = uvicorn.Server(
            uvicorn.Config(make_app(settings, opened), host="127.0.0.1", port=port, log_level="warning")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; the test is skipped with a message where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium on this machine: run `make browser`")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator["object"]:
    """A headless Chromium driven by Playwright."""
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The trial data beside the checkout; the test is skipped with a message where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no trial data at ../shared/data")
    return SHARED
