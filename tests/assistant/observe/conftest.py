"""The whole service, observed and with its audit trail, over records of its own."""

import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.middleware import Middleware

from assistant.api.app import create_app
from assistant.api.observing import install
from assistant.api.trail import AuditTrail
from assistant.db.session import open_records
from assistant.observe.logs import configure
from assistant.web import audit_page
from cli.compose import read_upload
from kb.base import KnowledgeBase
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.settings import Settings

LOCAL = ("127.0.0.1", 50000)


def observed(kb: object, settings: Settings) -> FastAPI:
    """The service with all of this package around it, whether or not `create_app` put it there."""
    app = create_app(kb, settings=settings, read_upload=read_upload, local=True)  # type: ignore[arg-type]
    if not any(m.cls is AuditTrail for m in app.user_middleware):
        app.user_middleware.append(Middleware(AuditTrail, settings=settings))
    if not any(getattr(r, "path", "") == "/admin/audit" for r in app.routes):
        app.include_router(audit_page.router)
    install(app)
    return app


@pytest.fixture
def own_settings(kb: KnowledgeBase, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    # Nothing that other tests on this machine do to the disk is this test's business.
    settings = kb.settings.model_copy(
        update={"database_url": f"sqlite:///{tmp_path / 'records.db'}", "min_free_mb": 0}
    )
    Catalog(get_engine(settings))
    open_records(get_engine(settings))
    return settings


@pytest.fixture
def service(kb: KnowledgeBase, own_settings: Settings) -> FastAPI:
    return observed(kb, own_settings)


@pytest.fixture
def client(service: FastAPI) -> Iterator[TestClient]:
    with TestClient(service, raise_server_exceptions=False, client=LOCAL) as opened:
        yield opened


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """Puts logging back as it was."""
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(n) for n in list(root.manager.loggerDict))]
    before = [(lg, lg.level, lg.propagate, lg.handlers[:]) for lg in loggers]
    yield
    for logger, level, propagate, handlers in before:
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers[:] = handlers


@pytest.fixture
def json_log(kept_logging: None) -> StringIO:
    stream = StringIO()
    configure("json", stream, logging.DEBUG)
    return stream
