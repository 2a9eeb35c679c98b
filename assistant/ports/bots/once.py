"""Messages that are fresh, and each only once: what somebody recorded on the way is worth nothing later."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from kb.errors import Forbidden, TooManyRequests

#: Seconds that clocks may differ, and that a message may be under way.
WINDOW = 300
#: Far more than anybody can sign within two windows; only what is signed gets in.
MAX_MARKS = 50_000


class Once:
    """Remembers what was let through until it is too old to be let through again. Safe for several threads.

    Args:
        now: Unix time in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def admit(self, mark: str, sent: float) -> None:
        """Let a message through whose signature was found right.

        Args:
            mark: the same for the same message only; kept as a hash.
            sent: when it was sent by its signed word, Unix time in seconds.

        Raises:
            Forbidden: too old, too far ahead, or here before.
            TooManyRequests: more than can be remembered.
        """
        now = self._now()
        if abs(now - sent) > WINDOW:
            raise Forbidden("这条消息的时间不对", "请检查本机的时钟；消息太旧或太超前都不收")
        digest = sha256(mark.encode()).digest()
        with self._lock:
            # in the order in which they end
            while self._until and next(iter(self._until.values())) < now:
                self._until.popitem(last=False)
            if digest in self._until:
                raise Forbidden("这条消息已经收到过", "同一条消息只收一次")
            if len(self._until) >= MAX_MARKS:
                raise TooManyRequests("消息太多了", "请稍后再试")
            # one sent from a window ahead stays fresh for two
            self._until[digest] = now + 2 * WINDOW
