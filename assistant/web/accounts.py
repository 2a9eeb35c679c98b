"""The pages of accounts: log-in, first start, one's own sessions."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.accounts import setup
from assistant.accounts.passwords import MIN_CHARS
from assistant.accounts.permissions import KEY_SCOPE_LABELS
from assistant.accounts.types import ROLE_LABELS
from assistant.api.guard import Who, permits
from assistant.api.state import Backend
from assistant.web.render import page
from kb.errors import NotFound

router = APIRouter(include_in_schema=False)


def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


def own_path(path: str) -> str:
    r"""Return where to go after the log-in: a path of this site, never another's address.

    >>> own_path("/publicity?id=1"), own_path("//elsewhere"), own_path("https://elsewhere"), own_path("/\\x")
    ('/publicity?id=1', '/', '/', '/')
    """
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"


@router.get("/login")
@permits("public")
def login(
    request: Request,
    caller: Who,
    following: Annotated[str, Query(alias="next", max_length=500)] = "/",
) -> Response:
    """Show the log-in, in the demo with a button for each role; before there is anybody, the first start."""
    backend = _backend(request)
    if caller.person is not None:
        return RedirectResponse("/me", 302)
    if setup.needed(backend.accounts()):
        return RedirectResponse("/setup", 302)
    roles = ROLE_LABELS if backend.settings.demo else {}
    return page(request, "login.html", roles=roles, following=own_path(following))


@router.get("/setup")
@permits("public")
def first_run(request: Request) -> Response:
    """Show the first start; not there any more once there is an administrator."""
    backend = _backend(request)
    if not setup.needed(backend.accounts()):
        raise NotFound("已经设置过了", "请直接登录；新的账号由管理员添加")
    setup.setup_code(backend.settings)
    return page(request, "setup.html", file=setup.FILE, least=MIN_CHARS)


@router.get("/me")
@permits("account")
def me(request: Request, caller: Who) -> Response:
    """Show who one is, where one is logged in, and the change of password."""
    accounts, person = _backend(request).accounts(), caller.person
    if person is None:
        raise NotFound("没有这个人", "请先登录")
    names = {place.id: place.name for place in accounts.places.all()}
    roles = [(ROLE_LABELS[m.role], names.get(m.place_id or "", "全域")) for m in person.memberships]
    return page(
        request, "me.html", person=person, roles=roles, sessions=accounts.sessions.of(person.id),
        here=caller.session_id, least=MIN_CHARS, scopes=KEY_SCOPE_LABELS,
        keys=[key for key in accounts.keys.of(person.id) if key.revoked_at is None],
    )  # fmt: skip
