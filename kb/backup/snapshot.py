"""Put a consistent copy of everything that a backup holds into a folder, while the service runs."""

import hashlib
import json
import shutil
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from kb.backup.disk import disk_errors
from kb.backup.home import files_of
from kb.backup.manifest import FILES, RECORDS, VECTORS, IndexPrint, Manifest, Member, Progress
from kb.backup.records import copy_sqlite, index_units, prints, require_whole
from kb.backup.tables import copy_tables, sqlite_engine
from kb.catalog.engine import get_engine
from kb.errors import NotFound
from kb.settings import Settings

_SQLITE = b"SQLite format 3\0"
_STEP = 1 << 20


def take_snapshot(
    settings: Settings,
    folder: Path,
    progress: Progress | None = None,
) -> Manifest:
    """Copy records, vectors and files into `folder`, under their names in the archive, and describe them.

    The order keeps it consistent: vectors enter the cache before the records know of their points, so a
    cache copied after the records has them all. The index isn't opened: whoever serves it goes on.

    Raises:
        NotFound: there is no knowledge base here.
        NotReady: a database is damaged or can't be reached; a disk is full or can't be read.
    """
    source = _sqlite_path(settings)
    if source is not None and not source.is_file():
        raise NotFound(
            f"{settings.home.resolve()} 里没有知识库，没有可备份的。",
            "请用 FENGQIAO_HOME 指明数据目录，或先运行 fengqiao ingest --shipped。",
        )
    created = datetime.now().astimezone().replace(microsecond=0)
    records = folder / RECORDS
    with disk_errors(source or records):
        if source is not None:
            copy_sqlite(source, records)
            require_whole(records, f"数据库 {source}")
        else:
            _export(get_engine(settings), records)
        tables = prints(records)
    index = _index_print(settings, records)
    cache = settings.home / VECTORS
    if cache.is_file():
        (folder / VECTORS).parent.mkdir(parents=True, exist_ok=True)
        with disk_errors(cache):
            copy_sqlite(cache, folder / VECTORS)
    for name, path in files_of(settings.home):
        with disk_errors(path):
            _copy_file(path, folder / FILES / name)
    return Manifest(
        program=version("fengqiao"),
        created=created,
        database="sqlite" if source is not None else "postgresql",
        index=index,
        tables=tables,
        members=_members(folder, progress),
    )


def _sqlite_path(settings: Settings) -> Path | None:
    """Return the SQLite file of catalog and records; None where they are on a server."""
    url = make_url(settings.catalog_url)
    return Path(url.database or "") if url.drivername.startswith("sqlite") else None


def _export(engine: Engine, target: Path) -> None:
    copy = sqlite_engine(str(target))
    try:
        copy_tables(engine, copy)
    finally:
        copy.dispose()


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        database = file.read(len(_SQLITE)) == _SQLITE
    if database:
        copy_sqlite(source, target)
    else:
        shutil.copyfile(source, target)


def _index_print(settings: Settings, records: Path) -> IndexPrint:
    """Return what the records and the index's own description say of it; the index stays closed."""
    try:
        meta: dict[str, Any] = json.loads((settings.index_dir / "meta.json").read_text("utf-8"))
        model, dim = str(meta["model"]), int(meta["dim"])
    except (OSError, ValueError, KeyError, TypeError):
        return IndexPrint()  # on a server, or not built yet: restoring loads the model to learn these
    units = {unit: ids for unit, _, ids in index_units(records, model)}
    clean = units.pop("*", None) is not None
    points = sum(len(ids) for ids in units.values())
    return IndexPrint(model=model, dim=dim, units=len(units), points=points, clean=clean)


def _members(folder: Path, progress: Progress | None) -> list[Member]:
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    # The records first: a file cut off behind them still shows that they are whole.
    found.sort(key=lambda p: p != folder / RECORDS)
    total, done = sum(p.stat().st_size for p in found), 0
    members = []
    for path in found:
        digest, size = hashlib.sha256(), 0
        with disk_errors(path), path.open("rb") as file:
            while piece := file.read(_STEP):
                digest.update(piece)
                size += len(piece)
                if progress:
                    progress("计算校验和", done + size, total)
        done += size
        members.append(
            Member(name=path.relative_to(folder).as_posix(), bytes=size, sha256=digest.hexdigest())
        )
    return members
