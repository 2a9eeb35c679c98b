"""Backed up and restored into an empty place: the same records, points and files; or refused, nothing changed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.backup.archive import read_manifest
from kb.backup.compare import compare_homes
from kb.backup.create import back_up
from kb.backup.manifest import Manifest, Member
from kb.backup.points import stored_points
from kb.backup.restore import restore, verify
from kb.base import KnowledgeBase
from kb.embedding import load
from kb.errors import Conflict, FengqiaoError, NotReady, UnreadableFile
from kb.settings import Settings
from kb.store.lock import IndexHeld, OwnerLock
from tests.kb.backup.conftest import PASSPHRASE, Make


def snapshot_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever wants to embed fails: the archive must have every vector."""

    def fail(*_: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(load, "load_embedder", fail)


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "encrypted"])
def test_restored_it_is_the_same(settings: Settings, tmp_path: Path, passphrase: str | None) -> None:
    made = back_up(settings, tmp_path / "a.tar.gz", passphrase)
    target = tmp_path / "new" / "home"
    restored = restore(tmp_path / "a.tar.gz", target, settings, passphrase)
    assert compare_homes(settings, Settings(home=target)) == []
    points = stored_points(settings.index_dir)
    assert restored.index.points == len(points) == made.manifest.index.points > 100
    assert all(p.dense is not None for p in points.values())
    assert restored.index.embedded == 0
    assert (target / "audit.key").read_bytes() == bytes(range(32))
    assert (target / "来文" / "函 一.txt").read_text(encoding="utf-8") == "请予协助。"
    assert {p.name for p in target.iterdir()} == {
        "audit.key", "cache", "fengqiao.db", "index", "index.lock", "来文",
    }  # fmt: skip


def test_restored_it_answers(settings: Settings, tmp_path: Path, base_home: Path) -> None:
    from kb.search.types import SearchRequest

    back_up(settings, tmp_path / "a.tar.gz")
    target = tmp_path / "new"
    restore(tmp_path / "a.tar.gz", target, settings)
    shutil.copy(base_home / "cache" / "precision.json", target / "cache")
    with KnowledgeBase.open(Settings(home=target)) as kb:
        assert kb.sync().added == 0  # nothing left to do for the first start
        hits = kb.search(SearchRequest(query="晒场能占几天")).hits
        kb.indexer.cache.close()
    assert any("晒场" in hit.text for hit in hits)


@pytest.mark.usefixtures("no_model")
def test_verify_leaves_the_home_alone(settings: Settings, make_archive: Make) -> None:
    before = snapshot_of(settings.home)
    assert verify(make_archive(), settings).index.points > 100
    assert snapshot_of(settings.home) == before


def test_a_home_that_is_not_empty_is_refused(settings: Settings, make_archive: Make, tmp_path: Path) -> None:
    before = snapshot_of(settings.home)
    with pytest.raises(Conflict, match="不是空的"):
        restore(make_archive(), settings.home, settings)
    assert snapshot_of(settings.home) == before
    (tmp_path / "file").touch()
    with pytest.raises(FengqiaoError, match="是文件"):
        restore(tmp_path / "a.tar.gz", tmp_path / "file", settings)


def test_force_puts_the_old_home_aside_and_deletes_nothing(settings: Settings, make_archive: Make) -> None:
    (settings.home / "only-here.txt").write_text("x")
    before = snapshot_of(settings.home)
    restored = restore(make_archive(), settings.home, settings, force=True)
    assert restored.aside is not None
    assert restored.aside.parent == settings.home
    old = snapshot_of(restored.aside)
    assert {n: c for n, c in before.items() if n != "index.lock"} == {
        n: c for n, c in old.items() if n != "index.lock"
    }
    assert not (settings.home / "only-here.txt").exists()
    again = back_up(settings, settings.home.parent / "again.tar.gz").manifest
    assert not [m.name for m in again.members if "before-restore" in m.name]


def test_a_home_in_use_is_not_restored_over(settings: Settings, make_archive: Make) -> None:
    lock = OwnerLock(settings.index_dir, "http://127.0.0.1:1")
    lock.acquire()
    before = snapshot_of(settings.home)
    try:
        with pytest.raises(IndexHeld):
            restore(make_archive(), settings.home, settings, force=True)
    finally:
        lock.release()
    assert snapshot_of(settings.home).keys() == before.keys() - {"index.owner.json"}


def test_nobody_can_start_on_half_a_home(settings: Settings, make_archive: Make, tmp_path: Path) -> None:
    held: list[bool] = []

    def progress(phase: str, _done: int, _total: int) -> None:
        try:
            lock = OwnerLock(tmp_path / "new" / "index")
            lock.acquire()
        except IndexHeld:
            held.append(phase == "建立索引")

    archive = make_archive()
    restore(archive, tmp_path / "new", settings, progress=progress)
    assert True in held
    lock = OwnerLock(tmp_path / "new" / "index")
    lock.acquire()  # and it is free afterwards
    lock.release()


def repacked(manifest: Manifest, staged: Path, name: str) -> None:
    """Make the checksum of a changed member right again, as somebody who tampers would."""
    from hashlib import sha256

    data = (staged / name).read_bytes()
    at = next(n for n, m in enumerate(manifest.members) if m.name == name)
    manifest.members[at] = Member(name=name, bytes=len(data), sha256=sha256(data).hexdigest())


def test_records_that_are_not_those_backed_up_are_refused(
    settings: Settings, make_archive: Make, tmp_path: Path
) -> None:
    def change(staged: Path, manifest: Manifest) -> None:
        with closing(sqlite3.connect(staged / "records.db")) as db:
            db.execute("UPDATE drafts SET answer = '改过' WHERE title = '第1份'")
            db.commit()
        repacked(manifest, staged, "records.db")

    with pytest.raises(NotReady, match="表 drafts：应有 3 行，实有 3 行，内容不同"):
        restore(make_archive(change=change), tmp_path / "new", settings)
    assert not (tmp_path / "new").exists()


def test_an_index_that_would_differ_from_the_one_backed_up_is_refused(
    settings: Settings, make_archive: Make, tmp_path: Path
) -> None:
    def change(staged: Path, manifest: Manifest) -> None:
        with closing(sqlite3.connect(staged / "records.db")) as db:
            db.execute(
                "UPDATE index_state SET digest = 'f' WHERE unit_id = (SELECT min(unit_id) FROM index_state WHERE unit_id <> '*')"
            )
            db.commit()
        repacked(manifest, staged, "records.db")

    with pytest.raises(NotReady, match="索引：与做备份时不同 1 个单元"):
        restore(make_archive(change=change), tmp_path / "new", settings)


def test_a_damaged_database_inside_is_refused(settings: Settings, make_archive: Make, tmp_path: Path) -> None:
    def change(staged: Path, manifest: Manifest) -> None:
        data = bytearray((staged / "records.db").read_bytes())
        data[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
        (staged / "records.db").write_bytes(data)
        repacked(manifest, staged, "records.db")

    (tmp_path / "new").mkdir()
    with pytest.raises(NotReady, match="损坏"):
        restore(make_archive(change=change), tmp_path / "new", settings)
    assert not [p for p in (tmp_path / "new").iterdir() if p.name != "index.lock"]


@pytest.mark.parametrize("name", ["files/index/meta.json", "files/fengqiao.db", "files/cache/x", "elsewhere"])
def test_files_that_belong_nowhere_are_refused(
    settings: Settings, make_archive: Make, tmp_path: Path, name: str
) -> None:
    def change(staged: Path, manifest: Manifest) -> None:
        (staged / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).write_bytes(b"x")
        manifest.members.append(Member(name=name, bytes=1, sha256="0" * 64))
        repacked(manifest, staged, name)

    with pytest.raises(UnreadableFile, match="不该有的文件"):
        restore(make_archive(change=change), tmp_path / "new", settings)
    assert not (tmp_path / "new").exists()


def test_vectors_that_are_nowhere_are_computed(settings: Settings, base_home: Path, tmp_path: Path) -> None:
    """The cache was deleted before the backup: the model computes what is missing, to the same vectors."""
    precision = load.load_embedder(Settings(home=base_home)).precision
    settings = settings.model_copy(update={"embedding_precision": precision})
    shutil.rmtree(settings.home / "cache")
    back_up(settings, tmp_path / "b.tar.gz")
    assert "cache/embeddings.db" not in [m.name for m in read_manifest(tmp_path / "b.tar.gz").members]
    restored = restore(tmp_path / "b.tar.gz", tmp_path / "new", settings)
    assert restored.index.embedded >= 3
    assert compare_homes(settings, Settings(home=tmp_path / "new")) == []
