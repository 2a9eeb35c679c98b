"""People and places, for administrators: each within the places that are theirs."""

from contextlib import suppress
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel, ConfigDict, Field

from assistant.accounts.errors import no_such_person
from assistant.accounts.types import Membership, Person, Place, PlaceKind
from assistant.api import examples
from assistant.api.caller import Caller
from assistant.api.deps import Knowledge, Service
from assistant.api.guard import Who, permits
from assistant.api.reach import may_change, reaches, sees
from assistant.audit.notes import note
from kb.errors import BadRequest, FengqiaoError, Forbidden

router = APIRouter(tags=["accounts"])
PersonId = Annotated[str, Path(max_length=64)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonBody(_Body):
    """A new account: who, what they are where, and a first password for them to change."""

    login: str = Field(max_length=200, examples=["wangfang"])
    name: str = Field(max_length=200, examples=["王芳"])
    password: str = ""
    memberships: list[Membership] = Field(max_length=50)


class PersonChange(_Body):
    """What is to change of an account; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    active: bool | None = None
    password: str | None = None
    memberships: list[Membership] | None = Field(None, max_length=50)


class PlaceBody(_Body):
    """A new place. A village takes the id that it has in the catalog."""

    id: str = Field("", max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
    kind: PlaceKind
    name: str = Field(min_length=1, max_length=80)
    parent_id: str | None = Field(None, max_length=64)


def _visible(service: Service, caller: Caller, person_id: str) -> Person:
    """Return a person of whom at least one role is at the caller's places; others aren't told apart from nobody."""
    person = service.accounts().people.get(person_id)
    if not sees(caller, person):
        note(outcome="denied")
        raise no_such_person()
    return person


def _require_its_place(service: Service, body: PlaceBody) -> None:
    """An id decides whose cases somebody sees: that of another's village mustn't be taken before it is added."""
    known = None
    if body.kind == "village" and body.parent_id:
        known = service.knowledge().catalog.village(body.id)
    if known is not None:
        places = service.accounts().places
        township = places.get(body.parent_id or "")
        county = places.get(township.parent_id or "")
        if known.place and [county.name, township.name] == ["".join(known.place[:-1]), known.place[-1]]:
            return
    raise Forbidden(
        "不能自己给这个地方定编号",
        "请把编号空着；村目录里的村，请放在它所属的乡镇下，或请全域管理员从村目录导入",
    )


def _note_roles(memberships: list[Membership]) -> None:
    """Put on record what somebody may do from now on, and where."""
    granted: dict[str, Any] = {f"role_{i}": f"{m.role}:{m.place_id or ''}" for i, m in enumerate(memberships)}
    note(**granted)


def _require_grants(caller: Caller, memberships: list[Membership]) -> None:
    """Nobody gives a right away at a place that isn't theirs to administer."""
    if not memberships:
        raise BadRequest("没有写明角色和地方", "至少写一个，例如某村的调解员")
    if not all(reaches(caller, "people.manage", m) for m in memberships):
        raise Forbidden("不能给您管辖之外的地方安排人", "请选您管辖的地方，或请上级管理员办理")


@router.get("/people", summary="人员")
@permits("people.read")
def people(service: Service, caller: Who) -> list[Person]:
    """List those who have a role at one of the caller's places."""
    return [person for person in service.accounts().people.all() if sees(caller, person)]


@router.post("/people", summary="新增人员", status_code=201)
@permits("people.manage")
def add_person(
    body: Annotated[PersonBody, Body(openapi_examples=examples.PERSON)], service: Service, caller: Who
) -> Person:
    """Make an account with roles at the caller's places."""
    _require_grants(caller, body.memberships)
    # whoever tries the demo must not leave an account behind that works without it
    demo = caller.person is not None and caller.person.demo
    made = service.accounts().people.add(body.login, body.name, body.memberships, body.password, demo)
    note(object_id=made.id)
    _note_roles(made.memberships)
    return made


@router.get("/people/{person_id}", summary="一个人")
@permits("people.read")
def person(person_id: PersonId, service: Service, caller: Who) -> Person:
    """Return one person."""
    return _visible(service, caller, person_id)


@router.patch("/people/{person_id}", summary="修改人员")
@permits("people.manage")
def change_person(
    person_id: PersonId,
    body: Annotated[PersonChange, Body(openapi_examples=examples.PERSON_CHANGE)],
    service: Service,
    caller: Who,
) -> Person:
    """Change name, roles or password, or close the account; a new password ends all sessions and keys."""
    accounts, found = service.accounts(), _visible(service, caller, person_id)
    if not may_change(caller, found):
        raise Forbidden("这个人在您管辖之外也有角色，您不能修改", "请上级管理员办理")
    if body.memberships is not None:
        note(action="grant")
        _require_grants(caller, body.memberships)
    if body.password is not None:
        note(password=True)
    if body.active is not None:
        note(active=body.active)
    changed = accounts.people.change(
        person_id,
        name=body.name,
        active=body.active,
        memberships=body.memberships,
        password=body.password,
    )
    if changed.active is False:
        with suppress(FengqiaoError):  # still being opened: it is done at the next start
            service.chats().delete_all(person_id)
    if body.password is not None:
        accounts.sessions.end_all(person_id)
        accounts.keys.revoke_all(person_id)
    if body.memberships is not None:
        _note_roles(changed.memberships)
    return changed


@router.get("/places", summary="地方")
@permits("places.read")
def places(service: Service, caller: Who) -> list[Place]:
    """List the caller's places and all below them."""
    allowed = caller.powers.places("places.read")
    return [p for p in service.accounts().places.all() if allowed is None or p.id in allowed]


@router.post("/places", summary="新增地方", status_code=201)
@permits("places.manage")
def add_place(
    body: Annotated[PlaceBody, Body(openapi_examples=examples.PLACE)], service: Service, caller: Who
) -> Place:
    """Add a place below one that the caller administers."""
    allowed = caller.powers.places("places.manage")
    if allowed is not None and body.parent_id not in allowed:
        raise Forbidden("不能在您管辖之外新增地方", "请选您管辖的地方作上级，或请上级管理员办理")
    if allowed is not None and body.id:
        _require_its_place(service, body)
    name = body.name.strip()
    if not name or not name.isprintable():
        raise BadRequest("地名写法不对", "地名 1 到 80 个字，不含换行等控制字符")
    made = service.accounts().places.add(
        Place(id=body.id or uuid4().hex, kind=body.kind, name=name, parent_id=body.parent_id)
    )
    note(object_id=made.id)
    return made


@router.post("/places/import", summary="从村目录导入地方")
@permits("places.manage")
def import_places(kb: Knowledge, service: Service, caller: Who) -> list[Place]:
    """Add the catalog's villages with their townships and counties, where they are missing."""
    if caller.powers.places("places.manage") is not None:
        raise Forbidden("只有全域管理员可以导入", "请全域管理员办理")
    service.accounts().places.take_over(kb.catalog.villages())
    return service.accounts().places.all()
