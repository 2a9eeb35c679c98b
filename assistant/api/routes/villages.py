"""Villages and the clauses of their rules."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from assistant.api.deps import Knowledge
from assistant.api.guard import permits
from assistant.api.pagination import Page, Paging, page_of
from assistant.api.views import VillageDetail, VillageView, village_view
from kb.errors import NotFound

router = APIRouter(tags=["villages"])


@router.get("/villages", summary="村目录")
@permits("public")
def villages(
    kb: Knowledge,
    paging: Paging,
    q: Annotated[str, Query(max_length=50, description="part of the place or name")] = "",
) -> Page[VillageView]:
    """List villages, with how many clauses their rules have."""
    known = [v for v in kb.catalog.villages() if q.strip() in v.full_name]
    shown = known[paging.offset : paging.offset + paging.limit + 1]
    views = [village_view(v, len(kb.catalog.rules(v.id))) for v in shown]
    return page_of(views, paging, len(known))


@router.get("/villages/{village_id}", summary="一个村的村规民约")
@permits("public")
def village(
    village_id: Annotated[str, Path(max_length=64, examples=["zj-fengshuwan"])], kb: Knowledge
) -> VillageDetail:
    """Return a village and its rules, clause by clause."""
    found = kb.catalog.village(village_id)
    if found is None:
        raise NotFound(f"没有编号为“{village_id}”的村", "全部村见 GET /api/v1/villages")
    clauses = kb.catalog.rules(village_id)
    return VillageDetail(**found.model_dump(), clause_count=len(clauses), clauses=clauses)
