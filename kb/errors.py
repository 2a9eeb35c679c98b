"""Errors that reach a person. Each carries a stable code, a Chinese message and a Chinese hint."""


class FengqiaoError(Exception):
    """Base of every error shown to a user.

    Args:
        message: what is wrong, in plain Chinese.
        hint: how to mend it, in plain Chinese.

    Attributes:
        code: stable machine-readable code, in snake case.
        status: the HTTP status the API answers with.
    """

    code = "internal"
    status = 500

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_dict(self) -> dict[str, str]:
        """Return the body of the one JSON error shape."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class BadRequest(FengqiaoError):
    """The input can't be used: empty, too long, malformed, unknown value."""

    code = "bad_request"
    status = 422


class NotFound(FengqiaoError):
    """The thing named does not exist."""

    code = "not_found"
    status = 404


class Conflict(FengqiaoError):
    """The thing exists, but not in a state that allows this."""

    code = "conflict"
    status = 409


class Forbidden(FengqiaoError):
    """The person may not do this."""

    code = "forbidden"
    status = 403


class TooManyRequests(FengqiaoError):
    """Somebody asks faster than the limits allow."""

    code = "too_many_requests"
    status = 429


class IndexBusy(FengqiaoError):
    """Another process owns the index folder."""

    code = "index_busy"
    status = 503


class NotReady(FengqiaoError):
    """The index or the model isn't there yet."""

    code = "not_ready"
    status = 503


class UnreadableFile(FengqiaoError):
    """A file can't be read as what it claims to be."""

    code = "unreadable_file"
    status = 422
