"""Refusals that only accounts know."""

from kb.errors import FengqiaoError


class Unauthenticated(FengqiaoError):
    """Nobody is logged in, or what was sent to prove it is wrong or has run out."""

    code = "unauthenticated"
    status = 401


class TooManyAttempts(FengqiaoError):
    """Too many failed log-ins; wait."""

    code = "too_many_attempts"
    status = 429
    retry_after = 900
