"""Every route says what it takes to call it; one that says nothing is closed."""

import logging
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from assistant.accounts.errors import Unauthenticated
from assistant.accounts.permissions import TABLE, Action
from assistant.accounts.tokens import same
from assistant.accounts.types import Person
from assistant.api.caller import Caller, caller_of
from kb.errors import Forbidden

log = logging.getLogger("fengqiao.api")

F = TypeVar("F", bound=Callable[..., Any])
CSRF_HEADER = "X-CSRF-Token"
_MARK = "__fengqiao_action__"
_READS = ("GET", "HEAD", "OPTIONS")


def permits(action: Action) -> Callable[[F], F]:
    """Declare which entry of the table of permissions a route falls under; stands below the route's own line.

    For actions at places the guard asks whether the caller may do it anywhere at all; the route asks
    where.
    """
    if action not in TABLE:
        raise ValueError(f"{action} isn't in the table of permissions")

    def mark(endpoint: F) -> F:
        setattr(endpoint, _MARK, action)
        return endpoint

    return mark


def action_of(endpoint: object) -> Action | None:
    """Return what a route declared."""
    found: Action | None = getattr(endpoint, _MARK, None)
    return found


async def current_caller(request: Request) -> Caller:
    """Return who makes the request."""
    return caller_of(request)


async def guard(request: Request) -> None:
    """Let a request through to its route, or not. Runs before anything of the route's own.

    Raises:
        Unauthenticated: one must be logged in for that.
        Forbidden: the caller's roles don't allow it, or another site sent the browser here.
    """
    caller = caller_of(request)
    if caller.failure is not None:
        raise caller.failure
    action = action_of(request.scope.get("endpoint"))
    if action is None:
        log.error("a route without a declared permission was called; it stays closed")
        raise Forbidden("这个地址没有开放", "请告诉管理员：它缺少权限声明")
    if request.method not in _READS:
        _require_own_page(request, caller)
    if not caller.powers.may(action):
        refuse(caller)


def refuse(caller: Caller) -> None:
    """Say no: log in first, or ask somebody who may.

    Raises:
        Unauthenticated: nobody is logged in.
        Forbidden: otherwise.
    """
    if caller.person is None and caller.via != "local":
        raise Unauthenticated("请先登录", "用您的登录名和密码登录；没有账号，请找管理员开通")
    if caller.via == "key":
        raise Forbidden("这个接口密钥没有这项权限", "请用有这项权限的密钥；审核和授权只能由人登录后做")
    raise Forbidden("您的角色不能做这件事", "需要的话，请管理员给您加上相应的角色")


def person_of(caller: Caller) -> Person:
    """Return who is logged in; what is one's own can't be had through a key.

    Raises:
        Unauthenticated: nobody is.
    """
    if caller.person is None:
        refuse(caller)
        raise Unauthenticated("请先登录")
    return caller.person


def _require_own_page(request: Request, caller: Caller) -> None:
    if caller.via != "key" and request.headers.get("sec-fetch-site") == "cross-site":
        raise Forbidden("这个请求来自别的网站，没有执行", "请回到本站的页面上操作")
    if caller.via == "session" and not same(request.headers.get(CSRF_HEADER, ""), caller.csrf):
        raise Forbidden("页面已过期，这一步没有做成", "请刷新页面再试一次")


Who = Annotated[Caller, Depends(current_caller)]
