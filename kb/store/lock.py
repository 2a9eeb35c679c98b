"""One owner for an index folder.

Qdrant Edge 0.9.0 leaves the owner of a shard unable to flush after a second process merely tried to load
it, so nobody may try: this lock is taken before `load` and released after `close`. The lock is the
operating system's (freed with the process, `kill -9` included); a JSON file beside it says who holds it.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import IndexBusy, NotReady


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an index: process id, URL of the service ("" when it serves none), ISO time, command."""

    pid: int
    url: str
    since: str
    command: str = ""


class IndexHeld(IndexBusy):
    """The index is held by another process; `holder` is None when it left no word."""

    def __init__(self, path: Path, holder: Holder | None) -> None:
        self.holder = holder
        if holder is None:
            who = "另一个程序"
        else:
            command = f"“{holder.command}”，" if holder.command else ""
            who = f"另一个程序（{command}进程号 {holder.pid}，自 {holder.since} 起）"
        if holder is not None and holder.url:
            hint = f"服务正在 {holder.url} 运行：请在浏览器里使用它，或等它停下后再试。"
        else:
            hint = "请等它结束后再试；同一索引目录同时只能有一个程序打开。"
        super().__init__(f"索引 {path} 正由{who}使用。", hint)


def _paths(index: Path) -> tuple[Path, Path]:
    # Beside the folder, not in it: a restored or replaced folder must not replace the lock.
    return index.with_name(index.name + ".lock"), index.with_name(index.name + ".owner.json")


def _recorded(index: Path) -> Holder | None:
    try:
        data = json.loads(_paths(index)[1].read_text("utf-8"))
        return Holder(int(data["pid"]), str(data["url"]), str(data["since"]), str(data.get("command", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def current_holder(index: Path) -> Holder | None:
    """Return who holds the index now, None when nobody does; never waits and never opens the index.

    The command line asks this first, to talk to a running service instead of opening its index.
    """
    lock_path, _ = _paths(index)
    if not lock_path.exists():
        return None
    probe = FileLock(lock_path)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return _recorded(index)
    except OSError:
        return None
    probe.release()
    return None


class OwnerLock:
    """The lock of one index folder, held from `acquire` to `release`.

    Args:
        index: the index folder, which needn't exist yet.
        url: where the holder serves the index over HTTP; "" when it doesn't.
    """

    def __init__(self, index: Path, url: str = "") -> None:
        self._index = index.resolve()
        self._url = url
        # A thread other than the one that opened the store may close it.
        self._lock = FileLock(_paths(self._index)[0], thread_local=False)

    def acquire(self) -> None:
        """Take the lock, also over from a holder that died; raise IndexHeld when it is held."""
        try:
            # records lie here: nobody else on the machine need look in
            self._index.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Not at once: somebody's `current_holder` may hold it for an instant.
            self._lock.acquire(timeout=0.3, poll_interval=0.02)
        except Timeout as error:
            raise IndexHeld(self._index, _recorded(self._index)) from error
        except OSError as error:
            raise NotReady(
                f"不能在 {self._index.parent} 里写文件：{error.strerror or error}",
                "请检查这个目录的权限和磁盘空间，或用 FENGQIAO_HOME 换一个目录。",
            ) from error
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]) if sys.argv and sys.argv[0] else ""
        since = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        owner = _paths(self._index)[1]
        fresh = owner.with_name(owner.name + ".new")
        holder = Holder(os.getpid(), self._url, since, command)
        fresh.write_text(json.dumps(asdict(holder), ensure_ascii=False), "utf-8")
        fresh.replace(owner)

    def release(self) -> None:
        """Give the lock up; does nothing when it isn't held."""
        if self._lock.is_locked:
            with suppress(OSError):
                _paths(self._index)[1].unlink(missing_ok=True)
            self._lock.release()
