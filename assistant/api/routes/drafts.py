"""The publicity desk: Q&A drafts, their review by a second person, export."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from assistant.accounts.permissions import PUBLIC_SCOPE
from assistant.api import examples
from assistant.api.caller import Caller
from assistant.api.deps import Service, User, actor
from assistant.api.guard import Who, permits
from assistant.api.pagination import Paging
from assistant.api.visible import visible_case
from assistant.audit.notes import note
from assistant.publicity.types import (
    Draft,
    DraftRequest,
    DraftsResponse,
    DraftStatus,
    EditRequest,
    ReviewRequest,
)
from kb.errors import Forbidden, NotFound

router = APIRouter(prefix="/drafts", tags=["drafts"])

By = Annotated[str, Field(max_length=40, description="who acts, where the header X-Fengqiao-User isn't sent")]
DraftId = Annotated[str, Path(max_length=64)]
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


class CreateBody(DraftRequest):
    """What to write about, and who asks."""

    by: By = ""


class EditBody(EditRequest):
    """A changed text, and who changed it."""

    by: By = ""


class ReviewBody(ReviewRequest):
    """The decision, and who decided."""

    by: By = ""


class SubmitBody(BaseModel):
    """Who submits."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""


class DraftPage(BaseModel):
    """One page of drafts, newest first."""

    drafts: list[Draft]
    total: int
    offset: int
    limit: int
    next_offset: int | None = None


@router.post("", summary="起草普法问答", status_code=201)
@permits("drafts.write")
def create(
    body: Annotated[CreateBody, Body(openapi_examples=examples.DRAFTS)],
    service: Service,
    caller: Who,
    user: User,
) -> DraftsResponse:
    """Compose drafts from verbatim extracts about a topic, a provision or a case."""
    author = actor(caller, user, body.by)
    request = DraftRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    if request.case_id and visible_case(service.knowledge(), (PUBLIC_SCOPE,), request.case_id) is None:
        # what is drafted is meant for everybody, so even one's own village's cases aren't told from
        raise NotFound("没有这个案例", "普法稿件只能从公开的案例写起，见 GET /api/v1/cases")
    return service.publicity().create(request, author)


@router.get("", summary="稿件列表")
@permits("drafts.read")
def drafts(
    service: Service,
    paging: Paging,
    status: Annotated[DraftStatus | None, Query(description="only drafts in this state")] = None,
) -> DraftPage:
    """List drafts, newest first."""
    found = service.publicity().list(status, paging.offset, paging.limit)
    following = paging.offset + len(found.drafts)
    return DraftPage(
        drafts=found.drafts,
        total=found.total,
        offset=paging.offset,
        limit=paging.limit,
        next_offset=following if found.drafts and following < found.total else None,
    )


@router.get("/{draft_id}", summary="一份稿件")
@permits("drafts.read")
def draft(draft_id: DraftId, service: Service) -> Draft:
    """Return one draft with its history and revisions."""
    return service.publicity().get(draft_id)


@router.patch("/{draft_id}", summary="修改稿件")
@permits("drafts.write")
def edit(
    draft_id: DraftId,
    body: Annotated[EditBody, Body(openapi_examples=examples.EDIT)],
    service: Service,
    caller: Who,
    user: User,
) -> Draft:
    """Save a changed text; its citations are checked again."""
    editor = actor(caller, user, body.by)
    request = EditRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    return service.publicity().edit(draft_id, request, editor)


@router.post("/{draft_id}/submit", summary="提交审核")
@permits("drafts.write")
def submit(
    draft_id: DraftId,
    service: Service,
    caller: Who,
    user: User,
    body: Annotated[SubmitBody | None, Body(openapi_examples=examples.SUBMIT)] = None,
) -> Draft:
    """Hand a draft to review."""
    return service.publicity().submit(draft_id, actor(caller, user, body.by if body else ""))


@router.post("/{draft_id}/review", summary="审核")
@permits("drafts.review")
def review(
    draft_id: DraftId,
    body: Annotated[ReviewBody, Body(openapi_examples=examples.REVIEW)],
    service: Service,
    caller: Who,
    user: User,
) -> Draft:
    """Approve or return a draft; the reviewer is someone else than those who wrote it."""
    reviewer = actor(caller, user, body.by)
    note(action="approve" if body.decision == "approve" else "reject")
    _require_others(service.publicity().get(draft_id), caller)
    request = ReviewRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    return service.publicity().review(draft_id, request, reviewer)


def _require_others(draft: Draft, caller: Caller) -> None:
    """Somebody whose name was changed is still who wrote it: the login in a signature never changes."""
    own = f"（{caller.person.login}）" if caller.person else ""
    wrote = (draft.author, draft.last_editor, *(revision.editor for revision in draft.revisions))
    if own and any(name.endswith(own) for name in wrote):
        raise Forbidden("不能审核自己写的或改过的稿件", "请另一位审核员审核")


@router.get(
    "/{draft_id}/export",
    summary="导出",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "the file"}},
)
@permits("drafts.export")
def export(
    draft_id: DraftId, service: Service, format: Annotated[Literal["docx", "md"], Query()] = "docx"
) -> Response:
    """Return the draft as a file, for download."""
    desk = service.publicity()
    data = desk.export(draft_id, format)
    name = f"{desk.get(draft_id).title or '普法稿件'}.{format}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"draft.{format}\"; filename*=UTF-8''{quote(name)}"
    }
    return Response(data, media_type=MEDIA_TYPES[format], headers=headers)
