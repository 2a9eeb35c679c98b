"""The administrator's page: who may see it, what it shows, what it gives away as CSV."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from assistant.accounts.permissions import Powers
from assistant.api import errors
from assistant.api.caller import _KEY, LOCAL, STRANGER, Caller
from assistant.api.guard import guard
from assistant.audit.entry import Entry
from assistant.audit.log import AuditLog
from assistant.web import audit_page
from kb.catalog.engine import get_engine
from kb.settings import Settings


class Backend:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings


class As:
    """Says who calls, as the middleware of accounts does."""

    caller = LOCAL

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        scope[_KEY] = As.caller
        await self.app(scope, receive, send)


@pytest.fixture
def audit(tmp_path: Path) -> AuditLog:
    return AuditLog.open(Settings(home=tmp_path))


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(As, "caller", LOCAL)
    settings = Settings(home=tmp_path)
    app = FastAPI(dependencies=[Depends(guard)])
    errors.install(app)
    app.state.backend = Backend(settings)
    app.include_router(audit_page.router)
    app.add_middleware(As)
    yield TestClient(app)
    get_engine(settings).dispose()


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (LOCAL, 200),
        (Caller(Powers({"administrator": None}, signed_in=True)), 200),
        (STRANGER, 401),
        # administers one county only: the log tells of the others too
        (Caller(Powers({"administrator": frozenset({"c1"})}, signed_in=True)), 401),
        (Caller(Powers({"reviewer": None, "editor": None}, signed_in=True)), 401),
        (
            Caller(
                Powers({"administrator": None}, signed_in=True, only=frozenset({"people.read"})), via="key"
            ),
            401,
        ),
    ],
)
def test_only_who_administers_everything_sees_it(
    client: TestClient, audit: AuditLog, monkeypatch: pytest.MonkeyPatch, caller: Caller, status: int
) -> None:
    audit.append(Entry("view", kind="case", object_id="secret-case"))
    monkeypatch.setattr(As, "caller", caller)
    for path in ("/admin/audit", "/admin/audit.csv"):
        answer = client.get(path)
        assert answer.status_code == status
        assert ("secret-case" in answer.text) == (status == 200)


def test_an_empty_log_is_said(client: TestClient) -> None:
    assert "还没有审计日志" in client.get("/admin/audit").text
    assert client.get("/admin/audit.csv").status_code == 404


def test_filters_and_pages(client: TestClient, audit: AuditLog) -> None:
    for n in range(1, 121):
        audit.append(Entry("view", who=f"person:p{n % 2}", kind="case", object_id=f"c{n}"))
    first = client.get("/admin/audit").text
    assert "<code>c120</code>" in first and "<code>c71</code>" in first and "<code>c70</code>" not in first
    assert "before=71" in first
    second = client.get("/admin/audit", params={"before": 71}).text
    assert "<code>c70</code>" in second and "<code>c71</code>" not in second and "回到最新" in second
    own = client.get("/admin/audit", params={"who": "person:p1", "action": "", "day": ""}).text
    assert "<code>c119</code>" in own and "<code>c120</code>" not in own
    assert 'href="/admin/audit?who=person%3Ap1&amp;before=' in own
    assert "这样筛选没有记录" in client.get("/admin/audit", params={"day": "2020-01-01"}).text
    wrong = client.get("/admin/audit", params={"day": "昨天"})
    assert wrong.status_code == 422 and "2026-11-21" in wrong.json()["error"]["hint"]


def test_the_anchor_is_shown(client: TestClient, audit: AuditLog) -> None:
    head = audit.append(Entry("login"))
    assert f"<code>{head}</code>" in client.get("/admin/audit").text


def test_what_is_typed_into_the_filter_stays_text(client: TestClient, audit: AuditLog) -> None:
    audit.append(Entry("login"))
    shown = client.get("/admin/audit", params={"who": '"><script>x</script>'}).text
    assert "<script>x" not in shown


def test_the_csv_file_follows_the_filter(client: TestClient, audit: AuditLog) -> None:
    audit.append(Entry("login", who="person:a"))
    audit.append(Entry("export", who="person:b", kind="draft", object_id="d1"))
    answer = client.get("/admin/audit.csv", params={"who": "person:b"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(r["人员"], r["动作"], r["对象编号"]) for r in rows] == [("person:b", "导出", "d1")]
