"""The mediator's desk."""

from typing import Annotated

from fastapi import APIRouter, Depends

from assistant.api import examples
from assistant.api.deps import Knowledge, Service
from assistant.api.guard import Who, permits
from assistant.api.limits import require_text, require_village
from assistant.api.uploads import Incoming, body_schema, intake
from assistant.audit.notes import note_text
from assistant.desks.advice import advise as advise_on
from assistant.desks.types import AdviseRequest, AdviseResponse

router = APIRouter(tags=["desks"])


@router.post(
    "/advise",
    summary="调解工作台：适用条文、类案、风险和方案",
    openapi_extra=body_schema(AdviseRequest, "narrative", examples.ADVISE),
)
@permits("public")
def advise(
    incoming: Annotated[Incoming[AdviseRequest], Depends(intake(AdviseRequest, "narrative"))],
    kb: Knowledge,
    service: Service,
    caller: Who,
) -> AdviseResponse:
    """Read a dispute told in plain words, or in a file; answer with law, precedents, risks and a plan."""
    request = incoming.read(service)
    note_text(request.narrative, "narrative")
    require_text(request.narrative, service.settings.max_text_chars, "纠纷经过")
    require_village(kb, request.village or "")
    return advise_on(kb, request, caller.scopes)
