"""Refusals that only accounts know."""

from kb.errors import FengqiaoError, NotFound, TooManyRequests


class Unauthenticated(FengqiaoError):
    """Nobody is logged in, or what was sent to prove it is wrong or has run out."""

    code = "unauthenticated"
    status = 401


class TooManyAttempts(TooManyRequests):
    """Too many failed log-ins; wait."""

    code = "too_many_attempts"
    retry_after = 900


def no_such_person() -> NotFound:
    """Return what is said of nobody, and of who may not be seen: the same words, so that neither is told apart."""
    return NotFound("没有这个人", "可到人员列表里选")
