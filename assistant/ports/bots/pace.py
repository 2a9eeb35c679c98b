"""How often one person may ask: the platform's few addresses are everybody's, so those can't be counted alone."""

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from kb.errors import TooManyRequests

#: Senders share so many counters, so that memory is fixed.
SLOTS = 1 << 12


class Pace:
    """Counts in fixed memory.

    Args:
        written: as the setting `rate_expensive_person`; "" for no limit.
    """

    def __init__(self, written: str) -> None:
        self._items: tuple[RateLimitItem, ...] = tuple(parse_many(written)) if written.strip() else ()
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    def require(self, sender: str) -> None:
        """Count a question.

        Args:
            sender: hash of who asks, in hex.

        Raises:
            TooManyRequests: more than the limit allows.
        """
        slot = str(int(sender, 16) % SLOTS)
        if not all(self._counter.hit(item, slot) for item in self._items):
            raise TooManyRequests("问得太频繁了", "请过一会儿再问")
