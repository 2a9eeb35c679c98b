"""The session's cookie."""

from starlette.requests import Request
from starlette.responses import Response

from assistant.api.proxies import on_this_machine
from kb.errors import Forbidden
from kb.settings import Settings

#: With this prefix browsers take the cookie only over https, for this host alone.
SECURE_NAME = "__Host-fengqiao"
PLAIN_NAME = "fengqiao"


def session_token(request: Request) -> str:
    """Return the token that the browser sent, or an empty string."""
    return request.cookies.get(_name(request), "")


def set_session(request: Request, response: Response, token: str, settings: Settings) -> None:
    """Give the browser the token; scripts can't read it, and other sites can't send it with a change."""
    response.set_cookie(
        _name(request), token, max_age=settings.session_hours * 3600, path="/", secure=_https(request),
        httponly=True, samesite="lax",
    )  # fmt: skip


def clear_session(request: Request, response: Response) -> None:
    """Take the token away again."""
    response.delete_cookie(_name(request), path="/", secure=_https(request), httponly=True, samesite="lax")


def require_private_line(request: Request, settings: Settings) -> None:
    """Refuse a password that others on the network could read.

    Raises:
        Forbidden: plain http from another machine, which the settings don't allow.
    """
    if not (_https(request) or settings.insecure_http or on_this_machine(request, settings)):
        raise Forbidden(
            "这个网址没有加密，不能登录",
            "请用 https:// 开头的网址；已经是的，请管理员把前面的代理写进 trusted_proxies；内网确实没有 https 时可以设置 insecure_http",
        )


def _https(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    return SECURE_NAME if _https(request) else PLAIN_NAME
