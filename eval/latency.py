"""How long answering takes, by the clock, for whatever answers questions."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.model import Kind
from kb.search.types import SearchRequest


def time_questions(
    search: Callable[[str], object],
    questions: Sequence[str],
    rounds: int = 1,
    step: Callable[[int], None] | None = None,
) -> dict[str, float]:
    """Ask every question once uncounted, then `rounds` times; return p50, p95, mean in ms, and n.

    Args:
        search: answers one question; what it returns is left alone.
        step: called between questions with how many were asked, the uncounted round included.

    Raises:
        ValueError: there is nothing to time.
    """
    if not questions or rounds < 1:
        raise ValueError("no question, or no round, to time")
    taken: list[float] = []
    for asked in range(len(questions) * (rounds + 1)):
        question = questions[asked % len(questions)]
        started = time.perf_counter()
        search(question)
        elapsed = time.perf_counter() - started
        if asked >= len(questions):
            taken.append(elapsed * 1000)
        if step is not None:
            step(asked + 1)
    return summary(taken)


def time_search(
    kb: KnowledgeBase,
    questions: Sequence[str],
    rounds: int,
    kinds: Sequence[Kind] = (),
    progress: Progress = lambda *_: None,
) -> dict[str, dict[str, float]]:
    """Search for every question once uncounted, then `rounds` times; return a summary of the product's own times.

    In ms, of the search in all (total), of embedding the question and of the index (embedding, search).

    Args:
        kinds: the shelves; none means all.
    """
    taken: dict[str, list[float]] = {"total": [], "embedding": [], "search": []}
    total = len(questions) * (rounds + 1)
    for n in range(total):
        response = kb.search(SearchRequest(query=questions[n % len(questions)], kinds=list(kinds)))
        if n >= len(questions):
            for part, values in taken.items():
                values.append(response.took_ms[part])
        progress("提问", n + 1, total)
    return {part: summary(values) for part, values in taken.items()}


def summary(taken: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and mean of times, in their unit, and how many they are (n).

    >>> summary([1.0, 2.0, 3.0])
    {'p50': 2.0, 'p95': 2.9, 'mean': 2.0, 'n': 3}
    """
    return {
        "p50": float(np.percentile(taken, 50)),
        "p95": float(np.percentile(taken, 95)),
        "mean": float(np.mean(taken)),
        "n": len(taken),
    }
