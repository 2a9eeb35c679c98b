"""What the running service holds: the knowledge base, opened at start, and what is built on it."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.errors import FengqiaoError, IndexBusy, NotReady
from kb.settings import Settings

if TYPE_CHECKING:
    from assistant.publicity.desk import PublicityDesk

log = logging.getLogger("fengqiao.api")

Opener = Callable[[], KnowledgeBase]
ReadUpload = Callable[[str, bytes], str]
RETRY_SECONDS = 5.0


class Backend:
    """Opens the knowledge base off the event loop, so that /healthz answers from the first moment.

    Args:
        source: a knowledge base already open (its owner closes it), or what opens one (closed here).
        settings: limits and addresses.
        read_upload: turns an uploaded file's name and bytes into text, or None where files can't be read.
    """

    def __init__(
        self, source: KnowledgeBase | Opener, settings: Settings, read_upload: ReadUpload | None
    ) -> None:
        self.settings = settings
        self.read_upload = read_upload
        self._opener: Opener | None = source if callable(source) else None
        self._kb: KnowledgeBase | None = None if callable(source) else source
        self._failure: FengqiaoError | None = None
        self._desk: PublicityDesk | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to open the knowledge base, where it isn't open yet."""
        if self._kb is None and self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._open, name="open-knowledge-base", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Close what was opened here."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._opener is not None and self._kb is not None:
            self._kb.close()
            self._kb = None
            self._desk = None

    def knowledge(self) -> KnowledgeBase:
        """Return the knowledge base.

        Raises:
            NotReady: while it is being opened.
            FengqiaoError: why it couldn't be opened.
        """
        if self._kb is not None:
            return self._kb
        if self._failure is not None:
            raise self._failure
        raise NotReady("知识库正在打开，还不能回答", "通常只要几秒，请稍后再试；进度见 /readyz")

    def publicity(self) -> "PublicityDesk":
        """Return the publicity desk over the knowledge base and the records."""
        from assistant.publicity.desk import PublicityDesk

        kb = self.knowledge()
        with self._lock:
            if self._desk is None:
                self._desk = PublicityDesk(kb, get_engine(self.settings))
            return self._desk

    def _open(self) -> None:
        assert self._opener is not None
        while not self._stopping.is_set():
            try:
                self._kb = self._opener()
                self._failure = None
                return
            except IndexBusy as busy:
                # An ingest may hold the index for a while and then let go.
                self._failure = busy
                log.warning("index busy: %s", busy.message)
                self._stopping.wait(RETRY_SECONDS)
            except FengqiaoError as failure:
                self._failure = failure
                log.error("can't open the knowledge base: %s", failure.message)
                return
            except Exception:
                log.exception("can't open the knowledge base")
                self._failure = NotReady("知识库打不开", "请查看服务日志，或运行 fengqiao doctor 检查")
                return
