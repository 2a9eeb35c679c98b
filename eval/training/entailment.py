"""Fit a network that reads a sentence beside a provision (assistant/grounding/entailment.py)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

from assistant.grounding.entailment import LABELS, InferenceNetwork, log_odds, pad, states
from eval.training.sentences import Pair

EPOCHS, BATCH, RATE = 12, 32, 1e-3
#: Share of the loss that asks what is wrong, beside whether anything is.
KIND = 0.3


class Read(NamedTuple):
    """Pairs as the networks see them: states of both sides, and (n,) places of the labels in LABELS."""

    said: list[NDArray[np.float16]]
    texts: list[NDArray[np.float16]]
    labels: NDArray[np.int64]


def read(learnt: Sequence[Pair]) -> Read:
    """Return the states of pairs; each text is read once."""
    said = {pair.statement: pair for pair in learnt}
    texts = {pair.text: pair for pair in learnt}
    of_said = {text: states(text).astype(np.float16) for text in said}
    of_texts = {text: states(text, passage=True).astype(np.float16) for text in texts}
    return Read(
        [of_said[p.statement] for p in learnt],
        [of_texts[p.text] for p in learnt],
        np.array([LABELS.index(p.label) for p in learnt]),
    )


def fit(material: Read, seed: int, epochs: int = EPOCHS) -> InferenceNetwork:
    """Return a network trained on pairs."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    network = InferenceNetwork(material.said[0].shape[1]).train()
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.02)
    order = [batch for _ in range(epochs) for batch in _batches(material, chance)]
    for step, batch in enumerate(order):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50) * max(0.03, 1 - step / len(order))
        said, texts = ([side[n] for n in batch] for side in (material.said, material.texts))
        scores, labels = network(*pad(said), *pad(texts)), torch.from_numpy(material.labels[batch])
        right = (labels == 0).float()
        loss = F.binary_cross_entropy_with_logits(log_odds(scores), right)
        loss = loss + KIND * F.cross_entropy(scores, labels)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if step % 250 == 0:
            print(f"{step}/{len(order)}：{loss.item():.3f}", flush=True)  # noqa: T201
    return network.eval()


def _batches(material: Read, chance: np.random.Generator) -> list[list[int]]:
    """Return one round through all pairs in batches of like length, in random order."""
    order = chance.permutation(len(material.labels)).tolist()
    batches = []
    for at in range(0, len(order), 16 * BATCH):
        near = sorted(order[at : at + 16 * BATCH], key=lambda n: len(material.texts[n]))
        batches += [near[n : n + BATCH] for n in range(0, len(near), BATCH)]
    return [batches[n] for n in chance.permutation(len(batches)).tolist()]
