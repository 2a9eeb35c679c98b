"""Search over the four shelves."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from assistant.api import examples
from assistant.api.deps import Knowledge, Limits
from assistant.api.guard import Who, permits
from assistant.api.limits import checked_search
from assistant.audit.notes import note_text
from kb.model import Kind
from kb.search.types import SearchRequest, SearchResponse

router = APIRouter(tags=["search"])


class SearchParams(BaseModel):
    """The same search as query parameters. Empty ones, as forms send them, count as absent."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, examples=["邻居家树枝伸到我家院子"])
    kinds: list[Kind] | None = Field(None, description="repeated, or separated by commas")
    on: date | None = None
    village: str = ""
    law: str = ""
    dispute_type: str = ""
    limit: int | None = Field(None, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1000)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {k: v for k, v in values.items() if v not in ("", [], [""]) or k == "query"}

    @field_validator("kinds", mode="before")
    @classmethod
    def _by_comma(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [part.strip() for entry in value for part in str(entry).split(",") if part.strip()]


@router.post("/search", summary="检索法条、村规民约、调解案例和普法问答")
@permits("public")
def search(
    request: Annotated[SearchRequest, Body(openapi_examples=examples.SEARCH)],
    kb: Knowledge,
    limits: Limits,
    caller: Who,
) -> SearchResponse:
    """Find passages for a dispute in plain words, or the provision that the query cites."""
    note_text(request.query)
    if "limit" not in request.model_fields_set:
        request = request.model_copy(update={"limit": limits.search_limit})
    return kb.search(checked_search(kb, request), caller.scopes)


@router.get("/search", summary="检索（网址参数写法）")
@permits("public")
def search_by_url(
    params: Annotated[SearchParams, Query()], kb: Knowledge, limits: Limits, caller: Who
) -> SearchResponse:
    """Find passages; the same as POST, for links and for a browser's address bar."""
    note_text(params.query)
    fields = params.model_dump()
    fields["limit"] = params.limit or limits.search_limit
    return kb.search(checked_search(kb, SearchRequest(**fields)), caller.scopes)
