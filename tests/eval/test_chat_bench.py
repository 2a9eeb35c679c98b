"""The chat by the clock: a real service answers the same to many at once; a service that doesn't is found out."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eval.chat_bench import chat_questions, run_chat_bench
from kb.errors import NotReady
from tests.eval.test_sets import SETS

Events = Callable[[str], Iterator[tuple[str, dict[str, object]] | float]]


@contextmanager
def serving(events: Events, status: int = 200) -> Iterator[str]:
    """A service that sends what it is told to; a number is a pause in seconds."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            for event in events(body["question"]):
                if isinstance(event, float):
                    time.sleep(event)
                else:
                    self.wfile.write(f"event: {event[0]}\ndata: {json.dumps(event[1])}\n\n".encode())
                    self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_real_service_gives_everybody_the_answer_they_get_alone(live_server: str) -> None:
    questions = ["邻居家的狗咬了我，医药费谁出？", "英国的继承法怎么规定？", "民法典第1067条第二款"]
    found = run_chat_bench(live_server, questions, chats=5)
    assert (found["questions"], found["refused"]) == (3, 1)
    assert found["at_once"]["equal"] == found["at_once"]["chats"] == 5
    assert found["at_once"]["different"] == []
    for times in (found["alone_ms"], found["at_once"]["ms"]):
        assert 0 < times["first"]["p50"] <= times["whole"]["p50"]
    assert found["alone_ms"]["whole"]["n"] == 3
    assert found["at_once"]["ms"]["whole"]["p95"] <= found["at_once"]["last_s"] * 1000


def test_the_first_part_and_the_end_are_timed_by_themselves() -> None:
    def events(question: str) -> Iterator[tuple[str, dict[str, object]] | float]:
        yield "start", {}
        yield 0.05
        yield "block", {"text": "甲"}
        yield 0.1
        yield "done", {"answer": "甲", "refused": False}

    with serving(events) as url:
        found = run_chat_bench(url, ["甲"], rounds=2, chats=2)["alone_ms"]
    assert found["first"]["n"] == 2
    assert 50 <= found["first"]["p50"] < 150 <= found["whole"]["p50"]


def test_ids_may_differ_and_nothing_else() -> None:
    count = itertools.count()

    def events(question: str) -> Iterator[tuple[str, dict[str, object]] | float]:
        n = next(count)
        # three uncounted (two here) and two alone come first; of the chats begun together one gets another's answer
        answer = "别人的" if n == 5 else question
        yield "block", {"text": answer}
        yield "done", {"answer": answer, "refused": False, "turn_id": str(n), "conversation_id": str(n)}

    with serving(events) as url:
        found = run_chat_bench(url, ["甲", "乙"], chats=4)["at_once"]
    assert found["equal"] == 3
    assert len(found["different"]) == 1


@pytest.mark.parametrize("sent", [[], [("start", {}), ("error", {})], [("done", {"refused": False})]])
def test_an_answer_that_breaks_off_is_no_figure(sent: list[tuple[str, dict[str, object]]]) -> None:
    with serving(lambda _: iter(sent)) as url, pytest.raises(NotReady, match="没有答完"):
        run_chat_bench(url, ["甲"])


def test_a_refused_request_and_no_service_are_said() -> None:
    with serving(lambda _: iter(()), status=429) as url, pytest.raises(NotReady, match="429"):
        run_chat_bench(url, ["甲"])
    with pytest.raises(NotReady, match="中断"):
        run_chat_bench("http://127.0.0.1:9", ["甲"])
    with pytest.raises(ValueError, match="to time"):
        run_chat_bench("http://127.0.0.1:9", [])


def test_questions_are_sixty_and_none_is_a_test_question() -> None:
    questions = chat_questions()
    assert len(set(questions)) == len(questions) == 60
    tested = {
        json.loads(line).get("question")
        for file in SETS.glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
        if line
    }
    assert not tested & set(questions)
