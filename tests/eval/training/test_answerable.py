import numpy as np
import pytest

from eval.training.answerable import chances, fit_answerable, inside
from eval.training.config import AnswerableConfig
from eval.training.measures import auroc

CONFIG = AnswerableConfig(predicted=20, weight=0.2, strength=10.0)


def cloud(centre: int, count: int, seed: int) -> np.ndarray:
    """Unit vectors around one of eight axes."""
    vectors = np.random.default_rng(seed).normal(0, 0.25, (count, 8)) + np.eye(8)[centre]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_it_learns_what_lies_outside() -> None:
    known = inside(cloud(0, 60, 1), cloud(1, 60, 2), cloud(2, 10, 3), CONFIG, 1)
    head = fit_answerable(known, cloud(3, 40, 4), CONFIG)
    within = [
        *chances(head, cloud(0, 50, 5)),
        *chances(head, cloud(1, 50, 6)),
        *chances(head, cloud(2, 50, 7)),
    ]
    outside = chances(head, cloud(3, 50, 8))
    assert auroc(within, outside) > 0.98
    assert np.median(within) > 0.8 and np.median(outside) < 0.2


def test_judged_questions_weigh_most() -> None:
    found = inside(cloud(0, 60, 1), cloud(1, 60, 2), cloud(2, 10, 3), CONFIG, 1)
    assert len(found.vectors) == 60 + 20 + 10
    assert found.weights.tolist() == [1.0] * 60 + [0.2] * 30
    again = inside(cloud(0, 60, 1), cloud(1, 60, 2), cloud(2, 10, 3), CONFIG, 1)
    assert (found.vectors == again.vectors).all()


def test_both_kinds_are_needed() -> None:
    known = inside(cloud(0, 5, 1), cloud(1, 5, 2), cloud(2, 5, 3), CONFIG, 1)
    with pytest.raises(ValueError, match="both"):
        fit_answerable(known, cloud(3, 0, 4), CONFIG)
