"""Disks that are full, read-only or closed to us: said in Chinese, nothing left behind, nothing old touched."""

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kb.backup.create import back_up
from kb.backup.restore import restore
from kb.errors import NotFound, NotReady
from kb.settings import Settings
from tests.kb.backup.conftest import Make

NOBODY = 65534


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Path]:
    """A small file system in memory; the test is skipped with the reason where none can be mounted."""
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_loses_the_new_archive_and_no_old_one(settings: Settings, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "16k") as disk:
        (disk / "fengqiao-20261121-033000.tar.gz").write_bytes(b"old")
        with pytest.raises(NotReady, match=r"磁盘满了.*disk") as raised:
            back_up(settings, disk / "fengqiao-20261122-033000.tar.gz")
        assert "腾出空间" in raised.value.hint
        assert {p.name: p.read_bytes() for p in disk.iterdir()} == {"fengqiao-20261121-033000.tar.gz": b"old"}


def test_a_disk_without_room_is_told_before_anything_is_unpacked(
    settings: Settings, make_archive: Make, tmp_path: Path
) -> None:
    """The engine maps its files into memory: on a disk that fills up meanwhile the process would be killed."""
    archive = make_archive()
    with mounted(tmp_path / "disk", "64m") as disk:
        with pytest.raises(NotReady, match=r"磁盘空间不够.*disk") as raised:
            restore(archive, disk / "home", settings)
        assert "腾出空间" in raised.value.hint
        assert not list(disk.iterdir())


def test_a_limit_on_the_size_of_files_is_a_full_disk(settings: Settings, tmp_path: Path) -> None:
    """For machines where nothing can be mounted: the same failure from the system, at the archive itself."""
    script = (
        "import resource, sys; from pathlib import Path; from kb.backup.archive import write_archive\n"
        "from kb.backup.snapshot import take_snapshot; from kb.settings import Settings\n"
        "from kb.errors import NotReady\n"
        "staged, target = Path(sys.argv[2]), Path(sys.argv[3]); staged.mkdir()\n"
        "manifest = take_snapshot(Settings(home=Path(sys.argv[1])), staged)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try: write_archive(target, manifest, staged)\n"
        "except NotReady as error: print(error.message)\n"
    )
    folder = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.home), str(tmp_path / "staged"), str(folder / "a.tar.gz")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "磁盘满了" in done.stdout
    assert not list(folder.iterdir())
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 10_000  # of the other process, not of ours


@pytest.mark.parametrize("how", ["disk", "folder"])
def test_a_read_only_target(settings: Settings, tmp_path: Path, how: str) -> None:
    if how == "disk":
        with mounted(tmp_path / "disk", "1m") as disk:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            with pytest.raises(NotReady, match="只读"):
                back_up(settings, disk / "a.tar.gz")
            assert not list(disk.iterdir())
        return
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(NotReady, match="没有权限"):
            back_up_nothing(folder / "a.tar.gz")
        assert not list(folder.iterdir())
    finally:
        shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Let root be nobody for a while: root may write where it's forbidden."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def back_up_nothing(target: Path) -> None:
    """Write an archive of nothing: what is tested is the target."""
    from kb.backup.archive import write_archive
    from tests.kb.backup.test_archive import manifest_of

    write_archive(target, manifest_of({}), target.parent)


def test_no_knowledge_base_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有知识库"):
        back_up(Settings(home=tmp_path / "none"), tmp_path / "a.tar.gz")
    assert not list(tmp_path.iterdir())


def test_a_damaged_database_is_not_backed_up_over_good_ones(settings: Settings, tmp_path: Path) -> None:
    database = settings.home / "fengqiao.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    with database.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(bytes(4096 * 8))
    with pytest.raises(NotReady, match="损坏"):
        back_up(settings, tmp_path / "out" / "a.tar.gz")
    assert not (tmp_path / "out").exists()


def test_a_database_server_that_is_away(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql+psycopg://u:secret@127.0.0.1:1/none")
    with pytest.raises(NotReady, match="连不上") as raised:
        back_up(settings, tmp_path / "a.tar.gz")
    assert "secret" not in raised.value.message + raised.value.hint
    assert not list(tmp_path.iterdir())


def test_other_failures_name_the_file(tmp_path: Path) -> None:
    from kb.backup.disk import disk_errors

    with pytest.raises(NotReady, match=r"here"), disk_errors(tmp_path / "here"):
        raise OSError(errno.EIO, "Input/output error")
    with pytest.raises(NotReady, match=r"there"), disk_errors(tmp_path / "here"):
        raise OSError(errno.ENOSPC, "No space", str(tmp_path / "there"))
