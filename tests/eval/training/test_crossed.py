"""Evidence on the sentences of training, by networks that haven't read them."""

from pathlib import Path

import numpy as np
import pytest

from assistant.grounding.evidence import NAMES
from eval.training import crossed as module
from eval.training.crossed import FOLDS, SEEDS, crossed, fold, train
from eval.training.sentences import Pair
from kb.base import KnowledgeBase
from kb.clock import today

SAID = [
    ("借了钱到日子就得还", "民法典第六百七十五条", "supported"),
    ("借了钱不用还", "民法典第六百七十五条", "contradicted"),
    ("自家的狗咬了人，主人得赔", "民法典第一千二百四十五条", "supported"),
    ("自家的狗咬了人，主人不用赔", "民法典第一千二百四十五条", "contradicted"),
    ("相邻的人要互相给方便", "民法典第二百八十八条", "supported"),
    ("相邻的人谁也不用管谁", "民法典第二百八十八条", "contradicted"),
    ("成年子女要养父母", "民法典第一千零六十七条第二款", "supported"),
    ("成年子女可以不养父母", "民法典第一千零六十七条第二款", "contradicted"),
]


def test_each_third_is_judged_by_networks_that_have_not_read_it(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kb, "embedder", kb.embedder)  # put back at the end
    monkeypatch.setattr(module, "SHARD", 3)
    (tmp_path / "none").mkdir()
    learnt = [Pair(said, kb.resolve(at).text, label, (at,), at, today()) for said, at, label in SAID]
    with pytest.raises(ValueError, match="no networks"):
        crossed(kb, learnt, tmp_path / "none")
    read: list[set[int]] = []
    kept = module.read
    monkeypatch.setattr(module, "read", lambda some: read.append({fold(p.about) for p in some}) or kept(some))
    networks = train(learnt, tmp_path)
    assert len(networks) == FOLDS * len(SEEDS)
    assert read == [set(map(fold, (p.about for p in learnt))) - {n} for n in range(FOLDS)]
    x, y = crossed(kb, learnt, tmp_path)
    assert x.shape == (len(SAID), len(NAMES)) and np.isfinite(x).all()
    assert y.tolist() == [int(label == "supported") for *_, label in SAID]
    # what was cut off goes on: only what is missing is done again
    (tmp_path / "evidence-001.npz").unlink()
    done: list[str] = []
    monkeypatch.setattr(module, "evidence", lambda kb, said, *_: done.append(said) or np.zeros(len(NAMES)))
    again, _ = crossed(kb, learnt, tmp_path)
    assert done == [said for said, *_ in SAID[3:6]]
    assert np.array_equal(again[:3], x[:3])
    with pytest.raises(ValueError, match="something else"):
        crossed(kb, learnt[:5], tmp_path)
