"""What is known of the request being answered, wherever in the program it is asked."""

import re
from collections import Counter
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

_KEY = "fengqiao.request"
#: Anybody may make up another, and write in it what they like.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WHO = re.compile(r"(?:person|key):[A-Za-z0-9._-]{1,50}|system")


@dataclass(slots=True)
class RequestInfo:
    """One request. It is one object, so that what a thread of the pool notes is seen by the middleware.

    Attributes:
        request_id: set by `RequestContext`.
        method: GET, POST, ...; "other" for what HTTP doesn't know.
        who: `person:ID` or `key:ID` once somebody is recognised, `system` for the command line; never a name.
        counts: things counted for the metrics: refusals.
        audit: what the route adds to its entry in the audit log; see `assistant.audit.notes`.
    """

    request_id: str = ""
    method: str = ""
    who: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    audit: dict[str, Any] = field(default_factory=dict)


_current: ContextVar[RequestInfo | None] = ContextVar("fengqiao_request", default=None)


def begin(scope: Scope) -> Token[RequestInfo | None]:
    """Make the request's info, or take that which an outer middleware made, the current one."""
    info = scope.get(_KEY)
    if not isinstance(info, RequestInfo):
        method = scope.get("method", "")
        info = RequestInfo(scope.get("fengqiao.request_id", ""), method if method in METHODS else "other")
        scope[_KEY] = info
    return _current.set(info)


def end(token: Token[RequestInfo | None]) -> None:
    """Go back to what was current before."""
    _current.reset(token)


def current() -> RequestInfo | None:
    """Return the request being answered, or None outside of one. Threads of the pool inherit it."""
    return _current.get()


def number(request_id: str) -> None:
    """Note the request's id; does nothing outside of a request."""
    info = _current.get()
    if info is not None:
        info.request_id = request_id


def identify(who: str) -> None:
    """Note who makes the request; does nothing outside of one.

    Args:
        who: `person:ID`, `key:ID` or `system`.

    Raises:
        ValueError: it is none of them: a name would end up in logs.
    """
    if not _WHO.fullmatch(who):
        raise ValueError("who is person:ID, key:ID or system")
    info = _current.get()
    if info is not None:
        info.who = who


def count(what: str) -> None:
    """Count something for the metrics, such as "refusals"; does nothing outside of a request."""
    info = _current.get()
    if info is not None:
        info.counts[what] += 1
