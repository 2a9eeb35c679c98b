"""Nearest passages of many questions, for mining negatives and for measuring."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.encoder import Encoder
from kb.embedding.base import Vectors

Rows = NDArray[np.int64]
Report = Callable[[int, int], None]
_BUDGET = 4096  # padded tokens in one forward pass


@torch.inference_mode()
def embed(encoder: Encoder, tokens: Sequence[Sequence[int]], report: Report | None = None) -> Vectors:
    """Return (n, dim) unit vectors of token ids."""
    out = np.empty((len(tokens), encoder.dim), np.float32)
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    group: list[int] = []
    for place, row in enumerate(order, 1):
        group.append(row)
        full = place == len(order) or (len(group) + 1) * len(tokens[order[place]]) > _BUDGET
        if full:
            out[group] = encoder([tokens[r] for r in group]).numpy()
            group = []
            if report is not None:
                report(place, len(order))
    return out


def nearest(questions: Vectors, passages: Vectors, limit: int, chunk: int = 256) -> Rows:
    """Return (n, limit) rows of the nearest passages, nearest first."""
    limit = min(limit, len(passages))
    found = np.empty((len(questions), limit), np.int64)
    for at in range(0, len(questions), chunk):
        scores = questions[at : at + chunk] @ passages.T
        best = np.argpartition(-scores, limit - 1, axis=1)[:, :limit]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1, kind="stable")
        found[at : at + chunk] = np.take_along_axis(best, order, 1)
    return found
