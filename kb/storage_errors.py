"""Failures of disks and databases at work, said so that a person can mend them.

Strangers read these too: no path, no host and nothing of what was stored is in them.
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kb.errors import NotReady

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM}


class StorageFailed(NotReady):
    """Disk or database can't be read or written; nothing half-done is left behind."""

    code = "storage_failed"


def storage_problem(error: BaseException) -> StorageFailed | None:
    """Return what to tell people of a failure of disk or database; None for any other failure."""
    if isinstance(error, PoolTimeout):
        return _busy()
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, sqlite3.Error):
            return _sqlite(error.orig)
        return _server(error)
    if isinstance(error, sqlite3.Error):
        return _sqlite(error)
    return _disk(error) if isinstance(error, OSError) else None


def _full() -> StorageFailed:
    return StorageFailed("磁盘满了，没有保存", "请管理员腾出磁盘空间，然后再做一次；已保存的内容没有受影响")


def _read_only() -> StorageFailed:
    return StorageFailed(
        "数据库或磁盘是只读的，没有保存", "请管理员检查数据目录的权限，磁盘是否以只读方式挂载；恢复后再做一次"
    )


def _busy() -> StorageFailed:
    return StorageFailed("数据库正忙，没有保存", "多半正在收录大批资料，请稍后再试")


def _away() -> StorageFailed:
    return StorageFailed(
        "数据库暂时连不上，没有完成", "请稍后再试；仍不行，请管理员检查数据库是否在运行、文件是否还在"
    )


def _sqlite(error: sqlite3.Error) -> StorageFailed | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full()
    if code == sqlite3.SQLITE_READONLY:
        return _read_only()
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _busy()
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StorageFailed("数据库文件已损坏", "请管理员停下服务，把数据目录另存一份，再从最近的备份恢复")
    if code == sqlite3.SQLITE_CANTOPEN:
        # gone, or in a folder where its log can't be made beside it: SQLite doesn't say which
        return StorageFailed(
            "数据库文件打不开，没有完成",
            "请管理员检查数据库文件是否还在、数据目录的权限，磁盘是否以只读方式挂载；恢复后再试",
        )
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
        return _away()
    # what was put in the place of our database, or was emptied
    return _away() if "no such table" in str(error) else None


def _server(error: DBAPIError) -> StorageFailed | None:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state == "53100":
        return _full()
    if state == "25006":
        return _read_only()
    # connection trouble, resources used up, shut down by the operator; without a state: never connected
    if error.connection_invalidated or state[:2] in ("08", "53", "57"):
        return _away()
    lost = type(error.orig).__name__ in ("OperationalError", "InterfaceError") and not state
    return _away() if lost else None


def _disk(error: OSError) -> StorageFailed | None:
    if error.errno in _FULL:
        return _full()
    if error.errno == errno.EROFS:
        return _read_only()
    if error.errno in _CLOSED:
        return StorageFailed("没有权限读写数据目录", "请管理员检查数据目录属于哪个用户、权限是否正确")
    if error.errno == errno.EIO:
        return StorageFailed("磁盘读写出错", "请管理员检查磁盘是否正常")
    return None
