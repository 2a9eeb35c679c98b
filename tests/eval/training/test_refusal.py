import numpy as np
import pytest

from assistant.chat.confidence import NAMES, VECTOR_SCALE, Weights
from eval.training.refusal import transferred


def test_weights_follow_a_linear_change_of_space() -> None:
    rng = np.random.default_rng(3)
    known = rng.normal(size=(200, 6)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    own = (known - 0.3) @ turn.T  # known = own @ turn + 0.3
    width = len(NAMES) + 6
    fitted = Weights(
        model="old",
        features=list(NAMES),
        mean=rng.normal(size=width).tolist(),
        weights=rng.normal(size=width).tolist(),
        bias=0.7,
    )
    moved = transferred(fitted, own.astype(np.float32), known, "new")
    assert moved.model == "new"

    def score(w: Weights, vector: np.ndarray) -> float:
        row = np.concatenate([np.arange(float(len(NAMES))), vector * VECTOR_SCALE])
        return float((row - np.array(w.mean)) @ np.array(w.weights) + w.bias)

    for a, b in zip(own[:20], known[:20], strict=True):
        assert score(moved, a) == pytest.approx(score(fitted, b), abs=0.05)
