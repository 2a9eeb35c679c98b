"""The administrator's page over the audit log: who did what, filtered, paged, as CSV."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from assistant.api.guard import permits
from assistant.audit.log import head_of
from assistant.audit.query import ACTION_LABELS, KIND_LABELS, PAGE, AuditFilter, csv_lines, find
from assistant.web.render import page
from kb.catalog.engine import get_engine
from kb.clock import today
from kb.errors import BadRequest, NotFound


def wanted_of(
    who: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=16)] = "",
    kind: Annotated[str, Query(max_length=32)] = "",
    object_id: Annotated[str, Query(max_length=64)] = "",
    day: Annotated[str, Query(max_length=20)] = "",
) -> AuditFilter:
    """Return the filter of a form; empty fields ask nothing.

    Raises:
        BadRequest: the day is none.
    """
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise BadRequest(f"日期“{day}”写法不对", "日期写法应为 2026-11-21") from error
    return AuditFilter(who.strip(), action, kind, object_id.strip(), on)


Wanted = Annotated[AuditFilter, Depends(wanted_of)]


router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/audit")
@permits("audit.read")
def show(
    request: Request, wanted: Wanted, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> Response:
    """Show one page of the log, newest first."""
    engine = get_engine(request.app.state.backend.settings)
    head = head_of(engine)
    found = find(engine, wanted, before, PAGE + 1) if head is not None else []
    return page(
        request, "audit.html", records=found[:PAGE], wanted=wanted, query=_query(wanted), before=before,
        more=found[PAGE - 1].seq if len(found) > PAGE else None, head=head,
        actions=ACTION_LABELS, kinds=KIND_LABELS,
    )  # fmt: skip


@router.get("/audit.csv")
@permits("audit.read")
def download(request: Request, wanted: Wanted) -> Response:
    """Return everything that the filter lets through, as CSV."""
    engine = get_engine(request.app.state.backend.settings)
    if head_of(engine) is None:
        raise NotFound("还没有审计日志", "记下第一条之后才能导出")
    return StreamingResponse(
        csv_lines(engine, wanted),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="audit-{today():%Y%m%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _query(wanted: AuditFilter) -> str:
    given = {
        "who": wanted.who,
        "action": wanted.action,
        "kind": wanted.kind,
        "object_id": wanted.object_id,
        "day": wanted.day.isoformat() if wanted.day else "",
    }
    return urlencode({name: value for name, value in given.items() if value})
