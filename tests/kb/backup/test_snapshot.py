"""What is copied from a home, and what is left out."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kb.backup.create import back_up
from kb.backup.home import files_of
from kb.backup.snapshot import take_snapshot
from kb.settings import Settings


def test_the_manifest_says_what_is_there(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "staged").mkdir()
    manifest = take_snapshot(settings, tmp_path / "staged")
    meta = json.loads((settings.index_dir / "meta.json").read_text())
    assert [m.name for m in manifest.members] == [
        "records.db", "cache/embeddings.db", "files/audit.key", "files/来文/函 一.txt",
    ]  # fmt: skip
    assert all((tmp_path / "staged" / m.name).stat().st_size == m.bytes for m in manifest.members)
    assert (manifest.index.model, manifest.index.dim, manifest.index.clean) == (
        meta["model"],
        meta["dim"],
        True,
    )
    assert manifest.tables["drafts"].rows == manifest.tables["draft_revisions"].rows == 3
    for table in ("reviewed_qa", "chat_conversations", "chat_turns", "chat_feedback", "intakes"):
        assert manifest.tables[table].rows == 1, table
    assert "index_state" not in manifest.tables
    assert manifest.database == "sqlite"
    assert abs((manifest.created - datetime.now(UTC)).total_seconds()) < 600


def test_what_can_be_made_again_is_left_out(tmp_path: Path) -> None:
    kept = ["audit.key", "files/a.docx", "files/index/b", "exports/c.csv", "审计.log"]
    left = [
        "index/meta.json", "cache/x", "models/m/w", "training/t", "fengqiao.db", "fengqiao.db-wal", "index.lock",
        "build.lock", "files/a.tmp", "index.owner.json", "other.db-wal", "before-restore-20261122-0/fengqiao.db",
        ".restoring-x/a", "backups/fengqiao-20261122-033000.tar.gz", "fengqiao-20261122-033000.tar.gz.enc",
    ]  # fmt: skip
    for name in kept + left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [name for name, _ in files_of(tmp_path)] == sorted(kept, key=lambda n: Path(n))


def test_links_are_not_followed_and_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret").write_text("x")
    (settings.home / "files").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    made = back_up(settings, tmp_path / "a.tar.gz")
    assert made.links == ["files"]
    assert not [m.name for m in made.manifest.members if "secret" in m.name]


def test_another_database_in_the_home_is_copied_whole(settings: Settings, tmp_path: Path) -> None:
    """Its newest rows are still in the log beside it, which a plain copy would miss."""
    with closing(sqlite3.connect(settings.home / "other.db")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (42)")
        db.commit()
        (tmp_path / "staged").mkdir()
        manifest = take_snapshot(settings, tmp_path / "staged")
    assert not [m.name for m in manifest.members if m.name.endswith(("-wal", "-shm"))]
    with closing(sqlite3.connect(tmp_path / "staged" / "files" / "other.db")) as copy:
        assert copy.execute("SELECT x FROM t").fetchall() == [(42,)]
