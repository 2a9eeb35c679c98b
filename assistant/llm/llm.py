"""A language model as the desks use it: the endpoint with its budget, its breaker and a limit of calls at a time."""

import logging
import threading
import time
from collections.abc import Generator, Iterator, Sequence

from assistant.llm.breaker import Breaker
from assistant.llm.budget import Budget, request_tokens, tokens
from assistant.llm.client import Endpoint, Message
from assistant.llm.errors import OF_ENDPOINT, LlmFailed
from kb.settings import Settings

_log = logging.getLogger(__name__)


class Llm:
    """One configured model. Safe for several threads; keep one for the process.

    Args:
        settings: those that begin with `llm_`, and the home folder.

    Raises:
        BadRequest: a setting can't be used.
        NotReady: the extra `llm` isn't installed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.budget = Budget(settings.home / "llm" / "budget.json", settings.llm_tokens_per_day)
        self.breaker = Breaker()
        self._endpoint = Endpoint(settings)
        self._free = threading.BoundedSemaphore(settings.llm_parallel)

    def deadline(self) -> float:
        """Return when an answer begun now must be there, by `time.monotonic`."""
        return time.monotonic() + self.settings.llm_timeout_seconds

    def stream(self, messages: Sequence[Message], deadline: float) -> Generator[str]:
        """Yield the text that the model writes, piece by piece; close the iterator to give the call up.

        One call, no retries: who reads knows whether something was shown already.

        Raises:
            LlmFailed: any reason but unreadable, endless and nothing_left, which the reader finds.
        """
        if not self._free.acquire(blocking=False):
            raise LlmFailed("busy")
        try:
            self.breaker.enter()
            try:
                yield from self._counted(messages, deadline)
            except LlmFailed as failure:
                _log.warning("language model: %s", failure.reason)
                (self.breaker.bad if failure.reason in OF_ENDPOINT else self.breaker.neither)()
                raise
            except BaseException:
                self.breaker.neither()
                raise
            self.breaker.good()
        finally:
            self._free.release()

    def _counted(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        used = request_tokens([m.text for m in messages])
        reserved = used + self.settings.llm_max_tokens
        self.budget.reserve(reserved)
        try:
            for piece in self._endpoint.stream(messages, deadline):
                used += tokens(piece.text) + piece.thought
                if piece.text:
                    yield piece.text
        finally:
            self.budget.settle(reserved, used)


def open_llm(settings: Settings) -> Llm | None:
    """Return the configured model; None where none is, and then nothing of its libraries is imported.

    Raises:
        BadRequest: a setting can't be used.
        NotReady: the extra `llm` isn't installed.
    """
    return Llm(settings) if settings.llm_url else None
