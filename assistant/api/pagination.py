"""Pages of a list."""

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class PageParams(BaseModel):
    """Which page: `limit` items from `offset` on."""

    model_config = ConfigDict(extra="ignore")

    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


async def _page_params(
    limit: Annotated[int, Query(ge=1, le=200, description="items a page")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="items to skip")] = 0,
) -> PageParams:
    return PageParams(limit=limit, offset=offset)


Paging = Annotated[PageParams, Depends(_page_params)]


class Page(BaseModel, Generic[T]):
    """One page. `next_offset` is null on the last one; `total` is null where counting would cost more."""

    items: list[T]
    offset: int
    limit: int
    total: int | None = None
    next_offset: int | None = None


def page_of(found: Sequence[T], paging: PageParams, total: int | None = None) -> Page[T]:
    """Make a page from `found`, which holds up to one item more than the page takes.

    The extra item only tells that there is a next page.
    """
    more = len(found) > paging.limit
    items = list(found[: paging.limit])
    if total is None and not more and (items or paging.offset == 0):
        total = paging.offset + len(items)
    following = paging.offset + paging.limit if more else None
    return Page[T](items=items, offset=paging.offset, limit=paging.limit, total=total, next_offset=following)


def counted_page(items: Sequence[T], paging: PageParams, total: int) -> Page[T]:
    """Make a page from the items of this page alone, where all have been counted."""
    following = paging.offset + len(items)
    return Page[T](
        items=list(items),
        offset=paging.offset,
        limit=paging.limit,
        total=total,
        next_offset=following if items and following < total else None,
    )
