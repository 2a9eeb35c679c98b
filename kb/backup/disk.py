"""Failures of disks and databases, said so that a person can mend them."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from kb.errors import NotReady

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ROOM = "请腾出空间或换一个磁盘再试；原有的备份和数据都没有动。"


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what goes wrong with `place` while writing or reading it into NotReady.

    Raises:
        NotReady: full, read-only, not permitted, gone, or a database that can't be reached or is damaged.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _database(place, str(error)) from error
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise _database(place, str(error.orig)) from error
        raise NotReady(
            "记录数据库连不上，或中途断开了。",
            "请检查数据库服务是否在运行、FENGQIAO_DATABASE_URL 是否写对，然后再试；原有的备份和数据都没有动。",
        ) from error
    except OSError as error:
        if isinstance(error, TimeoutError | ConnectionError):
            raise
        raise _system(Path(error.filename) if isinstance(error.filename, str) else place, error) from error


def _system(place: Path, error: OSError) -> NotReady:
    if error.errno in _FULL:
        return NotReady(f"磁盘满了，写不下：{place}", _ROOM)
    if error.errno == errno.EROFS:
        return NotReady(f"磁盘是只读的，写不了：{place}", "请检查磁盘是否写保护，或换一个位置。")
    if error.errno in (errno.EACCES, errno.EPERM):
        return NotReady(f"没有权限读写：{place}", "请换有权限的用户运行，或换一个位置。")
    return NotReady(f"读写 {place} 出错：{error.strerror or error}", "请检查磁盘是否正常、文件是否还在。")


def _database(place: Path, reason: str) -> NotReady:
    low = reason.lower()
    if "full" in low:
        return NotReady(f"磁盘满了，写不下：{place}", _ROOM)
    if "readonly" in low:
        return NotReady(f"数据库写不了（只读）：{place}", "请检查磁盘是否写保护、文件权限是否正确。")
    if "malformed" in low or "not a database" in low:
        return NotReady(
            f"数据库已损坏：{place}（{reason}）",
            "请停下服务，先把数据目录原样另存一份，再从最近一份好的备份恢复。",
        )
    if "locked" in low or "busy" in low:
        return NotReady(f"数据库正忙：{place}", "请等正在进行的大批收录结束后再试。")
    return NotReady(f"数据库打不开：{place}（{reason}）", "请检查文件是否还在、权限是否正确。")
