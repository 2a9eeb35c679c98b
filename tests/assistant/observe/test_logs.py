"""What a line holds, and above all what it doesn't."""

import json
import logging
import socket
import threading
import time
from io import StringIO

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from assistant.api.guard import permits
from assistant.api.middleware import RequestContext
from assistant.observe.context import identify
from assistant.observe.logs import configure
from assistant.observe.metrics import Metrics
from assistant.observe.middleware import Observed

SECRET = "q7ZsecretK9"  # in Latin letters: it passes through headers as it is
TOLD = "我邻居张三家的狗咬了我"


def lines(stream: StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def small() -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestContext)
    app.add_middleware(Observed, metrics=Metrics())
    own = logging.getLogger("fengqiao.test")

    @app.get("/pool/{x}")
    def pool(x: str) -> str:
        identify("person:p-1")
        own.info("in a thread of the pool")
        return x

    @app.get("/boom/{x}")
    def boom(x: str) -> None:
        try:
            with create_engine("sqlite://").connect() as connection:
                connection.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": x})
        except Exception as error:
            raise RuntimeError(f"{x} {TOLD}") from error

    return app


def test_a_request_is_one_line_with_all_that_is_known(small: FastAPI, json_log: StringIO) -> None:
    answer = TestClient(small).get(f"/pool/{SECRET}", headers={"X-Request-ID": "r-1"})
    inner, access = lines(json_log)
    assert answer.headers["X-Request-ID"] == "r-1"
    assert access.pop("duration_ms") >= 0
    assert access.pop("time").endswith("+00:00")
    assert access == {
        "level": "INFO", "logger": "fengqiao.access", "message": "request", "request_id": "r-1",
        "who": "person:p-1", "route": "/pool/{x}", "method": "GET", "status": 200,
    }  # fmt: skip
    assert (inner["logger"], inner["request_id"], inner["who"]) == ("fengqiao.test", "r-1", "person:p-1")


def test_an_exception_is_named_with_its_places_and_nothing_it_says(
    small: FastAPI, json_log: StringIO
) -> None:
    answer = TestClient(small, raise_server_exceptions=False).get(f"/boom/{SECRET}")
    failed = next(line for line in lines(json_log) if "error" in line)
    assert failed["request_id"] == answer.headers["X-Request-ID"]
    assert [e["type"] for e in failed["error"][:2]] == [
        "builtins.RuntimeError",
        "sqlalchemy.exc.OperationalError",
    ]
    assert any("test_logs.py" in frame and frame.endswith(" boom") for frame in failed["error"][0]["frames"])
    assert SECRET not in json_log.getvalue() and TOLD not in json_log.getvalue()
    assert "SELECT" not in json_log.getvalue()
    assert lines(json_log)[-1]["status"] == 500


def test_what_other_packages_say_is_withheld_but_for_constants(json_log: StringIO) -> None:
    foreign = logging.getLogger("some.package")
    foreign.warning(f"cannot parse {TOLD}")
    foreign.warning("cannot parse %s", TOLD)
    foreign.info("below the level")
    assert [line["message"] for line in lines(json_log)] == ["(message withheld)", "cannot parse %s"]


def test_uvicorn_writes_no_access_lines_of_its_own(json_log: StringIO) -> None:
    logging.getLogger("uvicorn.access").info('%s - "%s"', "127.0.0.1", f"GET /search?q={SECRET}")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [line["message"] for line in lines(json_log)] == ["Started server process"]


def test_requests_at_one_time_keep_their_ids_apart(small: FastAPI, json_log: StringIO) -> None:
    together = threading.Barrier(4)

    @small.get("/wait/{x}")
    def wait(x: str) -> str:
        together.wait(20)
        logging.getLogger("fengqiao.test").info(x)
        return x

    def ask(client: TestClient, name: str) -> None:
        client.get(f"/wait/{name}", headers={"X-Request-ID": name})

    with TestClient(small) as client:
        threads = [threading.Thread(target=ask, args=(client, f"r{n}")) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    inner = [line for line in lines(json_log) if line["logger"] == "fengqiao.test"]
    assert len(inner) == 4
    assert all(line["message"] == line["request_id"] for line in inner)


def test_a_name_can_not_be_noted_as_who() -> None:
    for wrong in ("王芳", "person:王芳", "admin", ""):
        with pytest.raises(ValueError, match="person:ID"):
            identify(wrong)


def test_text_for_a_terminal_is_one_line_a_record(small: FastAPI, kept_logging: None) -> None:
    stream = StringIO()
    configure("text", stream)
    logging.getLogger("fengqiao.test").warning("a\nERROR forged\x1b[2J\u2028b")
    TestClient(small).get("/pool/x", headers={"X-Request-ID": "r-2"})
    first, *rest = stream.getvalue().split("\n")
    assert "\\n" in first and "\x1b" not in first and "\u2028" not in first and "forged" in first
    assert "GET /pool/{x} 200" in rest[1] and "request_id=r-2" in rest[1]


@pytest.fixture
def real_server(service: FastAPI, json_log: StringIO):
    """A real uvicorn, its access log asked for, so that silencing it is tested too."""

    @service.get("/boom/{x}")
    @permits("public")
    def boom(x: str) -> None:
        raise RuntimeError(x)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(service, host="127.0.0.1", port=port, log_config=None, access_log=True)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def test_no_secret_reaches_the_log_wherever_it_is_put(
    real_server: str, json_log: StringIO, own_settings, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = {
        "X-API-Key": SECRET,
        "X-Fengqiao-User": SECRET,
        "X-Request-ID": f"{SECRET} {SECRET}",  # not harmless, so not taken
        "User-Agent": SECRET,
        "Referer": f"http://x/{SECRET}",
        "X-Forwarded-For": SECRET,
    }
    body = {"query": f"{TOLD} {SECRET}"}
    with httpx.Client(
        base_url=real_server, headers=headers, cookies={"session": SECRET}, timeout=60
    ) as client:
        found = [
            client.get("/api/v1/search", params=body),
            client.post("/api/v1/search", json=body),
            client.post("/api/v1/search", json={**body, SECRET: TOLD}),
            client.post("/api/v1/search", content=f'{{"query": "{SECRET}'),
            client.post("/api/v1/ask", json={"question": f"{TOLD} {SECRET}", "village": SECRET}),
            client.post("/api/v1/check", json={"text": f"{TOLD} {SECRET} 民法典第一条"}),
            client.post("/api/v1/check", files={"file": (f"{SECRET}.docx", SECRET.encode())}),
            client.post("/api/v1/auth/login", json={"login": SECRET, "password": SECRET}),
            client.post("/login", data={"login": SECRET, "password": SECRET}),
            client.get(f"/case/{SECRET}"),
            client.get(f"/api/v1/cases/{SECRET}"),
            client.get(f"/law/{TOLD}", params={"on": SECRET}),
            client.get(f"/nowhere/{SECRET}"),
            client.get(f"/static/{SECRET}"),
            client.get(f"/boom/{SECRET}"),
            client.request(SECRET.upper(), "/healthz"),
            client.post("/api/v1/drafts", json={"topic": SECRET}),
        ]
    statuses = [answer.status_code for answer in found]
    assert {200, 404, 422, 500} <= set(statuses), statuses
    for _ in range(100):
        if len([x for x in lines(json_log) if x["logger"] == "fengqiao.access"]) >= len(found):
            break
        time.sleep(0.05)
    written = json_log.getvalue() + "".join(capfd.readouterr())
    logged = [x for x in lines(json_log) if x["logger"] == "fengqiao.access"]
    assert len(logged) == len(found)
    assert {"/api/v1/search", "/case/{case_id}", "(none)", "/static/*"} <= {x["route"] for x in logged}
    for secret in (SECRET, SECRET.upper(), TOLD, "张三"):
        assert secret not in written, [x for x in written.splitlines() if secret in x]


def test_no_secret_reaches_the_audit_log(client: TestClient, own_settings, tmp_path) -> None:
    headers = {"X-Fengqiao-User": SECRET, "User-Agent": SECRET, "Cookie": f"a={SECRET}"}
    bad = client.get("/api/v1/cases", headers={"Authorization": f"Bearer {SECRET}"})
    assert bad.status_code == 401
    assert (
        client.post("/api/v1/search", json={"query": f"{TOLD} {SECRET}"}, headers=headers).status_code == 200
    )
    client.get(f"/api/v1/cases/{TOLD}", headers=headers)
    client.get(f"/case/{TOLD}{SECRET}", headers=headers)
    stored = b"".join(p.read_bytes() for p in tmp_path.glob("records.db*"))
    assert b"audit_log" in stored
    for secret in (SECRET, TOLD, "张三", "127.0.0.1"):
        assert secret.encode() not in stored
