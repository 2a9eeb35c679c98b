"""Rate limits on a small application of their own: who is counted, where, and what is said."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Scope

from assistant.api import errors, ratelimit
from assistant.api.middleware import RequestContext
from assistant.api.ratelimit import RateLimit, bucket_of
from kb.errors import BadRequest
from kb.settings import Settings

PATHS = ["/api/v1/ask", "/api/v1/search", "/healthz", "/readyz", "/static/js/main.js", "/laws"]


def service(identity: Callable[[Scope], str] | None = None, **changes: str) -> FastAPI:
    limits = {
        "rate_expensive_person": "2/hour",
        "rate_expensive_address": "4/hour",
        "rate_cheap_person": "3/hour",
        "rate_cheap_address": "6/hour",
    }
    app = FastAPI()
    errors.install(app)
    app.add_middleware(RateLimit, settings=Settings(**{**limits, **changes}), identity=identity)
    app.add_middleware(RequestContext)
    for path in PATHS:
        app.api_route(path, methods=["GET", "POST"])(lambda: "ok")
    return app


def client(app: FastAPI, address: str = "203.0.113.7") -> TestClient:
    return TestClient(app, client=(address, 50000))


def asks(caller: TestClient, times: int, **headers: str) -> list[int]:
    return [caller.post("/api/v1/ask", headers=headers).status_code for _ in range(times)]


def by_header(scope: Scope) -> str:
    return dict(scope["headers"]).get(b"x-key", b"").decode()


def test_the_refusal_has_the_one_shape_and_says_when_to_come_back() -> None:
    caller = client(service())
    assert asks(caller, 4) == [200] * 4
    refused = caller.post("/api/v1/ask")
    assert refused.status_code == 429
    body = refused.json()
    assert body["error"]["code"] == "too_many_requests"
    assert "太频繁" in body["error"]["message"]
    assert body["request_id"] == refused.headers["X-Request-ID"]
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 3600
    assert f"{wait} 秒" in body["error"]["hint"]


def test_addresses_and_buckets_are_counted_apart() -> None:
    app = service()
    assert asks(client(app), 5)[-1] == 429
    assert asks(client(app, "203.0.113.8"), 4) == [200] * 4
    searches = [client(app).get("/api/v1/search").status_code for _ in range(7)]
    assert searches == [200] * 6 + [429]


def test_a_person_is_limited_wherever_they_come_from_and_colleagues_are_not() -> None:
    app = service(by_header)
    assert asks(client(app, "203.0.113.1"), 2, **{"x-key": "wang"}) == [200, 200]
    assert asks(client(app, "203.0.113.2"), 1, **{"x-key": "wang"}) == [429]
    assert asks(client(app, "203.0.113.1"), 1, **{"x-key": "zhao"}) == [200]


def test_new_names_from_one_address_dont_help() -> None:
    caller = client(service(by_header))
    codes = [asks(caller, 1, **{"x-key": f"key-{i}"})[0] for i in range(8)]
    assert codes == [200] * 4 + [429] * 4


def test_probes_and_static_files_always_answer() -> None:
    caller = client(service())
    for path in ("/healthz", "/readyz", "/static/js/main.js"):
        assert [caller.get(path).status_code for _ in range(10)] == [200] * 10


def test_calls_inside_the_process_are_not_counted() -> None:
    assert asks(TestClient(service()), 10) == [200] * 10


def test_an_empty_setting_is_no_limit() -> None:
    assert asks(client(service(rate_expensive_address="")), 10) == [200] * 10


def test_forwarded_addresses_are_believed_from_trusted_proxies_only() -> None:
    liar = client(service(), "203.0.113.7")
    codes = [asks(liar, 1, **{"X-Forwarded-For": f"198.51.100.{i}"})[0] for i in range(5)]
    assert codes[-1] == 429
    app = service(trusted_proxies="10.0.0.5, 192.168.0.0/16")
    proxy = client(app, "10.0.0.5")
    codes = [asks(proxy, 1, **{"X-Forwarded-For": f"198.51.100.{i}"})[0] for i in range(8)]
    assert codes == [200] * 8
    # What the caller itself wrote before the proxy's entry changes nothing; nor does a chain of proxies.
    forged = [
        asks(proxy, 1, **{"X-Forwarded-For": f"1.2.3.{i}, 198.51.100.99, 192.168.3.4"})[0] for i in range(5)
    ]
    assert forged == [200] * 4 + [429]
    # Without a readable address the proxy itself is counted.
    assert [asks(proxy, 1, **{"X-Forwarded-For": "unknown"})[0] for _ in range(5)][-1] == 429


def test_one_ipv6_subscriber_is_one_caller() -> None:
    app = service()
    codes = [asks(client(app, f"2001:db8:1:2::{i:x}"), 1)[0] for i in range(1, 6)]
    assert codes[-1] == 429
    assert asks(client(app, "2001:db8:1:3::1"), 1) == [200]


def test_memory_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "SLOTS", 50)
    limiter = RateLimit(service(), settings=Settings(), identity=by_header)
    for number in range(3000):
        scope: Scope = {
            "type": "http",
            "client": (f"203.{number >> 8}.113.{number & 255}", 1),
            "headers": [(b"x-key", f"key-{number}".encode())],
        }
        limiter._wait("cheap", scope)
    assert len(limiter._storage.storage) <= 2 * 50


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("POST", "/api/v1/ask", "expensive"),
        ("POST", "/api/v1/ask/", "expensive"),
        ("POST", "/api/v1/rules/check", "expensive"),
        ("PATCH", "/api/v1/drafts/abc", "expensive"),
        ("GET", "/api/v1/drafts/abc", "cheap"),
        ("POST", "/api/v1/search", "cheap"),
        ("GET", "/laws/民法典", "cheap"),
        ("GET", "/healthz/x", "cheap"),
        ("GET", "/static/../api/v1/ask", None),
    ],
)
def test_buckets(method: str, path: str, bucket: str | None) -> None:
    assert bucket_of(method, path) == bucket


@pytest.mark.parametrize(
    "change", [{"rate_cheap_person": "often"}, {"trusted_proxies": "the proxy"}, {"rate_cheap_address": "5"}]
)
def test_a_malformed_setting_is_refused_by_name(change: dict[str, str]) -> None:
    with pytest.raises(BadRequest) as refused:
        RateLimit(FastAPI(), settings=Settings(**change))
    assert next(iter(change)) in refused.value.message
    assert refused.value.hint
