"""Restore an archive into an empty home, or prove in a temporary one that it can be."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, gettempdir, mkdtemp

from sqlalchemy import create_engine
from sqlalchemy.exc import ArgumentError

from kb.backup.archive import read_manifest, unpack
from kb.backup.compare import compare_prints, compare_records
from kb.backup.disk import disk_errors
from kb.backup.home import ASIDE, WORK, storable
from kb.backup.manifest import FILES, RECORDS, VECTORS, Manifest, Progress
from kb.backup.records import require_whole
from kb.backup.reindex import Reindexed, build_index, home_settings
from kb.backup.tables import Prepare, copy_tables, is_empty, sqlite_engine
from kb.catalog.tables import metadata
from kb.errors import BadRequest, Conflict, NotReady, UnreadableFile
from kb.settings import Settings
from kb.store.lock import OwnerLock

_DATABASE = "fengqiao.db"
#: What may lie in a home that counts as empty: the lock that we hold ourselves, and a fresh disk's own folder.
_NOTHING = {"index.lock", "index.owner.json", "index.owner.json.new", "lost+found"}

#: Room that the index takes while it is built: with no points, and for each. The engine maps its files into
#: memory, so that a disk which fills up then kills the process; it must be known before.
_INDEX_BYTES, _POINT_BYTES = 256 << 20, 8 << 10


@dataclass(frozen=True)
class Restored:
    """What was restored, and where the old home's content went, if there was any."""

    manifest: Manifest
    index: Reindexed
    aside: Path | None = None


def verify(
    archive: Path, settings: Settings, passphrase: str | None = None, progress: Progress | None = None
) -> Restored:
    """Restore into a temporary place and compare; the home of the settings isn't touched.

    Raises:
        as `restore` does.
    """
    with disk_errors(Path(gettempdir())), TemporaryDirectory(prefix="fengqiao-") as folder:
        return restore(archive, Path(folder) / "home", settings, passphrase, progress=progress)


def restore(
    archive: Path,
    home: Path,
    settings: Settings,
    passphrase: str | None = None,
    *,
    force: bool = False,
    database: str = "",
    prepare: Sequence[Prepare] = (),
    progress: Progress | None = None,
) -> Restored:
    """Restore records, vectors and files into `home`, build the index, and compare all of it.

    Everything is unpacked, built and compared beside what is there; only then does it take its place. The
    lock on the index is held throughout, so no service starts on half a home.

    Args:
        home: absent or empty, or, with `force`, of any content: that is put aside inside it, never deleted.
        settings: which embedding model; their own home and databases aren't looked at.
        database: URL of an empty PostgreSQL database for the records, in place of a file in the home.
        prepare: make, or bring up to date, the tables that the layers above keep in the same database;
            for `database` only.

    Raises:
        Conflict: the home or the database isn't empty; or the archive is of a newer format.
        kb.store.lock.IndexHeld: the home is in use.
        UnreadableFile: the archive is damaged or was tampered with.
        BadRequest: it is encrypted, and the passphrase is missing or wrong.
        NotReady: the disk is full or read-only, or what was restored isn't what was backed up.
    """
    if database:
        _require_empty(database)
    manifest = read_manifest(archive, passphrase)
    _require_storable(manifest, archive)
    _require_room(home, force, manifest)
    new = not home.exists()
    with disk_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = OwnerLock(home / "index")
    lock.acquire()
    try:
        with disk_errors(home):
            for left in home.glob(f"{WORK}*"):  # by a restore that was killed: we have the lock
                shutil.rmtree(left, ignore_errors=True)
            work = Path(mkdtemp(prefix=WORK, dir=home))
            try:
                index = _build(archive, work, settings, manifest, passphrase, progress)
                if database:
                    _to_server(work / _DATABASE, database, prepare)
                aside = _swap(home, work)
                new = False
            finally:
                shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.release()
        if new:
            _remove_empty(home)
    return Restored(manifest, index, aside)


def _require_storable(manifest: Manifest, archive: Path) -> None:
    names = [m.name for m in manifest.members]
    for name in names:
        inside = name.removeprefix(FILES)
        if name not in (RECORDS, VECTORS) and not (
            name.startswith(FILES) and storable(PurePosixPath(inside))
        ):
            raise UnreadableFile(
                f"备份 {archive} 里有不该有的文件：{name!r}，没有恢复。",
                "这个文件可能被人改过，请换一份来历清楚的备份。",
            )
    if RECORDS not in names or len(set(names)) < len(names):
        raise UnreadableFile(f"备份 {archive} 不完整：缺少 {RECORDS}，或有重名的文件。", "请换一份备份。")


def _require_room(home: Path, force: bool, manifest: Manifest) -> None:
    if home.exists() and not home.is_dir():
        raise BadRequest(f"{home} 是文件，不是目录。", "请写一个空目录，或还不存在的目录。")
    if not force and home.is_dir() and _content(home):
        raise Conflict(
            f"{home} 不是空的，没有恢复。",
            "请换一个空目录；确要恢复到这里，请加 --force：原有内容会移到其中的一个子目录里，不会删除。",
        )
    there = next(p for p in (home.absolute(), *home.absolute().parents) if p.is_dir())
    free = shutil.disk_usage(there).free
    wanted = manifest.bytes + _INDEX_BYTES + manifest.index.points * _POINT_BYTES
    if free < wanted:
        raise NotReady(
            f"磁盘空间不够：{there} 还剩 {free >> 20} MB，恢复要 {wanted >> 20} MB。",
            "请腾出空间或换一个位置；原有的备份和数据都没有动。",
        )


def _content(home: Path) -> list[Path]:
    with disk_errors(home):
        return sorted(p for p in home.iterdir() if p.name not in _NOTHING and not p.name.startswith(WORK))


def _build(
    archive: Path,
    work: Path,
    settings: Settings,
    manifest: Manifest,
    passphrase: str | None,
    progress: Progress | None,
) -> Reindexed:
    """Make a whole home in `work` and compare it with the archive.

    Raises:
        NotReady: they differ.
    """
    packed = work / "unpacked"
    packed.mkdir()
    unpack(archive, packed, passphrase, progress)
    (packed / RECORDS).rename(work / _DATABASE)
    if (packed / VECTORS).exists():
        (work / VECTORS).parent.mkdir()
        (packed / VECTORS).rename(work / VECTORS)
    if (packed / FILES).is_dir():
        for path in (packed / FILES).iterdir():
            path.rename(work / path.name)
    shutil.rmtree(packed)
    require_whole(work / _DATABASE, f"备份 {archive} 里的数据库")
    same = manifest.program == version("fengqiao")
    index = build_index(home_settings(settings, work), manifest.index, same, progress)
    differences = [*compare_prints(work / _DATABASE, manifest.tables), *index.differences]
    if differences:
        raise NotReady(
            "恢复出来的与备份的不一致：" + "；".join(differences),
            "没有采用恢复的结果。请换一份备份，并把这条信息反馈给维护人员。",
        )
    return index


def _require_empty(database: str) -> None:
    try:
        engine = create_engine(database)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise BadRequest(
            f"数据库地址用不了：{error}",
            "请写成 postgresql+psycopg://用户:口令@主机/库名，并安装 psycopg。",
        ) from error
    try:
        with disk_errors(Path("PostgreSQL")):
            empty = is_empty(engine)
    finally:
        engine.dispose()
    if not empty:
        raise Conflict("目标数据库里已有记录，没有恢复。", "请新建一个空的数据库；原有的数据库不会被改动。")


def _to_server(records: Path, database: str, prepare: Sequence[Prepare]) -> None:
    """Carry the records over into an empty database, read them back, and let go of the file.

    Raises:
        NotReady: what the server gives back differs.
    """
    server, file = create_engine(database), sqlite_engine(str(records))
    again = records.with_name("read-back.db")
    back = sqlite_engine(str(again))
    try:
        for make in prepare:
            make(file)  # the archive's tables in the shape that this program makes them in
        copy_tables(file, server, [metadata.create_all, *prepare])
        copy_tables(server, back)
        differences = compare_records(records, again)
    finally:
        for engine in (server, file, back):
            engine.dispose()
    if differences:
        raise NotReady(
            "写进数据库的与备份的不一致：" + "；".join(differences),
            "请清空这个数据库，换用做备份时的程序版本再试。",
        )
    again.unlink()
    records.unlink()


def _swap(home: Path, work: Path) -> Path | None:
    """Put the old content aside and the new in its place, or all back; the lock's own files stay."""
    old = [p for p in _content(home) if not p.name.startswith(ASIDE)]
    moved: list[tuple[Path, Path]] = []
    aside = Path(mkdtemp(prefix=f"{ASIDE}{datetime.now():%Y%m%d-%H%M%S}-", dir=home)) if old else None
    try:
        for path in old:
            assert aside is not None
            moved.append((path, path.rename(aside / path.name)))
        for path in _content(work):
            moved.append((path, path.rename(home / path.name)))  # noqa: PERF401 (what moved before a failure counts)
    except OSError:
        for was, now in reversed(moved):
            now.rename(was)
        raise
    return aside


def _remove_empty(home: Path) -> None:
    """Take away the home that was made for a restore that failed, when nothing came into it."""
    with suppress(OSError):
        if not _content(home):
            for name in _NOTHING:
                (home / name).unlink(missing_ok=True)
            home.rmdir()
