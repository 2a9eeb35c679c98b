"""What a reverse proxy says about a request, and under which names a demo may be asked for."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.accounts.demo import is_loopback
from assistant.api.addresses import certain_address, reported, trusted_proxies
from assistant.api.errors import error_response
from kb.settings import Settings


class Forwarded:
    """Takes over from a trusted proxy that the caller came by https; from nobody else. An ASGI middleware.

    The server in front of this application must not do so itself: it would believe whoever is on this machine.

    Args:
        app: the next application.
        settings: say which proxies are trusted.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.trusted = trusted_proxies(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] == "http" and reported(scope, self.trusted):
            # the nearest proxy's word is the last
            said = ",".join(Headers(scope=scope).getlist("x-forwarded-proto")).rsplit(",", 1)[-1].strip()
            if said in ("http", "https"):
                scope["scheme"] = said
        await self.app(scope, receive, send)


class OwnNames:
    """Answers only where this machine was asked for under a name of its own. An ASGI middleware, for the demo.

    A site elsewhere can give its own name the address 127.0.0.1; its page in a browser here would then be
    one of the demo's pages, and could press the buttons that need no password.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] == "http" and not is_loopback(_name(Headers(scope=scope).get("host", ""))):
            refusal = error_response(
                Request(scope), 403, "forbidden", "演示只能用本机地址打开", "请在浏览器里输入 http://127.0.0.1 加端口号"
            )  # fmt: skip
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def on_this_machine(request: Request, settings: Settings) -> bool:
    """Return whether the caller sits at this machine; a proxy on it that nobody named says nothing about that."""
    address = certain_address(request.scope, trusted_proxies(settings))
    return address is not None and address.is_loopback


def _name(host: str) -> str:
    """Return the name or address in a Host header, without the port.

    >>> _name("127.0.0.1:8000"), _name("[::1]:8000"), _name("localhost")
    ('127.0.0.1', '::1', 'localhost')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
