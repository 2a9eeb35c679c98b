"""`fengqiao backup` and `fengqiao restore`, as a person or a timer runs them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb.backup.compare import compare_homes
from kb.backup.create import archive_name
from kb.settings import Settings
from kb.store.lock import OwnerLock
from tests.cli.conftest import Run, run_here


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    (tmp_path / "passphrase").write_text("correct horse battery staple\n")
    return str(tmp_path / "passphrase")


@pytest.mark.long
def test_back_up_verify_restore(quick: Run, small_cli_home: Path, tmp_path: Path, passphrase: str) -> None:
    with_key = ["--passphrase-file", passphrase]
    lock = OwnerLock(small_cli_home / "index", "http://127.0.0.1:8000")
    lock.acquire()  # as a running service has it
    try:
        made = quick("backup", "--dir", str(tmp_path / "backups"), *with_key)
    finally:
        lock.release()
    assert made.code == 0, made.err
    (archive,) = (tmp_path / "backups").iterdir()
    assert archive.name.endswith(".tar.gz.enc")
    assert str(archive) in made.out
    checked = quick("backup", "--verify", str(archive), *with_key)
    assert checked.code == 0, checked.err
    assert "全部一致" in checked.out
    restored = quick("restore", str(archive), "--home", str(tmp_path / "new"), *with_key)
    assert restored.code == 0, restored.err
    assert "全部一致" in restored.out
    assert compare_homes(Settings(home=small_cli_home), Settings(home=tmp_path / "new")) == []
    again = quick("restore", str(archive), "--home", str(tmp_path / "new"), *with_key)
    assert again.code == 1
    assert "--force" in again.err
    forced = quick("restore", str(archive), "--home", str(tmp_path / "new"), "--force", *with_key)
    assert forced.code == 0, forced.err
    assert "before-restore-" in forced.out
    found = run_here(tmp_path / "new", "cite", "民法典第1067条第二款")
    assert found.code == 0, found.err


def test_old_archives_go_only_after_a_new_one_is_made(quick: Run, tmp_path: Path) -> None:
    start = datetime(2024, 1, 1, 3, 30)
    for n in range(400):
        (tmp_path / archive_name(start + timedelta(days=n), encrypted=False)).touch()
    failed = quick("backup", "--dir", str(tmp_path), "--keep", "--passphrase-file", str(tmp_path / "none"))
    assert failed.code == 1
    assert len(list(tmp_path.iterdir())) == 400
    made = quick("backup", "--dir", str(tmp_path), "--keep")
    assert made.code == 0, made.err
    left = sorted(p.name for p in tmp_path.iterdir())
    assert 12 <= len(left) <= 7 + 4 + 12
    assert (tmp_path / left[-1]).stat().st_size > 1000
    assert made.out.count("已删去过期的备份") == 401 - len(left)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup", "--verify", "nowhere.tar.gz"], "找不到备份文件"),
        (["restore", "nowhere.tar.gz"], "找不到备份文件"),
        (["backup", "--out", "x.tar.gz", "--keep"], "--out 不能和"),
    ],
)
def test_mistakes_are_said(quick: Run, arguments: list[str], said: str) -> None:
    ran = quick(*arguments)
    assert ran.code == 1
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_passphrases_are_long_and_kept_elsewhere(quick: Run, small_cli_home: Path, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("123456\n")
    ran = quick("backup", "--out", str(tmp_path / "a"), "--passphrase-file", str(tmp_path / "short"))
    assert ran.code == 1
    assert "口令太短" in ran.err
    inside = small_cli_home / "passphrase"
    inside.write_text("correct horse battery staple\n")
    try:
        ran = quick("backup", "--out", str(tmp_path / "a"), "--passphrase-file", str(inside))
    finally:
        inside.unlink()
    assert ran.code == 1
    assert "数据目录里" in ran.err
    assert not (tmp_path / "a").exists()


def test_a_backup_by_a_timer_prints_one_line(quick: Run, tmp_path: Path) -> None:
    ran = quick("backup", "--out", str(tmp_path / "a.tar.gz"))
    assert ran.code == 0
    assert ran.err == ""
    assert len(ran.out.strip().splitlines()) == 1
