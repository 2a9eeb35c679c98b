"""Which archives of a folder are kept: 7 daily, 4 weekly, 12 monthly."""

import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kb.backup.disk import disk_errors
from kb.backup.home import ARCHIVE

DAILY, WEEKLY, MONTHLY = 7, 4, 12
_STALE = 24 * 3600  # seconds after which a half-written archive has been given up


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Return the moments of the archives to keep.

    The last of each of the last 7 days that have one, of the last 4 such ISO weeks, of the last 12 such months.
    Days without an archive don't count: after a month of standing still nothing is lost.
    """
    newest_first = sorted(moments, reverse=True)
    keep: set[datetime] = set()
    periods: list[tuple[int, Callable[[datetime], Hashable]]] = [
        (DAILY, lambda m: m.date()),
        (WEEKLY, lambda m: m.isocalendar()[:2]),
        (MONTHLY, lambda m: (m.year, m.month)),
    ]
    for count, period in periods:
        last: dict[Hashable, datetime] = {}
        for moment in newest_first:
            last.setdefault(period(moment), moment)
        keep.update(list(last.values())[:count])
    return keep


def prune(folder: Path) -> list[Path]:
    """Delete the archives of a folder that aren't kept, and return them, oldest first.

    Only plain files that bear exactly the name that `fengqiao backup --dir` gives are looked at, and what a
    killed backup left half-written a day ago or more.

    Raises:
        NotReady: a file can't be deleted.
    """
    with disk_errors(folder):
        dated: dict[Path, datetime] = {}
        for path in folder.iterdir():
            match = ARCHIVE.fullmatch(path.name)
            if match and path.is_file() and not path.is_symlink():
                with suppress(ValueError):  # 99999999 is no day
                    dated[path] = datetime.strptime(match.group(1), "%Y%m%d-%H%M%S")
        keep = kept(dated.values())
        gone = sorted(path for path, moment in dated.items() if moment not in keep)
        for path in gone:
            path.unlink()
        for path in folder.glob(".fengqiao-*.tar.gz*.tmp"):
            if path.stat().st_mtime < time.time() - _STALE:
                path.unlink()
    return gone
