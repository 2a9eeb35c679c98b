"""Tokens a day: counted before they are spent, kept in the home folder."""

import json
import re
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.llm.errors import LlmFailed
from kb.clock import today

#: Tokens that the wrapping of a message takes.
_AROUND = 16
_OTHER = re.compile(r"[\x21-\x7e]+")


def tokens(text: str) -> int:
    """Return how many tokens a text has at most, roughly: one a Chinese character, one for two letters.

    Tokenizers differ from model to model; those of today's Chinese models need about two thirds of this.

    >>> tokens("第一条"), tokens("第一条 article")
    (3, 7)
    """
    letters = sum((len(run) + 1) // 2 for run in _OTHER.findall(text))
    return letters + len(re.sub(r"[\x00-\x7f]", "", text))


def request_tokens(texts: list[str]) -> int:
    """Return the tokens of a request with these messages."""
    return sum(tokens(text) + _AROUND for text in texts)


class Budget:
    """The tokens spent today, in a file that is replaced whole. Safe for threads and processes.

    Args:
        path: of the file; made with its folder when first needed.
        limit: tokens a day; 0 for no limit, and then nothing is written.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._lock = threading.Lock()

    def reserve(self, count: int) -> None:
        """Count tokens that a call may need.

        Raises:
            LlmFailed: budget; the day's tokens don't suffice, or the count can't be written.
        """
        if self._limit:
            self._add(count, self._limit)

    def settle(self, reserved: int, used: int) -> None:
        """Give back what a call reserved and didn't need; a count that can't be written stays too high."""
        if self._limit and used < reserved:
            try:
                self._add(used - reserved, None)
            except LlmFailed:
                return

    def spent(self) -> int:
        """Return the tokens counted today."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            day, count = kept["day"], kept["tokens"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0
        same = day == today().isoformat() and isinstance(count, int) and not isinstance(count, bool)
        return max(0, count) if same else 0

    def _add(self, count: int, limit: int | None) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, FileLock(f"{self._path}.lock", timeout=5):
                total = max(0, self.spent() + count)
                if limit is not None and total > limit:
                    raise LlmFailed("budget")
                fresh = self._path.with_suffix(".tmp")
                fresh.write_text(json.dumps({"day": today().isoformat(), "tokens": total}), "utf-8")
                fresh.replace(self._path)
        except (OSError, Timeout) as error:
            raise LlmFailed("budget") from error
