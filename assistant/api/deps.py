"""What routes ask for: the knowledge base, the settings, the person acting.

They are `async` because they only look things up: a plain function would cost a hop to the thread pool.
"""

from datetime import date
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header, Query, Request

from assistant.accounts.errors import Unauthenticated
from assistant.api.caller import Caller
from assistant.api.state import Backend
from kb.base import KnowledgeBase
from kb.errors import BadRequest
from kb.settings import Settings

USER_HEADER = "X-Fengqiao-User"
MAX_NAME_CHARS = 40


async def get_backend(request: Request) -> Backend:
    """Return the service's state."""
    backend: Backend = request.app.state.backend
    return backend


async def get_kb(request: Request) -> KnowledgeBase:
    """Return the knowledge base, or raise NotReady."""
    backend: Backend = request.app.state.backend
    return backend.knowledge()


async def get_limits(request: Request) -> Settings:
    """Return the settings."""
    backend: Backend = request.app.state.backend
    return backend.settings


def clean_name(name: str) -> str:
    """Return a person's name without surrounding space.

    Raises:
        BadRequest: when it is too long or holds control characters.
    """
    name = name.strip()
    if len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise BadRequest("姓名写法不对", f"姓名不超过 {MAX_NAME_CHARS} 个字，不含换行等控制字符")
    return name


async def get_user(
    user: Annotated[
        str,
        Header(
            alias=USER_HEADER,
            description="in the demo: name of the person acting, URL-encoded UTF-8",
            examples=["%E7%8E%8B%E8%8A%B3"],
        ),
    ] = "",
) -> str:
    """Return the name of the person acting, or an empty string. Headers are Latin-1 by HTTP's rules."""
    if not user:
        return ""
    try:
        if not user.isascii():
            user = user.encode("latin-1").decode("utf-8")
        return clean_name(unquote(user, errors="strict"))
    except UnicodeError as error:
        raise BadRequest(f"请求头 {USER_HEADER} 里的姓名读不出来", "姓名请用 UTF-8 做 URL 编码") from error


def actor(caller: Caller, user: str, named: str | None = "") -> str:
    """Return who acts: the person known from session or key.

    Only in the demo and on the command line it is the header's name, or the one in the body.

    Raises:
        BadRequest: when there is none.
    """
    if caller.person is not None:
        return caller.person.signature
    if caller.via not in ("demo", "local"):
        raise Unauthenticated("请先登录", "用您的登录名和密码登录；没有账号，请找管理员开通")
    name = user or clean_name(named or "")
    if not name:
        raise BadRequest(
            "不知道是谁在操作",
            f"请在请求头 {USER_HEADER} 里写上姓名（URL 编码），或在请求体里写 by",
        )
    return name


Service = Annotated[Backend, Depends(get_backend)]
Knowledge = Annotated[KnowledgeBase, Depends(get_kb)]
Limits = Annotated[Settings, Depends(get_limits)]
User = Annotated[str, Depends(get_user)]
OnDay = Annotated[date | None, Query(description="day for which the law is asked; default today")]
