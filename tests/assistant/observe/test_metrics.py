"""What Prometheus reads, and who may read it."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant.api.errors import install as install_errors
from assistant.api.observing import install
from assistant.api.routes.metrics import metrics_router
from assistant.observe.context import count
from assistant.observe.metrics import Metrics
from assistant.observe.middleware import Observed
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.errors import BadRequest
from kb.settings import Settings


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Name and label values, in the order of the labels' names → value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (s.name, *(s.labels[name] for name in sorted(s.labels))): s.value
        for family in text_string_to_metric_families(answer.text)
        for s in family.samples
    }


def test_requests_are_counted_by_template_and_status(client: TestClient) -> None:
    for case in ("a", "b", "张三"):
        client.get(f"/api/v1/cases/{case}")
    client.get("/nowhere/1")
    client.get("/nowhere/2")
    client.request("BREW", "/healthz")
    found = samples(client)
    by_case = ("GET", "/api/v1/cases/{case_id}", "404")  # method, route, status
    assert found[("fengqiao_requests_total", *by_case)] == 3
    assert found[("fengqiao_request_seconds_count", *by_case)] == 3
    assert found[("fengqiao_request_seconds_bucket", "+Inf", *by_case)] == 3
    assert found[("fengqiao_requests_total", "GET", "(none)", "404")] == 2
    assert found[("fengqiao_requests_total", "other", "/healthz", "405")] == 1
    assert not [k for k in found if "张三" in "".join(k)]


def test_searches_are_counted_when_answered(client: TestClient) -> None:
    assert client.post("/api/v1/search", json={"query": "赡养老人"}).status_code == 200
    assert client.get("/api/v1/search", params={"query": "赡养老人"}).status_code == 200
    assert client.post("/api/v1/search", json={"query": ""}).status_code == 422
    assert samples(client)[("fengqiao_searches_total",)] == 2


def test_refusals_are_counted_from_wherever_they_are_noted() -> None:
    app = FastAPI()
    metrics = Metrics()
    app.add_middleware(Observed, metrics=metrics)

    @app.get("/ask/{refused}")
    def ask(refused: bool) -> None:
        if refused:
            count("refusals")

    client = TestClient(app)
    for refused in ("true", "false", "true"):
        client.get(f"/ask/{refused}")
    assert b"fengqiao_refusals_total 2.0" in metrics.text()


def test_the_state_is_what_the_parts_hold(
    client: TestClient, kb: KnowledgeBase, own_settings: Settings
) -> None:
    client.get("/api/v1/cases")
    client.get("/api/v1/cases")
    found = samples(client)
    assert found[("fengqiao_index_passages",)] == kb.store.count() > 0
    assert found[("fengqiao_catalog", "laws")] == kb.catalog.counts()["laws"] > 0
    assert found[("fengqiao_index_age_seconds",)] > 0
    assert found[("fengqiao_ready",)] == 1
    assert {k[1] for k in found if k[0] == "fengqiao_drafts"} == {
        "draft",
        "in_review",
        "approved",
        "returned",
    }
    assert found[("fengqiao_audit_entries",)] == 2
    assert not any(v for k, v in found.items() if k[0] == "fengqiao_scrape_failed")


def test_a_part_that_is_gone_is_named_and_the_others_still_come(
    client: TestClient, own_settings: Settings, tmp_path: Path
) -> None:
    client.get("/api/v1/cases")
    get_engine(own_settings).dispose()
    for file in tmp_path.glob("records.db*"):
        file.unlink()
    found = samples(client)
    assert found[("fengqiao_ready",)] == 0
    assert found[("fengqiao_check_ok", "database")] == 0
    assert found[("fengqiao_scrape_failed", "audit")] == 1
    assert ("fengqiao_audit_entries",) not in found
    assert found[("fengqiao_index_passages",)] > 0


def test_two_services_in_a_process_count_apart(
    kb: KnowledgeBase, service: FastAPI, own_settings: Settings
) -> None:
    assert install(service) is install(service)
    assert Metrics().text() != install(service).text()


@pytest.mark.parametrize(
    ("allow", "proxies", "peer", "headers", "status"),
    [
        ("127.0.0.0/8, ::1", "", "127.0.0.1", {}, 200),
        ("127.0.0.0/8, ::1", "", "::1", {}, 200),
        ("127.0.0.0/8, ::1", "", "::ffff:127.0.0.1", {}, 200),
        ("127.0.0.0/8, ::1", "", "192.0.2.1", {}, 403),
        ("127.0.0.0/8, ::1", "", "testclient", {}, 403),
        ("192.0.2.0/24", "", "192.0.2.9", {}, 200),
        ("192.0.2.0/24", "", "127.0.0.1", {}, 403),
        ("", "", "127.0.0.1", {}, 403),
        # a proxy on the same machine, trusted or not, doesn't open the door to everybody
        ("127.0.0.0/8", "", "127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 403),
        ("127.0.0.0/8", "", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.0/8", "", "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.0/8", "10.0.0.5", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.0/8", "127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 403),
        ("127.0.0.0/8", "127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 203.0.113.5"}, 403),
        ("203.0.113.0/24", "127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 200),
    ],
)
def test_who_may_read(allow: str, proxies: str, peer: str, headers: dict[str, str], status: int) -> None:
    app = FastAPI()
    install_errors(app)
    app.include_router(metrics_router(Metrics(), Settings(metrics_allow=allow, trusted_proxies=proxies)))
    answer = TestClient(app, client=(peer, 1)).get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "METRICS_ALLOW" in answer.json()["error"]["hint"]


def test_a_setting_that_is_no_network_is_refused() -> None:
    with pytest.raises(BadRequest, match="metrics_allow"):
        metrics_router(Metrics(), Settings(metrics_allow="localhost"))
