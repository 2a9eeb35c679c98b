import numpy as np

from eval.training.causes import fit_causes
from kb.ranking.causes import Causes


def test_causes_are_learnt_from_both_kinds_of_vectors() -> None:
    rng = np.random.default_rng(1)
    names = ["甲纠纷", "乙纠纷", "丙纠纷"] * 20
    centres = np.array([["甲纠纷", "乙纠纷", "丙纠纷"].index(n) for n in names])

    def vectors() -> np.ndarray:
        found = np.eye(6)[centres] + rng.normal(0, 0.2, (60, 6))
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    causes = Causes(*fit_causes((vectors(), vectors()), names))
    assert sorted(causes.names) == ["丙纠纷", "乙纠纷", "甲纠纷"]
    best = causes.probabilities(vectors()).argmax(1)
    assert np.mean([causes.names[b] == n for b, n in zip(best, names, strict=True)]) > 0.95
