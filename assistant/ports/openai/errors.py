"""Errors in OpenAI's shape. Its clients read no other: they choose what to raise, and whether to try again, by it."""

from collections.abc import Sequence
from typing import Any

from kb.errors import BadRequest, NotFound

PREFIX = "/v1/"
#: Our status → the status that OpenAI's clients know for it.
_STATUS = {422: 400}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {"unauthenticated": "invalid_api_key", "too_many_requests": "rate_limit_exceeded"}


class Unsupported(BadRequest):
    """Something that OpenAI's protocol has and this service hasn't.

    Args:
        message: what is wrong, in Chinese.
        hint: what to do, in Chinese.
        param: the parameter at fault.
    """

    code = "unsupported_parameter"

    def __init__(self, message: str, hint: str, param: str) -> None:
        super().__init__(message, hint)
        self.details = [{"field": param}]


class NoSuchModel(NotFound):
    """A model of another name."""

    code = "model_not_found"

    def __init__(self, name: str, own: str) -> None:
        super().__init__(f"没有名为“{name[:60]}”的模型", f"这里只有 {own}，见 GET /v1/models")
        self.details = [{"field": "model"}]


def speaks_openai(path: str) -> bool:
    """Return whether a path belongs to OpenAI's protocol."""
    return path.startswith(PREFIX)


def openai_error(
    status: int, code: str, message: str, hint: str, details: Any = None
) -> tuple[int, dict[str, Any]]:
    """Return status and body of an error in OpenAI's shape.

    Args:
        status: as the rest of the service answers.
        code: ours, stable.
        details: fields at fault, the first of which becomes `param`.
    """
    status = _STATUS.get(status, status)
    kind = "server_error" if status >= 500 else _TYPES.get(status, "invalid_request_error")
    text = f"{message}。{hint}" if hint and not message.endswith(("。", "！", "？")) else message + hint
    body = {"message": text, "type": kind, "param": _param(details), "code": _CODES.get(code, code)}
    return status, {"error": body}


def _param(details: Any) -> str | None:
    if isinstance(details, Sequence) and details and isinstance(details[0], dict):
        field = details[0].get("field")
        return str(field) if field else None
    return None
