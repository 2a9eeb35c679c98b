"""Tokens a day, and the breaker."""

import json
import threading
from pathlib import Path

import pytest

from assistant.llm.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker
from assistant.llm.budget import Budget, tokens
from assistant.llm.errors import LlmFailed


def test_a_day_ends_and_the_next_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(tmp_path / "llm" / "budget.json", 100)
    budget.reserve(60)
    with pytest.raises(LlmFailed, match="budget"):
        budget.reserve(41)
    budget.settle(60, 10)
    assert budget.spent() == 10
    budget.reserve(90)
    monkeypatch.setenv("FENGQIAO_TODAY", "2026-11-22")
    assert budget.spent() == 0
    budget.reserve(100)


def test_another_process_sees_it(tmp_path: Path) -> None:
    Budget(tmp_path / "b.json", 100).reserve(70)
    with pytest.raises(LlmFailed):
        Budget(tmp_path / "b.json", 100).reserve(31)


def test_threads_dont_lose_counts(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "b.json", 1000)
    threads = [threading.Thread(target=lambda: [budget.reserve(1) for _ in range(20)]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.spent() == 100


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "[]",
        '{"day": 5}',
        '{"day": "2026-11-21", "tokens": "x"}',
        '{"day": "2026-11-21", "tokens": -5}',
    ],
)
def test_a_broken_file_counts_nothing(tmp_path: Path, kept: str) -> None:
    (tmp_path / "b.json").write_text(kept)
    budget = Budget(tmp_path / "b.json", 100)
    budget.reserve(10)
    assert json.loads((tmp_path / "b.json").read_text())["tokens"] == 10


def test_what_cant_be_counted_isnt_spent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LlmFailed, match="budget"):
        Budget(tmp_path / "file" / "b.json", 100).reserve(1)


def test_no_limit_writes_nothing(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "b.json", 0)
    budget.reserve(10**9)
    budget.settle(10**9, 1)
    assert list(tmp_path.iterdir()) == []


def test_estimate_is_on_the_high_side() -> None:
    """A Chinese character is at most one token in the tokenizers of today's Chinese models, a word of English less than its letters."""
    assert tokens("成年子女") == 4
    assert tokens("hello world") >= 2


class Clock:
    """A clock to be turned."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_breaker_rests_tries_once_and_rests_longer() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.enter()
        breaker.bad()
    with pytest.raises(LlmFailed, match="resting"):
        breaker.enter()
    clock.now += FIRST_REST
    breaker.enter()
    with pytest.raises(LlmFailed, match="resting"):
        breaker.enter()  # one tries, the others wait
    breaker.bad()
    clock.now += FIRST_REST - 1
    with pytest.raises(LlmFailed):
        breaker.enter()
    clock.now += 1
    breaker.enter()
    breaker.good()
    breaker.enter()


def test_breaker_never_rests_longer_than_the_longest() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(20):
        clock.now += LONGEST_REST
        breaker.enter()
        breaker.bad()
    clock.now += LONGEST_REST
    breaker.enter()


def test_a_call_given_up_counts_neither_way() -> None:
    breaker = Breaker(Clock())
    for _ in range(5 * FAILURES):
        breaker.enter()
        breaker.neither()
    breaker.enter()
