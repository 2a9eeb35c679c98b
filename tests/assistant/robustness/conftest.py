"""The service over records that a test breaks and mends, with somebody who writes drafts."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Membership, Place
from assistant.api.app import create_app
from assistant.audit.log import AuditLog
from assistant.audit.verify import verify
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from tests.assistant.api.conftest import logged_in

DRAFT = {"address": "民法典第二百八十八条", "count": 1}
_CHINESE = re.compile(r"[一-龥]{4}")


@dataclass
class Site:
    """The running service and its records."""

    client: TestClient
    accounts: Accounts
    engine: Engine
    #: Of somebody who is an editor, made while all was well.
    headers: dict[str, str]
    audit: AuditLog

    def write(self) -> Any:
        """Ask for a draft."""
        return self.client.post("/api/v1/drafts", json=DRAFT, headers=self.headers)

    def drafts(self) -> int:
        """Return how many drafts the service has."""
        answer = self.client.get("/api/v1/drafts", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["total"])

    def require_whole(self) -> None:
        """The audit log is one chain without a gap."""
        found = verify(self.engine)
        assert found.ok, found


def refused(answer: Any, *words: str) -> None:
    """The answer is the one error shape with a Chinese message, says when to come back, and shows no trace."""
    assert answer.status_code == 503, answer.text
    body = answer.json()
    assert set(body) <= {"error", "request_id", "details"}
    assert body["request_id"]
    error = body["error"]
    assert set(error) == {"code", "message", "hint"}
    assert _CHINESE.search(error["message"])
    assert _CHINESE.search(error["hint"])
    assert answer.headers["Retry-After"].isdecimal()
    assert "Traceback" not in answer.text
    assert not re.search(r"sqlite|psycopg|/tmp|host=", answer.text, re.I)
    assert any(word in error["message"] + error["hint"] for word in words), error


Serve = Callable[[str], AbstractContextManager[Site]]


@pytest.fixture
def serve(kb: KnowledgeBase) -> Serve:
    """Return what runs the service over a database."""

    @contextmanager
    def serving(url: str) -> Iterator[Site]:
        settings = kb.settings.model_copy(update={"database_url": url, "min_free_mb": 0})
        app = create_app(kb, settings=settings)
        with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as client:
            accounts = app.state.backend.accounts()
            accounts.places.add(Place(id="c1", kind="county", name="会岭县"))
            editor = accounts.people.add("wf", "王芳", [Membership(role="editor", place_id="c1")])
            engine = get_engine(settings)
            yield Site(client, accounts, engine, logged_in(accounts, editor.id), AuditLog.open(settings))
        engine.dispose()

    return serving
