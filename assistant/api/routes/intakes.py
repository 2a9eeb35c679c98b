"""Handing a matter over from the chat to a village's mediators."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from assistant.accounts.permissions import TABLE, Action
from assistant.accounts.types import Place
from assistant.api import examples
from assistant.api.caller import Caller
from assistant.api.deps import Service
from assistant.api.guard import Who, permits, person_of, refuse
from assistant.api.pagination import Page, Paging, counted_page
from assistant.api.routes.ask import keeper
from assistant.api.routes.chats import turn_of
from assistant.api.state import Backend
from assistant.audit.notes import note, note_text
from assistant.intakes.desk import Told
from assistant.intakes.models import IntakeRow
from assistant.intakes.types import (
    MAX_NARRATIVE,
    CloseIntake,
    Intake,
    IntakeStatus,
    NewIntake,
    RevealedIntake,
    Right,
)
from assistant.records.types import Erased
from assistant.risk.types import Risk
from kb.errors import BadRequest, Conflict, NotFound

router = APIRouter(prefix="/intakes", tags=["intakes"])
IntakeId = Annotated[str, Path(max_length=64)]
_RIGHTS: tuple[tuple[Right, Action, tuple[IntakeStatus, ...]], ...] = (
    ("take", "intakes.read", ("new",)),
    ("close", "intakes.read", ("new", "taken")),
    ("reveal", "intakes.reveal", ("new", "taken", "closed")),
    ("delete", "intakes.delete", ("new", "taken", "closed")),
)


def _row(service: Backend, caller: Caller, intake_id: str, action: Action = "intakes.read") -> IntakeRow:
    """Return an intake that the caller may do this with; a foreign one isn't told apart from none."""
    row = service.intakes().find(intake_id)
    if row is None or not caller.powers.may("intakes.read", row.place_id):
        if row is not None:
            note(outcome="denied", place=row.place_id)
        raise NotFound("没有这件转办的事", "可能已经删除，可到转办列表里找")
    note(place=row.place_id)
    if not caller.powers.may(action, row.place_id):
        refuse(caller)
    return row


def _shown(row: IntakeRow, caller: Caller, place: Place) -> Intake:
    return Intake(
        id=row.id,
        village=row.place_id,
        village_name=place.name,
        status=row.status,
        narrative=row.narrative,
        risks=[Risk.model_validate(risk) for risk in row.risks],
        dispute_type=row.dispute_type,
        on=row.on,
        created_at=row.created_at,
        by=row.by,
        has_contact=row.has_contact,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        note=row.note,
        retain_until=row.retain_until,
        may=[
            right
            for right, action, states in _RIGHTS
            if row.status in states and caller.powers.may(action, row.place_id)
        ],
    )


def _one(service: Backend, caller: Caller, row: IntakeRow) -> Intake:
    return _shown(row, caller, service.accounts().places.get(row.place_id))


def _narrative(service: Backend, caller: Caller, body: NewIntake) -> str:
    """Return what was told: as written, else what was asked in the conversation that the turn is of."""
    if body.narrative.strip() or not body.turn_id:
        return body.narrative
    person_id = keeper(caller)
    told = turn_of(service, body.turn_id, person_id)
    asked = service.chats().questions(told) or [told.question]
    return "\n".join(asked)[-MAX_NARRATIVE:]


def _require_readers(service: Backend, place: Place) -> None:
    """What nobody reads mustn't look as if it were in good hands."""
    accounts, who = service.accounts(), TABLE["intakes.read"].who
    assert not isinstance(who, str)
    if not accounts.people.anybody(who, accounts.places.above(place.id)):
        raise Conflict(
            f"{place.name}在本系统里还没有调解员，转过去没有人看得到",
            "请直接联系村（居）调解委员会或乡镇司法所，或拨打12348",
        )


@router.post("", summary="转给村里的调解员", status_code=201)
@permits("intakes.write")
def create(
    body: Annotated[NewIntake, Body(openapi_examples=examples.INTAKE)], service: Service, caller: Who
) -> Intake:
    """Hand a matter over to any village; text and contact are sealed, what is read is redacted."""
    author = person_of(caller)
    if not service.accounts().places.known(body.village):
        raise BadRequest("没有这个村", "村请用编号，全部见 GET /api/v1/villages")
    place = service.accounts().places.get(body.village)
    note(place=place.id)
    if place.kind == "village":
        _require_readers(service, place)
    narrative = _narrative(service, caller, body)
    note_text(narrative, "narrative")
    row = service.intakes().create(Told(narrative, body.contact, body.on), place, author)
    note(object_id=row.id)
    return _shown(row, caller, place)


@router.get("", summary="转来的事")
@permits("intakes.read")
def intakes(
    service: Service,
    caller: Who,
    paging: Paging,
    status: Annotated[IntakeStatus | None, Query(description="only matters in this state")] = None,
    village: Annotated[str, Query(max_length=64, description="village id")] = "",
) -> Page[Intake]:
    """List what was handed over to the caller's villages, newest first, without personal data."""
    reach = caller.powers.places("intakes.read")
    rows, total = service.intakes().page(reach, paging.offset, paging.limit, status, village)
    places = {place.id: place for place in service.accounts().places.all()}
    return counted_page([_shown(row, caller, places[row.place_id]) for row in rows], paging, total)


@router.get("/{intake_id}", summary="一件转来的事")
@permits("intakes.read")
def intake(intake_id: IntakeId, service: Service, caller: Who) -> Intake:
    """Return one matter without personal data."""
    return _one(service, caller, _row(service, caller, intake_id))


@router.post("/{intake_id}/take", summary="接下")
@permits("intakes.read")
def take(intake_id: IntakeId, service: Service, caller: Who) -> Intake:
    """Take a new matter on; others then see who has it."""
    row = _row(service, caller, intake_id)
    return _one(service, caller, service.intakes().take(row.id, person_of(caller).signature))


@router.post("/{intake_id}/close", summary="办结")
@permits("intakes.read")
def close(
    intake_id: IntakeId,
    service: Service,
    caller: Who,
    body: Annotated[CloseIntake | None, Body(openapi_examples=examples.INTAKE_CLOSE)] = None,
) -> Intake:
    """Note that a matter is dealt with, and how."""
    row = _row(service, caller, intake_id)
    who = person_of(caller).signature
    return _one(service, caller, service.intakes().close(row.id, who, body.note if body else ""))


@router.post("/{intake_id}/reveal", summary="查看原文和联系方式")
@permits("intakes.reveal")
def reveal(intake_id: IntakeId, service: Service, caller: Who, response: Response) -> RevealedIntake:
    """Return a matter as it was told, and how to reach who told it; who looked is on record."""
    row = _row(service, caller, intake_id, "intakes.reveal")
    found = service.intakes().reveal(row)
    response.headers["Cache-Control"] = "no-store"
    return RevealedIntake(id=row.id, narrative=found.narrative, contact=found.contact)


@router.delete("/{intake_id}", summary="删除转来的事")
@permits("intakes.delete")
def erase(intake_id: IntakeId, service: Service, caller: Who) -> Erased:
    """Erase a matter for good, originals and contact with it."""
    row = _row(service, caller, intake_id, "intakes.delete")
    service.intakes().erase(row.id)
    return Erased(id=row.id)
