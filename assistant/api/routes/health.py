"""Is it alive, is it ready, what does it hold."""

from datetime import date
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from assistant.api.deps import Knowledge, Service
from kb.clock import today
from kb.errors import FengqiaoError

probes = APIRouter(tags=["health"])
router = APIRouter(tags=["health"])


class StatusView(BaseModel):
    """What the service holds and the limits it keeps."""

    version: str
    today: date
    index: dict[str, Any]
    counts: dict[str, int]
    limits: dict[str, int]


def _public(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out where things lie on this machine: probes answer anyone."""
    index = {k: v for k, v in dict(state.get("index", {})).items() if k != "location"}
    return {**state, "index": index}


@probes.get("/healthz", summary="进程是否活着")
def healthz() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@probes.get("/readyz", summary="能否回答检索", responses={503: {"description": "not ready yet"}})
def readyz(service: Service) -> JSONResponse:
    """Answer 200 once searches are answered, with the state of index and model; 503 before."""
    try:
        state = service.knowledge().ready()
    except FengqiaoError as why:
        return JSONResponse({"ready": False, "error": why.as_dict()}, 503, headers={"Retry-After": "5"})
    return JSONResponse(_public(state), 200 if state["ready"] else 503)


@router.get("/status", summary="服务状态")
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
