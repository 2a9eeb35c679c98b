"""Events on the wire: as they come, pings between them, errors in the one shape, and an end when nobody listens."""

import json
import logging
import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.api import sse
from assistant.chat.types import Block
from kb.errors import NotReady

Event = tuple[str, BaseModel]


@contextmanager
def served(produced: Any, gone: threading.Event) -> Iterator[str]:
    """URL of a server with one stream, made anew for each request."""

    def endpoint(request: Request) -> Response:
        return sse.event_stream(produced(), gone, "r-1")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Starlette(routes=[Route("/", endpoint)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(20)


def parse(text: str) -> list[tuple[str, Any]]:
    """Read events as a page does; comments are left out."""
    found = []
    for chunk in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in chunk.splitlines() if line and line[0] != ":")
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_event_arrives_before_the_next_is_made() -> None:
    go = threading.Event()

    def produced() -> Generator[Event]:
        yield "block", Block(kind="lead", text="一\n二")
        assert go.wait(20), "the first event was kept back"
        yield "block", Block(kind="closing", text="三")

    with served(produced, threading.Event()) as url, httpx.stream("GET", url, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert {"no-store", "no-transform"} <= set(answer.headers["cache-control"].split(", "))
        pieces = answer.iter_text()
        first = next(pieces)
        assert parse(first)[0][1]["text"] == "一\n二"
        go.set()
        rest = first + "".join(pieces)
    assert [content["text"] for _, content in parse(rest)] == ["一\n二", "三"]


def test_a_quiet_line_is_kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def produced() -> Generator[Event]:
        yield "block", Block(kind="lead")
        time.sleep(1)
        yield "block", Block(kind="closing")

    monkeypatch.setattr(sse, "PING_SECONDS", 0.2)
    with served(produced, threading.Event()) as url:
        text = httpx.get(url, timeout=30).text
    assert text.count(": ping\n\n") >= 2
    assert [content["kind"] for _, content in parse(text)] == ["lead", "closing"]


@pytest.mark.parametrize(
    ("failure", "code"), [(NotReady("没准备好", "稍后再试"), "not_ready"), (RuntimeError("张三"), "internal")]
)
def test_a_failure_half_way_is_an_event(
    failure: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    def produced() -> Generator[Event]:
        yield "block", Block(kind="lead")
        raise failure

    with served(produced, threading.Event()) as url:
        name, content = parse(httpx.get(url, timeout=30).text)[-1]
    assert name == "error"
    assert content["error"]["code"] == code
    assert content["error"]["message"]
    assert content["request_id"] == "r-1"
    assert "张三" not in json.dumps(content, ensure_ascii=False)
    assert ("r-1" in caplog.text) == (code == "internal")


def test_a_client_that_goes_away_stops_the_work() -> None:
    gone, closed, steps = threading.Event(), threading.Event(), []

    def produced() -> Generator[Event]:
        try:
            for n in range(500):
                steps.append(n)
                yield "block", Block(kind="lead", text=str(n))
                time.sleep(0.05)
        finally:
            closed.set()

    with served(produced, gone) as url:
        with httpx.stream("GET", url, timeout=30) as answer:
            next(answer.iter_text())
        assert gone.wait(10), "nobody told the producer"
        assert closed.wait(10), "the producer was left open"
        done = len(steps)
        time.sleep(0.3)
        assert len(steps) == done < 400


def test_a_step_in_which_nothing_is_sent_learns_of_it_too() -> None:
    """A model that writes for a minute without a word: the flag is set while the step runs."""
    gone, told = threading.Event(), threading.Event()

    def produced() -> Generator[Event]:
        yield "block", Block(kind="lead")
        if gone.wait(20):
            told.set()
        yield "block", Block(kind="closing")

    with served(produced, gone) as url:
        with httpx.stream("GET", url, timeout=30) as answer:
            next(answer.iter_text())
        assert told.wait(10)


def test_what_is_sent_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    def produced() -> Generator[Event]:
        yield "block", Block(kind="lead", text="ZHANGSAN-WORD")

    with caplog.at_level(logging.DEBUG), served(produced, threading.Event()) as url:
        assert "ZHANGSAN-WORD" in httpx.get(url, timeout=30).text
    assert "ZHANGSAN-WORD" not in caplog.text
