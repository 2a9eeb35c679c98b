"""Is it alive, is it ready, what does it hold."""

from datetime import date
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from assistant.api.deps import Knowledge, Service
from assistant.api.guard import permits
from kb.clock import today

probes = APIRouter(tags=["health"])
router = APIRouter(tags=["health"])


class StatusView(BaseModel):
    """What the service holds and the limits it keeps."""

    version: str
    today: date
    index: dict[str, Any]
    counts: dict[str, int]
    limits: dict[str, int]


#: Of the index, what concerns the operator: `fengqiao doctor` says it.
_INNER = ("location", "bytes", "points", "segments")


def _public(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out where things lie on this machine, and sizes that grow with a hidden case: probes answer anyone."""
    if "index" not in state:
        return dict(state)
    return {**state, "index": {k: v for k, v in state["index"].items() if k not in _INNER}}


@probes.get("/healthz", summary="进程是否活着")
@permits("public")
async def healthz() -> dict[str, str]:
    """Answer as long as the process runs.

    On the event loop: it must not wait for the disk, nor for a thread that waits for the disk.
    """
    return {"status": "ok"}


@probes.get("/readyz", summary="能否回答检索", responses={503: {"description": "not ready yet"}})
@permits("public")
def readyz(service: Service) -> JSONResponse:
    """Answer 200 while searches are answered and records kept; 503 with the reason while they aren't.

    `checks` lists every question asked, `error` is the first thing wrong.
    """
    report = service.readiness.check()
    body = _public(report.state) | {"ready": report.ready, "checks": [c.as_dict() for c in report.checks]}
    if report.ready:
        return JSONResponse(body)
    return JSONResponse(
        body | {"error": report.error.as_dict() if report.error else None}, 503, headers={"Retry-After": "5"}
    )


@router.get("/status", summary="服务状态")
@permits("public")
def status(kb: Knowledge, service: Service) -> StatusView:
    """Return version, day, what is indexed and the limits on what may be sent."""
    settings = service.settings
    return StatusView(
        version=version("fengqiao"),
        today=today(),
        index=_public(kb.ready()),
        counts=kb.catalog.counts(),
        limits={
            "max_query_chars": settings.max_query_chars,
            "max_text_chars": settings.max_text_chars,
            "max_upload_mb": settings.max_upload_mb,
        },
    )
