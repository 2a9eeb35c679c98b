"""A real OpenAI-compatible endpoint on this machine that answers as it is told, and keeps what it was sent.

The model's name says what to do: `MODE:SEED`. Modes of `hostile.py` write content; those here break the protocol.
"""

import gzip
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Said:
    """A sentence that the server says.

    Attributes:
        false: its words are wrong, whatever is cited.
        not_from: an address that doesn't say it.
    """

    text: str
    sources: Any
    false: bool = False
    not_from: str = ""


@dataclass(frozen=True)
class Asked:
    """What the prompt holds: the provisions by number, and the question."""

    sources: list[tuple[str, str]]
    question: str
    system: str


Writer = Callable[[random.Random, Asked], list[Said]]


def read_prompt(body: dict[str, Any]) -> Asked:
    system = next(m["content"] for m in body["messages"] if m["role"] == "system")
    user = next(m["content"] for m in body["messages"] if m["role"] == "user")
    law = re.search(r"<法条-(\w+)>\n(.*)\n</法条-\1>", user, re.DOTALL)
    question = re.search(r"<问题-(\w+)>\n(.*)\n</问题-\1>", user, re.DOTALL)
    assert law and question, user
    parts = re.split(r"^\[\d+\] ", law[2], flags=re.MULTILINE)[1:]
    sources = [(p.split("\n", 1)[0], p.split("\n", 1)[1].strip()) for p in parts]
    return Asked(sources, question[2], system)


@dataclass
class Endpoint:
    """The running server: its URL, what it received, and what it said by model name."""

    url: str
    writers: dict[str, Writer]
    received: list[dict[str, Any]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)
    elsewhere: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)


def as_json(said: list[Said]) -> str:
    return json.dumps(
        {"sentences": [{"text": s.text, "sources": s.sources} for s in said]}, ensure_ascii=False
    )


def event(delta: Any) -> bytes:
    chunk = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
    }  # fmt: skip
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


class Handler(BaseHTTPRequestHandler):
    """One request. Chunked by closing the connection."""

    protocol_version = "HTTP/1.0"
    endpoint: Endpoint

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.endpoint.elsewhere += 1
        self.send_error(404)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/v1/chat/completions"):
            self.endpoint.elsewhere += 1
        body = json.loads(raw)
        self.endpoint.raw.append(
            f"{self.path}\n{self.headers}\n{raw.decode()}\n{json.dumps(body, ensure_ascii=False)}"
        )
        self.endpoint.received.append({"headers": dict(self.headers), "body": body})
        mode, _, seed = body["model"].partition(":")
        rng = random.Random(f"{mode}:{seed}")
        try:
            if mode in WIRE:
                WIRE[mode](self, rng, read_prompt(body))
            else:
                asked = read_prompt(body)
                said = self.endpoint.writers[mode](rng, asked)
                self.endpoint.said.setdefault(body["model"], []).extend(said)
                self.stream(as_json(said), rng)
        except (BrokenPipeError, ConnectionResetError):
            return

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def stream(self, text: str, rng: random.Random, end: bool = True) -> None:
        """Send a text as a healthy endpoint does, in pieces."""
        self.begin()
        self.write(event({"role": "assistant", "content": ""}))
        at = 0
        while at < len(text):
            size = rng.randint(1, 40)
            self.write(event({"content": text[at : at + size]}))
            at += size
        if end:
            self.write(DONE)

    def hang(self) -> None:
        self.endpoint.stopping.wait(30)


def true_sentence(asked: Asked) -> str:
    """Return the first sentence of the first provision, which is true by itself."""
    return asked.sources[0][1].split("\n")[0].split("。")[0] + "。"


def good(asked: Asked) -> str:
    return as_json([Said(true_sentence(asked), [1])])


def _garbage(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    for _ in range(40):
        h.write(b"data: " + rng.randbytes(rng.randint(1, 200)) + b"\n\n")


def _garbage_text(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.stream("".join(chr(rng.randint(1, 0xD7FF)) for _ in range(600)), rng)


def _wrong_type(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin(kind="text/html")
    h.write(b"<html>" + event({"content": good(asked)}) + DONE)


def _plain_json(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin(kind="application/json")
    h.write(json.dumps({"choices": [{"message": {"content": good(asked)}}]}).encode())


def _hang_first(h: Handler, rng: random.Random, asked: Asked) -> None:
    if rng.random() < 0.5:
        h.begin()
    h.hang()


def _hang_midway(h: Handler, rng: random.Random, asked: Asked) -> None:
    text = good(asked)
    h.stream(text[: rng.randint(20, len(text) - 1)], rng, end=False)
    h.hang()


def _hang_after_sentence(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.stream(good(asked)[:-2] + ',{"text":"', rng, end=False)
    h.hang()


def _half_json(h: Handler, rng: random.Random, asked: Asked) -> None:
    text = good(asked)
    h.stream(text[: rng.randint(1, len(text) - 2)], rng)


def _cut_connection(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin(Content_Length="100000")
    h.write(event({"content": good(asked)[:-2] + ","}))


def _wrong_shape(h: Handler, rng: random.Random, asked: Asked) -> None:
    one = true_sentence(asked)
    shapes: list[Any] = [
        {"answer": one}, [one], one, 7, None, {"sentences": one}, {"sentences": {"a": one}}, {"sentences": [one]},
        {"sentences": [{"text": 5, "sources": [1]}]}, {"sentences": [{"text": [one], "sources": [1]}]},
        {"sentences": [{"text": one, "sources": {"n": 1}}]}, {"sentences": [{"text": one, "sources": [True]}]},
        {"sentences": [{"text": one, "sources": [1.5]}]}, {"sentences": [{"text": {"text": one}, "sources": [1]}]},
        {"sentences": [{"text": None, "sources": None}]}, {"sentences": [[{"txt": one}]]},
    ]  # fmt: skip
    h.stream(json.dumps(rng.choice(shapes), ensure_ascii=False), rng)


def _empty(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.stream(rng.choice(["", "   \n", "{}", '{"sentences": []}', "抱歉，我不能回答。"]), rng)


def _nothing(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()


def _status(*codes: int) -> Callable[[Handler, random.Random, Asked], None]:
    def answer(h: Handler, rng: random.Random, asked: Asked) -> None:
        h.begin(rng.choice(codes), "application/json", Retry_After="3600")
        h.write(json.dumps({"error": {"message": asked.question}}).encode())

    return answer


def _redirect(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin(rng.choice([301, 302, 303, 307, 308]), "text/plain", Location=f"{h.endpoint.url}/elsewhere")


def _endless(h: Handler, rng: random.Random, asked: Asked) -> None:
    one = json.dumps({"text": true_sentence(asked), "sources": [1]}, ensure_ascii=False)
    h.begin()
    h.write(event({"content": '{"sentences": ['}))
    while not h.endpoint.stopping.is_set():
        h.write(event({"content": f"{one},"}))


def _endless_prose(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    while not h.endpoint.stopping.is_set():
        h.write(event({"content": "好的，" * 50}))


def _endless_line(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    while not h.endpoint.stopping.is_set():
        h.write(b"data: " + b"x" * 60_000)


def _drip(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    while not h.endpoint.stopping.is_set():
        h.write(b": keep-alive\n\n")
        time.sleep(0.1)


def _slow_thoughts(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    while not h.endpoint.stopping.is_set():
        h.write(event({"reasoning_content": "想"}))
        time.sleep(0.1)


def _invalid_utf8(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin()
    h.write(event({"content": good(asked)}).replace("。".encode(), b"\xff\xfe\xe4\xb8") + DONE)


def _bomb(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.begin(Content_Encoding="gzip")
    h.write(gzip.compress(b"data: " + b"0" * 50_000_000))


def _wrong_events(h: Handler, rng: random.Random, asked: Asked) -> None:
    lines: list[Any] = [
        {"choices": None}, {"choices": [{"delta": None}]}, {"choices": [{"delta": {"content": 5}}]}, [], 5, None,
        {"choices": [{"delta": {"content": ["a"]}}]}, {"choices": "x"}, {"error": {"message": asked.question}},
        {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "rm", "arguments": "{}"}}]}}]},
        {}, {"choices": [{"delta": {"content": {"text": good(asked)}}}]},
    ]  # fmt: skip
    h.begin()
    for _ in range(3):
        h.write(f"data: {json.dumps(rng.choice(lines))}\n\n".encode())
    h.write(DONE)


def _deep(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.stream(rng.choice(['{"a":' * 2000, "[" * 4000, '{"text":' + "[" * 3000 + "]" * 3000 + "}"]), rng)


def _thinks_only(h: Handler, rng: random.Random, asked: Asked) -> None:
    h.stream(f"<think>{good(asked)}", rng)


WIRE: dict[str, Callable[[Handler, random.Random, Asked], None]] = {
    "garbage": _garbage, "garbage_text": _garbage_text, "wrong_type": _wrong_type, "plain_json": _plain_json,
    "hang_first": _hang_first, "hang_midway": _hang_midway, "hang_after_sentence": _hang_after_sentence,
    "half_json": _half_json, "cut_connection": _cut_connection, "wrong_shape": _wrong_shape, "empty": _empty,
    "nothing": _nothing, "status_500": _status(500, 502, 503), "status_429": _status(429),
    "status_401": _status(401, 403, 404, 400), "redirect": _redirect, "endless": _endless,
    "endless_prose": _endless_prose, "endless_line": _endless_line, "drip": _drip,
    "slow_thoughts": _slow_thoughts, "invalid_utf8": _invalid_utf8, "bomb": _bomb, "wrong_events": _wrong_events,
    "deep": _deep, "thinks_only": _thinks_only,
}  # fmt: skip


@contextmanager
def running(writers: dict[str, Writer]) -> Iterator[Endpoint]:
    """A server on a free port."""
    own = type("OwnHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    server.daemon_threads = True
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", writers)
    own.endpoint = endpoint
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
