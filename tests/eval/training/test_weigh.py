"""Networks that weigh evidence: they learn what a straight line can't tell, and come back as they were trained."""

from pathlib import Path

import numpy as np

from assistant.grounding.support import Weigher, Weights
from eval.training.weigh import Rows, fit, together
from kb.embedding.weights import about, store, stored


def rows(n: int = 3000) -> Rows:
    x = np.random.default_rng(0).normal(size=(n, 3)) * (1, 100, 0.01) + (0, 5, 0)
    y = (x[:, 0] * (x[:, 1] - 5) > 0).astype(
        np.int64
    )  # exclusive or: of either number alone it can't be told
    return Rows(x, y, np.ones(n))


def test_they_learn_what_no_line_can_tell() -> None:
    learnt = rows()
    chance = Weights("", [], fit(learnt, [0])).chance(learnt.x)
    assert ((chance > 0.5) == learnt.y).mean() > 0.9


def test_rows_count_as_they_are_weighed() -> None:
    learnt = rows()
    doubted = Rows(learnt.x, 1 - learnt.y, np.full(len(learnt.y), 0.01))
    chance = Weights("", [], fit(together(learnt, doubted), [0])).chance(learnt.x)
    assert ((chance > 0.5) == learnt.y).mean() > 0.8


def test_they_come_back_as_they_were_trained(tmp_path: Path) -> None:
    learnt = rows(200)
    networks = fit(learnt, [0, 1])
    file = tmp_path / "support.safetensors"
    store(networks, file, model="m", features=["a", "b", "c"])
    assert about(file, "x")["features"] == ["a", "b", "c"]
    again = Weights("m", [], stored(file, "x", lambda told: Weigher(len(told["features"]))))
    chance = Weights("", [], networks).chance(learnt.x)
    assert np.allclose(again.chance(learnt.x), chance, atol=0.02)
    assert np.array_equal(fit(learnt, [0, 1])[0].out.weight.detach(), networks[0].out.weight.detach())
