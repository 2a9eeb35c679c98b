"""Measures of rankings and probabilities in training; the reported ones come from eval.metrics."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def summary(ranked: Sequence[Sequence[int]], gold: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return R@10, R@100 and MRR@10, each the mean over questions.

    >>> summary([[3, 1, 2]], [[1]])
    {'R@10': 1.0, 'R@100': 1.0, 'MRR@10': 0.5}
    """
    total = np.zeros(3)
    for rows, answers in zip(ranked, gold, strict=True):
        right = set(answers)
        total += [
            len(right.intersection(rows[:10])) / len(right),
            len(right.intersection(rows[:100])) / len(right),
            next((1 / place for place, row in enumerate(rows[:10], 1) if row in right), 0.0),
        ]
    return dict(zip(("R@10", "R@100", "MRR@10"), (total / len(gold)).round(4).tolist(), strict=True))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive's score is above a negative's; ties count half.

    >>> auroc([0.9, 0.8], [0.1, 0.8])
    0.875
    """
    both = np.concatenate([np.asarray(positive), np.asarray(negative)])
    from scipy.stats import rankdata  # type: ignore[import-untyped]

    ranks = rankdata(both)[: len(positive)]
    n, m = len(positive), len(negative)
    return float((ranks.sum() - n * (n + 1) / 2) / (n * m))


def reliability(
    probability: NDArray[np.float32], relevant: NDArray[np.bool_], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Return (mean probability, share relevant, how many) of each tenth of [0, 1] that holds any."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return [
        (float(probability[place == b].mean()), float(relevant[place == b].mean()), int((place == b).sum()))
        for b in range(bins)
        if (place == b).any()
    ]
