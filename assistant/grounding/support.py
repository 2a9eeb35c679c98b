"""How likely a provision bears out a sentence that says it in other words: evidence (evidence.py), weighed by a fitted regression.

`python -m eval.training.support` fits the weights.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel

from assistant.grounding.entailment import entailment
from assistant.grounding.evidence import NAMES, Floats, evidence
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution

#: What rules leave open stands from this likelihood on (chosen by cross-validation, see docs/evaluation.md).
STANDS = 0.62


class Weights(BaseModel):
    """The fitted regression over standardised evidence; `model` is the key of the embedding model."""

    model: str
    features: list[str]
    mean: list[float]
    scale: list[float]
    weights: list[float]
    bias: float

    def chance(self, evidence: Floats) -> Floats:
        """Return (...,) likelihoods of (..., features) evidence."""
        row = (evidence - np.array(self.mean)) / np.array(self.scale)
        return np.asarray(1 / (1 + np.exp(-np.clip(row @ np.array(self.weights) + self.bias, -60.0, 60.0))))


@lru_cache
def weights() -> Weights | None:
    """Return the shipped weights, None where there are none."""
    file = files("assistant.grounding").joinpath("support.json")
    return Weights.model_validate_json(file.read_text("utf-8")) if file.is_file() else None


def likelihood(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date) -> float | None:
    """Return how likely the provisions cited, together, bear out a statement, 0 to 1.

    None where there are no weights for the embedding model, no ranker or no networks.

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
    return float(fitted.chance(evidence(kb, statement, cited, on)))
