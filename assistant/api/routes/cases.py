"""Mediation cases."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from assistant.api.deps import Knowledge
from assistant.api.limits import require_dispute_type, require_village
from assistant.api.pagination import Page, Paging, page_of
from kb.errors import NotFound
from kb.model import MediationCase

router = APIRouter(tags=["cases"])

#: Who may see more comes with accounts; until then only what is public leaves the service.
PUBLIC = "public"


@router.get("/cases", summary="调解案例目录")
def cases(
    kb: Knowledge,
    paging: Paging,
    dispute_type: Annotated[str, Query(max_length=20, examples=["邻里"])] = "",
    village: Annotated[str, Query(max_length=64, description="village id")] = "",
) -> Page[MediationCase]:
    """List public cases, by dispute type and village."""
    require_dispute_type(dispute_type)
    require_village(kb, village)
    found = kb.catalog.cases(dispute_type, village, paging.offset, paging.limit + 1)
    page = page_of(found, paging)
    page.items = [c for c in page.items if c.scope == PUBLIC]
    return page


@router.get("/cases/{case_id}", summary="一个调解案例")
def case(case_id: Annotated[str, Path(max_length=64)], kb: Knowledge) -> MediationCase:
    """Return one public case with all its parts."""
    found = kb.catalog.case(case_id)
    # A case that may not be seen is not distinguished from one that isn't there.
    if found is None or found.scope != PUBLIC:
        raise NotFound(f"没有编号为“{case_id}”的案例", "全部案例见 GET /api/v1/cases")
    return found
