"""Why a language model gave no answer. Nobody sees this as an error: the answer by quotations takes its place."""

from typing import Literal

Reason = Literal[
    "busy",  # as many calls under way as are allowed
    "resting",  # failed too often lately
    "budget",  # the day's tokens are spent, or the count can't be kept
    "too_long",  # the question and one provision don't fit
    "unreachable",  # no connection
    "refused",  # an HTTP status that trying again doesn't change: 401, 404
    "overloaded",  # 429, 5xx
    "slow",  # no piece of text in time, or the whole not in time
    "broken",  # what came is no stream of the protocol
    "unreadable",  # text that is no answer in the form asked for, or breaks off
    "endless",  # more text or more sentences than an answer has
    "nothing_left",  # no sentence passed the checks
]
#: Failures of the endpoint, whatever was asked; the breaker counts them. What a question can bring about it doesn't.
OF_ENDPOINT: frozenset[Reason] = frozenset({"unreachable", "refused", "overloaded", "slow", "broken"})
#: Worth another try, while no sentence has been shown.
PASSING: frozenset[Reason] = frozenset({"unreachable", "overloaded", "broken", "unreadable"})


class LlmFailed(Exception):
    """The language model gave no answer that may be shown.

    Args:
        reason: which kind of failure; stable, for logs and metrics. Holds nothing of question or answer.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
