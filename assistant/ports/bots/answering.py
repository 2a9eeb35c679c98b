"""What somebody gets for what they said: each their own conversation, and an answer before the platform hangs up."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass

from assistant.chat.assisted import ask_assisted
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest, AskResponse
from assistant.llm.llm import Llm
from assistant.ports.bots.message import BotMessage
from assistant.ports.bots.pace import Pace
from kb.base import KnowledgeBase

#: Seconds. WeCom hangs up after five and asks again.
PATIENCE = 4.0
#: Seconds after which a question no longer continues the one before.
FORGET = 1800
MAX_SENDERS = 500

LATER = "这个问题还在查。请过一会儿把同样的话再发一遍，就能看到结果。"
ONLY_TEXT = "现在只看得懂文字。请把要问的事打字发过来，例如：邻居家的狗咬了我，医药费谁出？"
NOTHING = "请写下要问的事，例如：邻居家的狗咬了我，医药费谁出？"


@dataclass(frozen=True)
class _Sender:
    """Where somebody's conversation stands, and since when."""

    conversation_id: str
    at: float


@dataclass(frozen=True)
class _Search:
    """An answer being looked for, and since when."""

    found: Future[AskResponse]
    at: float


class Answering:
    """Answers messages. Who sent them is kept as a hash under a key that ends with the process, in memory only.

    Args:
        rate: how often one person may ask, as `rate_expensive_person`.
        patience: seconds after which somebody is told to ask again later.
        now: a clock in seconds.
        answer: the chat.
    """

    def __init__(
        self,
        rate: str = "",
        patience: float = PATIENCE,
        now: Callable[[], float] = time.monotonic,
        answer: Callable[..., AskResponse] = ask_assisted,
    ) -> None:
        self._pace = Pace(rate)
        self._patience = patience
        self._now = now
        self._answer = answer
        self._key = secrets.token_bytes(32)
        self._conversations = Conversations(MAX_SENDERS)
        self._lock = threading.Lock()
        self._senders: OrderedDict[str, _Sender] = OrderedDict()
        self._under_way: OrderedDict[tuple[str, str], _Search] = OrderedDict()
        self._pool: ThreadPoolExecutor | None = None

    def ask(
        self, kb: KnowledgeBase, platform: str, message: BotMessage, llm: Llm | None = None
    ) -> AskResponse | None:
        """Return the answer to a text, None when it takes too long.

        Whoever says the same again gets what was found meanwhile; so does a platform that tries again.

        Args:
            kb: the knowledge base.
            platform: where it was said.
            message: what was said, and by whom.
            llm: the model that helps to write; None where none is set up.

        Raises:
            BadRequest: the question is blank or too long.
            TooManyRequests: this person asks too often.
        """
        sender = self._hash(platform, message.chat, message.sender)
        self._pace.require(sender)
        # an answer that nobody comes back for lies here for a while, its question doesn't
        slot = (sender, self._hash(message.text))
        found = self._search(kb, llm, slot, message.text).found
        try:
            return found.result(self._patience)
        except NotInTime:
            return None
        finally:
            if found.done():
                with self._lock:
                    self._under_way.pop(slot, None)

    def _search(self, kb: KnowledgeBase, llm: Llm | None, slot: tuple[str, str], question: str) -> _Search:
        with self._lock:
            search = self._under_way.get(slot)
            if search is None or self._now() - search.at > FORGET:
                if self._pool is None:
                    # so many may wait for the model, and four are left for those who needn't
                    waiting = llm.settings.llm_parallel if llm else 0
                    self._pool = ThreadPoolExecutor(4 + waiting, "bots")
                search = _Search(self._pool.submit(self._asked, kb, llm, slot[0], question), self._now())
                self._under_way[slot] = search
                while len(self._under_way) > MAX_SENDERS:
                    self._under_way.popitem(last=False)
            return search

    def _asked(self, kb: KnowledgeBase, llm: Llm | None, sender: str, question: str) -> AskResponse:
        request = AskRequest(question=question, conversation_id=self._conversation(sender))
        answer = self._answer(kb, llm, request, ("public",), self._conversations)
        with self._lock:
            self._senders[sender] = _Sender(answer.conversation_id, self._now())
            self._senders.move_to_end(sender)
            while len(self._senders) > MAX_SENDERS:
                self._senders.popitem(last=False)
        return answer

    def _conversation(self, sender: str) -> str:
        with self._lock:
            known = self._senders.get(sender)
            return known.conversation_id if known and self._now() - known.at <= FORGET else ""

    def _hash(self, *words: str) -> str:
        return hmac.new(self._key, "\0".join(words).encode(), "sha256").hexdigest()

    def close(self) -> None:
        """Wait for nothing any more; the next question opens it again."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._under_way.clear()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
