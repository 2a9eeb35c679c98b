"""Checking a village's rules against the law."""

from typing import Annotated

from fastapi import APIRouter, Depends

from assistant.api import examples
from assistant.api.deps import Knowledge, Service
from assistant.api.guard import permits
from assistant.api.limits import require_text, require_village
from assistant.api.uploads import Incoming, body_schema, intake
from assistant.audit.notes import note_text
from assistant.rulecheck.check import check_rules
from assistant.rulecheck.types import RulesCheckRequest, RulesCheckResponse

router = APIRouter(tags=["checks"])


@router.post(
    "/rules/check",
    summary="村规民约合法性审查",
    openapi_extra=body_schema(RulesCheckRequest, "text", examples.RULES_CHECK),
)
@permits("public")
def rules_check(
    incoming: Annotated[Incoming[RulesCheckRequest], Depends(intake(RulesCheckRequest, "text"))],
    kb: Knowledge,
    service: Service,
) -> RulesCheckResponse:
    """Judge each clause: lawful, doubtful or overstepping, with the provision that says so."""
    request = incoming.read(service)
    note_text(request.text, "text")
    require_text(request.text, service.settings.max_text_chars, "村规民约")
    require_village(kb, request.village or "")
    return check_rules(kb, request)
