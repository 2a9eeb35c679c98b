"""Middleware and start-up, on small applications of their own: no index needed."""

import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from assistant.api import errors
from assistant.api.app import create_app
from assistant.api.middleware import BodyLimit, RequestContext
from kb.base import KnowledgeBase
from kb.errors import IndexBusy
from kb.settings import Settings


@pytest.fixture
def small() -> TestClient:
    app = FastAPI()
    errors.install(app)
    app.add_middleware(BodyLimit, json_bytes=1024, upload_mb=1)
    app.add_middleware(RequestContext)

    @app.get("/boom")
    def boom() -> None:
        raise RuntimeError("secret detail")

    @app.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    return TestClient(app, raise_server_exceptions=False)


def test_every_answer_carries_an_id_and_the_headers(small: TestClient) -> None:
    for path in ("/echo", "/nowhere", "/boom"):
        answer = small.get(path)
        assert len(answer.headers["X-Request-ID"]) == 32
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_callers_id_is_kept_if_it_is_harmless(small: TestClient) -> None:
    assert small.get("/x", headers={"X-Request-ID": "job-7.a_b"}).headers["X-Request-ID"] == "job-7.a_b"
    assert small.get("/x", headers={"X-Request-ID": "a b<script>"}).headers["X-Request-ID"] != "a b<script>"


def test_a_failure_of_ours_shows_its_id_and_no_trace(small: TestClient) -> None:
    answer = small.get("/boom")
    assert answer.status_code == 500
    body = answer.json()
    assert body["error"]["code"] == "internal"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body["request_id"] in body["error"]["hint"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_large_body_is_refused_whether_announced_or_not(small: TestClient) -> None:
    assert small.post("/echo", content=b"x" * 1024).json() == 1024
    announced = small.post("/echo", content=b"x" * 1025)
    streamed = small.post("/echo", content=(b"x" * 512 for _ in range(3)))
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"
        assert "上限 1 KB" in answer.json()["error"]["message"]


def test_an_upload_has_its_own_limit(small: TestClient) -> None:
    half = small.post("/echo", files={"file": ("a.txt", b"x" * (1 << 19))})
    assert half.status_code == 200
    double = small.post("/echo", files={"file": ("a.txt", b"x" * (1 << 21))})
    assert double.status_code == 413
    assert "1 MB" in double.json()["error"]["message"]


def test_a_page_is_rendered_only_where_a_browser_asked_outside_the_api(small: TestClient) -> None:
    def page(_request: Request, status: int, body: dict[str, object]) -> Response:
        return HTMLResponse(f"<h1>{status}</h1>", status)

    small.app.state.error_page = page  # type: ignore[attr-defined]
    browser = {"Accept": "text/html"}
    assert small.get("/nowhere", headers=browser).text == "<h1>404</h1>"
    assert small.get("/api/v1/nowhere", headers=browser).json()["error"]["code"] == "not_found"
    assert small.get("/nowhere").json()["error"]["code"] == "not_found"


def test_alive_at_once_and_ready_only_when_open(kb: KnowledgeBase) -> None:
    gate = threading.Event()

    def opener() -> KnowledgeBase:
        gate.wait(30)
        raise IndexBusy("索引正由另一个程序使用", "请等它结束后再试")

    with TestClient(create_app(opener, settings=Settings(home=kb.settings.home))) as client:
        try:
            assert client.get("/healthz").json() == {"status": "ok"}
            waiting = client.get("/readyz")
            assert waiting.status_code == 503
            assert waiting.json()["error"]["code"] == "not_ready"
            early = client.post("/api/v1/search", json={"query": "树枝"})
            assert early.status_code == 503
            assert early.headers["Retry-After"] == "5"
            assert "正在打开" in early.json()["error"]["message"]
        finally:
            gate.set()
        for _ in range(100):
            busy = client.get("/readyz")
            if busy.json()["error"]["code"] == "index_busy":
                break
            threading.Event().wait(0.05)
        assert busy.status_code == 503
        assert busy.json()["error"]["message"] == "索引正由另一个程序使用"
        # The process goes on and says the same to those who search.
        assert client.get("/api/v1/villages").json()["error"]["code"] == "index_busy"


def test_an_opener_that_fails_unexpectedly_leaves_the_process_alive(kb: KnowledgeBase) -> None:
    def opener() -> KnowledgeBase:
        raise OSError("disk gone: secret path")

    with TestClient(create_app(opener, settings=Settings(home=kb.settings.home))) as client:
        for _ in range(100):
            answer = client.get("/readyz")
            if "打不开" in answer.text:
                break
            threading.Event().wait(0.05)
        assert "打不开" in answer.json()["error"]["message"]
        assert "secret" not in answer.text
        assert client.get("/healthz").status_code == 200
