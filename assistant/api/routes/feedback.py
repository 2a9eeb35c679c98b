"""Feedback on answers: given by anybody, read and closed by those who look after the answers."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.api import examples
from assistant.api.deps import Service, User, actor
from assistant.api.guard import Who, permits
from assistant.api.pagination import Page, Paging, counted_page
from assistant.api.routes.ask import keeper
from assistant.api.routes.chats import turn_of
from assistant.api.routes.drafts import By
from assistant.audit.notes import note
from assistant.chat.past_types import MAX_NOTE, Feedback, FeedbackGiven, FeedbackRequest, FeedbackStatus
from kb.text.visible import VisibleText

router = APIRouter(prefix="/feedback", tags=["feedback"])


class CloseBody(BaseModel):
    """What was done about it, and who did it."""

    model_config = ConfigDict(extra="forbid")

    note: VisibleText = Field("", max_length=MAX_NOTE)
    by: By = ""


@router.post("", summary="评价一次答复", status_code=201)
@permits("public")
def give(
    body: Annotated[FeedbackRequest, Body(openapi_examples=examples.FEEDBACK)], service: Service, caller: Who
) -> FeedbackGiven:
    """Say whether an answer was good; question and answer are kept with it, without personal data."""
    told = turn_of(service, body.turn_id, keeper(caller))
    given = service.feedback().give(told, body)
    note(object_id=given)
    return FeedbackGiven(id=given)


@router.get("", summary="对答复的评价")
@permits("feedback.read")
def feedback(
    service: Service,
    paging: Paging,
    status: Annotated[FeedbackStatus | None, Query(description="only what is open, or closed")] = None,
) -> Page[Feedback]:
    """List feedback, newest first."""
    entries, total = service.feedback().page(status, paging.offset, paging.limit)
    return counted_page(entries, paging, total)


@router.post("/{feedback_id}/close", summary="办结一条评价")
@permits("feedback.read")
def close(
    feedback_id: Annotated[str, Path(max_length=64)],
    service: Service,
    caller: Who,
    user: User,
    body: Annotated[CloseBody | None, Body(openapi_examples=examples.FEEDBACK_CLOSE)] = None,
) -> Feedback:
    """Note that feedback was dealt with; a second time changes the note."""
    who = actor(caller, user, body.by if body else "")
    return service.feedback().close(feedback_id, body.note if body else "", who)
