"""Logging in and out, the first administrator, one's own sessions and keys."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.accounts import demo, setup
from assistant.accounts.errors import Unauthenticated
from assistant.accounts.permissions import KEY_SCOPES, TABLE
from assistant.accounts.types import ApiKey, Membership, OpenSession, Person, Role
from assistant.api import cookies, examples
from assistant.api.addresses import caller_address, trusted_proxies
from assistant.api.caller import Caller
from assistant.api.deps import Service
from assistant.api.guard import Who, permits, person_of
from assistant.audit.notes import note, note_text
from assistant.observe.context import identify
from kb.errors import FengqiaoError, NotFound

router = APIRouter(tags=["accounts"])


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginBody(_Body):
    """Login name and password."""

    login: str = Field(max_length=200, examples=["wangfang"])
    password: str


class DemoBody(_Body):
    """The role to try."""

    role: Role


class SetupBody(LoginBody):
    """The one-time code of the first start, and the first administrator."""

    code: str = Field(description="from the file setup-code in the home folder")
    name: str = Field(examples=["王芳"])


class PasswordBody(_Body):
    """The password so far and the new one."""

    old: str
    new: str


class KeyBody(_Body):
    """What the key is for, what it may do, and for how long."""

    name: str = Field(max_length=200, examples=["县政府网站"])
    scopes: list[str] = Field(examples=[["drafts.read"]], description="; ".join(KEY_SCOPES))
    days: int = Field(90, ge=1, le=366)


class Me(BaseModel):
    """Who is calling and what they may do; `person` is null for strangers."""

    person: Person | None = None
    memberships: list[Membership] = Field(default_factory=list)
    allowed: list[str] = Field(description="entries of the table of permissions")
    csrf: str = Field("", description="to be sent as X-CSRF-Token with every change")
    demo: bool = False


class NewKey(BaseModel):
    """A key just made; `secret` is shown this once."""

    key: ApiKey
    secret: str


class Done(BaseModel):
    """It is done."""

    done: bool = True


def _me(caller: Caller, is_demo: bool) -> Me:
    return Me(
        person=caller.person,
        memberships=caller.person.memberships if caller.person else [],
        allowed=[action for action in TABLE if caller.powers.may(action)],
        csrf=caller.csrf,
        demo=is_demo,
    )


def _client(request: Request, service: Service) -> tuple[str, str]:
    """Return browser and network address, of which trusted proxies report the real one."""
    address = caller_address(request.scope, trusted_proxies(service.settings))
    return request.headers.get("user-agent", ""), str(address or "")


def _enter(request: Request, response: Response, service: Service, caller: Caller, token: str) -> None:
    if caller.person is not None:  # the browser's session so far ends with the new one
        service.accounts().sessions.end(caller.person.id, caller.session_id)
    cookies.set_session(request, response, token, service.settings)


@router.post("/auth/login", summary="登录")
@permits("public")
def login(
    body: Annotated[LoginBody, Body(openapi_examples=examples.LOGIN)],
    request: Request,
    response: Response,
    service: Service,
    caller: Who,
) -> Done:
    """Log a browser in: its cookie from now on says who it is."""
    cookies.require_private_line(request, service.settings)
    note_text(body.login, "login")
    person, token = service.accounts().log_in(body.login, body.password, *_client(request, service))
    identify(f"person:{person.id}")
    _enter(request, response, service, caller, token)
    return Done()


@router.post("/auth/demo", summary="演示：以一种角色进入")
@permits("public")
def enter_demo(
    body: Annotated[DemoBody, Body(openapi_examples=examples.DEMO)],
    request: Request,
    response: Response,
    service: Service,
    caller: Who,
) -> Done:
    """Log in to the demo account of a role, without a password; refused outside the demo."""
    accounts = service.accounts()
    if accounts.demo:
        demo.prepare(accounts, service.knowledge().catalog.villages())
    person, token = demo.enter(accounts, body.role, *_client(request, service))
    identify(f"person:{person.id}")
    _enter(request, response, service, caller, token)
    return Done()


@router.post("/auth/setup", summary="首次使用：设置管理员", status_code=201)
@permits("public")
def first_run(
    body: Annotated[SetupBody, Body(openapi_examples=examples.SETUP)],
    request: Request,
    response: Response,
    service: Service,
    caller: Who,
) -> Done:
    """Make the first administrator and log in as them; refused once there is one."""
    cookies.require_private_line(request, service.settings)
    accounts = service.accounts()
    person = setup.first_administrator(
        accounts, service.settings, body.code, body.login, body.name, body.password
    )
    identify(f"person:{person.id}")
    note(object_id=person.id)
    with suppress(FengqiaoError):  # still being opened: it can be done later, by POST /places/import
        accounts.places.take_over(service.knowledge().catalog.villages())
    _enter(request, response, service, caller, accounts.sessions.start(person.id, *_client(request, service)))
    return Done()


@router.post("/auth/logout", summary="退出登录")
@permits("account")
def logout(request: Request, response: Response, service: Service, caller: Who) -> Done:
    """End this session."""
    service.accounts().sessions.end(person_of(caller).id, caller.session_id)
    cookies.clear_session(request, response)
    return Done()


@router.post("/auth/logout-everywhere", summary="在所有地方退出登录")
@permits("account")
def logout_everywhere(request: Request, response: Response, service: Service, caller: Who) -> Done:
    """End all of one's sessions, this one too."""
    service.accounts().sessions.end_all(person_of(caller).id)
    cookies.clear_session(request, response)
    return Done()


@router.get("/auth/me", summary="我是谁，能做什么")
@permits("public")
def me(service: Service, caller: Who) -> Me:
    """Return who is calling, what they may do, and the token to send with changes."""
    return _me(caller, service.settings.demo)


@router.post("/auth/password", summary="换密码")
@permits("account")
def password(
    body: Annotated[PasswordBody, Body(openapi_examples=examples.PASSWORD)],
    request: Request,
    service: Service,
    caller: Who,
) -> Done:
    """Change one's own password; every other session ends."""
    cookies.require_private_line(request, service.settings)
    accounts, person = service.accounts(), person_of(caller)
    marks = accounts.throttle.begin(person.login, _client(request, service)[1])
    if accounts.people.authenticate(person.login, body.old) is None:
        raise Unauthenticated("原来的密码不对", "忘了密码，请管理员重设")
    accounts.throttle.forgive(marks, person.login)
    accounts.people.set_password(person.id, body.new)
    accounts.sessions.end_all(person.id, but=caller.session_id)
    return Done()


@router.get("/auth/sessions", summary="我在哪些地方登录着")
@permits("account")
def sessions(service: Service, caller: Who) -> list[OpenSession]:
    """List one's own sessions, the latest first."""
    found = service.accounts().sessions.of(person_of(caller).id)
    return [s.model_copy(update={"current": s.id == caller.session_id}) for s in found]


@router.delete("/auth/sessions/{session_id}", summary="让一处退出登录")
@permits("account")
def end_session(session_id: Annotated[str, Path(max_length=64)], service: Service, caller: Who) -> Done:
    """End one of one's own sessions."""
    if not service.accounts().sessions.end(person_of(caller).id, session_id):
        raise NotFound("没有这处登录", "可能已经退出了，请刷新页面")
    return Done()


@router.get("/api-keys", summary="我的接口密钥")
@permits("account")
def keys(service: Service, caller: Who) -> list[ApiKey]:
    """List one's own keys, newest first, ended ones too."""
    return service.accounts().keys.of(person_of(caller).id)


@router.post("/api-keys", summary="新建接口密钥", status_code=201)
@permits("account")
def make_key(
    body: Annotated[KeyBody, Body(openapi_examples=examples.KEY)], service: Service, caller: Who
) -> NewKey:
    """Make a key that acts for oneself within its scopes; its secret is shown once."""
    key, secret = service.accounts().keys.make(person_of(caller).id, body.name, body.scopes, body.days)
    note(object_id=key.id)
    return NewKey(key=key, secret=secret)


@router.delete("/api-keys/{key_id}", summary="停用接口密钥")
@permits("account")
def revoke_key(key_id: Annotated[str, Path(max_length=64)], service: Service, caller: Who) -> Done:
    """End one of one's own keys, for good."""
    service.accounts().keys.revoke(person_of(caller).id, key_id)
    return Done()
