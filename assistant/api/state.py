"""What the running service holds: the knowledge base, opened at start, and what is built on it."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from assistant.observe.readiness import Readiness
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.errors import FengqiaoError, IndexBusy, NotReady
from kb.settings import Settings

if TYPE_CHECKING:
    from assistant.accounts.accounts import Accounts
    from assistant.chat.feedback import FeedbackBook
    from assistant.chat.history import ChatHistory
    from assistant.intakes.desk import IntakeDesk
    from assistant.llm.llm import Llm
    from assistant.publicity.desk import PublicityDesk
    from assistant.records.desk import RecordDesk

log = logging.getLogger("fengqiao.api")

Opener = Callable[[], KnowledgeBase]
ReadUpload = Callable[[str, bytes], str]
RETRY_SECONDS = 5.0
MAX_RETRY_SECONDS = 60.0


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
        self._failures = 0
        self._desk: PublicityDesk | None = None
        self._records: RecordDesk | None = None
        self._chats: ChatHistory | None = None
        self._feedback: FeedbackBook | None = None
        self._intakes: IntakeDesk | None = None
        self._accounts: Accounts | None = None
        self._llm: Llm | None = None
        self._llm_opened = False
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.readiness = Readiness(settings, self.knowledge, lambda: get_engine(settings))
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Bring the records to their newest shape; begin to open the knowledge base, where it isn't open yet.

        Records that can't be opened keep nobody from reading the law: /readyz says what is wrong with them.
        """
        try:
            self.accounts()
        except (FengqiaoError, SQLAlchemyError, OSError):
            log.exception("can't open the records")
        if self._kb is not None:
            self._settle()
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
            self._desk = self._records = self._chats = self._feedback = self._intakes = None

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

    def records(self) -> "RecordDesk":
        """Return the desk of case records over the knowledge base and the records."""
        from assistant.records.desk import RecordDesk

        kb = self.knowledge()
        with self._lock:
            if self._records is None:
                self._records = RecordDesk(kb, get_engine(self.settings), self.settings)
            return self._records

    def chats(self) -> "ChatHistory":
        """Return people's own conversations over the records."""
        from assistant.chat.history import ChatHistory

        kb = self.knowledge()
        with self._lock:
            if self._chats is None:
                self._chats = ChatHistory(kb, get_engine(self.settings), self.settings)
            return self._chats

    def feedback(self) -> "FeedbackBook":
        """Return the feedback on answers over the records."""
        from assistant.chat.feedback import FeedbackBook

        kb = self.knowledge()
        with self._lock:
            if self._feedback is None:
                self._feedback = FeedbackBook(kb, get_engine(self.settings), self.settings)
            return self._feedback

    def intakes(self) -> "IntakeDesk":
        """Return what was handed over from the chat, over the records."""
        from assistant.intakes.desk import IntakeDesk

        kb = self.knowledge()
        with self._lock:
            if self._intakes is None:
                self._intakes = IntakeDesk(kb, get_engine(self.settings), self.settings)
            return self._intakes

    def llm(self) -> "Llm | None":
        """Return the language model that is set up, None where none is or where it can't be used."""
        from assistant.llm.llm import open_llm

        with self._lock:
            if not self._llm_opened:
                self._llm_opened = True
                try:
                    self._llm = open_llm(self.settings)
                except FengqiaoError as failure:
                    log.error("the language model can't be used: %s", failure.message)
            return self._llm

    def accounts(self) -> "Accounts":
        """Return people, sessions and keys over the records; they are there before the knowledge base is."""
        from assistant.accounts.accounts import Accounts

        with self._lock:
            if self._accounts is None:
                self._accounts = Accounts(get_engine(self.settings), self.settings)
            return self._accounts

    def _open(self) -> None:
        assert self._opener is not None
        while not self._stopping.is_set():
            try:
                self._kb = self._opener()
                self._failure = None
                self._settle()
                self._warm()
                return
            except IndexBusy as busy:
                self._failed(busy)
                log.warning("index busy: %s", busy.message)
            except FengqiaoError as failure:
                self._failed(failure)
                log.error("can't open the knowledge base: %s", failure.message)
            except Exception:
                log.exception("can't open the knowledge base")
                self._failed(NotReady("知识库打不开", "请查看服务日志，或运行 fengqiao doctor 检查"))
            # An ingest lets go of the index, a disk is mounted, a model is put back: then it goes on by itself.
            self._stopping.wait(RETRY_SECONDS if isinstance(self._failure, IndexBusy) else self._patience())

    def _settle(self) -> None:
        """Finish what a process that died left undone with case records; delete what is past its time.

        The law is open whether or not it works.
        """
        try:
            self.records().settle()
        except Exception:
            log.exception("can't bring the case records in step")
        try:
            self.chats().purge()
            self.feedback().purge()
        except Exception:
            log.exception("can't delete conversations and feedback past their time")

    def _warm(self) -> None:
        """Load what the first answer needs. Until then it is only slower."""
        from assistant.chat.warm import warm

        try:
            warm(self.knowledge())
        except Exception:
            log.exception("can't answer the first question ahead of time")

    def _failed(self, why: FengqiaoError) -> None:
        self._failure = why
        self._failures += 1

    def _patience(self) -> float:
        """Return the seconds until the next try: opening what can't be opened costs a start each time."""
        return min(RETRY_SECONDS * 2.0 ** min(self._failures - 1, 10), MAX_RETRY_SECONDS)
