"""Train the networks that weigh evidence (assistant/grounding/support.py)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

from assistant.grounding.support import Weigher

SEEDS, ROUNDS, BATCH, RATE, DECAY = (0, 1, 2, 3, 4), 20, 128, 3e-3, 0.02
Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Evidence (n, features), whether it is support (n,), and how much each row counts (n,)."""

    x: Floats
    y: NDArray[np.int64]
    weight: Floats


def together(*some: Rows) -> Rows:
    """Return the rows of all."""
    return Rows(*(np.concatenate(parts) for parts in zip(*some, strict=True)))


def fit(rows: Rows, seeds: Sequence[int] = SEEDS) -> list[Weigher]:
    """Return networks trained on rows, from different beginnings."""
    return [_one(rows, seed) for seed in seeds]


def _one(rows: Rows, seed: int) -> Weigher:
    torch.manual_seed(seed)
    network = Weigher(rows.x.shape[1]).train()
    network.mean.copy_(torch.from_numpy(rows.x.mean(axis=0)))
    network.scale.copy_(torch.from_numpy(rows.x.std(axis=0) + 1e-3))
    x, y = torch.from_numpy(rows.x).float(), torch.from_numpy(rows.y).float()
    weight = torch.from_numpy(rows.weight / rows.weight.mean()).float()
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    order = [batch for _ in range(ROUNDS) for batch in torch.split(torch.randperm(len(x)), BATCH)]
    for step, batch in enumerate(order):
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.02, 1 - step / len(order))
        loss = F.binary_cross_entropy_with_logits(network(x[batch]), y[batch], weight[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return network.eval()
