"""Case records: what a village's own people write down, redacted before anything else is done with it."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from assistant.accounts.errors import Unauthenticated
from assistant.accounts.permissions import Action
from assistant.accounts.types import Person, Place
from assistant.api import examples
from assistant.api.caller import Caller
from assistant.api.deps import Service
from assistant.api.guard import Who, permits, refuse
from assistant.api.pagination import Page, Paging, counted_page
from assistant.api.routes.drafts import MEDIA_TYPES
from assistant.api.state import Backend
from assistant.audit.notes import note, note_text
from assistant.records.export import to_docx, to_markdown
from assistant.records.intake import hide
from assistant.records.models import CaseRecordRow
from assistant.records.types import (
    CaseRecord,
    Erased,
    NewRecord,
    Preview,
    PreviewRequest,
    RecordChange,
    RecordTexts,
    Revealed,
    Right,
)
from kb.errors import Forbidden, NotFound
from kb.model import MediationCase

router = APIRouter(prefix="/records", tags=["records"])
RecordId = Annotated[str, Path(max_length=64)]
_RIGHTS: tuple[tuple[Right, Action], ...] = (
    ("reveal", "cases.reveal"),
    ("write", "cases.write"),
    ("delete", "cases.delete"),
)


def _row(service: Backend, caller: Caller, record_id: str, action: Action = "cases.read") -> CaseRecordRow:
    """Return a record that the caller may do this with; a foreign one isn't told apart from none."""
    row = service.records().rows.find(record_id)
    if row is None or not caller.powers.may("cases.read", row.place_id):
        if row is not None:
            note(outcome="denied", place=row.place_id)
        raise NotFound("没有这份记录", "可能已经删除，可到案件记录里找")
    note(place=row.place_id)
    if not caller.powers.may(action, row.place_id):
        refuse(caller)
    return row


def _author(caller: Caller) -> Person:
    if caller.person is None:
        raise Unauthenticated("请先登录", "案件记录要记在写的人名下，请用自己的账号登录")
    return caller.person


def _may_erase(caller: Caller, row: CaseRecordRow) -> bool:
    """The clerk keeps the village's papers; a mediator answers for what they wrote themselves."""
    if not caller.powers.may("cases.delete", row.place_id):
        return False
    villages = caller.powers.reach.get("clerk", frozenset())
    wrote = caller.person is not None and caller.person.id == row.author_id
    return wrote or villages is None or row.place_id in villages


def _shown(row: CaseRecordRow, caller: Caller, place: Place) -> CaseRecord:
    may = [right for right, action in _RIGHTS if caller.powers.may(action, row.place_id)]
    if not _may_erase(caller, row):
        may = [right for right in may if right != "delete"]
    return CaseRecord(
        id=row.id,
        village=row.place_id,
        village_name=place.name,
        version=row.version,
        erasing=row.erasing,
        created_at=row.created_at,
        updated_at=row.updated_at,
        retain_until=row.retain_until,
        case=MediationCase(**row.body),
        may=may,
    )


@router.post("/preview", summary="先看隐去后的文字，不保存")
@permits("cases.write")
def preview(body: Annotated[PreviewRequest, Body(openapi_examples=examples.RECORD_PREVIEW)]) -> Preview:
    """Return the texts as they would be stored, and what was replaced; nothing is kept."""
    texts = RecordTexts(**body.model_dump(include=set(RecordTexts.model_fields)))
    note_text("\n".join(str(value) for value in texts.model_dump().values()), "text")
    hidden = hide(texts, body.also)
    return Preview(texts=hidden.texts, replaced=hidden.replaced)


@router.post("", summary="录入案件记录", status_code=201)
@permits("cases.write")
def create(
    body: Annotated[NewRecord, Body(openapi_examples=examples.RECORD)], service: Service, caller: Who
) -> CaseRecord:
    """Redact and store a record of one of the caller's villages; the originals are sealed."""
    if not caller.powers.may("cases.write", body.village):
        note(outcome="denied")
        raise Forbidden("不能给您管辖之外的村录入案件记录", "请选您自己的村")
    author, place = _author(caller), service.accounts().places.get(body.village)
    note(place=place.id)
    row = service.records().create(body, place, author.id)
    note(object_id=row.id)
    return _shown(row, caller, place)


@router.get("", summary="案件记录")
@permits("cases.read")
def records(service: Service, caller: Who, paging: Paging) -> Page[CaseRecord]:
    """List the records of the caller's villages, newest first, without personal data."""
    reach = caller.powers.places("cases.read")
    rows, total = service.records().rows.page(reach, paging.offset, paging.limit)
    places = {place.id: place for place in service.accounts().places.all()}
    return counted_page([_shown(row, caller, places[row.place_id]) for row in rows], paging, total)


@router.get("/{record_id}", summary="一份案件记录")
@permits("cases.read")
def record(record_id: RecordId, service: Service, caller: Who) -> CaseRecord:
    """Return one record without personal data."""
    row = _row(service, caller, record_id)
    return _shown(row, caller, service.accounts().places.get(row.place_id))


@router.patch("/{record_id}", summary="修改案件记录")
@permits("cases.write")
def change(
    record_id: RecordId,
    body: Annotated[RecordChange, Body(openapi_examples=examples.RECORD_CHANGE)],
    service: Service,
    caller: Who,
) -> CaseRecord:
    """Change a record; all of its texts are redacted again, and who had a letter keeps it."""
    row = service.records().change(_row(service, caller, record_id, "cases.write"), body)
    return _shown(row, caller, service.accounts().places.get(row.place_id))


@router.delete("/{record_id}", summary="删除案件记录")
@permits("cases.delete")
def erase(record_id: RecordId, service: Service, caller: Who) -> Erased:
    """Erase a record for good: originals, index, cache and catalog."""
    row = _row(service, caller, record_id, "cases.delete")
    if not _may_erase(caller, row):
        raise Forbidden("只能删除您自己录入的记录", "别人录入的，请录入的人或村文书删除")
    service.records().erase(row.id)
    return Erased(id=row.id)


@router.post("/{record_id}/reveal", summary="查看原文")
@permits("cases.reveal")
def reveal(record_id: RecordId, service: Service, caller: Who, response: Response) -> Revealed:
    """Return a record's originals; who looked is on record."""
    row = _row(service, caller, record_id, "cases.reveal")
    found = service.records().reveal(row)
    response.headers["Cache-Control"] = "no-store"
    return Revealed(
        id=row.id, version=row.version, texts=found.texts, also=found.also, replaced=found.replaced
    )


@router.get(
    "/{record_id}/export",
    summary="导出（已隐去个人信息）",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "the file"}},
)
@permits("cases.read")
def export(
    record_id: RecordId,
    service: Service,
    caller: Who,
    format: Annotated[Literal["docx", "md"], Query()] = "docx",
) -> Response:
    """Return the redacted record as a file, for download; it is stored nowhere."""
    row = _row(service, caller, record_id)
    case, village = MediationCase(**row.body), service.accounts().places.get(row.place_id).name
    data = to_docx(case, village) if format == "docx" else to_markdown(case, village)
    name = quote(f"{case.name[:60]}.{format}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"record.{format}\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=MEDIA_TYPES[format], headers=headers)
