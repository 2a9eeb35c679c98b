"""How likely a provision bears out a sentence that says it in other words: evidence (evidence.py), weighed by small trained networks.

`python -m eval.training.support` trains them (corpora/ranker/support.safetensors, 15 KB).
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from assistant.grounding.entailment import entailment
from assistant.grounding.evidence import NAMES, Floats, evidence
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.embedding.weights import loaded

FILE = "support.safetensors"
#: What rules leave open stands from this likelihood on (chosen by cross-validation, see docs/evaluation.md).
STANDS = 0.65
#: Evidence so many standard deviations off counts no more.
_FAR = 6.0
_HIDDEN = 24


class Weigher(nn.Module):
    """One hidden layer over standardised evidence.

    Args:
        features: how many numbers are weighed.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.hidden = nn.Linear(features, _HIDDEN)
        self.out = nn.Linear(_HIDDEN, 1)

    def forward(self, evidence: Tensor) -> Tensor:
        """Return (n,) log odds of support for (n, features) evidence."""
        x = ((evidence - self.mean) / self.scale).clamp(-_FAR, _FAR)
        odds: Tensor = self.out(F.gelu(self.hidden(x)))[:, 0]
        return odds


class Weights(NamedTuple):
    """Trained networks, which are averaged; `model` is the key of the embedding model, `features` what they weigh."""

    model: str
    features: list[str]
    networks: list[Weigher]

    @torch.inference_mode()
    def chance(self, evidence: Floats) -> Floats:
        """Return (n,) likelihoods of (n, features) evidence."""
        rows = torch.from_numpy(evidence).float()
        odds = torch.stack([network(rows) for network in self.networks]).mean(dim=0)
        return np.asarray(torch.sigmoid(odds).numpy(), dtype=np.float64)


@lru_cache
def weights(path: Path | None = None) -> Weights | None:
    """Return the shipped networks, None where there are none.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    return loaded(
        path or corpora.path("ranker", FILE),
        "依据权衡模型",
        lambda said: Weigher(len(said["features"])),
        lambda networks, said: Weights(said["model"], said["features"], networks),
    )


def likelihood(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date) -> float | None:
    """Return how likely the provisions cited, together, bear out a statement, 0 to 1.

    None where there are no networks for the embedding model, or no ranker.

    Args:
        kb: the knowledge base.
        statement: the claim's own words, without citations and quotations.
        cited: provisions with a text, at least one.
        on: the day whose law counts.
    """
    fitted = weights()
    if fitted is None or entailment() is None or kb.ranking is None:
        return None
    if fitted.model != kb.embedder.key or fitted.features != list(NAMES):
        return None
    return float(fitted.chance(evidence(kb, statement, cited, on)[None])[0])
