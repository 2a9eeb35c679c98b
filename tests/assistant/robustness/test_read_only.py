"""Records that can't be written: said in Chinese, and forgotten once they can be."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.assistant.robustness.conftest import Serve, refused
from tests.cli.conftest import start_process
from tests.conftest import copy_home
from tests.kb.backup.test_disk import NOBODY, mounted


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: that is closed to the user that these tests act as."""
    made = Path(tempfile.mkdtemp(prefix="ro"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Act as a user that permissions hold for: root writes what is read-only."""
    root = os.geteuid() == 0
    if root:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def chmod(folder: Path, writable: bool) -> None:
    for path in folder.iterdir():
        path.chmod(0o644 if writable else 0o444)
    folder.chmod(0o755 if writable else 0o555)


def test_read_only_records_and_again_writable(serve: Serve, folder: Path) -> None:
    with serve(f"sqlite:///{folder / 'records.db'}") as site:
        assert site.write().status_code == 201
        with as_nobody(folder):
            site.engine.dispose()  # as after a start
            chmod(folder, writable=False)
            refused(site.write(), "只读", "磁盘")
            refused(site.client.get("/api/v1/drafts", headers=site.headers), "只读", "磁盘")
            assert site.client.get("/healthz").status_code == 200
            chmod(folder, writable=True)
            assert site.write().status_code == 201
            assert site.drafts() == 2
            site.require_whole()
        site.engine.dispose()


@pytest.mark.parametrize("log", ["left", pytest.param("none", marks=pytest.mark.long)])
def test_a_command_on_a_read_only_home(base_home: Path, tmp_path: Path, log: str) -> None:
    """As with a write-protected disk, which stops root too; what is in the home stays as it was.

    Without its log beside it SQLite can't even open the database.
    """
    home = copy_home(base_home, tmp_path / "home")
    with contextlib.closing(sqlite3.connect(home / "fengqiao.db")) as database:
        database.execute("SELECT count(*) FROM sources").fetchone()
        if log == "left":
            for name in ("fengqiao.db-wal", "fengqiao.db-shm"):
                shutil.copy(home / name, tmp_path / name)
    if log == "left":
        for name in ("fengqiao.db-wal", "fengqiao.db-shm"):
            shutil.copy(tmp_path / name, home / name)
    before = sorted(p.name for p in home.iterdir())
    bound = subprocess.run(["mount", "--bind", str(home), str(home)], capture_output=True, text=True)
    if bound.returncode:
        pytest.skip(f"nothing can be mounted here: {bound.stderr}")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(home)], check=True)
        process = start_process(home, "cite", "民法典第1067条")
        _, errors = process.communicate(timeout=240)
    finally:
        subprocess.run(["umount", str(home)], check=True)
    assert process.returncode == 1
    assert "出错：" in errors and "怎么办：" in errors
    assert "权限" in errors or "只读" in errors
    assert "Traceback" not in errors
    assert sorted(p.name for p in home.iterdir()) == before


def test_taking_in_files_on_a_full_disk(base_home: Path, tmp_path: Path) -> None:
    """The engine maps its files into memory; on a full disk the system would kill it without a word."""
    with mounted(tmp_path / "disk", "64m") as disk:
        home = disk / "home"
        home.mkdir()
        for name in ("models", "cache"):
            (home / name).symlink_to((base_home / name).resolve(), target_is_directory=True)
        (tmp_path / "rules.md").write_text("# 清溪村村规民约\n\n第一条 爱护公物。\n", encoding="utf-8")
        process = start_process(home, "ingest", str(tmp_path / "rules.md"))
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 1, process.returncode
        assert "磁盘" in errors
        assert "Traceback" not in errors
