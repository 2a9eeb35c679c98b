"""Rankers whose weights are chosen by hand, so that what they must do can be reasoned out."""

from typing import Any

from kb.ranking.features import NAMES
from kb.ranking.model import Content, Ranker


def content(weights: dict[str, float], model_key: str = "model-1") -> dict[str, Any]:
    """One layer: the score is the weighted sum of features, the probability the score cut to [0, 1]."""
    return {
        "features": list(NAMES),
        "mean": [0.0] * len(NAMES),
        "scale": [1.0] * len(NAMES),
        "layers": [{"weight": [[weights.get(name, 0.0) for name in NAMES]], "bias": [0.0]}],
        "calibration": {"score": [0.0, 1.0], "probability": [0.0, 1.0]},
        "model_key": model_key,
        "questions": "handmade",
    }


def ranker(model_key: str = "model-1", **weights: float) -> Ranker:
    """Return a ranker with these weights and no others."""
    return Ranker(Content(**content(weights, model_key)))
