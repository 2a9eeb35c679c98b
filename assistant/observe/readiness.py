"""Whether the service can answer right now, and if not, why."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from assistant.observe.database import Databases
from assistant.observe.files import IndexFolder, missing_model
from kb.base import KnowledgeBase
from kb.errors import FengqiaoError, NotReady
from kb.settings import Settings

#: Longer than any healthy check, shorter than what asks gives up.
TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; message and hint, in Chinese, say what is wrong and what to do."""

    name: str
    ok: bool
    error: FengqiaoError | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "ok": self.ok, **(self.error.as_dict() if self.error else {})}


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, and the knowledge base's own state where it could be read."""

    checks: tuple[Check, ...]
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    @property
    def error(self) -> FengqiaoError | None:
        """The first thing wrong."""
        return next((check.error for check in self.checks if check.error), None)


class Readiness:
    """Asks the parts themselves, each time: nothing is remembered that could be out of date.

    Args:
        settings: where things are, and how much disk must be free.
        knowledge: returns the knowledge base, or raises why there is none.
        engine: returns the engine of the settings' database.
        timeout: seconds after which a part that hangs counts as not ready.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge: Callable[[], KnowledgeBase],
        engine: Callable[[], Engine],
        timeout: float = TIMEOUT,
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._databases = Databases(engine)
        self._index = IndexFolder(settings)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._running: Future[Report] | None = None

    def check(self) -> Report:
        """Return what is well and what isn't, within `timeout` seconds; callers at one time share a check."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                # Not the service's pool: hanging checks must not use up what answers requests.
                threading.Thread(
                    target=self._run, args=(self._running,), name="readiness", daemon=True
                ).start()
            running = self._running
        try:
            return running.result(self._timeout)
        except NotInTime:
            hung = NotReady(
                f"就绪检查 {self._timeout:g} 秒没有结果", "多半是磁盘或数据库没有回应，请检查它们是否正常"
            )
            return Report((Check("responding", False, hung),))

    def _run(self, future: Future[Report]) -> None:
        try:
            future.set_result(self._check())
        except BaseException as error:
            future.set_exception(error)

    def _check(self) -> Report:
        opened: list[KnowledgeBase] = []
        checks = [
            _ask("knowledge", lambda: opened.append(self._knowledge())),
            _ask("model", lambda: missing_model(self._settings)),
            _ask("disk", self._free_space),
            _ask("database", self._databases.problem),
        ]
        state: dict[str, Any] = {}
        if opened:
            checks.append(_ask("index", lambda: self._index.problem(opened[0])))
            if all(
                check.ok for check in checks[-2:]
            ):  # what is gone isn't asked, lest it be made anew, empty
                checks.append(_ask("search", lambda: _state(opened[0], state)))
        return Report(tuple(checks), state)

    def _free_space(self) -> FengqiaoError | None:
        home = self._settings.home
        if not home.is_dir():
            return NotReady("数据目录不见了", "请检查磁盘是否挂载，或从备份恢复数据目录（FENGQIAO_HOME）")
        least = self._settings.min_free_mb
        if shutil.disk_usage(home).free >> 20 < least:
            return NotReady(
                f"数据目录所在磁盘的剩余空间不足 {least} MB", "请清理磁盘；下限见设置 FENGQIAO_MIN_FREE_MB"
            )
        return None


def _state(kb: KnowledgeBase, into: dict[str, Any]) -> FengqiaoError | None:
    into.update(kb.ready())
    if into["ready"]:
        return None
    return NotReady("索引是空的，还不能检索", "请先收录资料：fengqiao ingest --shipped")


def _ask(name: str, question: Callable[[], FengqiaoError | None]) -> Check:
    try:
        error = question()
    except FengqiaoError as raised:
        error = raised
    except Exception as raised:
        # Its message may name hosts and paths, and /readyz answers anybody.
        error = NotReady(
            f"{name} 检查出错（{type(raised).__name__}）", "请运行 fengqiao doctor，或查看服务日志"
        )
    return Check(name, error is None, error)
