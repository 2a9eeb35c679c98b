"""What requests leave in the log, on a small service with the routes' real templates."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import text

from assistant.api.app import create_app
from assistant.api.middleware import RequestContext
from assistant.api.trail import AuditTrail
from assistant.audit.actions import RULES, rule_for
from assistant.audit.log import AuditLog
from assistant.audit.notes import note, note_text
from assistant.audit.query import AuditFilter, AuditRecord, find
from assistant.audit.verify import verify
from assistant.observe.context import identify
from assistant.observe.metrics import Metrics
from assistant.observe.middleware import Observed
from kb.settings import Settings


@pytest.fixture
def app(audit: AuditLog) -> FastAPI:
    api = APIRouter(prefix="/api/v1")

    @api.post("/search")
    def search(body: dict[str, str]) -> str:
        identify("person:p-1")
        note_text(body["query"])
        return "hits"

    @api.get("/cases/{case_id}")
    def case(case_id: str) -> str:
        if case_id == "hidden":
            note(outcome="denied", place="zj-1")
            raise HTTPException(404)
        if case_id == "boom":
            raise RuntimeError("x")
        return case_id

    @api.post("/drafts/{draft_id}/review")
    def review(draft_id: str, decision: str) -> str:
        note(action="approve" if decision == "approve" else "reject", version=3)
        return draft_id

    @api.get("/drafts")
    def drafts() -> None:
        raise HTTPException(403)

    @api.get("/laws")
    def laws() -> str:
        return "everybody may read these"

    @api.put("/new-thing")
    def new_thing() -> str:
        return "nobody entered this route"

    app = FastAPI()
    app.include_router(api)
    app.add_middleware(AuditTrail, settings=Settings(), audit=audit)
    app.add_middleware(RequestContext)
    app.add_middleware(Observed, metrics=Metrics())
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, client=("192.0.2.7", 1)) as opened:
        yield opened


def entries(audit: AuditLog) -> list[AuditRecord]:
    return list(reversed(find(audit.engine, AuditFilter())))


def test_a_search_is_on_record_without_its_words(client: TestClient, audit: AuditLog, database: Path) -> None:
    client.post("/api/v1/search", json={"query": "张三打我 13812345678"}, headers={"X-Request-ID": "r-1"})
    client.post("/api/v1/search", json={"query": " 张三打我  13812345678"})
    first, second = entries(audit)
    assert (first.who, first.action, first.kind, first.outcome) == (
        "person:p-1",
        "search",
        "shelves",
        "allowed",
    )
    assert first.request_id == "r-1"
    assert first.address == audit.hashes.address("192.0.2.7")
    assert first.details == {
        "status": 200,
        "query_hash": audit.hashes.text("张三打我 13812345678"),
        "query_chars": 16,
    }
    assert second.details["query_hash"] == first.details["query_hash"]
    stored = b"".join(p.read_bytes() for p in database.parent.glob("records.db*"))
    for word in ("张三", "13812345678", "192.0.2.7"):
        assert word.encode() not in stored


def test_outcomes(client: TestClient, audit: AuditLog) -> None:
    for path in ("cases/c-1", "cases/hidden", "drafts", "cases/boom"):
        client.get(f"/api/v1/{path}")
    assert [(e.object_id, e.outcome, e.details["status"]) for e in entries(audit)] == [
        ("c-1", "allowed", 200), ("hidden", "denied", 404), ("", "denied", 403), ("boom", "failed", 500),
    ]  # fmt: skip
    assert entries(audit)[1].place == "zj-1"


def test_the_body_may_decide_what_was_done(client: TestClient, audit: AuditLog) -> None:
    client.post("/api/v1/drafts/d-1/review", params={"decision": "approve"})
    client.post("/api/v1/drafts/d-1/review", params={"decision": "return"})
    assert [(e.action, e.object_id, e.details["version"]) for e in entries(audit)] == [
        ("approve", "d-1", 3), ("reject", "d-1", 3),
    ]  # fmt: skip


def test_a_name_in_the_address_becomes_a_hash(client: TestClient, audit: AuditLog) -> None:
    client.get("/api/v1/cases/张三")
    (entry,) = entries(audit)
    assert entry.object_id == ""
    assert entry.details["object_hash"] == audit.hashes.text("张三")


def test_what_everybody_may_read_is_not_recorded_and_an_unknown_write_is(
    client: TestClient, audit: AuditLog
) -> None:
    client.get("/api/v1/laws")
    client.get("/nowhere")
    client.post("/nowhere")
    client.put("/api/v1/new-thing")
    (entry,) = entries(audit)
    assert (entry.action, entry.kind, entry.details["route"]) == ("change", "route", "/api/v1/new-thing")


def test_without_an_entry_there_is_no_answer(client: TestClient, audit: AuditLog) -> None:
    with audit.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    answer = client.get("/api/v1/cases/c-1")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "audit_unavailable"
    assert "c-1" not in answer.text
    assert answer.headers["X-Request-ID"] and answer.headers["Content-Security-Policy"]
    assert client.get("/api/v1/laws").status_code == 200  # what isn't recorded needs no record
    with audit.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert client.get("/api/v1/cases/c-1").json() == "c-1"
    assert verify(audit.engine).head.seq == 1


def test_an_answer_that_would_carry_a_name_into_the_log_is_not_given(
    client: TestClient, app: FastAPI
) -> None:
    @app.get("/case/{case_id}")
    def careless(case_id: str) -> str:
        note(who_for="张三")
        return case_id

    assert client.get("/case/c-1").status_code == 500


def test_every_rule_names_a_route_that_exists(tmp_path: Path) -> None:
    """A route renamed in the service must not fall out of the log unnoticed."""

    def never() -> None:
        raise AssertionError

    app = create_app(never, settings=Settings(home=tmp_path))  # type: ignore[arg-type]
    described = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    gone = [rule for rule in RULES if rule[1].startswith("/api/") and rule not in described]
    assert not gone
    unnamed = [(m, p) for m, p in described if m != "GET" and rule_for(m, p) not in RULES.values()]
    assert not unnamed, "enter these in assistant/audit/actions.py"


def test_details_are_readable_json(client: TestClient, audit: AuditLog) -> None:
    client.get("/api/v1/cases/c-1")
    with audit.engine.connect() as connection:
        (stored,) = connection.execute(text("SELECT details FROM audit_log")).scalars()
    assert json.loads(stored) == {"status": 200}
