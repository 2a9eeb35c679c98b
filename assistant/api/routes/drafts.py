"""The publicity desk: Q&A drafts, their review by a second person, export."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from assistant.api import examples
from assistant.api.deps import Service, User, person
from assistant.api.pagination import Paging
from assistant.publicity.types import (
    Draft,
    DraftRequest,
    DraftsResponse,
    DraftStatus,
    EditRequest,
    ReviewRequest,
)

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
def create(
    body: Annotated[CreateBody, Body(openapi_examples=examples.DRAFTS)], service: Service, user: User
) -> DraftsResponse:
    """Compose drafts from verbatim extracts about a topic, a provision or a case."""
    author = person(user, body.by)
    request = DraftRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    return service.publicity().create(request, author)


@router.get("", summary="稿件列表")
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
def draft(draft_id: DraftId, service: Service) -> Draft:
    """Return one draft with its history and revisions."""
    return service.publicity().get(draft_id)


@router.patch("/{draft_id}", summary="修改稿件")
def edit(
    draft_id: DraftId,
    body: Annotated[EditBody, Body(openapi_examples=examples.EDIT)],
    service: Service,
    user: User,
) -> Draft:
    """Save a changed text; its citations are checked again."""
    editor = person(user, body.by)
    request = EditRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    return service.publicity().edit(draft_id, request, editor)


@router.post("/{draft_id}/submit", summary="提交审核")
def submit(
    draft_id: DraftId,
    service: Service,
    user: User,
    body: Annotated[SubmitBody | None, Body(openapi_examples=examples.SUBMIT)] = None,
) -> Draft:
    """Hand a draft to review."""
    return service.publicity().submit(draft_id, person(user, body.by if body else ""))


@router.post("/{draft_id}/review", summary="审核")
def review(
    draft_id: DraftId,
    body: Annotated[ReviewBody, Body(openapi_examples=examples.REVIEW)],
    service: Service,
    user: User,
) -> Draft:
    """Approve or return a draft; the reviewer is someone else than those who wrote it."""
    reviewer = person(user, body.by)
    request = ReviewRequest(**body.model_dump(exclude={"by"}, exclude_unset=True))
    return service.publicity().review(draft_id, request, reviewer)


@router.get(
    "/{draft_id}/export",
    summary="导出",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "the file"}},
)
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
