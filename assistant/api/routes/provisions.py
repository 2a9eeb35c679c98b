"""Provisions by citation, and whole laws."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from assistant.api import examples
from assistant.api.deps import Knowledge, Limits, OnDay
from assistant.api.errors import error_response
from assistant.api.guard import permits
from assistant.api.limits import canonical_law, require_text
from assistant.api.pagination import Page, Paging, page_of
from assistant.api.views import LawTree, LawView, ProvisionView, law_view, provision_view, tree_of
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.clock import today
from kb.errors import NotFound
from kb.settings import Settings
from kb.text.visible import visible

router = APIRouter(tags=["provisions"])

_WHY_NOT = {
    "no_law_named": "没有写明是哪部法律",
    "no_such_law": "库里没有这部法律",
    "repealed_law": "这部法律已废止",
    "no_such_article": "这部法律没有这一条",
    "no_such_paragraph": "这一条没有这一款",
    "no_such_item": "这一款没有这一项",
}
MAX_ADDRESS_CHARS = 500


class CiteRequest(BaseModel):
    """A citation in any way of writing, and the day for which the law is asked."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_ADDRESS_CHARS, examples=["《民法典》第1067条第二款"])
    on: date | None = None


def _hint(resolution: Resolution) -> str:
    parts = []
    if resolution.replaced_by:
        parts.append(f"现见{resolution.replaced_by}")
    if resolution.suggestions:
        parts.append(f"是不是：{'、'.join(resolution.suggestions)}？")
    return "；".join(parts) or "写法例如：民法典第一千零六十七条第二款"


def _answer(
    request: Request, kb: KnowledgeBase, text: str, on: date | None, settings: Settings
) -> ProvisionView | Response:
    require_text(text, min(MAX_ADDRESS_CHARS, settings.max_query_chars), "条文地址")
    found = kb.resolve(visible(text), on)
    # A provision not in force that day exists all the same: it is shown, with its state.
    if found.ok or (found.status == "not_in_force" and found.text):
        return provision_view(kb, found)
    message = found.message or _WHY_NOT.get(found.status, "在那一天不是现行有效的条文")
    return error_response(request, 404, found.status, message, _hint(found), details=found)


@router.post("/provisions", summary="按引用取法条（JSON 写法）", response_model=ProvisionView)
@permits("public")
def cite(
    request: Request,
    body: Annotated[CiteRequest, Body(openapi_examples=examples.CITE)],
    kb: Knowledge,
    limits: Limits,
) -> ProvisionView | Response:
    """Resolve one citation, in any way of writing, to the depth it names."""
    return _answer(request, kb, body.text, body.on, limits)


@router.get("/provisions/{address:path}", summary="按地址取法条", response_model=ProvisionView)
@permits("public")
def provision(
    request: Request,
    address: Annotated[
        str,
        Path(description="any way of writing, URL-encoded", examples=["民法典第1067条第二款"]),
    ],
    kb: Knowledge,
    limits: Limits,
    on: OnDay = None,
) -> ProvisionView | Response:
    """Return the article, paragraph or item cited, its versions, its place and its neighbours."""
    return _answer(request, kb, address, on, limits)


@router.get("/laws", summary="法律目录")
@permits("public")
def laws(
    kb: Knowledge,
    paging: Paging,
    q: Annotated[str, Query(max_length=100, description="part of the title, or an abbreviation")] = "",
    on: OnDay = None,
) -> Page[LawView]:
    """List law versions by title; each carries its state on the day."""
    day = on or today()
    wanted = kb.names.canonical(q) if q.strip() and kb.names.known(kb.names.canonical(q)) else q.strip()
    found = kb.catalog.laws(wanted, paging.offset, paging.limit + 1)
    total = None if wanted else kb.catalog.counts().get("law_versions")
    return page_of([law_view(v, day) for v in found], paging, total)


@router.get("/laws/{law}", summary="一部法律的编章节目录")
@permits("public")
def law(
    law: Annotated[str, Path(description="title or abbreviation", examples=["人民调解法"])],
    kb: Knowledge,
    on: OnDay = None,
    version: Annotated[date | None, Query(description="adoption date of the version wanted")] = None,
    text: Annotated[bool, Query(description="put each article's text into the tree")] = False,
) -> LawTree:
    """Return the chapter tree of the version in force on the day, or of the version named."""
    day = on or today()
    name = canonical_law(kb, law)
    versions = kb.catalog.versions(name)
    dates = "、".join(f"{v.version:%Y-%m-%d}" for v in versions)
    if version is not None:
        chosen = next((v for v in versions if v.version == version), None)
        if chosen is None:
            raise NotFound(f"《{name}》没有 {version:%Y-%m-%d} 的版本", f"有这些版本：{dates}")
    else:
        # A law with no version in force that day still has a text to read: the last before it, or the first to come.
        earlier = [v for v in versions if v.effective_from <= day]
        chosen = kb.catalog.version_on(name, day) or (earlier[-1] if earlier else versions[0])
    provisions = kb.catalog.provisions(chosen.id)
    return LawTree(
        law=law_view(chosen, day),
        on=day,
        versions=[law_view(v, day) for v in versions],
        tree=tree_of(provisions, day, text),
        articles=len(provisions),
    )
