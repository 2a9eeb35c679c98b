"""Whether the database is there, is the same as before, and takes writes."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.db.migrate import VERSION_TABLE
from kb.errors import FengqiaoError, NotReady

#: Seconds. Somebody else writing for longer is a healthy database, not a broken one.
_BUSY = 0.2
_RESTORE = "请恢复数据库文件，或从备份恢复数据目录"
#: A table that every database of ours has once the records were opened; a file made anew, empty, doesn't.
_TABLE = VERSION_TABLE


class Databases:
    """Asks the database itself.

    Args:
        engine: returns the engine; made only when first asked.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._file: tuple[int, int] | None = None

    def problem(self) -> FengqiaoError | None:
        """Return what is wrong, or None."""
        engine = self._engine()
        if engine.dialect.name == "sqlite":
            return self._sqlite(engine)
        return _server(engine)

    def _sqlite(self, engine: Engine) -> FengqiaoError | None:
        name = engine.url.database
        if not name or name == ":memory:":
            return None
        path = Path(name)
        try:
            found = path.stat()
        except OSError:
            return NotReady("数据库文件不见了", _RESTORE)
        # Connections kept in the pool go on with a file that was moved away; new ones open what is there.
        identity = (found.st_dev, found.st_ino)
        if self._file not in (None, identity):
            engine.dispose()
        self._file = identity
        return _file_problem(path)


def _file_problem(path: Path) -> FengqiaoError | None:
    if not _writable(path) or not _writable(path.parent):
        return NotReady(
            "数据库是只读的，写不进去", "请检查数据目录和数据库文件的权限，磁盘是否以只读方式挂载"
        )
    try:
        # A connection of its own: one from the pool may have been opened when all was still well.
        # mode=rw: asking must not make an empty database where there is none.
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_BUSY)
    except sqlite3.Error:
        return NotReady("数据库打不开", _RESTORE)
    try:
        connection.isolation_level = None
        connection.execute(f"SELECT 1 FROM {_TABLE} LIMIT 1").fetchone()  # noqa: S608 (a constant)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return None
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
            return NotReady("数据库是只读的，写不进去", "请检查数据目录和数据库文件的权限")
        return NotReady("数据库读写出错", _RESTORE)
    except sqlite3.DatabaseError:
        return NotReady("数据库文件已损坏", _RESTORE)
    finally:
        connection.close()
    return None


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _server(engine: Engine) -> FengqiaoError | None:
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SELECT 1 FROM {_TABLE} LIMIT 1"))  # noqa: S608 (a constant)
            read_only = connection.execute(text("SHOW transaction_read_only")).scalar()
    except SQLAlchemyError:
        return NotReady("数据库连不上或读不了", "请检查数据库服务器是否在运行，以及 FENGQIAO_DATABASE_URL")
    if read_only == "on":
        return NotReady("数据库是只读的，写不进去", "请检查连到的是不是备库，或数据库是否设成了只读")
    return None
