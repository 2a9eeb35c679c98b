"""Merging ranked lists of (id, score), best first."""

from collections.abc import Sequence

Ranking = Sequence[tuple[str, float]]


def rrf(lists: Sequence[Ranking], weights: Sequence[float], k: int = 10) -> list[tuple[str, float]]:
    """Merge by reciprocal rank: the sum over lists of weight / (k + rank), ranks from 1.

    Cormack, Clarke and Büttcher, SIGIR 2009. Scores of the lists don't matter, only their order. Ties keep
    the order in which ids were first seen.
    """
    total: dict[str, float] = {}
    for ranking, weight in zip(lists, weights, strict=True):
        for rank, (key, _) in enumerate(ranking, 1):
            total[key] = total.get(key, 0.0) + weight / (k + rank)
    return sorted(total.items(), key=lambda item: -item[1])


def weighted_sum(lists: Sequence[Ranking], weights: Sequence[float]) -> list[tuple[str, float]]:
    """Merge by score: each list scaled to [0, 1] over what it holds, times its weight.

    An id absent from a list counts 0 there, as its last. A list whose scores are all equal counts 1 for each.
    """
    total: dict[str, float] = {}
    for ranking, weight in zip(lists, weights, strict=True):
        if not ranking:
            continue
        scores = [score for _, score in ranking]
        low, span = min(scores), max(scores) - min(scores)
        for key, score in ranking:
            scaled = (score - low) / span if span > 0 else 1.0
            total[key] = total.get(key, 0.0) + weight * scaled
    return sorted(total.items(), key=lambda item: -item[1])
