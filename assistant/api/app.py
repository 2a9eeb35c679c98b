"""The HTTP service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

from assistant.api import errors, observing
from assistant.api.caller import Recognise, identity
from assistant.api.guard import guard
from assistant.api.middleware import BodyLimit, RequestContext
from assistant.api.proxies import Forwarded, OwnNames
from assistant.api.ratelimit import RateLimit
from assistant.api.routes import (
    advise,
    ask,
    auth,
    cases,
    chats,
    check,
    drafts,
    feedback,
    health,
    hooks,
    intakes,
    openai,
    people,
    provisions,
    qa,
    records,
    rules,
    search,
    villages,
)
from assistant.api.state import Backend, ReadUpload
from assistant.api.trail import AuditTrail
from assistant.ports.bots.bots import Bots
from assistant.web import accounts as account_pages
from assistant.web import audit_page, followup_pages, pages, people_page, records_page
from kb.base import KnowledgeBase
from kb.settings import Settings, get_settings

API_PREFIX = "/api/v1"
DESCRIPTION = (
    "Knowledge base and assistant for people's mediators. Errors have one shape: "
    '`{"error": {"code", "message", "hint"}, "request_id", "details"?}`. '
    "Dates are written 2026-11-21. Text is UTF-8."
)
#: JSON may write a character as \\uXXXX, six bytes, or twelve beyond the basic plane.
BYTES_PER_CHAR = 12


def create_app(
    kb: KnowledgeBase | Callable[[], KnowledgeBase],
    *,
    settings: Settings | None = None,
    read_upload: ReadUpload | None = None,
    local: bool = False,
    own_names: bool = False,
) -> FastAPI:
    """Make the service.

    Args:
        kb: an open knowledge base, which its owner closes; or what opens one, called off the event loop
            at start and closed with the service.
        settings: limits and addresses; default the process's.
        read_upload: turns an uploaded file's name and bytes into text, raising `UnreadableFile`; the
            readers live in `ingest`, which this layer doesn't import, so the composer passes them in.
        local: every request comes from the command line in this process, whose user owns index and
            records anyway; it needs no log-in. Never for an app that listens on a port.
        own_names: answer only where this machine was asked for as such: for a demo that listens on a port.
    """
    settings = settings or get_settings()
    backend = Backend(kb, settings, read_upload)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(backend.start)
        try:
            yield
        finally:
            app.state.bots.answering.close()
            await run_in_threadpool(backend.stop)

    # Swagger's and ReDoc's pages load scripts from elsewhere, which an intranet can't and the CSP forbids.
    app = FastAPI(
        title="枫桥 Fengqiao",
        version=version("fengqiao"),
        description=DESCRIPTION,
        openapi_url=f"{API_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=errors.ERROR_RESPONSES,
        dependencies=[Depends(guard)],
    )
    app.state.backend = backend
    app.state.bots = Bots(settings, listening=not local)
    errors.install(app)
    # The one added last is the outermost. What is recorded must know the caller, and see every refusal
    # of a route; refusals of size and rate are counted, not recorded.
    app.add_middleware(AuditTrail, settings=settings)
    app.add_middleware(
        BodyLimit,
        json_bytes=BYTES_PER_CHAR * settings.max_text_chars + (1 << 16),
        upload_mb=settings.max_upload_mb,
    )
    if not local:
        app.add_middleware(RateLimit, settings=settings, identity=identity)
    app.add_middleware(Recognise, backend=backend, local=local)
    if own_names:
        app.add_middleware(OwnNames)
    app.add_middleware(Forwarded, settings=settings)
    app.add_middleware(RequestContext)
    api = APIRouter(prefix=API_PREFIX)
    for part in (
        search,
        provisions,
        cases,
        villages,
        qa,
        advise,
        ask,
        chats,
        feedback,
        intakes,
        check,
        rules,
        hooks,
        drafts,
        records,
        auth,
        people,
        health,
    ):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(openai.router)
    app.include_router(health.probes)
    app.include_router(pages.router)
    app.include_router(account_pages.router)
    app.include_router(audit_page.router)
    app.include_router(people_page.router)
    app.include_router(records_page.router)
    app.include_router(followup_pages.router)
    pages.mount_static(app)
    observing.install(app)
    return app
