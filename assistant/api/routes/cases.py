"""Mediation cases."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from assistant.api.deps import Knowledge
from assistant.api.guard import Who, permits
from assistant.api.limits import require_dispute_type, require_village
from assistant.api.pagination import Page, Paging, page_of
from assistant.api.visible import visible_case
from kb.errors import NotFound
from kb.model import MediationCase

router = APIRouter(tags=["cases"])


@router.get("/cases", summary="调解案例目录")
@permits("public")
def cases(
    kb: Knowledge,
    caller: Who,
    paging: Paging,
    dispute_type: Annotated[str, Query(max_length=20, examples=["邻里"])] = "",
    village: Annotated[str, Query(max_length=64, description="village id")] = "",
) -> Page[MediationCase]:
    """List the cases that the caller may see, by dispute type and village."""
    require_dispute_type(dispute_type)
    require_village(kb, village)
    found = kb.catalog.cases(dispute_type, village, paging.offset, paging.limit + 1, scopes=caller.scopes)
    return page_of(found, paging)


@router.get("/cases/{case_id}", summary="一个调解案例")
@permits("public")
def case(case_id: Annotated[str, Path(max_length=64)], kb: Knowledge, caller: Who) -> MediationCase:
    """Return one case with all its parts."""
    found = visible_case(kb, caller.scopes, case_id)
    if found is None:
        raise NotFound(f"没有编号为“{case_id}”的案例", "全部案例见 GET /api/v1/cases")
    return found
