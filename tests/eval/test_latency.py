import time

import pytest

from eval.latency import summary, time_questions


def test_the_first_round_is_asked_but_not_counted() -> None:
    asked: list[str] = []
    steps: list[int] = []
    found = time_questions(asked.append, ["a", "b"], rounds=2, step=steps.append)
    assert asked == ["a", "b"] * 3
    assert steps == [1, 2, 3, 4, 5, 6]
    assert found["n"] == 4
    assert 0 <= found["p50"] <= found["p95"]


def test_times_are_milliseconds() -> None:
    found = time_questions(lambda _: time.sleep(0.01), ["a"], rounds=1)
    assert found["p50"] == found["p95"] == found["mean"] >= 10


def test_the_first_round_may_be_slow() -> None:
    seen: set[str] = set()

    def search(question: str) -> None:
        if question not in seen:
            seen.add(question)
            time.sleep(0.2)

    assert time_questions(search, ["a"])["p95"] < 200


@pytest.mark.parametrize(("questions", "rounds"), [([], 1), (["a"], 0)])
def test_nothing_to_time(questions: list[str], rounds: int) -> None:
    with pytest.raises(ValueError, match="to time"):
        time_questions(print, questions, rounds)


def test_summary_by_hand() -> None:
    # 95 % of the way from the first to the last of 21 evenly spaced values is the twentieth
    assert summary([float(n) for n in range(21)]) == {"p50": 10.0, "p95": 19.0, "mean": 10.0, "n": 21}
