"""How fast a running service answers in its chat, alone and many at once, as a browser sees it. Never pass or fail."""

import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from eval.latency import summary
from eval.machine import machine
from eval.systems.base import Progress
from kb.errors import NotReady

#: What the chat is held to at p95, in ms: its first part, and the whole.
BARS_MS = {"first": 300, "whole": 1200}
CHATS = 50
_FILES = ("bench_questions.txt", "chat_questions.txt")
#: Ids are new each time; everything else must be the same.
_OWN = ("conversation_id", "turn_id")
_UNCOUNTED = 3
_PATIENCE = 300.0


@dataclass(frozen=True)
class Timed:
    """One answer by the clock: seconds to the first part and to the end, and the answer without its ids."""

    first_s: float
    whole_s: float
    answer: dict[str, Any]


def chat_questions() -> list[str]:
    """Return sixty everyday questions, short and told at length, some of them not for us; no test set has them."""
    texts = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _FILES)
    return [line for text in texts for line in text.splitlines() if line.strip()]


def run_chat_bench(
    url: str,
    questions: Sequence[str],
    rounds: int = 1,
    chats: int = CHATS,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Return times of the streamed chat at `url`, JSON-ready; every question is a conversation of its own.

    First one after the other, `rounds` times, after three that aren't counted; then `chats` of them begun in the same
    moment, over again where there are fewer questions. Each of those answers is compared with the one given alone.

    Raises:
        NotReady: the service breaks off, or answers with an error.
        ValueError: there is nothing to ask.
    """
    if not questions or rounds < 1 or chats < 1:
        raise ValueError("no question, no round or no chat to time")
    limits = httpx.Limits(max_connections=chats, max_keepalive_connections=chats)
    load = psutil.getloadavg()[0]
    with httpx.Client(base_url=url, trust_env=False, timeout=_PATIENCE, limits=limits) as http:
        for question in questions[:_UNCOUNTED]:
            _asked(http, question)
        alone: list[Timed] = []
        for n in range(len(questions) * rounds):
            alone.append(_asked(http, questions[n % len(questions)]))
            progress("一个一个问", n + 1, len(questions) * rounds)
        wanted = [n % len(questions) for n in range(chats)]
        together, last_s = _together(http, [questions[n] for n in wanted])
    known = [timed.answer for timed in alone[: len(questions)]]
    different = [questions[n] for n, timed in zip(wanted, together, strict=True) if timed.answer != known[n]]
    return {
        "machine": machine(),
        "load_before": round(load, 2),
        "questions": len(questions),
        "refused": sum(bool(answer["refused"]) for answer in known),
        "rounds": rounds,
        "bars_ms": dict(BARS_MS),
        "alone_ms": _times(alone),
        "at_once": {
            "chats": chats,
            "equal": chats - len(different),
            "different": different,
            "last_s": last_s,
            "ms": _times(together),
        },
    }


def _together(http: httpx.Client, questions: Sequence[str]) -> tuple[list[Timed], float]:
    """Ask all in the same moment; return the answers, and the seconds until the last of them."""
    ready = threading.Barrier(len(questions) + 1)

    def ask(question: str) -> Timed:
        ready.wait()
        return _asked(http, question)

    with ThreadPoolExecutor(len(questions)) as pool:
        begun = [pool.submit(ask, question) for question in questions]
        ready.wait()
        started = time.perf_counter()
        answers = [one.result() for one in begun]
        return answers, time.perf_counter() - started


def _asked(http: httpx.Client, question: str) -> Timed:
    started = time.perf_counter()
    first, name, answer = 0.0, "", None
    try:
        with http.stream("POST", "/api/v1/ask/stream", json={"question": question}) as response:
            if response.status_code != 200:
                raise NotReady(f"服务没有回答（状态 {response.status_code}）", "请看服务的日志")
            for line in response.iter_lines():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:") and name == "block":
                    first = first or time.perf_counter() - started
                elif line.startswith("data:") and name == "done":
                    answer = json.loads(line.removeprefix("data:"))
    except httpx.HTTPError as error:
        raise NotReady("服务中断了，测不下去", f"请看服务的日志（{type(error).__name__}）") from error
    whole = time.perf_counter() - started
    if answer is None or not first:
        raise NotReady("有一个问题没有答完", f"请单独问一遍看看：{question}")
    return Timed(first, whole, {k: v for k, v in answer.items() if k not in _OWN})


def _times(timed: Sequence[Timed]) -> dict[str, dict[str, float]]:
    return {
        "first": summary([one.first_s * 1000 for one in timed]),
        "whole": summary([one.whole_s * 1000 for one in timed]),
    }
