import numpy as np
import pytest

from eval.training.measures import auroc, reliability, summary


def test_summary_by_hand() -> None:
    ranked = [[3, 1, 2], [*range(20, 31), 4], [9]]
    gold = [[1, 2], [4], [8]]
    # R@10: 1, 0, 0; R@100: 1, 1, 0; reciprocal ranks: 1/2, 0, 0
    assert summary(ranked, gold) == {
        "R@10": pytest.approx(1 / 3, abs=1e-4),
        "R@100": pytest.approx(2 / 3, abs=1e-4),
        "MRR@10": pytest.approx(1 / 6, abs=1e-4),
    }


@pytest.mark.parametrize(
    ("positive", "negative", "chance"),
    [([0.9, 0.7], [0.1], 1.0), ([0.1], [0.9, 0.7], 0.0), ([0.5], [0.5], 0.5), ([0.2, 0.6], [0.1, 0.4], 0.75)],
)
def test_auroc_by_hand(positive: list[float], negative: list[float], chance: float) -> None:
    assert auroc(positive, negative) == pytest.approx(chance)


def test_reliability_by_hand() -> None:
    probability = np.array([0.0, 0.05, 0.55, 1.0], np.float32)
    found = reliability(probability, np.array([False, True, True, True]))
    assert found == [
        (pytest.approx(0.025), 0.5, 2),
        (pytest.approx(0.55), 1.0, 1),
        (pytest.approx(1.0), 1.0, 1),
    ]
