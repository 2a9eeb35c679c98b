"""Who is calling: a browser that is logged in, a machine with a key, the demo's visitor, or nobody."""

import logging
from dataclasses import dataclass
from typing import Literal

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.accounts.accounts import Accounts
from assistant.accounts.errors import Unauthenticated
from assistant.accounts.permissions import NOBODY, PUBLIC_SCOPE, ROLES, Powers, powers_of, scopes_of
from assistant.accounts.tokens import csrf_token
from assistant.accounts.types import Person
from assistant.api.cookies import session_token
from assistant.api.state import Backend
from assistant.observe.context import identify
from kb.errors import FengqiaoError, NotReady

log = logging.getLogger("fengqiao.api")

Via = Literal["nobody", "session", "key", "demo", "local"]
_KEY = "fengqiao.caller"
#: What asks nobody who they are: it must answer while the accounts' database doesn't.
_UNKNOWN_TO_ALL = ("/static/", "/healthz")


@dataclass(frozen=True)
class Caller:
    """Who makes a request, and what they may do.

    Attributes:
        powers: see `assistant.accounts.permissions`.
        scopes: for the filter of every search, and of every list of cases.
        via: how they are known. `local` is the command line that opened the database itself;
            `demo` is a visitor of the demo who isn't logged in.
        person: None for strangers and for the command line.
        session_id: of the session, where there is one.
        csrf: what a page must send back with each change.
        failure: why what was sent to prove who it is can't be accepted; raised by the guard.
        key_id: of the API key, where there is one.
    """

    powers: Powers = NOBODY
    scopes: tuple[str, ...] = (PUBLIC_SCOPE,)
    via: Via = "nobody"
    person: Person | None = None
    session_id: str = ""
    csrf: str = ""
    failure: FengqiaoError | None = None
    key_id: str = ""


STRANGER = Caller()
#: May do whatever needs no account of one's own. The scope stays public.
_EVERYTHING = Powers(dict.fromkeys(ROLES))
LOCAL = Caller(_EVERYTHING, via="local")
#: As before there were accounts: anybody writes drafts and reviews those of others.
DEMO_VISITOR = Caller(Powers({"editor": None, "reviewer": None}), via="demo")


def caller_of(request: Request) -> Caller:
    """Return who makes the request; a stranger where nobody looked."""
    found: Caller = request.scope.get(_KEY, STRANGER)
    return found


def identity(scope: Scope) -> str:
    """Return who makes a request, as logs and limits name them: `person:ID`, `key:ID`, `system`, or ""."""
    caller: Caller = scope.get(_KEY, STRANGER)
    if caller.key_id:
        return f"key:{caller.key_id}"
    if caller.person is not None:
        return f"person:{caller.person.id}"
    return "system" if caller.via == "local" else ""


class Recognise:
    """Finds out who makes a request, before anything else asks. An ASGI middleware.

    Args:
        app: the next application.
        backend: where the accounts are.
        local: every request is the command line's, in this process.
    """

    def __init__(self, app: ASGIApp, backend: Backend, local: bool = False) -> None:
        self.app = app
        self.backend = backend
        self.unknown = LOCAL if local else DEMO_VISITOR if backend.settings.demo else STRANGER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] == "http" and not scope["path"].startswith(_UNKNOWN_TO_ALL):
            request = Request(scope)
            key, token = _bearer(request), session_token(request)
            if key is not None or token:
                scope[_KEY] = await run_in_threadpool(self._find, key, token)
            else:
                scope[_KEY] = self.unknown
            who = identity(scope)
            if who:
                identify(who)
        await self.app(scope, receive, send)

    def _find(self, key: str | None, token: str) -> Caller:
        try:
            accounts = self.backend.accounts()
            return _by_key(accounts, key) if key is not None else self._by_session(accounts, token)
        except FengqiaoError as failure:
            return Caller(failure=failure)
        except Exception:
            log.exception("can't look up who is calling")
            return Caller(failure=NotReady("账号暂时查不了", "请稍后再试；仍不行，请管理员查看服务日志"))

    def _by_session(self, accounts: Accounts, token: str) -> Caller:
        found = accounts.by_session(token)
        if found is None:  # run out: the public part stays open, the rest asks for a new log-in
            return self.unknown
        person, session_id = found
        powers = powers_of(person, accounts.places)
        return Caller(
            powers, scopes_of(powers, accounts.places), "session", person, session_id, csrf_token(token)
        )


def _by_key(accounts: Accounts, key: str) -> Caller:
    found = accounts.by_key(key)
    if found is None:
        raise Unauthenticated(
            "接口密钥无效或已过期", "请检查请求头 Authorization: Bearer …；可请管理员换一个"
        )
    person, holder = found
    powers = powers_of(person, accounts.places, holder.scopes)
    return Caller(powers, scopes_of(powers, accounts.places), "key", person, key_id=holder.key_id)


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
