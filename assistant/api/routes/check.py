"""Checking the citations of a text, whoever wrote it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from assistant.api import examples
from assistant.api.deps import Knowledge, Service
from assistant.api.guard import permits
from assistant.api.limits import require_text
from assistant.api.uploads import Incoming, body_schema, intake
from assistant.audit.notes import note_text
from assistant.grounding.gate import review
from assistant.grounding.types import CheckRequest, CheckResponse

router = APIRouter(tags=["checks"])


@router.post(
    "/check",
    summary="核查一段文字里的法条引用",
    openapi_extra=body_schema(CheckRequest, "text", examples.CHECK),
)
@permits("public")
def check(
    incoming: Annotated[Incoming[CheckRequest], Depends(intake(CheckRequest, "text"))],
    kb: Knowledge,
    service: Service,
) -> CheckResponse:
    """Check each citation for existence, force on the day, verbatim quotation and support; suggest repairs where asked."""
    request = incoming.read(service)
    note_text(request.text, "text")
    require_text(request.text, service.settings.max_text_chars, "待核查的文字")
    return review(kb, request)
