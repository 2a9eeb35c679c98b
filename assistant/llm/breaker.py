"""Leave an endpoint alone that fails again and again, so that it doesn't delay every answer."""

import threading
import time
from collections.abc import Callable

from assistant.llm.errors import LlmFailed

#: So many failures one after the other open the breaker.
FAILURES = 3
#: Seconds for which it stays open at first; doubled with every failed try, up to the longest.
FIRST_REST, LONGEST_REST = 30.0, 600.0


class Breaker:
    """Counts failures. Safe for several threads.

    Closed, it lets everything pass. After `FAILURES` in a row it is open and lets nothing pass; when its rest
    is over one call may try, whose success closes it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = FIRST_REST
        self._until = 0.0
        self._trying = False

    def enter(self) -> None:
        """Begin a call, which must be ended by `good`, `bad` or `neither`.

        Raises:
            LlmFailed: resting.
        """
        with self._lock:
            if self._failures < FAILURES:
                return
            if self._trying or self._clock() < self._until:
                raise LlmFailed("resting")
            self._trying = True

    def good(self) -> None:
        """End a call that the endpoint answered."""
        with self._lock:
            self._failures, self._rest, self._trying = 0, FIRST_REST, False

    def bad(self) -> None:
        """End a call that the endpoint failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._until = self._clock() + self._rest
                self._rest = min(self._rest * 2, LONGEST_REST) if self._trying else self._rest
            self._trying = False

    def neither(self) -> None:
        """End a call that says nothing about the endpoint: given up by the caller, or by us."""
        with self._lock:
            self._trying = False
