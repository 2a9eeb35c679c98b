"""Keep the connections of a pool to the SQLite file that lies at its path now.

SQLite goes on reading and writing a file that was moved away, makes an empty one where there is none, and
stays read-only where it was opened so. Each of these would lose or withhold what people store.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DisconnectionError

_FILE = "fengqiao.file"
_HIDDEN = (-1, -1)
#: After these a connection is opened anew: the file may be mended, and the old connection wouldn't know.
_STALE = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}


def keep_to_file(engine: Engine, path: Path) -> None:
    """Make every connection notice when the file goes, comes back, is another one, or can be written again."""
    seen = False

    def before_connect(*_: Any) -> None:
        if seen and _identity(path) is None:
            gone = sqlite3.OperationalError("the database file is gone")
            gone.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise gone

    def connected(_: Any, record: Any) -> None:
        nonlocal seen
        seen = True
        record.info[_FILE] = _identity(path)

    def taken(_: Any, record: Any, __: Any) -> None:
        if _identity(path) not in (record.info.get(_FILE), _HIDDEN):
            raise DisconnectionError("the database file is another one, or gone")

    def failed(context: ExceptionContext) -> None:
        code = getattr(context.original_exception, "sqlite_errorcode", 0)
        if code & 0xFF in _STALE:
            context.is_disconnect = True

    def disposed(_: Engine) -> None:  # whoever disposes of the engine may well have deleted the file
        nonlocal seen
        seen = False

    for target, listener in (
        ("do_connect", before_connect),
        ("connect", connected),
        ("checkout", taken),
        ("handle_error", failed),
        ("engine_disposed", disposed),
    ):
        event.listen(engine, target, listener)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file lies there; None when there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:  # not ours to look at any more: what is open stays open
        return _HIDDEN
    return found.st_dev, found.st_ino
